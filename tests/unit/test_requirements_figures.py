"""What reports and ratings stand on: the same tasks counted for leaders, units and officers, and when.

The data side of the report rows; pages, files and letters are not made yet. Excludes each figure by
itself (test_tracking_figures.py).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from tests.tracking_histories import (
    ALL_PROFILES,
    BINHTHUAN,
    CALENDAR,
    DONGNAI,
    DONGTHAP,
    LAOCAI,
    TPHCM,
    assigned,
    at,
    did,
)
from tracking.events import DifficultyReported, Event, ResultApproved, ResultRejected, ResultSubmitted
from tracking.figures import Figures, Judged, figures
from tracking.folding import fold
from tracking.profile import Profile
from tracking.report_calendar import ReportPeriod, report_instants
from tracking.status import derive

FILE = {"evidence": ("a",)}
YEAR_END = "31/12/2026 17:00:00"


def _task(lead: str, officer: str, due: str = "20/3/2026", *happened: Event) -> list[Event]:
    return [assigned(due=due, lead=lead, lead_name=f"Sở {lead}", officer=officer), *happened]


def _sent(when: str) -> tuple[Event, Event]:
    return did(ResultSubmitted, when, **FILE), did(ResultApproved, "31/3/2026")


#: Two units, two officers: one task in time, one late, one never finished, one not yet due.
WORK = [
    _task("A", "lan", "20/3/2026", *_sent("19/3/2026")),
    _task("A", "binh", "20/3/2026", *_sent("21/3/2026")),
    _task("B", "lan", "20/3/2026"),
    _task("B", "binh", "31/1/2027"),
]


def _at(profile: Profile, when: str, histories: Sequence[Sequence[Event]] = WORK) -> Figures:
    judged = []
    for history in histories:
        task = fold(history)
        judged.append(Judged(task, derive(task, profile, CALENDAR, at(when)), profile))
    return figures(judged, CALENDAR, at(when))


@pytest.mark.covers("LC-12", "DT-18", "DN-03")
@pytest.mark.parametrize("profile", ALL_PROFILES, ids=lambda profile: profile.id)
def test_leaders_units_and_officers_count_the_same_tasks(profile: Profile) -> None:
    """Leaders see the whole, a unit itself, an officer what they follow; the parts add up."""
    made = _at(profile, YEAR_END)
    assert made.whole.tasks == len(WORK)
    assert {name: tally.tasks for name, tally in made.units.items()} == {"Sở A": 2, "Sở B": 2}
    assert {name: tally.tasks for name, tally in made.officers.items()} == {"lan": 2, "binh": 2}
    assert made.units["Sở B"].by_due.open_late == made.whole.by_due.open_late == 1
    assert made.units["Sở B"].overdue_ages == {">90": 1}


@pytest.mark.covers("LC-36", "BT-03", "DT-29", "DN-05", "HC-22")
@pytest.mark.parametrize("profile", ALL_PROFILES, ids=lambda profile: profile.id)
def test_a_rating_can_be_made_again_from_the_ledger_and_names_its_denominator(profile: Profile) -> None:
    """A year later, from the same events in any order, unit and officer get the same counts."""
    first = _at(profile, YEAR_END)
    shuffled = [random.Random(7).sample(history, len(history)) for history in reversed(WORK)]
    again = _at(profile, YEAR_END, shuffled)
    assert (again.units, again.officers) == (first.units, first.officers)
    rates = {name: tally.by_due.with_open_late for name, tally in first.units.items()}
    assert rates == {"Sở A": (1, 2), "Sở B": (0, 1)}
    assert first.officers["lan"].by_due.among_done == (1, 1)
    assert first.officers["binh"].by_due.among_done == (0, 1)


@pytest.mark.covers("DN-01", "DN-03", "BT-22")
def test_what_is_late_and_has_no_cause_is_counted_until_the_cause_is_told() -> None:
    told = [*WORK[2], did(DifficultyReported, "25/3/2026")]
    assert _at(DONGNAI, YEAR_END).whole.causes_owed == 1
    assert _at(DONGNAI, YEAR_END, [WORK[0], told]).whole.causes_owed == 0
    assert _at(BINHTHUAN, YEAR_END).units["Sở B"].causes_owed == 1


@pytest.mark.covers("BT-21")
def test_what_a_unit_calls_finished_without_a_document_is_listed_until_the_office_sends_it_back() -> None:
    bare = _task("A", "lan", "20/3/2026", did(ResultSubmitted, "19/3/2026"))
    refused = [*bare, did(ResultRejected, "23/3/2026", text="chưa có văn bản")]
    assert _at(BINHTHUAN, YEAR_END, [WORK[0], bare]).whole.claimed_without_file == [bare[0].task]
    assert _at(BINHTHUAN, YEAR_END, [WORK[0], refused]).whole.claimed_without_file == []
    task = fold(refused)
    assert derive(task, BINHTHUAN, CALENDAR, at("24/3/2026")).texts == ("đang thực hiện", "quá hạn")


def _taken(profile: Profile, period: ReportPeriod, year: int = 2026) -> list[date]:
    since, until = at(f"31/12/{year - 1} 23:59:59"), at(f"31/12/{year} 23:59:59")
    found = report_instants(profile, CALENDAR, since, until)
    return [one.taken_at.date() for one in found if one.period == period]


@pytest.mark.covers("HC-14", "HC-16", "DT-22", "LC-37")
@pytest.mark.parametrize("profile", [TPHCM, DONGTHAP, LAOCAI], ids=lambda profile: profile.id)
def test_the_month_is_looked_back_on_at_its_last_working_day(profile: Profile) -> None:
    days = _taken(profile, "month")
    assert [day.month for day in days] == list(range(1, 13))
    for day in days:
        following = CALENDAR.add_working_days(day, 1)
        assert CALENDAR.is_working(day)
        assert (following.year, following.month) != (day.year, day.month)
    assert date(2026, 1, 30) in days
    assert date(2026, 5, 29) in days


@pytest.mark.covers("HC-16", "HC-14")
def test_the_month_end_meeting_finds_what_is_overdue_by_officer() -> None:
    made = _at(TPHCM, "31/3/2026 17:00:00")
    late = {name: tally.by_due.open_late for name, tally in made.officers.items()}
    assert late == {"lan": 1, "binh": 0}


@pytest.mark.covers("BT-27", "HC-22", "HC-18")
def test_quarters_half_years_and_nine_months_are_taken_once_each() -> None:
    assert len(_taken(TPHCM, "quarter")) == 4
    assert len(_taken(TPHCM, "half_year")) == 2
    assert len(_taken(BINHTHUAN, "nine_months")) == 1
    assert len(_taken(BINHTHUAN, "year")) == 1
    assert _taken(DONGNAI, "month") == []


@pytest.mark.covers("LC-18", "LC-19")
def test_the_weekly_notice_is_taken_before_fifteen_hours_on_friday() -> None:
    found = report_instants(LAOCAI, CALENDAR, at("1/3/2026"), at("1/4/2026"))
    weekly = [one.taken_at for one in found if one.period == "week"]
    assert len(weekly) == 4
    for moment in weekly:
        assert moment.weekday() == 4
        assert moment < moment.replace(hour=15, minute=0)
        assert moment > moment.replace(hour=15, minute=0) - timedelta(hours=2)
