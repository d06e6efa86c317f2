"""The status table of Đồng Nai row by row: four modules, few words, and the cause of what is not done.

Includes petitions to the province with their twenty days. Excludes the list of slow
coordinators (obligations) and what no regulation speaks of (test_tracking_silent_events).
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.tracking_histories import (
    CALENDAR,
    DONGNAI,
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
    TaskMerged,
    TaskReopened,
)
from tracking.facts import last_day
from tracking.profile import NO_ARTICLE, Profile

IN_TIME = did(ResultSubmitted, "20/3/2026 23:59:59")
LATE = did(ResultSubmitted, "21/3/2026 00:00:00")
EARLY = did(ResultSubmitted, "10/3/2026 08:00:00")
#: A petition of 2/3: day 20 is 22/3.
ANSWERED = did(ResultSubmitted, "22/3/2026 23:59:59")
ANSWERED_LATE = did(ResultSubmitted, "23/3/2026 00:00:00")

#: Rule → the place it stands on, copied from the plan by hand.
ARTICLES = {
    "DN-0r": NO_ARTICLE,
    "DN-0s": NO_ARTICLE,
    "DN-0": NO_ARTICLE,
    "DN-6": "Mục II khoản 2 điểm d",
    "DN-6t": "Mục II khoản 2 điểm d",
    "DN-6d": "Mục II khoản 2 điểm d",
    "DN-5": "Mục II khoản 2 điểm d",
    "DN-4": "Mục II khoản 2 điểm d",
    "DN-1": "Mục I khoản 1 điểm b",
    "DN-2w": "Mục I khoản 1 điểm b",
    "DN-2": "Mục I khoản 1 điểm b",
}

DONE, UNDONE = "nhiệm vụ đã hoàn thành", "nhiệm vụ chưa hoàn thành"
OVER = "đã quá thời hạn 20 ngày"

ROWS = [
    # row 1: result accepted, modules 1 and 2
    Row(
        "DN-1", DONE, "1/6/2026 00:00:00", [IN_TIME, did(ResultApproved, "20/5/2026 08:00:00")], family="done"
    ),
    Row(
        "DN-1",
        DONE,
        "1/6/2026 00:00:00",
        [LATE, did(ResultApproved, "20/5/2026 08:00:00")],
        family="done",
        lateness="late",
        kind="upward",
    ),
    # row 2: not accepted; the cause is owed once it is over
    Row("DN-2", UNDONE, "2/3/2026 08:00:00"),
    Row("DN-2", UNDONE, "20/3/2026 23:59:59", [did(ProgressReported, "5/3/2026 09:00:00")], kind="upward"),
    Row("DN-2", UNDONE, "21/3/2026 00:00:00", lateness="late", owes="cause"),
    Row("DN-2", UNDONE, "21/3/2026 00:00:00", lateness="late", owes="cause", kind="upward"),
    Row("DN-2", UNDONE, "1/1/2030 00:00:00", due="", lateness="none"),
    Row(
        "DN-2",
        UNDONE,
        "21/3/2026 00:00:00",
        [EARLY, did(ResultRejected, "12/3/2026 08:00:00")],
        lateness="late",
        owes="cause",
    ),
    Row("DN-2w", UNDONE, "1/6/2026 00:00:00", [IN_TIME], family="submitted"),
    Row("DN-2w", UNDONE, "1/6/2026 00:00:00", [LATE], family="submitted", lateness="late"),
    # rows 4 and 5: a petition without an answer, day 20 and day 21
    Row("DN-4", "", "2/3/2026 08:00:00", due="", family="submitted", kind="petition"),
    Row("DN-4", "", "22/3/2026 23:59:59", due="", family="submitted", kind="petition"),
    Row("DN-5", OVER, "23/3/2026 00:00:00", due="", family="submitted", lateness="late", kind="petition"),
    Row(
        "DN-5",  # that it is being looked at is no answer
        OVER,
        "23/3/2026 00:00:00",
        [did(ProgressReported, "10/3/2026 08:00:00")],
        due="",
        family="submitted",
        lateness="late",
        kind="petition",
    ),
    # row 6: answered, whatever the answer is
    Row("DN-6", "", "1/6/2026 00:00:00", [ANSWERED], due="", family="done", kind="petition"),
    Row(
        "DN-6",
        "",
        "1/6/2026 00:00:00",
        [ANSWERED, did(ResultRejected, "25/3/2026 08:00:00")],
        due="",
        family="done",
        kind="petition",
    ),
    Row(
        "DN-6t",
        "",
        "1/6/2026 00:00:00",
        [ANSWERED_LATE],
        due="",
        family="done",
        lateness="late",
        kind="petition",
    ),
    Row(
        "DN-6d",
        "",
        "1/6/2026 00:00:00",
        [did(ResultApproved, "22/3/2026 23:59:59")],
        due="",
        family="done",
        kind="petition",
    ),
    # ended, recalled, joined
    Row(
        "DN-0",
        "kết thúc",
        "1/6/2026 00:00:00",
        [EARLY, did(TaskEnded, "30/3/2026 08:00:00")],
        family="ended",
        lateness="none",
    ),
    Row(
        "DN-0r",
        "thu hồi",
        "1/6/2026 00:00:00",
        [did(DirectiveRecalled, "30/3/2026 08:00:00")],
        due="",
        family="ended",
        lateness="none",
        kind="petition",
    ),
    Row(
        "DN-0s",
        "đã chuyển sang nhiệm vụ khác",
        "1/6/2026 00:00:00",
        [did(TaskMerged, "30/3/2026 08:00:00", into="TD-OTHER")],
        family="ended",
        lateness="none",
    ),
]


@pytest.mark.covers("DN-01", "DN-08", "DN-09", "DN-10")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: named(row, ARTICLES))
def test_the_table(row: Row) -> None:
    holds(row, DONGNAI, ARTICLES)


def test_every_row_of_the_table_is_written_out() -> None:
    assert {row.rule for row in ROWS} == {rule.id for rule in DONGNAI.rules} == set(ARTICLES)


@pytest.mark.covers("DN-01")
def test_done_and_not_done_are_all_that_was_given() -> None:
    """Row 3: what was given is the sum of both."""
    given = [row for row in ROWS if row.kind != "petition" and row.family != "ended"]
    texts = [
        judged(DONGNAI, [assigned(due=row.due, kind=row.kind), *row.happened], row.as_of).text
        for row in given
    ]
    assert texts.count(DONE) + texts.count(UNDONE) == len(given)
    assert 0 < texts.count(DONE) < len(given)


@pytest.mark.covers("DN-10")
def test_the_twenty_days_are_calendar_days_and_the_first_does_not_count() -> None:
    limit = DONGNAI.limits.petition_answer
    assert limit is not None
    assert last_day(limit, at("2/3/2026 23:59:59"), CALENDAR) == on("22/3/2026")  # a Sunday
    petition: list[Event] = [assigned(due="", kind="petition")]
    assert judged(DONGNAI, petition, "3/3/2026 00:00:00").next_change_at == at("23/3/2026")
    assert judged(DONGNAI, petition, "23/3/2026 00:00:00").next_change_at is None


@pytest.mark.covers("DN-10")
def test_twenty_working_days_are_a_matter_of_data() -> None:
    values = DONGNAI.model_dump()
    values["limits"]["petition_answer"] |= {"calendar_days": None, "working_days": 20}
    working = Profile.model_validate(values)
    petition: list[Event] = [assigned(due="", kind="petition")]
    assert judged(working, petition, "30/3/2026 23:59:59").text == ""
    assert judged(working, petition, "31/3/2026 00:00:00").text == OVER


@pytest.mark.covers("DN-10")
def test_an_answer_found_to_belong_elsewhere_brings_the_petition_back() -> None:
    history: list[Event] = [
        assigned(due="", kind="petition"),
        ANSWERED,
        did(TaskReopened, "1/4/2026 08:00:00"),
    ]
    assert judged(DONGNAI, history, "1/4/2026 08:00:00").text == OVER


@pytest.mark.covers("DN-01")
def test_the_cause_is_owed_until_it_is_reported() -> None:
    assert not judged(DONGNAI, [assigned()], "20/3/2026 23:59:59").cause_owed
    told: list[Event] = [assigned(), did(DifficultyReported, "23/3/2026 08:00:00")]
    assert judged(DONGNAI, told[:1], "23/3/2026 08:00:00").cause_owed
    assert not judged(DONGNAI, told, "23/3/2026 08:00:00").cause_owed


def test_no_cause_is_asked_for_a_petition_since_the_province_is_late() -> None:
    assert not judged(DONGNAI, [assigned(due="", kind="petition")], "1/6/2026 00:00:00").cause_owed


@pytest.mark.covers("DN-06")
@pytest.mark.parametrize(
    ("unit", "outside"),
    [
        ("Tòa án nhân dân tỉnh Đồng Nai", True),
        ("VIỆN KIỂM SÁT NHÂN DÂN TỈNH", True),
        ("Cục Thuế tỉnh", False),
        ("Sở Tư pháp", False),
    ],
)
def test_court_and_procuracy_never_get_a_task(unit: str, outside: bool) -> None:
    assert DONGNAI.outside.holds(unit) is outside


@pytest.mark.covers("DN-08", "DN-09")
@pytest.mark.parametrize(
    ("issuer", "scope", "above"),
    [
        ("UBND tỉnh Đồng Nai", "if_marked", False),
        ("Chủ tịch UBND tỉnh", "if_marked", False),
        ("Văn phòng Chính phủ", "if_marked", True),
        ("Ban Thường vụ Tỉnh ủy", "if_marked", True),
        ("HĐND tỉnh", "if_marked", True),
        ("Sở Tài chính", "out", False),
    ],
)
def test_given_down_and_given_from_above(issuer: str, scope: str, above: bool) -> None:
    assert DONGNAI.in_scope("Công văn", issuer) == scope
    assert DONGNAI.from_above(issuer) is above


@pytest.mark.covers("DN-15")
def test_modules_are_switched_by_data() -> None:
    assert DONGNAI.modules.enabled == ("directive", "upward", "petition", "coordination")
    assert "Giai đoạn 1" in DONGNAI.modules.reading


def test_directives_of_the_first_day_of_2018_fall_under_the_plan() -> None:
    assert DONGNAI.in_force(date(2018, 1, 1))
    assert not DONGNAI.in_force(date(2017, 12, 31))


@pytest.mark.covers("DN-02")
def test_paper_is_replaced() -> None:
    assert DONGNAI.paper.parallel == "replaced"


def test_the_two_places_of_the_screen_are_on_record() -> None:
    assert "Một cửa" in DONGNAI.reports.reading
    assert "Văn thư" in DONGNAI.reports.reading
