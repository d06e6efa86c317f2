"""The iOffice connector against a sandbox that misbehaves on order: nothing lost, nothing twice, nothing guessed.

Included: every fault kind of the sandbox on reading and on writing, lists that really
move, two workers with one account. Excluded: what the conformance suite does without faults.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest

from connector.ioffice.client import IOfficeConnector
from connector.limits import Access
from connector.port import CommentDocument, Connector, SetStatus, Stream
from connector.records import DirectiveRecord, Kind
from errors import OutcomeUnknown, RetryLater, SkipRecord
from tests.conformance.sandbox_arena import SandboxArena, sandboxes
from tests.conformance.suite import Memory, creation
from tests.sandbox_process import SERVICE, SandboxHandle

BEFORE = ("auth_churn", "login_page", "status_429", "status_503", "error_200", "reset")
AFTER = ("drop_reply", "truncated_body", "slow_drip")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], SandboxHandle]]:
    with sandboxes(tmp_path_factory) as fresh:
        yield fresh


@pytest.fixture
def arena(fresh: Callable[[], SandboxHandle]) -> Iterator[SandboxArena]:
    arena = SandboxArena(fresh(), page_size=20)
    yield arena
    arena.sandbox.delete("/__sandbox__/faults")
    arena.connector.close()


def listed(connector: Connector, stream: Stream = Stream.DOCUMENTS) -> frozenset[str]:
    """The ids of a complete listing; no record is read."""
    pages = list(connector.listing(stream, lambda _, rows: {remote_id for remote_id, _ in rows}))
    assert pages[-1].complete
    return pages[-1].listed


@pytest.mark.covers("F24", "M43", "F27", "F28")
@pytest.mark.parametrize("close_delimited", [False, True], ids=["length", "no-length"])
@pytest.mark.parametrize("kind", [*BEFORE, *AFTER])
def test_a_fault_while_reading_is_mended_or_said_never_guessed(
    arena: SandboxArena, kind: str, close_delimited: bool
) -> None:
    issued = arena.issue_many(3)
    whole = listed(arena.connector)
    assert issued <= whole
    for path in ("getlistlookupbyparam", "getdetaildocument", "getfilerelated"):
        arena.sandbox.fault(kind, path, ms=1, piece=50, retry_after=0, close_delimited=close_delimited)
        memory = Memory()
        try:
            memory.listing(arena.connector, Stream.DOCUMENTS)
        except RetryLater:
            memory.listing(arena.connector, Stream.DOCUMENTS)
        read = {raw.remote_id for raw in memory.records.values() if _readable(arena, raw.remote_id, memory)}
        again, _ = memory.listing(arena.connector, Stream.DOCUMENTS)
        assert read | {raw.remote_id for raw in again} == whole


def _readable(arena: SandboxArena, remote_id: str, memory: Memory) -> bool:
    try:
        record = arena.connector.decode(memory.records[Kind.DOCUMENT, remote_id])
    except SkipRecord:
        return False
    return isinstance(record, DirectiveRecord)


@pytest.mark.covers("F04", "F24")
@pytest.mark.parametrize("kind", [*BEFORE, *AFTER])
def test_a_fault_while_writing_leaves_one_effect(arena: SandboxArena, kind: str) -> None:
    write = creation(arena, arena.issue("12/CT-UBND"))
    arena.sandbox.fault(kind, "job/createjob", ms=1, piece=50, retry_after=0)
    try:
        arena.connector.apply(write)
    except OutcomeUnknown:
        if arena.connector.find(write) is None:
            arena.connector.apply(write)
    except RetryLater:
        assert arena.applied(write.effect_key) == 0
        arena.connector.apply(write)
    assert arena.applied(write.effect_key) == 1
    assert len(listed(arena.connector, Stream.ACTIVITY)) == 1


@pytest.mark.covers("F04")
def test_an_answer_lost_again_and_again_still_leaves_one_effect(arena: SandboxArena) -> None:
    document_id = arena.issue("12/CT-UBND")
    write = CommentDocument("k-lint", document_id, "Thiếu hạn (PH-1)", "PH-1")
    arena.sandbox.fault("drop_reply", "sendcomment", times=None)
    for _ in range(5):
        if arena.connector.find(write) is None:
            with pytest.raises(OutcomeUnknown):
                arena.connector.apply(write)
    assert arena.applied(write.effect_key) == 1


@pytest.mark.covers("F07")
@pytest.mark.parametrize("rows", [1, -1, 3])
def test_pages_that_are_shifted_all_the_time_hide_nothing(arena: SandboxArena, rows: int) -> None:
    issued = arena.issue_many(60)
    arena.sandbox.fault("page_shift", "getlistlookupbyparam", rows=rows, times=None)
    # The oldest rows are pushed over the end by a shift upwards; they are no rows of `issued`.
    assert issued <= listed(arena.connector) | (issued & _oldest(issued, max(rows, 0)))


def _oldest(issued: set[str], count: int) -> set[str]:
    return set(sorted(issued, key=int)[:count])


@pytest.mark.covers("F07", "F11")
@pytest.mark.parametrize("kind", ["short_page", "empty_page"])
@pytest.mark.parametrize("skip", [0, 1, 2])
def test_a_short_or_empty_page_does_not_end_a_complete_listing(
    arena: SandboxArena, kind: str, skip: int
) -> None:
    issued = arena.issue_many(60)
    arena.sandbox.fault(kind, "getlistlookupbyparam", skip=skip)
    assert issued <= listed(arena.connector)


@pytest.mark.covers("F07")
def test_documents_that_vanish_while_the_list_is_read_hide_no_other(arena: SandboxArena) -> None:
    issued = arena.issue_many(75)
    newest = iter(sorted(issued, key=int, reverse=True))
    hidden: list[str] = []

    def known(kind: Kind, rows: Sequence[tuple[str, str]]) -> set[str]:
        for _ in range(3):
            hidden.append(next(newest))
            order = {"document_id": hidden[-1], "field": "hidden", "value": True}
            arena.sandbox.post("/__sandbox__/quiet", order)
        return {remote_id for remote_id, _ in rows}

    pages = list(arena.connector.listing(Stream.DOCUMENTS, known))
    assert len(hidden) >= 9
    assert issued - set(hidden) <= pages[-1].listed


@pytest.mark.covers("F35")
def test_two_workers_with_one_account_that_end_each_others_sessions_both_finish(arena: SandboxArena) -> None:
    document_id = arena.issue("12/CT-UBND")
    other = SandboxArena(arena.sandbox, page_size=20)
    for n in range(4):
        for worker in (arena, other):
            worker.connector.apply(CommentDocument(f"k-{n}-{id(worker)}", document_id, f"lượt {n}", "lượt"))
    assert all(row["operation"] != "" for row in arena.sandbox.operations())
    keys = [row["effect_key"] for row in arena.sandbox.operations() if row["effect_key"].startswith("k-")]
    assert len(keys) == len(set(keys)) == 8
    other.connector.close()


@pytest.mark.covers("F27")
def test_a_dripping_list_is_given_up_and_the_next_call_works(arena: SandboxArena) -> None:
    arena.sandbox.fault("slow_drip", "getcontacts", ms=50, piece=1)
    quick = IOfficeConnector(
        "songlam",
        f"{arena.sandbox.url}/qlvb",
        SERVICE[0],
        arena.connector._session._password,
        access=Access(rate_per_second=1000, tries=1, total_seconds=0.2),
    )
    with pytest.raises(RetryLater, match="no whole answer"):
        listed(quick, Stream.ACCOUNTS)
    assert len(listed(quick, Stream.ACCOUNTS)) == 14
    quick.close()


@pytest.mark.covers("F39")
def test_a_server_whose_clock_is_off_is_measured_and_changes_no_date(arena: SandboxArena) -> None:
    document_id = arena.issue("12/CT-UBND")
    before = arena.connector.fetch(Kind.DOCUMENT, document_id)
    arena.sandbox.post("/__sandbox__/clock", {"advance_seconds": 600})
    skew = arena.connector.probe().clock_skew_seconds
    arena.sandbox.post("/__sandbox__/clock", {"advance_seconds": 3600})
    later = arena.connector.probe().clock_skew_seconds
    assert skew is not None
    assert later is not None
    assert later - skew == pytest.approx(3600, abs=5)
    assert arena.connector.fetch(Kind.DOCUMENT, document_id) == before


def test_a_state_set_by_the_tracker_is_told_to_the_unit_not_back_to_the_tracker(arena: SandboxArena) -> None:
    made = arena.connector.apply(creation(arena, arena.issue("12/CT-UBND")))
    memory = Memory()
    memory.pull(arena.connector, Stream.ACTIVITY)
    memory.pull(arena.connector, Stream.ACTIVITY)
    arena.connector.apply(SetStatus("k-1", made.remote_id, made.line_id, "Chờ xác nhận"))
    assert memory.pull(arena.connector, Stream.ACTIVITY) == []


def test_a_unit_that_ended_cannot_lead(arena: SandboxArena) -> None:
    write = replace(creation(arena, arena.issue("12/CT-UBND")), lead_unit="9")
    with pytest.raises(SkipRecord, match="9"):
        arena.connector.apply(write)
    assert arena.applied(write.effect_key) == 0
