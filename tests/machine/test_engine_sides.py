"""Random days of both sides with failing calls, rows whose versions cannot be trusted, and a side that takes no writes.

At the end both sides are the same, or a hold or dead letter says what is not and why. The oracle is the document
system itself: what people see on each work item is what the ledger says of its task.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from connector.memory import MemoryConnector
from connector.memory_system import Trouble
from connector.port import Known, Page, Stream, Write, WriteReceipt
from connector.records import Kind
from errors import SkipRecord
from store.engine import open_store
from store.tasks import TaskRow
from store.verify import verify_ledger
from sync.flow import run_pass, run_reconcile
from sync.replaying import replay
from tests.engine_arena import FINANCE_HEAD, HOME_HEAD, OFFICER, Arena, day, row
from tests.store_fixtures import Lender

PEOPLE = ("progress", "hand-in", "approve", "reject", "ask", "grant", "edit", "recall")
TROUBLES = ("away", "request-lost", "reply-lost", "away-reading", "flaky", "read-only")
ACTS = ("issue", "move", "pass", "pass", "reconcile", *PEOPLE, *TROUBLES)
HEADS = {"Sở Tài chính": FINANCE_HEAD, "Sở Nội vụ": HOME_HEAD}


class Moody(MemoryConnector):
    """The twin, with listing rows whose versions are missing or new each time, and without the right to write."""

    flaky = read_only = False
    asked = 0

    def changes(self, stream: Stream, cursor: str | None, known: Known) -> Iterator[Page]:
        return super().changes(stream, cursor, self._doubting(known))

    def listing(self, stream: Stream, known: Known) -> Iterator[Page]:
        return super().listing(stream, self._doubting(known))

    def apply(self, write: Write) -> WriteReceipt:
        if self.read_only:
            raise SkipRecord("The account may not write here.")
        return super().apply(write)

    def _doubting(self, known: Known) -> Known:
        def asked(kind: Kind, rows: Sequence[tuple[str, str]]) -> Collection[str]:
            self.asked += 1
            return known(
                kind,
                rows if not self.flaky else [(one, self._mark(place)) for place, (one, _) in enumerate(rows)],
            )

        return asked

    def _mark(self, place: int) -> str:
        return "" if place % 2 else f"new {self.asked}"


class Days:
    """One history: acts by name, and what is true whenever one is over."""

    def __init__(self, url: str, folder: Path, reached: Counter[str]) -> None:
        self.arena = Arena(open_store(url), folder)
        self.connector = self.arena.site.connector = Moody(self.arena.system, "memory")
        self.reached, self.made = reached, 0

    def act(self, what: str, pick: int) -> None:
        self.reached[what] += 1
        if what in PEOPLE:
            self._people(what, pick)
        else:
            getattr(self, f"_{what.replace('-', '_')}")(pick)

    def _people(self, what: str, pick: int) -> None:
        jobs = sorted(self.arena.system.jobs)
        if not jobs:
            return
        system, job = self.arena.system, jobs[pick % len(jobs)]
        unit = system.jobs[job].lines[0].unit_id
        head = FINANCE_HEAD if unit == "11" else HOME_HEAD
        files = {"bao-cao.docx": b"PK %d" % pick}
        acts: dict[str, Callable[[], object]] = {
            "progress": lambda: system.act(job, head, "2", "Đang làm"),
            "hand-in": lambda: system.act(job, head, "31", "Xong", attachments=files),
            "approve": lambda: system.judge(job, OFFICER, "1", "Đạt"),
            "reject": lambda: system.judge(job, OFFICER, "2", "Chưa đạt"),
            "ask": lambda: system.act(job, head, "32", f"đến ngày {day(system.clock, 30)}: chờ số liệu"),
            "grant": lambda: system.rewrite(job, OFFICER, due=system.clock.date()),
            "edit": lambda: system.rewrite(job, OFFICER, name=f"Đổi tên {pick}"),
            "recall": lambda: system.recall(max(system.documents, key=int), OFFICER),
        }
        acts[what]()

    def _issue(self, pick: int) -> None:
        clock = self.arena.system.clock
        unit = list(HEADS)[pick % 2]
        self.arena.issue(
            row(1, f"Việc {self.made}", unit, day(clock, pick % 9 + 1)),
            row(2, f"Việc nữa {self.made}", "Sở Nội vụ", day(clock, 20), "Sở Y tế"),
            number=f"{self.made + 100}/CT-UBND",
        )
        self.made += 1

    def _move(self, pick: int) -> None:
        self.arena.move(hours=pick % 60)

    def _pass(self, pick: int) -> None:
        before = self._footprint() if self.connector.read_only else None
        run_pass(self.arena.site)
        if before is not None:
            assert self._footprint() == before
            self.reached["nothing written"] += 1

    def _reconcile(self, pick: int) -> None:
        if not self.arena.system.trouble_reading:
            run_reconcile(self.arena.site)

    def _away(self, pick: int) -> None:
        self.arena.system.trouble_writing.append(Trouble.AWAY)

    def _request_lost(self, pick: int) -> None:
        self.arena.system.trouble_writing.append(Trouble.REQUEST_LOST)

    def _reply_lost(self, pick: int) -> None:
        self.arena.system.trouble_writing.append(Trouble.REPLY_LOST)

    def _away_reading(self, pick: int) -> None:
        self.arena.system.trouble_reading.append(Trouble.AWAY)

    def _flaky(self, pick: int) -> None:
        self.connector.flaky = not self.connector.flaky

    def _read_only(self, pick: int) -> None:
        self.connector.read_only = not self.connector.read_only

    def _footprint(self) -> Any:
        system = self.arena.system
        return len(system.operations), dict(system.jobs), dict(system.documents), dict(system.files)

    def end(self) -> None:
        """All is well again: replay what was given up, let it settle, and compare both sides."""
        arena, site = self.arena, self.arena.site
        arena.system.trouble_reading.clear()
        arena.system.trouble_writing.clear()
        self.connector.flaky = self.connector.read_only = False
        for _ in range(30):
            done = run_pass(site)
            with arena.store.begin() as places:
                replay(places, site.name, site.now())
                waits = places.outbox.counts(site.name)
            if not done.writes and not waits.get("pending", 0) + waits.get("sending", 0):
                break
            arena.move(minutes=31)
        run_reconcile(site)
        self._compare()
        assert max(arena.system.effects().values(), default=1) == 1
        assert run_pass(arena.open(arena.store)).writes == 0
        assert verify_ledger(arena.store).ok
        arena.store.close()

    def _compare(self) -> None:
        with self.arena.store.read() as places:
            tasks = places.tasks.find("memory")
            items = places.workitems.by_task([task.key for task in tasks])
            stops = [hold.scope for hold in places.holds.open("memory")]
        if stops:
            self.reached["named stop"] += 1
            return
        for task in tasks:
            if task.key not in items:
                self._given_to_nobody(task)
                continue
            job = self.arena.system.jobs[items[task.key].job_id]
            assert job.lines[0].status_text == task.text, (task.content, self.arena.system.clock)
            self.reached["same"] += 1

    def _given_to_nobody(self, task: TaskRow) -> None:
        """A task without a work item was recalled before one was sent, and none is there."""
        assert task.closed, task
        assert not [job for job in self.arena.system.jobs.values() if task.key in job.content], task
        self.reached["given to nobody"] += 1


@contextmanager
def _database(kind: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        file = folder / "ledger.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
        return
    lender: Lender = request.getfixturevalue("postgres_lender")
    name = lender.lend()
    yield lender.server.url(name)
    lender.take_back(name)


@pytest.mark.covers("F03")
@pytest.mark.parametrize(("database", "examples"), [("sqlite", 12), ("postgresql", 3)])
def test_after_random_days_both_sides_are_the_same_or_a_stop_says_why(
    database: str, examples: int, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    reached: Counter[str] = Counter()
    folders = iter(range(10_000))

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 99)), min_size=20, max_size=30))
    def days(acts: list[tuple[str, int]]) -> None:
        folder = tmp_path / str(next(folders))
        folder.mkdir()
        with _database(database, request, folder) as url:
            history = Days(url, folder, reached)
            history.act("issue", 1)
            history.act("pass", 1)
            for what, pick in acts:
                history.act(what, pick)
            history.end()

    days()
    missed = [what for what in (*ACTS, "nothing written") if database == "sqlite" and reached[what] < 2]
    assert not missed, reached
    assert reached["same"] > 2 * examples, reached
    assert reached["named stop"] < examples / 2, reached
