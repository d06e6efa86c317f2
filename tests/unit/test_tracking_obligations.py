"""Who owes what by when: first update, review, answer to an extension, explanation.

Dates are counted by hand on the calendar of 2026. Excludes the weekly update and the
Office's limit for entering tasks, which a later issue builds.
"""

from __future__ import annotations

import pytest

from tests.tracking_histories import CALENDAR, DONGTHAP, LAOCAI, assigned, at, did, on, until
from tracking.events import (
    Event,
    ExplanationFiled,
    ExtensionAsked,
    ExtensionGranted,
    ExtensionRefused,
    ProgressReported,
    ResultApproved,
    ResultRejected,
    ResultSubmitted,
    TaskEnded,
    TaskReassigned,
    TaskReceived,
    TaskReopened,
)
from tracking.obligations import Obligation, obligations
from tracking.profile import Profile
from tracking.task import fold

FAR = at("1/12/2026")


def owed(profile: Profile, *history: Event) -> list[Obligation]:
    return list(obligations(fold(history), profile, CALENDAR, FAR))


def only(found: list[Obligation], kind: str) -> Obligation:
    (one,) = [obligation for obligation in found if obligation.kind == kind]
    return one


@pytest.mark.covers("LC-29")
@pytest.mark.parametrize(
    ("received", "due_at"),
    [
        ("2/3/2026 16:30:00", "6/3/2026"),  # Monday: Tuesday, Wednesday, Thursday; over at 24:00
        ("5/3/2026 08:00:00", "11/3/2026"),  # Thursday: Friday, Monday, Tuesday
        ("13/2/2026 08:00:00", "26/2/2026"),  # eve of Tết: 23, 24, 25 February
        ("7/1/2026 08:00:00", "11/1/2026"),  # Thursday, Friday and the swapped Saturday
    ],
)
def test_first_update_three_working_days_after_receipt(received: str, due_at: str) -> None:
    found = owed(LAOCAI, assigned("5/1/2026 08:00:00", due="30/6/2026"), did(TaskReceived, received))
    one = only(found, "first_update")
    assert (one.party, one.opened_at, one.due_at) == ("unit", at(received), at(due_at))
    assert one.met_at is None
    assert one.is_late(at(due_at))
    assert not one.is_late(at(received))


@pytest.mark.covers("LC-29")
def test_any_report_of_the_unit_meets_the_first_update_in_time_or_late() -> None:
    received = did(TaskReceived, "2/3/2026 16:30:00")
    in_time = only(
        owed(LAOCAI, assigned(), received, did(ProgressReported, "5/3/2026 23:59:59")), "first_update"
    )
    assert not in_time.is_late(FAR)
    late = only(owed(LAOCAI, assigned(), received, did(ResultSubmitted, "6/3/2026 00:00:00")), "first_update")
    assert late.is_late(FAR)


@pytest.mark.covers("LC-25", "LC-29")
def test_a_new_lead_has_its_own_clock_and_without_receipt_none_runs() -> None:
    reassigned = did(TaskReassigned, "6/3/2026 08:00:00", lead="D02", lead_name="Sở Tài chính")
    assert not owed(LAOCAI, assigned(), did(TaskReceived, "3/3/2026 08:00:00"), reassigned)
    found = owed(LAOCAI, assigned(), reassigned, did(TaskReceived, "9/3/2026 08:00:00"))
    assert only(found, "first_update").due_at == at("13/3/2026")


def test_the_end_of_the_task_makes_a_first_update_pointless() -> None:
    history = [assigned(), did(TaskReceived, "2/3/2026 16:30:00"), did(TaskEnded, "4/3/2026 08:00:00")]
    assert only(owed(LAOCAI, *history), "first_update").met_at == at("4/3/2026 08:00:00")


@pytest.mark.covers("DT-09", "DT-08")
@pytest.mark.parametrize(
    ("sent", "due_at"),
    [
        ("8/1/2026 14:59:59", "9/1/2026"),
        ("8/1/2026 15:00:00", "9/1/2026"),
        ("8/1/2026 15:00:01", "10/1/2026"),
        ("9/1/2026 15:00:01", "11/1/2026"),  # Friday: until the end of the swapped Saturday
        ("16/1/2026 15:00:01", "20/1/2026"),  # Friday: until the end of Monday
        ("13/2/2026 15:00:01", "24/2/2026"),  # eve of Tết
        ("17/1/2026 08:00:00", "20/1/2026"),  # Saturday
    ],
)
def test_review_on_the_same_day_or_the_next_working_day(sent: str, due_at: str) -> None:
    one = only(owed(DONGTHAP, assigned("5/1/2026 08:00:00"), did(ResultSubmitted, sent)), "review")
    assert (one.party, one.opened_at, one.due_at, one.met_at) == ("reviewer", at(sent), at(due_at), None)


@pytest.mark.covers("DT-09")
def test_each_sending_has_its_own_review() -> None:
    found = owed(
        DONGTHAP,
        assigned(),
        did(ResultSubmitted, "9/3/2026 08:00:00"),
        did(ResultRejected, "9/3/2026 16:00:00"),
        did(ResultSubmitted, "10/3/2026 08:00:00"),
        did(ResultSubmitted, "12/3/2026 08:00:00"),
        did(ResultApproved, "16/3/2026 08:00:00"),
        did(ResultSubmitted, "17/3/2026 08:00:00"),
    )
    reviews = [(one.opened_at, one.met_at, one.is_late(FAR)) for one in found if one.kind == "review"]
    assert reviews == [
        (at("9/3/2026 08:00:00"), at("9/3/2026 16:00:00"), False),
        (at("10/3/2026 08:00:00"), at("12/3/2026 08:00:00"), True),
        (at("12/3/2026 08:00:00"), at("16/3/2026 08:00:00"), True),
    ]


def test_a_sending_stops_waiting_when_the_task_is_reopened_or_ended() -> None:
    sent = did(ResultSubmitted, "9/3/2026 08:00:00")
    ended = only(owed(DONGTHAP, assigned(), sent, did(TaskEnded, "9/3/2026 09:00:00")), "review")
    assert ended.met_at == at("9/3/2026 09:00:00")
    history = [assigned(), sent, did(TaskReopened, "9/3/2026 10:00:00")]
    assert only(owed(DONGTHAP, *history), "review").met_at == at("9/3/2026 10:00:00")


@pytest.mark.covers("LC-23")
def test_a_request_for_more_time_is_answered_in_two_working_days() -> None:
    asked = did(ExtensionAsked, "12/3/2026 16:00:00", wished=on("31/3/2026"))
    waiting = only(owed(LAOCAI, assigned(), asked), "extension_answer")
    assert (waiting.party, waiting.due_at, waiting.met_at) == ("office", at("17/3/2026"), None)
    granted = did(ExtensionGranted, "16/3/2026 08:00:00", due=until("31/3/2026"))
    assert not only(owed(LAOCAI, assigned(), asked, granted), "extension_answer").is_late(FAR)
    refused = did(ExtensionRefused, "17/3/2026 00:00:00")
    assert only(owed(LAOCAI, assigned(), asked, refused), "extension_answer").is_late(FAR)


def test_a_request_after_the_end_is_answered_by_the_end() -> None:
    history = [assigned(), did(TaskEnded, "9/3/2026 08:00:00"), did(ExtensionAsked, "10/3/2026 08:00:00")]
    assert only(owed(LAOCAI, *history), "extension_answer").met_at == at("10/3/2026 08:00:00")


@pytest.mark.covers("LC-33")
def test_an_explanation_is_owed_for_a_late_completion_and_has_no_limit() -> None:
    late = [assigned(), did(ResultSubmitted, "23/3/2026 08:00:00"), did(ResultApproved, "24/3/2026 08:00:00")]
    one = only(owed(LAOCAI, *late), "explanation")
    assert (one.opened_at, one.due_at, one.met_at) == (at("24/3/2026 08:00:00"), None, None)
    assert not one.is_late(FAR)
    filed = only(owed(LAOCAI, *late, did(ExplanationFiled, "25/3/2026 08:00:00")), "explanation")
    assert filed.met_at == at("25/3/2026 08:00:00")
    assert not [one for one in owed(DONGTHAP, *late) if one.kind == "explanation"]


@pytest.mark.covers("DT-14", "LC-23")
def test_limits_that_a_regulation_does_not_set_give_no_obligation() -> None:
    history = [
        assigned(),
        did(TaskReceived, "3/3/2026 08:00:00"),
        did(ExtensionAsked, "4/3/2026 08:00:00"),
        did(ResultSubmitted, "5/3/2026 08:00:00"),
    ]
    assert {one.kind for one in owed(LAOCAI, *history)} == {"first_update", "extension_answer"}
    assert {one.kind for one in owed(DONGTHAP, *history)} == {"review"}
