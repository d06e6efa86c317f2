"""Orders: carried out here, or by the running daemon when there is one."""

from __future__ import annotations

import time
from datetime import date
from typing import Annotated, Any

import typer

from commands.opened import ConfigOption, SiteOption, opened_ledger
from commands.show import JSON_OPTION, print_json, print_pairs, progress
from config.loading import site_of
from config.settings import Settings, SiteSettings
from errors import ConfigInvalid, HoldForHuman, RetryLater, TdcdError
from store.engine import Store
from sync.flow import run_pass, run_reconcile
from sync.opening import wall_clock
from sync.orders import (
    APPLY,
    RECONCILE,
    RESYNC,
    SYNC,
    apply_plan,
    pass_result,
    reconcile_result,
    resync_result,
    scope_of,
)
from sync.owning import owned_site
from sync.resync import resync as resync_site

PATIENCE = 3600.0


def sync(config: ConfigOption = None, site: SiteOption = None, as_json: bool = JSON_OPTION) -> None:
    """Run one pass now: pull, map, decide, push."""
    answer = _carry_out(config, site, SYNC, {})
    _print("One pass", answer, as_json)
    if answer.get("held"):
        raise HoldForHuman(str(answer["held"]), scope="the site")
    if answer.get("away"):
        raise RetryLater(str(answer["away"]))


def resync(
    directive: Annotated[str, typer.Option(help="One directive, by its number or its id.")] = "",
    unit: Annotated[str, typer.Option(help="Everything led by one unit.")] = "",
    since: Annotated[str, typer.Option(help="Directives issued on or after this day (YYYY-MM-DD).")] = "",
    until: Annotated[str, typer.Option(help="With --since: issued on or before this day.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Everything.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the exact plan and change nothing.")
    ] = False,
    config: ConfigOption = None,
    site: SiteOption = None,
    as_json: bool = JSON_OPTION,
) -> None:
    """Read a part of the document system again, whatever is known of it.

    With --since also years back: old directives are entered quietly, and an order that broke off goes on.
    """
    if sum(map(bool, (directive, unit, since, everything))) != 1:
        raise ConfigInvalid(["give exactly one of --directive, --unit, --since, --all"], where="resync")
    if until and not since:
        raise ConfigInvalid(["--until goes with --since"], where="resync")
    body = {
        "directive": directive,
        "unit": unit,
        "since": _day(since, "--since"),
        "until": _day(until, "--until"),
        "everything": everything,
        "dry_run": dry_run,
    }
    answer = _carry_out(config, site, RESYNC, body)
    if as_json:
        print_json(answer)
        return
    plan = answer.pop("plan", [])
    print_pairs("Resync (dry run: nothing was changed)" if dry_run else "Resync", answer)
    for line in plan:
        typer.echo(line)


def reconcile(config: ConfigOption = None, site: SiteOption = None, as_json: bool = JSON_OPTION) -> None:
    """Compare a complete listing of the document system with the ledger, and heal what drifted."""
    answer = _carry_out(config, site, RECONCILE, {})
    _print("Reconcile", answer, as_json)
    if answer["held"]:
        raise HoldForHuman(" ".join(answer["held"]), scope="a part of it")


def apply(
    digest: Annotated[str, typer.Argument(help="Digest of the sealed plan, or its first 8 characters.")],
    by: Annotated[str, typer.Option("--by", help="Who approves it.")] = "",
    config: ConfigOption = None,
    site: SiteOption = None,
    as_json: bool = JSON_OPTION,
) -> None:
    """Approve a sealed plan: exactly this is carried out, or nothing when anything differs by now."""
    answer = _carry_out(config, site, APPLY, {"digest": digest, "by": by})
    _print("Plan", answer, as_json)
    if answer["state"] == "sealed":
        raise RetryLater(
            "The plan is approved, but what it would change could not be looked at now.",
            remedy="It is carried out as soon as the same change is found again: see `tdcd why` for what is away.",
        )
    if answer["state"] != "applied":
        raise HoldForHuman(
            "What would change is not what was approved any more: the plan is void and nothing of it was done.",
            scope=str(answer["scope"]),
            remedy="See `tdcd plan show` for the new one.",
        )


def _day(text: str, option: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat() if text else None
    except ValueError:
        raise ConfigInvalid([f"not a date of the form YYYY-MM-DD: {text}"], where=option) from None


def _carry_out(config: Any, name: str | None, kind: str, body: dict[str, Any]) -> dict[str, Any]:
    with opened_ledger(config) as (settings, store):
        site = site_of(settings, name)
        with progress(f"{kind} {site.name}") as tell:
            while _owned(store):
                answer = _ask_owner(store, kind, {**body, "site": site.name})
                if answer is not None:
                    return answer
            return _here(settings, site, store, kind, body, tell)


def _here(
    settings: Settings, site: SiteSettings, store: Store, kind: str, body: dict[str, Any], tell: Any
) -> dict[str, Any]:
    with owned_site(settings, site, store) as opened:
        if kind == SYNC:
            return pass_result(run_pass(opened))
        if kind == RECONCILE:
            return reconcile_result(run_reconcile(opened))
        if kind == APPLY:
            return apply_plan(opened, str(body["digest"]), str(body["by"]))
        done = resync_site(opened, scope_of(body), dry_run=bool(body["dry_run"]), progress=tell)
        return resync_result(done)


def _owned(store: Store) -> bool:
    """Whether a daemon, or another command like this one, works on the ledger now."""
    with store.read() as places:
        holder = places.leases.holder("daemon")
    return holder is not None and bool(holder.owner) and holder.expires_at > wall_clock()


def _ask_owner(store: Store, kind: str, body: dict[str, Any]) -> dict[str, Any] | None:
    """The result of an order that the owner carried out; None when the owner went away."""
    with store.begin() as places:
        number = places.signals.order(kind, body, wall_clock())
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with store.read() as places:
            signal = places.signals.get(number)
        if signal is not None and signal.state in {"done", "failed"}:
            result = signal.result or {}
            if signal.state == "failed":
                raise _failed(result)
            return dict(result)
        if not _owned(store) and _withdrawn(store, number):
            return None
        time.sleep(0.2)
    raise RetryLater(f"The running service did not finish order {number} within an hour.")


def _withdrawn(store: Store, number: int) -> bool:
    """Take an order back that nobody carries out any more; False when it has ended meanwhile."""
    with store.begin() as places:
        if places.signals.get(number).state not in {"new", "running"}:
            return False
        places.signals.finish(number, False, {"error": "Carried out by who gave it."}, wall_clock())
        return True


def _failed(result: dict[str, Any]) -> TdcdError:
    """The error of an order that the daemon could not carry out, with the exit code it has here too."""
    error = TdcdError(str(result.get("error", "The order failed.")))
    error.exit_code = int(result.get("exit_code", TdcdError.exit_code))
    return error


def _print(title: str, answer: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(answer)
    else:
        print_pairs(title, answer)
