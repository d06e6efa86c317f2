"""From a task to the seven facts that the status rules ask about, under one profile, at one instant.

All time comes in as `as_of`, which the engine never lets pass the moment to which
the source was completely read: nobody turns overdue on stale data.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from tracking.calendar import MIDNIGHT, ZONE, WorkingCalendar
from tracking.events import Due
from tracking.limits import Limit
from tracking.profile import NearDue, Profile
from tracking.task import Submission, Task
from tracking.vocabulary import Closing, Decision, DuePlace, Facts, Submitted


class Deadline(NamedTuple):
    """The due date as the profile counts it, and the instants that matter on the way to it."""

    due: Due
    """The day that counts: the given one, or the working day it moved to."""
    end: datetime
    """24:00 of the day (the next midnight) or the hour given."""
    late_from: datetime
    """First instant that is late; a given hour itself is still in time."""
    near_from: datetime | None
    """First instant of the near window; None in a profile without one."""


def deadline_of(task: Task, profile: Profile, calendar: WorkingCalendar) -> Deadline | None:
    """The deadline of `task` under `profile`; None for an undated task."""
    due = _given(task, profile, calendar)
    if due is None:
        return None
    if profile.due_on_day_off == "next_working" and not calendar.is_working(due.day):
        due = Due(calendar.on_or_after(due.day), due.at)
    if task.pauses and profile.pause.effect == "shift_due":
        due = _after_pauses(task, due, profile, calendar)
    if task.outages and profile.outage.effect == "next_working_day":
        due = _after_outages(task, due, calendar)
    return Deadline(
        due, calendar.end_of(due), calendar.late_from(due), _near_from(due, profile.near_due, calendar)
    )


def facts_of(task: Task, profile: Profile, calendar: WorkingCalendar, as_of: datetime) -> Facts:
    """The facts of `task` at `as_of`. Total: every task has exactly one set of facts."""
    return facts_at(task, profile, deadline_of(task, profile, calendar), as_of)


def facts_at(task: Task, profile: Profile, deadline: Deadline | None, as_of: datetime) -> Facts:
    """As `facts_of`, with the deadline already worked out."""
    late_from = deadline.late_from if deadline is not None else None
    sent, decided_at = counted_submission(task, profile), task.decided.at
    sent_at = sent.at if sent is not None else None
    if task.pauses and profile.pause.effect == "shift_due":
        as_of = on_clock(task, as_of)
        sent_at = sent_at and on_clock(task, sent_at)
        decided_at = decided_at and on_clock(task, decided_at)
    return Facts(
        closing=_closing(task, profile),
        decision=_decision(task, decided_at, late_from),
        submitted=_submitted(sent_at, late_from),
        progress="reported" if task.progress_at is not None else "none",
        due=_place(deadline, as_of),
        returned="yes" if task.returned_at is not None else "no",
        kind=task.assigned.kind,
    )


def on_clock(task: Task, instant: datetime) -> datetime:
    """`instant`, or where the clock had stopped when it lies in a pause: nothing turns late meanwhile."""
    for pause in task.pauses:
        if pause.since < instant and (pause.until is None or instant < pause.until):
            return pause.since
    return instant


def counted_submission(task: Task, profile: Profile) -> Submission | None:
    """The sending that decides; where proof is asked for, one without a file is only progress (LC-14).

    A file that was handed in and that the tracker could not bring is one all the same. What the Office
    approved or refused was a result to the Office, with a file or without.
    """
    sent = task.submission
    if sent is None or sent.has_file or task.decided.verb != "none":
        return sent
    return sent if profile.evidence.without_file == "submission" else None


def _given(task: Task, profile: Profile, calendar: WorkingCalendar) -> Due | None:
    """The due date as written; a petition has the one that its answer's limit gives (DN-10)."""
    limit = profile.limits.petition_answer
    if task.due is None and task.assigned.kind == "petition" and limit is not None:
        return Due(last_day(limit, task.assigned.occurred_at, calendar))
    return task.due


def last_day(limit: Limit, opened_at: datetime, calendar: WorkingCalendar) -> date:
    """The last day of a limit that began at `opened_at`; the first day is not counted (Điều 147)."""
    if limit.cutoff is not None:
        first = calendar.effective_start(opened_at, limit.cutoff)
    else:
        first = opened_at.astimezone(ZONE).date()
    if limit.calendar_days is not None:
        return first + timedelta(days=limit.calendar_days)
    return calendar.add_working_days(first, limit.working_days or 0)


def _after_pauses(task: Task, due: Due, profile: Profile, calendar: WorkingCalendar) -> Due:
    """Every ended pause that began in time moves the due day by as many days as the clock stood still.

    A due date that was set during a pause counts only what was left of it.
    """
    set_at = task.dues[-1][0]
    for pause in task.pauses:
        if pause.until is None or pause.until <= set_at or pause.since >= calendar.late_from(due):
            continue
        first, last = (each.astimezone(ZONE).date() for each in (max(pause.since, set_at), pause.until))
        if profile.pause.unit == "calendar":
            due = Due(due.day + (last - first), due.at)
        elif days := calendar.working_days_between(first, last):
            due = Due(calendar.add_working_days(due.day, days), due.at)
    return due


def _after_outages(task: Task, due: Due, calendar: WorkingCalendar) -> Due:
    """Where the system was out at the end of the due date, it ends with the working day after (DT-23)."""
    for outage in sorted(task.outages, key=lambda each: each.since):
        if outage.since < calendar.late_from(due) <= outage.until:
            due = Due(calendar.add_working_days(outage.until.astimezone(ZONE).date(), 1))
    return due


def _near_from(due: Due, near: NearDue, calendar: WorkingCalendar) -> datetime | None:
    """Start of the window: midnight of a day before the due day, or the hour of the end on that day."""
    if not near.enabled:
        return None
    if near.unit == "calendar":
        first = due.day - timedelta(days=near.days)
    else:
        first = calendar.working_day_before(due.day, near.days)
    if near.basis_of_window == "instant":
        return calendar.end_of(Due(first, due.at))
    return datetime.combine(first, MIDNIGHT, ZONE)


def _closing(task: Task, profile: Profile) -> Closing:
    if task.recalled_at is not None:
        return "recalled"
    if task.superseded_at is not None and profile.replacement.effect == "end":
        return "superseded"
    return "ended" if task.ended_at is not None else "none"


def _decision(task: Task, decided_at: datetime | None, late_from: datetime | None) -> Decision:
    if decided_at is None:
        return "none"
    after = late_from is not None and decided_at >= late_from
    if task.decided.verb == "approved":
        return "approved_after_due" if after else "approved_before_due"
    return "rejected_after_due" if after else "rejected_before_due"


def _submitted(sent_at: datetime | None, late_from: datetime | None) -> Submitted:
    if sent_at is None:
        return "none"
    return "late" if late_from is not None and sent_at >= late_from else "on_time"


def _place(deadline: Deadline | None, as_of: datetime) -> DuePlace:
    if deadline is None:
        return "none"
    if as_of >= deadline.late_from:
        return "past"
    return "near" if deadline.near_from is not None and as_of >= deadline.near_from else "ahead"
