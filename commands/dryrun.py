"""Tools that answer "how would this be read?" without a ledger or a document system."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from commands.opened import opened_ledger
from commands.show import JSON_OPTION, print_json, print_pairs, print_table
from config.loading import site_of
from errors import ConfigInvalid, SkipRecord
from mappings.deadlines import read_deadline
from mappings.preview import preview
from mappings.tables import read_table
from mappings.units import UnitDirectory, UnitEntry
from sync.site import unit_directory

Issued = Annotated[str, typer.Option(help="Issue date of the directive, YYYY-MM-DD.")]
Lines = Annotated[
    Path | None, typer.Option("--file", help="Many lines: TEXT, a tab, and the issue date (YYYY-MM-DD).")
]
UnitsFile = Annotated[
    Path | None, typer.Option("--units", help='Unit list as JSON: [{"id": …, "name": …}, …].')
]


def read(
    file: Annotated[Path, typer.Argument(help="XLSX, XLS, DOCX or CSV with an assignment table.")],
    issued: Issued = "",
    units: UnitsFile = None,
    as_json: bool = JSON_OPTION,
) -> None:
    """Read one assignment table and show the tasks it would make, and the rows it would return."""
    if not file.is_file():
        raise ConfigInvalid([f"the file does not exist: {file}"], where="table read")
    reading = read_table(file.read_bytes(), file.name)
    directory = _directory(units) if units else None
    made = preview(reading.rows, directory=directory, issued=_day(issued))
    answer = {
        "tasks": made.tasks,
        "returned": [*made.returned, *({"place": p.place, "problem": p.problem, "text": p.text,
                                        "sentence": p.sentence, "remedy": p.remedy} for p in reading.problems)],
    }  # fmt: skip
    if as_json:
        print_json(answer)
    else:
        print_table(f"{file.name}: tasks", [_short(task) for task in answer["tasks"]])
        print_table("Returned to the drafter", answer["returned"])
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
    _answer(
        (_deadline(text, day) for text, day in _questions(phrase, issued, file)),
        as_json,
        many=file is not None,
    )


def unit(
    name: Annotated[str, typer.Argument(help='A unit as written, for example "Sở TN&MT".')] = "",
    issued: Issued = "",
    file: Lines = None,
    units: UnitsFile = None,
    as_json: bool = JSON_OPTION,
) -> None:
    """Find the unit that a text means. Without `--units` the units of the ledger are used."""
    directory = _directory(units) if units else _ledger_units()
    answers = (_unit(directory, text, day) for text, day in _questions(name, issued, file))
    _answer(answers, as_json, many=file is not None)


def _deadline(text: str, issued: date | None) -> dict[str, Any]:
    reading = read_deadline(text, issued=issued)
    return {
        "phrase": text,
        "kind": reading.kind,
        "due": reading.due,
        "at": reading.at,
        "confidence": reading.confidence,
        "rule": reading.rule,
        "why": reading.why,
    }


def _unit(directory: UnitDirectory, text: str, on: date | None) -> dict[str, Any]:
    reading = directory.resolve(text, on)
    return {
        "mention": text,
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
        "row": task["origin"],
        "content": task["content"],
        "lead": task["lead"] or task["lead_raw"],
        "due": due["due"] or due["raw"],
        "kind": due["kind"],
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


def _ledger_units() -> UnitDirectory:
    """The units of the only site, as the ledger of this folder knows them."""
    with opened_ledger(None) as (settings, store), store.read() as places:
        return unit_directory(site_of(settings, None).name, places)
