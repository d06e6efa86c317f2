"""Shorter ways to write the name of a unit, by rule: without its place, its parent, or words nobody writes.

Every form keeps the order of the words. How far a form is from the full name is its
rank; whether a form could also be another unit's name is decided by `unit_index`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from mappings.unit_words import Token, tokens_of, words_of

Words = tuple[str, ...]

#: A remark behind a name: "(Sở Nội vụ)", "[cũ]".
BRACKET: Final = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])\s*")
#: Levels that may stand before a place's own name at the end of a unit's name.
_PLACE_LEVELS: Final = (
    ("tinh",),
    ("thanh", "pho"),
    ("huyen",),
    ("quan",),
    ("thi", "xa"),
    ("thi", "tran"),
    ("dac", "khu"),
    ("xa",),
    ("phuong",),
)
#: "xã X" stands for the People's Committee of that commune, the only body meant by the place alone.
_COMMITTEE: Final = ("uy", "ban", "nhan", "dan")
_LOCAL_LEVELS: Final = frozenset({"xa", "phuong", "thi", "dac", "huyen", "quan", "thanh"})
#: Words inside a name that offices leave out: "Ủy ban MTTQ (Việt Nam) tỉnh", "Văn phòng (Đoàn ĐBQH và) HĐND".
_LEFT_OUT: Final = (("viet", "nam"), ("doan", "dai", "bieu", "quoc", "hoi"))
#: Offices inside a ministry: "Văn phòng Bộ", "Thanh tra Bộ" stand for "… Bộ X".
_OF_A_MINISTRY: Final = (("van", "phong"), ("thanh", "tra"))


def without_remark(name: str) -> list[Token]:
    """The words of a name without the remark in brackets behind it; all words where nothing else is left."""
    return tokens_of(BRACKET.sub(" ", name)) or tokens_of(name)


def places_in(names: Iterable[Sequence[Token]]) -> dict[Words, Words]:
    """Own names of places at the end of unit names, each with its level ("song lam" → "tinh")."""
    found: dict[Words, Words] = {}
    for tokens in names:
        if cut := place_at(tokens):
            level, proper = cut
            found.setdefault(
                tuple([t.word for t in tokens[proper:]]), tuple(t.word for t in tokens[level:proper])
            )
    return found


def place_at(tokens: Sequence[Token]) -> tuple[int, int] | None:
    """Where a level and a capitalised own name close a unit's name; None when they do not."""
    for level in range(len(tokens) - 2, 0, -1):
        for words in _PLACE_LEVELS:
            proper = level + len(words)
            if tuple([t.word for t in tokens[level:proper]]) != words or not 0 < len(tokens) - proper <= 3:
                continue
            if all(t.raw[0].isupper() or t.raw.isdigit() for t in tokens[proper:]):
                return level, proper
    return None


def ends_with_level(tokens: Sequence[Token]) -> Words:
    """The level that closes a name without the place's own name ("Công an tỉnh"), () when none does."""
    return next((words for words in _PLACE_LEVELS if words_of(tokens[-len(words) :]) == words), ())


def home_of(tokens: Sequence[Token], remark: str, places: Mapping[Words, Words]) -> Words:
    """The place to which a unit belongs, else the house in the remark behind its name; () when neither is told."""
    words = words_of(tokens)
    inside = words_of(tokens_of(remark))
    for length in (3, 2, 1):
        for end in (words[-length:], inside[-length:]):
            if end in places:
                return end
    return inside or next((words[at:] for at in range(2, len(words) - 1) if _in_ministry(words, at)), ())


def _in_ministry(words: Words, at: int) -> bool:
    """True for "Thanh tra Bộ X" with its ministry beginning at `at`."""
    return words[at] == "bo" and words[:at] in _OF_A_MINISTRY


def shorter(tokens: Sequence[Token], places: Mapping[Words, Words]) -> Iterator[Sequence[Token]]:
    """Forms without the place's own name, without its level, and without the parent unit after a comma."""
    for at, token in enumerate(tokens):
        if at > 1 and "," in token.gap and token.word in {"so", "uy", "dang", "van"} and token.raw != "so":
            yield tokens[:at]
        if at + 1 < len(tokens) and _in_ministry(words_of(tokens), at):
            yield tokens[: at + 1]
    for level_words in (("tinh",), ("thanh", "pho")):
        if words_of(tokens[-len(level_words) :]) == level_words and len(tokens) > len(level_words) + 1:
            yield tokens[: -len(level_words)]
    if cut := place_at(tokens):
        level, proper = cut
        if words_of(tokens[:level]) == _COMMITTEE and tokens[level].word in _LOCAL_LEVELS:
            yield tokens[level:]
        yield tokens[:proper]
        yield [*tokens[:level], *tokens[proper:]]
        yield tokens[:level]
        return
    for length in (3, 2, 1):
        words = tuple([t.word for t in tokens[-length:]])
        if len(tokens) > length + 1 and words in places:
            head = tokens[:-length]
            level_tokens = [Token(w, w, w) for w in places[words]]
            yield [*head, *level_tokens]
            yield [*head, *level_tokens, *tokens[-length:]]
            yield head


def loosened(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """The name without words that offices leave out of its middle."""
    words = words_of(tokens)
    for left_out in _LEFT_OUT:
        for at in range(1, len(words) - len(left_out)):
            if words[at : at + len(left_out)] == left_out:
                rest = [*tokens[:at], *tokens[at + len(left_out) :]]
                yield rest
                if words[:4] == ("uy", "ban", "mat", "tran"):
                    yield rest[2:]
