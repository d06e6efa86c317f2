"""Who is given work in a clause: "Giao Sở X …", "Yêu cầu Chủ tịch UBND các huyện …", "Sở X chủ trì …".

Three ways to give work are read: a word of asking with the units behind it, units as the
subject of an action, and "được giao". Whoever gives the work ("Chủ tịch UBND tỉnh
giao …") never becomes the lead, nor does a body that something is reported to.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from mappings.narrative_names import begins_name, is_verb
from mappings.narrative_text import Passage, Token
from mappings.narrative_units import NameList, names_at
from mappings.narrative_words import NO_ACTION, NOUN_BEFORE, VERBS

Ask = Literal["giao", "yêu cầu", "đề nghị"]

#: What stands between the asking word and the units.
_BETWEEN: Final = frozenset({"cho", "nhiem", "vu", "trach", "them"})
#: The highest bodies of a province: they give work and receive reports; without an asking word they lead nothing.
_ISSUER: Final = re.compile(
    r"(?:(?:pho )?(?:chu tich|thu tuong|bi thu)|dong chi (?:pho )?(?:chu tich|bi thu)"
    r"|thuong truc|lanh dao)?(?: thuong truc)? ?"
    r"(?:ubnd|uy ban nhan dan|hdnd|hoi dong nhan dan|tinh uy|thanh uy|chinh phu|trung uong"
    r"|quoc hoi|thu tuong chinh phu)"
    r"(?: tinh(?: \w+){0,4}| thanh pho)?|(?:pho )?thu tuong chinh phu|thu tuong"
    r"|(?:ban )?thuong (?:vu|truc) (?:tinh|thanh) uy"
)
#: What an issuer does and a lead does not.
_ISSUING: Final = re.compile(
    r"(?:giao|yeu cau|de nghi|phan cong|chi dao (?:nhu sau|:)|ket luan|co y kien|thong nhat"
    r"|nhan duoc|thong bao|co ban|ghi nhan|bieu duong|danh gia cao)\b"
)
_DONE: Final = re.compile(
    r"(?:khong|da|vua|chua|dang|van|cung da|tiep tuc duoc|luon|co bao cao|bao cao tinh hinh)\b"
)
#: How a clause opens that only says when, why or on what ground; its subject follows.
SUBORDINATE: Final = re.compile(
    r"(?:can cu|tren co so|trong qua trinh|dinh ky|het thoi han|het|ket thuc|hang (?:thang"
    r"|quy|nam|tuan)|de|nham|sau khi|trong thoi gian"
    r"|truoc (?:mat|ngay)|tu nay|tu ngay|trong (?:thang|quy|nam|tuan)|cham nhat|vao|dong thoi"
    r"|rieng|ngoai ra|ben canh|voi|khi|kip thoi)\b"
)


#: How a topic opens a paragraph before its colon.
_TOPICS: Final = (("doi", "voi"), ("lien", "quan", "den"), ("ve", "viec"), ("ve",))
_LONGEST_TOPIC: Final = 40


@dataclass(frozen=True, slots=True)
class Opening:
    """Where work is given: the asking word, the units, and the token at which the action begins.

    `at` is the first token of it, `follows` what stands behind the units: an action, a
    colon, or nothing (the paragraph only names them).
    """

    ask: Ask
    explicit: bool
    names: NameList
    at: int
    rest: int
    follows: Literal["action", "colon", "nothing"]


def opening_at(passage: Passage, at: int, *, end: int) -> Opening | None:
    """The giving of work that begins at token `at` (before token `end`); None when none begins there."""
    tokens = passage.tokens
    at = _past_connectives(tokens, _past_topic(passage, at, end))
    if at >= end:
        return None
    if _asking(tokens, at):
        return _asked(passage, at, end)
    names = names_at(passage.text, tokens, at, stop=end) if begins_name(tokens, at) else None
    if names is None or names.end > end:
        return None
    behind = names.end
    if behind < end and _asking(tokens, behind) and tokens[behind].raw != "đề":
        return _asked(passage, behind, end)
    return _subject(passage, at, names, end)


def _past_topic(passage: Passage, at: int, end: int) -> int:
    """Behind "Về X:", "Đối với X:" where the giving of work follows; "Đối với Sở Y tế:" names the lead itself."""
    tokens = passage.tokens
    length = next((len(words) for words in _TOPICS if _stands(tokens, at, words)), 0)
    if not length:
        return at
    colon = next((i for i in range(at, min(at + _LONGEST_TOPIC, end)) if tokens[i].raw in ":.;"), end)
    if colon >= end or tokens[colon].raw != ":":
        return at
    behind = _past_connectives(tokens, colon + 1)
    if behind < end and (_asking(tokens, behind) or begins_name(tokens, behind)):
        return behind
    return at + length if begins_name(tokens, at + length) else at


def _stands(tokens: Sequence[Token], at: int, words: tuple[str, ...]) -> bool:
    return tuple([token.word for token in tokens[at : at + len(words)]]) == words


def first_opening(passage: Passage, begin: int, end: int, *, at_comma_only: bool) -> Opening | None:
    """The first giving of work inside the clause `tokens[begin:end]`, after words of time, ground or purpose.

    With `at_comma_only` (the clause goes on with a lead's own work) only "…, giao Sở Y …" opens anew.
    """
    tokens = passage.tokens
    subordinate = SUBORDINATE.match(passage.folded, tokens[begin].start) is not None and not at_comma_only
    skipped = begin
    for at in range(begin, min(end, begin + 160)):
        after_comma = at > begin and tokens[at - 1].raw in {",", ":"}
        if _asking(tokens, at) and (
            after_comma or (not at_comma_only and tokens[at].word in {"giao", "yeu"})
        ):
            found = _asked(passage, at, end)
            if found and found.follows == "action":
                return found
        if at < skipped:
            continue
        if subordinate and at > begin and (after_comma or at < begin + 60) and begins_name(tokens, at):
            found = _after_ground(passage, begin, at, end, after_comma=after_comma)
            if found:
                return found
            names = names_at(passage.text, tokens, at, stop=end)
            skipped = names.end if names else at
    return None


def _after_ground(passage: Passage, begin: int, at: int, end: int, *, after_comma: bool) -> Opening | None:
    """The subject behind a clause of time or ground; without a comma only where it opens the action plainly."""
    tokens = passage.tokens
    if not after_comma and (
        tokens[at - 1].word in {"cua", "cho", "ve", "voi", "tai", "boi", "do", "theo", "va", "thuoc"}
        or at < begin + 3
    ):
        return None
    found = opening_at(passage, at, end=end)
    return found if found and found.follows == "action" and (after_comma or found.at == at) else None


def _past_connectives(tokens: Sequence[Token], at: int) -> int:
    """Behind "Đối với", "Đồng thời,", "Riêng", "Về phía": words that only lead to the subject."""
    while at < len(tokens):
        pair = (tokens[at].word, tokens[at + 1].word if at + 1 < len(tokens) else "")
        if pair in {("doi", "voi"), ("dong", "thoi"), ("ve", "phia"), ("ngoai", "ra"), ("ben", "canh")}:
            at += 2
        elif tokens[at].word in {"rieng", ",", "+", "-"} or pair == ("rieng", ","):
            at += 1
        else:
            break
    return at


def _asking(tokens: Sequence[Token], at: int) -> Ask | None:
    """The asking word at `at`, None for the same word as a noun or in the past."""
    word, following = tokens[at].word, tokens[at + 1].word if at + 1 < len(tokens) else ""
    if at and tokens[at - 1].word in NOUN_BEFORE and not tokens[at].capital:
        return None
    if word == "giao" or (word, following) == ("phan", "cong"):
        return "giao"
    if (word, following) == ("yeu", "cau"):
        return "yêu cầu"
    return "đề nghị" if (word, following) == ("de", "nghi") else None


def _asked(passage: Passage, at: int, end: int) -> Opening | None:
    """The units behind an asking word."""
    tokens = passage.tokens
    ask = _asking(tokens, at)
    behind = at + (1 if tokens[at].word == "giao" else 2)
    while behind < end and tokens[behind].word in _BETWEEN:
        behind += 1
    names = names_at(passage.text, tokens, behind, stop=end) if ask and behind < end else None
    if names is None or ask is None:
        return None
    follows = _follows(passage, names.end, end)
    return Opening(ask, True, names, at, _rest(tokens, names.end), follows) if follows else None


def _subject(passage: Passage, at: int, names: NameList, end: int) -> Opening | None:
    """Units as the subject of an action, or alone as a heading."""
    tokens = passage.tokens
    behind = tokens[names.end].start if names.end < len(tokens) else len(passage.folded)
    if passage.folded.startswith("duoc giao", behind):
        return Opening("giao", True, names, at, names.end + 2, "action")
    if _ISSUER.fullmatch(" ".join(t.word for t in tokens[names.start : names.end])):
        return None
    if _ISSUING.match(passage.folded, behind) or _DONE.match(passage.folded, behind):
        return None
    follows = _follows(passage, names.end, end)
    return Opening("giao", False, names, at, _rest(tokens, names.end), follows) if follows else None


def _rest(tokens: Sequence[Token], at: int) -> int:
    """Behind the colon or comma that closes the units."""
    while at < len(tokens) and tokens[at].raw in {":", ","}:
        at += 1
    return at


def _follows(passage: Passage, at: int, end: int) -> Literal["action", "colon", "nothing"] | None:
    """What stands behind the units; None when they are no subject ("Sở X, nơi …", "Sở X; Sở Y")."""
    tokens = passage.tokens
    while at < end and tokens[at].raw == "(":
        at = next((i + 1 for i in range(at, min(end, at + 40)) if tokens[i].raw == ")"), end)
    if at >= end or (tokens[at].raw in {".", ";", "/"} and at + 3 > end):
        return "nothing"
    if tokens[at].raw == ":":
        return "colon"
    at += tokens[at].raw == ","
    if at >= end:
        return "nothing"
    capital_verb = (tokens[at].word, tokens[at + 1].word if at + 1 < len(tokens) else "") in VERBS
    unknown = tokens[at].raw.isalpha() and tokens[at].raw.islower() and tokens[at].raw not in NO_ACTION
    return "action" if is_verb(tokens, at) or capital_verb or unknown else None
