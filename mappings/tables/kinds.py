"""What a file is, told by its first bytes; its name is only a claim to be checked (M21, M28).

A file whose name and content disagree is not read at all: whoever renamed it may not
know what it holds, and a guess about an attachment is not worth a wrong task.
"""

from __future__ import annotations

import codecs
import re
from enum import StrEnum
from typing import Final

from mappings.tables.found import Problem
from mappings.tables.problems import Refused


class FileKind(StrEnum):
    """Families of content. The value is the Vietnamese name shown in a problem's sentence."""

    ZIP = "tệp nén ZIP"
    DOCX = "tệp Word .docx"
    XLSX = "tệp Excel .xlsx"
    COMPOUND = "tệp Office đời cũ"
    XLS = "tệp Excel .xls"
    DOC = "tệp Word đời cũ .doc"
    PDF = "tệp PDF"
    IMAGE = "tệp ảnh"
    ODS = "tệp OpenDocument .ods"
    ODT = "tệp OpenDocument .odt"
    RTF = "tệp RTF"
    HTML = "tệp trang web (HTML)"
    SHEET_XML = "tệp Excel 2003 lưu dạng XML"
    WORD_XML = "tệp Word lưu dạng XML"
    MARKUP = "tệp XML"
    WEB_ARCHIVE = "trang web lưu thành một tệp (.mht)"
    ARCHIVE = "tệp nén"
    TEXT = "tệp văn bản thuần (.csv)"
    EXECUTABLE = "tệp chương trình"
    UNKNOWN = "loại tệp không nhận biết được"
    EMPTY = "tệp rỗng"


_MAGIC: Final = (
    (b"PK\x03\x04", FileKind.ZIP),
    (b"PK\x05\x06", FileKind.ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileKind.COMPOUND),
    (b"%PDF-", FileKind.PDF),
    (b"MZ", FileKind.EXECUTABLE),
    (b"\x7fELF", FileKind.EXECUTABLE),
    (b"\xca\xfe\xba\xbe", FileKind.EXECUTABLE),
    (b"\xcf\xfa\xed\xfe", FileKind.EXECUTABLE),
    (b"\xfe\xed\xfa", FileKind.EXECUTABLE),
    (b"L\x00\x00\x00\x01\x14\x02\x00", FileKind.EXECUTABLE),
    (b"#!", FileKind.EXECUTABLE),
    (b"\x89PNG", FileKind.IMAGE),
    (b"\xff\xd8\xff", FileKind.IMAGE),
    (b"GIF8", FileKind.IMAGE),
    (b"BM", FileKind.IMAGE),
    (b"II*\x00", FileKind.IMAGE),
    (b"MM\x00*", FileKind.IMAGE),
    (b"{\\rtf", FileKind.RTF),
    (b"Rar!", FileKind.ARCHIVE),
    (b"7z\xbc\xaf", FileKind.ARCHIVE),
    (b"\x1f\x8b", FileKind.ARCHIVE),
)
# What programs that export "to Excel" or "to Word" really write under the old extensions.
_MARKED_UP: Final = frozenset(
    {FileKind.HTML, FileKind.SHEET_XML, FileKind.WORD_XML, FileKind.MARKUP, FileKind.WEB_ARCHIVE}
)
_CLAIMS: Final[dict[str, frozenset[FileKind]]] = {
    "docx": frozenset({FileKind.DOCX}),
    "docm": frozenset({FileKind.DOCX}),
    "xlsx": frozenset({FileKind.XLSX}),
    "xlsm": frozenset({FileKind.XLSX}),
    "xls": frozenset({FileKind.XLS, *_MARKED_UP}),
    "doc": frozenset({FileKind.DOC, *_MARKED_UP, FileKind.RTF}),
    "ods": frozenset({FileKind.ODS}),
    "odt": frozenset({FileKind.ODT}),
    "pdf": frozenset({FileKind.PDF}),
    "rtf": frozenset({FileKind.RTF}),
    "csv": frozenset({FileKind.TEXT}),
    "tsv": frozenset({FileKind.TEXT}),
    "txt": frozenset({FileKind.TEXT}),
    "png": frozenset({FileKind.IMAGE}),
    "jpg": frozenset({FileKind.IMAGE}),
    "jpeg": frozenset({FileKind.IMAGE}),
    "zip": frozenset({FileKind.ZIP}),
    "rar": frozenset({FileKind.ARCHIVE}),
    "7z": frozenset({FileKind.ARCHIVE}),
    "tar": frozenset({FileKind.ARCHIVE}),
    "html": _MARKED_UP,
    "htm": _MARKED_UP,
    "xml": _MARKED_UP,
}
_RUNNABLE: Final = re.compile(
    r"exe|com|scr|pif|bat|cmd|psm?1|vb[se]|jse?|ws[fh]|hta|ms[ip]|dll|sys|cpl|jar|apk|lnk|reg|sh"
)
_HEAD: Final = 4096
_MARKUP_SIGNS: Final = (
    (b"office:spreadsheet", FileKind.SHEET_XML),
    (b"excel.sheet", FileKind.SHEET_XML),
    (b"word.document", FileKind.WORD_XML),
    (b"office/word/2003", FileKind.WORD_XML),
    (b"<!doctype html", FileKind.HTML),
    (b"<html", FileKind.HTML),
)
_WEB_TAG: Final = re.compile(rb"<(?:table|meta|head|body|style|title|div|center|p|h[1-6]|span|font)[\s>]")


def kind_by_magic(data: bytes) -> FileKind:
    """The family the first bytes tell. ZIP and COMPOUND are containers, looked into later."""
    if not data:
        return FileKind.EMPTY
    for magic, kind in _MAGIC:
        if data.startswith(magic) and (kind is not FileKind.IMAGE or not _is_text(data)):
            return kind
    if b"%PDF-" in data[:1024]:
        return FileKind.PDF
    if data[257:262] == b"ustar":
        return FileKind.ARCHIVE
    return _kind_of_text(data) if _is_text(data) else FileKind.UNKNOWN


def _kind_of_text(data: bytes) -> FileKind:
    """Plain text, or one of the kinds of markup; looked for without the NULs that UTF-16 puts between."""
    head = data[:_HEAD].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if head.startswith(b"mime-version:"):
        return FileKind.WEB_ARCHIVE
    if not head.startswith(b"<"):
        return FileKind.TEXT
    for sign, kind in _MARKUP_SIGNS:
        if sign in head:
            return kind
    return FileKind.HTML if _WEB_TAG.match(head) else FileKind.MARKUP if b"<?xml" in head else FileKind.TEXT


def extension(name: str) -> str:
    """The last extension in lower case, without what an e-mail or a careless copy hangs behind it."""
    cleaned = name.strip().rstrip(". ")
    return cleaned.rpartition(".")[2].lower() if "." in cleaned else ""


def refuse_runnable(kind: FileKind, name: str) -> None:
    """Raise `Refused` for a program, whichever of content or name says that it is one."""
    if kind is FileKind.EXECUTABLE or _RUNNABLE.fullmatch(extension(name)):
        raise Refused(Problem.EXECUTABLE)


def refuse_disguise(kind: FileKind, name: str) -> None:
    """Raise `Refused` when the name claims another family than `kind`; unknown extensions claim nothing."""
    claimed = _CLAIMS.get(extension(name))
    if claimed is not None and kind not in claimed:
        raise Refused(Problem.TYPE_MISMATCH, f"tên là .{extension(name)}, nội dung là {kind.value}")


def _is_text(data: bytes) -> bool:
    """No NUL in the head, or a UTF-16 text (by its mark, or by a NUL in most odd places)."""
    head = data[:_HEAD]
    if b"\x00" not in head or head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    odd = head[1::2]
    return odd.count(0) * 2 > len(odd) and head[::2].count(0) == 0
