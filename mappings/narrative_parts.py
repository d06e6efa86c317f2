"""The paragraphs of a directive walked in order: which of them give work, and to whom by position.

A directive names its lead once, in a heading ("2. Sở Nội vụ", "Giao Sở Y tế:"), and lists
the work below it. Headings are kept on a stack by the rank of their markers; an item
without units of its own inherits the nearest. Sections that judge the past, state
purposes or cite law give no work unless a sentence in them says "giao".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from mappings.narrative_asks import Ask, Opening, first_opening, opening_at
from mappings.narrative_sections import (
    BACKGROUND,
    CONDITION,
    DETAIL,
    EMPTY,
    END,
    LABEL,
    LIABLE,
    NO_WORK,
    PLAIN,
    TERM,
    TITLE,
    TRIGGER,
    WORK,
)
from mappings.narrative_sentences import clauses
from mappings.narrative_text import Passage
from mappings.narrative_units import NameList, names_at
from mappings.narrative_words import VERBS

#: Words of an action that may say nothing; more always say something.
_EMPTY_AT_MOST: Final = 50


@dataclass(slots=True)
class Piece:
    """Work given in one place: parts of passages (`start`, `end` in their text) and the units by which it is led.

    `inherited` when a heading names them; `by_label` holds lists of partners that stand
    behind a label ("Đơn vị phối hợp: …"), `term_at` the words behind "Thời gian: …".
    `ask` is the word of asking in force.
    """

    parts: list[tuple[Passage, int, int]]
    names: NameList | None
    ask: Ask
    action: int
    inherited: bool = False
    by_label: list[NameList] = field(default_factory=list)
    term_at: tuple[Passage, int, int] | None = None


@dataclass(slots=True)
class _Heading:
    rank: float
    names: NameList | None
    ask: Ask
    detailed: Piece | None = None
    background: bool = False
    work: bool = False


@dataclass(slots=True)
class _Walk:
    """What is known while walking: headings above, whether the directions have begun or the text has ended."""

    found: list[Piece] = field(default_factory=list)
    above: list[_Heading] = field(default_factory=list)
    begun: bool = False
    ended: bool = False
    waiting: Passage | None = None

    def lead(self) -> _Heading | None:
        return next((head for head in reversed(self.above) if head.names), None)

    def background(self) -> bool:
        return any(head.background for head in self.above)

    def work(self) -> bool:
        return self.begun or any(head.work for head in self.above)


def pieces(passages: Sequence[Passage]) -> list[Piece]:
    """Every piece of work in the order of the text; pieces do not overlap."""
    walk = _Walk()
    for number, passage in enumerate(passages):
        following = passages[number + 1] if number + 1 < len(passages) else None
        _step(walk, passage, following)
    return walk.found


def _step(walk: _Walk, passage: Passage, following: Passage | None) -> None:
    if walk.ended and not (passage.rank == 0.0 and TITLE.match(passage.folded)):
        return
    walk.ended = END.match(passage.folded) is not None
    if walk.ended:
        walk.above.clear()
        return
    if passage.folded.startswith("kinh gui"):
        walk.begun = False
    if (label := LABEL.match(passage.folded)) and passage.rank > 0 and _labelled(walk, passage, label):
        return
    opens = opening_at(passage, 0, end=len(passage.tokens)) if passage.rank > 0 else None
    heads = _heads(passage, opens, following)
    _pop(walk, passage, heads=heads)
    if heads:
        _heading(walk, passage, opens, following)
    elif not NO_WORK.match(passage.folded) or _asks_in(passage):
        _work(walk, passage)
    walk.waiting = passage
    walk.begun = walk.begun or (
        passage.text.endswith(":") and TRIGGER.search(passage.folded.rstrip(" :")) is not None
    )


def _asks_in(passage: Passage) -> bool:
    """True when a paragraph that opens without work still says "; giao Sở X …"."""
    return " giao " in passage.folded and "kinh gui" not in passage.folded[:10]


def _pop(walk: _Walk, passage: Passage, *, heads: bool) -> None:
    """Leave the headings that do not stand above this paragraph."""
    rank = passage.rank
    limit = 5.0 if rank == 4.5 and not heads else rank
    while walk.above and walk.above[-1].rank >= limit:
        walk.above.pop()


def _heads(passage: Passage, opens: Opening | None, following: Passage | None) -> bool:
    """True for a paragraph that only opens what follows: a title, units alone, "… các nội dung sau:"."""
    if passage.rank == 0.0:
        return len(passage.tokens) < 60
    if opens and opens.follows == "nothing":
        return len(passage.tokens) < 80
    if opens and _names_only(passage, following):
        return True
    if passage.text.endswith(":"):
        return following is not None and (
            following.rank > passage.rank
            or following.rank in {1.0, 4.5, 5.0}
            or opens is None
            or opens.rest >= len(passage.tokens)
        )
    small = len(passage.tokens) <= 14 and not passage.text.endswith((".", ";", "/")) and passage.rank <= 4
    pair = (passage.tokens[0].word, passage.tokens[1].word if len(passage.tokens) > 1 else "")
    return (
        small
        and opens is None
        and (pair not in VERBS or BACKGROUND.match(passage.folded) is not None or passage.rank < 1)
    )


def _heading(walk: _Walk, passage: Passage, opens: Opening | None, following: Passage | None) -> None:
    """Put a heading on the stack: with its units, or with what its title says about the section."""
    introduces = passage.text.endswith(":")
    if opens is None and introduces:
        told = NO_WORK.match(passage.folded) is not None  # "Sau khi nghe Sở X báo cáo, … kết luận như sau:"
        first = None if told else first_opening(passage, 0, len(passage.tokens), at_comma_only=False)
        opens = _last_ask(passage) or first
    names = opens.names if opens else None
    if names and opens and opens.follows == "action" and not opens.explicit and not introduces:
        names = NameList([passage.text], names.start, len(passage.tokens), passage.text)
    rank, title = passage.rank, passage.folded
    numbered = following is not None and following.rank < rank
    if rank == 4.5 and introduces and (numbered or not _alone(opens)):
        rank = 0.5 if not walk.above or walk.above[-1].rank < 1 else 4.5
    head = _Heading(rank, names, opens.ask if opens else "giao")
    head.background = names is None and BACKGROUND.search(title) is not None and not WORK.match(title)
    head.work = WORK.search(title) is not None
    if names and opens and opens.follows == "action" and DETAIL.search(title):
        head.detailed = Piece(
            [(passage, 0, len(passage.text))], names, opens.ask, passage.tokens[opens.rest].start
        )
        walk.found.append(head.detailed)
    walk.above.append(head)


def _alone(opens: Opening | None) -> bool:
    return opens is not None and opens.rest - opens.at > 0 and opens.follows in {"nothing", "colon"}


def _last_ask(passage: Passage) -> Opening | None:
    """“…, Chủ tịch UBND tỉnh yêu cầu Giám đốc các sở … thực hiện những nhiệm vụ sau:"""
    for at, token in enumerate(passage.tokens):
        if token.word in {"giao", "yeu", "de"}:
            found = opening_at(passage, at, end=len(passage.tokens))
            if found and found.explicit:
                return found
    return None


def _names_only(passage: Passage, following: Passage | None) -> bool:
    """True for a short marked line without a stop above deeper items: "5. Các phòng ban tham gia đào tạo"."""
    return (
        following is not None
        and following.rank > passage.rank
        and passage.rank <= 4
        and len(passage.tokens) <= 12
        and passage.tokens[-1].raw.isalnum()
    )


def _labelled(walk: _Walk, passage: Passage, label: re.Match[str]) -> bool:
    """A line "Đơn vị chủ trì: …", "Thời gian: …" belongs to the work named before it."""
    kind, behind = label.lastgroup, passage.token_at(label.end())
    if kind == "other" or behind >= len(passage.tokens):
        return kind == "other" and passage.rank >= 4.5 and len(passage.tokens) < 90
    owner = walk.waiting
    named = names_at(passage.text, passage.tokens, behind) if kind in {"lead", "partner"} else None
    if owner is None or (kind in {"lead", "partner"} and named is None):
        return False
    last = walk.found[-1] if walk.found and walk.found[-1].parts[0][0] is owner else None
    if last is None:
        if kind == "partner":
            return True
        above = walk.lead()
        last = Piece(
            [(owner, 0, len(owner.text))],
            above.names if above else None,
            "giao",
            0,
            inherited=above is not None,
        )
        walk.found.append(last)
    last.parts.append((passage, 0, len(passage.text)))
    if kind == "time":
        last.term_at = (passage, passage.tokens[behind].start, len(passage.text))
    if kind == "lead" and named:
        last.names, last.inherited = named, False
    elif kind == "partner" and named:
        last.by_label.append(named)
    return True


def _work(walk: _Walk, passage: Passage) -> None:
    """The pieces of one paragraph: each clause that gives work anew begins one, the others go on with it."""
    above = walk.lead()
    current: Piece | None = None
    empty: Opening | None = None
    for begin, end in clauses(passage):
        start, stop = passage.tokens[begin].start, passage.tokens[end - 1].end
        opens = _opening_of(walk, passage, begin, end, current)
        if opens is None and current is None and begin == 0:
            current = _inherited(walk, above, passage, start, stop)
        elif opens is not None and not _is_empty(passage, opens, end):
            current = _opened(walk, passage, opens, begin, start, stop, current)
        elif opens is not None:
            current, empty = None, opens
        elif current is None and empty is not None and _reports(passage, begin, stop):
            current = _opened(walk, passage, empty, begin, start, stop, None)
        elif current is not None:
            place = current.parts[-1]
            current.parts[-1] = (place[0], place[1], stop)


def _opening_of(walk: _Walk, passage: Passage, begin: int, end: int, current: Piece | None) -> Opening | None:
    """The giving of work in a clause, weighed by where it stands: outside the directions more is asked of it."""
    folded, start = passage.folded, passage.tokens[begin].start
    if CONDITION.match(folded, start) and NO_WORK.match(folded, start):
        return None
    opens = opening_at(passage, begin, end=end)
    if opens is not None and opens.follows == "nothing":
        return None
    if opens is None:
        inherits = current is not None or (walk.lead() is not None and _is_action(passage, begin))
        opens = first_opening(passage, begin, end, at_comma_only=inherits)
    if opens is None or opens.explicit:
        return opens
    if walk.background():
        return None
    if current is not None or walk.work():
        return opens
    action = passage.tokens[opens.names.end].start if opens.names.end < end else len(folded)
    plain = PLAIN.match(folded, action) or TERM.search(folded, start, passage.tokens[end - 1].end)
    return opens if plain else None


def _reports(passage: Passage, begin: int, stop: int) -> bool:
    """True for "…; báo cáo kết quả trước ngày 5/5": a duty with a term behind words that say nothing."""
    reports = (passage.tokens[begin].word, passage.tokens[min(begin + 1, len(passage.tokens) - 1)].word)
    term = TERM.search(passage.folded, passage.tokens[begin].start, stop)
    return reports in {("bao", "cao"), ("dinh", "ky"), ("gui", "bao")} and term is not None


def _is_action(passage: Passage, at: int) -> bool:
    tokens = passage.tokens
    return (tokens[at].word, tokens[at + 1].word if at + 1 < len(tokens) else "") in VERBS


def _is_empty(passage: Passage, opens: Opening, end: int) -> bool:
    """True when the action only says "thực hiện nghiêm túc" or states who answers for it."""
    if opens.rest >= end or end - opens.rest > _EMPTY_AT_MOST:
        return False
    tokens = passage.tokens
    action = passage.folded[tokens[opens.rest].start : tokens[end - 1].end].rstrip(" ./;")
    return EMPTY.fullmatch(action) is not None or LIABLE.match(action) is not None


def _opened(
    walk: _Walk, passage: Passage, opens: Opening, begin: int, start: int, stop: int, current: Piece | None
) -> Piece:
    """A new piece; words before the giving of work belong to it unless they are a clause of their own."""
    tokens = passage.tokens
    given = tokens[opens.at].start
    if current is not None and opens.at > begin:
        place = current.parts[-1]
        current.parts[-1] = (place[0], place[1], max(tokens[opens.at - 1].start, place[1] + 1))
        start = given
    elif given - start > 200 or (opens.explicit and opens.at > begin and tokens[opens.at - 1].raw != ","):
        start = given
    piece = Piece(
        [(passage, start, stop)], opens.names, opens.ask, tokens[min(opens.rest, len(tokens) - 1)].start
    )
    walk.found.append(piece)
    return piece


def _inherited(walk: _Walk, above: _Heading | None, passage: Passage, start: int, stop: int) -> Piece | None:
    """An item under a heading with units; without one only dated work counts (its lead is then asked)."""
    if walk.background() or NO_WORK.match(passage.folded):
        return None
    if above is None:
        if not walk.work() or (not _is_action(passage, 0) and not passage.folded.startswith("dinh ky")):
            return None
    elif above.detailed is not None and not TERM.search(passage.folded):
        above.detailed.parts.append((passage, start, len(passage.text)))
        return None
    elif not _item_like(passage):
        return None
    piece = Piece(
        [(passage, start, stop)],
        above.names if above else None,
        above.ask if above else "giao",
        start,
        inherited=above is not None,
    )
    walk.found.append(piece)
    return piece


def _item_like(passage: Passage) -> bool:
    """True for an item that may be work: an action, or whatever does not open like a statement."""
    if _is_action(passage, 0) or passage.folded.startswith(("can cu", "tren co so", "dinh ky")):
        return True
    statement = re.match(
        (
            r"(?:cac|viec|noi dung|ket qua|day la|mot|nhung|don vi khong|nhieu|hien nay|tuy nhiem"
            r"|tuy nhien|trong do|do do|vi vay|ubnd tinh)\b"
        ),
        passage.folded,
    )
    return statement is None and len(passage.tokens) > 5
