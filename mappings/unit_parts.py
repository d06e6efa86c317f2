"""A cell that names units, cut into parts: units, groups, persons, and what is none of these.

Commas and "và" stand between units and inside their names alike, so nothing is split
beforehand: from left to right the longest known name is taken first, then a person by
title, initials, an open group ("các sở, ban, ngành"), a name shortened after its
neighbour ("Sở Tài chính, Xây dựng"), and last a part that nobody knows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from mappings.unit_index import UnitIndex
from mappings.unit_shapes import (
    PLURALS,
    asking_end,
    continues_group,
    ends_in_level,
    is_group,
    names_levels_only,
    title_end,
)
from mappings.unit_words import Token, tokens_of, words_of

PartKind = Literal["unit", "group", "person", "unknown"]

#: A bracket that only tells the unit's earlier or short name.
_RENAMED: Final = re.compile(
    r"\((?:được )?(?:đổi tên|trước đây|trước là|tên cũ|sau đây|gọi tắt|viết tắt)[^()]*\)"
)

WHY_ACCENTS: Final = "tên đơn vị khác dấu với danh bạ"
WHY_SHORTENED: Final = "tên đơn vị viết rút gọn theo đơn vị đứng trước"
WHY_PART_OF_NAME: Final = "tên viết tắt chưa đủ"
WHY_OTHER_WORDS: Final = "ô có chữ khác ngoài tên đơn vị"
WHY_NOT_LISTED: Final = "không có tên này trong danh bạ đơn vị"


@dataclass(frozen=True, slots=True)
class UnitPart:
    """One part: `units` are numbers of the index (several when ambiguous), `why` what is in doubt."""

    kind: PartKind
    text: str
    units: tuple[int, ...] = ()
    why: str = ""


def cut(text: str, index: UnitIndex) -> list[UnitPart]:
    """The parts of one cell (text in NFC) in the order they are written; [] for an empty cell."""
    plain = _RENAMED.sub(lambda found: " " * len(found.group()), text)
    return _Cutter(plain, tokens_of(plain), index).run()


@dataclass(slots=True)
class _Cutter:
    """One pass over one cell; `before` holds the words of the last unit, for names shortened after it."""

    text: str
    tokens: list[Token]
    index: UnitIndex
    at: int = 0
    parts: list[UnitPart] = field(default_factory=list)
    before: tuple[Token, ...] = ()
    plural: bool = False

    def run(self) -> list[UnitPart]:
        while self.at < len(self.tokens):
            if self._named(self.at):
                continue
            asked = asking_end(self.tokens, self.at) + self._numbering()
            if asked > self.at:
                self.at = asked
            else:
                self._next()
        return self.parts

    def _next(self) -> None:
        """Take one part by the first rule that fits."""
        rules = (self._person, self._plural_list, self._initials, self._group, self._shortened)
        if not any(rule() for rule in rules):
            self._unknown()

    def _numbering(self) -> int:
        """1 for the "1." or "a)" of a numbered list, which is no name."""
        following = self.tokens[self.at + 1 : self.at + 2]
        numbered = self.tokens[self.at].raw.isdigit() or len(self.tokens[self.at].raw) == 1
        return 1 if numbered and following and following[0].gap[:1] in {".", ")"} else 0

    def _stretch(self, start: int, count: int = 1) -> int:
        """The position after `count` stretches without a separator, beginning at `start`."""
        at = start + 1
        while at < len(self.tokens):
            if self.tokens[at].cuts:
                count -= 1
                if count == 0:
                    return at
            at += 1
        return at

    def _take(self, kind: PartKind, end: int, units: Sequence[int] = (), why: str = "") -> bool:
        written = self.text[self.tokens[self.at].start : self.tokens[end - 1].end]
        self.parts.append(UnitPart(kind, written, tuple(units), why))
        self.at = end
        return True

    def _found(self, start: int) -> tuple[int, list[int], str]:
        """The known name beginning at `start`: its end (0: none ends there), its units, what is in doubt."""
        end, units, agree = self.index.longest_at(self.tokens, start)
        if units and end < len(self.tokens) and not self.tokens[end].gap:
            end = 0 if any(unit in self.index.placed for unit in units) else self._place_after(end)
        return (end, units, "" if agree else WHY_ACCENTS) if units and end else (0, [], "")

    def _place_after(self, at: int) -> int:
        """The end of "tỉnh [Sông Lam]" after a name without a place, when it is the directory's own; else 0."""
        end = self._stretch(at - 1)
        words = words_of(self.tokens[at:end])
        for level in (("tinh",), ("thanh", "pho")):
            rest = words[len(level) :]
            if words[: len(level)] == level and (not rest or self.index.places.get(rest) == level):
                return end
        return 0

    def _named(self, start: int) -> bool:
        """A known name."""
        end, units, why = self._found(start)
        if not end or self._lists_kinds(end, units) or title_end(self.tokens, start) > start + 1:
            return False
        self.before, self.at = tuple(self.tokens[start:end]), start
        return self._take("unit", end, units, why)

    def _lists_kinds(self, end: int, units: Sequence[int]) -> bool:
        """True for "UBND xã/phường": a kind that several units bear, followed by another kind."""
        more = self.tokens[end : self._stretch(end)] if end < len(self.tokens) else []
        return len(units) > 1 and bool(more) and names_levels_only(more) and ends_in_level(self.tokens[:end])

    def _plural_list(self) -> bool:
        """“các Sở: A, B và C”, "các Sở A, B", "UBND các xã A, B": the words before are understood in each."""
        end = self._stretch(self.at)
        opening = [token for token in self.tokens[self.at : end] if token.word not in PLURALS]
        left_out = end - self.at - len(opening)
        if not opening or len(opening) > 8:
            return False
        if end < len(self.tokens) and ":" in self.tokens[end].gap and ends_in_level(opening):
            self.before, self.plural, self.at = tuple(opening), True, end
            return self._shortened() or True
        if not left_out or names_levels_only(opening) or ends_in_level(opening):
            return False
        rest = [*opening, *self.tokens[end:]]
        closed, units, agree = self.index.longest_at(rest, 0)
        if not units or closed < len(opening) or (closed < len(rest) and not rest[closed].gap):
            return False
        self.plural, self.before = True, tuple(rest[:closed])
        return self._take("unit", self.at + closed + left_out, units, "" if agree else WHY_ACCENTS)

    def _person(self) -> bool:
        """A title, with the unit behind it where it is plain: "Giám đốc Sở X", "Chánh Văn phòng …"."""
        start = title_end(self.tokens, self.at)
        if not start:
            return False
        while start < len(self.tokens) and "/" in self.tokens[start].gap:
            if not (more := title_end(self.tokens, start)):
                break
            start = more
        if start >= len(self.tokens) or (self.tokens[start].cuts and self.tokens[start].gap != "."):
            return self._take("person", max(start, self.at + 1))
        end, units, why = self._found(start)
        if end and not self._lists_kinds(end, units):
            return self._take("person", end, units, why)
        end = self._stretch(start)
        if found := self.index.by_initials(self.tokens[start:end]):
            return self._take("person", end, found)
        return self._take("person", self._group_end(end))

    def _group(self) -> bool:
        """An open group: plural, kinds only, "cấp xã", or "… liên quan"."""
        end = self._stretch(self.at)
        following = " ".join(words_of(self.tokens[end : end + 4]))
        if end < len(self.tokens) and self._found(end)[0] and "/" not in self.tokens[end].gap:
            following = ""
        if not is_group(self.tokens[self.at : end], following):
            return False
        return self._take("group", self._group_end(end))

    def _group_end(self, end: int) -> int:
        """Where a group ends: kinds of bodies after a comma or "và" still belong to it."""
        while end < len(self.tokens) and not re.search(r"[;\n.:]", self.tokens[end].gap):
            following = self._stretch(end)
            part = self.tokens[end:following]
            if not continues_group(part) or self._found(end)[0] or self.index.by_initials(part):
                break
            end = following
        return end

    def _initials(self) -> bool:
        """Initials spelled along a name: "Phòng TC-KH", "Trung tâm Hỗ trợ đào tạo và CƯNL"."""
        for count in (3, 2, 1):
            end = self._stretch(self.at, count)
            if found := self.index.by_initials(self.tokens[self.at : end]):
                self.before = tuple(self.tokens[self.at : end])
                return self._take("unit", end, found)
        end = self._stretch(self.at)
        found = self.index.by_initials(self.tokens[self.at : end], whole=False)
        return len(found) == 1 and self._take("unit", end, found, WHY_PART_OF_NAME)

    def _shortened(self) -> bool:
        """A name without its first words, which are those of the unit before it."""
        if self.at >= len(self.tokens):
            return False
        why = "" if self.plural else WHY_SHORTENED
        tail = [replace(self.tokens[self.at], gap=""), *self.tokens[self.at + 1 :]]
        stretch = self._stretch(self.at) - self.at
        for length in range(len(self.before), 0, -1):
            head = list(self.before[:length])
            end, units, agree = self.index.longest_at([*head, *tail], 0)
            end -= length
            if units and end > 0 and (end == len(tail) or tail[end].gap):
                self.before = (*head, *tail[:end])
                return self._take("unit", self.at + end, units, why if agree else WHY_ACCENTS)
            if found := self.index.by_initials([*head, *tail[:stretch]]):
                return self._take("unit", self.at + stretch, found, why)
        return False

    def _unknown(self) -> None:
        """Nothing known begins here: a known name further inside is proposed, never believed."""
        end = self._stretch(self.at)
        for start in range(self.at, end):
            closed, units, _ = self.index.longest_at(self.tokens, start)
            if units and closed - start > 1:
                self._take("unit", max(end, closed), units, WHY_OTHER_WORDS)
                return
        self._take("unknown", end, why=WHY_NOT_LISTED)
