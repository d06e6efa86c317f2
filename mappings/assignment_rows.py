"""Rows of an assignment table as they come in, and the key by which each is known again.

The key of a task must survive everything that does not change the task: the file read
again, renamed, or saved in another format, and the same table delivered both by the API
and in an attachment. So it is made of where the row stands and not of what it says: a
corrected deadline stays the same task.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple, Protocol

from mappings.texts import fold

_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: Identities of a table's rows by content and lead.
_Known = dict[tuple[str, str], list[str]]
_PAIRS: Final = tuple(high + low for high in _CROCKFORD for low in _CROCKFORD)


class Doubt(Protocol):
    """What a table leaves open about one cell; `mappings.tables.CellDoubt` is one."""

    @property
    def role(self) -> str:
        """Role of the column."""

    @property
    def text(self) -> str:
        """What another line proposes."""

    @property
    def sentence(self) -> str:
        """What is open."""

    @property
    def remedy(self) -> str:
        """What to do."""


class RowCells(Protocol):
    """One row as read: texts tidied, `row` 1-based; `mappings.tables.TableRow` is one."""

    @property
    def file(self) -> str:
        """Name of the file, "" for rows of the API."""

    @property
    def table(self) -> str:
        """Name of the table or sheet."""

    @property
    def row(self) -> int:
        """Line in the table, from 1."""

    @property
    def ordinal(self) -> str:
        """Number of the row as printed (STT)."""

    @property
    def section(self) -> str:
        """Group heading above the row."""

    @property
    def content(self) -> str:
        """What is to be done."""

    @property
    def lead(self) -> str:
        """Cell of the lead unit."""

    @property
    def coordinators(self) -> str:
        """Cell of the coordinating units."""

    @property
    def deadline(self) -> str:
        """Deadline as shown."""

    @property
    def deadline_value(self) -> date | None:
        """Day stored in the cell when it is a native date."""

    @property
    def product(self) -> str:
        """Product asked for."""

    @property
    def officer(self) -> str:
        """Monitoring officer."""

    @property
    def doubts(self) -> Sequence[Doubt]:
        """What the table leaves open about its cells."""


class Placed(NamedTuple):
    """A row with its identity; rows of one identity are versions of one row in several tables."""

    row: RowCells
    identity: str


class KeyMaker:
    """Task keys of one directive on one site: "TD-" and ten letters of Crockford's base 32 (50 bits)."""

    def __init__(self, site: str, directive: str) -> None:
        self._start = f"{site}|{directive}|"

    def key(self, identity: str) -> str:
        """The key of the row with this identity."""
        digest = hashlib.sha256(f"{self._start}{identity}".encode()).digest()
        bits = int.from_bytes(digest[:7]) >> 6
        return (
            f"TD-{_PAIRS[bits >> 40]}{_PAIRS[bits >> 30 & 1023]}{_PAIRS[bits >> 20 & 1023]}"
            f"{_PAIRS[bits >> 10 & 1023]}{_PAIRS[bits & 1023]}"
        )


def later_key(key: str, words: str, count: int) -> str:
    """The key of a row put where the task `key` stood before; `count` tells such rows of the same words apart."""
    return KeyMaker(key, words).key(str(count))


def placed(rows: Sequence[RowCells], lead_of: Callable[[str], str]) -> list[Placed]:
    """Every row with the identity that survives re-reading: "table|ordinal|n".

    `table` counts the document's tables in order, whatever their files are called; a
    table half of whose rows (same content, same lead by `lead_of`) stand in an earlier
    one is that table again. `ordinal` is the printed number, or "#" and the line where
    none is printed. `n` counts earlier rows with the same number, since numbering starts
    anew in each section; rows that cannot be used are counted too, so that mending one
    moves no other.
    """
    tables = _by_table(rows)
    if len(tables) == 1:
        return list(_identified(tables[0], 0, {}))
    known: list[_Known] = []
    found: list[Placed] = []
    for table in tables:
        prints = [(fold(row.content), lead_of(row.lead)) for row in table]
        number, same = _same_table(prints, known)
        places = list(_identified(table, number, same))
        if number == len(known):
            known.append({})
        for mark, place in zip(prints, places, strict=True):
            identities = known[number].setdefault(mark, [])
            if place.identity not in identities:
                identities.append(place.identity)
        found += places
    return found


def _by_table(rows: Sequence[RowCells]) -> list[list[RowCells]]:
    """Rows grouped by table, tables in the order of their first rows."""
    tables: dict[tuple[str, str], list[RowCells]] = {}
    for row in rows:
        tables.setdefault((row.file, row.table), []).append(row)
    return list(tables.values())


def _same_table(prints: Sequence[tuple[str, str]], known: Sequence[_Known]) -> tuple[int, dict[int, str]]:
    """The number of the table, and for its rows that an earlier one has: position → identity there."""
    for number, earlier in enumerate(known):
        taken: dict[tuple[str, str], int] = {}
        same: dict[int, str] = {}
        for at, mark in enumerate(prints):
            nth = taken.get(mark, 0)
            if nth < len(earlier.get(mark, ())):
                same[at], taken[mark] = earlier[mark][nth], nth + 1
        if len(same) * 2 >= len(prints):
            return number, same
    return len(known), {}


def _identified(rows: Sequence[RowCells], number: int, same: Mapping[int, str]) -> Iterator[Placed]:
    """Identities of one table's rows; none is given twice inside the table."""
    counts: dict[str, int] = {}
    claimed = set(same.values())
    for at, row in enumerate(rows):
        ordinal = row.ordinal.strip(" .)") or f"#{row.row}"
        count = counts.get(ordinal, 0)
        counts[ordinal] = count + 1
        if not same:  # an ordinal and its count are one identity only
            yield Placed(row, f"{number}|{ordinal}|{count}")
            continue
        identity = same.get(at, "")
        if not identity:
            while (identity := f"{number}|{ordinal}|{count}") in claimed:
                count += 1
            claimed.add(identity)
        yield Placed(row, identity)
