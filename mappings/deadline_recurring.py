"""Deadlines that come back, with the next day on which a report is due where the rule names one.

"Trước ngày 25 hằng tháng" names a day of every month, "hằng tháng" none: both are sure,
the first with its next day. That day comes strictly after the issue, because nobody
reports on the day on which the directive itself is signed. A day that a month does not
have is the month's last one.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache, partial
from itertools import pairwise
from typing import Final, Literal

from mappings.deadline_days import DAY, clock, covered, day
from mappings.deadline_parts import Parts
from mappings.deadline_result import Deadline

BeforeDate = Literal["day_before", "same_day"]

#: Letters that say nothing about which day it is: "định kỳ", "trong", "chậm nhất", "đến", commas.
_SILENT: Final = frozenset("PtcjniCO,")
_FORMS: Final = (
    ("weekday", re.compile("(?=.*W)(?=.*R)b?T?a?b?(?:W+|R)b?T?a?b?(?:W+|R)b?T?")),
    ("day_of_month", re.compile("R?b?T?b?N(?:b?N)*(?:R|K|K[<>]R|R[<>]R?)|Rb?T?b?N(?:b?N)*")),
    ("period_end", re.compile("a?>[RK]|Ra?>K?")),
    ("period_of_year", re.compile("[eq]+R|R[eq]+")),
    ("dates", re.compile("(?=.*d)(?:o?[RLK]|b?d)+")),
)
_STEPS: Final = {"monthly": 1, "quarterly": 3, "half_year": 6, "yearly": 12}
_BY_STEP: Final = {step: kind for kind, step in _STEPS.items()}
_NAMES: Final = {
    "weekly": "hằng tuần",
    "monthly": "hằng tháng",
    "quarterly": "hằng quý",
    "half_year": "6 tháng một lần",
    "yearly": "hằng năm",
    "ongoing": "hằng ngày",
}
_WEEKDAYS: Final = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


@dataclass(frozen=True, slots=True)
class _Rule:
    """What comes back: `upcoming` answers the first such day on or after a day."""

    text: str
    upcoming: Callable[[date], date]
    at: time | None = None
    strict: bool = False


def recurring(phrase: str, parts: Parts, kind: str, issued: date | None, before: BeforeDate) -> Deadline:
    """A deadline of a known period; `due` is None where the phrase names no day or the issue is unknown.

    Raises `NotADay` for a day, month or hour that does not exist.
    """
    if kind == "yearly":
        kind = period_by_dates(parts) or kind
    rule = _rule_of(parts, kind)
    if rule is None:
        text = f"{_NAMES.get(kind, 'định kỳ')}, chưa rõ ngày"
        return Deadline(kind, None, None, "sure", phrase, text)
    if issued is None or issued.year > 2097:
        return Deadline(kind, None, rule.at, "sure", phrase, rule.text)
    lead = DAY if rule.strict and before == "day_before" else timedelta(0)
    written = rule.upcoming(issued + lead + DAY)
    return Deadline(kind, written - lead, rule.at, "sure", phrase, rule.text, due_inclusive=written)


@lru_cache(maxsize=1024)
def _shape(written: str) -> tuple[str, list[int], str]:
    """The letters that say something, their places, and the name of the form that they spell ("" for none)."""
    places = [at for at, letter in enumerate(written) if letter not in _SILENT]
    letters = "".join([written[at] for at in places])
    return letters, places, next((name for name, form in _FORMS if form.fullmatch(letters)), "")


def _rule_of(parts: Parts, kind: str) -> _Rule | None:
    """The rule that the phrase spells completely; None as soon as one word is left over."""
    letters, places, form = _shape(parts.letters)
    if form == "weekday" and kind == "weekly":
        return _weekly(parts, letters, places)
    if form == "day_of_month":
        return _day_of_month(parts, letters, places, kind)
    if form == "period_end" and kind in _STEPS and not _every(parts, letters, places):
        return _Rule(f"ngày cuối kỳ, {_NAMES[kind]}", partial(_in_months, _STEPS[kind], _STEPS[kind], 31))
    if form == "period_of_year" and kind in _STEPS:
        named = [at for at, letter in zip(places, letters, strict=True) if letter != "R"]
        return _periods_of_year(parts, named, kind)
    return _dates(parts, letters, places, kind) if form == "dates" else None


def _every(parts: Parts, letters: str, places: list[int]) -> bool:
    """True when a number stands in the period ("2 tuần một lần"): where the cycle begins is not said."""
    return any(parts.numbers(at) for at, letter in zip(places, letters, strict=True) if letter in "RKL")


def _strict(letters: str) -> bool:
    """“trước” moves the day, unless an hour stands beside it."""
    return "b" in letters and "T" not in letters


def _hour(parts: Parts, letters: str, places: list[int]) -> time | None:
    return clock(parts, places[letters.index("T")]) if "T" in letters else None


def _weekly(parts: Parts, letters: str, places: list[int]) -> _Rule | None:
    named = [parts.weekday(at) for at, letter in zip(places, letters, strict=True) if letter == "W"]
    if min(named) < 0 or _every(parts, letters, places):
        return None
    at = _hour(parts, letters, places)
    text = f"hằng tuần, {_before(letters)}{', '.join([_WEEKDAYS[weekday] for weekday in named])}{_at(at)}"

    def upcoming(first: date) -> date:
        return min(first + (weekday - first.weekday()) % 7 * DAY for weekday in named)

    return _Rule(text, upcoming, at, _strict(letters))


def _day_of_month(parts: Parts, letters: str, places: list[int], kind: str) -> _Rule | None:
    """“ngày 25 hằng tháng”, "ngày 20 tháng cuối quý"; a plain "ngày 20 hằng quý" leaves the month open."""
    numbers = [parts.numbers(at)[0] for at, letter in zip(places, letters, strict=True) if letter == "N"]
    for number in numbers:
        day(2024, 1, number)
    named = [at for at, letter in zip(places, letters, strict=True) if letter in "RK"]
    of_quarter = _month_of_quarter(letters, " ".join([word for at in named for word in parts.inside(at)]))
    if kind == "monthly" and not of_quarter and not _every(parts, letters, places):
        month, of, step = 1, "hằng tháng", 1
    elif kind == "quarterly" and of_quarter:
        month, of, step = of_quarter
    else:
        return None
    at = _hour(parts, letters, places)
    text = f"{_before(letters)}ngày {', '.join(map(str, numbers))} {of}{_at(at)}"

    def upcoming(first: date) -> date:
        return min(_in_months(month, step, number, first) for number in numbers)

    return _Rule(text, upcoming, at, _strict(letters))


def _month_of_quarter(letters: str, period: str) -> tuple[int, str, int] | None:
    if "thang cuoi" in period or "K>" in letters:
        return 3, "tháng cuối quý", 3
    if "thang dau" in period or "K<" in letters:
        return 1, "tháng đầu quý", 3
    return None


def _periods_of_year(parts: Parts, named: list[int], kind: str) -> _Rule | None:
    """“tháng 12 hằng năm”, "quý II và quý IV hằng năm": until the last day of each."""
    lasts = [(covered(parts, at, 2024)[1].month, parts.letters[at]) for at in named]
    if len(lasts) < 12 // _STEPS[kind]:
        return None
    names = [f"tháng {month}" if letter == "e" else f"quý {month // 3}" for month, letter in lasts]

    def upcoming(first: date) -> date:
        return min(_in_months(month, 12, 31, first) for month, _ in lasts)

    return _Rule(f"{', '.join(names)} hằng năm", upcoming)


def _dates(parts: Parts, letters: str, places: list[int], kind: str) -> _Rule | None:
    """“trước ngày 15/6 và 15/12 hằng năm”: as many days as the year has periods, or the rule is not whole."""
    named = [parts.numbers(at) for at, letter in zip(places, letters, strict=True) if letter == "d"]
    for number, month in named:
        day(2024, month, number)
    if len(named) < 12 // _STEPS.get(kind, 1):
        return None
    written = ", ".join([f"{number}/{month}" for number, month in named])
    text = f"{_before(letters)}ngày {written} hằng năm"

    def upcoming(first: date) -> date:
        return min(_in_months(month, 12, number, first) for number, month in named)

    return _Rule(text, upcoming, strict=_strict(letters))


def period_by_dates(parts: Parts) -> str:
    """The period that evenly spaced dates of one year come to ("15/6 và 15/12 hằng năm"); "" for none."""
    months = [_last_month(parts, at) for at, letter in enumerate(parts.letters) if letter in "deq"]
    if len(months) < 2 or 12 % len(months):
        return ""
    apart = {(later - earlier) % 12 for earlier, later in pairwise([*months, months[0]])}
    return _BY_STEP.get(12 // len(months), "") if apart == {12 // len(months)} else ""


def _last_month(parts: Parts, at: int) -> int:
    """The month of a date without a year, the last month of a quarter."""
    numbers, letter = parts.numbers(at), parts.letters[at]
    return 3 * numbers[0] if letter == "q" else numbers[-1]


def _before(letters: str) -> str:
    return "trước " if _strict(letters) else ""


def _at(at: time | None) -> str:
    return f", {at:%H:%M}" if at else ""


def _in_months(month: int, step: int, number: int, first: date) -> date:
    """The first day `number` of every `step`-th month, counted from `month`, on or after `first`."""
    at = first.year * 12 + first.month - 1
    at += (month - 1 - at) % step
    found = _on(at, number)
    return found if found >= first else _on(at + step, number)


def _on(months: int, number: int) -> date:
    """Day `number` of a month counted from year 0, the month's last day where it has none."""
    year, month = divmod(months, 12)
    return date(year, month + 1, min(number, monthrange(year, month + 1)[1]))


__all__ = ["period_by_dates", "recurring"]
