"""How each database is opened so that a commit is on disk and two writers never lose an update."""

from __future__ import annotations

import importlib
import importlib.util
import sqlite3
import time
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from errors import ConfigInvalid
from store.direct import command

#: synchronous=FULL: with NORMAL a loss of power may take the last commits. The cache is in KiB when negative.
PRAGMAS = (
    "busy_timeout=5000",
    "synchronous=FULL",
    "foreign_keys=ON",
    "recursive_triggers=ON",
    "cache_size=-16384",
    "wal_autocheckpoint=4000",
)

#: Seconds between tries to switch a new file to the write-ahead log while another program does the same.
SWITCH_PAUSES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)

#: Execution option that asks for the writer's transaction.
WRITING = "tdcd_writing"

EXAMPLES = "sqlite:////var/lib/tdcd/tdcd.sqlite3 or postgresql://tdcd@host/tdcd"


def parsed(url: str) -> URL:
    """The address of a store. ConfigInvalid (without quoting it: it may hold a password) if it is none."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise ConfigInvalid([f"the address of the store cannot be read; it looks like {EXAMPLES}"]) from None
    if address.drivername not in {"sqlite", "postgresql", "postgresql+psycopg"}:
        raise ConfigInvalid([f"a store on '{address.drivername}' is not supported; it looks like {EXAMPLES}"])
    if address.drivername == "sqlite" and address.database in {None, "", ":memory:"}:
        raise ConfigInvalid([f"a store on SQLite needs a file; it looks like {EXAMPLES}"])
    return address


def file_of(address: URL) -> Path | None:
    """The database file, or None on PostgreSQL."""
    return Path(str(address.database)) if address.drivername == "sqlite" else None


def sqlite_module() -> ModuleType:
    """SQLite as newly as we can have it: older ones may damage the write-ahead log (fixed in 3.51.3)."""
    if importlib.util.find_spec("pysqlite3") is not None:
        return importlib.import_module("pysqlite3")
    return sqlite3


def engine_for(address: URL) -> Engine:
    """An engine whose transactions begin as `begin_of` says. Nothing is opened yet."""
    if file_of(address) is not None:
        engine = create_engine(address, module=sqlite_module(), hide_parameters=True)
        event.listen(engine, "connect", _set_pragmas)
    else:
        address = address.set(drivername="postgresql+psycopg")
        usual = {"connect_timeout": 10, "application_name": "tdcd"}
        arguments = {name: value for name, value in usual.items() if name not in address.query}
        engine = create_engine(address, hide_parameters=True, pool_pre_ping=True, connect_args=arguments)
        event.listen(engine, "connect", _set_session)
    event.listen(engine, "begin", _begin)
    return engine


def _set_pragmas(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    _set_write_ahead(connection)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def _set_write_ahead(connection: Any) -> None:
    """Keep a write-ahead log. A new file is switched over once, and that does not wait for a busy neighbour."""
    for pause in (*SWITCH_PAUSES, None):
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
        except Exception as error:
            if pause is None or "locked" not in str(error):
                raise
            time.sleep(pause)
        else:
            return


def _set_session(connection: Any, _record: Any) -> None:
    """A commit is on disk when it is answered, also on a server that is set to promise less (F38)."""
    connection.execute("SET lock_timeout = '5s'")
    connection.execute(
        "SELECT set_config('synchronous_commit', 'on', false)"
        " WHERE current_setting('synchronous_commit') = 'off'"
    )
    connection.commit()


def _begin(connection: Connection) -> None:
    """BEGIN IMMEDIATE for writers: a plain BEGIN that reads and then writes loses updates or fails."""
    if connection.dialect.name == "sqlite":
        writing = connection.get_execution_options().get(WRITING, False)
        if connection.info.get(WRITING) is not writing:
            command(connection, f"PRAGMA query_only={'OFF' if writing else 'ON'}")
            connection.info[WRITING] = writing
        command(connection, "BEGIN IMMEDIATE" if writing else "BEGIN")


def read_options(engine: Engine) -> dict[str, Any]:
    """Options of a reader: one snapshot from the first read on, and no writes."""
    if engine.dialect.name == "sqlite":
        return {WRITING: False}
    return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
