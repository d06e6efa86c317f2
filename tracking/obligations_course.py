"""The course of a task, read once: who led it when, and what stood open from when until when.

A task keeps the present; a clock needs the past as well: a sending that waited, a
return that was answered, a completion that was undone. All of that lies in the
events, so one walk through them gives every stretch that obligations and bookings
are made of.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from tracking import events as e
from tracking.events import Event, TaskKind
from tracking.profile import Profile
from tracking.rulebook import Family
from tracking.task import Task
from tracking.vocabulary import Facts

#: A result was handed in, in time, and nobody decided anything: what does the province's table say?
_SENT_ONLY = Facts("none", "none", "on_time", "reported", "ahead", "no")


class Moment(NamedTuple):
    """An instant, and the key of the event that made it."""

    at: datetime
    key: str


class Stretch(NamedTuple):
    """From `since` until before `until`; `until` is None while it lasts. Keys name the events."""

    since: datetime
    until: datetime | None
    opened_by: str = ""
    closed_by: str = ""

    def covers(self, instant: datetime) -> bool:
        """Whether `instant` lies in it."""
        return self.since <= instant and (self.until is None or instant < self.until)

    @property
    def end(self) -> Moment | None:
        """What closed it."""
        return None if self.until is None else Moment(self.until, self.closed_by)


class Tenure(NamedTuple):
    """One lead and its time. A successor goes on in the same tenure: no clock begins anew."""

    unit: str
    since: datetime
    until: datetime | None
    opened_by: str
    closed_by: str


@dataclass(slots=True)
class Course:
    """Everything that was ever open around one task, oldest first."""

    tenures: tuple[Tenure, ...]
    receipts: list[Moment]
    reports: list[Moment]
    waits: list[Stretch]
    """Sendings that wait for the reviewer; in a province without review there are none."""
    requests: list[Stretch]
    returned: list[Stretch]
    closed: list[Stretch]
    """Completed, ended, recalled or gone on elsewhere; more than one after a reopening."""
    keys: dict[tuple[str, datetime], str]
    """Keys of the requests, answers and complaints of coordination, by unit and instant."""

    def closing(self, after: datetime) -> Moment | None:
        """The first closing at or after `after`; `after` itself when the task is closed already."""
        for stretch in self.closed:
            if stretch.until is None or stretch.until > after:
                return Moment(max(stretch.since, after), stretch.opened_by)
        return None

    def report(self, since: datetime, until: datetime | None) -> Moment | None:
        """The first report of the unit from `since` on, before `until`."""
        place = bisect_left(self.reports, since, key=lambda moment: moment.at)
        if place == len(self.reports) or (until is not None and self.reports[place].at >= until):
            return None
        return self.reports[place]


def course_of(task: Task, profile: Profile) -> Course:
    """The course of `task` as `profile` reads it: what counts as handed in, and what closes a task."""
    walk = _Walk(task, profile)
    for event in task.history:
        step = _STEPS.get(type(event))
        if step is not None:
            step(walk, event)
    return walk.course()


def declares_itself(profile: Profile, kind: TaskKind = "directive", *, refused: bool = False) -> bool:
    """Whether a task is done once a result is recorded: nobody approves it (BT-13), or it is the answer to
    a petition (DN-10). With `refused`: whether it stays done when somebody refuses that result.
    """
    facts = replace(_SENT_ONLY, kind=kind, decision="rejected_before_due" if refused else "none")
    return profile.rulebook.ruling(facts).rule.family is Family.DONE


class _Walk:
    """The walk through the events. It keeps pace with the fold: what ends there ends here."""

    def __init__(self, task: Task, profile: Profile) -> None:
        self.task, self.profile = task, profile
        self.by_itself = declares_itself(profile, task.kind)
        self.leaves = profile.replacement.effect == "end"
        self.sent = 0  # how many sendings were passed
        self.counts = self.approved = self.recorded = self.over = False
        self.lead = task.assigned.lead
        self.changes: list[Moment] = [Moment(task.assigned.occurred_at, task.assigned.key)]
        self.receipts: list[Moment] = []
        self.reports: list[Moment] = []
        self.waits: list[Stretch] = []
        self.requests: list[Stretch] = []
        self.returned: list[Stretch] = []
        self.closed: list[Stretch] = []
        self.keys: dict[tuple[str, datetime], str] = {}

    def on_receive(self, event: Event) -> None:
        self.receipts.append(_moment(event))
        _close(self.returned, event)

    def on_report(self, event: Event) -> None:
        self.reports.append(_moment(event))
        _close(self.returned, event)

    def on_difficulty(self, event: Event) -> None:
        self.reports.append(_moment(event))

    def on_submit(self, event: e.ResultSubmitted) -> None:
        self.on_report(event)
        sent = self.task.submissions[self.sent]
        self.sent += 1
        if self.approved:
            return
        _close(self.waits, event)
        self.counts, decided = True, sent.decided.verb != "none"
        proven = bool(sent.evidence) or decided or self.profile.evidence.without_file == "submission"
        if self.by_itself:
            self.recorded = proven
            self._settle(event)
        elif proven and not self.over:
            self.waits.append(Stretch(event.occurred_at, None, event.key))

    def on_approve(self, event: Event) -> None:
        _close(self.waits, event)
        self.approved = True
        self._settle(event)

    def on_reject(self, event: Event) -> None:
        if self.counts:
            _close(self.waits, event)
            self.approved = False
            self.recorded &= declares_itself(self.profile, self.task.kind, refused=True)
            self._settle(event)

    def on_end(self, event: Event) -> None:
        _close(self.waits, event)
        self.over = True
        self._settle(event)

    def on_leave(self, event: Event) -> None:
        if self.leaves:
            self.on_end(event)

    def on_reopen(self, event: Event) -> None:
        _close(self.waits, event)
        _close(self.returned, event)
        self.counts = self.approved = self.recorded = self.over = False
        self._settle(event)

    def on_ask(self, event: Event) -> None:
        self.requests.append(Stretch(event.occurred_at, None, event.key))

    def on_answer(self, event: Event) -> None:
        for place, asked in enumerate(self.requests):
            if asked.until is None:
                self.requests[place] = asked._replace(until=event.occurred_at, closed_by=event.key)

    def on_return(self, event: Event) -> None:
        if not self.returned or self.returned[-1].until is not None:
            self.returned.append(Stretch(event.occurred_at, None, event.key))

    def on_correct(self, event: Event) -> None:
        _close(self.returned, event)

    def on_reassign(self, event: e.TaskReassigned) -> None:
        _close(self.returned, event)
        if event.lead == self.lead:
            return
        self.lead = event.lead
        self.changes.append(_moment(event))
        if not self.approved:
            _close(self.waits, event)
            self.counts = self.recorded = False
            self._settle(event)

    def on_succeed(self, event: e.UnitSucceeded) -> None:
        if self.lead == event.unit:
            self.lead = event.successor

    def on_coordinate(self, event: Any) -> None:
        self.keys[event.unit, event.occurred_at] = event.key

    def _settle(self, event: Event) -> None:
        """Note where the task closes or opens again."""
        is_closed = self.approved or self.recorded or self.over
        was_closed = bool(self.closed) and self.closed[-1].until is None
        if is_closed and not was_closed:
            self.closed.append(Stretch(event.occurred_at, None, event.key))
        elif was_closed and not is_closed:
            _close(self.closed, event)

    def course(self) -> Course:
        return Course(
            tenures=_tenures(self.task, self.changes),
            receipts=self.receipts,
            reports=self.reports,
            waits=self.waits,
            requests=self.requests,
            returned=self.returned,
            closed=self.closed,
            keys=self.keys,
        )


def _moment(event: Event) -> Moment:
    return Moment(event.occurred_at, event.key)


def _close(stretches: list[Stretch], event: Event) -> None:
    if stretches and stretches[-1].until is None:
        stretches[-1] = stretches[-1]._replace(until=event.occurred_at, closed_by=event.key)


def _tenures(task: Task, changes: list[Moment]) -> tuple[Tenure, ...]:
    """One for each time that the Office gave the task to a unit; its last unit stands for all of it."""
    units = [former.unit for former in task.former_leads if not former.succeeded]
    ends: list[Moment | None] = [*changes[1:], None]
    return tuple(
        Tenure(unit, start.at, end and end.at, start.key, end.key if end else "")
        for unit, start, end in zip([*units, task.lead], changes, ends, strict=True)
    )


_STEPS: dict[type[Event], Callable[[_Walk, Any], None]] = {
    e.TaskReceived: _Walk.on_receive,
    e.ProgressReported: _Walk.on_report,
    e.DifficultyReported: _Walk.on_difficulty,
    e.ResultSubmitted: _Walk.on_submit,
    e.ResultApproved: _Walk.on_approve,
    e.ResultRejected: _Walk.on_reject,
    e.TaskEnded: _Walk.on_end,
    e.DirectiveRecalled: _Walk.on_end,
    e.DirectiveReplaced: _Walk.on_leave,
    e.TaskSplit: _Walk.on_leave,
    e.TaskMerged: _Walk.on_leave,
    e.TaskReopened: _Walk.on_reopen,
    e.ExtensionAsked: _Walk.on_ask,
    e.ExtensionGranted: _Walk.on_answer,
    e.ExtensionRefused: _Walk.on_answer,
    e.TaskReturned: _Walk.on_return,
    e.TaskCorrected: _Walk.on_correct,
    e.TaskReassigned: _Walk.on_reassign,
    e.UnitSucceeded: _Walk.on_succeed,
    e.CoordinationAsked: _Walk.on_coordinate,
    e.CoordinationAnswered: _Walk.on_coordinate,
    e.CoordinationComplained: _Walk.on_coordinate,
}
