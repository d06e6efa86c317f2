"""Folding: which spellings are the same words (M35).

Includes composed and decomposed letters, đ, tones on another vowel, invisible
characters. Excludes what rules do with folded texts.
"""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.texts import CAPITALS, SMALL_LETTERS, collapse, fold, fold_accents_kept, nfc


@pytest.mark.covers("M35")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Chỉ thị", unicodedata.normalize("NFD", "Chỉ thị")),
        ("Đại Lộc", "đại lộc"),
        ("Ủy ban", "Uỷ ban"),
        ("Sở\u200b Y\u00a0tế", "sở y tế"),
        ("Ðồng Tháp", "Đồng Tháp"),
        ("Sở  Nội\n vụ ", "SỞ NỘI VỤ"),
        ("So Noi vu", "Sở Nội vụ"),
    ],
)
def test_the_same_words_fold_to_the_same_text(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_folding_is_plain_ascii_for_vietnamese() -> None:
    assert fold("ĐƯỜNG Nguyễn Huệ – Quận 1") == "duong nguyen hue – quan 1"


def test_accents_kept_tells_apart_what_folding_does_not() -> None:
    assert fold("mật") == fold("mặt")
    assert fold_accents_kept("MẬT") == "mật"
    assert fold_accents_kept("mật") != fold_accents_kept("mặt")


def test_nfc_keeps_everything_but_invisible_characters() -> None:
    assert nfc("Ha\u0300 No\u0323\u0302i\ufeff, 2 dòng\nhết") == "Hà Nội, 2 dòng\nhết"
    assert collapse(" a\t b\n\nc ") == "a b c"


_VIETNAMESE = "aàảãáạăằẳẵắặâầẩẫấậđeèéẹêếềệiìíịoòóọôồốộơờớợuùúụưừứựyỳýỵ ABCĐÊÔƠƯ \n\t"


@given(st.text(alphabet=_VIETNAMESE, max_size=60))
def test_folding_gives_small_plain_letters_and_is_done_in_one_pass(text: str) -> None:
    once = fold(text)
    assert once.isascii()
    assert once == once.lower() == fold(once)
    assert once == fold(unicodedata.normalize("NFD", text)) == fold(text.upper())


def test_small_letters_and_capitals_are_told_apart_by_their_classes() -> None:
    letters = [
        chr(code) for code in (*range(0x41, 0x250), *range(0x1E00, 0x1F00)) if fold(chr(code)).isascii()
    ]
    vietnamese = [letter for letter in letters if letter.isalpha() and letter.lower() in _LETTERS]
    assert len(vietnamese) == 2 * len(_LETTERS)
    for letter in vietnamese:
        assert bool(re.fullmatch(f"[{SMALL_LETTERS}]", letter)) is letter.islower(), letter
        assert bool(re.fullmatch(f"[{CAPITALS}]", letter)) is letter.isupper(), letter


_TONED = "".join(
    vowel + tone
    for vowel in "aăâeêioôơuưy"
    for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
)
_LETTERS = frozenset("bcdđghklmnpqrstvxfjwz") | frozenset(unicodedata.normalize("NFC", _TONED))
