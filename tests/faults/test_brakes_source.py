"""When the source itself is in doubt: another format, another account, another filter, another epoch, or away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connector.memory_system import Trouble
from connector.records import Kind, RawRecord, Record
from errors import SkipRecord
from store.engine import Store
from sync.flow import run_pass, run_reconcile, run_tick
from sync.holding import release, stop
from sync.making_again import make_again
from sync.orders import apply_plan
from sync.sealed_plans import shown
from sync.site import Site
from tests.engine_arena import FINANCE_HEAD, Arena, day, row


@pytest.fixture
def arena(store: Store, tmp_path: Path) -> Arena:
    return Arena(store, tmp_path)


def _many(arena: Arena, count: int, days: int = 20) -> list[str]:
    made = [
        arena.issue(
            row(1, f"Việc {number}", "Sở Tài chính", day(arena.system.clock, days)),
            number=f"{number}/CT-UBND",
        )
        for number in range(100, 100 + count)
    ]
    arena.settle()
    return made


def _scopes(arena: Arena) -> list[str]:
    with arena.store.read() as places:
        return [hold.scope for hold in places.holds.open("memory")]


def _plan(arena: Arena) -> str:
    with arena.store.read() as places:
        (plan,) = places.plans.find("memory")
    return plan.digest


def _footprint(arena: Arena) -> tuple[object, ...]:
    """What may not change while the source is in doubt."""
    with arena.store.read() as places:
        cursors = {name: places.cursors.get("memory", name) for name in ("documents", "activity")}
        return (
            str(cursors), places.ledger.root(), places.inbox.count("memory", "document"),
            len(arena.system.operations),
        )  # fmt: skip


@contextmanager
def _reformatted(arena: Arena) -> Iterator[None]:
    """Every document shows its subject in another form, as after an upgrade of the document system."""
    for document in list(arena.system.documents):
        arena.system.change_document(document, subject="VỀ MỘT SỐ VIỆC TRỌNG TÂM")
    yield


@pytest.mark.covers("F13")
def test_when_every_known_row_changed_at_once_nothing_is_read_in(arena: Arena) -> None:
    _many(arena, 30)
    before = _footprint(arena)
    with _reformatted(arena):
        done = run_pass(arena.site)
    assert "Toàn bộ 30 văn bản đã biết" in done.held
    assert _scopes(arena) == ["site:changed"]
    assert _footprint(arena) == before
    assert apply_plan(arena.site, _plan(arena), "Hà Thị Lan")["state"] == "applied"
    assert not _scopes(arena)
    assert run_reconcile(arena.site).pulled.read == 0


@pytest.mark.covers("F13")
def test_many_changed_rows_among_unchanged_ones_are_ordinary(arena: Arena) -> None:
    made = _many(arena, 30)
    for document in made[1:]:
        arena.system.change_document(document, subject="Về việc khác")
    assert not run_pass(arena.site).held
    assert not _scopes(arena)


@pytest.mark.covers("F14")
def test_a_missing_canary_aborts_the_reading_and_leaves_everything_untouched(arena: Arena) -> None:
    made = _many(arena, 3)
    settings = arena.site.settings
    canary = settings.canary.model_copy(update={"directive": made[0]})
    site = replace(arena.site, settings=settings.model_copy(update={"canary": canary}))
    assert not run_pass(site).held
    kept = arena.system.documents.pop(made[0])
    arena.issue(row(1, "Việc mới", "Sở Nội vụ", day(arena.system.clock, 20)), number="7/CT-UBND")
    before = _footprint(arena)
    done = run_pass(site)
    assert "văn bản mốc" in done.held
    assert run_tick(site).held
    assert run_reconcile(site).held
    assert _scopes(arena) == ["site:canary"]
    assert _footprint(arena) == before
    arena.system.documents[made[0]] = kept
    assert arena.settle(site).held == ""
    assert not _scopes(arena)
    assert "Việc mới" in arena.shown()


def _under_old_codes(arena: Arena) -> Site:
    """A history under rules by which code 2 says nothing; gives the site under today's, where it is progress."""
    today = arena.site
    actions = today.settings.actions
    old = actions.model_copy(update={"progress": (), "displayed": (*actions.displayed, "2")})
    arena.site = replace(today, settings=today.settings.model_copy(update={"actions": old}))
    _many(arena, 3)
    arena.system.act(arena.job_of("Việc 100"), FINANCE_HEAD, "2", "Đang làm")
    arena.settle()
    return today


@pytest.mark.covers("F15")
def test_changed_rules_are_tried_in_private_and_wait_for_approval(arena: Arena) -> None:
    today = _under_old_codes(arena)
    before = _footprint(arena)
    assert "Quy tắc" in run_pass(today).held
    assert run_tick(today).decided.tasks == 0
    assert _scopes(arena) == ["site:rules"]
    assert _footprint(arena) == before
    with arena.store.read() as places:
        (plan,) = places.plans.find("memory")
    ((_, old, new),) = shown(plan)["body"]["states"]
    assert old != new
    assert len(shown(plan)["body"]["writes"]) == 1
    assert apply_plan(today, plan.digest, "Hà Thị Lan")["state"] == "applied"
    assert not _scopes(arena)
    assert not arena.settle(today).held
    assert arena.shown()["Việc 100"] == new
    assert max(arena.system.effects().values()) == 1


@pytest.mark.covers("F15")
def test_rules_put_back_as_they_were_need_nobody(arena: Arena) -> None:
    today = _under_old_codes(arena)
    before = _footprint(arena)
    assert run_pass(today).held
    assert not run_pass(arena.site).held
    assert not _scopes(arena)
    assert _footprint(arena)[1:] == before[1:]
    with arena.store.read() as places:
        assert not places.plans.find("memory")


@pytest.mark.covers("F15")
def test_changed_rules_that_change_nothing_are_in_force_at_once(arena: Arena) -> None:
    _many(arena, 3)
    before = _footprint(arena)
    actions = arena.site.settings.actions.model_copy(update={"difficulty": ("35", "77")})
    settings = arena.site.settings.model_copy(update={"actions": actions})
    site = replace(arena.site, settings=settings, rules_digest="")
    assert not run_pass(site).held
    assert _footprint(arena)[1:] == before[1:]
    assert not _scopes(arena)


@pytest.mark.covers("F16")
def test_ids_that_stand_for_others_make_the_source_read_only_with_a_report(arena: Arena) -> None:
    made = _many(arena, 5)
    earlier = arena.system.clock.date() - timedelta(days=40)
    other = replace(
        arena.system.documents[made[1]], number="55/KH-UBND", subject="Về một việc khác", issued_on=earlier
    )
    arena.system.documents[made[1]] = other
    before = _footprint(arena)
    assert "phục hồi" in run_pass(arena.site).held
    assert _scopes(arena) == ["site:epoch"]
    assert run_pass(arena.site).held
    assert _footprint(arena) == before
    with arena.store.read() as places:
        (plan,) = places.plans.find("memory")
    assert shown(plan)["body"]["reused"] == [["document", made[1], "101/CT-UBND", "55/KH-UBND"]]
    operations = len(arena.system.operations)
    assert apply_plan(arena.site, plan.digest, "Hà Thị Lan")["state"] == "applied"
    arena.settle()
    assert "site:epoch" not in _scopes(arena)
    assert max(arena.system.effects().values()) == 1
    assert len(arena.system.jobs) == 5
    assert len(arena.system.operations) >= operations


def _another_document(arena: Arena, document: str, number: str) -> None:
    earlier = arena.system.clock.date() - timedelta(days=int(number[:2]))
    arena.system.documents[document] = replace(
        arena.system.documents[document], number=number, subject=f"Về việc {number}", issued_on=earlier
    )


def _another_job(arena: Arena, content: str) -> None:
    job = arena.job_of(content)
    arena.system.change_job(job, name="Việc của người khác", content="Không liên quan", document_id="4711")


def _approve(arena: Arena) -> list[list[str]]:
    """Approve the report that waits; gives what it says of ids."""
    arena.move(hours=1)
    assert "phục hồi" in run_reconcile(arena.site).held
    assert run_pass(arena.site).held
    with arena.store.read() as places:
        (plan,) = places.plans.find("memory")
    assert apply_plan(arena.site, plan.digest, "Hà Thị Lan")["state"] == "applied"
    arena.move(hours=1)
    arena.settle()
    assert "site:epoch" not in _scopes(arena), "what was approved is not asked again"
    return [reused[:2] for reused in shown(plan)["body"]["reused"]]


@pytest.mark.covers("F16")
def test_a_second_restore_is_noticed_like_the_first(arena: Arena) -> None:
    made = _many(arena, 6)
    first, second = arena.job_of("Việc 103"), arena.job_of("Việc 104")
    _another_document(arena, made[0], "55/KH-UBND")
    _another_job(arena, "Việc 103")
    assert _approve(arena) == [["document", made[0]], ["job", first]]
    arena.system.change_job(first, name="Vẫn của người khác")
    arena.move(hours=1)
    assert not run_reconcile(arena.site).held
    _another_job(arena, "Việc 104")
    assert _approve(arena) == [["job", second]]
    _another_document(arena, made[1], "56/KH-UBND")
    _another_document(arena, made[0], "57/KH-UBND")
    assert _approve(arena) == [["document", made[0]], ["document", made[1]]]


@pytest.mark.covers("F16")
def test_a_work_item_that_is_somebody_elses_now_is_left_alone(arena: Arena) -> None:
    _many(arena, 3)
    job = arena.job_of("Việc 101")
    _another_job(arena, "Việc 101")
    _approve(arena)
    arena.system.act(job, FINANCE_HEAD, "31", "Xong", attachments={"khac.docx": b"PK"})
    arena.move(days=25)
    arena.settle()
    assert not run_reconcile(arena.site).held
    arena.settle()
    assert (arena.system.job(job).name, arena.system.job(job).content) == (
        "Việc của người khác",
        "Không liên quan",
    )
    assert "result_submitted" not in arena.kinds(), "what was done with it is not the task's"
    assert len(arena.system.jobs) == 3
    (scope,) = _scopes(arena)
    task = scope.split(":")[1]
    assert scope == f"task:{task}:missing"
    with arena.store.begin() as places:
        release(places, "memory", scope, arena.system.clock, "Hà Thị Lan")
        assert not places.breaks.of("memory")
    make_again(arena.site, task, by="Hà Thị Lan", reason="hệ thống được phục hồi", dry_run=False)
    arena.settle()
    assert "quá hạn" in arena.shown()["Việc 101"]
    assert not _scopes(arena)


@pytest.mark.covers("F16")
def test_a_source_clock_that_runs_backwards_stops_the_comparison(arena: Arena) -> None:
    _many(arena, 2)
    run_reconcile(arena.site)
    arena.move(hours=-2)
    done = run_reconcile(arena.site)
    assert "đồng hồ lùi" in done.held
    assert _scopes(arena) == ["site:epoch"]


class Unreadable:
    """The twin after an upgrade that renamed a field of every document."""

    def __init__(self, inner: Any, kind: Kind) -> None:
        self._inner, self._kind = inner, kind

    def decode(self, raw: RawRecord) -> Record:
        if raw.kind is self._kind:
            raise SkipRecord("Field trichYeu of a document cannot be read.")
        record: Record = self._inner.decode(raw)
        return record

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


@pytest.mark.covers("F48")
def test_a_missing_field_quarantines_its_stream_and_loses_no_record(arena: Arena) -> None:
    _many(arena, 2)
    for number in (201, 202, 203):
        rows = row(1, f"Việc {number}", "Sở Nội vụ", day(arena.system.clock, 20))
        arena.issue(rows, number=f"{number}/CT-UBND")
    broken = replace(arena.site, connector=Unreadable(arena.site.connector, Kind.DOCUMENT))
    with arena.store.read() as places:
        before = places.cursors.get("memory", "documents")
    assert "không đọc được" in run_pass(broken).held
    assert "stream:documents" in _scopes(arena)
    with arena.store.read() as places:
        assert places.cursors.get("memory", "documents") == before
        assert places.inbox.count("memory", "document") == 2
        assert places.inbox.classified_count("memory") == 0
    arena.settle()
    assert not _scopes(arena)
    assert len(arena.shown()) == 5


@pytest.mark.covers("F43")
def test_a_source_that_stays_away_is_held_with_its_age_and_makes_nobody_overdue(arena: Arena) -> None:
    _many(arena, 2, days=2)
    arena.move(days=5)
    arena.system.trouble_reading.extend([Trouble.AWAY] * 50)
    assert run_pass(arena.site).away
    with arena.store.read() as places:
        (hold,) = places.holds.open("memory")
    assert hold.scope == "stale"
    assert "2 nhiệm vụ đã đến hạn" in hold.cost
    assert not any("quá hạn" in text for text in arena.shown().values())
    arena.system.trouble_reading.clear()
    arena.settle()
    assert not _scopes(arena)
    assert all("quá hạn" in text for text in arena.shown().values())


@pytest.mark.parametrize("scope", ["site", "all"])
def test_a_person_may_stop_a_site_or_all(arena: Arena, scope: str) -> None:
    _many(arena, 2)
    with arena.store.begin() as places:
        stop(places, "memory", scope, arena.system.clock, by="Hà Thị Lan", reason="bảo trì")
    before = _footprint(arena)
    arena.move(days=25)
    assert "Hà Thị Lan" in run_pass(arena.site).held
    assert run_tick(arena.site).held
    assert _footprint(arena) == before


def test_a_person_may_stop_one_task_and_the_others_go_on(arena: Arena) -> None:
    _many(arena, 2)
    with arena.store.begin() as places:
        stopped = min(task.key for task in places.tasks.find("memory") if task.content == "Việc 100")
        stop(places, "memory", f"task:{stopped}", arena.system.clock, by="Hà Thị Lan", reason="")
    arena.move(days=25)
    arena.settle()
    assert "quá hạn" in arena.shown()["Việc 101"]
    assert "quá hạn" not in arena.shown()["Việc 100"]
    with arena.store.begin() as places:
        places.holds.release("memory", f"task:{stopped}:stop", arena.system.clock, "Hà Thị Lan")
    arena.settle()
    assert "quá hạn" in arena.shown()["Việc 100"]
