"""The one thread that works on a site: woken for a reason, it does that, and goes back to sleep.

Everything that happens to a site happens here, one after the other. What may not go on (wrong
password, damaged ledger, another owner) ends the thread and with it the process; nothing is
lost by that, for every stage starts again from what is stored. For the same reason a fault that
nobody foresaw ends no more than the work on this site: it is opened anew after a pause.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from config.settings import Settings, SiteSettings
from connector.port import Connector
from errors import RetryLater, StopService, TdcdError
from store.engine import Store
from sync.canary import measure
from sync.fencing import Fence
from sync.flow import PAPERS, PEOPLE, Pass, run_pass, run_reconcile, run_tick
from sync.heartbeat import Pulse
from sync.holding import lift_open
from sync.opening import connect, open_site
from sync.orders import carry_out
from sync.site import Site, log
from sync.stopping import Doors, Stopping, guarded
from sync.sweep import Carried
from sync.unexpected import PAUSES, SCOPE, UNFORESEEN, hold_fault, is_foreseen
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
        self._faults: dict[str, int] = {}
        self._rest_until = 0.0

    def run(self) -> None:
        """Work until told to stop, or until going on would do harm."""
        try:
            while (connector := self._opened()) is not None and self._broke_down(connector):
                pass
        except Stopping:
            log.info("work left off, to be taken up at the next start", site=self.site_name)
        except BaseException as error:  # noqa: BLE001 - the thread's owner decides what it means
            self.failure = error

    def _broke_down(self, connector: Connector) -> bool:
        """Work until told to stop: False; or until what nobody foresaw: True, and the site is to be opened anew."""
        shared = self._shared
        with open_site(
            shared.settings, self._site, shared.store, now=shared.now, connector=connector
        ) as site:
            while (reason := self.wakes.get()) != STOP and not shared.doors.stopping:
                try:
                    self._work(site, reason)
                except UNFORESEEN as error:
                    if is_foreseen(error):
                        raise
                    self._rest(error, reason)
                    return True
        return False

    def _rest(self, error: BaseException, reason: str) -> None:
        """Hold the site, and do the same work again when a pause, which grows with each fault of it, is over."""
        times = self._faults[reason] = self._faults.get(reason, 0) + 1
        pause = PAUSES[min(times, len(PAUSES)) - 1]
        hold_fault(self._shared.store, self.site_name, self._shared.now, error, reason, pause)
        self._rest_until = time.monotonic() + pause
        self.wakes.put(reason)

    def _went_through(self, site: Site, reason: str) -> None:
        """The hold ends when everything that failed has gone through again; one of an earlier run with any poll."""
        failed = self._faults.pop(reason, 0) > 0
        if (failed or reason == POLL) and not self._faults:
            lift_open(site, SCOPE)

    def _opened(self) -> Connector | None:
        """The connector after a pause that is due, as soon as it can be opened; None when told to end before that.

        It is tried again with each poll. What it was woken for meanwhile it does afterwards. The other sites go on.
        """
        shared, meanwhile = self._shared, dict[str, None]()
        while time.monotonic() < self._rest_until:
            if not self._stood_by(meanwhile):
                return None
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
            while (reason := self._stood_by(meanwhile)) != POLL:
                if not reason:
                    return None

    def _stood_by(self, meanwhile: dict[str, None]) -> str:
        """The next reason, kept for later; empty when told to end."""
        if (reason := self.wakes.get()) == STOP or self._shared.doors.stopping:
            return ""
        meanwhile[reason] = None
        return reason

    def _work(self, site: Site, reason: str) -> None:
        try:
            if self._do(site, reason):
                self._went_through(site, reason)
        except RetryLater as error:
            log.warning("will try again", site=site.name, work=reason, reason=str(error))
        except StopService:
            raise
        except TdcdError as error:
            log.error("work ended early", site=site.name, work=reason, reason=str(error))

    def _do(self, site: Site, reason: str) -> bool:
        """Whether it was done to its end."""
        if reason == POLL:
            return self._poll(site)
        if reason == PEOPLE_POLL:
            return _all_read(run_pass(site, PEOPLE))
        if reason == TICK:
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
        return True

    def _poll(self, site: Site) -> bool:
        """One cycle. Only one that read everything it wanted to counts as a sign of life."""
        done = run_pass(site, PAPERS)
        early = {"ended_early": done.away or done.held} if done.away or done.held else {}
        figures = {"read": done.pulled.read, "tasks": done.mapped.tasks, "written": done.writes}
        log.info("polled", site=site.name, **figures, **early)
        if _all_read(done):
            self._shared.pulse.succeeded(site.store, site.name, site.now())
        return _all_read(done)

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


def _all_read(done: Pass) -> bool:
    return not done.away and not done.held
