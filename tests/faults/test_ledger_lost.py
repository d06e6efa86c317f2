"""A ledger that knows nothing beside a document system that knows us: nothing is given a second time (F34)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from connector.memory import MemoryConnector
from connector.memory_system import Trouble
from connector.port import Write, WriteReceipt
from mappings.words import tracking_code
from store.engine import Store, open_store
from sync.flow import run_pass
from sync.holding import release
from sync.lost_ledger import LOOK_FOR, looks_first
from tests.engine_arena import FINANCE, FINANCE_HEAD, Arena, day, row


@dataclass(slots=True)
class _Counting:
    """Counts what is asked of the connector, by the name of the call."""

    inner: MemoryConnector
    calls: Counter[str]

    def __getattr__(self, name: str) -> Any:
        self.calls[name] += 1
        return getattr(self.inner, name)

    def apply(self, write: Write) -> WriteReceipt:
        self.calls["apply"] += 1
        return self.inner.apply(write)


def _empty(tmp_path: Path) -> Store:
    return open_store(f"sqlite:///{tmp_path / 'another.db'}")


def _worked(store: Store, folder: Path) -> Arena:
    """A task whose result was handed in, all written back."""
    arena = Arena(store, folder)
    arena.issue(row(1, "Rà soát nợ thuế", "Sở Tài chính", day(arena.system.clock, 20)))
    arena.settle()
    arena.system.act(
        arena.job_of("Rà soát nợ thuế"), FINANCE_HEAD, "31", "Xong", attachments={"kq.txt": b"x"}
    )
    arena.move(minutes=5)
    arena.settle()
    return arena


@pytest.mark.covers("F34")
def test_an_empty_ledger_beside_tracked_work_reads_and_writes_nothing(store: Store, tmp_path: Path) -> None:
    arena = _worked(store, tmp_path)
    before = arena.system.effects()
    empty = _empty(tmp_path)
    done = run_pass(arena.open(empty))
    assert "sổ bị mất" in done.held
    with empty.read() as places:
        (held,) = places.holds.open("memory")
        assert held.scope == "site:ledger"
        assert not places.tasks.counts("memory")
    assert arena.system.effects() == before
    empty.close()


@pytest.mark.covers("F34")
def test_released_without_a_backup_it_adopts_what_is_there_once(store: Store, tmp_path: Path) -> None:
    arena = _worked(store, tmp_path)
    before, said = arena.system.effects(), len(arena.system.job(arena.job_of("Rà soát nợ thuế")).actions)
    empty = _empty(tmp_path)
    site = arena.open(empty)
    run_pass(site)
    with empty.begin() as places:
        release(places, "memory", "site:ledger", arena.system.clock, "Hà Thị Lan")
    arena.settle(site)
    (job,) = arena.system.jobs.values()
    assert len(job.actions) == said
    assert arena.system.effects().keys() == before.keys()
    with empty.read() as places:
        (task,) = places.tasks.find("memory")
        assert (task.key, task.text) == (tracking_code(job.content), "Đã thực hiện")
        assert looks_first(places, "memory", arena.system.clock)
        assert not looks_first(places, "memory", arena.system.clock + LOOK_FOR)
    empty.close()


def test_work_that_people_gave_by_hand_holds_nothing(store: Store, tmp_path: Path) -> None:
    arena = Arena(store, tmp_path)
    arena.issue(row(1, "Rà soát nợ thuế", "Sở Tài chính", day(arena.system.clock, 20)))
    own_user = arena.site.connector.own_user
    arena.system.give(own_user, "Chuẩn bị phòng họp", "Mã theo dõi: xem sổ công văn", FINANCE)
    arena.settle()
    assert len(arena.system.jobs) == 2
    with store.read() as places:
        assert not places.holds.open("memory")
        assert not looks_first(places, "memory", arena.system.clock)


def test_it_is_asked_once_and_again_while_the_source_is_away(store: Store, tmp_path: Path) -> None:
    arena = Arena(store, tmp_path)
    arena.issue(row(1, "Rà soát nợ thuế", "Sở Tài chính", day(arena.system.clock, 20)))
    arena.system.trouble_reading.extend([Trouble.AWAY])
    assert run_pass(arena.site).away
    assert not arena.system.jobs
    arena.settle()
    calls: Counter[str] = Counter()
    arena.site.connector = cast("Any", _Counting(MemoryConnector(arena.system, "memory"), calls))
    run_pass(arena.site)
    # The lists of units and accounts, and nothing of work given before.
    assert calls["listing"] == 2


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("Nội dung: rà soát\nMã theo dõi: TD-0A1B2C3D4E", "TD-0A1B2C3D4E"),
        ("Mã theo dõi:TD-0A1B2C3D4E và thêm", "TD-0A1B2C3D4E"),
        ("Mã theo dõi: TD-0A1B2", ""),
        ("Ghi chú TD-0A1B2C3D4E", ""),
        ("", ""),
    ],
)
def test_only_the_line_of_a_tracker_is_a_tracking_code(content: str, code: str) -> None:
    assert tracking_code(content) == code
