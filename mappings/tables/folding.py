"""How a cell's text is cleaned before anything is decided about it.

Two forms are used everywhere in this room: `tidy` is what is kept and shown (NFC, one
space, only the line breaks that separate items), `bare` is what is compared (lower
case, no marks, words only), so that "Đơn vị chủ trì", "DON VI CHU TRI" and a decomposed
copy of either are the same title (M35).
"""

from __future__ import annotations

import re
import unicodedata

from mappings.legacy_fonts import convert
from mappings.texts import fold

_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_BREAK = re.compile(r"\r\n|[\n\v\r\u2028\u2029]")
_SPECIAL = re.compile("[\x00-\x1f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")  # either of the two
_WORD = re.compile(r"[^\W_]+")
_MARKER = re.compile(
    r"[-–—+*•▪●○◦·✓➢►]\s*\S|\(?(?:\d{1,2}(?:\.\d{1,2})*|[a-zđ])[)]|\d{1,2}(?:\.\d{1,2})*\.?\s+\D|[IVX]{1,5}\.\s"
)
_UNIT_HEAD = re.compile(
    r"(?:Sở|Ban|Bộ|Văn phòng|VP|UBND|UB|Ủy ban|Uỷ ban|HĐND|Công an|Cục|Chi cục|Trung tâm|Trường|Hội|Đoàn"
    r"|Phòng|Thanh tra|Kho bạc|Ngân hàng|Báo|Đài|Tòa án|Toà án|Viện|Liên đoàn|Mặt trận|Thuế|Hải quan|Tổng cục"
    r"|Vụ|Các [sS]ở|Các [cC]ơ quan|Công ty|Bệnh viện|Đảng ủy|Ban Chỉ đạo|Tổ công tác)\b"
)
# A line that ends like this has not said what it began to say.
_OPEN_END = re.compile(
    r"(?:[-–/(&]|\b(?:và|của|với|về|các|ngày|tháng|trước|đến|từ|trong|năm|quý|cho|tại|theo|do|giữa|hoặc|là))$",
    re.IGNORECASE,
)
_TAIL_OF_NAME = re.compile(r"(?:Thành phố|Tỉnh|Trung ương|Việt Nam|Huyện|Quận)\b(?!.{25})")
_ABBREVIATION = re.compile(r"\b[A-ZĐ]{1,3}\.$")
# The Icelandic letter stands for đ in texts typed with old Vietnamese keyboards.
_ETH = str.maketrans("ðÐ", "đĐ")


def tidy(text: str) -> str:
    """Unicode (old fonts converted), NFC, invisible characters gone, one space; "\\n" is a break between items,
    "\\v" (Word's soft break, or Alt+Enter) is kept only where the next line is plainly another item."""
    if not text.isascii():  # before anything is stripped: TCVN3 writes "ư" as the soft hyphen
        text, _ = convert(text)
    if is_tidy(text):
        return text
    text = unicodedata.normalize("NFC", text)
    if _SPECIAL.search(text):
        return _tidy_lines(unicodedata.normalize("NFC", _INVISIBLE.sub("", text)))
    return " ".join(text.split())


def is_tidy(text: str) -> bool:
    """Whether `tidy` would change nothing: told in a tenth of its time, and true of nearly every cell.

    No printable character is invisible, a break, or white space other than the plain space.
    """
    if not text.isprintable() or "  " in text or text[:1] == " " or text[-1:] == " ":
        return False
    return text.isascii() or unicodedata.is_normalized("NFC", text)


def join_items(first: str, second: str) -> str:
    """Two halves of one cell cut by a page break, put together the way its own lines would be."""
    if not first or not second:
        return first or second
    if not is_unfinished(first) and _separates(first[-80:], second, paragraph=True):
        return f"{first}\n{second}"
    return f"{first} {second}"


def is_unfinished(text: str) -> bool:
    """Whether a text breaks off: at a comma or a word that wants another, in a bracket or a quotation."""
    if text.endswith(",") or text.count("(") > text.count(")") or text.count("“") > text.count("”"):
        return True
    return _OPEN_END.search(text[-12:]) is not None


def plain_lines(text: str) -> str:
    """A whole document's text for searching: NFC, one space, empty lines gone, every line break kept."""
    cleaned = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    return "\n".join(filter(None, (" ".join(line.split()) for line in _BREAK.split(cleaned))))


def kept(text: str) -> str:
    """Lower-case words with their marks, for the few pairs that differ by a mark alone (mục, mức)."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFC", text).lower()))


def bare(text: str) -> str:
    """Lower-case words without marks: the form in which titles and signals are compared."""
    return " ".join(_WORD.findall(fold(text.translate(_ETH))))


def _tidy_lines(text: str) -> str:
    """The lines of a cell put together; the end of one and the start of the next decide about the break."""
    parts: list[str] = []
    paragraph = False
    start = 0
    for found in [*_BREAK.finditer(text), None]:
        line = " ".join(text[start : found.start() if found else len(text)].split())
        if line:
            if parts:
                parts.append("\n" if _separates(parts[-1], line, paragraph=paragraph) else " ")
            parts.append(line)
        paragraph = not line or (found is not None and found.group() == "\n")
        start = found.end() if found else start
    return "".join(parts)


def _separates(first: str, line: str, *, paragraph: bool) -> bool:
    """Whether a line break stands between two items rather than inside one."""
    if _MARKER.match(line):
        return True
    if _OPEN_END.search(first):
        return False
    if first[-1] in ".;:!?" and not _ABBREVIATION.search(first):
        return True
    if _UNIT_HEAD.match(line):
        return True
    if not paragraph or first[-1] == "," or _TAIL_OF_NAME.match(line):
        return False
    return line[0].isupper() or (line[0].isdigit() and first[-1].isdigit())
