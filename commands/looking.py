"""Looking into the ledger: nothing here writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Final

import typer

from commands.clocks import print_clocks
from commands.opened import ConfigOption, SiteOption, opened_ledger
from commands.show import JSON_OPTION, print_json, print_pairs, print_table
from config.loading import site_of
from config.profile_files import load_calendar, load_profiles
from errors import ConfigInvalid
from sync.judging import NOTHING_READ, instant_for, instant_of
from sync.lamps import Colour, lamps
from sync.looking import account_list, site_status, task_list
from sync.opening import LOCAL, wall_clock
from sync.unseen_work import UNSEEN_EN, UNSEEN_VI
from tracking.attribution import shares
from tracking.events import Event, TaskAssigned
from tracking.explain import explain as explain_task
from tracking.folding import fold
from tracking.status import derive
from tracking.timeline import at_words

_DAYS: Final = ("Days", ("day", "counted", "why"))


def status(config: ConfigOption = None, as_json: bool = JSON_OPTION) -> None:
    """What every site stands at: how fresh, how many tasks, what waits, what is held. Exit code 3: a lamp is red."""
    with opened_ledger(config) as (settings, store), store.read() as places:
        now = wall_clock()
        answer = [
            {**site_status(places, site.name, now), "lamps": lamps(places, settings, site.name, now)}
            for site in settings.site
        ]
    if as_json:
        print_json(answer)
    else:
        for site in answer:
            _print_status(site)
    if any(lamp.colour is Colour.RED for site in answer for lamp in site["lamps"]):
        raise typer.Exit(3)


def _print_status(site: dict[str, Any]) -> None:
    apart = {"site", "holds", "lamps"}
    print_pairs(f"Site {site['site']}", {k: v for k, v in site.items() if k not in apart})
    print_table("What goes on by itself", [asdict(lamp) for lamp in site["lamps"]])
    if site["holds"]:
        print_table("Held, waiting for a person", site["holds"])


def tasks(
    config: ConfigOption = None,
    site: SiteOption = None,
    state: Annotated[str, typer.Option(help="Only this state text.")] = "",
    unit: Annotated[str, typer.Option(help="Only this lead unit (name or part of it).")] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    as_json: bool = JSON_OPTION,
) -> None:
    """List tracked tasks with their states."""
    with opened_ledger(config) as (settings, store), store.read() as places:
        rows = task_list(places, site_of(settings, site).name, state, unit, limit)
    if as_json:
        print_json(rows)
    else:
        print_table(f"{len(rows)} tasks", rows)


def explain(
    task: Annotated[str, typer.Argument(help="Tracking code, for example TD-7K3M9Q2XWB.")],
    at: Annotated[
        str, typer.Option(help="As of this time (ISO, local); default: as the task is shown.")
    ] = "",
    lang: Annotated[str, typer.Option(help="vi or en.")] = "vi",
    days: Annotated[bool, typer.Option("--days", help="Count the days one by one.")] = False,
    config: ConfigOption = None,
    as_json: bool = JSON_OPTION,
) -> None:
    """Say in one sentence why a task shows what it shows; anyone can recompute it."""
    if lang not in {"vi", "en"}:
        raise ConfigInvalid([f"--lang is vi or en, not {lang}"], where="explain")
    calendar = load_calendar()
    with opened_ledger(config) as (settings, store), store.read() as places:
        history = places.ledger.events([task]).get(task)
        if not history:
            raise ConfigInvalid([f"no task has the code {task} (see `tdcd tasks`)"], where="explain")
        until = _given_by(moment_of(at), task, history) if at else None
        folded = fold(history, until=until)
        moment = instant_of(places, folded.site, wall_clock())
        unseen, moment = moment == NOTHING_READ, instant_for(folded, moment)
        moment = moment if unseen else until or moment
        profile = load_profiles(settings.profiles_dir).version(folded.profile, folded.profile_version)
        names = {unit.unit_id: unit.name for unit in places.directory.units(folded.site)}
    verdict = derive(folded, profile, calendar, moment)
    answer = explain_task(folded, verdict, profile, calendar, moment, lang, names=names)  # type: ignore[arg-type]
    spent = [share._asdict() for share in shares(answer.booked, calendar)]
    if as_json:
        seen = {} if not unseen else {"not_shown": True}
        print_json(
            {"task": task, "as_of": moment, **seen, "verdict": verdict, "explanation": answer, "spent": spent}
        )
        return
    typer.echo(answer.sentence)
    if unseen:
        typer.echo(UNSEEN_VI if lang == "vi" else UNSEEN_EN)
    if answer.second_line:
        typer.echo(answer.second_line)
    headings = ("lúc", "việc", "điều khoản") if lang == "vi" else ("time", "what", "article")
    print_table("", [dict(zip(headings, moment, strict=True)) for moment in answer.timeline])
    print_clocks(answer.obligations, spent, calendar, moment, names, lang)
    if days:
        title, headings = ("Từng ngày", ("ngày", "tính", "là")) if lang == "vi" else _DAYS
        print_table(title, [dict(zip(headings, day, strict=True)) for day in answer.days])


def _given_by(moment: datetime, task: str, history: Sequence[Event]) -> datetime:
    """`moment`, at which the task exists. Raises ConfigInvalid: before its assignment nothing can be told."""
    given = min(event.occurred_at for event in history if isinstance(event, TaskAssigned))
    if moment < given:
        said = f"{task} was given at {at_words(given, 'en')}, later than asked for; ask for a later time"
        raise ConfigInvalid([said], where="--at")
    return moment


def accounts(
    config: ConfigOption = None,
    site: SiteOption = None,
    unit: Annotated[str, typer.Option(help="Only this unit (name or part of it).")] = "",
    as_json: bool = JSON_OPTION,
) -> None:
    """List the accounts as the document system last showed them."""
    with opened_ledger(config) as (settings, store), store.read() as places:
        rows = account_list(places, site_of(settings, site).name, unit)
    if as_json:
        print_json(rows)
    else:
        print_table(f"{len(rows)} accounts", rows)


def moment_of(text: str) -> datetime:
    """The time that `--at` names, local without an offset; now without one. Raises ConfigInvalid."""
    if not text:
        return wall_clock()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigInvalid([f"not a time: {text} (write 2026-11-21T15:00)"], where="--at") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)
