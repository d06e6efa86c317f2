"""Whether the pages of a SQLite file still hang together, asked before anything is written to them."""

from __future__ import annotations

import re

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DatabaseError

from errors import StopService
from store.dialects import read_options
from store.tables import METADATA

REMEDY = "Stop the service and restore the last good copy, then run `tdcd ledger verify`."


def check_pages(engine: Engine) -> None:
    """StopService, naming the table or index, if SQLite finds a damaged page.

    A byte changed inside a value leaves the pages whole: that is for `verify_ledger` to find.
    """
    with engine.connect().execution_options(**read_options(engine)) as connection, connection.begin():
        found = _complaints(connection, "PRAGMA quick_check(20)")
        if found == ["ok"]:
            return
        named = _named(connection, found) or _unreadable(connection) or ["its structure"]
        raise StopService(f"The database file is damaged in {', '.join(named)}.", remedy=REMEDY)


def _complaints(connection: Connection, query: str) -> list[str]:
    try:
        return [str(line) for line in connection.execute(text(query)).scalars()]
    except DatabaseError as error:
        return [str(error.orig)]


def _named(connection: Connection, found: list[str]) -> list[str]:
    """Names for what SQLite tells by page number ("Tree 7 page 9: …") or by name ("… in ledger.key")."""
    pages = {int(number) for line in found for number in re.findall(r"Tree (\d+)", line)}
    words = {word for line in found for word in re.findall(r"\w+", line)}
    query = "SELECT type, name, rootpage FROM sqlite_master WHERE rootpage > 0 ORDER BY name"
    try:
        rows = connection.execute(text(query)).all()
    except DatabaseError:
        return []
    return [f"{kind} {name}" for kind, name, page in rows if page in pages or name in words]


def _unreadable(connection: Connection) -> list[str]:
    """The tables at which the check itself breaks off."""
    tables = METADATA.sorted_tables
    return [
        f"table {table.name}"
        for table in tables
        if _complaints(connection, f'PRAGMA quick_check("{table.name}")') != ["ok"]
    ]
