"""Lines become rows: headings are remembered, ditto marks resolved, cells cut by a page break joined.

Nothing is decided about a task here: a row without a lead or a deadline is given as it
is, so that the rules of the assignment can return it to its drafter with the reason.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from mappings.tables.columns import Columns
from mappings.tables.folding import bare, join_items
from mappings.tables.found import Problem, TableFound, TableProblem, TableRow
from mappings.tables.grid import Grid, Line
from mappings.tables.headerrows import Header, header_at, is_title_again, missing_columns, searched
from mappings.tables.headers import SURE, Role, scores_of
from mappings.tables.linekinds import LineKind, SeenLine, is_ditto, is_nothing, is_ordinal, kind_of, see
from mappings.tables.problems import place_of, report

_UNANSWERED = re.compile(r"(?:\d{1,2}/){0,2}(?:1899|1900|1904)")
_ROMAN = re.compile(r"[IVXLC]+")
_UNNUMBERED: Final = 9
_MOST_SEARCHED: Final = 5_000  # lines of one file in which a first header is looked for


@dataclass(slots=True)
class _Draft:
    """A task row that may still grow by a continuation below it."""

    table: int
    name: str
    row: int
    columns: Columns
    section: str
    ordinal: str
    texts: list[str]
    cells: tuple[str, ...]
    day: date | None


@dataclass(slots=True)
class _Table:
    name: str
    header_row: int
    columns: Columns


@dataclass(slots=True)
class Assembly:
    """Takes the grids of one file in order and gives its tables, rows and problems."""

    file: str
    problems: list[TableProblem] = field(default_factory=list)
    _tables: list[_Table] = field(default_factory=list)
    _drafts: list[_Draft] = field(default_factory=list)
    _columns: Columns | None = None
    _width: int = 0
    _sections: list[tuple[int, str]] = field(default_factory=list)
    _signed: bool = False
    _patience: int = _MOST_SEARCHED

    def add(self, grid: Grid) -> bool:
        """Read one grid; True when an assignment table (or the rest of one) was in it."""
        start = 0
        if not self._goes_on(grid):
            header = self._first_header(grid)
            if header is None:
                self._near_miss(grid)
                return False
            start = self._open(grid, header)
        self._signed = False
        self._walk(grid, start)
        return True

    def tables(self) -> tuple[TableFound, ...]:
        """The tables found, each with the number of rows it gave."""
        counts = Counter(draft.table for draft in self._drafts)
        return tuple(
            TableFound(
                self.file,
                table.name,
                table.header_row,
                table.columns.titles,
                tuple(role.value for role in table.columns.roles),
                counts[index],
            )
            for index, table in enumerate(self._tables)
        )

    def rows(self) -> tuple[TableRow, ...]:
        """All rows in the order of the file."""
        return tuple(self._finished(draft) for draft in self._drafts)

    def _goes_on(self, grid: Grid) -> bool:
        """The table before was cut in two by a page: same width, no titles, numbers that run on."""
        if not grid.continues or not grid.lines or grid.width != self._width:
            return False
        if header_at(grid.lines, 0) is not None:
            return False
        return self._counts_on(grid, 0)

    def _counts_on(self, grid: Grid, index: int) -> bool:
        """Whether the number at this line is the one after the last row's."""
        if (
            self._columns is None
            or not self._columns.ordinals
            or not self._drafts
            or index >= len(grid.lines)
        ):
            return False
        first = grid.lines[index].cells[self._columns.ordinals[0]].strip(".)")
        last = self._drafts[-1].ordinal.strip(".)")
        return first.isdecimal() and last.isdecimal() and int(first) == int(last) + 1

    def _first_header(self, grid: Grid) -> Header | None:
        for index in searched(grid):
            self._patience -= 1
            if self._patience < 0:
                return None
            header = header_at(grid.lines, index)
            if header is not None:
                return header
        return None

    def _near_miss(self, grid: Grid) -> None:
        missing = missing_columns(grid)
        if missing:
            place = place_of(self.file, grid.name)
            self.problems.append(report(Problem.MISSING_COLUMN, place, detail=missing))

    def _open(self, grid: Grid, header: Header) -> int:
        """Start a table after this header, unless it only repeats the one in force.

        Headings stay in force over a repeated header, and over a new table only if its numbers run on.
        """
        same = (
            self._columns is not None
            and grid.width == self._width
            and _same_titles(self._columns, header.columns)
        )
        if not same or self._tables[-1].name != grid.name:
            if not (same and grid.continues and self._counts_on(grid, header.last + 1)):
                self._sections = []
            self._tables.append(_Table(grid.name, grid.lines[header.first].number, header.columns))
        self._columns, self._width, self._signed = header.columns, grid.width, False
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
            self._take(grid, seen, columns, _next_ordinal(grid.lines, index, columns))
            above = seen.full
            index += 1

    def _take(self, grid: Grid, seen: SeenLine, columns: Columns, next_ordinal: str) -> None:
        kind = kind_of(seen, columns, has_task=self._has_task(), next_ordinal=next_ordinal)
        if self._signed and not (
            kind is LineKind.TASK and is_ordinal(seen.ordinal) and seen.full[columns.lead]
        ):
            return
        if kind is LineKind.SECTION:
            self._head(seen)
        elif kind is LineKind.SIGNATURE:
            self._signed = True
        elif kind is LineKind.REST:
            self._grow(seen)
        elif kind is not LineKind.BLANK:
            self._draft(grid, seen, columns, kind)

    def _has_task(self) -> bool:
        return bool(self._drafts) and self._drafts[-1].table == len(self._tables) - 1

    def _head(self, seen: SeenLine) -> None:
        """Remember a heading; one of the same or a higher rank ends those below it."""
        cells = seen.line.cells
        text = cells[seen.own[0]] if seen.own else next(cell for cell in cells if cell)
        if seen.own and self._columns and cells[self._columns.content]:
            text = cells[self._columns.content]
        ordinal = seen.ordinal if seen.own else ""
        rank = _rank(ordinal, text)
        self._sections = [(other, title) for other, title in self._sections if other < rank]
        label = ordinal if not ordinal or ordinal[-1] in ".)" else f"{ordinal}."
        self._sections.append((rank, f"{label} {text}".replace("\n", " ").strip()))

    def _grow(self, seen: SeenLine) -> None:
        draft = self._drafts[-1]
        for column in seen.own:
            draft.texts[column] = join_items(draft.texts[column], seen.line.cells[column])

    def _draft(self, grid: Grid, seen: SeenLine, columns: Columns, kind: LineKind) -> None:
        before = self._drafts[-1] if self._has_task() else None
        texts, ordinal = list(seen.full), seen.ordinal
        day = self._day(seen, columns, before)
        place = place_of(self.file, grid.name, seen.line.number)
        if kind is LineKind.TWIN and before is not None:
            texts[columns.content], ordinal = before.texts[columns.content], before.ordinal
        if kind is LineKind.NAMELESS:
            detail = texts[columns.lead]
            self.problems.append(
                report(Problem.NO_CONTENT, place, detail=detail, text=" | ".join(filter(None, texts)))
            )
        for column in _spoken(columns):
            if texts[column] and is_ditto(texts[column]):
                day = self._resolve(texts, column, before, day, place)
            elif is_nothing(texts[column]):
                texts[column] = ""
        deadline = texts[columns.deadline] if columns.deadline >= 0 else ""
        if day is None and _UNANSWERED.fullmatch(deadline):
            self.problems.append(
                report(Problem.IMPOSSIBLE_DATE, place, detail=deadline, text=texts[columns.content])
            )
        section = " / ".join(title for _, title in self._sections)
        table = len(self._tables) - 1
        cells = tuple(seen.full)
        self._drafts.append(
            _Draft(table, grid.name, seen.line.number, columns, section, ordinal, texts, cells, day)
        )

    def _day(self, seen: SeenLine, columns: Columns, before: _Draft | None) -> date | None:
        """The native date of the deadline cell, also where a merged cell carries it down."""
        if columns.deadline in seen.line.above and before is not None:
            same = before.texts[columns.deadline] == seen.full[columns.deadline]
            return before.day if same else None
        return seen.line.days.get(columns.deadline)

    def _resolve(
        self, texts: list[str], column: int, before: _Draft | None, day: date | None, place: str
    ) -> date | None:
        """Put the value from above in place of a ditto mark; the day comes along with a deadline."""
        if before is None or not before.texts[column]:
            detail = texts[column]
            self.problems.append(
                report(
                    Problem.DITTO_WITHOUT_ABOVE, place, detail=detail, text=" | ".join(filter(None, texts))
                )
            )
            return day
        texts[column] = before.texts[column]
        return before.day if column == before.columns.deadline else day

    def _finished(self, draft: _Draft) -> TableRow:
        columns, texts = draft.columns, draft.texts

        def at(column: int) -> str:
            return texts[column] if column >= 0 else ""

        note = _note(draft)
        coordinators = at(columns.coordinate)
        if columns.mixed_note and "phoi hop" in bare(note):
            coordinators = note
        return TableRow(
            file=self.file,
            table=draft.name,
            row=draft.row,
            ordinal=draft.ordinal,
            section=draft.section,
            content=at(columns.content),
            lead=at(columns.lead),
            coordinators=coordinators,
            deadline=at(columns.deadline),
            deadline_value=draft.day,
            product=at(columns.product),
            officer=at(columns.officer),
            note=note,
            cells=draft.cells,
        )


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


def _rank(ordinal: str, text: str) -> int:
    """How high a heading stands: A, then I, then 1, then 1.1; without a number capitals are highest."""
    mark = ordinal.strip("().")
    if not mark:
        return 0 if text.isupper() else _UNNUMBERED
    if _ROMAN.fullmatch(mark):
        return 2
    if mark.isalpha():
        return 1 if mark.isupper() else 8
    return 3 + mark.count(".")


def _spoken(columns: Columns) -> list[int]:
    """Columns whose cells may hold a ditto mark or a dash."""
    single = (
        columns.content,
        columns.lead,
        columns.coordinate,
        columns.deadline,
        columns.product,
        columns.officer,
    )
    return [column for column in single if column >= 0]


def _note(draft: _Draft) -> str:
    """The note column as it stands; what other columns add, under their titles."""
    parts: list[str] = []
    for column in draft.columns.notes:
        text = draft.texts[column]
        if not text or is_nothing(text):
            continue
        title = draft.columns.titles[column]
        parts.append(text if scores_of(title).get(Role.NOTE, 0) > SURE else f"{title}: {text}")
    return "\n".join(parts)
