"""The floor that speeds are measured against: the same pages into two tables, nothing checked, nothing proven.

`python -m bench.floor PORT FILE` prints one JSON object with seconds and peak memory.
"""

from __future__ import annotations

import sqlite3
import sys
import time

import orjson
import requests

from bench.measure import peak_mib

LIMIT = 500
DOCUMENT = (
    "id",
    "soKiHieu",
    "trichYeu",
    "ngayBanHanh",
    "nguoiKy",
    "coQuanBanHanh",
    "hinhThuc",
    "doMat",
    "doKhan",
)
ROW = ("document", "tt", "noiDung", "chuTri", "phoiHop", "han", "sanPham")


def _upsert(table: str, columns: tuple[str, ...], key: str) -> str:
    kept = ", ".join(f"{c} = excluded.{c}" for c in columns if c not in key.split(", "))
    marks = ", ".join("?" * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}) ON CONFLICT ({key}) DO UPDATE SET {kept}"


def run(port: int, file: str) -> None:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.executescript(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
        f"CREATE TABLE IF NOT EXISTS document (id INTEGER PRIMARY KEY, {', '.join(DOCUMENT[1:])});"
        f"CREATE TABLE IF NOT EXISTS row ({', '.join(ROW)}, PRIMARY KEY (document, tt));"
    )
    documents, rows = _upsert("document", DOCUMENT, "id"), _upsert("row", ROW, "document, tt")
    session, after = requests.Session(), 0
    while after is not None:
        url = f"http://127.0.0.1:{port}/api/directives?after={after}&limit={LIMIT}"
        page = orjson.loads(session.get(url, timeout=60).content)
        connection.execute("BEGIN")
        connection.executemany(documents, [[d[c] for c in DOCUMENT] for d in page["items"]])
        connection.executemany(
            rows,
            [
                (
                    d["id"],
                    r["tt"],
                    r["noiDung"],
                    r["chuTri"],
                    orjson.dumps(r["phoiHop"]),
                    r["han"],
                    r["sanPham"],
                )
                for d in page["items"]
                for r in d["phanCong"]
            ],
        )
        connection.execute("COMMIT")
        after = page["next"]


if __name__ == "__main__":
    begun = time.perf_counter()
    run(int(sys.argv[1]), sys.argv[2])
    print(orjson.dumps({"seconds": time.perf_counter() - begun, "peak_mib": peak_mib()}).decode())
