"""The neutral form of a table: numbered lines of clean texts, with what was merged.

Every reader (Word, Excel, CSV) ends here and every rule begins here, so that a rule is
written once and a new format is one module.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

from mappings.tables.found import Problem
from mappings.tables.problems import Refused

MAX_CELLS: Final = 1_000_000
MAX_COLUMNS: Final = 256
NOWHERE: Final[frozenset[int]] = frozenset()
NO_DAYS: Final[Mapping[int, date]] = MappingProxyType({})


@dataclass(slots=True)
class Line:
    """One row. A merged area keeps its text in its top-left cell only; the rest of it is "" here.

    `above`: columns that continue the cell of the line before; `left`: columns that
    continue the cell to their left. `days`: native dates by column. `number` is 1-based.
    """

    number: int
    cells: list[str]
    above: frozenset[int] = NOWHERE
    left: frozenset[int] = NOWHERE
    days: Mapping[int, date] = field(default_factory=lambda: NO_DAYS)


@dataclass(slots=True)
class Grid:
    """One table or sheet. `continues` says that it may be the rest of the table before it (Word only)."""

    name: str
    width: int
    lines: list[Line] = field(default_factory=list)
    continues: bool = False


Area = tuple[int, int, int, int]
"""First row, first column, last row, last column; rows 1-based, columns 0-based, ends included."""


def mark_merged(lines: list[Line], areas: Iterable[Area], width: int) -> None:
    """Tell the lines which of their cells belong to a merged area, clipped to what exists.

    Empty lines are not kept, so an area whose first line is missing had no text to carry.
    """
    by_number = {line.number: line for line in lines}
    numbers = sorted(by_number)
    above: dict[int, set[int]] = {}
    left: dict[int, set[int]] = {}
    budget = MAX_CELLS
    for first_row, first_column, last_row, last_column in areas:
        columns = range(first_column, min(last_column + 1, width))
        for number in numbers[bisect_left(numbers, first_row) : bisect_right(numbers, last_row)]:
            budget -= 1 + len(columns)
            if budget < 0:
                return
            if number > first_row and columns and first_row in by_number:
                above.setdefault(number, set()).add(first_column)
            left.setdefault(number, set()).update(columns[1:])
    for number, marked in above.items():
        by_number[number].above = frozenset(marked)
    for number, marked in left.items():
        by_number[number].left = frozenset(marked)


def squared(lines: list[Line]) -> int:
    """Give every line the same number of cells and tell how many. Raises `Refused` (TOO_LARGE)."""
    width = max((len(line.cells) for line in lines), default=0)
    if width * len(lines) > MAX_CELLS:
        raise Refused(Problem.TOO_LARGE, f"trên {MAX_CELLS} ô")
    for line in lines:
        line.cells.extend([""] * (width - len(line.cells)))
    return width
