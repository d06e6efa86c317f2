"""The simulation can fail: bugs that are planted in the engine are seen, each by its seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.simulation.checking import Fault
from tests.simulation.planted import (
    PLANTED,
    cursor_moved_early,
    late_decision_lost,
    lease_without_fencing,
    receipt_without_hash,
    retry_without_read_back,
)
from tests.simulation.run import run_seed, stage

#: So many seeds are tried before a bug counts as unseen.
TRIED = 120
Plant = Callable[[pytest.MonkeyPatch], None]


@pytest.fixture(scope="module", autouse=True)
def _stage() -> Iterator[None]:
    with stage():
        yield


def _seen(plant: Plant) -> tuple[int, list[Fault]]:
    """The first seed that sees a bug, and what it says."""
    for seed in range(PLANTED[plant], PLANTED[plant] + TRIED):
        with pytest.MonkeyPatch.context() as patch:
            plant(patch)
            if faults := run_seed(seed).faults:
                return seed, faults
    raise AssertionError(f"no seed from {PLANTED[plant]} on saw {plant.__name__}")


@pytest.mark.covers("F01", "F04", "F06", "F10", "F35")
@pytest.mark.parametrize(
    ("plant", "kinds", "word"),
    [
        (cursor_moved_early, {"lost", "wrong"}, ""),
        (receipt_without_hash, {"lost"}, "without the hash"),
        (retry_without_read_back, {"twice"}, ""),
        (late_decision_lost, {"lost", "wrong"}, ""),
        (lease_without_fencing, {"twice"}, "after its lease was taken over"),
    ],
)
def test_a_planted_bug_is_seen(plant: Plant, kinds: set[str], word: str) -> None:
    seed, faults = _seen(plant)
    assert any(fault.kind in kinds and word in fault.sentence for fault in faults), (seed, faults)
    assert not run_seed(seed).faults, "the same seed is quiet without the bug"
