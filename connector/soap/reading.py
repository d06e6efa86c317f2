"""The four streams, and one record read whole.

Lists are asked for behind the last id that was read, in the service's own order. So
nothing that goes away or comes meanwhile can hide another row, and no page has to be
read twice. An unchanged site costs one request for each stream.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import orjson

from connector.errors import ListingUnreadable, NotThere
from connector.port import Known, Page, Stream
from connector.records import Kind, RawRecord
from connector.seen import Seen
from connector.soap.fields import Fields
from connector.soap.lists import ListAnswer
from connector.soap.service import Service

#: Records of one page handed on: small, so that a stop never waits long.
BATCH: Final = 100
_TARGETS: Final = 20
_LISTS: Final = {
    Kind.UNIT: "LayDanhSachDonVi",
    Kind.ACCOUNT: "LayDanhSachTaiKhoan",
    Kind.DOCUMENT: "LayDanhSachVanBan",
    Kind.JOB: "LayDanhSachCongViec",
}
_SINGLE: Final = {Kind.DOCUMENT: "LayVanBan", Kind.JOB: "LayCongViec"}
_STREAM_KINDS: Final = {
    Stream.UNITS: Kind.UNIT,
    Stream.ACCOUNTS: Kind.ACCOUNT,
    Stream.DOCUMENTS: Kind.DOCUMENT,
    Stream.ACTIVITY: Kind.JOB,
}
_TARGET_KINDS: Final = {"VAN_BAN": Kind.DOCUMENT, "CONG_VIEC": Kind.JOB}
Found = tuple[RawRecord, date | None]


@dataclass(frozen=True, slots=True)
class Reading:
    """How one site is read. `since` is the first issue day that counts, None for all."""

    service: Service
    page_size: int
    overlap: timedelta
    today: Callable[[], date]
    since: date | None = None

    def changes(self, stream: Stream, cursor: str | None, known: Known) -> Iterator[Page]:
        """What is new since `cursor`; units and accounts come whole each time, at one request each."""
        match stream:
            case Stream.DOCUMENTS:
                return self._documents_since(cursor, known)
            case Stream.ACTIVITY:
                return self._activity_since(cursor, known)
        return self.listing(stream, known)

    def listing(self, stream: Stream, known: Known) -> Iterator[Page]:
        """Every record of a stream; the last page tells all their ids."""
        listed: set[str] = set()
        for batch in _batches(self._found(_STREAM_KINDS[stream], listed, self.since)):
            records = _unknown(batch, known)
            if records:
                yield Page(stream, records)
        yield Page(stream, (), complete=True, listed=frozenset(listed))

    def one(self, kind: Kind, remote_id: str) -> RawRecord | None:
        """One record read whole, None when it is not there."""
        if kind not in _SINGLE:
            return next(
                (raw for raw, _ in self._found(kind, set(), None) if raw.remote_id == remote_id), None
            )
        try:
            found = self._answer(kind, _SINGLE[kind], ma=remote_id)[0]
        except NotThere:
            return None
        if len(found) != 1 or found[0][0].remote_id != remote_id:
            raise ListingUnreadable(f"{_SINGLE[kind]}: another record came than was asked for.")
        return found[0][0]

    def search(self, text: str) -> Iterator[RawRecord]:
        """Work items this account gave whose name or content has `text`."""
        return (raw for raw, _ in self._found(Kind.JOB, set(), None, text))

    def newest(self, count: int) -> list[RawRecord]:
        """Up to `count` documents of the last thirty days, for a look that changes nothing."""
        start = self.today() - timedelta(days=30)
        given = {"tuNgayBanHanh": start, "sauMa": None, "soDong": count}
        return [raw for raw, _ in self._answer(Kind.DOCUMENT, _LISTS[Kind.DOCUMENT], **given)[0]]

    def _documents_since(self, cursor: str | None, known: Known) -> Iterator[Page]:
        """The cursor is a day, and each poll looks a few days further back for what was committed late (F06)."""
        last = newest = _cursor_day(cursor)
        start = max(filter(None, (last - self.overlap if last else None, self.since)), default=None)
        for batch in _batches(self._found(Kind.DOCUMENT, set(), start)):
            # A date in the future is somebody's mistake and must not move the cursor (M40).
            days = [day for _, day in batch if day and day <= self.today()]
            newest = max(filter(None, (newest, *days)), default=None)
            records = _unknown(batch, known)
            if records:
                yield Page(Stream.DOCUMENTS, records)
        if newest and newest != last:
            value = orjson.dumps({"day": newest.isoformat()}).decode()
            yield Page(Stream.DOCUMENTS, (), cursor=value)

    def _activity_since(self, cursor: str | None, known: Known) -> Iterator[Page]:
        """Without a cursor every work item; the newest number is asked for first, so that nothing slips through."""
        seen = Seen.from_text(cursor)
        if seen is None:
            top = Fields(self.service.ask("LayThayDoi", sauSo=None, soDong=1)).number("SoCuoi") or 0
            for page in self.listing(Stream.ACTIVITY, known):
                if page.records:
                    yield Page(Stream.ACTIVITY, page.records)
            yield Page(Stream.ACTIVITY, (), cursor=Seen(top).to_text())
            return
        while True:
            changes = self._new_changes(seen)
            for page, after in self._worked_off(changes, seen):
                seen = after
                yield page
            if len(changes) < self.page_size:
                return

    def _new_changes(self, seen: Seen) -> list[Fields]:
        """Behind the oldest number remembered: one that becomes visible late is still found (F03)."""
        start = min(seen.recent, default=seen.top)
        rows = self.service.ask("LayThayDoi", sauSo=start, soDong=self.page_size + len(seen.recent))
        return [row for row in Fields(rows).rows("ThayDoi") if seen.is_new(row.number("So") or 0)]

    def _worked_off(self, changes: Sequence[Fields], seen: Seen) -> Iterator[tuple[Page, Seen]]:
        """Each thing named is read once, in the order of the numbers; each page's cursor covers what was read."""
        done: set[tuple[Kind, str]] = set()
        for start in range(0, len(changes), _TARGETS):
            part = changes[start : start + _TARGETS]
            targets = {(_TARGET_KINDS[row.text("Loai")], row.text("Ma")): None for row in part}
            found = [self.one(*target) for target in targets if target not in done]
            done.update(targets)
            numbers = [row.number("So") or 0 for row in part]
            seen = seen.after(numbers, max(seen.top, *numbers))
            records = tuple(raw for raw in found if raw is not None)
            yield Page(Stream.ACTIVITY, records, cursor=seen.to_text()), seen

    def _found(self, kind: Kind, listed: set[str], start: date | None, text: str = "") -> Iterator[Found]:
        """Every record of a list, page behind page; `listed` collects their ids."""
        after = None
        while True:
            with self.service.spooled(_LISTS[kind], **self._asked(kind, start, text, after)) as (path, _):
                answer = ListAnswer(path, kind, _LISTS[kind], self.service.transport.secrets.clean)
                for raw, day in answer:
                    if raw.remote_id in listed:
                        raise ListingUnreadable(f"{_LISTS[kind]}: an id stands twice in the list.")
                    listed.add(raw.remote_id)
                    after = raw.remote_id
                    yield raw, day
            if not answer.more:
                return
            if after is None:
                raise ListingUnreadable(f"{_LISTS[kind]}: the list is empty and says that it goes on.")

    def _asked(self, kind: Kind, start: date | None, text: str, after: str | None) -> dict[str, Any]:
        match kind:
            case Kind.DOCUMENT:
                return {"tuNgayBanHanh": start, "sauMa": after, "soDong": self.page_size}
            case Kind.JOB:
                return {"tuKhoa": text or None, "sauMa": after, "soDong": self.page_size}
        return {}

    def _answer(self, kind: Kind, operation: str, **given: Any) -> tuple[list[Found], bool]:
        with self.service.spooled(operation, **given) as (path, _):
            answer = ListAnswer(path, kind, operation, self.service.transport.secrets.clean)
            return list(answer), answer.more


def _batches(found: Iterator[Found]) -> Iterator[list[Found]]:
    batch: list[Found] = []
    for one in found:
        batch.append(one)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _unknown(batch: Sequence[Found], known: Known) -> tuple[RawRecord, ...]:
    """The records that are not stored as they stand."""
    prints = [(raw.remote_id, raw.fingerprint) for raw, _ in batch]
    old = known(batch[0][0].kind, prints)
    return tuple(raw for raw, _ in batch if raw.remote_id not in old)


def _cursor_day(cursor: str | None) -> date | None:
    """The day of a cursor; one that cannot be read counts as none: everything known costs nothing anyway."""
    try:
        value: Any = orjson.loads(cursor or "null")
        return date.fromisoformat(value["day"]) if value else None
    except (ValueError, KeyError, TypeError):
        return None
