"""What every connector owes when it reads: order, thrift, completeness, identity, files, a look around."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connector.conformance.arena import Arena
from connector.conformance.ground import (
    Memory,
    can,
    complete_streams,
    creation,
    given,
    job_on,
    pulled,
    streams,
)
from connector.conformance.showing import shows
from connector.port import Capability, Stream
from connector.records import AccountRecord, DirectiveRecord, JobRecord, Kind, UnitRecord
from errors import RetryLater, SkipRecord


class ReadingConformance:
    """The reading half; see `ConnectorConformance`."""

    def test_a_second_complete_reading_gives_the_same_bodies(self, arena: Arena) -> None:
        for n in range(7):
            arena.issue(f"{40 + n}/TB-VP")
        for stream in complete_streams(arena):
            first, second = Memory(), Memory()
            listed = first.listing(arena.connector, stream)[1]
            assert second.listing(arena.connector, stream)[1] == listed
            assert first.records == second.records

    @shows("F02")
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
        if {Capability.LISTS_COMPLETELY, Capability.SHOWS_WORK} <= arena.connector.capabilities:
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

    @shows("F07")
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
        if not can(arena, Capability.SHOWS_WORK):
            before = arena.connector.requests_sent
            assert Memory().pull(arena.connector, Stream.ACTIVITY) == []
            assert arena.connector.requests_sent == before
            return
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

    @shows("F10")
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
        if can(arena, Capability.SHOWS_WORK):
            assert job is not None
            memory.records[Kind.JOB, job_id] = job
        else:
            assert job is None
            del wanted[Kind.JOB]
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

    @shows("LC-02")
    @pytest.mark.parametrize("mark", ["Mật", "Tuyệt mật", "Thường", "Nội bộ (chưa rõ)"])
    def test_marks_pass_through_unchanged(self, arena: Arena, mark: str) -> None:
        raw = arena.connector.fetch(Kind.DOCUMENT, arena.issue("5/CT-UBND", secrecy=mark))
        assert raw is not None
        record = arena.connector.decode(raw)
        assert isinstance(record, DirectiveRecord)
        assert record.secrecy == (mark if can(arena, Capability.SHOWS_SECRECY) else "")

    @pytest.mark.parametrize("kind", list(Kind))
    def test_an_unknown_id_is_nothing(self, arena: Arena, kind: Kind) -> None:
        assert arena.connector.fetch(kind, "999999999") is None

    def test_fetching_gives_what_listing_gives(self, arena: Arena) -> None:
        job_on(arena, arena.issue("12/CT-UBND"))
        for (kind, remote_id), raw in pulled(arena).records.items():
            fetched = arena.connector.fetch(kind, remote_id)
            assert fetched is not None
            assert (fetched.body, fetched.version) == (raw.body, raw.version)

    @shows("F28")
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

    @shows("F39")
    def test_the_probe_shows_clock_lists_and_account(self, arena: Arena) -> None:
        arena.issue("1/CT-UBND")
        probe = arena.connector.probe()
        assert probe.server_time is not None
        assert probe.server_time.tzinfo is not None
        assert abs(probe.server_time - arena.now()) < timedelta(minutes=1)
        assert probe.clock_skew_seconds is not None
        if can(arena, Capability.WRITES_STATUS) and not can(arena, Capability.FREE_STATUS):
            assert "Chờ xác nhận" in probe.statuses.values()
            assert "Đạt" in probe.evaluations.values()
        assert probe.statuses or not can(arena, Capability.SHOWS_WORK)
        assert probe.account
        assert probe.documents_seen >= 1

    def test_it_says_who_it_is_and_closing_never_fails(self, arena: Arena) -> None:
        assert arena.connector.own_user
        assert arena.connector.site
        arena.connector.close()
        arena.connector.close()
