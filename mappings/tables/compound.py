"""The old Office container (OLE compound file), only as far as needed: which streams, and one of them.

Enough to tell a workbook from a letter, a password from macros, without trusting a
count in the header: every chain is cut at the size of the file.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from mappings.tables.found import Problem
from mappings.tables.kinds import FileKind
from mappings.tables.problems import Refused

_END: Final = 0xFFFFFFFA  # chain ends, free sectors and the tables' own sectors are all above this
_STREAM: Final = 2
_ROOT: Final = 5
_MACRO_STORAGES: Final = frozenset({"_vba_project_cur", "_vba_project", "macros", "vba"})


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    kind: int
    start: int
    size: int


class CompoundFile:
    """Directory and streams of a compound file. Raises `Refused` (DAMAGED) when the header makes no sense."""

    def __init__(self, data: bytes) -> None:
        if len(data) < 512:
            raise Refused(Problem.DAMAGED)
        shift = struct.unpack_from("<H", data, 30)[0]
        if shift not in {9, 12}:
            raise Refused(Problem.DAMAGED)
        self._data = data
        self._sector = 1 << shift
        self._cutoff, self._mini_start = struct.unpack_from("<II", data, 56)
        self._fat = self._table(self._fat_sectors())
        self._entries = self._directory(struct.unpack_from("<I", data, 48)[0])

    def kind(self) -> FileKind:
        """XLS, DOC or an unknown old file. Raises `Refused` for a password (ENCRYPTED) or macros (MACRO)."""
        names = {entry.name.lower() for entry in self._entries}
        if "encryptedpackage" in names or "encryptioninfo" in names:
            raise Refused(Problem.ENCRYPTED)
        if names & _MACRO_STORAGES:
            raise Refused(Problem.MACRO)
        if names & {"workbook", "book"}:
            return FileKind.XLS
        return FileKind.DOC if "worddocument" in names else FileKind.COMPOUND

    def stream(self, *names: str) -> bytes:
        """The first stream with one of these names (any case). Raises `Refused` when there is none."""
        wanted = {name.lower() for name in names}
        for entry in self._entries:
            if entry.kind == _STREAM and entry.name.lower() in wanted:
                return self._content(entry)
        raise Refused(Problem.DAMAGED)

    def _sector_bytes(self, number: int) -> bytes:
        start = (number + 1) * self._sector
        return self._data[start : start + self._sector]

    def _fat_sectors(self) -> list[int]:
        """Where the allocation table lies: 109 places in the header, the rest in a chain of their own."""
        numbers = list(struct.unpack_from("<109I", self._data, 76))
        following = struct.unpack_from("<I", self._data, 68)[0]
        for _ in range(len(self._data) // self._sector):
            block = self._sector_bytes(following) if following < _END else b""
            if len(block) < self._sector:
                break
            *more, following = struct.unpack(f"<{self._sector // 4}I", block)
            numbers.extend(more)
        return [number for number in numbers if number < _END]

    def _table(self, sectors: list[int]) -> list[int]:
        most = len(self._data) // self._sector + 1
        raw = b"".join(self._sector_bytes(number) for number in sectors[:most])
        return list(struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4]))

    def _chain(self, start: int, table: list[int]) -> list[int]:
        chain: list[int] = []
        while start < len(table) and len(chain) <= len(table):
            chain.append(start)
            start = table[start]
        return chain

    def _big(self, start: int) -> bytes:
        most = len(self._data) // self._sector + 1
        return b"".join(self._sector_bytes(number) for number in self._chain(start, self._fat)[:most])

    def _directory(self, start: int) -> list[_Entry]:
        raw = self._big(start)
        entries: list[_Entry] = []
        for place in range(0, len(raw) - 127, 128):
            length = struct.unpack_from("<H", raw, place + 64)[0]
            if 2 < length <= 64:
                name = raw[place : place + length - 2].decode("utf-16-le", "replace")
                first, size = struct.unpack_from("<II", raw, place + 116)
                entries.append(_Entry(name, raw[place + 66], first, size))
        if not entries:
            raise Refused(Problem.DAMAGED)
        return entries

    def _content(self, entry: _Entry) -> bytes:
        if entry.size >= self._cutoff:
            content = self._big(entry.start)
        else:
            root = next((other for other in self._entries if other.kind == _ROOT), entry)
            small = self._big(root.start)
            raw = self._big(self._mini_start)
            table = list(struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4]))
            chain = self._chain(entry.start, table)[: len(small) // 64 + 1]
            content = b"".join(small[number * 64 : number * 64 + 64] for number in chain)
        if len(content) < entry.size:
            raise Refused(Problem.DAMAGED)
        return content[: entry.size]
