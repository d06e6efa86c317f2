"""The parts of a regulation, each with the article it comes from: what a profile is made of.

A part whose text is silent or unclear says in `reading` what was chosen and why, so that
a lawyer can read the data and dispute the choice instead of the program.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from tracking.rulebook import Basis, OwedWhen

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
    above: tuple[str, ...] = ()
    """Issuers of a higher level: what they give is given to the province itself (BT-02, DN-09)."""

    def judge(self, doc_type: str, issuer: str) -> InScope:
        """Whether a document counts. A blank issuer is the Office itself, whose register it stands in."""
        of_issuer = not issuer.strip() or _named(issuer, self.issuers)
        if of_issuer and _named(doc_type, self.doc_types):
            return "in"
        known_issuer = of_issuer or _named(issuer, self.marked_issuers + self.above)
        return "if_marked" if known_issuer and _named(doc_type, self.doc_types + self.needs_mark) else "out"

    def is_above(self, issuer: str) -> bool:
        """Whether the issuer stands above the province."""
        return _named(issuer, self.above)


class Secrecy(Cited):
    """What happens to classified documents."""

    classified: Literal["exclude"]


class UndatedTasks(Cited):
    """Whether a row without a due date becomes a task."""

    policy: UndatedPolicy


class Leads(Cited):
    """How many units may lead one task."""

    policy: Literal["exactly_one", "one_or_several", "lead_and_coordinators"]


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


class WaitingState(Cited):
    """The state of its own that waits for the Office after a sending; empty where there is none."""

    text: str = ""


class LateAfterCompletion(Cited):
    """Whether the words of a completed task still say that it came late."""

    shown: bool


class OnTimeBy(Cited):
    """Which moment is held against the due date once there is a result."""

    moment: Literal["sending", "approval"]


class PendingAfterDue(Cited):
    """What is shown once the due date has passed while a result sent in time waits for the Office."""

    policy: Literal["own_state", "freeze", "strict"]


class CauseReport(Cited):
    """Whether cause and proposal are owed for a task that is due and unfinished (LC-15, BT-26, DN-01)."""

    owed: bool


class Paper(Cited):
    """What a paper copy in parallel means; the time of paper never counts."""

    parallel: Literal["none", "beside", "on_request", "replaced"]


class Accounts(Cited):
    """Whose accounts people use."""

    identity: Literal["document_system", "separate"]


class Reports(Cited):
    """Reports that the regulation asks for regularly."""

    periods: tuple[Literal["week", "month", "quarter", "half_year", "nine_months", "year"], ...] = ()
    on_demand: bool = False


class Upward(Cited):
    """Tasks that a higher level gives to the province itself."""

    policy: Literal["in", "out", "own_module"]


class Modules(Cited):
    """Parts of the regulation that are switched on; Đồng Nai begins with two of four (DN-15)."""

    enabled: tuple[Literal["directive", "upward", "petition", "coordination"], ...]


class Outside(Cited):
    """Units that never get a task (DN-06). A name stands for all that begin with it."""

    names: tuple[str, ...] = ()

    def holds(self, unit_name: str) -> bool:
        """Whether the unit of this name stands outside."""
        return _named(unit_name, self.names)


class Reopening(Cited):
    """A completed or ended task that is opened again: earlier sendings no longer count."""

    due: Literal["keep"] = "keep"


class Recall(Cited):
    """A directive that is recalled."""

    effect: Literal["end"] = "end"


class Replacement(Cited):
    """A task that goes on elsewhere: its directive replaced, the task divided or joined with another."""

    effect: Literal["end", "keep"]


class Amendment(Cited):
    """A directive that is amended: its rows change by events, the old values stay on record."""

    effect: Literal["correct"] = "correct"


class PauseRule(Cited):
    """A clock stopped by the Office: the due day moves by the days it stood still, or nothing does."""

    effect: Literal["shift_due", "none"]
    unit: Literal["calendar", "working"] = "calendar"


class Succession(Cited):
    """A unit merged or abolished: the successor carries the same task on, no clock begins anew."""

    clock: Literal["goes_on"] = "goes_on"


class Absence(Cited):
    """A person on leave or moved: another takes the task over, no clock changes."""

    clock: Literal["goes_on"] = "goes_on"


class OutageRule(Cited):
    """The document system was out of use when a task fell due: only noted, or the due date moves on."""

    effect: Literal["attribute", "next_working_day"]


_MARKS = re.compile("[\u0300-\u036f]")


@lru_cache(maxsize=1024)
def _named(text: str, names: tuple[str, ...]) -> bool:
    """Whether `text` is one of `names` or goes on after it ("Thông báo kết luận", "UBND tỉnh Sông Lam").

    Asked of every directive, of the few dozen issuers and types that there are.
    """
    plain = _plain(text)
    return any(name == "*" or f"{plain} ".startswith(f"{_plain(name)} ") for name in names)


def _plain(text: str) -> str:
    """Without accents and case, UBND for Ủy ban nhân dân: how the issuer is typed decides nothing."""
    text = _MARKS.sub("", unicodedata.normalize("NFD", text.casefold().replace("đ", "d")))
    return " ".join(text.split()).replace("uy ban nhan dan", "ubnd")
