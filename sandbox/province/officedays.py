"""Days and hours at which the made-up Office works: weekdays outside the big holidays.

Deliberately coarse: the sandbox needs plausible dates of issue, not the legal calendar.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

_FIXED = frozenset({(1, 1), (4, 30), (5, 1), (9, 1), (9, 2)})
# Weeks of the lunar new year: first and last day off.
_TET = (
    (date(2024, 2, 8), date(2024, 2, 14)),
    (date(2025, 1, 25), date(2025, 2, 2)),
    (date(2026, 2, 14), date(2026, 2, 22)),
    (date(2027, 2, 4), date(2027, 2, 10)),
)

# The awkward minutes around 15:00 and the end of the day come back again and again.
_HOURS = (
    time(8, 12),
    time(15, 30),
    time(9, 5),
    time(10, 40),
    time(14, 10),
    time(16, 59),
    time(7, 50),
    time(15, 0),
    time(11, 20),
    time(14, 59, 59),
    time(13, 45),
    time(16, 25),
)


def is_office_day(day: date) -> bool:
    """Tell whether the Office is open on `day`."""
    resting = day.weekday() >= 5 or (day.month, day.day) in _FIXED
    return not resting and not any(first <= day <= last for first, last in _TET)


def office_day(day: date) -> date:
    """Return `day`, or the last open day before it."""
    while not is_office_day(day):
        day -= timedelta(days=1)
    return day


def next_office_day(day: date) -> date:
    """Return `day`, or the first open day after it."""
    while not is_office_day(day):
        day += timedelta(days=1)
    return day


def moment(day: date, turn: int, today: date) -> datetime:
    """Return an aware moment in office hours; on `today` always early, so that it has passed already."""
    hour = time(7, 45) if day >= office_day(today) else _HOURS[turn % len(_HOURS)]
    return datetime.combine(day, hour, ZONE)
