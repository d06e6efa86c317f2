"""The real daemon, killed by SIGKILL at durable steps, beside the real sandbox; on both databases.

Here it dies at a few steps, one after another on one ledger, while replies are lost. `make monkey` tries every step
on a beginning of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.daemon_process import Outcome, ask, play, run
from tests.killed_world import World, ends_as, world

#: Of some fifty steps in the first run and sixty in the second, other ones on each database.
DEATHS = {
    "sqlite": ((9, "before"), (17, "after")),
    "postgresql": ((5, "after"), (20, "before")),
}
LATER = (25, "before")


def _people(beside: World) -> None:
    play(beside.sandbox, "issue-one")
    play(beside.sandbox, "first-days")


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Outcome, Outcome]]:
    """What a daemon brings about that nobody kills: at the beginning, and after people acted."""
    with world(tmp_path_factory.mktemp("whole") / "world") as whole:
        assert whole.to_the_end() is None
        first = whole.outcome()
        _people(whole)
        assert whole.to_the_end() is None
        yield first, whole.outcome()


@pytest.mark.covers("F01", "F02", "F04", "F46")
def test_killed_at_durable_steps_the_end_is_the_same(
    store_url: str, tmp_path: Path, uninterrupted: tuple[Outcome, Outcome]
) -> None:
    with world(tmp_path / "world", store_url) as beside:
        beside.sandbox.fault("drop_reply", "createjob", times=2)
        file = store_url.startswith("sqlite")
        died = [beside.die(*death) for death in DEATHS["sqlite" if file else "postgresql"]]
        assert beside.to_the_end() is None
        ends_as(beside, uninterrupted[0])
        if file:
            _people(beside)
            died.append(beside.die(*LATER))
            assert beside.to_the_end() is None
            ends_as(beside, uninterrupted[1])
        assert all(died), died
        assert run(beside.config, "ledger", "verify").returncode == 0
        operations = len(beside.sandbox.operations())
        assert ask(beside.config, "reconcile")["drift_found"] == 0
        assert len(beside.sandbox.operations()) == operations
