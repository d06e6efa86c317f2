"""By when: the checks of the deadline (rõ thời gian), on the working calendar of the province.

Nothing here moves a due date. A signed paper keeps the day it names; before the signature
the drafter is told what that day is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from mappings.deadline_result import PERIODIC, WHY_PAST
from mappings.lint_checks import Severity
from mappings.lint_findings import Finding, shown, told
from mappings.lint_rows import RowRead, doubt_about
from tracking.calendar import WorkingCalendar
from tracking.profile import Profile

#: Kinds whose last day is a day that the drafter named.
_FIXED: Final = frozenset({"date", "range"})
_ONE_DAY: Final = timedelta(days=1)
_WHEN: Final = "Ghi thời hạn là một ngày cụ thể (ngày/tháng/năm)"
_PERIOD: Final = "Ghi thời hạn, hoặc kỳ báo cáo (hằng tuần, hằng tháng, hằng quý, sáu tháng, hằng năm)."


@dataclass(frozen=True, slots=True)
class Days:
    """What a due date is held against; dates are days in Asia/Ho_Chi_Minh."""

    calendar: WorkingCalendar
    profile: Profile | None = None
    issued: date | None = None
    parent_due: date | None = None


def time_findings(read: RowRead, days: Days) -> Iterator[Finding]:
    """Everything about the deadline of one row; without a certain due day only that it is missing."""
    due = read.due
    if doubt_about(read.row, "deadline") is not None:
        return
    if read.deadline.confidence == "asks":
        yield _asked(read, days)
    elif due is None:
        yield from _undated(read, days)
    elif days.issued is not None and due < days.issued:
        yield _past(read, due, days.issued)
    else:
        yield from _lead_time(read, due, days)
        yield from _day_off(read, due, days)
        if days.parent_due is not None and due > days.parent_due:
            said = f"Hạn {_day(due)} sau hạn {_day(days.parent_due)} của nhiệm vụ cấp trên giao."
            remedy = f"Chọn một ngày trước {_day(days.parent_due)}, đủ để tổng hợp, trình ký."
            yield told("due_after_parent", read.row, "deadline", read.row.deadline, said, remedy)


def _asked(read: RowRead, days: Days) -> Finding:
    row, due, why = read.row, read.deadline.due, read.deadline.why
    if why == WHY_PAST and due is not None and days.issued is not None:
        return _past(read, due, days.issued)
    said = f"“{shown(row.deadline)}”: {why or 'chưa hiểu được thời hạn'}."
    example = f", ví dụ {_day(due)} nếu đúng là ngày đó" if due else ""
    return told("deadline_unclear", row, "deadline", row.deadline, said, f"{_WHEN}{example}.")


def _past(read: RowRead, due: date, issued: date) -> Finding:
    said = f"Hạn {_day(due)} trước ngày ban hành {_day(issued)}."
    return told(
        "due_before_issue", read.row, "deadline", read.row.deadline, said, "Sửa lại ngày, tháng hoặc năm."
    )


def _undated(read: RowRead, days: Days) -> Iterator[Finding]:
    """A row without a due day: what that means depends on the regulation (LC-09, HC-06, DT-03, BT-08)."""
    row, policy = read.row, days.profile.undated if days.profile else None
    if read.deadline.kind in PERIODIC and (policy != "exclude" or read.deadline.due is not None):
        return
    wanted = "ngày" if policy == "exclude" else "ngày hay kỳ báo cáo"
    written = f"“{shown(row.deadline)}” không nêu {wanted}" if row.deadline.strip() else "Chưa ghi thời hạn"
    severity: Severity = "should" if policy == "track" else "must"
    if policy == "exclude":
        written += ", dòng này sẽ không được theo dõi"
    remedy = f"{_WHEN}." if policy == "exclude" else _PERIOD
    yield told("no_deadline", row, "deadline", row.deadline, f"{written}.", remedy, severity=severity)


def _lead_time(read: RowRead, due: date, days: Days) -> Iterator[Finding]:
    """The time between issue and due day, in working days, where the regulation bounds it (DT-05)."""
    if days.profile is None or days.issued is None:
        return
    limits, row = days.profile.lead_time, read.row
    if limits.min_working_days:
        earliest = days.calendar.add_working_days(days.issued, limits.min_working_days)
        if due < earliest:
            least = f"{limits.min_working_days} ngày làm việc sau ngày ban hành ({limits.source})"
            said = f"Hạn {_day(due)} chưa đủ {least}."
            remedy = f"Sớm nhất là {_day(earliest)} ({days.calendar.why(earliest)})."
            yield told("due_too_soon", row, "deadline", row.deadline, said, remedy)
    if limits.max_working_days:
        latest = days.calendar.add_working_days(days.issued, limits.max_working_days)
        if due > latest:
            most = f"{limits.max_working_days} ngày làm việc sau ngày ban hành ({limits.source})"
            said = f"Hạn {_day(due)} quá {most}."
            yield told("due_too_late", row, "deadline", row.deadline, said, f"Muộn nhất là {_day(latest)}.")


def _day_off(read: RowRead, due: date, days: Days) -> Iterator[Finding]:
    """A fixed day on which no office works; over Tết it is the whole break that counts.

    A period ("tháng 2/2026", "10 ngày kể từ …") that ends on a day off ends with the next
    working day by law (Bộ luật Dân sự 2015, Điều 148): only Tết is worth a word there.
    """
    calendar, row = days.calendar, read.row
    if calendar.is_working(due):
        return
    first, last = _break(due, calendar)
    before, after = first - _ONE_DAY, last + _ONE_DAY
    near = (
        _day(after)
        if days.issued is not None and before <= days.issued
        else f"{_day(before)} hoặc {_day(after)}"
    )
    remedy = f"Chọn ngày làm việc, ví dụ {near}.{_moves(days, after)}"
    if any("Tết" in name and "Dương lịch" not in name for name in _names(first, last, calendar)):
        said = f"Hạn {_day(due)} trong kỳ nghỉ Tết (từ {_day(first)} đến {_day(last)})."
        yield told("due_in_tet", row, "deadline", row.deadline, said, remedy)
        return
    if read.deadline.kind not in _FIXED:
        return
    said = f"Hạn {_day(due)} là ngày nghỉ ({calendar.why(due)}).{_unsure(due, calendar)}"
    yield told("due_on_day_off", row, "deadline", row.deadline, said, remedy)


def _moves(days: Days, after: date) -> str:
    moves = days.profile is not None and days.profile.due_on_day_off == "next_working"
    return f" Nếu giữ nguyên, hạn được tính đến hết {_day(after)}." if moves else ""


def _unsure(due: date, calendar: WorkingCalendar) -> str:
    """Said where the year's swap decisions are not entered: the day may yet be worked."""
    return "" if calendar.is_confirmed(due.year) else f" Ngày hoán đổi của năm {due.year} chưa được nhập."


def _break(due: date, calendar: WorkingCalendar) -> tuple[date, date]:
    """The first and the last day of the days off around `due`."""
    first = last = due
    while not calendar.is_working(first - _ONE_DAY):
        first -= _ONE_DAY
    while not calendar.is_working(last + _ONE_DAY):
        last += _ONE_DAY
    return first, last


def _names(first: date, last: date, calendar: WorkingCalendar) -> Iterator[str]:
    for number in range((last - first).days + 1):
        yield calendar.why(first + number * _ONE_DAY)


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
