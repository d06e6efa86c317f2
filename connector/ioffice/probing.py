"""A read-only look at an installation, for `tdcd doctor`: what must be known before it is trusted."""

from __future__ import annotations

from typing import Final

from connector.ioffice.bundles import read_document
from connector.ioffice.dates import ZONE, lenient_day
from connector.ioffice.decoding import decode
from connector.ioffice.envelope import object_of
from connector.ioffice.read_documents import DocumentList, row_id
from connector.ioffice.session import Session
from connector.ioffice.statuses import EVALUATION, STATUS, Statuses
from connector.ioffice.texts import text_of
from connector.port import Probe
from connector.records import DirectiveRecord
from connector.windows import Row
from errors import SkipRecord

LOOKED_AT: Final = 20


def probe(session: Session, statuses: Statuses, documents: DocumentList) -> Probe:
    """Account, clock, both lists of codes, marks of the newest documents. Raises as reading does."""
    me = object_of(session.get("getuserinfo", "me"), "getuserinfo")
    rows = documents.first_rows(LOOKED_AT)
    seen, blank, unread = _marks(session, rows)
    clock = session.transport.last_server_date
    return Probe(
        server_time=clock.astimezone(ZONE) if clock else None,
        clock_skew_seconds=session.transport.skew_seconds,
        account=f"{text_of(me.get('userName'))} ({session.user_id}), {text_of(me.get('unitName'))}",
        statuses=statuses.listed(STATUS),
        evaluations=statuses.listed(EVALUATION),
        documents_seen=seen,
        documents_without_mark=blank,
        notes=tuple(_notes(rows, unread)),
    )


def _marks(session: Session, rows: list[Row]) -> tuple[int, int, int]:
    """How many documents were read, how many of them show no mark, how many could not be read."""
    seen = blank = unread = 0
    for row in rows:
        raw = read_document(session, row_id(row), row)
        if raw is None:
            continue
        try:
            record = decode(raw)
        except SkipRecord:
            unread += 1
            continue
        seen += 1
        blank += isinstance(record, DirectiveRecord) and not record.secrecy
    return seen, blank, unread


def _notes(rows: list[Row], unread: int) -> list[str]:
    days = [day for row in rows if (day := lenient_day(row.get("ngayVanBan")))]
    notes = []
    if days != sorted(days, reverse=True):
        notes.append("The list of documents is not sorted by day: each poll reads it to its end.")
    if rows and len(days) < len(rows):
        notes.append(f"{len(rows) - len(days)} of the newest documents show no day.")
    if unread:
        notes.append(f"{unread} of the newest documents could not be read.")
    return notes
