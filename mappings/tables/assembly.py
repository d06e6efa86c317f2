"""Lines become rows: headings are remembered, ditto marks resolved, cells cut by a page break joined.

Nothing is decided about a task here: a row without a lead or a deadline is given as it
is, so that the rules of the assignment can return it to its drafter with the reason.
What a blank cell means is in `blanks.py`, how a draft becomes rows in `drafts.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from mappings.tables.blanks import doubt_blanks
from mappings.tables.columns import Columns
from mappings.tables.drafts import Draft, rows_of
from mappings.tables.folding import join_items
from mappings.tables.found import Problem, TableFound, TableProblem, TableRow
from mappings.tables.grid import Grid, Line
from mappings.tables.headerrows import Header, header_at, is_title_again, missing_columns, searched
from mappings.tables.headings import Heading, Headings, may_be_task
from mappings.tables.linekinds import LineKind, SeenLine, kind_of, see
from mappings.tables.marks import (
    LONGEST_MARK,
    MARK_STARTS,
    is_ditto,
    is_nothing,
    is_ordinal,
    referred_ordinal,
)
from mappings.tables.problems import place_of, report
from mappings.tables.schedules import is_schedule
from mappings.tables.unitgroups import with_leads_of_headings

_UNANSWERED = re.compile(r"(?:\d{1,2}/){0,2}(?:1899|1900|1904)")
_MOST_SEARCHED: Final = 5_000  # lines of one file in which a first header is looked for
_UNNUMBERED_SEARCHED: Final = 4
_MOST_GROWN: Final = (
    20_000  # characters of a cell to which cut lines are added: no page cuts a task into more
)


@dataclass(slots=True)
class _Table:
    name: str
    header_row: int
    columns: Columns
    rows: int = 0


@dataclass(slots=True)
class Assembly:
    """Takes the grids of one file in order and gives its tables, rows and problems."""

    file: str
    problems: list[TableProblem] = field(default_factory=list)
    _tables: list[_Table] = field(default_factory=list)
    _drafts: list[Draft] = field(default_factory=list)
    _rows: list[TableRow] | None = None
    _columns: Columns | None = None
    _width: int = 0
    _headings: Headings = field(default_factory=Headings)
    _name: str = ""
    _ended: LineKind | None = None
    _patience: int = _MOST_SEARCHED
    _numbered: dict[tuple[int, str], Draft | None] = field(default_factory=dict)

    def add(self, grid: Grid) -> bool:
        """Read one grid; True when an assignment table (or the rest of one) was in it."""
        start = 0
        if not self._goes_on(grid):
            header = self._first_header(grid)
            if header is None and self._patience > 0:
                grid, header = with_leads_of_headings(grid)
            if header is None:
                self._near_miss(grid)
                return False
            start = self._open(grid, header)
        self._name, self._ended = grid.name, None
        self._walk(grid, start)
        return True

    def tables(self) -> tuple[TableFound, ...]:
        """The tables found, each with the number of rows it gave."""
        self.rows()
        return tuple(
            TableFound(
                self.file,
                table.name,
                table.header_row,
                table.columns.titles,
                tuple(role.value for role in table.columns.roles),
                table.rows,
            )
            for table in self._tables
        )

    def rows(self) -> tuple[TableRow, ...]:
        """All rows in the order of the file; no grid can be added after it."""
        if self._rows is None:
            self._give_back(self._headings.close())
            for parent in reversed(self._headings.parents):
                parent.hand_down()
            doubt_blanks(self._drafts)
            self._rows = []
            for draft in self._drafts:
                rows = rows_of(draft, self.file)
                self._tables[draft.table].rows += len(rows)
                self._rows += rows
        return tuple(self._rows)

    def _goes_on(self, grid: Grid) -> bool:
        """The table before was cut in two by a page: same width, no titles, numbers that run on."""
        if not grid.continues or not grid.lines or grid.width != self._width:
            return False
        if header_at(grid.lines, 0) is not None:
            return False
        return self._counts_on(grid, 0)

    def _counts_on(self, grid: Grid, index: int) -> bool:
        """Whether the first number here is the one after the last row's; the rest of a cut row may stand before it."""
        if self._columns is None or not self._columns.ordinals or not self._drafts:
            return False
        column = self._columns.ordinals[0]
        numbers = [line.cells[column] for line in grid.lines[index : index + _UNNUMBERED_SEARCHED]]
        first = next(filter(None, numbers), "").strip(".)")
        last = self._drafts[-1].ordinal.strip(".)")
        return first.isdecimal() and last.isdecimal() and int(first) == int(last) + 1

    def _first_header(self, grid: Grid) -> Header | None:
        for index in searched(grid):
            self._patience -= 1
            if self._patience < 0:
                return None
            header = header_at(grid.lines, index)
            if header is not None and not is_schedule(grid, header):
                return header
        return None

    def _near_miss(self, grid: Grid) -> None:
        missing = missing_columns(grid) if self._patience > 0 else ""
        if missing:
            place = place_of(self.file, grid.name)
            self.problems.append(report(Problem.MISSING_COLUMN, place, detail=missing))

    def _open(self, grid: Grid, header: Header) -> int:
        """Start a table after this header, unless it only repeats the one in force.

        Headings stay in force over a repeated header, and over a new table only if its numbers run on.
        """
        known = self._columns
        same = known is not None and grid.width == self._width and _same_titles(known, header.columns)
        if not same or self._tables[-1].name != grid.name:
            if not (same and grid.continues and self._counts_on(grid, header.last + 1)):
                self._give_back(self._headings.close())
            self._tables.append(_Table(grid.name, grid.lines[header.first].number, header.columns))
        self._columns = known if same and known is not None else header.columns
        self._width, self._ended = grid.width, None
        return header.last + 1

    def _walk(self, grid: Grid, index: int) -> None:
        above: list[str] = []
        while index < len(grid.lines):
            line = grid.lines[index]
            columns = self._columns
            assert columns is not None
            header = header_at(grid.lines, index) if is_title_again(line, columns) else None
            if header is not None:
                index = self._open(grid, header)
                above = []
                continue
            seen = see(line, above, columns)
            self._take(seen, columns, partial(_next_ordinal, grid.lines, index, columns))
            above = seen.full
            index += 1

    def _take(self, seen: SeenLine, columns: Columns, next_ordinal: Callable[[], str]) -> None:
        before = self._before()
        above = before.texts[columns.content] if before is not None else None
        kind = kind_of(seen, columns, above=above, next_ordinal=next_ordinal)
        if self._ended is not None:
            if kind is not LineKind.TASK or not (is_ordinal(seen.ordinal) and seen.full[columns.lead]):
                return
            self._ended = self._ended if self._ended is LineKind.SIGNATURE else None
        if kind is LineKind.TASK:
            self._headings.pass_by(seen.ordinal, before.ordinal if before is not None else "")
            self._headings.lead_to(self._draft(seen, columns, before, self._headings.path))
        elif kind is LineKind.REST:
            self._grow(seen)
        elif kind in {LineKind.SECTION, LineKind.PARENT}:
            self._give_back(self._headings.put(seen, columns, as_row=kind is LineKind.PARENT))
        elif kind in {LineKind.SIGNATURE, LineKind.FOOTNOTE}:
            self._ended = kind
        elif kind is not LineKind.BLANK:
            self._take_odd(seen, columns, before, kind)

    def _take_odd(self, seen: SeenLine, columns: Columns, before: Draft | None, kind: LineKind) -> None:
        """A task line without a content of its own."""
        draft = self._draft(seen, columns, before, self._headings.path)
        if kind is LineKind.TWIN and before is not None:
            draft.texts[columns.content], draft.ordinal = before.texts[columns.content], before.ordinal
        elif kind is LineKind.NAMELESS:
            self._tell(
                Problem.NO_CONTENT, draft, draft.texts[columns.lead], " | ".join(filter(None, draft.texts))
            )
        self._headings.lead_to(draft)

    def _before(self) -> Draft | None:
        """The task above in the same table."""
        last = self._drafts[-1] if self._drafts else None
        return last if last is not None and last.table == len(self._tables) - 1 else None

    def _give_back(self, ended: list[Heading]) -> None:
        """Headings that headed nothing and say enough to be a task are rows of their own."""
        for heading in ended:
            if heading.parent is not None and may_be_task(heading):
                self._draft(heading.seen, heading.parent.columns, self._before(), "")

    def _grow(self, seen: SeenLine) -> None:
        draft = self._drafts[-1]
        for column in seen.own:
            if len(draft.texts[column]) > _MOST_GROWN:
                continue
            draft.texts[column] = join_items(draft.texts[column], seen.line.cells[column])

    def _draft(self, seen: SeenLine, columns: Columns, before: Draft | None, section: str) -> Draft:
        full, line = seen.full, seen.line
        day = line.days.get(columns.deadline) if line.days else None
        if columns.deadline in line.above and before is not None:
            day = before.day if before.texts[columns.deadline] == full[columns.deadline] else None
        draft = Draft(
            len(self._tables) - 1,
            self._name,
            line.number,
            columns,
            section,
            seen.ordinal,
            full[:],
            tuple(full),
            day,
        )
        for column in columns.spoken:
            text = full[column]
            if text and len(text) <= LONGEST_MARK and text[0] in MARK_STARTS:
                self._resolve(draft, column, before)
        if day is None and columns.deadline >= 0:
            deadline = draft.texts[columns.deadline]
            if len(deadline) <= 10 and _UNANSWERED.fullmatch(deadline):
                self._tell(Problem.IMPOSSIBLE_DATE, draft, deadline, full[columns.content])
        self._drafts.append(draft)
        if draft.ordinal:
            place = (draft.table, draft.ordinal.strip("()."))
            self._numbered[place] = draft if place not in self._numbered else None
        return draft

    def _resolve(self, draft: Draft, column: int, before: Draft | None) -> None:
        """A mark gives way to what it stands for; the native day comes along with a deadline."""
        mark = draft.texts[column]
        number = referred_ordinal(mark)
        if not number and not is_ditto(mark):
            draft.texts[column] = "" if is_nothing(mark) else mark
            return
        source = self._numbered.get((draft.table, number)) if number else before
        if source is None or source.columns is not draft.columns or not source.texts[column]:
            self._tell(Problem.DITTO_WITHOUT_ABOVE, draft, mark, " | ".join(filter(None, draft.texts)))
            return
        draft.texts[column] = source.texts[column]
        if column == draft.columns.deadline:
            draft.day = source.day

    def _tell(self, problem: Problem, draft: Draft, detail: str, text: str) -> None:
        place = place_of(self.file, draft.name, draft.row)
        self.problems.append(report(problem, place, detail=detail, text=text))


def _same_titles(one: Columns, other: Columns) -> bool:
    """The same roles in the same places: a header repeated, even if written in one row instead of two."""
    return (one.content, one.lead, one.deadline, one.coordinate) == (
        other.content,
        other.lead,
        other.deadline,
        other.coordinate,
    )


def _next_ordinal(lines: list[Line], index: int, columns: Columns) -> str:
    """The next number in the number columns, looked for a few lines on (a page break may stand between)."""
    for line in lines[index + 1 : index + 5]:
        found = next((line.cells[column] for column in reversed(columns.ordinals) if line.cells[column]), "")
        if found and (is_ordinal(found) or is_nothing(found)):
            return found
    return ""
