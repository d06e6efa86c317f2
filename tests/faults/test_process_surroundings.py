"""The real daemon while its surroundings fail: the store goes away under load, the line to the sandbox breaks.

The daemon itself lives on: nobody has to start it again after its database server was.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.daemon_process import Outcome, created, daemon, play, until
from tests.killed_world import World, world
from tests.loopback_proxy import KINDS, proxy_to
from tests.store_away import store_that_goes_away

#: Longer than a writer waits for a lock, and in the middle of the first writes.
LOCKED, RESTARTING = 5.5, 0.5


def _rests(beside: World, seconds: float = 60) -> bool:
    """The daemon found nothing to do; `True` once it did."""
    return bool(until(lambda: beside.idle(0), seconds))


def _verdict(found: Outcome) -> None:
    assert not found.twice
    assert (found.lost, found.waiting, found.verified) == (0, 0, True), found
    assert found.tasks == found.created > 0


@pytest.mark.covers("F38")
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_the_store_goes_away_under_load_and_the_daemon_goes_on(database: str, tmp_path: Path) -> None:
    with (
        store_that_goes_away(database, tmp_path) as (ledger, away),
        world(tmp_path / "world", ledger) as beside,
        daemon(beside.config) as process,
    ):
        assert until(lambda: created(beside.sandbox), 60), beside.log_tail()
        away(LOCKED if database == "sqlite" else RESTARTING)
        play(beside.sandbox, "issue-one", 2)
        away(RESTARTING)
        play(beside.sandbox, "first-days")
        away(RESTARTING)
        told = until(lambda: len(created(beside.sandbox)) >= 9, 60)
        assert told, beside.log_tail()
        assert _rests(beside), beside.log_tail()
        assert process.poll() is None
        process.terminate()
        assert process.wait(40) == 0
        found = beside.outcome()
    _verdict(found)
    assert found.tasks == 9


@pytest.mark.covers("F04", "F27", "F28", "F29")
def test_a_line_that_breaks_in_every_way_neither_loses_nor_doubles(tmp_path: Path) -> None:
    with world(tmp_path / "world") as beside:
        port = int(beside.sandbox.url.rpartition(":")[2])
        with proxy_to(port) as line:
            beside.behind(line.port)
            line.plan = ["", *KINDS]
            assert beside.to_the_end() is None
            play(beside.sandbox, "issue-one")
            # Log-in, lists and documents go well; then it breaks from the first write on.
            line.plan = [""] * 12 + list(reversed(KINDS))
            assert beside.to_the_end() is None
            assert set(line.hits) == set(KINDS)
        found = beside.outcome()
    _verdict(found)
    assert found.tasks == 9
