"""Ends a request at its total time, wherever it hangs.

A socket timeout starts again with every byte, so a reply of one byte each half
second would last for hours, in its headers as well as in its body (F27). The
adapter therefore keeps hold of the open sockets, and a timer shuts them.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import weakref
from types import TracebackType
from typing import Any, Self

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class WatchedAdapter(HTTPAdapter):
    """A requests adapter that knows its open sockets. Never retries: that is the transport's decision."""

    def __init__(self) -> None:
        self.sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Direct connections report their socket."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self.sockets)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """Connections through a proxy report their socket too."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = _pools(self.sockets)
        return manager

    def cut(self) -> None:
        """Shut every open socket: whoever waits on one wakes up with an error."""
        for open_socket in list(self.sockets):
            with contextlib.suppress(OSError, ValueError):
                # The plain socket's own shutdown: the TLS one would pull its state away under the reader.
                socket.socket.shutdown(open_socket, socket.SHUT_RDWR)


class Deadline:
    """`with Deadline(seconds, adapter) as deadline:`; afterwards `deadline.passed` tells whether it cut."""

    def __init__(self, seconds: float, adapter: WatchedAdapter) -> None:
        self.passed = False
        self._adapter = adapter
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def _cut(self) -> None:
        self.passed = True
        self._adapter.cut()

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()


def _pools(sockets: weakref.WeakSet[socket.socket]) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            sockets.add(self.sock)

    class Tls(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            sockets.add(self.sock)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = Tls

    return {"http": PlainPool, "https": TlsPool}
