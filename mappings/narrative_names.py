"""What stands at one word of a sentence: the beginning of a unit's name, a place, a field, an action.

The questions that `narrative_units` asks while it reads a list of names; each looks at
a few tokens from one place on and answers without moving.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from mappings.narrative_text import Token
from mappings.narrative_words import (
    ACCENTS,
    FIELD_HEADS,
    FIELDS,
    HEADS,
    LEVELS,
    NAMING,
    NO_VERB,
    NOT_AFTER,
    NOT_NAMES,
    PLURALS,
    TAILS,
    TITLES,
    VERB_WORDS,
    VERBS,
    Phrases,
)

PLACES: Final = frozenset(
    {"tinh", "huyen", "xa", "phuong", "quan", "tp", "thanh", "thi", "dac", "cap", "khu"}
)
PLACE_PAIRS: Final = frozenset({("thanh", "pho"), ("thi", "xa"), ("thi", "tran"), ("dac", "khu")})


def _fields_by_first_word() -> dict[str, list[tuple[str, ...]]]:
    """Departments' fields by their first word, the longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for words in FIELDS:
        field = tuple(words.replace(",", " ,").split())
        found.setdefault(field[0], []).append(field)
    return found


_FIELDS: Final = _fields_by_first_word()


def begins_name(tokens: Sequence[Token], at: int) -> bool:
    """True when a head, a title or a plural of a kind of body stands at `at`."""
    if at >= len(tokens):
        return False
    token = tokens[at]
    if (token.word, word_at(tokens, at + 1)) in NOT_NAMES:
        return False
    if (
        token.word in PLURALS
        and phrase_at(tokens, at + 1, LEVELS) < 2
        and (word_at(tokens, at + 1), word_at(tokens, at + 2)) in NOT_NAMES
    ):
        return False
    if token.word in PLURALS or (token.word == "tat" and word_at(tokens, at + 1) == "ca"):
        step = at + (1 if token.word in PLURALS else 2)
        step += word_at(tokens, step) in PLURALS
        return bool(
            phrase_at(tokens, step, LEVELS)
            or phrase_at(tokens, step, HEADS)
            or phrase_at(tokens, step, TITLES)
        )
    if _is_acronym(tokens, at):
        return True
    if phrase_at(tokens, at, TITLES):
        person = (token.word, word_at(tokens, at + 1)) == ("dong", "chi") or token.word in {"ong", "ba"}
        return (
            token.capital
            or _title_of_unit(tokens, at)
            or (person and is_proper(tokens, at + phrase_at(tokens, at, TITLES)))
        )
    length = phrase_at(tokens, at, HEADS)
    if not length:
        return False
    following = at + length
    if token.capital or (following < len(tokens) and is_proper(tokens, following)):
        return True
    return bool(phrase_at(tokens, at, LEVELS)) and opens_group(tokens, at)


def is_verb(tokens: Sequence[Token], at: int) -> bool:
    """True when an action, its manner or its condition begins at `at`, written small."""
    token = tokens[at]
    if token.capital or not token.raw[0].isalpha():
        return False
    if at and tokens[at - 1].word in NOT_AFTER and not tokens[at - 1].capital:
        return tokens[at - 1].word == "su" and word_at(tokens, at - 2) in {"dan", "quan", "nhan"}
    if token.raw == "xây" and word_at(tokens, at - 1) == "tu" and not tokens[at - 2].capital:
        return False
    if token.raw == "giao" and word_at(tokens, at + 1) in {"thong", "duc", "dich"}:
        return False
    return token.raw in VERB_WORDS or (
        token.raw not in NO_VERB and (token.word, word_at(tokens, at + 1)) in VERBS
    )


def _is_acronym(tokens: Sequence[Token], at: int) -> bool:
    """True for a name in capitals ("VNPT", "LĐTBXH"), which no title in capitals around it explains."""
    raw = tokens[at].raw
    if len(raw) < 3 or not raw.isupper() or not raw.replace("Đ", "D").isascii() or not raw.isalpha():
        return False
    around = [*tokens[max(0, at - 1) : at], *tokens[at + 1 : at + 2]]
    return not any(t.raw.isupper() and t.raw.isalpha() and len(t.raw) > 1 for t in around)


def _title_of_unit(tokens: Sequence[Token], at: int) -> bool:
    """“thủ trưởng các cơ quan", "lãnh đạo Sở X": a title in small letters with its unit."""
    after = at + phrase_at(tokens, at, TITLES)
    return after < len(tokens) and (
        tokens[after].word in PLURALS or (tokens[after].capital and begins_name(tokens, after))
    )


def opens_group(tokens: Sequence[Token], at: int) -> bool:
    """“cơ quan, đơn vị", "đơn vị liên quan": kinds in small letters that stand for all of their kind."""
    after = at + phrase_at(tokens, at, LEVELS)
    if after >= len(tokens):
        return False
    if tokens[after].raw in {",", "và"} and after + 1 < len(tokens):
        return bool(phrase_at(tokens, after + 1, LEVELS))
    return not tokens[after].capital and bool(phrase_at(tokens, after, TAILS))


def word_at(tokens: Sequence[Token], at: int) -> str:
    """The folded word at a place, "" beyond the ends."""
    return tokens[at].word if 0 <= at < len(tokens) else ""


@cache
def _first_words(known: Phrases) -> frozenset[str]:
    """The words with which the phrases of a table begin: most words of a text begin none."""
    return frozenset(phrase[0] for phrase in known)


def phrase_at(tokens: Sequence[Token], at: int, known: Phrases) -> int:
    """The number of words of the longest known phrase standing at `at`; 0 when none does."""
    if at >= len(tokens) or tokens[at].word not in _first_words(known):
        return 0
    for length in (4, 3, 2):
        if at + length <= len(tokens) and tuple([t.word for t in tokens[at : at + length]]) in known:
            return length
    if (tokens[at].word,) not in known:
        return 0
    return 1 if tokens[at].raw.lower() in ACCENTS.get(tokens[at].word, {tokens[at].raw.lower()}) else 0


def field_at(tokens: Sequence[Token], at: int) -> int:
    """The number of tokens of the longest department field standing at `at`; 0 when none does."""
    if at >= len(tokens) or not tokens[at].capital:
        return 0
    for words in _FIELDS.get(tokens[at].word, ()):
        part = tokens[at : at + len(words)]
        if len(part) == len(words) and all(_same(t.word, w) for t, w in zip(part, words, strict=True)):
            return len(words)
    return 0


def _same(written: str, known: str) -> bool:
    return written == known or (written in {"–", "-", "va"} and known in {"-", "va"} and written != "va")


def is_proper(tokens: Sequence[Token], at: int) -> bool:
    """True for a word with a capital."""
    return at < len(tokens) and tokens[at].capital and tokens[at].raw[0].isalpha()


def place_end(tokens: Sequence[Token], at: int) -> int:
    """Where the place after a field ends: "Sở Y tế | tỉnh Sông Lam", "Phòng Nội vụ | huyện"."""
    pair = (word_at(tokens, at), word_at(tokens, at + 1))
    if pair in PLACE_PAIRS:
        at += 2
    elif pair[0] in PLACES and pair[0] not in {"thanh", "thi", "dac"} and not tokens[at].capital:
        at += 1
    elif at < len(tokens) and is_proper(tokens, at) and not phrase_at(tokens, at, HEADS):
        pass
    else:
        return at
    count = 0
    while at < len(tokens) and is_proper(tokens, at) and count < 4 and not starts_action(tokens, at):
        at, count = at + 1, count + 1
    return at


def is_level(tokens: Sequence[Token], at: int) -> bool:
    """True for the level of a place, small ("tỉnh") or in capitals as some write it ("Thành phố")."""
    return not tokens[at].capital or (tokens[at].word, word_at(tokens, at + 1)) == ("thanh", "pho")


def no_place(tokens: Sequence[Token], at: int) -> bool:
    """True where "xã", "khu", "cấp" are parts of other words: "hợp tác xã", "xã hội", "khu kinh tế"."""
    pair = (tokens[at].word, word_at(tokens, at + 1))
    return (
        tokens[at].word in {"khu", "cap", "quan", "tp"}
        or pair in {("xa", "hoi"), ("thi", "truong")}
        or tokens[at - 1].word in {"tac", "khu"}
    )


def starts_action(tokens: Sequence[Token], at: int) -> bool:
    """True for a capital verb that only an action begins with: "… Hà Nội | Chỉ đạo các cơ quan"."""
    pair = (tokens[at].word, word_at(tokens, at + 1))
    return (
        tokens[at].capital
        and pair in VERBS
        and not tokens[min(at + 1, len(tokens) - 1)].capital
        and pair not in NAMING
    )


def goes_on(tokens: Sequence[Token], at: int) -> bool:
    """True when the words after a comma still belong to a company's name ("Công ty Đầu tư, Xây dựng và …")."""
    if (word_at(tokens, at), word_at(tokens, at + 1)) == ("truyen", "hinh"):
        return True
    if at >= len(tokens) or not is_proper(tokens, at) or begins_name(tokens, at):
        return False
    for following in tokens[at : at + 6]:
        if following.raw in {",", ";", ".", ":"}:
            return False
        if following.raw == "và":
            return True
    return False


def joined_inside(tokens: Sequence[Token], at: int) -> bool:
    """True when "và" joins words of one name: "Phát thanh và Truyền hình", "Đoàn ĐBQH và HĐND"."""
    if at + 1 >= len(tokens):
        return False
    if (tokens[at - 1].word, tokens[at + 1].word) in {("dbqh", "hdnd"), ("bao", "phat")}:
        return True
    if (
        tokens[at - 1].word == "te"
        and tokens[at + 1].word == "cac"
        and word_at(tokens, at + 2) in {"khu", "cum"}
    ):
        return True
    return tokens[at].raw == "và" and is_proper(tokens, at + 1) and not begins_name(tokens, at + 1)


def continues_group(tokens: Sequence[Token], at: int) -> bool:
    """True when a kind of body after a comma still belongs to the group, and no name of its own begins."""
    length = phrase_at(tokens, at, LEVELS)
    if not length or at >= len(tokens) or tokens[at].word in PLURALS:
        return False
    after = at + length
    if tokens[at].capital and (length > 1 or (after < len(tokens) and tokens[after].raw[0].isalnum())):
        return False
    if not is_verb(tokens, at):
        return True
    return word_at(tokens, after) in {",", "va", *PLACES} or bool(phrase_at(tokens, after, TAILS))


def lists_proper(tokens: Sequence[Token], at: int) -> bool:
    """“các huyện Hải Hà, Sông Mây": own names after the kind."""
    if not is_proper(tokens, at) or phrase_at(tokens, at, HEADS):
        return False
    following = at
    while following < len(tokens) and following < at + 4 and is_proper(tokens, following):
        following += 1
    return (
        word_at(tokens, following) in {",", "va"}
        and following + 1 < len(tokens)
        and is_proper(tokens, following + 1)
    )


def lists_after_colon(tokens: Sequence[Token], step: int, length: int, at: int) -> bool:
    """True for "các Sở: Xây dựng, …", not for "các đơn vị: Xây dựng kế hoạch", where the work follows."""
    if tuple([t.word for t in tokens[step : step + length]]) in FIELD_HEADS and (
        known := field_at(tokens, at)
    ):
        return (
            (tokens[at].word, word_at(tokens, at + 1)) not in VERBS
            or not word_at(tokens, at + known).isalpha()
            or is_verb(tokens, at + known)
        )
    return (tokens[at].word, word_at(tokens, at + 1)) not in VERBS
