"""One seed from its first step to the quiet end: play, heal everything, settle, compare with the oracle."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import structlog

from store.engine import Store, open_store
from store.verify import verify_ledger
from sync.flow import PAPERS, run_pass, run_reconcile, run_tick
from sync.site import Site
from tests.simulation.checking import Fault, check_ledger, check_shown
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


class UnsettledError(Exception):
    """The engine goes on writing although nothing happens any more."""


class Stage:
    """A ledger in memory that is put back to its beginning for every run; one for each process."""

    def __init__(self) -> None:
        memory = Path("/dev/shm")
        self.folder = Path(mkdtemp(prefix="tdcd-simulation-", dir=memory if memory.is_dir() else None))
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
        gc.set_threshold(100_000, 20, 20)
        open_store(self._url("bare.db")).close()
        shutil.copyfile(self.folder / "bare.db", self.folder / "ledger.db")
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

    def close(self) -> None:
        """Leave nothing behind."""
        self.store.close()
        shutil.rmtree(self.folder, ignore_errors=True)

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


@cache
def _stage_of(_process: int) -> Stage:
    return Stage()


@contextmanager
def stage() -> Iterator[Stage]:
    """The stage of this process; gone when the outermost user leaves."""
    yield _stage_of(os.getpid())


def run_seed(seed: int, *, fencing: bool = True) -> Outcome:
    """Play one seed."""
    return play(script_of(seed), fencing=fencing)


def play(script: Script, *, fencing: bool = True) -> Outcome:
    """Play a script to its end and judge it. An error that escapes the engine is a broken promise, too."""
    outcome = Outcome(script)
    here = _stage_of(os.getpid())
    store = here.reset(people_known=script.people_known)
    world = World(script.page_size)
    ground = Ground(world, store, here.folder / "evidence", script.profile, fencing=fencing)
    player = Player(ground, outcome)
    try:
        player.play(script.steps)
        outcome.faults += player.end()
    except UnsettledError as error:
        outcome.faults.append(Fault("wrong", str(error)))
    except (AssertionError, ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as error:
        outcome.faults.append(Fault("wrong", f"{type(error).__name__}: {error}"))
    outcome.reached = world.done
    return outcome


class Player:
    """Plays steps on a ground, also in the middle of another step."""

    def __init__(self, ground: Ground, outcome: Outcome) -> None:
        self.ground, self.world, self.outcome = ground, ground.world, outcome
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
        daemon.turn(Turn("A", "people"))
        assert daemon.site is not None
        self._settle(daemon.site)
        found = list(check_shown(self.ground, compared=False))
        if self.world.silent or self.outcome.script.seed % 8 == 0:
            run_reconcile(daemon.site)
            self._settle(daemon.site)
            found += check_shown(self.ground, compared=True)
        found += check_ledger(self.ground)
        yield from dict.fromkeys(found)
        if self.outcome.script.seed % 8 == 0 and not (checked := verify_ledger(self.ground.store)).ok:
            yield Fault("wrong", f"the ledger does not verify: {checked}")
        with self.ground.store.read() as places:
            self.world.done["holds"] = len(places.holds.open("memory"))

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

    def _outage(self, step: Outage) -> None:
        self.world.outage = step.begins
        self.world.count("outages" if step.begins else "outages ended")

    def _skew(self, step: Skew) -> None:
        self.daemons[step.daemon].skew = timedelta(seconds=step.seconds)
        self.world.count("clock jumps")
