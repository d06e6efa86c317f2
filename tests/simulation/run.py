"""One seed from its first step to the quiet end: play, heal everything, settle, compare with the oracle."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

import structlog

from store.engine import Store, open_store
from store.verify import verify_ledger
from sync.flow import PAPERS, PEOPLE, run_pass, run_reconcile, run_tick
from sync.orders import apply_plan
from sync.site import Site
from tests.simulation.checking import Fault, check_ledger, check_plan, check_shown
from tests.simulation.daemons import Daemon, Ground
from tests.simulation.script import Deed, Echo, Issue, Outage, Script, Skew, Step, Turn, Wait, script_of
from tests.simulation.world import World

MOST_PASSES = 40


@dataclass(slots=True)
class Outcome:
    """How one run ended: broken promises, steps played, and everything that was reached on the way."""

    script: Script
    faults: list[Fault] = field(default_factory=list)
    steps: int = 0
    reached: dict[str, int] = field(default_factory=dict)
    end: str = ""
    """A digest of both sides: two runs of one script have the same."""


class UnsettledError(Exception):
    """The engine goes on writing although nothing happens any more."""


class Stage:
    """A ledger in memory that is put back to its beginning for every run; one for each process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        open_store(self._url("bare.db")).close()
        shutil.copyfile(folder / "bare.db", folder / "ledger.db")
        self.store: Store = open_store(self._url("ledger.db"), check=False)
        self._know_people()

    def reset(self, *, people_known: bool) -> Store:
        """The ledger as it was before anything happened, or after units and accounts were read."""
        self.store.close()
        for name in ("ledger.db-wal", "ledger.db-shm"):
            (self.folder / name).unlink(missing_ok=True)
        shutil.copyfile(self.folder / ("known.db" if people_known else "bare.db"), self.folder / "ledger.db")
        shutil.rmtree(self.folder / "evidence", ignore_errors=True)
        return self.store

    def _know_people(self) -> None:
        ground = Ground(World(50), self.store, self.folder / "evidence", "laocai")
        daemon = Daemon("A", ground, lambda _: None)
        daemon.turn(Turn("A", "people"))
        with self.store.begin() as places:
            places.leases.release("daemon", daemon.owner, daemon.token or 0)
        self.store.close()
        shutil.copyfile(self.folder / "ledger.db", self.folder / "known.db")

    def _url(self, name: str) -> str:
        return f"sqlite:///{self.folder}/{name}"


_stages: list[Stage] = []


def enter(folder: Path) -> None:
    """Set this process's stage up in a new folder below; whoever owns `folder` removes it."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    gc.set_threshold(100_000, 20, 20)
    _stages.append(Stage(Path(mkdtemp(dir=folder))))


@contextmanager
def memory_folder() -> Iterator[Path]:
    """A folder in memory where the system has such a place; gone at the end with everything in it."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(prefix="tdcd-simulation-", dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


@contextmanager
def stage() -> Iterator[None]:
    """Where seeds are played; afterwards the process is as it was before."""
    logs, thresholds = structlog.get_config(), gc.get_threshold()
    with memory_folder() as folder:
        enter(folder)
        try:
            yield
        finally:
            _stages.pop().store.close()
            structlog.configure(**logs)
            gc.set_threshold(*thresholds)


def run_seed(seed: int) -> Outcome:
    """Play one seed on the stage of this process."""
    return play(script_of(seed))


def play(script: Script) -> Outcome:
    """Play a script to its end and judge it. An error that escapes the engine is a broken promise, too."""
    outcome = Outcome(script)
    here = _stages[-1]
    store = here.reset(people_known=script.people_known)
    world = World(script.page_size)
    ground = Ground(world, store, here.folder / "evidence", script.profile)
    player = Player(ground, outcome)
    try:
        player.play(script.steps)
        outcome.faults += player.end()
    except UnsettledError as error:
        outcome.faults.append(Fault("wrong", str(error)))
    except Exception as error:  # noqa: BLE001 - whatever it is, the engine let it through
        outcome.faults.append(Fault("wrong", f"{type(error).__name__}: {error}"))
    outcome.reached = world.done
    outcome.end = _end_of(ground)
    return outcome


def _end_of(ground: Ground) -> str:
    """One digest of everything that both sides hold in the end."""
    system = ground.world.system
    with ground.store.read() as places:
        told = (places.ledger.root(), system.operations, system.jobs, system.documents, ground.world.done)
    return sha256(repr(told).encode()).hexdigest()


class Player:
    """Plays steps on a ground, also in the middle of another step."""

    def __init__(self, ground: Ground, outcome: Outcome) -> None:
        self.ground, self.world, self.outcome = ground, ground.world, outcome
        self.world.noted = self._noted
        self.daemons = {name: Daemon(name, ground, self.play) for name in ("A", "B")}
        self._steps: dict[type[Step], Callable[[Any], None]] = {
            Wait: lambda step: self._wait(step.seconds),
            Issue: self.world.issue,
            Deed: self._deed,
            Turn: lambda step: self.daemons[step.daemon].turn(step),
            Outage: self._outage,
            Skew: self._skew,
            Echo: lambda step: self.world.tell_again(step.seed),
        }

    def play(self, steps: tuple[Step, ...]) -> None:
        """One after the other."""
        for step in steps:
            self.outcome.steps += 1
            self._steps[type(step)](step)

    def end(self) -> Iterator[Fault]:
        """Heal everything, settle on polls alone, compare; then the nightly comparison, and compare again.

        The nightly comparison costs as much as the rest, so it is left out of most runs in which nothing
        happened behind anybody's back.
        """
        self._heal()
        daemon = self.daemons["A"]
        daemon.start()
        assert daemon.site is not None
        if not self.outcome.script.people_known:
            run_pass(daemon.site, PEOPLE)
        yield from self._answer(daemon.site)
        self._settle(daemon.site)
        found = list(check_shown(self.ground, compared=False))
        if self.world.silent or self.outcome.script.seed % 8 == 0:
            run_reconcile(daemon.site)
            found += self._answer(daemon.site)
            self._settle(daemon.site)
            found += check_shown(self.ground, compared=True)
        found += check_ledger(self.ground)
        yield from dict.fromkeys(found)
        if self.outcome.script.seed % 8 == 0 and not (checked := verify_ledger(self.ground.store)).ok:
            yield Fault("wrong", f"the ledger does not verify: {checked}")

    def _answer(self, site: Site) -> Iterator[Fault]:
        """A person looks at what waits for approval, and knows what people did themselves."""
        with self.ground.store.read() as places:
            plans = places.plans.find("memory")
        for plan in plans:
            self.world.count("sealed plans")
            yield from check_plan(self.ground, plan)
            apply_plan(site, plan.digest, "Hà Thị Lan")
        with self.ground.store.read() as places:
            if places.plans.find("memory"):
                yield Fault("wrong", "a plan that was approved waits again")
            self.world.count("holds", len(places.holds.open("memory")))

    def _size(self) -> tuple[int, int]:
        with self.ground.store.read() as places:
            return len(self.world.system.operations), places.ledger.size()

    def _heal(self) -> None:
        for daemon in self.daemons.values():
            daemon.die()
            daemon.skew = timedelta()
        self.world.outage = False
        self.world.system.clock += timedelta(hours=3)

    def _settle(self, site: Site) -> None:
        """Poll until nothing is written and nothing waits; what was put off is due when its time comes.

        So the last pass is always one that changes neither side: a second run finds nothing (F02).
        """
        for _ in range(MOST_PASSES):
            before = self._size()
            run_pass(site, PAPERS)
            with self.ground.store.read() as places:
                waiting = [*places.outbox.find("memory", "pending"), *places.outbox.find("memory", "sending")]
            if not waiting and self._size() == before:
                return
            moments = [intent.not_before for intent in waiting if intent.not_before is not None]
            self._wait(
                max(0, *(int((at - self.world.system.clock).total_seconds()) for at in moments), 0) + 1
            )
            if waiting:
                run_tick(site)
        raise UnsettledError(f"still writing after {MOST_PASSES} passes: {before}, waiting {len(waiting)}")

    def _wait(self, seconds: int) -> None:
        for daemon in self.daemons.values():
            daemon.beat(seconds)
        self.world.system.clock += timedelta(seconds=seconds)

    def _deed(self, deed: Deed) -> None:
        self._wait(1)
        self.world.act(deed)

    def _noted(self, job: str) -> bool:
        with self.ground.store.read() as places:
            return bool(places.workitems.by_job("memory", [job]))

    def _outage(self, step: Outage) -> None:
        self.world.outage = step.begins
        self.world.count("outages" if step.begins else "outages ended")

    def _skew(self, step: Skew) -> None:
        self.daemons[step.daemon].skew = timedelta(seconds=step.seconds)
        self.world.count("clock jumps")
