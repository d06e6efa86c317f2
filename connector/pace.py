"""When the next request to a site may go out: evenly spaced, and not at all while the site asks for rest."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

from connector.errors import SystemAway

LONGEST_REST: Final = 3600.0


class Pace:
    """Spacing of the requests to one site. Workers of the same site share one, hence the lock.

    `clock` is monotonic seconds. Even spacing rather than bursts: a site that counts
    requests in any window of a second never counts more than `per_second`.
    """

    def __init__(
        self,
        per_second: float,
        *,
        patience: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._interval = 1.0 / per_second
        self._patience = patience
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next = self._rest_until = clock()

    def take(self) -> None:
        """Wait for the next free place.

        Raises SystemAway, and sends nothing, while the site rests for longer than the patience.
        """
        with self._lock:
            now = self._clock()
            rest = self._rest_until - now
            if rest > self._patience:
                raise SystemAway("The document system asked to be left alone for a while.", after=rest)
            place = max(self._next, self._rest_until, now)
            self._next = place + self._interval
        if place > now:
            self._sleep(place - now)

    def rest(self, seconds: float) -> None:
        """Send nothing for `seconds`; a shorter order never shortens a longer one."""
        with self._lock:
            self._rest_until = max(self._rest_until, self._clock() + seconds)


def retry_after(value: str | None, server_date: datetime | None, now: datetime) -> float | None:
    """Seconds that a `Retry-After` asks for, 0 to 3600; None when there is none that can be read.

    A date is measured against the server's own clock where it is known: ours may differ.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(min(int(text[:10]), LONGEST_REST))
    until = http_date(text)
    if until is None:
        return None
    return min(max((until - (server_date or now)).total_seconds(), 0.0), LONGEST_REST)


def http_date(value: str | None) -> datetime | None:
    """An HTTP date (aware), or None for junk: a header never ends a cycle."""
    try:
        parsed = parsedate_to_datetime(value or "")
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return parsed if parsed.tzinfo else None
