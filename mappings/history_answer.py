"""From a verdict to the public answer: what `tdcd rules try` says about one history.

The answer is a model, so that its JSON Schema stands beside the one of the question and cannot drift from it.
Days are ISO days, moments carry the offset of Asia/Ho_Chi_Minh.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from errors import HoldForHuman
from mappings.history_form import due_text
from tracking.attribution import Share
from tracking.calendar import ZONE, WorkingCalendar
from tracking.obligations import Obligation
from tracking.profile import Profile
from tracking.status import Lateness, Verdict
from tracking.task import Task

Lang = Literal["vi", "en"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Owed(_Part):
    """One thing that is still owed at the instant asked for."""

    kind: str
    party: str
    unit: Annotated[str, Field(description="Who concretely; empty for the Office and its reviewers.")]
    opened_at: str
    due_at: Annotated[str | None, Field(description="End of the limit; null where none is set.")]
    late: bool
    missed_by: Annotated[int, Field(description="Days past the limit, in the limit's own days.")]
    article: str
    listed: Annotated[
        str, Field(description="The list in which it stands now, as chậm phối hợp; empty when in none.")
    ]


class Spent(_Part):
    """What one party, or one unit, had of the task."""

    party: str
    unit: str
    hours: float
    working_days: float


class Answer(_Part):
    """What the history shows at the instant asked for, under the regulation asked for."""

    text: Annotated[
        str | list[str] | None,
        Field(
            description="The exact text; both texts in a regulation that shows two fields, the second may be "
            'empty. "": the regulation keeps the task out. null: held.'
        ),
    ]
    family: Annotated[str | None, Field(description="waiting, working, submitted, done or ended.")] = None
    late: Annotated[bool | None, Field(description="null where nothing can be late.")] = None
    rule: str | None = None
    article: str | None = None
    due: Annotated[
        str | None, Field(description="The due day that counts, or the moment where an hour is set.")
    ] = None
    original_due: Annotated[str | None, Field(description="The due day before extensions.")] = None
    extensions: int = 0
    next_change_at: Annotated[
        str | None, Field(description="When time alone changes text, rule, lateness or what is owed.")
    ] = None
    owed: list[Owed] = []
    booked: Annotated[
        dict[str, float],
        Field(description="Hours from assignment to completion, by the party they belong to."),
    ] = {}


class FullAnswer(Answer):
    """The answer with what a reader asks next (`--full`)."""

    booked_by_unit: Annotated[
        list[Spent],
        Field(
            description="The same, for each unit of a party, in days of 24 hours that lie on working days as well."
        ),
    ] = []
    consequence: str = ""
    days_left: Annotated[
        int | None, Field(description="Calendar days to the due day; negative once past.")
    ] = None
    notes: list[str] = []
    unsure: Annotated[
        list[str], Field(description="What was counted without being known, as days off that nobody entered.")
    ] = []
    explanation: Annotated[str, Field(description="One sentence that anyone can recompute.")] = ""


class HeldAnswer(Answer):
    """The answer to a history that cannot be judged: every key of an answer, empty, and the reason."""

    held: Annotated[str, Field(description="Why no state is given, and what to do.")]


def answer(
    task: Task,
    verdict: Verdict,
    profile: Profile,
    calendar: WorkingCalendar,
    as_of: datetime,
    *,
    owed: Iterable[Obligation],
    spent: Sequence[Share],
    sentence: str,
    notes: Iterable[str],
    unsure: Iterable[str] = (),
) -> FullAnswer:
    """The public answer; `owed`, `spent` and `sentence` belong to the same task, verdict and instant."""
    return FullAnswer(
        text=shown_fields(verdict, profile),
        family=verdict.family.value,
        late=None if verdict.lateness is Lateness.NONE else verdict.lateness is Lateness.LATE,
        rule=verdict.rule,
        article=verdict.article,
        due=due_text(verdict.due),
        original_due=due_text(task.original_due),
        extensions=verdict.extension_count,
        next_change_at=_iso(verdict.next_change_at),
        owed=[_owed(each, as_of, calendar) for each in owed if each.is_open()],
        booked=_by_party(spent),
        booked_by_unit=[_spent(share) for share in spent],
        consequence=verdict.consequence,
        days_left=verdict.days_left,
        notes=list(notes),
        unsure=list(unsure),
        explanation=sentence,
    )


def held(why: HoldForHuman) -> HeldAnswer:
    """The answer to a history that cannot be judged: no state at all is better than a wrong one."""
    return HeldAnswer(text=None, held=str(why))


def plain(given: Answer, *, full: bool) -> dict[str, Any]:
    """The answer as JSON has it: the agreed keys alone, unless all of it was asked for."""
    if full or isinstance(given, HeldAnswer):
        return given.model_dump()
    return given.model_dump(include=set(Answer.model_fields))


def shown_fields(verdict: Verdict, profile: Profile) -> str | list[str]:
    """One text, or both fields wherever the regulation has two, whichever are filled."""
    return [verdict.text, verdict.second_text] if has_two_fields(profile) else verdict.text


def has_two_fields(profile: Profile) -> bool:
    """Whether the regulation shows the state in two fields (Bình Thuận, Điều 6 khoản 1 điểm g)."""
    return any(rule.second_text for rule in profile.rules)


def notes_on(task: Task, verdict: Verdict, profile: Profile, lang: Lang) -> Iterator[str]:
    """What a reader must know beside the state itself."""
    vi = lang == "vi"
    given = task.issued_on
    if not profile.in_force(given):
        yield (
            f"quy chế này không có hiệu lực vào ngày {given:%d/%m/%Y}, khi văn bản được ban hành"
            if vi
            else f"this version was not in force on {given:%d/%m/%Y}, when the directive was issued"
        )
    if not verdict.text:
        yield (
            "quy chế không đưa nhiệm vụ này vào theo dõi"
            if vi
            else "the regulation keeps this task out of its tracking"
        )
    if verdict.due is not None and task.due is not None and verdict.due.day != task.due.day:
        written, counted = f"{task.due.day:%d/%m/%Y}", f"{verdict.due.day:%d/%m/%Y}"
        yield (
            f"hạn ghi {written}, hạn được tính {counted}"
            if vi
            else f"due {written} as written, {counted} as counted"
        )
    if task.superseded_by:
        others = ", ".join(task.superseded_by)
        yield f"việc tiếp tục ở {others}" if vi else f"the work goes on in {others}"


def _by_party(spent: Sequence[Share]) -> dict[str, float]:
    hours: dict[str, float] = {}
    for share in spent:
        hours[share.party] = hours.get(share.party, 0.0) + share.hours
    return {party: round(total, 4) for party, total in hours.items()}


def _spent(share: Share) -> Spent:
    return Spent(
        party=share.party,
        unit=share.unit,
        hours=round(share.hours, 4),
        working_days=round(share.working_days, 4),
    )


def _owed(each: Obligation, as_of: datetime, calendar: WorkingCalendar) -> Owed:
    missed, _unit = each.missed_by(as_of, calendar)
    return Owed(
        kind=each.kind,
        party=each.party,
        unit=each.unit,
        opened_at=_iso(each.opened_at) or "",
        due_at=_iso(each.due_at),
        late=each.is_late(as_of),
        missed_by=missed,
        article=each.article,
        listed=each.listed,
    )


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(ZONE).isoformat()
