"""Formula cells of an XLSX sheet whose result was never stored, so that a reader sees nothing.

Programs that write workbooks without calculating them leave such cells; on the drafter's
screen they look filled. They are looked for in the raw XML, and only in sheets that
have formulas at all, so that the ordinary table pays one search for it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Final

from mappings.tables.archive import Archive
from mappings.tables.found import Problem, TableFound, TableProblem
from mappings.tables.headers import Role
from mappings.tables.officexml import root_of
from mappings.tables.opened import Formula
from mappings.tables.problems import place_of, report

_CELL = re.compile(
    rb"<(?:\w+:)?c\s(?P<set>[^<>]*[^<>/])>\s*<(?:\w+:)?f(?:\s[^<>]*[^<>/])?(?:>(?P<formula>[^<]*)</(?:\w+:)?f>|\s*/>)"
    rb"\s*(?P<value><(?:\w+:)?v(?:\s[^<>]*)?(?:/>|>\s*</(?:\w+:)?v>))?\s*</(?:\w+:)?c>"
)
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_TEXT_RESULT: Final = (b't="str"', b"t='str'")
_MOST: Final = 5_000
_TOLD: Final = 20
_MOST_LETTERS: Final = 60


def formulas_without_result(archive: Archive) -> list[Formula]:
    """Such cells of all visible sheets, at most 5,000. An empty text result counts as a result."""
    if not any(b"<f" in part or b":f" in part for part in _sheet_parts(archive)):
        return []
    return [formula for name, part in _named_sheets(archive) for formula in _in_sheet(name, part)][:_MOST]


def told(
    file: str, formulas: Sequence[Formula], tables: Sequence[TableFound], *, any_table: bool
) -> list[TableProblem]:
    """One problem for each such cell in a task column, below the titles of a table.

    Where no table was found at all, any formula without a result may be why. More than 20
    are summed up in the last one.
    """
    wanted = [formula for formula in formulas if not any_table or _concerns(formula, tables)]
    problems = [
        report(
            Problem.NO_RESULT,
            place_of(file, formula.table, formula.row),
            detail=f"{_letters(formula.column)}{formula.row}",
            text=f"={formula.text}" if formula.text else "",
        )
        for formula in wanted[:_TOLD]
    ]
    if len(wanted) > _TOLD:
        detail = f"từ {_letters(wanted[_TOLD].column)}{wanted[_TOLD].row} và {len(wanted) - _TOLD - 1} ô khác"
        problems.append(report(Problem.NO_RESULT, place_of(file, wanted[_TOLD].table), detail=detail))
    return problems


def _concerns(formula: Formula, tables: Sequence[TableFound]) -> bool:
    for table in tables:
        if table.table == formula.table and formula.row > table.header_row:
            role = table.roles[formula.column] if formula.column < len(table.roles) else Role.OTHER.value
            if role != Role.OTHER.value:
                return True
    return False


def _sheet_parts(archive: Archive) -> Iterator[bytes]:
    return (archive.read(name) for name in archive.names if name.startswith("xl/worksheets/sheet"))


def _named_sheets(archive: Archive) -> Iterator[tuple[str, bytes]]:
    """Visible sheets with the name on their tab; sheets that the relations do not lead to are left out."""
    main = archive.main_part() or "xl/workbook.xml"
    folder, _, file = main.rpartition("/")
    relations = f"{folder}/_rels/{file}.rels".lstrip("/")
    if not archive.has(relations):
        return
    targets = {
        item.get("Id"): posixpath.normpath(posixpath.join(f"/{folder}", item.get("Target") or "")).lstrip("/")
        for item in root_of(archive.read(relations))
    }
    for sheet in root_of(archive.read(main)).iterfind("{*}sheets/{*}sheet"):
        key = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), "")
        if not sheet.get("state", "").lower().endswith("hidden") and archive.has(targets.get(key, "")):
            yield " ".join((sheet.get("name") or "").split()), archive.read(targets[key])


def _in_sheet(name: str, part: bytes) -> Iterator[Formula]:
    for found in _CELL.finditer(part):
        place = _REFERENCE.search(found["set"])
        if place is None or (found["value"] and any(sign in found["set"] for sign in _TEXT_RESULT)):
            continue
        column = 0
        for letter in place[1]:
            column = column * 26 + letter - 64
        text = unescape((found["formula"] or b"").decode("utf-8", "replace"))[:_MOST_LETTERS]
        yield Formula(name, int(place[2]), column - 1, text)


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
