"""What every test of the suite stands on: a memory like the engine's, and writes to try."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from connector.conformance.arena import Arena, GivenJobs
from connector.port import (
    AttachFile,
    Capability,
    CommentDocument,
    CommentJob,
    Connector,
    CreateJob,
    Page,
    SetStatus,
    Stream,
    UpdateJob,
    Write,
)
from connector.records import JobRecord, Kind, RawRecord

#: (id, line) of a work item where the connector shows none.
NO_JOB = ("1", "1")


@dataclass
class Memory:
    """What an engine would remember: fingerprints, cursors, records."""

    prints: dict[tuple[Kind, str], str] = field(default_factory=dict)
    records: dict[tuple[Kind, str], RawRecord] = field(default_factory=dict)
    cursors: dict[Stream, str] = field(default_factory=dict)

    def known(self, kind: Kind, rows: object) -> set[str]:
        assert isinstance(rows, list)
        return {remote_id for remote_id, mark in rows if self.prints.get((kind, remote_id)) == mark}

    def keep(self, page: Page) -> None:
        for raw in page.records:
            self.records[raw.kind, raw.remote_id] = raw
            if raw.fingerprint:
                self.prints[raw.kind, raw.remote_id] = raw.fingerprint
        if page.cursor is not None:
            self.cursors[page.stream] = page.cursor

    def pull(self, connector: Connector, stream: Stream) -> list[RawRecord]:
        found: list[RawRecord] = []
        for page in connector.changes(stream, self.cursors.get(stream), self.known):
            self.keep(page)
            found += page.records
        return found

    def listing(self, connector: Connector, stream: Stream) -> tuple[list[RawRecord], frozenset[str]]:
        pages = list(connector.listing(stream, self.known))
        for page in pages:
            self.keep(page)
        assert [page.complete for page in pages] == [False] * (len(pages) - 1) + [True]
        return [raw for page in pages for raw in page.records], pages[-1].listed


def can(arena: Arena, capability: Capability) -> bool:
    """Whether the connector declares it."""
    return capability in arena.connector.capabilities


def streams(arena: Arena) -> list[Stream]:
    """The streams that the connector declares."""
    needed = {
        Stream.UNITS: Capability.LISTS_UNITS,
        Stream.ACCOUNTS: Capability.LISTS_ACCOUNTS,
        Stream.ACTIVITY: Capability.SHOWS_WORK,
    }
    return [stream for stream in Stream if stream not in needed or can(arena, needed[stream])]


def complete_streams(arena: Arena) -> list[Stream]:
    """Those of them whose listing tells what is absent."""
    papers = () if can(arena, Capability.LISTS_COMPLETELY) else (Stream.DOCUMENTS, Stream.ACTIVITY)
    return [stream for stream in streams(arena) if stream not in papers]


def given(arena: Arena) -> GivenJobs:
    """The further half of an arena without creation of work items."""
    assert isinstance(arena, GivenJobs)
    return arena


def job_on(arena: Arena, document_id: str) -> tuple[str, str]:
    """(id, lead line) of a work item on a document, created where that can be done; NO_JOB where none is shown."""
    if not can(arena, Capability.SHOWS_WORK):
        return NO_JOB
    if not can(arena, Capability.CREATES_TASKS):
        return given(arena).own_job(document_id)
    made = arena.connector.apply(creation(arena, document_id))
    return made.remote_id, made.line_id


def job_of(arena: Arena, job_id: str) -> JobRecord:
    """A work item as it stands now."""
    raw = arena.connector.fetch(Kind.JOB, job_id)
    assert raw is not None
    job = arena.connector.decode(raw)
    assert isinstance(job, JobRecord)
    return job


def pulled(arena: Arena) -> Memory:
    """What is remembered after one poll of every stream."""
    memory = Memory()
    for stream in Stream:
        memory.pull(arena.connector, stream)
    return memory


def creation(arena: Arena, document_id: str, key: str = "k-create") -> CreateJob:
    """A work item for the arena's two units, due 15/12/2026."""
    return CreateJob(
        effect_key=key,
        document_id=document_id,
        name="Rà soát biên chế & tài sản",
        content="Theo 12/CT-UBND: rà soát biên chế.\nMã theo dõi: TD-7F3K2M9QPX",
        marker="TD-7F3K2M9QPX",
        lead_unit=arena.lead,
        coordinators=(arena.coordinator,),
        due=date(2026, 12, 15),
    )


def writes_on(arena: Arena, tmp_path: Path) -> list[Write]:
    """One write of each kind, on a fresh document with a fresh work item."""
    document_id = arena.issue("31/CT-UBND")
    create = creation(arena, document_id)
    if can(arena, Capability.CREATES_TASKS):
        made = arena.connector.apply(
            replace(create, effect_key="k-ground", marker="TD-GROUND0000", content="TD-GROUND0000")
        )
        job, line = made.remote_id, made.line_id
    else:
        job, line = job_on(arena, document_id)
    evidence = tmp_path / "bao-cao.pdf"
    evidence.write_bytes(b"%PDF-1.7 " + bytes(range(256)) * 40)
    digest = hashlib.sha256(evidence.read_bytes()).hexdigest()
    return [
        create,
        UpdateJob("k-update", job, "Tên đã sửa", "Nội dung đã sửa\nTD-GROUND0000", date(2026, 12, 20)),
        SetStatus("k-status", job, line, "Đang thực hiện trong hạn"),
        CommentJob("k-receipt", job, line, "Đã ghi nhận lúc 08:00 (BN-1) <&>", "BN-1"),
        CommentDocument("k-lint", document_id, "Dòng 3 có hai cơ quan chủ trì (PH-1)", "PH-1"),
        AttachFile("k-file", document_id, "bao-cao.pdf", evidence, digest, "Báo cáo ngày (BC-1)", "BC-1"),
    ]
