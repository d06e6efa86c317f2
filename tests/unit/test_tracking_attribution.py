"""Who had the task when, and the line that says it. Times are added up by hand.

Task of 2/3/2026 08:00, due 20/3/2026. Excludes random histories (tests/machine/test_tracking_clocks).
"""

from __future__ import annotations

import pytest

from tests.tracking_histories import (
    BINHTHUAN,
    CALENDAR,
    DONGNAI,
    DONGTHAP,
    LAOCAI,
    assigned,
    at,
    did,
    until,
)
from tracking.attribution import Booking, booked, shares
from tracking.attribution_words import second_line
from tracking.events import (
    CoordinationAnswered,
    CoordinationAsked,
    CoordinationComplained,
    Event,
    ExtensionAsked,
    ExtensionGranted,
    ExtensionRefused,
    OutageNoted,
    ProgressReported,
    ResultApproved,
    ResultRejected,
    ResultSubmitted,
    TaskCorrected,
    TaskEnded,
    TaskPaused,
    TaskReassigned,
    TaskReopened,
    TaskResumed,
    TaskReturned,
    UnitSucceeded,
)
from tracking.folding import fold
from tracking.profile import Profile
from tracking.status import derive

FILE = ("a1",)


def told(as_of: str, *history: Event, profile: Profile = DONGTHAP) -> list[tuple[str, str, str]]:
    """Each booking as (party or party:unit, since, until)."""
    return [
        (one.party + (f":{one.unit}" if one.unit else ""), short(one), f"{one.until:%d/%m %H:%M}")
        for one in book(as_of, *history, profile=profile)
    ]


def short(one: Booking) -> str:
    return f"{one.since:%d/%m %H:%M}"


def book(as_of: str, *history: Event, profile: Profile = DONGTHAP) -> tuple[Booking, ...]:
    return booked(fold(history), profile, CALENDAR, at(as_of))


def line(as_of: str, *history: Event, profile: Profile = DONGTHAP, lang: str = "vi") -> str:
    task = fold(history)
    verdict = derive(task, profile, CALENDAR, at(as_of))
    bookings = booked(task, profile, CALENDAR, at(as_of))
    return second_line(task, verdict, bookings, lang, {"D05": "Sở Tài chính"})


# ------------------------------------------------------------------ who had it


def test_the_unit_has_it_until_it_sends_and_the_reviewer_until_the_decision() -> None:
    history = [
        assigned(),
        did(ResultSubmitted, "10/3/2026 09:00:00", evidence=FILE),
        did(ResultRejected, "12/3/2026 09:00:00"),
        did(ResultSubmitted, "13/3/2026 09:00:00", evidence=FILE),
        did(ResultApproved, "13/3/2026 11:00:00"),
    ]
    assert told("30/3/2026", *history) == [
        ("unit:D01", "02/03 08:00", "10/03 09:00"),
        ("reviewer", "10/03 09:00", "12/03 09:00"),
        ("unit:D01", "12/03 09:00", "13/03 09:00"),
        ("reviewer", "13/03 09:00", "13/03 11:00"),
    ]


def test_a_sending_without_proof_stays_with_the_unit_where_proof_is_asked_for() -> None:
    sent = did(ResultSubmitted, "10/3/2026 09:00:00")
    assert told("12/3/2026", assigned(), sent, profile=LAOCAI) == [("unit:D01", "02/03 08:00", "12/03 00:00")]
    assert told("12/3/2026", assigned(), sent)[-1][0] == "reviewer"


def test_where_nobody_approves_the_recorded_result_is_the_end() -> None:
    sent = did(ResultSubmitted, "10/3/2026 09:00:00", evidence=FILE)
    assert told("12/3/2026", assigned(), sent, profile=BINHTHUAN) == [
        ("unit:D01", "02/03 08:00", "10/03 09:00")
    ]


def test_a_request_for_more_time_is_the_approvers_and_a_return_the_offices() -> None:
    history = [
        assigned(),
        did(ExtensionAsked, "10/3/2026 08:00:00"),
        did(ExtensionRefused, "12/3/2026 08:00:00"),
        did(TaskReturned, "13/3/2026 08:00:00"),
        did(TaskCorrected, "16/3/2026 08:00:00", product="báo cáo"),
    ]
    assert told("17/3/2026", *history) == [
        ("unit:D01", "02/03 08:00", "10/03 08:00"),
        ("extension_approver", "10/03 08:00", "12/03 08:00"),
        ("unit:D01", "12/03 08:00", "13/03 08:00"),
        ("office", "13/03 08:00", "16/03 08:00"),
        ("unit:D01", "16/03 08:00", "17/03 00:00"),
    ]


@pytest.mark.covers("DT-28")
def test_a_coordinator_is_booked_from_the_end_of_its_due_day_until_it_answers() -> None:
    asked = did(CoordinationAsked, "5/3/2026 08:00:00", unit="D05", due=until("10/3/2026"))
    answered = did(CoordinationAnswered, "13/3/2026 14:00:00", unit="D05")
    assert told("16/3/2026", assigned(), asked, answered) == [
        ("unit:D01", "02/03 08:00", "11/03 00:00"),
        ("coordinator:D05", "11/03 00:00", "13/03 14:00"),
        ("unit:D01", "13/03 14:00", "16/03 00:00"),
    ]


@pytest.mark.covers("DT-28", "DN-11")
def test_a_request_without_a_day_is_booked_from_the_complaint() -> None:
    asked = did(CoordinationAsked, "5/3/2026 08:00:00", unit="D05")
    assert told("16/3/2026", assigned(), asked) == [("unit:D01", "02/03 08:00", "16/03 00:00")]
    complained = did(CoordinationComplained, "12/3/2026 08:00:00", unit="D05")
    assert told("16/3/2026", assigned(), asked, complained)[-1] == (
        "coordinator:D05",
        "12/03 08:00",
        "16/03 00:00",
    )


def test_of_two_late_coordinators_the_one_longest_late_is_booked() -> None:
    first = did(CoordinationAsked, "5/3/2026 08:00:00", unit="D06", due=until("11/3/2026"))
    second = did(CoordinationAsked, "5/3/2026 09:00:00", unit="D05", due=until("10/3/2026"))
    answered = did(CoordinationAnswered, "13/3/2026 14:00:00", unit="D05")
    assert told("16/3/2026", assigned(), first, second, answered)[1:] == [
        ("coordinator:D05", "11/03 00:00", "13/03 14:00"),
        ("coordinator:D06", "13/03 14:00", "16/03 00:00"),
    ]


def test_an_outage_goes_before_a_pause_and_both_before_everybody() -> None:
    history = [
        assigned(),
        did(ResultSubmitted, "10/3/2026 09:00:00", evidence=FILE),
        did(TaskPaused, "11/3/2026 08:00:00"),
        did(OutageNoted, "12/3/2026 08:00:00", until=at("12/3/2026 20:00:00")),
        did(TaskResumed, "13/3/2026 08:00:00"),
    ]
    assert told("14/3/2026", *history)[1:] == [
        ("reviewer", "10/03 09:00", "11/03 08:00"),
        ("paused", "11/03 08:00", "12/03 08:00"),
        ("outage", "12/03 08:00", "12/03 20:00"),
        ("paused", "12/03 20:00", "13/03 08:00"),
        ("reviewer", "13/03 08:00", "14/03 00:00"),
    ]


@pytest.mark.covers("LC-25")
def test_each_lead_has_its_own_time_also_after_a_merger() -> None:
    moved = did(TaskReassigned, "6/3/2026 08:00:00", lead="D02", lead_name="Sở Tài chính")
    merged = did(UnitSucceeded, "11/3/2026", unit="D02", successor="D09", successor_name="Sở mới")
    assert told("12/3/2026", assigned(), moved, merged) == [
        ("unit:D01", "02/03 08:00", "06/03 08:00"),
        ("unit:D02", "06/03 08:00", "11/03 00:00"),
        ("unit:D09", "11/03 00:00", "12/03 00:00"),
    ]


def test_between_a_completion_and_a_reopening_the_time_is_nobodys() -> None:
    history = [
        assigned(),
        did(ResultApproved, "6/3/2026 08:00:00"),
        did(TaskReopened, "10/3/2026 08:00:00"),
        did(TaskEnded, "12/3/2026 08:00:00"),
    ]
    assert told("30/3/2026", *history) == [
        ("unit:D01", "02/03 08:00", "06/03 08:00"),
        ("closed", "06/03 08:00", "10/03 08:00"),
        ("unit:D01", "10/03 08:00", "12/03 08:00"),
    ]


@pytest.mark.covers("DN-10")
def test_a_petition_is_the_offices_all_the_time() -> None:
    (one,) = book("25/3/2026 08:00:00", assigned(due="", kind="petition"), profile=DONGNAI)
    assert (one.party, one.unit, one.late_days, one.days) == ("office", "", 3, "calendar")


def test_a_row_that_waited_for_a_person_is_the_offices_until_it_was_entered() -> None:
    task = fold([assigned()])
    bookings = booked(task, LAOCAI, CALENDAR, at("6/3/2026"), entered_at=at("4/3/2026 08:00:00"))
    assert [(one.party, one.hours) for one in bookings] == [("office", 48.0), ("unit", 40.0)]


def test_hours_and_working_days_add_up_over_weekend_and_tet() -> None:
    history = [
        assigned("13/2/2026 12:00:00", due="20/3/2026"),  # eve of Tết, at noon
        did(ResultSubmitted, "23/2/2026 06:00:00", evidence=FILE),  # the first working day after it
        did(ResultApproved, "24/2/2026 12:00:00"),
    ]
    bookings = book("1/3/2026", *history)
    assert [(one.party, one.unit, one.hours, one.working_days) for one in shares(bookings, CALENDAR)] == [
        ("unit", "D01", 234.0, 0.75),  # half of 13/2 and a quarter of 23/2
        ("reviewer", "", 30.0, 1.25),
    ]
    assert bookings[0].working_days(CALENDAR) == 0.75


def test_before_the_assignment_nothing_is_booked() -> None:
    assert book("1/3/2026", assigned()) == ()


# ------------------------------------------------------------------ the second line


@pytest.mark.covers("DT-09")
def test_sent_in_time_and_reviewed_late() -> None:
    history = [
        assigned(),
        did(ResultSubmitted, "20/3/2026 14:00:00", evidence=FILE),  # Friday
        did(ResultApproved, "24/3/2026 09:00:00"),  # Tuesday: Monday and Tuesday are too late
    ]
    assert line("30/3/2026", *history) == "nộp đúng hạn, duyệt chậm 2 ngày làm việc"
    assert line("30/3/2026", *history, lang="en") == "sent in time, reviewed late by 2 working days"
    assert derive(fold(history), DONGTHAP, CALENDAR, at("30/3/2026")).text == "Đã hoàn thành trong hạn"


@pytest.mark.covers("DT-09", "DT-12")
def test_dong_thap_b3_names_the_reviewers_delay_as_the_cause_of_the_late_refusal() -> None:
    sent = did(ResultSubmitted, "20/3/2026 14:00:00", evidence=FILE)
    refused = did(ResultRejected, "24/3/2026 09:00:00")
    assert line("26/3/2026 10:00:00", assigned(), sent, refused) == (
        "nộp đúng hạn, duyệt chậm 2 ngày làm việc nên bị từ chối sau hạn; "
        "quá hạn 6 ngày, trong đó chờ duyệt 3 ngày"
    )
    after_three = did(ResultSubmitted, "20/3/2026 15:00:01", evidence=FILE)
    next_day = did(ResultRejected, "23/3/2026 16:00:00")  # Monday: the reviewer kept its limit
    assert line("24/3/2026 10:00:00", assigned(), after_three, next_day) == (
        "nộp đúng hạn; quá hạn 4 ngày, trong đó chờ duyệt 3 ngày"
    )


@pytest.mark.covers("DT-28")
def test_days_past_due_that_were_a_coordinators_are_named() -> None:
    history = [
        assigned(),
        did(CoordinationAsked, "16/3/2026 08:00:00", unit="D05", due=until("20/3/2026")),
        did(CoordinationAnswered, "22/3/2026 20:00:00", unit="D05"),
    ]
    sent = did(ResultSubmitted, "23/3/2026 09:00:00", evidence=FILE)
    assert line("23/3/2026 09:00:00", *history) == (
        "quá hạn 3 ngày, trong đó chờ phối hợp Sở Tài chính 2 ngày"
    )
    assert line("23/3/2026 11:00:00", *history, sent) == (
        "nộp quá hạn 3 ngày, trong đó chờ phối hợp Sở Tài chính 2 ngày"
    )


@pytest.mark.covers("DT-28")
def test_a_coordinator_that_was_late_before_the_due_day_is_named_too() -> None:
    asked = did(CoordinationAsked, "5/3/2026 08:00:00", unit="D05", due=until("10/3/2026"))
    answered = did(CoordinationAnswered, "13/3/2026 14:00:00", unit="D05")
    assert line("23/3/2026 09:00:00", assigned(), asked, answered) == (
        "quá hạn 3 ngày; Sở Tài chính phối hợp chậm 3 ngày"
    )


@pytest.mark.covers("LC-23")
def test_a_slow_answer_on_an_extension_is_named() -> None:
    asked = did(ExtensionAsked, "16/3/2026 08:00:00")  # Monday: by Wednesday
    refused = did(ExtensionRefused, "20/3/2026 08:00:00")
    assert line("20/3/2026 09:00:00", assigned(), asked, refused, profile=LAOCAI) == (
        "trả lời gia hạn chậm 2 ngày làm việc"
    )
    granted = did(ExtensionGranted, "18/3/2026 08:00:00", due=until("31/3/2026"))
    assert line("20/3/2026 09:00:00", assigned(), asked, granted, profile=LAOCAI) == ""


def test_where_the_regulation_sets_the_reviewer_no_limit_the_wait_is_told_and_not_blamed() -> None:
    sent = did(ResultSubmitted, "20/3/2026 14:00:00", evidence=FILE)
    assert line("24/3/2026", assigned(), sent, profile=LAOCAI) == "nộp đúng hạn, chờ duyệt 4 ngày"
    assert line("20/3/2026 17:00:00", assigned(), sent, profile=LAOCAI) == "nộp đúng hạn"


def test_pauses_and_outages_among_the_days_past_due() -> None:
    outage = did(OutageNoted, "21/3/2026", until=at("22/3/2026"))
    assert line("24/3/2026 10:00:00", assigned(), outage) == "quá hạn 4 ngày, trong đó hệ thống ngừng 1 ngày"


def test_late_by_hours_is_less_than_a_day() -> None:
    given = assigned(due="20/3/2026 10:00:00")
    assert line("20/3/2026 15:00:00", given) == "quá hạn dưới 1 ngày"


@pytest.mark.parametrize(
    ("as_of", "history"),
    [
        ("10/3/2026", [did(ProgressReported, "5/3/2026")]),
        ("30/3/2026", [did(TaskEnded, "25/3/2026")]),
    ],
)
def test_where_there_is_nothing_to_say_nothing_is_said(as_of: str, history: list[Event]) -> None:
    assert line(as_of, assigned(), *history) == ""


def test_completed_without_a_sending() -> None:
    assert line("30/3/2026", assigned(), did(ResultApproved, "19/3/2026")) == "hoàn thành đúng hạn"
    assert line("30/3/2026", assigned(), did(ResultApproved, "23/3/2026")) == "hoàn thành quá hạn 3 ngày"
