"""Days that no task can have, and results older than their directive: one record is set aside, the rest goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from connector.memory_system import ZONE
from store.engine import Store
from sync.flow import run_pass
from tests.engine_arena import FINANCE_HEAD, OFFICER, Arena, day, row


@pytest.fixture
def arena(store: Store, tmp_path: Path) -> Arena:
    made = Arena(store, tmp_path)
    due = day(made.system.clock, 10)
    made.issue(row(1, "Trồng rừng", "Sở Tài chính", due), row(2, "Thu thuế", "Sở Tài chính", due))
    made.settle()
    return made


def _acted(at: datetime) -> Callable[[Arena, str], object]:
    def act(arena: Arena, job: str) -> None:
        arena.system.act(job, FINANCE_HEAD, "31", "Xong")
        *before, last = arena.system.job(job).actions
        arena.system.jobs[job] = replace(arena.system.job(job), actions=(*before, replace(last, at=at)))

    return act


def _extended(due: date) -> Callable[[Arena, str], object]:
    return lambda arena, job: arena.system.rewrite(job, OFFICER, due=due)


@pytest.mark.covers("F25", "F39")
@pytest.mark.parametrize(
    "odd",
    [
        _acted(datetime(1, 1, 1, tzinfo=ZONE)),
        _acted(datetime.max.replace(tzinfo=UTC)),
        _extended(date.min),
        _extended(date.max),
    ],
    ids=["first moment", "last moment", "due on the first day", "due on the last day"],
)
def test_a_day_that_no_task_can_have_sets_its_record_aside_and_no_other(
    arena: Arena, odd: Callable[[Arena, str], object]
) -> None:
    odd(arena, arena.job_of("Trồng rừng"))
    arena.system.act(arena.job_of("Thu thuế"), FINANCE_HEAD, "31", "Xong", attachments={"a.txt": b"x"})
    arena.move(hours=1)
    for _ in range(2):
        run_pass(arena.site)
    with arena.store.read() as places:
        (letter,) = places.dead_letters.open("memory")
        (done,) = places.tasks.find("memory", text="Đã thực hiện")
    assert "no task can have the day" in letter.error
    assert done.content == "Thu thuế"


@pytest.mark.covers("F25")
def test_a_result_that_is_older_than_the_day_of_its_directive_gets_its_receipt(arena: Arena) -> None:
    tomorrow = arena.system.clock.date() + timedelta(days=1)
    rows = row(1, "Sửa đường", "Sở Tài chính", day(arena.system.clock, 10))
    arena.issue(rows, number="13/CT-UBND", issued_on=tomorrow)
    arena.settle()
    arena.move(hours=1)
    arena.system.act(arena.job_of("Sửa đường"), FINANCE_HEAD, "31", "Xong", attachments={"a.txt": b"x"})
    arena.settle()
    (receipt,) = [
        one.comment
        for one in arena.system.job(arena.job_of("Sửa đường")).actions
        if "Biên nhận" in one.comment
    ]
    assert "đúng hạn" in receipt
    assert arena.shown()["Sửa đường"] == "Đã thực hiện"
