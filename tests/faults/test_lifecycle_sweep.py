"""Every minute what a dead owner left is taken up once, what is long over is forgotten, whoever dies meanwhile.

Excludes intents marked `sending`, whose effect is looked for by the stage itself (`test_engine_crashes`).
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from errors import RetryLater, StopService
from store.engine import Store
from store.outbox import Intent
from store.webhooks import Heard
from sync.duties import Duty, Rhythm
from sync.sweep import Carried, sweep
from tests.engine_arena import CrashError, CrashingStore

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def order(store: Store, *, taken: bool = True) -> int:
    with store.begin() as places:
        number = places.signals.order("sync", {"site": "s"}, NOW)
        if taken:
            places.signals.take(NOW, "s")
    return number


def state(store: Store, number: int) -> str:
    with store.read() as places:
        return places.signals.get(number).state


@pytest.mark.covers("F36")
def test_an_orphaned_order_is_taken_up_and_a_carried_one_left_alone(store: Store) -> None:
    orphan, carried = order(store), order(store)
    assert sweep(store, NOW, Carried({carried}), ["s"]).put_back == 1
    assert (state(store, orphan), state(store, carried)) == ("new", "running")
    with store.begin() as places:
        taken = places.signals.take(NOW, "s")
        assert taken is not None
        assert taken.id == orphan
        assert places.signals.take(NOW, "s") is None
        places.signals.finish(orphan, True, {}, NOW)
    assert sweep(store, NOW, Carried(), ["s"]).put_back == 1
    assert (state(store, orphan), state(store, carried)) == ("done", "new")


@pytest.mark.covers("F37")
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", [1, 2])
def test_a_sweep_that_dies_is_made_good_by_the_next(store: Store, step: int, after: bool) -> None:
    orphan = order(store)
    with pytest.raises(CrashError):
        sweep(CrashingStore(store, step, after), NOW, Carried(), ["s"])  # type: ignore[arg-type]
    sweep(store, NOW, Carried(), ["s"])
    assert state(store, orphan) == "new"


@pytest.mark.covers("F47", "F36")
def test_two_sweeps_at_once_and_an_order_that_ended_meanwhile_still_end_well(store: Store) -> None:
    orphans = [order(store) for _ in range(20)]
    found: list[int] = []
    start = threading.Barrier(3)

    def work() -> None:
        start.wait(timeout=10)
        found.append(sweep(store, NOW, Carried(), ["s"]).put_back)

    def end() -> None:
        start.wait(timeout=10)
        with store.begin() as places:
            places.signals.finish(orphans[3], True, {}, NOW)

    threads = [threading.Thread(target=one) for one in (work, work, end)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert state(store, orphans[3]) == "done"
    assert sum(found) in {19, 20}
    assert {state(store, number) for number in orphans if number != orphans[3]} == {"new"}


@pytest.mark.covers("F19")
def test_what_is_older_than_thirty_days_is_forgotten_and_nothing_else(store: Store) -> None:
    old, new, waiting = (order(store, taken=False) for _ in range(3))
    month = timedelta(days=30)
    with store.begin() as places:
        places.signals.finish(old, True, {}, NOW - month - timedelta(seconds=1))
        places.signals.finish(new, False, {}, NOW - month)
        heard = [
            Heard("s", name, b"d" * 32, NOW - month - age) for name, age in (("a", month), ("b", -month))
        ]
        places.webhooks.keep(heard)
    swept = sweep(store, NOW, Carried(), ["s"])
    assert (swept.orders_dropped, swept.webhooks_forgotten) == (1, 1)
    with store.read() as places:
        assert [signal.id for signal in places.signals.latest()] == [waiting, new]
        assert set(places.webhooks.known("s", ["a", "b"])) == {"b"}


def test_sites_with_a_write_in_doubt_are_named(store: Store) -> None:
    with store.begin() as places:
        (one,) = places.outbox.add([Intent("s", "l", "set_status", "e", b"{}", created_at=NOW)])
        places.outbox.start(one.id or 0)
    assert sweep(store, NOW, Carried(), ["s", "t"]).doubtful == ("s",)


@pytest.mark.covers("F37")
def test_a_duty_goes_on_after_any_fault_but_not_with_a_failed_disk() -> None:
    faults: list[BaseException] = [
        RetryLater("full"),
        ValueError("a fault of ours"),
        StopService("the disk failed"),
    ]
    done = threading.Event()

    def act() -> None:
        if len(faults) == 1:
            done.set()
        raise faults.pop(0)

    duty = Duty("test", 0.001, act)
    duty.start()
    duty.join(timeout=10)
    assert done.is_set()
    assert faults == []
    assert isinstance(duty.failure, StopService)


@pytest.mark.covers("F39")
def test_a_rhythm_goes_by_steady_seconds_and_does_not_make_up_for_missed_beats() -> None:
    rhythm = Rhythm({"people": 300, "poll": 20})
    assert rhythm.due(100.0) == ["people", "poll"]
    assert rhythm.due(119.9) == []
    assert rhythm.due(120.0) == ["poll"]
    assert rhythm.due(1000.0) == ["people", "poll"]
    assert rhythm.due(1000.1) == []
