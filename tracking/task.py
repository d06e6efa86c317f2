"""A task as its history makes it: `fold` reads the events in one fixed order and nothing else.

The same events give the same task in whatever order, and however often, they are
handed in. A task never stores a state; `tracking/status.py` derives it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from errors import SkipRecord
from tracking.events import (
    DifficultyReported,
    DirectiveRecalled,
    Due,
    Event,
    ExplanationFiled,
    ExtensionAsked,
    ExtensionGranted,
    ExtensionRefused,
    Origin,
    ProgressReported,
    ResultApproved,
    ResultRejected,
    ResultSubmitted,
    TaskAssigned,
    TaskCorrected,
    TaskEnded,
    TaskReassigned,
    TaskReceived,
    TaskReopened,
    TaskReturned,
)
from tracking.history import in_order

Verb = Literal["none", "approved", "rejected"]


@dataclass(frozen=True, slots=True)
class Decided:
    """What the Office decided on a submission, when, and why."""

    verb: Verb = "none"
    at: datetime | None = None
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """One sending of a result. `at` is the sending time and never changes (DT-10)."""

    at: datetime
    by: str
    text: str
    evidence: tuple[str, ...]
    decided: Decided = Decided()
    further: bool = False
    """Came after an approval: kept as proof, opens nothing. Only the Office reopens."""


@dataclass(frozen=True, slots=True)
class ExtensionRequest:
    """A request for a later due date; `granted` is None while nobody has answered."""

    asked_at: datetime
    wished: date | None = None
    text: str = ""
    answered_at: datetime | None = None
    granted: bool | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """A consent that moved the due date; the earlier one is kept."""

    at: datetime
    before: Due | None
    after: Due
    text: str = ""


@dataclass(frozen=True, slots=True)
class FormerLead:
    """A unit that led the task until the Office gave it to another."""

    unit: str
    name: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Task:
    """Everything the history says, as of its last event. All times are aware."""

    key: str
    assigned: TaskAssigned
    """The first assignment, as the directive gave it."""
    content: str
    product: str
    deadline_phrase: str
    lead: str
    lead_name: str
    coordinators: tuple[str, ...]
    former_leads: tuple[FormerLead, ...]
    former_coordinators: tuple[str, ...]
    due: Due | None
    original_due: Due | None
    """The due date before any extension; a correction of the row corrects it too."""
    dues: tuple[tuple[datetime, Due | None], ...]
    """Every due date with the moment since when it was in force, the first one first."""
    requests: tuple[ExtensionRequest, ...]
    extensions: tuple[Extension, ...]
    received_at: datetime | None
    progress_at: datetime | None
    """First report of the unit that leads now."""
    updated_at: datetime | None
    """Latest report of the unit that leads now."""
    submissions: tuple[Submission, ...]
    """All sendings there ever were, oldest first."""
    submission: Submission | None
    """The latest sending that counts; none after a reopening or a new lead."""
    decided: Decided
    """On the latest sending, or on the task when nothing was sent through the system."""
    returned_at: datetime | None
    """The unit sent the task back and the Office has not answered yet."""
    ended_at: datetime | None
    recalled_at: datetime | None
    reopened: tuple[datetime, ...]
    explained_at: datetime | None
    difficulties: tuple[datetime, ...]
    history: tuple[Event, ...]
    """The events in the order in which they were folded, repeats left out."""

    @property
    def site(self) -> str:
        """The document system it was given in."""
        return self.assigned.site

    @property
    def directive(self) -> str:
        """Remote id of the directive."""
        return self.assigned.directive

    @property
    def number(self) -> str:
        """Number and notation of the directive."""
        return self.assigned.number

    @property
    def subject(self) -> str:
        """What the directive is about."""
        return self.assigned.subject

    @property
    def issued_on(self) -> date:
        """Issue day of the directive."""
        return self.assigned.issued_on

    @property
    def officer(self) -> str:
        """The officer of the Office who follows the task."""
        return self.assigned.officer

    @property
    def profile(self) -> str:
        """Id of the regulation it was given under."""
        return self.assigned.profile

    @property
    def profile_version(self) -> str:
        """Version of the regulation it was given under; a later one does not touch this task."""
        return self.assigned.profile_version

    @property
    def origin(self) -> Origin:
        """Where the row stands on paper."""
        return self.assigned.origin

    def due_at(self, instant: datetime) -> Due | None:
        """The due date that was in force at `instant`: what a receipt of that moment must name."""
        return next((due for since, due in reversed(self.dues) if since <= instant), self.dues[0][1])

    @property
    def extension_count(self) -> int:
        """Number of consents (DT-14)."""
        return len(self.extensions)

    @property
    def evidence(self) -> tuple[str, ...]:
        """Every file ever handed in as proof, in order, each once."""
        return tuple(dict.fromkeys(file for sent in self.submissions for file in sent.evidence))


def fold(events: Iterable[Event], *, until: datetime | None = None) -> Task:
    """The task that `events` make, or made up to and with the instant `until`.

    Raises SkipRecord when there is no assignment among them, or when they belong
    to more than one task.
    """
    history = in_order(event for event in events if until is None or event.occurred_at <= until)
    assigned = next((event for event in history if isinstance(event, TaskAssigned)), None)
    if assigned is None:
        raise SkipRecord(
            "The history of this task has no assignment.",
            remedy="Map its directive again with `tdcd resync`.",
        )
    if any(event.task != assigned.task for event in history):
        raise SkipRecord(f"Events of other tasks are mixed into task {assigned.task}.")
    folding = _Folding(assigned)
    for event in history:
        folding.take(event)
    return folding.task(tuple(history))


class _Folding:
    """The state while folding. One method per kind of event, called in order."""

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

    def take(self, event: Event) -> None:
        """Apply one event. A second assignment changes nothing: changes come as corrections."""
        match event:
            case TaskReceived():
                self.received_at = self.received_at or event.occurred_at
                self.returned_at = None
            case ProgressReported():
                self._report(event.occurred_at)
            case ResultSubmitted():
                self._submit(event)
            case ResultApproved():
                self._approve(event)
            case ResultRejected():
                self._reject(event)
            case ExtensionAsked():
                self.requests.append(ExtensionRequest(event.occurred_at, event.wished, event.text))
            case ExtensionGranted():
                self._grant(event)
            case ExtensionRefused():
                self._answer_requests(event.occurred_at, granted=False)
            case _:
                self._take_of_office(event)

    def _take_of_office(self, event: Event) -> None:
        match event:
            case TaskReturned():
                self.returned_at = event.occurred_at
            case TaskReassigned():
                self._reassign(event)
            case TaskCorrected():
                self._correct(event)
            case DifficultyReported():
                self.difficulties.append(event.occurred_at)
            case ExplanationFiled():
                self.explained_at = event.occurred_at
            case TaskEnded():
                self.ended_at = event.occurred_at
            case DirectiveRecalled():
                self.recalled_at = event.occurred_at
            case TaskReopened():
                self.reopened.append(event.occurred_at)
                self.counted, self.decided = None, Decided()
                self.ended_at = self.recalled_at = self.returned_at = None

    def _report(self, at: datetime) -> None:
        self.progress_at = self.progress_at or at
        self.updated_at = at
        self.returned_at = None

    def _submit(self, event: ResultSubmitted) -> None:
        self._report(event.occurred_at)
        further = self.decided.verb == "approved"
        sent = Submission(event.occurred_at, event.actor, event.text, event.evidence, further=further)
        self.submissions.append(sent)
        if not further:
            self.counted, self.decided = len(self.submissions) - 1, Decided()

    def _approve(self, event: ResultApproved) -> None:
        if self.decided.verb != "approved":
            self._decide(Decided("approved", event.occurred_at, event.actor, event.text))

    def _reject(self, event: ResultRejected) -> None:
        """Only what was handed in can be refused; a second refusal of the same sending changes nothing."""
        if self.counted is not None and self.decided.verb != "rejected":
            self._decide(Decided("rejected", event.occurred_at, event.actor, event.text))

    def _decide(self, decided: Decided) -> None:
        self.decided = decided
        if self.counted is not None:
            self.submissions[self.counted] = replace(self.submissions[self.counted], decided=decided)

    def _grant(self, event: ExtensionGranted) -> None:
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

    def _reassign(self, event: TaskReassigned) -> None:
        """A new lead begins anew: what the former one reported is not its progress (LC-25)."""
        gone = [unit for unit in self.coordinators if unit not in event.coordinators]
        self.former_coordinators += [unit for unit in gone if unit != event.lead]
        self.coordinators, self.returned_at = event.coordinators, None
        if event.lead == self.lead:
            self.lead_name = event.lead_name
            return
        self.former_leads.append(FormerLead(self.lead, self.lead_name, event.occurred_at))
        self.lead, self.lead_name = event.lead, event.lead_name
        if self.decided.verb != "approved":
            self.received_at = self.progress_at = self.updated_at = None
            self.counted, self.decided = None, Decided()

    def _correct(self, event: TaskCorrected) -> None:
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
            history=history,
        )
