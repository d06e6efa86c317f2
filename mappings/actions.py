"""What people do with a work item, turned into events of its task, by the site's own codes.

Each action becomes at most one event with the key `action:<entry id>`. What the
tracker itself did is an echo. What is not understood is a problem with a remedy,
kept beside the task; nothing is guessed (M39). What is done on another line than the
lead's is a note and never moves the lead's state. The files of a submission are named
`remote:<id>` here, since bytes and hashes are not this room's business: the movement
that appends the event puts the hashes in their place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from connector.records import JobAction, JobRecord, LineRole
from errors import ConfigInvalid
from mappings.texts import fold
from tracking.events import (
    EVENTS,
    DifficultyReported,
    DirectiveAmended,
    DirectiveReplaced,
    Due,
    Event,
    ExplanationFiled,
    ExtensionAsked,
    ExtensionGranted,
    ExtensionRefused,
    OpinionGiven,
    ProgressReported,
    ResultApproved,
    ResultRejected,
    ResultSubmitted,
    TaskEnded,
    TaskPaused,
    TaskReceived,
    TaskReopened,
    TaskResumed,
    TaskReturned,
)

_DAY: Final = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)", re.ASCII)
_UNTIL: Final = re.compile(r"đến\s+(?:hết\s+)?(?:ngày\s+)?$", re.IGNORECASE)

#: Events that only someone of the Office may cause.
OFFICE_ONLY: Final = frozenset(
    {
        "result_approved",
        "result_rejected",
        "extension_granted",
        "extension_refused",
        "task_ended",
        "task_reopened",
        "task_paused",
        "task_resumed",
        "directive_amended",
        "directive_replaced",
        "opinion_given",
    }
)


#: Events that need more than an action tells (another unit, a new row): never mapped from a code.
_NEEDS_MORE: Final = frozenset(
    {
        "task_assigned",
        "task_reassigned",
        "task_corrected",
        "directive_recalled",
        "coordination_asked",
        "coordination_answered",
        "coordination_complained",
        "complaint_withdrawn",
        "task_split",
        "task_merged",
        "unit_succeeded",
        "officer_changed",
        "outage_noted",
    }
)


#: The problem of an action that only the Office may take and somebody else took.
NOT_ENTITLED: Final = "not-entitled"


@dataclass(frozen=True, slots=True)
class ActionRules:
    """Codes of one site by the event they mean; "" means a state that is only shown.

    `comments` maps the beginning of a comment (compared folded) to an event, for sites
    whose people can only write: it is asked when an action has no code at all. Raises
    ConfigInvalid naming every event that does not exist or cannot come from an action.
    """

    statuses: Mapping[str, str]
    evaluations: Mapping[str, str]
    due_moved: str = "extension_granted"
    comments: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        named = {*self.statuses.values(), *self.evaluations.values(), *self.comments.values(), self.due_moved}
        unusable = sorted(named - {""} - (EVENTS.keys() - _NEEDS_MORE))
        if unusable:
            raise ConfigInvalid(
                [f"actions: “{name}” is no event that an action can mean" for name in unusable]
            )


@dataclass(frozen=True, slots=True)
class ActionProblem:
    """An action that became no event: a code, the action as it was, a sentence and what to do."""

    entry_id: str
    problem: str
    text: str
    sentence: str
    remedy: str


@dataclass(frozen=True, slots=True)
class ActionNote:
    """Something done on a coordinator's line: worth showing, without effect on the lead's task."""

    entry_id: str
    at: datetime
    actor: str
    line_id: str
    meaning: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What one work item's history became."""

    events: tuple[Event, ...]
    problems: tuple[ActionProblem, ...]
    notes: tuple[ActionNote, ...] = ()


def events_of(
    job: JobRecord,
    task: str,
    rules: ActionRules,
    *,
    own_user: str,
    may_review: Callable[[str, datetime], bool],
    mine: str,
) -> Reading:
    """Read a work item's history, oldest first.

    `own_user` is the tracker's own user id, whose entries are echoes; `mine` is the lead
    line. An action that names no line is the lead's, unless its actor is a person on
    another line. Approvals, refusals and consents count only from someone who might review
    when they did it, whatever post they hold when it is read.
    """
    others = {line.user_id for line in job.lines if line.user_id and line.role is not LineRole.LEAD}
    others -= {line.user_id for line in job.lines if line.role is LineRole.LEAD}
    events: list[Event] = []
    problems: list[ActionProblem] = []
    notes: list[ActionNote] = []
    for action in job.actions:
        if own_user and action.actor == own_user:
            continue
        meaning = _meaning(action, rules)
        if meaning is None:
            problems.append(_unknown(action))
        elif not meaning:
            continue
        elif not _on_lead_line(action, meaning, mine, others):
            notes.append(_note(action, meaning))
        elif meaning in OFFICE_ONLY and not may_review(action.actor, action.at):
            problems.append(_not_entitled(action))
        elif (event := _event(meaning, task, action)) is None:
            problems.append(_without_day(action))
        else:
            events.append(event)
    return Reading(tuple(events), tuple(problems), tuple(notes))


def _on_lead_line(action: JobAction, meaning: str, mine: str, others: set[str]) -> bool:
    """True when the action concerns the lead's line; a reviewer's action without a line concerns the whole."""
    if action.line_id:
        return action.line_id == mine or not mine
    return meaning in OFFICE_ONLY or action.actor not in others


def _meaning(action: JobAction, rules: ActionRules) -> str | None:
    """The event an action means; "" when it says nothing, None when its code is not known."""
    if action.evaluation_code:
        return rules.evaluations.get(action.evaluation_code)
    if action.new_due is not None:
        return rules.due_moved
    if action.status_code:
        return rules.statuses.get(action.status_code)
    if rules.comments and action.comment:
        words = fold(action.comment)
        return next((name for start, name in rules.comments.items() if words.startswith(fold(start))), "")
    return ""


def _note(action: JobAction, meaning: str) -> ActionNote:
    return ActionNote(action.entry_id, action.at, action.actor, action.line_id, meaning, action.comment)


def _event(meaning: str, task: str, action: JobAction) -> Event | None:
    key, at, actor, text = f"action:{action.entry_id}", action.at, action.actor, action.comment
    match meaning:
        case "result_submitted":
            files = tuple(f"remote:{file.remote_id}" for file in action.files)
            return ResultSubmitted(task=task, key=key, occurred_at=at, actor=actor, text=text, evidence=files)
        case "extension_asked":
            wished = wished_day(text)
            return ExtensionAsked(task=task, key=key, occurred_at=at, actor=actor, text=text, wished=wished)
        case "extension_granted":
            if action.new_due is None:
                return None
            due = Due(action.new_due)
            return ExtensionGranted(task=task, key=key, occurred_at=at, actor=actor, text=text, due=due)
    plain = _PLAIN.get(meaning)
    if plain is not None:
        return plain(task=task, key=key, occurred_at=at, actor=actor, text=text)
    return (
        TaskReceived(task=task, key=key, occurred_at=at, actor=actor) if meaning == "task_received" else None
    )


#: Events that carry a text and nothing else.
_PLAIN: dict[str, Callable[..., Event]] = {
    "progress_reported": ProgressReported,
    "result_approved": ResultApproved,
    "result_rejected": ResultRejected,
    "extension_refused": ExtensionRefused,
    "task_returned": TaskReturned,
    "difficulty_reported": DifficultyReported,
    "explanation_filed": ExplanationFiled,
    "task_ended": TaskEnded,
    "task_reopened": TaskReopened,
    "task_paused": TaskPaused,
    "task_resumed": TaskResumed,
    "opinion_given": OpinionGiven,
    "directive_amended": DirectiveAmended,
    "directive_replaced": DirectiveReplaced,
}


def wished_day(comment: str) -> date | None:
    """The day an extension is asked for: the date after "đến ngày", or the only date in the comment.

    None when there is no date, several without "đến", or one that does not exist.
    """
    found = list(_DAY.finditer(comment))
    until = [match for match in found if _UNTIL.search(comment[: match.start()])]
    chosen = until if len(until) == 1 else found
    if len(chosen) != 1:
        return None
    day, month, year = map(int, chosen[0].groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _unknown(action: JobAction) -> ActionProblem:
    code = action.evaluation_code or action.status_code
    return ActionProblem(
        entry_id=action.entry_id,
        problem="unknown-code",
        text=f"{action.action} ({code})",
        sentence=f"Thao tác “{action.action}” với mã {code} chưa được khai báo nên chưa được tính.",
        remedy="Quản trị khai báo mã này trong [site.actions] rồi chạy `tdcd resync`.",
    )


def _not_entitled(action: JobAction) -> ActionProblem:
    return ActionProblem(
        entry_id=action.entry_id,
        problem=NOT_ENTITLED,
        text=action.action,
        sentence=f"“{action.action}” do người không thuộc Văn phòng thực hiện nên không có hiệu lực.",
        remedy="Lãnh đạo hoặc chuyên viên Văn phòng thực hiện lại thao tác.",
    )


def _without_day(action: JobAction) -> ActionProblem:
    return ActionProblem(
        entry_id=action.entry_id,
        problem="no-new-due",
        text=action.action,
        sentence=f"“{action.action}” đồng ý gia hạn nhưng không có ngày hạn mới nên chưa được tính.",
        remedy="Cập nhật hạn xử lý mới của công việc trên hệ thống.",
    )
