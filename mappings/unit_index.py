"""Every way in which a unit of the directory may be written, by rule and not by likeness.

A unit is found under its full name and under shorter forms of it: without a bracket,
without the place's own name ("Công an tỉnh"), without the place ("Sở Tài chính"). A
shorter form counts only where no other unit's name begins with the same words. Then
come abbreviations: initials are laid along the words of a name ("TN&MT", "GDTrH").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from mappings.texts import fold
from mappings.unit_forms import (
    Words,
    ends_with_level,
    home_of,
    loosened,
    places_in,
    shorter,
    without_remark,
)
from mappings.unit_words import Token, same_accents, tokens_of, words_of

_REMARK: Final = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
#: An acronym: capitals, each with the small letters that belong to it ("GDTrH", "CƯNL").
_SEGMENT: Final = re.compile(r"[^\W\d_a-z][a-z]{0,2}|\d+")

#: Sounds written with two letters or more, whose first letter alone is a looser initial.
_CLUSTER: Final = re.compile("ch|gh|gi|kh|ng|nh|ph|qu|th|tr")
#: Ranks of a form: the full name, without its remark, shorter, shorter of a name with a remark, loosened.
_FULL, _PLAIN, _SHORT, _SHORT_OF_REMARK, _LOOSE = range(5)
#: A proposal may leave so many words of the name out ("Vụ HSSV": Vụ [Công tác] học sinh, sinh viên).
_SKIPPED: Final = 3


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write unit number `unit`: rank 0 is the full name, higher ranks are shorter forms."""

    unit: int
    rank: int
    accents: Words
    letters: Words
    joints: frozenset[int]


class Match(NamedTuple):
    """A name found in a cell: where it ends, the units that bear it, and how far that is beyond doubt.

    `agree` is false where accents differ. Of several units `likely` is the one that a
    person would try first (its name is exactly this, the others' only begin so).
    """

    end: int
    units: tuple[int, ...] = ()
    agree: bool = False
    likely: int | None = None


class _Spelled(NamedTuple):
    """A word of a mention with its initials, where it may be an acronym."""

    word: str
    accents: str
    segments: list[str]


class UnitIndex:
    """Forms of all units by their folded words."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names: list[list[Token]] = [without_remark(name) for name in names]
        #: own names of places in the directory with their level, and the units whose names end in one.
        self.places = places_in(self._names)
        self.placed: set[int] = set()
        #: of each unit the place or house to which it belongs, () where its name does not tell.
        self.homes: list[Words] = [
            home_of(tokens, " ".join(_REMARK.findall(name)), self.places)
            for name, tokens in zip(names, self._names, strict=True)
        ]
        self._forms: dict[Words, list[Form]] = {}
        self._longest: dict[str, int] = {}
        self._vocabulary: frozenset[str] = frozenset(t.word for tokens in self._names for t in tokens)
        self._beginnings: dict[Words, set[int]] = {}
        self._bags: dict[Words, set[int]] = {}
        self._run_together: dict[str, set[int]] = {}
        for unit, tokens in enumerate(self._names):
            self._add_all(unit, names[unit], tokens)
        self._by_letter: dict[str, list[tuple[Words, list[Form]]]] = {}
        for words, forms in self._forms.items():
            self._by_letter.setdefault(words[0][0], []).append((words, forms))

    def _add_all(self, unit: int, name: str, tokens: list[Token]) -> None:
        words = words_of(tokens)
        for length in range(1, len(words) + 1):
            self._beginnings.setdefault(words[:length], set()).add(unit)
        full = tokens_of(name)
        self._add(unit, _FULL, full)
        self._add(unit, _PLAIN, tokens)
        remarks = _REMARK.findall(name)
        for inside in remarks:
            if len(bracket := tokens_of(inside)) == 1 and bracket[0].raw.isupper():
                self._add(unit, _PLAIN, bracket)
        forms = list(shorter(tokens, self.places))
        for form in forms:
            self.placed.add(unit)
            self._add(unit, _SHORT_OF_REMARK if remarks else _SHORT, form)
        for form in (tokens, *forms):
            for loose in loosened(form):
                self._add(unit, _LOOSE, loose)

    def _add(self, unit: int, rank: int, tokens: Sequence[Token]) -> None:
        words = words_of(tokens)
        if not words:
            return
        forms = self._forms.setdefault(words, [])
        if all(form.unit != unit for form in forms):
            joints = frozenset([at for at, token in enumerate(tokens) if token.gap])
            self._bags.setdefault(tuple(sorted(words)), set()).add(unit)
            accents = tuple([t.accents for t in tokens])
            self._run_together.setdefault(_unspaced(tokens), set()).add(unit)
            forms.append(Form(unit, rank, accents, tuple([_plain(word) for word in accents]), joints))
            self._longest[words[0]] = max(self._longest.get(words[0], 0), len(words))

    def knows(self, word: str) -> bool:
        """True when the folded word stands in some unit's name."""
        return word in self._vocabulary

    def province_places(self) -> list[Words]:
        """Own names of the provinces in the directory; a site's directory has one."""
        return [place for place, level in self.places.items() if level == ("tinh",)]

    def bare_level(self, unit: int) -> Words:
        """The level that closes the unit's name without a place's own name ("Công an tỉnh"); () when none."""
        return ends_with_level(self._names[unit])

    def longest_at(self, tokens: Sequence[Token], at: int) -> Match:
        """The longest form beginning at `at`; without units when none begins there.

        A list's comma or "và" is crossed only where the name itself has one.
        """
        longest = min(self._longest.get(tokens[at].word, 0), len(tokens) - at)
        for length in range(longest, 0, -1):
            part = tokens[at : at + length]
            forms = self._forms.get(words_of(part))
            if forms and (fitting := [form for form in forms if _joined(part, form)]):
                return self._settled(at + length, part, fitting)
        return Match(at)

    def _settled(self, end: int, part: Sequence[Token], forms: list[Form]) -> Match:
        """The units of the best rank whose accents agree; without agreement all, as a doubt.

        A shorter form stands for every unit whose name begins with it or has the same words
        in another order ("Tài chính - Kế hoạch", "Kế hoạch - Tài chính").
        """
        accents = tuple([t.accents for t in part])
        agreeing = [form for form in forms if same_accents(accents, form.accents)]
        if not agreeing:
            return Match(end, tuple(sorted({form.unit for form in forms})))
        best = min(form.rank for form in agreeing)
        chosen = [form for form in agreeing if form.rank == best]
        units = {form.unit for form in chosen if form.accents == accents} or {form.unit for form in chosen}
        likely = next(iter(units)) if len(units) == 1 else None
        if best >= _SHORT:
            words = words_of(part)
            alike = self._beginnings.get(words, set()) | self._bags.get(tuple(sorted(words)), set())
            units |= alike - {form.unit for form in forms}
        return Match(end, tuple(sorted(units)), True, likely)

    def by_initials(self, tokens: Sequence[Token], *, whole: bool = True) -> Match:
        """Units whose name these words and initials spell in order; none when no word is an acronym.

        With `whole` false the end of the name may be missing ("Cục CSVC"): a proposal only.
        """
        spelled = [_Spelled(token.word, token.accents, _segments(token, self)) for token in tokens]
        if not any(token.segments for token in spelled):
            return Match(0)
        looseness: dict[int, int] = {}
        for words, forms in self._by_letter.get(tokens[0].word[0], ()):
            for form in forms:
                if _spells(spelled, words, form, 0, 0, whole):
                    loose = sum(_CLUSTER.match(word) is not None for word in words)
                    looseness[form.unit] = min(looseness.get(form.unit, loose), loose)
        return Match(len(tokens), tuple(sorted(looseness)), True, _least(looseness))

    def proposals(self, tokens: Sequence[Token]) -> list[int]:
        """Units whose name begins with these words, or spells them with words left out: never believed."""
        words = words_of(tokens)
        if len(words) > 1 and (begun := self._beginnings.get(words)):
            return sorted(begun)
        spelled = [_Spelled(token.word, token.accents, _segments(token, self)) for token in tokens]
        if not any(token.segments for token in spelled) or len("".join(words)) < 4:
            return []
        names = enumerate(self._names)
        return [unit for unit, name in names if _spells_some(spelled, [t.word for t in name])]

    def run_together(self, tokens: Sequence[Token]) -> list[int]:
        """Units whose name has the same letters and accents, only a space missing or too many."""
        return sorted(self._run_together.get(_unspaced(tokens), ()))


def _unspaced(tokens: Sequence[Token]) -> str:
    return "".join([token.raw.lower() for token in tokens])


def _least(looseness: dict[int, int]) -> int | None:
    """The one unit whose initials are spelled most fully ("TH" is Tiểu học before Trung học)."""
    least = [unit for unit, loose in looseness.items() if loose == min(looseness.values())]
    return least[0] if len(least) == 1 else None


def _spells_some(spelled: Sequence[_Spelled], words: Sequence[str]) -> bool:
    """True when the words and initials stand in the name in this order, up to three words left out."""
    wanted = [part for token in spelled for part in (token.segments or [token.word])]
    if not len(wanted) <= len(words) <= len(wanted) + _SKIPPED:
        return False
    rest = iter(words)
    return (
        all(any(word.startswith(fold(part)) for word in rest) for part in wanted) and next(rest, None) is None
    )


def _joined(part: Sequence[Token], form: Form) -> bool:
    """True when every list separator inside the words stands where the name has a sign too."""
    return all(
        at == 0 or at in form.joints or not token.cuts or not token.gap.strip(".\n")
        for at, token in enumerate(part)
    )


def _segments(token: Token, index: UnitIndex) -> list[str]:
    """The initials of an acronym, small letters kept with their capital; [] for an ordinary word.

    An acronym has two capitals, or is a short word that no unit's name contains; it
    never carries a tone.
    """
    raw = token.raw
    capitals = sum(letter.isupper() for letter in raw)
    if not token.accents[-1].isalnum() or (capitals < 2 and len(token.word) > 6):
        return []
    if index.knows(token.word) and not (capitals >= 2 and raw.isupper()):
        return []
    return [_plain(part) for part in _SEGMENT.findall(raw if capitals else raw.upper())]


def _plain(text: str) -> str:
    """Folded, but with đ kept apart from d: "GDĐT" and "GDDT" are two offices."""
    return "đ".join([fold(part) for part in text.lower().split("đ")])


def _spells(tokens: Sequence[_Spelled], words: Words, form: Form, at: int, word: int, whole: bool) -> bool:
    """True when tokens from `at` spell words from `word` one by one, or several by their initials."""
    if at == len(tokens) or word == len(words):
        return at == len(tokens) and (word == len(words) or not whole)
    token = tokens[at]
    plain = token.word == words[word] and same_accents((token.accents,), form.accents[word : word + 1])
    if plain and _spells(tokens, words, form, at + 1, word + 1, whole):
        return True
    ends = word + len(token.segments)
    if ends == word or ends > len(words):
        return False
    for letters, segment in zip(form.letters[word:ends], token.segments, strict=True):
        if not letters.startswith(segment):
            return False
    return _spells(tokens, words, form, at + 1, ends, whole)
