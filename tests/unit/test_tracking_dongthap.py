"""The status table of Đồng Tháp row by row, written out by hand with the instants where it turns.

Excludes the reviewer's clock (test_tracking_obligations) and random histories (tests/machine).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from tests.tracking_histories import DONGTHAP, assigned, at, did, judged, on, until
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
)

IN_TIME = did(ResultSubmitted, "20/3/2026 23:59:59", evidence=("a1",))
LATE = did(ResultSubmitted, "21/3/2026 00:00:00", evidence=("a1",))
EARLY = did(ResultSubmitted, "10/3/2026 08:00:00", evidence=("a1",))
CUT = "bị trừ điểm thi đua"
MAYBE_CUT = "xem xét bị trừ điểm thi đua"


@dataclass(frozen=True)
class Row:
    """One hand-written line: what happened, when one looks, and what must be shown."""

    rule: str
    text: str
    as_of: str
    happened: list[Event] = field(default_factory=list)
    points: str = ""
    family: str = "working"
    lateness: str = "on_time"
    due: str = "20/3/2026"


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
]


@pytest.mark.covers("DT-12", "DT-13", "DT-26", "DT-27")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.rule} at {row.as_of}")
def test_the_table(row: Row) -> None:
    verdict = judged(DONGTHAP, [assigned(due=row.due), *row.happened], row.as_of)
    assert (verdict.rule, verdict.text, verdict.second_text) == (row.rule, row.text, "")
    assert (verdict.family, verdict.lateness) == (row.family, row.lateness)
    assert verdict.consequence == row.points


def test_every_row_of_the_table_is_written_out() -> None:
    assert {row.rule for row in ROWS} == {rule.id for rule in DONGTHAP.status}


@pytest.mark.covers("DT-12")
def test_the_words_are_the_five_of_the_regulation_and_two_of_its_silences() -> None:
    assert DONGTHAP.texts() == {
        "Chờ xác nhận",
        "Đã hoàn thành trong hạn",
        "Đã hoàn thành quá hạn",
        "Đang thực hiện trong hạn",
        "Đang thực hiện quá hạn",
        "Kết thúc",
        "Thu hồi",
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


@pytest.mark.covers("DT-24")
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
