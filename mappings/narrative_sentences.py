"""Clauses of a paragraph: where one piece of work may end and the next be given.

Only a full stop or a semicolon ends a clause, and not the semicolon inside a list of
units ("các Sở: A, B; Ban Quản lý C; UBND các xã …"), which is known from the names read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from mappings.narrative_text import Passage, Token
from mappings.narrative_units import NameList, names_at

#: "phối hợp (chặt chẽ) (với)": the units behind it take part; a lost "hợp" is a known typing slip.
WITH: Final = re.compile(
    r"\bphoi hop(?: chat che| chat| thuong xuyen| dong bo| hieu qua| tot"
    r"|,? thong nhat)*(?: voi| cung(?: voi)?)?\b|\bphoi voi\b"
)
#: Places where a list of leads may begin: the paragraph itself, or an asking word.
_ASKED: Final = re.compile(r"^|\b(?:giao|yeu cau|de nghi)(?: cho)? ")


def clauses(passage: Passage) -> list[tuple[int, int]]:
    """The clauses of a paragraph as ranges of tokens; never inside a list of units."""
    tokens = passage.tokens
    found: list[tuple[int, int]] = []
    begin = 0
    closed = _inside_lists(passage)
    for at, token in enumerate(tokens[:-1]):
        if token.raw in {".", ";"} and at >= begin and _ends(tokens, at) and at not in closed:
            found.append((begin, at + 1))
            begin = at + 1
    found.append((begin, len(tokens)))
    return [(start, end) for start, end in found if end > start]


def _ends(tokens: Sequence[Token], at: int) -> bool:
    """True for a stop with a space behind it that closes no abbreviation ("TP. Sông Lam", "TL. Chủ tịch")."""
    if tokens[at + 1].start == tokens[at].end and tokens[at + 1].raw != "/":
        return not tokens[at + 1].raw.isdigit() and tokens[at + 1].capital and tokens[at - 1].raw.islower()
    if tokens[at].raw == ";":
        return True
    before = tokens[at - 1].raw if at else ""
    return tokens[at + 1].raw[0].isupper() and not (len(before) < 3 and before.isupper())


def _inside_lists(passage: Passage) -> set[int]:
    """The tokens of the unit lists behind "phối hợp với"; a semicolon in them ends nothing."""
    lists = partners(passage, 0, len(passage.text))
    read_to = 0
    for match in _ASKED.finditer(passage.folded):
        at = passage.token_at(match.end())
        if read_to <= at < len(passage.tokens) and (names := names_at(passage.text, passage.tokens, at)):
            lists.append(names)
            read_to = names.end
    return {at for names in lists if len(names.names) > 1 for at in range(names.start, names.end)}


def partners(passage: Passage, start: int, end: int) -> list[NameList]:
    """Lists of units behind each "phối hợp với" between two places of the text, in order."""
    found: list[NameList] = []
    read_to = 0
    for match in WITH.finditer(passage.folded, start, end):
        at = passage.token_at(match.end())
        if read_to <= at < len(passage.tokens) and (
            names := names_at(passage.text, passage.tokens, at, named_here=True)
        ):
            found.append(names)
            read_to = names.end
    return found
