"""Office files are zip archives from strangers: measured before they are opened, read part by part.

Limits (M24, M25): what the directory promises may not exceed 200 MB in all, nor 100
times the file once it is more than 1 MB (a small table of blanks compresses better than
that and harms nobody). Python's reader stops a part at its promised size and checks
its CRC, so a directory that lies is found when the part is read. Nothing is extracted
to a disk, entry names are compared and never used, an archive inside is never opened.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from io import BytesIO
from typing import Final

from mappings.tables.found import Problem
from mappings.tables.kinds import FileKind
from mappings.tables.problems import Refused

MAX_TOTAL: Final = 200 * 1024 * 1024
MAX_RATIO: Final = 100
HARMLESS: Final = 1024 * 1024
MAX_ENTRIES: Final = 5_000
MAX_PART: Final = 50 * 1024 * 1024

_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    RuntimeError,
    ValueError,
    OSError,
    IndexError,
    OverflowError,
)
_OFFICE_DOCUMENT = re.compile(rb"<[^<>]*relationships/officeDocument[\"'][^<>]*>")
_OPEN_KINDS: Final = {
    b"application/vnd.oasis.opendocument.spreadsheet": FileKind.ODS,
    b"application/vnd.oasis.opendocument.spreadsheet-template": FileKind.ODS,
    b"application/vnd.oasis.opendocument.text": FileKind.ODT,
    b"application/vnd.oasis.opendocument.text-template": FileKind.ODT,
}
# Every document of some versions carries an empty library: only a module in it is a macro.
_OPEN_MACRO = re.compile(r"Basic/[^/]+/(?!script-lb\.xml|dialog-lb\.xml)[^/]+\.xml$|Scripts/.*[^/]$")
_TARGET = re.compile(rb"\bTarget\s*=\s*[\"']([^\"'<>]+)[\"']")


class Archive:
    """A zip whose directory has been found harmless. `names` are the entries, `read` gives one part."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
            entries = self._zip.infolist()
        except _BROKEN as error:
            raise Refused(Problem.DAMAGED) from error
        self._entries = {entry.filename: entry for entry in entries}
        self._left = MAX_TOTAL
        _refuse_bomb(entries, len(data))
        if len({entry.filename.lower() for entry in entries}) != len(entries):
            raise Refused(Problem.DAMAGED)
        if any(entry.flag_bits & 1 for entry in entries):
            raise Refused(Problem.ENCRYPTED)

    @property
    def names(self) -> tuple[str, ...]:
        """Entry names in the order of the directory."""
        return tuple(self._entries)

    def has(self, name: str) -> bool:
        """Whether the directory lists this entry."""
        return name in self._entries

    def read(self, name: str) -> bytes:
        """One part whole. Raises `Refused`: DAMAGED when it is missing or broken, TOO_LARGE above the cap."""
        entry = self._entries.get(name)
        if entry is None:
            raise Refused(Problem.DAMAGED)
        if entry.file_size > min(MAX_PART, self._left):
            raise Refused(Problem.TOO_LARGE, f"phần {name.rpartition('/')[2]}")
        self._left -= entry.file_size
        try:
            part = self._zip.read(entry)
        except _BROKEN as error:
            raise Refused(Problem.DAMAGED) from error
        if b"<!DOCTYPE" in part[:4096] or b"<\x00!\x00D\x00O\x00" in part[:8192]:
            raise Refused(Problem.FORBIDDEN_XML)
        return part

    def main_part(self) -> str:
        """The entry that the package names as its document, "" when it names none."""
        if not self.has("_rels/.rels"):
            return ""
        for relation in _OFFICE_DOCUMENT.findall(self.read("_rels/.rels")):
            target = _TARGET.search(relation)
            name = target.group(1).decode("utf-8", "replace").lstrip("/") if target else ""
            if self.has(name):
                return name
        return ""

    def kind(self) -> FileKind:
        """DOCX, XLSX, ODS or ODT by the declared type, else plain ZIP. Raises `Refused` (MACRO) for macros."""
        if any(name.lower().endswith("vbaproject.bin") for name in self._entries):
            raise Refused(Problem.MACRO)
        if not self.has("[Content_Types].xml"):
            return self._open_document()
        types = self.read("[Content_Types].xml").replace(b"sheet.binary.macroEnabled", b"sheet.binary")
        if b"macroEnabled" in types or b"vnd.ms-office.vbaProject" in types:
            raise Refused(Problem.MACRO)
        if b"wordprocessingml.document.main+xml" in types:
            return FileKind.DOCX
        return FileKind.XLSX if b"spreadsheetml.sheet.main+xml" in types else FileKind.ZIP

    def _open_document(self) -> FileKind:
        """The kind an OpenDocument package declares. Raises `Refused`: ENCRYPTED, MACRO."""
        kind = _OPEN_KINDS.get(self.read("mimetype").strip()) if self.has("mimetype") else None
        if kind is None:
            return FileKind.ZIP
        if self.has("encrypted-package"):
            raise Refused(Problem.ENCRYPTED)
        manifest = self.read("META-INF/manifest.xml") if self.has("META-INF/manifest.xml") else b""
        if b"encryption-data" in manifest:
            raise Refused(Problem.ENCRYPTED)
        if any(_OPEN_MACRO.match(name) for name in self._entries):
            raise Refused(Problem.MACRO)
        return kind


def _refuse_bomb(entries: list[zipfile.ZipInfo], size: int) -> None:
    """By the directory alone, before a byte is unpacked; overlapping entries count each time (M24)."""
    total = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or total > MAX_TOTAL:
        raise Refused(Problem.BOMB, f"{total // 1_000_000} MB, {len(entries)} phần")
    worst = max(
        (entry.file_size / max(entry.compress_size, 1) for entry in entries if entry.file_size > HARMLESS),
        default=0.0,
    )
    ratio = max(worst, total / max(size, 1) if total > HARMLESS else 0.0)
    if ratio > MAX_RATIO:
        raise Refused(Problem.BOMB, f"gấp {ratio:.0f} lần")
