"""Who owes what by when: first update, review, answer to an extension, explanation, cause, opinion, entering.

Dates are counted by hand on the calendar of 2026. Excludes what recurs and what
coordinators and the province owe (test_tracking_obligations_recurring).
"""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.tracking_histories import (
    BINHTHUAN,
    CALENDAR,
    DONGNAI,
    DONGTHAP,
    LAOCAI,
    TPHCM,
    assigned,
    at,
    did,
    judged,
    on,
    until,
)
from tracking.events import (
    DifficultyReported,
    Event,
    ExplanationFiled,
    ExtensionAsked,
    ExtensionGranted,
    ExtensionRefused,
    OpinionGiven,
    OutageNoted,
    ProgressReported,
    ResultApproved,
    ResultRejected,
    ResultSubmitted,
    TaskEnded,
    TaskPaused,
    TaskReassigned,
    TaskReceived,
    TaskReopened,
    TaskResumed,
    UnitSucceeded,
)
from tracking.folding import fold
from tracking.obligations import Obligation, obligations
from tracking.profile import Profile

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
    former = only(
        owed(LAOCAI, assigned(), did(TaskReceived, "3/3/2026 08:00:00"), reassigned), "first_update"
    )
    assert (former.unit, former.met_at, former.is_late(FAR)) == ("D01", at("6/3/2026 08:00:00"), False)
    found = owed(LAOCAI, assigned(), reassigned, did(TaskReceived, "9/3/2026 08:00:00"))
    one = only(found, "first_update")
    assert (one.unit, one.due_at, one.met_at) == ("D02", at("13/3/2026"), None)


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
    assert "review" not in {one.kind for one in owed(LAOCAI, *history)}
    assert {one.kind for one in owed(DONGTHAP, *history)} == {"enter", "review"}
    assert {one.kind for one in owed(TPHCM, *history)} == set()
    assert "recurring_update" not in {one.kind for one in owed(BINHTHUAN, *history)}


# ------------------------------------------------------------------ the Office's own clocks


@pytest.mark.covers("LC-20", "BT-16", "DT-21")
@pytest.mark.parametrize(
    ("profile", "issued", "due_at"),
    [
        (LAOCAI, "2/3/2026 08:00:00", "6/3/2026"),  # LC Điều 6: Tuesday, Wednesday, Thursday
        (LAOCAI, "13/2/2026 16:00:00", "26/2/2026"),  # eve of Tết: 23, 24, 25 February
        (BINHTHUAN, "31/12/2025 08:00:00", "6/1/2026"),  # BT Điều 7.1: 1/1 holiday, 2/1 swapped, Monday 5/1
        (DONGTHAP, "9/1/2026 15:00:00", "10/1/2026"),  # DT Điều 11.2.b: the same day
        (DONGTHAP, "9/1/2026 15:00:01", "11/1/2026"),  # the swapped Saturday 10/1
        (DONGTHAP, "13/2/2026 15:00:01", "24/2/2026"),
    ],
)
def test_a_task_is_entered_within_the_limit_that_runs_from_issue(
    profile: Profile, issued: str, due_at: str
) -> None:
    task = fold([assigned(issued, due="30/6/2026")])
    by_itself = only(list(obligations(task, profile, CALENDAR, FAR)), "enter")
    assert (by_itself.party, by_itself.unit, by_itself.due_at) == ("office", "", at(due_at))
    assert (by_itself.met_at, by_itself.is_late(FAR)) == (at(issued), False)
    last = at(due_at) - datetime.resolution
    for entered_at, late in ((last, False), (at(due_at), True)):
        waited = obligations(task, profile, CALENDAR, FAR, entered_at=entered_at)
        assert only(list(waited), "enter").is_late(FAR) is late


@pytest.mark.covers("LC-16")
def test_an_approval_without_a_leaders_opinion_leaves_the_opinion_open_and_the_state_alone() -> None:
    sent = did(ResultSubmitted, "9/3/2026 08:00:00", evidence=("a1",))
    approved = did(ResultApproved, "10/3/2026 08:00:00")
    history = [assigned(), sent, approved]
    one = only(owed(LAOCAI, *history), "opinion")
    assert (one.party, one.opened_at, one.met_at, one.due_at) == (
        "office",
        at("10/3/2026 08:00:00"),
        None,
        None,
    )
    assert judged(LAOCAI, history, "11/3/2026").text == "Đã hoàn thành"
    after = only(owed(LAOCAI, *history, did(OpinionGiven, "12/3/2026 08:00:00")), "opinion")
    assert after.met_at == at("12/3/2026 08:00:00")
    before = owed(LAOCAI, assigned(), sent, did(OpinionGiven, "9/3/2026 09:00:00"), approved)
    assert not [one for one in before if one.kind == "opinion"]
    assert not [one for one in owed(DONGTHAP, *history) if one.kind == "opinion"]


@pytest.mark.covers("LC-16")
def test_an_opinion_on_an_earlier_result_does_not_cover_the_one_after_a_reopening() -> None:
    found = owed(
        LAOCAI,
        assigned(),
        did(OpinionGiven, "5/3/2026 08:00:00"),
        did(ResultApproved, "6/3/2026 08:00:00"),
        did(TaskReopened, "9/3/2026 08:00:00"),
        did(ResultApproved, "12/3/2026 08:00:00"),
    )
    assert only(found, "opinion").opened_at == at("12/3/2026 08:00:00")


# ------------------------------------------------------------------ late, or due and unfinished


@pytest.mark.covers("LC-15", "BT-26", "BT-22", "DN-01")
@pytest.mark.parametrize("profile", [LAOCAI, BINHTHUAN, DONGNAI], ids=lambda profile: profile.id)
def test_due_and_unfinished_owes_cause_and_proposal_until_the_difficulty_is_reported(
    profile: Profile,
) -> None:
    history: list[Event] = [assigned(), did(ProgressReported, "10/3/2026 08:00:00")]
    one = only(owed(profile, *history), "cause_and_proposal")
    assert (one.party, one.unit, one.opened_at) == ("unit", "D01", at("21/3/2026"))
    assert (one.met_at, one.due_at, one.is_late(FAR)) == (None, None, False)
    assert one.article == profile.cause_report.source
    told = only(owed(profile, *history, did(DifficultyReported, "23/3/2026 08:00:00")), "cause_and_proposal")
    assert told.met_at == at("23/3/2026 08:00:00")
    early = obligations(fold(history), profile, CALENDAR, at("20/3/2026 23:59:59"))
    assert not [one for one in early if one.kind == "cause_and_proposal"]


@pytest.mark.covers("LC-15")
def test_a_result_in_time_owes_no_cause_and_a_late_one_ends_it() -> None:
    in_time = did(ResultSubmitted, "20/3/2026 08:00:00", evidence=("a1",))
    assert not [one for one in owed(LAOCAI, assigned(), in_time) if one.kind == "cause_and_proposal"]
    late = did(ResultSubmitted, "24/3/2026 08:00:00", evidence=("a1",))
    one = only(owed(LAOCAI, assigned(), late), "cause_and_proposal")
    assert (one.opened_at, one.met_at, one.met_by) == (at("21/3/2026"), late.occurred_at, late.key)
    refused = did(ResultRejected, "26/3/2026 08:00:00")
    again = only(owed(LAOCAI, assigned(), in_time, refused), "cause_and_proposal")
    assert (again.opened_at, again.met_at) == (at("26/3/2026 08:00:00"), None)


@pytest.mark.covers("LC-33", "HC-21")
@pytest.mark.parametrize("profile", [LAOCAI, TPHCM, BINHTHUAN], ids=lambda profile: profile.id)
def test_late_completion_asks_the_unit_for_an_explanation(profile: Profile) -> None:
    sent = did(ResultSubmitted, "23/3/2026 08:00:00", evidence=("a1",))
    found = owed(profile, assigned(), sent, did(ResultApproved, "24/3/2026 08:00:00"))
    one = only(found, "explanation")
    assert (one.party, one.unit, one.met_at, one.article) == (
        "unit",
        "D01",
        None,
        profile.late_explanation.source,
    )


# ------------------------------------------------------------------ how late, and whose


@pytest.mark.covers("DT-09")
def test_a_missed_review_says_by_how_many_working_days_and_is_booked_to_the_reviewer() -> None:
    sent = did(ResultSubmitted, "13/3/2026 09:00:00", evidence=("a1",))  # a Friday
    history = [assigned(), sent, did(ResultApproved, "17/3/2026 09:00:00")]
    one = only(owed(DONGTHAP, *history), "review")
    assert one.missed_by(FAR, CALENDAR) == (2, "ngày làm việc")  # Monday, Tuesday
    assert one.missed_by(FAR, CALENDAR, "en") == (2, "working days")
    assert one.booked_to == ("reviewer", "")
    waiting = only(owed(DONGTHAP, assigned(), sent), "review")
    assert waiting.missed_by(at("13/3/2026 23:59:59"), CALENDAR)[0] == 0
    assert waiting.missed_by(at("14/3/2026 00:00:00"), CALENDAR) == (0, "ngày làm việc")  # Saturday
    assert waiting.is_late(at("14/3/2026 00:00:00"))
    assert waiting.missed_by(at("16/3/2026 00:00:00"), CALENDAR)[0] == 1


def test_succession_starts_no_clock_anew_and_takes_nothing_from_the_reviewer() -> None:
    sent = did(ResultSubmitted, "9/3/2026 08:00:00", evidence=("a1",))
    succeeded = did(
        UnitSucceeded, "10/3/2026 08:00:00", unit="D01", successor="D09", successor_name="Sở Xây dựng mới"
    )
    review = only(owed(DONGTHAP, assigned(), sent, succeeded), "review")
    assert (review.met_at, review.due_at) == (None, at("10/3/2026"))
    one = only(owed(BINHTHUAN, assigned("9/3/2026 08:00:00"), succeeded), "first_update")
    assert (one.unit, one.opened_at, one.due_at) == ("D09", at("9/3/2026 08:00:00"), at("13/3/2026"))


@pytest.mark.covers("BT-18")
@pytest.mark.parametrize(
    ("given", "due_at"),
    [
        ("2/3/2026 08:00:00", "6/3/2026"),
        ("5/3/2026 08:00:00", "11/3/2026"),
        ("7/1/2026 08:00:00", "11/1/2026"),  # Thursday, Friday and the swapped Saturday
        ("13/2/2026 08:00:00", "26/2/2026"),  # eve of Tết
    ],
)
def test_binh_thuan_counts_the_first_update_from_assignment_and_for_dated_tasks_only(
    given: str, due_at: str
) -> None:
    received = did(TaskReceived, "14/3/2026 08:00:00")
    one = only(owed(BINHTHUAN, assigned(given, due="30/6/2026"), received), "first_update")
    assert (one.opened_at, one.due_at) == (at(given), at(due_at))
    undated = owed(BINHTHUAN, assigned(given, due=""), received)
    assert not [one for one in undated if one.kind == "first_update"]


def test_a_pause_moves_the_units_limit_and_not_the_offices() -> None:
    paused = did(TaskPaused, "3/3/2026 08:00:00")  # Tuesday, assigned on Monday
    standing = owed(BINHTHUAN, assigned(), paused)
    assert only(standing, "first_update").due_at is None
    assert not only(standing, "first_update").is_late(FAR)
    resumed = did(TaskResumed, "10/3/2026 08:00:00")
    later = owed(BINHTHUAN, assigned(), paused, resumed)
    assert only(later, "first_update").due_at == at("13/3/2026")  # 5 working days after 5/3: 12/3
    assert only(later, "enter").due_at == at("4/3/2026")


def test_an_outage_at_the_end_of_a_limit_moves_it_where_the_province_says_so() -> None:
    outage = did(OutageNoted, "5/3/2026 20:00:00", until=at("6/3/2026 03:00:00"))
    received = did(TaskReceived, "2/3/2026 09:00:00")
    assert only(owed(LAOCAI, assigned(), received, outage), "first_update").due_at == at("6/3/2026")
    moving = LAOCAI.model_copy(
        update={"outage": LAOCAI.outage.model_copy(update={"effect": "next_working_day"})}
    )
    assert only(owed(moving, assigned(), received, outage), "first_update").due_at == at("10/3/2026")


@pytest.mark.covers("DT-03")
def test_a_task_that_the_regulation_keeps_out_owes_nothing() -> None:
    assert owed(DONGTHAP, assigned(due=""), did(ResultSubmitted, "9/3/2026 08:00:00")) == []
