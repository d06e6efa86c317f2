"""A province's regulation as data: every part cites its article, every silence says how it is read.

A profile is read from TOML by `config/profile_files.py` and validated whole. A
profile never changes once in use: a new version is a new profile beside it, and an
old task keeps the version it was given under.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from functools import cached_property
from typing import Annotated, Final, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tracking.limits import Limit, Limits, RecurringLimit
from tracking.profile_parts import (
    NO_ARTICLE,
    Absence,
    Accounts,
    Amendment,
    Approvers,
    BeforeDate,
    BeforeDateReading,
    CauseReport,
    Cited,
    DayOffReading,
    EvidenceRule,
    ExtensionRule,
    InScope,
    LateAfterCompletion,
    LateExplanation,
    Leads,
    LeadTime,
    Modules,
    NearDue,
    OnDayOff,
    OnTimeBy,
    OutageRule,
    Outside,
    Paper,
    PauseRule,
    PendingAfterDue,
    Recall,
    Reopening,
    Replacement,
    Reports,
    ReturnRule,
    Scope,
    Secrecy,
    Succession,
    UndatedPolicy,
    UndatedTasks,
    Upward,
    WaitingState,
)
from tracking.rulebook import SEPARATOR, Rulebook, StatusRule

__all__ = [
    "NO_ARTICLE",
    "Cited",
    "InScope",
    "Limit",
    "Limits",
    "NearDue",
    "Profile",
    "RecurringLimit",
]


#: What a row of the status table may depend on (`given`), and the choices there are.
_CHOICES: Final = {"pending_after_due": get_args(PendingAfterDue.model_fields["policy"].annotation)}


class Profile(BaseModel):
    """One regulation in one version."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
    version: str
    name: str
    regulation: str
    """Number and day of the decision, as it is cited after an article."""
    effective_from: date
    effective_to: date | None = None
    articles: dict[str, str]
    """Article → what it settles, in a few words of our own."""

    scope: Scope
    secrecy: Secrecy
    undated_tasks: UndatedTasks
    leads: Leads
    near_due: NearDue
    deadline_before_date: BeforeDateReading
    deadline_on_day_off: DayOffReading
    lead_time: LeadTime
    approvers: Approvers
    evidence: EvidenceRule
    extension: ExtensionRule
    returns: ReturnRule
    late_explanation: LateExplanation
    cause_report: CauseReport
    waiting_state: WaitingState
    late_after_completion: LateAfterCompletion
    on_time_by: OnTimeBy
    pending_after_due: PendingAfterDue
    paper: Paper
    accounts: Accounts
    reports: Reports
    upward: Upward
    modules: Modules
    outside: Outside
    reopening: Reopening
    recall: Recall
    replacement: Replacement
    amendment: Amendment
    pause: PauseRule
    succession: Succession
    absence: Absence
    outage: OutageRule
    limits: Limits = Limits()
    status: tuple[StatusRule, ...]

    @property
    def undated(self) -> UndatedPolicy:
        """Whether rows without a due date are tracked."""
        return self.undated_tasks.policy

    @property
    def before_date(self) -> BeforeDate:
        """How "trước ngày D" is read."""
        return self.deadline_before_date.means

    @property
    def due_on_day_off(self) -> OnDayOff:
        """Whether a fixed due date on a day off stays or moves."""
        return self.deadline_on_day_off.means

    @cached_property
    def rulebook(self) -> Rulebook:
        """The status table worked out for every combination of facts."""
        return Rulebook(
            self.rules,
            self.late_explanation.owed,
            cause_of_unfinished=self.cause_report.owed,
            near=self.near_due.enabled,
        )

    @cached_property
    def rules(self) -> tuple[StatusRule, ...]:
        """The rows of the status table that stand under the profile's own choices, in order."""
        choices = self.choices
        return tuple(
            rule
            for rule in self.status
            if all(choices.get(key) == value for key, value in rule.given.items())
        )

    @property
    def choices(self) -> dict[str, str]:
        """What a row of the status table may depend on (`given`)."""
        return {"pending_after_due": self.pending_after_due.policy}

    def in_scope(self, doc_type: str, issuer: str) -> InScope:
        """Whether a document of this type and issuer is a directive: yes, only when marked, or no."""
        return self.scope.judge(doc_type, issuer)

    def from_above(self, issuer: str) -> bool:
        """Whether a directive of this issuer is one that a higher level gives to the province itself."""
        return self.upward.policy != "out" and self.scope.is_above(issuer)

    def texts(self) -> frozenset[str]:
        """Every state text that a task can be shown with; a site's status list should have them all."""
        return frozenset(
            SEPARATOR.join(filter(None, (rule.text, rule.second_text))) for rule in self.rules if rule.text
        )

    def in_force(self, day: date) -> bool:
        """Whether a directive issued on `day` falls under this version."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)

    @model_validator(mode="after")
    def _holds_together(self) -> Profile:
        """Everything that only shows when all parts are seen at once, one problem a line."""
        if problems := [*self._order_problems(), *self._citation_problems(), *self._table_problems()]:
            raise ValueError("\n".join(problems))
        return self

    def citations(self) -> Iterator[tuple[str, str]]:
        """Every (key, article) of the profile; several articles of one key come one by one."""
        parts = {key: getattr(self, key) for key in type(self).model_fields}
        parts |= {f"limits.{key}": getattr(self.limits, key) for key in Limits.model_fields}
        parts |= {f"limits.recurring[{n}]": part for n, part in enumerate(self.limits.recurring, 1)}
        cited = [(key, part.source) for key, part in parts.items() if isinstance(part, Cited)]
        cited += [(f"status[{rule.id}]", rule.article) for rule in self.status]
        for key, sources in cited:
            for source in sources.split(";"):
                yield key, source.strip()

    def _order_problems(self) -> Iterator[str]:
        if self.effective_to is not None and self.effective_to < self.effective_from:
            yield "effective_to: lies before effective_from; correct one of both"

    def _citation_problems(self) -> Iterator[str]:
        for key, article in self.citations():
            if article not in self.articles and article != NO_ARTICLE:
                yield f'{key}: cites "{article}", which is not listed under [articles]; list it there'

    def _table_problems(self) -> Iterator[str]:
        ids = [rule.id for rule in self.status]
        for rule in self.status:
            for key, value in rule.given.items():
                if key not in _CHOICES:
                    known = ", ".join(_CHOICES)
                    yield f"status[{rule.id}].given: {key} is no choice of a profile; choose from {known}"
                elif value not in _CHOICES[key]:
                    known = ", ".join(_CHOICES[key])
                    yield f"status[{rule.id}].given: {key} is never {value}; choose from {known}"
        for double in sorted({rule for rule in ids if ids.count(rule) > 1}):
            yield f"status: two rules have the id {double}; give each its own"
        if self.rulebook.gaps:
            first, count = self.rulebook.gaps[0], len(self.rulebook.gaps)
            gap = ", ".join(f"{fact.name}={getattr(first, fact.name)}" for fact in fields(first))
            yield f"status: no rule answers {count} combinations of facts, the first is {gap}; add a rule"
        for silent in self.rulebook.silent_rules:
            yield f"status[{silent}]: can never match; move it up, correct its conditions or remove it"
