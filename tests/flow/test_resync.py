"""Reading again: years back in silence, chunk by chunk, going on after a break, and live changes win."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import orjson
import pytest

from connector.records import UnitRecord
from errors import ConfigInvalid, HoldForHuman, RetryLater
from store.engine import Store
from store.plans import SealedPlan, seal
from sync import resync as resyncing
from sync.backfill import decline
from sync.flow import run_pass, run_reconcile
from sync.holding import stop
from sync.orders import apply_plan
from sync.resync import Resynced, Scope, resync
from sync.why import why
from sync.why_causes import Look
from tests.engine_arena import FINANCE, FINANCE_HEAD, HEALTH, HOME, Arena, day, row

SINCE = date(2018, 1, 1)


@pytest.fixture
def arena(store: Store, tmp_path: Path) -> Arena:
    """One live directive; older ones come later, as if the site's filter had left them out so far."""
    made = Arena(store, tmp_path)
    _issue(made, 1, made.system.clock.date())
    made.settle()
    return made


def _issue(arena: Arena, number: int, issued_on: date, lead: str = "Sở Tài chính") -> str:
    rows = row(1, f"Việc {number}", lead, f"{issued_on + timedelta(days=20):%d/%m/%Y}")
    return arena.issue(rows, number=f"{number}/CT-UBND", issued_on=issued_on)


def _old(arena: Arena, count: int) -> list[str]:
    """Directives of past years, one of them with a row that cannot be a task."""
    made = [_issue(arena, 100 + n, date(2024, 1, 1) + timedelta(days=n)) for n in range(count)]
    arena.issue(
        row(1, "Việc lạc", "Sở Không Có", "01/03/2024"), number="99/CT-UBND", issued_on=date(2024, 2, 1)
    )
    return made


def _backfill(arena: Arena, **options: object) -> Resynced:
    return resync(arena.site, Scope(since=SINCE), dry_run=False, **options)  # type: ignore[arg-type]


def _operations(arena: Arena) -> list[str]:
    return [operation.name for operation in arena.system.operations]


def test_years_back_are_entered_and_nobody_is_told(arena: Arena) -> None:
    before = _operations(arena)
    _old(arena, 5)
    done = _backfill(arena)
    assert (done.backfilled, done.waiting) == (6, 5)
    assert _operations(arena) == before
    with arena.store.read() as places:
        tasks = [task for task in places.tasks.find("memory") if task.content != "Việc 1"]
        marks = places.ledger.history([task.key for task in tasks])
        assert len(tasks) == 5
        assert places.findings.count("memory") >= 1
    assert all("backfilled" in {entry.kind for entry in found} for found in marks.values())
    arena.move(days=2)
    arena.settle()
    run_reconcile(arena.site)
    assert _operations(arena) == before


def test_nobody_is_told_either_when_years_back_are_mapped_again(arena: Arena) -> None:
    before = _operations(arena)
    _old(arena, 1)
    _backfill(arena)
    arena.system.units["30"] = UnitRecord("30", "Sở Mới")
    arena.move(days=1)
    arena.settle()
    assert _operations(arena) == before


def test_a_second_backfill_changes_nothing(arena: Arena) -> None:
    _old(arena, 5)
    _backfill(arena)
    with arena.store.read() as places:
        root = places.ledger.root()
    again = _backfill(arena)
    assert (again.backfilled, again.mapped.events, again.pushed.confirmed) == (0, 0, 0)
    assert again.pulled.read > 0
    with arena.store.read() as places:
        assert places.ledger.root() == root
        assert not places.cursors.under("memory", "backfill")


def test_what_old_tasks_would_write_goes_out_only_by_its_sealed_plan(arena: Arena) -> None:
    _old(arena, 3)
    _backfill(arena)
    with arena.store.read() as places:
        (plan,) = places.plans.find("memory")
        assert [hold.scope for hold in places.holds.open("memory")] == ["backfill"]
    assert apply_plan(arena.site, plan.digest, "Hà Thị Lan")["state"] == "applied"
    arena.settle()
    assert {"Việc 100", "Việc 101", "Việc 102"} <= arena.shown().keys()
    assert max(arena.system.effects().values()) == 1


def test_what_was_declined_is_not_sent_nor_proposed_again_until_its_directive_is_read_again(
    arena: Arena,
) -> None:
    _old(arena, 3)
    _backfill(arena)
    before = _operations(arena)
    with arena.store.begin() as places:
        (plan,) = places.plans.find("memory")
        for digest, by in (("0" * 12, "Hà Thị Lan"), (plan.digest, " ")):
            with pytest.raises(ConfigInvalid):
                decline(places, "memory", digest, arena.system.clock, by=by)
        now = arena.system.clock
        assert decline(places, "memory", plan.digest, now, by="Hà Thị Lan", reason="đã xong") == 3
    with pytest.raises(ConfigInvalid, match="none is waiting"):
        apply_plan(arena.site, plan.digest, "Trần Văn Nam")
    arena.move(days=2)
    arena.settle()
    run_reconcile(arena.site)
    resync(arena.site, Scope(everything=True), dry_run=False)
    assert _operations(arena) == before
    with arena.store.read() as places:
        assert (places.plans.find("memory"), places.holds.open("memory")) == ([], [])
        (entry,) = places.ledger.history(["backfill"])["backfill"]
        assert (entry.kind, entry.actor) == ("plan_declined", "Hà Thị Lan")
        assert "đã xong".encode() in entry.body
    assert _backfill(arena).waiting == 3
    with arena.store.read() as places:
        (again,) = places.plans.find("memory")
    assert again.digest == plan.digest
    assert apply_plan(arena.site, again.digest, "Hà Thị Lan")["state"] == "applied"
    arena.settle()
    assert max(arena.system.effects().values()) == 1
    assert _operations(arena).count("CreateJob") == before.count("CreateJob") + 3


def test_only_a_plan_without_a_cause_can_be_declined(arena: Arena) -> None:
    digest = seal("memory", "site:jobs", b"{}")
    with arena.store.begin() as places:
        places.plans.put(SealedPlan(digest, "memory", "site:jobs", "sealed", "", b"{}", arena.system.clock))
        with pytest.raises(ConfigInvalid, match="goes away with its cause"):
            decline(places, "memory", digest, arena.system.clock, by="Hà Thị Lan")


@pytest.mark.parametrize("declined", [False, True])
def test_a_unit_that_is_merged_sends_nothing_that_was_not_approved(arena: Arena, declined: bool) -> None:
    _old(arena, 1)
    _backfill(arena)
    if declined:
        with arena.store.begin() as places:
            (plan,) = places.plans.find("memory")
            decline(places, "memory", plan.digest, arena.system.clock, by="Hà Thị Lan")
    before = _operations(arena).count("CreateJob")
    today = arena.system.clock.date()
    finance = arena.system.units[FINANCE]
    arena.system.units[FINANCE] = replace(finance, valid_to=today - timedelta(days=1), successors=(HOME,))
    arena.settle()
    assert _operations(arena).count("CreateJob") == before
    with arena.store.read() as places:
        (waiting,) = places.outbox.find("memory", "pending")
        assert orjson.loads(waiting.body)["lead"] == HOME
        look = Look(places, "memory", arena.system.clock, arena.site.profiles, arena.site.calendar)
        told = " ".join(cause.en for cause in why(look, waiting.task).causes)
        assert ("was declined" if declined else "waits for approval") in told


def test_a_backfill_that_broke_off_goes_on_where_it_was(
    arena: Arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resyncing, "LONG_CHUNK", 4)
    _old(arena, 20)
    chunks = 0

    def fall(_: int) -> None:
        nonlocal chunks
        chunks += 1
        if chunks == 3:
            raise RetryLater("The document system went away.")

    with pytest.raises(RetryLater):
        _backfill(arena, progress=fall)
    told: list[int] = []
    done = _backfill(arena, progress=told.append)
    assert done.skipped == 12
    assert done.pulled.read == 22 + 1 - 12
    assert told[0] > 12
    with arena.store.read() as places:
        assert len(places.tasks.find("memory")) == 21
        assert not places.cursors.under("memory", "backfill")


def test_live_work_passes_between_the_chunks(arena: Arena, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resyncing, "LONG_CHUNK", 4)
    _old(arena, 12)
    passes: list[str] = []

    def live() -> None:
        if not passes:
            arena.system.act(arena.job_of("Việc 1"), FINANCE_HEAD, "2", "Đang làm")
        run_pass(arena.site)
        passes.append(arena.shown()["Việc 1"])

    _backfill(arena, between=live)
    assert len(passes) > 3
    assert set(passes) == {"Đang thực hiện"}


def test_a_live_change_wins_over_what_the_backfill_read_before(arena: Arena) -> None:
    (document,) = (one for one in arena.system.documents)
    read = arena.site.connector.listing
    changed = row(1, "Việc 1 đã sửa", "Sở Tài chính", day(arena.system.clock, 30))

    class Slow:
        """A connector whose pages reach the engine after somebody changed the document and a pass saw it."""

        def __getattr__(self, name: str) -> object:
            return getattr(arena.site.connector, name)

        def listing(self, *arguments: object) -> object:
            for page in read(*arguments):  # type: ignore[arg-type]
                if page.records and page.records[0].remote_id == document:
                    arena.move(minutes=5)
                    arena.system.change_document(document, rows=(changed,), subject="Về việc đã sửa")
                    run_pass(arena.site)
                yield page

    slow = replace(arena.site, connector=Slow())  # type: ignore[arg-type]
    resync(slow, Scope(since=SINCE), dry_run=False)
    with arena.store.read() as places:
        assert [task.content for task in places.tasks.find("memory")] == ["Việc 1 đã sửa"]


def test_only_the_days_between_since_and_until_are_read_in(arena: Arena) -> None:
    _old(arena, 10)
    scope = Scope(since=date(2024, 1, 3), until=date(2024, 1, 5))
    done = resync(arena.site, scope, dry_run=False)
    assert done.backfilled == 3
    with arena.store.read() as places:
        assert len(places.tasks.find("memory")) == 4


@pytest.mark.parametrize(
    "scope",
    [Scope(directive="1/CT-UBND"), Scope(unit="Sở Tài chính"), Scope(since=SINCE), Scope(everything=True)],
)
def test_a_dry_run_leaves_no_trace(arena: Arena, scope: Scope) -> None:
    _old(arena, 3)
    with arena.store.read() as places:
        before = (places.ledger.root(), places.inbox.count("memory", "document"))
    operations = _operations(arena)
    done = resync(arena.site, scope, dry_run=True)
    assert done.pulled.read > 0
    assert done.writes == []
    with arena.store.read() as places:
        assert (places.ledger.root(), places.inbox.count("memory", "document")) == before
        assert not places.cursors.under("memory", "backfill")
        assert not places.outbox.find("memory", "pending")
    assert _operations(arena) == operations


@pytest.mark.parametrize("dry_run", [False, True])
def test_nobody_is_called_unknown_before_units_were_read(store: Store, tmp_path: Path, dry_run: bool) -> None:
    arena = Arena(store, tmp_path)
    _issue(arena, 1, arena.system.clock.date())
    with pytest.raises(ConfigInvalid, match="tdcd sync"):
        resync(arena.site, Scope(everything=True), dry_run=dry_run)
    assert _operations(arena) == []
    with store.read() as places:
        assert not places.findings.count("memory")


def test_a_held_site_is_not_read_again(arena: Arena) -> None:
    with arena.store.begin() as places:
        stop(places, "memory", "site", arena.system.clock, by="Hà Thị Lan", reason="bảo trì")
    with pytest.raises(HoldForHuman, match="bảo trì"):
        _backfill(arena)


def test_new_directives_found_by_a_resync_are_no_history(arena: Arena) -> None:
    _issue(arena, 5, arena.system.clock.date() - timedelta(days=3))
    done = _backfill(arena)
    assert done.backfilled == 0
    assert "Việc 5" in arena.shown()
    with arena.store.read() as places:
        assert len(places.tasks.find("memory", lead=FINANCE)) == 2


@pytest.mark.covers("LC-03")
def test_a_new_lead_is_no_approval_of_what_an_old_task_would_write(arena: Arena) -> None:
    before = _operations(arena)
    _issue(arena, 100, date(2024, 1, 1), lead="Sở Y tế")
    _backfill(arena)
    ended = arena.system.clock.date()
    arena.system.units[HEALTH] = replace(arena.system.units[HEALTH], valid_to=ended, successors=(HOME,))
    arena.move(days=1)
    arena.settle()
    assert _operations(arena) == before
    with arena.store.read() as places:
        (old,) = places.plans.find("memory")
    assert apply_plan(arena.site, old.digest, "Hà Thị Lan")["state"] == "void"
    with arena.store.read() as places:
        (plan,) = places.plans.find("memory")
    assert _operations(arena) == before
    assert apply_plan(arena.site, plan.digest, "Hà Thị Lan")["state"] == "applied"
    assert arena.system.job(arena.job_of("Việc 100")).lines[0].unit_id == HOME
