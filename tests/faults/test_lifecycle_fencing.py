"""One owner of a ledger: a second is refused, a frozen one that thaws writes nothing, anywhere.

"Anywhere" is counted: after the takeover every unit of work and every call that writes is tried,
and the document system's operation log is the referee. Excludes the lease as rows (`test_store_leases`).
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connector.port import AttachFile, CommentDocument, CommentJob, CreateJob, SetStatus, UpdateJob
from errors import StopService
from store.engine import Store
from sync.fencing import NAME, Fence, FencedOff, FencedStore, this_run
from sync.flow import run_pass, run_reconcile, run_tick
from sync.stopping import Doors, Stopping, guarded
from tests.engine_arena import Arena, day, row

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


class Clock:
    """A calendar that a test sets."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at

    def go(self, **span: float) -> None:
        self.at += timedelta(**span)


def never(_seconds: float) -> bool:
    raise AssertionError("nobody was to be waited for")


def patient(clock: Clock) -> Callable[[float], bool]:
    def wait(_seconds: float) -> bool:
        clock.go(seconds=5)
        return False

    return wait


@pytest.mark.covers("F35")
def test_a_second_owner_is_refused_while_the_first_renews(store: Store) -> None:
    clock = Clock()
    first = Fence(store, clock, owner="elsewhere:1:100")
    assert first.take(never)

    def wait(_seconds: float) -> bool:
        clock.go(seconds=5)
        assert first.keep()
        return False

    with pytest.raises(StopService, match="already worked on by elsewhere"):
        Fence(store, clock, owner="here:2:200").take(wait)


@pytest.mark.covers("F35", "F36")
def test_a_dead_owner_elsewhere_is_waited_for_and_followed(store: Store) -> None:
    clock = Clock()
    gone, second = Fence(store, clock, owner="elsewhere:1:100"), Fence(store, clock, owner="here:2:200")
    assert gone.take(never)
    assert second.take(patient(clock))
    assert (gone.token, second.token) == (1, 2)


@pytest.mark.covers("F36", "F39")
def test_a_dead_owner_is_known_by_the_steady_clock_whatever_the_calendar_says(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, steady = Clock(), [0.0]
    gone = Fence(store, clock, owner="elsewhere:1:100")
    assert gone.take(never)
    clock.go(hours=-1)
    monkeypatch.setattr("sync.fencing.time.monotonic", lambda: steady[0])

    def wait(seconds: float) -> bool:
        steady[0] += seconds
        return False

    second = Fence(store, clock, owner="here:2:200")
    assert second.take(wait)
    assert 30 <= steady[0] < 32
    with store.begin() as places, pytest.raises(FencedOff):
        gone.check(places)


def test_told_to_stop_while_it_waits_it_gives_up(store: Store) -> None:
    clock = Clock()
    assert Fence(store, clock, owner="elsewhere:1:100").take(never)
    assert not Fence(store, clock, owner="here:2:200").take(lambda _seconds: True)


@pytest.mark.covers("F36")
def test_a_killed_process_of_this_machine_is_followed_at_once_also_under_its_own_pid(store: Store) -> None:
    host, clock = socket.gethostname(), Clock()
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    for owner in (f"{host}:{dead.pid}:7", f"{host}:{os.getpid()}:7", f"{host}:1:0"):
        fence = Fence(store, clock, owner=owner)
        assert fence.take(never)
        again = Fence(store, clock)
        assert again.take(never), owner
        assert again.token == (fence.token or 0) + 1
        again.give_back()


@pytest.mark.covers("F35")
def test_a_living_process_of_this_machine_is_refused_at_once(store: Store) -> None:
    clock = Clock()
    assert Fence(store, clock, owner=this_run()).take(never)
    with pytest.raises(StopService, match="already worked on"):
        Fence(store, clock, owner="here:2:200").take(never)


@pytest.mark.covers("F39", "F35")
@pytest.mark.parametrize("hours", [1, -1])
def test_a_jump_of_the_calendar_costs_the_owner_nothing(store: Store, hours: int) -> None:
    clock = Clock()
    fence = Fence(store, clock, owner="here:2:200")
    assert fence.take(never)
    fenced = FencedStore(store, fence)
    clock.go(hours=hours)
    for _ in range(3):
        assert fence.keep()
        with fenced.begin() as places:
            places.cursors.set("s", "documents", "on")
        fence.ask()
        clock.go(seconds=10)
    assert fence.lost == ""


@pytest.mark.covers("F35")
def test_frozen_and_followed_every_write_of_every_kind_is_refused(store: Store, tmp_path: Path) -> None:
    arena, clock = Arena(store, tmp_path), Clock()
    arena.issue(row(1, "Báo cáo kế hoạch", "Sở Tài chính", day(arena.system.clock, 5)))
    arena.settle()
    frozen = Fence(store, clock, owner="frozen:1:1")
    assert frozen.take(never)
    site = arena.open(FencedStore(store, frozen))
    site.connector = guarded(site.connector, frozen, Doors())
    run_pass(site)
    clock.go(seconds=31)
    assert Fence(store, clock, owner="other:2:2").take(never)
    operations, before = len(arena.system.operations), rows_of(store)
    arena.issue(row(1, "Việc mới", "Sở Nội vụ", day(arena.system.clock, 5)), number="13/CT-UBND")
    job = arena.job_of("Báo cáo kế hoạch")
    refused = 0
    for work in (run_pass, run_tick, run_reconcile):
        with pytest.raises(FencedOff):
            work(site)
        refused += 1
    picture = tmp_path / "file"
    picture.write_bytes(b"x")
    for write in (
        CreateJob("e1", "1", "n", "c", "m", "11"),
        UpdateJob("e2", job, "n", "c"),
        SetStatus("e3", job, "1", "Đang thực hiện"),
        CommentJob("e4", job, "1", "t", "m"),
        CommentDocument("e5", "1", "t", "m"),
        AttachFile("e6", "1", "f", picture, "0" * 64, "m", "m"),
    ):
        with pytest.raises(FencedOff):
            site.connector.apply(write)
        refused += 1
    for place in ("inbox", "ledger", "outbox", "cursors", "signals", "holds"):
        with pytest.raises(FencedOff), site.store.begin() as places:
            getattr(places, place)
        refused += 1
    assert refused == 15
    assert len(arena.system.operations) == operations
    assert rows_of(store) == before
    assert not frozen.keep()
    assert "taken over" in frozen.lost


@pytest.mark.covers("F35")
def test_what_the_thawed_owner_had_begun_is_finished_once_by_the_next(store: Store, tmp_path: Path) -> None:
    """Frozen between two writes of one batch: the rest is sent by the other, once each."""
    arena, clock = Arena(store, tmp_path), Clock()
    for number in range(4):
        arena.issue(
            row(1, f"Việc số {number}", "Sở Tài chính", day(arena.system.clock, 5)),
            number=f"{number}/CT-UBND",
        )
    frozen = Fence(store, clock, owner="frozen:1:1")
    assert frozen.take(never)
    site = arena.open(FencedStore(store, frozen))
    inner = site.connector
    taken: list[Any] = []

    class Freezing:
        def apply(self, write: object) -> object:
            if len(arena.system.operations) == 2 and not taken:
                clock.go(seconds=31)
                taken.append(Fence(store, clock, owner="other:2:2"))
                assert taken[0].take(never)
            return guard.apply(write)  # type: ignore[arg-type]

        def __getattr__(self, name: str) -> object:
            return getattr(guard, name)

    guard = guarded(inner, frozen, Doors())
    site.connector = Freezing()  # type: ignore[assignment]
    with pytest.raises(FencedOff):
        run_pass(site)
    assert len(arena.system.operations) == 2
    arena.settle(arena.open(FencedStore(store, taken[0])))
    created = [op for op in arena.system.operations if op.name == "CreateJob"]
    assert len(created) == len({op.effect_key for op in created}) == 4


@pytest.mark.covers("F42")
def test_closed_doors_let_nothing_in_and_then_nothing_out(store: Store, tmp_path: Path) -> None:
    arena, clock, doors = Arena(store, tmp_path), Clock(), Doors()
    arena.issue(row(1, "Báo cáo", "Sở Tài chính", day(arena.system.clock, 5)))
    fence = Fence(store, clock, owner="here:1:1")
    assert fence.take(never)
    site = arena.open(FencedStore(store, fence))
    site.connector = guarded(site.connector, fence, doors)
    remark = CommentDocument("e1", next(iter(arena.system.documents)), "lời", "lời")
    doors.stop_taking()
    with pytest.raises(Stopping):
        run_pass(site)
    assert site.connector.apply(remark).effect_key == "e1"
    doors.stop_sending()
    with pytest.raises(Stopping):
        site.connector.apply(remark)
    assert site.connector.requests_sent == 1
    arena.settle()
    assert len(arena.system.jobs) == 1


def rows_of(store: Store) -> tuple[int, str, dict[str, int]]:
    with store.read() as places:
        return places.ledger.size(), places.ledger.root(), places.outbox.counts("memory")


def test_the_lease_is_named_as_the_command_line_asks_for_it() -> None:
    assert NAME == "daemon"
