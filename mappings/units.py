"""A cell that names units, resolved against the directory of units as it was on a day.

Names are found by rule only: as written, folded, by code, by initials, by the place
left out, by succession after a merger. Likeness never decides (five different "Sở …"
are 85 % alike): it only offers a person three names to choose from. Whatever could mean
two units asks.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final, Literal, TypeVar

from mappings.texts import collapse, fold, fold_accents_kept, nfc
from mappings.unit_codes import codes_in, keys_of
from mappings.unit_groups import member_of
from mappings.unit_index import UnitIndex
from mappings.unit_parts import UnitPart, cut
from mappings.unit_shapes import looks_like_unit, title_end
from mappings.unit_words import tokens_of, words_of

ReadingKind = Literal["single", "list", "group", "person", "unclear", "none"]

#: Readings remembered per directory: the same few hundred cells come back in every table.
_REMEMBERED: Final = 8192
_SUGGESTED: Final = 3
#: A longer cell is a paragraph in the wrong column.
_LONGEST: Final = 2000
WHY_SEVERAL_UNITS: Final = "nhiều đơn vị cùng tên này"
WHY_NO_CODE: Final = "không có mã này trong danh bạ đơn vị"


T = TypeVar("T")
Cell = TypeVar("Cell", bound=Hashable)


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """A unit of the directory. `valid_to` is its last day; `successors` (unit ids) took its duties over."""

    unit_id: str
    name: str
    code: str = ""
    tier: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitReading:
    """One cell as read.

    `kind` is single, list (several parts), group (open: "các sở, ban, ngành"), person (by
    title, `units` holding the unit behind it where clear), unclear or none. With `asks`
    the `units` are proposals and `why` says in Vietnamese what is open; `certain` are
    those of them that stand beyond doubt by themselves. `names` are the parts as written,
    `suggestions` names of units for a person to choose from.
    """

    kind: ReadingKind
    units: tuple[UnitEntry, ...]
    names: tuple[str, ...]
    confidence: Literal["sure", "asks"]
    suggestions: tuple[str, ...] = ()
    why: str = ""
    certain: tuple[UnitEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class _Settled:
    """One part with its unit on the day: `unit` None when none or several are meant.

    Of several (`choice`) one may be `proposed`; it is never believed.
    """

    part: UnitPart
    unit: UnitEntry | None = None
    why: str = ""
    others: tuple[str, ...] = ()
    choice: tuple[UnitEntry, ...] = ()
    proposed: UnitEntry | None = None


class UnitDirectory:
    """All units of one site, ready to be looked up by any of their written forms."""

    def __init__(self, entries: Sequence[UnitEntry]) -> None:
        self._entries = tuple(entries)
        self._by_id = {entry.unit_id: entry for entry in self._entries}
        self._by_code = {
            key: self._entries[number] for key, number in keys_of([e.code for e in self._entries]).items()
        }
        self._by_folded_id = {fold(entry.unit_id): entry for entry in self._entries}
        self._index = UnitIndex([entry.name for entry in self._entries])
        self._folded = {entry.name: fold(entry.name) for entry in self._entries}
        self._whole = _whole_names(self._entries)
        self._words = [words_of(tokens_of(entry.name)) for entry in self._entries]
        self._number = {entry.unit_id: number for number, entry in enumerate(self._entries)}
        self._changes = _changes(self._entries)
        self._remembered: dict[tuple[Any, Any, int], Any] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def entry(self, unit_id: str) -> UnitEntry | None:
        """The unit with this id, None when the directory has none."""
        return self._by_id.get(unit_id)

    def resolve(self, text: str, on: date | None) -> UnitReading:
        """The units that `text` names on the day `on` (None: without regard to mergers). Never raises."""
        return self.recall(UnitDirectory._read, text, on)

    def recall(self, read: Callable[[UnitDirectory, Cell, date | None], T], cell: Cell, on: date | None) -> T:
        """`read(self, cell, on)`, remembered with the readings: between two changes all days are alike.

        `cell` is a cell, or the cells that are read together.
        """
        era = -1 if on is None else bisect_right(self._changes, on)
        key = (read, cell, era)
        if key in self._remembered:
            known: T = self._remembered[key]
            return known
        found = read(self, cell, on)
        if len(self._remembered) >= _REMEMBERED:
            self._remembered.clear()
        self._remembered[key] = found
        return found

    def expand(self, reading: UnitReading, on: date | None) -> tuple[UnitEntry, ...]:
        """The units of a reading with its groups' members in force on the day, in the directory's order.

        Only groups whose words fix who is meant are expanded ("UBND các xã, phường"); an
        open one ("các đơn vị liên quan") adds nobody. Never raises.
        """
        found = dict.fromkeys(reading.units)
        for name in reading.names:
            if member := member_of(name):
                found |= dict.fromkeys(
                    entry
                    for entry, words in zip(self._entries, self._words, strict=True)
                    if words and member(words) and (on is None or _in_force(entry, on))
                )
        return tuple(found)

    def _read(self, text: str, on: date | None) -> UnitReading:
        if (number := self._whole.get(_spelled_whole(text))) is not None:
            whole = self._succeeded(UnitPart("unit", text, (number,)), [self._entries[number]], on)
            if whole.unit and not whole.why:
                return UnitReading("single", (whole.unit,), (collapse(text),), "sure", certain=(whole.unit,))
        if not any(character.isalnum() for character in text):
            return UnitReading("none", (), (), "sure")
        if len(text) > _LONGEST:
            return UnitReading("unclear", (), (collapse(text),), "asks", (), "ô quá dài so với tên đơn vị")
        if known := self._by_folded_id.get(fold(text)):
            return self._together([self._succeeded(UnitPart("unit", collapse(text)), [known], on)])
        if (codes := codes_in(text)) and all("." in code or code in self._by_code for code in codes):
            return self._together([self._coded(code, on) for code in codes])
        return self._together([self._settled(part, on) for part in cut(nfc(text), self._index)])

    def _coded(self, code: str, on: date | None) -> _Settled:
        """The unit with this code, in either of its two forms."""
        if entry := self._by_code.get(code):
            return self._succeeded(UnitPart("unit", code), [entry], on)
        return _Settled(UnitPart("unit", code), why=WHY_NO_CODE)

    def _settled(self, part: UnitPart, on: date | None) -> _Settled:
        """One part with the unit in force; "" in `why` means that nothing is open."""
        if part.kind == "group" or (part.kind == "person" and not part.units):
            return _Settled(part)
        if not part.units:
            return _Settled(part, why=part.why, others=self._alike(part.text))
        return self._succeeded(part, [self._entries[number] for number in part.units], on)

    def _succeeded(self, part: UnitPart, units: list[UnitEntry], on: date | None) -> _Settled:
        """Units meant by name, followed through mergers to those in force on the day."""
        names = tuple(unit.name for unit in units)
        if on is not None:
            standing = [unit for unit in units if _in_force(unit, on)]
            units = standing or units
        if len(units) > 1:
            likely = None if part.likely is None else self._entries[part.likely]
            return _Settled(
                part,
                why=WHY_SEVERAL_UNITS,
                others=names[:_SUGGESTED],
                choice=tuple(units),
                proposed=likely if likely in units else None,
            )
        unit: UnitEntry | None = units[0]
        seen: set[str] = set()
        while unit and on is not None and unit.valid_to is not None and unit.valid_to < on:
            heirs = [self._by_id[i] for i in unit.successors if i in self._by_id and i not in seen]
            seen.add(unit.unit_id)
            if len(heirs) != 1:
                why = "đơn vị đã chia cho nhiều đơn vị" if heirs else "đơn vị không còn hoạt động"
                return _Settled(part, why=why, others=tuple(heir.name for heir in heirs))
            unit = heirs[0]
        return _Settled(part, unit, part.why)

    def _together(self, parts: list[_Settled]) -> UnitReading:
        """The reading of the whole cell from its parts."""
        parts = self._by_company(parts)
        units = tuple(dict.fromkeys(unit for found in parts if (unit := found.unit or found.proposed)))
        names = tuple(collapse(found.part.text) for found in parts)
        doubts = list(dict.fromkeys(found.why for found in parts if found.why))
        others = tuple(dict.fromkeys(name for found in parts for name in found.others))
        kind = _kind([found.part for found in parts])
        if kind == "list" and len(units) == 1 and len(names) == sum(f.unit is not None for f in parts):
            kind = "single"
        certain = tuple(dict.fromkeys(found.unit for found in parts if found.unit and not found.why))
        return UnitReading(
            kind, units, names, "asks" if doubts else "sure", others, "; ".join(doubts), certain
        )

    def _by_company(self, parts: list[_Settled]) -> list[_Settled]:
        """Parts that several units bear, told apart by the other parts of the same cell.

        A list does not name one unit twice, so of two units that the same initials spell the
        one that another part names is not meant ("Vụ GDTH và Vụ GDTrH"): that is certain.
        The place or house of the other parts only proposes.
        """
        if not any(found.choice for found in parts) or len(parts) == 1:
            return parts
        named = {found.unit for found in parts if found.unit and not found.why}
        homes = Counter(home for unit in named if (home := self._home(unit)))
        choices = [{self._home(unit) for unit in found.choice} for found in parts if found.choice]
        shared = set.intersection(*choices) if len(choices) > 1 else set()
        home = _most(homes) or (next(iter(shared)) if len(shared) == 1 else ())
        return [_told_apart(found, named, home, self._home) if found.choice else found for found in parts]

    def _home(self, unit: UnitEntry) -> tuple[str, ...]:
        return self._index.homes[self._number[unit.unit_id]]

    def _alike(self, text: str) -> tuple[str, ...]:
        """Names that look like an unknown one, for a person to choose from; they decide nothing."""
        from rapidfuzz import fuzz, process

        found = process.extract(
            fold(text), self._folded, scorer=fuzz.WRatio, limit=_SUGGESTED, score_cutoff=70
        )
        return tuple(name for _, _, name in found)


def _told_apart(
    found: _Settled,
    named: Collection[UnitEntry | None],
    near: tuple[str, ...],
    home: Callable[[UnitEntry], tuple[str, ...]],
) -> _Settled:
    """One ambiguous part with the units that the other parts name, and their home, taken into account."""
    left = [unit for unit in found.choice if unit not in named]
    if len(left) == 1 and len(left) < len(found.choice) and found.part.spelled:
        return _Settled(found.part, left[0])
    neighbours = [unit for unit in left if near and home(unit) == near]
    return replace(found, proposed=neighbours[0]) if len(neighbours) == 1 else found


def _most(homes: Counter[tuple[str, ...]]) -> tuple[str, ...]:
    """The home of most units of a cell; () when two are equal or there is none."""
    (first, count), (_, next_count) = (*homes.most_common(2), ((), 0), ((), 0))[:2]
    return first if count > next_count else ()


def _spelled_whole(text: str) -> str:
    """A cell as the key of a whole name: lower case, one way to write "UBND" and the tone of "ủy"."""
    return fold_accents_kept(text).replace("uỷ", "ủy").replace("ủy ban nhân dân", "ubnd").rstrip(" .;,")


def _whole_names(entries: Sequence[UnitEntry]) -> dict[str, int]:
    """Numbers of the units by their whole names: the quick way for cells that hold nothing else.

    Names that two units bear, and those that begin like a person's title, take the long way.
    """
    found: dict[str, int] = {}
    twice: set[str] = set()
    for number, entry in enumerate(entries):
        key, tokens = _spelled_whole(entry.name), tokens_of(entry.name)
        if key in found or not tokens or title_end(tokens, 0):
            twice.add(key)
        found[key] = number
    return {key: number for key, number in found.items() if key not in twice}


def _changes(entries: Sequence[UnitEntry]) -> list[date]:
    """The days from which on some unit exists, or exists no longer, in order."""
    begun = {entry.valid_from for entry in entries if entry.valid_from is not None}
    ended = {entry.valid_to for entry in entries if entry.valid_to is not None and entry.valid_to < date.max}
    return sorted(begun | {last + timedelta(days=1) for last in ended})


def _in_force(unit: UnitEntry, on: date) -> bool:
    """True when the unit exists on the day; an unknown beginning or end is open."""
    return (unit.valid_from is None or unit.valid_from <= on) and (
        unit.valid_to is None or on <= unit.valid_to
    )


def _kind(parts: Sequence[UnitPart]) -> ReadingKind:
    """What the cell as a whole is, by its parts."""
    kinds = {part.kind for part in parts}
    if not parts:
        return "none"
    if kinds == {"person"}:
        return "person"
    if len(parts) > 1:
        return "unclear" if kinds == {"unknown"} and not looks_like_unit(tokens_of(parts[0].text)) else "list"
    kind = parts[0].kind
    if kind == "unit":
        return "single"
    if kind == "unknown":
        return "single" if looks_like_unit(tokens_of(parts[0].text)) else "unclear"
    return kind
