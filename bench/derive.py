"""What states cost: folding and deriving N tasks of five events each, on one core.

`python -m bench.derive TASKS` prints tasks a second, in CPU time, for deriving alone and with folding, and the
memory that held tasks need. Histories are made in blocks that are thrown away, so that N is no question of memory.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson

from bench.directives import UNITS, WORK
from bench.measure import peak_mib, resident_mib
from config.profile_files import load_calendar, load_profiles
from sync.opening import calm_collector
from tracking import events as e
from tracking.calendar import WorkingCalendar
from tracking.folding import fold
from tracking.profile import Profile
from tracking.status import derive
from tracking.task import Task

BLOCK = 10_000
AS_OF = datetime(2026, 3, 20, 3, 0, tzinfo=UTC)
FIRST = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
EVENTS = 5

#: What happens after the assignment, by the hour; each line makes a history of five events.
LIVES: tuple[tuple[tuple[type[e.Event], int], ...], ...] = (
    ((e.TaskReceived, 5), (e.ProgressReported, 60), (e.ResultSubmitted, 300), (e.ResultApproved, 340)),
    ((e.TaskReceived, 5), (e.ProgressReported, 60), (e.ProgressReported, 230), (e.ProgressReported, 400)),
    ((e.TaskReceived, 9), (e.ResultSubmitted, 200), (e.ResultRejected, 260), (e.ResultSubmitted, 300)),
    ((e.ProgressReported, 30), (e.ExtensionAsked, 300), (e.ExtensionGranted, 320), (e.ProgressReported, 400)),
    ((e.TaskReceived, 5), (e.TaskReturned, 20), (e.TaskReassigned, 40), (e.TaskReceived, 50)),
    ((e.TaskReceived, 5), (e.ProgressReported, 60), (e.DifficultyReported, 200), (e.TaskEnded, 300)),
)


def _more(kind: type[e.Event], number: int, due: date) -> dict[str, Any]:
    if kind is e.ResultSubmitted:
        return {"evidence": ("a" * 64,)}
    if kind is e.ExtensionGranted:
        return {"due": e.Due(due + timedelta(days=20))}
    if kind is e.TaskReassigned:
        return {"lead": f"U{number % 7}", "lead_name": UNITS[number % 7]}
    return {}


def history(number: int, profile: Profile) -> list[e.Event]:
    """The events of the task with this number; the same each time."""
    task, given = f"TD-{number:010d}", FIRST + timedelta(hours=number % 1500)
    due = (given + timedelta(days=5 + number % 60)).date()
    assigned = e.TaskAssigned(
        task=task, key="row", occurred_at=given, site="bench", directive=str(number // 3), number="1/CT-UBND",
        subject="Bench", issued_on=given.date(), content=WORK[number % len(WORK)], lead=f"U{number % 10}",
        lead_name=UNITS[number % 10], profile=profile.id, profile_version=profile.version, due=e.Due(due),
    )  # fmt: skip
    return [
        assigned,
        *(
            kind(
                task=task,
                key=f"a{hour}",
                occurred_at=given + timedelta(hours=hour),
                **_more(kind, number, due),
            )
            for kind, hour in LIVES[number % len(LIVES)]
        ),
    ]


def _blocks(tasks: int, profile: Profile) -> Iterator[list[list[e.Event]]]:
    for start in range(0, tasks, BLOCK):
        yield [history(number, profile) for number in range(start, min(start + BLOCK, tasks))]


def _pass(tasks: int, profile: Profile, calendar: WorkingCalendar) -> tuple[float, float]:
    """CPU seconds of folding and of deriving `tasks` tasks."""
    folding = deriving = 0.0
    for block in _blocks(tasks, profile):
        begun = time.process_time()
        folded = [fold(events) for events in block]
        between = time.process_time()
        for task in folded:
            derive(task, profile, calendar, AS_OF)
        deriving += time.process_time() - between
        folding += between - begun
    return folding, deriving


def _held(profile: Profile, tasks: int = 50_000) -> float:
    """Bytes of memory for each folded task that is held, its events included."""
    before = resident_mib()
    held: list[Task] = [fold(history(number, profile)) for number in range(tasks)]
    return (resident_mib() - before) * 2**20 / len(held)


def run(tasks: int) -> dict[str, Any]:
    """The figures; every regulation at hand takes its turn on a tenth, the first one on all."""
    calm_collector()
    calendar, profiles = load_calendar(), load_profiles().files
    main = profiles["laocai"]
    _pass(BLOCK, main, calendar)  # years of the calendar and the rulebook are worked out once, before
    start_mib = resident_mib()
    folding, deriving = _pass(tasks, main, calendar)
    peak = peak_mib()
    by_profile = {
        name: _pass(max(tasks // 10, 1), profile, calendar)[1] for name, profile in profiles.items()
    }
    return {
        "tasks": tasks,
        "events_each": EVENTS,
        "derive_per_second": round(tasks / deriving),
        "fold_per_second": round(tasks / folding),
        "fold_and_derive_per_second": round(tasks / (folding + deriving)),
        "derive_per_second_by_profile": {
            name: round(max(tasks // 10, 1) / seconds) for name, seconds in by_profile.items()
        },
        "start_mib": round(start_mib),
        "peak_mib": round(peak),
        "bytes_per_held_task": round(_held(main)),
    }


if __name__ == "__main__":
    print(orjson.dumps(run(int(sys.argv[1]))).decode())
