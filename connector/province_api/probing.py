"""A read-only look at an installation, for `tdcd doctor`: what must be known before it is trusted."""

from __future__ import annotations

from typing import Final

from connector.dates import ZONE
from connector.port import Paging, Probe, unread_note
from connector.province_api.decoding import decode
from connector.province_api.documents import DocumentList
from connector.records import DirectiveRecord
from errors import SkipRecord

LOOKED_AT: Final = 20


def probe(documents: DocumentList) -> Probe:
    """Posting, clock, marks of the newest documents. Raises as reading does."""
    seen = blank = unread = 0
    for raw in documents.whole(documents.newest(LOOKED_AT)):
        try:
            record = decode(raw)
        except SkipRecord:
            unread += 1
            continue
        seen += 1
        blank += isinstance(record, DirectiveRecord) and not record.secrecy
    transport = documents.session.transport
    clock = transport.last_server_date
    return Probe(
        server_time=clock.astimezone(ZONE) if clock else None,
        clock_skew_seconds=transport.skew_seconds,
        account=f"posting {documents.posting}",
        documents_seen=seen,
        documents_without_mark=blank,
        notes=(unread_note(unread),) if unread else (),
        paging=Paging.NUMBERED,
        declined=transport.declined,
        longest_rest=transport.longest_rest,
    )
