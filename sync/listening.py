"""The receiver's socket: uvicorn in a thread of its own, with bounds on what strangers can send and hold.

Heads of requests are bounded here, bodies in `sync/receiver.py`. h11 is named on
purpose: uvicorn would take httptools where it is installed, which bounds no head.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import sys
import threading
from pathlib import Path
from typing import Any, Final, NamedTuple

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, H11Protocol

from errors import ConfigInvalid, StopService

LONGEST_HEAD: Final = 32 * 1024
MOST_CONNECTIONS: Final = 1_000
HEAD_SECONDS: Final = 10.0
KEEP_ALIVE_SECONDS: Final = 60
LINGER_SECONDS: Final = 1.0
STOP_SECONDS: Final = 8
_FULL: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
)


class BoundedHttp(H11Protocol):
    """HTTP whose heads have a longest length and time, and whose connections a highest number."""

    _turned_away = False
    _head_since: float | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """One connection too many is told to come back."""
        if len(self.connections) >= MOST_CONNECTIONS:
            self.transport, self._turned_away = transport, True
            transport.write(_FULL)
            transport.close()
            return
        super().connection_made(transport)
        self.timeout_keep_alive_task = self.loop.call_later(HEAD_SECONDS, self.timeout_keep_alive_handler)

    def data_received(self, data: bytes) -> None:
        """As usual, but a head that is not there in time, by silence or in drops, ends the connection."""
        if self._turned_away:
            return
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._head_since = None
        elif not self._turned_away:
            self._head_since = self._head_since or self.loop.time()
            left = self._head_since + HEAD_SECONDS - self.loop.time()
            self.timeout_keep_alive_task = self.loop.call_later(left, self.timeout_keep_alive_handler)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - named by uvicorn
        """Answer what is not HTTP, 431 if its head is too long; then listen a little without hearing.

        Closing at once, with bytes still coming in, would take the answer away from the sender.
        """
        error = sys.exception()
        status = error.error_status_hint if isinstance(error, h11.RemoteProtocolError) else 400
        headers = [(b"content-length", b"0"), (b"connection", b"close")]
        response = h11.Response(status_code=status, headers=headers, reason=STATUS_PHRASES[status])
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            for event in (response, h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self._turned_away = True
        self.loop.call_later(LINGER_SECONDS, self.transport.close)


class Certificate(NamedTuple):
    """Files in PEM: the certificate with those that signed it, and its key."""

    chain: Path
    key: Path


class Listener:
    """Serves an ASGI application until `stop`, over TLS with a `certificate`. Raises ConfigInvalid for a bad one.

    `failure` is what ended the serving too early.
    """

    def __init__(self, application: Any, certificate: Certificate | None = None) -> None:
        self.failure: BaseException | None = None
        self.port = 0
        if certificate is not None:
            _refuse_unusable(certificate)
        config = uvicorn.Config(
            application,
            http=BoundedHttp,
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            log_level="error",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=STOP_SECONDS,
            h11_max_incomplete_event_size=LONGEST_HEAD,
            ssl_certfile=str(certificate.chain) if certificate else None,
            ssl_keyfile=str(certificate.key) if certificate else None,
        )
        self._server = uvicorn.Server(config)
        self._socket: socket.socket | None = None
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)

    def start(self, host: str, port: int) -> None:
        """Listen at an address; port 0 takes a free one. StopService when it cannot be had."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            self._socket = socket.create_server((host, port), family=family, backlog=2048)
        except OSError as error:
            raise StopService(
                f"Webhooks cannot be received at {host}, port {port}: {error.strerror}.",
                remedy="Free the port, or change daemon.webhook_host and daemon.webhook_port.",
            ) from error
        self.port = self._socket.getsockname()[1]
        self._thread.start()

    def stop(self) -> None:
        """Take no more, finish what is being answered."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(timeout=STOP_SECONDS + 2)

    def _run(self) -> None:
        try:
            self._server.run(sockets=[self._socket] if self._socket else None)
        except BaseException as error:  # noqa: BLE001 - the thread's owner decides what it means
            self.failure = error


def _refuse_unusable(certificate: Certificate) -> None:
    """A pair that cannot be used is told before anything listens."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(*certificate)
    except (OSError, ssl.SSLError) as error:
        said = error.strerror or "they do not fit"
        raise ConfigInvalid(
            [f"webhook_certificate and webhook_key cannot be used together: {said}"], where="daemon"
        ) from None
