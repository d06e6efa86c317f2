"""Random histories against an oracle written straight from the tables, and the invariants of every profile.

The oracle reads a history backwards by plain list operations and shares no code with
the fold, the facts or the rules; only event classes are common. Includes: one task one
text, replay, time alone, the time of approval, requests that change nothing, and that
`next_change_at` is neither early nor late. Excludes hand-written rows (tests/unit).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.tracking_histories import CALENDAR, DONGTHAP, LAOCAI, assigned, at
from tracking.calendar import ZONE
from tracking.events import (
    DifficultyReported,
    DirectiveRecalled,
    Due,
    Event,
    ExplanationFiled,
    ExtensionAsked,
    ExtensionGranted,
    ExtensionRefused,
    ProgressReported,
    ResultApproved,
    ResultRejected,
    ResultSubmitted,
    TaskAssigned,
    TaskCorrected,
    TaskEnded,
    TaskReassigned,
    TaskReceived,
    TaskReopened,
    TaskReturned,
)
from tracking.facts import facts_of
from tracking.profile import Profile
from tracking.status import Verdict, derive
from tracking.folding import fold
from tracking.vocabulary import possible

PROFILES = st.sampled_from([LAOCAI, DONGTHAP])
SECOND = timedelta(seconds=1)
MANY = settings(database=None, deadline=None, max_examples=300)

DUE = date(2026, 3, 20)
#: Instants at which something turns, for the due dates below, and their neighbours.
TURNS = [
    turn + step * SECOND
    for day in (DUE, DUE + timedelta(days=5))
    for turn in (
        datetime(day.year, day.month, day.day, tzinfo=ZONE) - timedelta(days=3),
        datetime(day.year, day.month, day.day, 17, tzinfo=ZONE),
        datetime(day.year, day.month, day.day, tzinfo=ZONE) + timedelta(days=1),
    )
    for step in (-1, 0, 1)
]
SOME = [at("2/3/2026 08:00:00") + timedelta(hours=7 * step) for step in range(1, 120)]
INSTANTS = st.one_of(st.sampled_from(TURNS), st.sampled_from(SOME))
DUES = st.sampled_from(
    [None, Due(DUE), Due(DUE, at("1/1/2026 17:00:00").time()), Due(DUE + timedelta(days=5))]
)
NEW_DUES = DUES.filter(lambda due: due is not None)

PLAIN: list[type[Event]] = [
    TaskReceived,
    ProgressReported,
    ResultApproved,
    ResultRejected,
    ExtensionAsked,
    ExtensionRefused,
    TaskReturned,
    DifficultyReported,
    ExplanationFiled,
    TaskEnded,
    TaskReopened,
    DirectiveRecalled,
]

EVERYTHING: list[type[Event]] = [
    *PLAIN,
    ResultSubmitted,
    ResultSubmitted,
    ExtensionGranted,
    TaskCorrected,
    TaskReassigned,
]
#: Half of the histories end with these kinds, or a decision would hardly ever come last.
ENDINGS: list[list[type[Event]]] = [
    [],
    [],
    [],
    [ResultSubmitted],
    [ResultSubmitted, ResultRejected],
    [ResultSubmitted, ResultApproved],
]


def _event(kind: type[Event], instant: datetime, place: int, **more: Any) -> Event:
    return kind(task=assigned().task, key=f"k{place}", occurred_at=instant, **more)


@st.composite
def histories(draw: st.DrawFn, *, kinds: Sequence[type[Event]] | None = None) -> list[Event]:
    """An assignment and up to six events at different instants, in time order."""
    instants = sorted(draw(st.sets(INSTANTS, max_size=6)))
    soon = instants[-1].date() + timedelta(days=draw(st.integers(0, 4))) if instants else DUE
    first = replace(assigned(), due=draw(st.one_of(DUES, st.just(Due(soon)))))
    ending = [] if kinds else draw(st.sampled_from(ENDINGS))
    free = max(0, len(instants) - len(ending))
    order = [*draw(st.lists(st.sampled_from(kinds or EVERYTHING), min_size=free, max_size=free)), *ending]
    events: list[Event] = [first]
    for place, (instant, kind) in enumerate(zip(instants, order, strict=False)):
        more: dict[str, Any] = {}
        if kind is ResultSubmitted:
            more["evidence"] = draw(st.sampled_from([(), ("a1",)]))
        elif kind is ExtensionGranted:
            more["due"] = draw(NEW_DUES)
        elif kind is TaskCorrected:
            more["due"] = draw(DUES)
        elif kind is TaskReassigned:
            lead = draw(st.sampled_from(["D01", "D02", "D03"]))
            more |= {"lead": lead, "lead_name": f"Sở {lead}"}
        events.append(_event(kind, instant, place, **more))
    return events


def after(history: Sequence[Event]) -> datetime:
    return max(event.occurred_at for event in history)


def verdict_at(history: Sequence[Event], profile: Profile, as_of: datetime) -> Verdict:
    return derive(fold(history), profile, CALENDAR, as_of)


def shown(verdict: Verdict) -> tuple[object, ...]:
    """Everything that people or reports see, except the count of days."""
    return (
        verdict.text,
        verdict.second_text,
        verdict.family,
        verdict.lateness,
        verdict.rule,
        verdict.article,
        verdict.due_end,
        verdict.consequence,
        verdict.extension_count,
        verdict.explanation_owed,
    )


# ------------------------------------------------------------------ the oracle


class Reading:
    """What a clerk would note from a history: read event by event, with plain variables."""

    def __init__(self, history: Sequence[Event]) -> None:
        first = history[0]
        assert isinstance(first, TaskAssigned)
        self.due, self.lead = first.due, first.lead
        self.sent: datetime | None = None
        self.with_file = False
        self.verb, self.decided_at = "", history[0].occurred_at
        self.reported = self.ended = self.recalled = False
        for event in history[1:]:
            self.note(event)

    def note(self, event: Event) -> None:
        when, closed = event.occurred_at, self.verb == "yes"
        if isinstance(event, ProgressReported | ResultSubmitted):
            self.reported = True
        if isinstance(event, ResultSubmitted) and not closed:
            self.sent, self.with_file, self.verb = when, bool(event.evidence), ""
        elif isinstance(event, ResultApproved) and not closed:
            self.verb, self.decided_at = "yes", when
        elif isinstance(event, ResultRejected) and self.sent and self.verb != "no":
            self.verb, self.decided_at = "no", when
        else:
            self.note_of_office(event, closed=closed)

    def note_of_office(self, event: Event, *, closed: bool) -> None:
        if isinstance(event, ExtensionGranted) or (isinstance(event, TaskCorrected) and event.due):
            self.due = event.due
        elif isinstance(event, TaskEnded):
            self.ended = True
        elif isinstance(event, DirectiveRecalled):
            self.recalled = True
        elif isinstance(event, TaskReopened):
            self.sent, self.verb, self.ended, self.recalled = None, "", False, False
        elif isinstance(event, TaskReassigned) and event.lead != self.lead:
            self.lead = event.lead
            if not closed:
                self.sent, self.verb, self.reported = None, "", False

    def over(self, instant: datetime) -> bool:
        """Whether `instant` lies after the due date: after 24:00 of the day, or after the hour."""
        if self.due is None:
            return False
        if self.due.at is not None:
            return instant > datetime.combine(self.due.day, self.due.at, ZONE)
        return instant.astimezone(ZONE).date() > self.due.day


def oracle_laocai(history: Sequence[Event], now: datetime) -> tuple[str, str]:
    """Rows 0 to 9 of the table, top down; 0 <= d <= 3 in whole days."""
    seen = Reading(history)
    days = (seen.due.day - now.astimezone(ZONE).date()).days if seen.due else 99
    suffix, place = ("", 0)
    if seen.over(now):
        suffix, place = " quá hạn", 2
    elif 0 <= days <= 3:
        suffix, place = " đến hạn", 1
    if seen.recalled:
        return "LC-0r", "Thu hồi"
    if seen.ended and seen.verb != "yes":
        return "LC-0", "Kết thúc"
    if seen.verb == "yes":
        return "LC-1", "Đã hoàn thành"
    if seen.sent and seen.verb == "" and seen.with_file:
        return "LC-2", "Đã thực hiện"
    if seen.verb == "no":
        return ("LC-3.6", "LC-3.5", "LC-3.4")[place], "Đang thực hiện" + suffix
    if seen.reported:
        return ("LC-6", "LC-5", "LC-4")[place], "Đang thực hiện" + suffix
    return ("LC-9", "LC-8", "LC-7")[place], "Chưa thực hiện" + suffix


def oracle_dongthap(history: Sequence[Event], now: datetime) -> tuple[str, str]:
    """Rows 1 to 11 of the table; row 10 has set D already, row 11 comes first."""
    seen = Reading(history)
    if seen.recalled:
        return "DT-0r", "Thu hồi"
    if seen.ended and seen.verb != "yes":
        return "DT-0", "Kết thúc"
    if seen.due is None:
        return "DT-11", ""
    if seen.sent is None:
        if seen.verb == "yes":
            late = seen.over(seen.decided_at)
            return ("DT-8s", "Đã hoàn thành quá hạn") if late else ("DT-4s", "Đã hoàn thành trong hạn")
        return ("DT-2", "Đang thực hiện quá hạn") if seen.over(now) else ("DT-1", "Đang thực hiện trong hạn")
    if seen.verb == "":
        return "DT-3", "Chờ xác nhận"
    if seen.over(seen.sent):
        return ("DT-8", "Đã hoàn thành quá hạn") if seen.verb == "yes" else ("DT-9", "Đang thực hiện quá hạn")
    if seen.verb == "yes":
        return "DT-4", "Đã hoàn thành trong hạn"
    if seen.over(seen.decided_at):
        return "DT-7", "Đang thực hiện quá hạn"
    return ("DT-6", "Đang thực hiện quá hạn") if seen.over(now) else ("DT-5", "Đang thực hiện trong hạn")


ORACLES: list[tuple[Profile, Callable[[Sequence[Event], datetime], tuple[str, str]]]] = [
    (LAOCAI, oracle_laocai),
    (DONGTHAP, oracle_dongthap),
]


@pytest.mark.covers("LC-05", "LC-06", "LC-22", "DT-10", "DT-12", "DT-14")
@pytest.mark.parametrize(("profile", "oracle"), ORACLES, ids=["laocai", "dongthap"])
def test_the_verdict_is_the_one_of_the_table(
    profile: Profile, oracle: Callable[[Sequence[Event], datetime], tuple[str, str]]
) -> None:
    reached: set[str] = set()

    @settings(MANY, max_examples=1000, derandomize=True)
    @given(history=histories(), later=INSTANTS)
    def compare(history: list[Event], later: datetime) -> None:
        now = max(later, after(history))
        verdict = verdict_at(history, profile, now)
        assert (verdict.rule, verdict.text) == oracle(history, now)
        reached.add(verdict.rule)

    compare()
    assert reached == {rule.id for rule in profile.status}, "the histories must reach every rule"


# ------------------------------------------------------------------ the invariants


@MANY
@given(history=histories(), later=INSTANTS, profile=PROFILES)
def test_every_history_has_possible_facts_and_one_text(
    history: list[Event], later: datetime, profile: Profile
) -> None:
    now = max(later, after(history))
    assert possible(facts_of(fold(history), profile, CALENDAR, now))
    text = verdict_at(history, profile, now).text
    assert (text in profile.texts()) or (text == "" and profile is DONGTHAP)


@MANY
@given(history=histories(), profile=PROFILES, data=st.data())
def test_replaying_and_shuffling_change_nothing(
    history: list[Event], profile: Profile, data: st.DataObject
) -> None:
    repeats = data.draw(st.lists(st.sampled_from(history), max_size=5))
    shuffled = data.draw(st.permutations([*history, *repeats]))
    assert fold(shuffled) == fold(history)
    now = after(history)
    assert verdict_at(shuffled, profile, now) == verdict_at(history, profile, now)


PHASES = {"": 0, " trong hạn": 0, " đến hạn": 1, " quá hạn": 2}


def _phase(text: str) -> tuple[str, int]:
    ending = next((end for end in (" trong hạn", " đến hạn", " quá hạn") if text.endswith(end)), "")
    return text.removesuffix(ending), PHASES[ending]


@pytest.mark.covers("LC-06", "DT-12")
@MANY
@given(history=histories(), profile=PROFILES)
def test_time_alone_only_moves_from_in_time_to_near_to_over(history: list[Event], profile: Profile) -> None:
    now = after(history)
    instants = sorted({now, *(turn for turn in TURNS if turn > now), now + timedelta(days=4000)})
    seen = [_phase(verdict_at(history, profile, instant).text) for instant in instants]
    assert len({base for base, _ in seen}) == 1
    assert [phase for _, phase in seen] == sorted(phase for _, phase in seen)


@MANY
@given(history=histories(), profile=PROFILES, start=INSTANTS)
def test_the_next_change_is_neither_early_nor_late(
    history: list[Event], profile: Profile, start: datetime
) -> None:
    now = max(start, after(history))
    verdict = verdict_at(history, profile, now)
    change = verdict.next_change_at
    end = change if change is not None else now + timedelta(days=4000)
    between = [turn for turn in TURNS if now <= turn < end]
    for instant in [*between, now + (end - now) / 2, end - timedelta(microseconds=1)]:
        quiet = verdict_at(history, profile, instant)
        assert shown(quiet) == shown(verdict)
        assert quiet.next_change_at == change
    if change is not None:
        assert change > now
        assert shown(verdict_at(history, profile, change)) != shown(verdict)


@pytest.mark.covers("DT-10", "DT-27")
@MANY
@given(
    history=histories(kinds=[ProgressReported, ResultSubmitted, ResultRejected, ExtensionGranted]),
    sent=INSTANTS,
    moved=st.lists(st.timedeltas(timedelta(0), timedelta(days=400)), min_size=2, max_size=4),
    profile=PROFILES,
)
def test_moving_the_approval_never_moves_the_sending_or_the_verdict(
    history: list[Event], sent: datetime, moved: list[timedelta], profile: Profile
) -> None:
    assume(all(event.occurred_at < sent for event in history))
    handed_in = _event(ResultSubmitted, sent, 90, evidence=("a1",))
    far = sent + timedelta(days=500)
    seen = set()
    for wait in moved:
        approved = [*history, handed_in, _event(ResultApproved, sent + wait, 91)]
        submission = fold(approved).submission
        assert submission is not None
        assert submission.at == sent
        seen.add(shown(verdict_at(approved, profile, far)))
    assert len(seen) == 1


@pytest.mark.covers("DT-14", "LC-23", "LC-15")
@MANY
@given(
    history=histories(),
    kind=st.sampled_from([ExtensionAsked, ExtensionRefused, DifficultyReported]),
    when=INSTANTS,
    later=INSTANTS,
    profile=PROFILES,
)
def test_asking_refusing_and_difficulties_change_nothing(
    history: list[Event], kind: type[Event], when: datetime, later: datetime, profile: Profile
) -> None:
    now = max(later, when, after(history))
    without = verdict_at(history, profile, now)
    assert verdict_at([*history, _event(kind, when, 90)], profile, now) == without


@MANY
@given(history=histories(), profile=PROFILES, later=INSTANTS)
def test_an_explanation_is_owed_only_for_late_completion(
    history: list[Event], profile: Profile, later: datetime
) -> None:
    verdict = verdict_at(history, profile, max(later, after(history)))
    filed = any(isinstance(event, ExplanationFiled) for event in history)
    late_done = verdict.family == "done" and verdict.lateness == "late"
    assert verdict.explanation_owed == (profile is LAOCAI and late_done and not filed)
