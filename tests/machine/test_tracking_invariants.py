"""What holds in every regulation whatever happens: one text, no memory, time only forward, sending decides.

Random histories of all five profiles, and of one with the other choice for results that wait. Includes replay,
other machines, time alone, the time of approval, matters that change nothing, and that `next_change_at` is
neither early nor late. Excludes the tables themselves (test_tracking_oracles.py).
"""

from __future__ import annotations

import hashlib
import pickle
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.profile_files import load_calendar
from tests.tracking_draws import (
    APPROVED,
    INSTANTS,
    MANY,
    NAMES,
    PROFILES,
    SENT,
    TURNS,
    Made,
    after,
    cases,
    event,
    histories,
    shown,
    verdict_at,
)
from tests.tracking_histories import CALENDAR
from tracking import events as e
from tracking.events import Event
from tracking.facts import facts_of
from tracking.figures import NOT_TRACKED, Judged, figures
from tracking.folding import fold
from tracking.profile import Profile
from tracking.status import Family, Lateness, Verdict, derive
from tracking.vocabulary import possible

ROOT = Path(__file__).parents[2]
FAR = timedelta(days=4000)
#: Regulations in which a task without a due date, or a petition that is not late, shows nothing.
SHOWS_NOTHING = {"tphcm", "dongthap", "dongnai"}
EACH = pytest.mark.parametrize("name", list(PROFILES))


# ------------------------------------------------------------------ one task, one text


@pytest.mark.covers("LC-05", "HC-02", "BT-13", "DT-12", "DN-01")
@EACH
@settings(MANY, max_examples=120)
@given(data=st.data())
def test_every_history_has_possible_facts_and_one_text(name: str, data: st.DataObject) -> None:
    profile, (history, now) = PROFILES[name], data.draw(cases(name))
    assert possible(facts_of(fold(history), profile, CALENDAR, now))
    verdict = verdict_at(history, profile, now)
    assert (verdict.shown in profile.texts()) or (verdict.shown == "" and profile.id in SHOWS_NOTHING)


@pytest.mark.covers("LC-05", "HC-02", "BT-13", "DT-12", "DN-01")
@settings(MANY, max_examples=120)
@given(name=NAMES, data=st.data())
def test_the_states_of_many_tasks_add_up_to_all_tasks(name: str, data: st.DataObject) -> None:
    profile = PROFILES[name]
    drawn = data.draw(st.lists(histories(name), max_size=5))
    now = max([data.draw(INSTANTS), *(after(history) for history in drawn)])
    tasks = [fold(history) for history in drawn]
    judged = [Judged(task, derive(task, profile, CALENDAR, now), profile) for task in tasks]
    made = figures(judged, CALENDAR, now)
    whole = made.whole
    assert whole.tasks == len(drawn) == whole.texts.total() == whole.families.total() == whole.buckets.total()
    assert whole.in_rate + whole.outside.total() == len(drawn)
    for text, count in whole.texts.items():
        assert count == sum((one.verdict.shown or NOT_TRACKED) == text for one in judged)
    for parts in (made.units, made.officers):
        assert sum(tally.tasks for tally in parts.values()) == len(drawn)
        assert sum((tally.texts.total() for tally in parts.values()), 0) == len(drawn)


# ------------------------------------------------------------------ nothing but the inputs


@settings(MANY)
@given(name=NAMES, data=st.data())
def test_replaying_and_shuffling_change_nothing(name: str, data: st.DataObject) -> None:
    profile, (history, now) = PROFILES[name], data.draw(cases(name))
    repeats = data.draw(st.lists(st.sampled_from(history), max_size=5))
    shuffled = data.draw(st.permutations([*history, *repeats]))
    assert fold(shuffled) == fold(history)
    assert verdict_at(shuffled, profile, now) == verdict_at(history, profile, now)


@settings(MANY, max_examples=100)
@given(name=NAMES, data=st.data())
def test_a_verdict_depends_on_its_inputs_and_on_nothing_that_was_asked_before(
    name: str, data: st.DataObject
) -> None:
    """Asked again of a calendar that knows no year yet, later days in between, the instant in another zone."""
    profile, (history, now) = PROFILES[name], data.draw(cases(name))
    verdict = verdict_at(history, profile, now)
    verdict_at(history, profile, now + FAR)
    again = derive(fold(history), profile, load_calendar(), now.astimezone(UTC))
    assert again == verdict == verdict_at(history, profile, now)


_JUDGE = """
import hashlib, pickle, sys
from tests.tracking_draws import PROFILES, verdict_at
with open(sys.argv[1], "rb") as file:
    cases = pickle.load(file)
told = repr([verdict_at(history, PROFILES[name], now) for name, history, now in cases])
print(hashlib.sha256(told.encode()).hexdigest())
"""


def test_another_machine_gives_the_same_verdicts(tmp_path: Path) -> None:
    """Another zone, another hash seed, another language of the system: the answers are the same bytes."""
    drawn: list[tuple[str, list[Event], datetime]] = []

    @settings(MANY, max_examples=60, derandomize=True)
    @given(name=NAMES, data=st.data())
    def collect(name: str, data: st.DataObject) -> None:
        drawn.append((name, *data.draw(cases(name))))

    collect()
    file = tmp_path / "cases"
    file.write_bytes(pickle.dumps(drawn))
    here = repr([verdict_at(history, PROFILES[name], now) for name, history, now in drawn])
    answers = {hashlib.sha256(here.encode()).hexdigest()}
    for zone, seed in (("America/New_York", "1"), ("Pacific/Auckland", "2")):
        machine = {
            "TZ": zone,
            "PYTHONHASHSEED": seed,
            "LANG": "C",
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
        }
        told = subprocess.run(
            [sys.executable, "-c", _JUDGE, str(file)], cwd=ROOT, env=machine, capture_output=True, check=True
        )
        answers.add(told.stdout.decode().strip())
    assert len(answers) == 1


# ------------------------------------------------------------------ time alone

#: Text → what stays the same as time goes on, and how far time has gone: in time, near, over.
STEPS: dict[str, tuple[str, int]] = {
    "Chưa thực hiện": ("waiting", 0),
    "Chưa thực hiện đến hạn": ("waiting", 1),
    "Chưa thực hiện quá hạn": ("waiting", 2),
    "Đang thực hiện": ("working", 0),
    "Đang thực hiện trong hạn": ("working", 0),
    "Đang thực hiện đến hạn": ("working", 1),
    "Đang thực hiện quá hạn": ("working", 2),
    "Đang xử lý trong hạn": ("open", 0),
    "Đang xử lý quá hạn": ("open", 2),
    "chưa thực hiện - trong hạn": ("waiting", 0),
    "chưa thực hiện - quá hạn": ("waiting", 2),
    "đang thực hiện - trong hạn": ("working", 0),
    "đang thực hiện - quá hạn": ("working", 2),
    "": ("petition", 0),
    "đã quá thời hạn 20 ngày": ("petition", 2),
}
TAILS = {Lateness.NONE: 0, Lateness.ON_TIME: 0, Lateness.LATE: 2}


@pytest.mark.covers("LC-06", "HC-02", "BT-13", "DT-12", "DN-10")
@EACH
@settings(MANY, max_examples=120)
@given(data=st.data())
def test_time_alone_only_moves_from_in_time_to_near_to_over(name: str, data: st.DataObject) -> None:
    profile, history = PROFILES[name], data.draw(histories(name))
    now = after(history)
    instants = sorted({now, *(turn for turn in TURNS if turn > now), now + timedelta(days=9), now + FAR})
    seen = [verdict_at(history, profile, instant) for instant in instants]
    steps = [STEPS.get(verdict.shown, (verdict.shown, 0)) for verdict in seen]
    assert len({stays for stays, _ in steps}) == 1
    assert [step for _, step in steps] == sorted(step for _, step in steps)
    tails = [TAILS[verdict.lateness] for verdict in seen]
    assert tails == sorted(tails)
    assert len({verdict.family for verdict in seen}) == 1


def _quiet(now: datetime, change: datetime | None) -> list[datetime]:
    """Instants before the next change: every midnight of two months, all turns, and just before the end."""
    end = change if change is not None else now + FAR
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    days = [midnight + timedelta(days=day, seconds=step) for day in range(1, 60) for step in (-1, 0)]
    probes = [*TURNS, *days, now + (end - now) / 2, end - timedelta(microseconds=1)]
    return [instant for instant in probes if now <= instant < end]


@pytest.mark.covers("LC-06", "DN-10")
@EACH
@settings(MANY, max_examples=60)
@given(data=st.data())
def test_the_next_change_is_neither_early_nor_late(name: str, data: st.DataObject) -> None:
    profile, (history, now) = PROFILES[name], data.draw(cases(name))
    task = fold(history)
    verdict = derive(task, profile, CALENDAR, now)
    change = verdict.next_change_at
    for instant in _quiet(now, change):
        quiet = derive(task, profile, CALENDAR, instant)
        assert shown(quiet) == shown(verdict)
        assert quiet.next_change_at == change
    if change is not None:
        assert change > now
        assert shown(derive(task, profile, CALENDAR, change)) != shown(verdict)


# ------------------------------------------------------------------ who decides what

TEXTS_IN_TIME = {
    "laocai": ("Đã hoàn thành",),
    "tphcm": ("Đã xử lý đúng hạn",),
    "binhthuan": ("đã thực hiện", "trong hạn"),
    "dongthap": ("Đã hoàn thành trong hạn",),
    "dongnai": ("nhiệm vụ đã hoàn thành",),
}


@pytest.mark.covers("DT-10", "DT-27", "HC-02", "BT-13")
@EACH
@settings(MANY, max_examples=100)
@given(
    data=st.data(),
    wait=st.timedeltas(timedelta(0), timedelta(days=30)),
    moved=st.lists(st.timedeltas(timedelta(0), timedelta(days=400)), min_size=2, max_size=4),
)
def test_moving_the_approval_never_moves_the_sending_or_the_verdict(
    name: str, data: st.DataObject, wait: timedelta, moved: list[timedelta]
) -> None:
    profile, history = PROFILES[name], data.draw(histories(alive=True))
    sent = after(history) + timedelta(seconds=1) + wait
    handed_in = event(SENT, sent, 90)
    seen: list[Verdict] = []
    for later in moved:
        task = fold([*history, handed_in, event(APPROVED, sent + later, 91)])
        assert task.submission is not None
        assert task.submission.at == sent
        seen.append(derive(task, profile, CALENDAR, sent + timedelta(days=500)))
    assert len({shown(verdict) for verdict in seen}) == 1
    if seen[0].lateness is Lateness.ON_TIME:
        assert seen[0].texts == TEXTS_IN_TIME[profile.id]


@pytest.mark.covers("BT-13")
@settings(MANY, max_examples=100)
@given(history=histories("binhthuan", alive=True), wait=st.timedeltas(timedelta(0), timedelta(days=30)))
def test_where_nobody_closes_an_approval_adds_nothing(history: list[Event], wait: timedelta) -> None:
    """Bình Thuận: the unit records its own result; a consent of the Office says only what stands already."""
    profile, sent = PROFILES["binhthuan"], after(history) + timedelta(seconds=1)
    recorded = [*history, event(SENT, sent, 90)]
    approved = [*recorded, event(APPROVED, sent + wait, 91)]
    now = sent + wait
    assert shown(verdict_at(approved, profile, now)) == shown(verdict_at(recorded, profile, now))


#: Events that no regulation lets change a state.
CHANGE_NOTHING: list[Made] = [
    (e.ExtensionAsked, {}),
    (e.ExtensionRefused, {}),
    (e.OpinionGiven, {}),
    (e.OfficerChanged, {"officer": "u-9"}),
    (e.DirectiveAmended, {}),
    (e.CoordinationAsked, {"unit": "D05"}),
    (e.CoordinationComplained, {"unit": "D05"}),
    (e.OutageNoted, {"until": TURNS[-1]}),
    (e.UnitSucceeded, {"unit": "D01", "successor": "D09", "successor_name": "Sở mới"}),
    (e.TaskReceived, {}),
]


@pytest.mark.covers("DT-14", "LC-23", "HC-13", "DT-23", "LC-03")
@settings(MANY)
@given(name=NAMES, data=st.data(), made=st.sampled_from(CHANGE_NOTHING), when=INSTANTS)
def test_requests_opinions_outages_and_successors_change_no_state(
    name: str, data: st.DataObject, made: Made, when: datetime
) -> None:
    """Where a later re-assignment names the unit that was succeeded, it is another unit: left out.

    One of the readings lets an outage move the due date: left out as well.
    """
    profile, history = PROFILES[name], data.draw(histories(name))
    if made[0] is e.UnitSucceeded and any(isinstance(each, e.TaskReassigned) for each in history):
        return
    if made[0] is e.OutageNoted and profile.outage.effect != "attribute":
        return
    now = max(when, after(history)) + timedelta(hours=1)
    without, told = (verdict_at(each, profile, now) for each in (history, [*history, event(made, when, 90)]))
    assert shown(told) == shown(without)
    assert told.next_change_at == without.next_change_at


@pytest.mark.covers("LC-15", "BT-22", "BT-26", "HC-19")
@settings(MANY, max_examples=100)
@given(name=NAMES, data=st.data(), when=INSTANTS)
def test_a_difficulty_meets_the_cause_that_is_owed_and_changes_no_text(
    name: str, data: st.DataObject, when: datetime
) -> None:
    profile, history = PROFILES[name], data.draw(histories(name))
    now = max(when, after(history))
    without = verdict_at(history, profile, now)
    told = verdict_at([*history, event((e.DifficultyReported, {}), when, 90)], profile, now)
    assert (told.texts, told.lateness, told.rule) == (without.texts, without.lateness, without.rule)
    assert not told.cause_owed


def _owes(profile: Profile) -> tuple[bool, bool]:
    """Whether late completion needs an explanation, and what is late and unfinished a cause (§1.8)."""
    explains = profile.id in {"laocai", "tphcm", "binhthuan"}
    return explains, profile.id in {"laocai", "binhthuan", "dongnai"}


@pytest.mark.covers("LC-33", "HC-21", "BT-26", "DN-01", "LC-15")
@settings(MANY)
@given(name=NAMES, data=st.data())
def test_explanations_and_causes_are_owed_only_for_what_is_late(name: str, data: st.DataObject) -> None:
    profile, (history, now) = PROFILES[name], data.draw(cases(name))
    verdict = verdict_at(history, profile, now)
    explains, gives_cause = _owes(profile)
    late = verdict.lateness is Lateness.LATE
    open_late = late and verdict.family in {Family.WAITING, Family.WORKING}
    filed = any(isinstance(each, e.ExplanationFiled) for each in history)
    told = any(isinstance(each, e.DifficultyReported) for each in history)
    assert verdict.explanation_owed == (explains and late and verdict.family is Family.DONE and not filed)
    assert verdict.cause_owed == (gives_cause and open_late and not told)
