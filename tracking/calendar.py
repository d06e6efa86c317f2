"""Working days of Việt Nam, and when a day, a limit or an hour is over.

Public holidays come from the `holidays` library; the yearly swap decisions (a
weekday off against a Saturday worked) are given as data, because the library
learns them late or never. Everything is counted in Asia/Ho_Chi_Minh.

Counting follows Bộ luật Dân sự 2015, Điều 147–148: the first day is not counted,
and a day ends at 24:00.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tracking.events import Due

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MIDNIGHT = time(0, 0)

_ONE_DAY = timedelta(days=1)
_WEEKDAYS = {
    "vi": ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


@dataclass(frozen=True, slots=True)
class Swap:
    """One decision: `day_off` is not worked, `day_worked` is worked instead."""

    year: int
    day_off: date
    day_worked: date
    decision: str = ""


@dataclass(frozen=True, slots=True)
class _Year:
    """The working days of one year as ordinals, and the names of its days off."""

    ordered: tuple[int, ...]
    members: frozenset[int]
    holidays: Mapping[date, str]


class WorkingCalendar:
    """Answers which days are worked. Built once, asked often: each year is worked out once.

    `entered_years` are the years whose swap decisions have been looked up and
    entered. Any other year still gets an answer, and stands in `unconfirmed_years`
    as soon as it was needed, so that nobody takes the answer for certain.
    """

    def __init__(self, swaps: Iterable[Swap] = (), entered_years: Collection[int] = ()) -> None:
        self._swaps = tuple(swaps)
        self._off = {swap.day_off: swap for swap in self._swaps}
        self._worked = {swap.day_worked: swap for swap in self._swaps}
        self._entered = frozenset(entered_years)
        self._years: dict[int, _Year] = {}

    @property
    def unconfirmed_years(self) -> tuple[int, ...]:
        """Years that were needed so far although their swap decisions are not entered."""
        return tuple(sorted(year for year in self._years if year not in self._entered))

    def is_confirmed(self, year: int) -> bool:
        """Whether the swap decisions of `year` have been entered."""
        return year in self._entered

    def is_working(self, day: date) -> bool:
        """Whether offices work on `day`: not a weekend, holiday or swapped day, or a day worked instead."""
        return day.toordinal() in self._year(day.year).members

    def on_or_after(self, day: date) -> date:
        """`day` itself when it is worked, else the next day that is."""
        return day if self.is_working(day) else self.add_working_days(day, 1)

    def add_working_days(self, day: date, n: int) -> date:
        """The `n`-th working day after `day`; `day` is not counted. 0 gives `on_or_after(day)`.

        Raises ValueError for a negative `n`.
        """
        if n < 0:
            raise ValueError("a limit has 0 or more working days")
        if n == 0:
            return self.on_or_after(day)
        year, left = day.year, n
        index = bisect_right(self._year(year).ordered, day.toordinal())
        while index + left > len(self._year(year).ordered):
            left -= len(self._year(year).ordered) - index
            year, index = year + 1, 0
        return date.fromordinal(self._year(year).ordered[index + left - 1])

    def working_day_before(self, day: date, n: int) -> date:
        """The earliest day from which no more than `n` working days are left until `day`, `day` counted."""
        year, left = day.year, n
        index = bisect_right(self._year(year).ordered, day.toordinal()) - 1
        while index - left < 0:
            left -= index + 1
            year -= 1
            index = len(self._year(year).ordered) - 1
        return date.fromordinal(self._year(year).ordered[index - left])

    def working_days_between(self, a: date, b: date) -> int:
        """Working days after `a` up to and with `b`; negative when `b` lies before `a`."""
        if b < a:
            return -self.working_days_between(b, a)
        if a.year == b.year:
            return self._rank(b) - self._rank(a)
        between = sum(len(self._year(year).ordered) for year in range(a.year, b.year))
        return between - self._rank(a) + self._rank(b)

    def effective_start(self, instant: datetime, cutoff: time = time(15, 0)) -> date:
        """The working day on which something that came in at `instant` must be dealt with.

        The same day until `cutoff`, to the second and with the cutoff itself ("sau
        15 giờ" begins at 15:00:01); afterwards, or on a day off, the next working day
        (DT-09, DT-21, DT-24).
        """
        local = instant.astimezone(ZONE)
        after = local.time().replace(microsecond=0) > cutoff
        return self.add_working_days(local.date(), 1) if after else self.on_or_after(local.date())

    @staticmethod
    def end_of(due: Due) -> datetime:
        """When a due date is over: 24:00 of its day (the next midnight), or the hour given."""
        if due.at is None:
            return datetime.combine(due.day + _ONE_DAY, MIDNIGHT, ZONE)
        return datetime.combine(due.day, due.at, ZONE)

    @staticmethod
    def late_from(due: Due) -> datetime:
        """The first instant that is late: 24:00 is already the next day, a given hour is still in time."""
        if due.at is None:
            return datetime.combine(due.day + _ONE_DAY, MIDNIGHT, ZONE)
        return datetime.combine(due.day, due.at, ZONE) + datetime.resolution

    def why(self, day: date, lang: str = "vi") -> str:
        """Why `day` is worked or not, in words: weekday, holiday, or the swap decision."""
        weekday = _WEEKDAYS[lang][day.weekday()]
        if day in self._worked:
            return f"{weekday}, {_worked_words(self._worked[day], lang)}"
        if day in self._off:
            return f"{weekday}, {_off_words(self._off[day], lang)}"
        holiday = self._year(day.year).holidays.get(day)
        return f"{weekday}, {holiday}" if holiday else weekday

    def _rank(self, day: date) -> int:
        """How many working days of its year are over with `day`."""
        return bisect_left(self._year(day.year).ordered, day.toordinal() + 1)

    def _year(self, number: int) -> _Year:
        known = self._years.get(number)
        if known is None:
            known = self._years[number] = self._work_out(number)
        return known

    def _work_out(self, number: int) -> _Year:
        from holidays import country_holidays  # heavy: needed only when days are counted

        public = country_holidays("VN", years=number, language="vi")
        worked_instead = {*self._worked, *public.weekend_workdays}
        first, last = date(number, 1, 1).toordinal(), date(number, 12, 31).toordinal()
        ordered = tuple(
            ordinal
            for ordinal in range(first, last + 1)
            if self._works(date.fromordinal(ordinal), public, worked_instead)
        )
        return _Year(ordered, frozenset(ordered), dict(public.items()))

    def _works(self, day: date, public: Mapping[date, str], worked_instead: Collection[date]) -> bool:
        if day in worked_instead:
            return True
        return day.weekday() < 5 and day not in self._off and day not in public


def _worked_words(swap: Swap, lang: str) -> str:
    by = _decision_words(swap, lang)
    instead = f"{swap.day_off:%d/%m/%Y}"
    return f"làm bù cho ngày {instead}{by}" if lang == "vi" else f"worked instead of {instead}{by}"


def _off_words(swap: Swap, lang: str) -> str:
    by = _decision_words(swap, lang)
    instead = f"{swap.day_worked:%d/%m/%Y}"
    return f"nghỉ hoán đổi với ngày {instead}{by}" if lang == "vi" else f"off, {instead} is worked{by}"


def _decision_words(swap: Swap, lang: str) -> str:
    if not swap.decision:
        return ""
    return f" theo {swap.decision}" if lang == "vi" else f" by {swap.decision}"
