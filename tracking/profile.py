"""A province's regulation as data: every part cites its article, every silence says how it is read.

A profile is read from TOML by `config/profile_files.py` and validated whole. A
profile never changes once in use: a new version is a new profile beside it, and an
old task keeps the version it was given under.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date, time
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from tracking.rulebook import Basis, OwedWhen, Rulebook, StatusRule

#: What `source` says where no article speaks at all; only with `basis = "silent"`.
NO_ARTICLE = "không quy định"

UndatedPolicy = Literal["track_if_periodic", "exclude", "track"]
BeforeDate = Literal["day_before", "same_day"]
InScope = Literal["in", "if_marked", "out"]
OnDayOff = Literal["keep", "next_working"]


class Cited(BaseModel):
    """A part with its article. Where the text does not say it, `reading` tells what was chosen and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    basis: Basis = "text"
    reading: str = ""

    @model_validator(mode="after")
    def _reading_given(self) -> Cited:
        """A choice that nobody wrote down cannot be defended later."""
        if self.basis != "text" and not self.reading:
            raise ValueError(f"basis is {self.basis}: write the reading that was chosen")
        if self.source == NO_ARTICLE and self.basis != "silent":
            raise ValueError('a part without an article has basis = "silent" and a reading')
        return self


class Scope(Cited):
    """Which documents are directives. A name stands for all that begin with it, `*` for every type."""

    doc_types: tuple[str, ...]
    """Types that are always looked at, when one of `issuers` issued them."""
    issuers: tuple[str, ...]
    needs_mark: tuple[str, ...] = ()
    """Types that count only when the issuer asks for it or an assignment table comes along."""
    marked_issuers: tuple[str, ...] = ()
    """Further issuers, whose documents of any type above count only with such a mark."""

    def judge(self, doc_type: str, issuer: str) -> InScope:
        """Whether a document counts. A blank issuer is the Office itself, whose register it stands in."""
        of_issuer = not issuer.strip() or _named(issuer, self.issuers)
        if of_issuer and _named(doc_type, self.doc_types):
            return "in"
        known_issuer = of_issuer or _named(issuer, self.marked_issuers)
        return "if_marked" if known_issuer and _named(doc_type, self.doc_types + self.needs_mark) else "out"


class Secrecy(Cited):
    """What happens to classified documents."""

    classified: Literal["exclude"]


class UndatedTasks(Cited):
    """Whether a row without a due date becomes a task."""

    policy: UndatedPolicy


class Leads(Cited):
    """How many units may lead one task."""

    policy: Literal["exactly_one", "lead_and_coordinators"]


class NearDue(Cited):
    """The window before the due date that has a state of its own.

    `basis_of_window` says whether whole dates are counted ("17/3 to 20/3") or hours back
    from the due instant ("72 hours before 24:00").
    """

    enabled: bool
    days: Annotated[int, Field(ge=0)] = 0
    unit: Literal["calendar", "working"] = "calendar"
    basis_of_window: Literal["date", "instant"] = "date"
    include_due_day: bool = True

    @field_validator("include_due_day")
    @classmethod
    def _due_day_inside(cls, value: bool) -> bool:
        """A state may move from ahead to near to past, never back: so the due day lies in the window."""
        if not value:
            raise ValueError("the state would fall back on the due day itself; count one day less instead")
        return value


class BeforeDateReading(Cited):
    """What "trước ngày D" leaves: the day before D is the last one, or D itself."""

    means: BeforeDate


class DayOffReading(Cited):
    """What happens to a fixed due date that falls on a day off."""

    means: OnDayOff


class LeadTime(Cited):
    """The time that a directive must leave, in working days after its issue; None where there is no bound."""

    min_working_days: Annotated[int, Field(ge=0)] | None = None
    max_working_days: Annotated[int, Field(ge=1)] | None = None


class Approvers(Cited):
    """Who closes a task, and whose opinion must be there before."""

    who: tuple[str, ...]
    opinion_of: tuple[str, ...] = ()
    reason_for_refusal: bool = True


class EvidenceRule(Cited):
    """What proves a result. `without_file` says what a sending without any file counts as."""

    required: bool
    forms: tuple[str, ...] = ()
    without_file: Literal["progress", "submission"]


class ExtensionRule(Cited):
    """How a due date moves: never by asking, always by consent."""

    allowed: bool
    written_request: bool = False
    written_consent: bool = False
    reason_required: bool = False
    counted: bool = True
    max_count: Annotated[int, Field(ge=1)] | None = None


class ReturnRule(Cited):
    """A task sent back by the unit; its state stays what it was until the Office answers."""

    allowed: bool
    reason_required: bool = True
    state: Literal["keep"] = "keep"


class LateExplanation(Cited):
    """When a report of explanation is owed: never, once completed late, or as soon as late."""

    owed: OwedWhen


class Limit(Cited):
    """A number of working days for one party; with a cutoff, what comes in later counts from the next one."""

    party: Literal["unit", "office", "reviewer"]
    runs_from: Literal["issue", "receipt", "assignment", "submission", "request"]
    working_days: Annotated[int, Field(ge=0)]
    cutoff: time | None = None


class WeeklyLimit(Cited):
    """An update owed every week; weekday 1 is Monday."""

    party: Literal["unit", "office", "reviewer"]
    weekday: Annotated[int, Field(ge=1, le=7)]
    at: time


class Limits(BaseModel):
    """Limits of every party, the Office's own too; absent where the regulation sets none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    enter: Limit | None = None
    first_update: Limit | None = None
    review: Limit | None = None
    extension_answer: Limit | None = None
    weekly_update: WeeklyLimit | None = None


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
        return Rulebook(self.status, self.late_explanation.owed)

    def in_scope(self, doc_type: str, issuer: str) -> InScope:
        """Whether a document of this type and issuer is a directive: yes, only when marked, or no."""
        return self.scope.judge(doc_type, issuer)

    def texts(self) -> frozenset[str]:
        """Every state text that a task can be shown with; a site's status list should have them all."""
        return frozenset(rule.text for rule in self.status if rule.text)

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
        for double in sorted({rule for rule in ids if ids.count(rule) > 1}):
            yield f"status: two rules have the id {double}; give each its own"
        if self.rulebook.gaps:
            first, count = self.rulebook.gaps[0], len(self.rulebook.gaps)
            gap = ", ".join(f"{fact.name}={getattr(first, fact.name)}" for fact in fields(first))
            yield f"status: no rule answers {count} combinations of facts, the first is {gap}; add a rule"
        for rule in self.rulebook.silent_rules:
            yield f"status[{rule}]: can never match; move it up, correct its conditions or remove it"


_MARKS = re.compile("[\u0300-\u036f]")


def _named(text: str, names: Sequence[str]) -> bool:
    """Whether `text` is one of `names` or goes on after it ("Thông báo kết luận", "UBND tỉnh Sông Lam")."""
    plain = _plain(text)
    return any(name == "*" or f"{plain} ".startswith(f"{_plain(name)} ") for name in names)


def _plain(text: str) -> str:
    """Without accents and case, UBND for Ủy ban nhân dân: how the issuer is typed decides nothing."""
    text = _MARKS.sub("", unicodedata.normalize("NFD", text.casefold().replace("đ", "d")))
    return " ".join(text.split()).replace("uy ban nhan dan", "ubnd")
