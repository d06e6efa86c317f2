"""Short marks of a cell that are no text of their own: row numbers, "như trên", "-nt-", dashes."""

from __future__ import annotations

import re
from typing import Final

from mappings.tables.folding import bare

_ORDINAL = re.compile(r"\(?(?:\d{1,6}(?:\.\d{1,3})*|[IVXLC]{1,7}|[A-ZĐa-zđ])\)?[.)]?")
_DITTO_WORDS: Final = frozenset(
    {
        "nt", "n t", "nhu tren", "nhu o tren", "nhu dong tren", "nhu muc tren", "nhu cau tren", "tuong tu nhu tren",
        "tuong tu tren", "nhu noi dung tren", "nhu tren nt",
    }
)  # fmt: skip
_DITTO_SIGN = re.compile(r"""[-–\s.]*(?:["″”“„〃'′´`‶]{1,4}|//|\\\\)[-–\s.]*""")
_NOTHING = re.compile(r"[-–—./…_\s]+")
_REFERENCE = re.compile(r"(?:nhu|theo) (?:muc|stt|so tt|tt|so|dong|nhiem vu)(?: so)? (\d{1,3})")
_SPOKEN_STARTS: Final = ("nt", "n/t", "n.t", "n t", "như", "nhu", "tương", "tuong", "theo ")
LONGEST_MARK: Final = 24
#: Whatever begins otherwise is text: asked of every cell, so that the rest is asked of few.
MARK_STARTS: Final = frozenset("nNtT(-–—._…/\\\"″”“„〃'′´`‶")


def is_ordinal(text: str) -> bool:
    """A number or letter that counts rows ("1", "2.1", "IV", "a)"), not a word."""
    return len(text) <= 12 and _ORDINAL.fullmatch(text) is not None


def is_ditto(text: str) -> bool:
    """ "như trên", "-nt-", "″": the cell stands for the one above it."""
    if not 0 < len(text) <= LONGEST_MARK or text[0] not in MARK_STARTS:
        return False
    return _words(text) in _DITTO_WORDS or _DITTO_SIGN.fullmatch(text) is not None


def is_nothing(text: str) -> bool:
    """A dash or dots put where nothing is to be said."""
    return len(text) < 8 and text[:1] in MARK_STARTS and _NOTHING.fullmatch(text) is not None


def referred_ordinal(text: str) -> str:
    """The number of the row that a cell refers to ("như mục 3"), "" when it refers to none."""
    found = _REFERENCE.fullmatch(_words(text)) if len(text) <= LONGEST_MARK else None
    return found[1] if found else ""


def _words(text: str) -> str:
    """The bare words of a text that begins like a mark, "" for any other: most names are told from a mark at once."""
    return bare(text) if text.lstrip(" (-–—.").lower().startswith(_SPOKEN_STARTS) else ""
