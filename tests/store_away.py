"""Takes the store away from a daemon for a while: a PostgreSQL server that dies, a SQLite file that others lock."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from store.dialects import sqlite_module
from tests.postgres_server import running_process

#: Takes the store away for so many seconds.
Away = Callable[[float], None]


@contextmanager
def store_that_goes_away(database: str, folder: Path) -> Iterator[tuple[str, Away]]:
    """The address of a new store on "sqlite" or "postgresql", and what takes it away."""
    if database == "sqlite":
        file = folder / "ledger.db"
        yield f"sqlite:///{file}", lambda seconds: _lock(file, seconds)
        return
    with running_process() as running:

        def away(seconds: float) -> None:
            running.crash()
            time.sleep(seconds)
            running.start()

        yield running.server.create("tdcd"), away


def _lock(file: Path, seconds: float) -> None:
    """Hold the one writer's lock, as a copying tool or a forgotten shell does."""
    connection = sqlite_module().connect(str(file), isolation_level=None, timeout=30)
    try:
        connection.execute("BEGIN EXCLUSIVE")
        time.sleep(seconds)
        connection.execute("ROLLBACK")
    finally:
        connection.close()
