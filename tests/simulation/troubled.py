"""Where things go wrong: a store and a connector that die, freeze, lose answers or let people act, on order.

They stand around the real ones. Every durable step and every call passes `Trouble.strike`, which looks
whether the turn's faults name this one. A call to the document system inside a transaction is an error of
the engine, and is seen here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from connector.errors import ListingUnreadable, ReplyUnreadable, SessionLost, SystemAway
from connector.memory import MemoryConnector
from connector.memory_system import Trouble as Twin
from connector.port import Write, WriteReceipt
from connector.records import FileRef
from store.engine import Store
from store.places import Places
from sync.fencing import Fence
from tests.simulation.script import Fault, Step
from tests.simulation.world import World

#: Fewer than the engine's own tries of one file.
MOST_CUTS = 3


class CrashError(BaseException):
    """The process is gone: nothing may catch it."""


@dataclass(slots=True)
class Trouble:
    """The faults of one turn, and what was reached. `play` plays steps in the middle of the turn."""

    world: World
    play: Callable[[tuple[Step, ...]], None]
    faults: tuple[Fault, ...] = ()
    struck: Fault | None = None
    """The fault that `strike` has just named."""
    asleep: bool = False
    _counts: dict[str, int] = field(default_factory=dict)

    def arm(self, faults: tuple[Fault, ...]) -> None:
        """A new turn begins."""
        self.faults = faults
        self._counts.clear()

    def strike(self, place: str, named: str = "") -> str:
        """What happens to this commit, write or read: a word of `script.WHAT`, or nothing.

        `named` is the step or the kind of write that it is.
        """
        self.struck = self._due(place) or (self._due(named) if named else None)
        if self.struck is None:
            return ""
        if self.struck.what in {"people", "freeze"}:
            self.sleep(self.struck, place)
            return ""
        return self.struck.what

    def _due(self, place: str) -> Fault | None:
        number = self._counts[place] = self._counts.get(place, 0) + 1
        return next((f for f in self.faults if f.place == place and f.nth == number), None)

    def sleep(self, fault: Fault, place: str) -> None:
        """Others act meanwhile; a frozen process also misses its heartbeats."""
        self.world.count(f"{fault.what} at a {place}")
        self.asleep = fault.what != "people"
        try:
            self.play(fault.then)
        finally:
            self.asleep = False


@dataclass(slots=True)
class TroubledStore:
    """The real store of one process: fenced, and dying before or after a commit when told to.

    `committed` hears of every commit, to see what a stale owner got through.
    """

    inner: Store
    trouble: Trouble
    fence: Fence
    committed: Callable[[], None]
    inside: int = 0

    @contextmanager
    def begin(self) -> Iterator[Places]:
        """As `Store.begin`, with the turn's faults."""
        step = _step(sys._getframe(2))
        self.trouble.world.count(f"step {step}")
        what = self.trouble.strike("commit", step)
        with self.inner.begin() as places:
            self.fence.check(places)
            self.inside += 1
            try:
                yield places
            finally:
                self.inside -= 1
            if what == "before":
                self._crash("before", step)
        self.committed()
        if what == "after":
            self._crash("after", step)

    def _crash(self, when: str, step: str) -> None:
        self.trouble.world.count(f"crash {when} {step}")
        raise CrashError(step)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


class TroubledConnector(MemoryConnector):
    """The twin's connector with an unlucky network and an unlucky process in front of it."""

    def __init__(self, store: TroubledStore, sent: Callable[[Write], None], **options: Any) -> None:
        world = store.trouble.world
        super().__init__(world.system, "memory", **options)
        self._store, self._trouble, self._world, self._sent = store, store.trouble, world, sent

    def apply(self, write: Write) -> WriteReceipt:
        """Carry out, lose the answer, never send, or die around it."""
        kind = type(write).__name__
        what = self._trouble.strike("write", kind)
        late = self._trouble.struck if what == "thaw_late" else None
        self._check(write)
        if what == "before":
            self._crash(f"crash before sending {kind}")
        if what == "away" or self._world.outage:
            raise SystemAway("The document system cannot be reached.")
        if what == "session":
            self._world.count("session lost at a write")
            raise SessionLost("The session is gone.")
        if what in {"lost", "unsent"}:
            self._world.count(f"answer {what}: {kind}")
            self.system.trouble_writing.append(Twin.REPLY_LOST if what == "lost" else Twin.REQUEST_LOST)
        applied = len(self.system.operations)
        try:
            receipt = super().apply(write)
        finally:
            if len(self.system.operations) > applied:
                self._sent(write)
        if what == "after":
            self._crash(f"crash after sending {kind}")
        if late is not None:
            self._trouble.sleep(late, "write")
        return receipt

    def download(self, file: FileRef, target: Path, max_bytes: int) -> str:
        """As the port, or cut: never so often that the engine gives the file up."""
        cut = self._world.cuts.get(file.remote_id, 0)
        if self._trouble.strike("download") == "cut" and cut < MOST_CUTS:
            self._world.cuts[file.remote_id] = cut + 1
            self._world.count("download cut")
            raise ReplyUnreadable("The file came cut.")
        return super().download(file, target, max_bytes)

    def _check(self, write: Write) -> None:
        """The owner asks for its lease before anything leaves, outside of any unit of work."""
        if self._store.inside:
            raise AssertionError(f"{type(write).__name__} is sent inside a transaction")
        self._store.fence.ask()

    def _read(self) -> None:
        if self._store.inside:
            raise AssertionError("the document system is read inside a transaction")
        what = self._trouble.strike("read")
        if what == "crash":
            self._crash("crash at a read")
        if what == "away" or self._world.outage:
            self._world.count("read away")
            raise SystemAway("The document system cannot be reached.")
        if what == "session":
            self._world.count("session lost")
            # While something is looked for, a lost session leaves the outcome unknown: the port's rule.
            raise SystemAway("Logged out.") if _looking() else SessionLost("The session is gone.")
        if what == "unreadable":
            raise SystemAway("Unreadable.") if _looking() else ListingUnreadable("An id stands twice.")
        super()._read()

    def _crash(self, what: str) -> None:
        self._world.count(what)
        raise CrashError(what)


def _step(frame: FrameType | None) -> str:
    """The movement that begins this unit of work, by its own name."""
    while frame is not None:
        folder, _, name = frame.f_code.co_filename.rpartition("/")
        if folder.endswith("/sync"):
            return f"{name.removesuffix('.py')}:{frame.f_code.co_name}"
        frame = frame.f_back
    return "?"


def _looking() -> bool:
    frame: FrameType | None = sys._getframe(2)
    for _ in range(4):
        if frame is None:
            return False
        if frame.f_code.co_name == "find":
            return True
        frame = frame.f_back
    return False
