"""What a tick costs when the mere passing of time is looked at, beside N tasks standing still.

`python -m bench.tick TASKS FOLDER` fills a real SQLite ledger with N tasks whose next change lies ahead, and
prints the cost of a tick at a quiet instant, and of one at which DUE of them change.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson

from bench.connector import PageConnector
from bench.derive import AS_OF, history
from bench.measure import peak_mib
from config.profile_files import load_calendar, load_profiles
from config.settings import SiteSettings
from store.engine import Store, open_store
from store.evidence import EvidenceFiles
from store.tasks import TaskRow
from sync.decide_to_outbox import decide_to_outbox
from sync.opening import calm_collector
from sync.site import Site
from tracking.events import TaskAssigned
from tracking.folding import fold
from tracking.profile import Profile
from tracking.status import derive

BLOCK = 10_000
QUIET_TICKS = 200
DUE = 100
LATER = timedelta(days=3650)


def _row(number: int, profile: Profile, **decided: Any) -> TaskRow:
    given = history(number, profile)[0]
    assert isinstance(given, TaskAssigned)
    return TaskRow(
        key=given.task, site="bench", directive=given.directive, number=given.number, ordinal="1",
        content=given.content, lead=given.lead, lead_name=given.lead_name, profile=profile.id,
        profile_version=profile.version, **decided,
    )  # fmt: skip


def _fill(store: Store, tasks: int, profile: Profile) -> None:
    still = {"text": "Đang thực hiện", "family": "working", "lateness": "on_time", "rule": "LC-6"}
    for start in range(0, tasks, BLOCK):
        rows = [
            _row(n, profile, next_change_at=AS_OF + LATER, due=AS_OF + LATER, **still)
            for n in range(start, min(start + BLOCK, tasks))
        ]
        with store.begin() as places:
            places.tasks.save(rows)


def _add_due(site: Site, first: int, profile: Profile) -> None:
    """DUE tasks that were decided yesterday and have changed since; only the assignment has happened."""
    rows = []
    with site.store.begin() as places:
        for number in range(first, first + DUE):
            events = history(number, profile)[:1]
            places.ledger.append_events(events, AS_OF, site="bench")
            verdict = derive(fold(events), profile, site.calendar, AS_OF - LATER)
            rows.append(_row(number, profile, text=verdict.text, next_change_at=AS_OF - timedelta(hours=1)))
        places.tasks.save(rows)


def _timed(work: Callable[[], Any]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def run(tasks: int, folder: Path) -> dict[str, Any]:
    """Milliseconds of a quiet tick (median), and of one at which DUE tasks change."""
    calm_collector()
    profiles = load_profiles()
    profile = profiles.named("laocai")
    store = open_store(f"sqlite:///{folder}/ledger.db")
    _fill(store, tasks, profile)
    settings = SiteSettings(name="bench", url="http://127.0.0.1", username="tdcd", profile="laocai")
    site = Site(
        name="bench", settings=settings, store=store, files=EvidenceFiles(folder / "evidence"),
        connector=PageConnector(9), profiles=profiles, calendar=load_calendar(), now=lambda: AS_OF,
    )  # fmt: skip
    decide_to_outbox(site)
    quiet = [_timed(lambda: decide_to_outbox(site)) for _ in range(QUIET_TICKS)]
    _add_due(site, tasks, profile)
    wall, cpu = time.perf_counter(), time.process_time()
    decided = decide_to_outbox(site).tasks
    changed = time.perf_counter() - wall, time.process_time() - cpu
    if decided != DUE:
        raise SystemExit(f"{decided} tasks were decided, {DUE} were due")
    store.close()
    size = (folder / "ledger.db").stat().st_size
    return {
        "tasks": tasks,
        "quiet_tick_ms": round(statistics.median(wall for wall, _ in quiet) * 1000, 3),
        "quiet_tick_cpu_ms": round(statistics.fmean(cpu for _, cpu in quiet) * 1000, 3),
        "due": DUE,
        "due_tick_ms": round(changed[0] * 1000, 1),
        "due_tick_cpu_ms": round(changed[1] * 1000, 1),
        "database_mib": round(size / 2**20),
        "peak_mib": round(peak_mib()),
    }


if __name__ == "__main__":
    print(orjson.dumps(run(int(sys.argv[1]), Path(sys.argv[2]))).decode())
