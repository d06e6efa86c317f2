"""The port over a `MemorySystem`: the twin that passes the same conformance suite as the real thing.

It costs requests like a real connector (one for each page, one for each record
read, one for each write), so that an engine's thrift can be measured on it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import orjson
from pydantic import TypeAdapter, ValidationError

from connector.errors import RemoteRefused, ReplyLost, ReplyUnreadable, SystemAway, TooLarge
from connector.memory_system import MemorySystem, Operation, Trouble
from connector.port import (
    AttachFile,
    Capability,
    CommentDocument,
    CommentJob,
    CreateJob,
    Known,
    Page,
    Probe,
    SetStatus,
    Stream,
    UpdateJob,
    Write,
    WriteReceipt,
)
from connector.receipts import created_hash, shown_hash, updated_hash, wanted_hash
from connector.records import (
    AccountRecord,
    DirectiveRecord,
    FileRef,
    JobRecord,
    Kind,
    LineRole,
    RawRecord,
    Record,
    UnitRecord,
)
from connector.windows import Row, Walk, Window
from errors import SkipRecord

__all__ = ["MemoryConnector", "MemorySystem", "Trouble"]

CAPABILITIES: Final = frozenset(
    {
        Capability.LISTS_UNITS,
        Capability.LISTS_ACCOUNTS,
        Capability.LISTS_BY_DATE,
        Capability.CHANGE_FEED,
        Capability.SHOWS_WORK,
        Capability.CREATES_TASKS,
        Capability.WRITES_STATUS,
        Capability.WRITES_COMMENTS,
        Capability.UPLOADS_EVIDENCE,
        Capability.LISTS_COMPLETELY,
        Capability.SHOWS_SECRECY,
        Capability.READS_BACK,
        Capability.INLINE_ROWS,
    }
)
_TYPES: Final[dict[Kind, type[Record]]] = {
    Kind.UNIT: UnitRecord,
    Kind.ACCOUNT: AccountRecord,
    Kind.DOCUMENT: DirectiveRecord,
    Kind.JOB: JobRecord,
}


class MemoryConnector:
    """One worker's view of a `MemorySystem`; see `connector.port.Connector`."""

    capabilities: frozenset[Capability] = CAPABILITIES

    def __init__(
        self, system: MemorySystem, site: str = "memory", *, page_size: int = 50, overlap_days: int = 3
    ) -> None:
        self.site = site
        self.system = system
        self.requests_sent = 0
        self.skew_seconds: float | None = None
        self.own_user = system.service_user
        self._page_size = page_size
        self._overlap = timedelta(days=overlap_days)

    def changes(self, stream: Stream, cursor: str | None, known: Known) -> Iterator[Page]:
        """See the port."""
        if stream is Stream.DOCUMENTS:
            return self._new_documents(cursor, known)
        if stream is Stream.ACTIVITY:
            return self._activity(cursor, known)
        return self.listing(stream, known)

    def listing(self, stream: Stream, known: Known) -> Iterator[Page]:
        """See the port."""
        kind = _KINDS[stream]
        listed: set[str] = set()
        for rows in Walk(lambda window: self._page(kind, window), _key, self._page_size):
            listed.update(map(_key, rows))
            yield Page(stream, self._unknown(kind, rows, known))
        yield Page(stream, (), complete=True, listed=frozenset(listed))

    def fetch(self, kind: Kind, remote_id: str) -> RawRecord | None:
        """See the port."""
        self._read()
        record = self._held(kind).get(remote_id)
        return None if record is None else _raw(kind, record)

    def decode(self, raw: RawRecord) -> Record:
        """See the port."""
        try:
            record: Record = _adapter(raw.kind).validate_json(raw.body)
        except ValidationError as error:
            place = ".".join(map(str, error.errors()[0]["loc"]))
            raise SkipRecord(f"Field {place or 'body'} of a {raw.kind.value} cannot be read.") from None
        return record

    def download(self, file: FileRef, target: Path, max_bytes: int) -> str:
        """See the port."""
        self._read()
        content = self.system.files.get(file.remote_id)
        if content is None:
            raise RemoteRefused("There is no such file.")
        if len(content) > max_bytes:
            raise TooLarge(f"The file is larger than {max_bytes} bytes.")
        target.write_bytes(content)
        return hashlib.sha256(content).hexdigest()

    def apply(self, write: Write) -> WriteReceipt:
        """See the port. `system.trouble_writing` decides what goes wrong."""
        self.requests_sent += 1
        trouble = self.system.trouble_writing.popleft() if self.system.trouble_writing else None
        if trouble is Trouble.AWAY:
            raise SystemAway("The document system cannot be reached.")
        if trouble is Trouble.REQUEST_LOST:
            raise ReplyLost("No answer came.")
        receipt = self._applied(write)
        self.system.operations.append(Operation(write.effect_key, type(write).__name__, receipt.remote_id))
        if trouble is Trouble.REPLY_LOST:
            raise ReplyLost("No answer came.")
        return receipt

    def find(self, write: Write) -> WriteReceipt | None:
        """See the port."""
        try:
            self._read()
        except SystemAway as error:
            raise ReplyLost(f"An earlier write could not be looked for. {error.sentence}") from None
        return self._looked_for(write)

    def probe(self) -> Probe:
        """See the port."""
        self._read()
        documents = self.system.documents.values()
        return Probe(
            server_time=self.system.clock,
            clock_skew_seconds=0.0,
            account=self.own_user,
            statuses=dict(self.system.statuses),
            evaluations=dict(self.system.evaluations),
            documents_seen=len(documents),
            documents_without_mark=sum(not document.secrecy for document in documents),
        )

    def close(self) -> None:
        """Nothing is held open."""

    def _new_documents(self, cursor: str | None, known: Known) -> Iterator[Page]:
        last = date.fromisoformat(cursor) if cursor else None
        newest = last
        for rows in Walk(lambda window: self._page(Kind.DOCUMENT, window), _key, self._page_size):
            found = self._unknown(Kind.DOCUMENT, rows, known)
            yield Page(Stream.DOCUMENTS, found)
            days = [date.fromisoformat(row["day"]) for row in rows if row["day"]]
            today = self.system.clock.date()
            newest = max((day for day in (newest, *days) if day and day <= today), default=None)
            if last and days and days[-1] < last - self._overlap and not found:
                break
        if newest and newest != last:
            yield Page(Stream.DOCUMENTS, (), cursor=newest.isoformat())

    def _activity(self, cursor: str | None, known: Known) -> Iterator[Page]:
        self._read()
        newest = len(self.system.notices)
        if cursor is None:
            for page in self.listing(Stream.ACTIVITY, known):
                if page.records:
                    yield Page(Stream.ACTIVITY, page.records)
            yield Page(Stream.ACTIVITY, (), cursor=str(newest))
            return
        told = {(told.kind, told.remote_id): None for told in self.system.notices[int(cursor) : newest]}
        found = [self.fetch(kind, remote_id) for kind, remote_id in told]
        if newest > int(cursor):
            records = tuple(raw for raw in found if raw is not None)
            yield Page(Stream.ACTIVITY, records, cursor=str(newest))

    def _page(self, kind: Kind, window: Window) -> list[Row]:
        self._read()
        held = list(self._held(kind).values())
        if kind is Kind.DOCUMENT:
            held.sort(key=lambda d: (str(getattr(d, "issued_on", "")), int(d.remote_id)), reverse=True)
        elif kind is Kind.JOB:
            held.reverse()
        rows = [_row(record) for record in held[window.start : window.end]]
        if self.system.between_pages is not None:
            self.system.between_pages()
        return rows

    def _unknown(self, kind: Kind, rows: Sequence[Row], known: Known) -> tuple[RawRecord, ...]:
        old = known(kind, [(row["id"], row["fingerprint"]) for row in rows]) if rows else ()
        fresh = [row["id"] for row in rows if row["id"] not in old]
        if kind in {Kind.UNIT, Kind.ACCOUNT}:
            return tuple(_raw(kind, self._held(kind)[remote_id]) for remote_id in fresh)
        found = (self.fetch(kind, remote_id) for remote_id in fresh)
        return tuple(raw for raw in found if raw is not None)

    def _held(self, kind: Kind) -> dict[str, Any]:
        held: dict[Kind, dict[str, Any]] = {
            Kind.UNIT: self.system.units,
            Kind.ACCOUNT: self.system.accounts,
            Kind.DOCUMENT: self.system.documents,
            Kind.JOB: self.system.jobs,
        }
        return held[kind]

    def _read(self) -> None:
        self.requests_sent += 1
        if self.system.trouble_reading:
            self.system.trouble_reading.popleft()
            raise SystemAway("The document system cannot be reached.")

    def _applied(self, write: Write) -> WriteReceipt:
        system, me = self.system, self.own_user
        match write:
            case CreateJob():
                job_id = system.give(
                    me,
                    write.name,
                    write.content,
                    write.lead_unit,
                    write.coordinators,
                    write.due,
                    write.document_id,
                )
                return _created(write, system.job(job_id))
            case UpdateJob():
                system.rewrite(write.job_id, me, name=write.name, content=write.content, due=write.due)
                return _of_job(write, system.job(write.job_id), updated_hash(system.job(write.job_id)))
            case SetStatus():
                system.act(write.job_id, me, self._code(write.text), line_id=write.line_id)
                return _of_job(write, system.job(write.job_id), wanted_hash(write))
            case CommentJob():
                system.act(write.job_id, me, "", write.text, line_id=write.line_id)
                return _of_job(write, system.job(write.job_id), wanted_hash(write))
            case CommentDocument():
                system.say_on_document(write.document_id, me, write.text)
                return WriteReceipt(write.effect_key, write.document_id, wanted_hash(write), at=system.clock)
            case AttachFile():
                attachments = {write.name: write.path.read_bytes()}
                system.say_on_document(write.document_id, me, write.caption, attachments=attachments)
                return self._attached(write) or _missing()

    def _looked_for(self, write: Write) -> WriteReceipt | None:
        system = self.system
        match write:
            case CreateJob():
                found = (job for job in system.jobs.values() if write.marker in job.content)
                job = next(found, None)
                return _created(write, job) if job else None
            case AttachFile():
                return self._attached(write)
            case CommentDocument():
                document = system.documents.get(write.document_id)
                said = document is not None and any(write.marker in entry.comment for entry in document.log)
                return WriteReceipt(write.effect_key, write.document_id, wanted_hash(write)) if said else None
        job = system.jobs.get(write.job_id)
        return _of_job(write, job, wanted_hash(write)) if job and _shows(write, job) else None

    def _attached(self, write: AttachFile) -> WriteReceipt | None:
        document = self.system.documents.get(write.document_id)
        if document is None or not any(write.marker in entry.comment for entry in document.log):
            return None
        for file in document.files:
            if file.name == write.name and self.system.sha256(file.remote_id) == write.sha256:
                return WriteReceipt(write.effect_key, file.remote_id, wanted_hash(write))
        return None

    def _code(self, text: str) -> str:
        codes = {name: code for code, name in self.system.statuses.items()}
        if text not in codes:
            raise RemoteRefused(f"The status list has no entry “{text}”.", remedy="Add it to that list.")
        return codes[text]


_KINDS: Final = {
    Stream.UNITS: Kind.UNIT,
    Stream.ACCOUNTS: Kind.ACCOUNT,
    Stream.DOCUMENTS: Kind.DOCUMENT,
    Stream.ACTIVITY: Kind.JOB,
}


@cache
def _adapter(kind: Kind) -> TypeAdapter[Any]:
    return TypeAdapter(_TYPES[kind])


def _key(row: Row) -> str:
    return str(row["id"])


def _row(record: Any) -> Row:
    """What a list shows of a record: enough to see a change, not its history."""
    day = getattr(record, "issued_on", None)
    return {
        "id": record.remote_id,
        "day": day.isoformat() if day else "",
        "fingerprint": _fingerprint(record),
    }


def _fingerprint(record: Record) -> str:
    match record:
        case DirectiveRecord():
            day = record.issued_on.isoformat() if record.issued_on else ""
            return shown_hash(record.number, record.subject, record.issuer, day, record.urgency, record.state)
        case JobRecord():
            due = record.due.isoformat() if record.due else ""
            return shown_hash(record.name, record.status_text, due, record.evaluation_code)
    return hashlib.sha256(orjson.dumps(record)).hexdigest()


def _raw(kind: Kind, record: Record) -> RawRecord:
    body = orjson.dumps(record)
    version = hashlib.sha256(body).hexdigest()
    return RawRecord(kind, record.remote_id, body, version, _fingerprint(record))


def _created(write: CreateJob, job: JobRecord) -> WriteReceipt:
    return _of_job(write, job, created_hash(job))


def _of_job(write: Write, job: JobRecord, written: str) -> WriteReceipt:
    lead = next(line for line in job.lines if line.role is LineRole.LEAD)
    at = job.actions[-1].at
    return WriteReceipt(write.effect_key, job.remote_id, written, lead.line_id, at, lead.status_text)


def _shows(write: UpdateJob | SetStatus | CommentJob, job: JobRecord) -> bool:
    match write:
        case UpdateJob():
            return updated_hash(job) == wanted_hash(write)
        case SetStatus():
            return any(line.line_id == write.line_id and line.status_text == write.text for line in job.lines)
        case CommentJob():
            return any(write.marker in action.comment for action in job.actions)


def _missing() -> WriteReceipt:
    raise ReplyUnreadable("The file that was attached is not listed; its caption must contain the marker.")
