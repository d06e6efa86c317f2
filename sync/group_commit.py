"""Many wait, one commits: everything that came while the disk was busy goes into the next transaction.

A commit costs an fsync, whatever is in it. One thread takes all that waits, writes
it in one unit of work and only then lets the waiting go on; so an answer means "on
disk", and the disk is asked some hundred times a second instead of thousands of times.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from errors import RetryLater, StopService
from sync.site import log

T = TypeVar("T")
R = TypeVar("R")

MOST_WAITING: Final = 10_000
LONGEST_WAIT: Final = 5.0
LARGEST_GROUP: Final = 1_000
QUEUE_AFTER: Final = 5.0
STOPPED_AFTER: Final = 60.0


@dataclass(frozen=True, slots=True)
class _Entry(Generic[T, R]):
    """An item, who waits for it, and since when on the monotonic clock."""

    item: T
    future: asyncio.Future[R]
    since: float


class GroupCommit(Generic[T, R]):
    """A writer thread behind a bounded queue; `keep` is for the tasks of one event loop.

    `write` gets the items of a group in order, commits them, and gives one result for each. It is also
    called with none, when `idle_seconds` went by without any. `failure` is what ended the writing for good.
    """

    def __init__(
        self,
        write: Callable[[Sequence[T]], Sequence[R]],
        *,
        idle_seconds: float = 30.0,
        most_waiting: int = MOST_WAITING,
        longest_wait: float = LONGEST_WAIT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.failure: StopService | None = None
        self._write, self._idle, self._clock = write, idle_seconds, clock
        self._most_waiting, self._longest_wait = most_waiting, longest_wait
        self._gathered: list[_Entry[T, R]] = []
        self._queue: queue.SimpleQueue[list[_Entry[T, R]] | None] = queue.SimpleQueue()
        self._under_way: list[_Entry[T, R]] = []
        self._offered = self._finished = 0
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Write what waits, then end. Whoever offers items must have stopped before."""
        self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout)

    async def keep(self, item: T) -> R:
        """The result for `item`, once it is on disk.

        Raises RetryLater when too much waits, or for too long, or the store is busy or full; StopService
        when it takes nothing any more. In each case nothing of the item was kept.
        """
        self._admit()
        loop = asyncio.get_running_loop()
        entry: _Entry[T, R] = _Entry(item, loop.create_future(), self._clock())
        if not self._gathered:
            loop.call_soon(self._hand_over)
        self._gathered.append(entry)
        self._offered += 1
        return await entry.future

    def _hand_over(self) -> None:
        """Give the writer all that this turn of the loop brought, so that it is woken once for it."""
        self._queue.put(self._gathered)
        self._gathered = []

    def _admit(self) -> None:
        """Turn away at the door: a sender told to come back costs nothing, a full memory costs everybody."""
        under_way = self._under_way
        if self._offered - self._finished >= self._most_waiting:
            raise RetryLater("Too many items wait to be written.", after=QUEUE_AFTER)
        if under_way and self._clock() - under_way[0].since > self._longest_wait:
            raise RetryLater("Items wait too long to be written.", after=QUEUE_AFTER)

    def _run(self) -> None:
        while not self._ended:
            group = self._under_way = self._next()
            outcomes = self._outcomes(group) if group or not self._ended else ()
            self._under_way = []
            self._finished += len(group)
            _let_go(group, outcomes)

    def _next(self) -> list[_Entry[T, R]]:
        """All that waits, about LARGEST_GROUP at most; none after a quiet time."""
        group: list[_Entry[T, R]] = []
        try:
            some = self._queue.get(timeout=self._idle)
            while some is not None:
                group += some
                if len(group) >= LARGEST_GROUP:
                    return group
                some = self._queue.get_nowait()
        except queue.Empty:
            return group
        self._ended = True
        return group

    def _outcomes(self, group: Sequence[_Entry[T, R]]) -> Sequence[R | Exception]:
        """A result or an error for each entry. Errors of the store meet all; one odd item meets itself alone."""
        if self.failure is not None:
            return [self.failure] * len(group)
        try:
            return self._write([entry.item for entry in group])
        except RetryLater as error:
            return [error] * len(group)
        except StopService as error:
            self.failure = error
            return [error] * len(group)
        except Exception as error:  # noqa: BLE001 - the thread must live, and whoever waits must hear of it
            if len(group) > 1:
                return [outcome for entry in group for outcome in self._outcomes([entry])]
            log.exception("not written", what=type(error).__name__)
            return [error] * len(group)


def _let_go(group: Sequence[_Entry[T, R]], outcomes: Sequence[R | Exception]) -> None:
    """Let all who wait for a group go on, in one visit to their loop."""
    if group:
        try:
            group[0].future.get_loop().call_soon_threadsafe(_settle, group, outcomes)
        except RuntimeError:  # the loop was closed: nobody waits any more
            return


def _settle(group: Sequence[_Entry[T, R]], outcomes: Sequence[R | Exception]) -> None:
    for entry, outcome in zip(group, outcomes, strict=True):
        if entry.future.done():
            continue
        if isinstance(outcome, Exception):
            entry.future.set_exception(outcome)
        else:
            entry.future.set_result(outcome)
