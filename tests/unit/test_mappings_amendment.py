"""Matching a later version of a table with the tasks that are tracked.

Includes: moved, inserted, reworded, rows put in place of others, rows that cannot be read now, replay.
Excludes what becomes of the match (tests/flow/test_amendments.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.amendment import Tracked, amended
from mappings.assignment import Assignment, UnreadRow
from tests.tracking_histories import assigned
from tracking.events import TaskAssigned

ROADS = "Rà soát tiến độ các tuyến đường tránh lũ trên địa bàn"
SCHOOLS = "Kiểm tra cơ sở vật chất các trường trước năm học mới"
DEBTS = "Tổng hợp nợ đọng xây dựng cơ bản đến hết quý II"


def row(key: str, content: str, lead: str = "D01") -> TaskAssigned:
    return replace(assigned(), task=key, content=content, lead=lead)


def tracked(*rows: TaskAssigned) -> list[Tracked]:
    return [Tracked(each.task, each.content, each.lead) for each in rows]


def version(*rows: TaskAssigned, unread: Sequence[UnreadRow] = ()) -> Assignment:
    return Assignment(rows, (), (), unread=tuple(unread))


FIRST = (row("TD-1", ROADS), row("TD-2", SCHOOLS, "D02"), row("TD-3", DEBTS))


def test_the_same_version_changes_nothing() -> None:
    found = amended(tracked(*FIRST), version(*FIRST))
    assert [key for key, _ in found.same] == ["TD-1", "TD-2", "TD-3"]
    assert (found.new, found.gone) == ((), ())


def test_a_row_put_in_between_moves_the_others_and_is_the_only_new_one() -> None:
    new = "Báo cáo tình hình thiên tai tuần qua"
    moved = (row("TD-1", ROADS), row("TD-2", new), row("TD-3", SCHOOLS, "D02"), row("TD-4", DEBTS))
    found = amended(tracked(*FIRST), version(*moved))
    assert {key: one.content for key, one in found.same} == {"TD-1": ROADS, "TD-2": SCHOOLS, "TD-3": DEBTS}
    (only,) = found.new
    assert only.content == new
    assert only.task not in {"TD-1", "TD-2", "TD-3"}
    assert found.gone == ()


def test_a_new_row_keeps_its_own_key_when_the_version_is_read_again() -> None:
    moved = version(row("TD-1", "Báo cáo tình hình thiên tai"), row("TD-2", ROADS))
    first = amended(tracked(row("TD-1", ROADS)), moved)
    again = amended([*tracked(row("TD-1", ROADS)), *tracked(*first.new)], moved)
    assert (again.new, again.gone) == ((), ())
    assert {key for key, _ in again.same} == {"TD-1", first.new[0].task}


def test_a_mended_wording_at_the_same_place_is_the_same_task() -> None:
    found = amended(tracked(*FIRST), version(row("TD-1", f"{ROADS}, báo cáo UBND tỉnh"), *FIRST[1:]))
    assert [key for key, _ in found.same] == ["TD-1", "TD-2", "TD-3"]


def test_other_words_at_the_same_place_are_another_task_and_the_old_one_is_gone() -> None:
    found = amended(tracked(*FIRST), version(row("TD-1", "Tổ chức hội nghị xúc tiến đầu tư"), *FIRST[1:]))
    assert found.gone == ("TD-1",)
    assert [one.content for one in found.new] == ["Tổ chức hội nghị xúc tiến đầu tư"]
    assert found.new[0].task != "TD-1"


def test_a_new_lead_with_the_same_words_is_the_same_task() -> None:
    found = amended(tracked(*FIRST), version(row("TD-1", ROADS, "D09"), *FIRST[1:]))
    assert {key: one.lead for key, one in found.same}["TD-1"] == "D09"


def test_likeness_without_place_or_lead_decides_nothing() -> None:
    found = amended(tracked(row("TD-1", ROADS, "D01")), version(row("TD-7", f"{ROADS} tỉnh", "D02")))
    assert (found.same, found.gone) == ((), ("TD-1",))


def test_a_row_that_went_back_to_its_drafter_keeps_its_task() -> None:
    found = amended(tracked(*FIRST), version(*FIRST[:2], unread=[UnreadRow("TD-9", DEBTS)]))
    assert found.gone == ()


def test_an_ended_task_may_be_missing() -> None:
    ended = [*tracked(*FIRST[:2]), Tracked("TD-3", DEBTS, "D01", ended=True)]
    assert amended(ended, version(*FIRST[:2])).gone == ()


def test_equal_rows_are_matched_one_to_one() -> None:
    twins = (row("TD-1", ROADS), row("TD-2", ROADS))
    found = amended(tracked(*twins), version(*twins, row("TD-3", ROADS)))
    assert len(found.same) == 2
    assert len(found.new) == 1


WORDS = st.sampled_from(["rà soát", "đê điều", "trường học", "báo cáo", "kế hoạch vốn", "nước sạch"])
ROWS = st.lists(
    st.tuples(st.lists(WORDS, min_size=1, max_size=4).map(" ".join), st.sampled_from(["D01", "D02"])),
    max_size=6,
).map(lambda rows: [row(f"TD-{n}", content, lead) for n, (content, lead) in enumerate(rows)])


@pytest.mark.covers("HC-09")
@settings(database=None, deadline=None, max_examples=200)
@given(ROWS, ROWS)
def test_every_task_and_every_row_is_accounted_for_and_a_second_reading_is_quiet(
    old: list[TaskAssigned], new: list[TaskAssigned]
) -> None:
    before = tracked(*old)
    found = amended(before, version(*new))
    paired = [key for key, _ in found.same]
    assert sorted([*paired, *found.gone]) == sorted(one.key for one in before)
    assert len(paired) + len(found.new) == len(new)
    after = [
        *(Tracked(key, one.content, one.lead) for key, one in found.same),
        *tracked(*found.new),
        *(Tracked(one.key, one.content, one.lead, ended=True) for one in before if one.key in found.gone),
    ]
    assert len({one.key for one in after}) == len(after)
    again = amended(after, version(*new))
    assert again.new == ()
