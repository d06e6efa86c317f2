"""The two receivers that are compared, each a process of its own that prints its port and serves until killed.

`python -m bench.webhook_server product|floor FOLDER`. The floor is what anybody would write: Starlette, an HMAC
check, and a thread that commits all waiting ids together, SQLite with synchronous=FULL, one table. It reads
no body, knows no repeats, bounds nothing.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import queue
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bench.webhook_posts import KEY, SECRET, SITE
from store.dialects import sqlite_module
from store.engine import open_store
from sync.opening import calm_collector
from sync.receiver import Receiver


def product(folder: Path) -> None:
    """The receiver as the daemon runs it."""
    store = open_store(f"sqlite:///{folder}/ledger.db")
    receiver = Receiver({SITE: (SecretStr(SECRET),)}, store, lambda _: None, lambda: datetime.now(UTC))
    receiver.start("127.0.0.1", 0)
    print(receiver.port, flush=True)
    sys.stdin.read()
    receiver.stop()


class Committer(threading.Thread):
    """Commits what waits, then lets it go on."""

    def __init__(self, file: Path) -> None:
        super().__init__(daemon=True)
        self.file = file
        self.waiting: queue.SimpleQueue[tuple[str, float, asyncio.Future[None]]] = queue.SimpleQueue()

    def run(self) -> None:
        connection = sqlite_module().connect(str(self.file), isolation_level=None)
        connection.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
            "CREATE TABLE IF NOT EXISTS heard (id TEXT PRIMARY KEY, at REAL)"
        )
        while True:
            group = [self.waiting.get()]
            while not self.waiting.empty():
                group.append(self.waiting.get())
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "INSERT OR IGNORE INTO heard VALUES (?, ?)", [(name, at) for name, at, _ in group]
            )
            connection.execute("COMMIT")
            group[0][2].get_loop().call_soon_threadsafe(_settle, group)


def _settle(group: list[tuple[str, float, asyncio.Future[None]]]) -> None:
    for _, _, future in group:
        if not future.done():
            future.set_result(None)


def floor(folder: Path) -> None:
    """The bare receiver."""
    committer = Committer(folder / "floor.db")

    async def receive(request: Request) -> Response:
        body, headers = await request.body(), request.headers
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        want = base64.b64encode(hmac.digest(KEY, signed, hashlib.sha256)).decode()
        if not hmac.compare_digest(f"v1,{want}", headers["webhook-signature"]):
            return PlainTextResponse("no", status_code=401)
        future = asyncio.get_running_loop().create_future()
        committer.waiting.put((headers["webhook-id"], time.time(), future))
        await future
        return PlainTextResponse("ok")

    application: Any = Starlette(routes=[Route("/webhook/{site}", receive, methods=["POST"])])
    config = uvicorn.Config(
        application,
        host="127.0.0.1",
        port=0,
        http="h11",
        log_level="warning",
        access_log=False,
        lifespan="off",
    )
    config.load()
    sock = config.bind_socket()
    committer.start()
    print(sock.getsockname()[1], flush=True)
    uvicorn.Server(config).run(sockets=[sock])


if __name__ == "__main__":
    calm_collector()
    {"product": product, "floor": floor}[sys.argv[1]](Path(sys.argv[2]))
