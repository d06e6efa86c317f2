"""Nobody is called late by hours of which the work items were not read: also where the reading has to begin anew.

Excludes a system that is away in the middle of its life (`tests/flow/test_engine.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.errors import ListingUnreadable
from connector.memory import MemoryConnector
from connector.memory_system import Trouble
from connector.port import Known, Page, Stream
from store.engine import Store
from sync.epochs import epoch_accepted
from sync.flow import run_pass, run_tick
from tests.engine_arena import FINANCE_HEAD, Arena, day, row

NAME = "Rà soát nợ thuế"
#: Which hour counts is the same on both databases.
SQLITE = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


class _BreaksInTheMiddle(MemoryConnector):
    """The list of what people did breaks after a page that moves the cursor, and only there."""

    def changes(self, stream: Stream, cursor: str | None, known: Known) -> Iterator[Page]:
        yield from super().changes(stream, cursor, known)
        if stream is Stream.ACTIVITY:
            raise ListingUnreadable("The line broke.")


@SQLITE
@pytest.mark.covers("F16", "F24")
def test_a_source_that_is_read_anew_and_is_away_makes_nobody_late(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arena = Arena(store, tmp_path)
    arena.issue(row(1, NAME, "Sở Tài chính", day(arena.system.clock, 1)))
    arena.settle()
    before = arena.states()
    monkeypatch.setattr("sync.epochs.passed", lambda _site, _brake: True)
    assert epoch_accepted(arena.site)
    arena.system.act(arena.job_of(NAME), FINANCE_HEAD, "31", "Xong", attachments={"a.txt": b"x"})
    arena.move(days=5)
    arena.system.trouble_reading.extend([Trouble.AWAY] * 40)
    assert run_pass(arena.site).away
    run_tick(arena.site)
    assert arena.states() == before
    arena.system.trouble_reading.clear()
    arena.settle()
    assert arena.shown() == {NAME: "Đã thực hiện"}


@SQLITE
@pytest.mark.covers("F24")
def test_a_first_reading_that_never_ends_makes_nobody_late(store: Store, tmp_path: Path) -> None:
    arena = Arena(store, tmp_path)
    arena.site.connector = _BreaksInTheMiddle(arena.system, "memory")
    arena.issue(row(1, NAME, "Sở Tài chính", day(arena.system.clock, 1)))
    for _ in range(3):
        run_pass(arena.site)
    assert arena.states()
    before = arena.states()
    arena.move(days=5)
    run_pass(arena.site)
    run_tick(arena.site)
    assert arena.states() == before
    assert not any("quá hạn" in text for text in before.values())
    arena.site.connector = MemoryConnector(arena.system, "memory")
    arena.settle()
    assert arena.shown()[NAME] == "Chưa thực hiện quá hạn"
