"""Values that somebody changed without an event: few are healed, many wait, both sides' words are kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import orjson
import pytest

from store.engine import Store
from sync.flow import run_pass, run_reconcile
from sync.orders import apply_plan
from sync.sealed_plans import shown
from tests.engine_arena import FINANCE, Arena, day, row

WRONG = date(2027, 12, 31)


@pytest.fixture
def arena(store: Store, tmp_path: Path) -> Arena:
    return Arena(store, tmp_path)


def _tasks(arena: Arena, count: int, lead: str = "Sở Tài chính") -> list[str]:
    rows = [row(n, f"Việc {lead} {n}", lead, day(arena.system.clock, 20)) for n in range(1, count + 1)]
    arena.issue(*rows, number=f"{count}/{len(lead)}/CT-UBND")
    arena.settle()
    return [arena.job_of(f"Việc {lead} {n}") for n in range(1, count + 1)]


def _due(arena: Arena, jobs: list[str]) -> set[date | None]:
    return {arena.system.jobs[job].due for job in jobs}


@pytest.mark.covers("F45")
def test_a_few_hand_edits_are_healed_and_stand_in_the_ledger(arena: Arena) -> None:
    jobs = _tasks(arena, 10)
    right = _due(arena, jobs)
    for job in jobs[:3]:
        arena.system.change_job(job, due=WRONG)
    done = run_reconcile(arena.site)
    assert (done.decided.drift, len(done.breaks)) == (3, 3)
    assert {(one.field, one.owner, one.theirs) for one in done.breaks} == {
        ("due", "tracker", WRONG.isoformat())
    }
    assert _due(arena, jobs) == right
    again = run_reconcile(arena.site)
    assert not again.breaks
    assert again.pushed.confirmed == 0


@pytest.mark.covers("F13", "F45")
def test_many_changed_values_of_one_unit_wait_for_a_person_and_other_units_go_on(arena: Arena) -> None:
    jobs = _tasks(arena, 30)
    others = _tasks(arena, 3, "Sở Nội vụ")
    right = _due(arena, jobs)
    for job in (*jobs[:6], others[0]):
        arena.system.change_job(job, due=WRONG)
    done = run_reconcile(arena.site)
    assert len(done.breaks) == 7
    with arena.store.read() as places:
        scopes = [hold.scope for hold in places.holds.open("memory")]
        (plan,) = places.plans.find("memory")
    assert scopes == [f"unit:{FINANCE}:drift"]
    assert len(shown(plan)["body"]["items"]) == 6
    assert _due(arena, jobs[:6]) == {WRONG}
    assert WRONG not in _due(arena, others)
    assert run_pass(arena.site).writes == 0
    assert apply_plan(arena.site, plan.digest, "Hà Thị Lan")["state"] == "applied"
    assert _due(arena, jobs) == right


@pytest.mark.covers("F45")
def test_both_sides_changed_the_same_field_and_both_values_are_kept(arena: Arena) -> None:
    document = arena.issue(row(1, "Rà soát", "Sở Tài chính", day(arena.system.clock, 20)))
    arena.settle()
    job = arena.job_of("Rà soát")
    arena.system.change_job(job, due=WRONG, name="Tên do người sửa")
    moved = row(1, "Rà soát", "Sở Tài chính", day(arena.system.clock, 40))
    arena.system.change_document(document, rows=(moved,), subject="Về việc đã sửa")
    done = run_reconcile(arena.site)
    (conflict,) = [one for one in done.breaks if one.field == "due"]
    assert conflict.theirs == WRONG.isoformat()
    assert conflict.ours not in {conflict.base, conflict.theirs}
    assert arena.system.jobs[job].due == date.fromisoformat(conflict.ours)
    assert arena.system.jobs[job].name == "Rà soát"
    with arena.store.read() as places:
        (key,) = [task.key for task in places.tasks.find("memory")]
        found = [entry for entry in places.ledger.history([key])[key] if entry.kind == "drift_found"]
    assert {orjson.loads(entry.body)["theirs"] for entry in found} >= {WRONG.isoformat()}


@pytest.mark.covers("F44")
def test_what_we_wrote_ourselves_comes_back_as_no_change(arena: Arena) -> None:
    _tasks(arena, 25)
    arena.move(days=25)
    assert arena.settle().writes == 0
    with arena.store.read() as places:
        size = places.ledger.size()
    done = run_reconcile(arena.site)
    assert (done.decided.drift, done.breaks, done.brakes, done.pushed.confirmed) == (0, [], [], 0)
    with arena.store.read() as places:
        assert places.ledger.size() == size


@pytest.mark.covers("F45")
def test_a_state_set_back_by_hand_to_an_earlier_one_is_seen(arena: Arena) -> None:
    arena.issue(row(1, "Rà soát nợ thuế", "Sở Tài chính", day(arena.system.clock, 4)))
    arena.settle()
    run_reconcile(arena.site)
    before = arena.shown()
    arena.move(days=2)
    arena.settle()
    after = arena.shown()
    assert before != after
    job = arena.job_of("Rà soát nợ thuế")
    codes = {text: code for code, text in arena.system.statuses.items()}
    arena.system.change_job(job, status_code=codes[before["Rà soát nợ thuế"]])
    run_reconcile(arena.site)
    assert arena.shown() == after
    assert arena.kinds().count("drift_found") == 1
