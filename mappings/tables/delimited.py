"""A CSV file as one grid: encoding by its mark or by what decodes, delimiter by the columns it makes."""

from __future__ import annotations

import codecs
import csv
from io import StringIO
from typing import Final

from mappings.tables.folding import tidy
from mappings.tables.found import Problem
from mappings.tables.grid import MAX_CELLS, MAX_COLUMNS, Grid, Line, squared
from mappings.tables.problems import Refused

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS: Final = "\t;,|"
_SAMPLE: Final = 20
MAX_PLAIN: Final = 10 * 1024 * 1024


def decode(data: bytes) -> str:
    """The text of a plain file: by its mark, else UTF-8, UTF-16 without a mark, Vietnamese Windows (1258).

    Raises `Refused` (UNREADABLE_TEXT) when none of them fits.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data, encoding)
    if b"\x00" in data[:4096]:
        return _decoded(data, "utf-16-le")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decoded(data, "cp1258")


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused(Problem.UNREADABLE_TEXT) from error


def read_delimited(data: bytes) -> Grid:
    """The whole file as one grid. Raises `Refused`: UNREADABLE_TEXT, TOO_LARGE, DAMAGED (endless field)."""
    text = decode(data)
    lines: list[Line] = []
    left = MAX_CELLS
    try:
        for number, cells in enumerate(
            csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text)), start=1
        ):
            left -= len(cells)
            if left < 0:
                raise Refused(Problem.TOO_LARGE, f"trên {MAX_CELLS} ô")
            if any(cells):
                lines.append(Line(number, [tidy(cell) for cell in cells[:MAX_COLUMNS]]))
    except csv.Error as error:
        raise Refused(Problem.DAMAGED) from error
    return Grid("", squared(lines), lines)


def _delimiter(text: str) -> str:
    """The one that cuts the first lines into most columns, counted only where a header could stand."""
    head = text.split("\n", _SAMPLE)[:_SAMPLE]
    return max(_DELIMITERS, key=lambda sign: max((line.count(sign) for line in head), default=0))
