"""The tables of a web page as grids: a document page of the system, or "Excel" written by a web program.

Parsed without network, scripts and styles are dropped, what is hidden is not read. Cells
that cover several rows or columns are laid out the way a browser lays them out.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from mappings.tables.delimited import decode
from mappings.tables.folding import tidy
from mappings.tables.found import Problem
from mappings.tables.grid import MAX_CELLS, MAX_COLUMNS, Area, Grid, Line, mark_merged, squared
from mappings.tables.nesting import is_assignment_table
from mappings.tables.officexml import refuse_crowd
from mappings.tables.problems import Refused

_DECLARED = re.compile(
    rb"<meta[^<>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,30})|"
    rb"<\?xml[^<>]{0,80}encoding=[\"']([\w-]+)",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_DROPPED: Final = frozenset(
    {"script", "style", "head", "template", "noscript", "del", "select", "textarea", "object"}
)
_BLOCKS: Final = frozenset(
    {
        "p",
        "div",
        "li",
        "ul",
        "ol",
        "table",
        "tr",
        "blockquote",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "dt",
        "dd",
    }
)
_KNOWN: Final = {"utf-8", "utf-16", "cp1258", "cp1252", "iso8859-1", "ascii"}
_DEEPEST: Final = 200
_LITTLE_TEXT: Final = 400


@dataclass(slots=True)
class _Cell:
    row: int
    column: int
    rows: int
    columns: int
    element: Any
    text: str = ""


@dataclass(slots=True)
class Page:
    """Grids in the order of the page, and whether it shows a picture and hardly any text."""

    grids: list[Grid] = field(default_factory=list)
    is_picture: bool = False


def page_text(data: bytes) -> str:
    """The page's characters: by its mark, by what it declares, else as any plain text.

    Raises `Refused` (UNREADABLE_TEXT). A declared encoding that does not fit is not believed:
    programs write "utf-8" over text of the old Vietnamese code page.
    """
    found = _DECLARED.search(data[:4096])
    name = (found[1] or found[2]).decode("ascii", "replace") if found else ""
    try:
        encoding = codecs.lookup(name).name if name else ""
        if encoding in _KNOWN and not data.startswith(
            (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
        ):
            return data.decode(encoding)
    except (LookupError, UnicodeDecodeError):
        pass
    return decode(data)


def read_page(data: bytes) -> Page:
    """Every table of the page. Raises `Refused`: TOO_LARGE, UNREADABLE_TEXT, DAMAGED (no markup at all)."""
    import lxml.etree as etree  # noqa: PLR0402 (typed only this way)

    refuse_crowd(data.replace(b"\x00", b""))
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(page_text(data).encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused(Problem.DAMAGED) from error
    if root is None:
        raise Refused(Problem.DAMAGED)
    reader = _Reader()
    grids = reader.all_tables(root)
    shown = reader.text(root, ()) if next(root.iter("img"), None) is not None else None
    return Page(grids, shown is not None and len(shown) < _LITTLE_TEXT)


class _Reader:
    """Lays out tables within one budget of cells and text, since nested ones are looked at again."""

    def __init__(self) -> None:
        self._left = MAX_CELLS

    def all_tables(self, root: Any) -> list[Grid]:
        tables = [table for table in root.iter("table") if not _is_unseen(table)]
        grids: dict[Any, Grid] = {}
        own: dict[Any, bool] = {}
        for index in range(len(tables) - 1, -1, -1):  # inner tables stand behind the one around them
            table = tables[index]
            inside = next(table.iterancestors("table"), None) is not None
            apart = {inner for inner in table.iter("table") if own.get(inner)}
            grids[table] = self._grid(table, f"Bảng {index + 1}", apart)
            own[table] = inside and is_assignment_table(grids[table])
        return [
            grids[table] for table in tables if own[table] or next(table.iterancestors("table"), None) is None
        ]

    def _grid(self, table: Any, name: str, apart: set[Any]) -> Grid:
        cells, count = self._laid_out(table)
        lines = [Line(number, []) for number in range(1, count + 1)]
        areas: list[Area] = []
        for cell in cells:
            line = lines[cell.row].cells
            line.extend([""] * (cell.column + cell.columns - len(line)))
            line[cell.column] = tidy(self.text(cell.element, apart))
            if cell.rows > 1 or cell.columns > 1:
                last = min(count, cell.row + cell.rows)
                areas.append((cell.row + 1, cell.column, last, cell.column + cell.columns - 1))
        width = squared(lines)
        mark_merged(lines, areas, width)
        return Grid(name, width, lines)

    def _laid_out(self, table: Any) -> tuple[list[_Cell], int]:
        """Cells with their places; a row begins at the first column that no cell above still covers."""
        cells: list[_Cell] = []
        covered: dict[int, int] = {}  # column → first row that is free again
        row = -1
        for row, element in enumerate(_rows(table)):
            column = 0
            for child in element:
                if child.tag not in {"td", "th"} or _is_hidden(child):
                    continue
                while covered.get(column, 0) > row:
                    column += 1
                if column >= MAX_COLUMNS:
                    break
                rows, columns = (
                    _span(child, "rowspan", 65_534),
                    min(_span(child, "colspan", 1000), MAX_COLUMNS - column),
                )
                cells.append(_Cell(row, column, rows, columns, child))
                self._spend(columns)
                covered.update(dict.fromkeys(range(column, column + columns), row + rows))
                column += columns
        return cells, row + 1

    def text(self, element: Any, apart: Any) -> str:
        """What a browser shows in this element, without tables that are read on their own."""
        parts: list[str] = []
        self._say(element, apart, parts, 0)
        return "".join(parts)

    def _say(self, element: Any, apart: Any, parts: list[str], depth: int) -> None:
        if depth > _DEEPEST:
            raise Refused(Problem.DAMAGED)
        self._spend(1 + len(element.text or "") // 64)
        if element.text:
            parts.append(_SPACE.sub(" ", element.text))
        for child in element:
            tag = child.tag
            if not (tag in _DROPPED or child in apart or _is_hidden(child)):
                if tag == "br":
                    parts.append("\v")
                block = "\n" if tag in _BLOCKS else " " if tag in {"td", "th"} else ""
                parts.append(block)
                self._say(child, apart, parts, depth + 1)
                parts.append(block)
            if child.tail:
                parts.append(_SPACE.sub(" ", child.tail))

    def _spend(self, work: int) -> None:
        self._left -= work
        if self._left < 0:
            raise Refused(Problem.TOO_LARGE, f"trên {MAX_CELLS} ô")


def _rows(table: Any) -> Iterator[Any]:
    """The rows of this table itself; a browser shows the foot last, wherever it is written."""
    feet: list[Any] = []
    for child in table:
        if child.tag == "tr":
            yield from () if _is_hidden(child) else (child,)
        elif child.tag in {"thead", "tbody"} and not _is_hidden(child):
            yield from (row for row in child if row.tag == "tr" and not _is_hidden(row))
        elif child.tag == "tfoot" and not _is_hidden(child):
            feet.extend(row for row in child if row.tag == "tr" and not _is_hidden(row))
    yield from feet


def _span(cell: Any, name: str, most: int) -> int:
    """How many rows or columns a cell covers; 0 rows means all the rest."""
    value = (cell.get(name) or "").strip()
    if not value.isdecimal() or len(value) > 9:
        return 1
    number = int(value)
    return most if number == 0 and name == "rowspan" else max(1, min(most, number))


def _is_hidden(element: Any) -> bool:
    return element.get("hidden") is not None or _HIDDEN.search(element.get("style") or "") is not None


def _is_unseen(element: Any) -> bool:
    return any(_is_hidden(one) or one.tag in _DROPPED for one in (element, *element.iterancestors()))
