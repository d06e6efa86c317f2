"""What can happen to a tracked task. A task's history is a list of these, and nothing else.

Every event happened at `occurred_at`, in the document system's time (aware). `key`
names the observation inside the task ("row", "action:8841"), so that the same
observation read twice is one event. `actor` is the user id or unit that did it,
empty when the regulation itself or the tracker did. Nothing is overwritten: a
correction is an event with a reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal

from frozen import quickly_made

#: What kind of matter a task is: given down to a unit, given to the province from above (Đồng Nai
#: module 2), or a unit's own petition that waits for the province's answer (Đồng Nai module 3).
TaskKind = Literal["directive", "upward", "petition"]
#: What the row asks for: to draft and submit, to report, or just to be done by then (BT-04, BT-12).
Asks = Literal["", "submit", "report", "finish"]


@quickly_made
@dataclass(frozen=True, slots=True)
class Due:
    """A due day; without an hour it ends at 24:00 of that day (Bộ luật Dân sự 2015, Điều 148)."""

    day: date
    at: time | None = None


@quickly_made
@dataclass(frozen=True, slots=True)
class Origin:
    """Where a task stands on paper, so that a person can be shown the place."""

    file: str = ""
    table: str = ""
    row: int = 0
    ordinal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Common to all: which task, when, by whom, and the observation it comes from."""

    task: str
    key: str
    occurred_at: datetime
    actor: str = ""


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAssigned(Event):
    """A row of an issued directive gave a task to one lead unit (LC-04). Units are canonical unit ids."""

    site: str
    directive: str
    number: str
    subject: str
    issued_on: date
    content: str
    lead: str
    lead_name: str
    profile: str
    profile_version: str
    coordinators: tuple[str, ...] = ()
    due: Due | None = None
    deadline_kind: str = "none"
    deadline_phrase: str = ""
    product: str = ""
    officer: str = ""
    origin: Origin = field(default=Origin())
    kind: TaskKind = "directive"
    asks: Asks = ""
    parent: str = ""
    """Number of the document of a higher level that this task comes from (BT-02, DN-09)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReceived(Event):
    """The unit took the task on: its own limits may run from here (LC-29)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressReported(Event):
    """The unit reported progress, not yet a finished result."""

    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultSubmitted(Event):
    """The unit handed in its result; `occurred_at` is the sending time that decides (DT-10)."""

    text: str = ""
    evidence: tuple[str, ...] = ()
    not_kept: int = 0
    """Files that were handed in with it and could not be brought or kept: they lie in the document system alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultApproved(Event):
    """Someone entitled accepted the latest submission."""

    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRejected(Event):
    """Someone entitled refused the latest submission; the reason is theirs."""

    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionAsked(Event):
    """The unit asked for a later due date: nothing changes by asking (DT-14)."""

    text: str = ""
    wished: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionGranted(Event):
    """A written consent moved the due date; the earlier one is kept in history."""

    due: Due
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionRefused(Event):
    """The request was refused; the due date stays."""

    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReturned(Event):
    """The unit sent the task back to the Office with a reason (LC-25, BT-20)."""

    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReassigned(Event):
    """The Office gave the task to another lead unit."""

    lead: str
    lead_name: str
    coordinators: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCorrected(Event):
    """The row was corrected by a later version of the table or by the Office; None keeps a value."""

    content: str | None = None
    due: Due | None = None
    deadline_phrase: str | None = None
    coordinators: tuple[str, ...] | None = None
    product: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DifficultyReported(Event):
    """A written report of difficulty and cause was attached; the state does not change (LC-15)."""

    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplanationFiled(Event):
    """The explanation owed for a late completion was handed in (LC-33)."""

    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskEnded(Event):
    """The Office ended the task although it was not completed (LC-22)."""

    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReopened(Event):
    """A completed or ended task was opened again; earlier submissions no longer count."""

    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectiveRecalled(Event):
    """The directive was recalled: its tasks end and leave every rate."""

    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionGiven(Event):
    """A leader's opinion on the result was linked; an approval may need one (LC-16)."""

    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoordinationAsked(Event):
    """The lead asked a coordinating unit for its part: that unit's own clock begins (DT-28)."""

    unit: str
    due: Due | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoordinationAnswered(Event):
    """The coordinating unit answered the lead."""

    unit: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoordinationComplained(Event):
    """The lead reported a slow coordinating unit to the Office (DN-11)."""

    unit: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintWithdrawn(Event):
    """The lead took its complaint back (DN-11)."""

    unit: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectiveAmended(Event):
    """Another document amended the directive; what changed in a row comes as a correction beside it."""

    number: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectiveReplaced(Event):
    """Another directive took the place of this one: its tasks go on there, or end."""

    number: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSplit(Event):
    """The Office divided the task; `into` are the keys of the tasks that go on."""

    into: tuple[str, ...]
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskMerged(Event):
    """The Office joined the task with another one; `into` is the key of the task that goes on."""

    into: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPaused(Event):
    """The Office stopped the clock, with a reason."""

    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskResumed(Event):
    """The clock goes on."""

    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitSucceeded(Event):
    """`unit` was merged or abolished; from `occurred_at` its `successor` carries the same task on."""

    unit: str
    successor: str
    successor_name: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerChanged(Event):
    """Another officer follows the task: on leave, moved, or wrongly assigned (HC-13). No clock changes."""

    officer: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageNoted(Event):
    """The document system was out of use from `occurred_at` to `until`, as a notice says (DT-23)."""

    until: datetime
    text: str = ""


#: Every event by the name it has in the ledger.
EVENTS: dict[str, type[Event]] = {
    "task_assigned": TaskAssigned,
    "task_received": TaskReceived,
    "progress_reported": ProgressReported,
    "result_submitted": ResultSubmitted,
    "result_approved": ResultApproved,
    "result_rejected": ResultRejected,
    "extension_asked": ExtensionAsked,
    "extension_granted": ExtensionGranted,
    "extension_refused": ExtensionRefused,
    "task_returned": TaskReturned,
    "task_reassigned": TaskReassigned,
    "task_corrected": TaskCorrected,
    "difficulty_reported": DifficultyReported,
    "explanation_filed": ExplanationFiled,
    "task_ended": TaskEnded,
    "task_reopened": TaskReopened,
    "directive_recalled": DirectiveRecalled,
    "opinion_given": OpinionGiven,
    "coordination_asked": CoordinationAsked,
    "coordination_answered": CoordinationAnswered,
    "coordination_complained": CoordinationComplained,
    "complaint_withdrawn": ComplaintWithdrawn,
    "directive_amended": DirectiveAmended,
    "directive_replaced": DirectiveReplaced,
    "task_split": TaskSplit,
    "task_merged": TaskMerged,
    "task_paused": TaskPaused,
    "task_resumed": TaskResumed,
    "unit_succeeded": UnitSucceeded,
    "officer_changed": OfficerChanged,
    "outage_noted": OutageNoted,
}

NAMES: dict[type[Event], str] = {cls: name for name, cls in EVENTS.items()}
