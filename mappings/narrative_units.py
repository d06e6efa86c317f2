"""Units, groups and persons named in a sentence, found by the grammar of their names alone.

A sentence has no cell borders: a name ends where the action begins ("Sở Nội vụ hướng
dẫn …"), and commas stand inside names, between names and before the action alike. So
names are read from their head ("Sở", "UBND", "các") through a field every province
writes the same, or up to the first verb written small; a list goes on only where the
next word begins a name again or shortens the one before ("các Sở: Tài chính, Nội vụ").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from mappings.narrative_names import (
    PLACE_PAIRS,
    PLACES,
    begins_name,
    continues_group,
    field_at,
    goes_on,
    is_level,
    is_proper,
    is_verb,
    joined_inside,
    lists_after_colon,
    lists_proper,
    no_place,
    opens_group,
    phrase_at,
    place_end,
    starts_action,
    word_at,
)
from mappings.narrative_text import Token
from mappings.narrative_words import (
    CLOSED_LEVELS,
    COMPANY_HEADS,
    DOING_HEADS,
    FIELD_HEADS,
    HEADS,
    LEVELS,
    NAMING,
    PLURALS,
    TAILS,
    TITLES,
)

_LONGEST_NAME: Final = 22
_MOST_NAMES: Final = 60
#: So many words that nobody knows may stand in the name of a group ("các đơn vị đầu mối giao vốn").
_UNKNOWN_WORDS: Final = 5
_JOINING: Final = frozenset({"và", "cùng", "với"})


@dataclass(slots=True)
class NameList:
    """Names found from one place on: as spelled out, as written, and the index of the first token behind."""

    names: list[str] = field(default_factory=list)
    start: int = 0
    end: int = 0
    raw: str = ""


@dataclass(slots=True)
class _Reader:
    """One walk over names from a token on; `prefix` is what shortened names leave out, `stop` ends the list."""

    text: str
    tokens: Sequence[Token]
    at: int
    names: list[str] = field(default_factory=list)
    prefix: str = ""
    listing: bool = False
    stop: int | None = None
    closed: int = 0


def names_at(
    text: str, tokens: Sequence[Token], at: int, *, named_here: bool = False, stop: int | None = None
) -> NameList | None:
    """The list of units, groups and persons beginning at token `at`; None when none begins there.

    With `named_here` the words before promise a name ("phối hợp với"), so that one in
    small letters counts too ("cơ quan thuế"). No name of the list begins at or behind
    token `stop`.
    """
    reader = _Reader(text, tokens, at, stop=stop)
    if not _item(reader, named_here=named_here):
        return None
    while len(reader.names) < _MOST_NAMES and (following := _next_item(reader)) is not None:
        reader.at = following
        before = len(reader.names)
        titled = bool(phrase_at(tokens, following, TITLES)) and _is_person(reader.names[-1])
        if not _item(reader) and not _shortened(reader):
            break
        if titled:
            reader.names[-2:] = [f"{reader.names[-2]}, {reader.names[-1]}"]
            continue
        if len(reader.names) == before or reader.at <= following:
            break
    end = reader.closed
    return NameList(reader.names, at, end, text[tokens[at].start : tokens[end - 1].end])


def _is_person(name: str) -> bool:
    """True for "đồng chí Nguyễn Văn A": the office behind the comma is the same person's."""
    return name.lower().startswith(("đồng chí ", "ông ", "bà "))


def _take(reader: _Reader, end: int, name: str = "") -> bool:
    """Keep the name from the reader's place to `end` (or `name` where words are understood)."""
    tokens = reader.tokens
    reader.names.append(name or reader.text[tokens[reader.at].start : tokens[end - 1].end])
    reader.at = reader.closed = end
    return True


def _item(reader: _Reader, *, named_here: bool = False) -> bool:
    """One name: a person, a group, a list after a plural ("các Sở: A, B") or a single unit."""
    tokens, at = reader.tokens, reader.at
    if not begins_name(tokens, at) and not (named_here and phrase_at(tokens, at, HEADS)):
        return False
    step = _titles(tokens, at)
    if step >= len(tokens):
        return _take(reader, len(tokens))
    if tokens[step].word in PLURALS or tokens[step].word == "tat":
        return _plural(reader, step)
    length = phrase_at(tokens, step, HEADS)
    if length and step == at and phrase_at(tokens, step, LEVELS) and opens_group(tokens, step):
        return _take(reader, _group_end(reader, step))
    if not length and step > at and not is_proper(tokens, step):
        return _take(reader, step)
    return _unit(reader, step, max(length, 1))


def _titles(tokens: Sequence[Token], at: int) -> int:
    """Where the titles of persons that begin at `at` end ("Giám đốc/Thủ trưởng | các sở")."""
    step = at
    if tokens[at].word in PLURALS and phrase_at(tokens, at + 1, TITLES):
        step = at + 1
    while length := phrase_at(tokens, step, TITLES):
        if (tokens[step].word, word_at(tokens, step + 1)) == ("chanh", "van"):
            return step + 1
        if length == 1 and tokens[step].word == "truong" and not phrase_at(tokens, step + 1, HEADS):
            break
        step += length
        while word_at(tokens, step) in {"/", ","} and phrase_at(tokens, step + 1, TITLES):
            step += 1
    return step


def _plural(reader: _Reader, step: int) -> bool:
    """“các sở, ban, ngành", "các Sở: Tài chính, Nội vụ", "Chủ tịch UBND các xã": a group or a list of names."""
    tokens = reader.tokens
    step += 2 if tokens[step].word == "tat" else 1
    step += word_at(tokens, step) in PLURALS
    length = phrase_at(tokens, step, HEADS) or phrase_at(tokens, step, LEVELS)
    after = step + length
    head = reader.text[tokens[step].start : tokens[after - 1].end] if length else ""
    titles = reader.text[tokens[reader.at].start : tokens[step - 2].end] + " " if step - 1 > reader.at else ""
    if tokens[reader.at].word in PLURALS:
        titles = ""
    kinds = after
    while word_at(tokens, kinds) in {",", "va"} and (more := phrase_at(tokens, kinds + 1, LEVELS)):
        kinds += 1 + more
        if kinds < len(tokens) and tokens[kinds - more].capital and is_proper(tokens, kinds):
            break
    if (
        word_at(tokens, kinds) == ":"
        and is_proper(tokens, kinds + 1)
        and lists_after_colon(tokens, step, length, kinds + 1)
    ):
        return _listed(reader, kinds + 1, titles + head[:1].upper() + head[1:])
    if length and after < len(tokens) and (field_at(tokens, after) or lists_proper(tokens, after)):
        return _listed(reader, after, titles + head[:1].upper() + head[1:])
    return _take(reader, _group_end(reader, step))


def _listed(reader: _Reader, at: int, prefix: str) -> bool:
    """Names after "các Sở:" whose first words are understood in each of them."""
    reader.prefix, reader.listing, reader.at = prefix, True, at
    return (
        _item(reader)
        if phrase_at(reader.tokens, at, HEADS) and not field_at(reader.tokens, at)
        else _shortened(reader)
    )


def _shortened(reader: _Reader) -> bool:
    """A name without its first words ("…, Nội vụ"): a known field, or in a list any own name."""
    tokens, at = reader.tokens, reader.at
    if not reader.prefix or at >= len(tokens) or not is_proper(tokens, at):
        return False
    end = at + field_at(tokens, at)
    if end == at:
        if not reader.listing:
            return False
        end = at + 1
        while end < len(tokens) and (tokens[end].raw.isalpha() or tokens[end].raw in "-–") and end - at < 9:
            joins = tokens[end].raw in _JOINING
            if is_verb(tokens, end) or (
                joins and (begins_name(tokens, end + 1) or _last_of_list(tokens, end))
            ):
                break
            end += 1
    else:
        end = place_end(tokens, end)
    return _take(reader, end, f"{reader.prefix} {reader.text[tokens[at].start : tokens[end - 1].end]}")


def _last_of_list(tokens: Sequence[Token], at: int) -> bool:
    """True for the "và" before the last own name of a list."""
    return at + 1 < len(tokens) and is_proper(tokens, at + 1)


def _unit(reader: _Reader, step: int, length: int) -> bool:
    """A single unit (or the unit behind a person): head and field, or head and words up to the action."""
    tokens = reader.tokens
    head = tuple([t.word for t in tokens[step : step + length]])
    after = step + length
    if head in FIELD_HEADS and (known := field_at(tokens, after)):
        reader.prefix = reader.text[tokens[reader.at].start : tokens[after - 1].end]
        reader.listing = False
        behind = after + known
        if word_at(tokens, behind) == "cac" and word_at(tokens, behind + 1) in PLACES:
            return _take(reader, _group_end(reader, behind + 1))  # "Sở Y tế các tỉnh, thành phố"
        return _take(reader, place_end(tokens, behind))
    if after < len(tokens) and tokens[after].word in PLURALS and phrase_at(tokens, after + 1, LEVELS):
        return _levelled(reader, after)
    end = _open_end(reader, step, after)
    if not reader.listing:
        reader.prefix = ""
    if head in {("ubnd",), ("uy", "ban", "nhan", "dan"), ("cong", "an")} and end - after >= 2:
        place = after + (2 if tuple([t.word for t in tokens[after : after + 2]]) in PLACE_PAIRS else 1)
        if place < end and tokens[place].capital:
            reader.prefix, reader.listing = reader.text[tokens[reader.at].start : tokens[place - 1].end], True
    return _take(reader, end)


def _levelled(reader: _Reader, after: int) -> bool:
    """“UBND các huyện, thị xã", "UBND các xã: A, B": the plural stands behind the head."""
    tokens = reader.tokens
    kind = after + 1
    length = phrase_at(tokens, kind, LEVELS)
    behind = kind + length
    if behind < len(tokens):
        named = behind + (tokens[behind].raw == ":")
        if (
            named < len(tokens)
            and (named > behind or lists_proper(tokens, named))
            and is_proper(tokens, named)
        ):
            head = reader.text[tokens[reader.at].start : tokens[after - 1].end]
            return _listed(
                reader, named, f"{head} {reader.text[tokens[kind].start : tokens[behind - 1].end]}"
            )
    return _take(reader, _group_end(reader, kind))


def _open_end(reader: _Reader, step: int, after: int) -> int:
    """Where a name without a known field ends: at the action, at a sign, or where the next name begins."""
    tokens = reader.tokens
    head = tuple([t.word for t in tokens[step:after]])
    company = head in COMPANY_HEADS
    at = after
    if head in DOING_HEADS and (word_at(tokens, at), word_at(tokens, at + 1)) in NAMING:
        at += 2
    while at < len(tokens) and at - step < _LONGEST_NAME:
        token = tokens[at]
        if token.raw == "," and company and goes_on(tokens, at + 1):
            at += 2
        elif token.raw in _JOINING:
            if not joined_inside(tokens, at):
                break
            at += 2
        elif token.raw in "-–/" and at + 1 < len(tokens) and tokens[at + 1].raw[0].isalnum():
            at += 1
        elif (place := place_end(tokens, at)) > at and is_level(tokens, at) and not no_place(tokens, at):
            at = place
            if (
                word_at(tokens, at) == "va"
                and word_at(tokens, at + 1) in PLURALS
                and phrase_at(tokens, at + 2, LEVELS)
            ):
                at += 2 + phrase_at(tokens, at + 2, LEVELS) if word_at(tokens, at + 2) in PLACES else 0
            break
        elif not token.raw[0].isalnum() or is_verb(tokens, at) or (at > after and starts_action(tokens, at)):
            break
        else:
            at += 1
    return at


def _group_end(reader: _Reader, step: int) -> int:
    """Where an open group ends: kinds in small letters joined by commas, and their tails."""
    tokens = reader.tokens
    at, unknown = step, 0
    while at < len(tokens) and at - step < 40:
        token = tokens[at]
        if token.raw in {",", "và", "/", "-"} or token.raw in _JOINING:
            following = at + 1
            if not continues_group(tokens, following):
                break
            at = following + phrase_at(tokens, following, LEVELS)
        elif (length := phrase_at(tokens, at, TAILS)) > 1:
            at += length
        elif not token.raw[0].isalnum() or (at > step and is_verb(tokens, at)):
            break
        elif length := phrase_at(tokens, at, LEVELS) or length:
            at += length
        elif unknown == _UNKNOWN_WORDS or (
            at > step and tokens[at - 1].word in CLOSED_LEVELS and not token.capital
        ):
            return at - unknown
        else:
            at, unknown = at + 1, unknown + 1
    return at


def _next_item(reader: _Reader) -> int | None:
    """The token at which the next name of the list may begin; None at the end of the list."""
    tokens, at = reader.tokens, reader.at
    if word_at(tokens, at) == "(":
        close = next((i for i in range(at, min(at + 30, len(tokens))) if tokens[i].raw == ")"), None)
        if close is None:
            return None
        at = close + 1
    joined = at
    end = len(tokens) if reader.stop is None else reader.stop
    while at < len(tokens) and (tokens[at].raw in {",", ";"} or tokens[at].raw in _JOINING):
        at += 1
    if at == joined or at >= end or is_verb(tokens, at):
        return None
    if tokens[at - 1].raw == ";" and not begins_name(tokens, at):
        return None
    return at
