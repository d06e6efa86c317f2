"""A line between two programs of this machine that can be cut, slowed down and frozen while they talk.

Each answer of the server draws its fate: nothing, `delay`, `drip` (a few bytes at a time), `cut` (half of it, then
the end), `reset` (an RST in its place), `half_open` (nothing more comes, and nobody says so), or before the request
has reached the server `refuse` (the line is reset). What was refused was not done; of the others the client cannot
know.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

KINDS: Final = ("delay", "drip", "cut", "reset", "half_open", "refuse")
DELAY_SECONDS: Final = 0.3
DRIP_BYTES: Final = 64


class Proxy:
    """Forwards to `target` on a port of its own. `plan` are fates still to come, in order; then `share` draws."""

    def __init__(self, target: int, seed: int = 1) -> None:
        self.plan: list[str] = []
        self.share = 0.0
        self.hits: Counter[str] = Counter()
        self.port = 0
        self._target, self._random = target, random.Random(seed)
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()

    def fate(self) -> str:
        """What happens to the next exchange."""
        kind = ""
        if self.plan:
            kind = self.plan.pop(0)
        elif self._random.random() < self.share:
            kind = self._random.choice(KINDS)
        if kind:
            self.hits[kind] += 1
        return kind

    async def serve(self, ready: threading.Event) -> None:
        server = await asyncio.start_server(self._line, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await server.serve_forever()

    async def _line(self, client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        writers = [back]
        try:
            server, forth = await asyncio.open_connection("127.0.0.1", self._target)
            writers.append(forth)
            await self._exchanges(client, back, server, forth)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            for writer in writers:
                writer.close()

    async def _exchanges(
        self,
        client: asyncio.StreamReader,
        back: asyncio.StreamWriter,
        server: asyncio.StreamReader,
        forth: asyncio.StreamWriter,
    ) -> None:
        """Request and answer in turns, as HTTP/1.1 without pipelining has them."""
        while request := await _message(client):
            fate = self.fate()
            if fate == "refuse":
                _reset(back)
                return
            forth.write(request)
            await forth.drain()
            answer = await _message(server)
            if fate == "delay":
                await asyncio.sleep(DELAY_SECONDS)
            if fate in {"cut", "reset"}:
                back.write(answer[: len(answer) // 2 if fate == "cut" else 0])
                await back.drain()
                if fate == "reset":
                    _reset(back)
                return
            if fate == "half_open":
                await client.read()
                return
            await _give(back, answer, slowly=fate == "drip")

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)

    def run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        serving = self._loop.create_task(self.serve(ready))
        self._loop.run_forever()
        ended = [serving, *self._tasks]
        for task in ended:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*ended, return_exceptions=True))
        self._loop.close()


async def _give(writer: asyncio.StreamWriter, answer: bytes, *, slowly: bool) -> None:
    step = DRIP_BYTES if slowly else max(1, len(answer))
    for start in range(0, len(answer), step):
        writer.write(answer[start : start + step])
        await writer.drain()
        if slowly:
            await asyncio.sleep(0.02)


async def _message(reader: asyncio.StreamReader) -> bytes:
    """One request or answer with a Content-Length, whole; empty at the end of the line."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as ended:
        return ended.partial
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return head + await reader.readexactly(int(lengths[0].partition(b":")[2]) if lengths else 0)


def _reset(writer: asyncio.StreamWriter) -> None:
    """End a connection with an RST: the other side learns that it is gone, and not how much arrived."""
    sock: socket.socket = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@contextmanager
def proxy_to(port: int, seed: int = 1) -> Iterator[Proxy]:
    """A proxy as long as the block lasts."""
    proxy, ready = Proxy(port, seed), threading.Event()
    thread = threading.Thread(target=proxy.run, args=(ready,), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield proxy
    finally:
        proxy.stop()
        thread.join(10)
