"""The stream of documents: outgoing ones of this posting, year by year, by days where a day is known.

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

from connector.errors import ListingUnreadable, ReplyUnreadable
from connector.ioffice.dates import lenient_day, shown_day
from connector.port import Known, Page, Stream
from connector.province_api.keys import key_of
from connector.province_api.records import document_fingerprint, read_document
from connector.province_api.session import Session
from connector.records import Kind
from connector.windows import Row, Walk, Window

SEARCH: Final = "van-ban/tra-cuu-van-ban-di-agg"
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

    def changes(self, cursor: str | None, known: Known) -> Iterator[Page]:
        """Documents that are new or whose row changed since `cursor`, JSON `{"day": "2026-11-16"}`."""
        last = newest = _cursor_day(cursor)
        start = max(filter(None, (last - self.overlap if last else None, self.since)), default=None)
        for rows in self._walk(start, confirm_end=last is None):
            # A date in the future is somebody's mistake and must not move the cursor (M40).
            days = [day for row in rows if (day := lenient_day(row.get("ngay_ban_hanh")))]
            newest = max(filter(None, (newest, *(day for day in days if day <= self.today()))), default=None)
            yield from self._read(self._unknown(rows, known))
        if newest and newest != last:
            yield Page(Stream.DOCUMENTS, (), cursor=orjson.dumps({"day": newest.isoformat()}).decode())

    def listing(self, known: Known) -> Iterator[Page]:
        """Every document this posting sees; the last page tells all their ids.

        The year to come is asked for too: there stands what was given a wrong date.
        """
        listed: set[str] = set()
        for rows in self._walk(self.since, confirm_end=True, further_years=1):
            listed.update(map(row_id, rows))
            yield from self._read(self._unknown(rows, known))
        yield Page(Stream.DOCUMENTS, (), complete=True, listed=frozenset(listed))

    def newest(self, count: int) -> list[Row]:
        """The first rows of this year, for a look that changes nothing."""
        year = self.today().year
        return self._fetch(year, None, Window(1, count))

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
            "tu_ngay": shown_day(start),
            "den_ngay": "",
            "page": str(window.number),
            "size": str(window.size),
        }
        return rows_of(self.session.post(SEARCH, form), SEARCH)

    def _unknown(self, rows: Sequence[Row], known: Known) -> list[Row]:
        prints = [(row_id(row), document_fingerprint(row)) for row in rows]
        old = known(Kind.DOCUMENT, prints) if prints else ()
        return [row for row in rows if row_id(row) not in old]

    def _read(self, rows: Sequence[Row]) -> Iterator[Page]:
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            found = (read_document(self.session, self.posting, row_id(row), row) for row in batch)
            yield Page(Stream.DOCUMENTS, tuple(raw for raw in found if raw is not None))


def row_id(row: Row) -> str:
    """The key of a row as text. Raises ListingUnreadable: without it nothing of the list can be told apart."""
    key = key_of(row.get("ma_van_ban"), "ma_van_ban")
    if not key:
        raise ListingUnreadable(f"{SEARCH}: a row came without its key.")
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
