"""What people do with a work item, as events of its task, by codes of a made-up site.

Excludes what the events do to a state (tracking) and the hashes of files (sync).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.records import FileRef, JobAction, JobLine, JobRecord, LineRole
from errors import ConfigInvalid
from mappings.actions import OFFICE_ONLY, ActionRules, Reading, events_of, wished_day
from tracking.events import (
    EVENTS,
    NAMES,
    DifficultyReported,
    Due,
    ExplanationFiled,
    ExtensionAsked,
    ExtensionGranted,
    ExtensionRefused,
    ProgressReported,
    ResultApproved,
    ResultRejected,
    ResultSubmitted,
    TaskEnded,
    TaskReceived,
    TaskReopened,
    TaskReturned,
)

NOW = datetime(2026, 4, 1, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
RULES = ActionRules(
    statuses={
        "34": "task_received",
        "2": "progress_reported",
        "31": "result_submitted",
        "32": "extension_asked",
        "33": "task_returned",
        "35": "difficulty_reported",
        "36": "explanation_filed",
        "21": "",
    },
    evaluations={
        "1": "result_approved",
        "2": "result_rejected",
        "3": "extension_refused",
        "4": "task_ended",
        "5": "task_reopened",
    },
)
LINES = (
    JobLine("11", LineRole.LEAD, unit_id="tc"),
    JobLine("12", LineRole.COORDINATE, unit_id="yt"),
    JobLine("13", LineRole.COORDINATE, user_id="u-coordinator"),
)


def action(number: int = 1, **fields: Any) -> JobAction:
    given: dict[str, Any] = {"actor": "u-unit", "line_id": "11", "action": "Cập nhật"} | fields
    return JobAction(str(number), NOW + timedelta(minutes=number), **given)


def read(
    *actions: JobAction, rules: ActionRules = RULES, own_user: str = "u-tdcd", mine: str = "11"
) -> Reading:
    job = JobRecord("501", "Tên", "Nội dung", lines=LINES, actions=actions)
    return events_of(
        job,
        "TD-7K3M9Q2XWB",
        rules,
        own_user=own_user,
        may_review=lambda user, _at: user == "u-office",
        mine=mine,
    )


@pytest.mark.covers("LC-15", "LC-25", "DT-10")
@pytest.mark.parametrize(
    ("code", "event"),
    [
        ("34", TaskReceived),
        ("2", ProgressReported),
        ("31", ResultSubmitted),
        ("32", ExtensionAsked),
        ("33", TaskReturned),
        ("35", DifficultyReported),
        ("36", ExplanationFiled),
    ],
)
def test_a_unit_s_action_is_one_event_at_its_own_time(code: str, event: type) -> None:
    (found,) = read(action(7, status_code=code, comment="Ý kiến")).events
    assert type(found) is event
    assert (found.task, found.key, found.actor) == ("TD-7K3M9Q2XWB", "action:7", "u-unit")
    assert found.occurred_at == NOW + timedelta(minutes=7)
    assert getattr(found, "text", "Ý kiến") == "Ý kiến"


@pytest.mark.covers("LC-16", "LC-22", "DT-08")
@pytest.mark.parametrize(
    ("code", "event"),
    [
        ("1", ResultApproved),
        ("2", ResultRejected),
        ("3", ExtensionRefused),
        ("4", TaskEnded),
        ("5", TaskReopened),
    ],
)
def test_only_the_office_judges(code: str, event: type) -> None:
    (found,) = read(action(evaluation_code=code, actor="u-office", comment="Lý do")).events
    assert type(found) is event
    refused = read(action(evaluation_code=code, actor="u-unit"))
    assert refused.events == ()
    assert [problem.problem for problem in refused.problems] == ["not-entitled"]


@pytest.mark.covers("LC-23", "DT-14")
def test_consent_moves_the_due_date_and_asking_does_not() -> None:
    asked, granted = read(
        action(1, status_code="32", comment="đến ngày 15/5/2026: chờ ý kiến Bộ"),
        action(2, new_due=date(2026, 5, 15), actor="u-office", line_id=""),
    ).events
    assert isinstance(asked, ExtensionAsked)
    assert asked.wished == date(2026, 5, 15)
    assert isinstance(granted, ExtensionGranted)
    assert granted.due == Due(date(2026, 5, 15))
    not_theirs = read(action(new_due=date(2026, 5, 15), actor="u-unit"))
    assert (not_theirs.events, [p.problem for p in not_theirs.problems]) == ((), ["not-entitled"])


@pytest.mark.covers("LC-16")
@pytest.mark.parametrize("name", sorted(OFFICE_ONLY - {"extension_granted"}))
def test_whatever_rules_let_an_action_mean_becomes_that_event(name: str) -> None:
    """A pause, a leader's opinion, an amendment: what a site may declare is never taken for something else."""
    rules = ActionRules(statuses={"9": name}, evaluations={}, comments={"Ý kiến": name})
    by_code = action(1, actor="u-office", status_code="9")
    by_comment = action(2, actor="u-office", comment="Ý kiến: đồng ý")
    for done in (by_code, by_comment):
        (found,) = read(done, rules=rules).events
        assert type(found) is EVENTS[name]
    assert [p.problem for p in read(action(status_code="9"), rules=rules).problems] == ["not-entitled"]


def test_a_consent_without_a_day_is_a_problem() -> None:
    rules = ActionRules(statuses={}, evaluations={"9": "extension_granted"})
    found = read(action(evaluation_code="9", actor="u-office"), rules=rules)
    assert (found.events, [p.problem for p in found.problems]) == ((), ["no-new-due"])


def test_moved_due_dates_may_mean_nothing_on_a_site() -> None:
    rules = ActionRules(statuses={}, evaluations={}, due_moved="")
    assert read(action(new_due=date(2026, 5, 15), actor="u-unit"), rules=rules) == Reading((), ())


@pytest.mark.parametrize(
    ("comment", "day"),
    [
        ("đến ngày 15/5/2026: chờ ý kiến", date(2026, 5, 15)),
        ("xin lùi 15.05.2026", date(2026, 5, 15)),
        ("từ 30/4/2026 đến hết ngày 15/5/2026", date(2026, 5, 15)),
        ("theo văn bản ngày 01/4/2026 của Bộ, xin đến 20/5/2026", date(2026, 5, 20)),
        ("30/4/2026 hoặc 15/5/2026", None),
        ("đến ngày 31/02/2026", None),
        ("xin thêm 10 ngày", None),
        ("", None),
    ],
)
def test_the_wished_day_is_read_or_left_open(comment: str, day: date | None) -> None:
    assert wished_day(comment) == day


def test_files_of_a_submission_are_named_until_their_hashes_are_known() -> None:
    files = (FileRef("77", "bao-cao.pdf"), FileRef("78", "phu-luc.xlsx"))
    (found,) = read(action(status_code="31", files=files)).events
    assert isinstance(found, ResultSubmitted)
    assert found.evidence == ("remote:77", "remote:78")


def test_the_tracker_s_own_entries_are_echoes() -> None:
    own = action(status_code="99", actor="u-tdcd", evaluation_code="1", new_due=date(2026, 5, 1))
    assert read(own) == Reading((), ())
    assert read(action(status_code="2", actor=""), own_user="").events


@pytest.mark.covers("M39")
@pytest.mark.parametrize("fields", [{"status_code": "77"}, {"evaluation_code": "8", "actor": "u-office"}])
def test_an_unknown_code_is_kept_as_a_problem_and_nothing_is_guessed(fields: dict[str, str]) -> None:
    found = read(action(5, action="Thao tác lạ", **fields), action(6, status_code="2"))
    assert [type(event) for event in found.events] == [ProgressReported]
    (problem,) = found.problems
    assert (problem.entry_id, problem.problem) == ("5", "unknown-code")
    assert "77" in problem.sentence or "8" in problem.sentence
    assert problem.remedy


def test_states_that_are_only_shown_and_plain_comments_say_nothing() -> None:
    assert read(action(status_code="21"), action(2, comment="Đã nhận tin")) == Reading((), ())


@pytest.mark.covers("LC-26")
def test_whoever_works_on_the_lead_line_acts_for_the_unit_and_a_coordinator_does_not() -> None:
    """A unit divides its work inside: main officers report for it, a coordinating one beside it."""
    found = read(
        action(1, status_code="2", actor="u-specialist"),
        action(2, status_code="2", actor="u-coordinator", line_id=""),
        action(3, status_code="33", actor="u-room", comment="Không đúng phòng"),
    )
    assert [(type(event), event.actor) for event in found.events] == [
        (ProgressReported, "u-specialist"),
        (TaskReturned, "u-room"),
    ]
    assert [note.actor for note in found.notes] == ["u-coordinator"]


def test_what_happens_on_another_line_is_a_note_and_no_event() -> None:
    found = read(
        action(1, status_code="31", line_id="12", actor="u-yt", comment="Phần của Sở Y tế"),
        action(2, status_code="2", line_id="", actor="u-coordinator"),
        action(3, evaluation_code="1", line_id="12", actor="u-office"),
        action(4, status_code="2", line_id="", actor="u-unit"),
    )
    assert [event.key for event in found.events] == ["action:4"]
    assert [(note.entry_id, note.meaning) for note in found.notes] == [
        ("1", "result_submitted"),
        ("2", "progress_reported"),
        ("3", "result_approved"),
    ]
    assert found.notes[0].text == "Phần của Sở Y tế"
    assert found.problems == ()


def test_comments_count_where_a_site_has_no_codes_for_them() -> None:
    rules = ActionRules(statuses={}, evaluations={}, comments={"Vướng mắc:": "difficulty_reported"})
    found = read(
        action(1, comment="VƯỚNG MẮC: thiếu kinh phí"),
        action(2, comment="Đã hết vướng mắc:"),
        rules=rules,
    )
    assert [type(event) for event in found.events] == [DifficultyReported]


@pytest.mark.parametrize("name", ["task_assigned", "task_reassigned", "directive_recalled", "task_done"])
def test_rules_that_no_action_can_fill_are_refused_by_name(name: str) -> None:
    with pytest.raises(ConfigInvalid, match=name):
        ActionRules(statuses={"1": name}, evaluations={})


_CODES = st.sampled_from(["", "2", "21", "31", "32", "33", "34", "35", "36", "77"])
_ACTIONS = st.builds(
    action,
    st.integers(1, 10_000),
    status_code=_CODES,
    evaluation_code=st.sampled_from(["", "1", "2", "3", "4", "5", "6"]),
    actor=st.sampled_from(["u-unit", "u-office", "u-tdcd", "u-coordinator", ""]),
    line_id=st.sampled_from(["", "11", "12"]),
    new_due=st.none() | st.dates(),
    comment=st.text(max_size=20),
)


@given(st.lists(_ACTIONS, max_size=12, unique_by=lambda a: a.entry_id))
def test_each_action_is_at_most_one_thing_and_reading_again_changes_nothing(actions: list[JobAction]) -> None:
    found = read(*actions)
    by_entry = {a.entry_id: a for a in actions}
    told = [event.key.removeprefix("action:") for event in found.events]
    told += [problem.entry_id for problem in found.problems] + [note.entry_id for note in found.notes]
    assert len(told) == len(set(told))
    assert set(told) <= by_entry.keys()
    assert all(by_entry[entry].actor != "u-tdcd" for entry in told)
    for event in found.events:
        name, done = NAMES[type(event)], by_entry[event.key.removeprefix("action:")]
        assert EVENTS[name] is type(event)
        assert name not in OFFICE_ONLY or done.actor == "u-office"
        assert done.line_id in {"", "11"}
    assert read(*actions) == found
