"""OpenDocument files for the tests, written part by part as LibreOffice lays them out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from tests.table_files import zip_of

_SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (
        ("office", "office"),
        ("table", "table"),
        ("text", "text"),
        ("style", "style"),
        ("draw", "drawing"),
        ("svg", "svg-compatible"),
    )
)
SHEET = "application/vnd.oasis.opendocument.spreadsheet"
WRITER = "application/vnd.oasis.opendocument.text"
OpenCell = str | tuple[str, Mapping[str, str]]


def cell_xml(cell: OpenCell) -> str:
    """A text, or ready XML of the inside with the cell's attributes; "\\n" makes paragraphs."""
    if isinstance(cell, str):
        kind = ' office:value-type="string"' if cell else ""
        paragraphs = "".join(f"<text:p>{escape(line)}</text:p>" for line in cell.split("\n")) if cell else ""
        return f"<table:table-cell{kind}>{paragraphs}</table:table-cell>"
    inside, attributes = cell
    given = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    return f"<table:table-cell{given}>{inside}</table:table-cell>"


def covered(count: int = 1) -> OpenCell:
    """The place of a cell that a merged one covers."""
    return ("", {"table:covered": str(count)})


def row_xml(cells: Sequence[OpenCell], repeated: int = 1) -> str:
    """A row; covered places become cells of their own kind."""
    parts = []
    for cell in cells:
        if isinstance(cell, tuple) and "table:covered" in cell[1]:
            count = cell[1]["table:covered"]
            parts.append(f'<table:covered-table-cell table:number-columns-repeated="{count}"/>')
        else:
            parts.append(cell_xml(cell))
    again = f' table:number-rows-repeated="{repeated}"' if repeated > 1 else ""
    return f"<table:table-row{again}>{''.join(parts)}</table:table-row>"


def sheet_xml(
    rows: Sequence[Sequence[OpenCell]], name: str = "Bảng 1", *, style: str = "", inside: str = ""
) -> str:
    """A table of these rows; `inside` is more XML behind them."""
    look = f' table:style-name="{style}"' if style else ""
    body = "".join(row_xml(row) for row in rows)
    return f'<table:table table:name="{name}"{look}>{body}{inside}</table:table>'


def ods_of(*tables: str, parts: Mapping[str, str | bytes] | None = None, styles: str = "") -> bytes:
    """A Calc file of these tables."""
    return _package(SHEET, f"<office:spreadsheet>{''.join(tables)}</office:spreadsheet>", parts, styles)


def odt_of(*blocks: str, parts: Mapping[str, str | bytes] | None = None) -> bytes:
    """A Writer file of these blocks of XML."""
    return _package(WRITER, f"<office:text>{''.join(blocks)}</office:text>", parts, "")


def _package(kind: str, body: str, parts: Mapping[str, str | bytes] | None, styles: str) -> bytes:
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_SPACES}><office:automatic-styles>'
        f"{styles}</office:automatic-styles><office:body>{body}</office:body></office:document-content>"
    )
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return zip_of(
        {"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest, **(parts or {})}
    )
