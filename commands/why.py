"""`tdcd why`: one command answers why something has not moved."""

from __future__ import annotations

from typing import Annotated

import typer

from commands.opened import ConfigOption, SiteOption, opened_ledger
from commands.show import JSON_OPTION, out, print_json, print_pairs, print_table
from config.loading import site_of
from config.profile_files import load_calendar, load_profiles
from sync.opening import wall_clock
from sync.why import why as answer_why
from sync.why_causes import Look


def why(
    name: Annotated[
        str, typer.Argument(help="A tracking code, a directive's id or number, a unit, or a site.")
    ],
    config: ConfigOption = None,
    site: SiteOption = None,
    as_json: bool = JSON_OPTION,
) -> None:
    """Say in one sentence (Vietnamese and English) why this has not moved, then what to do, then the facts."""
    with opened_ledger(config) as (settings, store), store.read() as places:
        named = name if name in {one.name for one in settings.site} else site
        where = site_of(settings, named).name
        look = Look(places, where, wall_clock(), load_profiles(settings.profiles_dir), load_calendar())
        answer = answer_why(look, name)
    if as_json:
        print_json(answer)
        return
    typer.echo(answer.sentence)
    typer.echo(answer.english)
    out().print()
    rows = [
        {"cause": c.code, "nguyên nhân": c.vi, "việc cần làm": c.do_vi, "remedy": c.do_en}
        for c in answer.causes
    ]
    print_table("", rows)
    out().print()
    print_pairs(f"{answer.about.capitalize()} {answer.subject}", answer.facts)
