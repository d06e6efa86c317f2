"""One way to compare Vietnamese texts, used by every rule of this room.

Texts are stored in NFC, exactly as they were written, and compared folded: two
documents write the same unit with composed or decomposed letters, with the tone
on another vowel, with a zero-width space from a copied PDF (M35). Folding is a
normal form, never a measure of likeness: equal folds mean the same words.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

#: The small letters of Vietnamese, for classes of regular expressions: in Unicode they lie between the capitals,
#: so that no range ("à-ỹ") holds them alone.
SMALL_LETTERS: Final = "a-zàáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
CAPITALS: Final = SMALL_LETTERS.upper()
#: Invisible characters that copied text carries along; they separate nothing.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_MARKS = re.compile("[\u0300-\u036f]")


def nfc(text: str) -> str:
    """The text in NFC without invisible characters; everything else is kept as written."""
    if text.isascii():
        return text
    if not text.isprintable():  # no invisible character is printable
        text = _INVISIBLE.sub("", text)
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def collapse(text: str) -> str:
    """One space for each run of white space (line breaks of a table cell included), none at the ends."""
    return " ".join(nfc(text).split())


def fold(text: str) -> str:
    """Lower case, no accents, đ as d, single spaces: equal for all spellings of the same words.

    đ goes first because it has no decomposition: stripping marks alone would keep it. The
    Icelandic letter that old keyboards typed for it counts as đ.
    """
    if not text.isascii():
        text = text.replace("đ", "d").replace("Đ", "d").replace("ð", "d").replace("Ð", "d")
        text = _MARKS.sub("", unicodedata.normalize("NFD", _INVISIBLE.sub("", text)))
    return " ".join(text.lower().split())


def fold_accents_kept(text: str) -> str:
    """Lower case and single spaces with accents kept, for where "mật" and "mặt" must differ."""
    if text.isprintable() and "  " not in text and text[:1] != " " and text[-1:] != " ":
        # The plain space is the only white space that is printable, and no invisible character is.
        if not text.isascii() and not unicodedata.is_normalized("NFC", text):
            text = unicodedata.normalize("NFC", text)
        return text.lower()
    return " ".join(nfc(text).lower().split())
