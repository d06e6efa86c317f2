"""Deadlines held against issue date, working calendar and the higher level's own date (rõ thời gian)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from holidays import country_holidays
from hypothesis import given
from hypothesis import strategies as st

from mappings.lint import Finding, lint
from tests.tracking_histories import BINHTHUAN, CALENDAR, DONGTHAP, LAOCAI, TPHCM, on
from tests.unit.test_mappings_lint import GOOD, UNITS
from tracking.calendar import WorkingCalendar
from tracking.profile import Profile


def found(
    deadline: str, issued: str = "2/3/2026", profile: Profile | None = LAOCAI, parent: str = "", **more: Any
) -> list[Finding]:
    return list(
        lint(
            [replace(GOOD, deadline=deadline)],
            profile=profile,
            calendar=more.get("calendar", CALENDAR),
            directory=UNITS,
            issued=on(issued) if issued else None,
            parent_due=on(parent) if parent else None,
        )
    )


def codes(*given: Any, **more: Any) -> list[str]:
    return [finding.code for finding in found(*given, **more)]


@pytest.mark.covers("DT-05")
@pytest.mark.parametrize(
    ("issued", "deadline", "earliest"),
    [
        ("9/1/2026", "9/1/2026", "10/01/2026"),  # Friday; Saturday is worked for 2/1
        ("9/1/2026", "10/1/2026", ""),
        ("15/1/2026", "15/1/2026", "16/01/2026"),
        ("16/1/2026", "18/1/2026", "19/01/2026"),  # an ordinary weekend
        ("13/2/2026", "20/2/2026", "23/02/2026"),  # the last day before Tết
        ("13/2/2026", "23/2/2026", ""),
    ],
)
def test_dong_thap_leaves_one_working_day(issued: str, deadline: str, earliest: str) -> None:
    soon = [finding for finding in found(deadline, issued, DONGTHAP) if finding.code == "due_too_soon"]
    assert [finding.severity for finding in soon] == (["must"] if earliest else [])
    assert all(f"Sớm nhất là {earliest}" in finding.remedy for finding in soon)
    assert all("Điều 4 khoản 2" in finding.sentence for finding in soon)
    assert "due_too_soon" not in codes(deadline, issued, LAOCAI)


def test_a_longest_time_is_checked_where_a_regulation_has_one() -> None:
    bounded = DONGTHAP.model_copy(
        update={"lead_time": DONGTHAP.lead_time.model_copy(update={"max_working_days": 20})}
    )
    assert codes("30/3/2026", profile=bounded) == []
    (finding,) = found("31/3/2026", profile=bounded)
    assert (finding.code, finding.remedy) == ("due_too_late", "Muộn nhất là 30/03/2026.")


@pytest.mark.covers("HC-15")
@pytest.mark.parametrize(
    ("deadline", "code", "near"),
    [
        ("17/2/2026", "due_in_tet", "13/02/2026 hoặc 23/02/2026"),
        ("14/2/2026", "due_in_tet", "13/02/2026 hoặc 23/02/2026"),  # the Saturday before belongs to the break
        ("22/2/2026", "due_in_tet", "13/02/2026 hoặc 23/02/2026"),
        ("7/3/2026", "due_on_day_off", "06/03/2026 hoặc 09/03/2026"),
        ("27/4/2026", "due_on_day_off", "24/04/2026 hoặc 28/04/2026"),  # Giỗ Tổ, in lieu of Sunday
        ("31/8/2026", "due_on_day_off", "28/08/2026 hoặc 03/09/2026"),  # swapped away
        ("1/1/2027", "due_on_day_off", "31/12/2026 hoặc 04/01/2027"),  # New Year is not Tết
    ],
)
def test_a_day_off_is_told_with_the_working_days_around_it(deadline: str, code: str, near: str) -> None:
    (finding,) = found(deadline, "2/2/2026")
    assert (finding.code, finding.severity) == (code, "should")
    assert near in finding.remedy


@pytest.mark.parametrize("deadline", ["10/1/2026", "22/8/2026", "13/2/2026", "23/2/2026"])
def test_a_saturday_that_is_worked_instead_is_a_working_day(deadline: str) -> None:
    assert codes(deadline, "5/1/2026") == []


def test_the_working_day_before_is_not_proposed_when_it_is_over() -> None:
    (finding,) = found("7/3/2026", "6/3/2026")
    assert finding.remedy == "Chọn ngày làm việc, ví dụ 09/03/2026."


def test_a_year_without_swap_decisions_is_said() -> None:
    assert found("6/3/2026", calendar=WorkingCalendar()) == []
    (finding,) = found("7/3/2026", calendar=WorkingCalendar())
    assert "Ngày hoán đổi của năm 2026 chưa được nhập" in finding.sentence
    (finding,) = found("7/3/2026")
    assert "chưa được nhập" not in finding.sentence


def test_a_date_that_moves_says_to_where() -> None:
    moving = LAOCAI.model_copy(
        update={
            "deadline_on_day_off": LAOCAI.deadline_on_day_off.model_copy(update={"means": "next_working"})
        }
    )
    (finding,) = found("7/3/2026", profile=moving)
    assert finding.remedy.endswith("hạn được tính đến hết 09/03/2026.")


@pytest.mark.parametrize(
    ("deadline", "expected"),
    [
        ("trong tháng 5/2026", []),  # a Sunday, and a period
        ("trong tháng 1/2025", ["due_in_tet"]),
        ("từ ngày 4/5/2026 đến ngày 31/5/2026", ["due_on_day_off"]),
        ("31/5/2026", ["due_on_day_off"]),
    ],
)
def test_a_period_that_ends_on_a_day_off_ends_later_by_law(deadline: str, expected: list[str]) -> None:
    assert codes(deadline, "2/12/2024" if "2025" in deadline else "2/3/2026") == expected


def test_what_comes_back_is_not_held_against_days_off() -> None:
    assert codes("ngày 1 hằng tháng", "2/3/2026", None) == []


@pytest.mark.parametrize("deadline", ["1/3/2026", "01/03/2026", "28/2/2026"])
def test_a_due_date_before_the_issue(deadline: str) -> None:
    (finding,) = found(deadline, "2/3/2026")
    assert (finding.code, finding.severity) == ("due_before_issue", "must")
    assert "trước ngày ban hành 02/03/2026" in finding.sentence


@pytest.mark.covers("BT-02")
def test_a_task_handed_down_ends_before_the_one_from_above() -> None:
    assert codes("30/3/2026", parent="30/3/2026") == []
    (finding,) = found("31/3/2026", parent="30/3/2026")
    assert (finding.code, finding.severity) == ("due_after_parent", "must")
    assert "30/03/2026" in finding.sentence


@pytest.mark.covers("LC-09", "HC-06", "DT-03", "BT-08")
@pytest.mark.parametrize(
    ("deadline", "profile", "severity"),
    [
        ("", LAOCAI, "must"),
        ("", TPHCM, "must"),
        ("", DONGTHAP, "must"),
        ("", BINHTHUAN, "should"),
        ("", None, "must"),
        ("Thường xuyên", LAOCAI, "must"),
        ("hằng tháng", LAOCAI, ""),
        ("hằng tháng", TPHCM, "must"),
        ("hằng tháng", None, ""),
    ],
)
def test_a_missing_date_is_as_grave_as_the_regulation_makes_it(
    deadline: str, profile: Profile | None, severity: str
) -> None:
    said = found(deadline, profile=profile)
    assert [(finding.code, finding.severity) for finding in said] == (
        [("no_deadline", severity)] if severity else []
    )
    if said and profile is not None and profile.undated == "exclude":
        assert "sẽ không được theo dõi" in said[0].sentence


def test_an_unclear_deadline_is_asked_with_its_reason() -> None:
    (finding,) = found("31/2/2026")
    assert (finding.code, finding.severity) == ("deadline_unclear", "must")
    assert finding.sentence.startswith("“31/2/2026”: ")


def test_without_an_issue_date_only_the_calendar_speaks() -> None:
    assert codes("7/3/2026", "", DONGTHAP) == ["due_on_day_off"]


@given(day=st.dates(date(2025, 1, 1), date(2026, 12, 31)))
def test_a_day_is_called_off_exactly_when_offices_are_closed(day: date) -> None:
    """The oracle reads the public holidays and the two years' swap decisions by itself."""
    off = {date(2025, 5, 2), date(2026, 1, 2), date(2026, 8, 31)}
    instead = {date(2025, 4, 26), date(2026, 1, 10), date(2026, 8, 22)}
    closed = (
        day.weekday() >= 5 or day in country_holidays("VN", years=day.year) or day in off
    ) and day not in instead
    said = codes(f"{day:%d/%m/%Y}", "1/12/2024")
    assert ({"due_on_day_off", "due_in_tet"} & set(said) != set()) == closed


@given(issued=st.dates(date(2025, 1, 1), date(2026, 11, 30)), after=st.integers(0, 12))
def test_too_soon_means_that_no_working_day_lies_between(issued: date, after: int) -> None:
    due = issued + timedelta(days=after)
    worked = sum(CALENDAR.is_working(issued + timedelta(days=n)) for n in range(1, after + 1))
    said = codes(f"{due:%d/%m/%Y}", f"{issued:%d/%m/%Y}", DONGTHAP)
    assert ("due_too_soon" in said) == (worked == 0)
