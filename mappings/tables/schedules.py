"""Programmes of a meeting and weekly calendars: titled like an assignment table, and no tasks in them.

"Thời gian · Nội dung · Người thực hiện" heads both. What stands below tells them apart: a
programme has hours of the day where a table of tasks has dates.
"""

from __future__ import annotations

import re
from typing import Final

from mappings.tables.folding import bare
from mappings.tables.grid import Grid
from mappings.tables.headerrows import Header

_HOUR = re.compile(
    r"(?:từ\s+|lúc\s+)?\d{1,2}\s*(?:h|g|:|giờ)\s*\d{0,2}(?!.*\d{1,2}[/.-]\d{1,2})", re.IGNORECASE
)
_SAMPLE: Final = 40
_ENOUGH: Final = 2


def is_schedule(grid: Grid, header: Header) -> bool:
    """Whether the table under these titles is a programme or a calendar."""
    return _has_guests_and_place(header) or _has_hours(grid, header)


def _has_guests_and_place(header: Header) -> bool:
    titles = [bare(title) for title in header.columns.titles]
    return any(t.startswith("thanh phan") for t in titles) and any(t.startswith("dia diem") for t in titles)


def _has_hours(grid: Grid, header: Header) -> bool:
    column = header.columns.deadline
    if column < 0:
        return False
    below = grid.lines[header.last + 1 : header.last + 1 + _SAMPLE]
    times = [line.cells[column] for line in below if line.cells[column]]
    hours = sum(_HOUR.match(time) is not None for time in times)
    return hours >= _ENOUGH and hours * 2 > len(times)
