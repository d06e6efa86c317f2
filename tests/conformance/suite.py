"""What every connector owes the engine, as one class of tests.

A connector passes by a subclass with one fixture, `arena`: a connector with a way
to make things happen on the other side. Included: reading, cost, writing, lost
replies, clock, identity, files. Excluded: how one dialect looks (unit tests).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol, runtime_checkable

import pytest

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
from connector.records import (
    AccountRecord,
    DirectiveRecord,
    JobRecord,
    Kind,
    LineRole,
    RawRecord,
    UnitRecord,
)
from errors import HoldForHuman, OutcomeUnknown, RetryLater, SkipRecord


class Arena(Protocol):
    """A connector and the people on the other side. Lists are read in pages of few rows."""

    lead: str
    coordinator: str

    @property
    def connector(self) -> Connector: ...

    def now(self) -> datetime: ...

    def issue(
        self, number: str, secrecy: str = "Thường", attachments: Mapping[str, bytes] | None = None
    ) -> str: ...

    def comment(self, document_id: str, text: str) -> None: ...

    def report(self, job_id: str, text: str) -> None:
        """The lead unit reports progress (code 2) with a text."""
        ...

    def lose_reply(self, write: Write) -> None:
        """The next sending of `write` is applied, but no answer comes."""
        ...

    def fail_reading(self) -> None:
        """The next page of a list fails, and so do its repeats within one call."""
        ...

    def shift_pages(self) -> None:
        """While the next list is read, a row of its first page goes away."""
        ...

    def applied(self, effect_key: str) -> int:
        """How often this effect was applied."""
        ...


@runtime_checkable
class GivenJobs(Protocol):
    """What the arena of a connector that creates no tasks has beside: work items that are there by themselves."""

    #: the code by which a report of progress is known.
    progress_code: str

    def own_job(self, document_id: str) -> tuple[str, str]:
        """(id, lead line) of the one that a document means for us."""
        ...

    def watched_job(self, document_id: str) -> str:
        """One in which others report."""
        ...


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
    return capability in arena.connector.capabilities


def streams(arena: Arena) -> list[Stream]:
    """The streams that the connector declares."""
    needed = {Stream.UNITS: Capability.LISTS_UNITS, Stream.ACCOUNTS: Capability.LISTS_ACCOUNTS}
    return [stream for stream in Stream if stream not in needed or can(arena, needed[stream])]


def complete_streams(arena: Arena) -> list[Stream]:
    """Those of them whose listing tells what is absent."""
    papers = () if can(arena, Capability.LISTS_COMPLETELY) else (Stream.DOCUMENTS, Stream.ACTIVITY)
    return [stream for stream in streams(arena) if stream not in papers]


def given(arena: Arena) -> GivenJobs:
    assert isinstance(arena, GivenJobs)
    return arena


def job_on(arena: Arena, document_id: str) -> tuple[str, str]:
    """(id, lead line) of a work item on a document, created where that can be done."""
    if not can(arena, Capability.CREATES_TASKS):
        return given(arena).own_job(document_id)
    made = arena.connector.apply(creation(arena, document_id))
    return made.remote_id, made.line_id


def job_of(arena: Arena, job_id: str) -> JobRecord:
    raw = arena.connector.fetch(Kind.JOB, job_id)
    assert raw is not None
    job = arena.connector.decode(raw)
    assert isinstance(job, JobRecord)
    return job


def pulled(arena: Arena) -> Memory:
    memory = Memory()
    for stream in Stream:
        memory.pull(arena.connector, stream)
    return memory


def creation(arena: Arena, document_id: str, key: str = "k-create") -> CreateJob:
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
        job, line = given(arena).own_job(document_id)
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


NEEDED = {
    "CreateJob": Capability.CREATES_TASKS,
    "UpdateJob": Capability.CREATES_TASKS,
    "SetStatus": Capability.WRITES_STATUS,
    "CommentJob": Capability.WRITES_COMMENTS,
    "CommentDocument": Capability.WRITES_COMMENTS,
    "AttachFile": Capability.UPLOADS_EVIDENCE,
}
WRITES = tuple(NEEDED)


def refuses(arena: Arena, write: Write) -> bool:
    """True when the connector does not declare this write; then it must say so, and do nothing."""
    if can(arena, NEEDED[type(write).__name__]):
        return False
    with pytest.raises(SkipRecord) as caught:
        arena.connector.apply(write)
    assert caught.value.remedy
    assert arena.applied(write.effect_key) == 0
    return True


class ConnectorConformance:
    """Subclass it with a fixture `arena`."""

    def test_a_second_complete_reading_gives_the_same_bodies(self, arena: Arena) -> None:
        for n in range(7):
            arena.issue(f"{40 + n}/TB-VP")
        for stream in complete_streams(arena):
            first, second = Memory(), Memory()
            listed = first.listing(arena.connector, stream)[1]
            assert second.listing(arena.connector, stream)[1] == listed
            assert first.records == second.records

    @pytest.mark.covers("F02")
    def test_an_idle_poll_costs_one_request_for_each_stream(self, arena: Arena) -> None:
        job_on(arena, arena.issue("12/CT-UBND"))
        memory = pulled(arena)
        memory.pull(arena.connector, Stream.ACTIVITY)
        for stream in streams(arena):
            before = arena.connector.requests_sent
            assert memory.pull(arena.connector, stream) == []
            assert arena.connector.requests_sent - before == 1, stream

    def test_known_rows_are_listed_but_not_read_again(self, arena: Arena) -> None:
        job, _ = job_on(arena, arena.issue("12/CT-UBND"))
        memory = pulled(arena)
        for stream in complete_streams(arena):
            records, listed = memory.listing(arena.connector, stream)
            assert records == []
            assert listed
        if can(arena, Capability.LISTS_COMPLETELY):
            assert job in memory.listing(arena.connector, Stream.ACTIVITY)[1]

    def test_a_complete_listing_has_everything(self, arena: Arena) -> None:
        issued = {arena.issue(f"{60 + n}/TB-VP") for n in range(13)}
        if not can(arena, Capability.LISTS_COMPLETELY):
            pages = list(arena.connector.listing(Stream.DOCUMENTS, lambda *_: ()))
            assert issued <= {raw.remote_id for page in pages for raw in page.records}
            assert not any(page.complete or page.listed for page in pages)
            return
        records, listed = Memory().listing(arena.connector, Stream.DOCUMENTS)
        assert issued <= listed
        assert {raw.remote_id for raw in records} == listed

    @pytest.mark.covers("F07")
    def test_a_row_that_goes_away_meanwhile_hides_no_other(self, arena: Arena) -> None:
        if not can(arena, Capability.LISTS_COMPLETELY):
            return  # a box is one list, and what is in it stays until it is acknowledged
        issued = [arena.issue(f"{60 + n}/TB-VP") for n in range(23)]
        arena.shift_pages()
        _, listed = Memory().listing(arena.connector, Stream.DOCUMENTS)
        # One row of the first page may be gone, it is one that was read before it went.
        assert set(issued) <= listed

    def test_only_what_changed_is_read(self, arena: Arena) -> None:
        memory = pulled(arena)
        new = arena.issue("77/CT-UBND")
        assert {raw.remote_id for raw in memory.pull(arena.connector, Stream.DOCUMENTS)} == {new}
        record = arena.connector.decode(memory.records[Kind.DOCUMENT, new])
        assert isinstance(record, DirectiveRecord)
        assert record.number == "77/CT-UBND"

    def test_activity_tells_what_people_did(self, arena: Arena) -> None:
        document_id = arena.issue("12/CT-UBND")
        code = "2"
        if can(arena, Capability.CREATES_TASKS):
            job_id = arena.connector.apply(creation(arena, document_id)).remote_id
        else:
            code = given(arena).progress_code
            job_id = given(arena).watched_job(document_id)
        memory = pulled(arena)
        memory.pull(arena.connector, Stream.ACTIVITY)
        arena.report(job_id, "Đã làm một nửa <50%>")
        expected = {(Kind.JOB, job_id)}
        if can(arena, Capability.WRITES_COMMENTS):
            arena.comment(document_id, "Có ý kiến")
            expected.add((Kind.DOCUMENT, document_id))
        found = {(raw.kind, raw.remote_id): raw for raw in memory.pull(arena.connector, Stream.ACTIVITY)}
        assert set(found) == expected
        job = arena.connector.decode(found[Kind.JOB, job_id])
        assert isinstance(job, JobRecord)
        last = job.actions[-1]
        assert (last.status_code, last.comment) == (code, "Đã làm một nửa <50%>")
        assert last.actor not in {"", arena.connector.own_user}
        assert abs(last.at - arena.now()) < timedelta(minutes=1)

    @pytest.mark.covers("F10")
    def test_a_reading_that_fails_is_simply_done_again(self, arena: Arena) -> None:
        memory = pulled(arena)
        new = arena.issue("78/CT-UBND")
        cursors = dict(memory.cursors)
        arena.fail_reading()
        with pytest.raises(RetryLater):
            memory.pull(arena.connector, Stream.DOCUMENTS)
        assert memory.cursors == cursors
        assert {raw.remote_id for raw in memory.pull(arena.connector, Stream.DOCUMENTS)} == {new}

    def test_every_record_decodes_and_garbage_is_refused(self, arena: Arena) -> None:
        document_id = arena.issue("12/CT-UBND", attachments={"a.txt": b"x"})
        job_id, _ = job_on(arena, document_id)
        wanted = {
            Kind.UNIT: UnitRecord,
            Kind.ACCOUNT: AccountRecord,
            Kind.DOCUMENT: DirectiveRecord,
            Kind.JOB: JobRecord,
        }
        memory = pulled(arena)
        job = arena.connector.fetch(Kind.JOB, job_id)
        assert job is not None
        memory.records[Kind.JOB, job_id] = job
        unlisted = set(Stream) - set(streams(arena))
        for stream, kind in ((Stream.UNITS, Kind.UNIT), (Stream.ACCOUNTS, Kind.ACCOUNT)):
            if stream in unlisted:
                assert memory.pull(arena.connector, stream) == []
                del wanted[kind]
        assert {kind for kind, _ in memory.records} == set(wanted)
        for (kind, remote_id), raw in memory.records.items():
            record = arena.connector.decode(raw)
            assert isinstance(record, wanted[kind])
            assert record.remote_id == remote_id
            for body in (
                b"",
                b"{}",
                b"[]",
                b"null",
                raw.body[: len(raw.body) // 2],
                b"\xff\xfe",
                b"[" * 5000,
            ):
                with pytest.raises(SkipRecord):
                    arena.connector.decode(replace(raw, body=body))

    @pytest.mark.covers("LC-02")
    @pytest.mark.parametrize("mark", ["Mật", "Tuyệt mật", "Thường", "Nội bộ (chưa rõ)"])
    def test_marks_pass_through_unchanged(self, arena: Arena, mark: str) -> None:
        raw = arena.connector.fetch(Kind.DOCUMENT, arena.issue("5/CT-UBND", secrecy=mark))
        assert raw is not None
        record = arena.connector.decode(raw)
        assert isinstance(record, DirectiveRecord)
        assert record.secrecy == (mark if can(arena, Capability.SHOWS_SECRECY) else "")

    @pytest.mark.covers("F04", "LC-04")
    @pytest.mark.parametrize("index", range(len(WRITES)), ids=WRITES)
    def test_a_write_is_applied_once_and_found_again(self, arena: Arena, tmp_path: Path, index: int) -> None:
        write = writes_on(arena, tmp_path)[index]
        if refuses(arena, write):
            return
        if can(arena, Capability.READS_BACK):
            assert arena.connector.find(write) is None
        receipt = arena.connector.apply(write)
        assert receipt.effect_key == write.effect_key
        assert arena.applied(write.effect_key) == 1
        if not can(arena, Capability.READS_BACK):
            with pytest.raises(HoldForHuman):
                arena.connector.find(write)
            return
        found = arena.connector.find(write)
        assert found is not None
        assert (found.remote_id, found.written, found.line_id) == (
            receipt.remote_id,
            receipt.written,
            receipt.line_id,
        )
        assert arena.applied(write.effect_key) == 1

    @pytest.mark.covers("F04", "F29")
    @pytest.mark.parametrize("index", range(len(WRITES)), ids=WRITES)
    def test_a_lost_reply_is_found_and_not_doubled(self, arena: Arena, tmp_path: Path, index: int) -> None:
        write = writes_on(arena, tmp_path)[index]
        if refuses(arena, write):
            return
        arena.lose_reply(write)
        with pytest.raises(OutcomeUnknown):
            arena.connector.apply(write)
        if can(arena, Capability.READS_BACK):
            assert arena.connector.find(write) is not None
        else:
            with pytest.raises(HoldForHuman):
                arena.connector.find(write)
        assert arena.applied(write.effect_key) == 1

    def test_a_new_work_item_shows_what_was_written(self, arena: Arena) -> None:
        document_id = arena.issue("12/CT-UBND")
        write = creation(arena, document_id)
        if refuses(arena, write):
            return
        receipt = arena.connector.apply(write)
        raw = arena.connector.fetch(Kind.JOB, receipt.remote_id)
        assert raw is not None
        job = arena.connector.decode(raw)
        assert isinstance(job, JobRecord)
        assert (job.name, job.content, job.due) == (write.name, write.content, write.due)
        assert job.document_id == document_id
        roles = {line.unit_id: line.role for line in job.lines}
        assert roles == {arena.lead: LineRole.LEAD, arena.coordinator: LineRole.COORDINATE}
        lead = next(line for line in job.lines if line.role is LineRole.LEAD)
        assert (receipt.line_id, receipt.state) == (lead.line_id, lead.status_text)

    @pytest.mark.covers("LC-05")
    def test_a_state_is_shown_in_exactly_the_given_words(self, arena: Arena) -> None:
        job_id, line_id = job_on(arena, arena.issue("12/CT-UBND"))
        text = "Chờ xác nhận"
        arena.connector.apply(SetStatus("k-1", job_id, line_id, text))
        assert arena.applied("k-1") == 1
        if not can(arena, Capability.READS_BACK):
            return  # what was sent cannot be seen from here: tests of the dialect look on the other side
        job = job_of(arena, job_id)
        assert job.status_text == text
        assert job.actions[-1].actor == arena.connector.own_user

    @pytest.mark.covers("M39")
    def test_a_state_the_site_does_not_know_is_refused_with_the_remedy(self, arena: Arena) -> None:
        job_id, line_id = job_on(arena, arena.issue("12/CT-UBND"))
        write = SetStatus("k-none", job_id, line_id, "Trạng thái không có")
        if can(arena, Capability.FREE_STATUS):
            arena.connector.apply(write)
            assert arena.applied("k-none") == 1
            return
        with pytest.raises(SkipRecord, match="Trạng thái không có") as caught:
            arena.connector.apply(write)
        assert caught.value.remedy
        assert arena.applied("k-none") == 0

    def test_a_comment_leaves_the_state_alone(self, arena: Arena) -> None:
        job_id, line_id = job_on(arena, arena.issue("12/CT-UBND"))
        before = job_of(arena, job_id)
        comment = CommentJob("k-c", job_id, line_id, "Biên nhận BN-9", "BN-9")
        if refuses(arena, comment):
            assert job_of(arena, job_id) == before
            return
        arena.connector.apply(comment)
        job = job_of(arena, job_id)
        assert job.status_text == before.status_text
        assert (job.actions[-1].status_code, job.actions[-1].comment) == ("", "Biên nhận BN-9")

    @pytest.mark.parametrize("kind", list(Kind))
    def test_an_unknown_id_is_nothing(self, arena: Arena, kind: Kind) -> None:
        assert arena.connector.fetch(kind, "999999999") is None

    def test_fetching_gives_what_listing_gives(self, arena: Arena) -> None:
        job_on(arena, arena.issue("12/CT-UBND"))
        for (kind, remote_id), raw in pulled(arena).records.items():
            fetched = arena.connector.fetch(kind, remote_id)
            assert fetched is not None
            assert (fetched.body, fetched.version) == (raw.body, raw.version)

    @pytest.mark.covers("F28")
    def test_a_file_comes_whole_with_its_hash_or_not_at_all(self, arena: Arena, tmp_path: Path) -> None:
        content = bytes(range(256)) * 300
        raw = arena.connector.fetch(
            Kind.DOCUMENT, arena.issue("9/CT-UBND", attachments={"bảng.xlsx": content})
        )
        assert raw is not None
        record = arena.connector.decode(raw)
        assert isinstance(record, DirectiveRecord)
        (file,) = record.files
        assert (file.name, file.related) == ("bảng.xlsx", False)
        target = tmp_path / "got"
        assert arena.connector.download(file, target, 10**6) == hashlib.sha256(content).hexdigest()
        assert target.read_bytes() == content
        with pytest.raises(SkipRecord):
            arena.connector.download(file, tmp_path / "small", len(content) - 1)
        assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["got"]

    @pytest.mark.covers("F39")
    def test_the_probe_shows_clock_lists_and_account(self, arena: Arena) -> None:
        arena.issue("1/CT-UBND")
        probe = arena.connector.probe()
        assert probe.server_time is not None
        assert probe.server_time.tzinfo is not None
        assert abs(probe.server_time - arena.now()) < timedelta(minutes=1)
        assert probe.clock_skew_seconds is not None
        if not can(arena, Capability.FREE_STATUS):
            assert "Chờ xác nhận" in probe.statuses.values()
            assert "Đạt" in probe.evaluations.values()
        assert probe.statuses
        assert probe.account
        assert probe.documents_seen >= 1

    def test_it_says_who_it_is_and_closing_never_fails(self, arena: Arena) -> None:
        assert arena.connector.own_user
        assert arena.connector.site
        arena.connector.close()
        arena.connector.close()
