"""Reads the boxes of one agency: packets into records, page by page, each acknowledged once it is stored.

The axis hands out a packet until it is acknowledged, and never lists it again
afterwards. So a packet is acknowledged only when the next page is asked for, which says
that this one is on disk; a bad one is told to be bad and stops nobody.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final

import orjson

from connector.edxml.attachments import without_content
from connector.edxml.codes import TAKE_BACK, Business
from connector.edxml.dates import day_of
from connector.edxml.decoding import FILE_MARK, SEPARATOR, refuse_unusable, unusable
from connector.edxml.gate import DONE, FAILED, Agency, Gate, Listed, Message
from connector.edxml.packets import Attachment, DocumentPacket, Packet, StatusPacket
from connector.edxml.read_packet import read_packet
from connector.errors import ReplyUnreadable, TooLarge
from connector.limits import MIB
from connector.port import Known, Page, Stream
from connector.records import Kind, RawRecord
from errors import SkipRecord

log = logging.getLogger("tdcd.edxml")

_MESSAGES: Final[dict[Stream, Message]] = {Stream.DOCUMENTS: "edoc", Stream.ACTIVITY: "status"}
#: One page: so many packets, or so many bytes of files held in memory.
BATCH, HEAVIEST = 20, 16 * MIB
#: The first day of the axis.
BEGINNING: Final = date(2018, 1, 1)


@dataclass(frozen=True, slots=True)
class Opened:
    """A packet that is listed: its row, what is in it (None: it is bad), what is kept of it."""

    row: Listed
    packet: Packet | None
    body: bytes
    fetched: bool = False


@dataclass(slots=True)
class Reading:
    """How one agency's boxes are read. `since` is the first day of lists by days."""

    gate: Gate
    own_code: str
    today: Callable[[], date]
    since: date | None = None
    overlap: timedelta = timedelta(days=3)
    #: files of the page under way, so that they need not be fetched twice; never on a disk.
    carried: dict[str, tuple[Attachment, ...]] = field(default_factory=dict)
    _codes: dict[str, str] = field(default_factory=dict)

    def changes(self, stream: Stream, cursor: str | None, known: Known) -> Iterator[Page]:
        """What came and was not stored yet; acknowledged as it goes."""
        if stream is Stream.UNITS:
            yield from self._units(known)
        elif stream in _MESSAGES:
            yield from self._papers(stream, cursor, known)

    def listing(self, stream: Stream, known: Known) -> Iterator[Page]:
        """The same to be looked at: nothing is acknowledged, the next `changes` does that for what was stored."""
        if stream is Stream.UNITS:
            yield from self._units(known)
        elif stream in _MESSAGES:
            rows = self._listed(_MESSAGES[stream], None)
            for batch in self._new(rows, stream, _stored(rows, known)):
                yield Page(stream, tuple(self._records(batch)))

    def agencies(self) -> list[Agency]:
        """Everybody on the axis; remembered, to know older codes again."""
        found = self.gate.agencies() if self.gate.lists_agencies else []
        self._codes |= {agency.old_code.casefold(): agency.code for agency in found if agency.old_code}
        self._codes |= {agency.code.casefold(): agency.code for agency in found}
        return found

    def unit_code(self, code: str) -> str:
        """The code under which a body is listed; as it came when nobody lists it."""
        if code.casefold() not in self._codes:
            self.agencies()
        return self._codes.get(code.casefold(), code)

    def packet(self, packet_id: str) -> bytes | None:
        """A packet by the axis's id; an id that cannot be one is of none."""
        return self.gate.packet(packet_id) if Listed(packet_id).usable else None

    def waiting(self) -> int:
        """How many packets lie in the box."""
        return len(self._listed("edoc", None))

    def file(self, remote_id: str) -> bytes:
        """The bytes of one file. Raises SkipRecord when its packet or it is not there."""
        packet_id, place, mark = (*remote_id.split(FILE_MARK), "", "")[:3]
        files = self.carried.get(packet_id)
        if files is None:
            content = self.packet(packet_id)
            packet = read_packet(content) if content is not None else None
            files = packet.attachments if isinstance(packet, DocumentPacket) else ()
        for file in files:
            if str(file.place) == place and hashlib.sha256(file.content).hexdigest().startswith(mark):
                return file.content
        raise SkipRecord("A file of a packet is not there (any more).")

    def document(self, packet_id: str) -> RawRecord | None:
        """A document that came, read again."""
        content = self.packet(packet_id)
        return None if content is None else _raw(Kind.DOCUMENT, packet_id, kept(content)[1], "")

    def unit(self, code: str) -> RawRecord | None:
        """An agency by its code."""
        return next((_unit(agency) for agency in self.agencies() if agency.code == code), None)

    def watched(self, job_id: str) -> RawRecord | None:
        """What is waiting about a document of ours at another body; empty when nothing waits."""
        opened = [self._open(row) for row in self._listed("status", None)]
        found = [
            one
            for one in opened
            if isinstance(one.packet, StatusPacket) and self._job_id(one.packet) == job_id
        ]
        return self._job(job_id, found)

    def _listed(self, message: Message, cursor: str | None) -> list[Listed]:
        """The box; where lists go by days, from a few days before the newest one that was stored (F06)."""
        last = _cursor_day(cursor)
        start = max(filter(None, (last - self.overlap if last else None, self.since, BEGINNING)))
        return self.gate.received(message, start, self.today())

    def _units(self, known: Known) -> Iterator[Page]:
        records = [_unit(agency) for agency in self.agencies()]
        if not records and self.gate.lists_agencies:
            raise ReplyUnreadable("getAgenciesList: the list is empty.")
        old = known(Kind.UNIT, [(raw.remote_id, raw.fingerprint) for raw in records])
        listed = frozenset(raw.remote_id for raw in records)
        new = tuple(raw for raw in records if raw.remote_id not in old)
        yield Page(Stream.UNITS, new, complete=True, listed=listed)

    def _papers(self, stream: Stream, cursor: str | None, known: Known) -> Iterator[Page]:
        """New packets in pages; what is stored already, but was never acknowledged, is acknowledged now."""
        rows = self._listed(_MESSAGES[stream], cursor)
        old = _stored(rows, known)
        for row in rows:
            if _row_id(row) in old and row.state not in {DONE, FAILED} and row.usable:
                self._tell(row, DONE)
        for batch in self._new(rows, stream, old):
            yield Page(stream, tuple(self._records(batch)))
            self._acknowledge(batch)
        newest = self._newest(rows, cursor)
        if newest and newest != _cursor_day(cursor):
            yield Page(stream, (), cursor=orjson.dumps({"day": newest.isoformat()}).decode())

    def _new(self, rows: Sequence[Listed], stream: Stream, old: set[str]) -> Iterator[list[Opened]]:
        """What is not stored yet, opened batch by batch. A status that was acknowledged is one that was stored."""
        told = {DONE, FAILED} if stream is Stream.ACTIVITY else set[str]()
        new = [row for row in rows if _row_id(row) not in old and row.state not in told]
        try:
            for batch in self._batches(new):
                yield batch
                self.carried.clear()
        finally:
            self.carried.clear()

    def _acknowledge(self, batch: Sequence[Opened]) -> None:
        """The page is stored: take its packets out of the box. What could not be fetched stays in it."""
        for one in batch:
            if one.fetched:
                self._tell(one.row, FAILED if one.packet is None else DONE)

    def _tell(self, row: Listed, state: str) -> None:
        """An acknowledgement that is refused is tried again by the next poll, which finds the packet stored."""
        try:
            self.gate.acknowledge(row.packet_id, state)
        except SkipRecord as error:
            log.warning("packet not acknowledged: %s", error.sentence)

    def _newest(self, rows: Sequence[Listed], cursor: str | None) -> date | None:
        """Only for lists by days. A date in the future is somebody's mistake and must not move the cursor (M40)."""
        if not self.gate.lists_by_days:
            return None
        days = [_lenient_day(row.created) for row in rows]
        return max(
            filter(None, (_cursor_day(cursor), *(day for day in days if day and day <= self.today()))),
            default=None,
        )

    def _batches(self, rows: Sequence[Listed]) -> Iterator[list[Opened]]:
        batch: list[Opened] = []
        weight = 0
        for row in rows:
            one = self._open(row)
            batch.append(one)
            if isinstance(one.packet, DocumentPacket):
                self.carried[row.packet_id] = one.packet.attachments
                weight += sum(len(file.content) for file in one.packet.attachments)
            if len(batch) == BATCH or weight > HEAVIEST:
                yield batch
                batch, weight = [], 0
        if batch:
            yield batch

    def _open(self, row: Listed) -> Opened:
        """A packet that cannot be had or used comes as one that `decode` refuses: it stops no other (F25)."""
        if not row.usable:
            return Opened(row, None, unusable("its id cannot be used"))
        try:
            content = self.gate.packet(row.packet_id)
        except SkipRecord as error:
            again = row if isinstance(error, TooLarge) else replace(row, forgotten=True)
            return Opened(again, None, unusable(error.sentence))
        if content is None:
            return Opened(replace(row, forgotten=True), None, unusable("it is listed and not there"))
        if row.sha256 and hashlib.sha256(content).hexdigest() != row.sha256:
            return Opened(row, None, unusable("it is not the one that the list tells of"), fetched=True)
        packet, body = kept(content)
        try:
            refuse_unusable(packet, row.created)
        except SkipRecord as error:
            # Its record could not be read either, so nobody is told that it arrived.
            return Opened(row, None, unusable(error.sentence), fetched=True)
        return Opened(row, packet, body, fetched=True)

    def _records(self, batch: Sequence[Opened]) -> Iterator[RawRecord]:
        """By what is in a packet, whichever list it stood in.

        Statuses about one document of one body stand in one record. A status that asks
        for a document back, and everything bad, stands alone.
        """
        jobs: dict[str, list[Opened]] = {}
        for one in batch:
            if isinstance(one.packet, StatusPacket) and one.packet.code != TAKE_BACK:
                jobs.setdefault(self._job_id(one.packet), []).append(one)
                continue
            yield _raw(Kind.DOCUMENT, _row_id(one.row), one.body, one.row.fingerprint)
            for job_id in self._report_ids(one.packet):
                jobs.setdefault(job_id, []).append(one)
        for job_id, found in jobs.items():
            yield self._job(job_id, found)

    def _job_id(self, packet: StatusPacket) -> str:
        return f"{packet.answers.document_id or packet.answers.code}{SEPARATOR}{self.unit_code(packet.sender.code)}"

    def _report_ids(self, packet: Packet | None) -> Sequence[str]:
        """The work items that a new document reports on: those of the documents it answers."""
        if not isinstance(packet, DocumentPacket) or packet.order.kind != Business.NEW.value:
            return ()
        unit = self.unit_code(packet.sender.code) if packet.answers else ""
        ids = (f"{answered.document_id or answered.code}{SEPARATOR}{unit}" for answered in packet.answers)
        return tuple(dict.fromkeys(ids))

    def _job(self, job_id: str, found: Sequence[Opened]) -> RawRecord:
        document, _, unit = job_id.rpartition(SEPARATOR)
        entries = [
            {"id": one.row.packet_id, "at": one.row.created, "packet": one.body.decode(errors="replace")}
            for one in found
        ]
        return bundled(job_id, document=document, unit=unit, entries=entries)


def bundled(job_id: str, **values: Any) -> RawRecord:
    """The record of a work item; it has no row of its own, so nothing of it is known before it is read."""
    return _raw(Kind.JOB, job_id, orjson.dumps(values, option=orjson.OPT_SORT_KEYS), "")


def kept(content: bytes) -> tuple[Packet | None, bytes]:
    """(what is in it or None, what is kept of it); a bad packet is handed on whole, so that it is refused by name."""
    try:
        packet = read_packet(content)
    except SkipRecord:
        return None, content
    files = packet.attachments if isinstance(packet, DocumentPacket) else ()
    return packet, without_content(content, files)


def _unit(agency: Agency) -> RawRecord:
    row = {"code": agency.code, "name": agency.name, "parent": agency.parent, "old": agency.old_code}
    body = orjson.dumps(row, option=orjson.OPT_SORT_KEYS)
    return _raw(Kind.UNIT, agency.code, body, hashlib.sha256(body).hexdigest()[:32])


def _raw(kind: Kind, remote_id: str, body: bytes, fingerprint: str) -> RawRecord:
    return RawRecord(kind, remote_id, body, hashlib.sha256(body).hexdigest(), fingerprint)


def _stored(rows: Sequence[Listed], known: Known) -> set[str]:
    """The ids of rows that are stored as they stand; whatever became of them, packets have one kind there."""
    return set(known(Kind.DOCUMENT, [(_row_id(row), row.fingerprint) for row in rows]))


def _cursor_day(cursor: str | None) -> date | None:
    """The day of a cursor; one that cannot be read counts as none: everything known costs nothing anyway."""
    try:
        value: Any = orjson.loads(cursor or "null")
        return date.fromisoformat(value["day"]) if value else None
    except (ValueError, KeyError, TypeError):
        return None


def _lenient_day(text: str) -> date | None:
    try:
        return day_of(text, "")
    except SkipRecord:
        return None


def _row_id(row: Listed) -> str:
    """The axis's id, or a name of our own for one that cannot be used."""
    return row.packet_id if row.usable else f"?{row.fingerprint[:16]}"
