"""A PDF with text as grids: ruled tables, put together again where pages cut them.

On the next page a table begins with its titles repeated, or with the rest of a row. Both
are known by place: the same columns, nothing but a page number between. A page that is a
picture of a table is named, not guessed at.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mappings.tables.folding import plain_lines, tidy
from mappings.tables.found import TEXT_LIMIT, Problem
from mappings.tables.grid import MAX_CELLS, Area, Grid, Line, mark_merged
from mappings.tables.marks import is_ordinal
from mappings.tables.opened import Opened, Remark
from mappings.tables.problems import Refused

if TYPE_CHECKING:
    from mappings.tables.pdfpages import PdfPage
    from mappings.tables.ruledcells import RuledTable

MAX_PDF: Final = 50 * 1024 * 1024
_NEAR: Final = 4.0
_BETWEEN: Final = 40  # letters that a page's number, header or footer may have
_TITLE_ROWS: Final = 3
_NUMBERED: Final = 2  # rows with a number before an unnumbered one is taken for the rest of the last
_PICTURED: Final = 0.4
_UNKNOWN: Final = "(cid:"
_MUCH_UNKNOWN: Final = 0.1


@dataclass(slots=True)
class _Joined:
    """A table growing over pages: its lines, merged areas, and where its columns are divided."""

    first_page: int
    last_page: int
    xs: list[float]
    rows: list[list[str]] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    is_open: bool = True


def read_portable(data: bytes) -> Opened:
    """Tables of a PDF, its text, and what must be said about it (M27).

    Raises `Refused`: ENCRYPTED, ACTIVE_CONTENT (script or launch), BOMB, TOO_LARGE, DAMAGED,
    UNREADABLE_TEXT for fonts that do not tell their letters. pdfminer and pdfplumber are
    imported on first use: they cost more to load than a workbook to read.
    """
    from mappings.tables.pdflines import lines_of
    from mappings.tables.pdfmeter import Meter
    from mappings.tables.pdfpages import PdfFile
    from mappings.tables.ruledcells import tables_of

    meter = Meter()
    file = PdfFile(data, meter)
    tables: list[_Joined] = []
    texts: list[str] = []
    pictures: list[int] = []
    letters = unknown = 0
    for page in file.pages():
        found = tables_of(page, meter)
        _add_page(tables, page, found)
        texts += lines_of(page.letters)
        letters += len(page.letters)
        unknown += sum(letter.text.startswith(_UNKNOWN) for letter in page.letters)
        if page.pictured >= _PICTURED and not found:
            pictures.append(page.number)
    if unknown > _MUCH_UNKNOWN * letters:
        raise Refused(Problem.UNREADABLE_TEXT)
    remarks = [Remark(Problem.FILE_INSIDE)] if file.has_file_inside else []
    remarks += [Remark(Problem.IMAGE_TABLE, detail=_pages(pictures))] if pictures else []
    grids = [_grid(number, table) for number, table in enumerate(tables, start=1)]
    return Opened(grids, plain_lines("\n".join(texts))[:TEXT_LIMIT], remarks)


def _add_page(tables: list[_Joined], page: PdfPage, found: list[RuledTable]) -> None:
    """Add the page's tables; the first of them may go on with the last one of the page before."""
    before = tables[-1] if tables and tables[-1].is_open else None
    if before is not None:
        before.is_open = False
    for index, table in enumerate(found):
        columns = _columns_in(before, table) if before is not None and index == 0 else None
        if (
            before is not None
            and columns
            and before.last_page == page.number - 1
            and _is_bare_above(page, table)
        ):
            _go_on(before, table, columns)
            before.last_page = page.number
        else:
            tables.append(_Joined(page.number, page.number, table.xs))
            _go_on(tables[-1], table, list(range(len(table.xs))))
    if found:
        tables[-1].is_open = _is_bare(page, found[-1].ys[-1], page.height)


def _columns_in(before: _Joined, table: RuledTable) -> list[int] | None:
    """For every division of this table the same one of the table before; None if it is another table."""
    columns: list[int] = []
    for x in table.xs:
        nearest = min(range(len(before.xs)), key=lambda at: abs(before.xs[at] - x))
        if abs(before.xs[nearest] - x) > _NEAR:
            return None
        columns.append(nearest)
    whole = columns[0] == 0 and columns[-1] == len(before.xs) - 1
    return columns if whole and len(set(columns)) == len(columns) else None


def _is_bare_above(page: PdfPage, table: RuledTable) -> bool:
    return _is_bare(page, 0, table.ys[0])


def _is_bare(page: PdfPage, top: float, bottom: float) -> bool:
    """Nothing but a page number between these heights."""
    between = (letter for letter in page.letters if top <= (letter.top + letter.bottom) / 2 < bottom)
    return sum(not letter.text.isspace() for letter in between) <= _BETWEEN


def _go_on(joined: _Joined, table: RuledTable, columns: list[int]) -> None:
    """Add the rows of one page: titles said again are left out, the rest of a cut row goes to its row."""
    rows = [[""] * (len(joined.xs) - 1) for _ in range(len(table.ys) - 1)]
    for cell in table.cells:
        rows[cell.row][columns[cell.column]] = cell.text
    skipped = _titles_again(joined.rows, rows)
    if skipped < len(rows) and _is_rest(joined.rows, rows[skipped]):
        last = joined.rows[-1]
        joined.rows[-1] = [" ".join(filter(None, pair)) for pair in zip(last, rows[skipped], strict=True)]
        skipped += 1
    shift = len(joined.rows) - skipped + 1
    for cell in table.cells:
        left, right = columns[cell.column], columns[cell.last_column + 1] - 1
        if cell.row >= skipped and (cell.row < cell.last_row or left < right):
            joined.areas.append((cell.row + shift, left, cell.last_row + shift, right))
    joined.rows += rows[skipped:]
    if len(joined.rows) * len(joined.xs) > MAX_CELLS:
        raise Refused(Problem.TOO_LARGE, f"trên {MAX_CELLS} ô")


def _titles_again(before: list[list[str]], rows: list[list[str]]) -> int:
    """How many rows at the top only repeat the first rows of the table."""
    count = 0
    for old, new in zip(before[:_TITLE_ROWS], rows, strict=False):
        if old != new or not any(new):
            break
        count += 1
    return count


def _is_rest(before: list[list[str]], row: list[str]) -> bool:
    """The rest of a row that the page has cut: no number in a table that numbers its rows, and either
    nothing but one cell that goes on, or a text that begins in the middle of a sentence."""
    filled = [column for column, text in enumerate(row) if text]
    if not before or not filled or row[0] or sum(is_ordinal(tidy(old[0])) for old in before) < _NUMBERED:
        return False
    text = row[filled[0]]
    if len(filled) == 1:
        return bool(before[-1][filled[0]]) and not text.isupper()
    return text[0].islower()


def _grid(number: int, table: _Joined) -> Grid:
    pages = _pages(list(range(table.first_page, table.last_page + 1)))
    width = len(table.xs) - 1
    lines = [Line(at, [tidy(text) for text in row]) for at, row in enumerate(table.rows, start=1)]
    mark_merged(lines, table.areas, width)
    return Grid(f"Bảng {number} ({pages})", width, lines, continues=True)


def _pages(numbers: list[int]) -> str:
    """ "trang 2", "trang 2–5", "trang 2, 4, 7" """
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"trang {numbers[0]}–{numbers[-1]}"
    return f"trang {', '.join(map(str, numbers[:20]))}"
