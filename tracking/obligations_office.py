"""What the Office and its reviewers owe: entering, deciding, answering, a leader's opinion.

These clocks measure the other side of the desk. They never change a state: what
the Office misses is shown beside it, so that nobody pays for another's delay.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tracking.obligations_course import Moment, Stretch
from tracking.obligations_owed import Around, Obligation, owed, owed_by


def entering(seen: Around, entered_at: datetime | None) -> Iterator[Obligation]:
    """From issue until the task stands in the tracker (LC-20, BT-16, DT-21).

    An assignment says when its directive was issued. The tracker reads it by itself,
    so that a row is entered with its issue, unless `entered_at` says that it had to
    wait for a person.
    """
    limit = seen.profile.limits.enter
    if limit is None:
        return
    given = seen.task.assigned
    opened = Moment(given.occurred_at, given.key)
    yield owed("enter", limit, "", opened, Moment(entered_at or given.occurred_at, given.key), seen)


def reviews(seen: Around) -> Iterator[Obligation]:
    """Each sending starts the reviewer's clock, until it is decided or another thing takes its place (DT-09)."""
    limit = seen.profile.limits.review
    if limit is None:
        return
    for wait in seen.course.waits:
        yield owed("review", limit, "", Moment(wait.since, wait.opened_by), wait.end, seen)


def extension_answers(seen: Around) -> Iterator[Obligation]:
    """Each request waits for an answer, whatever the answer is (LC-23)."""
    limit = seen.profile.limits.extension_answer
    if limit is None:
        return
    for asked in seen.course.requests:
        yield owed(
            "extension_answer", limit, "", Moment(asked.since, asked.opened_by), end_of(asked, seen), seen
        )


def petition_answers(seen: Around) -> Iterator[Obligation]:
    """A unit's petition waits for the province: day 20 is in time, day 21 is not (DN-10)."""
    limit = seen.profile.limits.petition_answer
    if limit is None or seen.task.kind != "petition":
        return
    given = seen.task.assigned
    opened = Moment(given.occurred_at, given.key)
    yield owed("petition_answer", limit, "", opened, seen.course.closing(opened.at), seen)


def opinions(seen: Around) -> Iterator[Obligation]:
    """An approval without the leader's opinion that the regulation asks for (LC-16): the opinion is missing.

    Opinions from before a reopening were about another result.
    """
    task, approvers = seen.task, seen.profile.approvers
    if not approvers.opinion_of or task.decided.verb != "approved" or task.decided.at is None:
        return
    begun = task.reopened[-1] if task.reopened else task.assigned.occurred_at
    first = next((at for at in task.opinions if at >= begun), None)
    if first is not None and first <= task.decided.at:
        return
    met = None if first is None else Moment(first, "")
    opened = Moment(task.decided.at, seen.course.closed[-1].opened_by if seen.course.closed else "")
    yield owed_by("opinion", "office", "", opened, None, met, approvers.source, seen)


def end_of(asked: Stretch, seen: Around) -> Moment | None:
    """When a request stopped waiting: its answer, or the end of the task before it."""
    closing, answer = seen.course.closing(asked.since), asked.end
    if closing is None or answer is None:
        return closing or answer
    return min(closing, answer)
