"""Eight versions of one table, one after the other: one set of tasks with the right histories.

Includes: corrections, a row put in, rows moved, a new lead, a row dropped and put back, a row that
cannot be read for a while. Excludes how rows are matched (tests/unit/test_mappings_amendment.py).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from connector.records import AssignmentCells
from store.engine import Store
from sync.holding import release
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


#: Entries by which a version of the table changes a task.
OF_THE_TABLE = ("task_assigned", "task_corrected", "task_reassigned")


def histories(arena: Arena) -> dict[str, list[str]]:
    """What the versions did to each task, in order: kind, words, due day or lead as the entry tells them."""
    with arena.store.read() as places:
        tasks = {task.key: task.content for task in places.tasks.find("memory")}
        entries = places.ledger.history(list(tasks))
    found: dict[str, list[str]] = {}
    for key, content in tasks.items():
        told = [
            (entry.kind, orjson.loads(entry.body)) for entry in entries[key] if entry.kind in OF_THE_TABLE
        ]
        found[content] = [_told(kind, body) for kind, body in told]
    return found


def _told(kind: str, body: dict[str, Any]) -> str:
    day_of = (body.get("due") or {}).get("day", "")
    return {
        "task_assigned": f"assigned {body.get('lead_name')} {day_of}",
        "task_corrected": f"corrected “{body.get('content')}” {day_of}".rstrip(),
        "task_reassigned": f"reassigned {body.get('lead_name')}",
    }[kind]


def iso(written: str) -> str:
    """The due day in the entry of a date as drafters write it."""
    return datetime.strptime(written, "%d/%m/%Y").date().isoformat()


@pytest.mark.covers("HC-09", "LC-17", "LC-21")
def test_eight_versions_leave_one_set_of_tasks_with_the_right_histories(arena: Arena) -> None:
    clock = arena.system.clock
    soon, later = day(clock, 20), day(clock, 40)
    taxes, staff = row(1, TAXES, "Sở Tài chính", soon), row(2, STAFF, "Sở Nội vụ", soon)
    document = arena.issue(taxes, staff)
    arena.settle()
    first = by_content(arena)

    show(arena, document, taxes, staff)  # 2: nothing changed
    assert histories(arena)[TAXES] == [f"assigned Sở Tài chính {iso(soon)}"]

    show(arena, document, row(1, TAXES, "Sở Tài chính", later), staff)  # 3: a later day
    assert histories(arena)[TAXES][1:] == [f"corrected “{TAXES}” {iso(later)}"]

    floods = row(1, FLOODS, "Sở Y tế", soon)
    moved = (floods, row(2, TAXES, "Sở Tài chính", later), row(3, STAFF, "Sở Nội vụ", soon))
    show(arena, document, *moved)  # 4: a row put in, the others move
    after = by_content(arena)
    assert {content: after[content] for content in first} == first
    assert len(after) == 3

    reworded = row(2, f"{TAXES}, báo cáo", "Sở Tài chính", later)
    show(arena, document, floods, reworded, moved[2])  # 5: other words
    assert by_content(arena)[f"{TAXES}, báo cáo"] == first[TAXES]

    show(arena, document, floods, reworded)  # 6: a row is gone
    assert held(arena) == [f"directive:{document}"]
    assert STAFF in by_content(arena)

    given_on = row(1, FLOODS, "Sở Nội vụ", soon)
    show(arena, document, given_on, reworded, moved[2])  # 7: the row is back, another one has a new lead
    assert held(arena) == [f"task:{after[FLOODS]}"]

    unread = row(3, STAFF, "Sở Nội vụ", "khi nào xong thì báo cáo lại sau")
    show(arena, document, given_on, reworded, unread)  # 8: a row that cannot be read for now
    assert histories(arena) == {
        f"{TAXES}, báo cáo": [
            f"assigned Sở Tài chính {iso(soon)}",
            f"corrected “{TAXES}” {iso(later)}",
            f"corrected “{TAXES}, báo cáo”",
        ],
        STAFF: [f"assigned Sở Nội vụ {iso(soon)}"],
        FLOODS: [f"assigned Sở Y tế {iso(soon)}", "reassigned Sở Nội vụ"],
    }
    assert set(by_content(arena).values()) == set(after.values())
    assert len(arena.system.jobs) == 3


@pytest.mark.covers("LC-21")
def test_rows_that_a_person_has_let_go_are_asked_about_again_only_when_they_are_lost_anew(
    arena: Arena,
) -> None:
    soon = day(arena.system.clock, 20)
    taxes, staff, floods = (
        row(number, content, "Sở Tài chính", soon)
        for number, content in enumerate((TAXES, STAFF, FLOODS), start=1)
    )
    document = arena.issue(taxes, staff, floods)
    arena.settle()
    scope = f"directive:{document}"

    def let_go() -> None:
        with arena.store.begin() as places:
            release(places, "memory", scope, arena.system.clock, "Hà Thị Lan")

    show(arena, document, taxes)
    let_go()
    show(arena, document, taxes)
    assert held(arena) == [], "it was answered"
    show(arena, document, taxes, staff)
    assert held(arena) == [], "what is still gone was answered"
    show(arena, document, taxes)
    assert held(arena) == [scope], "a row that came back is lost anew"
    let_go()
    show(arena, document, staff)
    assert held(arena) == [scope], "another row"
    let_go()
    show(arena, document, taxes, staff, floods)
    show(arena, document, staff)
    assert held(arena) == [scope], "all were back"


def test_the_first_version_shown_again_corrects_back_and_makes_nothing_new(arena: Arena) -> None:
    soon, later = day(arena.system.clock, 20), day(arena.system.clock, 40)
    first, second = row(1, TAXES, "Sở Tài chính", soon), row(1, TAXES, "Sở Tài chính", later)
    document = arena.issue(first)
    arena.settle()
    for version in (second, first, second):
        show(arena, document, version)
    days = (iso(later), iso(soon), iso(later))
    corrected = [f"corrected “{TAXES}” {due}" for due in days]
    assert histories(arena) == {TAXES: [f"assigned Sở Tài chính {iso(soon)}", *corrected]}
    assert len(arena.system.jobs) == 1


@pytest.mark.covers("HC-09")
@pytest.mark.parametrize("granted_first", [True, False])
def test_a_mended_product_leaves_an_extension_as_it_was_granted(arena: Arena, granted_first: bool) -> None:
    soon, later = day(arena.system.clock, 5), arena.system.clock.date() + timedelta(days=25)
    document = arena.issue(row(1, TAXES, "Sở Tài chính", soon))
    arena.settle()
    mended = replace(row(1, TAXES, "Sở Tài chính", soon), product="Tờ trình")
    job = arena.job_of(TAXES)
    if granted_first:
        arena.system.rewrite(job, OFFICER, due=later)
        show(arena, document, mended)
    else:
        arena.system.change_document(document, rows=(mended,))
        arena.system.say_on_document(document, OFFICER, "Đính chính bảng phân công")
        arena.system.rewrite(job, OFFICER, due=later)
        arena.move(hours=1)
        arena.settle()
    assert arena.system.job(job).due == later
    assert "Sản phẩm: Tờ trình" in arena.system.job(job).content
