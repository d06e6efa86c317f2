"""Lines of a conclusion or directive put together to paragraphs: the first step of reading running text.

Text taken out of a PDF breaks its lines in the middle of a sentence and lays page
numbers, stamps and signatures of the gazette between them. A paragraph ends where its
author ended it: before a number, letter or dash, at a full stop before a capital, or
where the line was left short although the next word would have fitted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from mappings.narrative_sections import LABEL
from mappings.narrative_text import Passage, fold_kept, passage_of
from mappings.narrative_words import CLOSERS, OPENERS
from mappings.texts import CAPITALS, SMALL_LETTERS, nfc

#: Lines that belong to the page and not to the text: page numbers, stamps, addresses, rulers.
_PAGE: Final = re.compile(
    r"(?:trang )?\d{1,3}(?: ?/ ?\d{1,3})?|-+ ?\d{1,3} ?-+|[-_=*.…~ ]{3,}|\[(?:…|\.{3})\]"
    r"|\S+@\S+\.\S+|(?:ngay ky:? ?)?\d\d?[./]\d\d?[./]\d{4} \d\d?:\d\d(?::\d\d)?(?: ?\+\d\d:\d\d)?|\+\d\d:\d\d"
    r"|(?:nguoi ky|ky boi|email|co quan|thoi gian ky):.{0,80}|https?://\S+"
)
_SHOUTED: Final = re.compile(f"[^{SMALL_LETTERS}]*")
#: Where a marker begins: section, number, letter, dash, plus sign (the rank follows the order).
_MARKERS: Final = (
    (
        0.0,
        re.compile(
            (
                r"(?:(?:phần|chương|mục|phụ lục)\s+(?:[IVXLC]+|\d+)\s*[.:\-–]?|[IVX]+\s*[.\-/)]"
                r"|[A-D]\.)\s+"
            ),
            re.IGNORECASE,
        ),
    ),
    (0.5, re.compile(r"điều\s+\d{1,3}\s*[.:]\s+", re.IGNORECASE)),
    (
        1.0,
        re.compile(
            r"(?:(?:Một|Hai|Ba|Bốn|Năm|Sáu|Bảy|Tám|Chín|Mười) là\s*[,:]"
            r"|Thứ (?:nhất|hai|ba|tư|năm|sáu|bảy|tám)(?: là)?\s*[,:](?!\s*(?:ngày|\d)))\s*"
        ),
    ),
    (3.0, re.compile(r"\d{1,2}\.\d{1,2}\.\d{1,2}\s*[.):]?\s+")),
    (2.0, re.compile(r"\d{1,2}\.\d{1,2}\s*[.):]?\s+(?=[^\W\d_])")),
    (1.0, re.compile(r"(?:\d{1,2}\s*[.)]|\(\d{1,2}\)|\d{1,2}\s?[-–/](?=\s))\s*(?=[^\W\d_“\"(])")),
    (4.0, re.compile(r"\(?[a-zđ]{1,2}\d?\s?[).](?!\w)\s*(?=[^\W\d_“\"])")),
    (5.0, re.compile(r"[-–—•*●▪·✓➢]\s*(?=[^\W_])")),
    (6.0, re.compile(r"(?:[+oº]|->|→|⇒)\s+")),
)
#: Where a lost paragraph break shows: a marker or an opening glued to the word before it.
_GLUED: Final = re.compile(
    rf"(?<=[^\W\d_]|[.;:])(?=[a-hđ]\) [{CAPITALS}])|(?<=[/ ]20\d\d)(?=\d{{1,2}}\. [{CAPITALS}])"
    rf"|(?<=[{SMALL_LETTERS}][.;])(?=\d{{1,2}}\. [{CAPITALS}])|(?<=[^\W\d_]\./)(?=[A-ZĐ])"
    rf"|(?<=[^\W\d_][;.:])(?=- ?[A-ZĐ])"
    rf"|(?<=\S)(?=Nơi nhận ?:)|(?<=[{SMALL_LETTERS}])(?=(?:Chủ tịch|Ủy ban|Uỷ ban|UBND) )"
    rf"|(?<=[{SMALL_LETTERS}][.;])(?=[{CAPITALS}][{SMALL_LETTERS}]+ )"
)
_ENDED: Final = (".", ";", ":", "!", "?", "/.", "”", ")", "…")
#: Words after which a capital begins no sentence: the name goes on in the next line.
_OPEN_END: Final = re.compile(
    r"(?:[,\-–&(/]|\b(?:va|voi|cua|cac|tai|cho|ve|theo|so|ban|uy ban|hoi dong|to|cuc|vu|phong"
    r"|van phong|cong ty"
    r"|bo|trung tam|chi cuc|thanh pho|tinh|huyen|xa|phuong|hoac|nam|ngay|thang))$"
)
#: Nobody writes a longer paragraph (in characters): a text without breaks is cut here, so that time stays linear.
_LONGEST_PARAGRAPH: Final = 12_000
#: In text of wrapped lines most lines are about as long as the longest.
_WRAPPED_FROM, _WRAPPED_TO = 60, 140


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    plain: str
    after_blank: bool


def passages(text: str) -> list[Passage]:
    """All paragraphs in order, page furniture left out; linear in the text. Never raises."""
    lines = list(_lines(text))
    width = _width(lines)
    found: list[Passage] = []
    group: list[_Line] = []
    for line in lines:
        if group and (
            line.end - group[0].start > _LONGEST_PARAGRAPH or _begins(group[-1], line, width, text)
        ):
            found.append(_passage(text, group))
            group = []
        group.append(line)
    if group:
        found.append(_passage(text, group))
    return [passage for passage in found if passage.tokens]


def _lines(text: str) -> Iterator[_Line]:
    """Lines without blank ones and page furniture; a glued line counts as several."""
    blank = False
    at = 0
    for whole in text.splitlines(keepends=True):
        start = at
        at += len(whole)
        for begin, end in _unglued(whole):
            part = whole[begin:end].strip()
            shown = nfc(part)
            plain = " ".join(fold_kept(shown).split())
            if not plain:
                blank = True
            elif not _is_page(plain, shown):
                left = begin + len(whole[begin:end]) - len(whole[begin:end].lstrip())
                yield _Line(start + left, start + left + len(part), shown, blank)
                blank = False


def _unglued(line: str) -> list[tuple[int, int]]:
    """The line, cut where a paragraph break was lost; only long lines lose them."""
    if len(line) < 150:
        return [(0, len(line))]
    glued = [found.start() for found in _GLUED.finditer(line)]
    cuts = [0]
    for cut in (*glued, len(line)):
        while cut - cuts[-1] > _LONGEST_PARAGRAPH:
            space = line.rfind(" ", cuts[-1] + 1, cuts[-1] + _LONGEST_PARAGRAPH)
            cuts.append(space if space > 0 else cuts[-1] + _LONGEST_PARAGRAPH)
        cuts.append(cut)
    return list(pairwise(cuts))


def _is_page(plain: str, part: str) -> bool:
    """True for page numbers, rulers and the gazette's stamp."""
    if len(plain) > 90:
        return False
    if _PAGE.fullmatch(plain):
        return True
    return ("cong bao" in plain and _SHOUTED.fullmatch(part) is not None) or plain in {
        "va tin hoc",
        "bao va tin hoc",
    }


def _width(lines: Sequence[_Line]) -> int:
    """The width at which the text was wrapped; 0 when each paragraph is one line.

    A wrapped line stops in the middle of a sentence; where most long lines end with a stop,
    they are paragraphs.
    """
    lengths = sorted(len(line.plain) for line in lines)
    if len(lengths) < 6:
        return 0
    width = lengths[int(len(lengths) * 0.9)]
    full = [line for line in lines if len(line.plain) > 0.75 * width]
    broken = sum(not line.plain.endswith(_ENDED) for line in full)
    wrapped = len(full) > 0.3 * len(lengths) and broken > 0.4 * len(full)
    return width if _WRAPPED_FROM < width < _WRAPPED_TO and wrapped else 0


def marker_of(line: str) -> tuple[float, int] | None:
    """Rank and length of the number, letter or dash that opens a line; None without one."""
    for rank, pattern in _MARKERS:
        if found := pattern.match(line):
            if rank < 1 and found.group()[0].islower():
                continue
            return rank, found.end()
    return None


def _begins(before: _Line, line: _Line, width: int, text: str) -> bool:
    """True when `line` begins a new paragraph after `before`."""
    if "\n" not in text[before.end : line.start] and "\r" not in text[before.end : line.start]:
        return True
    if marker_of(line.plain) is not None and not _dash_inside(before, line, width):
        return True
    ended = before.plain.endswith(_ENDED)
    if _opens_plainly(fold_kept(line.plain), ended=ended):
        return True
    first = line.plain[0]
    if line.plain.startswith("=") or before.plain.startswith("="):
        return True
    if not (first.isupper() or first in '“"[('):
        return ended and line.after_blank and not first.islower()
    plain = fold_kept(before.plain)
    if _OPEN_END.search(plain) and not line.after_blank:
        return False
    if _shouting(before.plain) != _shouting(line.plain):
        return True
    if width:
        room = len(before.plain) + 1 + len(line.plain.split(maxsplit=1)[0])
        indented = room + (8 if marker_of(before.plain) else 0)
        if ended:
            return room < 0.88 * width or (line.after_blank and indented < 0.97 * width)
        opening = OPENERS.match(fold_kept(line.plain)) is not None
        return indented < 0.8 * width or (opening and room < 0.92 * width)
    return True


def _opens_plainly(folded: str, *, ended: bool) -> bool:
    """True for a label ("Thời gian: …") and, after a stop, for the words that close a directive."""
    return LABEL.match(folded) is not None or (ended and CLOSERS.match(folded) is not None)


def _dash_inside(before: _Line, line: _Line, width: int) -> bool:
    """True for the dash of a name ("Lao động\\n- Thương binh") that fell to the beginning of a wrapped line."""
    return (
        width > 0
        and line.plain[0] in "-–"
        and not before.plain.endswith(_ENDED)
        and len(before.plain) > 0.85 * width
        and not line.after_blank
    )


def _shouting(line: str) -> bool:
    """True for a line in capitals: a title, which no sentence continues."""
    return len(line) > 5 and line.upper() == line and any(letter.isalpha() for letter in line)


def _passage(text: str, group: Sequence[_Line]) -> Passage:
    first = group[0]
    marker = marker_of(first.plain)
    if marker is None:
        rank = 0.0 if _shouting(first.plain) or first.plain.startswith("=") else 4.5
        return passage_of(text, [(line.start, line.end) for line in group], "", rank, first.start)
    rank, length = marker
    while len(nfc(text[first.start : first.start + length])) < marker[1]:
        length += 1  # decomposed letters: the marker is longer as it stands
    pieces = [(first.start + length, first.end), *((line.start, line.end) for line in group[1:])]
    return passage_of(text, pieces, first.plain[:length].strip(), rank, first.start)
