"""The ruled tables of a PDF page: which rules belong together, and which cells they make.

Rules are snapped and joined by pdfplumber. Cells are then found by the walls between
neighbouring squares rather than by corners: what merged cells look like follows by
itself, and the work is bounded by the number of squares.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pdfplumber.table import merge_edges

from mappings.tables.found import Problem
from mappings.tables.grid import MAX_COLUMNS
from mappings.tables.pdflines import cell_text
from mappings.tables.pdfmeter import Meter
from mappings.tables.pdfpages import Letter, PdfPage, Rule
from mappings.tables.problems import Refused

_NEAR: Final = 3.0
_MOST_RULES: Final = 20_000
_HEADING: Final = 40.0


@dataclass(frozen=True, slots=True)
class RuledCell:
    """A cell over the squares `row` … `last_row`, `column` … `last_column`, all from 0."""

    row: int
    column: int
    last_row: int
    last_column: int
    text: str


@dataclass(slots=True)
class RuledTable:
    """One table: where its columns and rows are divided, and the cells."""

    xs: list[float]
    ys: list[float]
    cells: list[RuledCell] = field(default_factory=list)


def tables_of(page: PdfPage, meter: Meter) -> list[RuledTable]:
    """The ruled tables of a page from top to bottom; a table has at least two columns."""
    if len(page.rules) > _MOST_RULES:
        raise Refused(Problem.TOO_LARGE, f"trang {page.number} có {len(page.rules)} nét kẻ")
    upright, level = _joined(page.rules)
    meter.meet(len(upright) * len(level))
    found = [_table(group, page.letters, meter) for group in _clusters(upright, level)]
    return sorted(
        (table for table in found if table is not None), key=lambda table: (table.ys[0], table.xs[0])
    )


def _joined(rules: Sequence[Rule]) -> tuple[list[Rule], list[Rule]]:
    """Vertical and horizontal rules, pieces put together, neighbours within 3 points made one."""
    edges: list[dict[str, Any]] = []
    for rule in rules:
        upright = rule.bottom - rule.top > rule.x1 - rule.x0
        x, y = (rule.x0 + rule.x1) / 2, (rule.top + rule.bottom) / 2
        box = (x, rule.top, x, rule.bottom) if upright else (rule.x0, y, rule.x1, y)
        names = ("x0", "top", "x1", "bottom")
        edge = dict(zip(names, box, strict=True))
        edges.append(
            {
                **edge,
                "width": box[2] - box[0],
                "height": box[3] - box[1],
                "orientation": "v" if upright else "h",
            }
        )
    if not edges:
        return [], []
    made: dict[str, list[Rule]] = {"v": [], "h": []}
    for edge in merge_edges(edges, _NEAR, _NEAR, _NEAR, _NEAR):
        if edge["width"] + edge["height"] > _NEAR:
            made[str(edge["orientation"])].append(Rule(edge["x0"], edge["top"], edge["x1"], edge["bottom"]))
    return made["v"], made["h"]


def _clusters(upright: list[Rule], level: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Rules that touch each other, directly or over others."""
    leader = list(range(len(upright) + len(level)))

    def head(one: int) -> int:
        while leader[one] != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    for one, wall in enumerate(upright):
        for other, floor in enumerate(level, start=len(upright)):
            if (
                wall.top - _NEAR <= floor.top <= wall.bottom + _NEAR
                and floor.x0 - _NEAR <= wall.x0 <= floor.x1 + _NEAR
            ):
                leader[head(one)] = head(other)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for one, rule in enumerate([*upright, *level]):
        groups.setdefault(head(one), ([], []))[0 if one < len(upright) else 1].append(rule)
    made = [_Group(*group) for group in groups.values() if group[0] and len(group[1]) > 1]
    return [(group.upright, group.level) for group in _over_open_rows(made)]


@dataclass(slots=True)
class _Group:
    """Rules that touch each other, and the box around them."""

    upright: list[Rule]
    level: list[Rule]

    @property
    def sides(self) -> tuple[float, float]:
        return min(rule.x0 for rule in self.level), max(rule.x1 for rule in self.level)

    @property
    def ends(self) -> tuple[float, float]:
        return min(rule.top for rule in self.level), max(rule.top for rule in self.level)

    def is_open(self) -> bool:
        """No rule down either side."""
        left, right = self.sides
        return all(left + _NEAR < rule.x0 < right - _NEAR for rule in self.upright)


def _over_open_rows(groups: list[_Group]) -> list[_Group]:
    """In a table without side rules a heading over all columns touches nothing: what is above and below
    it, equally wide and hardly a line apart, is one table."""
    joined: list[_Group] = []
    for group in sorted(groups, key=lambda group: group.ends):
        before = joined[-1] if joined else None
        if (
            before is not None
            and before.is_open()
            and group.is_open()
            and all(abs(one - other) <= _NEAR for one, other in zip(before.sides, group.sides, strict=True))
            and group.ends[0] - before.ends[1] <= _HEADING
        ):
            joined[-1] = _Group(before.upright + group.upright, before.level + group.level)
        else:
            joined.append(group)
    return joined


def _table(
    group: tuple[list[Rule], list[Rule]], letters: Sequence[Letter], meter: Meter
) -> RuledTable | None:
    """The cells of one cluster. Its outline counts as drawn: some tables have no side rules."""
    upright, level = group
    xs = _distinct([rule.x0 for rule in upright] + [edge for rule in level for edge in (rule.x0, rule.x1)])
    ys = _distinct(
        [rule.top for rule in level] + [edge for rule in upright for edge in (rule.top, rule.bottom)]
    )
    if not 3 <= len(xs) <= MAX_COLUMNS or len(ys) < 2:
        return None
    meter.meet(len(xs) * len(ys))
    squares = _Squares(xs, ys)
    for rule in upright:
        squares.wall(rule)
    for rule in level:
        squares.floor(rule)
    table = RuledTable(xs, ys)
    inside = squares.letters_by_cell(letters)
    for number, (row, column, last_row, last_column) in squares.cells().items():
        text = cell_text(inside.get(number, ()), xs[last_column + 1] - xs[column])
        table.cells.append(RuledCell(row, column, last_row, last_column, text))
    return table if any(cell.text for cell in table.cells) else None


def _distinct(values: list[float]) -> list[float]:
    """Sorted, those within 3 points of the one before left out."""
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > _NEAR:
            kept.append(value)
    return kept


class _Squares:
    """Squares between all the lines of a table; those without a wall between them are one cell."""

    def __init__(self, xs: list[float], ys: list[float]) -> None:
        self._xs, self._ys = xs, ys
        self._walls: set[tuple[int, int]] = set()  # (row, column): a wall at the left of the square
        self._floors: set[tuple[int, int]] = set()  # (row, column): a rule above the square
        self._number: dict[tuple[int, int], int] = {}

    def wall(self, rule: Rule) -> None:
        column = _nearest(self._xs, rule.x0)
        for row in range(_nearest(self._ys, rule.top), _nearest(self._ys, rule.bottom)):
            self._walls.add((row, column))

    def floor(self, rule: Rule) -> None:
        row = _nearest(self._ys, rule.top)
        for column in range(_nearest(self._xs, rule.x0), _nearest(self._xs, rule.x1)):
            self._floors.add((row, column))

    def cells(self) -> dict[int, tuple[int, int, int, int]]:
        """Cell number → first row, first column, last row, last column of its squares."""
        boxes: dict[int, tuple[int, int, int, int]] = {}
        for (row, column), number in self._numbered().items():
            box = boxes.get(number, (row, column, row, column))
            boxes[number] = (min(box[0], row), min(box[1], column), max(box[2], row), max(box[3], column))
        return boxes

    def letters_by_cell(self, letters: Sequence[Letter]) -> dict[int, list[Letter]]:
        """Letters by the number of the cell in whose squares their middle lies."""
        numbers = self._numbered()
        found: dict[int, list[Letter]] = {}
        for letter in letters:
            row = bisect_right(self._ys, (letter.top + letter.bottom) / 2) - 1
            column = bisect_right(self._xs, (letter.x0 + letter.x1) / 2) - 1
            number = numbers.get((row, column))
            if number is not None:
                found.setdefault(number, []).append(letter)
        return found

    def _numbered(self) -> dict[tuple[int, int], int]:
        """Every square with the number of its cell, spread over squares that no rule divides."""
        if self._number:
            return self._number
        rows, columns = len(self._ys) - 1, len(self._xs) - 1
        number = 0
        for start in ((row, column) for row in range(rows) for column in range(columns)):
            if start in self._number:
                continue
            waiting = [start]
            self._number[start] = number
            while waiting:
                for square in self._open_to(waiting.pop(), rows, columns):
                    if square not in self._number:
                        self._number[square] = number
                        waiting.append(square)
            number += 1
        return self._number

    def _open_to(self, square: tuple[int, int], rows: int, columns: int) -> list[tuple[int, int]]:
        row, column = square
        found: list[tuple[int, int]] = []
        if column and square not in self._walls:
            found.append((row, column - 1))
        if column + 1 < columns and (row, column + 1) not in self._walls:
            found.append((row, column + 1))
        if row and square not in self._floors:
            found.append((row - 1, column))
        if row + 1 < rows and (row + 1, column) not in self._floors:
            found.append((row + 1, column))
        return found


def _nearest(values: list[float], value: float) -> int:
    at = bisect_right(values, value)
    if at == len(values) or (at and value - values[at - 1] <= values[at] - value):
        return at - 1
    return at
