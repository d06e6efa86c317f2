"""The stream of activity: the service account's notices tell which documents and work items changed.

One request when nothing happened. Each thing named by a new notice is read whole,
once, oldest notice first, so that the cursor can move along while a long backlog is
worked off. Notices may become visible out of order: the cursor remembers the last
numbers that were seen, and a gap that fills later counts as new.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from connector.errors import NotThere
from connector.ioffice.bundles import read_document, read_job
from connector.ioffice.envelope import object_of, rows_of
from connector.ioffice.fingerprints import job_fingerprint
from connector.ioffice.packed import pairs_of
from connector.ioffice.read_documents import BATCH, row_id
from connector.ioffice.session import Session
from connector.port import Known, Page, Stream
from connector.records import Kind, RawRecord
from connector.seen import Seen
from connector.texts import id_of, text_of
from connector.windows import Row, Walk, Window

NOTICES: Final = "notifycation/getlistnotify/v2"
GIVEN: Final = "job/getlistjobdagiao"
_ONE_NOTICE: Final = "notifycation/getdetailnotify"
Target = tuple[Kind, str]
#: Notice types that concern documents or work items, and those of installations that tell no type.
_TYPES: Final = frozenset({"", "1", "2", "3", "KYVANBAN"})


@dataclass(frozen=True, slots=True)
class Activity:
    """How activity is read at one site."""

    session: Session
    page_size: int

    def changes(self, cursor: str | None, known: Known) -> Iterator[Page]:
        """What the notices since `cursor` name; without a cursor every work item this account gave."""
        seen = Seen.from_text(cursor)
        if seen is None:
            yield from self._beginning(known)
            return
        yield from self._worked_off(self._new_notices(seen), seen)

    def listing(self, known: Known) -> Iterator[Page]:
        """Every work item this account gave; the last page tells all their ids."""
        listed: set[str] = set()
        for rows in Walk(self._given, row_id, self.page_size, confirm_end=True):
            listed.update(map(row_id, rows))
            prints = [(row_id(row), job_fingerprint(row)) for row in rows]
            old = known(Kind.JOB, prints) if prints else ()
            unknown = [(Kind.JOB, row_id(row), row) for row in rows if row_id(row) not in old]
            for start in range(0, len(unknown), BATCH):
                yield Page(Stream.ACTIVITY, self._read(unknown[start : start + BATCH]))
        yield Page(Stream.ACTIVITY, (), complete=True, listed=frozenset(listed))

    def search(self, text: str) -> Iterator[Row]:
        """Rows of given work items whose name or content has `text`, as far as the site's search goes."""
        for rows in Walk(lambda window: self._given(window, text), row_id, self.page_size):
            yield from rows

    def _beginning(self, known: Known) -> Iterator[Page]:
        """The newest notice first: what happens while the list is read comes again as a notice."""
        numbers = [_number(row) for row in self._notices(Window(1, self.page_size))]
        start = Seen(0).after(numbers, max(numbers, default=0))
        for page in self.listing(known):
            if page.records:
                yield Page(Stream.ACTIVITY, page.records)
        yield Page(Stream.ACTIVITY, (), cursor=start.to_text())

    def _new_notices(self, seen: Seen) -> list[Row]:
        """Oldest first."""
        new: list[Row] = []
        for rows in Walk(self._notices, row_id, self.page_size):
            numbers = [_number(row) for row in rows]
            new += [row for row in rows if seen.is_new(_number(row))]
            descending = numbers == sorted(numbers, reverse=True)
            if numbers and (numbers[-1] if descending else max(numbers)) <= seen.top:
                break
        return sorted(new, key=_number)

    def _worked_off(self, notices: Sequence[Row], seen: Seen) -> Iterator[Page]:
        """Read what the notices name, oldest notice first; each page's cursor covers what was read."""
        numbers = [_number(notice) for notice in notices]
        done: set[Target] = set()
        batch: list[Target] = []
        for place, notice in enumerate(notices, start=1):
            fresh = [target for target in self._targets(notice) if target not in done]
            done.update(fresh)
            batch += fresh
            if len(batch) >= BATCH or place == len(notices):
                after = seen.after(numbers, max(seen.top, _number(notice)))
                records = self._read([(*target, None) for target in batch])
                yield Page(Stream.ACTIVITY, records, cursor=after.to_text())
                batch = []

    def _targets(self, notice: Row) -> list[Target]:
        if text_of(notice.get("type")) not in _TYPES:
            return []
        given = notice.get("parameter")
        if given is None:
            given = self._parameter(notice)
        pairs = given if isinstance(given, dict) else pairs_of(given)
        named = ((Kind.DOCUMENT, pairs.get("idThongTin")), (Kind.JOB, pairs.get("idCongViec")))
        return [(kind, id_of(value)) for kind, value in named if id_of(value)]

    def _parameter(self, notice: Row) -> Any:
        """Installations whose list tells no parameters have them in the notice's detail."""
        try:
            return object_of(self.session.get(_ONE_NOTICE, row_id(notice)), _ONE_NOTICE).get("parameter")
        except NotThere:
            return None

    def _read(self, targets: Sequence[tuple[Kind, str, Row | None]]) -> tuple[RawRecord, ...]:
        found = []
        for kind, remote_id, row in targets:
            read = read_document if kind is Kind.DOCUMENT else read_job
            found.append(read(self.session, remote_id, row))
        return tuple(raw for raw in found if raw is not None)

    def _notices(self, window: Window) -> list[Row]:
        body = {"pageNo": str(window.number), "pageRec": str(window.size)}
        return rows_of(self.session.post(NOTICES, body), NOTICES)

    def _given(self, window: Window, text: str = "") -> list[Row]:
        body = {
            "pageNo": window.number,
            "pageRec": window.size,
            "name": text,
            "param": text,
            "status": "",
            "coquan": -1,
        }
        return rows_of(self.session.post(GIVEN, body), GIVEN)


def _number(row: Row) -> int:
    """A notice's number; one without counts as 0, that is as old."""
    shown = row_id(row)
    return int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 19 else 0
