"""Events as bytes and back: the exact bytes, every kind of event, and what a wrong body is told.

Excludes the ledger that keeps them.
"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import SkipRecord
from store.codec import from_body, to_body
from tracking.events import (
    EVENTS,
    NAMES,
    Due,
    Event,
    ExtensionGranted,
    ResultSubmitted,
    TaskAssigned,
    TaskCorrected,
)

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SUBMITTED = ResultSubmitted(
    task="TD-1",
    key="action:7",
    occurred_at=datetime(2026, 11, 21, 9, 30, tzinfo=ZONE),
    actor="nv7",
    text="Xong",
    evidence=("ab",),
)

moments = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.sampled_from([ZONE, UTC]))
hours = st.times().map(lambda at: at.replace(microsecond=0))
dues = st.builds(Due, st.dates(), st.none() | hours)


def any_event(cls: type[Event]) -> st.SearchStrategy[Event]:
    given_due = {"due": dues} if "due" in {field.name for field in fields(cls)} else {}
    return st.builds(cls, occurred_at=moments, **given_due)


def test_the_bytes_are_exactly_these() -> None:
    assert to_body(SUBMITTED) == (
        b'{"task":"TD-1","key":"action:7","occurred_at":"2026-11-21T02:30:00Z","actor":"nv7",'
        b'"text":"Xong","evidence":["ab"],"not_kept":0}'
    )


def test_the_zone_in_which_it_was_told_does_not_change_the_bytes() -> None:
    in_utc = replace(SUBMITTED, occurred_at=SUBMITTED.occurred_at.astimezone(UTC))
    elsewhere = replace(
        SUBMITTED, occurred_at=SUBMITTED.occurred_at.astimezone(timezone(timedelta(hours=-3)))
    )
    assert to_body(SUBMITTED) == to_body(in_utc) == to_body(elsewhere)


@pytest.mark.parametrize("name", EVENTS)
def test_every_event_comes_back(name: str) -> None:
    @given(any_event(EVENTS[name]))
    def comes_back(event: Event) -> None:
        again = from_body(NAMES[type(event)], to_body(event))
        assert again == event
        assert type(again) is type(event)
        assert to_body(again) == to_body(event)

    comes_back()


def test_a_due_day_and_what_is_kept_as_none() -> None:
    granted = ExtensionGranted(
        task="TD-1", key="x", occurred_at=SUBMITTED.occurred_at, due=Due(date(2026, 12, 1), time(17, 0))
    )
    assert from_body("extension_granted", to_body(granted)) == granted
    # What was written before files that are not kept were counted.
    older = to_body(SUBMITTED).replace(b',"not_kept":0', b"")
    assert older != to_body(SUBMITTED)
    assert from_body("result_submitted", older) == SUBMITTED
    corrected = TaskCorrected(
        task="TD-1", key="x", occurred_at=SUBMITTED.occurred_at, coordinators=("H1", "H2")
    )
    again = from_body("task_corrected", to_body(corrected))
    assert isinstance(again, TaskCorrected)
    assert again.coordinators == ("H1", "H2")
    assert again.due is None


@pytest.mark.covers("M36")
@pytest.mark.parametrize(
    ("body", "told"),
    [
        (to_body(SUBMITTED).replace(b'"Xong"', b"7"), "field 'text'"),
        (to_body(SUBMITTED).replace(b'["ab"]', b'["ab",3]'), "field 'evidence.1'"),
        (to_body(SUBMITTED).replace(b'"text"', b'"texte"'), "field 'texte'"),
        (to_body(SUBMITTED).replace(b'"task":"TD-1",', b""), "field 'task'"),
        (to_body(SUBMITTED).replace(b"30:00Z", b"30:00"), "a time needs a zone"),
        (to_body(SUBMITTED).replace(b"2026-11-21", b"2026-02-30"), "field 'occurred_at'"),
        (to_body(SUBMITTED)[:-1], "the whole body"),
        (b"[]", "the whole body"),
    ],
)
def test_a_wrong_body_names_the_field(body: bytes, told: str) -> None:
    with pytest.raises(SkipRecord, match=told) as caught:
        from_body("result_submitted", body)
    assert "Xong" not in str(caught.value)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(SkipRecord, match="task_vanished"):
        from_body("task_vanished", b"{}")


def test_a_naive_time_is_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        to_body(replace(SUBMITTED, occurred_at=datetime(2026, 11, 21, 9, 30)))


@pytest.mark.covers("M36")
def test_a_time_outside_the_calendar_is_told() -> None:
    with pytest.raises(SkipRecord, match="outside the calendar"):
        to_body(replace(SUBMITTED, occurred_at=datetime(1, 1, 1, tzinfo=ZONE)))


def test_a_due_hour_with_parts_of_a_second_is_refused_since_it_would_come_back_changed() -> None:
    odd = Due(date(2026, 12, 1), time(17, 0, 0, 10_000))
    with pytest.raises(SkipRecord, match="parts of a second"):
        to_body(ExtensionGranted(task="TD-1", key="x", occurred_at=SUBMITTED.occurred_at, due=odd))


def test_a_text_that_is_not_unicode_is_told() -> None:
    with pytest.raises(SkipRecord, match="ResultSubmitted of task 'TD-1'"):
        to_body(replace(SUBMITTED, text="\ud800"))


def test_an_assignment_keeps_every_field() -> None:
    event = TaskAssigned(
        task="TD-2",
        key="row",
        occurred_at=SUBMITTED.occurred_at,
        site="s",
        directive="d",
        number="1/CT",
        subject="t",
        issued_on=date(2026, 11, 20),
        content="c",
        lead="H1",
        lead_name="Sở A",
        profile="p",
        profile_version="1",
        coordinators=("H2",),
        due=Due(date(2026, 12, 1)),
    )
    assert from_body("task_assigned", to_body(event)) == event


@given(any_event(TaskAssigned))
def test_a_task_that_was_assigned_is_written_as_any_event_is(event: Event) -> None:
    in_utc = replace(event, occurred_at=event.occurred_at.astimezone(UTC))
    assert to_body(event) == orjson.dumps(in_utc, option=orjson.OPT_UTC_Z)
    assert list(orjson.loads(to_body(event))) == [one.name for one in fields(TaskAssigned)]
