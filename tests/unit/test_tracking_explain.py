"""The sentence that anyone can recompute: every input of the verdict is in it, and the days add up.

Excludes which state is right (test_tracking_laocai, test_tracking_dongthap).
"""

from __future__ import annotations

from typing import Any

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
    on,
    until,
)
from tracking.calendar import WorkingCalendar
from tracking.events import (
    CoordinationAnswered,
    CoordinationAsked,
    DifficultyReported,
    DirectiveRecalled,
    Event,
    ExtensionAsked,
    ExtensionGranted,
    OutageNoted,
    ProgressReported,
    ResultApproved,
    ResultRejected,
    ResultSubmitted,
    TaskEnded,
    TaskPaused,
    TaskReassigned,
    TaskReceived,
    TaskResumed,
    TaskReturned,
    TaskSplit,
    UnitSucceeded,
)
from tracking.explain import Explanation, Lang, explain
from tracking.folding import fold
from tracking.profile import Profile
from tracking.status import derive


def told(
    profile: Profile,
    history: list[Event],
    as_of: str,
    lang: Lang = "vi",
    calendar: WorkingCalendar = CALENDAR,
) -> Explanation:
    task = fold(history)
    verdict = derive(task, profile, calendar, at(as_of))
    return explain(task, verdict, profile, calendar, at(as_of), lang)


# ------------------------------------------------------------------ four outputs that a clerk reads


def test_an_overdue_task_in_one_sentence() -> None:
    history: list[Event] = [assigned(), did(ProgressReported, "13/3/2026 09:15:00")]
    answer = told(LAOCAI, history, "24/3/2026 10:00:00")
    assert answer.sentence == (
        "Nhiệm vụ TD-7K3M9Q2XWB (văn bản 15/TB-UBND ngày 02/03/2026, chủ trì Sở Xây dựng) "
        "ở trạng thái “Đang thực hiện quá hạn” vì: hạn hết ngày 20/03/2026 (24 giờ); "
        "đã cập nhật tiến độ từ 09:15:00 ngày 13/03/2026, chưa gửi kết quả; "
        "tại 10:00:00 ngày 24/03/2026 đã quá hạn 4 ngày lịch, không tính ngày đầu; "
        "đơn vị còn nợ báo cáo nguyên nhân và đề xuất; "
        "theo dòng LC-4, Điều 2 khoản 7 Quy chế kèm theo Quyết định số 2952/QĐ-UBND ngày 17/8/2021; "
        "tính đến 10:00:00 ngày 24/03/2026."
    )
    assert answer.second_line == "quá hạn 4 ngày"


@pytest.mark.covers("DT-09", "DT-12")
def test_a_task_rejected_late_in_dong_thap() -> None:
    history: list[Event] = [
        assigned(),
        did(ResultSubmitted, "20/3/2026 14:00:00", evidence=("a1",)),
        did(ResultRejected, "24/3/2026 09:00:00", text="thiếu số liệu cấp xã"),
    ]
    answer = told(DONGTHAP, history, "26/3/2026 10:00:00")
    assert answer.sentence == (
        "Nhiệm vụ TD-7K3M9Q2XWB (văn bản 15/TB-UBND ngày 02/03/2026, chủ trì Sở Xây dựng) "
        "ở trạng thái “Đang thực hiện quá hạn” vì: hạn hết ngày 20/03/2026 (24 giờ); "
        "đơn vị gửi kết quả lúc 14:00:00 ngày 20/03/2026 (trong hạn); "
        "bị từ chối lúc 09:00:00 ngày 24/03/2026 (sau hạn), lý do: “thiếu số liệu cấp xã”, "
        "nên tính quá hạn dù đã gửi trong hạn; "
        "tại 10:00:00 ngày 26/03/2026 đã quá hạn 6 ngày lịch, không tính ngày đầu; "
        "hệ quả: bị trừ điểm thi đua; "
        "theo dòng DT-7, Điều 5 khoản 2 điểm b Quy chế kèm theo Quyết định số 128/QĐ-UBND ngày 16/01/2026; "
        "tính đến 10:00:00 ngày 26/03/2026."
    )
    assert answer.second_line == (
        "nộp đúng hạn, duyệt chậm 2 ngày làm việc nên bị từ chối sau hạn; "
        "quá hạn 6 ngày, trong đó chờ duyệt 3 ngày"
    )


@pytest.mark.covers("DT-14", "LC-21")
def test_a_due_date_that_was_set_earlier_says_so_and_is_no_extension() -> None:
    earlier = did(ExtensionGranted, "10/3/2026 08:00:00", due=until("18/3/2026"))
    over = did(ExtensionGranted, "11/3/2026 08:00:00", due=until("9/3/2026"))
    answer = told(LAOCAI, [assigned(), earlier, over], "12/3/2026 10:00:00")
    assert (
        "hạn hết ngày 18/03/2026 (24 giờ), được điều chỉnh lúc 08:00:00 ngày 10/03/2026, "
        "trước đó hết ngày 20/03/2026 (24 giờ);" in answer.sentence
    )
    assert (
        "hạn hết ngày 09/03/2026 (24 giờ) được ghi lúc 08:00:00 ngày 11/03/2026, khi đã qua hạn đó, "
        "nên không được tính;" in answer.sentence
    )
    assert "gia hạn" not in answer.sentence


@pytest.mark.covers("DT-14", "LC-23")
def test_an_extended_task() -> None:
    history: list[Event] = [
        assigned(),
        did(ProgressReported, "5/3/2026 08:00:00"),
        did(ExtensionAsked, "10/3/2026 08:00:00", wished=on("31/3/2026"), text="chờ số liệu"),
        did(ExtensionGranted, "16/3/2026 08:00:00", due=until("31/3/2026")),
    ]
    answer = told(LAOCAI, history, "23/3/2026 10:00:00")
    assert answer.sentence == (
        "Nhiệm vụ TD-7K3M9Q2XWB (văn bản 15/TB-UBND ngày 02/03/2026, chủ trì Sở Xây dựng) "
        "ở trạng thái “Đang thực hiện” vì: hạn hết ngày 31/03/2026 (24 giờ), "
        "đã gia hạn 1 lần (chấp thuận lúc 08:00:00 ngày 16/03/2026), hạn đầu hết ngày 20/03/2026 (24 giờ); "
        "đã cập nhật tiến độ từ 08:00:00 ngày 05/03/2026, chưa gửi kết quả; "
        "tại 10:00:00 ngày 23/03/2026 còn 8 ngày lịch đến hạn, không tính ngày đầu; "
        "mốc đến hạn tính từ 00:00:00 ngày 28/03/2026; "
        "theo dòng LC-6, Điều 2 khoản 5 Quy chế kèm theo Quyết định số 2952/QĐ-UBND ngày 17/8/2021; "
        "tính đến 10:00:00 ngày 23/03/2026."
    )
    assert answer.second_line == "trả lời gia hạn chậm 2 ngày làm việc"


@pytest.mark.covers("LC-25")
def test_a_returned_task() -> None:
    history: list[Event] = [
        assigned(),
        did(TaskReturned, "10/3/2026 08:00:00", text="không đúng chức năng"),
    ]
    answer = told(LAOCAI, history, "24/3/2026 10:00:00")
    assert answer.sentence == (
        "Nhiệm vụ TD-7K3M9Q2XWB (văn bản 15/TB-UBND ngày 02/03/2026, chủ trì Sở Xây dựng) "
        "ở trạng thái “Chưa thực hiện quá hạn” vì: hạn hết ngày 20/03/2026 (24 giờ); "
        "đơn vị chưa cập nhật tiến độ; "
        "đơn vị chuyển trả lúc 08:00:00 ngày 10/03/2026 (lý do: “không đúng chức năng”), "
        "Văn phòng chưa trả lời, trong lúc chờ vẫn xét theo thời hạn; "
        "tại 10:00:00 ngày 24/03/2026 đã quá hạn 4 ngày lịch, không tính ngày đầu; "
        "đơn vị còn nợ báo cáo nguyên nhân và đề xuất; "
        "theo dòng LC-7, Điều 2 khoản 4 Quy chế kèm theo Quyết định số 2952/QĐ-UBND ngày 17/8/2021; "
        "tính đến 10:00:00 ngày 24/03/2026."
    )
    assert answer.second_line == "quá hạn 4 ngày, trong đó chờ Văn phòng 4 ngày"


# ------------------------------------------------------------------ clause by clause


def test_the_same_in_english() -> None:
    sentence = told(LAOCAI, [assigned()], "17/3/2026 00:00:00", "en").sentence
    assert "shows “Chưa thực hiện đến hạn” because: due at the end of 20/03/2026 (24:00)" in sentence
    assert "3 calendar days are left" in sentence
    assert "near due from 00:00:00 on 17/03/2026" in sentence
    assert "by rule LC-8, Điều 2 khoản 3" in sentence


@pytest.mark.covers("DT-13")
def test_a_refusal_after_the_due_date_names_both_instants_and_the_points() -> None:
    history: list[Event] = [
        assigned(),
        did(ResultSubmitted, "20/3/2026 15:00:01", evidence=("a1",)),
        did(ResultRejected, "23/3/2026 09:00:00"),
    ]
    sentence = told(DONGTHAP, history, "24/3/2026 10:00:00").sentence
    assert "đơn vị gửi kết quả lúc 15:00:01 ngày 20/03/2026 (trong hạn)" in sentence
    assert "bị từ chối lúc 09:00:00 ngày 23/03/2026 (sau hạn)" in sentence
    assert "tại 10:00:00 ngày 24/03/2026 đã quá hạn 4 ngày lịch" in sentence
    assert "hệ quả: bị trừ điểm thi đua" in sentence
    assert "theo dòng DT-7, Điều 5 khoản 2 điểm b" in sentence


def test_what_was_read_into_a_silence_is_said() -> None:
    history: list[Event] = [assigned(), did(TaskEnded, "10/3/2026 08:00:00")]
    sentence = told(LAOCAI, history, "11/3/2026 00:00:00").sentence
    assert "Văn phòng kết thúc công việc lúc 08:00:00 ngày 10/03/2026" in sentence
    assert "theo dòng LC-0, quy chế không nói, Điều 6 khoản 1 điểm b" in sentence
    assert "không coi là hoàn thành" in sentence


@pytest.mark.parametrize(
    ("happened", "words"),
    [
        ([did(DirectiveRecalled, "10/3/2026 08:00:00")], "văn bản được thu hồi lúc 08:00:00 ngày 10/03/2026"),
        ([did(TaskReturned, "10/3/2026 08:00:00")], "đơn vị chuyển trả lúc 08:00:00 ngày 10/03/2026"),
        ([did(ResultSubmitted, "10/3/2026 08:00:00")], "không kèm tệp minh chứng nên chỉ tính là tiến độ"),
        (
            [did(ExtensionGranted, "10/3/2026 08:00:00", due=until("31/3/2026 17:00"))],
            "đã gia hạn 1 lần (chấp thuận lúc 08:00:00 ngày 10/03/2026), hạn đầu hết ngày 20/03/2026 (24 giờ)",
        ),
    ],
)
def test_what_happened_is_said_with_its_instant(happened: list[Event], words: str) -> None:
    assert words in told(LAOCAI, [assigned(), *happened], "12/3/2026 00:00:00").sentence


@pytest.mark.covers("LC-33")
def test_an_explanation_owed_is_said() -> None:
    history: list[Event] = [
        assigned(),
        did(ResultSubmitted, "23/3/2026 08:00:00", evidence=("a1",)),
        did(ResultApproved, "30/3/2026 08:00:00"),
    ]
    answer = told(LAOCAI, history, "31/3/2026 00:00:00")
    assert "đơn vị còn nợ báo cáo giải trình" in answer.sentence
    assert "tại 08:00:00 ngày 23/03/2026 đã quá hạn 3 ngày lịch" in answer.sentence


def test_undated_tasks_count_no_days() -> None:
    answer = told(LAOCAI, [assigned(due="")], "31/3/2026 00:00:00")
    assert "không có thời hạn" in answer.sentence
    assert "quá hạn" not in answer.sentence
    assert answer.days == ()
    outside = told(DONGTHAP, [assigned(due="")], "31/3/2026 00:00:00")
    assert "không thuộc diện theo dõi" in outside.sentence


def test_the_days_counted_are_the_days_said() -> None:
    answer = told(LAOCAI, [assigned()], "24/3/2026 10:00:00")
    assert answer.days == (
        (on("21/3/2026"), True, "thứ Bảy"),
        (on("22/3/2026"), True, "Chủ nhật"),
        (on("23/3/2026"), True, "thứ Hai"),
        (on("24/3/2026"), True, "thứ Ba"),
    )


def _in_working_days() -> Profile:
    values: dict[str, Any] = LAOCAI.model_dump()
    values["near_due"] |= {"unit": "working"}
    return Profile.model_validate(values)


def test_days_off_are_left_out_with_the_reason() -> None:
    history: list[Event] = [assigned("29/12/2025 08:00:00", due="12/1/2026")]
    answer = told(_in_working_days(), history, "31/12/2025 08:00:00")
    assert "còn 7 ngày làm việc đến hạn (bỏ qua 5 ngày nghỉ), không tính ngày đầu" in answer.sentence
    reasons = {day: (counted, why) for day, counted, why in answer.days}
    assert reasons[on("1/1/2026")] == (False, "thứ Năm, Tết Dương lịch")
    assert reasons[on("2/1/2026")][0] is False
    assert "12729/VPCP-KGVX" in reasons[on("2/1/2026")][1]
    assert reasons[on("10/1/2026")][0] is True
    assert sum(counted for counted, _ in reasons.values()) == 7


def test_a_year_without_entered_swaps_is_said_wherever_working_days_counted() -> None:
    blank = WorkingCalendar([], [])
    counted = told(_in_working_days(), [assigned()], "18/3/2026 08:00:00", calendar=blank)
    assert "lưu ý: lịch nghỉ 2026 chưa được nhập;" in counted.sentence
    limits = told(LAOCAI, [assigned()], "18/3/2026 08:00:00", calendar=blank)
    assert "lịch nghỉ 2026 chưa được nhập" in limits.sentence
    english = told(LAOCAI, [assigned()], "18/3/2026 08:00:00", "en", calendar=blank)
    assert "note: the days off of 2026 are not entered yet" in english.sentence
    assert "chưa được nhập" not in told(TPHCM, [assigned()], "18/3/2026 08:00:00", calendar=blank).sentence


def test_the_shipped_calendar_says_that_2027_is_not_entered() -> None:
    later: list[Event] = [assigned("30/12/2026 08:00:00", due="20/1/2027")]
    assert "lịch nghỉ 2027 chưa được nhập" in told(LAOCAI, later, "4/1/2027 08:00:00").sentence
    within: list[Event] = [assigned("2/12/2026 08:00:00", due="20/12/2026")]
    assert "chưa được nhập" not in told(LAOCAI, within, "10/12/2026 08:00:00").sentence
    two: list[Event] = [assigned("30/12/2027 08:00:00", due="20/1/2028")]
    words = "lịch nghỉ 2027 chưa được nhập, lịch nghỉ 2028 chưa được nhập"
    assert words in told(LAOCAI, two, "4/1/2028 08:00:00").sentence


@pytest.mark.covers("LC-15", "BT-26", "DN-01")
def test_cause_and_proposal_owed_are_said_until_they_come() -> None:
    words = "đơn vị còn nợ báo cáo nguyên nhân và đề xuất"
    for profile in (LAOCAI, BINHTHUAN, DONGNAI):
        assert words in told(profile, [assigned()], "24/3/2026").sentence
        reported: list[Event] = [assigned(), did(DifficultyReported, "23/3/2026")]
        assert words not in told(profile, reported, "24/3/2026").sentence
    assert words not in told(DONGTHAP, [assigned()], "24/3/2026").sentence


def test_a_pause_is_said_with_the_due_date_that_it_moved() -> None:
    paused: list[Event] = [assigned(), did(TaskPaused, "9/3/2026 08:00:00")]
    assert (
        "Văn phòng tạm dừng từ 08:00:00 ngày 09/03/2026, chưa tiếp tục"
        in told(LAOCAI, paused, "10/3/2026").sentence
    )
    resumed = [*paused, did(TaskResumed, "12/3/2026 08:00:00")]
    sentence = told(LAOCAI, resumed, "13/3/2026").sentence
    assert "hạn hết ngày 23/03/2026 (24 giờ) (hạn ghi 20/03/2026 lùi do tạm dừng)" in sentence
    assert "Văn phòng tạm dừng từ 08:00:00 ngày 09/03/2026 đến 08:00:00 ngày 12/03/2026" in sentence
    english = told(LAOCAI, resumed, "13/3/2026", "en").sentence
    assert "(20/03/2026 as written moved by a pause)" in english
    assert "paused by the Office from" in english


@pytest.mark.covers("DT-23")
def test_an_outage_on_the_due_day_is_said_and_an_earlier_one_is_not() -> None:
    outage = did(OutageNoted, "20/3/2026 20:00:00", until=at("21/3/2026 06:00:00"))
    early = did(OutageNoted, "10/3/2026 20:00:00", until=at("11/3/2026 06:00:00"))
    noted = told(LAOCAI, [assigned(), outage], "24/3/2026").sentence
    assert (
        "hệ thống ngừng từ 20:00:00 ngày 20/03/2026 đến 06:00:00 ngày 21/03/2026 "
        "trong ngày hết hạn, chỉ ghi nhận để xem xét"
    ) in noted
    assert "hệ thống ngừng" not in told(LAOCAI, [assigned(), early], "24/3/2026").sentence
    moving = LAOCAI.model_copy(
        update={"outage": LAOCAI.outage.model_copy(update={"effect": "next_working_day"})}
    )
    moved = told(moving, [assigned(), outage], "23/3/2026").sentence
    assert "hạn hết ngày 23/03/2026 (24 giờ) (hạn ghi 20/03/2026 lùi do hệ thống ngừng)" in moved


def test_a_due_date_on_a_day_off_says_why_it_moved() -> None:
    moving = LAOCAI.model_copy(
        update={
            "deadline_on_day_off": LAOCAI.deadline_on_day_off.model_copy(update={"means": "next_working"})
        }
    )
    sentence = told(moving, [assigned(due="21/3/2026")], "13/3/2026").sentence
    assert "hạn hết ngày 23/03/2026 (24 giờ) (hạn ghi 21/03/2026 là ngày nghỉ)" in sentence


def test_a_successor_and_a_task_that_goes_on_elsewhere_are_said() -> None:
    merged = did(UnitSucceeded, "9/3/2026", unit="D01", successor="D09", successor_name="Sở Hạ tầng")
    sentence = told(LAOCAI, [assigned(), merged], "10/3/2026").sentence
    assert "chủ trì Sở Hạ tầng" in sentence
    assert "Sở Hạ tầng kế thừa Sở Xây dựng từ 00:00:00 ngày 09/03/2026, thời hạn không tính lại" in sentence
    split = did(TaskSplit, "9/3/2026 08:00:00", into=("TD-A", "TD-B"))
    gone = told(LAOCAI, [assigned(), split], "10/3/2026")
    assert "phần việc chuyển tiếp từ 08:00:00 ngày 09/03/2026 sang TD-A, TD-B" in gone.sentence
    assert gone.second_line == ""
    english = told(LAOCAI, [assigned(), split], "10/3/2026", "en").sentence
    assert "the work went on elsewhere at 08:00:00 on 09/03/2026 under TD-A, TD-B" in english


def test_late_by_hours_is_not_told_as_zero_days() -> None:
    sentence = told(LAOCAI, [assigned(due="20/3/2026 10:00:00")], "20/3/2026 15:00:00").sentence
    assert "tại 15:00:00 ngày 20/03/2026 đã quá hạn dưới 1 ngày" in sentence


def test_obligations_and_bookings_come_along() -> None:
    answer = told(LAOCAI, [assigned(), did(TaskReceived, "3/3/2026 08:00:00")], "24/3/2026 10:00:00")
    assert {one.kind for one in answer.obligations} == {
        "enter",
        "first_update",
        "recurring_update",
        "cause_and_proposal",
    }
    assert [(one.party, one.unit, one.until) for one in answer.booked] == [
        ("unit", "D01", at("24/3/2026 10:00:00"))
    ]


def test_the_timeline_has_every_event_and_what_time_did_alone() -> None:
    history: list[Event] = [
        assigned(),
        did(ExtensionAsked, "10/3/2026 08:00:00", wished=on("31/3/2026"), text="thiếu số liệu"),
        did(TaskReassigned, "11/3/2026 08:00:00", lead="D02", lead_name="Sở Tài chính"),
        did(ResultSubmitted, "22/3/2026 08:00:00", evidence=("a1", "a2")),
    ]
    lines = told(LAOCAI, history, "23/3/2026 00:00:00").timeline
    assert [line[0] for line in lines] == sorted(line[0] for line in lines)
    assert [line[1] for line in lines] == [
        "giao nhiệm vụ: Sở Xây dựng; hạn hết ngày 20/03/2026 (24 giờ)",
        "đơn vị xin gia hạn: đến ngày 31/03/2026; thiếu số liệu",
        "chuyển cho đơn vị khác: Sở Tài chính",
        "bắt đầu khoảng thời gian đến hạn",
        "hết thời hạn",
        "đơn vị gửi kết quả: 2 tệp minh chứng",
    ]
    assert lines[5][2] == "Điều 5 khoản 2"
    early = told(LAOCAI, history[:3], "12/3/2026 00:00:00").timeline
    assert len(early) == 3


def test_an_article_is_named_only_where_the_regulation_speaks() -> None:
    returned: list[Event] = [assigned(), did(TaskReturned, "10/3/2026 08:00:00", text="không đúng chức năng")]
    assert told(LAOCAI, returned, "11/3/2026 00:00:00").timeline[1][2] == "Điều 6 khoản 2 điểm a"
    assert told(DONGTHAP, returned, "11/3/2026 00:00:00").timeline[1][2] == ""


def test_the_timeline_names_who_was_asked_what_goes_on_where_and_until_when() -> None:
    history: list[Event] = [
        assigned(due=""),
        did(CoordinationAsked, "3/3/2026", unit="D05", due=until("10/3/2026")),
        did(OutageNoted, "4/3/2026", until=at("4/3/2026 06:00:00")),
        did(DifficultyReported, "5/3/2026", text="thiếu kinh phí"),
        did(UnitSucceeded, "9/3/2026", unit="D01", successor="D09", successor_name="Sở Hạ tầng"),
        did(CoordinationAnswered, "10/3/2026", unit="D05"),
        did(TaskSplit, "11/3/2026", into=("TD-A", "TD-B")),
    ]
    lines = told(LAOCAI, history, "12/3/2026").timeline
    assert [line[1] for line in lines[1:]] == [
        "đề nghị đơn vị phối hợp: D05; hạn hết ngày 10/03/2026 (24 giờ)",
        "hệ thống ngừng hoạt động: đến 06:00:00 ngày 04/03/2026",
        "đơn vị báo cáo khó khăn, vướng mắc: thiếu kinh phí",
        "đơn vị kế thừa làm tiếp: Sở Hạ tầng",
        "đơn vị phối hợp trả lời: D05",
        "tách thành nhiệm vụ khác: TD-A, TD-B",
    ]
    assert lines[3][2] == "Điều 5 khoản 2"
