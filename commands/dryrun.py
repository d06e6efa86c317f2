"""Tools that answer "how would this be read?" without a ledger or a document system."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from commands.opened import SiteOption, opened_ledger
from commands.show import JSON_OPTION, print_json, print_pairs, print_table
from config.loading import site_of
from config.profile_files import load_calendar, load_profile, read_profile_file
from errors import ConfigInvalid, SkipRecord
from mappings.deadline_working import counted_from_issue
from mappings.deadlines import read_deadline
from mappings.preview import deadline_answer, preview
from mappings.tables import TableProblem, TableReading, read_table
from mappings.units import UnitDirectory, UnitEntry
from sync.site import unit_directory
from tracking.calendar import WorkingCalendar
from tracking.profile import Profile

Issued = Annotated[str, typer.Option(help="Issue date of the directive, YYYY-MM-DD.")]
ProfileName = Annotated[
    str, typer.Option("--profile", help="Regulation: a name in config/profiles, or a file ending in .toml.")
]
TableFile = Annotated[
    Path, typer.Argument(help="XLSX, XLS, ODS, DOCX, PDF, HTML or CSV with an assignment table.")
]
Lines = Annotated[
    Path | None, typer.Option("--file", help="Many lines: TEXT, a tab, and the issue date (YYYY-MM-DD).")
]
UnitsFile = Annotated[
    Path | None, typer.Option("--units", help='Unit list as JSON: [{"id": …, "name": …}, …].')
]

#: The end of a problem's place, where a row is meant.
_ROW = re.compile(r"dòng (\d+)$")


@dataclass(frozen=True, slots=True)
class Asked:
    """One table with everything it is to be read by."""

    reading: TableReading
    directory: UnitDirectory | None
    issued: date | None
    profile: Profile | None
    calendar: WorkingCalendar


def read(
    file: TableFile,
    profile: ProfileName = "",
    issued: Issued = "",
    units: UnitsFile = None,
    site: SiteOption = None,
    as_json: bool = JSON_OPTION,
) -> None:
    """Read one assignment table and show the tasks it would make, and the rows it would return."""
    asked = ask(file, profile, issued, units, site)
    reading = asked.reading
    made = preview(
        reading.rows,
        directory=asked.directory,
        issued=asked.issued,
        profile=asked.profile,
        calendar=asked.calendar,
    )
    returned = [*made.returned, *(unreadable(problem) for problem in reading.problems)]
    if as_json:
        print_json(
            {
                "tables": len(reading.tables),
                "tasks": made.tasks,
                "returned": returned,
                "dropped": made.dropped,
            }
        )
    else:
        print_table(f"{file.name}: tasks", [_short(task) for task in made.tasks])
        print_table("Returned to the drafter", returned, ("place", "text", "reason", "remedy"))
        print_table("Not tracked under this regulation", made.dropped, ("row", "content", "reason"))
    refuse_unreadable(reading)


def ask(file: Path, profile: str, issued: str, units: Path | None, site: str | None) -> Asked:
    """The tables of `file` with regulation, units and calendar. Raises ConfigInvalid for a wrong option."""
    if not file.is_file():
        raise ConfigInvalid([f"the file does not exist: {file}"], where="table")
    return Asked(
        read_table(file.read_bytes(), file.name),
        _directory(units) if units else _units_here(site),
        _day(issued),
        _profile(profile),
        load_calendar(),
    )


def refuse_unreadable(reading: TableReading) -> None:
    """Ends the command with the file's own sentence when nothing could be read. Raises SkipRecord."""
    if reading.problems and not reading.rows:
        raise SkipRecord(reading.problems[0].sentence, remedy=reading.problems[0].remedy)


def deadline(
    phrase: Annotated[
        str, typer.Argument(help='A deadline phrase, for example "trước ngày 15/12/2026".')
    ] = "",
    issued: Issued = "",
    file: Lines = None,
    as_json: bool = JSON_OPTION,
) -> None:
    """Read one deadline phrase (or a file of them) into a due date, or say why a person must be asked."""
    calendar = load_calendar()
    answers = (_deadline(text, day, calendar) for text, day in _questions(phrase, issued, file))
    _answer(answers, as_json, many=file is not None)


def unit(
    name: Annotated[str, typer.Argument(help='A unit as written, for example "Sở TN&MT".')] = "",
    issued: Issued = "",
    file: Lines = None,
    units: UnitsFile = None,
    site: SiteOption = None,
    as_json: bool = JSON_OPTION,
) -> None:
    """Find the unit that a text means. Without `--units` the units of the ledger are used."""
    directory = _directory(units) if units else _ledger_units(site)
    answers = (_unit(directory, text, day) for text, day in _questions(name, issued, file))
    _answer(answers, as_json, many=file is not None)


def _deadline(text: str, issued: date | None, calendar: WorkingCalendar) -> dict[str, Any]:
    reading = read_deadline(text, issued=issued)
    if issued is not None:
        reading = counted_from_issue(reading, issued, calendar.add_working_days)
    return {"phrase": text, **deadline_answer(reading)}


def _unit(directory: UnitDirectory, text: str, on: date | None) -> dict[str, Any]:
    reading = directory.resolve(text, on)
    if reading.kind == "none":
        reading = replace(reading, kind="unclear", confidence="asks", why="không có tên đơn vị nào")
    return {
        "name": text,
        "kind": reading.kind,
        "units": [found.name for found in reading.units],
        "confidence": reading.confidence,
        "suggestions": list(reading.suggestions),
        "why": reading.why,
    }


def _questions(text: str, issued: str, file: Path | None) -> Iterator[tuple[str, date | None]]:
    if file is None:
        yield text, _day(issued)
        return
    if not file.is_file():
        raise ConfigInvalid([f"the file does not exist: {file}"], where="--file")
    for number, line in enumerate(file.read_text(encoding="utf-8").rstrip("\n").split("\n"), 1):
        phrase, _, day = line.partition("\t")
        yield phrase, _day(day.strip(), f"{file.name}, line {number}")


def _day(text: str, where: str = "--issued") -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigInvalid([f"not a date of the form YYYY-MM-DD: {text}"], where=where) from None


def _answer(answers: Iterable[dict[str, Any]], as_json: bool, *, many: bool) -> None:
    if as_json:
        for answer in answers:
            print_json(answer, indent=not many)
        return
    rows: Sequence[dict[str, Any]] = list(answers)
    if len(rows) == 1:
        print_pairs("", rows[0])
    else:
        print_table("", rows)


def _short(task: dict[str, Any]) -> dict[str, Any]:
    due = task["deadline"]
    return {
        "row": task["origin"]["row"],
        "content": task["content"],
        "lead": task["lead"] or task["lead_raw"],
        "due": due["due"] or due["raw"],
        "kind": due["kind"],
        "findings": len(task["findings"]),
    }


def _directory(file: Path) -> UnitDirectory:
    try:
        rows = orjson.loads(file.read_bytes())
        return UnitDirectory(
            [
                UnitEntry(
                    unit_id=str(row["id"]),
                    name=row["name"],
                    code=row.get("code", ""),
                    valid_from=_day(row.get("valid_from") or ""),
                    valid_to=_day(row.get("valid_to") or ""),
                    successors=tuple(row.get("successors", ())),
                )
                for row in rows
            ]
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigInvalid([f"not a list of units with id and name: {error}"], where=str(file)) from None


def _ledger_units(site: str | None) -> UnitDirectory:
    """The units of a site (or of the only one), as the ledger of this folder knows them."""
    with opened_ledger(None) as (settings, store), store.read() as places:
        return unit_directory(site_of(settings, site).name, places)


def _units_here(site: str | None) -> UnitDirectory | None:
    """The units of the ledger where this folder has a configuration and the ledger has units, else none."""
    if site is None and not (Path("tdcd.toml").is_file() or "TDCD_CONFIG" in os.environ):
        return None
    directory = _ledger_units(site)
    return directory if len(directory) else None


def _profile(name: str) -> Profile | None:
    """The regulation in a file, or the shipped one of this name. Raises ConfigInvalid naming the choices."""
    if not name:
        return None
    if name.endswith(".toml"):
        return read_profile_file(Path(name))
    return load_profile(name)


def unreadable(problem: TableProblem) -> dict[str, Any]:
    """What the reader could not use; `row` is null where the whole table or file is meant."""
    row = _ROW.search(problem.place)
    return {
        "row": int(row[1]) if row else None,
        "reason": problem.sentence,
        "remedy": problem.remedy,
        "problem": problem.problem,
        "place": problem.place,
        "text": problem.text,
        "sentence": problem.sentence,
    }
