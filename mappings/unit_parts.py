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

from mappings.unit_index import Match, UnitIndex
from mappings.unit_national import national
from mappings.unit_shapes import (
    asking_end,
    continues_group,
    counts_many,
    ends_in_level,
    is_group,
    levels_at_end,
    names_levels_only,
    title_end,
)
from mappings.unit_words import Token, tokens_of, words_of

PartKind = Literal["unit", "group", "person", "unknown"]

#: A bracket that only tells the unit's earlier or short name.
_RENAMED: Final = re.compile(
    r"\((?:được )?(?:đổi tên|trước đây|trước là|tên cũ|sau đây|gọi tắt|viết tắt)[^()]*\)"
)

#: Heads of names that never belong to the name before them: a lost line break stands between.
_OPENING: Final = frozenset({"so", "uy", "phong", "bo"})
WHY_ACCENTS: Final = "tên đơn vị khác dấu với danh bạ"
WHY_SHORTENED: Final = "tên đơn vị viết rút gọn theo đơn vị đứng trước"
WHY_PART_OF_NAME: Final = "tên viết tắt chưa đủ"
WHY_OTHER_WORDS: Final = "ô có chữ khác ngoài tên đơn vị"
WHY_NOT_LISTED: Final = "không có tên này trong danh bạ đơn vị"


@dataclass(frozen=True, slots=True)
class UnitPart:
    """One part: `units` are numbers of the index (several when ambiguous), `why` what is in doubt.

    Of several units `likely` is the one to try first; `spelled` is true where initials named them.
    """

    kind: PartKind
    text: str
    units: tuple[int, ...] = ()
    why: str = ""
    likely: int | None = None
    spelled: bool = False


def cut(text: str, index: UnitIndex) -> list[UnitPart]:
    """The parts of one cell (text in NFC) in the order they are written; [] for an empty cell."""
    plain = _RENAMED.sub(lambda found: " " * len(found.group()), text)
    return _Cutter(plain, tokens_of(plain), index).run()


@dataclass(slots=True)
class _Cutter:
    """One pass over one cell; `before` holds the words of the last unit, for names shortened after it.

    `kinds` are the openings of a list of several kinds ("UBND các xã, phường: …").
    """

    text: str
    tokens: list[Token]
    index: UnitIndex
    at: int = 0
    parts: list[UnitPart] = field(default_factory=list)
    before: tuple[Token, ...] = ()
    kinds: tuple[Sequence[Token], ...] = ()
    plural: bool = False
    titled: bool = False

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
        rules = (self._person, self._plural_list, self._initials, self._group, self._shortened, self._begun)
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
        return self._add(kind, end, UnitPart(kind, "", tuple(units), why))

    def _matched(
        self, kind: PartKind, end: int, found: Match, why: str = "", *, spelled: bool = False
    ) -> bool:
        return self._add(kind, end, UnitPart(kind, "", found.units, why, found.likely, spelled))

    def _add(self, kind: PartKind, end: int, part: UnitPart) -> bool:
        written = self.text[self.tokens[self.at].start : self.tokens[end - 1].end]
        kind = "person" if self.titled and kind == "unit" else kind
        self.parts.append(replace(part, kind=kind, text=written))
        self.at = end
        return True

    def _found(self, start: int) -> tuple[Match, str]:
        """The known name beginning at `start` (its end 0: none ends there) and what is in doubt."""
        found = self.index.longest_at(self.tokens, start)
        more = found.end < len(self.tokens) and not self.tokens[found.end].gap
        if found.units and more and not self._opens_another(start, found.end):
            found = found._replace(end=self._end_with_place(found))
        if not found.units or not found.end:
            return Match(0), ""
        return found, "" if found.agree else WHY_ACCENTS

    def _opens_another(self, start: int, end: int) -> bool:
        """True for "Sở A Sở B": the known name is followed by another one of its own kind."""
        head = self.tokens[start].word
        same = head in _OPENING and self.tokens[end].word == head and self.tokens[end].raw[0].isupper()
        return same and bool(self.index.longest_at(self.tokens, end).units)

    def _end_with_place(self, found: Match) -> int:
        """Where a known name followed by more words ends, when they only tell the directory's own place; else 0."""
        if not any(unit in self.index.placed for unit in found.units):
            return self._place_after(found.end)
        end = self._stretch(found.end - 1)
        words = words_of(self.tokens[found.end : end])
        levels = {self.index.bare_level(unit) for unit in found.units}
        own = self.index.province_places()
        return end if levels == {("tinh",)} and own == [words] else 0

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
        found, why = self._found(start)
        if not found.end or self._lists_kinds(found) or title_end(self.tokens, start) > start + 1:
            return False
        self.before, self.at = tuple(self.tokens[start : found.end]), start
        return self._matched("unit", found.end, found, why)

    def _lists_kinds(self, found: Match) -> bool:
        """True for "UBND xã/phường": a kind that several units bear, followed by another kind."""
        end = found.end
        more = self.tokens[end : self._stretch(end)] if end < len(self.tokens) else []
        levels = bool(more) and names_levels_only(more) and ends_in_level(self.tokens[:end])
        return len(found.units) > 1 and levels

    def _plural_list(self) -> bool:
        """“các Sở: A, B và C”, "các Sở A, B", "UBND các xã A, B": the words before are understood in each."""
        end = self._stretch(self.at)
        if colon := self._colon_after(end):
            end = colon
        opening = [self.tokens[at] for at in range(self.at, end) if not counts_many(self.tokens, at)]
        left_out = end - self.at - len(opening)
        if not opening or len(opening) > 8:
            return False
        if end < len(self.tokens) and ":" in self.tokens[end].gap and ends_in_level(opening):
            self.kinds = tuple(kinds) if len(kinds := levels_at_end(opening)) > 1 else ()
            self.before, self.plural, self.at = tuple(opening[: 1 if colon else None]), True, end
            return self._shortened() or True
        if not left_out or names_levels_only(opening) or ends_in_level(opening):
            return False
        rest = [*opening, *self.tokens[end:]]
        found = self.index.longest_at(rest, 0)
        closed = found.end
        if not found.units or closed < len(opening) or (closed < len(rest) and not rest[closed].gap):
            return False
        self.plural, self.before = True, tuple(rest[:closed])
        return self._matched("unit", self.at + closed + left_out, found, "" if found.agree else WHY_ACCENTS)

    def _colon_after(self, end: int) -> int:
        """Where "các Sở, ban, ngành:" opens its list, when only kinds stand before the colon; else 0."""
        if end >= len(self.tokens) or ":" in self.tokens[end].gap:
            return 0
        if not any(counts_many(self.tokens, at) for at in range(self.at, end)):
            return 0
        while end < len(self.tokens) and ":" not in self.tokens[end].gap:
            following = self._stretch(end)
            if not names_levels_only(self.tokens[end:following]):
                return 0
            end = following
        return end if end < len(self.tokens) else 0

    def _person(self) -> bool:
        """A title, with the unit behind it where it is plain: "Giám đốc Sở X", "Chánh Văn phòng …"."""
        start = title_end(self.tokens, self.at)
        if not start:
            return False
        while start < len(self.tokens) and self.tokens[start].gap in {"", "/"}:
            if not (more := title_end(self.tokens, start)):
                break
            start = more
        if start >= len(self.tokens) or (self.tokens[start].cuts and self.tokens[start].gap != "."):
            return self._take("person", max(start, self.at + 1))
        found, why = self._found(start)
        if found.end and not self._lists_kinds(found):
            return self._matched("person", found.end, found, why)
        if self._titled_list(start):
            return True
        end = self._stretch(start)
        if (found := self.index.by_initials(self.tokens[start:end])).units:
            return self._matched("person", end, found, spelled=True)
        return self._take("person", self._group_end(end))

    def _titled_list(self, start: int) -> bool:
        """“Giám đốc các Sở: A, B”: every name of the list is a person."""
        if not any(counts_many(self.tokens, at) for at in range(start, self._stretch(start))):
            return False
        title, self.at, self.titled = self.at, start, True
        if self._plural_list():
            return True
        self.at, self.titled = title, False
        return False

    def _group(self) -> bool:
        """An open group: plural, kinds only, "cấp xã", or "… liên quan"."""
        if self.tokens[self.at].word == "nganh" and (end := self._sector_end()):
            return self._take("group", end)
        end = self._stretch(self.at)
        following = " ".join(words_of(self.tokens[end : end + 4]))
        if end < len(self.tokens) and self._found(end)[0].end and "/" not in self.tokens[end].gap:
            following = ""
        if not is_group(self.tokens[self.at : end], following):
            return False
        return self._take("group", self._group_end(end))

    def _sector_end(self) -> int:
        """The end of "ngành Giáo dục và Đào tạo", whose field is the name of a department; 0 without one."""
        field = self.tokens[self.at + 1 :]
        for head in ("so", "bo"):
            rest = [Token(head, head, head), *field]
            for index in (self.index, national()):
                if field and (found := index.longest_at(rest, 0)).units and found.end > 1:
                    return self.at + found.end
        return 0

    def _group_end(self, end: int) -> int:
        """Where a group ends: kinds of bodies after a comma or "và" still belong to it."""
        while end < len(self.tokens) and not re.search(r"[;\n.:]", self.tokens[end].gap):
            following = self._stretch(end)
            part = self.tokens[end:following]
            if not continues_group(part) or self._found(end)[0].end or self.index.by_initials(part).units:
                break
            end = following
        return end

    def _initials(self) -> bool:
        """Initials spelled along a name: "Phòng TC-KH", "Trung tâm Hỗ trợ đào tạo và CƯNL"."""
        for count in (3, 2, 1):
            end = self._stretch(self.at, count)
            if (found := self.index.by_initials(self.tokens[self.at : end])).units:
                self.before = tuple(self.tokens[self.at : end])
                return self._matched("unit", end, found, spelled=True)
        return False

    def _begun(self) -> bool:
        """Initials that spell only the beginning of one name ("Cục CSVC"): proposed."""
        end = self._stretch(self.at)
        units = self.index.by_initials(self.tokens[self.at : end], whole=False).units
        return len(units) == 1 and self._take("unit", end, units, WHY_PART_OF_NAME)

    def _shortened(self) -> bool:
        """A name without its first words, which are those of the unit before it."""
        if self.at >= len(self.tokens):
            return False
        tail = [self.tokens[self.at]._replace(gap=""), *self.tokens[self.at + 1 :]]
        stretch = self._stretch(self.at) - self.at
        if self.kinds and self._of_a_kind(tail):
            return True
        for length in range(len(self.before), 0, -1):
            head = list(self.before[:length])
            why = "" if self.plural else WHY_SHORTENED
            found = self.index.longest_at([*head, *tail], 0)
            end = found.end - length
            if found.units and end > 0 and (end == len(tail) or tail[end].gap):
                why = "" if self._plainly_shortened(head, tail, found) else why
                self.before = (*head, *tail[:end])
                return self._matched("unit", self.at + end, found, why if found.agree else WHY_ACCENTS)
            if (found := self.index.by_initials([*head, *tail[:stretch]])).units:
                why = "" if self._plainly_shortened(head, tail, found) else why
                return self._matched("unit", self.at + stretch, found, why, spelled=True)
        return False

    def _of_a_kind(self, tail: Sequence[Token]) -> bool:
        """The place of a list of several kinds ("UBND các xã, phường: A, B"): of whichever kind there is one."""
        fitting = []
        for kind in self.kinds:
            found = self.index.longest_at([*kind, *tail], 0)
            end = found.end - len(kind)
            if found.units and end > 0 and (end == len(tail) or tail[end].gap):
                fitting.append((end, found))
        if not fitting:
            return False
        end = max(end for end, _ in fitting)
        units = tuple(sorted({unit for stop, found in fitting if stop == end for unit in found.units}))
        agree = all(found.agree for stop, found in fitting if stop == end)
        return self._take("unit", self.at + end, units, "" if agree else WHY_ACCENTS)

    def _plainly_shortened(self, head: Sequence[Token], tail: Sequence[Token], found: Match) -> bool:
        """True for "Sở Tài chính, Y tế": only departments and ministries are listed by their fields alone."""
        one = len(head) == 1 and head[0].word in {"so", "bo"} and found.agree and len(found.units) == 1
        return one and tail[0].raw[0].isupper()

    def _unknown(self) -> None:
        """Nothing known begins here: a known name further inside is proposed, never believed."""
        end = max(self._stretch(self.at), national().longest_at(self.tokens, self.at).end)
        part = self.tokens[self.at : end]
        if units := self.index.run_together(part):
            self._take("unit", end, units)
            return
        if len(units := self.index.proposals(part)) == 1:
            self._take("unit", end, units, WHY_PART_OF_NAME)
            return
        if self._inside(end):
            return
        self._take("unknown", end, why=WHY_NOT_LISTED)

    def _inside(self, end: int) -> bool:
        """A known name after words that are none; a branch ("Chi cục Thuế") is not the house it belongs to."""
        for start in range(self.at, end):
            found = self.index.longest_at(self.tokens, start)
            branch = start > self.at and self.tokens[start - 1].word == "chi"
            if found.units and found.end - start > 1 and not branch:
                return self._matched("unit", max(end, found.end), found, WHY_OTHER_WORDS)
        return False
