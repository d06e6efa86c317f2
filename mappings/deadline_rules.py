"""The day that a date, month, quarter, year or range of a deadline phrase comes to.

One function per rule of the grammar. Each answers a `Deadline` that is sure as far as
the rule itself goes; doubts beside it (unknown words, a weekday that does not agree)
are added by `deadline_grammar`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from mappings.deadline_days import DAY, NotADay, Span, clock, covered, covered_on_or_after, day
from mappings.deadline_parts import Parts
from mappings.deadline_result import (
    WHY_BACKWARDS,
    WHY_BEFORE_PERIOD,
    WHY_HALF_OF_DAY,
    WHY_HOUR_BEFORE,
    WHY_IMPOSSIBLE,
    WHY_PAST,
    WHY_SEVERAL,
    WHY_TOO_LATE,
    WHY_UNKNOWN_WORDS,
    WHY_VAGUE,
    WHY_WEEK_OF_MONTH,
    Deadline,
)

BeforeDate = Literal["day_before", "same_day"]

_KINDS: Final = {
    **dict.fromkeys("Dd", "date"),
    **dict.fromkeys("Me", "end_of_month"),
    **dict.fromkeys("Qq", "end_of_quarter"),
    **dict.fromkeys("Yz", "end_of_year"),
    **dict.fromkeys("Hh", "range"),
}
#: A single day, and a month, quarter or year, further ahead than this is asked about first.
_BELIEVED: Final = timedelta(days=3660)
_BELIEVED_PERIOD: Final = timedelta(days=25 * 366)


class Frame(NamedTuple):
    """What a rule needs: the phrase, its parts, the issue date, and where `first`, `day`, `hour` stand."""

    phrase: str
    parts: Parts
    issued: date | None
    before: BeforeDate
    at: dict[str, int]

    def kind(self) -> str:
        """The kind that the part called `day` has by itself."""
        return _KINDS[self.parts.letters[self.at["day"]]]

    def span(self) -> tuple[Span, str]:
        """Days of the part called `day`, its year inferred from the issue date."""
        return covered_on_or_after(self.parts, self.at["day"], self.issued)


#: One way from a frame to a deadline.
Rule = Callable[[Frame], Deadline]
#: Words between a period and a day in it that only lead over; any other word makes two deadlines of them.
_EXPLAINING: Final = frozenset(
    ("truoc", "ngay", "trong", "vao", "den", "het", "cham nhat", "la", "toi", ",", "-")
)


def dated(
    phrase: str,
    kind: str,
    due: date,
    issued: date | None,
    rule: str,
    why: str = "",
    at: time | None = None,
    inclusive: date | None = None,
) -> Deadline:
    """A deadline with a day: asks when `why` says so or when the day does not fit the issue date."""
    if not why and issued is not None:
        if due < issued:
            why = WHY_PAST
        elif due - issued > (_BELIEVED if kind == "date" else _BELIEVED_PERIOD):
            why = WHY_TOO_LATE
    return Deadline(kind, due, at, "asks" if why else "sure", phrase, rule, why, inclusive or due)


def last_day(frame: Frame) -> Deadline:
    """“trong ngày X”, "đến X", "tháng M", "quý Q", "hết năm Y": the last day of it."""
    (start, end), why = frame.span()
    rule = "ngày ghi trong văn bản" if start == end else f"ngày cuối của {start}..{end}"
    return dated(frame.phrase, frame.kind(), end, frame.issued, rule, why)


def before_day(frame: Frame) -> Deadline:
    """“trước ngày X”: the day before X, or X itself where the site decided so."""
    (_, written), why = frame.span()
    return before_written(frame.phrase, written, frame.issued, frame.before, why)


def before_written(
    phrase: str, written: date, issued: date | None, before: BeforeDate, why: str = ""
) -> Deadline:
    """“trước ngày X” with X known: X keeps its place in `due_inclusive`."""
    if before == "same_day":
        return dated(phrase, "date", written, issued, "“trước ngày X” hiểu là hết ngày X", why)
    rule = "“trước ngày X” là ngày liền trước X"
    return dated(phrase, "date", written - DAY, issued, rule, why, inclusive=written)


def before_period(frame: Frame) -> Deadline:
    """“trước tháng M”: nobody can say for sure, the day before it begins is proposed."""
    (start, _), why = frame.span()
    if "u" in frame.parts.letters:
        return Deadline("unclear", None, None, "asks", frame.phrase, why=WHY_UNKNOWN_WORDS)
    return dated(frame.phrase, frame.kind(), start - DAY, frame.issued, "", why or WHY_BEFORE_PERIOD)


def with_hour(frame: Frame) -> Deadline:
    """“trước 16h ngày X”: the hour is on X, so "trước" moves the hour and not the day."""
    (_, written), why = frame.span()
    at = clock(frame.parts, frame.at["hour"])
    between = frame.parts.letters[frame.at["hour"] : frame.at["day"]]
    if at is not None and at.hour <= 12 and "n" in between:  # "8 giờ tối" looks like "8 giờ tới"
        why = why or WHY_HALF_OF_DAY
    return dated(frame.phrase, "date", written, frame.issued, "giờ ghi trong ngày X", why, at)


def hour_after_before(frame: Frame) -> Deadline:
    """“trước ngày X lúc 16h”: X at that hour or the day before it? Asked."""
    (_, written), _ = frame.span()
    at = clock(frame.parts, frame.at["hour"])
    return dated(frame.phrase, "date", written, frame.issued, "", WHY_HOUR_BEFORE, at)


def hours(frame: Frame) -> Deadline:
    """“8h00-10h00 ngày X”: ends on X at the second hour."""
    return _as_range(with_hour(frame))


def range_with_hours(frame: Frame) -> Deadline:
    """“từ 8h ngày A đến 17h ngày B”: ends on B at its hour."""
    found = range_(frame)
    at = clock(frame.parts, frame.at["hour"])
    return Deadline("range", found.due, at, found.confidence, found.phrase, found.rule, found.why)


def _as_range(found: Deadline) -> Deadline:
    return Deadline(
        "range", found.due, found.at, found.confidence, found.phrase, f"{found.due}..{found.due}", found.why
    )


def range_(frame: Frame) -> Deadline:
    """“từ A đến B”, "A - B": due at the end of B; years missing in A come from B."""
    (_, end), why = _end(frame)
    start = _start(frame.parts, frame.at["first"], end)
    if start > end:
        why = why or WHY_BACKWARDS
    if frame.parts.letters[frame.at["first"]] == "N" and frame.parts.letters[frame.at["day"]] not in "Dd":
        why = why or WHY_SEVERAL
    return dated(frame.phrase, "range", end, frame.issued, f"{start}..{end}", why)


def row(frame: Frame) -> Deadline:
    """“ngày 26, 27/12”: one range when the days follow each other, else several deadlines."""
    parts, first, last = frame.parts, frame.at["first"], frame.at["day"]
    (start, end), _ = _end(frame)
    places = [at for at in range(first, last) if parts.letters[at] in "DdNMeQqrY"]
    following = start
    for at in reversed(places):
        before, until = _span_before(parts, at, end)
        if until + DAY != following:
            return Deadline("unclear", None, None, "asks", frame.phrase, why=WHY_SEVERAL)
        following = before
    return dated(frame.phrase, "range", end, frame.issued, f"{following}..{end}", WHY_SEVERAL)


#: First and last day of the parts of a month; half a month is 15 days (BLDS 2015, Điều 146).
_PARTS_OF_MONTH: Final = {"F": (1, 10), "S": (11, 20), "G": (21, 31), "[": (1, 15), "]": (16, 31)}


def part_of_period(frame: Frame) -> Deadline:
    """“thượng tuần tháng 6”, "nửa đầu năm": sure where the words fix the days, else a proposal."""
    (start, end), why = frame.span()
    part, letter = frame.parts.letters[frame.at["part"]], frame.parts.letters[frame.at["day"]]
    if letter in "Me" and part in _PARTS_OF_MONTH:
        first, last = _PARTS_OF_MONTH[part]
        begins, ends = start.replace(day=first), min(end, start + (last - 1) * DAY)
        return dated(frame.phrase, "range", ends, frame.issued, f"{begins}..{ends}", why)
    if letter in "Yz" and part in "[]":
        ends = date(end.year, 6, 30) if part == "[" else end
        return dated(frame.phrase, "range", ends, frame.issued, f"nửa năm đến {ends}", why)
    proposed = start + (14 if part == "~" else 9) * DAY if letter in "Me" else None
    return Deadline(frame.kind(), proposed, None, "asks", frame.phrase, why=WHY_VAGUE)


def week_of_month(frame: Frame) -> Deadline:
    """“tuần 2 tháng 6”: seven days a week counted from the first are proposed, since offices differ."""
    (start, end), _ = frame.span()
    letters = frame.parts.letters
    week = next((at for at, letter in enumerate(letters) if letter in "kK"), 0)
    count = 9 if ">" in letters else next(iter(frame.parts.numbers(week)), 1)
    if not 1 <= count <= 5 and ">" not in letters:
        raise NotADay(WHY_IMPOSSIBLE)
    due = min(end, start + (7 * count - 1) * DAY)
    return Deadline("range", due, None, "asks", frame.phrase, why=WHY_WEEK_OF_MONTH)


def nested(frame: Frame) -> Deadline:
    """“Quý III/2026 (trước ngày 15/9/2026)”: a day inside the period beside it governs."""
    parts, outer, at = frame.parts, frame.at["outer"], frame.at["day"]
    first, second = sorted((outer, at))
    between = parts.words[parts.spans[first][1] : parts.spans[second][0]]
    several = Deadline("unclear", None, None, "asks", frame.phrase, why=WHY_SEVERAL)
    if not _EXPLAINING.issuperset(between):
        return several
    why = ""
    if parts.letters[at] == "d" and parts.letters[outer] in "MQHY":
        (_, written) = covered(parts, at, covered(parts, outer, 0)[1].year)
    else:
        (_, written), why = frame.span()
    begins, ends = covered(parts, outer, written.year)
    if not begins <= written <= ends:
        return several
    if "b" in parts.letters[:at]:
        return before_written(frame.phrase, written, frame.issued, frame.before, why)
    return dated(frame.phrase, "date", written, frame.issued, "ngày ghi cụ thể trong kỳ", why)


def _end(frame: Frame) -> tuple[Span, str]:
    """The last part of a range; without a year it follows a first part that has one."""
    parts, first, last = frame.parts, frame.at["first"], frame.at["day"]
    if parts.letters[last] in "deqhzr" and parts.letters[first] in "DMQHY":
        start, _ = covered(parts, first, 0)
        return covered_on_or_after(parts, last, start)
    return frame.span()


def _start(parts: Parts, at: int, end: date) -> date:
    """First day of the part that opens a range ending on `end`."""
    return _span_before(parts, at, end)[0]


def _span_before(parts: Parts, at: int, end: date) -> Span:
    """Days of a part without a year (or month), the last such days that begin before `end`."""
    letter = parts.letters[at]
    if letter == "N":
        number = parts.numbers(at)[0]
        month = end if number <= end.day else end.replace(day=1) - DAY
        found = day(month.year, month.month, number)
        return found, found
    span = covered(parts, at, end.year)
    return covered(parts, at, end.year - 1) if letter in "deqhzr" and span[0] > end else span


RULES: Final = MappingProxyType[str, Rule](
    {
        "last_day": last_day,
        "before_day": before_day,
        "before_period": before_period,
        "with_hour": with_hour,
        "hour_after_before": hour_after_before,
        "hours": hours,
        "range": range_,
        "range_with_hours": range_with_hours,
        "row": row,
        "part_of_period": part_of_period,
        "week_of_month": week_of_month,
        "nested": nested,
    }
)

__all__ = ["RULES", "BeforeDate", "Frame", "NotADay", "Rule", "before_written", "dated"]
