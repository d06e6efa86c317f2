"""What a clerk would note from a history, event by event, with plain variables.

Shares no code with the fold, the facts or the rules: only the event classes are common. The tables of the
five regulations (tests/tracking_oracle_tables.py) ask it three things: what is on record, which day is the
last one, and whether an instant lies after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, timezone
from typing import Literal

from tracking import events as e
from tracking.events import Event

#: Việt Nam has had one offset all along; the tables know no other zone.
_VIETNAM = timezone(timedelta(hours=7))


class Reading:
    """The notes on one task. `answer_days`: a petition's limit when it has no due date (Đồng Nai)."""

    def __init__(self, history: Sequence[Event], answer_days: int = 0) -> None:
        first = history[0]
        assert isinstance(first, e.TaskAssigned)
        self.kind, self.lead = first.kind, first.lead
        self.day: date | None = first.due.day if first.due else None
        self.hour: time | None = first.due.at if first.due else None
        if self.day is None and self.kind == "petition" and answer_days:
            self.day = _local(first.occurred_at).date() + timedelta(days=answer_days)
        self.written = first.due
        self.set_at = first.occurred_at
        self.sent: datetime | None = None
        self.with_file = False
        self.verb: Literal["", "yes", "no"] = ""
        self.decided_at = first.occurred_at
        self.reported = self.ended = self.recalled = self.gone = False
        self.consents = 0
        self.stops: list[tuple[datetime, datetime | None]] = []
        for event in history[1:]:
            self._note(event, event.occurred_at)

    def _note(self, event: Event, when: datetime) -> None:
        if isinstance(event, e.ProgressReported | e.ResultSubmitted):
            self.reported = True
        if isinstance(event, e.ResultSubmitted) and self.verb != "yes":
            self.sent, self.with_file, self.verb = when, bool(event.evidence), ""
        elif isinstance(event, e.ResultApproved) and self.verb != "yes":
            self.verb, self.decided_at = "yes", when
        elif isinstance(event, e.ResultRejected) and self.sent and self.verb != "no":
            self.verb, self.decided_at = "no", when
        elif isinstance(event, e.TaskReassigned) and event.lead != self.lead:
            self._another_lead(event)
        elif isinstance(event, e.UnitSucceeded) and event.unit == self.lead:
            self.lead = event.successor
        else:
            self._note_of_office(event, when)

    def _another_lead(self, event: e.TaskReassigned) -> None:
        """It starts with an empty sheet, unless the task was completed already."""
        self.lead = event.lead
        if self.verb != "yes":
            self.sent, self.verb, self.reported = None, "", False

    def _note_of_office(self, event: Event, when: datetime) -> None:
        if isinstance(event, e.ExtensionGranted | e.TaskCorrected):
            self._new_date(event, when)
        elif isinstance(event, e.TaskPaused) and not self.standing:
            self.stops.append((when, None))
        elif isinstance(event, e.TaskResumed):
            self._runs_again(when)
        elif isinstance(event, e.TaskEnded):
            self.ended = True
        elif isinstance(event, e.DirectiveRecalled):
            self.recalled = True
        elif isinstance(event, e.DirectiveReplaced | e.TaskSplit | e.TaskMerged):
            self.gone = True
        elif isinstance(event, e.TaskReopened):
            self.sent, self.verb = None, ""
            self.ended = self.recalled = self.gone = False
            self._runs_again(when)

    def _new_date(self, event: e.ExtensionGranted | e.TaskCorrected, when: datetime) -> None:
        if event.due is None:
            return
        if isinstance(event, e.ExtensionGranted):
            later = self.written is not None and _last_minute(event.due) > _last_minute(self.written)
            self.consents += later
            if not later and self._was_over(event.due, when):
                return
            if event.due == self.written:
                return
        self.written = event.due
        self.day, self.hour, self.set_at = event.due.day, event.due.at, when

    @staticmethod
    def _was_over(due: e.Due, when: datetime) -> bool:
        local = _local(when)
        if due.at is None:
            return local.date() > due.day
        return (local.date(), local.time()) > (due.day, due.at)

    @property
    def standing(self) -> bool:
        """Whether the Office has stopped the clock and not started it again."""
        return bool(self.stops) and self.stops[-1][1] is None

    def _runs_again(self, when: datetime) -> None:
        if self.standing:
            self.stops[-1] = (self.stops[-1][0], when)

    def last_day(self) -> date | None:
        """The due day, a day later for every midnight that passed while the clock stood still."""
        day = self.day
        for since, until in self.stops:
            counts = until is not None and until > self.set_at
            if day is not None and until is not None and counts and not self._over(since, day):
                day += timedelta(days=_midnights(max(since, self.set_at), until))
        return day

    def over(self, instant: datetime) -> bool:
        """Whether `instant` lies after the due date; what happens in a pause happens when it began."""
        for since, until in self.stops:
            if since < instant and (until is None or instant < until):
                instant = since
        day = self.last_day()
        return day is not None and self._over(instant, day)

    def days_left(self, instant: datetime) -> int:
        """Whole days until the last one; far away for an undated task."""
        for since, until in self.stops:
            if since < instant and (until is None or instant < until):
                instant = since
        day = self.last_day()
        return 10**6 if day is None else (day - _local(instant).date()).days

    def _over(self, instant: datetime, day: date) -> bool:
        local = _local(instant)
        if self.hour is None:
            return local.date() > day
        return (local.date(), local.time()) > (day, self.hour)


def _local(instant: datetime) -> datetime:
    return instant.astimezone(_VIETNAM)


def _last_minute(due: e.Due) -> tuple[date, bool, time]:
    """Sorts due dates by when they end: a whole day ends after every hour of it."""
    return due.day, due.at is None, due.at or time(0)


def _midnights(start: datetime, end: datetime) -> int:
    """How many midnights lie after `start`, up to and with `end`."""
    midnight, count = datetime.combine(_local(start).date(), time(0), _VIETNAM), 0
    while (midnight := midnight + timedelta(days=1)) <= end:
        count += 1
    return count
