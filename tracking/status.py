"""The verdict: which state the regulation gives a task at one instant, and by which rule.

`derive` is total and deterministic. It stores nothing and reads no clock: the same
events, profile version, calendar and instant give the same verdict on any machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracking.calendar import ZONE, WorkingCalendar
from tracking.events import Due
from tracking.facts import Deadline, deadline_of, facts_at
from tracking.profile import Profile
from tracking.rulebook import SEPARATOR, Family, Lateness, Ruling
from tracking.task import Task
from tracking.vocabulary import Facts

__all__ = ["Facts", "Family", "Lateness", "Verdict", "derive"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The state of one task at one instant, with the rule it comes from."""

    text: str
    """Exact text of the regulation. Empty: the regulation keeps this task out, show nothing."""
    second_text: str
    family: Family
    lateness: Lateness
    """By the sending once there is one, by the clock before; none for undated and ended tasks."""
    rule: str
    article: str
    due: Due | None
    """The due day that counts, moved by pauses, outages and days off where the regulation says so."""
    due_end: datetime | None
    """24:00 of the due day or the hour given, Asia/Ho_Chi_Minh."""
    days_left: int | None
    """Calendar days from `as_of` to the due day, negative once past; None when undated or closed."""
    next_change_at: datetime | None
    """Earliest later instant at which time alone changes rule, text, lateness or what is owed."""
    consequence: str
    extension_count: int
    explanation_owed: bool
    cause_owed: bool
    """Past due and unfinished: cause and proposal are owed and not reported yet."""
    facts: Facts

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts of the fields that the regulation shows, one or two."""
        return (self.text, self.second_text) if self.second_text else (self.text,)

    @property
    def shown(self) -> str:
        """All texts in one, for a document system that has one field for the state."""
        return SEPARATOR.join(self.texts)


def derive(task: Task, profile: Profile, calendar: WorkingCalendar, as_of: datetime) -> Verdict:
    """The verdict on `task` under `profile` at `as_of` (aware; never past the last complete reading).

    The first rule of the profile's status table that matches decides. `as_of` is
    not earlier than the task's events: to look back, fold the history `until` then.
    """
    deadline = deadline_of(task, profile, calendar)
    facts = facts_at(task, profile, deadline, as_of)
    ruling = profile.rulebook.ruling(facts)
    rule = ruling.rule
    return Verdict(
        text=rule.text,
        second_text=rule.second_text,
        family=rule.family,
        lateness=ruling.lateness,
        rule=rule.id,
        article=rule.article,
        due=deadline.due if deadline is not None else None,
        due_end=deadline.end if deadline is not None else None,
        days_left=_days_left(deadline, rule.family, as_of),
        next_change_at=None if _stands_still(task, profile) else _next_change(deadline, ruling),
        consequence=rule.consequence,
        extension_count=len(task.extensions),
        explanation_owed=ruling.owes_explanation and task.explained_at is None,
        cause_owed=ruling.owes_cause and not task.difficulties,
        facts=facts,
    )


def _stands_still(task: Task, profile: Profile) -> bool:
    """While the clock is stopped, time changes nothing."""
    return task.paused_at is not None and profile.pause.effect == "shift_due"


def _days_left(deadline: Deadline | None, family: Family, as_of: datetime) -> int | None:
    if deadline is None or family in {Family.DONE, Family.ENDED}:
        return None
    return (deadline.due.day - as_of.astimezone(ZONE).date()).days


def _next_change(deadline: Deadline | None, ruling: Ruling) -> datetime | None:
    """A ruling that time can still change stands before the instant at which it does."""
    if deadline is None:
        return None
    if ruling.changes_when_near and deadline.near_from is not None:
        return deadline.near_from
    return deadline.late_from if ruling.changes_when_past else None
