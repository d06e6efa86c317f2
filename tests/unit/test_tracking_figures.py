"""Figures: every share with its denominator, every part adding up to the whole; and when reports are taken.

Includes the two rates that announcements mix up, due dates before and after extensions, ages of what is late
or silent, reviewers' delay, units and officers, and the instants of reports. Excludes the command.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tracking_histories import (
    ALL_PROFILES,
    BINHTHUAN,
    CALENDAR,
    DONGTHAP,
    LAOCAI,
    TPHCM,
    assigned,
    at,
    did,
    until,
)
from tracking.events import (
    DifficultyReported,
    Event,
    ExtensionAsked,
    ExtensionGranted,
    ExtensionRefused,
    ProgressReported,
    ResultApproved,
    ResultRejected,
    ResultSubmitted,
    TaskAssigned,
    TaskEnded,
    TaskReturned,
)
from tracking.figures import NOT_TRACKED, Figures, Judged, Tally, bucket, figures
from tracking.folding import fold
from tracking.profile import Profile
from tracking.report_calendar import report_instants
from tracking.status import derive

FILE: dict[str, Any] = {"evidence": ("a",)}


def _judged(profile: Profile, when: str, history: Sequence[Event]) -> Judged:
    task = fold(history, until=at(when))
    return Judged(task, derive(task, profile, CALENDAR, at(when)), profile)


def _count(profile: Profile, when: str, *histories: Sequence[Event]) -> Tally:
    return figures([_judged(profile, when, each) for each in histories], CALENDAR, at(when)).whole


def _done(sent: str, decided: str, due: str = "20/3/2026") -> list[Event]:
    return [assigned(due=due), did(ResultSubmitted, sent, **FILE), did(ResultApproved, decided)]


OPEN_LATE = [assigned(due="20/3/2026")]
OPEN_IN_TIME = [assigned(due="30/4/2026")]
ON_TIME, LATE = _done("19/3/2026", "25/3/2026"), _done("21/3/2026", "25/3/2026")


def test_open_late_alone_hides_what_was_completed_late() -> None:
    """1 of 5 late by the rate of what is open, 2 of 5 when the late completion is not forgotten."""
    tally = _count(LAOCAI, "1/4/2026", OPEN_LATE, OPEN_IN_TIME, OPEN_IN_TIME, ON_TIME, LATE)
    assert tally.overdue_open == (1, 5)
    assert tally.overdue_ever == (2, 5)
    assert tally.by_due.among_done == (1, 2)
    assert tally.by_due.with_open_late == (1, 3)


@pytest.mark.covers("DT-14")
def test_an_extension_makes_late_work_in_time_by_the_new_date_only() -> None:
    extended = [
        assigned(due="20/3/2026"),
        did(ExtensionAsked, "18/3/2026"),
        did(ExtensionGranted, "19/3/2026", due=until("31/3/2026")),
        did(ResultSubmitted, "25/3/2026", **FILE),
        did(ResultApproved, "26/3/2026"),
    ]
    still_open = [*extended[:3]]
    tally = _count(DONGTHAP, "27/3/2026", extended, still_open, ON_TIME)
    assert (tally.by_due.among_done, tally.by_due.with_open_late) == ((2, 2), (2, 2))
    assert (tally.by_original_due.among_done, tally.by_original_due.with_open_late) == ((1, 2), (1, 3))
    assert (tally.extensions.tasks_extended, tally.extensions.consents, tally.extensions.most) == (2, 2, 1)


def test_requests_are_counted_by_their_answer() -> None:
    waiting = [assigned(), did(ExtensionAsked, "18/3/2026")]
    refused = [*waiting, did(ExtensionRefused, "19/3/2026")]
    counted = _count(LAOCAI, "19/3/2026", waiting, refused).extensions
    assert (counted.waiting, counted.refused, counted.consents) == (1, 1, 0)


@pytest.mark.covers("LC-19")
@pytest.mark.parametrize(
    ("profile", "when", "history", "counts_as"),
    [
        (LAOCAI, "21/3/2026", [assigned()], "quá hạn"),
        (LAOCAI, "20/3/2026 23:59:59", [assigned()], "đến hạn"),
        (LAOCAI, "17/3/2026", [assigned(), did(ProgressReported, "5/3/2026")], "đến hạn"),
        (LAOCAI, "16/3/2026", [assigned()], "còn hạn"),
        (LAOCAI, "16/3/2026", [assigned(due="")], "không hạn"),
        (LAOCAI, "30/3/2026", [assigned(), did(ResultSubmitted, "19/3/2026", **FILE)], "chờ phê duyệt"),
        (LAOCAI, "30/3/2026", [assigned(), did(ResultSubmitted, "25/3/2026", **FILE)], "chờ phê duyệt"),
        (LAOCAI, "30/3/2026", ON_TIME, "đã xong"),
        (LAOCAI, "30/3/2026", [assigned(), did(TaskEnded, "19/3/2026")], "ngoài tỷ lệ"),
        (TPHCM, "30/3/2026", [assigned(), did(ResultSubmitted, "19/3/2026", **FILE)], "chờ phê duyệt"),
        (TPHCM, "30/3/2026", [assigned(due="")], "ngoài tỷ lệ"),
        (BINHTHUAN, "30/3/2026", [assigned(), did(ResultSubmitted, "19/3/2026", **FILE)], "đã xong"),
    ],
)
def test_what_a_task_counts_as_in_the_weekly_notice(
    profile: Profile, when: str, history: Sequence[Event], counts_as: str
) -> None:
    assert bucket(_judged(profile, when, history).verdict) == counts_as


def test_what_is_in_no_rate_is_named_apart() -> None:
    ended, undated = [assigned(), did(TaskEnded, "10/3/2026")], [assigned(due="")]
    tally = _count(LAOCAI, "21/3/2026", ended, undated, OPEN_LATE)
    assert tally.outside == {"Kết thúc": 1, "không hạn": 1}
    assert (tally.in_rate, tally.overdue_open) == (1, (1, 1))
    kept_out = _count(DONGTHAP, "21/3/2026", undated)
    assert kept_out.texts == kept_out.families == kept_out.outside == {NOT_TRACKED: 1}


@pytest.mark.parametrize(
    ("when", "band"),
    [
        ("21/3/2026", "1-7"),
        ("27/3/2026 23:59:59", "1-7"),
        ("28/3/2026", "8-30"),
        ("19/4/2026 23:59:59", "8-30"),
        ("20/4/2026", "31-90"),
        ("18/6/2026 23:59:59", "31-90"),
        ("19/6/2026", ">90"),
    ],
)
def test_ages_of_what_is_overdue(when: str, band: str) -> None:
    assert _count(LAOCAI, when, [assigned(due="20/3/2026")]).overdue_ages == {band: 1}


def test_late_by_hours_on_the_due_day_is_in_the_first_band() -> None:
    tally = _count(LAOCAI, "20/3/2026 17:00:01", [assigned(due="20/3/2026 17:00:00")])
    assert tally.overdue_ages == {"1-7": 1}


@pytest.mark.parametrize(
    ("when", "silence"),
    [
        ("4/4/2026", "<1 tháng"),
        ("5/4/2026", "1-3 tháng"),
        ("4/6/2026 23:59:59", "1-3 tháng"),
        ("5/6/2026", ">=3 tháng"),
    ],
)
def test_undated_tasks_age_from_the_last_report(when: str, silence: str) -> None:
    tally = _count(LAOCAI, when, [assigned(due=""), did(ProgressReported, "5/3/2026 09:00:00")])
    assert tally.silences == {silence: 1}
    assert len(tally.silent_tasks) == (silence == ">=3 tháng")
    assert not tally.overdue_ages


@pytest.mark.covers("DT-09")
def test_reviewers_delay_is_counted_beside_the_units() -> None:
    """Sent Tuesday 9:00, so to be decided the same day: decided on Thursday is late; the other still waits."""
    slow = [
        assigned(),
        did(ResultSubmitted, "17/3/2026 09:00:00", **FILE),
        did(ResultApproved, "19/3/2026 09:00:00"),
    ]
    quick = [
        assigned(),
        did(ResultSubmitted, "17/3/2026 09:00:00", **FILE),
        did(ResultRejected, "17/3/2026 16:00:00"),
    ]
    waiting = [assigned(), did(ResultSubmitted, "19/3/2026 09:00:00", **FILE)]
    review = _count(DONGTHAP, "19/3/2026 12:00:00", slow, quick, waiting).review
    assert (review.decided, review.waiting) == (2, 1)
    assert (review.waited, review.longest) == (timedelta(hours=48 + 7 + 3), timedelta(hours=48))
    assert review.late_share == (1, 3)
    assert _count(LAOCAI, "19/3/2026 12:00:00", slow).review.late_share == (0, 0)


def test_what_is_owed_and_returned_is_counted() -> None:
    returned = [assigned(), did(TaskReturned, "10/3/2026", text="không đúng chức năng")]
    told = [assigned(), did(DifficultyReported, "19/3/2026")]
    tally = _count(LAOCAI, "21/3/2026", returned, told, _done("21/3/2026", "21/3/2026"))
    assert (tally.returned, tally.causes_owed, tally.explanations_owed) == (1, 1, 1)


def _parts_add_up(made: Figures) -> None:
    whole = made.whole
    for tally in (whole, *made.units.values(), *made.officers.values()):
        for parts in (tally.texts, tally.families, tally.buckets):
            assert parts.total() == tally.tasks
        assert tally.in_rate + tally.outside.total() == tally.tasks
        late_open, undated = tally.overdue_ages.total(), tally.silences.total()
        assert late_open == tally.by_due.open_late
        assert undated <= tally.outside.get("không hạn", 0)
        assert tally.by_due.done == tally.by_original_due.done
    for parts_of in (made.units, made.officers):
        assert sum(tally.tasks for tally in parts_of.values()) == whole.tasks
        assert sum(tally.by_due.open_late for tally in parts_of.values()) == whole.by_due.open_late


def test_units_and_officers_add_up_to_the_whole() -> None:
    histories = [
        [assigned(lead_name="Sở A", officer="u1")],
        [assigned(lead_name="Sở A", officer="u2")],
        [assigned(lead_name="Sở B", officer="")],
    ]
    made = figures([_judged(LAOCAI, "21/3/2026", each) for each in histories], CALENDAR, at("21/3/2026"))
    assert {name: tally.tasks for name, tally in made.units.items()} == {"Sở A": 2, "Sở B": 1}
    assert {name: tally.tasks for name, tally in made.officers.items()} == {"u1": 1, "u2": 1, "": 1}
    _parts_add_up(made)


_STEPS = st.sampled_from(
    [
        ProgressReported,
        ResultSubmitted,
        ResultApproved,
        ResultRejected,
        ExtensionGranted,
        TaskReturned,
        TaskEnded,
    ]
)


@st.composite
def _histories(draw: st.DrawFn) -> list[Event]:
    due = draw(st.sampled_from(["", "20/3/2026", "12/3/2026 17:00:00", "30/4/2026"]))
    first = assigned(
        due=due, lead_name=draw(st.sampled_from("ABC")), officer=draw(st.sampled_from(["", "u1"]))
    )
    steps: list[Event] = []
    needed: dict[type[Event], dict[str, Any]] = {
        ResultSubmitted: FILE,
        ExtensionGranted: {"due": until("28/3/2026")},
    }
    for hour, kind in enumerate(draw(st.lists(_STEPS, max_size=5))):
        steps.append(did(kind, f"{draw(st.integers(3, 29))}/3/2026 0{hour}:00:00", **needed.get(kind, {})))
    return [first, *steps]


@given(st.sampled_from(ALL_PROFILES), st.lists(_histories(), max_size=6), st.integers(0, 120))
@settings(max_examples=150, deadline=None, database=None)
def test_however_tasks_are_parted_the_parts_add_up(
    profile: Profile, histories: list[list[Event]], days: int
) -> None:
    as_of = at("30/3/2026") + timedelta(days=days)
    tasks = [fold(each) for each in histories]
    judged = [Judged(task, derive(task, profile, CALENDAR, as_of), profile) for task in tasks]
    made = figures(judged, CALENDAR, as_of)
    assert made.whole.tasks == len(histories)
    _parts_add_up(made)


def _instants(profile: Profile, since: str, last: str) -> list[tuple[str, str]]:
    reports = report_instants(profile, CALENDAR, at(since), at(last))
    return [(report.period, f"{report.taken_at:%d/%m/%Y %H:%M}") for report in reports]


@pytest.mark.covers("LC-18", "LC-19", "LC-36", "LC-37")
def test_lao_cai_reports_every_friday_before_15_every_month_and_year() -> None:
    assert _instants(LAOCAI, "1/12/2025", "11/1/2026") == [
        ("week", "05/12/2025 14:00"),
        ("week", "12/12/2025 14:00"),
        ("week", "19/12/2025 14:00"),
        ("week", "26/12/2025 14:00"),
        ("week", "31/12/2025 14:00"),  # Thursday is New Year, Friday 2/1/2026 was swapped away
        ("month", "31/12/2025 17:00"),
        ("year", "31/12/2025 17:00"),
        ("week", "09/01/2026 14:00"),
    ]


def test_a_week_without_a_working_day_has_no_report() -> None:
    """Tết 2026: Monday 16/2 to Friday 20/2 are off."""
    weeks = [each for each in _instants(LAOCAI, "9/2/2026", "1/3/2026") if each[0] == "week"]
    assert weeks == [("week", "13/02/2026 14:00"), ("week", "27/02/2026 14:00")]


@pytest.mark.covers("BT-27")
def test_binh_thuan_reports_each_quarter_six_and_nine_months_and_the_year() -> None:
    reports = report_instants(BINHTHUAN, CALENDAR, at("1/1/2026"), at("1/1/2027"))
    spans = [(each.period, f"{each.first_day:%d/%m}", f"{each.last_day:%d/%m}") for each in reports]
    assert ("quarter", "01/07", "30/09") in spans
    assert ("half_year", "01/01", "30/06") in spans
    assert ("nine_months", "01/01", "30/09") in spans
    assert ("year", "01/01", "31/12") in spans
    assert sum(period == "quarter" for period, *_ in spans) == 4


def test_reports_of_two_stretches_of_time_are_those_of_both() -> None:
    """A report is taken once, whenever somebody looks."""
    edge = at("9/1/2026 14:00:00")
    whole = report_instants(LAOCAI, CALENDAR, at("1/12/2025"), at("1/3/2026"))
    parts = [
        *report_instants(LAOCAI, CALENDAR, at("1/12/2025"), edge),
        *report_instants(LAOCAI, CALENDAR, edge, at("1/3/2026")),
    ]
    assert tuple(parts) == whole
    assert sum(each.taken_at == edge for each in parts) == 1


def test_an_assignment_is_all_a_task_needs_to_be_counted() -> None:
    first = assigned()
    assert isinstance(first, TaskAssigned)
    assert _count(LAOCAI, "3/3/2026", [first]).tasks == 1
