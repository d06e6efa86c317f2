"""What a reader hands over: grids for the assembly, and what it noticed beside them.

A reader knows its format, the assembly knows tables; whether a picture or a formula
without a result matters can only be told when both have spoken.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from mappings.tables.found import Problem
from mappings.tables.grid import Grid


@dataclass(frozen=True, slots=True)
class Remark:
    """A problem that a reader itself is sure of. `table` names a sheet or pages, "" for the whole file."""

    problem: Problem
    table: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula cell whose result the file does not hold. `row` 1-based, `column` 0-based."""

    table: str
    row: int
    column: int
    text: str


@dataclass(slots=True)
class Opened:
    """One file as its reader saw it. `has_picture` is asked only when no assignment table was found."""

    grids: list[Grid]
    text: str = ""
    remarks: list[Remark] = field(default_factory=list)
    formulas: list[Formula] = field(default_factory=list)
    has_picture: Callable[[], bool] = bool
