"""The one thread that works on a site: woken for a reason, it does that, and goes back to sleep.

Everything that happens to a site happens here, one after the other. What may not go on (wrong
password, damaged ledger, another owner) ends the thread and with it the process; nothing is
lost by that, for every stage starts again from what is stored.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from config.settings import Settings, SiteSettings
from connector.port import Connector
from errors import RetryLater, StopService, TdcdError
from store.engine import Store
from sync.canary import measure
from sync.fencing import Fence
from sync.flow import PAPERS, PEOPLE, run_pass, run_reconcile, run_tick
from sync.heartbeat import Pulse
from sync.opening import connect, open_site
from sync.orders import carry_out
from sync.site import Site, log
from sync.stopping import Doors, Stopping, guarded
from sync.sweep import Carried
from sync.unopened import wait_unopened

POLL, PEOPLE_POLL, TICK, RECONCILE, ORDERS, CANARY, STOP = (
    "poll", "people", "tick", "reconcile", "orders", "canary", "stop",
)  # fmt: skip


@dataclass(slots=True)
class Wakes:
    """A queue of reasons to work, each at most once in it."""

    _queue: queue.Queue[str] = field(default_factory=queue.Queue)
    _waiting: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, reason: str) -> None:
        """Ask for work; asking twice before it starts is asking once."""
        with self._lock:
            if reason not in self._waiting:
                self._waiting.add(reason)
                self._queue.put(reason)

    def get(self) -> str:
        """Wait for the next reason."""
        reason = self._queue.get()
        with self._lock:
            self._waiting.discard(reason)
        return reason


@dataclass(frozen=True, slots=True)
class Shared:
    """What the workers of one daemon have in common; `store` is fenced."""

    settings: Settings
    store: Store
    fence: Fence
    doors: Doors
    carried: Carried
    pulse: Pulse
    now: Callable[[], datetime]


class Worker(threading.Thread):
    """Owns one site: its connector lives and dies in this thread.

    `failure` is what ended it, if anything did; `unopened` why its connector cannot be opened, until it can.
    """

    def __init__(self, shared: Shared, site: SiteSettings) -> None:
        super().__init__(name=f"site-{site.name}", daemon=True)
        self.site_name = site.name
        self.wakes = Wakes()
        self.failure: BaseException | None = None
        self.unopened: TdcdError | None = None
        self._shared, self._site = shared, site

    def run(self) -> None:
        """Work until told to stop, or until going on would do harm."""
        shared = self._shared
        try:
            if (connector := self._opened()) is None:
                return
            with open_site(
                shared.settings, self._site, shared.store, now=shared.now, connector=connector
            ) as site:
                while (reason := self.wakes.get()) != STOP and not shared.doors.stopping:
                    self._work(site, reason)
        except Stopping:
            log.info("work left off, to be taken up at the next start", site=self.site_name)
        except BaseException as error:  # noqa: BLE001 - the thread's owner decides what it means
            self.failure = error

    def _opened(self) -> Connector | None:
        """The connector as soon as it can be opened, tried again with each poll; None when told to end before that.

        What it was woken for meanwhile it does afterwards. The other sites go on.
        """
        shared, meanwhile = self._shared, dict[str, None]()
        while True:
            try:
                opened = connect(self._site, now=shared.now)
            except TdcdError as error:
                wait_unopened(shared.store, self._site.name, shared.now, error)
                self.unopened = error
            else:
                self.unopened = None
                for reason in meanwhile:
                    self.wakes.put(reason)
                return guarded(opened, shared.fence, shared.doors)
            reason = ""
            while reason != POLL:
                if (reason := self.wakes.get()) == STOP or shared.doors.stopping:
                    return None
                meanwhile[reason] = None

    def _work(self, site: Site, reason: str) -> None:
        try:
            self._do(site, reason)
        except RetryLater as error:
            log.warning("will try again", site=site.name, work=reason, reason=str(error))
        except StopService:
            raise
        except TdcdError as error:
            log.error("work ended early", site=site.name, work=reason, reason=str(error))

    def _do(self, site: Site, reason: str) -> None:
        if reason == POLL:
            self._poll(site)
        elif reason == PEOPLE_POLL:
            run_pass(site, PEOPLE)
        elif reason == TICK:
            run_tick(site)
        elif reason == CANARY:
            measure(site)
        elif reason == RECONCILE:
            result = run_reconcile(site)
            log.info(
                "reconciled", site=site.name, drift=result.decided.drift, written=result.pushed.confirmed
            )
        elif reason == ORDERS:
            self._orders(site)

    def _poll(self, site: Site) -> None:
        """One cycle. Only one that read everything it wanted to counts as a sign of life."""
        done = run_pass(site, PAPERS)
        early = {"ended_early": done.away or done.held} if done.away or done.held else {}
        figures = {"read": done.pulled.read, "tasks": done.mapped.tasks, "written": done.writes}
        log.info("polled", site=site.name, **figures, **early)
        if not done.away and not done.held:
            self._shared.pulse.succeeded(site.store, site.name, site.now())

    def _orders(self, site: Site) -> None:
        carried = self._shared.carried
        while not self._shared.doors.stopping:
            with carried.still() as numbers:
                with site.store.begin() as places:
                    signal = places.signals.take(site.now(), site.name)
                if signal is None:
                    return
                numbers.add(signal.id)
            try:
                carry_out(site, signal)
            finally:
                with carried.still() as numbers:
                    numbers.discard(signal.id)
