"""The status table of Đồng Tháp row by row, written out by hand with the instants where it turns.

Excludes the reviewer's clock (test_tracking_obligations) and random histories (tests/machine).
"""

from __future__ import annotations

import pytest

from tests.tracking_histories import (
    CALENDAR,
    DONGTHAP,
    Row,
    assigned,
    at,
    did,
    holds,
    judged,
    named,
    on,
    until,
)
from tracking.events import (
    DirectiveRecalled,
    Event,
    ExtensionAsked,
    ExtensionGranted,
    ExtensionRefused,
    ProgressReported,
    ResultApproved,
    ResultRejected,
    ResultSubmitted,
    TaskEnded,
    TaskMerged,
)
from tracking.facts import last_day
from tracking.profile import NO_ARTICLE

IN_TIME = did(ResultSubmitted, "20/3/2026 23:59:59", evidence=("a1",))
LATE = did(ResultSubmitted, "21/3/2026 00:00:00", evidence=("a1",))
EARLY = did(ResultSubmitted, "10/3/2026 08:00:00", evidence=("a1",))
CUT = "bị trừ điểm thi đua"
MAYBE_CUT = "xem xét bị trừ điểm thi đua"


#: Rule → the article it stands on, copied from the regulation by hand.
ARTICLES = {
    "DT-0r": NO_ARTICLE,
    "DT-0s": NO_ARTICLE,
    "DT-0": NO_ARTICLE,
    "DT-11": "Điều 3 khoản 3",
    "DT-4": "Điều 5 khoản 2 điểm b",
    "DT-8": "Điều 5 khoản 2 điểm c",
    "DT-4s": "Điều 5 khoản 1",
    "DT-8s": "Điều 5 khoản 1",
    "DT-3": "Điều 5 khoản 2 điểm a",
    "DT-9": "Điều 5 khoản 2 điểm c",
    "DT-7": "Điều 5 khoản 2 điểm b",
    "DT-6": "Điều 14 khoản 5",
    "DT-5": "Điều 5 khoản 2 điểm b",
    "DT-2": "Điều 14 khoản 5",
    "DT-1": "Điều 14 khoản 5",
}

ROWS = [
    Row("DT-1", "Đang thực hiện trong hạn", "2/3/2026 08:00:00"),
    Row("DT-1", "Đang thực hiện trong hạn", "20/3/2026 23:59:59"),
    Row(
        "DT-1", "Đang thực hiện trong hạn", "19/3/2026 00:00:00", [did(ProgressReported, "3/3/2026 08:00:00")]
    ),
    Row("DT-2", "Đang thực hiện quá hạn", "21/3/2026 00:00:00", points=CUT, lateness="late"),
    Row("DT-3", "Chờ xác nhận", "20/3/2026 23:59:59", [IN_TIME], family="submitted"),
    Row("DT-3", "Chờ xác nhận", "1/6/2026 00:00:00", [IN_TIME], family="submitted"),
    Row("DT-3", "Chờ xác nhận", "1/6/2026 00:00:00", [LATE], family="submitted", lateness="late"),
    Row(
        "DT-4",
        "Đã hoàn thành trong hạn",
        "1/6/2026 00:00:00",
        [IN_TIME, did(ResultApproved, "20/5/2026 08:00:00")],
        family="done",
    ),
    Row(
        "DT-5",
        "Đang thực hiện trong hạn",
        "20/3/2026 23:59:59",
        [EARLY, did(ResultRejected, "20/3/2026 23:59:59")],
    ),
    Row(
        "DT-6",
        "Đang thực hiện quá hạn",
        "21/3/2026 00:00:00",
        [EARLY, did(ResultRejected, "20/3/2026 23:59:59")],
        points=CUT,
        lateness="late",
    ),
    Row(
        "DT-7",
        "Đang thực hiện quá hạn",
        "21/3/2026 00:00:00",
        [EARLY, did(ResultRejected, "21/3/2026 00:00:00")],
        points=CUT,
        lateness="late",
    ),
    Row(
        "DT-8",
        "Đã hoàn thành quá hạn",
        "1/6/2026 00:00:00",
        [LATE, did(ResultApproved, "21/3/2026 09:00:00")],
        points=MAYBE_CUT,
        family="done",
        lateness="late",
    ),
    Row(
        "DT-9",
        "Đang thực hiện quá hạn",
        "1/6/2026 00:00:00",
        [LATE, did(ResultRejected, "21/3/2026 09:00:00")],
        points=CUT,
        lateness="late",
    ),
    # the latest sending decides, whatever became of the earlier ones
    Row(
        "DT-8",
        "Đã hoàn thành quá hạn",
        "1/6/2026 00:00:00",
        [EARLY, did(ResultRejected, "11/3/2026 08:00:00"), LATE, did(ResultApproved, "22/3/2026 08:00:00")],
        points=MAYBE_CUT,
        family="done",
        lateness="late",
    ),
    # row 10: a consent sets D before rows 1 to 9 are read
    Row(
        "DT-1",
        "Đang thực hiện trong hạn",
        "25/3/2026 00:00:00",
        [did(ExtensionGranted, "22/3/2026 08:00:00", due=until("31/3/2026"))],
    ),
    Row(
        "DT-4",
        "Đã hoàn thành trong hạn",
        "1/6/2026 00:00:00",
        [
            LATE,
            did(ExtensionGranted, "22/3/2026 08:00:00", due=until("31/3/2026")),
            did(ResultApproved, "1/4/2026 08:00:00"),
        ],
        family="done",
    ),
    Row(
        "DT-5",
        "Đang thực hiện trong hạn",
        "25/3/2026 00:00:00",
        [
            EARLY,
            did(ResultRejected, "21/3/2026 08:00:00"),
            did(ExtensionGranted, "22/3/2026 08:00:00", due=until("31/3/2026")),
        ],
    ),
    # row 11: without a due date it is not in the system
    Row("DT-11", "", "25/3/2026 00:00:00", due="", family="ended", lateness="none"),
    # approved although nothing was sent through the software
    Row(
        "DT-4s",
        "Đã hoàn thành trong hạn",
        "1/6/2026 00:00:00",
        [did(ResultApproved, "20/3/2026 23:59:59")],
        family="done",
    ),
    Row(
        "DT-8s",
        "Đã hoàn thành quá hạn",
        "1/6/2026 00:00:00",
        [did(ResultApproved, "21/3/2026 00:00:00")],
        points=MAYBE_CUT,
        family="done",
        lateness="late",
    ),
    Row(
        "DT-0",
        "Kết thúc",
        "1/6/2026 00:00:00",
        [EARLY, did(TaskEnded, "30/3/2026 08:00:00")],
        family="ended",
        lateness="none",
    ),
    Row(
        "DT-0r",
        "Thu hồi",
        "1/6/2026 00:00:00",
        [EARLY, did(DirectiveRecalled, "30/3/2026 08:00:00")],
        family="ended",
        lateness="none",
    ),
    Row(
        "DT-0s",
        "Đã chuyển sang nhiệm vụ khác",
        "1/6/2026 00:00:00",
        [EARLY, did(TaskMerged, "30/3/2026 08:00:00", into="TD-OTHER")],
        family="ended",
        lateness="none",
    ),
]


@pytest.mark.covers("DT-12", "DT-13", "DT-26", "DT-27")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: named(row, ARTICLES))
def test_the_table(row: Row) -> None:
    holds(row, DONGTHAP, ARTICLES)


def test_every_row_of_the_table_is_written_out() -> None:
    assert {row.rule for row in ROWS} == {rule.id for rule in DONGTHAP.rules} == set(ARTICLES)


@pytest.mark.covers("DT-12")
def test_the_words_are_the_five_of_the_regulation_and_three_of_its_silences() -> None:
    assert DONGTHAP.texts() == {
        "Chờ xác nhận",
        "Đã hoàn thành trong hạn",
        "Đã hoàn thành quá hạn",
        "Đang thực hiện trong hạn",
        "Đang thực hiện quá hạn",
        "Kết thúc",
        "Thu hồi",
        "Đã chuyển sang nhiệm vụ khác",
    }


@pytest.mark.covers("DT-10", "DT-27")
@pytest.mark.parametrize("approved", ["20/3/2026 23:59:59", "21/3/2026 00:00:00", "1/12/2026 00:00:00"])
def test_the_time_of_approval_decides_nothing(approved: str) -> None:
    sent_in_time: list[Event] = [assigned(), EARLY, did(ResultApproved, approved)]
    sent_late: list[Event] = [
        assigned(),
        LATE,
        did(ResultApproved, max(approved, "22/3/2026 00:00:00", key=at)),
    ]
    assert judged(DONGTHAP, sent_in_time, "1/1/2027 00:00:00").text == "Đã hoàn thành trong hạn"
    assert judged(DONGTHAP, sent_late, "1/1/2027 00:00:00").text == "Đã hoàn thành quá hạn"


@pytest.mark.covers("DT-14")
@pytest.mark.parametrize("answer", [[], [did(ExtensionRefused, "19/3/2026 08:00:00")]])
def test_a_pending_or_refused_request_changes_nothing(answer: list[Event]) -> None:
    asked = did(ExtensionAsked, "18/3/2026 08:00:00", wished=on("31/3/2026"))
    verdict = judged(DONGTHAP, [assigned(), asked, *answer], "21/3/2026 00:00:00")
    assert (verdict.text, verdict.extension_count) == ("Đang thực hiện quá hạn", 0)


@pytest.mark.covers("DT-14")
def test_consents_are_counted() -> None:
    first = did(ExtensionGranted, "18/3/2026 08:00:00", due=until("31/3/2026"))
    second = did(ExtensionGranted, "30/3/2026 08:00:00", due=until("15/4/2026"))
    verdict = judged(DONGTHAP, [assigned(), first, second], "1/4/2026 00:00:00")
    assert (verdict.extension_count, verdict.due_end) == (2, at("16/4/2026"))


def test_there_is_no_near_due_state() -> None:
    verdict = judged(DONGTHAP, [assigned()], "20/3/2026 08:00:00")
    assert verdict.facts.due == "ahead"
    assert verdict.next_change_at == at("21/3/2026")


def test_a_sending_without_a_file_is_still_a_sending() -> None:
    bare = did(ResultSubmitted, "19/3/2026 16:00:00")
    assert judged(DONGTHAP, [assigned(), bare], "25/3/2026 00:00:00").text == "Chờ xác nhận"


@pytest.mark.covers("DT-13")
def test_points_instead_of_explanations() -> None:
    late_done: list[Event] = [assigned(), LATE, did(ResultApproved, "24/3/2026 08:00:00")]
    assert not judged(DONGTHAP, late_done, "25/3/2026 00:00:00").explanation_owed


@pytest.mark.parametrize(
    ("sent", "text"), [("17:00:00", "Đã hoàn thành trong hạn"), ("17:00:01", "Đã hoàn thành quá hạn")]
)
def test_exactly_at_the_hour_is_in_time(sent: str, text: str) -> None:
    history: list[Event] = [
        assigned(due="20/3/2026 17:00"),
        did(ResultSubmitted, f"20/3/2026 {sent}", evidence=("a1",)),
        did(ResultApproved, "24/3/2026 08:00:00"),
    ]
    assert judged(DONGTHAP, history, "25/3/2026 00:00:00").text == text


@pytest.mark.covers("DT-09", "DT-21")
@pytest.mark.parametrize(
    ("came_in", "last"),
    [
        ("9/1/2026 14:59:59", "9/1/2026"),
        ("9/1/2026 15:00:00", "9/1/2026"),
        ("9/1/2026 15:00:01", "10/1/2026"),  # a Saturday worked instead of 2/1
        ("13/2/2026 15:00:01", "23/2/2026"),  # eve of Tết
        ("10/3/2026 15:00:01", "11/3/2026"),
        ("14/3/2026 08:00:00", "16/3/2026"),  # an ordinary Saturday
    ],
)
def test_after_fifteen_o_clock_the_next_working_day_counts(came_in: str, last: str) -> None:
    for limit in (DONGTHAP.limits.enter, DONGTHAP.limits.review):
        assert limit is not None
        assert last_day(limit, at(came_in), CALENDAR) == on(last)


@pytest.mark.covers("DT-05")
def test_the_earliest_day_a_directive_may_ask_for() -> None:
    assert DONGTHAP.lead_time.min_working_days == 1
    assert CALENDAR.add_working_days(on("9/1/2026"), 1) == on("10/1/2026")
