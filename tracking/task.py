"""A task as its history makes it: frozen values, made by `tracking/folding.py` and nowhere else.

A task never stores a state; `tracking/status.py` derives it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from tracking.events import Due, Event, Origin, TaskAssigned, TaskKind

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
    not_kept: int = 0
    """Files handed in with it that only the document system has."""
    further: bool = False
    """Came after an approval: kept as proof, opens nothing. Only the Office reopens."""

    @property
    def has_file(self) -> bool:
        """Whether a file was handed in, whoever has it now."""
        return bool(self.evidence or self.not_kept)


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
    succeeded: bool = False
    """It was merged or abolished, and the unit after it carries the same task on."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch in which the Office had stopped the clock; `until` is None while it stands still."""

    since: datetime
    until: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Outage:
    """A stretch in which the document system was out of use, as its notice says (DT-23)."""

    since: datetime
    until: datetime
    text: str = ""


@dataclass(frozen=True, slots=True)
class Coordination:
    """One request of the lead to a coordinating unit (DT-28, DN-11)."""

    unit: str
    asked_at: datetime
    due: Due | None = None
    answered_at: datetime | None = None
    complained_at: datetime | None = None
    """The lead complained to the Office, and has not withdrawn it."""


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
    void_dues: tuple[tuple[datetime, Due], ...]
    """Due dates that were over when they were set, with the moment: they never were in force."""
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
    officer: str
    """The officer of the Office who follows the task now."""
    lead_since: datetime
    """Since when the unit that leads now, or the unit it succeeded, has had the task."""
    superseded_at: datetime | None
    """Replaced, divided or joined with another one: the work goes on under other tasks."""
    superseded_by: tuple[str, ...]
    """Keys of those tasks, or the number of the directive that replaced this one's."""
    amended: tuple[datetime, ...]
    opinions: tuple[datetime, ...]
    """When leaders gave their opinion on the result."""
    pauses: tuple[Pause, ...]
    outages: tuple[Outage, ...]
    coordination: tuple[Coordination, ...]
    history: tuple[Event, ...]
    """The events in the order in which they were folded, repeats left out.

    A consent to an earlier day stands here as the correction that it is; one that counts nothing is left out.
    """

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
    def kind(self) -> TaskKind:
        """Given down, given from above, or a petition that waits for an answer."""
        return self.assigned.kind

    @property
    def paused_at(self) -> datetime | None:
        """Since when the clock stands still; None while it runs."""
        return self.pauses[-1].since if self.pauses and self.pauses[-1].until is None else None

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
