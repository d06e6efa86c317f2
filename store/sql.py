"""One open transaction as the places use it: Core where a row more or less costs nothing, text where it does.

Rows by the ten thousand go in through `load`: one prepared text per table, tuples in the order of its
columns (without a number that the database gives itself), no compilation and no type processing per row.
The places make these tuples in one `to_row`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

import orjson
from sqlalchemy import Connection, CursorResult, Select, Table, bindparam
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql import Executable

from store.direct import Answer, Text, runner
from store.prepared import Prepared

#: Longest list of values given to one statement; keeps both databases far from their limits.
CHUNK = 500

#: A row in the order of its table's columns.
Values = tuple[Any, ...]

T = TypeVar("T")


def chunks(values: Collection[T]) -> Iterator[list[T]]:
    """The values in lists of at most CHUNK."""
    everything = list(values)
    for start in range(0, len(everything), CHUNK):
        yield everything[start : start + CHUNK]


@cache
def _load_text(table: Table, conflict: str, *, postgresql: bool) -> str:
    columns = [column for column in table.columns if column is not table.autoincrement_column]
    names = [column.name for column in columns]
    listed = ", ".join(f'"{name}"' for name in names)
    usual, empty = ("%s", "%s") if postgresql else ("?", "NULLIF(?, '')")
    marks = ", ".join(empty if column.nullable else usual for column in columns)
    target, _, action = conflict.partition(" ")
    if action == "UPDATE":
        kept = target.strip("()").split(",")
        changed = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name not in kept)
        action = f"DO UPDATE SET {changed}"
    ending = f" ON CONFLICT {target} {action}" if conflict else ""
    return f'INSERT INTO "{table.name}" ({listed}) VALUES ({marks}){ending}'  # noqa: S608 -- names of our own tables


def insert_into(table: Table, *, postgresql: bool) -> sqlite.Insert | pg.Insert:
    """An INSERT that can be told what to do about a row that is there already."""
    return pg.insert(table) if postgresql else sqlite.insert(table)


@cache
def _put(table: Table, names: tuple[str, ...], keys: tuple[str, ...], *, postgresql: bool) -> Prepared:
    statement = insert_into(table, postgresql=postgresql).values({name: bindparam(name) for name in names})
    changed = {name: statement.excluded[name] for name in names if name not in keys}
    return Prepared(statement.on_conflict_do_update(index_elements=keys, set_=changed))


def _same(value: Any) -> Any:
    return value


def _text_moment(moment: datetime) -> str:
    """`2026-11-21 02:00:00.000000`; orjson writes it six times as fast as `isoformat`."""
    text = orjson.dumps(moment).decode()
    return f"{text[1:11]} {text[12:20]}{text[20:27] if text[20] == '.' else '.000000'}"


@dataclass(frozen=True, slots=True)
class Binds:
    """Values as `load` takes them; `moment` wants UTC and gives what SQLModel's own type would give.

    SQLite's driver looks up an adapter for every value that is not a str, an int, a float or a bytearray,
    which costs more than the row itself: so bytes, truth values and nothing are put as such.
    """

    moment: Callable[[datetime], Any]
    raw: Callable[[bytes], Any]
    truth: Callable[[bool], Any]
    nothing: Any


SQLITE_BINDS = Binds(moment=_text_moment, raw=bytearray, truth=int, nothing="")
POSTGRESQL_BINDS = Binds(moment=_same, raw=_same, truth=_same, nothing=None)


class Sql:
    """The connection of one unit of work, in its transaction; `salt` keys the digests of secret ids."""

    __slots__ = ("_text", "binds", "connection", "postgresql", "salt", "writing")

    def __init__(self, connection: Connection, salt: bytes, *, writing: bool) -> None:
        self.connection = connection
        self.salt = salt
        self.writing = writing
        self.postgresql = connection.dialect.name == "postgresql"
        self.binds = POSTGRESQL_BINDS if self.postgresql else SQLITE_BINDS
        self._text: Text = runner(connection)

    def run(
        self, statement: Executable, rows: Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[*tuple[Any, ...]]:
        """One Core statement; with rows, once for each of them."""
        return self.connection.execute(statement, rows) if rows else self.connection.execute(statement)

    def ask(self, prepared: Prepared, **values: Any) -> Sequence[Any]:
        """The rows of a prepared statement."""
        form = prepared.form(self.connection.dialect, values)
        return form.read(self._text(form.text, form.bound(values)).fetchall())

    def ask_one(self, prepared: Prepared, **values: Any) -> Any:
        """The only row of a prepared statement, or None."""
        rows = self.ask(prepared, **values)
        return rows[0] if rows else None

    def do(self, prepared: Prepared, **values: Any) -> int:
        """Run a prepared statement that gives no rows; how many rows it changed."""
        form = prepared.form(self.connection.dialect, values)
        return int(self._text(form.text, form.bound(values)).rowcount)

    def load(self, table: Table, rows: list[Values], conflict: str = "") -> None:
        """Insert many rows; `conflict` "(a,b) UPDATE" puts them over old ones, "(a,b) DO NOTHING" not."""
        if rows:
            self._text(_load_text(table, conflict, postgresql=self.postgresql), rows).close()

    def among(self, text: str, fixed: Values, values: Collection[Any]) -> Iterator[Values]:
        """Rows of a text with marks `?` for `fixed` and, last, `(*)` for the values, CHUNK at once."""
        for result in self._each(text, fixed, values):
            yield from result

    def change(self, text: str, fixed: Values, values: Collection[Any]) -> None:
        """A text that changes rows, with marks as for `among`."""
        for result in self._each(text, fixed, values):
            result.close()

    def _each(self, text: str, fixed: Values, values: Collection[Any]) -> Iterator[Answer]:
        for some in chunks(values):
            marked = text.replace("(*)", f"({', '.join('?' * len(some))})")
            ready = marked.replace("?", "%s") if self.postgresql else marked
            yield self._text(ready, (*fixed, *some))

    def put(self, table: Table, rows: Sequence[Mapping[str, Any]], keys: tuple[str, ...]) -> None:
        """Insert few rows over old ones with the same keys."""
        if not rows:
            return
        prepared = _put(table, tuple(rows[0]), keys, postgresql=self.postgresql)
        form = prepared.form(self.connection.dialect, rows[0])
        self._text(form.text, [form.bound(row) for row in rows]).close()

    def insert_or_change(self, table: Table) -> sqlite.Insert | pg.Insert:
        """`insert_into` for this database."""
        return insert_into(table, postgresql=self.postgresql)

    def locked(self, query: Select[Any], *, skip: bool = False) -> Select[Any]:
        """The query, keeping others off its rows until this unit ends. SQLite has one writer anyway."""
        if not (self.postgresql and self.writing):
            return query
        return query.with_for_update(skip_locked=skip)
