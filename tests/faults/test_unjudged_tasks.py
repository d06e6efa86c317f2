"""A task that cannot be judged is held alone; the rest of its batch and of its site goes on (F25)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from errors import ConfigInvalid, RetryLater, StopService
from store.engine import Store
from store.ledger import Entry
from store.places import Places
from sync.decide_to_outbox import decide_to_outbox, wanted
from sync.flow import run_pass, run_reconcile
from sync.holding import release
from sync.orders import SYNC, carry_out
from tests.engine_arena import FINANCE_HEAD, Arena, day, row

BAD = "Lập kế hoạch"
LOST = OverflowError("nobody foresaw this")


@pytest.fixture
def arena(store: Store, tmp_path: Path) -> Arena:
    arena = Arena(store, tmp_path)
    for number, content in enumerate((BAD, "Rà soát nợ thuế", "Báo cáo quý"), 1):
        rows = row(1, content, "Sở Tài chính", day(arena.system.clock, 5))
        arena.issue(rows, number=f"{number}/CT-UBND")
    return arena


@pytest.fixture
def poison(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception | None], None]:
    """From now on deciding the bad task writes something and fails; with None it goes well again."""

    def put(error: Exception | None) -> None:
        def failing(site: Any, task: Any, verdict: Any, places: Places) -> dict[str, str]:
            if error is not None and task.content == BAD:
                half = Entry("memory", task.key, "drift_found", "half", site.now(), body=b"{}")
                if places.ledger._sql.writing:
                    places.ledger.append([half], site.now())
                raise error
            return wanted(site, task, verdict, places)

        monkeypatch.setattr("sync.decide_to_outbox.wanted", failing)
        monkeypatch.setattr("sync.breaks.wanted", failing)

    return put


def test_an_order_answers_although_a_task_could_not_be_judged(
    arena: Arena, poison: Callable[[Exception | None], None]
) -> None:
    poison(LOST)
    with arena.store.begin() as places:
        places.signals.order(SYNC, {}, arena.site.now())
        order = places.signals.take(arena.site.now())
    assert order is not None
    assert carry_out(arena.site, order)["decided"]["unjudged"] == [_bad(arena)]


def _scopes(arena: Arena) -> list[str]:
    with arena.store.read() as places:
        return [hold.scope for hold in places.holds.open("memory")]


def _bad(arena: Arena) -> str:
    with arena.store.read() as places:
        (key,) = [one.key for one in places.tasks.find("memory") if one.content == BAD]
    return key


@pytest.mark.covers("F25")
def test_one_task_that_cannot_be_judged_is_held_and_the_rest_goes_on(
    arena: Arena, poison: Callable[[Exception | None], None]
) -> None:
    poison(LOST)
    arena.settle()
    assert sorted(arena.shown()) == ["Báo cáo quý", "Rà soát nợ thuế"]
    assert "drift_found" not in arena.kinds(), "nothing is kept of what was half done"
    with arena.store.read() as places:
        (hold,) = places.holds.open("memory")
    assert hold.scope == f"task:{_bad(arena)}:unjudged"
    assert "nobody foresaw this" in hold.reason
    assert "Không xác định được trạng thái" in hold.reason
    poison(None)
    arena.settle()
    assert BAD in arena.shown()
    assert _scopes(arena) == [], "it ends by itself"


@pytest.mark.covers("F25")
def test_while_it_is_held_nothing_older_is_written_and_a_release_is_not_asked_again(
    arena: Arena, poison: Callable[[Exception | None], None]
) -> None:
    arena.settle()
    job = arena.job_of(BAD)
    arena.move(days=6)
    poison(LOST)
    arena.system.act(job, FINANCE_HEAD, "2", "Đang làm")
    arena.settle()
    run_reconcile(arena.site)
    before = arena.shown()[BAD]
    scope = f"task:{_bad(arena)}:unjudged"
    assert _scopes(arena) == [scope]
    with arena.store.begin() as places:
        release(places, "memory", scope, arena.system.clock, "Hà Thị Lan")
    arena.move(minutes=5)
    arena.settle()
    assert _scopes(arena) == []
    arena.system.act(job, FINANCE_HEAD, "2", "Vẫn đang làm")
    arena.settle()
    assert _scopes(arena) == [scope], "something else happened to it"
    poison(None)
    arena.settle()
    assert _scopes(arena) == []
    assert arena.shown()[BAD] != before


@pytest.mark.covers("F25")
@pytest.mark.parametrize(
    "error",
    [
        RetryLater("busy"),
        StopService("damaged"),
        ConfigInvalid(["no such regulation"]),
        OperationalError("SELECT", {}, Exception("locked")),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_is_not_the_tasks_own_is_not_laid_on_it(
    arena: Arena, poison: Callable[[Exception | None], None], error: Exception
) -> None:
    poison(error)
    with pytest.raises((RetryLater, StopService, ConfigInvalid)):
        run_pass(arena.site)
    assert _scopes(arena) == []
    poison(None)
    assert decide_to_outbox(arena.site).tasks == 3
