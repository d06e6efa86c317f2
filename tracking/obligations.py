"""What a party owes besides the result itself, with its own clock: the first level.

The unit owes a first update and, once late, an explanation; the reviewer owes a
decision; the Office owes an answer to a request for more time. Each clock comes
from the profile, so a limit that a regulation does not set gives no obligation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from tracking.calendar import ZONE, WorkingCalendar
from tracking.events import Due
from tracking.facts import deadline_of, facts_at
from tracking.profile import Limit, Profile
from tracking.task import Submission, Task

Kind = Literal["first_update", "review", "extension_answer", "explanation"]
Party = Literal["unit", "office", "reviewer"]


@dataclass(frozen=True, slots=True)
class Obligation:
    """One thing owed. `due_at` is 24:00 of the last day, None where no limit is set.

    `met_at` is when it was done, or when the task's end made it pointless.
    """

    kind: Kind
    party: Party
    opened_at: datetime
    due_at: datetime | None
    met_at: datetime | None
    article: str

    def is_late(self, as_of: datetime) -> bool:
        """Whether it was done too late, or is still not done at `as_of` although the limit is over."""
        return self.due_at is not None and (self.met_at or as_of) >= self.due_at


def obligations(
    task: Task, profile: Profile, calendar: WorkingCalendar, as_of: datetime
) -> tuple[Obligation, ...]:
    """What is and was owed around `task`, in the order in which it was opened."""
    found = [
        *_first_update(task, profile, calendar),
        *_reviews(task, profile, calendar),
        *_extension_answers(task, profile, calendar),
        *_explanation(task, profile, calendar, as_of),
    ]
    return tuple(sorted(found, key=lambda owed: (owed.opened_at, owed.kind)))


def last_day(limit: Limit, opened_at: datetime, calendar: WorkingCalendar) -> date:
    """The last working day of a limit that began at `opened_at`; the first day is not counted."""
    if limit.cutoff is not None:
        first = calendar.effective_start(opened_at, limit.cutoff)
    else:
        first = opened_at.astimezone(ZONE).date()
    return calendar.add_working_days(first, limit.working_days)


def _owed(
    kind: Kind, limit: Limit, opened_at: datetime, met_at: datetime | None, calendar: WorkingCalendar
) -> Obligation:
    """A duty met before it began (a task already closed) is met when it begins."""
    due_at = calendar.end_of(Due(last_day(limit, opened_at, calendar)))
    met_at = None if met_at is None else max(met_at, opened_at)
    return Obligation(kind, limit.party, opened_at, due_at, met_at, limit.source)


def _first_update(task: Task, profile: Profile, calendar: WorkingCalendar) -> Iterator[Obligation]:
    """From receipt (LC-29) or from assignment (BT-18); of the unit that leads now."""
    limit = profile.limits.first_update
    if limit is None:
        return
    assigned_at = task.former_leads[-1].until if task.former_leads else task.assigned.occurred_at
    opened_at = task.received_at if limit.runs_from == "receipt" else assigned_at
    if opened_at is not None:
        yield _owed("first_update", limit, opened_at, task.progress_at or _closed_at(task), calendar)


def _reviews(task: Task, profile: Profile, calendar: WorkingCalendar) -> Iterator[Obligation]:
    """Each sending starts the reviewer's clock, until it is decided or another sending takes its place."""
    limit = profile.limits.review
    if limit is None:
        return
    for place, sent in enumerate(task.submissions):
        if not sent.further:
            met_at = sent.decided.at or _displaced_at(task, sent, place)
            yield _owed("review", limit, sent.at, met_at, calendar)


def _displaced_at(task: Task, sent: Submission, place: int) -> datetime | None:
    """When an undecided sending stopped waiting: the next sending, a new lead, a reopening, the end."""
    followers = [
        *(later.at for later in task.submissions[place + 1 :]),
        *(former.until for former in task.former_leads),
        *task.reopened,
        *(at for at in (task.ended_at, task.recalled_at) if at is not None),
    ]
    return min((at for at in followers if at > sent.at), default=None)


def _extension_answers(task: Task, profile: Profile, calendar: WorkingCalendar) -> Iterator[Obligation]:
    """Each request waits for an answer, whatever the answer is (LC-23)."""
    limit = profile.limits.extension_answer
    if limit is None:
        return
    for request in task.requests:
        met_at = request.answered_at or _closed_at(task)
        yield _owed("extension_answer", limit, request.asked_at, met_at, calendar)


def _explanation(
    task: Task, profile: Profile, calendar: WorkingCalendar, as_of: datetime
) -> Iterator[Obligation]:
    """Owed once the profile's condition holds; no seed sets a limit for it (LC-33)."""
    deadline = deadline_of(task, profile, calendar)
    ruling = profile.rulebook.ruling(facts_at(task, profile, deadline, as_of))
    if not ruling.owes_explanation or deadline is None:
        return
    done_at = task.decided.at if task.decided.verb == "approved" else None
    source = profile.late_explanation.source
    yield Obligation("explanation", "unit", done_at or deadline.late_from, None, task.explained_at, source)


def _closed_at(task: Task) -> datetime | None:
    """When the task was approved, ended or recalled, whichever came first."""
    done_at = task.decided.at if task.decided.verb == "approved" else None
    return min((at for at in (done_at, task.ended_at, task.recalled_at) if at is not None), default=None)
