"""The guard: which documents must leave no trace, decided before anything of them is stored.

LC-02, HC-03 (three classes by name: mật, tối mật, tuyệt mật) and BT-15 keep secret
documents out of the software altogether. The guard fails closed: a mark that is not
known to be open is secret, a blank one is secret unless the site says otherwise, and a
stamp anywhere in the record outweighs a normal mark. Reasons are codes and carry
nothing of the document.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from connector.records import DirectiveRecord
from frozen import quickly_made
from mappings.texts import fold_accents_kept, nfc

Reason = Literal[
    "open_mark",
    "blank_open",
    "blank_secret",
    "secret_mark",
    "unknown_mark",
    "stamp_in_number",
    "stamp_in_subject",
    "stamp_in_note",
    "stamp_in_file_name",
]

#: Marks that say "not secret". Compared without case, accents kept: "Mặt" is not "Mật".
OPEN_MARKS: Final = frozenset(
    {
        "thường",
        "bình thường",
        "thông thường",
        "không",
        "không mật",
        "không có",
        "công khai",
        "thuong",
        "binh thuong",
        "khong",
        "0",
    }
)
#: However the word is written it begins so: looked for in every subject, which is lowered only where it has one.
_STARTS: Final = ("mậ", "Mậ", "MẬ", "mẬ")
_CLASSES: Final = r"(?:tuyệt[ \t\u00a0]+mật|tối[ \t\u00a0]+mật|mật)"
_BRACKETED: Final = re.compile(rf"[\[({{<]\s*(?:độ\s+)?{_CLASSES}\s*[\])}}>]", re.IGNORECASE)
_LEVEL_NAMED: Final = re.compile(rf"(?:độ|mức độ|mức)\s+mật\s*[:=\-–]?\s*{_CLASSES}\b", re.IGNORECASE)
_AT_END: Final = re.compile(
    rf"^\W*{_CLASSES}\s*[:;|/–—-]|[:;|/–—.\n]\s*{_CLASSES}\W*$|\s[-–]\s*{_CLASSES}\W*$", re.IGNORECASE
)
_ALONE: Final = re.compile(rf"\W*{_CLASSES}\W*", re.IGNORECASE)
_CAPITALS: Final = re.compile(r"(?<!\w)(?:TUYỆT\s+MẬT|TỐI\s+MẬT|MẬT)(?!\w)")
_HIGHER: Final = re.compile(r"(?<!\w)(?:TUYỆT|TỐI)\s+MẬT(?!\w)")
#: The same typed without accents, as in file names.
_PLAIN_CAPITALS: Final = re.compile(r"(?<!BAO )(?<!BI )(?<!CO )\b(?:TUYET ?MAT|TOI ?MAT|MAT)\b")
#: Words in capitals with which MẬT is an ordinary word.
_COMPOUND_BEFORE: Final = re.compile(r"(?:BẢO|BÍ|CƠ|THÂN|TRỤ|RẬM|NGỌT)\s+$")
_COMPOUND_AFTER: Final = re.compile(r"^\s+(?:ĐỘ|ONG|MÃ|KHẨU|THIẾT|VỤ|THƯ|NGHỊ|CẦN|HOA)(?!\w)")
#: "12/CT-UBND(M)", "/M-", "-M", "12-M/": the letter by which secret documents are numbered.
_NUMBERED: Final = re.compile(r"\((?:M|TM|TUM|T\.M)\)|[/\-]M(?=[/\-(]|$)|^\d+[.\-]?M(?=[/\-])|MẬT|\(MAT\)")
_LOOK_ALIKE: Final = str.maketrans("МΜТΤ", "MMTT")


@quickly_made
@dataclass(frozen=True, slots=True)
class Secrecy:
    """Whether a document must not be kept, and why as a code without any of its words."""

    classified: bool
    reason: Reason


def judge(
    directive: DirectiveRecord,
    *,
    blank: Literal["secret", "open"] = "secret",
    open_marks: Collection[str] = OPEN_MARKS,
) -> Secrecy:
    """Judge one document by its mark, its number and any stamp in its texts.

    `blank` says what a document without any mark is on this site; `open_marks` are the
    marks that mean "not secret". A stamp outweighs both.
    """
    if _NUMBERED.search(_compact(directive.number)):
        return Secrecy(True, "stamp_in_number")
    stamped: tuple[tuple[Reason, str], ...] = (
        ("stamp_in_subject", directive.subject),
        ("stamp_in_note", directive.note),
        *(("stamp_in_file_name", file.name) for file in directive.files),
    )
    for reason, text in stamped:
        if text and _is_stamped(text):
            return Secrecy(True, reason)
    return _by_mark(directive.secrecy, blank, open_marks)


def _compact(number: str) -> str:
    """The number in capitals without spaces, Cyrillic and Greek look-alikes as the letters they pass for."""
    plain = "".join(nfc(number).upper().split())
    return plain if plain.isascii() else plain.translate(_LOOK_ALIKE)


def _by_mark(mark: str, blank: str, open_marks: Collection[str]) -> Secrecy:
    """The mark alone: blank by the site's rule, known open, else secret."""
    plain = _plain_mark(mark)
    if not plain:
        return Secrecy(blank != "open", "blank_open" if blank == "open" else "blank_secret")
    known = open_marks if open_marks is OPEN_MARKS else {fold_accents_kept(name) for name in open_marks}
    if "mật" in plain.split() and plain != "không mật":
        return Secrecy(True, "secret_mark")
    if plain in known:
        return Secrecy(False, "open_mark")
    return Secrecy(True, "unknown_mark")


@lru_cache(maxsize=256)
def _plain_mark(mark: str) -> str:
    """The mark as it is compared: a site has a handful of them."""
    return fold_accents_kept(mark).strip(" .,:;-–—_")


def _is_stamped(text: str) -> bool:
    """True when a secrecy stamp stands in a short text (subject, note, file name)."""
    text = nfc(text).replace("_", " ")
    if text.isascii():
        return _PLAIN_CAPITALS.search(text) is not None
    if not any(start in text for start in _STARTS) or "mật" not in text.lower():
        return False
    if (
        _HIGHER.search(text)
        or _ALONE.fullmatch(text)
        or _BRACKETED.search(text)
        or _LEVEL_NAMED.search(text)
        or _AT_END.search(text)
    ):
        return True
    if not any(letter.islower() for letter in text):
        return False
    return any(_stands_apart(text, match) for match in _CAPITALS.finditer(text))


def _stands_apart(text: str, match: re.Match[str]) -> bool:
    """True for MẬT in capitals that is no part of a compound such as "BẢO MẬT" or "MẬT ĐỘ"."""
    return not _COMPOUND_BEFORE.search(text[: match.start()]) and not _COMPOUND_AFTER.search(
        text[match.end() :]
    )


def text_is_marked(text: str) -> bool:
    """True when the text of a file carries a secrecy stamp on a line (or table cell) of its own.

    "MẬT", "TỐI MẬT", "TUYỆT MẬT", "Độ mật: Mật" mark a file; "bảo mật thông tin", "mật độ
    dân số" do not. Letters of a stamp set apart ("M Ậ T") count as well.
    """
    return any(_line_is_stamp(line) for line in re.split(r"[\n\r\t\v\f|]| {2,}", nfc(text)) if line)


def _line_is_stamp(line: str) -> bool:
    """One line: a stamp alone with its capital, or the level named."""
    plain = line.strip(" \u00a0[](){}<>\"“”'*.,:;-–—_")
    if not 3 <= len(plain) <= 80:
        return False
    words = fold_accents_kept(plain)
    if words.replace(" ", "") in {"mật", "tốimật", "tuyệtmật"}:
        return plain[0].isupper()
    return _LEVEL_NAMED.search(plain) is not None
