"""The plain text of a file, for the check that nothing secret was attached under an open cover.

It looks where a stamp may stand and a table reader does not: headers and footers, text
boxes, comments, hidden sheets, text struck out in tracked changes. It never raises: a
file that cannot be read gives "", which the guard must take as unknown, not as harmless.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

from mappings.tables.archive import Archive
from mappings.tables.compound import CompoundFile
from mappings.tables.delimited import decode
from mappings.tables.folding import plain_lines
from mappings.tables.found import TEXT_LIMIT
from mappings.tables.kinds import FileKind, kind_by_magic
from mappings.tables.oldbook import read_old_workbook
from mappings.tables.portable import read_portable
from mappings.tables.webpage import page_text

_BREAKS = re.compile(
    r"</?(?:\w+:)?(?:p|si|is|c|tr|br|cr|tab|txBody|comment|(?:odd|even|first)(?:Header|Footer)"
    r"|h[1-6]?|td|th|div|li|title|table|table-cell|line-break|s|Cell|Row)(?:\s[^<>]*)?/?>",
)
_CODE = re.compile(r"<(?:script|style)\b", re.IGNORECASE)
_CODE_END = re.compile(r"</(?:script|style)\s*>", re.IGNORECASE)
_MARKED_UP = frozenset(
    {FileKind.HTML, FileKind.MARKUP, FileKind.SHEET_XML, FileKind.WORD_XML, FileKind.WEB_ARCHIVE}
)
_TAG = re.compile(r"<[^<>]*>")
# A sheet of shared strings and numbers has nothing to say: found out without a walk through it.
_SPOKEN_SIGNS = (
    b"<t>",
    b"<t ",
    b":t>",
    b":t ",
    b"text:p",
    b"text:h",
    b"dc:title",
    b"delText",
    b"Header",
    b"Footer",
    b"\xff\xfe",
    b"\xfe\xff",
)
_OFFICE_PART = re.compile(r"(?:word|xl)/.*\.xml|content\.xml|styles\.xml|meta\.xml")
_SILENT_PART = re.compile(
    r"/(?:styles|theme|settings|fontTable|webSettings|numbering|calcChain)[^/]*\.xml$|/theme/|/_rels/"
)
_MAIN_PART = re.compile(r"content\.xml$|word/document\d*\.xml$|xl/worksheets/")
_PDF_STRING = re.compile(
    rb"\(((?:[^()\\]|\\.){1,2000})\)\s*(?:Tj|'|\"|\]|\d|-|\()|/(?:Title|Subject|Keywords)\s*\(((?:[^()\\]|\\.){1,2000})\)",
    re.DOTALL,
)
_PDF_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_PDF_SEARCHED = 20_000_000


def plain_text(data: bytes, name: str) -> str:
    """All text of a DOCX, XLSX, XLS, ODS, ODT, HTML/XML, CSV/TXT or PDF, NFC, at most `TEXT_LIMIT` characters.

    "" for anything else and for whatever is broken, encrypted or out of proportion. The
    type is told by the content; `name` is not trusted for it. Never raises.
    """
    del name
    try:
        return _text(data)
    except Exception:  # noqa: BLE001 (the promise: unknown is "", never an exception)
        return ""


def _text(data: bytes) -> str:
    kind = kind_by_magic(data)
    if kind is FileKind.ZIP:
        return office_text(Archive(data))
    if kind is FileKind.COMPOUND:
        container = CompoundFile(data)
        if container.kind() is FileKind.XLS:
            return bounded("\n".join(read_old_workbook(container.stream("Workbook", "Book")).strings))
        return ""
    if kind in _MARKED_UP:
        return markup_text(page_text(_head(data)))
    if kind is FileKind.TEXT:
        return bounded(plain_lines(decode(_head(data))))
    return bounded(_pdf_text(data)) if kind is FileKind.PDF else ""


def markup_text(text: str) -> str:
    """A web page's or XML's text, hidden parts and comments too: tags gone, references resolved."""
    text = _BREAKS.sub("\n", _without_code(text[: 40 * TEXT_LIMIT]))
    return bounded(plain_lines(unescape(_TAG.sub("", text.replace("<!--", "\n").replace("-->", "\n")))))


def _head(data: bytes) -> bytes:
    """The beginning of a long plain file, cut between two lines (or two characters of UTF-16)."""
    if len(data) <= 8 * TEXT_LIMIT:
        return data
    head = data[: 8 * TEXT_LIMIT]
    return head if b"\x00" in head[:4096] else head[: head.rfind(b"\n") + 1] or head


def office_text(archive: Archive, strings: Sequence[str] = ()) -> str:
    """Text of every part of a Word or Excel package that can show text, small parts first, sheets last.

    `strings` are the workbook's shared texts where they have been read already.
    """
    names = [name for name in archive.names if _OFFICE_PART.fullmatch(name) and not _SILENT_PART.search(name)]
    names.sort(key=lambda name: _MAIN_PART.match(name) is not None)
    parts: list[str] = []
    length = 0
    for name in names:
        if length > TEXT_LIMIT:
            break
        if strings and name.endswith("sharedStrings.xml"):
            continue
        text = _part_text(archive.read(name))
        parts.append(text)
        length += len(text)
    return bounded("\n".join([*filter(None, parts), *strings]))


def bounded(text: str) -> str:
    """The first `TEXT_LIMIT` characters."""
    return text[:TEXT_LIMIT]


def _part_text(xml: bytes) -> str:
    if not any(sign in xml for sign in _SPOKEN_SIGNS):
        return ""
    encoding = "utf-16" if xml.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    margins = xml.find(b"headerFooter")
    if margins > 0:  # a sheet's page header stands behind its cells, and a stamp stands in it
        xml = b"<" + xml[margins:] + xml[:margins]
    text = _BREAKS.sub("\n", xml[: 40 * TEXT_LIMIT].decode(encoding, "replace"))
    return plain_lines(unescape(_TAG.sub("", text)))


def _without_code(text: str) -> str:
    """The page without scripts and styles, in one walk: a script never closed leaves the rest to be looked at."""
    kept: list[str] = []
    at = 0
    while (start := _CODE.search(text, at)) and (end := _CODE_END.search(text, start.end())):
        kept.append(text[at : start.start()])
        at = end.end()
    return "".join([*kept, text[at:]])


def _pdf_text(data: bytes) -> str:
    """What the pages show and, for a file that cannot be walked, its uncompressed strings and title."""
    try:
        pages = read_portable(data).text
    except Exception:  # noqa: BLE001 (a broken file still has strings that can be looked at)
        pages = ""
    return "\n".join(filter(None, (pages, loose_strings(data))))


def loose_strings(data: bytes) -> str:
    """Literal strings of a PDF's uncompressed streams and its title: what is left when its pages are refused."""
    parts: list[str] = []
    for shown, title in _PDF_STRING.findall(data[:_PDF_SEARCHED]):
        raw = _PDF_ESCAPE.sub(_pdf_character, shown or title)
        parts.append(
            raw[2:].decode("utf-16-be", "replace") if raw.startswith(b"\xfe\xff") else raw.decode("latin-1")
        )
    return bounded(plain_lines(" ".join(parts)))


def _pdf_character(found: re.Match[bytes]) -> bytes:
    code = found[1]
    return (
        bytes([int(code, 8) & 255])
        if code.isdigit()
        else {b"n": b"\n", b"r": b"\r", b"t": b"\t"}.get(code, code)
    )
