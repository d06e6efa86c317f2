"""Every way in which a unit of the directory may be written, by rule and not by likeness.

A unit is found under its full name and under shorter forms of it: without a bracket,
without the place's own name ("Công an tỉnh"), without the place ("Sở Tài chính"). A
shorter form counts only where no other unit's name begins with the same words. Then
come abbreviations: initials are laid along the words of a name ("TN&MT", "GDTrH").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from mappings.texts import fold
from mappings.unit_words import Token, same_accents, tokens_of, words_of

_BRACKET: Final = re.compile(r"\s*\([^()]*\)\s*")
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
_LOCAL_LEVELS: Final = frozenset({"xa", "phuong", "thi", "dac", "huyen", "quan"})
#: An acronym: capitals, each with the small letters that belong to it ("GDTrH", "CƯNL").
_SEGMENT: Final = re.compile(r"[^\W\d_a-z][a-z]{0,2}|\d+")

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write unit number `unit`: rank 0 is the full name, higher ranks are shorter forms."""

    unit: int
    rank: int
    accents: Words
    letters: Words
    joints: frozenset[int]


class _Spelled(NamedTuple):
    """A word of a mention with its initials, where it may be an acronym."""

    word: str
    accents: str
    segments: list[str]


class UnitIndex:
    """Forms of all units by their folded words."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names: list[list[Token]] = [
            tokens_of(_BRACKET.sub(" ", name)) or tokens_of(name) for name in names
        ]
        #: own names of places in the directory with their level, and the units whose names end in one.
        self.places = _places(self._names)
        self.placed: set[int] = set()
        self._forms: dict[Words, list[Form]] = {}
        self._longest: dict[str, int] = {}
        self._vocabulary: frozenset[str] = frozenset(t.word for tokens in self._names for t in tokens)
        self._beginnings: dict[Words, set[int]] = {}
        self._bags: dict[Words, set[int]] = {}
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
        self._add(unit, 0, full)
        self._add(unit, 1, tokens)
        for inside in re.findall(r"\(([^()]*)\)", name):
            if len(bracket := tokens_of(inside)) == 1 and bracket[0].raw.isupper():
                self._add(unit, 1, bracket)
        for shorter in _shorter(tokens, self.places):
            self.placed.add(unit)
            self._add(unit, 2, shorter)

    def _add(self, unit: int, rank: int, tokens: Sequence[Token]) -> None:
        words = words_of(tokens)
        if not words:
            return
        forms = self._forms.setdefault(words, [])
        if all(form.unit != unit for form in forms):
            joints = frozenset([at for at, token in enumerate(tokens) if token.gap])
            self._bags.setdefault(tuple(sorted(words)), set()).add(unit)
            accents = tuple([t.accents for t in tokens])
            forms.append(Form(unit, rank, accents, tuple([_plain(word) for word in accents]), joints))
            self._longest[words[0]] = max(self._longest.get(words[0], 0), len(words))

    def knows(self, word: str) -> bool:
        """True when the folded word stands in some unit's name."""
        return word in self._vocabulary

    def longest_at(self, tokens: Sequence[Token], at: int) -> tuple[int, list[int], bool]:
        """The longest form beginning at `at`: its end, the units that bear it, whether accents agree.

        (at, [], False) when none begins there. A list's comma or "và" is crossed only
        where the name itself has one.
        """
        longest = min(self._longest.get(tokens[at].word, 0), len(tokens) - at)
        for length in range(longest, 0, -1):
            part = tokens[at : at + length]
            forms = self._forms.get(words_of(part))
            if forms and (fitting := [form for form in forms if _joined(part, form)]):
                return at + length, *self._settled(part, fitting)
        return at, [], False

    def _settled(self, part: Sequence[Token], forms: list[Form]) -> tuple[list[int], bool]:
        """The units of the best rank whose accents agree; without agreement all, as a doubt.

        A shorter form stands for every unit whose name begins with it or has the same words
        in another order ("Tài chính - Kế hoạch", "Kế hoạch - Tài chính").
        """
        accents = tuple([t.accents for t in part])
        agreeing = [form for form in forms if same_accents(accents, form.accents)]
        if not agreeing:
            return sorted({form.unit for form in forms}), False
        best = min(form.rank for form in agreeing)
        chosen = [form for form in agreeing if form.rank == best]
        units = {form.unit for form in chosen if form.accents == accents} or {form.unit for form in chosen}
        if best == 2:
            words = words_of(part)
            alike = self._beginnings.get(words, set()) | self._bags.get(tuple(sorted(words)), set())
            units |= alike - {form.unit for form in forms if form not in agreeing}
        return sorted(units), True

    def by_initials(self, tokens: Sequence[Token], *, whole: bool = True) -> list[int]:
        """Units whose name these words and initials spell in order; [] when no word is an acronym.

        With `whole` false the end of the name may be missing ("Cục CSVC"): a proposal only.
        """
        spelled = [_Spelled(token.word, token.accents, _segments(token, self)) for token in tokens]
        if not any(token.segments for token in spelled):
            return []
        found = {
            form.unit
            for words, forms in self._by_letter.get(tokens[0].word[0], ())
            for form in forms
            if _spells(spelled, words, form, 0, 0, whole)
        }
        return sorted(found)


def _joined(part: Sequence[Token], form: Form) -> bool:
    """True when every list separator inside the words stands where the name has a sign too."""
    return all(
        at == 0 or at in form.joints or not token.cuts or not token.gap.strip(".\n")
        for at, token in enumerate(part)
    )


def _places(names: Iterable[Sequence[Token]]) -> dict[Words, Words]:
    """Own names of places at the end of unit names, each with its level ("song lam" → "tinh")."""
    found: dict[Words, Words] = {}
    for tokens in names:
        if cut := _place_at(tokens):
            level, proper = cut
            found.setdefault(
                tuple([t.word for t in tokens[proper:]]), tuple(t.word for t in tokens[level:proper])
            )
    return found


def _place_at(tokens: Sequence[Token]) -> tuple[int, int] | None:
    """Where a level and a capitalised own name close a unit's name; None when they do not."""
    for level in range(len(tokens) - 2, 0, -1):
        for words in _PLACE_LEVELS:
            proper = level + len(words)
            if tuple([t.word for t in tokens[level:proper]]) != words or not 0 < len(tokens) - proper <= 3:
                continue
            if all(t.raw[0].isupper() or t.raw.isdigit() for t in tokens[proper:]):
                return level, proper
    return None


def _shorter(tokens: Sequence[Token], places: dict[Words, Words]) -> Iterator[Sequence[Token]]:
    """Forms without the place's own name, without its level, and without the parent unit after a comma."""
    for at, token in enumerate(tokens):
        if (
            at > 1
            and "," in token.gap
            and token.word in {"so", "ubnd", "uy", "dang", "van"}
            and token.raw != "so"
        ):
            yield tokens[:at]
    for level_words in (("tinh",), ("thanh", "pho")):
        if words_of(tokens[-len(level_words) :]) == level_words and len(tokens) > len(level_words) + 1:
            yield tokens[: -len(level_words)]
    if cut := _place_at(tokens):
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
            yield [*head, *[Token(w, w, w, "", 0, 0) for w in places[words]]]
            yield [*head, *[Token(w, w, w, "", 0, 0) for w in places[words]], *tokens[-length:]]
            yield head


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
