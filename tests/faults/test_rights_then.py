"""Who may judge is judged as of the act: posts that come later give no right over it, posts that go take none away.

Excludes who may judge at all (`tests/unit/test_mappings_accounts`).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from connector.records import AccountRecord, Kind
from store.engine import Store
from sync.flow import run_pass, run_wake
from sync.resync import Scope, resync
from tests.engine_arena import FINANCE_HEAD, HEALTH, OFFICE, OFFICER, OUTSIDER, Arena, day, row

NAME = "Rà soát nợ thuế"
#: What the database does is tried once; the rest is about who counts.
SQLITE = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
DONE, SENT = {NAME: "Đã hoàn thành"}, {NAME: "Đã thực hiện"}


@pytest.fixture
def arena(store: Store, tmp_path: Path) -> Arena:
    """A result was sent an hour ago and waits for the Office."""
    made = Arena(store, tmp_path)
    made.issue(row(1, NAME, "Sở Tài chính", day(made.system.clock, 20)))
    made.settle()
    made.system.act(made.job_of(NAME), FINANCE_HEAD, "31", "Xong", attachments={"a.txt": b"x"})
    made.settle()
    made.move(hours=1)
    return made


def judge(arena: Arena, user: str) -> None:
    arena.system.judge(arena.job_of(NAME), user, "1", "Đạt, đúng yêu cầu")


def post(
    arena: Arena, posting: str, user: str, position: str = "Phó Chánh Văn phòng", unit: str = OFFICE
) -> None:
    arena.system.accounts[posting] = AccountRecord(posting, user, "Ngô Văn Dần", position, unit)


def read_again(arena: Arena) -> list[str]:
    """Everything of the directive once more; what is said about its work item then."""
    arena.move(hours=1)
    resync(arena.site, Scope(everything=True), dry_run=False)
    with arena.store.begin() as places:
        places.inbox.reopen("memory", [Kind.JOB.value], [arena.job_of(NAME)])
    arena.settle()
    return said(arena)


def said(arena: Arena) -> list[str]:
    with arena.store.read() as places:
        return [one.problem for one in places.findings.of("memory", [f"job:{arena.job_of(NAME)}"])]


@pytest.mark.covers("LC-16", "DT-08")
@pytest.mark.parametrize("moved", [True, False])
def test_a_post_that_comes_later_gives_no_right_when_the_work_item_is_read_again(
    arena: Arena, moved: bool
) -> None:
    judge(arena, OUTSIDER)
    arena.settle()
    arena.move(hours=1)
    post(arena, "4" if moved else "5", OUTSIDER)
    arena.settle()
    assert read_again(arena) == ["not-entitled"]
    assert arena.shown() == SENT
    judge(arena, OUTSIDER)
    arena.settle()
    assert arena.shown() == DONE


@SQLITE
@pytest.mark.covers("LC-16", "DT-08")
@pytest.mark.parametrize("leaves", ["list", "office", "account"])
def test_what_was_approved_by_right_counts_though_the_post_was_lost_before_it_was_read(
    arena: Arena, leaves: str
) -> None:
    arena.settle()
    arena.move(minutes=5)
    judge(arena, OFFICER)
    arena.move(minutes=5)
    if leaves == "list":
        del arena.system.accounts["1"]
    elif leaves == "office":
        post(arena, "1", OFFICER, "Chuyên viên", HEALTH)
    else:
        post(arena, "1", FINANCE_HEAD)
    arena.settle()
    assert arena.shown() == DONE
    assert read_again(arena) == []
    assert arena.shown() == DONE


@SQLITE
@pytest.mark.covers("LC-16", "DT-08")
def test_an_act_after_the_post_was_seen_to_be_lost_counts_nothing(arena: Arena) -> None:
    post(arena, "1", OFFICER, "Chuyên viên", HEALTH)
    arena.settle()
    arena.move(minutes=5)
    judge(arena, OFFICER)
    arena.settle()
    assert arena.shown() == SENT
    post(arena, "1", OFFICER)
    arena.settle()
    assert read_again(arena) == ["not-entitled"]


@SQLITE
@pytest.mark.covers("LC-16", "DT-08", "F10")
def test_somebody_appointed_and_at_work_between_two_readings_is_heard(arena: Arena) -> None:
    arena.settle()
    arena.move(minutes=1)
    post(arena, "4", OUTSIDER)
    judge(arena, OUTSIDER)
    run_wake(arena.site, [(Kind.JOB, arena.job_of(NAME))])
    assert said(arena) == ["not-entitled"]
    arena.move(minutes=1)
    arena.settle()
    assert arena.shown() == DONE


@SQLITE
@pytest.mark.covers("LC-16", "F36")
def test_a_reading_of_the_accounts_that_was_not_mapped_sets_no_bound(arena: Arena) -> None:
    """Killed after the list was kept: the same post is mapped in the next pass, and the act is still heard."""
    arena.settle()
    arena.move(minutes=1)
    post(arena, "4", OUTSIDER)
    judge(arena, OUTSIDER)
    arena.move(minutes=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sync.reconcile_ledger.map_to_ledger", _killed)
        with pytest.raises(KeyboardInterrupt):
            run_pass(arena.site)
    arena.move(minutes=1)
    arena.settle()
    assert arena.shown() == DONE


def _killed(_site: object) -> None:
    raise KeyboardInterrupt


@SQLITE
@pytest.mark.covers("LC-16")
def test_of_somebody_in_no_list_yet_every_post_of_the_first_list_counts(arena: Arena) -> None:
    judge(arena, "905")
    arena.settle()
    arena.move(hours=1)
    post(arena, "5", "905", "Giám đốc", HEALTH)
    run_wake(arena.site, [(Kind.ACCOUNT, "5")])
    arena.move(seconds=3)
    post(arena, "6", "905")
    arena.settle()
    assert arena.shown() == DONE
