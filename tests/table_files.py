"""Files for the tests of the table reader, written part by part so that a test shows what is in them.

The Word package is written as raw XML (the reader under test may not be judged by a
library that reads like it); workbooks come from xlsxwriter and xlwt.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter
import xlwt  # type: ignore[import-untyped, unused-ignore]

_xlwt: Any = xlwt  # the library has no types at all
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
Area = tuple[int, int, int, int]
Cells = Sequence[Any]


@dataclass(frozen=True)
class Shown:
    """A native number or date of a workbook with the format it is shown in."""

    value: float | date
    code: str


@dataclass
class Sheet:
    """Rows of str, number, date (with `Shown`) or None; `merged` areas 0-based, ends included."""

    rows: Sequence[Cells]
    merged: Sequence[Area] = ()
    name: str = "Bảng 1"
    hidden: bool = False
    header: str = ""


@dataclass(frozen=True)
class Cell:
    """One w:tc. `down` is "restart" or "continue" for a vertical merge; `xml` replaces the paragraphs."""

    text: str = ""
    span: int = 1
    down: str = ""
    xml: str = ""


@dataclass
class Table:
    """Rows of str or `Cell`; `row_marks` puts XML into a row's w:trPr."""

    rows: Sequence[Cells]
    row_marks: Mapping[int, str] = field(default_factory=dict)


def xlsx_of(*sheets: Sheet) -> bytes:
    """A workbook with these sheets."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    formats: dict[str, Any] = {}
    for number, sheet in enumerate(sheets, start=1):
        page = book.add_worksheet(sheet.name if number == 1 or sheet.name != "Bảng 1" else f"Bảng {number}")
        if sheet.hidden:
            page.hide()
        if sheet.header:
            page.set_header(sheet.header)
        for row, column, value, code in _values(sheet.rows):
            shape = formats.setdefault(code, book.add_format({"num_format": code})) if code else None
            _write(page, row, column, value, shape)
        for first, left, last, right in sheet.merged:
            value = sheet.rows[first][left] or ""
            page.merge_range(first, left, last, right, "")
            _write(page, first, left, value.value if isinstance(value, Shown) else value, None)
    book.close()
    return target.getvalue()


def _values(rows: Sequence[Cells]) -> list[tuple[int, int, Any, str]]:
    found = []
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            if isinstance(value, Shown):
                found.append((row, column, value.value, value.code))
            elif value is not None and value != "":
                found.append((row, column, value, ""))
    return found


def _write(page: Any, row: int, column: int, value: Any, shape: Any) -> None:
    if isinstance(value, date):
        page.write_datetime(row, column, datetime(value.year, value.month, value.day), shape)
    elif isinstance(value, int | float):
        page.write_number(row, column, value, shape)
    else:
        page.write_string(row, column, value, shape)


def xls_of(*sheets: Sheet) -> bytes:
    """The same as an Excel 97 file."""
    book = _xlwt.Workbook()
    for number, sheet in enumerate(sheets, start=1):
        page = book.add_sheet(sheet.name if number == 1 or sheet.name != "Bảng 1" else f"Bảng {number}")
        page.visibility = int(sheet.hidden)
        page.header_str = sheet.header.encode()
        starts = {(first, left): (last, right) for first, left, last, right in sheet.merged}
        for row, column, value, code in _values(sheet.rows):
            style = _xlwt.easyxf(num_format_str=code) if code else _xlwt.Style.default_style
            if (row, column) in starts:
                last, right = starts[row, column]
                page.write_merge(row, last, column, right, value, style)
            else:
                page.write(row, column, value, style)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def docx_of(*blocks: Table | str, parts: Mapping[str, str | bytes] | None = None) -> bytes:
    """A Word file of tables and paragraphs; `parts` adds or replaces entries of the package."""
    body = "".join(paragraph(block) if isinstance(block, str) else table_xml(block) for block in blocks)
    return package_of(
        {
            "word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
            **(parts or {}),
        }
    )


def package_of(parts: Mapping[str, str | bytes], *, main: str = "word/document.xml") -> bytes:
    """An Office package with these parts; types and the main relation are added unless given."""
    kind = "wordprocessingml.document" if main.startswith("word/") else "spreadsheetml.sheet"
    types = (
        f'<Types xmlns="{_TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{main}" '
        f'ContentType="application/vnd.openxmlformats-officedocument.{kind}.main+xml"/></Types>'
    )
    relations = (
        f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="{main}"/></Relationships>'
    )
    return zip_of({"[Content_Types].xml": types, "_rels/.rels": relations, **parts})


def zip_of(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip of these entries, compressed."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    """The entries of a package, to be changed and packed again."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def paragraph(text: str) -> str:
    """One w:p; a line break inside is a w:br."""
    runs = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\v"))
    return f"<w:p><w:r>{runs}</w:r></w:p>"


def table_xml(table: Table) -> str:
    """A w:tbl; "\\n" in a text makes paragraphs, "\\v" line breaks."""
    rows = []
    for number, cells in enumerate(table.rows):
        mark = table.row_marks.get(number, "")
        properties = f"<w:trPr>{mark}</w:trPr>" if mark else ""
        rows.append(f"<w:tr>{properties}{''.join(map(_cell_xml, cells))}</w:tr>")
    return f"<w:tbl>{''.join(rows)}</w:tbl><w:p/>"


def _cell_xml(cell: str | Cell | None) -> str:
    given = cell if isinstance(cell, Cell) else Cell(cell or "")
    span = f'<w:gridSpan w:val="{given.span}"/>' if given.span > 1 else ""
    down = {"restart": '<w:vMerge w:val="restart"/>', "continue": "<w:vMerge/>"}.get(given.down, "")
    content = given.xml or "".join(paragraph(line) for line in given.text.split("\n"))
    return f"<w:tc><w:tcPr>{span}{down}</w:tcPr>{content}</w:tc>"


def grid_as_table(rows: Sequence[Cells], merged: Sequence[Area] = ()) -> Table:
    """The rows of a sheet as a Word table, merged areas as spans and vertical merges."""
    covers = {(first, left): (last, right) for first, left, last, right in merged}
    inside = {
        (row, column): (row > first, column > left)
        for (first, left), (last, right) in covers.items()
        for row in range(first, last + 1)
        for column in range(left, right + 1)
    }
    made = []
    for row, cells in enumerate(rows):
        line: list[Cell] = []
        for column, value in enumerate(cells):
            below, beside = inside.get((row, column), (False, False))
            if beside:
                continue
            area = covers.get((row, column))
            spans = next(
                (c for (r, c0), (_, c) in covers.items() if c0 == column and r <= row <= covers[r, c0][0]),
                column,
            )
            down = "continue" if below else "restart" if area and area[0] > row else ""
            line.append(Cell(str(value or ""), span=spans - column + 1, down=down))
        made.append(line)
    return Table(made)
