"""Write laid-out sheets as an XLSX workbook, byte for byte the same each time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter  # type: ignore[import-untyped, unused-ignore]

from sandbox.province.specification import Block

# The properties of a workbook carry a time; a fixed one keeps the bytes fixed.
_CREATED = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
_WIDTHS = (8, 52, 26, 30, 22, 24, 22)


def write_xlsx(blocks: Sequence[Block]) -> bytes:
    """Return the workbook; the order of the sheets is that of `blocks`."""
    sink = BytesIO()
    book = xlsxwriter.Workbook(sink, {"in_memory": True})
    book.set_properties({"created": _CREATED, "author": "Văn phòng UBND tỉnh Sông Lam"})
    wrapped = {"text_wrap": True, "valign": "vcenter", "border": 1}
    formats = {
        "title": book.add_format({"bold": True, "align": "center", "text_wrap": True}),
        "head": book.add_format({**wrapped, "bold": True, "align": "center"}),
        "cell": book.add_format(wrapped),
        "date": book.add_format({**wrapped, "num_format": "dd/mm/yyyy"}),
    }
    for block in blocks:
        _sheet(book, block, formats)
    book.close()
    return sink.getvalue()


def _sheet(book: Any, block: Block, formats: dict[str, Any]) -> None:
    """Write one sheet: merged titles, an empty line, the grid, then closing lines far to the right."""
    sheet = book.add_worksheet(block.name)
    if block.hidden:
        sheet.hide()
    width = len(block.grid[0])
    for column, chars in zip(range(width), _WIDTHS, strict=False):
        sheet.set_column(column, column, chars)
    for line, title in enumerate(block.titles):
        sheet.merge_range(line, 0, line, width - 1, title, formats["title"])
    top = len(block.titles) + 1
    for i, line_of_cells in enumerate(block.grid):
        kind = "head" if i < block.header_rows else "cell"
        for j, value in enumerate(line_of_cells):
            if isinstance(value, date):
                sheet.write_datetime(top + i, j, value, formats["date"])
            elif value is not None:
                sheet.write(top + i, j, value, formats[kind])
    for r1, c1, r2, c2 in block.merges:
        kind = "head" if r1 < block.header_rows else "cell"
        value = block.grid[r1][c1]
        sheet.merge_range(top + r1, c1, top + r2, c2, "" if value is None else value, formats[kind])
    for i, footer in enumerate(block.footers):
        column = 1 if i < block.left_footers else 3
        sheet.write(top + len(block.grid) + 1 + i, column, footer)
