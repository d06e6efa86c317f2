"""How an assignment table would be read, without a ledger or a document system."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from commands.dryrun import Issued, UnitsFile, day_of, directory_in, ledger_units
from commands.opened import SiteOption
from commands.show import JSON_OPTION, print_json, print_table
from config.profile_files import load_calendar, load_profile, read_profile_file
from errors import ConfigInvalid, SkipRecord
from mappings.preview import preview
from mappings.tables import TableProblem, TableReading, read_table
from mappings.units import UnitDirectory
from tracking.calendar import WorkingCalendar
from tracking.profile import Profile

ProfileName = Annotated[
    str, typer.Option("--profile", help="Regulation: a name in config/profiles, or a file ending in .toml.")
]
TableFile = Annotated[
    Path, typer.Argument(help="XLSX, XLS, ODS, DOCX, PDF, HTML or CSV with an assignment table.")
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
        directory_in(units) if units else _units_here(site),
        day_of(issued),
        _profile(profile),
        load_calendar(),
    )


def refuse_unreadable(reading: TableReading) -> None:
    """Ends the command with the file's own sentence when nothing could be read. Raises SkipRecord."""
    if reading.problems and not reading.rows:
        raise SkipRecord(reading.problems[0].sentence, remedy=reading.problems[0].remedy)


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


def _units_here(site: str | None) -> UnitDirectory | None:
    """The units of the ledger where this folder has a configuration and the ledger has units, else none."""
    if site is None and not (Path("tdcd.toml").is_file() or "TDCD_CONFIG" in os.environ):
        return None
    directory = ledger_units(site)
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
