"""The tables of an OpenDocument file (LibreOffice Calc .ods and Writer .odt) as grids.

Both kinds of file write tables in the same way. A sheet ends with a million repeated
empty rows: repetition is counted, never unrolled, except where a cell says something.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from mappings.tables.archive import Archive
from mappings.tables.folding import tidy
from mappings.tables.found import Problem
from mappings.tables.grid import MAX_CELLS, MAX_COLUMNS, NO_DAYS, Area, Grid, Line, mark_merged, squared
from mappings.tables.nesting import is_assignment_table
from mappings.tables.numberformat import shown_number
from mappings.tables.officexml import root_of
from mappings.tables.opened import Formula
from mappings.tables.problems import Refused

_URN: Final = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _TEXT, _OFFICE, _STYLE = (f"{{{_URN}{part}:1.0}}" for part in ("table", "text", "office", "style"))
_ROW_WRAPPERS: Final = frozenset(
    {f"{_TABLE}{name}" for name in ("table-header-rows", "table-row-group", "table-rows")}
)
_CELL: Final = f"{_TABLE}table-cell"
_COVERED: Final = f"{_TABLE}covered-table-cell"
_UNSPOKEN: Final = frozenset(
    {f"{_OFFICE}annotation", f"{_TEXT}note", f"{_TEXT}tracked-changes", f"{_TEXT}ruby-text"}
)
_BLANKS: Final = frozenset({f"{_TEXT}s", f"{_TEXT}tab"})
_NUMBERS: Final = frozenset({"float", "percentage", "currency"})
_FIRST_USABLE: Final = date(1950, 1, 1)
_MAX_ROW: Final = 1_048_576
_MOST_COPIES: Final = 1_000
_DEEPEST: Final = 100


@dataclass(slots=True)
class OpenSheets:
    """Visible tables in order, the names of hidden sheets, formula cells that hold no result."""

    grids: list[Grid] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    formulas: list[Formula] = field(default_factory=list)


@dataclass(slots=True)
class _Value:
    """One cell as it is shown, `day` behind it when it is a native date."""

    text: str
    day: date | None
    lacks_result: bool


def read_open_document(archive: Archive, *, is_text: bool) -> OpenSheets:
    """All visible tables. `is_text`: a Writer document, whose tables may go on over a page.

    Raises `Refused`: DAMAGED for broken XML, TOO_LARGE for tables out of all proportion.
    """
    root = root_of(archive.read("content.xml"))
    unshown = _hidden_styles(root)
    result = OpenSheets()
    reader = _Reader(result.formulas)
    number = 0
    for table in _tables(root):
        number += 1
        name = f"Bảng {number}" if is_text else tidy(table.get(f"{_TABLE}name") or f"Bảng {number}")
        if table.get(f"{_TABLE}style-name") in unshown:
            result.hidden.append(name)
            continue
        grid = reader.grid(table, name)
        grid.continues = is_text
        if next(table.iterancestors(_CELL), None) is None or is_assignment_table(grid):
            result.grids.append(grid)
    return result


def _tables(root: Any) -> Iterator[Any]:
    """Tables of the document itself, not those that tracked changes remember as deleted."""
    for table in root.iter(f"{_TABLE}table"):
        if not any(parent.tag in _UNSPOKEN for parent in table.iterancestors()):
            yield table


def _hidden_styles(root: Any) -> set[str]:
    return {
        style.get(f"{_STYLE}name")
        for style in root.iterfind(f"{_OFFICE}automatic-styles/{_STYLE}style")
        for shape in style.iterfind(f"{_STYLE}table-properties")
        if shape.get(f"{_TABLE}display") == "false"
    }


class _Reader:
    """Reads tables within one budget, because repetition makes much out of few bytes."""

    def __init__(self, formulas: list[Formula]) -> None:
        self._formulas = formulas
        self._left = MAX_CELLS

    def grid(self, table: Any, name: str) -> Grid:
        lines: list[Line] = []
        areas: list[Area] = []
        number = 1
        for row in _rows(table):
            repeated = _count(row, "number-rows-repeated", _MAX_ROW)
            line = self._line(number, row, name, areas)
            if line is not None:
                lines += self._copies(line, min(repeated, _MAX_ROW - number + 1))
            number += repeated
            if number > _MAX_ROW:
                break
        width = squared(lines)
        mark_merged(lines, areas, width)
        return Grid(name, width, lines)

    def _copies(self, line: Line, repeated: int) -> Iterable[Line]:
        """The line as often as it is repeated. Raises `Refused` where nobody can have meant it."""
        if repeated > _MOST_COPIES:
            raise Refused(Problem.TOO_LARGE, f"một dòng lặp lại {repeated} lần")
        self._spend(len(line.cells) * (repeated - 1))
        yield line
        for offset in range(1, repeated):
            yield Line(line.number + offset, list(line.cells), days=line.days)

    def _line(self, number: int, row: Any, name: str, areas: list[Area]) -> Line | None:
        """The row's cells, None when nothing stands in it; merged areas that begin here go to `areas`."""
        cells: list[str] = []
        days: dict[int, date] = {}
        column = 0
        for cell in row:
            if cell.tag not in {_CELL, _COVERED} or column >= MAX_COLUMNS:
                continue
            repeated = min(_count(cell, "number-columns-repeated", MAX_COLUMNS), MAX_COLUMNS - column)
            if cell.tag == _CELL:
                value = self._value(cell)
                if value.lacks_result:
                    self._formulas.append(Formula(name, number, column, _formula(cell)))
                if value.text:
                    cells.extend([""] * (column - len(cells)) + [value.text] * repeated)
                    days.update(
                        dict.fromkeys(range(column, column + repeated), value.day) if value.day else {}
                    )
                area = _area(number, column, cell)
                areas.extend([area] if area else [])
            self._spend(1)
            column += repeated
        self._spend(len(cells))
        return Line(number, cells, days=days or NO_DAYS) if cells else None

    def _value(self, cell: Any) -> _Value:
        kind = cell.get(f"{_OFFICE}value-type") or ""
        text = tidy(self._text(cell)) if len(cell) else ""
        day = _day(cell.get(f"{_OFFICE}date-value") or "") if kind == "date" else None
        if not text and kind:
            text = _unshown(cell, kind, day)
        lacks = not text and kind != "string" and cell.get(f"{_TABLE}formula") is not None
        return _Value(text, day if day and day >= _FIRST_USABLE else None, lacks)

    def _text(self, cell: Any) -> str:
        parts: list[str] = []
        self._say(cell, parts, 0)
        return "".join(parts)

    def _say(self, element: Any, parts: list[str], depth: int) -> None:
        if depth > _DEEPEST:
            raise Refused(Problem.DAMAGED)
        for child in element:
            tag = child.tag
            if tag in _UNSPOKEN:
                pass
            elif tag in _BLANKS:
                parts.append(" ")
            elif tag == f"{_TEXT}line-break":
                parts.append("\v")
            elif not (tag == f"{_TABLE}table" and self._stands_alone(child)):
                self._spend(1 + len(child.text or "") // 64)
                is_paragraph = tag in {f"{_TEXT}p", f"{_TEXT}h"}
                parts += (
                    "\n" if is_paragraph and parts else "",
                    child.text or "" if tag[: len(_TEXT)] == _TEXT else "",
                )
                self._say(child, parts, depth + 1)
            if child.tail and element.tag[: len(_TEXT)] == _TEXT:
                parts.append(child.tail)

    def _stands_alone(self, table: Any) -> bool:
        return is_assignment_table(_Reader([]).grid(table, ""))

    def _spend(self, work: int) -> None:
        self._left -= work
        if self._left < 0:
            raise Refused(Problem.TOO_LARGE, f"trên {MAX_CELLS} ô")


def _rows(parent: Any) -> Iterator[Any]:
    for child in parent:
        if child.tag == f"{_TABLE}table-row":
            yield child
        elif child.tag in _ROW_WRAPPERS:
            yield from _rows(child)


def _count(element: Any, name: str, most: int) -> int:
    """A repetition or span, at least 1."""
    value = element.get(f"{_TABLE}{name}") or ""
    return max(1, min(most, int(value))) if value.isdecimal() and len(value) < 10 else 1


def _area(number: int, column: int, cell: Any) -> Area | None:
    rows = _count(cell, "number-rows-spanned", _MAX_ROW)
    columns = _count(cell, "number-columns-spanned", MAX_COLUMNS)
    if rows == 1 and columns == 1:
        return None
    return number, column, number + rows - 1, column + columns - 1


def _formula(cell: Any) -> str:
    text: str = cell.get(f"{_TABLE}formula") or ""
    return text.partition(":=")[2] or text.lstrip("=")


def _day(value: str) -> date | None:
    try:
        return datetime.fromisoformat(value).date()
    except ValueError:
        return None


def _unshown(cell: Any, kind: str, day: date | None) -> str:
    """What a cell would show whose writer left the shown text out."""
    if kind == "date":
        return f"{day:%d/%m/%Y}" if day else tidy(cell.get(f"{_OFFICE}date-value") or "")
    if kind == "string":
        return tidy(cell.get(f"{_OFFICE}string-value") or "")
    if kind in _NUMBERS:
        try:
            number = float(cell.get(f"{_OFFICE}value") or "")
            return shown_number(number, "0%" if kind == "percentage" else "")[0]
        except (ValueError, OverflowError):
            return tidy(cell.get(f"{_OFFICE}value") or "")
    return ""
