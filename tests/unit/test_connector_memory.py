"""The twin's own habits beyond the conformance suite: people's actions, troubles on order, thrift."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from connector.errors import RemoteRefused
from connector.memory import MemoryConnector, MemorySystem, Trouble
from connector.port import CommentDocument, Connector, CreateJob, SetStatus, Stream
from connector.records import DocumentState, JobRecord, Kind
from errors import OutcomeUnknown, RetryLater
from tests.conformance.memory_arena import MemoryArena
from tests.conformance.suite import Memory, creation


def given_job(arena: MemoryArena) -> JobRecord:
    receipt = arena.connector.apply(creation(arena, arena.issue("12/CT-UBND")))
    return arena.system.job(receipt.remote_id)


def test_it_is_a_connector() -> None:
    connector: Connector = MemoryConnector(MemorySystem({"1": "Chưa thực hiện"}))
    assert connector.own_user == "tdcd"


def test_two_equal_histories_are_equal_to_the_byte() -> None:
    def run() -> list[bytes]:
        arena = MemoryArena()
        job = given_job(arena)
        arena.system.tick()
        arena.report(job.remote_id, "một nửa")
        memory = Memory()
        for stream in Stream:
            memory.listing(arena.connector, stream)
        return [raw.body for raw in memory.records.values()]

    assert run() == run()


@pytest.mark.parametrize(
    ("trouble", "applied", "unknown"),
    [(Trouble.AWAY, 0, False), (Trouble.REQUEST_LOST, 0, True), (Trouble.REPLY_LOST, 1, True)],
)
def test_a_write_fails_as_ordered_and_then_works(trouble: Trouble, applied: int, unknown: bool) -> None:
    arena = MemoryArena()
    write = creation(arena, arena.issue("12/CT-UBND"))
    arena.system.trouble_writing.append(trouble)
    with pytest.raises(RetryLater) as caught:
        arena.connector.apply(write)
    assert isinstance(caught.value, OutcomeUnknown) is unknown
    assert arena.applied(write.effect_key) == applied
    assert (arena.connector.find(write) is not None) is bool(applied)
    arena.connector.apply(write)
    assert arena.applied(write.effect_key) == applied + 1


def test_reading_fails_as_ordered() -> None:
    arena = MemoryArena()
    arena.fail_reading()
    with pytest.raises(RetryLater):
        arena.connector.fetch(Kind.UNIT, "3")
    assert arena.connector.fetch(Kind.UNIT, "3") is not None
    arena.fail_reading()
    with pytest.raises(OutcomeUnknown):
        arena.connector.find(CommentDocument("k", "1", "x", "x"))


def test_people_judge_move_dates_and_hand_in_files() -> None:
    arena = MemoryArena()
    job = given_job(arena)
    system = arena.system
    system.act(job.remote_id, "1005", "2", "xong", attachments={"kq.pdf": b"%PDF"})
    system.judge(job.remote_id, "1002", "1", "tốt")
    system.rewrite(job.remote_id, "1002", due=date(2026, 12, 31))
    handed, judged, moved = system.job(job.remote_id).actions[-3:]
    assert (handed.status_code, handed.comment) == ("2", "xong")
    assert system.files[handed.files[0].remote_id] == b"%PDF"
    assert (judged.evaluation_code, system.job(job.remote_id).evaluation_code) == ("1", "1")
    assert moved.new_due == date(2026, 12, 31)
    assert {line.due for line in system.job(job.remote_id).lines} == {date(2026, 12, 31)}


def test_only_what_others_did_is_told_to_the_service_account() -> None:
    arena = MemoryArena()
    job = given_job(arena)
    told = len(arena.system.notices)
    arena.connector.apply(SetStatus("k", job.remote_id, job.lines[0].line_id, "Chờ xác nhận"))
    assert len(arena.system.notices) == told
    arena.system.change_job(job.remote_id, status_code="2")
    assert len(arena.system.notices) == told
    arena.report(job.remote_id, "x")
    assert len(arena.system.notices) == told + 1


def test_drift_behind_everybodys_back_shows_in_the_listing() -> None:
    arena = MemoryArena()
    job = given_job(arena)
    memory = Memory()
    memory.listing(arena.connector, Stream.ACTIVITY)
    arena.system.change_job(job.remote_id, status_code="2")
    records, _ = memory.listing(arena.connector, Stream.ACTIVITY)
    assert [raw.remote_id for raw in records] == [job.remote_id]


def test_a_recall_and_a_disappearance_are_seen() -> None:
    arena = MemoryArena()
    first, second = arena.issue("1/CT"), arena.issue("2/CT")
    arena.system.recall(first, "1003")
    raw = arena.connector.fetch(Kind.DOCUMENT, first)
    assert raw is not None
    assert getattr(arena.connector.decode(raw), "state", None) is DocumentState.RECALLED
    del arena.system.documents[second]
    assert second not in Memory().listing(arena.connector, Stream.DOCUMENTS)[1]


def test_it_says_no_where_a_real_system_would(tmp_path: Path) -> None:
    arena = MemoryArena()
    job = given_job(arena)
    with pytest.raises(RemoteRefused):
        arena.connector.apply(CreateJob("k", "1", "x", "x", "x", lead_unit="99"))
    with pytest.raises(RemoteRefused):
        arena.system.act(job.remote_id, "1005", "77")
    with pytest.raises(RemoteRefused):
        arena.system.act(job.remote_id, "1005", "2", line_id="77")
    with pytest.raises(RemoteRefused):
        arena.connector.apply(CommentDocument("k", "404", "x", "x"))
    assert arena.applied("k") == 0
