"""What requests go through: the network, or for a while a tape that keeps them or plays them back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, Protocol

from connector.deadline import WatchedAdapter
from connector.redact import Redactor


class Line(Protocol):
    """Gives each transport that is opened meanwhile its adapter, and learns its secrets."""

    def adapter(self, secrets: Redactor) -> WatchedAdapter:
        """What the transport's requests are handed to."""
        ...


_LINE: Final[ContextVar[Line | None]] = ContextVar("line", default=None)


@contextmanager
def through(line: Line | None) -> Iterator[None]:
    """Connectors opened inside send through `line`; None is the network."""
    before = _LINE.set(line)
    try:
        yield
    finally:
        _LINE.reset(before)


def new_adapter(secrets: Redactor) -> WatchedAdapter:
    """For a transport that is being opened."""
    line = _LINE.get()
    return WatchedAdapter() if line is None else line.adapter(secrets)
