"""The daemon: one owner of a ledger, one worker thread a site, and duties that belong to no site.

Workers are woken by a steady rhythm, a webhook, an order or the night. Duties renew the
lease, sweep, copy, drill and watch. Whatever ends one of them for good ends the process with
its exit code; whoever starts it again loses nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from datetime import time as day_time

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from config.settings import Settings
from errors import RetryLater, StopService
from store.engine import Store
from store.evidence import EvidenceFiles
from store.failures import DiskFailedError
from sync.backing_up import Upkeep
from sync.closing import Closing
from sync.duties import Duty, Rhythm
from sync.fencing import HEARTBEAT_SECONDS, Fence, FencedStore
from sync.heartbeat import Pulse, Sender
from sync.lamps import FIRST_RUN, STARTED, note, noted, quiet_after
from sync.opening import LOCAL, wall_clock
from sync.receiver import Receiver, receiver_for
from sync.site import log
from sync.stopping import Doors
from sync.sweep import SWEEP_SECONDS, Carried, sweep
from sync.worker import CANARY, ORDERS, PEOPLE_POLL, POLL, RECONCILE, STOP, TICK, Shared, Worker

#: After `stop_seconds`: how long the one write that is on the wire may still take, to get its receipt.
SAVE_SECONDS = 60.0
UPKEEP_SECONDS = 60.0
GLANCE_SECONDS = 0.2


class Daemon:
    """All sites of one configuration, in one process that holds the lease."""

    def __init__(self, settings: Settings, store: Store, *, now: Callable[[], datetime] = wall_clock) -> None:
        self._settings, self._now = settings, now
        self._fence = Fence(store, now)
        self._store = FencedStore(store, self._fence)
        self._doors, self._carried = Doors(), Carried()
        names = [site.name for site in settings.site]
        sender = Sender(settings.daemon.heartbeat_url)
        self._pulse = Pulse(names, quiet_after(settings).total_seconds(), sender.send)
        shared = Shared(settings, self._store, self._fence, self._doors, self._carried, self._pulse, now)
        self._workers = [Worker(shared, site) for site in settings.site]
        self._rhythm = Rhythm(_rhythm(settings))
        self._closing = Closing(settings, self._store, now)
        self._lease = Duty("lease", HEARTBEAT_SECONDS, self._fence.keep)
        self._duties = self._other_duties()
        self._nights = BackgroundScheduler(timezone=LOCAL)
        self._receiver: Receiver | None = None
        self._stopping = threading.Event()

    def run(self) -> None:
        """Work until `stop` is called. Raises what ended a worker; StopService when the lease is held or lost."""
        if not self._fence.take(self._stopping.wait):
            return
        failure: BaseException | None = None
        try:
            self._closing.begin()
            self._start()
            while not self._stopping.wait(GLANCE_SECONDS) and failure is None:
                failure = self._failure()
                self._wake_all(self._rhythm.due(time.monotonic()))
        finally:
            self._end(at_once=isinstance(failure, DiskFailedError))
        if failure is not None:
            raise failure

    def stop(self) -> None:
        """Ask for a graceful stop; safe from a signal handler."""
        self._stopping.set()

    def wake(self, site: str, reason: str = ORDERS) -> None:
        """Make one site's worker work now."""
        for worker in self._workers:
            if worker.site_name == site:
                worker.wakes.put(reason)

    def _start(self) -> None:
        EvidenceFiles(self._settings.ledger.evidence).discard_staged()
        with self._store.begin() as places:
            note(places, STARTED, self._now())
            if noted(places, FIRST_RUN) is None:
                note(places, FIRST_RUN, self._now())
        for thread in (self._lease, *self._duties, *self._workers):
            thread.start()
        self._plan_nights()
        self._listen()

    def _other_duties(self) -> list[Duty]:
        upkeep = Upkeep(self._settings, self._store, self._now, go_on=self._doors.to_read)
        return [
            Duty("sweep", SWEEP_SECONDS, self._sweep, first=0),
            Duty("upkeep", UPKEEP_SECONDS, upkeep.look),
            Duty("checkpoint", UPKEEP_SECONDS, self._closing.look),
            Duty("watch", HEARTBEAT_SECONDS, self._pulse.watch),
        ]

    def _sweep(self) -> None:
        names = [worker.site_name for worker in self._workers]
        for site in sweep(self._store, self._now(), self._carried, names).doubtful:
            self.wake(site, TICK)

    def _wake_all(self, reasons: list[str]) -> None:
        for worker in self._workers:
            for reason in reasons:
                worker.wakes.put(reason)

    def _plan_nights(self) -> None:
        """What has an hour of the day goes by the calendar, everything else by the steady clock."""
        rhythm = self._settings.daemon
        for reason, at in ((RECONCILE, rhythm.reconcile_at), (CANARY, rhythm.canary_at)):
            self._nights.add_job(self._wake_all, _daily(at), args=[[reason]], misfire_grace_time=3600)
        self._nights.start()

    def _listen(self) -> None:
        rhythm = self._settings.daemon
        if not rhythm.webhook_port:
            return
        self._receiver = receiver_for(self._settings, self._store, self.wake, self._now)
        self._receiver.start(rhythm.webhook_host, rhythm.webhook_port)

    def _failure(self) -> BaseException | None:
        """What ended one of the threads, or that the lease is gone."""
        threads: tuple[Worker | Duty, ...] = (*self._workers, self._lease, *self._duties)
        ended = [thread.failure for thread in threads]
        if self._receiver is not None:
            ended.append(self._receiver.failure)
        if self._fence.lost:
            lost = StopService(self._fence.lost, remedy="Another tdcd works on this ledger; only one may.")
            ended.append(lost)
        return next((failure for failure in (*ended, self._nothing_to_do()) if failure is not None), None)

    def _nothing_to_do(self) -> BaseException | None:
        """Why no site at all can be opened; None while one works, is away, or has not been tried yet."""
        unopened = [worker.unopened for worker in self._workers]
        left = [error for error in unopened if error is None or isinstance(error, RetryLater)]
        return None if left or not unopened else unopened[0]

    def _end(self, *, at_once: bool) -> None:
        """Stop taking; let what is decided go out; let the write on the wire get its receipt; give the lease back.

        After a failed disk nothing can be kept any more, so nobody is waited for.
        """
        self._doors.stop_taking()
        if self._nights.running:
            self._nights.shutdown(wait=False)
        for duty in self._duties:
            duty.stop()
        if self._receiver is not None and not at_once:
            self._receiver.stop()
        self._wake_all([STOP])
        if not at_once and not self._wait_for_workers(self._settings.daemon.stop_seconds):
            log.warning("work is left off", sites=[one.site_name for one in self._workers if one.is_alive()])
            self._doors.stop_sending()
            self._wait_for_workers(SAVE_SECONDS)
        self._doors.stop_sending()
        self._lease.stop()
        if not any(worker.is_alive() for worker in self._workers):
            self._fence.give_back()

    def _wait_for_workers(self, seconds: float) -> bool:
        """Whether all of them ended in time."""
        until = time.monotonic() + seconds
        for worker in self._workers:
            if worker.ident is not None:
                worker.join(timeout=max(0.0, until - time.monotonic()))
        return not any(worker.is_alive() for worker in self._workers)


def _rhythm(settings: Settings) -> dict[str, float]:
    """People first: documents name units and accounts."""
    rhythm = settings.daemon
    return {
        PEOPLE_POLL: rhythm.accounts_seconds,
        POLL: rhythm.poll_seconds,
        TICK: rhythm.tick_seconds,
        ORDERS: 1.0,
    }


def _daily(at: day_time) -> CronTrigger:
    return CronTrigger(hour=at.hour, minute=at.minute, timezone=LOCAL)
