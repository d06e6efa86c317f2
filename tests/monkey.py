"""`make monkey MINUTES=20`: real daemons killed at every durable step, and a store and a line that keep failing.

First every step of two beginnings, before and after it, on SQLite and on PostgreSQL, each on a copy of its beginning;
kinds of steps not yet tried come first, then the rest as far as the time goes. Then a whole province under load, whose
store goes away and whose daemon is killed every few seconds. The sandbox's operation log is the referee. The last line
says what was reached and what was lost or done twice; the exit code is 1 if anything was, or too little was tried.
"""

from __future__ import annotations

import argparse
import base64
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

from sandbox.roster import Roster
from sandbox.sheet import TableRow, assignment_sheet
from tests.daemon_process import Outcome, daemon, free_port, outcome, play, waiting
from tests.killed_world import World, world
from tests.loopback_proxy import Proxy, proxy_to
from tests.postgres_server import Server, running
from tests.store_away import Away, store_that_goes_away

DATABASES = ("sqlite", "postgresql")
SIDES = ("before", "after")
ROWS_EACH = 60
#: The second wait of a write is five minutes; after three of them a person would look.
REST_SECONDS = 900
#: Of the whole time, for the steps; each of the two provinces gets half of the rest.
STEPS_SHARE = 0.5


@dataclass(slots=True)
class Told:
    """What the last line is made of."""

    points: int = 0
    tried: int = 0
    kills: int = 0
    restarts: int = 0
    operations: int = 0
    tasks: int = 0
    lost: int = 0
    twice: int = 0
    line: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def verdict(self, what: str, found: Outcome, expected: Outcome | None = None) -> None:
        """Count what the referee saw."""
        self.operations += sum(found.operations.values())
        self.tasks += found.tasks
        self.lost += found.lost
        self.twice += len(found.twice)
        bad = found.lost or found.twice or found.waiting or not found.verified
        if bad or (expected is not None and found != expected):
            self.wrong.append(f"{what}: {found} instead of {expected}")

    def last_line(self) -> str:
        return (
            f"points {self.tried} of {self.points} · kinds {len(self.kinds)} · kills {self.kills} · "
            f"store restarts {self.restarts} · line faults {sum(self.line.values())} · "
            f"tasks {self.tasks} · operations {self.operations} · lost {self.lost} · twice {self.twice}"
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
        """Every point: one of each kind in front, then one of each kind on each side, database and beginning."""
        found = [
            Point(beginning, number, kind, side, database)
            for beginning, steps in self.steps.items()
            for number, kind in enumerate(steps, 1)
            for side in SIDES
            for database in DATABASES
        ]
        chance.shuffle(found)
        kinds = {point.kind: point for point in found}
        ways = {(point.beginning, point.kind, point.side, point.database): point for point in found}
        return list(dict.fromkeys([*kinds.values(), *ways.values(), *found]))


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
                    self._issue(seed)
                ended = process.poll()
                assert ended in {None, 3}, self.beside.log_tail()
                process.kill()
                process.wait(10)
                self.told.kills += 1
        self.line.share = 0.0
        self.told.line.update(self.line.hits)
        self._come_to_rest()

    def _issue(self, seed: int) -> None:
        """One more directive with many rows: some 5,000 tasks in twenty minutes (F38)."""
        with Roster(self.beside.sandbox.url) as roster:
            leads = [actors[0] for actors in roster.answering_units().values() if not actors[0].in_office]
            picked = self.chance.choices(leads, k=ROWS_EACH)
            rows = [
                TableRow(f"Việc {seed}.{place}", lead.unit_name, "31/12/2026")
                for place, lead in enumerate(picked)
            ]
            content = base64.b64encode(assignment_sheet(f"Đợt {seed}", rows)).decode()
            file = {"fileName": "Bảng phân công.xlsx", "fileData": content, "fileType": "", "fileSize": "1"}
            draft = {
                "summary": f"Chỉ thị đợt {seed}",
                "documentType": "Chỉ thị",
                "doMat": "Thường",
                "files": [file],
            }
            (document,) = roster.person(roster.office("specialist")[0]).post(
                "shared/integration/doc/create", [draft]
            )
            leader = roster.person(roster.office("leader")[0])
            leader.post("incommingdocument/promulgatedocument", {"docId": document})

    def _trouble_store(self) -> None:
        self.away(
            self.chance.uniform(0, 2) if self.database == "postgresql" else self.chance.choice([0.5, 2, 5.5])
        )
        self.told.restarts += 1

    def _come_to_rest(self) -> None:
        """Writes that were put off wait up to half an hour by their schedule; an administrator need not."""
        log = self.beside.config.parent / "tdcd.log"
        begin = log.stat().st_size
        end = time.monotonic() + REST_SECONDS
        with daemon(self.beside.config) as process:
            while time.monotonic() < end and not self.beside.idle(begin):
                time.sleep(1)
            assert process.poll() is None, self.beside.log_tail()
        if waiting(self.beside.ledger):
            self.told.wrong.append(f"{self.database}: writes still wait after a quarter of an hour")
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
    parser.add_argument("--steps-share", type=float, default=STEPS_SHARE, help="of the time, for the steps")
    given = parser.parse_args(arguments)
    told, chance, seconds = Told(), random.Random(given.seed), 60 * given.minutes
    with tempfile.TemporaryDirectory(prefix="tdcd-monkey-") as name:
        folder = Path(name)
        kill_at_every_step(told, folder, time.monotonic() + given.steps_share * seconds, chance)
        for kind, count in sorted(told.kinds.items()):
            _say(f"{count:5} {kind}")
        for database in DATABASES:
            load_a_province(
                told, folder / f"load-{database}", database, (1 - given.steps_share) / 2 * seconds, chance
            )
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
