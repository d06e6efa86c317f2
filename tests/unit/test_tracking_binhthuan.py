"""The status table of Bình Thuận row by row: two fields, declared by the unit, nobody approves.

Includes the second class of tasks, without a due date, and the limits of the Office and the
units. Excludes what no regulation speaks of (test_tracking_silent_events).
"""

from __future__ import annotations

import pytest

from tests.tracking_histories import (
    BINHTHUAN,
    CALENDAR,
    Row,
    assigned,
    at,
    did,
    holds,
    judged,
    named,
    on,
)
from tracking.events import (
    DifficultyReported,
    DirectiveRecalled,
    Event,
    ProgressReported,
    ResultApproved,
    ResultRejected,
    ResultSubmitted,
    TaskEnded,
    TaskSplit,
)
from tracking.facts import last_day
from tracking.profile import NO_ARTICLE

PROGRESS = did(ProgressReported, "5/3/2026 09:00:00")
IN_TIME = did(ResultSubmitted, "20/3/2026 23:59:59")
LATE = did(ResultSubmitted, "21/3/2026 00:00:00")
EARLY = did(ResultSubmitted, "10/3/2026 08:00:00")
UNFOUNDED = did(ResultRejected, "12/3/2026 08:00:00", text="chưa có văn bản")
ENDED = did(TaskEnded, "30/3/2026 08:00:00")

#: Rule → the article it stands on, copied from the regulation by hand.
ARTICLES = {
    "BT-0r": NO_ARTICLE,
    "BT-0s": NO_ARTICLE,
    "BT-9": "Điều 5 khoản 2",
    "BT-5": "Điều 6 khoản 1 điểm g",
    "BT-6": "Điều 6 khoản 1 điểm g",
    "BT-9s": "Điều 8 khoản 1 điểm a",
    "BT-5s": "Điều 8 khoản 1 điểm a",
    "BT-6s": "Điều 8 khoản 1 điểm a",
    "BT-0": NO_ARTICLE,
    "BT-10.8": "Điều 8 khoản 1 điểm a",
    "BT-10.4": "Điều 8 khoản 1 điểm a",
    "BT-10.3": "Điều 8 khoản 1 điểm a",
    "BT-8": "Điều 5 khoản 2",
    "BT-7": "Điều 5 khoản 2",
    "BT-4": "Điều 6 khoản 1 điểm g",
    "BT-3": "Điều 6 khoản 1 điểm g",
    "BT-2": "Điều 6 khoản 1 điểm g",
    "BT-1": "Điều 6 khoản 1 điểm g",
}

ROWS = [
    # rows 1 and 2: nothing reported
    Row("BT-1", "chưa thực hiện", "2/3/2026 08:00:00", second="trong hạn", family="waiting"),
    Row("BT-1", "chưa thực hiện", "20/3/2026 23:59:59", second="trong hạn", family="waiting"),
    Row(
        "BT-2",
        "chưa thực hiện",
        "21/3/2026 00:00:00",
        second="quá hạn",
        family="waiting",
        lateness="late",
        owes="cause",
    ),
    # rows 3 and 4: progress reported
    Row("BT-3", "đang thực hiện", "20/3/2026 23:59:59", [PROGRESS], second="trong hạn"),
    Row(
        "BT-4",
        "đang thực hiện",
        "21/3/2026 00:00:00",
        [PROGRESS],
        second="quá hạn",
        lateness="late",
        owes="cause",
    ),
    # rows 5 and 6: a result recorded, with a file or without
    Row("BT-5", "đã thực hiện", "20/3/2026 23:59:59", [EARLY], second="trong hạn", family="done"),
    Row("BT-5", "đã thực hiện", "1/6/2026 00:00:00", [PROGRESS, IN_TIME], second="trong hạn", family="done"),
    Row(
        "BT-5",
        "đã thực hiện",
        "1/6/2026 00:00:00",
        [IN_TIME, did(ResultApproved, "20/5/2026 08:00:00")],
        second="trong hạn",
        family="done",
    ),
    Row("BT-5", "đã thực hiện", "1/6/2026 00:00:00", [IN_TIME, ENDED], second="trong hạn", family="done"),
    Row(
        "BT-6",
        "đã thực hiện",
        "1/6/2026 00:00:00",
        [LATE],
        second="quá hạn",
        family="done",
        lateness="late",
        owes="explanation",
    ),
    # rows 7 to 9: class 2, without a due date, the second field stays blank
    Row("BT-7", "chưa thực hiện", "1/1/2030 00:00:00", due="", family="waiting", lateness="none"),
    Row("BT-8", "đang thực hiện", "1/1/2030 00:00:00", [PROGRESS], due="", lateness="none"),
    Row("BT-9", "đã thực hiện", "1/1/2030 00:00:00", [LATE], due="", family="done", lateness="none"),
    # row 10: the Office finds the claim unfounded
    Row("BT-10.3", "đang thực hiện", "20/3/2026 23:59:59", [EARLY, UNFOUNDED], second="trong hạn"),
    Row(
        "BT-10.4",
        "đang thực hiện",
        "21/3/2026 00:00:00",
        [EARLY, UNFOUNDED],
        second="quá hạn",
        lateness="late",
        owes="cause",
    ),
    Row("BT-10.8", "đang thực hiện", "1/1/2030 00:00:00", [EARLY, UNFOUNDED], due="", lateness="none"),
    Row(
        "BT-5",
        "đã thực hiện",
        "1/6/2026 00:00:00",
        [EARLY, UNFOUNDED, IN_TIME],
        second="trong hạn",
        family="done",
    ),
    # recorded by the Office although the unit declared nothing
    Row(
        "BT-5s",
        "đã thực hiện",
        "1/6/2026 00:00:00",
        [did(ResultApproved, "20/3/2026 23:59:59")],
        second="trong hạn",
        family="done",
    ),
    Row(
        "BT-6s",
        "đã thực hiện",
        "1/6/2026 00:00:00",
        [did(ResultApproved, "21/3/2026 00:00:00")],
        second="quá hạn",
        family="done",
        lateness="late",
        owes="explanation",
    ),
    Row(
        "BT-9s",
        "đã thực hiện",
        "1/6/2026 00:00:00",
        [did(ResultApproved, "21/3/2026 00:00:00")],
        due="",
        family="done",
        lateness="none",
    ),
    # ended, recalled, divided
    Row("BT-0", "kết thúc", "1/6/2026 00:00:00", [PROGRESS, ENDED], family="ended", lateness="none"),
    Row(
        "BT-0r",
        "thu hồi",
        "1/6/2026 00:00:00",
        [EARLY, did(DirectiveRecalled, "30/3/2026 08:00:00")],
        family="ended",
        lateness="none",
    ),
    Row(
        "BT-0s",
        "đã chuyển sang nhiệm vụ khác",
        "1/6/2026 00:00:00",
        [PROGRESS, did(TaskSplit, "30/3/2026 08:00:00", into=("TD-A", "TD-B"))],
        family="ended",
        lateness="none",
    ),
]


@pytest.mark.covers("BT-13", "BT-07", "BT-08")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: named(row, ARTICLES))
def test_the_table(row: Row) -> None:
    holds(row, BINHTHUAN, ARTICLES)


def test_every_row_of_the_table_is_written_out() -> None:
    assert {row.rule for row in ROWS} == {rule.id for rule in BINHTHUAN.rules} == set(ARTICLES)


@pytest.mark.covers("BT-13")
def test_the_words_of_both_fields_are_those_of_the_regulation() -> None:
    spoken = [rule for rule in BINHTHUAN.status if rule.family != "ended"]
    assert {rule.text for rule in spoken} == {"đã thực hiện", "đang thực hiện", "chưa thực hiện"}
    assert {rule.second_text for rule in spoken} == {"trong hạn", "quá hạn", ""}
    assert {"chưa thực hiện - quá hạn", "đang thực hiện", "kết thúc"} <= BINHTHUAN.texts()


@pytest.mark.covers("BT-26", "BT-22")
def test_the_cause_is_owed_from_the_first_late_second_until_it_is_reported() -> None:
    assert not judged(BINHTHUAN, [assigned()], "20/3/2026 23:59:59").cause_owed
    assert judged(BINHTHUAN, [assigned()], "20/3/2026 23:59:59").next_change_at == at("21/3/2026")
    assert judged(BINHTHUAN, [assigned()], "21/3/2026 00:00:00").cause_owed
    told: list[Event] = [assigned(), did(DifficultyReported, "23/3/2026 08:00:00")]
    assert not judged(BINHTHUAN, told, "23/3/2026 08:00:00").cause_owed


@pytest.mark.covers("BT-16")
@pytest.mark.parametrize(
    ("issued", "last"),
    [
        ("31/12/2025 09:00:00", "5/1/2026"),  # over New Year, the swapped Friday and the weekend
        ("9/1/2026 23:00:00", "10/1/2026"),  # no cutoff here; the Saturday worked instead
        ("10/3/2026 08:00:00", "11/3/2026"),
    ],
)
def test_the_office_enters_within_one_working_day(issued: str, last: str) -> None:
    limit = BINHTHUAN.limits.enter
    assert limit is not None
    assert (limit.party, limit.runs_from) == ("office", "issue")
    assert last_day(limit, at(issued), CALENDAR) == on(last)


@pytest.mark.covers("BT-18")
def test_the_first_update_runs_from_assignment_and_only_for_class_one() -> None:
    limit = BINHTHUAN.limits.first_update
    assert limit is not None
    assert (limit.runs_from, limit.tasks) == ("assignment", "dated")
    assert last_day(limit, at("2/3/2026 08:00:00"), CALENDAR) == on("5/3/2026")
    assert "phần nhập chậm ghi cho Văn phòng" in limit.reading


@pytest.mark.covers("BT-19")
def test_class_two_is_updated_each_quarter_which_holds_the_half_year_and_the_year() -> None:
    (every,) = BINHTHUAN.limits.recurring
    assert (every.every, every.tasks) == ("quarter", "undated")
    assert "6 tháng và năm trùng với ngày cuối quý" in every.reading


@pytest.mark.covers("BT-01", "BT-06")
@pytest.mark.parametrize(
    ("doc_type", "issuer", "scope"),
    [
        ("Phiếu chuyển", "Văn phòng UBND tỉnh", "in"),
        ("Thông báo kết luận", "Văn phòng UBND tỉnh", "in"),
        ("Công văn", "Phó Chủ tịch UBND tỉnh", "in"),
        ("Kế hoạch", "UBND tỉnh", "if_marked"),
        ("Công văn", "Thủ tướng Chính phủ", "if_marked"),
        ("Công văn", "Bộ Tài chính", "out"),
    ],
)
def test_which_documents_are_directives(doc_type: str, issuer: str, scope: str) -> None:
    assert BINHTHUAN.in_scope(doc_type, issuer) == scope


@pytest.mark.covers("BT-02")
def test_what_the_government_gives_is_followed_too() -> None:
    assert BINHTHUAN.from_above("Thủ tướng Chính phủ")
    assert not BINHTHUAN.from_above("UBND tỉnh")
    assert BINHTHUAN.upward.policy == "in"
    assert "27/7/2014" in BINHTHUAN.upward.reading


def test_nobody_closes_and_a_result_needs_no_file() -> None:
    assert BINHTHUAN.approvers.who == ()
    assert BINHTHUAN.evidence.without_file == "submission"
