"""Regulations as a lawyer reads them, checked, tried on a history, and compared on the ledger. Nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from commands.looking import moment_of
from commands.opened import ConfigOption, SiteOption, opened_ledger
from commands.rule_tables import choice_rows, limit_rows, printed, status_rows
from commands.show import JSON_OPTION, err, out, print_json, print_pairs, print_table
from config.loading import load, site_of
from config.profile_files import ProfileShelf, load_calendar, load_profiles, read_profile_file
from config.profile_lint import lint, lint_file
from config.settings import Settings
from errors import ConfigInvalid, HoldForHuman
from mappings.history_answer import FullAnswer, HeldAnswer, plain
from mappings.history_form import form_of
from mappings.history_reading import read_history_file
from mappings.history_schema import history_schema
from store.places import Places
from sync.judging import LeftOut, figures_instant, ledger_tasks
from sync.rule_trial import Comparison, compare, try_history
from tracking.folding import fold
from tracking.profile import Profile

ProfileArgument = Annotated[
    str, typer.Argument(help="Name of a profile, for example laocai, or a TOML file.", metavar="PROFILE")
]
AtOption = Annotated[str, typer.Option("--at", help="As of this time (ISO; local without an offset).")]


#: What stands for a state in a table where the regulation keeps the task out.
_KEPT_OUT: Final = "(kept out)"


def show(profile: ProfileArgument, config: ConfigOption = None, as_json: bool = JSON_OPTION) -> None:
    """Show a regulation: every choice with its article and reading, the limits, the status table in order."""
    shown = _profile(profile, load(config))
    tables = {"choices": choice_rows(shown), "limits": limit_rows(shown), "status": status_rows(shown)}
    head = {
        "profile": shown.id,
        "version": shown.version,
        "name": shown.name,
        "regulation": shown.regulation,
        "effective_from": shown.effective_from,
        "effective_to": shown.effective_to,
    }
    if as_json:
        print_json({**head, "articles": shown.articles, **tables})
        return
    print_pairs(shown.name, head)
    for title, rows in zip(
        ("Lựa chọn", "Thời hạn của từng bên", "Bảng trạng thái"), tables.values(), strict=True
    ):
        out().print()
        print_table(title, printed(rows))


def check(
    profiles: Annotated[
        list[str] | None, typer.Argument(help="Names or TOML files; all profiles at hand when none is given.")
    ] = None,
    config: ConfigOption = None,
    as_json: bool = JSON_OPTION,
) -> None:
    """Look for what is wrong or odd in a regulation. Ends with 0 when it is clean, with 2 when it is not."""
    settings = load(config)
    names = profiles or sorted(load_profiles(settings.profiles_dir).files)
    found = {name: _problems(name, settings) for name in names}
    if as_json:
        print_json(
            [{"profile": name, "ok": not problems, "problems": problems} for name, problems in found.items()]
        )
    else:
        for name, problems in found.items():
            typer.echo(f"{name}: {_count(problems)}")
            for line in problems:
                typer.echo(f"  {line}")
    if any(found.values()):
        raise typer.Exit(ConfigInvalid.exit_code)


def try_(
    profile: ProfileArgument,
    events: Annotated[Path, typer.Argument(help="One history or a list of them (docs/history.schema.json).")],
    at: AtOption = "",
    lang: Annotated[str, typer.Option(help="vi or en.")] = "vi",
    full: Annotated[
        bool, typer.Option("--full", help="With --json: consequence, days left, remarks and sentence too.")
    ] = False,
    config: ConfigOption = None,
    as_json: bool = JSON_OPTION,
) -> None:
    """Say what a history would show. A history that contradicts itself is held: no state, exit code 7."""
    if lang not in {"vi", "en"}:
        raise ConfigInvalid([f"--lang is vi or en, not {lang}"], where="rules try")
    shown = _profile(profile, load(config))
    read = read_history_file(_body(events), events.name, profile=shown.id, version=shown.version)
    calendar, as_of = load_calendar(), moment_of(at)
    answers = [try_history(each, shown, calendar, as_of, lang) for each in read.histories]  # type: ignore[arg-type]
    if as_json:
        made = [plain(each, full=full) for each in answers]
        print_json(made if read.many else made[0])
        _tell_unsure(answers)
    else:
        for number, each in enumerate(answers, 1):
            if isinstance(each, FullAnswer):
                _print_answer(f"{events.name}, history {number}" if read.many else events.name, each)
    _end_held([each.held for each in answers if isinstance(each, HeldAnswer)])


def diff(
    a: Annotated[str, typer.Argument(help="The regulation that tasks are under: a name or a TOML file.")],
    b: Annotated[str, typer.Argument(help="The draft beside it: a name or a TOML file.")],
    at: AtOption = "",
    everything: Annotated[
        bool, typer.Option("--all", help="Every task of the site, not only those under A.")
    ] = False,
    limit: Annotated[int, typer.Option(min=0, help="List at most so many tasks; all are counted.")] = 50,
    config: ConfigOption = None,
    site: SiteOption = None,
    as_json: bool = JSON_OPTION,
) -> None:
    """Say which tasks of the ledger would show another text under B than under A, as the ledger stands."""
    with opened_ledger(config) as (settings, store), store.read() as places:
        first, second = _profile(a, settings), _profile(b, settings)
        names = [site_of(settings, site).name] if site else [each.name for each in settings.site]
        compared = [_compare(places, name, first, second, at, limit, everything=everything) for name in names]
    if as_json:
        print_json(compared)
        return
    for one in compared:
        listing, changes = one.pop("listing"), one.pop("changes")
        print_pairs(f"Site {one['site']}: {a} against {b}", one)
        if changes:
            shown = [{**one, **{side: one[side] or _KEPT_OUT for side in ("a", "b")}} for one in changes]
            print_table("Other texts", shown)
            print_table(f"The first {len(listing)}", [_flat(line) for line in listing])


def export(
    task: Annotated[str, typer.Argument(help="Tracking code, for example TD-7K3M9Q2XWB.")],
    config: ConfigOption = None,
) -> None:
    """Print the history of a ledger's task in the form that `tdcd rules try` reads."""
    with opened_ledger(config) as (_settings, store), store.read() as places:
        events = places.ledger.events([task])[task]
    if not events:
        raise ConfigInvalid([f"no task has the code {task} (see `tdcd tasks`)"], where="rules export")
    print_json(form_of(list(fold(events).history)))


def schema() -> None:
    """Print the JSON Schema of histories and answers, as it stands in docs/history.schema.json."""
    print_json(history_schema())


def _profile(name: str, settings: Settings) -> Profile:
    """A profile at hand, or the one in a TOML file. Raises ConfigInvalid naming the choices."""
    if _is_file(name):
        return read_profile_file(Path(name))
    return _shelf(settings).named(name)


def _problems(name: str, settings: Settings) -> list[str]:
    if _is_file(name):
        return list(lint_file(Path(name)))
    return [f"{name}.toml: {line}" for line in lint(_shelf(settings).named(name))]


def _count(problems: list[str]) -> str:
    if not problems:
        return "clean"
    return "1 problem" if len(problems) == 1 else f"{len(problems)} problems"


def _shelf(settings: Settings) -> ProfileShelf:
    return load_profiles(settings.profiles_dir)


def _is_file(name: str) -> bool:
    return name.endswith(".toml") or "/" in name


def _body(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise ConfigInvalid([f"{file}: {reason}; check the path"], where="rules try") from None


def _print_answer(title: str, answer: FullAnswer) -> None:
    values: dict[str, Any] = answer.model_dump()
    explanation, owed, spent = (values.pop(name) for name in ("explanation", "owed", "booked_by_unit"))
    del values["booked"]
    typer.echo(explanation)
    print_pairs(title, {name: value for name, value in values.items() if value not in (None, "", [], {})})
    for heading, rows in (("Owed", owed), ("Booked", spent)):
        if rows:
            print_table(heading, rows)


def _tell_unsure(answers: Sequence[FullAnswer | HeldAnswer]) -> None:
    """A year without its swap decisions is counted, but never without saying so; each is told once."""
    told = [one for each in answers if isinstance(each, FullAnswer) for one in each.unsure]
    for sentence in dict.fromkeys(told):
        err().print(f"{sentence}: add it to config/calendars/vn-swaps.toml", markup=False, style="yellow")


def _end_held(sentences: list[str]) -> None:
    """Held histories are told on stderr beside the answer, and end the command with their own code."""
    for sentence in sentences:
        err().print(sentence, markup=False, style="bold red")
    if sentences:
        raise typer.Exit(HoldForHuman.exit_code)


def _compare(
    places: Places, site: str, a: Profile, b: Profile, at: str, limit: int, *, everything: bool
) -> dict[str, Any]:
    as_of: datetime = figures_instant(places, site, moment_of(at), asked=bool(at))
    left_out = LeftOut()
    tasks = ledger_tasks(places, site, as_of, left_out, lambda row: everything or row.profile == a.id)
    made: Comparison = compare(tasks, a, b, load_calendar(), as_of, limit)
    return {
        "site": site,
        "as_of": as_of,
        "a": f"{a.id} {a.version}",
        "b": f"{b.id} {b.version}",
        "tasks": made.tasks,
        "same": made.same,
        "other": made.other,
        "not_given_yet": left_out.not_given_yet,
        "unreadable": left_out.unreadable,
        "changes": [
            {"a": under_a, "b": under_b, "tasks": count}
            for (under_a, under_b), count in made.changes.most_common()
        ],
        "listing": made.listing,
    }


def _flat(line: dict[str, Any]) -> dict[str, Any]:
    """One row of a table: texts and rules of both sides beside each other."""
    return {
        "task": line["task"],
        "lead": line["lead"],
        "directive": line["directive"],
        "a": f"{line['a']['text'] or _KEPT_OUT} ({line['a']['rule']})",
        "b": f"{line['b']['text'] or _KEPT_OUT} ({line['b']['rule']})",
    }
