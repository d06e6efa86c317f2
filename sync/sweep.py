"""Every minute: what a dead owner left running is taken up, what is long over is forgotten.

Not only at launch: an order can be orphaned while the daemon lives, and a sweep can die
itself. It keeps nothing in memory, so the next one does what it left (F36, F37, F47).
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connector.staging import discard_left
from store.engine import Store
from sync.site import log

SWEEP_SECONDS = 60
KEPT = timedelta(days=30)


@dataclass(slots=True)
class Carried:
    """The orders that this process carries out now. Taking one and sweeping exclude each other."""

    numbers: set[int] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def still(self) -> Iterator[set[int]]:
        """The numbers, while nobody else changes them."""
        with self._lock:
            yield self.numbers


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep found; `doubtful` are sites with writes that may or may not have gone out."""

    put_back: int = 0
    orders_dropped: int = 0
    webhooks_forgotten: int = 0
    unjudged: int = 0
    doubtful: tuple[str, ...] = ()


def sweep(store: Store, now: datetime, carried: Carried, sites: Collection[str]) -> Swept:
    """Sweep once, in two short units of work. Raises as `Store.begin`."""
    with carried.still() as numbers, store.begin() as places:
        put_back = places.sweeping.put_back(numbers)
    with store.begin() as places:
        dropped = places.sweeping.drop_ended(now - KEPT)
        forgotten = places.webhooks.forget(now - KEPT)
        doubtful = tuple(site for site in sites if places.outbox.find(site, "sending", 1))
    unjudged = discard_left()
    if unjudged:
        log.info("unjudged files of a dead process removed", folders=unjudged)
    if put_back:
        log.warning("orders of a dead owner are taken up again", orders=put_back)
    return Swept(put_back, dropped, forgotten, unjudged, doubtful)
