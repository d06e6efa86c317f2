"""Working days, day ends and the 15:00 rule, on days looked up by hand in printed calendars.

Includes the goldens of the swap decisions of 2026. Excludes reading the file of swaps
(test_config_profiles) and the near-due window (test_tracking_laocai).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from holidays import country_holidays
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tracking_histories import CALENDAR, at, on, until
from tracking.calendar import Swap, WorkingCalendar


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("31/12/2025", True),
        ("1/1/2026", False),  # New Year
        ("2/1/2026", False),  # swapped away
        ("3/1/2026", False),  # an ordinary Saturday
        ("10/1/2026", True),  # worked instead
        ("13/2/2026", True),  # last day before Tết
        ("16/2/2026", False),
        ("20/2/2026", False),
        ("23/2/2026", True),
        ("27/4/2026", False),  # Giỗ Tổ fell on a Sunday
        ("22/8/2026", True),
        ("31/8/2026", False),
        ("24/11/2026", False),  # a holiday since 2026
        ("24/11/2025", True),
        ("31/12/2018", False),
        ("5/1/2019", True),  # worked in the year after
        ("26/4/2025", True),
        ("2/5/2025", False),
    ],
)
def test_days_looked_up_by_hand(day: str, worked: bool) -> None:
    assert CALENDAR.is_working(on(day)) is worked


@pytest.mark.parametrize(
    ("day", "n", "last"),
    [
        ("31/12/2025", 1, "5/1/2026"),  # over New Year, the swapped Friday and the weekend
        ("9/1/2026", 1, "10/1/2026"),  # Friday to the Saturday worked instead
        ("9/1/2026", 2, "12/1/2026"),
        ("13/2/2026", 1, "23/2/2026"),  # eve of Tết: nine days off
        ("11/2/2026", 3, "23/2/2026"),
        ("2/3/2026", 3, "5/3/2026"),
        ("5/3/2026", 3, "10/3/2026"),  # over a weekend
        ("7/3/2026", 0, "9/3/2026"),  # no days from a Saturday: the Monday
        ("9/3/2026", 0, "9/3/2026"),
        # 2026: 261 weekdays, 14 of them off (12 holidays, 2 swapped), 2 Saturdays worked: 249 days
        ("31/12/2025", 249, "31/12/2026"),
        ("31/12/2025", 250, "4/1/2027"),
    ],
)
@pytest.mark.covers("LC-20", "DT-05")
def test_limits_in_working_days(day: str, n: int, last: str) -> None:
    assert CALENDAR.add_working_days(on(day), n) == on(last)


def test_a_limit_has_no_negative_days() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        CALENDAR.add_working_days(on("2/3/2026"), -1)


@pytest.mark.parametrize(
    ("due", "n", "first"),
    [
        ("20/3/2026", 3, "17/3/2026"),
        ("23/3/2026", 3, "18/3/2026"),  # Monday: Thursday, Friday, Monday are left
        ("22/3/2026", 1, "19/3/2026"),  # Sunday: only Friday is left
        ("5/1/2026", 2, "30/12/2025"),  # over New Year
    ],
)
def test_counting_back_from_the_due_day(due: str, n: int, first: str) -> None:
    assert CALENDAR.working_day_before(on(due), n) == on(first)


@pytest.mark.parametrize(
    ("a", "b", "count"),
    [
        ("2/3/2026", "5/3/2026", 3),
        ("5/3/2026", "2/3/2026", -3),
        ("31/12/2025", "10/1/2026", 6),
        ("7/3/2026", "8/3/2026", 0),
    ],
)
def test_working_days_between(a: str, b: str, count: int) -> None:
    assert CALENDAR.working_days_between(on(a), on(b)) == count


@pytest.mark.parametrize(
    ("came_in", "day"),
    [
        ("8/1/2026 14:59:59", "8/1/2026"),
        ("8/1/2026 15:00:00", "8/1/2026"),  # "sau 15 giờ" has not begun
        ("8/1/2026 15:00:01", "9/1/2026"),
        ("9/1/2026 15:00:01", "10/1/2026"),  # Friday: the Saturday is worked
        ("16/1/2026 15:00:01", "19/1/2026"),  # Friday: an ordinary weekend
        ("13/2/2026 15:00:01", "23/2/2026"),  # eve of Tết
        ("10/1/2026 09:00:00", "10/1/2026"),  # on the swapped Saturday itself
        ("17/1/2026 09:00:00", "19/1/2026"),  # on a day off
    ],
)
@pytest.mark.covers("DT-09", "DT-21", "DT-24")
def test_the_rule_of_fifteen_hours(came_in: str, day: str) -> None:
    assert CALENDAR.effective_start(at(came_in)) == on(day)


@pytest.mark.covers("DT-09")
def test_the_rule_looks_at_local_time_and_whole_seconds() -> None:
    utc = datetime(2026, 1, 8, 8, 0, 0, 999_999, tzinfo=UTC)
    assert CALENDAR.effective_start(utc) == on("8/1/2026")
    assert CALENDAR.effective_start(utc + timedelta(seconds=1)) == on("9/1/2026")


def test_a_day_ends_at_the_next_midnight_and_an_hour_at_the_hour() -> None:
    assert CALENDAR.end_of(until("20/3/2026")) == at("21/3/2026")
    assert CALENDAR.late_from(until("20/3/2026")) == at("21/3/2026")
    assert CALENDAR.end_of(until("20/3/2026 17:00")) == at("20/3/2026 17:00:00")
    assert CALENDAR.late_from(until("20/3/2026 17:00")) > at("20/3/2026 17:00:00")
    assert CALENDAR.end_of(until("20/3/2026")).utcoffset() == timedelta(hours=7)


def test_a_year_without_entered_swaps_says_so() -> None:
    calendar = WorkingCalendar([], entered_years=[2026])
    assert not calendar.unconfirmed_years
    assert calendar.is_working(on("4/1/2027"))
    assert list(calendar.unconfirmed_years) == [2027]
    assert calendar.is_confirmed(2026)
    assert not calendar.is_confirmed(2027)


def test_reasons_name_weekday_holiday_and_decision() -> None:
    assert CALENDAR.why(on("9/1/2026")) == "thứ Sáu"
    assert CALENDAR.why(on("17/2/2026")) == "thứ Ba, Tết Nguyên Đán"
    assert "12729/VPCP-KGVX" in CALENDAR.why(on("2/1/2026"))
    assert CALENDAR.why(on("10/1/2026")).startswith("thứ Bảy, làm bù cho ngày 02/01/2026")
    assert CALENDAR.why(on("10/1/2026"), "en").startswith("Saturday, worked instead of 02/01/2026")


def test_a_swap_given_as_data_wins_over_the_library() -> None:
    plain = WorkingCalendar([], [])
    swapped = WorkingCalendar([Swap(2026, on("2/1/2026"), on("10/1/2026"))], [2026])
    assert plain.is_working(on("2/1/2026"))
    assert not swapped.is_working(on("2/1/2026"))
    assert swapped.is_working(on("10/1/2026"))


DAYS = st.dates(date(2018, 1, 1), date(2029, 12, 31))


@settings(database=None, deadline=None, max_examples=150)
@given(day=DAYS, n=st.integers(0, 40))
def test_adding_days_agrees_with_walking_day_by_day(day: date, n: int) -> None:
    walked, left = day, n
    while left or not _worked(walked):
        walked += timedelta(days=1)
        left -= _worked(walked) and left > 0
    assert CALENDAR.add_working_days(day, n) == walked


@settings(database=None, deadline=None, max_examples=150)
@given(a=DAYS, span=st.integers(0, 400))
def test_days_between_agree_with_walking_day_by_day(a: date, span: int) -> None:
    b = a + timedelta(days=span)
    walked = sum(_worked(a + timedelta(days=step)) for step in range(1, span + 1))
    assert CALENDAR.working_days_between(a, b) == walked


@settings(database=None, deadline=None, max_examples=100)
@given(day=DAYS, n=st.integers(0, 30))
def test_the_earliest_day_with_n_days_left(day: date, n: int) -> None:
    first = CALENDAR.working_day_before(day, n)
    assert CALENDAR.working_days_between(first, day) == n
    assert CALENDAR.working_days_between(first - timedelta(days=1), day) == n + 1


PUBLIC = {year: country_holidays("VN", years=year) for year in range(2018, 2032)}
OFF = {on("2/1/2026"), on("31/8/2026"), on("29/4/2024"), on("29/4/2019"), on("31/12/2018"), on("2/5/2025")}
INSTEAD = {on("10/1/2026"), on("22/8/2026"), on("4/5/2024"), on("4/5/2019"), on("5/1/2019"), on("26/4/2025")}


def _worked(day: date) -> bool:
    """Written a second time, day by day, from the library and the two lists above."""
    return day in INSTEAD or (day.weekday() < 5 and day not in OFF and day not in PUBLIC[day.year])
