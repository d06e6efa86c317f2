"""Rows of a directive made into tasks: one lead, a date or a question, keys that stay.

Excludes reading tables (test_mappings_tables*), names of units and deadline phrases
(their own files), and what a later version of a table changes (sync).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.records import AssignmentCells, DirectiveRecord, DocumentState, LogEntry
from mappings.assignment import LOCAL, Assignment, AssignRules, assign
from mappings.tables import TableRow, rows_from_api
from mappings.units import UnitDirectory, UnitEntry
from tracking.events import Due, Origin

UNITS = UnitDirectory(
    [
        UnitEntry("tc", "Sở Tài chính"),
        UnitEntry("xd", "Sở Xây dựng"),
        UnitEntry("yt", "Sở Y tế"),
        UnitEntry("nv", "Sở Nội vụ"),
        UnitEntry("vp", "Văn phòng UBND tỉnh"),
    ]
)
DIRECTIVE = DirectiveRecord(
    remote_id="901",
    number="05/CT-UBND",
    subject="Về đẩy mạnh chuyển đổi số",
    doc_type="Chỉ thị",
    issuer="UBND tỉnh Sông Lam",
    issued_on=date(2026, 3, 10),
    state=DocumentState.ISSUED,
)


def row(number: int = 1, **cells: Any) -> TableRow:
    given = TableRow(
        file="phu-luc.xlsx",
        table="Phụ lục",
        row=number + 4,
        ordinal=str(number),
        section="",
        content=f"Xây dựng báo cáo chuyên đề số {number}",
        lead="Sở Tài chính",
        deadline="30/4/2026",
    )
    return replace(given, **cells)


def made(
    rows: Sequence[TableRow], *, directive: DirectiveRecord = DIRECTIVE, site: str = "songlam", **rules: Any
) -> Assignment:
    return assign(
        directive,
        rows,
        directory=UNITS,
        rules=AssignRules(**rules),
        site=site,
        profile_id="lao-cai",
        profile_version="2015-1",
    )


def keys(found: Assignment) -> list[str]:
    return [task.task for task in found.tasks]


@pytest.mark.covers("LC-04")
def test_a_plain_row_is_one_task_with_everything_in_it() -> None:
    found = made([row(3, coordinators="Sở Y tế; Sở Nội vụ", product="Báo cáo", officer="Trần Thị Bình")])
    assert (found.returned, found.dropped, found.noted) == ((), (), ())
    (task,) = found.tasks
    assert (task.key, task.site, task.directive, task.number) == ("row", "songlam", "901", "05/CT-UBND")
    assert (task.lead, task.lead_name, task.coordinators) == ("tc", "Sở Tài chính", ("yt", "nv"))
    assert (task.due, task.deadline_kind, task.deadline_phrase) == (
        Due(date(2026, 4, 30)),
        "date",
        "30/4/2026",
    )
    assert (task.product, task.officer) == ("Báo cáo", "Trần Thị Bình")
    assert (task.profile, task.profile_version) == ("lao-cai", "2015-1")
    assert task.origin == Origin("phu-luc.xlsx", "Phụ lục", 7, "3")
    assert task.occurred_at == datetime(2026, 3, 10, tzinfo=LOCAL)
    assert re.fullmatch(r"TD-[0-9A-HJKMNP-TV-Z]{10}", task.task)


def test_the_moment_of_issue_is_the_log_s_where_it_tells() -> None:
    at = datetime(2026, 3, 10, 15, 20, tzinfo=LOCAL)
    log = (
        LogEntry("1", datetime(2026, 3, 2, 8, tzinfo=LOCAL), action="Trình ký"),
        LogEntry("2", datetime(2026, 3, 5, 8, tzinfo=LOCAL), action="Ban hành"),
        LogEntry("3", at.astimezone(UTC), action="Ban hành văn bản"),
    )
    (task,) = made([row()], directive=replace(DIRECTIVE, log=log)).tasks
    assert task.occurred_at == at
    (task,) = made([row()], directive=replace(DIRECTIVE, log=log[:2])).tasks
    assert task.occurred_at == datetime(2026, 3, 10, tzinfo=LOCAL)


def test_a_directive_without_an_issue_date_gives_nothing() -> None:
    found = made([row()], directive=replace(DIRECTIVE, issued_on=None))
    assert (found.tasks, found.returned) == ((), ())
    assert [dropped.reason for dropped in found.dropped] == ["not_issued"]


@pytest.mark.covers("LC-04")
@pytest.mark.parametrize(
    ("lead", "problem"),
    [
        ("", "no_lead"),
        ("Sở Tài chính, Sở Y tế", "several_leads"),
        ("Sở Tài chính và các sở, ban, ngành", "several_leads"),
        ("Các sở, ban, ngành", "lead_group"),
        ("UBND các xã, phường", "lead_group"),
        ("Sở Ngoại vụ", "lead_unknown"),
        ("Hoàn thiện thể chế", "lead_unknown"),
        ("Thủ trưởng các sở, ban, ngành", "lead_person"),
        ("Giám đốc Sở Y tế, Giám đốc Sở Nội vụ", "several_leads"),
        ("Sở Tài chính chủ trì phần 1, Sở Y tế chủ trì phần 2", "several_leads"),
        ("Sở Tài chính (chủ trì), Sở Y tế (chủ trì phần 2)", "several_leads"),
        ("Phối hợp với Sở Tài chính, Sở Y tế", "several_leads"),
        ("Sở Tài chính phối hợp", "lead_unknown"),
        ("Sở Tài chính, Sở Nội vụ phối hợp với Sở Y tế", "several_leads"),
        ("Sở Tài chính phối hợp với Sở Y tế và phối hợp với Sở Nội vụ", "several_leads"),
    ],
)
def test_a_row_without_exactly_one_lead_goes_back(lead: str, problem: str) -> None:
    found = made([row(lead=lead)])
    assert found.tasks == ()
    (finding,) = found.returned
    assert (finding.problem, finding.blocking) == (problem, True)
    for part in ("phu-luc.xlsx", "Phụ lục", "dòng 5", "số thứ tự 1", "Cơ quan chủ trì"):
        assert part in finding.sentence
    assert finding.remedy.endswith(".")
    assert finding.origin.row == 5


def test_a_wrong_name_goes_back_with_names_to_choose_from() -> None:
    (finding,) = made([row(lead="Sở Tài chánh")]).returned
    assert "Sở Tài chính" in finding.remedy


@pytest.mark.parametrize(
    ("lead", "unit", "coordinators"),
    [
        ("Sở Tài chính chủ trì, phối hợp với Sở Y tế, Sở Nội vụ", "tc", ("yt", "nv")),
        ("Sở Tài chính (chủ trì), Sở Y tế", "tc", ("yt",)),
        ("Sở Tài chính chủ trì", "tc", ()),
        ("Chủ trì: Sở Tài chính", "tc", ()),
        ("Sở Tài chính phối hợp với Sở Y tế", "tc", ("yt",)),
        ("Sở Tài chính; phối hợp: Sở Y tế, Sở Nội vụ", "tc", ("yt", "nv")),
        ("Sở Tài chính (phối hợp Sở Y tế)", "tc", ("yt",)),
        ("Sở Tài chính chủ trì; Sở Y tế phối hợp", "tc", ("yt",)),
    ],
)
def test_a_cell_that_names_lead_and_coordinators_is_understood(
    lead: str, unit: str, coordinators: tuple[str, ...]
) -> None:
    (task,) = made([row(lead=lead)]).tasks
    assert (task.lead, task.coordinators) == (unit, coordinators)


def test_a_title_that_stands_for_one_unit_is_a_task_with_a_note() -> None:
    found = made([row(lead="Chánh Văn phòng UBND tỉnh")])
    assert [task.lead for task in found.tasks] == ["vp"]
    assert [(note.problem, note.blocking) for note in found.noted] == [("lead_by_title", False)]
    assert found.returned == ()


def test_an_unknown_coordinator_is_noted_and_the_task_stands() -> None:
    found = made(
        [row(coordinators="Sở Y tế, Sở Ngoại vụ, Sở Tài chính"), row(2, coordinators="các đơn vị liên quan")]
    )
    assert [task.coordinators for task in found.tasks] == [("yt",), ()]
    (note,) = found.noted
    assert (note.problem, note.blocking) == ("coordinator_unknown", False)
    assert "Cơ quan phối hợp" in note.sentence
    assert found.returned == ()


@pytest.mark.covers("LC-09", "M36")
@pytest.mark.parametrize(
    "phrase",
    ["31/02/2026", "Trước 30/6/2026 và 31/12/2026", "20/02/2026", "07 ngày làm việc", "theo tiến độ"],
)
def test_a_doubtful_deadline_goes_back_and_never_becomes_a_date(phrase: str) -> None:
    for undated in ("track_if_periodic", "exclude", "track"):
        found = made([row(deadline=phrase)], undated=undated)
        assert (found.tasks, found.dropped) == ((), ())
        (finding,) = found.returned
        assert finding.problem == "deadline_unclear"
        assert "Thời hạn" in finding.sentence


def test_every_problem_of_a_row_is_told_at_once() -> None:
    found = made([row(lead="", deadline="31/02/2026")])
    assert [finding.problem for finding in found.returned] == ["no_lead", "deadline_unclear"]


@pytest.mark.covers("LC-09", "DT-03")
@pytest.mark.parametrize(
    ("undated", "phrase", "ends"),
    [
        ("track_if_periodic", "Báo cáo hằng quý", "task"),
        ("track_if_periodic", "Thường xuyên", "returned"),
        ("track_if_periodic", "", "returned"),
        ("exclude", "Báo cáo hằng quý", "dropped"),
        ("exclude", "Thường xuyên", "dropped"),
        ("exclude", "", "dropped"),
        ("track", "Báo cáo hằng quý", "task"),
        ("track", "Thường xuyên", "task"),
        ("track", "", "task"),
    ],
)
def test_undated_rows_follow_the_regulation(undated: str, phrase: str, ends: str) -> None:
    found = made([row(deadline=phrase)], undated=undated)
    assert (len(found.tasks), len(found.returned), len(found.dropped)) == (
        int(ends == "task"),
        int(ends == "returned"),
        int(ends == "dropped"),
    )
    assert all(task.due is None for task in found.tasks)
    assert all(dropped.reason == "undated" for dropped in found.dropped)
    assert all(finding.problem == "undated" for finding in found.returned)


def test_before_a_day_follows_the_regulation_and_an_hour_is_kept() -> None:
    rows = [row(1, deadline="trước ngày 30/4/2026"), row(2, deadline="trước 16h ngày 30/4/2026")]
    first, second = made(rows).tasks
    assert first.due == Due(date(2026, 4, 29))
    assert second.due is not None
    assert (second.due.day, second.due.at) == (date(2026, 4, 30), datetime(2026, 1, 1, 16).time())
    first, second = made(rows, before_date="same_day").tasks
    assert first.due == Due(date(2026, 4, 30))


def test_the_stored_day_of_a_sheet_is_compared_with_what_it_shows() -> None:
    agreeing = row(deadline="30/04/2026", deadline_value=date(2026, 4, 30))
    swapped = row(2, deadline="4/8/2026", deadline_value=date(2026, 4, 8))
    found = made([agreeing, swapped])
    assert [task.due for task in found.tasks] == [Due(date(2026, 4, 30))]
    assert [finding.origin.ordinal for finding in found.returned] == ["2"]


# --- keys -------------------------------------------------------------------


def test_keys_survive_renaming_correcting_and_reading_again() -> None:
    rows = [row(n) for n in range(1, 6)]
    first = keys(made(rows))
    assert len(set(first)) == 5
    assert keys(made([replace(r, file="ban-moi.docx", table="Bảng 1", row=r.row + 9) for r in rows])) == first
    corrected = [replace(r, content="Nội dung đã sửa", deadline="15/5/2026", lead="Sở Y tế") for r in rows]
    assert keys(made(corrected)) == first
    assert keys(made([replace(r, ordinal=f" {r.ordinal}. ") for r in rows])) == first


def test_keys_differ_by_site_and_directive() -> None:
    here = keys(made([row()]))
    assert here != keys(made([row()], site="khac"))
    assert here != keys(made([row()], directive=replace(DIRECTIVE, remote_id="902")))


def test_mending_one_row_moves_no_other() -> None:
    rows = [row(1), row(1, lead="", row=9), row(1, row=12)]
    broken, mended = made(rows), made([rows[0], replace(rows[1], lead="Sở Y tế"), rows[2]])
    assert len(broken.tasks) == 2
    assert [key for key in keys(mended) if key in keys(broken)] == keys(broken)


def test_rows_without_a_number_are_known_by_their_line() -> None:
    rows = [row(n, ordinal="") for n in (1, 2, 3)]
    whole = keys(made(rows))
    assert len(set(whole)) == 3
    assert keys(made(rows[1:])) == whole[1:]


def test_numbering_that_starts_again_in_each_section_gives_different_tasks() -> None:
    rows = [
        row(n, section=name, row=r)
        for r, (name, n) in enumerate([("I", 1), ("I", 2), ("II", 1), ("II", 2)], 5)
    ]
    assert len(set(keys(made(rows)))) == 4


def test_rows_of_the_api_and_of_the_file_that_repeat_each_other_are_one_task() -> None:
    rows = [row(n) for n in range(1, 5)]
    cells = [AssignmentCells(r.ordinal, r.content.upper(), r.lead, (), r.deadline) for r in rows]
    inline = list(rows_from_api(cells, "05/CT-UBND").rows)
    alone, both = made(rows), made([*inline, *rows])
    assert keys(both) == keys(alone) == keys(made(inline))
    assert [dropped.reason for dropped in both.dropped] == ["repeated"] * 4
    assert keys(made([*rows, *inline])) == keys(alone)


def test_a_row_that_only_the_file_has_keeps_its_key() -> None:
    rows = [row(n) for n in range(1, 6)]
    inline = [replace(r, file="", table="05/CT-UBND", row=n) for n, r in enumerate(rows[:4], 1)]
    assert sorted(keys(made([*inline, *rows]))) == sorted(keys(made(rows)))


def test_versions_that_write_the_same_thing_differently_are_one_task() -> None:
    rows = [row(n) for n in (1, 2, 3)]
    copies = [
        replace(r, file="", table="05/CT-UBND", deadline="ngày 30 tháng 4 năm 2026", lead="Sở TC")
        for r in rows
    ]
    copies[2] = replace(copies[2], content="Xây dựng báo cáo chuyên đề …")
    for both in ([*copies, *rows], [*rows, *copies]):
        found = made(both)
        assert (keys(found), found.returned) == (keys(made(rows)), ())
        assert [dropped.reason for dropped in found.dropped] == ["repeated"] * 3


def test_versions_that_disagree_go_back_and_no_date_is_chosen() -> None:
    rows = [row(n) for n in (1, 2, 3)]
    copies = [
        replace(r, file="ban-sua.xlsx", deadline="15/5/2026" if r.ordinal == "2" else r.deadline)
        for r in rows
    ]
    found = made([*rows, *copies])
    assert [task.origin.ordinal for task in found.tasks] == ["1", "3"]
    (finding,) = found.returned
    assert (finding.problem, finding.origin.ordinal) == ("versions_differ", "2")
    assert "30/4/2026" in finding.sentence
    assert "15/5/2026" in finding.sentence


def test_a_version_that_can_be_a_task_helps_one_that_cannot() -> None:
    rows = [row(n) for n in (1, 2, 3)]
    bare = [replace(r, file="", table="05/CT-UBND", deadline="") for r in rows]
    found = made([*bare, *rows])
    assert (len(found.tasks), found.returned) == (3, ())
    assert all(task.due == Due(date(2026, 4, 30)) for task in found.tasks)


def test_the_same_jobs_given_to_two_units_in_two_annexes_are_different_tasks() -> None:
    first = [row(n) for n in (1, 2, 3)]
    second = [replace(r, table="Phụ lục 2", lead="Sở Y tế") for r in first]
    found = made([*first, *second])
    assert len(set(keys(found))) == 6
    assert [task.lead for task in found.tasks] == ["tc"] * 3 + ["yt"] * 3


def test_two_annexes_with_the_same_numbers_are_different_tasks() -> None:
    first = [row(n) for n in (1, 2, 3)]
    second = [row(n, table="Phụ lục 2", content=f"Việc khác {n}") for n in (1, 2, 3)]
    found = made([*first, *second])
    assert len(set(keys(found))) == 6
    assert keys(found)[:3] == keys(made(first))


def test_equal_rows_inside_one_table_stay_two_tasks() -> None:
    found = made([row(1), row(2, content=row(1).content)])
    assert len(set(keys(found))) == 2


def test_an_empty_row_is_counted_not_returned_twice() -> None:
    found = made([row(content="")])
    assert (found.tasks, found.returned) == ((), ())
    assert [dropped.reason for dropped in found.dropped] == ["no_content"]


_CELL = st.sampled_from(
    ["", "Sở Tài chính", "Sở Y tế", "các sở, ban, ngành", "Sở lạ", "Sở Tài chính, Sở Y tế"]
)
_DUE = st.sampled_from(["", "30/4/2026", "hằng tháng", "31/02/2026", "trước ngày 1/5/2026", "Thường xuyên"])


@given(
    st.lists(
        st.tuples(_CELL, _CELL, _DUE, st.sampled_from(["", "1", "2"]), st.sampled_from("ab")), max_size=12
    ),
    st.sampled_from(["track_if_periodic", "exclude", "track"]),
)
def test_every_row_is_in_exactly_one_place_and_keys_are_unique(
    cells: list[tuple[str, str, str, str, str]], undated: str
) -> None:
    rows = [
        row(n, ordinal=number, lead=lead, coordinators=others, deadline=due, table=table)
        for n, (lead, others, due, number, table) in enumerate(cells, 1)
    ]
    found = made(rows, undated=undated)
    places = {(t.origin.table, t.origin.row) for t in found.tasks}
    returned = {(f.origin.table, f.origin.row) for f in found.returned}
    dropped = {(d.origin.table, d.origin.row) for d in found.dropped}
    assert len(places) + len(returned) + len(dropped) == len(rows)
    assert len(set(keys(found))) == len(found.tasks)
    assert all(t.due is None or t.due.day >= date(2026, 3, 10) - timedelta(days=1) for t in found.tasks)
    assert all((note.origin.table, note.origin.row) in places for note in found.noted)


def test_a_very_long_table_loses_no_row() -> None:
    rows = [row(n, deadline=f"{n % 28 + 1:02d}/{n % 9 + 4:02d}/2026") for n in range(1, 15_001)]
    assert len(made(rows).tasks) == 15_000
