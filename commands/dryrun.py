"""Tools that answer "how would this be read?" without a ledger or a document system."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from commands.opened import SiteOption, opened_ledger
from commands.show import JSON_OPTION, print_json, print_pairs, print_table
from errors import ConfigInvalid
from mappings.deadline_result import deadline_answer
from mappings.deadline_working import counted_from_issue
from mappings.deadlines import read_deadline
from mappings.units import UnitDirectory, UnitEntry

if TYPE_CHECKING:
    from tracking.calendar import WorkingCalendar

Issued = Annotated[str, typer.Option(help="Issue date of the directive, YYYY-MM-DD.")]
Lines = Annotated[
    Path | None, typer.Option("--file", help="Many lines: TEXT, a tab, and the issue date (YYYY-MM-DD).")
]
UnitsFile = Annotated[
    Path | None, typer.Option("--units", help='Unit list as JSON: [{"id": …, "name": …}, …].')
]


def deadline(
    phrase: Annotated[
        str, typer.Argument(help='A deadline phrase, for example "trước ngày 15/12/2026".')
    ] = "",
    issued: Issued = "",
    file: Lines = None,
    as_json: bool = JSON_OPTION,
) -> None:
    """Read one deadline phrase (or a file of them) into a due date, or say why a person must be asked."""
    answers = (_deadline(text, day) for text, day in _questions(phrase, issued, file))
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
    directory = directory_in(units) if units else ledger_units(site)
    answers = (_unit(directory, text, day) for text, day in _questions(name, issued, file))
    _answer(answers, as_json, many=file is not None)


def _deadline(text: str, issued: date | None) -> dict[str, Any]:
    reading = read_deadline(text, issued=issued)
    if issued is not None:
        reading = counted_from_issue(reading, issued, _working_days_on)
    return {"phrase": text, **deadline_answer(reading)}


def _working_days_on(start: date, days: int) -> date:
    """So many working days after `start`; the calendar is loaded for the first phrase that counts them."""
    return _calendar().add_working_days(start, days)


@cache
def _calendar() -> WorkingCalendar:
    from config.profile_files import load_calendar

    return load_calendar()


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
        yield text, day_of(issued)
        return
    if not file.is_file():
        raise ConfigInvalid([f"the file does not exist: {file}"], where="--file")
    for number, line in enumerate(file.read_text(encoding="utf-8").rstrip("\n").split("\n"), 1):
        phrase, _, day = line.partition("\t")
        yield phrase, day_of(day.strip(), f"{file.name}, line {number}")


def day_of(text: str, where: str = "--issued") -> date | None:
    """A day as it was typed, or None. ConfigInvalid: it is none."""
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


def directory_in(file: Path) -> UnitDirectory:
    """The units of a list given as JSON. ConfigInvalid: it is none."""
    try:
        rows = orjson.loads(file.read_bytes())
        return UnitDirectory(
            [
                UnitEntry(
                    unit_id=str(row["id"]),
                    name=row["name"],
                    code=row.get("code", ""),
                    valid_from=day_of(row.get("valid_from") or ""),
                    valid_to=day_of(row.get("valid_to") or ""),
                    successors=tuple(row.get("successors", ())),
                )
                for row in rows
            ]
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigInvalid([f"not a list of units with id and name: {error}"], where=str(file)) from None


def ledger_units(site: str | None) -> UnitDirectory:
    """The units of a site (or of the only one), as the ledger of this folder knows them."""
    from config.loading import site_of
    from sync.site import unit_directory

    with opened_ledger(None) as (settings, store), store.read() as places:
        return unit_directory(site_of(settings, site).name, places)
