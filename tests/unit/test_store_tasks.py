"""The projection of tasks: opening, saving, which of them are due to be decided, and the look-ups.

Excludes how a task is decided.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from store.engine import Store
from store.tasks import TaskRow

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def task(key: str, directive: str = "VB1", **given: object) -> TaskRow:
    row = TaskRow(key, "songlam", directive, "1/CT", "II.1", "Rà soát", "H1", "Sở A", "song-lam", "2026-01")
    return replace(row, **given)  # type: ignore[arg-type]


def test_a_task_is_opened_once_and_waits_to_be_decided(store: Store) -> None:
    with store.begin() as places:
        places.tasks.open([task("T1"), task("T2")])
        assert set(places.tasks.take_due("songlam", NOW, 9)) == {"T1", "T2"}
        places.tasks.save([task("T1", text="Đang thực hiện", family="working")])
        places.tasks.open([task("T1"), task("T3")])
        assert places.tasks.get(["T1"])["T1"].text == "Đang thực hiện"
        assert set(places.tasks.take_due("songlam", NOW, 9)) == {"T2", "T3"}
        assert places.tasks.take_due("khac", NOW, 9) == []


def test_a_task_comes_back_as_it_was_saved(store: Store) -> None:
    full = task(
        "T1",
        text="Đang thực hiện quá hạn",
        second_text="Chậm 3 ngày",
        family="working",
        lateness="late",
        rule="R-12",
        due=datetime(2026, 11, 20, 17, 0, tzinfo=ZONE),
        next_change_at=datetime(2026, 12, 1, 0, 0, 0, 5, tzinfo=ZONE),
        closed=True,
    )
    with store.begin() as places:
        places.tasks.save([task("T1"), task("T2", due=NOW)])
        places.tasks.save([full])
    with store.read() as places:
        found = places.tasks.get(["T1", "T2", "T9"])
    assert found == {"T1": full, "T2": task("T2", due=NOW)}
    assert found["T1"].due is not None
    assert found["T1"].due.tzinfo is UTC


def test_time_alone_makes_a_task_due_unless_it_is_closed(store: Store) -> None:
    with store.begin() as places:
        places.tasks.save(
            [
                task("LATER", next_change_at=NOW + timedelta(seconds=1)),
                task("SECOND", next_change_at=NOW),
                task("FIRST", next_change_at=NOW - timedelta(days=3)),
                task("CLOSED", next_change_at=NOW - timedelta(days=9), closed=True),
                task("NEVER"),
            ]
        )
        assert places.tasks.take_due("songlam", NOW, 9) == ["FIRST", "SECOND"]
        assert places.tasks.take_due("songlam", NOW, 1) == ["FIRST"]
        places.tasks.touch(["CLOSED", "SECOND"])
        assert set(places.tasks.take_due("songlam", NOW, 2)) == {"CLOSED", "SECOND"}
        assert places.tasks.take_due("songlam", NOW, 9)[2:] == ["FIRST"]


def test_look_ups(store: Store) -> None:
    with store.begin() as places:
        places.tasks.save(
            [
                task("T2", text="Chờ xác nhận", family="waiting"),
                task("T1", text="Chờ xác nhận", family="waiting", lead="H2"),
                task("T3", "VB2", text="Đã hoàn thành", family="done"),
                task("K1", "VB1", site="khac", text="Chờ xác nhận"),
            ]
        )
        find = places.tasks.find
        assert [row.key for row in find("songlam")] == ["T1", "T2", "T3"]
        assert [row.key for row in find(text="Chờ xác nhận")] == ["K1", "T1", "T2"]
        assert [row.key for row in find("songlam", family="waiting", lead="H2")] == ["T1"]
        assert [row.key for row in find("songlam", directive="VB2")] == ["T3"]
        assert [row.key for row in find("songlam", limit=2)] == ["T1", "T2"]
        of = places.tasks.of_directives("songlam", ["VB1", "VB2", "VB3"])
        assert of == {"VB1": ["T1", "T2"], "VB2": ["T3"], "VB3": []}
        assert places.tasks.counts("songlam") == {"Chờ xác nhận": 2, "Đã hoàn thành": 1}
        assert places.tasks.counts() == {"Chờ xác nhận": 3, "Đã hoàn thành": 1}
        places.tasks.clear("songlam")
        assert [row.key for row in find()] == ["K1"]


def test_a_text_of_two_fields_is_counted_and_found_as_it_is_shown(store: Store) -> None:
    with store.begin() as places:
        places.tasks.save(
            [
                task("T1", text="đang thực hiện", second_text="quá hạn", family="working"),
                task("T2", text="đang thực hiện", second_text="trong hạn", family="working"),
                task("T3", text="thu hồi", family="ended"),
            ]
        )
        assert places.tasks.counts("songlam") == {
            "đang thực hiện - quá hạn": 1,
            "đang thực hiện - trong hạn": 1,
            "thu hồi": 1,
        }
        find = places.tasks.find
        assert [row.key for row in find(text="đang thực hiện - quá hạn")] == ["T1"]
        assert [row.key for row in find(text="đang thực hiện")] == ["T1", "T2"]
        assert find(text="quá hạn") == []


def test_marked_tasks_are_taken_in_one_order_on_every_database(store: Store) -> None:
    with store.begin() as places:
        places.tasks.open([task("T3"), task("T1"), task("T9", "VB0"), task("T2")])
        assert places.tasks.take_due("songlam", NOW, 3) == ["T9", "T1", "T2"]
        assert places.tasks.take_due("songlam", NOW, 9) == ["T9", "T1", "T2", "T3"]


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with store.begin() as places, pytest.raises(ValueError, match="next_change_at"):
        places.tasks.save([task("T1", next_change_at=datetime(2026, 1, 1))])


def test_a_tick_reads_an_index_and_not_every_task(store: Store) -> None:
    with store.begin() as places:
        sql = places.tasks._sql
        if sql.postgresql:
            sql.connection.execute(text("SET LOCAL enable_seqscan = off"))
        explain = "EXPLAIN " if sql.postgresql else "EXPLAIN QUERY PLAN "
        dirty = "dirty" if sql.postgresql else "dirty = 1"
        open_ = "NOT closed" if sql.postgresql else "closed = 0"
        for where, index in (
            (dirty, "ix_task_dirty"),
            (f"{open_} AND next_change_at <= '2026-11-21 00:00:00'", "ix_task_waiting"),
        ):
            plan = sql.connection.exec_driver_sql(
                f"{explain}SELECT key FROM task WHERE site = 's' AND {where}"
            ).all()
            assert index in str(plan)
