"""What reading trouble may not do: end the other streams, move a cursor, or make anybody overdue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from connector.errors import ListingUnreadable
from connector.memory import MemoryConnector
from connector.memory_system import Trouble
from connector.port import Known, Page, Stream
from connector.records import AccountRecord, Kind
from store.engine import Store
from sync.flow import run_pass, run_reconcile, run_wake
from tests.engine_arena import FINANCE_HEAD, OFFICE, OFFICER, OUTSIDER, Arena, day, row


@pytest.fixture
def arena(store: Store, tmp_path: Path) -> Arena:
    made = Arena(store, tmp_path)
    made.issue(row(1, "Rà soát nợ thuế", "Sở Tài chính", day(made.system.clock, 20)))
    made.settle()
    return made


@pytest.mark.covers("F10")
def test_a_failed_cycle_moves_no_cursor(arena: Arena) -> None:
    with arena.store.read() as places:
        before = {stream: places.cursors.get("memory", stream.value) for stream in Stream}
    arena.move(hours=1)
    arena.system.trouble_reading.extend([Trouble.AWAY] * 20)
    assert run_pass(arena.site).away
    with arena.store.read() as places:
        after = {stream: places.cursors.get("memory", stream.value) for stream in Stream}
    assert after == before


@pytest.mark.covers("F22")
def test_after_days_away_everything_is_read_and_then_decided(arena: Arena) -> None:
    job_id = arena.job_of("Rà soát nợ thuế")
    arena.system.trouble_reading.extend([Trouble.AWAY] * 3)
    run_pass(arena.site)
    arena.system.trouble_reading.clear()
    arena.move(days=3)
    arena.system.act(job_id, FINANCE_HEAD, "31", "Xong", attachments={"a.txt": b"x"})
    arena.move(days=30)
    arena.settle()
    assert arena.shown() == {"Rà soát nợ thuế": "Đã thực hiện"}


@pytest.mark.covers("F07")
def test_rows_that_move_between_pages_are_all_read(arena: Arena) -> None:
    numbers = [f"{number}/CT-UBND" for number in range(100, 230)]
    for number in numbers:
        arena.issue(row(1, f"Việc {number}", "Sở Nội vụ", day(arena.system.clock, 20)), number=number)

    def one_more() -> None:
        arena.system.between_pages = None
        arena.issue(row(1, "Việc chen ngang", "Sở Y tế", day(arena.system.clock, 20)), number="999/CT-UBND")

    arena.system.between_pages = one_more
    arena.settle()
    with arena.store.read() as places:
        assert places.inbox.count("memory", Kind.DOCUMENT.value) == len(numbers) + 2
    assert "Việc chen ngang" in arena.shown()


class _NoActivity(MemoryConnector):
    """What people do cannot be read now; everything else can."""

    def changes(self, stream: Stream, cursor: str | None, known: Known) -> Iterator[Page]:
        if stream is Stream.ACTIVITY:
            raise ListingUnreadable("An id stands twice.")
        return super().changes(stream, cursor, known)


@pytest.mark.covers("F06")
@pytest.mark.parametrize("first", ["comparison", "wake", "broken pass"])
def test_a_table_mended_before_the_first_look_at_the_notices_is_seen(
    store: Store, tmp_path: Path, first: str
) -> None:
    arena = Arena(store, tmp_path)
    due = day(arena.system.clock, 20)
    document = arena.issue(row(1, "Rà soát nợ thuế", "Sở Tài chính", due))
    if first == "comparison":
        run_reconcile(arena.site)
    elif first == "wake":
        run_wake(arena.site, [(Kind.DOCUMENT, document)])
    else:
        arena.site.connector = _NoActivity(arena.system, "memory")
        run_pass(arena.site)
        arena.site.connector = MemoryConnector(arena.system, "memory")
    later = day(arena.system.clock, 9)
    arena.system.change_document(document, rows=(row(1, "Rà soát nợ thuế", "Sở Tài chính", later),))
    arena.system.say_on_document(document, OFFICER, "Đã sửa bảng phân công")
    arena.settle()
    (job,) = arena.system.jobs.values()
    assert job.due is not None
    assert f"{job.due:%d/%m/%Y}" == later


class _UnitsBreakOff(MemoryConnector):
    """The line breaks after the first page of the units, and only there."""

    def listing(self, stream: Stream, known: Known) -> Iterator[Page]:
        for number, page in enumerate(super().listing(stream, known)):
            if stream is Stream.UNITS and number:
                raise ListingUnreadable("The line broke.")
            yield page


@pytest.mark.covers("F01", "F10", "LC-11")
def test_rows_wait_for_the_last_of_the_units(store: Store, tmp_path: Path) -> None:
    arena = Arena(store, tmp_path)
    arena.issue(row(1, "Kiểm tra kho thuốc", "Sở Nội vụ", day(arena.system.clock, 20), "Sở Y tế"))
    broken = replace(arena.site, connector=_UnitsBreakOff(arena.system, "memory", page_size=3))
    for _ in range(2):
        run_pass(broken)
        # Half of the units are known: a row of the other half must not go back as if its unit did not exist.
        assert arena.system.jobs == {}
        assert not any(document.log for document in arena.system.documents.values())
    arena.settle()
    assert arena.shown() == {"Kiểm tra kho thuốc": "Chưa thực hiện"}
    (job,) = arena.system.jobs.values()
    assert [line.unit_id for line in job.lines] == ["12", "13"]


class _AccountsBreakOff(MemoryConnector):
    """The line breaks after the first page of the accounts, and only there."""

    def listing(self, stream: Stream, known: Known) -> Iterator[Page]:
        for number, page in enumerate(super().listing(stream, known)):
            if stream is Stream.ACCOUNTS and number:
                raise ListingUnreadable("The line broke.")
            yield page


@pytest.mark.covers("F01", "F10")
def test_what_people_did_waits_for_the_last_of_the_accounts(store: Store, tmp_path: Path) -> None:
    arena = Arena(store, tmp_path)
    arena.issue(row(1, "Kiểm tra kho thuốc", "Sở Y tế", day(arena.system.clock, 20)))
    broken = replace(arena.site, connector=_AccountsBreakOff(arena.system, "memory", page_size=3))
    run_pass(broken)
    arena.move(minutes=5)
    arena.system.act(arena.job_of("Kiểm tra kho thuốc"), OUTSIDER, "31", "Xong", attachments={"a.txt": b"x"})
    run_pass(broken)
    with store.read() as places:
        # The account that acted is on the page that was not read: nobody may be called a stranger yet.
        assert places.inbox.pending("memory", 1, [Kind.JOB.value])
    arena.settle()
    assert arena.shown() == {"Kiểm tra kho thuốc": "Đã thực hiện"}


@pytest.mark.covers("LC-16", "DT-08")
def test_a_review_by_somebody_whose_account_is_listed_later_counts_then(arena: Arena) -> None:
    job_id = _submitted(arena)
    arena.system.judge(job_id, "905", "1", "Đạt, đúng yêu cầu")
    arena.settle()
    assert arena.shown() == {"Rà soát nợ thuế": "Đã thực hiện"}
    arena.system.accounts["5"] = AccountRecord("5", "905", "Đỗ Thị Hạnh", "Phó Chánh Văn phòng", OFFICE)
    arena.settle()
    assert arena.shown() == {"Rà soát nợ thuế": "Đã hoàn thành"}


@pytest.mark.covers("LC-16", "DT-08")
def test_a_post_given_later_gives_no_right_over_what_was_done_before(arena: Arena) -> None:
    job_id = _submitted(arena)
    arena.system.judge(job_id, OUTSIDER, "1", "Đạt, đúng yêu cầu")
    arena.settle()
    arena.system.accounts["5"] = AccountRecord("5", OUTSIDER, "Ngô Văn Dần", "Phó Chánh Văn phòng", OFFICE)
    arena.settle()
    assert arena.shown() == {"Rà soát nợ thuế": "Đã thực hiện"}


def _submitted(arena: Arena) -> str:
    job_id = arena.job_of("Rà soát nợ thuế")
    arena.system.act(job_id, FINANCE_HEAD, "31", "Xong", attachments={"a.txt": b"x"})
    arena.settle()
    arena.move(hours=1)
    return job_id
