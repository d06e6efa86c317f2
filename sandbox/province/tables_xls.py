"""Write laid-out sheets in the old binary Excel format, which many communes still use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any

import xlwt  # type: ignore[import-untyped, unused-ignore]

from sandbox.province.specification import Block

_xlwt: Any = xlwt  # the library has no types at all


def write_xls(blocks: Sequence[Block]) -> bytes:
    """Return the workbook; the order of the sheets is that of `blocks`."""
    book = _xlwt.Workbook(encoding="utf-8")
    styles = {
        "title": _xlwt.easyxf("font: bold on; align: horiz center, wrap on"),
        "head": _xlwt.easyxf("font: bold on; align: horiz center, vert center, wrap on"),
        "cell": _xlwt.easyxf("align: vert center, wrap on"),
        "date": _xlwt.easyxf("align: vert center", num_format_str="DD/MM/YYYY"),
    }
    for block in blocks:
        _sheet(book, block, styles)
    sink = BytesIO()
    book.save(sink)
    return sink.getvalue()


def _sheet(book: Any, block: Block, styles: dict[str, Any]) -> None:
    """Write one sheet: merged titles, an empty line, the grid, then closing lines."""
    sheet = book.add_sheet(block.name)
    sheet.visibility = 1 if block.hidden else 0
    width = len(block.grid[0])
    for line, title in enumerate(block.titles):
        sheet.write_merge(line, line, 0, width - 1, title, styles["title"])
    top = len(block.titles) + 1
    anchors = {(r1, c1): (r2, c2) for r1, c1, r2, c2 in block.merges}
    for i, line_of_cells in enumerate(block.grid):
        for j, value in enumerate(line_of_cells):
            style = styles["head" if i < block.header_rows else "date" if isinstance(value, date) else "cell"]
            if (i, j) in anchors:
                last_row, last_column = anchors[i, j]
                sheet.write_merge(top + i, top + last_row, j, last_column, value, style)
            elif value is not None:
                sheet.write(top + i, j, value, style)
    for i, footer in enumerate(block.footers):
        column = 1 if i < block.left_footers else 3
        sheet.write(top + len(block.grid) + 1 + i, column, footer)
