"""What a table would become, with and without a unit list and a regulation: the public form of `table read`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from mappings.preview import Preview, preview
from mappings.tables import TableRow
from mappings.tables.found import CellDoubt
from mappings.units import UnitDirectory
from tests.tracking_histories import BINHTHUAN, CALENDAR, DONGNAI, DONGTHAP, LAOCAI, on
from tests.unit.test_mappings_lint import GOOD, UNITS
from tracking.profile import Profile

ISSUED = on("10/3/2026")


def shown(
    *rows: TableRow, profile: Profile | None = None, units: UnitDirectory | None = UNITS, **cells: Any
) -> Preview:
    given = rows or (replace(GOOD, **cells),)
    return preview(given, directory=units, issued=ISSUED, profile=profile, calendar=CALENDAR)


def test_a_task_says_everything_under_the_agreed_names() -> None:
    (task,) = shown(officer="Trần Thị Bình", deadline="trước 15h00 ngày 27/3/2026", cells=("1", "x")).tasks
    assert {
        name: task[name] for name in ("content", "lead", "lead_raw", "coordinators", "coordinators_raw")
    } == {
        "content": GOOD.content,
        "lead": "Sở Xây dựng",
        "lead_raw": "Sở Xây dựng",
        "coordinators": ["Sở Tài chính"],
        "coordinators_raw": "Sở Tài chính",
    }
    assert (task["product"], task["officer"], task["findings"]) == ("Kế hoạch", "Trần Thị Bình", [])
    deadline = {name: task["deadline"][name] for name in ("raw", "kind", "due", "time", "confidence")}
    assert deadline == {
        "raw": "trước 15h00 ngày 27/3/2026",
        "kind": "date",
        "due": date(2026, 3, 27),
        "time": "15:00",
        "confidence": "sure",
    }
    assert task["origin"] == {"file": "phu-luc.xlsx", "table": "Phụ lục", "row": 5, "cells": ["1", "x"]}


def test_names_are_spelled_as_in_the_list_and_groups_stay_as_written() -> None:
    (task,) = shown(lead="sở xd", coordinators="Sở TC; UBND các xã, phường").tasks
    assert (task["lead"], task["lead_raw"]) == ("Sở Xây dựng", "sở xd")
    assert task["coordinators"] == ["Sở Tài chính", "UBND các xã, phường"]


def test_coordinators_in_the_lead_cell_are_coordinators() -> None:
    (task,) = shown(lead="Sở Xây dựng chủ trì, phối hợp với Sở Y tế").tasks
    assert (task["lead"], task["coordinators"]) == ("Sở Xây dựng", ["Sở Y tế", "Sở Tài chính"])


def test_without_a_unit_list_names_stay_as_they_were_written() -> None:
    (task,) = shown(
        units=None, lead="Sở  XD\ntỉnh", coordinators="Sở Văn hóa, Thể thao và Du lịch, Sở Y tế"
    ).tasks
    assert (task["lead"], task["leads"]) == ("Sở XD tỉnh", [])
    assert task["coordinators"] == ["Sở Văn hóa, Thể thao và Du lịch", "Sở Y tế"]


def test_a_row_goes_back_once_with_every_reason() -> None:
    (row,) = shown(lead="Giám đốc", deadline="31/2/2026", profile=LAOCAI).returned
    assert (row["row"], row["problems"]) == (5, ["lead_person", "deadline_unclear"])
    assert "Giám đốc" in row["reason"]
    assert "31/2/2026" in row["reason"]
    assert row["text"] == GOOD.content


@pytest.mark.covers("LC-04")
def test_without_a_regulation_only_a_missing_lead_sends_a_row_back() -> None:
    assert [row["problem"] for row in shown(lead="", deadline="").returned] == ["no_lead"]
    (task,) = shown(deadline="31/2/2026").tasks
    assert (task["deadline"]["due"], task["deadline"]["confidence"]) == (None, "asks")


@pytest.mark.covers("LC-09", "DT-03", "BT-08")
@pytest.mark.parametrize(
    ("profile", "tasks", "returned", "dropped"),
    [(LAOCAI, 0, 1, 0), (DONGTHAP, 0, 0, 1), (BINHTHUAN, 1, 0, 0)],
)
def test_an_undated_row_goes_where_the_regulation_says(
    profile: Profile, tasks: int, returned: int, dropped: int
) -> None:
    made = shown(deadline="", profile=profile)
    assert (len(made.tasks), len(made.returned), len(made.dropped)) == (tasks, returned, dropped)
    assert all("Điều 3 khoản 3" in row["reason"] for row in made.dropped)


def test_before_a_date_is_read_as_the_regulation_reads_it() -> None:
    same_day = LAOCAI.model_copy(
        update={"deadline_before_date": LAOCAI.deadline_before_date.model_copy(update={"means": "same_day"})}
    )
    dues = [
        shown(deadline="trước ngày 27/3/2026", profile=profile).tasks[0]["deadline"]["due"]
        for profile in (None, LAOCAI, same_day)
    ]
    assert dues == [date(2026, 3, 26), date(2026, 3, 26), date(2026, 3, 27)]


def test_working_days_from_the_issue_are_counted() -> None:
    (task,) = shown(deadline="trong 5 ngày làm việc kể từ ngày ban hành").tasks
    assert (task["deadline"]["due"], task["deadline"]["confidence"]) == (date(2026, 3, 17), "sure")


@pytest.mark.covers("LC-04", "HC-01", "DN-06")
def test_leads_are_judged_by_the_regulation() -> None:
    assert shown(lead="Sở Y tế, Sở Tài chính", profile=LAOCAI).returned
    (task,) = shown(lead="Sở Y tế, Sở Tài chính", profile=BINHTHUAN).tasks
    assert (task["lead"], task["leads"]) == ("Sở Y tế", ["Sở Y tế", "Sở Tài chính"])
    assert [row["problem"] for row in shown(lead="Tòa án nhân dân tỉnh", profile=DONGNAI).returned] == [
        "lead_outside"
    ]


def test_a_blank_deadline_under_a_stated_one_is_proposed_and_asked() -> None:
    doubt = CellDoubt(
        "deadline", "27/3/2026", "Ô thời hạn để trống; dòng 4 ở trên ghi “27/3/2026”.", "Ghi rõ."
    )
    (task,) = shown(deadline="", doubts=(doubt,)).tasks
    assert {name: task["deadline"][name] for name in ("raw", "proposed", "due", "confidence")} == {
        "raw": "27/3/2026",
        "proposed": True,
        "due": date(2026, 3, 27),
        "confidence": "asks",
    }
    (row,) = shown(deadline="", doubts=(doubt,), profile=DONGTHAP).returned
    assert "“”" not in row["reason"]
    assert "dòng 4" in row["reason"]


def test_findings_stand_with_their_row() -> None:
    made = shown(GOOD, replace(GOOD, row=6, deadline="28/3/2026"), profile=LAOCAI)
    assert [[found["code"] for found in task["findings"]] for task in made.tasks] == [[], ["due_on_day_off"]]
    found = made.tasks[1]["findings"][0]
    assert set(found) == {"code", "clear", "severity", "field", "text", "sentence", "remedy", "requirements"}
