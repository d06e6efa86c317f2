"""The public form of a history: what it means, what is refused and how it is told, and the way back.

Includes the JSON Schema in `docs`, and that a history written out and read again shows the same state in
every province. Excludes the commands that print it (tests/flow/test_rules_commands.py).
"""

from __future__ import annotations

import json
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands.show import json_text
from errors import ConfigInvalid
from mappings.history_form import KINDS, ONE_FILE, form_of, public_name
from mappings.history_reading import ReadHistory, read_history_file
from mappings.history_schema import history_schema
from tests.tracking_histories import ALL_PROFILES, CALENDAR, assigned, at, did, until
from tracking import events as e
from tracking.calendar import ZONE
from tracking.folding import fold
from tracking.status import derive

DOCS = Path(__file__).parents[2] / "docs"
TASK = {"assigned_at": "2021-09-01T08:00:00+07:00", "due": "2021-09-30", "lead": "Sở Xây dựng"}
DAY = "2021-09-10T08:00:00+07:00"


def _read(value: Any) -> tuple[ReadHistory, ...]:
    body = json.dumps(value).encode()
    return read_history_file(body, "E.json", profile="laocai", version="1").histories


def _events(*events: dict[str, Any], **task: Any) -> tuple[e.Event, ...]:
    (history,) = _read({"task": {**TASK, **task}, "events": list(events)})
    assert history.held is None, history.held
    return history.events


def _told(value: Any) -> str:
    (history,) = _read(value)
    assert history.held is not None
    assert not history.events
    return str(history.held)


def test_the_assignment_stands_under_task() -> None:
    given_, received = _events(received_at="2021-09-02T08:00:00+07:00", coordinators=["Sở Y tế"])
    assert isinstance(given_, e.TaskAssigned)
    assert (given_.due, given_.issued_on) == (e.Due(date(2021, 9, 30)), date(2021, 9, 1))
    assert (given_.lead, given_.lead_name, given_.coordinators) == (
        "Sở Xây dựng",
        "Sở Xây dựng",
        ("Sở Y tế",),
    )
    assert isinstance(received, e.TaskReceived)
    assert received.occurred_at == datetime(2021, 9, 2, 8, tzinfo=ZONE)


def test_null_is_a_task_without_a_due_date_and_leaving_it_out_is_not() -> None:
    (undated,) = _events(due=None)
    assert isinstance(undated, e.TaskAssigned)
    assert undated.due is None
    without = {key: value for key, value in TASK.items() if key != "due"}
    assert "task.due: is missing; write null" in _told({"task": without})


@pytest.mark.parametrize(
    ("written", "due"),
    [
        ("2021-09-30", e.Due(date(2021, 9, 30))),
        ("2021-09-30T17:00", e.Due(date(2021, 9, 30), time(17))),
        ("2021-09-30T17:00:00+07:00", e.Due(date(2021, 9, 30), time(17))),
        ("2021-09-30T18:30:00Z", e.Due(date(2021, 10, 1), time(1, 30))),
    ],
)
def test_a_due_hour_is_the_regulations_own(written: str, due: e.Due) -> None:
    (given_,) = _events(due=written)
    assert isinstance(given_, e.TaskAssigned)
    assert given_.due == due


def test_a_request_for_more_time_has_a_public_name_and_its_own() -> None:
    for name in ("ExtensionRequested", "ExtensionAsked"):
        for key in ("due", "wished"):
            _, asked = _events({"type": name, "at": DAY, key: "2021-10-30"})
            assert asked == e.ExtensionAsked(
                task="T1", key="event:000000", occurred_at=asked.occurred_at, wished=date(2021, 10, 30)
            )
    assert public_name(e.ExtensionAsked) == "ExtensionRequested"


@pytest.mark.covers("LC-14")
def test_a_result_has_one_file_unless_the_history_says_which() -> None:
    _, silent, none, two = _events(
        {"type": "ResultSubmitted", "at": DAY},
        {"type": "ResultSubmitted", "at": DAY, "evidence": []},
        {"type": "ResultSubmitted", "at": DAY, "evidence": ["a.pdf", "b.pdf"]},
    )
    files = [event.evidence for event in (silent, none, two) if isinstance(event, e.ResultSubmitted)]
    assert files == [ONE_FILE, (), ("a.pdf", "b.pdf")]


def test_reason_and_text_are_one_thing_and_null_is_as_good_as_left_out() -> None:
    _, first, second = _events(
        {"type": "TaskReturned", "at": DAY, "reason": "không đúng chức năng", "by": None, "due": None},
        {"type": "TaskEnded", "at": DAY, "reason": "A", "text": "B", "by": "u7"},
    )
    assert isinstance(first, e.TaskReturned)
    assert isinstance(second, e.TaskEnded)
    assert (first.text, first.actor, second.text, second.actor) == ("không đúng chức năng", "", "A; B", "u7")


def test_a_new_lead_is_called_by_its_id_where_it_has_no_name() -> None:
    _, moved, merged = _events(
        {"type": "TaskReassigned", "at": DAY, "lead": "D02"},
        {"type": "UnitSucceeded", "at": DAY, "unit": "D02", "successor": "D03", "successor_name": "Sở Mới"},
    )
    assert isinstance(moved, e.TaskReassigned)
    assert isinstance(merged, e.UnitSucceeded)
    assert (moved.lead_name, merged.successor_name) == ("D02", "Sở Mới")


def test_null_is_as_good_as_left_out_everywhere_but_for_the_due_date() -> None:
    task = {**TASK, "coordinators": None, "kind": None, "received_at": None, "due": None}
    (read,) = _read({"task": task, "events": None})
    assert read.held is None, read.held
    assert fold(read.events).due is None


def test_a_new_lead_that_nobody_named_is_another_unit_each_time() -> None:
    """The event says that the task left its unit; what that unit reported is not the next one's progress."""
    moved = [{"type": "TaskReassigned", "at": DAY, "reason": "không đúng chức năng"}] * 2
    task = fold(_events(*moved))
    assert len({task.lead, *(former.unit for former in task.former_leads)}) == 3
    assert "chưa ghi tên" in task.lead_name


@pytest.mark.parametrize("kind", ["ProgressReported", "TaskReassigned", "TaskEnded", "ResultRejected"])
def test_a_due_date_that_repeats_the_one_in_force_says_nothing_new(kind: str) -> None:
    granted = {"type": "ExtensionGranted", "at": DAY, "due": "2021-10-15"}
    refused = {"type": "ExtensionRefused", "at": DAY, "due": "2021-12-31"}
    repeated = {"type": kind, "at": DAY, "due": "2021-10-15"}
    (read,) = _read({"task": TASK, "events": [granted, refused, repeated]})
    assert read.held is None, read.held
    assert fold(read.events).due == e.Due(date(2021, 10, 15))


def test_every_event_of_the_ledger_has_a_public_form() -> None:
    assert set(KINDS.values()) == set(e.EVENTS.values()) - {e.TaskAssigned}
    assert {public_name(kind) for kind in KINDS.values()} < set(KINDS)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (
            {"type": "TaskEnd", "at": DAY},
            "events[0].type: there is no event TaskEnd; did you mean TaskEnded?",
        ),
        ({"type": "TaskAssigned", "at": DAY}, "the assignment stands under `task`"),
        ({"at": DAY}, "events[0]: has no type"),
        (7, "events[0] (no object): is no JSON object"),
        ({"type": "TaskEnded"}, "events[0] (TaskEnded).at: is missing; add it"),
        ({"type": "TaskEnded", "at": "2021-09-10T08:00:00"}, "add it, as in 2021-09-10T08:00:00+07:00"),
        (
            {"type": "TaskEnded", "at": "2021-09-10"},
            "is a day without a time; write 2021-09-10T08:00:00+07:00",
        ),
        ({"type": "TaskEnded", "at": DAY, "when": None}, "events[0] (TaskEnded).when: there is no such key"),
        ({"type": "TaskEnded", "at": "sáng 10/9"}, "is not an ISO time"),
        ({"type": "TaskEnded", "at": 1631234567}, "is not a time in text form"),
        ({"type": "TaskEnded", "at": DAY, "when": DAY}, "events[0] (TaskEnded).when: there is no such key"),
        (
            {"type": "ProgressReported", "at": DAY, "due": "2021-10-01"},
            "(ProgressReported).due: this event moves no due date from 2021-09-30; put an ExtensionGranted",
        ),
        (
            {"type": "ExtensionGranted", "at": DAY, "due": "2021-09-29"},
            "(ExtensionGranted).due: lies before 2021-09-30, which is in force; a TaskCorrected may say so",
        ),
        ({"type": "ExtensionGranted", "at": DAY}, "events[0] (ExtensionGranted).due: is missing"),
        ({"type": "ExtensionGranted", "at": DAY, "due": "30/10/2021"}, "is no day; write 2026-03-20"),
        ({"type": "ExtensionGranted", "at": DAY, "due": "2021-10-30T17:00:30"}, "a due hour has no seconds"),
        ({"type": "ExtensionGranted", "at": DAY, "due": "2021-08-31"}, "lies before the task was given"),
        ({"type": "TaskReassigned", "at": DAY, "lead": ""}, "events[0] (TaskReassigned).lead"),
        ({"type": "OutageNoted", "at": DAY, "until": "2021-09-09T08:00:00+07:00"}, ".until: 2021-09-09"),
        ({"type": "TaskEnded", "at": "2021-08-31T08:00:00+07:00"}, "lies before task.assigned_at"),
    ],
)
def test_what_is_wrong_is_named_with_its_place_and_what_to_do(event: Any, said: str) -> None:
    told = _told({"task": TASK, "events": [event]})
    assert told.startswith("E.json: ")
    assert said in told
    assert "no state is given" in told


@pytest.mark.parametrize(
    ("task", "said"),
    [
        ({"lead": ""}, "task.lead"),
        ({"due": "2021-08-31"}, "task.due: 2021-08-31 lies before the task was given"),
        ({"due": "2021-09-01T07:00"}, "task.due: 2021-09-01 07:00 lies before the task was given"),
        ({"issued_on": "2021-09-02"}, "lies before issued_on 2021-09-02"),
        ({"issued_on": "2021-08-01", "due": "2021-07-30"}, "task.due: 2021-07-30"),
        ({"received_at": "2021-08-31T08:00:00+07:00"}, "task.received_at"),
        ({"kind": "module 5"}, "task.kind: input should be 'directive', 'upward' or 'petition'"),
        ({"deadline": "2021-09-30"}, "task.deadline: there is no such key"),
    ],
)
def test_a_task_that_contradicts_itself_is_held(task: dict[str, Any], said: str) -> None:
    assert said in _told({"task": {**TASK, **task}})


def test_events_out_of_order_are_named_and_not_sorted() -> None:
    early, late = (
        {"type": "TaskReceived", "at": DAY},
        {"type": "TaskEnded", "at": "2021-09-12T08:00:00+07:00"},
    )
    told = _told({"task": TASK, "events": [late, early]})
    assert "events[1] (TaskReceived).at" in told
    assert "lies before events[0] (TaskEnded).at" in told
    assert len(_events(early, late)) == 3


def test_all_problems_of_a_history_are_told_at_once() -> None:
    told = _told({"task": {"lead": ""}, "events": [{"type": "Nothing"}, {"type": "TaskEnded"}], "note": 1})
    for place in ("task.assigned_at", "task.due", "task.lead", "events[0].type", "events[1]", "note"):
        assert place in told


def test_one_bad_history_does_not_stop_the_others() -> None:
    first, second, third = _read([{"task": TASK}, {"task": 3}, {"task": TASK}])
    assert second.held is not None
    assert second.place == "E.json, history 2"
    assert [one.events[0].task for one in (first, third)] == ["T1", "T3"]


@pytest.mark.parametrize("body", [b"{", b"7", b'"text"', b"\xff\xfe", b""])
def test_a_file_that_is_no_history_is_refused_whole(body: bytes) -> None:
    with pytest.raises(ConfigInvalid, match=r"E\.json"):
        read_history_file(body, "E.json", profile="laocai", version="1")


def test_a_list_is_known_from_a_single_history_and_a_byte_order_mark_is_nothing() -> None:
    one = read_history_file(
        b"\xef\xbb\xbf" + json.dumps({"task": TASK}).encode(), "E", profile="p", version="1"
    )
    many = read_history_file(json.dumps([{"task": TASK}]).encode(), "E", profile="p", version="1")
    assert (one.many, many.many) == (False, True)


def test_the_schema_in_docs_is_the_one_of_the_models() -> None:
    written = (DOCS / "history.schema.json").read_text(encoding="utf-8")
    assert written == json_text(history_schema()) + "\n", (
        "renew it: tdcd rules schema > docs/history.schema.json"
    )
    assert {public_name(kind) for kind in KINDS.values()} <= history_schema()["$defs"].keys()


def test_the_example_in_docs_is_a_history() -> None:
    text = (DOCS / "history.md").read_text(encoding="utf-8")
    example = json.loads(text.split("```json")[1].split("```")[0])
    (read,) = _read(example)
    assert read.held is None
    assert len(read.events) == 2 + len(example["events"])


_KINDS = [kind for kind in e.EVENTS.values() if kind is not e.TaskAssigned]
_NEEDS: dict[type[e.Event], dict[str, Any]] = {
    e.ResultSubmitted: {"evidence": ("a",)},
    e.ExtensionAsked: {"wished": date(2026, 4, 2)},
    e.ExtensionGranted: {"due": until("2/4/2026 17:00:00")},
    e.TaskReassigned: {"lead": "D02", "lead_name": "Sở Y tế", "coordinators": ("D03",)},
    e.TaskCorrected: {"due": until("25/3/2026"), "content": "Nội dung mới"},
    e.CoordinationAsked: {"unit": "D03", "due": until("10/3/2026")},
    e.CoordinationAnswered: {"unit": "D03"},
    e.CoordinationComplained: {"unit": "D03"},
    e.ComplaintWithdrawn: {"unit": "D03"},
    e.TaskSplit: {"into": ("TD-A", "TD-B")},
    e.TaskMerged: {"into": "TD-A"},
    e.UnitSucceeded: {"unit": "D01", "successor": "D09", "successor_name": "Sở Mới"},
    e.OfficerChanged: {"officer": "u9"},
    e.OutageNoted: {"until": at("29/3/2026 08:00:00")},
}


@st.composite
def _histories(draw: st.DrawFn) -> list[e.Event]:
    """Real sequences of events in time, each kind with what it needs."""
    days = sorted(draw(st.lists(st.integers(3, 28), max_size=8)))
    kinds = [draw(st.sampled_from(_KINDS)) for _ in days]
    due = draw(st.sampled_from(["", "20/3/2026", "20/3/2026 17:00:00"]))
    done = [
        did(kind, f"{day}/3/2026 0{place}:00:00", actor="u1", **_NEEDS.get(kind, {}))
        for place, (day, kind) in enumerate(zip(days, kinds, strict=True))
    ]
    return [assigned(due=due, coordinators=("D03",)), *done]


@given(_histories(), st.sampled_from(["10/3/2026", "20/3/2026 18:00:00", "21/3/2026", "5/4/2026"]))
@settings(max_examples=150, deadline=None, database=None)
def test_a_history_written_out_and_read_again_shows_the_same_everywhere(
    history: list[e.Event], when: str
) -> None:
    (read,) = _read(form_of(list(fold(history).history)))
    assert read.held is None, read.held
    assert len(read.events) == len(fold(history).history)
    for profile in ALL_PROFILES:
        ours, theirs = (
            derive(fold(events, until=at(when)), profile, CALENDAR, at(when))
            for events in (history, read.events)
        )
        assert ours == theirs
