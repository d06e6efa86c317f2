"""What one unit is asked at the same time: crowded days, and one report asked by two directives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.lint import Finding, KnownAsk, LintLimits, lint
from mappings.tables import TableRow
from tests.tracking_histories import CALENDAR, LAOCAI, on
from tests.unit.test_mappings_lint import GOOD, UNITS

DUE = on("27/3/2026")
REPORT = replace(
    GOOD,
    content="Báo cáo kết quả giải ngân vốn đầu tư công dự án cầu Lam Hạ",
    product="Báo cáo",
    coordinators="Sở Tài chính",
)
ASKED = KnownAsk(
    "15/TB-UBND",
    "Báo cáo tiến độ giải ngân vốn đầu tư công cầu Lam Hạ gửi UBND tỉnh",
    frozenset({"xd"}),
    due=on("20/3/2026"),
)


def checked(
    rows: Sequence[TableRow],
    load: Mapping[tuple[str, date], int] | None = None,
    others: Sequence[KnownAsk] = (),
    most: int = 10,
) -> tuple[Finding, ...]:
    return lint(
        rows,
        profile=LAOCAI,
        calendar=CALENDAR,
        directory=UNITS,
        issued=on("10/3/2026"),
        load=load or {},
        others=others,
        limits=LintLimits(tasks_a_day=most),
    )


def numbered(count: int) -> list[TableRow]:
    return [replace(GOOD, row=number, ordinal=str(number)) for number in range(1, count + 1)]


@pytest.mark.parametrize(
    ("standing", "rows", "flagged"),
    [(0, 10, []), (0, 11, [11]), (0, 14, [11]), (9, 1, []), (9, 2, [2]), (10, 1, [1]), (30, 3, [1])],
)
def test_a_unit_with_ten_tasks_on_one_day_gets_one_finding(
    standing: int, rows: int, flagged: list[int]
) -> None:
    found = checked(numbered(rows), {("xd", DUE): standing})
    assert [(finding.code, finding.origin.row) for finding in found] == [
        ("unit_crowded", row) for row in flagged
    ]
    assert all(f"Sở Xây dựng có {standing + rows} việc" in finding.sentence for finding in found)


def test_other_days_and_other_units_do_not_count() -> None:
    load = {("xd", DUE + timedelta(days=1)): 50, ("tc", DUE): 50}
    assert checked(numbered(10), load) == ()


def test_the_number_is_the_office_s_own() -> None:
    assert [finding.origin.row for finding in checked(numbered(3), most=2)] == [3]


@given(
    leads=st.lists(st.sampled_from(["Sở Xây dựng", "Sở Y tế"]), max_size=12),
    standing=st.integers(0, 6),
    most=st.integers(1, 5),
)
def test_a_day_is_crowded_exactly_when_the_sum_says_so(leads: list[str], standing: int, most: int) -> None:
    rows = [replace(GOOD, row=at, lead=lead) for at, lead in enumerate(leads, 1)]
    found = checked(rows, {("xd", DUE): standing}, most=most)
    crowded = [finding.text.split(",")[0] for finding in found if finding.code == "unit_crowded"]
    counts = {"Sở Xây dựng": standing, "Sở Y tế": 0}
    expected = {name for name in set(leads) if counts[name] + leads.count(name) > most}
    assert sorted(crowded) == sorted(expected)


def test_one_report_asked_by_two_directives_is_proposed() -> None:
    (finding,) = checked([REPORT], others=[ASKED])
    assert (finding.code, finding.severity, finding.text) == ("asked_twice", "should", "15/TB-UBND")
    assert finding.sentence.startswith("Có thể trùng")
    assert "hạn 20/03/2026" in finding.sentence


@pytest.mark.parametrize(
    "other",
    [
        replace(ASKED, units=frozenset({"yt"})),
        replace(ASKED, due=on("27/9/2026")),
        replace(ASKED, due=None, kind="ongoing"),
        replace(ASKED, content="Báo cáo kết quả phòng chống dịch bệnh mùa hè"),
        replace(ASKED, content="Giải ngân vốn đầu tư công cầu Lam Hạ"),
        replace(ASKED, content="Báo cáo kết quả thực hiện nhiệm vụ"),
    ],
    ids=["unit", "half a year later", "no day", "other words", "no report", "words that say nothing"],
)
def test_reports_that_differ_are_left_alone(other: KnownAsk) -> None:
    assert checked([REPORT], others=[other]) == ()


def test_a_coordinator_is_asked_twice_as_well() -> None:
    assert [f.code for f in checked([REPORT], others=[replace(ASKED, units=frozenset({"tc"}))])] == [
        "asked_twice"
    ]


def test_reports_of_the_same_period_may_be_one() -> None:
    weekly = replace(REPORT, deadline="hằng tháng")
    assert [f.code for f in checked([weekly], others=[replace(ASKED, due=None, kind="monthly")])] == [
        "asked_twice"
    ]
    assert checked([weekly], others=[replace(ASKED, due=None, kind="quarterly")]) == ()


def test_work_that_is_no_report_is_never_asked_twice() -> None:
    assert checked([GOOD], others=[replace(ASKED, content=GOOD.content)]) == ()
