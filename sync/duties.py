"""What a daemon does by the clock: wake-ups in a steady rhythm, and duties in threads of their own.

Both count by the steady clock. A calendar that jumps an hour back must not silence the
daemon for an hour, nor one that jumps forward make it work twice (F39).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

from errors import RetryLater, StopService, TdcdError
from sync.site import log


class Rhythm:
    """Reasons to work and every how many seconds; all are due at once at the beginning, in their order."""

    def __init__(self, every: Mapping[str, float]) -> None:
        self._every = dict(every)
        self._next = dict.fromkeys(every, float("-inf"))

    def due(self, now: float) -> list[str]:
        """The reasons whose time has come at `now` (steady seconds); a missed beat is not made up for."""
        found = [reason for reason, at in self._next.items() if at <= now]
        for reason in found:
            self._next[reason] = now + self._every[reason]
        return found


class Duty(threading.Thread):
    """Does one thing again and again until stopped. What fails today is done the next time (F37).

    `failure` is what ended it: only that the disk failed or another process owns the ledger.
    """

    def __init__(
        self, name: str, seconds: float, action: Callable[[], object], *, first: float | None = None
    ) -> None:
        super().__init__(name=name, daemon=True)
        self.failure: BaseException | None = None
        self._seconds, self._action = seconds, action
        self._first = seconds if first is None else first
        self._stopped = threading.Event()

    def run(self) -> None:
        """Wait, act, wait again."""
        wait = self._first
        while not self._stopped.wait(wait):
            began = time.monotonic()
            try:
                self._act()
            except BaseException as error:  # noqa: BLE001 - the thread's owner decides what it means
                self.failure = error
                return
            wait = max(0.0, self._seconds - (time.monotonic() - began))

    def stop(self) -> None:
        """Do not begin again."""
        self._stopped.set()

    def _act(self) -> None:
        try:
            self._action()
        except StopService:
            raise
        except RetryLater as error:
            log.warning("duty put off", duty=self.name, reason=str(error))
        except TdcdError as error:
            log.error("duty failed", duty=self.name, reason=str(error))
        except Exception:  # noqa: BLE001 - a fault in one duty must not silence it for good
            log.exception("duty failed", duty=self.name)
