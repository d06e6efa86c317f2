"""Calendars that jump: due dates stand, no state turns by a jump, the daemon goes on.

Our clock jumps an hour, the document system's is ten minutes off. Excludes leases (`test_lifecycle_fencing`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from connector.memory import MemoryConnector
from connector.memory_system import MemorySystem, Trouble
from store.engine import Store
from sync.flow import run_pass, run_reconcile, run_tick
from sync.site import Site
from tests.engine_arena import Arena, day, row


class Skewed:
    """Our own clock, so far from the document system's."""

    def __init__(self, arena: Arena) -> None:
        self.arena = arena
        self.by = timedelta()

    def __call__(self) -> datetime:
        return self.arena.system.clock + self.by

    def site(self) -> Site:
        return replace(self.arena.site, now=self)


class TellingTime(MemoryConnector):
    """The twin's connector where answers carry the document system's clock."""

    def __init__(self, system: MemorySystem, skew: timedelta) -> None:
        super().__init__(system, "memory")
        self.skew_seconds = skew.total_seconds()


def dues(arena: Arena) -> dict[str, datetime | None]:
    with arena.store.read() as places:
        return {task.key: task.due for task in places.tasks.find("memory")}


def near_the_end(arena: Arena) -> None:
    """A task that is due today, half an hour before midnight."""
    arena.issue(row(1, "Báo cáo kế hoạch", "Sở Tài chính", day(arena.system.clock, 1)))
    arena.settle()
    midnight = (arena.system.clock + timedelta(days=2)).replace(hour=0, minute=0, second=0, microsecond=0)
    arena.system.clock = midnight - timedelta(minutes=30)
    arena.settle()


@pytest.mark.covers("F39")
@pytest.mark.parametrize("hours", [-1, 1])
def test_a_jump_of_an_hour_moves_no_due_date_and_turns_no_state(
    store: Store, tmp_path: Path, hours: int
) -> None:
    arena = Arena(store, tmp_path)
    near_the_end(arena)
    before = (dues(arena), arena.states(), arena.shown(), len(arena.system.operations))
    clock = Skewed(arena)
    site = clock.site()
    clock.by = timedelta(hours=hours)
    # Nothing can be read, so nothing is known of the time that the jump pretends has passed.
    arena.system.trouble_reading.extend([Trouble.AWAY] * 3)
    for work in (run_tick, run_pass, run_tick):
        work(site)
        assert (dues(arena), arena.states(), arena.shown(), len(arena.system.operations)) == before


@pytest.mark.covers("F39")
def test_a_jump_back_and_forth_takes_back_nothing_and_writes_nothing_twice(
    store: Store, tmp_path: Path
) -> None:
    arena = Arena(store, tmp_path)
    near_the_end(arena)
    arena.move(hours=1)
    arena.settle()
    overdue = arena.states()
    assert all("quá hạn" in text for text in overdue.values())
    clock = Skewed(arena)
    site, operations = clock.site(), len(arena.system.operations)
    for hours in (-1, 1, -1, 0):
        clock.by = timedelta(hours=hours)
        for work in (run_tick, run_pass, run_reconcile):
            work(site)
            assert arena.states() == overdue
    assert len(arena.system.operations) == operations


@pytest.mark.covers("F39")
@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_document_system_ten_minutes_off_is_read_completely_and_settles(
    store: Store, tmp_path: Path, minutes: int
) -> None:
    arena = Arena(store, tmp_path)
    clock = Skewed(arena)
    clock.by = timedelta(minutes=-minutes)
    site = clock.site()
    arena.issue(row(1, "Báo cáo kế hoạch", "Sở Tài chính", day(arena.system.clock, 3)))
    arena.settle(site)
    due = dues(arena)
    arena.issue(row(1, "Việc thứ hai", "Sở Nội vụ", day(arena.system.clock, 3)), number="13/CT-UBND")
    arena.move(minutes=1)
    arena.settle(site)
    assert len(arena.system.jobs) == 2
    assert dues(arena).items() >= due.items()
    assert len({task.date() for task in dues(arena).values() if task}) == 1


@pytest.mark.covers("F39")
def test_a_clock_that_runs_ahead_of_the_document_system_calls_nobody_late(
    store: Store, tmp_path: Path
) -> None:
    arena = Arena(store, tmp_path)
    near_the_end(arena)
    before = (arena.states(), arena.shown(), len(arena.system.operations))
    clock = Skewed(arena)
    site = clock.site()
    clock.by = timedelta(hours=1)
    # The document system tells its own time with every answer: half an hour is left there.
    site.connector = TellingTime(arena.system, timedelta(hours=-1))
    for work in (run_pass, run_tick, run_reconcile):
        work(site)
        assert (arena.states(), arena.shown(), len(arena.system.operations)) == before
    arena.move(hours=1)
    run_pass(site)
    assert all("quá hạn" in text for text in arena.states().values())
