"""From a history to a task: `fold` reads the events in one fixed order and nothing else.

The same events give the same task in whatever order, and however often, they are
handed in. What a regulation makes of it is decided elsewhere: folding knows no profile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from errors import SkipRecord
from tracking import events as e
from tracking.calendar import WorkingCalendar
from tracking.events import Due, Event, TaskAssigned
from tracking.history import in_order
from tracking.task import (
    Coordination,
    Decided,
    Extension,
    ExtensionRequest,
    FormerLead,
    Outage,
    Pause,
    Submission,
    Task,
)


def fold(events: Iterable[Event], *, until: datetime | None = None) -> Task:
    """The task that `events` make, or made up to and with the instant `until`.

    Raises SkipRecord when there is no assignment among them, or when they belong
    to more than one task.
    """
    if until is not None:
        events = [event for event in events if event.occurred_at <= until]
    history = in_order(events)
    assigned = next((event for event in history if type(event) is TaskAssigned), None)
    if assigned is None:
        raise SkipRecord(
            "The history of this task has no assignment.",
            remedy="Map its directive again with `tdcd resync`.",
        )
    key = assigned.task
    folding = _Folding(assigned)
    counted: list[Event] = []
    for event in history:
        if event.task != key:
            raise SkipRecord(f"Events of other tasks are mixed into task {key}.")
        read = folding.consent(event) if type(event) is e.ExtensionGranted else event
        step = None if read is None else _STEPS.get(type(read))
        if step is not None:  # a second assignment changes nothing: changes come as corrections
            step(folding, read)
        if read is not None:
            counted.append(read)
    return folding.task(tuple(counted))


class _Folding:
    """The state while folding. One method per kind of event, called in order.

    It has the names of the task that it becomes, in slots: a million of them are made one after the other.
    """

    __slots__ = (
        *sorted({field.name for field in fields(Task)} - {"key", "submission", "history"}),
        "counted",
    )

    def __init__(self, assigned: TaskAssigned) -> None:
        self.assigned = assigned
        self.content, self.product = assigned.content, assigned.product
        self.deadline_phrase = assigned.deadline_phrase
        self.lead, self.lead_name = assigned.lead, assigned.lead_name
        self.coordinators = assigned.coordinators
        self.former_leads: list[FormerLead] = []
        self.former_coordinators: list[str] = []
        self.due = self.original_due = assigned.due
        self.dues: list[tuple[datetime, Due | None]] = [(assigned.occurred_at, assigned.due)]
        self.void_dues: list[tuple[datetime, Due]] = []
        self.requests: list[ExtensionRequest] = []
        self.extensions: list[Extension] = []
        self.received_at: datetime | None = None
        self.progress_at: datetime | None = None
        self.updated_at: datetime | None = None
        self.submissions: list[Submission] = []
        self.counted: int | None = None  # which of `submissions` is the one that counts
        self.decided = Decided()
        self.returned_at: datetime | None = None
        self.ended_at: datetime | None = None
        self.recalled_at: datetime | None = None
        self.reopened: list[datetime] = []
        self.explained_at: datetime | None = None
        self.difficulties: list[datetime] = []
        self.officer = assigned.officer
        self.lead_since = assigned.occurred_at
        self.superseded_at: datetime | None = None
        self.superseded_by: tuple[str, ...] = ()
        self.amended: list[datetime] = []
        self.opinions: list[datetime] = []
        self.pauses: list[Pause] = []
        self.outages: list[Outage] = []
        self.coordination: list[Coordination] = []

    def on_receive(self, event: e.TaskReceived) -> None:
        self.received_at = self.received_at or event.occurred_at
        self.returned_at = None

    def on_progress(self, event: e.ProgressReported) -> None:
        self._report(event.occurred_at)

    def on_ask_extension(self, event: e.ExtensionAsked) -> None:
        self.requests.append(ExtensionRequest(event.occurred_at, event.wished, event.text))

    def on_refuse_extension(self, event: e.ExtensionRefused) -> None:
        self._answer_requests(event.occurred_at, granted=False)

    def on_return(self, event: e.TaskReturned) -> None:
        self.returned_at = event.occurred_at

    def on_difficulty(self, event: e.DifficultyReported) -> None:
        self.difficulties.append(event.occurred_at)

    def on_explain(self, event: e.ExplanationFiled) -> None:
        self.explained_at = event.occurred_at

    def on_end(self, event: e.TaskEnded) -> None:
        self.ended_at = event.occurred_at

    def on_recall(self, event: e.DirectiveRecalled) -> None:
        self.recalled_at = event.occurred_at

    def on_amend(self, event: e.DirectiveAmended) -> None:
        self.amended.append(event.occurred_at)

    def on_replace(self, event: e.DirectiveReplaced) -> None:
        self.superseded_at = event.occurred_at
        self.superseded_by = (event.number,) if event.number else ()

    def on_split(self, event: e.TaskSplit) -> None:
        self.superseded_at, self.superseded_by = event.occurred_at, event.into

    def on_merge(self, event: e.TaskMerged) -> None:
        self.superseded_at, self.superseded_by = event.occurred_at, (event.into,)

    def on_pause(self, event: e.TaskPaused) -> None:
        if not self.pauses or self.pauses[-1].until is not None:
            self.pauses.append(Pause(event.occurred_at, text=event.text))

    def on_resume(self, event: e.TaskResumed) -> None:
        if self.pauses and self.pauses[-1].until is None:
            self.pauses[-1] = replace(self.pauses[-1], until=event.occurred_at)

    def on_outage(self, event: e.OutageNoted) -> None:
        self.outages.append(Outage(event.occurred_at, max(event.occurred_at, event.until), event.text))

    def on_officer(self, event: e.OfficerChanged) -> None:
        self.officer = event.officer

    def on_opinion(self, event: e.OpinionGiven) -> None:
        self.opinions.append(event.occurred_at)

    def on_ask_coordination(self, event: e.CoordinationAsked) -> None:
        self.coordination.append(Coordination(event.unit, event.occurred_at, event.due))

    def on_answer_coordination(self, event: e.CoordinationAnswered) -> None:
        """Every request to the unit that still waits is answered by it."""
        self._coordinate(event.unit, lambda asked: replace(asked, answered_at=event.occurred_at))

    def on_withdraw(self, event: e.ComplaintWithdrawn) -> None:
        self._coordinate(event.unit, lambda asked: replace(asked, complained_at=None))

    def on_complain(self, event: e.CoordinationComplained) -> None:
        """A complaint without a request on record stands for the request as well."""
        if not any(asked.unit == event.unit and asked.answered_at is None for asked in self.coordination):
            self.coordination.append(Coordination(event.unit, event.occurred_at))
        self._coordinate(
            event.unit, lambda asked: replace(asked, complained_at=asked.complained_at or event.occurred_at)
        )

    def _coordinate(self, unit: str, change: Callable[[Coordination], Coordination]) -> None:
        self.coordination = [
            change(asked) if asked.unit == unit and asked.answered_at is None else asked
            for asked in self.coordination
        ]

    def on_reopen(self, event: e.TaskReopened) -> None:
        """What was handed in before no longer counts; a clock that stood still runs again."""
        at = event.occurred_at
        self.reopened.append(at)
        self.counted, self.decided = None, Decided()
        self.ended_at = self.recalled_at = self.returned_at = self.superseded_at = None
        self.superseded_by = ()
        if self.pauses and self.pauses[-1].until is None:
            self.pauses[-1] = replace(self.pauses[-1], until=at)

    def on_succeed(self, event: e.UnitSucceeded) -> None:
        """The successor carries on: nothing that the former unit did is lost, no clock begins anew."""
        if self.lead == event.unit:
            self.former_leads.append(FormerLead(self.lead, self.lead_name, event.occurred_at, succeeded=True))
            self.lead, self.lead_name = event.successor, event.successor_name
        if event.unit in self.coordinators:
            units = (event.successor if unit == event.unit else unit for unit in self.coordinators)
            self.coordinators = tuple(dict.fromkeys(unit for unit in units if unit != self.lead))
            self.former_coordinators.append(event.unit)
        self.coordination = [
            replace(asked, unit=event.successor) if asked.unit == event.unit else asked
            for asked in self.coordination
        ]

    def _report(self, at: datetime) -> None:
        self.progress_at = self.progress_at or at
        self.updated_at = at
        self.returned_at = None

    def on_submit(self, event: e.ResultSubmitted) -> None:
        self._report(event.occurred_at)
        further = self.decided.verb == "approved"
        sent = Submission(
            event.occurred_at,
            event.actor,
            event.text,
            event.evidence,
            not_kept=event.not_kept,
            further=further,
        )
        self.submissions.append(sent)
        if not further:
            self.counted, self.decided = len(self.submissions) - 1, Decided()

    def on_approve(self, event: e.ResultApproved) -> None:
        if self.decided.verb != "approved":
            self._decide(Decided("approved", event.occurred_at, event.actor, event.text))

    def on_reject(self, event: e.ResultRejected) -> None:
        """Only what was handed in can be refused; a second refusal of the same sending changes nothing."""
        if self.counted is not None and self.decided.verb != "rejected":
            self._decide(Decided("rejected", event.occurred_at, event.actor, event.text))

    def _decide(self, decided: Decided) -> None:
        self.decided = decided
        if self.counted is not None:
            sent = self.submissions[self.counted]
            self.submissions[self.counted] = replace(sent, decided=decided)

    def consent(self, event: e.ExtensionGranted) -> Event | None:
        """A due date that somebody of the Office set: an extension only when it is later than the one in force.

        Any other day corrects the due date: it uses up no consent (DT-14) and answers no request. A day that is
        over when it is set would make a unit late for what nobody asked of it in time: it counts nothing.
        """
        new, at = event.due, event.occurred_at
        if self.due is not None and WorkingCalendar.end_of(new) > WorkingCalendar.end_of(self.due):
            return event
        if new == self.due:
            return None
        if WorkingCalendar.late_from(new) <= at:
            self.void_dues.append((at, new))
            return None
        return e.TaskCorrected(
            task=event.task, key=event.key, occurred_at=at, actor=event.actor, due=new, text=event.text
        )

    def on_grant(self, event: e.ExtensionGranted) -> None:
        self._answer_requests(event.occurred_at, granted=True)
        self.extensions.append(Extension(event.occurred_at, self.due, event.due, event.text))
        self._set_due(event.due, event.occurred_at)

    def _set_due(self, due: Due, at: datetime) -> None:
        self.due = due
        self.dues.append((at, due))

    def _answer_requests(self, at: datetime, *, granted: bool) -> None:
        self.requests = [
            request if request.granted is not None else replace(request, answered_at=at, granted=granted)
            for request in self.requests
        ]

    def on_reassign(self, event: e.TaskReassigned) -> None:
        """A new lead begins anew: what the former one reported is not its progress (LC-25)."""
        gone = [unit for unit in self.coordinators if unit not in event.coordinators]
        self.former_coordinators += [unit for unit in gone if unit != event.lead]
        self.coordinators, self.returned_at = event.coordinators, None
        if event.lead == self.lead:
            self.lead_name = event.lead_name
            return
        self.former_leads.append(FormerLead(self.lead, self.lead_name, event.occurred_at))
        self.lead, self.lead_name = event.lead, event.lead_name
        self.lead_since = event.occurred_at
        if self.decided.verb != "approved":
            self.received_at = self.progress_at = self.updated_at = None
            self.counted, self.decided = None, Decided()

    def on_correct(self, event: e.TaskCorrected) -> None:
        self.returned_at = None
        self.content = self.content if event.content is None else event.content
        self.product = self.product if event.product is None else event.product
        if event.deadline_phrase is not None:
            self.deadline_phrase = event.deadline_phrase
        if event.coordinators is not None:
            gone = [unit for unit in self.coordinators if unit not in event.coordinators]
            self.former_coordinators += gone
            self.coordinators = event.coordinators
        if event.due is not None:
            self._set_due(event.due, event.occurred_at)
            self.original_due = self.original_due if self.extensions else event.due

    def task(self, history: tuple[Event, ...]) -> Task:
        """The frozen result."""
        return Task(
            key=self.assigned.task,
            assigned=self.assigned,
            content=self.content,
            product=self.product,
            deadline_phrase=self.deadline_phrase,
            lead=self.lead,
            lead_name=self.lead_name,
            coordinators=self.coordinators,
            former_leads=tuple(self.former_leads),
            former_coordinators=tuple(dict.fromkeys(self.former_coordinators)),
            due=self.due,
            original_due=self.original_due,
            dues=tuple(self.dues),
            void_dues=tuple(self.void_dues),
            requests=tuple(self.requests),
            extensions=tuple(self.extensions),
            received_at=self.received_at,
            progress_at=self.progress_at,
            updated_at=self.updated_at,
            submissions=tuple(self.submissions),
            submission=None if self.counted is None else self.submissions[self.counted],
            decided=self.decided,
            returned_at=self.returned_at,
            ended_at=self.ended_at,
            recalled_at=self.recalled_at,
            reopened=tuple(self.reopened),
            explained_at=self.explained_at,
            difficulties=tuple(self.difficulties),
            officer=self.officer,
            lead_since=self.lead_since,
            superseded_at=self.superseded_at,
            superseded_by=self.superseded_by,
            amended=tuple(self.amended),
            opinions=tuple(self.opinions),
            pauses=tuple(self.pauses),
            outages=tuple(self.outages),
            coordination=tuple(self.coordination),
            history=history,
        )


_STEPS: dict[type[Event], Callable[[_Folding, Any], None]] = {
    e.TaskReceived: _Folding.on_receive,
    e.ProgressReported: _Folding.on_progress,
    e.ResultSubmitted: _Folding.on_submit,
    e.ResultApproved: _Folding.on_approve,
    e.ResultRejected: _Folding.on_reject,
    e.ExtensionAsked: _Folding.on_ask_extension,
    e.ExtensionGranted: _Folding.on_grant,
    e.ExtensionRefused: _Folding.on_refuse_extension,
    e.TaskReturned: _Folding.on_return,
    e.TaskReassigned: _Folding.on_reassign,
    e.TaskCorrected: _Folding.on_correct,
    e.DifficultyReported: _Folding.on_difficulty,
    e.ExplanationFiled: _Folding.on_explain,
    e.TaskEnded: _Folding.on_end,
    e.DirectiveRecalled: _Folding.on_recall,
    e.TaskReopened: _Folding.on_reopen,
    e.DirectiveAmended: _Folding.on_amend,
    e.DirectiveReplaced: _Folding.on_replace,
    e.TaskSplit: _Folding.on_split,
    e.TaskMerged: _Folding.on_merge,
    e.TaskPaused: _Folding.on_pause,
    e.TaskResumed: _Folding.on_resume,
    e.UnitSucceeded: _Folding.on_succeed,
    e.OfficerChanged: _Folding.on_officer,
    e.OutageNoted: _Folding.on_outage,
    e.OpinionGiven: _Folding.on_opinion,
    e.CoordinationAsked: _Folding.on_ask_coordination,
    e.CoordinationAnswered: _Folding.on_answer_coordination,
    e.CoordinationComplained: _Folding.on_complain,
    e.ComplaintWithdrawn: _Folding.on_withdraw,
}
