"""A page server that costs as little as possible: directives are rendered once, a request joins slices.

`python -m bench.pages SIZE [SIZE …]` serves each size on a port of its own, prints the ports, and ends when
its standard input closes.
"""

from __future__ import annotations

import asyncio
import re
import sys

from bench.directives import rendered

_FROM = re.compile(rb"after=(\d+)")
_LIMIT = re.compile(rb"limit=(\d+)")


class Pages(asyncio.Protocol):
    """Answers `GET /api/directives?after=N&limit=M` with keep-alive; nothing else."""

    def __init__(self, items: list[bytes], size: int) -> None:
        self._items, self._size, self._buffer = items, size, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head, self._buffer = self._buffer[:end], self._buffer[end + 4 :]
            self._answer(head.split(b"\r\n", 1)[0])

    def _answer(self, line: bytes) -> None:
        found, limit = _FROM.search(line), _LIMIT.search(line)
        start = int(found[1]) if found else 0
        stop = min(start + (int(limit[1]) if limit else 500), self._size)
        last = b"null" if stop >= self._size else str(stop).encode()
        body = b'{"items":[' + b",".join(self._items[start:stop]) + b'],"next":' + last + b"}"
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        self._transport.write(head + body)


async def serve(sizes: list[int]) -> None:
    """Serve until standard input closes."""
    items = rendered(max(sizes))
    loop = asyncio.get_running_loop()
    ports = []
    for size in sizes:
        server = await loop.create_server(lambda size=size: Pages(items, size), "127.0.0.1", 0)  # type: ignore[misc]
        ports.append(server.sockets[0].getsockname()[1])
    page = sum(map(len, items[:500])) / 1e6
    print(*ports, f"{page:.2f}", flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve([int(size) for size in sys.argv[1:]]))
