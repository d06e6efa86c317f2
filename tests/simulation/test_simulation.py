"""Two thousand lives of a small province: nothing lost, nothing twice, every state as the oracle has it.

A chunk of seeds takes several seconds; that is what this test is for. A seed that fails is made small and
printed with the command that plays it again. `make soak` plays as many as there is time for.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.simulation.run import run_seed, stage
from tests.simulation.script import script_of
from tests.simulation.shrinking import report
from tests.simulation.summary import PROPERTY
from tests.simulation.tally import ENOUGH, Tally

CHUNK = 25


@pytest.fixture(scope="module", autouse=True)
def _stage() -> Iterator[None]:
    with stage():
        yield


@pytest.mark.covers(
    "F01", "F02", "F04", "F06", "F07", "F10", "F17", "F18", "F24", "F35", "F39", "F44", "F45", "F46"
)
@pytest.mark.parametrize("first", range(0, ENOUGH, CHUNK))
def test_nothing_is_lost_nothing_is_twice_and_every_state_is_right(
    first: int, record_property: Callable[[str, object], None]
) -> None:
    tally, broken = Tally(), list[str]()
    for seed in range(first, first + CHUNK):
        outcome = run_seed(seed)
        tally.add(outcome)
        if outcome.faults:
            broken.append(report(outcome))
    record_property(PROPERTY, tally.as_plain())
    assert not broken, "\n\n".join(broken)


def test_a_seed_plays_the_same_run_again() -> None:
    for seed in (5, 16):
        first, other, second = run_seed(seed), run_seed(seed + 1), run_seed(seed)
        assert script_of(seed) == first.script == second.script
        assert (first.end, first.steps, first.reached) == (second.end, second.steps, second.reached)
        assert other.end != first.end


@pytest.mark.parametrize("hashing", ["1", "77"])
def test_a_seed_plays_the_same_run_in_another_process(hashing: str) -> None:
    """Also where sets and dictionaries of strings come in another order."""
    played = subprocess.run(
        [sys.executable, "-m", "tests.simulation", "--seed", "16"],
        env={**os.environ, "PYTHONHASHSEED": hashing},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run_seed(16).end in played.stdout
    assert played.stdout.splitlines()[-1].startswith("seeds 1 · steps ")
    assert played.returncode == 0
