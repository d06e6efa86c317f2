"""The status table of Thành phố Hồ Chí Minh row by row, written out by hand with the instants where it turns.

Includes both readings of a result that waits past the due date, and what the three elements
of a task leave out. Excludes what no regulation speaks of (test_tracking_silent_events).
"""

from __future__ import annotations

import pytest

from tests.tracking_histories import TPHCM, Row, assigned, at, did, holds, judged, named, on, until
from tracking.events import (
    DifficultyReported,
    DirectiveRecalled,
    DirectiveReplaced,
    Event,
    ExplanationFiled,
    ExtensionAsked,
    OfficerChanged,
    ProgressReported,
    ResultApproved,
    ResultRejected,
    ResultSubmitted,
    TaskCorrected,
    TaskEnded,
)
from tracking.folding import fold
from tracking.profile import NO_ARTICLE, Profile

IN_TIME = did(ResultSubmitted, "20/3/2026 23:59:59", evidence=("a1",))
LATE = did(ResultSubmitted, "21/3/2026 00:00:00", evidence=("a1",))
EARLY = did(ResultSubmitted, "10/3/2026 08:00:00", evidence=("a1",))
CLOSED = did(ResultApproved, "20/5/2026 08:00:00")
ENDED = did(TaskEnded, "20/5/2026 08:00:00")

#: Rule → the article it stands on, copied from the regulation by hand.
ARTICLES = {
    "HC-0r": NO_ARTICLE,
    "HC-0s": NO_ARTICLE,
    "HC-0u": "Điều 3",
    "HC-1": "Điều 1",
    "HC-2": "Điều 1",
    "HC-1s": "Điều 1",
    "HC-2s": "Điều 1",
    "HC-1e": "Điều 7 khoản 5",
    "HC-2e": "Điều 7 khoản 5",
    "HC-0": NO_ARTICLE,
    "HC-5": "Điều 1",
    "HC-5s": "Điều 1",
    "HC-6": "Điều 1",
    "HC-7.4": "Điều 1",
    "HC-7.3": "Điều 1",
    "HC-4": "Điều 1",
    "HC-3w": "Điều 1",
    "HC-3": "Điều 1",
}

ROWS = [
    # row 1: closed, complete result sent in time, whenever it was closed
    Row("HC-1", "Đã xử lý đúng hạn", "1/6/2026 00:00:00", [IN_TIME, CLOSED], family="done"),
    Row(
        "HC-1",
        "Đã xử lý đúng hạn",
        "20/3/2026 00:00:00",
        [EARLY, did(ResultApproved, "11/3/2026 08:00:00")],
        family="done",
    ),
    Row("HC-1", "Đã xử lý đúng hạn", "1/6/2026 00:00:00", [IN_TIME, CLOSED, ENDED], family="done"),
    # row 2: closed, complete result sent late
    Row(
        "HC-2",
        "Đã xử lý quá hạn",
        "1/6/2026 00:00:00",
        [LATE, CLOSED],
        family="done",
        lateness="late",
        owes="explanation",
    ),
    # row 3: not closed, in time
    Row("HC-3", "Đang xử lý trong hạn", "2/3/2026 08:00:00"),
    Row("HC-3", "Đang xử lý trong hạn", "20/3/2026 23:59:59"),
    Row("HC-3", "Đang xử lý trong hạn", "20/3/2026 23:59:59", [did(ProgressReported, "5/3/2026 09:00:00")]),
    Row("HC-3w", "Đang xử lý trong hạn", "20/3/2026 23:59:59", [EARLY], family="submitted"),
    # row 4: not closed, nothing complete, over
    Row("HC-4", "Đang xử lý quá hạn", "21/3/2026 00:00:00", lateness="late"),
    Row(
        "HC-4",
        "Đang xử lý quá hạn",
        "21/3/2026 00:00:00",
        [did(ProgressReported, "5/3/2026 09:00:00")],
        lateness="late",
    ),
    Row(
        "HC-4",  # without a file it is not complete
        "Đang xử lý quá hạn",
        "21/3/2026 00:00:00",
        [did(ResultSubmitted, "10/3/2026 08:00:00")],
        lateness="late",
    ),
    # row 5: sent in time, waiting past the due date
    Row("HC-5", "Đang xử lý trong hạn", "21/3/2026 00:00:00", [IN_TIME], family="submitted"),
    Row("HC-5", "Đang xử lý trong hạn", "1/6/2026 00:00:00", [EARLY], family="submitted"),
    # row 6: sent late, waiting
    Row("HC-6", "Đang xử lý quá hạn", "21/3/2026 00:00:00", [LATE], family="submitted", lateness="late"),
    # row 7: sent back as incomplete, as if nothing had been sent
    Row(
        "HC-7.3",
        "Đang xử lý trong hạn",
        "20/3/2026 23:59:59",
        [EARLY, did(ResultRejected, "12/3/2026 08:00:00")],
    ),
    Row(
        "HC-7.4",
        "Đang xử lý quá hạn",
        "21/3/2026 00:00:00",
        [EARLY, did(ResultRejected, "12/3/2026 08:00:00")],
        lateness="late",
    ),
    Row(
        "HC-7.4",
        "Đang xử lý quá hạn",
        "1/6/2026 00:00:00",
        [IN_TIME, did(ResultRejected, "25/3/2026 08:00:00")],
        lateness="late",
    ),
    Row(
        "HC-6",  # sent again after it was sent back
        "Đang xử lý quá hạn",
        "1/6/2026 00:00:00",
        [EARLY, did(ResultRejected, "12/3/2026 08:00:00"), LATE],
        family="submitted",
        lateness="late",
    ),
    # closed although nothing was sent through the software
    Row(
        "HC-1s",
        "Đã xử lý đúng hạn",
        "1/6/2026 00:00:00",
        [did(ResultApproved, "20/3/2026 23:59:59")],
        family="done",
    ),
    Row(
        "HC-2s",
        "Đã xử lý quá hạn",
        "1/6/2026 00:00:00",
        [did(ResultApproved, "21/3/2026 00:00:00")],
        family="done",
        lateness="late",
        owes="explanation",
    ),
    # ending is closing where a complete result lies there, and nothing of the kind elsewhere
    Row("HC-1e", "Đã xử lý đúng hạn", "1/6/2026 00:00:00", [IN_TIME, ENDED], family="done"),
    Row(
        "HC-2e",
        "Đã xử lý quá hạn",
        "1/6/2026 00:00:00",
        [LATE, ENDED],
        family="done",
        lateness="late",
        owes="explanation",
    ),
    Row("HC-0", "Kết thúc", "1/6/2026 00:00:00", [ENDED], family="ended", lateness="none"),
    Row(
        "HC-0",
        "Kết thúc",
        "1/6/2026 00:00:00",
        [EARLY, did(ResultRejected, "12/3/2026 08:00:00"), ENDED],
        family="ended",
        lateness="none",
    ),
    Row(
        "HC-0r",
        "Thu hồi",
        "1/6/2026 00:00:00",
        [EARLY, did(DirectiveRecalled, "30/3/2026 08:00:00")],
        family="ended",
        lateness="none",
    ),
    Row(
        "HC-0s",
        "Đã chuyển sang nhiệm vụ khác",
        "1/6/2026 00:00:00",
        [EARLY, did(DirectiveReplaced, "30/3/2026 08:00:00")],
        family="ended",
        lateness="none",
    ),
    # without a due date one of the three elements is missing
    Row("HC-0u", "", "1/6/2026 00:00:00", due="", family="ended", lateness="none"),
]


def strict() -> Profile:
    values = TPHCM.model_dump()
    values["pending_after_due"]["policy"] = "strict"
    return Profile.model_validate(values)


STRICT_ROWS = [
    Row(
        "HC-5s",
        "Đang xử lý quá hạn",
        "21/3/2026 00:00:00",
        [IN_TIME],
        family="submitted",
        lateness="late",
    ),
    Row("HC-3w", "Đang xử lý trong hạn", "20/3/2026 23:59:59", [EARLY], family="submitted"),
    Row("HC-1", "Đã xử lý đúng hạn", "1/6/2026 00:00:00", [IN_TIME, CLOSED], family="done"),
]


@pytest.mark.covers("HC-02", "HC-12")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: named(row, ARTICLES))
def test_the_table(row: Row) -> None:
    holds(row, TPHCM, ARTICLES)


@pytest.mark.covers("HC-02")
@pytest.mark.parametrize("row", STRICT_ROWS, ids=lambda row: named(row, ARTICLES))
def test_the_table_where_waiting_counts_as_late(row: Row) -> None:
    holds(row, strict(), ARTICLES)


def test_every_row_of_the_table_is_written_out() -> None:
    assert {row.rule for row in ROWS} == {rule.id for rule in TPHCM.rules}
    assert {row.rule for row in [*ROWS, *STRICT_ROWS]} == {rule.id for rule in TPHCM.status} == set(ARTICLES)


def test_only_the_rows_of_the_choice_made_stand() -> None:
    assert {rule.id for rule in TPHCM.status} - {rule.id for rule in TPHCM.rules} == {"HC-5s"}
    assert {rule.id for rule in strict().status} - {rule.id for rule in strict().rules} == {"HC-5"}


@pytest.mark.covers("HC-02")
def test_the_words_are_the_four_of_the_regulation_and_three_of_its_silences() -> None:
    assert TPHCM.texts() == {
        "Đang xử lý trong hạn",
        "Đã xử lý đúng hạn",
        "Đang xử lý quá hạn",
        "Đã xử lý quá hạn",
        "Kết thúc",
        "Thu hồi",
        "Đã chuyển sang nhiệm vụ khác",
    }


def test_the_next_change_follows_the_choice() -> None:
    waiting: list[Event] = [assigned(), EARLY]
    frozen = judged(TPHCM, waiting, "19/3/2026 00:00:00")
    assert frozen.next_change_at == at("21/3/2026")  # rule and note change, the words do not
    assert judged(strict(), waiting, "19/3/2026 00:00:00").next_change_at == at("21/3/2026")
    assert judged(TPHCM, waiting, "21/3/2026 00:00:00").next_change_at is None


@pytest.mark.covers("HC-01", "HC-06")
def test_one_or_several_units_and_a_day_are_elements_of_a_task() -> None:
    assert (TPHCM.undated, TPHCM.leads.policy) == ("exclude", "one_or_several")
    assert "Điều 3 chỉ viết đơn vị thực hiện" in TPHCM.leads.reading


@pytest.mark.covers("HC-05")
@pytest.mark.parametrize(
    ("doc_type", "issuer", "scope"),
    [
        ("Chỉ thị", "UBND Thành phố Hồ Chí Minh", "in"),
        ("Thông báo", "Ủy ban nhân dân thành phố", "in"),
        ("Thông báo", "Văn phòng UBND TP. Hồ Chí Minh", "in"),
        ("Thông báo", "UBND TP.HCM", "in"),
        ("Công văn", "UBND thành phố", "if_marked"),
        ("Công văn", "Văn phòng Chính phủ", "out"),
        ("Chỉ thị", "UBND quận 9", "out"),
    ],
)
def test_which_documents_are_directives(doc_type: str, issuer: str, scope: str) -> None:
    assert TPHCM.in_scope(doc_type, issuer) == scope


@pytest.mark.covers("HC-13")
def test_another_specialist_leaves_the_clock_of_the_unit_alone() -> None:
    changed = did(OfficerChanged, "10/3/2026 08:00:00", officer="u7")
    assert judged(TPHCM, [assigned(), changed], "20/3/2026 23:59:59").due_end == at("21/3/2026")
    assert fold([assigned(), changed]).officer == "u7"
    assert TPHCM.absence.source == "Điều 7 khoản 2"


@pytest.mark.covers("HC-21")
def test_late_completion_owes_an_explanation_until_it_is_filed() -> None:
    done: list[Event] = [assigned(), LATE, CLOSED]
    assert judged(TPHCM, done, "1/6/2026 00:00:00").explanation_owed
    filed = did(ExplanationFiled, "2/6/2026 08:00:00")
    assert not judged(TPHCM, [*done, filed], "3/6/2026 00:00:00").explanation_owed


@pytest.mark.covers("HC-19")
def test_a_difficulty_is_told_and_no_state_changes() -> None:
    stuck = did(DifficultyReported, "18/3/2026 08:00:00")
    assert judged(TPHCM, [assigned(), stuck], "21/3/2026 00:00:00").text == "Đang xử lý quá hạn"
    assert fold([assigned(), stuck]).difficulties


def test_asking_for_more_time_changes_nothing_a_new_day_in_the_table_does() -> None:
    asked = did(ExtensionAsked, "18/3/2026 08:00:00", wished=on("31/3/2026"))
    assert judged(TPHCM, [assigned(), asked], "21/3/2026 00:00:00").text == "Đang xử lý quá hạn"
    corrected = did(TaskCorrected, "19/3/2026 08:00:00", due=until("31/3/2026"))
    assert judged(TPHCM, [assigned(), asked, corrected], "21/3/2026 00:00:00").text == "Đang xử lý trong hạn"
    assert (TPHCM.extension.allowed, TPHCM.limits.extension_answer) == (False, None)
