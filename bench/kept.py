"""The least that the ledger's promises cost: what a first pass put down, put down again with nothing worked out.

`python -m bench.kept PORT LEDGER FILE` reads the rows of the ledger that a first pass has made, then times this: the
same pages are asked for and decoded, every item is written as bytes and hashed, every entry of the ledger is hashed,
and the rows go as they stand into a file with the product's tables, indexes and safety, one commit a page. No table is
read, no deadline, no unit, nothing is looked up. What a pass takes beyond this is the product's own work.
"""

from __future__ import annotations

import hashlib
import sqlite3
import sys
import time
from collections.abc import Iterator
from typing import Any

import orjson
import requests

from bench.measure import peak_mib
from store.dialects import PRAGMAS

LIMIT = 500
#: The tables that a first pass fills, with the column that tells the order of their rows.
FILLED = {"inbox": "id", "seen": "item", "ledger": "seq", "task": "rowid", "finding": "id"}

Rows = list[tuple[Any, ...]]


def _rows(ledger: sqlite3.Connection) -> dict[str, Rows]:
    """Bytes as the driver takes them fastest, which is how the product gives them."""
    return {
        table: [
            tuple(bytearray(value) if isinstance(value, bytes) else value for value in row)
            for row in ledger.execute(f"SELECT * FROM {table} ORDER BY {order}")
        ]
        for table, order in FILLED.items()
    }


def _opened(ledger: sqlite3.Connection, file: str) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL").close()
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()
    made = (
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name IN (?, ?, ?, ?, ?) ORDER BY rowid"
    )
    for (statement,) in ledger.execute(made, tuple(FILLED)):
        connection.execute(statement)
    return connection


def _pages(port: int) -> Iterator[None]:
    """Ask, decode, write each item as bytes and hash it: what is kept of a page beside its rows."""
    session, after = requests.Session(), 0
    while after is not None:
        url = f"http://127.0.0.1:{port}/api/directives?after={after}&limit={LIMIT}"
        page = orjson.loads(session.get(url, timeout=60).content)
        for item in page["items"]:
            hashlib.blake2b(orjson.dumps(item), digest_size=16).digest()
        yield
        after = page["next"]


def _put(connection: sqlite3.Connection, table: str, rows: Rows) -> None:
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def run(port: int, ledger_file: str, file: str) -> float:
    """Seconds from the first request to the last commit."""
    ledger = sqlite3.connect(ledger_file)
    filled = _rows(ledger)
    connection = _opened(ledger, file)
    pages = -(-len(filled["inbox"]) // LIMIT)
    begun = time.perf_counter()
    for number, _ in enumerate(_pages(port)):
        connection.execute("BEGIN IMMEDIATE")
        for table, rows in filled.items():
            part = rows[number * len(rows) // pages : (number + 1) * len(rows) // pages]
            if table == "ledger":
                for row in part:
                    hashlib.sha256(row[-1]).digest()
            _put(connection, table, part)
        connection.execute("COMMIT")
    return time.perf_counter() - begun


if __name__ == "__main__":
    seconds = run(int(sys.argv[1]), sys.argv[2], sys.argv[3])
    print(orjson.dumps({"seconds": seconds, "peak_mib": peak_mib()}).decode())
