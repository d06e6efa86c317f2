"""Open groups of units, expanded where the words themselves fix who is meant.

"UBND các xã, phường" are all communes of the directory on that day; "các sở" all
departments. Whoever is "liên quan" nobody can tell from a list, and "ban, ngành" have no
mark in their names: such a group stays a group.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from mappings.unit_shapes import PLURALS, title_end
from mappings.unit_words import tokens_of, words_of

#: Kinds of places by the word of a group; a level names several kinds.
_KINDS: Final = {
    "xa": ("xa",),
    "phuong": ("phuong",),
    "dac khu": ("dac khu",),
    "thi tran": ("thi tran",),
    "huyen": ("huyen",),
    "quan": ("quan",),
    "thi xa": ("thi xa",),
    "thanh pho": ("thanh pho",),
}
_LEVELS: Final = {
    "cap xa": ("xa", "phuong", "dac khu", "thi tran"),
    "cap huyen": ("huyen", "quan", "thi xa", "thanh pho"),
}
_KIND: Final = "|".join(sorted(_KINDS, key=len, reverse=True))
#: Bodies that every place of a kind has, as their names begin.
_BODIES: Final = (
    "uy ban nhan dan|hoi dong nhan dan|thuong truc hoi dong nhan dan|dang uy|cong an|ban chi huy quan su"
    "|uy ban mat tran to quoc viet nam|uy ban mat tran to quoc|van phong|trung tam phuc vu hanh chinh cong"
)
_OF_PLACES: Final = re.compile(
    rf"(?P<body>(?:{_BODIES}) )?(?:(?P<kinds>(?:{_KIND})(?: (?:{_KIND}))*)|(?P<level>cap xa|cap huyen))"
    r"(?: (?:thuoc|cua|trong|tren dia ban|trong dia ban|toan) (?:tinh|thanh pho))?"
)
_DEPARTMENTS: Final = re.compile(r"so(?: (?:thuoc|cua) (?:ubnd |uy ban nhan dan )?(?:tinh|thanh pho))?")

#: Whether a unit with these folded words is a member.
Member = Callable[[Sequence[str]], bool]


def member_of(group: str) -> Member | None:
    """The test for membership in a group by the words of a unit's name; None where the group is open."""
    tokens = tokens_of(group)
    start = title_end(tokens, 0) if tokens else 0
    words = [word for word in words_of(tokens[start:]) if word not in PLURALS]
    text = " ".join(words)
    if _DEPARTMENTS.fullmatch(text):
        return lambda name: name[0] == "so"
    found = _OF_PLACES.fullmatch(text)
    if found is None:
        return None
    body = (found["body"] or "uy ban nhan dan").split()
    named = re.findall(_KIND, found["kinds"]) if found["kinds"] else _LEVELS[found["level"]]
    kinds = [kind.split() for kind in named]
    return lambda name: _body_of_place(name, body, kinds)


def _body_of_place(name: Sequence[str], body: Sequence[str], kinds: Sequence[Sequence[str]]) -> bool:
    """True when the name is the body, then one of the kinds, then a place's own name."""
    if list(name[: len(body)]) != list(body):
        return False
    rest = list(name[len(body) :])
    return any(rest[: len(kind)] == kind and len(rest) > len(kind) for kind in kinds)
