"""Write laid-out tables as a DOCX file, and plain letters of paragraphs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document

from sandbox.province.specification import Block, Value

if TYPE_CHECKING:
    from docx.document import Document as Letter

_STAMP = (2026, 1, 5, 8, 0, 0)


def write_docx(blocks: Sequence[Block], opening: Sequence[str] = ()) -> bytes:
    """Return a text file with one table per block; `opening` are paragraphs before the first title."""
    letter = Document()
    for text in opening:
        letter.add_paragraph(text)
    for block in blocks:
        for title in block.titles:
            letter.add_paragraph(title)
        _table(letter, block)
        for footer in block.footers:
            letter.add_paragraph(footer)
    sink = BytesIO()
    letter.save(sink)
    return _frozen(sink.getvalue())


def _text(value: Value) -> str:
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return "" if value is None else str(value)


def _table(letter: Letter, block: Block) -> None:
    """Add one table: fill the cells that say something, then merge."""
    table = letter.add_table(rows=len(block.grid), cols=len(block.grid[0]), style="Table Grid")
    cells = [row.cells for row in table.rows]
    for line, values in zip(cells, block.grid, strict=True):
        for cell, value in zip(line, values, strict=True):
            if value is not None:
                cell.text = _text(value)
    for r1, c1, r2, c2 in block.merges:
        cells[r1][c1].merge(cells[r2][c2])


def _frozen(content: bytes) -> bytes:
    """Pack the archive again with one fixed time, since the library stamps each part with the clock."""
    sink = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(sink, "w", ZIP_DEFLATED) as target:
        for entry in source.infolist():
            part = ZipInfo(entry.filename, _STAMP)
            part.compress_type = ZIP_DEFLATED
            target.writestr(part, source.read(entry))
    return sink.getvalue()
