"""What is owed again and again, what coordinators owe, and the province's 20 days for a petition.

Dates are counted by hand: Tết 2026 is off from 16 to 20 February, 30 April and 1 May too.
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
from tracking.attribution import booked
from tracking.events import (
    ComplaintWithdrawn,
    CoordinationAnswered,
    CoordinationAsked,
    CoordinationComplained,
    DifficultyReported,
    Event,
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
    TaskReturned,
    UnitSucceeded,
)
from tracking.folding import fold
from tracking.limits import Limit, RecurringLimit
from tracking.obligations import Obligation, obligations
from tracking.profile import Profile


def owed(profile: Profile, as_of: str, *history: Event, kind: str = "recurring_update") -> list[Obligation]:
    found = obligations(fold(history), profile, CALENDAR, at(as_of))
    return [one for one in found if one.kind == kind]


def dues(found: list[Obligation]) -> list[str]:
    return [f"{one.due_at:%d/%m %H:%M}" for one in found if one.due_at is not None]


# ------------------------------------------------------------------ LC Điều 6.2.c: Friday 10:00


@pytest.mark.covers("LC-30")
def test_every_friday_at_ten_from_the_first_update_to_now_the_open_week_included() -> None:
    found = owed(LAOCAI, "25/3/2026 08:00:00", assigned("4/3/2026 08:00:00", due="30/6/2026"))
    # Given on Wednesday: the first update is due on Monday 9/3, so Friday 6/3 asks for nothing.
    assert dues(found) == ["13/03 10:00", "20/03 10:00", "27/03 10:00"]
    assert found[0].opened_by == "tuần 09/03–15/03/2026"
    assert {(one.party, one.unit) for one in found} == {("unit", "D01")}
    assert [one.is_late(at("25/3/2026 08:00:00")) for one in found] == [True, True, False]


@pytest.mark.covers("LC-30")
@pytest.mark.parametrize(
    ("reported", "late"), [("13/3/2026 09:59:59", False), ("13/3/2026 10:00:00", True), ("9/3/2026", False)]
)
def test_before_ten_is_in_time_and_ten_oclock_is_not(reported: str, late: bool) -> None:
    history = [assigned(due="30/6/2026"), did(ProgressReported, reported)]
    week = next(one for one in owed(LAOCAI, "14/3/2026", *history) if one.opened_at == at("9/3/2026"))
    assert week.met_at == at(reported)
    assert week.is_late(at("14/3/2026")) is late


@pytest.mark.covers("LC-30")
def test_a_late_report_meets_the_missed_weeks_and_its_own() -> None:
    late = did(DifficultyReported, "18/3/2026 08:00:00")
    found = owed(LAOCAI, "19/3/2026", assigned("3/3/2026 08:00:00", due="30/6/2026"), late)
    assert [(one.met_at, one.is_late(at("19/3/2026"))) for one in found] == [
        (late.occurred_at, True),
        (late.occurred_at, False),
    ]
    assert found[0].missed_by(at("19/3/2026"), CALENDAR) == (3, "ngày làm việc")  # 16, 17, 18


@pytest.mark.covers("LC-30")
def test_a_friday_off_moves_to_the_last_working_day_and_a_week_off_asks_for_nothing() -> None:
    # Tết week 16-20/2 has no working day. Friday 1/5 is off, Thursday 30/4 too: Wednesday 29/4.
    found = owed(LAOCAI, "3/5/2026", assigned("9/2/2026 08:00:00", due="30/6/2026"))
    assert dues(found)[:2] == ["13/02 10:00", "27/02 10:00"]
    assert dues(found)[-2:] == ["24/04 10:00", "29/04 10:00"]


@pytest.mark.covers("LC-29", "LC-30")
def test_a_receipt_spares_the_fridays_within_the_first_update_but_not_those_missed_before() -> None:
    given, received = assigned("2/3/2026 08:00:00", due="30/6/2026"), "12/3/2026 08:00:00"
    found = owed(LAOCAI, "20/3/2026", given, did(TaskReceived, received))
    # 6/3 was missed without a receipt; 13/3 lies within the three days from Thursday 12/3 (to 17/3).
    assert dues(found) == ["06/03 10:00", "20/03 10:00"]


@pytest.mark.covers("LC-30")
@pytest.mark.parametrize("end", [TaskEnded, ResultApproved])
def test_closing_meets_the_open_week_and_ends_the_row(end: type[Event]) -> None:
    found = owed(LAOCAI, "1/12/2026", assigned(due="30/6/2026"), did(end, "11/3/2026 08:00:00"))
    assert dues(found) == ["06/03 10:00", "13/03 10:00"]
    assert [one.met_at for one in found] == [at("11/3/2026 08:00:00")] * 2


@pytest.mark.covers("LC-30")
def test_nothing_is_owed_while_the_result_waits_or_the_task_lies_with_the_office() -> None:
    given = assigned("4/3/2026 08:00:00", due="30/6/2026")
    sent = did(ResultSubmitted, "12/3/2026 08:00:00", evidence=("a1",))
    refused = did(ResultRejected, "31/3/2026 08:00:00")
    found = owed(LAOCAI, "4/4/2026", given, sent, refused)
    assert dues(found) == ["13/03 10:00", "03/04 10:00"]  # 20/3 and 27/3: the reviewer had it
    assert found[1].met_at is None
    returned = did(TaskReturned, "10/3/2026 08:00:00")
    assert dues(owed(LAOCAI, "4/4/2026", given, returned)) == ["13/03 10:00"]


@pytest.mark.covers("LC-30")
def test_a_pause_and_the_time_before_a_reopening_ask_for_nothing() -> None:
    given = assigned("4/3/2026 08:00:00", due="30/6/2026")
    paused = [did(TaskPaused, "16/3/2026 08:00:00"), did(TaskResumed, "31/3/2026 08:00:00")]
    assert dues(owed(LAOCAI, "4/4/2026", given, *paused)) == ["13/03 10:00", "03/04 10:00"]
    closed = [did(ResultApproved, "11/3/2026 08:00:00"), did(TaskReopened, "31/3/2026 08:00:00")]
    found = owed(LAOCAI, "4/4/2026", given, *closed)
    assert dues(found) == ["13/03 10:00", "03/04 10:00"]
    assert [one.is_late(at("4/4/2026")) for one in found] == [False, True]


@pytest.mark.covers("LC-25", "LC-30")
def test_a_new_lead_owes_the_weeks_of_its_own_time_and_a_successor_goes_on() -> None:
    given = assigned("2/3/2026 08:00:00", due="30/6/2026")
    moved = did(TaskReassigned, "11/3/2026 08:00:00", lead="D02", lead_name="Sở Tài chính")
    found = owed(LAOCAI, "21/3/2026", given, moved)
    assert [(one.unit, f"{one.due_at:%d/%m}", one.met_at) for one in found] == [
        ("D01", "06/03", moved.occurred_at),
        ("D01", "13/03", moved.occurred_at),
        ("D02", "20/03", None),
    ]
    merged = did(UnitSucceeded, "11/3/2026 08:00:00", unit="D01", successor="D09", successor_name="Sở mới")
    assert dues(owed(LAOCAI, "21/3/2026", given, merged)) == ["06/03 10:00", "13/03 10:00", "20/03 10:00"]


# ------------------------------------------------------------------ BT Điều 7.2.b: quarter, half year, year


@pytest.mark.covers("BT-08", "BT-19")
def test_binh_thuan_undated_tasks_are_updated_every_quarter() -> None:
    found = owed(BINHTHUAN, "1/7/2026", assigned("2/2/2026 08:00:00", due=""))
    assert [(one.opened_by, f"{one.due_at:%d/%m/%Y %H:%M}") for one in found] == [
        ("quý I/2026", "01/04/2026 00:00"),
        ("quý II/2026", "01/07/2026 00:00"),
        ("quý III/2026", "01/10/2026 00:00"),
    ]
    assert [one.is_late(at("1/7/2026")) for one in found] == [True, True, False]
    assert owed(BINHTHUAN, "1/7/2026", assigned("2/2/2026 08:00:00", due="30/6/2026")) == []


@pytest.mark.covers("BT-19")
def test_a_quarter_ending_on_a_day_off_ends_on_the_working_day_before_and_the_first_day_is_not_counted() -> (
    None
):
    # 30/9/2028 is a Saturday: Friday 29/9 is the last day.
    found = owed(BINHTHUAN, "1/10/2028", assigned("3/7/2028 08:00:00", due=""))
    assert f"{found[0].due_at:%d/%m/%Y %H:%M}" == "30/09/2028 00:00"
    last_day = owed(BINHTHUAN, "2/4/2026", assigned("31/3/2026 08:00:00", due=""))
    assert [one.opened_by for one in last_day] == ["quý II/2026"]


@pytest.mark.covers("BT-19")
def test_quarter_half_year_and_year_ending_together_are_one_update() -> None:
    (quarter,) = BINHTHUAN.limits.recurring
    rows = tuple(quarter.model_copy(update={"every": every}) for every in ("year", "half_year", "quarter"))
    all_three = BINHTHUAN.model_copy(
        update={"limits": BINHTHUAN.limits.model_copy(update={"recurring": rows})}
    )
    given = assigned("2/2/2026 08:00:00", due="")
    both = [owed(profile, "5/1/2027", given) for profile in (all_three, BINHTHUAN)]
    assert [one.due_at for one in both[0]][:4] == [one.due_at for one in both[1]][:4]
    assert len({one.due_at for one in both[0]}) == len(both[0])
    halves = BINHTHUAN.limits.model_copy(update={"recurring": rows[:2]})
    found = owed(BINHTHUAN.model_copy(update={"limits": halves}), "31/12/2026", given)
    assert [one.opened_by for one in found] == ["6 tháng đầu năm 2026", "6 tháng cuối năm 2026"]


@pytest.mark.covers("BT-19")
def test_a_result_ends_the_quarters() -> None:
    given, result = assigned("2/2/2026 08:00:00", due=""), did(ResultSubmitted, "5/5/2026 08:00:00")
    found = owed(BINHTHUAN, "1/12/2026", given, result)
    assert [(one.opened_by, one.met_at) for one in found] == [
        ("quý I/2026", result.occurred_at),
        ("quý II/2026", result.occurred_at),
    ]


def test_the_next_working_day_where_a_province_says_so() -> None:
    row = RecurringLimit(
        source="Điều 1", party="unit", every="week", weekday=5, on_day_off="next_working", tasks="all"
    )
    limits = LAOCAI.limits.model_copy(update={"recurring": (row,)})
    found = owed(LAOCAI.model_copy(update={"limits": limits}), "22/2/2026", assigned("9/2/2026 08:00:00"))
    assert dues(found) == ["14/02 00:00", "24/02 00:00"]  # Friday 20/2 is Tết: Monday 23/2, to 24:00


# ------------------------------------------------------------------ coordinators (DT Điều 14.6, DN module 4)

ASKED = did(CoordinationAsked, "5/3/2026 08:00:00", unit="D05", due=until("10/3/2026"))
ANSWERED = did(CoordinationAnswered, "12/3/2026 09:00:00", unit="D05")
COMPLAINED = did(CoordinationComplained, "11/3/2026 08:00:00", unit="D05")


@pytest.mark.covers("DT-28")
def test_a_coordinator_has_its_own_clock_from_the_leads_letter() -> None:
    (open_one,) = owed(DONGTHAP, "11/3/2026", assigned(), ASKED, kind="coordination")
    assert (open_one.party, open_one.unit, open_one.opened_by) == ("coordinator", "D05", ASKED.key)
    assert (open_one.due_at, open_one.met_at) == (at("11/3/2026"), None)
    assert open_one.is_late(at("11/3/2026"))
    assert open_one.booked_to == ("coordinator", "D05")
    assert open_one.article == "Điều 14 khoản 6"
    (met,) = owed(DONGTHAP, "13/3/2026", assigned(), ASKED, ANSWERED, kind="coordination")
    assert (met.met_at, met.met_by) == (ANSWERED.occurred_at, ANSWERED.key)
    assert met.missed_by(at("13/3/2026"), CALENDAR) == (2, "ngày")


@pytest.mark.covers("DT-28")
def test_an_hour_that_the_letter_names_is_itself_in_time() -> None:
    asked = did(CoordinationAsked, "5/3/2026 08:00:00", unit="D05", due=until("10/3/2026 17:00:00"))
    for answered, late in (("10/3/2026 17:00:00", False), ("10/3/2026 17:00:01", True)):
        answer = did(CoordinationAnswered, answered, unit="D05")
        (one,) = owed(DONGTHAP, "13/3/2026", assigned(), asked, answer, kind="coordination")
        assert one.is_late(at("13/3/2026")) is late


def test_without_a_day_the_regulations_limit_counts_and_without_both_there_is_none() -> None:
    asked = did(CoordinationAsked, "5/3/2026 08:00:00", unit="D05")
    (without,) = owed(DONGTHAP, "30/3/2026", assigned(), asked, kind="coordination")
    assert (without.due_at, without.is_late(at("30/3/2026"))) == (None, False)
    limit = Limit(source="Điều 9", party="coordinator", runs_from="request", working_days=3)
    limits = DONGTHAP.limits.model_copy(update={"coordination": limit})
    (one,) = owed(
        DONGTHAP.model_copy(update={"limits": limits}), "30/3/2026", assigned(), asked, kind="coordination"
    )
    assert (one.due_at, one.article, one.days) == (at("11/3/2026"), "Điều 9", "working")


@pytest.mark.covers("DN-11")
def test_a_complaint_lists_the_unit_until_it_answers_or_the_lead_withdraws() -> None:
    def listed(*history: Event, profile: Profile = DONGNAI) -> list[str]:
        return [one.listed for one in owed(profile, "20/3/2026", assigned(), *history, kind="coordination")]

    assert listed(ASKED) == [""]
    assert listed(ASKED, COMPLAINED) == ["chậm phối hợp"]
    assert listed(ASKED, COMPLAINED, ANSWERED) == [""]
    assert listed(ASKED, COMPLAINED, did(ComplaintWithdrawn, "12/3/2026 08:00:00", unit="D05")) == [""]
    assert listed(COMPLAINED) == ["chậm phối hợp"]  # the complaint stands for the request
    assert listed(ASKED, COMPLAINED, profile=LAOCAI) == [""]  # no such list in this regulation


def test_a_successor_inherits_the_request_and_the_end_of_the_task_meets_it() -> None:
    merged = did(UnitSucceeded, "9/3/2026 08:00:00", unit="D05", successor="D06", successor_name="Sở D06")
    ended = did(TaskEnded, "10/3/2026 08:00:00")
    (one,) = owed(DONGTHAP, "20/3/2026", assigned(), ASKED, merged, ended, kind="coordination")
    assert (one.unit, one.met_at, one.is_late(at("20/3/2026"))) == ("D06", ended.occurred_at, False)


# ------------------------------------------------------------------ DN module 3: a petition


@pytest.mark.covers("DN-10")
def test_a_petition_is_answered_by_day_20_and_day_21_is_late() -> None:
    given = assigned("2/3/2026 08:00:00", due="", kind="petition")
    (one,) = obligations(fold([given]), DONGNAI, CALENDAR, at("22/3/2026 23:59:59"))
    assert (one.kind, one.party, one.due_at) == ("petition_answer", "office", at("23/3/2026"))
    assert not one.is_late(at("22/3/2026 23:59:59"))  # day 20
    assert one.is_late(at("23/3/2026"))  # day 21
    assert one.missed_by(at("25/3/2026"), CALENDAR) == (3, "ngày")
    answered = did(ResultApproved, "22/3/2026 16:00:00")
    (met,) = obligations(fold([given, answered]), DONGNAI, CALENDAR, at("1/5/2026"))
    assert (met.met_at, met.is_late(at("1/5/2026"))) == (answered.occurred_at, False)


@pytest.mark.covers("DN-10")
@pytest.mark.parametrize("more", [[], [did(ResultRejected, "26/3/2026 08:00:00")]])
def test_the_answer_itself_meets_a_petition_whether_it_agrees_or_not(more: list[Event]) -> None:
    """The same row of the table that takes it off the list ends the clock and the booking (DN-6)."""
    given = assigned("2/3/2026 08:00:00", due="", kind="petition")
    answered = did(ResultSubmitted, "25/3/2026 08:00:00")
    (met,) = obligations(fold([given, answered, *more]), DONGNAI, CALENDAR, at("1/5/2026"))
    assert (met.met_at, met.is_late(at("1/5/2026"))) == (answered.occurred_at, True)
    assert met.missed_by(at("1/5/2026"), CALENDAR) == (3, "ngày")
    last = booked(fold([given, answered, *more]), DONGNAI, CALENDAR, at("1/5/2026"))[-1]
    assert (last.party, last.until) == ("office", answered.occurred_at)
