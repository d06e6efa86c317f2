"""Where the titles of an assignment table stand: one row or several, not always the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mappings.tables.columns import Columns, partial_roles, recognise
from mappings.tables.folding import bare
from mappings.tables.grid import Grid, Line
from mappings.tables.headers import LONGEST_TITLE, SURE, USABLE, Role, Scores, is_foreign, scores_of
from mappings.tables.marks import is_ordinal

_SEARCHED: Final = 400
_MOST_ROWS: Final = 3
_MOST_TITLES: Final = 60
_NAMES: Final = {Role.CONTENT: "nội dung nhiệm vụ", Role.LEAD: "đơn vị chủ trì"}


@dataclass(frozen=True, slots=True)
class Header:
    """Titles from line index `first` to `last` (both included) and what their columns are for."""

    first: int
    last: int
    columns: Columns


def header_at(lines: Sequence[Line], index: int) -> Header | None:
    """The header that begins exactly here, with as many rows as belong to it, or None."""
    line = lines[index]
    own = [cell for cell in line.cells if cell]
    if not 2 <= len(set(own)) <= _MOST_TITLES or is_ordinal(own[0]) or not _looks_titled(own):
        return None
    titles, scores = _spread(line), [scores_of(title) for title in _spread(line)]
    best = _header(index, index, titles, scores)
    for last in range(index + 1, min(index + _MOST_ROWS, len(lines))):
        if not _is_second_row(titles, lines[last - 1], lines[last]):
            break
        titles, scores = _stacked(titles, scores, lines[last])
        best = _header(index, last, titles, scores) or best
    return best


def is_title_again(line: Line, columns: Columns) -> bool:
    """Cheap sign that a header stands here, repeated on a new page or beginning another table."""
    lead = line.cells[columns.lead] if columns.lead < len(line.cells) else ""
    if scores_of(lead).get(Role.LEAD, 0) >= USABLE and _says(line, Role.CONTENT):
        return True
    first = next((cell for cell in line.cells if cell), "")
    return len(first) <= 12 and scores_of(first).get(Role.STT, 0) >= SURE


def _says(line: Line, role: Role) -> bool:
    return any(scores_of(cell).get(role, 0) >= USABLE for cell in line.cells)


def missing_columns(grid: Grid) -> str:
    """Names of the columns that keep a likely assignment table from being one, "" for any other table."""
    for line in grid.lines[:_SEARCHED]:
        titles = [cell for cell in line.cells if cell]
        if len(titles) >= 3 and all(
            len(title) <= LONGEST_TITLE and not is_foreign(title) for title in titles
        ):
            known = partial_roles(titles)
            missing = [name for role, name in _NAMES.items() if role not in known]
            told = known & {Role.CONTENT, Role.LEAD, Role.DEADLINE}
            evidence = len(told) + _says(line, Role.STT) + (Role.PRODUCT in known)
            if missing and len(told) >= 2 and evidence >= 3:
                return ", ".join(missing)
    return ""


def searched(grid: Grid) -> range:
    """Indexes at which a first header is looked for: a header far down is none."""
    return range(min(len(grid.lines), _SEARCHED))


def _looks_titled(own: Sequence[str]) -> bool:
    """Most cells say a role; a calendar of twelve months may follow two sure ones."""
    known = [max(scores.values()) for scores in map(scores_of, own) if scores]
    usable = sum(score >= USABLE for score in known)
    sure = sum(score >= SURE for score in known)
    return usable * 2 >= len(own) or sure >= 3


def _header(first: int, last: int, titles: Sequence[str], scores: Sequence[Scores]) -> Header | None:
    columns = recognise(titles, scores)
    return Header(first, last, columns) if columns else None


def _spread(line: Line) -> list[str]:
    """Titles by column, a title that covers several columns given to each of them."""
    titles: list[str] = []
    for column, cell in enumerate(line.cells):
        titles.append(titles[-1] if column in line.left and titles else cell)
    return titles


def _is_second_row(titles: Sequence[str], top: Line, line: Line) -> bool:
    """Every text of this row stands under a title that covers several columns, or under none."""
    own = [column for column, cell in enumerate(line.cells) if cell]
    if not own or any(
        len(line.cells[column]) > LONGEST_TITLE or bare(line.cells[column]).isdigit() for column in own
    ):
        return False
    return all(not titles[column] or _is_under_a_wide_title(top, line, column) for column in own)


def _is_under_a_wide_title(top: Line, line: Line, column: int) -> bool:
    after = column + 1
    if column in top.left or after in top.left:
        return True
    if after >= len(top.cells) or not top.cells[column]:
        return False
    return not top.cells[after] and bool(line.cells[after])


def _stacked(titles: list[str], scores: list[Scores], line: Line) -> tuple[list[str], list[Scores]]:
    """Titles of two rows as one: the lower one decides where it speaks clearly, else both together."""
    new_titles, new_scores = list(titles), list(scores)
    for column, cell in enumerate(line.cells):
        top = titles[column]
        if not top and cell and column and column not in line.left:
            top = next((titles[left] for left in range(column, -1, -1) if titles[left]), "")
        if cell and column not in line.above:
            alone, together = scores_of(cell), scores_of(f"{top} {cell}")
            new_titles[column] = f"{top} | {cell}" if top else cell
            new_scores[column] = alone if max(alone.values(), default=0) >= SURE else together or alone
    return new_titles, new_scores
