"""What would it show? One history under a regulation, and the ledger's tasks under two of them. Nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from errors import HoldForHuman
from mappings.history_answer import FullAnswer, HeldAnswer, Lang, answer, held, notes_on
from mappings.history_form import due_text
from mappings.history_reading import ReadHistory
from tracking.attribution import shares
from tracking.calendar import WorkingCalendar
from tracking.events import Event
from tracking.explain import explain
from tracking.explain_remarks import blank_words
from tracking.folding import fold
from tracking.profile import Profile
from tracking.status import Verdict, derive
from tracking.task import Task


def try_history(
    history: ReadHistory, profile: Profile, calendar: WorkingCalendar, as_of: datetime, lang: Lang = "vi"
) -> FullAnswer | HeldAnswer:
    """What `history` shows under `profile` at `as_of`; events after it have not happened yet.

    A history that is held, or begins after `as_of`, is answered with the reason and without any state.
    """
    if history.held is not None:
        return held(history.held)
    given_at = history.events[0].occurred_at
    if given_at > as_of:
        return held(
            HoldForHuman(
                f"{history.place}: at {as_of} the task was not given yet; it was at {given_at}.",
                scope=history.place,
                remedy="Ask for a later time with --at.",
            )
        )
    return _answer(history.events, profile, calendar, as_of, lang)


def _answer(
    events: Sequence[Event], profile: Profile, calendar: WorkingCalendar, as_of: datetime, lang: Lang
) -> FullAnswer:
    task = fold(events, until=as_of)
    verdict = derive(task, profile, calendar, as_of)
    told = explain(task, verdict, profile, calendar, as_of, lang)
    return answer(
        task,
        verdict,
        profile,
        calendar,
        as_of,
        owed=told.obligations,
        spent=shares(told.booked, calendar),
        sentence=told.sentence,
        notes=[*filter(None, [told.second_line]), *notes_on(task, verdict, profile, lang)],
        unsure=[blank_words([year], lang) for year in told.blank_years],
    )


@dataclass(slots=True)
class Comparison:
    """The tasks of a ledger under a regulation and under a draft of another."""

    tasks: int = 0
    same: int = 0
    changes: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Text under A, text under B, how many tasks; an empty text means kept out."""
    listing: list[dict[str, Any]] = field(default_factory=list)

    @property
    def other(self) -> int:
        """Tasks that show another text under B."""
        return self.changes.total()


def compare(
    tasks: Iterable[Task], a: Profile, b: Profile, calendar: WorkingCalendar, as_of: datetime, limit: int
) -> Comparison:
    """Judge every task under `a` and under `b`; the first `limit` that show another text are listed."""
    made = Comparison()
    for task in tasks:
        made.tasks += 1
        under_a, under_b = (derive(task, profile, calendar, as_of) for profile in (a, b))
        if under_a.texts == under_b.texts:
            made.same += 1
            continue
        made.changes[under_a.shown, under_b.shown] += 1
        if len(made.listing) < limit:
            made.listing.append(_line(task, under_a, under_b))
    return made


def _line(task: Task, a: Verdict, b: Verdict) -> dict[str, Any]:
    return {"task": task.key, "lead": task.lead_name, "directive": task.number, "a": _side(a), "b": _side(b)}


def _side(verdict: Verdict) -> dict[str, Any]:
    return {
        "text": verdict.shown,
        "rule": verdict.rule,
        "article": verdict.article,
        "lateness": verdict.lateness.value,
        "due": due_text(verdict.due),
    }
