"""Rows of an assignment table as they come in, and the key by which each is known again.

The key of a task must survive everything that does not change the task: the file read
again, renamed, or saved in another format, and the same table delivered both by the API
and in an attachment. So it is made of where the row stands and not of what it says: a
corrected deadline stays the same task.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from mappings.texts import fold

_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS: Final = tuple(high + low for high in _CROCKFORD for low in _CROCKFORD)


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


@dataclass(frozen=True, slots=True)
class Placed:
    """A row with its identity; `repeats` when another table of the same document has it already."""

    row: RowCells
    identity: str
    repeats: bool = False


class KeyMaker:
    """Task keys of one directive on one site: "TD-" and ten letters of Crockford's base 32 (50 bits)."""

    def __init__(self, site: str, directive: str) -> None:
        self._start = hashlib.sha256(f"{site}|{directive}|".encode())

    def key(self, identity: str) -> str:
        """The key of the row with this identity."""
        digest = self._start.copy()
        digest.update(identity.encode())
        bits = int.from_bytes(digest.digest()[:7]) >> 6
        return (
            f"TD-{_PAIRS[bits >> 40]}{_PAIRS[bits >> 30 & 1023]}{_PAIRS[bits >> 20 & 1023]}"
            f"{_PAIRS[bits >> 10 & 1023]}{_PAIRS[bits & 1023]}"
        )


def placed(rows: Sequence[RowCells]) -> Iterator[Placed]:
    """Every row with the identity that survives re-reading: "table|ordinal|n".

    `table` counts the document's tables in order, whatever their files are called; a
    table half of whose rows stand in an earlier one is that table again. `ordinal` is
    the printed number, or "#" and the line where none is printed. `n` counts earlier
    rows with the same number, since numbering starts anew in each section; rows that
    could not be used are counted too, so that mending one moves no other.
    """
    tables = _by_table(rows)
    if len(tables) == 1:
        yield from _identified(rows, 0, set())
        return
    seen: dict[int, Counter[tuple[str, str, str]]] = {}
    used: dict[int, set[str]] = {}
    for table in tables:
        prints = [(fold(row.content), fold(row.lead), fold(row.deadline)) for row in table]
        number, repeated = _same_table(prints, seen)
        marked = _identified(table, number, used.setdefault(number, set()), repeated)
        if number in seen:
            seen[number] |= Counter(prints)
        else:
            seen[number] = Counter(prints)
        yield from marked


def _by_table(rows: Sequence[RowCells]) -> list[list[RowCells]]:
    """Rows grouped by table, tables in the order of their first rows."""
    tables: dict[tuple[str, str], list[RowCells]] = {}
    for row in rows:
        tables.setdefault((row.file, row.table), []).append(row)
    return list(tables.values())


def _same_table(
    prints: Sequence[tuple[str, str, str]], seen: dict[int, Counter[tuple[str, str, str]]]
) -> tuple[int, list[bool]]:
    """The number of the table and, row by row, whether an earlier table has it already."""
    for number, earlier in seen.items():
        left = Counter(earlier)
        repeated = []
        for one in prints:
            repeated.append(left[one] > 0)
            left[one] -= 1
        if sum(repeated) * 2 >= len(repeated):
            return number, repeated
    return len(seen), [False] * len(prints)


def _identified(
    rows: Sequence[RowCells], number: int, used: set[str], repeated: Sequence[bool] = ()
) -> list[Placed]:
    counts: dict[str, int] = {}
    found: list[Placed] = []
    for at, row in enumerate(rows):
        ordinal = row.ordinal.strip(" .)") or f"#{row.row}"
        count = counts.get(ordinal, 0)
        counts[ordinal] = count + 1
        again = bool(repeated) and repeated[at]
        while not again and f"{number}|{ordinal}|{count}" in used:
            count += 1
        identity = f"{number}|{ordinal}|{count}"
        used.add(identity)
        found.append(Placed(row, identity, again))
    return found
