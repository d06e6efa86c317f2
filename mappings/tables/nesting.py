"""A table inside a cell: a table of tasks of its own, or only a way to lay out the cell's text."""

from __future__ import annotations

from typing import Final

from mappings.tables.grid import Grid
from mappings.tables.headerrows import header_at

_SEARCHED: Final = 10


def is_assignment_table(grid: Grid) -> bool:
    """Whether the titles of an assignment table stand in the first lines of this grid.

    Only such a table is read as one when it stands in a cell; the text of any other
    belongs to that cell, or a list laid out in two columns would be lost.
    """
    return any(header_at(grid.lines, index) is not None for index in range(min(_SEARCHED, len(grid.lines))))
