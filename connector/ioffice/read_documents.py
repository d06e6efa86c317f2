"""The stream of documents: newest first, until all is known and too old for the last poll to have missed.

An unchanged site costs one request. The cursor is a day, because rows show no more
than that, and each poll looks a few days further back for documents that were
committed late under an older date (F06). It moves on the last page only, so a poll
that breaks off moves nothing (F10); what it stored is known next time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import orjson

from connector.dates import lenient_day, shown_day
from connector.ioffice.bundles import read_document
from connector.ioffice.envelope import rows_of
from connector.ioffice.fingerprints import document_fingerprint
from connector.ioffice.session import Session
from connector.port import Known, Page, Stream
from connector.records import Kind, RawRecord
from connector.texts import id_of
from connector.windows import Row, Walk, Window

SEARCH: Final = "document/getlistlookupbyparam"
#: Records of one page handed on: small, so that a stop never waits for a hundred documents.
BATCH: Final = 20
#: All nineteen must be present, the unused ones empty.
_TEXTS: Final = ("trichYeu", "soKyHieu", "type", "linhVuc", "priority", "confidential", "coQuanBanHanh")
_DATES: Final = tuple(
    f"{end}Date{of}" for of in ("BanHanh", "SoanThao", "HanXuLy") for end in ("start", "end")
)
_REST: Final = ("soVanBan", "soDen", "txtToanVan", "searchToanVan", "fieldSort", "sort")


@dataclass(frozen=True, slots=True)
class DocumentList:
    """How documents are listed at one site. `since` is the first issue day that counts, None for all."""

    session: Session
    page_size: int
    overlap: timedelta
    today: Callable[[], date]
    since: date | None = None

    def changes(self, cursor: str | None, known: Known) -> Iterator[Page]:
        """Documents that are new or whose row changed since `cursor`, JSON `{"day": "2026-11-16"}`."""
        last = _cursor_day(cursor)
        progress = _Progress(newest=last, floor=last - self.overlap if last else None)
        for rows in Walk(self._fetch, row_id, self.page_size, confirm_end=last is None):
            unknown = self._unknown(rows, known)
            progress.look(rows, unknown, self.today())
            yield from self._read(unknown)
            if progress.done:
                break
        if progress.newest and progress.newest != last:
            value = orjson.dumps({"day": progress.newest.isoformat()}).decode()
            yield Page(Stream.DOCUMENTS, (), cursor=value)

    def listing(self, known: Known) -> Iterator[Page]:
        """Every document this account sees; the last page tells all their ids."""
        listed: set[str] = set()
        for rows in Walk(self._fetch, row_id, self.page_size, confirm_end=True):
            listed.update(map(row_id, rows))
            yield from self._read(self._unknown(rows, known))
        yield Page(Stream.DOCUMENTS, (), complete=True, listed=frozenset(listed))

    def first_rows(self, count: int) -> list[Row]:
        """The newest rows, for a look that changes nothing."""
        return self._fetch(Window(1, count))

    def rows_of_page(self, number: int, size: int) -> list[Row]:
        """One page, as it comes."""
        return self._fetch(Window(number, size))

    def _fetch(self, window: Window) -> list[Row]:
        parameter = dict.fromkeys((*_TEXTS, *_DATES, *_REST), "") | {
            "fieldSort": "ngayVanBan",
            "sort": "DESC",
        }
        parameter["startDateBanHanh"] = shown_day(self.since)
        body = {"pageNo": str(window.number), "pageRec": str(window.size), "parameter": parameter, "kho": ""}
        return rows_of(self.session.post(SEARCH, body), SEARCH)

    def _unknown(self, rows: Sequence[Row], known: Known) -> list[Row]:
        prints = [(row_id(row), document_fingerprint(row)) for row in rows]
        old = known(Kind.DOCUMENT, prints) if prints else ()
        return [row for row in rows if row_id(row) not in old]

    def _read(self, rows: Sequence[Row]) -> Iterator[Page]:
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            found = (read_document(self.session, row_id(row), row) for row in batch)
            yield Page(Stream.DOCUMENTS, _there(found))


@dataclass(slots=True)
class _Progress:
    """Decides when a poll has gone back far enough."""

    newest: date | None
    floor: date | None
    done: bool = False
    _last: date = date.max
    _sorted: bool = True

    def look(self, rows: Sequence[Row], unknown: Sequence[Row], today: date) -> None:
        """Take in one window. A list that is not sorted by day is read to its end (F08)."""
        days = [(row, day) for row in rows if (day := lenient_day(row.get("ngayVanBan")))]
        for _, day in days:
            self._sorted = self._sorted and day <= self._last
            self._last = day
            # A date in the future is somebody's mistake and must not move the cursor (M40).
            if day <= today and (self.newest is None or day > self.newest):
                self.newest = day
        if self.floor is None:
            return
        older = {row_id(row) for row, day in days if day < self.floor}
        self.done = self._sorted and bool(older) and older.isdisjoint(map(row_id, unknown))


def row_id(row: Row) -> str:
    """The id of a listing row as text."""
    return id_of(row.get("id"))


def _there(found: Iterator[RawRecord | None]) -> tuple[RawRecord, ...]:
    return tuple(raw for raw in found if raw is not None)


def _cursor_day(cursor: str | None) -> date | None:
    """The day of a cursor; one that cannot be read counts as none: everything known costs nothing anyway."""
    try:
        value: Any = orjson.loads(cursor or "null")
        return date.fromisoformat(value["day"]) if value else None
    except (ValueError, KeyError, TypeError):
        return None
