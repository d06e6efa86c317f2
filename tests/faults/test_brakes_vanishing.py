"""Empty is not deleted: what a listing lacks stops the smallest part that it concerns, and nothing is closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from errors import ConfigInvalid
from store.engine import Store
from store.holds import Hold
from sync.flow import run_pass, run_reconcile
from sync.holding import release
from sync.orders import apply_plan
from sync.sealed_plans import shown
from tests.engine_arena import FINANCE, Arena, day, row


@pytest.fixture
def arena(store: Store, tmp_path: Path) -> Arena:
    return Arena(store, tmp_path)


def _many(arena: Arena, count: int, lead: str = "Sở Tài chính", first: int = 100) -> list[str]:
    """So many directives with one task each for a unit, pushed; gives their ids."""
    made = [
        arena.issue(
            row(1, f"Việc {lead} {number}", lead, day(arena.system.clock, 20)), number=f"{number}/CT-UBND"
        )
        for number in range(first, first + count)
    ]
    arena.settle()
    return made


def _holds(arena: Arena) -> dict[str, Hold]:
    with arena.store.read() as places:
        return {hold.scope: hold for hold in places.holds.open("memory")}


def _operations(arena: Arena) -> int:
    return len(arena.system.operations)


@pytest.mark.covers("F11")
def test_an_empty_list_stops_every_write_and_moves_no_cursor(arena: Arena) -> None:
    _many(arena, 3)
    kept = dict(arena.system.documents)
    arena.system.documents.clear()
    arena.move(days=25)
    with arena.store.read() as places:
        before = places.cursors.get("memory", "documents")
    operations = _operations(arena)
    done = run_pass(arena.site)
    assert "rỗng" in done.held
    assert _operations(arena) == operations
    with arena.store.read() as places:
        assert places.cursors.get("memory", "documents") == before
    assert list(_holds(arena)) == ["site:listing"]
    arena.system.documents.update(kept)
    arena.settle()
    assert not _holds(arena)
    assert _operations(arena) > operations


@pytest.mark.covers("F11")
def test_an_empty_list_of_work_items_stops_the_comparison(arena: Arena) -> None:
    _many(arena, 3)
    arena.system.jobs.clear()
    operations = _operations(arena)
    done = run_reconcile(arena.site)
    assert done.held
    assert done.missing == 0
    assert _operations(arena) == operations


@pytest.mark.covers("F11")
def test_documents_that_can_be_read_do_not_end_the_stop_for_work_items_that_cannot(arena: Arena) -> None:
    _many(arena, 3)
    kept = dict(arena.system.jobs)
    arena.system.jobs.clear()
    run_reconcile(arena.site)
    operations = _operations(arena)
    arena.move(days=25)
    done = run_pass(arena.site)
    assert done.held
    assert list(_holds(arena)) == ["site:jobs"]
    assert _operations(arena) == operations
    arena.system.jobs.update(kept)
    run_reconcile(arena.site)
    assert not _holds(arena)
    assert _operations(arena) > operations


def test_the_only_work_item_there_is_asks_a_person_when_it_is_gone(arena: Arena) -> None:
    _many(arena, 1)
    arena.system.jobs.clear()
    done = run_reconcile(arena.site)
    assert not done.held
    assert done.missing == 1
    run_pass(arena.site)
    (scope,) = _holds(arena)
    assert scope.startswith("task:")
    assert scope.endswith(":missing")


def test_a_person_may_know_that_every_work_item_was_removed(arena: Arena) -> None:
    _many(arena, 3)
    gone = sorted(arena.system.jobs)
    arena.system.jobs.clear()
    run_reconcile(arena.site)
    with arena.store.read() as places:
        (plan,) = places.plans.find("memory")
    assert shown(plan)["body"] == {"vanished": gone}
    assert apply_plan(arena.site, plan.digest, "Hà Thị Lan")["state"] == "applied"
    assert not _holds(arena)
    again = run_reconcile(arena.site)
    assert not again.held
    assert not arena.system.jobs


@pytest.mark.covers("F12")
def test_six_per_cent_of_one_unit_stop_that_unit_and_no_other(arena: Arena) -> None:
    finance = _many(arena, 50)
    _many(arena, 5, "Sở Nội vụ", first=300)
    for document in finance[:3]:
        del arena.system.documents[document]
    done = run_reconcile(arena.site)
    scope = f"unit:{FINANCE}:documents"
    assert [brake.scope for brake in done.brakes] == [scope]
    assert not done.held
    arena.move(days=25)
    before = arena.shown()
    run_pass(arena.site)
    after = arena.shown()
    moved = {name for name in after if after[name] != before[name]}
    assert moved == {name for name in after if "Sở Nội vụ" in name}
    hold = _holds(arena)[scope]
    assert "3 trong 50" in hold.reason
    assert "Cần quyết định trước" in hold.cost
    with arena.store.read() as places:
        assert not [task for task in places.tasks.find("memory") if task.closed]


@pytest.mark.covers("F12")
def test_only_the_sealed_plan_lets_a_held_unit_go_on(arena: Arena) -> None:
    finance = _many(arena, 30)
    for document in finance[:4]:
        del arena.system.documents[document]
    run_reconcile(arena.site)
    scope = f"unit:{FINANCE}:documents"
    with arena.store.read() as places:
        (plan,) = places.plans.find("memory")
    assert shown(plan)["body"] == {"vanished": sorted(finance[:4])}
    with pytest.raises(ConfigInvalid, match="plan apply"), arena.store.begin() as places:
        release(places, "memory", scope, arena.system.clock, "Hà Thị Lan")
    applied = apply_plan(arena.site, plan.digest[:12], "Hà Thị Lan")
    assert applied["state"] == "applied"
    assert scope not in _holds(arena)
    with arena.store.read() as places:
        ended = places.plans.get(plan.digest)
        theirs = {one.item: one.theirs for one in places.breaks.of("memory")}
    assert ended is not None
    assert ended.approved_by == "Hà Thị Lan"
    assert theirs == {f"document:{one}": "accepted: Hà Thị Lan" for one in finance[:4]}
    again = run_reconcile(arena.site)
    assert not again.brakes
    assert not _holds(arena)


@pytest.mark.covers("F12")
def test_a_plan_that_drifted_is_void_and_nothing_of_it_is_done(arena: Arena) -> None:
    finance = _many(arena, 30)
    for document in finance[:4]:
        del arena.system.documents[document]
    run_reconcile(arena.site)
    with arena.store.read() as places:
        (plan,) = places.plans.find("memory")
    del arena.system.documents[finance[4]]
    applied = apply_plan(arena.site, plan.digest, "Hà Thị Lan")
    assert applied["state"] == "void"
    assert f"unit:{FINANCE}:documents" in _holds(arena)
    with arena.store.read() as places:
        (new,) = places.plans.find("memory")
    assert len(shown(new)["body"]["vanished"]) == 5


def test_what_comes_back_ends_the_hold_and_its_plan(arena: Arena) -> None:
    finance = _many(arena, 30)
    kept = {document: arena.system.documents.pop(document) for document in finance[:4]}
    run_reconcile(arena.site)
    arena.system.documents.update(kept)
    run_reconcile(arena.site)
    assert not _holds(arena)
    with arena.store.read() as places:
        assert not places.plans.find("memory")
        assert not places.breaks.of("memory")


def test_one_that_is_gone_asks_a_person_and_has_an_age(arena: Arena) -> None:
    finance = _many(arena, 30)
    gone = arena.system.documents.pop(finance[0])
    run_reconcile(arena.site)
    scope = f"directive:{finance[0]}:missing"
    assert list(_holds(arena)) == [scope]
    begun = _holds(arena)[scope].since
    arena.move(hours=5)
    run_reconcile(arena.site)
    with arena.store.read() as places:
        (one,) = places.breaks.of("memory")
    assert (one.item, one.owner) == (f"document:{finance[0]}", "document system")
    assert one.seen_at > one.since
    assert _holds(arena)[scope].since == begun
    arena.system.documents[finance[0]] = gone
    run_reconcile(arena.site)
    assert not _holds(arena)


@pytest.mark.covers("F15")
def test_a_filter_that_leaves_old_documents_out_makes_nothing_vanish(arena: Arena) -> None:
    finance = _many(arena, 10)
    later = arena.system.clock.date() + timedelta(days=1)
    settings = arena.site.settings
    narrowed = settings.model_copy(update={"scope": settings.scope.model_copy(update={"since": later})})
    site = replace(arena.site, settings=narrowed, rules_digest="")
    arena.system.documents["9999"] = replace(
        arena.system.documents[finance[0]], remote_id="9999", number="1/CT-UBND", issued_on=later
    )
    for document in finance:
        del arena.system.documents[document]
    done = run_reconcile(site)
    assert not done.brakes
    assert not done.held
    assert not _holds(arena)
