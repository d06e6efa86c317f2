"""Figures about many tasks at one instant: every share with its numerator and its denominator.

A rate that says "1.4 % overdue" and counts only what is still open hides every task that was completed late.
So nothing here is a percentage: a share is two counts, what stands outside is named apart, and however tasks
are parted, the parts add up to the whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from tracking.calendar import ZONE, WorkingCalendar
from tracking.facts import counted_submission
from tracking.obligations_office import reviews
from tracking.obligations_owed import around
from tracking.profile import Profile
from tracking.status import Family, Lateness, Verdict, derive
from tracking.task import Task

#: What a task counts as that the regulation keeps out of its tracking.
NOT_TRACKED: Final = "không theo dõi"

Bucket = Literal["quá hạn", "đến hạn", "còn hạn", "không hạn", "chờ phê duyệt", "đã xong", "ngoài tỷ lệ"]
"""What a task counts as in the weekly notice (LC-19); the last two stand beside the five."""
AgeBand = Literal["1-7", "8-30", "31-90", ">90"]
Silence = Literal["<1 tháng", "1-3 tháng", ">=3 tháng"]


class Share(NamedTuple):
    """So many out of so many; a rate is worked out where it is shown, and never without both."""

    numerator: int
    denominator: int


class Judged(NamedTuple):
    """One task with its verdict at the instant of the figures, under the regulation that it keeps."""

    task: Task
    verdict: Verdict
    profile: Profile


@dataclass(slots=True)
class OnTime:
    """On-time counts held against one due date: the first one given, or the one after extensions."""

    done_on_time: int = 0
    done: int = 0
    open_late: int = 0

    @property
    def among_done(self) -> Share:
        """Of what was completed, so much was in time. Says nothing about what is late and still open."""
        return Share(self.done_on_time, self.done)

    @property
    def with_open_late(self) -> Share:
        """Of what was completed or should have been by now, so much was in time."""
        return Share(self.done_on_time, self.done + self.open_late)

    def take(self, family: Family, lateness: Lateness) -> None:
        """Count one task that has a due date."""
        if family is Family.DONE:
            self.done += 1
            self.done_on_time += lateness is Lateness.ON_TIME
        else:
            self.open_late += lateness is Lateness.LATE


@dataclass(slots=True)
class Review:
    """How long results waited for a decision, and how often a limit of the reviewer was broken."""

    decided: int = 0
    waiting: int = 0
    waited: timedelta = timedelta(0)
    """Of the decided ones and those still waiting, together."""
    longest: timedelta = timedelta(0)
    with_limit: int = 0
    """Sendings for which the regulation sets the reviewer a limit."""
    late: int = 0
    """Of those: decided too late, or undecided although the limit is over."""

    @property
    def late_share(self) -> Share:
        """Reviews that broke their limit, of those that have one."""
        return Share(self.late, self.with_limit)


@dataclass(slots=True)
class Extensions:
    """Requests and consents. Extended tasks are counted apart, since a moved date makes late work in time."""

    tasks_extended: int = 0
    consents: int = 0
    most: int = 0
    waiting: int = 0
    refused: int = 0


@dataclass(slots=True)
class Tally:
    """All counts over one set of tasks: the whole, one unit's, one officer's."""

    tasks: int = 0
    texts: Counter[str] = field(default_factory=Counter)
    families: Counter[str] = field(default_factory=Counter)
    buckets: Counter[Bucket] = field(default_factory=Counter)
    outside: Counter[str] = field(default_factory=Counter)
    """Tasks in no rate, by why: their state when ended, or that they have no due date."""
    by_due: OnTime = field(default_factory=OnTime)
    """Held against the due date in force, extensions included."""
    by_original_due: OnTime = field(default_factory=OnTime)
    """Held against the due date first given."""
    overdue_ages: Counter[AgeBand] = field(default_factory=Counter)
    """Open and late, by calendar days past the due day."""
    silences: Counter[Silence] = field(default_factory=Counter)
    """Open and undated, by how long ago the unit last reported."""
    silent_tasks: list[str] = field(default_factory=list)
    """Undated tasks without a report for three months or more, in the order in which they were counted."""
    extensions: Extensions = field(default_factory=Extensions)
    review: Review = field(default_factory=Review)
    returned: int = 0
    explanations_owed: int = 0
    causes_owed: int = 0
    claimed_without_file: list[str] = field(default_factory=list)
    """Tasks that a unit says are finished without any document to show for it (BT-21)."""

    @property
    def in_rate(self) -> int:
        """Tasks that count in rates: dated, tracked and not ended."""
        return self.tasks - self.outside.total()

    @property
    def overdue_open(self) -> Share:
        """Late and still open, of all that count: the share that announcements like to give."""
        return Share(self.by_due.open_late, self.in_rate)

    @property
    def overdue_ever(self) -> Share:
        """Late and open, or completed late, of all that count."""
        late = self.by_due.open_late + self.by_due.done - self.by_due.done_on_time
        return Share(late, self.in_rate)


@dataclass(slots=True)
class Figures:
    """The figures at one instant: over everything, by lead unit and by monitoring officer."""

    as_of: datetime
    whole: Tally = field(default_factory=Tally)
    units: dict[str, Tally] = field(default_factory=dict)
    """By the name of the lead unit."""
    officers: dict[str, Tally] = field(default_factory=dict)
    """By the officer's id; the empty one collects tasks that nobody follows."""


def figures(judged: Iterable[Judged], calendar: WorkingCalendar, as_of: datetime) -> Figures:
    """Count tasks, one after another; nothing of a task is kept but what is counted.

    `judged` are verdicts of one instant, `as_of`. Sums of units and of officers equal the whole.
    """
    made = Figures(as_of)
    for one in judged:
        counted = _counts(one, calendar, as_of)
        unit = made.units.setdefault(one.task.lead_name, Tally())
        officer = made.officers.setdefault(one.task.officer, Tally())
        for tally in (made.whole, unit, officer):
            counted(tally)
    return made


def _counts(one: Judged, calendar: WorkingCalendar, as_of: datetime) -> Callable[[Tally], None]:
    """What is worked out once for a task, to be put into each of its tallies."""
    task, verdict, _ = one
    outside = _outside(verdict)
    original = _by_original_due(one, calendar, as_of)
    limited = list(reviews(around(task, one.profile, calendar, as_of))) if verdict.text else []
    late = sum(owed.is_late(as_of) for owed in limited)

    def into(tally: Tally) -> None:
        tally.tasks += 1
        tally.texts[verdict.shown or NOT_TRACKED] += 1
        tally.families[verdict.family.value if verdict.text else NOT_TRACKED] += 1
        tally.buckets[bucket(verdict)] += 1
        if outside:
            tally.outside[outside] += 1
        else:
            tally.by_due.take(verdict.family, verdict.lateness)
            tally.by_original_due.take(verdict.family, original)
        _ages(tally, task, verdict, as_of)
        _extensions(tally.extensions, task)
        _review(tally.review, one, as_of)
        tally.review.with_limit += len(limited)
        tally.review.late += late
        tally.returned += task.returned_at is not None
        tally.explanations_owed += verdict.explanation_owed
        tally.causes_owed += verdict.cause_owed
        if _is_bare_claim(task, verdict):
            tally.claimed_without_file.append(task.key)

    return into


def _is_bare_claim(task: Task, verdict: Verdict) -> bool:
    """The latest sending that counts has no file, and the Office has not refused it already."""
    if not verdict.text or verdict.family is Family.ENDED or task.decided.verb == "rejected":
        return False
    return task.submission is not None and not task.submission.has_file


def bucket(verdict: Verdict) -> Bucket:
    """What a task counts as in the weekly notice. A result that waits is not taken for idle work."""
    if not verdict.text or verdict.family is Family.ENDED:
        return "ngoài tỷ lệ"
    if verdict.family is Family.DONE:
        return "đã xong"
    waits = verdict.facts.submitted != "none" and verdict.facts.decision == "none"
    if verdict.family is Family.SUBMITTED or (waits and verdict.lateness is not Lateness.LATE):
        return "chờ phê duyệt"
    if verdict.facts.due == "none":
        return "không hạn"
    if verdict.lateness is Lateness.LATE:
        return "quá hạn"
    return "đến hạn" if verdict.facts.due == "near" else "còn hạn"


def _outside(verdict: Verdict) -> str:
    """Why a task is in no rate; empty when it is."""
    if not verdict.text:
        return NOT_TRACKED
    if verdict.family is Family.ENDED:
        return verdict.shown
    return "không hạn" if verdict.facts.due == "none" else ""


def _by_original_due(one: Judged, calendar: WorkingCalendar, as_of: datetime) -> Lateness:
    """Late or not if no extension had ever been granted."""
    task, verdict, profile = one
    if not task.extensions or task.original_due is None:
        return verdict.lateness
    given = replace(task, due=task.original_due, dues=((task.assigned.occurred_at, task.original_due),))
    return derive(given, profile, calendar, as_of).lateness


def _ages(tally: Tally, task: Task, verdict: Verdict, as_of: datetime) -> None:
    if not verdict.text or verdict.family in {Family.DONE, Family.ENDED}:
        return
    if verdict.facts.due == "none":
        silence = _silence(task, as_of)
        tally.silences[silence] += 1
        if silence == ">=3 tháng":
            tally.silent_tasks.append(task.key)
    elif verdict.lateness is Lateness.LATE and verdict.days_left is not None:
        tally.overdue_ages[_age(max(1, -verdict.days_left))] += 1


def _age(days: int) -> AgeBand:
    if days <= 7:
        return "1-7"
    if days <= 30:
        return "8-30"
    return "31-90" if days <= 90 else ">90"


def _silence(task: Task, as_of: datetime) -> Silence:
    """Since the last report of the unit that leads now, or since it has the task."""
    last = (task.updated_at or task.lead_since).astimezone(ZONE).date()
    today = as_of.astimezone(ZONE).date()
    months = (today.year - last.year) * 12 + today.month - last.month - (today.day < last.day)
    if months < 1:
        return "<1 tháng"
    return "1-3 tháng" if months < 3 else ">=3 tháng"


def _extensions(counted: Extensions, task: Task) -> None:
    count = len(task.extensions)
    counted.tasks_extended += count > 0
    counted.consents += count
    counted.most = max(counted.most, count)
    counted.waiting += sum(request.granted is None for request in task.requests)
    counted.refused += sum(request.granted is False for request in task.requests)


def _review(counted: Review, one: Judged, as_of: datetime) -> None:
    """Each decided sending waited until its decision; the one that counts waits until now."""
    task = one.task
    for sent in task.submissions:
        if sent.decided.at is not None:
            counted.decided += 1
            _waited(counted, sent.decided.at - sent.at)
    open_one = counted_submission(task, one.profile)
    if open_one is not None and one.verdict.facts.decision == "none" and _is_reviewed(one.verdict):
        counted.waiting += 1
        _waited(counted, as_of - open_one.at)


def _is_reviewed(verdict: Verdict) -> bool:
    return verdict.family not in {Family.DONE, Family.ENDED}


def _waited(counted: Review, how_long: timedelta) -> None:
    counted.waited += how_long
    counted.longest = max(counted.longest, how_long)
