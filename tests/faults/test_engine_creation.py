"""A work item that is there before the engine knows it: what happens to it, and to its table, meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from connector.memory import MemoryConnector
from connector.memory_system import Trouble
from connector.port import Write, WriteReceipt
from store.engine import Store
from sync.flow import run_pass
from tests.engine_arena import FINANCE, FINANCE_HEAD, HOME, OFFICER, Arena, CrashError, day, row


@dataclass(slots=True)
class _Dying:
    """The connector of a process that dies as soon as it has sent its first write."""

    inner: MemoryConnector

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def apply(self, write: Write) -> WriteReceipt:
        self.inner.apply(write)
        raise CrashError


def _created_and_dead(store: Store, folder: Path) -> Arena:
    """A work item is there, and the process died before it noted so."""
    arena = Arena(store, folder)
    arena.issue(row(1, "Rà soát nợ thuế", "Sở Tài chính", day(arena.system.clock, 20)))
    arena.site.connector = cast("Any", _Dying(MemoryConnector(arena.system, "memory")))
    with pytest.raises(CrashError):
        run_pass(arena.site)
    arena.site = arena.open(store)
    return arena


@pytest.mark.covers("F01", "F04")
def test_what_people_do_with_a_work_item_that_was_not_noted_yet_is_kept(store: Store, tmp_path: Path) -> None:
    arena = _created_and_dead(store, tmp_path)
    arena.move(minutes=1)
    (job,) = arena.system.jobs
    arena.system.act(job, FINANCE_HEAD, "31", "Xong", attachments={"ket-qua.txt": b"x"})
    arena.settle()
    assert list(arena.states().values()) == ["Đã thực hiện"]
    assert any("Biên nhận" in action.comment for action in arena.system.job(job).actions)


@pytest.mark.covers("F01", "F04")
def test_what_was_read_before_counts_in_the_pass_that_notes_the_work_item(
    store: Store, tmp_path: Path
) -> None:
    arena = _created_and_dead(store, tmp_path)
    arena.move(minutes=1)
    (job,) = arena.system.jobs
    arena.system.act(job, FINANCE_HEAD, "31", "Xong", attachments={"ket-qua.txt": b"x"})
    run_pass(arena.site)
    assert list(arena.states().values()) == ["Đã thực hiện"]
    assert not any(action.comment == "Chưa thực hiện" for action in arena.system.job(job).actions)


@pytest.mark.covers("F04")
def test_a_lead_that_changes_before_the_work_item_was_noted_makes_no_second_one(
    store: Store, tmp_path: Path
) -> None:
    arena = _created_and_dead(store, tmp_path)
    _given_to(arena, "Sở Nội vụ")
    arena.settle()
    (job,) = arena.system.jobs.values()
    assert job.lines[0].unit_id == FINANCE
    with store.read() as places:
        (held,) = places.holds.open("memory")
        (task,) = places.tasks.find("memory")
    assert held.scope == f"task:{task.key}"
    assert "Sở Nội vụ" in held.reason


def test_a_lead_that_changes_before_anything_was_sent_gets_the_only_work_item(
    store: Store, tmp_path: Path
) -> None:
    arena = Arena(store, tmp_path)
    arena.issue(row(1, "Rà soát nợ thuế", "Sở Tài chính", day(arena.system.clock, 20)))
    for lead in ("Sở Nội vụ", "Sở Y tế", "Sở Tài chính", "Sở Nội vụ"):
        arena.system.trouble_writing.extend([Trouble.AWAY])
        run_pass(arena.site)
        arena.move(hours=1)
        _given_to(arena, lead)
    arena.move(hours=12)
    arena.settle()
    (job,) = arena.system.jobs.values()
    assert job.lines[0].unit_id == HOME
    with store.read() as places:
        assert not places.holds.open("memory")
        assert places.outbox.counts("memory") == {"confirmed": 1, "superseded": 4}


def test_what_was_recalled_before_it_was_sent_is_given_to_nobody(store: Store, tmp_path: Path) -> None:
    arena = Arena(store, tmp_path)
    arena.issue(row(1, "Rà soát nợ thuế", "Sở Tài chính", day(arena.system.clock, 20)))
    arena.system.trouble_writing.extend([Trouble.AWAY])
    run_pass(arena.site)
    _recalled(arena)
    assert arena.system.jobs == {}


@pytest.mark.covers("F04")
def test_what_was_recalled_after_it_was_sent_is_shown_as_recalled(store: Store, tmp_path: Path) -> None:
    arena = _created_and_dead(store, tmp_path)
    _recalled(arena)
    assert list(arena.shown().values()) == ["Thu hồi"]


def _recalled(arena: Arena) -> None:
    (document,) = arena.system.documents
    arena.system.recall(document, OFFICER)
    arena.move(hours=12)
    arena.settle()
    assert list(arena.states().values()) == ["Thu hồi"]


def test_a_table_that_names_the_first_unit_again_leaves_nobody_anything_to_do(
    store: Store, tmp_path: Path
) -> None:
    arena = Arena(store, tmp_path)
    arena.issue(row(1, "Rà soát nợ thuế", "Sở Tài chính", day(arena.system.clock, 20)))
    arena.settle()
    for lead, held in (("Sở Nội vụ", 1), ("Sở Y tế", 1), ("Sở Tài chính", 0)):
        arena.move(hours=1)
        _given_to(arena, lead)
        arena.settle()
        with store.read() as places:
            assert len(places.holds.open("memory")) == held


def _given_to(arena: Arena, lead: str) -> None:
    (document,) = arena.system.documents
    due = next(iter(arena.system.documents.values())).rows[0].deadline
    arena.system.change_document(document, rows=(row(1, "Rà soát nợ thuế", lead, due),))
    arena.system.say_on_document(document, OFFICER, "Đã sửa bảng phân công")
