"""The daemon: one worker thread a site, woken by a clock, a webhook or an order.

The scheduler never works, it only wakes; so everything that happens to a site
happens in one thread, one after the other. A worker that may not go on (wrong
password, damaged ledger) ends the process with its exit code, and nothing is lost
by that: every stage starts again from what is stored.
"""

from __future__ import annotations

import os
import queue
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from config.settings import Settings, SiteSettings
from errors import RetryLater, StopService, TdcdError
from store.engine import Store
from sync.flow import PAPERS, PEOPLE, run_pass, run_reconcile, run_tick
from sync.opening import LOCAL, open_site, wall_clock
from sync.orders import carry_out
from sync.receiver import Receiver
from sync.site import Site, log

LEASE = timedelta(seconds=30)
HEARTBEAT_SECONDS = 10

POLL, PEOPLE_POLL, TICK, RECONCILE, ORDERS, STOP = "poll", "people", "tick", "reconcile", "orders", "stop"


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


class Worker(threading.Thread):
    """Owns one site: its connector lives and dies in this thread."""

    def __init__(
        self, settings: Settings, site: SiteSettings, store: Store, now: Callable[[], datetime]
    ) -> None:
        super().__init__(name=f"site-{site.name}", daemon=True)
        self.site_name = site.name
        self.wakes = Wakes()
        self.failure: BaseException | None = None
        self._settings, self._site, self._store, self._now = settings, site, store, now

    def run(self) -> None:
        """Work until told to stop, or until going on would do harm."""
        try:
            with open_site(self._settings, self._site, self._store, now=self._now) as site:
                while (reason := self.wakes.get()) != STOP:
                    self._work(site, reason)
        except BaseException as error:  # noqa: BLE001 - the thread's owner decides what it means
            self.failure = error

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
            done = run_pass(site, PAPERS)
            log.info(
                "polled", site=site.name, read=done.pulled.read, tasks=done.mapped.tasks, written=done.writes
            )
        elif reason == PEOPLE_POLL:
            run_pass(site, PEOPLE)
        elif reason == TICK:
            run_tick(site)
        elif reason == RECONCILE:
            result = run_reconcile(site)
            log.info(
                "reconciled", site=site.name, drift=result.decided.drift, written=result.pushed.confirmed
            )
        elif reason == ORDERS:
            self._orders(site)

    def _orders(self, site: Site) -> None:
        while True:
            with site.store.begin() as places:
                signal = places.signals.take(site.now(), site.name)
            if signal is None:
                return
            carry_out(site, signal)


class Daemon:
    """All sites of one configuration, in one process that holds the lease."""

    def __init__(self, settings: Settings, store: Store, *, now: Callable[[], datetime] = wall_clock) -> None:
        self._settings, self._store, self._now = settings, store, now
        self._workers = [Worker(settings, site, store, now) for site in settings.site]
        self._scheduler = BackgroundScheduler(timezone=ZoneInfo("Asia/Ho_Chi_Minh"))
        self._receiver: Receiver | None = None
        self._owner = f"{socket.gethostname()}:{os.getpid()}"
        self._token: int | None = None
        self._stopping = threading.Event()
        self._lost: str = ""

    def run(self) -> None:
        """Work until `stop` is called. Raises what ended a worker; StopService when the lease is held or lost."""
        self._take_lease()
        try:
            for worker in self._workers:
                worker.start()
            self._schedule()
            self._listen()
            while not self._stopping.wait(0.2):
                self._check()
        finally:
            self._end()
        if self._lost:
            raise StopService(self._lost, remedy="Another tdcd works on this ledger; only one may.")

    def stop(self) -> None:
        """Ask for a graceful stop; safe from a signal handler."""
        self._stopping.set()

    def wake(self, site: str, reason: str = ORDERS) -> None:
        """Make one site's worker work now."""
        for worker in self._workers:
            if worker.site_name == site:
                worker.wakes.put(reason)

    def _schedule(self) -> None:
        rhythm = self._settings.daemon
        every = {
            POLL: rhythm.poll_seconds,
            PEOPLE_POLL: rhythm.accounts_seconds,
            TICK: rhythm.tick_seconds,
            ORDERS: 1.0,
        }
        first = datetime.now(LOCAL)
        for worker in self._workers:
            for place, (reason, seconds) in enumerate(
                sorted(every.items(), key=lambda item: item[0] != PEOPLE_POLL)
            ):
                self._scheduler.add_job(
                    worker.wakes.put,
                    "interval",
                    args=[reason],
                    seconds=seconds,
                    next_run_time=first + timedelta(milliseconds=place),
                    misfire_grace_time=None,
                    coalesce=True,
                )
            at = rhythm.reconcile_at
            nightly = CronTrigger(hour=at.hour, minute=at.minute, timezone=LOCAL)
            self._scheduler.add_job(worker.wakes.put, nightly, args=[RECONCILE], misfire_grace_time=3600)
        self._scheduler.add_job(self._heartbeat, "interval", seconds=HEARTBEAT_SECONDS)
        self._scheduler.start()

    def _listen(self) -> None:
        rhythm = self._settings.daemon
        if not rhythm.webhook_port:
            return
        secrets = {site.name: site.webhook.secrets for site in self._settings.site if site.webhook.secrets}
        self._receiver = Receiver(secrets, self._store, self.wake, self._now)
        self._receiver.start(rhythm.webhook_host, rhythm.webhook_port)

    def _check(self) -> None:
        for worker in self._workers:
            if worker.failure is not None:
                raise worker.failure

    def _take_lease(self) -> None:
        with self._store.begin() as places:
            holder = places.leases.holder("daemon")
            if holder is not None and _dead_here(holder.owner):
                places.leases.release("daemon", holder.owner, holder.token)
            token = places.leases.acquire("daemon", self._owner, datetime.now(LOCAL), LEASE)
        if token is None:
            owner = holder.owner if holder else "another process"
            raise StopService(
                f"This ledger is already worked on by {owner}.",
                remedy="Stop that process, or use the running one: orders such as `tdcd sync` reach it.",
            )
        self._token = token
        with self._store.begin() as places:
            places.signals.reclaim()

    def _heartbeat(self) -> None:
        assert self._token is not None
        with self._store.begin() as places:
            kept = places.leases.renew("daemon", self._owner, self._token, datetime.now(LOCAL), LEASE)
        if not kept:
            self._lost = "The lease on this ledger was taken over."
            self._stopping.set()

    def _end(self) -> None:
        """Stop taking, let the write under way finish, give the lease back."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        if self._receiver is not None:
            self._receiver.stop()
        for worker in self._workers:
            worker.wakes.put(STOP)
        for worker in self._workers:
            if worker.ident is not None:
                worker.join(timeout=self._settings.daemon.stop_seconds)
        if self._token is not None and not self._lost:
            with suppress(TdcdError), self._store.begin() as places:
                places.leases.release("daemon", self._owner, self._token)


def _dead_here(owner: str) -> bool:
    """Whether the owner was a process of this machine that is gone (a `kill -9`): its lease need not run out."""
    host, _, pid = owner.rpartition(":")
    if host != socket.gethostname() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
