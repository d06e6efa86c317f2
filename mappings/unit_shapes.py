"""Shapes of texts that stand where a unit should: open groups, persons by title, words of asking.

A group is recognised by its grammar alone (plural words, kinds of bodies without a name
of their own, "liên quan"); whether a text is the name of one unit the directory decides
before anyone asks here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from mappings.texts import fold
from mappings.unit_words import Token, accents_of, same_accents, words_of

#: Phrases by their first folded word: folded words, accents, and a number that goes with them.
_Phrases = Mapping[str, Sequence[tuple[tuple[str, ...], tuple[str, ...], int]]]


def _by_first_word(*groups: tuple[int, str]) -> _Phrases:
    found: dict[str, list[tuple[tuple[str, ...], tuple[str, ...], int]]] = {}
    for number, phrases in groups:
        for phrase in phrases.split("|"):
            words = tuple(fold(phrase).split())
            accents = tuple(accents_of(word) for word in phrase.split())
            found.setdefault(words[0], []).append((words, accents, number))
    return MappingProxyType(found)


_LEVELS: Final = (
    "so|ban|bo|nganh|xa|phuong|huyen|quan(?! ly| su)|tinh|khoi|thon|khom|ap|truong|phong|hoi|thi xa|thi tran|thanh pho"
    "|dac khu|co quan|don vi|dia phuong|doan the|to chuc|doanh nghiep|chu dau tu|nha thau|trung tam|benh vien"
    "|cong ty|ngan hang|chi nhanh|chi cuc|hop tac xa|hiep hoi|truong hoc|co so|linh vuc|chi bo"
)
_BODIES: Final = "uy ban nhan dan|hoi dong nhan dan|(?:uy ban )?mat tran to quoc|dang uy|cong an"
_TAILS: Final = "co|lien quan|khac|thuoc|truc thuoc|tren|dia ban|trong|ca nuoc|cua|cap|tuong ung|nha nuoc"
_RELATED: Final = "lien quan|co lien quan|khac|truc thuoc"
#: "sở ngành", "đơn vị liên quan": two kinds together, or one with a tail that opens it.
_TWO_LEVELS: Final = re.compile(rf"(?:{_LEVELS}) (?:{_LEVELS}|{_RELATED})\b.*")
_LEVELS_ONLY: Final = re.compile(rf"(?:(?:{_BODIES}) )?(?:{_LEVELS})(?: (?:{_LEVELS}|{_TAILS}))*")
_LEVEL_FIRST: Final = re.compile(rf"(?:{_LEVELS})\b")
#: One body whose own name has "các" in it: "Liên hiệp các tổ chức hữu nghị", "Đảng ủy các cơ quan Đảng".
_NAMED_BY_MANY: Final = (
    "lien (?:hiep|minh) |hiep hoi |hoi cac |ban quan ly |trung tam |quy |dang uy cac co quan "
)
#: "UBND 130 xã, phường", "130 UBND cấp xã".
_COUNTED: Final = re.compile(
    rf"(?:(?:{_BODIES}) )?\d+(?: \d+)? (?:(?:{_BODIES}) )?(?:cap )?(?:{_LEVELS})\b.*"
)
#: "UBND các xã", "Công an các huyện", "MTTQ cấp xã".
_OF_MANY: Final = re.compile(
    rf"(?!{_NAMED_BY_MANY})(?:[a-z]+ ){{1,8}}?"
    rf"(?:cac (?:{_LEVELS})|cap (?:xa|huyen|tinh|phuong|so|tren|duoi)(?: (?:{_LEVELS}|{_TAILS}))*$).*"
)
_RELATED_LAST: Final = re.compile(r".* lien quan")
_ALL_LEVELS: Final = re.compile(rf"(?:{_LEVELS})(?: (?:{_LEVELS}))*")
_PLACE: Final = re.compile("xa|phuong|huyen|quan|thi xa|thi tran|thanh pho|dac khu")
PLURALS: Final = frozenset({"cac", "nhung", "moi", "tung", "tat", "toan"})
#: First words of units' names: a text that begins so names a unit, known or not.
_HEADS: Final = re.compile(
    "(?:so|ban|bo|vu|cuc|phong|vien|truong|hoc|trung|van|uy|hoi|to|cong|ngan|bao|dai|kho|thue|thanh|tinh|dang"
    "|huyen|lien|toa|chinh|quoc|tong|doi|du|de|chuong|thuong|co|chi|nha|benh|khu|hat)"
)
#: A person's title, and how many of its words belong to the unit's own name ("Chánh | Văn phòng …").
_TITLES: Final = _by_first_word(
    (
        0,
        "phó tổng giám đốc|tổng giám đốc|phó giám đốc|giám đốc|phó chủ tịch|chủ tịch|phó thủ tướng|thủ tướng",
    ),
    (
        0,
        "thủ trưởng|thứ trưởng|bộ trưởng|chi cục trưởng|cục trưởng|vụ trưởng|viện trưởng|chánh án|hiệu trưởng",
    ),
    (0, "đ c|gđ|pgđ|pct|phó ct"),
    (0, "phó bí thư|bí thư|chỉ huy trưởng|tổ trưởng|đội trưởng|người đứng đầu|lãnh đạo|đồng chí|ông|bà|ct"),
    (1, "trưởng phòng|trưởng ban"),
    (2, "chánh văn phòng|chánh thanh tra|trưởng công an"),
)
#: Words before a unit that ask or appoint and are no part of its name.
_ASKING: Final = _by_first_word(
    (0, "đơn vị chủ trì|cơ quan chủ trì|đề nghị|yêu cầu|chủ trì|phối hợp|giao"),
)


def title_end(tokens: Sequence[Token], at: int) -> int:
    """Where the unit's own words begin after a person's title standing at `at`; 0 without a title."""
    return next((at + length - kept for length, kept in _standing(_TITLES, tokens, at)), 0)


def asking_end(tokens: Sequence[Token], at: int) -> int:
    """Where words of asking that stand at `at` end; `at` itself when there are none."""
    return next((at + length for length, _ in _standing(_ASKING, tokens, at)), at)


def _standing(phrases: _Phrases, tokens: Sequence[Token], at: int) -> Iterator[tuple[int, int]]:
    """Phrases that stand at `at`; one of a single word must agree in its accents ("Bà", not "Ba")."""
    for words, accents, kept in phrases.get(tokens[at].word, ()):
        part = tokens[at : at + len(words)]
        if words_of(part) != words:
            continue
        written = [token.accents for token in part]
        if written == list(accents) or (len(words) > 1 and same_accents(written, accents)):
            yield len(words), kept


def is_group(tokens: Sequence[Token], following: str) -> bool:
    """True when these words are an open group; `following` are the folded words after the next comma."""
    text = " ".join(words_of(tokens))
    if tokens[0].word in PLURALS or tokens[0].word == "nganh" or _OF_MANY.fullmatch(text):
        return True
    if _COUNTED.fullmatch(text):
        return True
    if _RELATED_LAST.fullmatch(text) or _TWO_LEVELS.fullmatch(text):
        return _LEVEL_FIRST.match(text) is not None
    return _LEVELS_ONLY.fullmatch(text) is not None and _LEVEL_FIRST.match(following) is not None


def continues_group(tokens: Sequence[Token]) -> bool:
    """True when the words after a comma still belong to the group before it."""
    text = " ".join(words_of(tokens))
    if text in {"thanh", "thi"}:  # "UBND các huyện, thành, thị"
        return True
    return _LEVEL_FIRST.match(text) is not None and not any(token.word in PLURALS for token in tokens)


def names_levels_only(tokens: Sequence[Token]) -> bool:
    """True for "xã", "sở ngành": kinds of bodies without any name."""
    return _ALL_LEVELS.fullmatch(" ".join(words_of(tokens))) is not None


def counts_many(tokens: Sequence[Token], at: int) -> bool:
    """True for "các" and for the number in "03 xã" at this place: several bodies follow."""
    following = tokens[at + 1 : at + 2]
    counted = tokens[at].raw.isdigit() and bool(following) and names_levels_only(following)
    return tokens[at].word in PLURALS or counted


def levels_at_end(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    """“UBND các xã, phường, đặc khu” without "các": the words of each kind after its body's own."""
    kinds: list[Sequence[Token]] = []
    end = len(tokens)
    while end > 0:
        length = next((n for n in (2, 1) if end >= n and _PLACE.fullmatch(_text(tokens[end - n : end]))), 0)
        if not length:
            break
        kinds.append([token._replace(gap="") for token in tokens[end - length : end]])
        end -= length
    return [[*tokens[:end], *kind] for kind in reversed(kinds)]


def _text(tokens: Sequence[Token]) -> str:
    return " ".join(words_of(tokens))


def ends_in_level(tokens: Sequence[Token]) -> bool:
    """True for "UBND xã": the name of a kind, which the words after a comma may go on listing."""
    return names_levels_only(tokens[-1:]) or names_levels_only(tokens[-2:])


def looks_like_unit(tokens: Sequence[Token]) -> bool:
    """True when a text has the shape of one unit's name although nobody knows the unit."""
    return bool(tokens) and (_HEADS.fullmatch(tokens[0].word) is not None or tokens[0].raw.isupper())
