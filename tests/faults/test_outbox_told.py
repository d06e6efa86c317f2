"""What a pushing pass says of itself: counts, reasons and log lines, by which people find the write that failed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from connector.errors import RemoteRefused, ReplyLost, SessionLost, SystemAway
from store.engine import Store
from store.outbox import Intent
from sync.push_retry import POISON, Trouble, next_try, steady_jitter, trouble_of
from tests.engine_arena import Arena
from tests.outbox_arena import Lanes, always, lanes, once

NOW = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)


@pytest.fixture
def field(store: Store, tmp_path: Path) -> Lanes:
    return lanes(Arena(store, tmp_path))


@pytest.fixture
def said() -> Iterator[list[Any]]:
    with structlog.testing.capture_logs() as events:
        yield events


def _trouble(field: Lanes, key: str) -> Trouble:
    return trouble_of(field.intent(key).error) or pytest.fail("no trouble is kept")


def test_writes_put_off_are_counted_and_named_with_their_reason(field: Lanes, said: list[Any]) -> None:
    first, second, _ = field.put(3)
    field.wire.before = always(SystemAway("Busy."), first, second)
    assert (field.push().deferred, field.intent(first).state) == (2, "pending")
    lines = [line for line in said if line["event"] == "write put off"]
    wanted = {"site": "memory", "kind": "comment_document", "reason": "transient 1: Busy."}
    assert [{name: line[name] for name in wanted} for line in lines] == [wanted] * 2


def test_refusals_are_counted_put_off_as_unsent_and_named_when_they_are_given_up(
    field: Lanes, said: list[Any]
) -> None:
    keys = field.put(2)
    field.wire.before = always(RemoteRefused("No."))
    for number in range(POISON):
        done = field.push()
        last = number == POISON - 1
        assert (done.deferred, done.dead) == ((0, 2) if last else (2, 0))
        assert {field.intent(key).state for key in keys} == {"dead" if last else "pending"}
        field.move(hours=40)
    lines = [line for line in said if line["event"] == "write given up"]
    wanted = {"site": "memory", "kind": "comment_document", "task": "", "log_level": "error"}
    assert [{name: line[name] for name in wanted} for line in lines] == [wanted] * 2
    assert all(line["reason"] == "permanent 5: No." for line in lines)
    assert all(field.intent(key).error == "permanent 5: No." for key in keys)


def test_held_writes_are_counted_and_the_question_is_named(field: Lanes, said: list[Any]) -> None:
    keys = field.put(2)
    field.wire.before = always(ReplyLost("No answer came."))
    for _ in range(POISON):
        done = field.push()
        field.move(hours=30)
    assert done.held == 2
    assert {field.intent(key).state for key in keys} == {"held"}
    lines = [line for line in said if line["event"] == "write held"]
    assert len(lines) == 2
    assert all("Sent 5 times" in line["reason"] for line in lines)


def test_a_lost_session_says_why_and_leaves_the_write_as_unsent(field: Lanes) -> None:
    (key,) = field.put(1)
    field.wire.before = once(SessionLost("The session ended."))
    assert "The session ended." in field.push().stopped
    assert (field.intent(key).state, field.intent(key).attempts) == ("pending", 0)


def test_the_time_that_a_busy_system_asks_for_is_kept_by_the_write_too(field: Lanes) -> None:
    (key,) = field.put(1)
    field.wire.before = once(SystemAway("Answered 503.", after=7200))
    field.push()
    not_before = field.intent(key).not_before
    assert not_before is not None
    assert not_before >= field.site.now() + timedelta(seconds=7200)


def test_what_cannot_be_looked_for_counts_no_further_and_keeps_its_sentence(field: Lanes) -> None:
    (key,) = field.put(1)
    field.wire.before = once(ReplyLost("No answer came."))
    field.push()
    assert (_trouble(field, key).times, _trouble(field, key).sentence) == (1, "No answer came.")
    field.wire.looking = always(ReplyLost("Cannot look."))
    for _ in range(3):
        field.move(hours=30)
        field.push()
        assert (_trouble(field, key).times, _trouble(field, key).sentence) == (1, "Cannot look.")
    field.wire.looking, field.wire.before = (lambda write: None), always(ReplyLost("Again none."))
    field.move(hours=30)
    field.push()
    field.move(hours=30)
    field.push()
    assert _trouble(field, key).times == 3
    field.wire.looking = always(ReplyLost("Cannot look."))
    field.move(hours=30)
    field.push()
    assert _trouble(field, key).times == 3


def test_when_the_due_date_has_come_the_schedule_goes_on_as_without_one() -> None:
    assert next_try(9, NOW, NOW, 0) == next_try(9, NOW, None, 0) == NOW + timedelta(hours=24)
    assert next_try(9, NOW, NOW + timedelta(seconds=1), 0) < NOW + timedelta(hours=1)


def test_jitter_is_spread_over_the_whole_range() -> None:
    drawn = [steady_jitter(f"key {number}", 1) for number in range(2_000)]
    assert all(0 <= one < 1 for one in drawn)
    for low in (0.0, 0.3, 0.6, 0.9):
        assert 140 < sum(low <= one < low + 0.1 for one in drawn) < 260


def _intent(key: str, **given: Any) -> Intent:
    return Intent("s", f"lane:{key}", "comment_document", key, b"{}", created_at=NOW, **given)


def test_waking_brings_forward_only_one_kind_of_failure_and_only_what_waits(store: Store) -> None:
    later, earlier = NOW + timedelta(hours=1), NOW - timedelta(hours=1)
    with store.begin() as places:
        kept = {one.effect_key: one.id or 0 for one in places.outbox.add([_intent(k) for k in "abcde"])}
        places.outbox.defer(kept["a"], later, "auth 1: x")
        places.outbox.defer(kept["b"], earlier, "auth 2: x")
        places.outbox.defer(kept["c"], later, "a%th 1: x")
        places.outbox.defer(kept["d"], later, "transient 1: x")
        assert places.outbox.wake("s", "a%th", NOW) == 1
        assert places.outbox.wake("s", "auth", NOW) == 1
        assert places.outbox.wake("other", "transient", NOW) == 0
        times = {one.effect_key: one.not_before for one in places.outbox.find("s")}
    assert times == {"a": NOW, "b": earlier, "c": NOW, "d": later, "e": None}


def test_a_buried_write_keeps_its_reason_and_a_released_one_waits_no_longer(store: Store) -> None:
    with store.begin() as places:
        first, second = (one.id or 0 for one in places.outbox.add([_intent("a"), _intent("b")]))
        places.outbox.bury(first, "permanent 5: No.")
        places.outbox.defer(second, NOW + timedelta(hours=9), "unknown 1: x")
        places.outbox.hold(second, "unknown 5: x")
        assert places.outbox.let_go(second)
        found = places.outbox.get([first, second])
    assert (found[first].state, found[first].error) == ("dead", "permanent 5: No.")
    assert (found[second].state, found[second].not_before) == ("sending", None)
