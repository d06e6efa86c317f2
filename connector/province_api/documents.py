"""The stream of documents: one list of this posting, year by year, by days where a day is known.

The search takes days and always a year, and tells no total. An unchanged site costs one
request: the days since the newest document, with a few days before them for what was
committed late (F06). The cursor moves on the last page only (F10).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

import orjson

from connector.dates import lenient_day, shown_day
from connector.errors import ListingUnreadable, ReplyUnreadable
from connector.port import Capability, Known, Page, Stream
from connector.province_api.boxes import OUTGOING, Box
from connector.province_api.keys import key_of
from connector.province_api.records import incoming_document, read_document
from connector.province_api.session import Session
from connector.records import Kind, RawRecord
from connector.windows import Row, Walk, Window

#: Records of one page handed on: small, so that a stop never waits for a hundred documents.
BATCH: Final = 20
#: The first year that is asked for where the site sets no first day.
FIRST_YEAR: Final = 2015


@dataclass(frozen=True, slots=True)
class DocumentList:
    """How documents are listed at one site under one posting. `since` is the first issue day that counts."""

    session: Session
    posting: str
    unit: str
    page_size: int
    overlap: timedelta
    today: Callable[[], date]
    since: date | None = None
    box: Box = OUTGOING

    def changes(self, cursor: str | None, known: Known) -> Iterator[Page]:
        """Documents that are new or whose row changed since `cursor`, JSON `{"day": "2026-11-16"}`."""
        last = newest = _cursor_day(cursor)
        start = max(filter(None, (last - self.overlap if last else None, self.since)), default=None)
        for rows in self._walk(start, confirm_end=last is None):
            # A date in the future is somebody's mistake and must not move the cursor (M40).
            days = [day for row in rows if (day := lenient_day(row.get(self.box.day)))]
            newest = max(filter(None, (newest, *(day for day in days if day <= self.today()))), default=None)
            yield from self._read(self._unknown(rows, known))
        if newest and newest != last:
            yield Page(Stream.DOCUMENTS, (), cursor=orjson.dumps({"day": newest.isoformat()}).decode())

    def listing(self, known: Known) -> Iterator[Page]:
        """Every document this posting sees; where absence means something, the last page tells all their ids.

        The year to come is asked for too: there stands what was given a wrong date.
        """
        listed: set[str] = set()
        for rows in self._walk(self.since, confirm_end=True, further_years=1):
            listed.update(map(row_id, rows))
            yield from self._read(self._unknown(rows, known))
        if Capability.LISTS_COMPLETELY in self.box.shows:
            yield Page(Stream.DOCUMENTS, (), complete=True, listed=frozenset(listed))

    def one(self, remote_id: str) -> RawRecord | None:
        """A document by its key, None when it is not there. Where only the list tells of it, all of it is looked at."""
        if self.box.detail:
            return read_document(self.session, self.posting, remote_id)
        for rows in self._walk(self.since, confirm_end=True, further_years=1):
            for row in rows:
                if row_id(row) == remote_id:
                    return self._whole(row)
        return None

    def newest(self, count: int) -> list[Row]:
        """The first rows of this year, for a look that changes nothing."""
        return self._fetch(self.today().year, None, Window(1, count))

    def whole(self, rows: Sequence[Row]) -> Iterator[RawRecord]:
        """The documents behind rows, those that are there."""
        return (raw for row in rows if (raw := self._whole(row)) is not None)

    def _walk(self, start: date | None, *, confirm_end: bool, further_years: int = 0) -> Iterator[list[Row]]:
        first = start.year if start else FIRST_YEAR
        for year in range(self.today().year + further_years, first - 1, -1):
            fetch = partial(self._fetch, year, start if start and start.year == year else None)
            yield from Walk(fetch, row_id, self.page_size, confirm_end=confirm_end)

    def _fetch(self, year: int, start: date | None, window: Window) -> list[Row]:
        form = {
            "ma_can_bo": self.posting,
            "ma_don_vi_quan_tri": self.unit,
            "nam": str(year),
            self.box.days[0]: shown_day(start),
            self.box.days[1]: "",
            "page": str(window.number),
            "size": str(window.size),
            **self.box.further,
        }
        return rows_of(self.session.post(self.box.path, form), self.box.path)

    def _unknown(self, rows: Sequence[Row], known: Known) -> list[Row]:
        prints = [(row_id(row), self.box.fingerprint(row)) for row in rows]
        old = known(Kind.DOCUMENT, prints) if prints else ()
        return [row for row in rows if row_id(row) not in old]

    def _read(self, rows: Sequence[Row]) -> Iterator[Page]:
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            found = (self._whole(row) for row in batch)
            yield Page(Stream.DOCUMENTS, tuple(raw for raw in found if raw is not None))

    def _whole(self, row: Row) -> RawRecord | None:
        if self.box.detail:
            return read_document(self.session, self.posting, row_id(row), row)
        return incoming_document(row_id(row), row)


def row_id(row: Row) -> str:
    """The key of a row as text. Raises ListingUnreadable: without it nothing of the list can be told apart."""
    key = key_of(row.get("ma_van_ban"), "ma_van_ban")
    if not key:
        raise ListingUnreadable("A row of a list of documents came without its key.")
    return key


def rows_of(data: Any, call: str) -> list[Row]:
    """`data` as a list of objects; JSON null is an empty list. Raises ReplyUnreadable."""
    if data is None:
        return []
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        raise ReplyUnreadable(f"{call}: a list of rows was expected.")
    return data


def _cursor_day(cursor: str | None) -> date | None:
    """The day of a cursor; one that cannot be read counts as none: everything known costs nothing anyway."""
    try:
        value: Any = orjson.loads(cursor or "null")
        return date.fromisoformat(value["day"]) if value else None
    except (ValueError, KeyError, TypeError):
        return None
