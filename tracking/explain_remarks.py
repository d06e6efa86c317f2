"""Clauses of the explanation about what moved the clock or the task: pauses, outages, successors, blank calendars.

Each is one clause for the one sentence, in Vietnamese or English, and is said only
where it bears on the task.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from tracking.calendar import MIDNIGHT, ZONE, WorkingCalendar
from tracking.events import Due
from tracking.facts import Deadline
from tracking.obligations import Obligation
from tracking.obligations_owed import local_day
from tracking.profile import Profile
from tracking.task import Outage, Task
from tracking.timeline import at_words, due_words


def clock_remarks(task: Task, deadline: Deadline | None, profile: Profile, lang: str) -> Iterator[str]:
    """Due dates that were over when they were set, pauses, and outages that touch the due day."""
    vi = lang == "vi"
    for set_at, due in task.void_dues:
        when, day = at_words(set_at, lang), due_words(due, lang)
        yield (
            f"hạn {day} được ghi lúc {when}, khi đã qua hạn đó, nên không được tính"
            if vi
            else f"the due date {day} was set at {when}, when it was over already, and does not count"
        )
    for pause in task.pauses:
        since = at_words(pause.since, lang)
        if pause.until is None:
            yield (
                f"Văn phòng tạm dừng từ {since}, chưa tiếp tục"
                if vi
                else f"paused by the Office since {since}, not resumed"
            )
        else:
            until = at_words(pause.until, lang)
            yield (
                f"Văn phòng tạm dừng từ {since} đến {until}"
                if vi
                else f"paused by the Office from {since} to {until}"
            )
    for outage in task.outages:
        if deadline is not None and _touches(outage, task.due, deadline):
            yield _outage_words(outage, profile, lang)


def lead_remarks(task: Task, lang: str) -> Iterator[str]:
    """Units that were merged or abolished: who carries their task on."""
    names = [*(former.name for former in task.former_leads), task.lead_name]
    for former, successor in zip(task.former_leads, names[1:], strict=True):
        if former.succeeded:
            when = at_words(former.until, lang)
            yield (
                f"{successor} kế thừa {former.name} từ {when}, thời hạn không tính lại"
                if lang == "vi"
                else f"{successor} succeeded {former.name} at {when}, no clock began anew"
            )


def move_reasons(task: Task, profile: Profile, calendar: WorkingCalendar, lang: str) -> list[str]:
    """Why the due day that counts is not the one that is written."""
    vi = lang == "vi"
    reasons = []
    day_off = profile.due_on_day_off == "next_working"
    if day_off and task.due is not None and not calendar.is_working(task.due.day):
        reasons.append("là ngày nghỉ" if vi else "is a day off")
    if profile.pause.effect == "shift_due" and any(pause.until for pause in task.pauses):
        reasons.append("lùi do tạm dừng" if vi else "moved by a pause")
    if profile.outage.effect == "next_working_day" and task.outages:
        reasons.append("lùi do hệ thống ngừng" if vi else "moved by an outage")
    return reasons


def blank_years(
    days: Iterable[date], obligations: Iterable[Obligation], calendar: WorkingCalendar, as_of: datetime
) -> list[int]:
    """Years without entered swaps among these days and in every limit counted in working days."""
    years = {day.year for day in days}
    for one in obligations:
        if one.days == "working" and one.due_at is not None:
            last = one.met_at or as_of if one.is_late(as_of) else one.due_at - datetime.resolution
            years.update(range(local_day(one.opened_at).year, local_day(last).year + 1))
    return sorted(year for year in years if not calendar.is_confirmed(year))


def blank_words(years: Iterable[int], lang: str) -> str:
    """That the days off of these years are not entered yet: what was counted there may move."""
    if lang == "vi":
        return ", ".join(f"lịch nghỉ {year} chưa được nhập" for year in years)
    return ", ".join(f"the days off of {year} are not entered yet" for year in years)


def _touches(outage: Outage, written: Due | None, deadline: Deadline) -> bool:
    """Whether the outage lies on the due day, as written or as it counts."""
    for due in {deadline.due, written or deadline.due}:
        begins = datetime.combine(due.day, MIDNIGHT, ZONE)
        if outage.since < WorkingCalendar.late_from(due) and outage.until > begins:
            return True
    return False


def _outage_words(outage: Outage, profile: Profile, lang: str) -> str:
    since, until = at_words(outage.since, lang), at_words(outage.until, lang)
    noted = profile.outage.effect == "attribute"
    if lang == "vi":
        note = ", chỉ ghi nhận để xem xét" if noted else ""
        return f"hệ thống ngừng từ {since} đến {until} trong ngày hết hạn{note}"
    note = ", noted for consideration only" if noted else ""
    return f"the system was out of use from {since} to {until} on the due day{note}"
