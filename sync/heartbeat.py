"""The sign of life: given after a cycle that succeeded, withheld as soon as one site has none (F43).

A heartbeat from a process that merely lives would hide the very failure it is for. Silence is
told twice: in our log, once each time it begins, and by the receiver of the heartbeats, who
hears nothing any more.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from datetime import datetime

from connector.heartbeat import send_heartbeat
from store.engine import Store
from sync.lamps import cycle_of, note
from sync.site import log


class Pulse:
    """When each site last succeeded, by the steady clock."""

    def __init__(
        self,
        sites: Collection[str],
        quiet_seconds: float,
        send: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._quiet, self._send, self._clock = quiet_seconds, send, clock
        self._last = dict.fromkeys(sites, clock())
        self._told: set[str] = set()

    def succeeded(self, store: Store, site: str, now: datetime) -> None:
        """A cycle of this site went through: keep that, and give a sign of life if every site is well."""
        with store.begin() as places:
            note(places, cycle_of(site), now)
        self._last[site] = self._clock()
        if not self.silent():
            self._send()

    def silent(self) -> list[str]:
        """The sites without a successful cycle for two intervals."""
        now = self._clock()
        return [site for site, last in self._last.items() if now - last > self._quiet]

    def watch(self) -> None:
        """Tell once when a site falls silent, and once when it is back."""
        silent = set(self.silent())
        for site in silent - self._told:
            log.error("no successful cycle", site=site, seconds=round(self._clock() - self._last[site]))
        for site in self._told - silent:
            log.info("cycles succeed again", site=site)
        self._told = silent


class Sender:
    """Sends one heartbeat at a time, without keeping anybody waiting."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._busy = threading.Lock()

    def send(self) -> None:
        """Send one, unless there is no address or the one before is still on its way."""
        if self._url and self._busy.acquire(blocking=False):
            threading.Thread(target=self._work, name="heartbeat", daemon=True).start()

    def _work(self) -> None:
        try:
            if refused := send_heartbeat(self._url):
                log.warning("heartbeat not taken", reason=refused)
        finally:
            self._busy.release()
