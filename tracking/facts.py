"""From a task to the six facts that the status rules ask about, under one profile, at one instant.

All time comes in as `as_of`, which the engine never lets pass the moment to which
the source was completely read: nobody turns overdue on stale data.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from tracking.calendar import MIDNIGHT, ZONE, WorkingCalendar
from tracking.events import Due
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
    if task.due is None:
        return None
    due = task.due
    if profile.due_on_day_off == "next_working" and not calendar.is_working(due.day):
        due = Due(calendar.on_or_after(due.day), due.at)
    return Deadline(
        due, calendar.end_of(due), calendar.late_from(due), _near_from(due, profile.near_due, calendar)
    )


def facts_of(task: Task, profile: Profile, calendar: WorkingCalendar, as_of: datetime) -> Facts:
    """The facts of `task` at `as_of`. Total: every task has exactly one set of facts."""
    return facts_at(task, profile, deadline_of(task, profile, calendar), as_of)


def facts_at(task: Task, profile: Profile, deadline: Deadline | None, as_of: datetime) -> Facts:
    """As `facts_of`, with the deadline already worked out."""
    late_from = deadline.late_from if deadline is not None else None
    return Facts(
        closing=_closing(task),
        decision=_decision(task, late_from),
        submitted=_submitted(counted_submission(task, profile), late_from),
        progress="reported" if task.progress_at is not None else "none",
        due=_place(deadline, as_of),
        returned="yes" if task.returned_at is not None else "no",
    )


def counted_submission(task: Task, profile: Profile) -> Submission | None:
    """The sending that decides; where proof is asked for, one without a file is only progress (LC-14).

    What the Office approved or refused was a result to the Office, with a file or without.
    """
    sent = task.submission
    if sent is None or sent.evidence or task.decided.verb != "none":
        return sent
    return sent if profile.evidence.without_file == "submission" else None


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


def _closing(task: Task) -> Closing:
    if task.recalled_at is not None:
        return "recalled"
    return "ended" if task.ended_at is not None else "none"


def _decision(task: Task, late_from: datetime | None) -> Decision:
    if task.decided.at is None:
        return "none"
    after = late_from is not None and task.decided.at >= late_from
    if task.decided.verb == "approved":
        return "approved_after_due" if after else "approved_before_due"
    return "rejected_after_due" if after else "rejected_before_due"


def _submitted(sent: Submission | None, late_from: datetime | None) -> Submitted:
    if sent is None:
        return "none"
    return "late" if late_from is not None and sent.at >= late_from else "on_time"


def _place(deadline: Deadline | None, as_of: datetime) -> DuePlace:
    if deadline is None:
        return "none"
    if as_of >= deadline.late_from:
        return "past"
    return "near" if deadline.near_from is not None and as_of >= deadline.near_from else "ahead"
