"""Figures of the ledger at an instant, every share with its numerator and denominator. Nothing is written."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any, Literal, cast

import typer

from commands.looking import moment_of
from commands.opened import ConfigOption, SiteOption, opened_ledger
from commands.show import JSON_OPTION, out, print_json, print_pairs, print_table
from config.loading import site_of
from config.profile_files import load_calendar, load_profiles
from errors import ConfigInvalid
from sync.judging import LeftOut, figures_instant, judged_tasks
from tracking.figures import Figures, OnTime, Review, Share, Tally
from tracking.figures import figures as count_tasks

By = Literal["unit", "officer"]


def figures(
    at: Annotated[str, typer.Option(help="As of this time (ISO, local); default now.")] = "",
    by: Annotated[str, typer.Option(help="Also for each unit or officer.", metavar="unit|officer")] = "",
    config: ConfigOption = None,
    site: SiteOption = None,
    as_json: bool = JSON_OPTION,
) -> None:
    """Count the tasks: states, on-time shares, reviewers' delay, ages of what is overdue or silent."""
    if by not in {"", "unit", "officer"}:
        raise ConfigInvalid([f"--by is unit or officer, not {by}"], where="figures")
    left_out, calendar = LeftOut(), load_calendar()
    with opened_ledger(config) as (settings, store), store.read() as places:
        name = site_of(settings, site).name
        as_of = figures_instant(places, name, moment_of(at), asked=bool(at))
        profiles = load_profiles(settings.profiles_dir)
        made = count_tasks(judged_tasks(places, name, profiles, calendar, as_of, left_out), calendar, as_of)
    answer = {
        "site": name,
        "as_of": as_of,
        "not_given_yet": left_out.not_given_yet,
        "unreadable": left_out.unreadable,
        **tally_values(made.whole),
    }
    parts = _parts(made, cast("By", by)) if by else {}
    if as_json:
        whole = {f"by_{by}": {key: tally_values(tally) for key, tally in parts.items()}} if by else {}
        print_json({**answer, **whole})
        return
    print_pairs(f"Site {name}", {key: value for key, value in answer.items() if value not in ({}, [], "")})
    if parts:
        out().print()
        print_table(f"By {by}", [_part_row(by, key, tally) for key, tally in sorted(parts.items())])


def tally_values(tally: Tally) -> dict[str, Any]:
    """A tally as plain values: a share is {"numerator", "denominator"}, a time is hours."""
    return {
        "tasks": tally.tasks,
        "states": dict(tally.texts),
        "families": dict(tally.families),
        "weekly_notice": dict(tally.buckets),
        "in_rate": tally.in_rate,
        "outside_rates": dict(tally.outside),
        "overdue_open": _share(tally.overdue_open),
        "overdue_open_or_completed_late": _share(tally.overdue_ever),
        "on_time_by_due": _on_time(tally.by_due),
        "on_time_by_original_due": _on_time(tally.by_original_due),
        "overdue_ages_in_days": dict(tally.overdue_ages),
        "undated_by_silence": dict(tally.silences),
        "undated_silent_tasks": tally.silent_tasks,
        "extensions": asdict(tally.extensions),
        "review": _review(tally.review),
        "returned": tally.returned,
        "explanations_owed": tally.explanations_owed,
        "causes_owed": tally.causes_owed,
        "claimed_without_file": tally.claimed_without_file,
    }


def _share(share: Share) -> dict[str, int]:
    return share._asdict()


def _on_time(counted: OnTime) -> dict[str, Any]:
    return {
        "among_completed": _share(counted.among_done),
        "with_open_late": _share(counted.with_open_late),
        "open_late": counted.open_late,
    }


def _review(review: Review) -> dict[str, Any]:
    return {
        "decided": review.decided,
        "waiting": review.waiting,
        "hours_waited": _hours(review.waited),
        "longest_hours": _hours(review.longest),
        "late": _share(review.late_share),
    }


def _hours(span: timedelta) -> float:
    return round(span.total_seconds() / 3600, 2)


def _parts(made: Figures, by: By) -> dict[str, Tally]:
    return made.units if by == "unit" else made.officers


def _part_row(by: str, key: str, tally: Tally) -> dict[str, Any]:
    overdue, on_time = tally.overdue_open, tally.by_due.with_open_late
    return {
        by: key or "(none)",
        "tasks": tally.tasks,
        **{str(name): count for name, count in tally.buckets.items()},
        "overdue / in rate": f"{overdue.numerator}/{overdue.denominator}",
        "on time / due": f"{on_time.numerator}/{on_time.denominator}",
    }
