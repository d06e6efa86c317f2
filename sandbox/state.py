"""The sandbox's memory: one SQLite file behind one connection.

The server answers on one thread, so there is no lock; a write is one short
transaction and a refusal undoes all of it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from sandbox.dataset import Dataset
from sandbox.load import load_dataset
from sandbox.schema import SCHEMA

Row = sqlite3.Row
Parameters = Sequence[Any] | Mapping[str, Any]

_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=5000")


class State:
    """Open with `open_state`; values are read by column name."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        for pragma in _PRAGMAS:
            self._connection.execute(f"PRAGMA {pragma}")

    def all(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """Every row."""
        return self._connection.execute(sql, parameters).fetchall()

    def one(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """The first row, None when there is none."""
        found: Row | None = self._connection.execute(sql, parameters).fetchone()
        return found

    def value(self, sql: str, parameters: Parameters = ()) -> Any:
        """The first column of the first row, None when there is none."""
        row = self.one(sql, parameters)
        return None if row is None else row[0]

    def run(self, sql: str, parameters: Parameters = ()) -> int:
        """Change something; the id of an inserted row."""
        return self._connection.execute(sql, parameters).lastrowid or 0

    def insert(self, table: str, **values: object) -> int:
        """Add one row whose columns are this program's own names."""
        marks = ",".join("?" * len(values))
        sql = f"INSERT INTO {table} ({','.join(values)}) VALUES ({marks})"  # noqa: S608 - own names only
        return self.run(sql, [*values.values()])

    def many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """The same statement for every row."""
        self._connection.executemany(sql, rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def remember(self, key: str, value: str) -> None:
        """Keep a small setting across starts."""
        self.run(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, value),
        )

    def recall(self, key: str, default: str = "") -> str:
        """A setting kept by `remember`."""
        return str(self.value("SELECT value FROM meta WHERE key = ?", (key,)) or default)

    @cached_property
    def service_user(self) -> str:
        """User id of the account that integrators use."""
        return self.recall("service_user")

    @cached_property
    def office(self) -> frozenset[str]:
        """The Office with its rooms: the units whose leaders and specialists review results."""
        return frozenset(self.recall("office").split(","))

    @cached_property
    def head_units(self) -> frozenset[str]:
        """The province's own leadership, above the Office."""
        return frozenset(row["id"] for row in self.all("SELECT id FROM unit WHERE tier = 'province'"))

    def catalogue(self, kind: str) -> dict[int, str]:
        """A list of the installation, `{value: name}`; empty when there is no such list."""
        return self._catalogues.get(kind, {})

    @cached_property
    def _catalogues(self) -> dict[str, dict[int, str]]:
        """Read once: nobody changes them while the sandbox runs."""
        lists: dict[str, dict[int, str]] = {}
        for row in self.all("SELECT kind, value, name FROM catalogue ORDER BY kind, value"):
            lists.setdefault(row["kind"], {})[row["value"]] = row["name"]
        return lists

    @cached_property
    def statuses(self) -> dict[int, str]:
        """Statuses of a work item, `{code: name}`."""
        return self.catalogue("TINHTRANGCONGVIEC")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def create(self, dataset: Dataset) -> None:
        """Fill an empty file."""
        with self.transaction():
            for statement in SCHEMA.split(";"):
                self._connection.execute(statement)
            load_dataset(self, dataset)

    @property
    def empty(self) -> bool:
        """True before the first start."""
        return bool(self.value("SELECT count(*) FROM sqlite_master") == 0)
