"""The sentence that anyone can recompute: every input of the verdict is in it, and the days add up.

Excludes which state is right (test_tracking_laocai, test_tracking_dongthap).
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.tracking_histories import CALENDAR, DONGTHAP, LAOCAI, assigned, at, did, on, until
from tracking.calendar import WorkingCalendar
from tracking.events import (
    DirectiveRecalled,
    Event,
    ExtensionAsked,
    ExtensionGranted,
    ProgressReported,
    ResultApproved,
    ResultRejected,
    ResultSubmitted,
    TaskEnded,
    TaskReassigned,
    TaskReturned,
)
from tracking.explain import Explanation, Lang, explain
from tracking.profile import Profile
from tracking.status import derive
from tracking.task import fold


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


def test_an_overdue_task_in_one_sentence() -> None:
    history: list[Event] = [assigned(), did(ProgressReported, "13/3/2026 09:15:00")]
    assert told(LAOCAI, history, "24/3/2026 10:00:00").sentence == (
        "Nhiệm vụ TD-7K3M9Q2XWB (văn bản 15/TB-UBND ngày 02/03/2026, chủ trì Sở Xây dựng) "
        "ở trạng thái “Đang thực hiện quá hạn” vì: hạn hết ngày 20/03/2026 (24 giờ); "
        "đã cập nhật tiến độ từ 09:15:00 ngày 13/03/2026, chưa gửi kết quả; "
        "tại 10:00:00 ngày 24/03/2026 đã quá hạn 4 ngày lịch, không tính ngày đầu; "
        "theo dòng LC-4, Điều 2 khoản 7 Quy chế kèm theo Quyết định số 2952/QĐ-UBND ngày 17/8/2021; "
        "tính đến 10:00:00 ngày 24/03/2026."
    )


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
            "hạn 17:00:00 ngày 31/03/2026, đã gia hạn 1 lần, hạn đầu hết ngày 20/03/2026 (24 giờ)",
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


def test_a_year_without_entered_swaps_is_said_only_where_working_days_count() -> None:
    blank = WorkingCalendar([], [])
    assert (
        "chưa nhập lịch hoán đổi ngày làm việc năm 2026"
        in told(_in_working_days(), [assigned()], "18/3/2026 08:00:00", calendar=blank).sentence
    )
    assert "hoán đổi" not in told(LAOCAI, [assigned()], "18/3/2026 08:00:00", calendar=blank).sentence


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
