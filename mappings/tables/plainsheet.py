"""A sheet or the shared strings of a workbook, read without a tree where they are written the usual way.

Excel, LibreOffice and the libraries all write the same few shapes of a cell, and a pattern
reads these in a third of the time. It is all or nothing: one cell, one string of another
shape (a formula, a formatted run, a comment), and the answer is None; then the part is
read as XML, with everything that XML may be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import Final

_CELL = re.compile(
    r'<c r="([A-Z]{1,3})(\d{1,7})"(?: s="(\d{1,5})")?(?: t="(s|n|b)")?(?:/>|>(?:<v>([^<&]*)</v>)?</c>)'
)
_STRING = re.compile(r'<si><t(?: xml:space="preserve")?>([^<]*)</t></si>')
_AREA = re.compile(r'<mergeCell ref="([A-Z0-9$:]{3,24})"/>')
_LONGEST: Final = 1024 * 1024  # above this the list of cells would cost more memory than the time is worth
PlainCell = tuple[str, str, str, str, str]
"""Letters of the column, number of the row, style, type ("s": shared string), value; "" for what is not written."""


@dataclass(frozen=True, slots=True)
class PlainSheet:
    """Cells in the order of the file and merged areas ("A1:C1")."""

    cells: list[PlainCell]
    areas: list[str]


def plain_sheet(xml: bytes) -> PlainSheet | None:
    """The cells of a sheet's XML, None when any of it is written in another way."""
    text = _text(xml, "</worksheet>")
    begin, end = text.find("<sheetData>"), text.find("</sheetData>")
    if not 0 < begin < end:
        return None
    cells: list[PlainCell] = _CELL.findall(text, begin, end)
    areas: list[str] = _AREA.findall(text, end)
    usual = len(cells) == text.count("<c", begin, end) and len(areas) == text.count("<mergeCell ", end)
    return PlainSheet(cells, areas) if usual else None


def plain_strings(xml: bytes) -> list[str] | None:
    """The shared strings of a workbook as written, None when any of them is more than a text."""
    text = _text(xml, "</sst>")
    begin = text.find("<si>")
    if begin < 0:
        return None
    found: list[str] = _STRING.findall(text, begin)
    if len(found) != text.count("<si", begin):
        return None
    return [unescape(one) for one in found] if "&" in text[begin:] else found


def _text(xml: bytes, ending: str) -> str:
    """The XML as text, "" when it is long, in another encoding, unfinished, or holds a comment or a CDATA section."""
    if (
        len(xml) > _LONGEST
        or b"\x00" in xml
        or b"<!" in xml
        or b"encoding=" in xml[:200].replace(b'encoding="UTF-8"', b"")
    ):
        return ""
    try:
        text = xml.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""
    return text if text.rstrip().endswith(ending) else ""
