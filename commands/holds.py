"""What waits for a person: holds, sealed plans and breaks; shown, stopped and released."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from commands.opened import ConfigOption, SiteOption, opened_ledger
from commands.show import JSON_OPTION, print_json, print_pairs, print_table
from config.loading import site_of
from errors import ConfigInvalid
from sync.backfill import decline as decline_plan
from sync.breaks import break_list
from sync.change_orders import answer as give_answer
from sync.holding import hold_list, stop
from sync.holding import release as let_go
from sync.making_again import make_again
from sync.matching import match as say_match
from sync.opening import open_site, wall_clock
from sync.sealed_plans import find, shown

ByOption = Annotated[str, typer.Option("--by", help="Name of the person who decides.")]


def holds(config: ConfigOption = None, site: SiteOption = None, as_json: bool = JSON_OPTION) -> None:
    """Every stop that waits for a person: since when, what happened, what is safe, what waiting costs."""
    with opened_ledger(config) as (settings, store), store.read() as places:
        names = [site_of(settings, site).name] if site else [one.name for one in settings.site]
        found = [one for name in names for one in hold_list(places, name, wall_clock())]
    if as_json:
        print_json(found)
        return
    for one in found:
        print_pairs(f"{one.pop('site')} · {one['scope']}", one)
    if not found:
        typer.echo("Nothing is held.")


def hold(
    scope: Annotated[str, typer.Argument(help="task:KEY, unit:ID, site, or all (every site).")],
    by: ByOption = "",
    reason: Annotated[str, typer.Option(help="Why, for whoever reads it later.")] = "",
    config: ConfigOption = None,
    site: SiteOption = None,
) -> None:
    """Stop writing for one task, one unit, a site or all of them; reading goes on for tasks and units."""
    with opened_ledger(config) as (settings, store), store.begin() as places:
        placed = stop(places, site_of(settings, site).name, scope, wall_clock(), by=by, reason=reason)
    typer.echo(f"Held: {placed.scope}")


def release(
    scope: Annotated[str, typer.Argument(help="Scope of the hold, as `tdcd holds` prints it.")],
    by: ByOption = "",
    config: ConfigOption = None,
    site: SiteOption = None,
) -> None:
    """Release a hold after a person has looked: what was stopped may go on."""
    with opened_ledger(config) as (settings, store), store.begin() as places:
        let_go(places, site_of(settings, site).name, scope, wall_clock(), by)
    typer.echo(f"Released: {scope}")


def decline(
    digest: Annotated[str, typer.Argument(help="Digest of the sealed plan, or its first 8 characters.")],
    by: ByOption = "",
    reason: Annotated[str, typer.Option(help="Why, for whoever reads it later.")] = "",
    config: ConfigOption = None,
    site: SiteOption = None,
) -> None:
    """Decline what old directives would write: it is not sent and not proposed again unless they are read again."""
    with opened_ledger(config) as (settings, store), store.begin() as places:
        name = site_of(settings, site).name
        count = decline_plan(places, name, digest, wall_clock(), by=by, reason=reason)
    typer.echo(f"Declined: {count} writes are not sent.")


def answer(
    scope: Annotated[str, typer.Argument(help="order:… as `tdcd holds` prints it.")],
    agree: Annotated[bool, typer.Option("--agree/--refuse", help="Whether the request is carried out.")],
    by: ByOption = "",
    reason: Annotated[str, typer.Option(help="Why; a refusal needs one.")] = "",
    config: ConfigOption = None,
    site: SiteOption = None,
) -> None:
    """Answer an issuer who asks to take back, update or replace a document."""
    with (
        opened_ledger(config) as (settings, store),
        open_site(settings, site_of(settings, site), store) as one,
        store.begin() as places,
    ):
        done = give_answer(one, places, scope, agree=agree, by=by, reason=reason)
    what = f"{done.recalled} tasks ended" if done.recalled else "read in" if done.read_as else "nothing ended"
    typer.echo(f"{'Agreed' if agree else 'Refused'}: {scope} ({what}); the issuer is told by the next pass.")


def match(
    scope: Annotated[str, typer.Argument(help="answer:… as `tdcd holds` prints it.")],
    task: Annotated[list[str] | None, typer.Option(help="Tracking code; again for another task.")] = None,
    none: Annotated[bool, typer.Option("--none", help="It is about none of our tasks.")] = False,
    by: ByOption = "",
    reason: Annotated[str, typer.Option(help="Why; it stands in the ledger.")] = "",
    config: ConfigOption = None,
    site: SiteOption = None,
) -> None:
    """Say which task an answer from another system is about, or that it is none of ours."""
    tasks = task or []
    if none is bool(tasks):
        raise ConfigInvalid(["say --task KEY, or --none when it is about none of ours"], where="match")
    with opened_ledger(config) as (settings, store), store.begin() as places:
        say_match(
            places, site_of(settings, site).name, scope, wall_clock(), tasks=tasks, by=by, reason=reason
        )
    said = f"counts for {', '.join(tasks)} with the next pass" if tasks else "none of ours"
    typer.echo(f"Matched: {scope} ({said})")


def remake(
    task: Annotated[str, typer.Argument(help="Tracking code, for example TD-7K3M9Q2XWB.")],
    by: ByOption = "",
    reason: Annotated[str, typer.Option(help="Why, for whoever reads it later.")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be made and change nothing.")
    ] = False,
    config: ConfigOption = None,
    site: SiteOption = None,
    as_json: bool = JSON_OPTION,
) -> None:
    """Make the work item of one task once more after somebody deleted it in the document system."""
    with (
        opened_ledger(config) as (settings, store),
        open_site(settings, site_of(settings, site), store) as one,
    ):
        done = make_again(one, task, by=by, reason=reason, dry_run=dry_run)
    if as_json:
        print_json(asdict(done))
        return
    title = "Ordered before" if done.before else "Would be made" if dry_run else "Ordered"
    print_pairs(title, asdict(done))
    if not dry_run:
        typer.echo("The running daemon makes it; without one, run `tdcd sync`.")


def breaks(config: ConfigOption = None, site: SiteOption = None, as_json: bool = JSON_OPTION) -> None:
    """Every difference that stood at the last complete comparison, item by item, with age and owner."""
    with opened_ledger(config) as (settings, store), store.read() as places:
        found = break_list(places, site_of(settings, site).name, wall_clock())
    if as_json:
        print_json(found)
    else:
        print_table("Breaks", found)


def show(
    digest: Annotated[str, typer.Argument(help="Digest of a plan; without it, all that wait.")] = "",
    config: ConfigOption = None,
    site: SiteOption = None,
    as_json: bool = JSON_OPTION,
) -> None:
    """Sealed plans that wait for approval, with everything that each would change."""
    with opened_ledger(config) as (settings, store), store.read() as places:
        name = site_of(settings, site).name
        plans = [find(places, name, digest)] if digest else places.plans.find(name)
    answer: list[dict[str, Any]] = [shown(plan) for plan in plans]
    if as_json:
        print_json(answer)
        return
    for one in answer:
        print_pairs(f"Plan {one['digest'][:12]}", one)
    if not answer:
        typer.echo("No plan waits.")
