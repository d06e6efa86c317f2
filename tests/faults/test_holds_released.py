"""Every hold has a way out: a person's word, a sealed plan, or the end of its cause; and it is told in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from connector.records import AccountRecord, Kind, UnitRecord
from errors import ConfigInvalid, HoldForHuman
from store.engine import Store
from store.holds import Hold
from store.scopes import SCOPES, Stops, form_of
from store.tasks import TaskRow
from sync.flow import PAPERS, PEOPLE, run_pass, run_reconcile, run_wake
from sync.holding import release, stop
from sync.orders import apply_plan
from sync.resync import Scope, resync
from sync.sealed_plans import shown
from sync.why_causes import Look
from sync.why_task import task_causes
from tests.engine_arena import FINANCE, HOME, OFFICER, Arena, day, row
from tests.faults.test_brakes_source import Unreadable

WHO = "Hà Thị Lan"


@pytest.fixture
def arena(store: Store, tmp_path: Path) -> Arena:
    return Arena(store, tmp_path)


def _many(arena: Arena, count: int) -> list[str]:
    made = [
        arena.issue(row(1, f"Việc {n}", "Sở Tài chính", day(arena.system.clock, 20)), number=f"{n}/CT-UBND")
        for n in range(100, 100 + count)
    ]
    arena.settle()
    return made


def _holds(arena: Arena) -> dict[str, Hold]:
    with arena.store.read() as places:
        return {hold.scope: hold for hold in places.holds.open("memory")}


def _release(arena: Arena, scope: str) -> None:
    with arena.store.begin() as places:
        release(places, "memory", scope, arena.system.clock, WHO)


def _plan(arena: Arena) -> str:
    with arena.store.read() as places:
        (plan,) = places.plans.find("memory")
    return plan.digest


def _a_document(arena: Arena, made: list[str]) -> str:
    del arena.system.documents[made[0]]
    return f"directive:{made[0]}:missing"


def _a_work_item(arena: Arena, _made: list[str]) -> str:
    job_id = arena.job_of("Việc 100")
    del arena.system.jobs[job_id]
    with arena.store.read() as places:
        (task,) = [row.key for row in places.tasks.find("memory") if row.content == "Việc 100"]
    return f"task:{task}:missing"


@pytest.mark.covers("F12")
@pytest.mark.parametrize("lose", [_a_document, _a_work_item])
def test_who_knows_that_something_is_gone_is_not_asked_again(
    arena: Arena, lose: Callable[[Arena, list[str]], str]
) -> None:
    scope = lose(arena, _many(arena, 30))
    run_reconcile(arena.site)
    assert list(_holds(arena)) == [scope]
    _release(arena, scope)
    for _ in range(2):
        arena.move(days=1)
        assert not run_reconcile(arena.site).brakes
        assert not _holds(arena)
    with arena.store.read() as places:
        (one,) = places.breaks.of("memory")
        (entry,) = places.ledger.history([scope])[scope]
    assert one.theirs == f"accepted: {WHO}"
    assert (entry.kind, entry.actor) == ("hold_released", WHO)


@pytest.mark.covers("F13")
def test_accounts_that_all_changed_keep_their_plan_beside_the_other_lists(arena: Arena) -> None:
    people = arena.system.accounts
    for number in range(20, 50):
        people[str(number)] = AccountRecord(str(number), f"u{number}", f"Ông {number}", "Chuyên viên", HOME)
    _many(arena, 3)
    for key, one in list(people.items()):
        people[key] = replace(one, full_name=one.full_name.upper())
    assert "Toàn bộ" in run_pass(arena.site, PEOPLE).held
    for streams in (PAPERS, PEOPLE, PAPERS):
        run_pass(arena.site, streams)
    hold = _holds(arena)["accounts:changed"]
    assert "tài khoản" in hold.reason
    assert f"Kế hoạch niêm phong: {_plan(arena)[:12]}." in hold.reason
    arena.issue(row(1, "Việc mới", "Sở Nội vụ", day(arena.system.clock, 20)), number="7/CT-UBND")
    arena.settle()
    assert "Việc mới" in arena.shown()
    assert apply_plan(arena.site, _plan(arena), WHO)["state"] == "applied"
    assert not _holds(arena)
    with arena.store.read() as places:
        assert all(row.full_name.isupper() for row in places.directory.accounts("memory"))


@pytest.mark.covers("F48")
def test_a_person_may_go_on_without_records_that_stay_unreadable(arena: Arena) -> None:
    _many(arena, 2)
    for n in (201, 202):
        arena.issue(row(1, f"Việc {n}", "Sở Nội vụ", day(arena.system.clock, 20)), number=f"{n}/CT-UBND")
    arena.site = replace(arena.site, connector=Unreadable(arena.site.connector, Kind.DOCUMENT))
    run_pass(arena.site)
    assert "Chi tiết kỹ thuật:" in _holds(arena)["stream:documents"].reason
    with pytest.raises(ConfigInvalid, match="--by NAME"):
        _release(arena, "stream:documents")
    with arena.store.read() as places:
        plans = {plan.kind: plan for plan in places.plans.find("memory")}
    assert set(plans) == {"stream:documents", "stream:activity"}
    for plan in plans.values():
        assert [len(one) for one in shown(plan)["body"]["unreadable"]] == [16, 16]
        assert b"CT-UBND" not in plan.body
    # Whoever comes first takes the documents over; the other list may then have nothing left to ask.
    for scope in plans:
        if scope in _holds(arena):
            assert apply_plan(arena.site, plans[scope].digest, WHO)["state"] == "applied"
    run_pass(arena.site)
    assert not _holds(arena)
    with arena.store.read() as places:
        assert places.inbox.classified_count("memory") == 2


@pytest.mark.covers("F16")
@pytest.mark.parametrize("way", ["wake", "resync"])
def test_neither_a_wake_up_nor_an_order_carries_a_restored_source_past_the_brake(
    arena: Arena, way: str
) -> None:
    made = _many(arena, 3)
    arena.system.documents[made[1]] = replace(
        arena.system.documents[made[1]],
        number="55/KH-UBND",
        subject="Về một việc khác",
        issued_on=date(2025, 1, 2),
    )
    if way == "wake":
        assert "phục hồi" in run_wake(arena.site, [(Kind.DOCUMENT, made[1])]).held
    else:
        with pytest.raises(HoldForHuman):
            resync(arena.site, Scope(directive=made[1]), dry_run=False)
    assert list(_holds(arena)) == ["site:epoch"]
    with arena.store.read() as places:
        assert places.inbox.count("memory", "document") == 3


def test_a_stop_of_what_is_not_there_is_refused_and_a_unit_may_be_named(arena: Arena) -> None:
    _many(arena, 1)
    now = arena.system.clock
    for scope, said in (("task:TD-NONE", "no task"), ("unit:99", "no single unit"), ("stream:x", "task:KEY")):
        with pytest.raises(ConfigInvalid, match=said), arena.store.begin() as places:
            stop(places, "memory", scope, now, by=WHO, reason="")
    with arena.store.begin() as places:
        stop(places, "memory", "unit:sở tài chính", now, by=WHO, reason="bàn giao")
        entries = places.ledger.history([f"unit:{FINANCE}:stop"])[f"unit:{FINANCE}:stop"]
    assert list(_holds(arena)) == [f"unit:{FINANCE}:stop"]
    assert [entry.kind for entry in entries] == ["hold_ordered"]
    arena.move(days=25)
    before = len(arena.system.operations)
    run_pass(arena.site)
    assert len(arena.system.operations) == before
    _release(arena, f"unit:{FINANCE}:stop")
    arena.settle()
    assert len(arena.system.operations) > before


@pytest.mark.covers("LC-03")
def test_a_stop_of_a_unit_goes_on_for_the_tasks_that_pass_to_its_successor(arena: Arena) -> None:
    units = arena.system.units
    units["1"] = UnitRecord("1", "UBND xã Đông")
    units["22"] = UnitRecord("22", "UBND huyện Phú Soi")
    due = day(arena.system.clock, 2)
    arena.issue(row(1, "Sửa đường", "UBND huyện Phú Soi", due), row(2, "Rà soát", "Sở Nội vụ", due))
    arena.issue(row(1, "Xây cầu", "UBND xã Đông", due), number="9/CT-UBND")
    arena.settle()
    with arena.store.begin() as places:
        stop(places, "memory", "unit:22", arena.system.clock, by=WHO, reason="bàn giao")
    for former in ("1", "22"):
        units[former] = replace(units[former], valid_to=arena.system.clock.date(), successors=(HOME,))
    arena.move(days=5)
    arena.settle()
    assert {row.lead for row in _rows(arena)} == {HOME}
    late = {name: text for name, text in arena.shown().items() if "quá hạn" in text}
    assert set(late) == {"Rà soát", "Xây cầu"}
    with arena.store.read() as places:
        (key,) = [one.key for one in _rows(arena) if one.content == "Sửa đường"]
        look = Look(places, "memory", arena.system.clock, arena.site.profiles, arena.site.calendar)
        causes = task_causes(look, places.tasks.get([key])[key])
    assert "unit:22:stop" in [cause.facts.get("scope") for cause in causes]
    _release(arena, "unit:22:stop")
    arena.settle()
    assert sum("quá hạn" in text for text in arena.shown().values()) == 3


def _rows(arena: Arena) -> list[TaskRow]:
    with arena.store.read() as places:
        return list(places.tasks.find("memory"))


@pytest.mark.covers("F14")
def test_a_canary_that_is_no_longer_configured_stops_nothing(arena: Arena) -> None:
    made = _many(arena, 2)
    settings = arena.site.settings
    canary = settings.canary.model_copy(update={"directive": "0815"})
    held = replace(arena.site, settings=settings.model_copy(update={"canary": canary}))
    assert run_pass(held).held
    assert made
    assert not run_pass(arena.site).held
    assert not _holds(arena)


@pytest.mark.covers("LC-03")
def test_a_divided_unit_asks_until_the_list_names_one_successor(arena: Arena) -> None:
    units = arena.system.units
    units["22"] = UnitRecord("22", "UBND huyện Phú Soi")
    arena.issue(row(1, "Sửa đường", "UBND huyện Phú Soi", day(arena.system.clock, 20)))
    arena.settle()
    ended = arena.system.clock.date()
    units["22"] = replace(units["22"], valid_to=ended, successors=(HOME, FINANCE))
    arena.move(days=1)
    arena.settle()
    assert list(_holds(arena)) == ["unit:22"]
    units["22"] = replace(units["22"], successors=(HOME,))
    arena.move(days=1)
    arena.settle()
    assert not _holds(arena)


@pytest.mark.covers("LC-03")
@pytest.mark.parametrize("way", ["acts again", "leads nothing"])
def test_a_divided_unit_asks_no_longer_when_there_is_nothing_to_answer(arena: Arena, way: str) -> None:
    units, ended = arena.system.units, arena.system.clock.date()
    units["22"] = UnitRecord("22", "UBND huyện Phú Soi")
    document = arena.issue(row(1, "Sửa đường", "UBND huyện Phú Soi", day(arena.system.clock, 20)))
    arena.settle()
    units["22"] = replace(units["22"], valid_to=ended, successors=(HOME, FINANCE))
    arena.move(days=1)
    arena.settle()
    assert list(_holds(arena)) == ["unit:22"]
    if way == "acts again":
        units["22"] = replace(units["22"], valid_to=None, successors=())
    else:
        arena.system.recall(document, OFFICER)
        arena.settle()
    arena.move(days=1)
    arena.settle()
    assert not _holds(arena)


def test_every_scope_that_a_hold_can_have_is_listed_and_no_other_can_be_placed() -> None:
    examples = {
        "unit:7:drift": Stops.PART, "unit:7": Stops.NOTHING, "task:TD-1:missing": Stops.NOTHING,
        "task:TD-1:stop": Stops.PART, "directive:a:b:missing": Stops.NOTHING, "write:12": Stops.WRITE,
        "site": Stops.SITE, "site:rules": Stops.SITE, "stream:documents": Stops.LIST, "units": Stops.LIST,
    }  # fmt: skip
    found = {scope: form_of(scope) for scope in examples}
    assert {scope: one.stops for scope, one in found.items() if one} == examples
    assert form_of("directive:17:missing") == next(
        one for one in SCOPES if one.form == "directive:ID:missing"
    )
    assert all(form_of(one.form) == one for one in SCOPES)
    for scope in ("elsewhere", "unit:", "site:other"):
        assert form_of(scope) is None
    with pytest.raises(ValueError, match="no hold has the scope"):
        Hold(
            site="x", scope="site:other", reason="r", safe="", cost="", releaser="",
            since=datetime(2026, 11, 16, tzinfo=UTC),
        )  # fmt: skip
