"""One thing owed, and how its clock is set: opened, due, met, and how much too late.

Every clock is set here in one way. The Office's own clocks run as the text says;
those of units and coordinators stand still while the Office has paused the task,
just as the due date does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from tracking.calendar import ZONE, WorkingCalendar
from tracking.events import Due
from tracking.facts import last_day
from tracking.limits import Limit, Party
from tracking.obligations_course import Course, Moment, Tenure, course_of
from tracking.profile import Profile
from tracking.task import Task

Kind = Literal[
    "enter",
    "first_update",
    "recurring_update",
    "review",
    "extension_answer",
    "petition_answer",
    "coordination",
    "explanation",
    "cause_and_proposal",
    "opinion",
]
#: Which days a limit is counted in, as a key and in words.
Days = Literal["working", "calendar"]

DAY_WORDS: dict[Days, dict[str, str]] = {
    "working": {"vi": "ngày làm việc", "en": "working days"},
    "calendar": {"vi": "ngày", "en": "days"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """One thing owed by one party. All times are aware.

    `met_at` is when it was done, or when something made it pointless; `met_by` names
    the event that did. Without `due_at` it is owed and cannot be late.
    """

    kind: Kind
    party: Party
    unit: str = ""
    """Who concretely: the lead unit, the coordinating unit; empty for the Office and its reviewers."""
    opened_at: datetime
    opened_by: str
    """Key of the event that opened it, or the period in words ("tuần 09/03–15/03/2026")."""
    due_at: datetime | None = None
    """24:00 of the last day (the next midnight), or the hour given."""
    late_from: datetime | None = None
    """First instant that is late; an hour that a letter names is itself still in time."""
    met_at: datetime | None = None
    met_by: str = ""
    article: str
    days: Days = "working"
    listed: str = ""
    """The list of the regulation in which it stands now ("chậm phối hợp")."""

    def is_late(self, as_of: datetime) -> bool:
        """Whether it was done too late, or is still not done at `as_of` although the limit is over."""
        return self.late_from is not None and (self.met_at or as_of) >= self.late_from

    def is_open(self) -> bool:
        """Whether it is still owed."""
        return self.met_at is None

    def missed_by(self, as_of: datetime, calendar: WorkingCalendar, lang: str = "vi") -> tuple[int, str]:
        """By how many days it was or is missed, and the unit in words ("ngày làm việc").

        Days after the last one allowed, up to and with the day it was met (or of
        `as_of`). 0 when it is not late, or late by hours on the same day.
        """
        words = DAY_WORDS[self.days][lang]
        if not self.is_late(as_of) or self.due_at is None:
            return 0, words
        last, done = last_allowed(self.due_at), local_day(self.met_at or as_of)
        if self.days == "working":
            return calendar.working_days_between(last, done), words
        return (done - last).days, words

    @property
    def booked_to(self) -> tuple[Party, str]:
        """To whom a miss is booked: the party that owed it, and the unit where there is one."""
        return self.party, self.unit


class Around(NamedTuple):
    """What every clock looks at: the task and its course, the regulation, the calendar, the instant."""

    task: Task
    course: Course
    profile: Profile
    calendar: WorkingCalendar
    as_of: datetime

    @property
    def clock_stops(self) -> bool:
        """Whether a pause stops the clocks of units in this province."""
        return bool(self.task.pauses) and self.profile.pause.effect == "shift_due"

    def settled(self, tenure: Tenure, since: datetime) -> Moment | None:
        """What meets an update owed from `since`: a report, or the end of the task or of the tenure."""
        ends = [self.course.report(since, tenure.until), self.course.closing(since)]
        if tenure.until is not None:
            ends.append(Moment(tenure.until, tenure.closed_by))
        return min((end for end in ends if end is not None), default=None)


def around(task: Task, profile: Profile, calendar: WorkingCalendar, as_of: datetime) -> Around:
    """Everything that a clock looks at, with the course read once."""
    return Around(task, course_of(task, profile), profile, calendar, as_of)


def owed(kind: Kind, limit: Limit, unit: str, opened: Moment, met: Moment | None, seen: Around) -> Obligation:
    """An obligation under `limit`, from `opened` until `met`.

    A duty met before it began (a task already closed) is met when it begins.
    """
    due = Due(last_day(limit, opened.at, seen.calendar))
    return owed_by(
        kind,
        limit.party,
        unit,
        opened,
        due,
        met,
        limit.source,
        seen,
        days="working" if limit.calendar_days is None else "calendar",
    )


def owed_by(
    kind: Kind,
    party: Party,
    unit: str,
    opened: Moment,
    due: Due | None,
    met: Moment | None,
    article: str,
    seen: Around,
    *,
    days: Days = "working",
    listed: str = "",
) -> Obligation:
    """An obligation with a due day of its own, or with none."""
    if met is not None and met.at < opened.at:
        met = Moment(opened.at, met.key)
    if due is not None and (seen.task.pauses or seen.task.outages):
        due = _moved(due, party, opened, met, days, seen)
    return Obligation(
        kind=kind,
        party=party,
        unit=unit,
        opened_at=opened.at,
        opened_by=opened.key,
        due_at=None if due is None else seen.calendar.end_of(due),
        late_from=None if due is None else seen.calendar.late_from(due),
        met_at=None if met is None else met.at,
        met_by="" if met is None else met.key,
        article=article,
        days=days,
        listed=listed,
    )


def last_allowed(due_at: datetime) -> date:
    """The last day on which something due at `due_at` was in time; 24:00 still belongs to its day."""
    return local_day(due_at - datetime.resolution)


def local_day(instant: datetime) -> date:
    """The day of an instant in Asia/Ho_Chi_Minh."""
    return instant.astimezone(ZONE).date()


def _moved(
    due: Due, party: Party, opened: Moment, met: Moment | None, days: Days, seen: Around
) -> Due | None:
    """Behind pauses (units and coordinators only) and outages, where the province says so.

    None while the clock stands still: then nobody can say yet when it will be due.
    """
    if party in {"unit", "coordinator"} and seen.clock_stops:
        for pause in seen.task.pauses:
            if pause.since >= seen.calendar.late_from(due) or (met is not None and met.at <= pause.since):
                break
            if pause.until is None:
                return None
            if pause.until > opened.at:
                first, last = local_day(max(pause.since, opened.at)), local_day(pause.until)
                due = Due(_later(due.day, first, last, days, seen.calendar), due.at)
    if seen.profile.outage.effect == "next_working_day":
        for outage in seen.task.outages:
            if outage.since < seen.calendar.late_from(due) <= outage.until:
                due = Due(seen.calendar.add_working_days(local_day(outage.until), 1))
    return due


def _later(day: date, first: date, last: date, days: Days, calendar: WorkingCalendar) -> date:
    """`day` behind as many days as lie between `first` and `last`."""
    if days == "calendar":
        return day + timedelta(days=(last - first).days)
    stood = calendar.working_days_between(first, last)
    return calendar.add_working_days(day, stood) if stood else day
