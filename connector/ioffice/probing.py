"""A read-only look at an installation, for `tdcd doctor`: what must be known before it is trusted."""

from __future__ import annotations

from typing import Final

from connector.code_lists import EVALUATION, STATUS
from connector.dates import ZONE, lenient_day
from connector.ioffice.bundles import read_document
from connector.ioffice.decoding import decode
from connector.ioffice.envelope import object_of
from connector.ioffice.read_documents import DocumentList, row_id
from connector.ioffice.session import Session
from connector.ioffice.statuses import Statuses
from connector.port import Note, Paging, Probe, unread_note
from connector.records import DirectiveRecord
from connector.texts import text_of
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
        paging=Paging.NUMBERED,
        pages_fit=_pages_fit(rows, documents),
        declined=session.transport.declined,
        longest_rest=session.transport.longest_rest,
    )


def _pages_fit(rows: list[Row], documents: DocumentList) -> bool | None:
    """Whether the second page of half the size is the second half: a walk over pages relies on it."""
    half = len(rows) // 2
    if half < 1:
        return None
    ids = [row_id(row) for row in rows]
    return [row_id(row) for row in documents.rows_of_page(2, half)] == ids[half : 2 * half]


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


def _notes(rows: list[Row], unread: int) -> list[Note]:
    days = [day for row in rows if (day := lenient_day(row.get("ngayVanBan")))]
    notes = []
    if days != sorted(days, reverse=True):
        notes.append(
            Note(
                "The list of documents is not sorted by day: each poll reads it to its end.",
                "Danh sách văn bản không xếp theo ngày: mỗi lần đọc phải đọc đến hết.",
            )
        )
    if missing := len(rows) - len(days):
        notes.append(
            Note(
                f"{missing} of the newest documents show no day.",
                f"{missing} văn bản mới nhất không ghi ngày.",
            )
        )
    if unread:
        notes.append(unread_note(unread))
    return notes
