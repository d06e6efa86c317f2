"""When a regulation's regular reports are taken: one frozen instant for each period.

Everything in one report is true at one moment, so that its parts add up. The weekly notice must be out before
15:00 on Friday (LC-19), so it is taken at 14:00; the longer periods are taken at the end of office hours of
their last working day (HC-14, HC-16). No regulation among the five names those hours: a reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final, Literal, NamedTuple

from tracking.calendar import ZONE, WorkingCalendar
from tracking.profile import Profile

ReportPeriod = Literal["week", "month", "quarter", "half_year", "nine_months", "year"]

WEEKLY_AT: Final = time(14, 0)
LONGER_AT: Final = time(17, 0)
_FRIDAY: Final = 4

#: The last month of each period; what is called "6 tháng" and "9 tháng" begins with the year.
_LAST_MONTHS: Final[dict[ReportPeriod, tuple[int, ...]]] = {
    "month": tuple(range(1, 13)),
    "quarter": (3, 6, 9, 12),
    "half_year": (6, 12),
    "nine_months": (9,),
    "year": (12,),
}
_MONTHS: Final[dict[ReportPeriod, int]] = {
    "month": 1,
    "quarter": 3,
    "half_year": 6,
    "nine_months": 9,
    "year": 12,
}


class ReportDue(NamedTuple):
    """One report: over which days it tells, and the instant at which its figures are taken."""

    taken_at: datetime
    period: ReportPeriod
    first_day: date
    last_day: date


def report_instants(
    profile: Profile, calendar: WorkingCalendar, since: datetime, until: datetime
) -> tuple[ReportDue, ...]:
    """Every report of `profile` that is taken after `since`, up to and with `until`, in order of time.

    A Friday or a last day that is off moves its report to the working day before.
    """
    found = {
        report
        for period in profile.reports.periods
        for report in _reports(period, calendar, since.astimezone(ZONE).date(), until.astimezone(ZONE).date())
        if since < report.taken_at <= until
    }
    return tuple(sorted(found))


def _reports(period: ReportPeriod, calendar: WorkingCalendar, first: date, last: date) -> Iterator[ReportDue]:
    if period == "week":
        yield from _weeks(calendar, first, last)
        return
    for year in range(first.year, last.year + 1):
        for month in _LAST_MONTHS[period]:
            last_day = _end_of_month(year, month)
            begins = date(year, month - _MONTHS[period] + 1, 1)
            taken_on = calendar.working_day_before(last_day, 0)
            yield ReportDue(datetime.combine(taken_on, LONGER_AT, ZONE), period, begins, last_day)


def _weeks(calendar: WorkingCalendar, first: date, last: date) -> Iterator[ReportDue]:
    """From Monday to Sunday; a week without any working day until Friday (Tết) has no report."""
    monday = first - timedelta(days=first.weekday())
    while monday <= last:
        taken_on = calendar.working_day_before(monday + timedelta(days=_FRIDAY), 0)
        if taken_on >= monday:
            taken_at = datetime.combine(taken_on, WEEKLY_AT, ZONE)
            yield ReportDue(taken_at, "week", monday, monday + timedelta(days=6))
        monday += timedelta(days=7)


def _end_of_month(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)
