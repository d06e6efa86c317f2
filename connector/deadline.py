"""Ends a request at its total time, wherever it hangs.

A socket timeout starts again with every byte, so a reply of one byte each half
second would last for hours, in its headers as well as in its body (F27). The
adapter therefore keeps hold of the open sockets, and a watchdog shuts them: one thread
for the whole process, since a thread for each request would cost more than a short request.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import os
import socket
import threading
import time
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
        for open_socket in self._open():
            with contextlib.suppress(OSError, ValueError):
                # The plain socket's own shutdown: the TLS one would pull its state away under the reader.
                socket.socket.shutdown(open_socket, socket.SHUT_RDWR)

    def _open(self) -> list[socket.socket]:
        while True:
            # Another thread may be opening one right now; then the set is looked through again.
            with contextlib.suppress(RuntimeError):
                return list(self.sockets)


class Deadline:
    """`with Deadline(seconds, adapter) as deadline:`; afterwards `deadline.passed` tells whether it cut."""

    def __init__(self, seconds: float, adapter: WatchedAdapter) -> None:
        self.passed = False
        self._seconds = seconds
        self._adapter: WatchedAdapter | None = adapter
        self._lock = threading.Lock()

    @property
    def over(self) -> bool:
        """Whether there is nothing left to watch."""
        return self._adapter is None

    def cut(self) -> None:
        """End the request, unless it has ended by itself; then it may not hit the one that came after it."""
        with self._lock:
            if self._adapter is not None:
                self.passed = True
                self._adapter.cut()

    def __enter__(self) -> Self:
        _here.watchdog.watch(self, time.monotonic() + self._seconds)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._adapter = None


class Watchdog:
    """One thread that cuts every deadline of this process at its time; begun by the first of them."""

    def __init__(self) -> None:
        self._ahead: list[tuple[float, int, Deadline]] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def watch(self, deadline: Deadline, at: float) -> None:
        """Cut a deadline at a moment of the monotonic clock, unless it is over by then."""
        with self._changed:
            heapq.heappush(self._ahead, (at, next(self._numbers), deadline))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="deadlines", daemon=True)
                self._thread.start()
            elif self._ahead[0][2] is deadline:
                self._changed.notify()

    def _run(self) -> None:
        while True:
            self._next().cut()

    def _next(self) -> Deadline:
        """Sleeps until the earliest deadline that is not over, and gives it."""
        with self._changed:
            while True:
                while self._ahead and self._ahead[0][2].over:
                    heapq.heappop(self._ahead)
                left = self._ahead[0][0] - time.monotonic() if self._ahead else None
                if left is not None and left <= 0:
                    return heapq.heappop(self._ahead)[2]
                self._changed.wait(left)


class _Process:
    """The watchdog of this process. A child that was forked has no threads and gets a new one."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Nothing is watched yet."""
        self.watchdog = Watchdog()


_here = _Process()
os.register_at_fork(after_in_child=_here.begin)


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
