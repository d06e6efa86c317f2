"""Below HTTP: the server, its connections, and answers that break on the way.

uvicorn hides the connection from the application; the two small subclasses here
hand it through, so that a reply can be dropped, cut or dripped as a bad line would.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

TRANSPORT = "sandbox.transport"


class OpenProtocol(H11Protocol):
    """An HTTP connection that the application can reach as `scope["sandbox.transport"]`."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Remember the connection for every request on it."""
        super().connection_made(transport)
        # asyncio does this only for sockets it made itself; without it every answer waits 40 ms for an ACK.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        inner = cast("ASGIApp", self.app)

        async def with_transport(scope: Scope, receive: Receive, send: Send) -> None:
            scope[TRANSPORT] = transport
            await inner(scope, receive, send)

        self.app = cast("Any", with_transport)


class QuietServer(uvicorn.Server):
    """A server whose signals are handled by the one who started it, so that it ends with exit code 0."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the process's signal handlers alone."""
        yield

    async def main_loop(self) -> None:
        """Look for the end fifty times a second: a test starts and ends many servers."""
        counter = 0
        while not await self.on_tick(counter):
            counter += 1
            await asyncio.sleep(0.02)


def make_server(app: ASGIApp) -> QuietServer:
    """A server for `app` without log lines and without uvicorn's own `Date` header."""
    config = uvicorn.Config(
        app,
        http=OpenProtocol,
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,
        date_header=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=60,
        timeout_graceful_shutdown=1,
    )
    return QuietServer(config)


async def drop(scope: Scope) -> None:
    """Close the connection without a byte of answer."""
    cast("asyncio.Transport", scope[TRANSPORT]).abort()
    # connection_lost runs in the next turns of the loop; only then uvicorn expects no answer any more.
    for _ in range(3):
        await asyncio.sleep(0)


async def cut(
    scope: Scope, headers: list[tuple[bytes, bytes]], body: bytes, *, close_delimited: bool
) -> None:
    """Half of the body, then the end of the connection; with or without having told the length."""
    transport = cast("asyncio.Transport", scope[TRANSPORT])
    transport.write(_head(headers, None if close_delimited else len(body)) + body[: len(body) // 2])
    transport.close()
    for _ in range(3):
        await asyncio.sleep(0)


async def drip(
    scope: Scope, headers: list[tuple[bytes, bytes]], body: bytes, *, piece: int, pause: float
) -> None:
    """The whole body in small pieces with a pause before each, until the other side goes away."""
    transport = cast("asyncio.Transport", scope[TRANSPORT])
    transport.write(_head(headers, len(body)))
    for start in range(0, len(body), max(1, piece)):
        await asyncio.sleep(pause)
        if transport.is_closing():
            return
        transport.write(body[start : start + piece])
    transport.close()
    for _ in range(3):
        await asyncio.sleep(0)


def _head(headers: list[tuple[bytes, bytes]], length: int | None) -> bytes:
    lines = [b"HTTP/1.1 200 OK", b"Connection: close", *(name + b": " + value for name, value in headers)]
    if length is not None:
        lines.append(b"Content-Length: " + str(length).encode())
    return b"\r\n".join(lines) + b"\r\n\r\n"
