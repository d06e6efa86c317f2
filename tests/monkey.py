"""`make monkey MINUTES=20`: real daemons killed at every durable step, and a store and a line that keep failing.

First every step of two beginnings, before and after it, on SQLite and on PostgreSQL, each on a copy of its beginning;
kinds of steps not yet tried come first, then the rest as far as the time goes. Then a whole province under load, whose
store goes away and whose daemon is killed every few seconds. The sandbox's operation log is the referee. The last line
says what was reached and what was lost or done twice; the exit code is 1 if anything was, or too little was tried.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.daemon_process import Outcome, daemon, free_port, outcome, play, waiting
from tests.killed_world import World, world
from tests.loopback_proxy import Proxy, proxy_to
from tests.postgres_server import Server, running
from tests.store_away import Away, store_that_goes_away

DATABASES = ("sqlite", "postgresql")
SIDES = ("before", "after")
#: Of the whole time: what the steps may take, and each of the two provinces.
STEPS_SHARE, LOAD_SHARE = 0.5, 0.25


@dataclass(slots=True)
class Told:
    """What the last line is made of."""

    points: int = 0
    tried: int = 0
    kills: int = 0
    restarts: int = 0
    operations: int = 0
    lost: int = 0
    twice: int = 0
    line: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def verdict(self, what: str, found: Outcome, expected: Outcome | None = None) -> None:
        """Count what the referee saw."""
        self.operations += sum(found.operations.values())
        self.lost += found.lost
        self.twice += len(found.twice)
        bad = found.lost or found.twice or found.waiting or not found.verified or found.tasks != found.created
        if bad or (expected is not None and found != expected):
            self.wrong.append(f"{what}: {found} instead of {expected}")

    def last_line(self) -> str:
        return (
            f"points {self.tried} of {self.points} · kinds {len(self.kinds)} · kills {self.kills} · "
            f"store restarts {self.restarts} · line faults {sum(self.line.values())} · "
            f"operations {self.operations} · lost {self.lost} · twice {self.twice}"
        )


@dataclass(frozen=True, slots=True)
class Point:
    """One durable step: of which beginning, its number, its kind, and where the process dies."""

    beginning: str
    step: int
    kind: str
    side: str
    database: str


class Beginnings:
    """Worlds at rest to begin from: nothing read yet, and read with people having acted since."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.folder, self.server, self.port = folder, server, free_port()
        self.ends: dict[str, Outcome] = {}
        self.steps: dict[str, list[str]] = {}
        for database in DATABASES:
            self._make(database)

    def _make(self, database: str) -> None:
        """The `acted` beginning, and once the ends of both and the steps that lead there."""
        name = f"begin-{database}"
        place = self.folder / name
        ledger = "" if database == "sqlite" else self.server.create(name)
        with world(place, ledger, port=self.port) as beside:
            steps = beside.count_steps()
            self.steps.setdefault("fresh", steps)
            self.ends.setdefault("fresh", beside.outcome())
            play(beside.sandbox, "issue-one")
            play(beside.sandbox, "first-days")
        with self.lent("acted", database) as beside:
            self.steps.setdefault("acted", beside.count_steps())
            self.ends.setdefault("acted", beside.outcome())

    @contextmanager
    def lent(self, beginning: str, database: str) -> Iterator[World]:
        """A copy of a beginning, thrown away afterwards."""
        place, name = self.folder / "lent", "lent"
        if beginning == "acted":
            shutil.copytree(self.folder / f"begin-{database}", place)
            (place / "steps").unlink(missing_ok=True)
        ledger = ""
        if database == "postgresql":
            template = "begin-postgresql" if beginning == "acted" else "template0"
            ledger = self.server.create(name, template)
        try:
            with world(place, ledger, port=self.port) as beside:
                yield beside
        finally:
            shutil.rmtree(place)
            if ledger:
                self.server.drop(name)

    def points(self, chance: random.Random) -> list[Point]:
        """Every point, the first of each kind in front."""
        found = [
            Point(beginning, number, kind, side, database)
            for beginning, steps in self.steps.items()
            for number, kind in enumerate(steps, 1)
            for side in SIDES
            for database in DATABASES
        ]
        chance.shuffle(found)
        first: dict[tuple[str, ...], Point] = {}
        for point in found:
            first.setdefault((point.beginning, point.kind, point.side, point.database), point)
        return [*first.values(), *(point for point in found if point not in set(first.values()))]


def kill_at_every_step(told: Told, folder: Path, until: float, chance: random.Random) -> None:
    """Each point on a beginning of its own, as far as the time goes."""
    with running() as server:
        beginnings = Beginnings(folder, server)
        points = beginnings.points(chance)
        told.points = len(points)
        for point in points:
            if time.monotonic() > until:
                return
            with beginnings.lent(point.beginning, point.database) as beside:
                kind = beside.die(point.step, point.side)
                ended = beside.to_the_end()
                assert ended is None, beside.log_tail()
                told.verdict(str(point), beside.outcome(), beginnings.ends[point.beginning])
            told.tried += 1
            told.kills += bool(kind)
            told.kinds[kind or "the end came first"] += 1


@dataclass(slots=True)
class Load:
    """A whole province whose daemon, store and line are troubled."""

    told: Told
    beside: World
    away: Away
    line: Proxy
    database: str
    chance: random.Random

    def run(self, until: float) -> None:
        """Trouble until the time is over; then everything is left alone and must come to rest."""
        seed = 1
        self.line.share = 0.004
        while time.monotonic() < until:
            with daemon(self.beside.config) as process:
                for _ in range(self.chance.randint(1, 3)):
                    time.sleep(self.chance.uniform(4, 12))
                    self._trouble_store()
                    seed += 1
                    play(self.beside.sandbox, "issue-one", seed)
                ended = process.poll()
                assert ended in {None, 3}, self.beside.log_tail()
                process.kill()
                process.wait(10)
                self.told.kills += 1
        self.line.share = 0.0
        self.told.line.update(self.line.hits)
        self._come_to_rest()

    def _trouble_store(self) -> None:
        self.away(
            self.chance.uniform(0, 2) if self.database == "postgresql" else self.chance.choice([0.5, 2, 5.5])
        )
        self.told.restarts += 1

    def _come_to_rest(self) -> None:
        """Writes that were put off wait up to half an hour by their schedule; an administrator need not."""
        log = self.beside.config.parent / "tdcd.log"
        begin = log.stat().st_size
        end = time.monotonic() + 600
        with daemon(self.beside.config) as process:
            while time.monotonic() < end and not self.beside.idle(begin):
                time.sleep(1)
            assert process.poll() is None, self.beside.log_tail()
        if waiting(self.beside.ledger):
            self.told.wrong.append(f"{self.database}: writes still wait after ten minutes")
        self.told.verdict(f"load on {self.database}", outcome(self.beside.sandbox, self.beside.ledger))


def load_a_province(told: Told, folder: Path, database: str, seconds: float, chance: random.Random) -> None:
    """One province on one database."""
    folder.mkdir()
    with (
        store_that_goes_away(database, folder) as (ledger, away),
        world(folder / "world", ledger, dataset="province") as beside,
        proxy_to(int(beside.sandbox.url.rpartition(":")[2]), seed=chance.randrange(1_000)) as line,
    ):
        beside.behind(line.port, patient=True)
        Load(told, beside, away, line, database, chance).run(time.monotonic() + seconds)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(arguments: Sequence[str]) -> int:
    """The command line; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.monkey", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    told, chance, seconds = Told(), random.Random(given.seed), 60 * given.minutes
    with tempfile.TemporaryDirectory(prefix="tdcd-monkey-") as name:
        folder = Path(name)
        kill_at_every_step(told, folder, time.monotonic() + STEPS_SHARE * seconds, chance)
        for kind, count in sorted(told.kinds.items()):
            _say(f"{count:5} {kind}")
        for database in DATABASES:
            load_a_province(told, folder / f"load-{database}", database, LOAD_SHARE * seconds, chance)
            _say(f"{database}: {told.last_line()}")
    for sentence in told.wrong:
        _say(f"WRONG {sentence}")
    few = len(told.kinds) < 15 or told.kills < given.minutes or told.restarts < given.minutes
    _say(told.last_line() + (" · too little was tried" if few else ""))
    return int(bool(told.wrong) or few)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (AssertionError, subprocess.SubprocessError) as problem:
        _say(f"WRONG {problem}")
        sys.exit(1)
