"""Which days a part of a deadline phrase covers, and which year a part without one means.

Impossible days (31/02, month 13) and years outside 2000–2099 raise `NotADay`: the
phrase then asks a person, it never becomes a neighbouring day (M36).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, time, timedelta
from typing import Final

from mappings.deadline_parts import Parts
from mappings.deadline_result import (
    WHY_DECIMAL,
    WHY_FAR,
    WHY_IMPOSSIBLE,
    WHY_MONTH_OR_WEEKDAY,
    WHY_NEXT_YEAR,
    WHY_NO_ISSUE,
    WHY_TWO_WAYS,
    WHY_YEAR,
)

DAY: Final = timedelta(days=1)
#: A day without a year that only comes next year is believed this far ahead, no further.
_NEXT_YEAR_WITHIN: Final = timedelta(days=183)
#: A plan signed in December speaks of the year that comes: days left from which its own year is believed.
_THIS_YEAR_FROM: Final = {"e": 15, "q": 31, "r": 31, "h": 31, "z": 31}

Span = tuple[date, date]


class NotADay(Exception):
    """The numbers name no day; `why` says so to a person."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


def day(year: int, month: int, number: int) -> date:
    """The day, or `NotADay`."""
    if not 2000 <= year <= 2099:
        raise NotADay(WHY_YEAR)
    try:
        return date(year, month, number)
    except ValueError:
        raise NotADay(WHY_IMPOSSIBLE) from None


def months(year: int, first: int, last: int) -> Span:
    """From the first day of month `first` to the last day of month `last`, within one year."""
    start = day(year, first, 1)
    day(year, last, 1)
    return start, date(start.year, last, monthrange(start.year, last)[1])


def clock(parts: Parts, at: int) -> time | None:
    """The hour of a `T` part; None for what nobody typed (00:00:00) and what ends with the day anyway."""
    numbers = parts.numbers(at)
    if not numbers:
        return None
    hour, minute = (*numbers, 0)[:2]
    half = parts.inside(at)[-1].split()[-1]
    if hour < 12 and half in {"chieu", "dem"}:
        hour += 12
    if (hour == 24 and minute == 0) or (len(numbers) == 3 and not any(numbers)):
        return None
    if hour > 23 or minute > 59:
        raise NotADay(WHY_IMPOSSIBLE)
    return time(hour, minute)


def covered(parts: Parts, at: int, year: int) -> Span:
    """First and last day of a part; `year` is used where the part has none."""
    letter, numbers = parts.letters[at], parts.numbers(at)
    if letter in "Dd":
        return _one_day(parts, at, numbers, year)
    if letter in "Me":
        return months(numbers[1] if letter == "M" else year, numbers[0], numbers[0])
    if letter in "Qqr":
        quarter = numbers[0]
        if not 1 <= quarter <= 4:
            raise NotADay(WHY_IMPOSSIBLE)
        return months(numbers[1] if letter == "Q" else year, 3 * quarter - 2, 3 * quarter)
    if letter in "Hh":
        if not 1 <= numbers[0] <= 11:
            raise NotADay(WHY_IMPOSSIBLE)
        return months(
            numbers[1] if letter == "H" else year,
            *((1, numbers[0]) if "dau" in parts.inside(at) else (13 - numbers[0], 12)),
        )
    return months(numbers[0] if letter == "Y" else year, 1, 12)


def _one_day(parts: Parts, at: int, numbers: list[int], year: int) -> Span:
    """A single day written day first, or year first as in ISO."""
    if parts.letters[at] == "d":
        found = day(year, numbers[1], numbers[0])
    elif numbers[0] > 99:
        found = day(numbers[0], numbers[1], numbers[2])
    else:
        found = day(_whole_year(parts.inside(at)[-1]), numbers[1], numbers[0])
    return found, found


def _whole_year(word: str) -> int:
    """“26” is 2026; "6" is the number of something, not a year."""
    if len(word) == 1 or not word.isdecimal():
        raise NotADay(WHY_IMPOSSIBLE)
    return int(word) + 2000 if len(word) == 2 else int(word)


def covered_on_or_after(parts: Parts, at: int, start: date | None) -> tuple[Span, str]:
    """Days of a part, its year inferred from `start` where missing, and a reason to ask ("" when none).

    The year is the one of the first such day on or after `start`.
    """
    if parts.letters[at] not in "deqhzr":
        return covered(parts, at, 0), ""
    if start is None:
        raise NotADay(WHY_NO_ISSUE)
    span = covered(parts, at, start.year)
    if span[1] >= start:
        return span, _doubt(parts, at) or (WHY_NEXT_YEAR if _ends_soon(parts, at, span[1], start) else "")
    span = covered(parts, at, start.year + 1)
    return span, WHY_FAR if span[1] - start > _NEXT_YEAR_WITHIN else _doubt(parts, at)


def _ends_soon(parts: Parts, at: int, end: date, start: date) -> bool:
    """True for "quý IV" in a plan signed on 25/12: the quarter that ends in a week, or next year's."""
    left = (end - start).days
    return start.month == 12 and end.month == 12 and left < _THIS_YEAR_FROM.get(parts.letters[at], 0)


def _doubt(parts: Parts, at: int) -> str:
    """A reason to ask that lies in how a part is written; "" when there is none."""
    words, letter, numbers = parts.inside(at), parts.letters[at], parts.numbers(at)
    if letter == "e" and words[0] == "t" and numbers[0] <= 7:
        return WHY_MONTH_OR_WEEKDAY
    if letter != "d" or not {"-", "."}.intersection(words):
        return ""
    if "-" in words and numbers[0] < numbers[1]:  # "ngày 5-6": one day, or the fifth and the sixth
        return WHY_TWO_WAYS
    alone = words[0] != "ngay" and len(parts.letters) == 1
    return WHY_DECIMAL if alone and ("." in words or numbers[0] <= 12) else ""


def months_later(start: date, count: int) -> date:
    """The same day `count` months later, the month's last day where it has none (BLDS 2015, Điều 148)."""
    year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
    if not 2000 <= year <= 2099:
        raise NotADay(WHY_YEAR)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
