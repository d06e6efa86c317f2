"""Whether the pages of a SQLite file still hang together, asked before anything is written to them."""

from __future__ import annotations

import re

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DatabaseError

from errors import StopService
from store.dialects import read_options

REMEDY = "Stop the service and restore the last good copy, then run `tdcd ledger verify`."


def check_pages(engine: Engine) -> None:
    """StopService, naming the table or index, if SQLite finds a damaged page.

    A byte changed inside a value leaves the pages whole: that is for `verify_ledger` to find.
    """
    with engine.connect().execution_options(**read_options(engine)) as connection, connection.begin():
        try:
            found = [str(line) for line in connection.execute(text("PRAGMA quick_check(20)")).scalars()]
        except DatabaseError:
            raise StopService(
                "The database file is damaged; its pages cannot be read.", remedy=REMEDY
            ) from None
        if found != ["ok"]:
            raise StopService(f"The database file is damaged in {_named(connection, found)}.", remedy=REMEDY)


def _named(connection: Connection, found: list[str]) -> str:
    """Names for what SQLite tells by page number ("Tree 7 page 9: …") or by name ("… in ledger.key")."""
    pages = {int(number) for line in found for number in re.findall(r"Tree (\d+)", line)}
    rows = connection.execute(text("SELECT type, name, rootpage FROM sqlite_master WHERE rootpage > 0")).all()
    named = [f"{kind} {name}" for kind, name, page in rows if page in pages]
    words = {word for line in found for word in re.findall(r"\w+", line)}
    named += [f"{kind} {name}" for kind, name, page in rows if name in words and page not in pages]
    return ", ".join(sorted(named)) or "a part that belongs to no table"
