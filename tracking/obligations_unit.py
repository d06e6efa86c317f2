"""What the lead unit and its coordinators owe beside the result: first update, answers, explanation, cause.

Excludes the updates owed again and again (obligations_recurring).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tracking.events import Due
from tracking.facts import Deadline, deadline_of, facts_at, last_day, on_clock
from tracking.limits import Tasks
from tracking.obligations_course import Moment, Tenure
from tracking.obligations_owed import Around, Obligation, owed, owed_by
from tracking.rulebook import Family, Ruling
from tracking.task import Coordination, Task

#: The list in which a slow coordinator stands while the lead complains and it has not answered (DN-11).
SLOW = "chậm phối hợp"


def is_among(task: Task, tasks: Tasks) -> bool:
    """Whether a limit for dated or undated tasks speaks about this one (BT-07, BT-08)."""
    return tasks == "all" or (tasks == "dated") == (task.due is not None)


def first_updates(seen: Around) -> Iterator[Obligation]:
    """From receipt (LC-29) or from assignment (BT-18), for each unit that the Office gave the task to."""
    limit = seen.profile.limits.first_update
    if limit is None or not is_among(seen.task, limit.tasks):
        return
    for tenure in seen.course.tenures:
        opened: Moment | None = Moment(tenure.since, tenure.opened_by)
        if limit.runs_from == "receipt":
            opened = receipt_of(tenure, seen)
        if opened is not None:
            yield owed("first_update", limit, tenure.unit, opened, seen.settled(tenure, opened.at), seen)


def coordinations(seen: Around) -> Iterator[Obligation]:
    """One for each request: due on the day its letter names, else by the limit, else without a limit (DT-28).

    A complaint lists the unit as slow until it answers or the lead withdraws (DN-11).
    """
    keys = seen.course.keys
    for asked in seen.task.coordination:
        opened = Moment(asked.asked_at, keys.get((asked.unit, asked.asked_at), ""))
        met = seen.course.closing(asked.asked_at)
        if asked.answered_at is not None:
            met = Moment(asked.answered_at, keys.get((asked.unit, asked.answered_at), ""))
        limit = seen.profile.limits.coordination
        counted = limit is not None and asked.due is None
        listed = asked.complained_at is not None and met is None
        yield owed_by(
            "coordination",
            "coordinator",
            asked.unit,
            opened,
            coordination_due(asked, seen),
            met,
            (limit or seen.profile.leads).source,
            seen,
            days="working" if counted and limit and limit.calendar_days is None else "calendar",
            listed=SLOW if listed and "coordination" in seen.profile.modules.enabled else "",
        )


def coordination_due(asked: Coordination, seen: Around) -> Due | None:
    """When a coordinator's answer is due; None where neither the letter nor the regulation says so."""
    limit = seen.profile.limits.coordination
    if asked.due is not None or limit is None:
        return asked.due
    return Due(last_day(limit, asked.asked_at, seen.calendar))


def explanations(seen: Around) -> Iterator[Obligation]:
    """Late completion, or lateness as such, asks for an explanation (LC-33, HC-21), and for what is
    unfinished past its due date cause and proposal are asked (LC-15, BT-26, DN-01). No seed sets a limit.
    """
    deadline = deadline_of(seen.task, seen.profile, seen.calendar)
    if deadline is None:
        return
    ruling = seen.profile.rulebook.ruling(facts_at(seen.task, seen.profile, deadline, seen.as_of))
    if ruling.owes_explanation:
        opened = _completed(seen, ruling) or Moment(deadline.late_from, "")
        met = None if seen.task.explained_at is None else Moment(seen.task.explained_at, "")
        source = seen.profile.late_explanation.source
        yield owed_by("explanation", "unit", seen.task.lead, opened, None, met, source, seen)
    if seen.profile.cause_report.owed:
        yield from _cause(seen, deadline, ruling)


def _cause(seen: Around, deadline: Deadline, ruling: Ruling) -> Iterator[Obligation]:
    """Opens when the due date passes while the work lies with the unit; a result ends it as a report does."""
    since = _unfinished_since(seen, deadline.late_from)
    if since is None:
        return
    task, lead = seen.task, seen.task.lead
    met = Moment(max(since, task.difficulties[0]), "") if task.difficulties else None
    if met is None and not ruling.owes_cause:
        met = _handed_in(seen, since) or seen.course.closing(since)
    source = seen.profile.cause_report.source
    yield owed_by("cause_and_proposal", "unit", lead, Moment(since, ""), None, met, source, seen)


def _unfinished_since(seen: Around, late_from: datetime) -> datetime | None:
    """The first moment past due, not after now, at which no result waits and the task is not closed."""
    now = on_clock(seen.task, seen.as_of) if seen.clock_stops else seen.as_of
    since = late_from
    for stretch in sorted((*seen.course.waits, *seen.course.closed)):
        if stretch.covers(since):
            if stretch.until is None:
                return None
            since = stretch.until
    return since if since <= now else None


def _handed_in(seen: Around, since: datetime) -> Moment | None:
    return next(
        (Moment(wait.since, wait.opened_by) for wait in seen.course.waits if wait.since >= since), None
    )


def _completed(seen: Around, ruling: Ruling) -> Moment | None:
    """The completion that came late: the approval, or the sending where nobody approves."""
    if ruling.rule.family is not Family.DONE or not seen.course.closed:
        return None
    return Moment(seen.course.closed[-1].since, seen.course.closed[-1].opened_by)


def receipt_of(tenure: Tenure, seen: Around) -> Moment | None:
    """When the unit of `tenure` took the task on."""
    until = tenure.until
    for receipt in seen.course.receipts:
        if receipt.at >= tenure.since and (until is None or receipt.at < until):
            return receipt
    return None
