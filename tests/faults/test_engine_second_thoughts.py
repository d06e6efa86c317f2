"""What was decided and not shown yet, and is not right any more when its turn comes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from connector.memory import MemoryConnector
from connector.memory_system import Trouble
from connector.port import SetStatus, Write, WriteReceipt
from store.engine import Store
from sync.flow import run_pass
from tests.engine_arena import OFFICER, Arena, CrashError, day, row

TAXES = "Rà soát nợ thuế"


@pytest.fixture
def arena(store: Store, tmp_path: Path) -> Arena:
    """One task that is about to be near its due date."""
    made = Arena(store, tmp_path)
    made.issue(row(1, TAXES, "Sở Tài chính", day(made.system.clock, 4)))
    made.settle()
    made.move(days=2)
    return made


@dataclass(slots=True)
class _Dying:
    """The connector of a process that dies as it sets a state, right before or right after it is there."""

    inner: MemoryConnector
    applied: bool

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def apply(self, write: Write) -> WriteReceipt:
        if isinstance(write, SetStatus) and not self.applied:
            raise CrashError
        receipt = self.inner.apply(write)
        if isinstance(write, SetStatus):
            raise CrashError
        return receipt


def _extended(arena: Arena) -> None:
    arena.system.rewrite(arena.job_of(TAXES), OFFICER, due=arena.system.clock.date() + timedelta(days=30))
    arena.move(hours=1)
    arena.settle()


@pytest.mark.covers("F04")
def test_a_state_that_was_not_sent_is_not_sent_when_an_extension_made_it_wrong(arena: Arena) -> None:
    arena.system.trouble_writing.append(Trouble.AWAY)
    run_pass(arena.site)
    assert list(arena.states().values()) == ["Chưa thực hiện đến hạn"]
    _extended(arena)
    assert arena.shown() == {TAXES: "Chưa thực hiện"}
    texts = [action.status_code for action in arena.system.job(arena.job_of(TAXES)).actions]
    assert not any(texts), "nobody ever saw it near its due date"


@pytest.mark.covers("F01", "F04")
@pytest.mark.parametrize("applied", [True, False])
def test_a_state_that_may_have_been_sent_is_followed_by_the_right_one(arena: Arena, applied: bool) -> None:
    arena.site.connector = cast("Any", _Dying(MemoryConnector(arena.system, "memory"), applied))
    with pytest.raises(CrashError):
        run_pass(arena.site)
    arena.site = arena.open(arena.store)
    assert arena.shown() == {TAXES: "Chưa thực hiện đến hạn" if applied else "Chưa thực hiện"}
    _extended(arena)
    assert arena.shown() == {TAXES: "Chưa thực hiện"}
    assert max(arena.system.effects().values()) == 1
