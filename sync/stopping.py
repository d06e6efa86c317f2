"""A graceful stop in two steps: no more reading at once, no more writing after a while (F42).

Work under way ends at the next of these doors as if the process had been killed there,
which every stage survives anyway. So a stop needs no knowledge of any stage, an order that
was being carried out is taken up again at the next start, and the write that is on the wire
still gets its receipt.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

from connector.port import Capability, Connector, Known, Page, Probe, Stream, Write, WriteReceipt
from connector.records import FileRef, Kind, RawRecord, Record
from sync.fencing import Fence


class Stopping(BaseException):
    """The process is to end: not an error, so nobody who handles errors holds it up."""


class Doors:
    """Which doors to the document system are still open."""

    def __init__(self) -> None:
        self._reading, self._writing = threading.Event(), threading.Event()

    @property
    def stopping(self) -> bool:
        """Whether a stop was asked for."""
        return self._reading.is_set()

    def stop_taking(self) -> None:
        """First step: what is decided may still be sent, nothing more is read."""
        self._reading.set()

    def stop_sending(self) -> None:
        """Second step: only the call that is under way may end."""
        self._reading.set()
        self._writing.set()

    def to_read(self) -> None:
        """Raises Stopping when nothing more is to be read."""
        if self._reading.is_set():
            raise Stopping

    def to_write(self) -> None:
        """Raises Stopping when nothing more is to be sent."""
        if self._writing.is_set():
            raise Stopping


def guarded(inner: Connector, fence: Fence, doors: Doors) -> Connector:
    """The connector of an owner: it stops at closed doors, and asks the fence before anything is written."""
    return _Guarded(inner, fence, doors)


class _Guarded:
    """See `Connector`; calls go through unchanged."""

    def __init__(self, inner: Connector, fence: Fence, doors: Doors) -> None:
        self._inner, self._fence, self._doors = inner, fence, doors

    @property
    def site(self) -> str:
        return self._inner.site

    @property
    def capabilities(self) -> frozenset[Capability]:
        return self._inner.capabilities

    @property
    def requests_sent(self) -> int:
        return self._inner.requests_sent

    @property
    def skew_seconds(self) -> float | None:
        return self._inner.skew_seconds

    @property
    def own_user(self) -> str:
        return self._inner.own_user

    def changes(self, stream: Stream, cursor: str | None, known: Known) -> Iterator[Page]:
        self._doors.to_read()
        for page in self._inner.changes(stream, cursor, known):
            yield page
            self._doors.to_read()

    def listing(self, stream: Stream, known: Known) -> Iterator[Page]:
        self._doors.to_read()
        for page in self._inner.listing(stream, known):
            yield page
            self._doors.to_read()

    def fetch(self, kind: Kind, remote_id: str) -> RawRecord | None:
        self._doors.to_read()
        return self._inner.fetch(kind, remote_id)

    def decode(self, raw: RawRecord) -> Record:
        return self._inner.decode(raw)

    def download(self, file: FileRef, target: Path, max_bytes: int) -> str:
        self._doors.to_read()
        return self._inner.download(file, target, max_bytes)

    def apply(self, write: Write) -> WriteReceipt:
        self._doors.to_write()
        self._fence.ask()
        return self._inner.apply(write)

    def find(self, write: Write) -> WriteReceipt | None:
        self._doors.to_write()
        return self._inner.find(write)

    def probe(self) -> Probe:
        self._doors.to_read()
        return self._inner.probe()

    def close(self) -> None:
        self._inner.close()
