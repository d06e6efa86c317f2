"""The status table of Lào Cai row by row, written out by hand with the instants where it turns.

Includes the near-due window, evidence, explanation owed and the defects found in other
systems that would show here. Excludes random histories (tests/machine).
"""

from __future__ import annotations

import pytest

from tests.tracking_histories import (
    CALENDAR,
    LAOCAI,
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
    DifficultyReported,
    DirectiveRecalled,
    DirectiveReplaced,
    Event,
    ExplanationFiled,
    ExtensionAsked,
    ExtensionGranted,
    ProgressReported,
    ResultApproved,
    ResultRejected,
    ResultSubmitted,
    TaskCorrected,
    TaskEnded,
    TaskReassigned,
    TaskReceived,
    TaskReopened,
    TaskReturned,
)
from tracking.folding import fold
from tracking.profile import NO_ARTICLE, NearDue, Profile
from tracking.status import derive

PROGRESS = did(ProgressReported, "5/3/2026 09:00:00")
SENT = did(ResultSubmitted, "19/3/2026 16:00:00", evidence=("a1",))
SENT_LATE = did(ResultSubmitted, "21/3/2026 00:00:00", evidence=("a1",))
REFUSED = did(ResultRejected, "19/3/2026 17:00:00", text="thiếu biểu")


#: Rule → the article it stands on, copied from the regulation by hand.
ARTICLES = {
    "LC-0r": NO_ARTICLE,
    "LC-0s": NO_ARTICLE,
    "LC-0": "Điều 6 khoản 1 điểm b",
    "LC-1": "Điều 2 khoản 9",
    "LC-2": "Điều 2 khoản 8",
    "LC-3.4": "Điều 2 khoản 7",
    "LC-3.5": "Điều 2 khoản 6",
    "LC-3.6": "Điều 2 khoản 5",
    "LC-4": "Điều 2 khoản 7",
    "LC-5": "Điều 2 khoản 6",
    "LC-6": "Điều 2 khoản 5",
    "LC-7": "Điều 2 khoản 4",
    "LC-8": "Điều 2 khoản 3",
    "LC-9": "Điều 2 khoản 2",
}

ROWS = [
    # row 9: nothing reported, more than three days left, or no due date
    Row("LC-9", "Chưa thực hiện", "2/3/2026 08:00:00", family="waiting"),
    Row("LC-9", "Chưa thực hiện", "16/3/2026 23:59:59", family="waiting"),
    Row("LC-9", "Chưa thực hiện", "1/1/2030 00:00:00", due="", family="waiting", lateness="none"),
    # row 8: nothing reported, 17/3 to 20/3
    Row("LC-8", "Chưa thực hiện đến hạn", "17/3/2026 00:00:00", family="waiting"),
    Row("LC-8", "Chưa thực hiện đến hạn", "20/3/2026 08:00:00", family="waiting"),
    Row("LC-8", "Chưa thực hiện đến hạn", "20/3/2026 23:59:59", family="waiting"),
    # row 7: nothing reported, over
    Row(
        "LC-7",
        "Chưa thực hiện quá hạn",
        "21/3/2026 00:00:00",
        family="waiting",
        lateness="late",
        owes="cause",
    ),
    # rows 6, 5, 4: progress reported
    Row("LC-6", "Đang thực hiện", "16/3/2026 23:59:59", [PROGRESS]),
    Row("LC-6", "Đang thực hiện", "1/1/2030 00:00:00", [PROGRESS], due="", lateness="none"),
    Row("LC-5", "Đang thực hiện đến hạn", "17/3/2026 00:00:00", [PROGRESS]),
    Row("LC-5", "Đang thực hiện đến hạn", "20/3/2026 23:59:59", [PROGRESS]),
    Row("LC-4", "Đang thực hiện quá hạn", "21/3/2026 00:00:00", [PROGRESS], lateness="late", owes="cause"),
    # row 3: refused after the latest sending, then as rows 6, 5, 4
    Row("LC-3.5", "Đang thực hiện đến hạn", "19/3/2026 17:00:00", [SENT, REFUSED]),
    Row("LC-3.5", "Đang thực hiện đến hạn", "20/3/2026 23:59:59", [SENT, REFUSED]),
    Row(
        "LC-3.4",
        "Đang thực hiện quá hạn",
        "21/3/2026 00:00:00",
        [SENT, REFUSED],
        lateness="late",
        owes="cause",
    ),
    Row("LC-3.6", "Đang thực hiện", "19/3/2026 17:00:00", [SENT, REFUSED], due="31/3/2026"),
    Row("LC-3.6", "Đang thực hiện", "19/3/2026 17:00:00", [SENT, REFUSED], due="", lateness="none"),
    # row 2: handed in, not approved, even past the due date
    Row("LC-2", "Đã thực hiện", "19/3/2026 16:00:00", [SENT], family="submitted"),
    Row("LC-2", "Đã thực hiện", "30/6/2026 00:00:00", [SENT], family="submitted"),
    Row("LC-2", "Đã thực hiện", "30/6/2026 00:00:00", [SENT_LATE], family="submitted", lateness="late"),
    Row("LC-2", "Đã thực hiện", "1/1/2030 00:00:00", [SENT], due="", family="submitted", lateness="none"),
    Row(
        "LC-2",
        "Đã thực hiện",
        "25/3/2026 00:00:00",
        [SENT, REFUSED, did(ResultSubmitted, "20/3/2026 23:59:59", evidence=("a2",))],
        family="submitted",
    ),
    # row 1: approved; late or not shows in the ledger only
    Row(
        "LC-1",
        "Đã hoàn thành",
        "25/3/2026 00:00:00",
        [SENT, did(ResultApproved, "24/3/2026 08:00:00")],
        family="done",
    ),
    Row(
        "LC-1",
        "Đã hoàn thành",
        "25/3/2026 00:00:00",
        [SENT_LATE, did(ResultApproved, "24/3/2026 08:00:00")],
        family="done",
        lateness="late",
        owes="explanation",
    ),
    Row(
        "LC-1",
        "Đã hoàn thành",
        "25/3/2026 00:00:00",
        [SENT, did(ResultApproved, "24/3/2026 08:00:00"), did(TaskEnded, "24/3/2026 09:00:00")],
        family="done",
    ),
    Row(
        "LC-0s",
        "Đã chuyển sang nhiệm vụ khác",
        "25/3/2026 00:00:00",
        [SENT, did(DirectiveReplaced, "24/3/2026 08:00:00", number="20/TB-UBND")],
        family="ended",
        lateness="none",
    ),
    # row 0: ended although not completed, and the recall the regulation does not know
    Row(
        "LC-0",
        "Kết thúc",
        "25/3/2026 00:00:00",
        [SENT, did(TaskEnded, "24/3/2026 08:00:00")],
        family="ended",
        lateness="none",
    ),
    Row(
        "LC-0",
        "Kết thúc",
        "25/3/2026 00:00:00",
        [did(TaskEnded, "24/3/2026 08:00:00")],
        family="ended",
        lateness="none",
    ),
    Row(
        "LC-0r",
        "Thu hồi",
        "25/3/2026 00:00:00",
        [SENT, did(ResultApproved, "20/3/2026 08:00:00"), did(DirectiveRecalled, "24/3/2026 08:00:00")],
        family="ended",
        lateness="none",
    ),
]


@pytest.mark.covers("LC-05", "LC-06", "LC-22")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: named(row, ARTICLES))
def test_the_table(row: Row) -> None:
    holds(row, LAOCAI, ARTICLES)


def test_every_row_of_the_table_is_written_out() -> None:
    assert {row.rule for row in ROWS} == {rule.id for rule in LAOCAI.rules} == set(ARTICLES)


@pytest.mark.covers("LC-05")
def test_the_words_are_the_eight_of_the_regulation_and_three_of_its_silences() -> None:
    assert LAOCAI.texts() == {
        "Chưa thực hiện",
        "Chưa thực hiện đến hạn",
        "Chưa thực hiện quá hạn",
        "Đang thực hiện",
        "Đang thực hiện đến hạn",
        "Đang thực hiện quá hạn",
        "Đã thực hiện",
        "Đã hoàn thành",
        "Kết thúc",
        "Thu hồi",
        "Đã chuyển sang nhiệm vụ khác",
    }
    silent = {rule.text for rule in LAOCAI.status if rule.basis == "silent"}
    assert silent == {"Kết thúc", "Thu hồi", "Đã chuyển sang nhiệm vụ khác"}


@pytest.mark.covers("LC-06")
@pytest.mark.parametrize(
    ("as_of", "days", "next_change"),
    [
        ("2/3/2026 08:00:00", 18, "17/3/2026 00:00:00"),
        ("16/3/2026 23:59:59", 4, "17/3/2026 00:00:00"),
        ("17/3/2026 00:00:00", 3, "21/3/2026 00:00:00"),
        ("20/3/2026 23:59:59", 0, "21/3/2026 00:00:00"),
        ("21/3/2026 00:00:00", -1, None),
    ],
)
def test_days_left_and_the_next_change(as_of: str, days: int, next_change: str | None) -> None:
    verdict = judged(LAOCAI, [assigned()], as_of)
    assert verdict.days_left == days
    assert verdict.next_change_at == (at(next_change) if next_change else None)
    assert verdict.due_end == at("21/3/2026")


@pytest.mark.covers("LC-06")
@pytest.mark.parametrize(
    ("near", "first_near"),
    [
        ({"unit": "calendar", "basis_of_window": "date"}, "17/3/2026 00:00:00"),
        ({"unit": "calendar", "basis_of_window": "instant"}, "18/3/2026 00:00:00"),
        ({"unit": "working", "basis_of_window": "date"}, "17/3/2026 00:00:00"),
        ({"unit": "working", "basis_of_window": "instant"}, "18/3/2026 00:00:00"),
    ],
)
def test_the_four_keys_of_the_window(near: dict[str, str | int], first_near: str) -> None:
    profile = _with_window(near)
    before = derive(fold([assigned()]), profile, CALENDAR, at("1/3/2026"))
    assert before.next_change_at == at(first_near)
    assert judged(profile, [assigned()], first_near).text == "Chưa thực hiện đến hạn"


def test_a_window_in_working_days_leaves_tet_out() -> None:
    profile = _with_window({"unit": "working", "basis_of_window": "date"})
    due_after_tet = assigned("2/2/2026 08:00:00", due="24/2/2026")
    assert judged(profile, [due_after_tet], "2/2/2026 09:00:00").next_change_at == at("12/2/2026")


def test_a_window_before_an_hour_counts_from_that_hour() -> None:
    profile = _with_window({"unit": "calendar", "basis_of_window": "instant"})
    history: list[Event] = [assigned(due="20/3/2026 17:00")]
    assert judged(profile, history, "17/3/2026 16:59:59").text == "Chưa thực hiện"
    assert judged(profile, history, "17/3/2026 17:00:00").text == "Chưa thực hiện đến hạn"


def test_a_window_of_no_length_is_never_entered() -> None:
    verdict = judged(
        _with_window({"days": 0, "basis_of_window": "instant"}), [assigned()], "20/3/2026 23:59:59"
    )
    assert (verdict.text, verdict.next_change_at) == ("Chưa thực hiện", at("21/3/2026"))


def _with_window(near: dict[str, str | int]) -> Profile:
    values = LAOCAI.model_dump()
    values["near_due"] |= near
    return Profile.model_validate(values)


def test_a_window_without_the_due_day_would_turn_back_and_is_refused() -> None:
    with pytest.raises(ValueError, match="fall back on the due day"):
        NearDue(source="Điều 2 khoản 3", enabled=True, days=3, include_due_day=False)


def test_an_hour_as_due_is_in_time_to_the_second() -> None:
    history: list[Event] = [assigned(due="20/3/2026 17:00")]
    assert judged(LAOCAI, history, "20/3/2026 17:00:00").text == "Chưa thực hiện đến hạn"
    assert judged(LAOCAI, history, "20/3/2026 17:00:01").text == "Chưa thực hiện quá hạn"


def test_a_due_date_on_a_day_off_stays_or_moves_as_the_profile_says() -> None:
    sunday: list[Event] = [assigned(due="22/3/2026")]
    assert judged(LAOCAI, sunday, "23/3/2026 00:00:00").text == "Chưa thực hiện quá hạn"
    values = LAOCAI.model_dump()
    values["deadline_on_day_off"]["means"] = "next_working"
    moved = judged(Profile.model_validate(values), sunday, "23/3/2026 00:00:00")
    assert (moved.text, moved.due_end) == ("Chưa thực hiện đến hạn", at("24/3/2026"))


@pytest.mark.covers("LC-14")
def test_a_result_without_a_file_is_progress_until_the_office_takes_it_for_a_result() -> None:
    bare = did(ResultSubmitted, "19/3/2026 16:00:00")
    assert judged(LAOCAI, [assigned(), bare], "19/3/2026 17:00:00").text == "Đang thực hiện đến hạn"
    approved = did(ResultApproved, "24/3/2026 08:00:00")
    brought_by_nobody = did(ResultSubmitted, "19/3/2026 16:00:00", not_kept=1)
    assert judged(LAOCAI, [assigned(), brought_by_nobody], "25/3/2026 00:00:00").text == "Đã thực hiện"
    verdict = judged(LAOCAI, [assigned(), bare, approved], "25/3/2026 00:00:00")
    assert (verdict.text, verdict.lateness) == ("Đã hoàn thành", "on_time")


@pytest.mark.covers("LC-15")
def test_a_difficulty_changes_no_state() -> None:
    stuck = did(DifficultyReported, "18/3/2026 08:00:00")
    assert judged(LAOCAI, [assigned(), stuck], "21/3/2026 00:00:00").text == "Chưa thực hiện quá hạn"


def test_receiving_is_not_yet_progress() -> None:
    received = did(TaskReceived, "3/3/2026 08:00:00")
    assert judged(LAOCAI, [assigned(), received], "10/3/2026 00:00:00").text == "Chưa thực hiện"


@pytest.mark.covers("LC-23")
def test_asking_for_more_time_changes_nothing_consent_does() -> None:
    history: list[Event] = [assigned(), did(ExtensionAsked, "20/3/2026 08:00:00", wished=on("31/3/2026"))]
    assert judged(LAOCAI, history, "21/3/2026 00:00:00").text == "Chưa thực hiện quá hạn"
    granted = did(ExtensionGranted, "21/3/2026 08:00:00", due=until("31/3/2026"))
    verdict = judged(LAOCAI, [*history, granted], "21/3/2026 09:00:00")
    assert (verdict.text, verdict.extension_count, verdict.due_end) == ("Chưa thực hiện", 1, at("1/4/2026"))


@pytest.mark.covers("LC-33")
def test_late_completion_owes_an_explanation_until_it_is_filed() -> None:
    done: list[Event] = [assigned(), SENT_LATE, did(ResultApproved, "24/3/2026 08:00:00")]
    assert judged(LAOCAI, done, "25/3/2026 00:00:00").explanation_owed
    filed = did(ExplanationFiled, "26/3/2026 08:00:00")
    assert not judged(LAOCAI, [*done, filed], "27/3/2026 00:00:00").explanation_owed
    assert not judged(LAOCAI, done[:2], "25/3/2026 00:00:00").explanation_owed
    in_time: list[Event] = [assigned(), SENT, did(ResultApproved, "24/3/2026 08:00:00")]
    assert not judged(LAOCAI, in_time, "25/3/2026 00:00:00").explanation_owed


def test_an_approval_of_something_never_sent_has_only_its_own_time() -> None:
    verdict = judged(LAOCAI, [assigned(), did(ResultApproved, "24/3/2026 08:00:00")], "25/3/2026 00:00:00")
    assert (verdict.text, verdict.lateness) == ("Đã hoàn thành", "late")


@pytest.mark.covers("LC-25")
def test_a_returned_task_keeps_its_state_and_the_facts_say_so() -> None:
    returned = did(TaskReturned, "5/3/2026 08:00:00", text="không đúng chức năng")
    verdict = judged(LAOCAI, [assigned(), returned], "6/3/2026 00:00:00")
    assert (verdict.text, verdict.facts.returned) == ("Chưa thực hiện", "yes")
    again = did(TaskReassigned, "7/3/2026 08:00:00", lead="D02", lead_name="Sở Tài chính")
    assert judged(LAOCAI, [assigned(), returned, again], "8/3/2026 00:00:00").facts.returned == "no"


def test_reopened_work_is_under_way_again() -> None:
    history: list[Event] = [
        assigned(),
        SENT,
        did(ResultApproved, "20/3/2026 08:00:00"),
        did(TaskReopened, "25/3/2026 08:00:00"),
    ]
    assert judged(LAOCAI, history, "26/3/2026 00:00:00").text == "Đang thực hiện quá hạn"


@pytest.mark.covers("LC-21")
def test_a_corrected_due_date_counts_from_the_correction_on() -> None:
    wrong: list[Event] = [assigned(), did(TaskCorrected, "23/3/2026 08:00:00", due=until("30/4/2026"))]
    verdict = judged(LAOCAI, wrong, "23/3/2026 08:00:00")
    assert (verdict.text, verdict.extension_count) == ("Chưa thực hiện", 0)


def test_closed_tasks_have_no_days_left_and_no_next_change() -> None:
    for closing in (did(ResultApproved, "10/3/2026 08:00:00"), did(TaskEnded, "10/3/2026 08:00:00")):
        verdict = judged(LAOCAI, [assigned(), closing], "11/3/2026 00:00:00")
        assert verdict.days_left is None
        assert verdict.next_change_at is None


def test_waiting_for_approval_does_not_change_with_time() -> None:
    assert judged(LAOCAI, [assigned(), SENT], "19/3/2026 17:00:00").next_change_at is None
