"""What a history folds to: order, repeats, leads, due dates, decisions, reopening.

Excludes states (test_tracking_laocai, test_tracking_dongthap) and random histories
(tests/machine/test_tracking_invariants).
"""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from errors import SkipRecord
from tests.tracking_histories import assigned, at, did, on, until
from tracking.events import (
    DifficultyReported,
    DirectiveRecalled,
    Event,
    ExplanationFiled,
    ExtensionAsked,
    ExtensionGranted,
    ExtensionRefused,
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


def test_a_fresh_task_has_nothing_but_its_row() -> None:
    task = fold([assigned(coordinators=("D02",), officer="u7")])
    assert (task.lead, task.lead_name, task.coordinators) == ("D01", "Sở Xây dựng", ("D02",))
    assert (task.site, task.directive, task.number, task.officer) == ("songlam", "5001", "15/TB-UBND", "u7")
    assert (task.profile, task.profile_version, task.issued_on) == ("laocai", "2021-08-17", on("2/3/2026"))
    assert task.due == task.original_due == until("20/3/2026")
    assert task.submission is None
    assert task.received_at is task.progress_at is task.ended_at is task.recalled_at is None
    assert task.extension_count == 0


def test_a_history_without_assignment_is_skipped() -> None:
    with pytest.raises(SkipRecord, match="no assignment"):
        fold([did(ProgressReported, "3/3/2026 08:00:00")])


def test_histories_of_two_tasks_do_not_mix() -> None:
    other = ProgressReported(task="TD-OTHER", key="k", occurred_at=at("3/3/2026 08:00:00"))
    with pytest.raises(SkipRecord, match="mixed"):
        fold([assigned(), other])


def test_any_order_and_repeats_give_the_same_task() -> None:
    second = "9/3/2026 08:00:00"
    events: list[Event] = [
        assigned(),
        did(ResultSubmitted, second, evidence=("a1",)),
        did(ResultApproved, second),
        did(TaskReopened, second),
        did(ExtensionGranted, second, due=until("30/3/2026")),
    ]
    expected = fold(events)
    for order in itertools.permutations(events):
        assert fold([*order, order[0], order[2]]) == expected
    assert expected.decided.verb == "none"
    assert expected.submission is None
    assert expected.evidence == ("a1",)


def test_within_one_second_handing_in_comes_before_deciding_and_reopening_last() -> None:
    second = "9/3/2026 08:00:00"
    approved = fold([assigned(), did(ResultApproved, second), did(ResultSubmitted, second)])
    assert approved.decided.verb == "approved"
    assert approved.submission is not None
    reopened = fold(
        [assigned(), did(TaskReopened, second), TaskEnded(task=approved.key, key="z", occurred_at=at(second))]
    )
    assert reopened.ended_at is None


def test_two_readings_of_one_observation_count_once_whichever_comes_first() -> None:
    early = did(ResultSubmitted, "9/3/2026 08:00:00")
    late = ResultSubmitted(task=early.task, key=early.key, occurred_at=early.occurred_at + timedelta(hours=1))
    first, second = fold([assigned(), early, late]), fold([late, assigned(), early])
    assert first == second
    assert [sent.at for sent in first.submissions] == [early.occurred_at]


def test_folding_until_an_instant_forgets_what_came_later() -> None:
    history = [assigned(), did(ProgressReported, "3/3/2026 08:00:00"), did(TaskEnded, "9/3/2026 08:00:00")]
    then = fold(history, until=at("9/3/2026 07:59:59"))
    assert then.progress_at == at("3/3/2026 08:00:00")
    assert then.ended_at is None
    assert fold(history, until=at("9/3/2026 08:00:00")).ended_at is not None


@pytest.mark.covers("DT-14", "LC-23")
def test_only_a_consent_moves_the_due_date_and_both_dates_are_kept() -> None:
    asked = [
        assigned(),
        did(ExtensionAsked, "10/3/2026 08:00:00", wished=on("30/3/2026"), text="thiếu số liệu"),
    ]
    task = fold(asked)
    assert task.due == until("20/3/2026")
    assert task.requests[0].granted is None
    refused = fold([*asked, did(ExtensionRefused, "11/3/2026 08:00:00")])
    assert (refused.due, refused.requests[0].granted) == (until("20/3/2026"), False)
    granted = fold(
        [
            *asked,
            did(ExtensionGranted, "11/3/2026 08:00:00", due=until("25/3/2026")),
            did(ExtensionGranted, "24/3/2026 08:00:00", due=until("31/3/2026")),
        ]
    )
    assert (granted.due, granted.original_due) == (until("31/3/2026"), until("20/3/2026"))
    assert granted.extension_count == 2
    assert [step.before for step in granted.extensions] == [until("20/3/2026"), until("25/3/2026")]
    assert granted.requests[0].answered_at == at("11/3/2026 08:00:00")
    assert granted.due_at(at("10/3/2026")) == until("20/3/2026")
    assert granted.due_at(at("12/3/2026")) == until("25/3/2026")
    assert granted.due_at(at("1/1/2026")) == until("20/3/2026")


@pytest.mark.covers("DT-14", "LC-21")
def test_a_consent_to_an_earlier_day_corrects_the_due_date_and_extends_nothing() -> None:
    asked = did(ExtensionAsked, "10/3/2026 08:00:00", wished=on("30/3/2026"))
    earlier = did(ExtensionGranted, "11/3/2026 08:00:00", due=until("18/3/2026"))
    task = fold([assigned(), asked, earlier])
    assert (task.due, task.original_due) == (until("18/3/2026"), until("18/3/2026"))
    assert (task.extension_count, task.requests[0].granted) == (0, None)
    assert task.due_at(at("10/3/2026")) == until("20/3/2026")
    assert type(task.history[-1]) is TaskCorrected
    mistyped = did(ExtensionGranted, "10/3/2026 09:00:00", due=until("30/3/2027"))
    righted = fold([assigned(), asked, mistyped, did(ExtensionGranted, "11/3/2026", due=until("30/3/2026"))])
    assert (righted.due, righted.extension_count) == (until("30/3/2026"), 1)
    assert righted.original_due == until("20/3/2026")


@pytest.mark.covers("DT-14")
def test_the_same_day_and_a_first_day_are_no_extension() -> None:
    same = fold([assigned(), did(ExtensionGranted, "11/3/2026", due=until("20/3/2026"))])
    assert (same.due, same.extension_count, len(same.dues)) == (until("20/3/2026"), 0, 1)
    hour = fold(
        [assigned(due="20/3/2026 17:00:00"), did(ExtensionGranted, "11/3/2026", due=until("20/3/2026"))]
    )
    assert (hour.due, hour.extension_count) == (until("20/3/2026"), 1)
    first = fold([assigned(due=""), did(ExtensionGranted, "11/3/2026", due=until("20/3/2026"))])
    assert (first.due, first.original_due, first.extension_count) == (
        until("20/3/2026"), until("20/3/2026"), 0,
    )  # fmt: skip


@pytest.mark.covers("DT-14", "DT-05")
@pytest.mark.parametrize(
    ("set_at", "day", "counts"),
    [
        ("19/3/2026 00:00:00", "18/3/2026", False),
        ("18/3/2026 23:59:59", "18/3/2026", True),
        ("18/3/2026 17:00:00", "18/3/2026 17:00:00", True),
        ("18/3/2026 17:00:01", "18/3/2026 17:00:00", False),
    ],
)
def test_nobody_is_made_late_by_a_day_that_was_over_when_it_was_set(
    set_at: str, day: str, counts: bool
) -> None:
    task = fold([assigned(), did(ExtensionGranted, set_at, due=until(day))])
    assert task.due == until(day if counts else "20/3/2026")
    assert task.void_dues == (() if counts else ((at(set_at), until(day)),))
    # An extension that comes late helps the unit all the same.
    assert fold([assigned(), did(ExtensionGranted, "5/4/2026", due=until("2/4/2026"))]).extension_count == 1


@pytest.mark.covers("LC-17", "LC-21")
def test_a_correction_corrects_the_first_due_date_too_an_extension_does_not() -> None:
    corrected = fold(
        [assigned(), did(TaskCorrected, "3/3/2026 08:00:00", due=until("22/3/2026"), content="mới")]
    )
    assert (corrected.due, corrected.original_due, corrected.content) == (
        until("22/3/2026"),
        until("22/3/2026"),
        "mới",
    )
    assert corrected.extension_count == 0
    extended = fold(
        [
            assigned(),
            did(ExtensionGranted, "3/3/2026 08:00:00", due=until("31/3/2026")),
            did(TaskCorrected, "4/3/2026 08:00:00", due=until("30/3/2026")),
        ]
    )
    assert (extended.due, extended.original_due) == (until("30/3/2026"), until("20/3/2026"))
    assert corrected.product == ""
    assert corrected.history[0] == assigned()


@pytest.mark.covers("LC-25")
def test_a_new_lead_begins_anew_and_the_former_one_is_kept() -> None:
    task = fold(
        [
            assigned(coordinators=("D02", "D03")),
            did(TaskReceived, "3/3/2026 08:00:00"),
            did(ProgressReported, "4/3/2026 08:00:00"),
            did(TaskReturned, "5/3/2026 08:00:00", text="không đúng chức năng"),
            did(
                TaskReassigned,
                "6/3/2026 08:00:00",
                lead="D02",
                lead_name="Sở Tài chính",
                coordinators=("D04",),
            ),
        ]
    )
    assert (task.lead, task.lead_name, task.coordinators) == ("D02", "Sở Tài chính", ("D04",))
    assert [(former.unit, former.until) for former in task.former_leads] == [("D01", at("6/3/2026 08:00:00"))]
    assert task.former_coordinators == ("D03",)
    assert task.received_at is task.progress_at is task.returned_at is None


def test_giving_the_task_to_the_same_lead_again_keeps_its_progress() -> None:
    task = fold(
        [
            assigned(),
            did(ProgressReported, "4/3/2026 08:00:00"),
            did(TaskReturned, "5/3/2026 08:00:00"),
            did(TaskReassigned, "6/3/2026 08:00:00", lead="D01", lead_name="Sở Xây dựng"),
        ]
    )
    assert task.progress_at == at("4/3/2026 08:00:00")
    assert task.returned_at is None
    assert task.former_leads == ()


@pytest.mark.parametrize("answer", [TaskReceived, ProgressReported, TaskCorrected, ResultSubmitted])
def test_a_return_waits_until_somebody_goes_on(answer: type[Event]) -> None:
    returned = [assigned(), did(TaskReturned, "5/3/2026 08:00:00")]
    assert fold(returned).returned_at == at("5/3/2026 08:00:00")
    assert fold([*returned, did(answer, "6/3/2026 08:00:00")]).returned_at is None


@pytest.mark.covers("LC-22", "DT-26")
def test_the_decision_belongs_to_the_latest_sending() -> None:
    history: list[Event] = [
        assigned(),
        did(ResultSubmitted, "9/3/2026 08:00:00", evidence=("a1",)),
        did(ResultRejected, "10/3/2026 08:00:00", actor="u7", text="thiếu biểu"),
    ]
    task = fold(history)
    assert (task.decided.verb, task.decided.reason, task.decided.by) == ("rejected", "thiếu biểu", "u7")
    again = fold([*history, did(ResultSubmitted, "11/3/2026 08:00:00", evidence=("a2", "a1"))])
    assert again.decided.verb == "none"
    assert again.submission is not None
    assert again.submission.at == at("11/3/2026 08:00:00")
    assert [sent.decided.verb for sent in again.submissions] == ["rejected", "none"]
    assert again.evidence == ("a1", "a2")


def test_refusing_nothing_and_refusing_twice_change_nothing() -> None:
    assert fold([assigned(), did(ResultRejected, "9/3/2026 08:00:00")]).decided.verb == "none"
    twice = fold(
        [
            assigned(),
            did(ResultSubmitted, "9/3/2026 08:00:00"),
            did(ResultRejected, "10/3/2026 08:00:00"),
            did(ResultRejected, "25/3/2026 08:00:00"),
        ]
    )
    assert twice.decided.at == at("10/3/2026 08:00:00")


@pytest.mark.covers("DT-10")
def test_a_sending_after_the_approval_is_kept_and_opens_nothing() -> None:
    task = fold(
        [
            assigned(),
            did(ResultSubmitted, "9/3/2026 08:00:00", evidence=("a1",)),
            did(ResultApproved, "10/3/2026 08:00:00"),
            did(ResultSubmitted, "25/3/2026 08:00:00", evidence=("a2",)),
            did(ResultApproved, "26/3/2026 08:00:00"),
        ]
    )
    assert task.decided.at == at("10/3/2026 08:00:00")
    assert task.submission is not None
    assert task.submission.at == at("9/3/2026 08:00:00")
    assert [sent.further for sent in task.submissions] == [False, True]
    assert task.evidence == ("a1", "a2")


def test_an_approval_can_be_taken_back_by_a_refusal() -> None:
    task = fold(
        [
            assigned(),
            did(ResultSubmitted, "9/3/2026 08:00:00"),
            did(ResultApproved, "10/3/2026 08:00:00"),
            did(ResultRejected, "11/3/2026 08:00:00"),
        ]
    )
    assert (task.decided.verb, task.decided.at) == ("rejected", at("11/3/2026 08:00:00"))


def test_reopening_forgets_the_end_and_the_sendings_but_not_the_progress() -> None:
    task = fold(
        [
            assigned(),
            did(ResultSubmitted, "9/3/2026 08:00:00"),
            did(TaskEnded, "10/3/2026 08:00:00"),
            did(DirectiveRecalled, "11/3/2026 08:00:00"),
            did(TaskReopened, "12/3/2026 08:00:00"),
        ]
    )
    assert task.ended_at is task.recalled_at is None
    assert task.submission is None
    assert task.progress_at == at("9/3/2026 08:00:00")
    assert task.reopened == (at("12/3/2026 08:00:00"),)
    assert len(task.submissions) == 1


@pytest.mark.covers("LC-15", "LC-33")
def test_difficulty_and_explanation_are_kept_without_being_progress() -> None:
    task = fold(
        [
            assigned(),
            did(DifficultyReported, "9/3/2026 08:00:00"),
            did(ExplanationFiled, "22/3/2026 08:00:00"),
        ]
    )
    assert task.difficulties == (at("9/3/2026 08:00:00"),)
    assert task.explained_at == at("22/3/2026 08:00:00")
    assert task.progress_at is None


def test_an_event_seen_before_the_assignment_still_counts() -> None:
    task = fold([did(ProgressReported, "1/3/2026 08:00:00"), assigned()])
    assert task.progress_at == at("1/3/2026 08:00:00")
