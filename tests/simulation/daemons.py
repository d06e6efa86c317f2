"""Two daemons on one ledger, reduced to what they decide: who owns the lease, what work is done next.

There are no threads. A daemon that freezes in the middle of a turn lets the other one run inside of it,
and thaws when control comes back; that is every interleaving that matters, and it repeats exactly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from config.settings import SiteSettings
from connector.port import Write
from connector.records import Kind
from errors import RetryLater, StopService
from store.engine import Store
from store.evidence import EvidenceFiles
from sync.fencing import LEASE, NAME, Fence
from sync.flow import PAPERS, PEOPLE, run_pass, run_reconcile, run_tick, run_wake
from sync.site import Site
from tests.engine_arena import cached_calendar, cached_profiles
from tests.simulation.script import Step, Turn
from tests.simulation.troubled import CrashError, Trouble, TroubledConnector, TroubledStore
from tests.simulation.world import World


@dataclass(slots=True)
class Ground:
    """What both daemons share: the ledger, the evidence folder, the document system, and the referee's notes."""

    world: World
    store: Store
    folder: Path
    profile: str
    newest: int = 0
    """The newest token that was given out: whoever writes with an older one is stale."""
    stale: list[str] = field(default_factory=list)
    sends: list[tuple[str, str, int]] = field(default_factory=list)
    owners: dict[str, Daemon] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)
    """Work items of which a person said: yes, they are gone."""


@dataclass(slots=True)
class Daemon:
    """One machine that runs the program, again and again; each run is an owner of its own."""

    name: str
    ground: Ground
    play: Callable[[tuple[Step, ...]], None]
    skew: timedelta = timedelta()
    run: int = 0
    token: int | None = None
    busy: bool = False
    trouble: Trouble = field(init=False)
    site: Site | None = None

    def __post_init__(self) -> None:
        self.trouble = Trouble(self.ground.world, self.play)

    @property
    def owner(self) -> str:
        """This run of the program, and no other."""
        return f"{self.name}:{self.run}"

    def now(self) -> datetime:
        """The time on this machine."""
        return self.ground.world.system.clock + self.skew

    def turn(self, turn: Turn) -> None:
        """Do one piece of work as the owner; a process that ends gives up everything but the ledger."""
        if self.busy or (self.token is None and not self.start()):
            return
        self.trouble.arm(turn.faults)
        self.busy = True
        try:
            self._work(turn.work)
        except CrashError:
            self.ground.world.count("crashes")
            self.die()
        except StopService:
            self.ground.world.count("stopped: lease lost")
            self.die()
        except RetryLater:
            self.ground.world.count("work put off")
        finally:
            self.busy = False
            self.trouble.arm(())

    def beat(self, seconds: int) -> None:
        """Heartbeats of a process that lives and is not frozen, all along the time that now passes."""
        if self.token is None or self.trouble.asleep:
            return
        with self.ground.store.begin() as places:
            ttl = LEASE + timedelta(seconds=seconds)
            kept = places.leases.renew(NAME, self.owner, self.token, self.now(), ttl)
        if not kept and not self.busy:
            self.ground.world.count("stopped: heartbeat refused")
            self.die()

    def die(self) -> None:
        """End without another word."""
        self.token, self.site = None, None

    def start(self) -> bool:
        """Begin a new run of the program, if the lease can be had."""
        self.run += 1
        with self.ground.store.begin() as places:
            holder = places.leases.holder(NAME)
            last = self.ground.owners.get(holder.owner) if holder else None
            if holder is not None and last is not None and not last.alive_as(holder.owner):
                places.leases.release(NAME, holder.owner, holder.token)
                last = None
            token = places.leases.acquire(NAME, self.owner, self.now(), LEASE)
        if token is None:
            self.ground.world.count("start refused")
            return False
        if last is not None:
            self.ground.world.count("lease taken over")
        self.token = self.ground.newest = token
        self.ground.owners[self.owner] = self
        self.site = self._open(token, self.owner)
        return True

    def alive_as(self, owner: str) -> bool:
        """Whether this run of the program still exists, frozen or not."""
        return self.owner == owner and self.token is not None

    def _open(self, token: int, owner: str) -> Site:
        ground = self.ground

        def committed() -> None:
            if token != ground.newest:
                ground.stale.append(f"{owner} committed after its lease was taken over")

        def sent(write: Write) -> None:
            ground.sends.append((write.effect_key, type(write).__name__, ground.world.acts))
            if token != ground.newest:
                ground.stale.append(f"{owner} sent {type(write).__name__} after its lease was taken over")

        fence = Fence(ground.store, self.now, owner=owner)
        fence.token = token
        store = TroubledStore(ground.store, self.trouble, fence, committed)
        settings = SiteSettings(
            name="memory", url="http://127.0.0.1", username="tdcd", profile=ground.profile
        )
        return Site(
            name="memory",
            settings=settings,
            store=_as_store(store),
            files=EvidenceFiles(ground.folder),
            connector=TroubledConnector(store, sent, page_size=ground.world.page_size),
            profiles=cached_profiles(),
            calendar=cached_calendar(),
            now=self.now,
        )

    def _work(self, work: str) -> None:
        assert self.site is not None
        self.ground.world.count(f"turns: {work}")
        if work == "papers":
            run_pass(self.site, PAPERS)
        elif work == "people":
            run_pass(self.site, PEOPLE)
        elif work == "tick":
            run_tick(self.site)
        elif work == "wake":
            told = self.ground.world.system.notices[-2:]
            run_wake(self.site, [*((each.kind, each.remote_id) for each in told), (Kind.JOB, "999999")])
        else:
            run_reconcile(self.site)


def _as_store(store: TroubledStore) -> Any:
    """It answers to everything that a `Store` does."""
    return store
