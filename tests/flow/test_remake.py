"""A work item that was deleted is made once more by a named person's order, and by nothing else."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from connector.memory_system import Trouble
from connector.records import JobRecord
from errors import ConfigInvalid, RetryLater
from store.engine import Store
from sync.flow import run_pass, run_reconcile
from sync.holding import release
from sync.making_again import ORDERED, Remade, make_again
from tests.command_line import tdcd
from tests.daemon_process import configure
from tests.engine_arena import FINANCE, FINANCE_HEAD, Arena, day, row

TAX, BUDGET = "Rà soát nợ thuế", "Lập dự toán năm sau"
BY, WHY = "Hà Thị Lan", "xóa nhầm"


@pytest.fixture
def arena(store: Store, tmp_path: Path) -> Arena:
    """Two tasks whose results were handed in; nothing is deleted yet."""
    made = Arena(store, tmp_path)
    due = day(made.system.clock, 20)
    made.issue(row(1, TAX, "Sở Tài chính", due), row(2, BUDGET, "Sở Tài chính", due))
    made.settle()
    made.system.act(made.job_of(TAX), FINANCE_HEAD, "2", "Đang làm")
    made.settle()
    return made


def _key(arena: Arena) -> str:
    with arena.store.read() as places:
        return next(task.key for task in places.tasks.find("memory") if task.content == TAX)


def _delete(arena: Arena) -> JobRecord:
    job = arena.system.jobs.pop(arena.job_of(TAX))
    run_reconcile(arena.site)
    return job


def _order(arena: Arena, *, dry_run: bool = False) -> Remade:
    return make_again(arena.site, _key(arena), by=BY, reason=WHY, dry_run=dry_run)


def _created(arena: Arena) -> int:
    return sum(operation.name == "CreateJob" for operation in arena.system.operations)


def _orders(arena: Arena) -> list[tuple[str, dict[str, str]]]:
    key = _key(arena)
    with arena.store.read() as places:
        entries = places.ledger.history([key])[key]
    return [(entry.actor, orjson.loads(entry.body)) for entry in entries if entry.kind == ORDERED]


def _scopes(arena: Arena) -> list[str]:
    with arena.store.read() as places:
        return [hold.scope for hold in places.holds.open("memory")]


@pytest.mark.parametrize("released", [False, True])
def test_it_is_made_once_and_shows_the_state_that_the_task_has(arena: Arena, released: bool) -> None:
    deleted = _delete(arena)
    assert _scopes(arena) == [f"task:{_key(arena)}:missing"]
    if released:
        with arena.store.begin() as places:
            release(places, "memory", _scopes(arena)[0], arena.system.clock, "Trần Văn Nam")
    told = _order(arena)
    assert (told.deleted, told.name, told.lead, told.before) == (deleted.remote_id, TAX, FINANCE, False)
    assert _order(arena).before
    arena.settle()
    assert _created(arena) == 3
    assert arena.shown()[TAX] == "Đang thực hiện"
    (job,) = [one for one in arena.system.jobs.values() if one.name == TAX]
    assert (job.content, job.due) == (deleted.content, deleted.due)
    ((actor, body),) = _orders(arena)
    assert (actor, body["reason"], body["deleted"]) == (BY, WHY, deleted.remote_id)
    arena.system.act(job.remote_id, FINANCE_HEAD, "31", "Xong", attachments={"kq.txt": b"x"})
    arena.settle()
    assert arena.shown()[TAX] == "Đã thực hiện"
    assert _scopes(arena) == []
    with arena.store.read() as places:
        assert not places.dead_letters.open("memory")
    assert not run_reconcile(arena.site).breaks


def test_a_dry_run_tells_the_same_and_changes_nothing(arena: Arena) -> None:
    _delete(arena)
    with arena.store.read() as places:
        root = places.ledger.root()
    told = make_again(arena.site, _key(arena), by="", reason="", dry_run=True)
    with arena.store.read() as places:
        assert places.ledger.root() == root
    arena.settle()
    assert _created(arena) == 2
    assert told == _order(arena)


@pytest.mark.parametrize("trouble", [Trouble.REPLY_LOST, Trouble.REQUEST_LOST, Trouble.AWAY])
def test_an_answer_that_is_lost_makes_no_second_one(arena: Arena, trouble: Trouble) -> None:
    _delete(arena)
    _order(arena)
    arena.system.trouble_writing.append(trouble)
    run_pass(arena.site)
    arena.move(hours=1)
    arena.site = arena.open(arena.store)
    arena.settle()
    assert sum(job.name == TAX for job in arena.system.jobs.values()) == 1
    with pytest.raises(ConfigInvalid, match="not known to be gone"):
        _order(arena)


def test_one_that_is_brought_back_before_it_was_made_is_taken_up_again(arena: Arena) -> None:
    deleted = _delete(arena)
    _order(arena)
    arena.system.jobs[deleted.remote_id] = deleted
    arena.settle()
    assert _created(arena) == 2
    arena.system.act(deleted.remote_id, FINANCE_HEAD, "31", "Xong", attachments={"kq.txt": b"x"})
    arena.settle()
    assert arena.shown()[TAX] == "Đã thực hiện"


def test_it_may_be_deleted_and_ordered_once_more(arena: Arena) -> None:
    for times in (1, 2):
        _delete(arena)
        _order(arena)
        arena.settle()
        assert _created(arena) == 2 + times
    assert len(_orders(arena)) == 2
    assert max(arena.system.effects().values()) == 1


def test_what_is_there_ended_or_unknown_is_refused(arena: Arena) -> None:
    key = _key(arena)
    with pytest.raises(ConfigInvalid, match="not known to be gone"):
        _order(arena)
    deleted = _delete(arena)
    with pytest.raises(ConfigInvalid, match="--by NAME --reason"):
        make_again(arena.site, key, by=BY, reason=" ", dry_run=False)
    with pytest.raises(ConfigInvalid, match="no task has the code"):
        make_again(arena.site, "TD-0000000000", by=BY, reason=WHY, dry_run=False)
    arena.system.trouble_reading.append(Trouble.AWAY)
    with pytest.raises(RetryLater):
        _order(arena)
    arena.system.jobs[deleted.remote_id] = deleted
    with pytest.raises(ConfigInvalid, match="is there: run `tdcd reconcile`"):
        _order(arena)
    assert _orders(arena) == []


def test_the_command_line_names_what_is_wrong(tmp_path: Path) -> None:
    config = str(configure(tmp_path, "http://127.0.0.1:9"))
    done = tdcd("remake", "TD-0000000000", "--by", BY, "--reason", WHY, "--config", config)
    assert done.returncode == 2
    assert "no task has the code TD-0000000000" in done.stderr
