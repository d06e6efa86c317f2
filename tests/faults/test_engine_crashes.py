"""The engine dies at every durable step, and answers are lost at every write: the end is always the same.

The uninterrupted run says how many steps there are and what the end must be; then the process ends before or
after each commit in turn, and a new one goes on. The twin's operation log counts effects.
"""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path
from typing import Any

import pytest

from connector.memory_system import Trouble
from store.engine import open_store
from store.verify import verify_ledger
from sync.flow import run_pass, run_reconcile
from tests.engine_arena import FINANCE_HEAD, OFFICER, Arena, CrashError, CrashingStore, day, row

NO_TROUBLE: Any = None


def _begin(folder: Path, empty: Path) -> Arena:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(empty, folder / "ledger.db")
    arena = Arena(open_store(f"sqlite:///{folder}/ledger.db"), folder)
    clock = arena.system.clock
    arena.issue(
        row(1, "Rà soát nợ thuế", "Sở Tài chính", day(clock, 2), "Sở Nội vụ"),
        row(2, "Sắp xếp bộ máy", "Sở Nội vụ", day(clock, 30)),
        row(3, "Việc hai đầu", "Sở Nội vụ, Sở Y tế", day(clock, 30)),
    )
    arena.issue(row(1, "Kiểm tra thuốc", "Sở Y tế", day(clock, 9)), number="5/TB-VP", doc_type="Thông báo")
    return arena


def _people_act(arena: Arena) -> None:
    job_id = arena.job_of("Rà soát nợ thuế")
    arena.system.act(job_id, FINANCE_HEAD, "31", "Xong", attachments={"ket-qua.docx": b"PK result"})
    arena.system.act(arena.job_of("Sắp xếp bộ máy"), "902", "2", "Đang làm")


def _play(arena: Arena, site: Any) -> None:
    """The story: issue, people act, the Office approves, time goes on."""
    _settle(arena, site)
    if arena.system.clock.day == 16:
        _people_act(arena)
        arena.move(days=1)
    _settle(arena, site)
    if arena.system.clock.day == 17:
        arena.system.judge(arena.job_of("Rà soát nợ thuế"), OFFICER, "1", "Đạt")
        arena.move(days=1)
    _settle(arena, site)
    run_reconcile(site)


def _settle(arena: Arena, site: Any) -> None:
    """Until nothing waits: a write that was put off is tried again when its time has come."""
    for _ in range(20):
        arena.settle(site)
        with arena.store.read() as places:
            counts = places.outbox.counts("memory")
        if not counts.get("pending", 0) + counts.get("sending", 0):
            return
        arena.move(minutes=2)
    raise AssertionError(f"never settled: {counts}")


def _end(arena: Arena) -> dict[str, Any]:
    """Everything that must not depend on crashes."""
    jobs = {
        job.name: (
            job.lines[0].status_text,
            job.due,
            sum("TD-BN-" in action.comment for action in job.actions),
        )
        for job in arena.system.jobs.values()
    }
    attached = sorted(
        arena.system.sha256(file.remote_id)
        for document in arena.system.documents.values()
        for file in document.files
        if file.related
    )
    comments = sum("TD-RS-" in entry.comment for d in arena.system.documents.values() for entry in d.log)
    return {"jobs": jobs, "attached": attached, "comments": comments, "states": arena.states()}


def _check(arena: Arena, expected: dict[str, Any]) -> None:
    assert _end(arena) == expected
    assert max(arena.system.effects().values()) == 1
    again = run_pass(arena.open(arena.store))
    assert again.writes == 0
    with arena.store.read() as places:
        assert not places.outbox.find("memory", "pending")
        assert not places.outbox.find("memory", "sending")
        assert not places.outbox.find("memory", "dead")
    assert verify_ledger(arena.store).ok
    arena.store.close()


@pytest.fixture(scope="module")
def uninterrupted(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> tuple[int, dict[str, Any]]:
    """How many commits the story takes, and its end."""
    arena = _begin(tmp_path_factory.mktemp("whole"), sqlite_template)
    counting = CrashingStore(arena.store, step=-1, after=False)
    _play(arena, arena.open(counting))
    end = _end(arena)
    _check(arena, end)
    assert end["jobs"]["Rà soát nợ thuế"] == ("Đã hoàn thành", end["jobs"]["Rà soát nợ thuế"][1], 1)
    assert len(end["attached"]) == 1
    assert end["comments"] == 1
    return counting.commits, end


@pytest.mark.covers("F01", "F46")
@pytest.mark.parametrize("after", [False, True], ids=["before the commit", "after the commit"])
def test_dying_at_any_commit_changes_nothing_in_the_end(
    after: bool, uninterrupted: tuple[int, dict[str, Any]], sqlite_template: Path, tmp_path: Path
) -> None:
    steps, expected = uninterrupted
    assert steps > 40
    for step in range(1, steps + 1, 4 if after else 1):
        arena = _begin(tmp_path / str(step), sqlite_template)
        died = False
        try:
            _play(arena, arena.open(CrashingStore(arena.store, step, after)))
        except CrashError:
            died = True
        assert died, step
        _play(arena, arena.open(arena.store))
        _check(arena, expected)


@pytest.mark.covers("F04")
@pytest.mark.parametrize("trouble", [Trouble.REPLY_LOST, Trouble.REQUEST_LOST, Trouble.AWAY])
def test_trouble_at_any_write_changes_nothing_in_the_end(
    trouble: Trouble, uninterrupted: tuple[int, dict[str, Any]], sqlite_template: Path, tmp_path: Path
) -> None:
    _, expected = uninterrupted
    for number in itertools.count():
        arena = _begin(tmp_path / str(number), sqlite_template)
        arena.system.trouble_writing.extend([NO_TROUBLE] * number + [trouble])
        _play(arena, arena.site)
        if arena.system.trouble_writing:
            assert number > 8
            return
        _check(arena, expected)
