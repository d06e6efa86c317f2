"""An XLS workbook (BIFF8, Excel 97–2003) as grids: the records that hold texts, numbers and merges.

Read here for the reason given in `workbook.py`: a single changed byte in such a file makes
the library allocate 100 GB and ends the process. Every count is checked against the bytes
that are there; what does not fit is `Refused` as damaged.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from mappings.tables.folding import tidy
from mappings.tables.found import Problem
from mappings.tables.grid import MAX_CELLS, MAX_COLUMNS, NO_DAYS, Area, Grid, Line, mark_merged
from mappings.tables.numberformat import BUILTIN, shown_number
from mappings.tables.problems import Refused
from mappings.tables.workbook import Workbook

_BOF, _EOF, _CONTINUE, _FILEPASS = 0x809, 0x0A, 0x3C, 0x2F
_BOUNDSHEET, _DATEMODE, _FORMAT, _XF, _SST = 0x85, 0x22, 0x41E, 0xE0, 0xFC
_LABELSST, _LABEL, _NUMBER, _RK, _MULRK = 0xFD, 0x204, 0x203, 0x27E, 0xBD
_FORMULA, _STRING, _BOOLERR, _MERGED = 0x06, 0x207, 0x205, 0xE5
_PAGE_HEADER, _PAGE_FOOTER, _TEXT_BOX = 0x14, 0x15, 0x1B6
_BIFF8: Final = 0x600
_ERRORS: Final = {
    0: "#NULL!",
    7: "#DIV/0!",
    15: "#VALUE!",
    23: "#REF!",
    29: "#NAME?",
    36: "#NUM!",
    42: "#N/A",
}
_Cell = tuple[str, date | None]


@dataclass(slots=True)
class _Globals:
    sheets: list[tuple[int, int, str]] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)
    styles: list[int] = field(default_factory=list)
    formats: dict[int, str] = field(default_factory=dict)
    since_1904: bool = False
    left: int = MAX_CELLS

    def spend(self, cells: int) -> None:
        """Count cells of all sheets against the cap. Raises `Refused` (TOO_LARGE)."""
        self.left -= cells
        if self.left < 0:
            raise Refused(Problem.TOO_LARGE, f"trên {MAX_CELLS} ô")

    def number(self, value: float, style: int) -> _Cell:
        """Shown text and day of a number in a cell style."""
        key = self.styles[style] if style < len(self.styles) else 0
        code = self.formats.get(key) or BUILTIN.get(key, "")
        try:
            return shown_number(value, code, since_1904=self.since_1904)
        except (ValueError, OverflowError):
            return "", None


def read_old_workbook(stream: bytes) -> Workbook:
    """Visible sheets of a workbook stream, and the texts of all of it (page headers and text boxes too).

    Raises `Refused`: ENCRYPTED, UNSUPPORTED (older than 97), TOO_LARGE, DAMAGED.
    """
    try:
        return _read(stream)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise Refused(Problem.DAMAGED) from error


def _read(stream: bytes) -> Workbook:
    if struct.unpack_from("<HHH", stream)[0] != _BOF:
        raise Refused(Problem.DAMAGED)
    if struct.unpack_from("<HHH", stream)[2] != _BIFF8:
        raise Refused(Problem.UNSUPPORTED, "tệp Excel trước năm 1997")
    known = _globals(stream)
    book = Workbook()
    for place, state, name in known.sheets:
        grid = _sheet(name, stream, place, known)
        if state & 3:
            book.hidden.append(name)
        else:
            book.grids.append(grid)
    book.strings = [*known.spoken, *known.strings]
    return book


def _records(stream: bytes, place: int) -> Iterator[tuple[int, list[bytes]]]:
    """(type, chunks) from a BOF to its EOF; a record's continuations are chunks of its own list."""
    pending: tuple[int, list[bytes]] | None = None
    depth = 0
    while place + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, place)
        body = stream[place + 4 : place + 4 + size]
        place += 4 + size
        if kind == _CONTINUE and pending:
            pending[1].append(body)
            continue
        if pending and depth == 1:
            yield pending
        depth += (kind == _BOF) - (kind == _EOF)
        if depth < 1:
            return
        pending = (kind, [body])
    raise Refused(Problem.DAMAGED)


def _globals(stream: bytes) -> _Globals:
    known = _Globals()
    for kind, chunks in _records(stream, 0):
        body = chunks[0]
        if kind == _FILEPASS:
            raise Refused(Problem.ENCRYPTED)
        if kind == _BOUNDSHEET:
            place, state, type_ = struct.unpack_from("<IBB", body)
            if type_ == 0:
                known.sheets.append((place, state, tidy(_text(body, 7, body[6]))))
        elif kind == _DATEMODE:
            known.since_1904 = body[0] == 1
        elif kind == _FORMAT:
            number, length = struct.unpack_from("<HH", body)
            known.formats[number] = _text(body, 4, length)
        elif kind == _XF:
            known.styles.append(struct.unpack_from("<H", body, 2)[0])
        elif kind == _SST:
            known.strings = _shared_strings(chunks)
    return known


def _text(body: bytes, place: int, length: int) -> str:
    """A short string: a flag byte, then `length` characters of one or two bytes."""
    if body[place] & 1:
        return body[place + 1 : place + 1 + 2 * length].decode("utf-16-le", "replace")
    return body[place + 1 : place + 1 + length].decode("latin-1")


class _Chunks:
    """A record cut into pieces, read as one; a piece that begins inside a text restates its width."""

    def __init__(self, chunks: list[bytes], place: int) -> None:
        self._chunks = chunks
        self._index = 0
        self._place = place

    def take(self, size: int) -> bytes:
        parts: list[bytes] = []
        while size:
            self._advance()
            part = self._chunks[self._index][self._place : self._place + size]
            self._place += len(part)
            size -= len(part)
            parts.append(part)
        return b"".join(parts)

    def text(self, length: int, *, wide: bool) -> str:
        parts: list[str] = []
        while length:
            if self._place >= len(self._chunks[self._index]):
                self._advance()
                wide = bool(self.take(1)[0] & 1)
            chunk = self._chunks[self._index]
            width = 2 if wide else 1
            count = min(length, (len(chunk) - self._place) // width)
            if count == 0:
                raise Refused(Problem.DAMAGED)
            raw = chunk[self._place : self._place + count * width]
            parts.append(raw.decode("utf-16-le", "replace") if wide else raw.decode("latin-1"))
            self._place += count * width
            length -= count
        return "".join(parts)

    def _advance(self) -> None:
        while self._place >= len(self._chunks[self._index]):
            self._index += 1
            self._place = 0


def _shared_strings(chunks: list[bytes]) -> list[str]:
    count = struct.unpack_from("<I", chunks[0], 4)[0]
    if count > sum(map(len, chunks)) // 3 + 1:
        raise Refused(Problem.DAMAGED)
    source = _Chunks(chunks, 8)
    return [tidy(_shared_string(source)) for _ in range(count)]


def _shared_string(source: _Chunks) -> str:
    length, flags = struct.unpack("<HB", source.take(3))
    runs = struct.unpack("<H", source.take(2))[0] if flags & 8 else 0
    extra = struct.unpack("<I", source.take(4))[0] if flags & 4 else 0
    text = source.text(length, wide=bool(flags & 1))
    source.take(4 * runs)
    source.take(extra)
    return text


def _sheet(name: str, stream: bytes, place: int, known: _Globals) -> Grid:
    rows: dict[int, dict[int, _Cell]] = {}
    areas: list[Area] = []
    waiting: tuple[int, int] | None = None
    for kind, chunks in _records(stream, place):
        body = chunks[0]
        if kind == _STRING and waiting:
            text = tidy(_text(body, 2, struct.unpack_from("<H", body)[0]))
            rows.setdefault(waiting[0], {})[waiting[1]] = (text, None)
            known.spoken.append(text)
            waiting = None
        elif kind == _MERGED:
            areas.extend(_areas(body))
        elif kind in {_PAGE_HEADER, _PAGE_FOOTER, _TEXT_BOX}:
            known.spoken.append(_aside(kind, chunks))
        else:
            for row, column, cell in _cells(kind, body, known):
                if cell[0] and column < MAX_COLUMNS:
                    rows.setdefault(row, {})[column] = cell
                    known.spend(1)
        if kind == _FORMULA:
            waiting = _awaited(body)
    return _grid(name, rows, areas, known)


def _aside(kind: int, chunks: list[bytes]) -> str:
    """Text outside the cells: of a page header or footer, or of a text box (in its continuation)."""
    body = chunks[0]
    if kind == _TEXT_BOX:
        return tidy(_text(chunks[1], 0, struct.unpack_from("<H", body, 10)[0])) if len(chunks) > 1 else ""
    return tidy(_text(body, 2, struct.unpack_from("<H", body)[0])) if len(body) > 2 else ""


def _grid(name: str, rows: dict[int, dict[int, _Cell]], areas: list[Area], known: _Globals) -> Grid:
    width = max((max(cells) + 1 for cells in rows.values()), default=0)
    known.spend(width * len(rows))
    lines = []
    for row in sorted(rows):
        cells = rows[row]
        days = {column: day for column, (_, day) in cells.items() if day is not None}
        texts = [cells[column][0] if column in cells else "" for column in range(width)]
        lines.append(Line(row + 1, texts, days=days or NO_DAYS))
    mark_merged(lines, areas, width)
    return Grid(name, width, lines)


def _cells(kind: int, body: bytes, known: _Globals) -> Iterator[tuple[int, int, _Cell]]:
    if kind == _LABELSST:
        row, column, _, index = struct.unpack_from("<HHHI", body)
        yield row, column, (known.strings[index], None)
    elif kind == _LABEL:
        row, column, _, length = struct.unpack_from("<HHHH", body)
        known.spoken.append(tidy(_text(body, 8, length)))
        yield row, column, (known.spoken[-1], None)
    elif kind == _NUMBER or (kind == _FORMULA and body[12:14] != b"\xff\xff"):
        row, column, style, value = struct.unpack_from("<HHHd", body)
        yield row, column, known.number(value, style)
    elif kind == _RK:
        row, column, style, packed = struct.unpack_from("<HHHI", body)
        yield row, column, known.number(_unpacked(packed), style)
    elif kind == _MULRK:
        row, column = struct.unpack_from("<HH", body)
        for index in range((len(body) - 6) // 6):
            style, packed = struct.unpack_from("<HI", body, 4 + 6 * index)
            yield row, column + index, known.number(_unpacked(packed), style)
    elif kind == _BOOLERR:
        row, column, _, value, failed = struct.unpack_from("<HHHBB", body)
        text = _ERRORS.get(value, "#N/A") if failed else ("TRUE" if value else "FALSE")
        yield row, column, (text, None)


def _unpacked(packed: int) -> float:
    """The RK form: an integer or the high half of a double, maybe times 100, told by two bits."""
    if packed & 2:
        value = float(struct.unpack("<i", struct.pack("<I", packed))[0] >> 2)
    else:
        value = float(struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))[0])
    return value / 100 if packed & 1 else value


def _awaited(body: bytes) -> tuple[int, int] | None:
    """Where the text of the next STRING record belongs, when this formula has a text for its value."""
    if body[12:14] == b"\xff\xff" and body[6:7] == b"\x00":
        row, column = struct.unpack_from("<HH", body)
        return row, column
    return None


def _areas(body: bytes) -> Iterator[Area]:
    for index in range(min(struct.unpack_from("<H", body)[0], (len(body) - 2) // 8)):
        first, last, left, right = struct.unpack_from("<HHHH", body, 2 + 8 * index)
        yield first + 1, left, last + 1, right
