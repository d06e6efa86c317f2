"""Statements that are asked again and again: built once, compiled once for each database, then run as text.

Building and compiling a statement costs several times what the database needs to answer it, and a pass asks
some dozens of them. Values and rows go through the columns' own types all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler

#: SQLite (from 3.47 on, with STAT4) plans a statement anew each time that a bare mark after LIMIT gets its value.
LIMITS = ("LIMIT ? OFFSET", "LIMIT ? + 0 OFFSET")

#: A limit that leaves nothing out.
NO_LIMIT = 2**62

#: What makes a driver's value of ours, or ours of a driver's.
Change = Callable[[Any], Any]

#: What takes one value out of all that were given.
Maker = Callable[[Mapping[str, Any]], Any]


class Form:
    """A statement as one database takes it, for lists of one length each."""

    __slots__ = ("_named", "_readers", "_slots", "text")

    def __init__(self, statement: ClauseElement, dialect: Dialect, values: Mapping[str, Any]) -> None:
        compiled = statement.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        expanded = compiled.construct_expanded_state(values)
        places = {
            one: (name, place)
            for name, parts in expanded.parameter_expansion.items()
            for place, one in enumerate(parts)
        }
        order = expanded.positiontup
        self.text = expanded.statement.replace(*LIMITS)
        self._named = order is None
        self._slots = []
        for name in expanded.parameters if order is None else order:
            whole, place = places.get(name, (name, None))
            change = compiled.binds[whole].type.dialect_impl(dialect).bind_processor(dialect)
            fixed = None if whole in values else expanded.parameters[name]
            self._slots.append((name, _maker(whole, place, fixed, change)))
        self._readers = _readers(statement, dialect)

    def bound(self, values: Mapping[str, Any]) -> Any:
        """The values as the driver takes them: by place, or by name where it wants names."""
        if self._named:
            return {name: made(values) for name, made in self._slots}
        return tuple([made(values) for _, made in self._slots])

    def read(self, rows: Sequence[Any]) -> Sequence[Any]:
        """The driver's rows with each value in its column's own type."""
        if not self._readers:
            return rows
        found = []
        for row in rows:
            columns = list(row)
            for place, change in self._readers:
                columns[place] = change(columns[place])
            found.append(columns)
        return found


class Prepared:
    """A statement whose changing values are all `bindparam`s; a list among them wants `expanding=True`."""

    __slots__ = ("_forms", "_statement")

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._forms: dict[tuple[object, ...], Form] = {}

    def form(self, dialect: Dialect, values: Mapping[str, Any]) -> Form:
        """The form for this database and for lists as long as these."""
        key = (dialect.name, *[len(value) for value in values.values() if isinstance(value, list)])
        form = self._forms.get(key)
        if form is None:
            form = self._forms[key] = Form(self._statement, dialect, values)
        return form


def _maker(name: str, place: int | None, fixed: Any, change: Change | None) -> Maker:
    """Where the value of one mark comes from; a `fixed` one stands in the statement itself."""
    made = _same if change is None else change
    if fixed is not None:
        ready = made(fixed)
        return lambda _: ready
    if place is None:
        return lambda given: made(given[name])
    return lambda given: made(given[name][place])


def _same(value: Any) -> Any:
    return value


def _readers(statement: ClauseElement, dialect: Dialect) -> list[tuple[int, Change]]:
    columns = getattr(statement, "exported_columns", ())
    changes = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
    return [(place, change) for place, change in enumerate(changes) if change is not None]
