"""The steps that every demo takes, whatever the way in: passes, days that go by, and what is counted at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from commands.demo_told import TEN_DAYS, Clock, Told
from commands.demo_world import ask
from store.engine import Store
from store.verify import verify_ledger
from sync.flow import Pass, run_pass
from sync.site import Site

#: Findings about rows that became tasks all the same.
NOTES: Final = frozenset({"coordinator_unknown"})
#: Operations that only acknowledge what was read: nobody is shown anything by them.
RECEIPTS: Final = ("axis/updateStatus",)


@dataclass(frozen=True, slots=True)
class Stage:
    """What a story is played on: a site with its ledger, the sandbox at `url`, the clock both share."""

    site: Site
    store: Store
    url: str
    clock: Clock
    told: Told


def first_passes(stage: Stage) -> None:
    """Everything is read and written once; a second pass finds nothing to do."""
    told = stage.told
    before = writes_accepted(stage.url)
    done = run_pass(stage.site)
    settle(stage.site, done)
    accepted = writes_accepted(stage.url) - before
    count(stage)
    told.answer["writes_first_pass"] = accepted
    told.step("First pass", read=done.pulled.read, tasks=done.mapped.tasks, writes_accepted=accepted)
    idle = run_pass(stage.site)
    told.answer |= {"writes_idle_pass": idle.writes, "requests_idle_pass": idle.requests}
    told.step("Second pass, nothing changed", writes=idle.writes, requests=idle.requests)
    told.before = states(stage)


def pass_after(stage: Stage) -> None:
    """What people did is read, decided, and answered."""
    done = run_pass(stage.site)
    settle(stage.site, done)
    stage.told.step("Pass", events=done.mapped.events, writes=done.writes, **done.pushed.by_kind)


def time_moves(stage: Stage) -> None:
    """Ten days go by for both sides."""
    ask(stage.url, "clock", {"advance_seconds": TEN_DAYS.total_seconds()})
    stage.clock.moved += TEN_DAYS
    done = run_pass(stage.site)
    settle(stage.site, done)
    stage.told.step("Ten days later", states_turned=done.decided.changed, writes=done.writes)
    stage.told.after = states(stage)


def last_pass(stage: Stage) -> None:
    """Nothing is left to do, nothing waits, and the ledger is whole."""
    told, site = stage.told, stage.site
    last = run_pass(site)
    told.answer["writes_last_pass"] = last.writes
    told.step("Last pass", writes=last.writes, requests=last.requests)
    report = verify_ledger(stage.store)
    with stage.store.read() as places:
        waiting = places.outbox.counts(site.name)
    told.answer["outbox_waiting"] = sum(
        waiting.get(state, 0) for state in ("pending", "sending", "held", "dead")
    )
    told.answer |= {
        "states": told.after,
        "ledger_entries": report.size,
        "ledger_verified": report.ok,
        "steps": told.steps,
        "absent": told.absent,
    }


def settle(site: Site, done: Pass) -> None:
    """What the first writes lead to belongs to the same pass for whoever reads the table."""
    while not done.away and (more := run_pass(site)).writes:
        done.pushed.confirmed += more.writes


def writes_accepted(url: str) -> int:
    """What the other side carried out, by its own log."""
    operations = ask(url, "operations")["operations"]
    return sum(operation["operation"] not in RECEIPTS for operation in operations)


def count(stage: Stage) -> None:
    """What was read, and what became of it."""
    told, site = stage.told, stage.site
    with stage.store.read() as places:
        findings = places.findings.of(site.name)
        returned = [finding for finding in findings if finding.problem not in NOTES]
        told.returned.update(finding.problem for finding in returned)
        rows = places.tasks.find(site.name)
        told.answer |= {
            "directives": places.inbox.count(site.name, "document"),
            "directives_in_scope": len({row.directive for row in rows}),
            "classified_skipped": places.inbox.classified_count(site.name),
            "accounts": len(places.directory.accounts(site.name)),
            "tasks": len(rows),
            "held_for_a_person": len(places.holds.open(site.name)),
            "returned_rows": len(returned),
        }


def states(stage: Stage) -> dict[str, int]:
    """How many tasks show each text."""
    with stage.store.read() as places:
        return dict(places.tasks.counts(stage.site.name))
