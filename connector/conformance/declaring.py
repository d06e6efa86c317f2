"""Capabilities declared equal to capabilities shown: what is declared and not there breaks the engine, what is there
and not declared is never used."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, runtime_checkable

from connector.conformance.arena import Arena, GivenJobs
from connector.conformance.ground import NO_JOB, Memory, can, creation, given, job_on, pulled, writes_on
from connector.port import Capability, CommentJob, SetStatus, Stream, Write
from connector.records import DirectiveRecord, JobRecord, Kind
from connector.webhook import verify
from errors import HoldForHuman, SkipRecord

#: More than two pages of the few rows that an arena's connector reads at once.
SEVERAL = 12


@runtime_checkable
class GivesRows(Protocol):
    """What the arena of a connector with INLINE_ROWS has beside."""

    def issue_with_rows(self, number: str) -> str:
        """A document that carries at least one row of an assignment table as data; its id."""
        ...


@runtime_checkable
class TakesBack(Protocol):
    """What the arena of a connector with ACKNOWLEDGES has beside."""

    def acknowledged(self, document_id: str) -> bool:
        """Whether the other side was told that this one is stored."""
        ...


@runtime_checkable
class SendsWebhooks(Protocol):
    """What the arena of a connector with WEBHOOKS has beside."""

    def webhook(self, document_id: str) -> tuple[bytes, dict[str, str], str]:
        """(body, headers, secret) of the message that the other side sent about a document."""
        ...


def shown(arena: Arena, folder: Path) -> set[Capability]:
    """What the connector can really do, tried one by one, whatever it declares."""
    found = _reading(arena) | _listing(arena)
    writes = {type(write).__name__: write for write in writes_on(arena, folder)}
    done = {name for name, write in writes.items() if _taken(arena, write)}
    pairs = {
        "SetStatus": Capability.WRITES_STATUS,
        "AttachFile": Capability.UPLOADS_EVIDENCE,
    }
    found |= {capability for name, capability in pairs.items() if name in done}
    if {"CreateJob", "UpdateJob"} <= done:
        found.add(Capability.CREATES_TASKS)
    if {"CommentJob", "CommentDocument"} <= done:
        found.add(Capability.WRITES_COMMENTS)
    if done and all(_found(arena, writes[name]) for name in done):
        found.add(Capability.READS_BACK)
    return found | _stating(arena, done)


def _reading(arena: Arena) -> set[Capability]:
    document_id = arena.issue("91/CT-UBND", secrecy="Thường")
    before = isinstance(arena, TakesBack) and arena.acknowledged(document_id)
    memory = Memory()
    units = memory.pull(arena.connector, Stream.UNITS)
    accounts = memory.pull(arena.connector, Stream.ACCOUNTS)
    memory.pull(arena.connector, Stream.DOCUMENTS)
    record = _document(arena, document_id)
    there = {
        Capability.LISTS_UNITS: bool(units),
        Capability.LISTS_ACCOUNTS: bool(accounts),
        Capability.LISTS_BY_DATE: Stream.DOCUMENTS in memory.cursors,
        Capability.SHOWS_SECRECY: record.secrecy == "Thường",
        Capability.ACKNOWLEDGES: isinstance(arena, TakesBack)
        and not before
        and arena.acknowledged(document_id),
        Capability.INLINE_ROWS: isinstance(arena, GivesRows)
        and bool(_document(arena, arena.issue_with_rows("92/CT-UBND")).rows),
        Capability.SHOWS_WORK: _works(arena, document_id),
        Capability.WEBHOOKS: isinstance(arena, SendsWebhooks) and _announced(arena, document_id),
    }
    return {capability for capability, holds in there.items() if holds}


def _works(arena: Arena, document_id: str) -> bool:
    """Whether a work item can be read: one made for the purpose, or one that is there by itself."""
    if can(arena, Capability.CREATES_TASKS):
        job_id = arena.connector.apply(creation(arena, document_id, "k-seen")).remote_id
    else:
        job_id = (arena.own_job(document_id) if isinstance(arena, GivenJobs) else NO_JOB)[0]
    raw = arena.connector.fetch(Kind.JOB, job_id)
    return raw is not None and isinstance(arena.connector.decode(raw), JobRecord)


def _announced(arena: Arena, document_id: str) -> bool:
    from pydantic import SecretStr

    assert isinstance(arena, SendsWebhooks)
    body, headers, secret = arena.webhook(document_id)
    return verify(body, headers, [SecretStr(secret)], arena.now()).remote_id == document_id


def _listing(arena: Arena) -> set[Capability]:
    """With more work than fits on a page: whether an idle poll still costs one request, and lists have an end."""
    for n in range(SEVERAL):
        document_id = arena.issue(f"{100 + n}/CT-UBND")
        if can(arena, Capability.CREATES_TASKS):
            job_on(arena, document_id)
        elif can(arena, Capability.SHOWS_WORK):
            given(arena).watched_job(document_id)
    memory = pulled(arena)
    memory.pull(arena.connector, Stream.ACTIVITY)
    before = arena.connector.requests_sent
    memory.pull(arena.connector, Stream.ACTIVITY)
    found = set()
    if arena.connector.requests_sent - before == 1:
        found.add(Capability.CHANGE_FEED)
    pages = list(arena.connector.listing(Stream.DOCUMENTS, lambda *_: ()))
    if pages and pages[-1].complete and len(pages[-1].listed) >= SEVERAL:
        found.add(Capability.LISTS_COMPLETELY)
    return found


def _stating(arena: Arena, done: set[str]) -> set[Capability]:
    """A text that stands in no list; and whether the same write twice is one effect."""
    job, line = job_on(arena, arena.issue("93/CT-UBND"))
    found = set()
    if "SetStatus" in done and _taken(arena, SetStatus("k-free", job, line, "Trạng thái không có")):
        found.add(Capability.FREE_STATUS)
    twice: Write = CommentJob("k-twice", job, line, "Hai lần (BN-2)", "BN-2")
    if "CommentJob" not in done:
        twice = SetStatus("k-twice", job, line, "Đang thực hiện trong hạn")
    if type(twice).__name__ in done:
        arena.connector.apply(twice)
        arena.connector.apply(twice)
        if arena.applied("k-twice") == 1:
            found.add(Capability.IDEMPOTENT_WRITES)
    return found


def _taken(arena: Arena, write: Write) -> bool:
    try:
        arena.connector.apply(write)
    except SkipRecord:
        return False
    return True


def _found(arena: Arena, write: Write) -> bool:
    try:
        return arena.connector.find(write) is not None
    except HoldForHuman:
        return False


def _document(arena: Arena, document_id: str) -> DirectiveRecord:
    raw = arena.connector.fetch(Kind.DOCUMENT, document_id)
    assert raw is not None
    record = arena.connector.decode(raw)
    assert isinstance(record, DirectiveRecord)
    return record
