"""Eight versions of one table, one after the other: one set of tasks with the right histories.

Includes: corrections, a row put in, rows moved, a new lead, a row dropped and put back, a row that
cannot be read for a while. Excludes how rows are matched (tests/unit/test_mappings_amendment.py).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from connector.records import AssignmentCells
from store.engine import Store
from tests.engine_arena import OFFICER, Arena, day, row

TAXES = "Rà soát các khoản nợ thuế kéo dài"
STAFF = "Sắp xếp đội ngũ sau hợp nhất"
FLOODS = "Tổng hợp thiệt hại do lũ đầu mùa"


@pytest.fixture
def arena(store: Store, tmp_path: Path) -> Arena:
    return Arena(store, tmp_path)


def show(arena: Arena, document: str, *rows: AssignmentCells) -> None:
    arena.move(hours=2)
    arena.system.change_document(document, rows=rows)
    arena.system.say_on_document(document, OFFICER, "Đính chính bảng phân công")
    arena.settle()


def by_content(arena: Arena) -> dict[str, str]:
    with arena.store.read() as places:
        return {task.content: task.key for task in places.tasks.find("memory")}


def held(arena: Arena) -> list[str]:
    with arena.store.read() as places:
        return [hold.scope for hold in places.holds.open("memory")]


@pytest.mark.covers("HC-09", "LC-17", "LC-21")
def test_eight_versions_leave_one_set_of_tasks_with_the_right_histories(arena: Arena) -> None:
    clock = arena.system.clock
    soon, later = day(clock, 20), day(clock, 40)
    taxes, staff = row(1, TAXES, "Sở Tài chính", soon), row(2, STAFF, "Sở Nội vụ", soon)
    document = arena.issue(taxes, staff)
    arena.settle()
    first = by_content(arena)

    show(arena, document, taxes, staff)
    assert arena.kinds().count("task_corrected") == 0

    show(arena, document, row(1, TAXES, "Sở Tài chính", later), staff)
    assert arena.kinds().count("task_corrected") == 1

    floods = row(1, FLOODS, "Sở Y tế", soon)
    moved = (floods, row(2, TAXES, "Sở Tài chính", later), row(3, STAFF, "Sở Nội vụ", soon))
    show(arena, document, *moved)
    after = by_content(arena)
    assert {content: after[content] for content in first} == first
    assert arena.kinds().count("task_corrected") == 1

    show(arena, document, floods, row(2, f"{TAXES}, báo cáo", "Sở Tài chính", later), moved[2])
    assert by_content(arena)[f"{TAXES}, báo cáo"] == first[TAXES]

    show(arena, document, floods, row(2, TAXES, "Sở Tài chính", later))
    assert held(arena) == [f"directive:{document}"]
    assert STAFF in by_content(arena)

    show(arena, document, *moved)
    assert held(arena) == []

    show(arena, document, floods, moved[1], row(3, STAFF, "Sở Nội vụ", "khi nào xong thì báo cáo lại sau"))
    assert held(arena) == []

    show(arena, document, *moved)
    assert by_content(arena) == after
    assert len(arena.system.jobs) == 3
    assert arena.kinds().count("task_assigned") == 3
