"""Administrators' orders and webhooks' wake-ups, carried out by whoever owns the site.

An order is a row (`store/signals.py`), so the command line works beside a running
daemon and on another machine: it writes the row and watches its progress.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from connector.port import Stream
from connector.records import Kind
from errors import TdcdError
from store.signals import Signal
from sync.backfill import offer_backfilled
from sync.flow import PAPERS, Pass, run_pass, run_reconcile, run_wake
from sync.resync import Resynced, Scope, lines, resync
from sync.sealed_plans import approve
from sync.site import Site, log
from sync.unexpected import UNFORESEEN, frames_of, words_for

SYNC, RESYNC, RECONCILE, WAKE, APPLY = "sync", "resync", "reconcile", "wake", "apply"


def carry_out(site: Site, signal: Signal) -> dict[str, Any]:
    """Carry one order out and put its result in its row; an order that fails says why there."""
    try:
        result = _do(site, signal)
        ok = True
    except TdcdError as error:
        result, ok = {"error": str(error), "exit_code": error.exit_code}, False
        log.warning("order failed", site=site.name, order=signal.kind, reason=str(error))
    except UNFORESEEN as error:
        # Whoever gave the order must hear of it, and the daemon goes on.
        result, ok = {"error": f"An unforeseen fault: {words_for(error)}.", "exit_code": 1}, False
        log.error("order failed", site=site.name, order=signal.kind, frames=frames_of(error))
    with site.store.begin() as places:
        places.signals.finish(signal.id, ok, result, site.now())
    return result


def _do(site: Site, signal: Signal) -> dict[str, Any]:
    body = signal.body
    if signal.kind == WAKE:
        return {"writes": run_wake(site, [(Kind(body["kind"]), str(body["id"]))]).writes}
    if signal.kind == SYNC:
        return pass_result(run_pass(site))
    if signal.kind == RECONCILE:
        return reconcile_result(run_reconcile(site))
    if signal.kind == APPLY:
        return apply_plan(site, str(body["digest"]), str(body["by"]))
    done = resync(
        site,
        scope_of(body),
        dry_run=bool(body.get("dry_run")),
        progress=_progress(site, signal),
        between=lambda: run_pass(site, PAPERS),
    )
    return resync_result(done)


def pass_result(done: Pass) -> dict[str, Any]:
    """What `tdcd sync` prints: the figures of every stage, as plain JSON values."""
    result = asdict(done)
    del result["pulled"]["listed"]
    return result


def scope_of(body: dict[str, Any]) -> Scope:
    """The scope inside an order's body."""
    since, until = body.get("since"), body.get("until")
    return Scope(
        directive=str(body.get("directive") or ""),
        unit=str(body.get("unit") or ""),
        since=date.fromisoformat(since) if since else None,
        until=date.fromisoformat(until) if until else None,
        everything=bool(body.get("everything")),
    )


def resync_result(done: Resynced) -> dict[str, Any]:
    """What `tdcd resync` prints."""
    return {
        "dry_run": done.dry_run,
        "read": done.pulled.read,
        "new_versions": done.pulled.new,
        "classified_skipped": done.pulled.classified,
        "new_events": done.mapped.events,
        "states_changed": done.decided.changed,
        "plan": lines(done.writes),
        "written": done.pushed.confirmed,
        "done_before": done.skipped,
        "backfilled": done.backfilled,
        "waiting_for_approval": done.waiting,
    }


def reconcile_result(done: Any) -> dict[str, Any]:
    """What `tdcd reconcile` prints."""
    return {
        "read_again": done.pulled.read,
        "drift_found": done.decided.drift,
        "written": done.pushed.confirmed,
        "missing_work_items": done.missing,
        "retired": done.retired,
        "held": [brake.reason for brake in done.brakes] or ([done.held] if done.held else []),
        "breaks": len(done.breaks),
    }


def apply_plan(site: Site, digest: str, by: str) -> dict[str, Any]:
    """Approve a sealed plan and carry it out, exactly or not at all: its end says which of both.

    Raises ConfigInvalid when no single sealed plan begins with `digest`.
    """
    with site.store.begin() as places:
        plan = approve(places, site.name, digest, by)
    offer_backfilled(site)
    if plan.kind.startswith("stream:"):
        # What changed, not a complete list, is what was stumbled over.
        run_pass(site, [Stream(plan.kind.removeprefix("stream:"))])
    reconciled = run_reconcile(site)
    with site.store.read() as places:
        ended = places.plans.get(plan.digest)
    state = ended.state if ended is not None else "void"
    return {"plan": plan.digest, "scope": plan.kind, "state": state, "written": reconciled.pushed.confirmed}


def _progress(site: Site, signal: Signal) -> Any:
    def tell(read: int) -> None:
        with site.store.begin() as places:
            places.signals.progress(signal.id, f"{read} records read")

    return tell
