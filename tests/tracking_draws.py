"""Random histories of one task: real sequences of events around the instants at which something turns.

Every kind of event is drawn, also those that the regulations are silent about: pauses, outages, succession,
replacement, division. One draw is one event with its values, so that a failing history shrinks to few events.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from hypothesis import settings
from hypothesis import strategies as st

from tests.tracking_histories import ALL_PROFILES, CALENDAR, LAOCAI, TASK, TPHCM, assigned, at
from tracking import events as e
from tracking.calendar import ZONE
from tracking.events import Due, Event, TaskKind
from tracking.folding import fold
from tracking.profile import Profile
from tracking.status import Verdict, derive

SECOND: Final = timedelta(seconds=1)
MANY: Final = settings(database=None, deadline=None, max_examples=200)

#: Hồ Chí Minh City with the other choice for a result that waits for a decision past its due date.
TPHCM_STRICT: Final = Profile.model_validate(
    TPHCM.model_dump() | {"pending_after_due": TPHCM.pending_after_due.model_dump() | {"policy": "strict"}}
)
#: Lào Cai with every other reading of how time is counted: no table of its own, but the same invariants.
LAOCAI_OTHERWISE: Final = Profile.model_validate(
    LAOCAI.model_dump()
    | {
        "near_due": LAOCAI.near_due.model_dump() | {"unit": "working", "basis_of_window": "instant"},
        "deadline_on_day_off": LAOCAI.deadline_on_day_off.model_dump() | {"means": "next_working"},
        "pause": LAOCAI.pause.model_dump() | {"unit": "working"},
        "outage": LAOCAI.outage.model_dump() | {"effect": "next_working_day"},
    }
)
#: By name, so that a failing example prints a word and not a whole regulation.
PROFILES: Final = {profile.id: profile for profile in ALL_PROFILES} | {
    "tphcm-strict": TPHCM_STRICT,
    "laocai-otherwise": LAOCAI_OTHERWISE,
}
NAMES: Final = st.sampled_from(sorted(PROFILES))
#: Which matters a regulation tracks; a petition is one without a due date of its own.
_MATTERS: Final[dict[str, st.SearchStrategy[TaskKind]]] = {
    "laocai": st.sampled_from(["directive", "upward"]),
    "binhthuan": st.sampled_from(["directive", "upward"]),
    "dongnai": st.sampled_from(["directive", "upward", *["petition"] * 3]),
}
_DIRECTIVE: Final[st.SearchStrategy[TaskKind]] = st.just("directive")

START: Final = at("2/3/2026 08:00:00")
DUE: Final = date(2026, 3, 20)
_TURNING_DAYS = (DUE - timedelta(days=3), DUE + timedelta(days=1), date(2026, 3, 23), date(2026, 3, 26))
#: Midnights and hours at which something turns for the due dates below, and their neighbours.
TURNS: Final = [
    datetime.combine(day, hour, ZONE) + step * SECOND
    for day in _TURNING_DAYS
    for hour in (time(0), time(17))
    for step in (-1, 0, 1)
]
_MOMENTS: Final = [*TURNS, *(START + timedelta(hours=7 * step) for step in range(1, 120))]
INSTANTS: Final = st.sampled_from(_MOMENTS)

_DUES: Final[list[Due]] = [Due(DUE), Due(DUE, time(17)), Due(DUE + timedelta(days=5))]

Made = tuple[type[Event], dict[str, Any]]
SENT: Final[Made] = (e.ResultSubmitted, {"evidence": ("a1",)})
SENT_BARE: Final[Made] = (e.ResultSubmitted, {})
APPROVED: Final[Made] = (e.ResultApproved, {})
REJECTED: Final[Made] = (e.ResultRejected, {})
PAUSED: Final[Made] = (e.TaskPaused, {})
RESUMED: Final[Made] = (e.TaskResumed, {})
ENDED: Final[Made] = (e.TaskEnded, {})
RECALLED: Final[Made] = (e.DirectiveRecalled, {})
GONE: Final[list[Made]] = [
    (e.DirectiveReplaced, {"number": "20/TB-UBND"}),
    (e.TaskSplit, {"into": ("TD-B", "TD-C")}),
    (e.TaskMerged, {"into": "TD-B"}),
]
#: What the unit, the Office and others do while the task is alive.
COURSE: Final[list[Made]] = [
    (e.TaskReceived, {}),
    (e.ProgressReported, {}),
    (e.ProgressReported, {}),
    SENT,
    SENT,
    SENT_BARE,
    REJECTED,
    (e.ExtensionAsked, {}),
    (e.ExtensionRefused, {}),
    *[(e.ExtensionGranted, {"due": due}) for due in _DUES],
    *[(e.TaskCorrected, {"due": due}) for due in (*_DUES, None)],
    *[(e.TaskReassigned, {"lead": lead, "lead_name": f"Sở {lead}"}) for lead in ("D01", "D02")],
    *[(e.UnitSucceeded, {"unit": u, "successor": "D09", "successor_name": "Sở mới"}) for u in ("D01", "D02")],
    (e.TaskReturned, {}),
    (e.DifficultyReported, {}),
    (e.ExplanationFiled, {}),
    (e.OpinionGiven, {}),
    (e.OfficerChanged, {"officer": "u-9"}),
    (e.DirectiveAmended, {}),
    (e.CoordinationAsked, {"unit": "D05"}),
    (e.CoordinationComplained, {"unit": "D05"}),
    PAUSED,
    PAUSED,
    *[RESUMED] * 3,
    *[(e.OutageNoted, {"until": datetime(2026, 3, day, 9, tzinfo=ZONE)}) for day in (10, 21, 27)],
]
REOPENED: Final[Made] = (e.TaskReopened, {})
CLOSINGS: Final[list[Made]] = [APPROVED, ENDED, RECALLED, GONE[0], REOPENED, REOPENED]
#: How a history ends, or a decision would hardly ever come last; and how many of 100 end so.
ENDINGS: Final[dict[str, tuple[int, list[Made]]]] = {
    "anyhow": (17, []),
    "another lead": (14, [REOPENED, (e.TaskReassigned, {"lead": "D03", "lead_name": "Sở D03"})]),
    "progress": (14, [REOPENED, (e.ProgressReported, {})]),
    "sent": (7, [SENT]),
    "rejected": (14, [SENT, REJECTED]),
    "approved": (7, [SENT, APPROVED]),
    "approved unsent": (4, [REOPENED, APPROVED]),
    "ended": (4, [REOPENED, ENDED]),
    "sent and ended": (4, [SENT, ENDED]),
    "stopped": (4, [REOPENED, PAUSED]),
    "stopped for a while": (7, [REOPENED, PAUSED, RESUMED]),
    "sent and stopped": (4, [SENT, PAUSED, RESUMED]),
    "recalled": (3, [RECALLED]),
    **{f"gone {place}": (1, [made]) for place, made in enumerate(GONE)},
}

_HAPPENED: Final = st.lists(
    st.sampled_from([(when, made) for when in _MOMENTS for made in (*COURSE, *CLOSINGS)]), max_size=6
)
_ALIVE: Final = st.lists(
    st.sampled_from([(when, made) for when in _MOMENTS for made in COURSE]), min_size=1, max_size=6
)
_ENDING: Final = st.sampled_from([ending for ending, (share, _) in ENDINGS.items() for _ in range(share)])
_STEPS: Final = st.sampled_from([SECOND, timedelta(hours=5), timedelta(days=1), timedelta(days=4)])
#: A number means so many days after the last event. Undated tasks have texts of their own in one province.
_FIRST_DUE: Final = st.sampled_from([*range(-3, 5), *range(-3, 5), *_DUES, None, None])
_FIRST_DUES: Final = {"binhthuan": st.sampled_from([*range(-3, 5), *range(-3, 5), *_DUES, *[None] * 9])}
_LOOKS: Final[st.SearchStrategy[datetime | timedelta]] = st.sampled_from(
    [*_MOMENTS, *[timedelta(0), SECOND, timedelta(hours=20), timedelta(days=2)] * 40],
)


def event(made: Made, instant: datetime, place: int) -> Event:
    """One event; its key comes from its place in the history."""
    kind, values = made
    return kind(task=TASK, key=f"k{place}", occurred_at=instant, **values)


@st.composite
def histories(draw: st.DrawFn, name: str = "", *, ending: str = "", alive: bool = False) -> list[Event]:
    """An assignment and up to eight events at different instants, in time order.

    `name` chooses the matters of that profile, `ending` fixes the end; `alive` leaves out all closings.
    """
    drawn = draw(_ALIVE if alive else _HAPPENED)
    order = [made for _, made in drawn]
    instants = sorted({when for when, _ in drawn}) or [START + timedelta(hours=7)]
    order = order[: len(instants)]
    for made in () if alive else ENDINGS[ending or draw(_ENDING)][1]:
        order.append(made)
        instants.append(instants[-1] + draw(_STEPS))
    happened = [event(made, when, n) for n, (when, made) in enumerate(zip(instants, order, strict=False))]
    kind = draw(_MATTERS.get(name, _DIRECTIVE))
    due = None if kind == "petition" else draw(_FIRST_DUES.get(name, _FIRST_DUE))
    if isinstance(due, int):
        due = Due(happened[-1].occurred_at.date() + timedelta(days=due)) if happened else Due(DUE)
    return [replace(assigned(), due=due, kind=kind), *happened]


@st.composite
def cases(draw: st.DrawFn, name: str, ending: str = "") -> tuple[list[Event], datetime]:
    """A history, and an instant from which to look at it: often soon after its last event."""
    history = draw(histories(name, ending=ending))
    look, last = draw(_LOOKS), after(history)
    return history, last + look if isinstance(look, timedelta) else max(last, look)


def after(history: Sequence[Event]) -> datetime:
    """The instant of the last event."""
    return max(event.occurred_at for event in history)


def verdict_at(history: Sequence[Event], profile: Profile, as_of: datetime) -> Verdict:
    """The verdict on `history` at `as_of`."""
    return derive(fold(history), profile, CALENDAR, as_of)


def shown(verdict: Verdict) -> tuple[object, ...]:
    """Everything that people or reports see, except the count of days."""
    return (
        verdict.texts,
        verdict.family,
        verdict.lateness,
        verdict.rule,
        verdict.article,
        verdict.due_end,
        verdict.consequence,
        verdict.extension_count,
        verdict.explanation_owed,
        verdict.cause_owed,
    )
