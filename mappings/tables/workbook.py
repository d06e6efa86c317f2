"""An XLSX workbook as grids, read in one pass over the sheet's XML (or its text, see `plainsheet.py`).

Not through a library: the fast one (calamine) makes a dense block of the used area, so
that one cell at XFD1048576 in a 5 kB attachment ends the whole process (`abort`, not an
exception), and neither it nor its rivals tell how a date is shown. Here cells stay
sparse, what is read is capped, and the number format is at hand.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from mappings.tables.archive import Archive
from mappings.tables.folding import is_tidy, tidy
from mappings.tables.found import Problem
from mappings.tables.grid import MAX_CELLS, MAX_COLUMNS, NO_DAYS, Area, Grid, Line, mark_merged, squared
from mappings.tables.numberformat import BUILTIN, shown_number
from mappings.tables.officexml import each, root_of
from mappings.tables.plainsheet import PlainSheet, plain_sheet, plain_strings
from mappings.tables.problems import Refused

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MAX_ROW: Final = 1_048_576
_BATCH: Final = 64


@dataclass(slots=True)
class Workbook:
    """Visible sheets as grids in the order of the tabs, the names of the hidden ones, all shared texts."""

    grids: list[Grid] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Setting:
    """What every sheet needs: shared strings, the number format of each style, the day zero."""

    strings: list[str]
    formats: list[str]
    since_1904: bool
    shown: dict[tuple[str, str], tuple[str, date | None]] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)
    left: int = MAX_CELLS

    def spend(self, cells: int) -> None:
        """Count cells of all sheets against the cap. Raises `Refused` (TOO_LARGE)."""
        self.left -= cells
        if self.left < 0:
            raise Refused(Problem.TOO_LARGE, f"trên {MAX_CELLS} ô")


def read_workbook(archive: Archive) -> Workbook:
    """All visible sheets. Raises `Refused` when the package is broken or a sheet is out of all proportion."""
    main = archive.main_part() or "xl/workbook.xml"
    book = root_of(archive.read(main))
    targets = _relations(archive, main)
    properties = book.find("{*}workbookPr")
    setting = _Setting(
        strings=_shared_strings(archive, targets),
        formats=_formats(archive, targets),
        since_1904=properties is not None and properties.get("date1904") in {"1", "true"},
    )
    result = Workbook(strings=setting.strings)
    for sheet in book.iterfind("{*}sheets/{*}sheet"):
        name = tidy(sheet.get("name") or "")
        target = targets.get(_relation_id(sheet), ("", ""))[1]
        if sheet.get("state") in {"hidden", "veryHidden"}:
            result.hidden.append(name)
        elif archive.has(target) and "chartsheet" not in target:
            result.grids.append(_sheet(name, archive.read(target), setting))
    return result


def _relation_id(sheet: Any) -> str:
    return next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")


def _relations(archive: Archive, main: str) -> dict[str, tuple[str, str]]:
    """Relation id → (type's last word, entry name); the parts outside the package are left out."""
    folder, _, file = main.rpartition("/")
    path = f"{folder}/_rels/{file}.rels".lstrip("/")
    found: dict[str, tuple[str, str]] = {}
    if archive.has(path):
        for relation in root_of(archive.read(path)):
            target = relation.get("Target") or ""
            if relation.get("TargetMode") != "External":
                entry = (
                    target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
                )
                found[relation.get("Id") or ""] = ((relation.get("Type") or "").rpartition("/")[2], entry)
    return found


def _part(archive: Archive, targets: dict[str, tuple[str, str]], kind: str) -> bytes:
    entry = next((entry for type_, entry in targets.values() if type_ == kind and archive.has(entry)), "")
    return archive.read(entry) if entry else b""


def _shared_strings(archive: Archive, targets: dict[str, tuple[str, str]]) -> list[str]:
    xml = _part(archive, targets, "sharedStrings")
    plain = plain_strings(xml)
    if plain is None:
        texts = [_text_of(item) for item in each(xml, "si")] if xml else []
    else:
        texts = [_unescaped(text) for text in plain] if b"_x" in xml else plain
    return [
        text for start in range(0, len(texts), _BATCH) for text in _all_tidy(texts[start : start + _BATCH])
    ]


def _all_tidy(texts: list[str]) -> list[str]:
    """Where all texts in one line are tidy, as nearly always, each of them is."""
    return texts if all(texts) and is_tidy(" ".join(texts)) else [tidy(text) for text in texts]


def _text_of(item: Any) -> str:
    """The runs of a string put together; the phonetic hints beside them are not text."""
    if len(item) == 1 and item[0].tag[-2:] == "}t":
        return _unescaped(item[0].text or "")
    parts: list[str] = []
    for child in item:
        tag = child.tag.rpartition("}")[2]
        if tag == "t":
            parts.append(child.text or "")
        elif tag == "r":
            parts.extend(run.text or "" for run in child if run.tag.endswith("}t"))
    return _unescaped("".join(parts))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _formats(archive: Archive, targets: dict[str, tuple[str, str]]) -> list[str]:
    """Number format of every cell style, by style index."""
    xml = _part(archive, targets, "styles")
    if not xml:
        return []
    root = root_of(xml)
    own = {
        format_.get("numFmtId"): format_.get("formatCode") or ""
        for format_ in root.iterfind("{*}numFmts/{*}numFmt")
    }
    return [_format_code(style.get("numFmtId") or "0", own) for style in root.iterfind("{*}cellXfs/{*}xf")]


def _format_code(number: str, own: dict[Any, str]) -> str:
    return own.get(number) or (BUILTIN.get(int(number), "") if number.isdigit() else "")


def _sheet(name: str, xml: bytes, setting: _Setting) -> Grid:
    plain = plain_sheet(xml)
    lines = _plain_lines(plain, setting) if plain is not None else None
    if plain is None or lines is None:
        lines, areas = _lines(xml, setting)
    else:
        areas = [area for reference in plain.areas if (area := _area(reference, setting))]
    width = squared(lines)
    mark_merged(lines, areas, width)
    return Grid(name, width, lines)


def _plain_lines(plain: PlainSheet, setting: _Setting) -> list[Line] | None:
    """The lines of a sheet told by its cells alone, None when they are out of order."""
    lines: list[Line] = []
    cells: list[str] = []
    last, number = "", 0
    known, strings = setting.columns, setting.strings
    for letters, row, style, kind, value in plain.cells:
        if not value:
            continue
        day = None
        if kind == "s":
            text = strings[int(value)] if value.isdecimal() and int(value) < len(strings) else ""
        else:
            text, day = _typed(kind or "n", value, style or "0", setting)
        column = known.get(letters, -2)
        if column == -2:
            column = _column(letters, setting)
        if not text or not 0 <= column < MAX_COLUMNS:
            continue
        if row != last:
            if not number < int(row) <= _MAX_ROW:
                return None
            cells, last, number = [], row, int(row)
            lines.append(Line(number, cells))
        if column >= len(cells):
            setting.spend(column + 1 - len(cells))
            cells.extend([""] * (column + 1 - len(cells)))
        cells[column] = text
        if day is not None:
            lines[-1].days = {**lines[-1].days, column: day}
    return lines


def _lines(xml: bytes, setting: _Setting) -> tuple[list[Line], list[Area]]:
    """The lines of any sheet, and its merged areas."""
    lines: list[Line] = []
    areas: list[Area] = []
    number = 0
    for element in each(xml, "row", "mergeCell"):
        if element.tag.endswith("}mergeCell"):
            area = _area(element.get("ref") or "", setting)
            areas.extend([area] if area else [])
            continue
        given = element.get("r") or ""
        number = int(given) if given.isdigit() and len(given) < 8 else number + 1
        line = _line(number, element, setting)
        if line is not None and number <= _MAX_ROW:
            lines.append(line)
    return lines, areas


def _line(number: int, row: Any, setting: _Setting) -> Line | None:
    cells: list[str] = []
    days: dict[int, date] = {}
    column = -1
    for cell in row:
        letters = (cell.get("r") or "").rstrip("0123456789")
        column = (setting.columns.get(letters) or _column(letters, setting)) if letters else column + 1
        text, day = _cell(cell, setting)
        if not text or not 0 <= column < MAX_COLUMNS:
            continue
        if column >= len(cells):
            cells.extend([""] * (column + 1 - len(cells)))
        cells[column] = text
        if day is not None:
            days[column] = day
    setting.spend(len(cells))
    return Line(number, cells, days=days or NO_DAYS) if cells else None


def _cell(cell: Any, setting: _Setting) -> tuple[str, date | None]:
    value = ""
    for child in cell:
        tag = child.tag
        if tag[-2:] == "}v":
            value = child.text or ""
        elif tag[-3:] == "}is":
            return tidy(_text_of(child)), None
    return _typed(cell.get("t") or "n", value, cell.get("s") or "0", setting) if value else ("", None)


def _typed(kind: str, value: str, style: str, setting: _Setting) -> tuple[str, date | None]:
    """Shown text and day of a stored value of this type ("n" a number) in this style."""
    if kind == "n":
        key = (value, style)
        return setting.shown.get(key) or _number(key, setting)
    if kind == "s":
        index = int(value) if value.isdecimal() else -1
        return (setting.strings[index] if 0 <= index < len(setting.strings) else ""), None
    if kind == "b":
        return ("TRUE" if value == "1" else "FALSE"), None
    return _iso_day(value) if kind == "d" else (tidy(_unescaped(value)), None)


def _number(key: tuple[str, str], setting: _Setting) -> tuple[str, date | None]:
    """Shown text and day of a (value, style); the same number in the same style is worked out once."""
    value, style = key
    index = int(style) if style.isdecimal() else 0
    code = setting.formats[index] if index < len(setting.formats) else ""
    try:
        shown = shown_number(float(value), code, since_1904=setting.since_1904)
    except (ValueError, OverflowError):
        shown = (tidy(value), None)
    setting.shown[key] = shown
    return shown


def _iso_day(value: str) -> tuple[str, date | None]:
    try:
        day = datetime.fromisoformat(value).date()
    except ValueError:
        return tidy(value), None
    return f"{day:%d/%m/%Y}", day


def _column(letters: str, setting: _Setting) -> int:
    """Column index from 0; -1 for what is no column name."""
    known = setting.columns.get(letters)
    if known is None:
        known = 0
        valid = len(letters) <= 3 and letters.isascii() and letters.isalpha()
        for letter in letters if valid else "":
            known = known * 26 + ord(letter.upper()) - 64
        known -= 1
        setting.columns[letters] = known
    return known


def _area(reference: str, setting: _Setting) -> Area | None:
    found = _REFERENCE.findall(reference)
    if len(found) != 2:
        return None
    (first_letters, first), (last_letters, last) = found
    return int(first), _column(first_letters, setting), int(last), _column(last_letters, setting)
