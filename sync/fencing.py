"""One owner of a ledger: its lease, and the fence before everything that the owner writes.

A process that was frozen past its lease comes back and knows nothing of it. So it is not
trusted to notice: every unit of work that writes asks, in its own transaction, whether the
token is still the newest, and every write to the document system asks before it leaves
(F35). What stays open is a freeze between that question and the first byte on the wire; the
new owner then finds the intent marked `sending` and looks before it sends.
"""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from errors import StopService, TdcdError
from store.engine import Store
from store.leases import Lease
from store.places import Places

NAME = "daemon"
LEASE = timedelta(seconds=30)
HEARTBEAT_SECONDS = 10
LOOK_SECONDS = 0.5


class FencedOff(StopService):
    """Another process owns the ledger now: nothing of this unit of work is kept, nothing is sent."""


class Fence:
    """The lease of this process run. Its token is None until `take` has succeeded."""

    def __init__(self, store: Store, now: Callable[[], datetime], *, owner: str = "") -> None:
        self.owner = owner or this_run()
        self.token: int | None = None
        self.lost = ""
        self._store, self._now = store, now

    def take(self, wait: Callable[[float], bool]) -> bool:
        """Become the owner. StopService when another process lives; False when `wait` says to give up.

        `wait(seconds)` sleeps and tells whether to stop. An owner on another machine that does not
        renew its lease while we watch it, for as long as a lease lasts by our own steady clock, is
        gone, whatever the two machines' calendars say.
        """
        watched: Lease | None = None
        until = 0.0
        while (holder := self._try()) is not None:
            if watched is None:
                watched, until = holder, time.monotonic() + LEASE.total_seconds()
            if _lives_here(holder.owner) or holder != watched:
                raise StopService(
                    f"This ledger is already worked on by {holder.owner}.",
                    remedy="Stop that process, or use the running one: orders such as `tdcd sync` reach it.",
                )
            if time.monotonic() > until:
                self._take_from(holder)
            elif wait(LOOK_SECONDS):
                return False
        return True

    def keep(self) -> bool:
        """Renew the lease; False, and `lost` says so, when another process has it.

        A lease that ran out while the machine slept or its calendar jumped, and that nobody took, is
        taken again under a new token: nobody else has written in between.
        """
        before = self.token
        assert before is not None
        try:
            with self._store.begin() as places:
                now = self._now()
                if places.leases.renew(NAME, self.owner, before, now, LEASE):
                    return True
                if places.leases.holds(NAME, self.owner, before):
                    # Seen by other threads before the commit: they wait for it inside `check`.
                    self.token = places.leases.acquire(NAME, self.owner, now, LEASE)
                    return True
        except BaseException:
            self.token = before
            raise
        self.lost = "The lease on this ledger was taken over."
        return False

    def give_back(self) -> None:
        """Let the next owner begin at once; never raises what a store may say about it."""
        if self.token is not None and not self.lost:
            with suppress(TdcdError), self._store.begin() as places:
                places.leases.release(NAME, self.owner, self.token)

    def check(self, places: Places) -> None:
        """FencedOff unless this run owns the ledger until the writing unit `places` ends."""
        token = self.token
        if token is not None and places.leases.holds(NAME, self.owner, token):
            return
        again = self.token
        if again is not None and again != token and places.leases.holds(NAME, self.owner, again):
            return
        self._refuse()

    def ask(self) -> None:
        """FencedOff unless this run owns the ledger at this moment; one indexed read, nothing is locked."""
        with self._store.read() as places:
            holder = places.leases.holder(NAME)
        if holder is None or (holder.owner, holder.token) != (self.owner, self.token):
            # `keep` may have changed the token between our reading and our comparing.
            with self._store.begin() as places:
                self.check(places)

    def _refuse(self) -> None:
        self.lost = self.lost or "The lease on this ledger was taken over."
        raise FencedOff(self.lost, remedy="Another tdcd works on this ledger; only one may.")

    def _try(self) -> Lease | None:
        """Take the lease if it is free or its owner is known to be dead; else who has it."""
        with self._store.begin() as places:
            holder = places.leases.holder(NAME)
            if holder is not None and _dead_here(holder.owner):
                places.leases.release(NAME, holder.owner, holder.token)
            self.token = places.leases.acquire(NAME, self.owner, self._now(), LEASE)
            return None if self.token is not None else places.leases.holder(NAME)

    def _take_from(self, holder: Lease) -> None:
        with self._store.begin() as places:
            if places.leases.holder(NAME) == holder:
                places.leases.release(NAME, holder.owner, holder.token)


class FencedStore(Store):
    """The store as an owner may use it: a unit that writes asks the fence first, in its own transaction."""

    def __init__(self, inner: Store, fence: Fence) -> None:
        # The inner store keeps engine and failures: one failed fsync refuses both.
        self.salt = inner.salt
        self._inner, self._fence = inner, fence

    @contextmanager
    def begin(self) -> Iterator[Places]:
        """As `Store.begin`; FencedOff, and nothing is kept, when the lease is another's."""
        with self._inner.begin() as places:
            self._fence.check(places)
            yield places

    @contextmanager
    def read(self) -> Iterator[Places]:
        """As `Store.read`."""
        with self._inner.read() as places:
            yield places

    def close(self) -> None:
        """Nothing: whoever opened the inner store closes it."""

    def describe(self) -> str:
        """As `Store.describe`."""
        return self._inner.describe()


def this_run() -> str:
    """`machine:pid:start`, a name no other run has: a restarted container gets its pid again (F36)."""
    started = _started(os.getpid()) or secrets.token_hex(4)
    return f"{socket.gethostname()}:{os.getpid()}:{started}"


def _dead_here(owner: str) -> bool:
    """Whether the owner was a process of this machine that is gone (a `kill -9`): its lease need not run out."""
    host, pid, started = _parts(owner)
    if host != socket.gethostname() or not pid:
        return False
    return not _is_running(pid) or _started(pid) not in {"", started}


def _lives_here(owner: str) -> bool:
    host, pid, _started_at = _parts(owner)
    return host == socket.gethostname() and bool(pid) and not _dead_here(owner)


def _parts(owner: str) -> tuple[str, int, str]:
    """Machine, pid and start; pid 0 when the owner was not named by `this_run`."""
    host, _, rest = owner.rpartition(":")
    host, _, pid = host.rpartition(":")
    return (host, int(pid), rest) if host and pid.isdigit() else ("", 0, "")


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _started(pid: int) -> str:
    """When a process began, in ticks since the machine did; empty where the system does not tell."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]
