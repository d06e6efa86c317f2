"""Writes that do not succeed: looked for before they are repeated, put off alone, and never a cause for more.

Included: one site's outbox against a document system that fails on order. Excluded: crashes at
every commit (`test_engine_crashes`), the wire itself (`test_connector_wire`), dead letters.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from connector.errors import AccessRefused, RemoteRefused, ReplyLost, SessionLost, SystemAway
from connector.memory_system import Trouble
from connector.port import Write
from errors import HoldForHuman, StopService
from store.engine import Store
from store.outbox import Intent
from sync.flow import run_pass
from sync.push_record import keep_receipt
from sync.push_retry import trouble_of
from sync.read_back import Effect, write_of
from tests.engine_arena import Arena, CrashError
from tests.outbox_arena import Lanes, always, lanes, once


@pytest.fixture
def field(store: Store, tmp_path: Path) -> Lanes:
    return lanes(Arena(store, tmp_path))


@pytest.mark.covers("F04")
def test_an_effect_whose_answer_was_lost_is_found_and_not_written_again(field: Lanes) -> None:
    (key,) = field.put(1)
    field.wire.after = once(ReplyLost("No answer came."))
    done = field.push()
    assert (done.confirmed, done.found) == (1, 1)
    assert field.wire.calls == [("apply", key), ("find", key)]
    assert field.said(key) == 1
    with field.site.store.read() as places:
        (entry,) = places.ledger.history([field.intent(key).lane])[field.intent(key).lane]
    assert orjson.loads(entry.body)["confirmed_by"] == "read-back"
    assert orjson.loads(entry.body)["written"] == field.intent(key).written != ""


@pytest.mark.covers("F04")
def test_an_unknown_outcome_is_looked_for_again_before_it_is_repeated(field: Lanes) -> None:
    (key,) = field.put(1)
    field.wire.before = once(ReplyLost("No answer came."))
    field.push()
    assert field.intent(key).state == "sending"
    assert field.push().confirmed == 0
    assert field.wire.calls == [("apply", key), ("find", key)]
    field.move(seconds=7)
    assert field.push().confirmed == 1
    assert field.wire.calls[2:] == [("find", key), ("apply", key)]
    assert field.said(key) == 1


@pytest.mark.covers("F04")
def test_what_cannot_be_looked_for_is_not_sent(field: Lanes) -> None:
    (key,) = field.put(1)
    field.wire.before = once(ReplyLost("No answer came."))
    field.wire.looking = always(ReplyLost("Cannot look."))
    for _ in range(12):
        field.push()
        field.move(hours=30)
    assert field.wire.calls.count(("apply", key)) == 1
    assert field.intent(key).state == "sending"
    field.wire.looking = always(RemoteRefused("x"), "another")
    field.push()
    assert field.said(key) == 1


def test_an_effect_that_is_always_sent_and_never_there_is_asked_about(field: Lanes) -> None:
    key, other = field.put(2)
    field.wire.before = always(ReplyLost("No answer came."), key)
    for _ in range(6):
        field.push()
        field.move(hours=30)
    assert field.wire.calls.count(("apply", key)) == 5
    assert (field.intent(key).state, field.intent(other).state) == ("held", "confirmed")
    assert field.scopes() == [f"write:{field.intent(key).id}"]


def test_one_lane_in_trouble_does_not_keep_the_others(field: Lanes) -> None:
    first, *others = field.put(5)
    field.wire.before = always(SystemAway("Busy."), first)
    done = field.push()
    assert (done.confirmed, done.deferred, done.stopped) == (4, 1, "")
    assert trouble_of(field.intent(first).error).times == 1  # type: ignore[union-attr]
    assert all(field.said(key) == 1 for key in others)


@pytest.mark.covers("F23")
def test_a_site_that_asks_for_rest_gets_it_and_others_keep_their_time(field: Lanes) -> None:
    first, second = field.put(2)
    elsewhere = lanes(field.arena, "khac")
    (third,) = elsewhere.put(1, "k")
    field.wire.before = once(SystemAway("Answered 429.", after=600))
    assert "429" in field.push().stopped
    assert len(field.wire.calls) == 1
    assert elsewhere.push().confirmed == 1
    for _ in range(9):
        field.move(seconds=60)
        again = lanes(field.arena)  # also a new process leaves it alone
        assert again.push().outcome == "away"
        assert not again.wire.calls
    field.move(seconds=130)
    assert field.push().confirmed == 2
    assert [field.said(key) for key in (first, second, third)] == [1, 1, 1]


def test_a_system_that_is_away_is_tried_with_one_write_a_pass_and_then_woken(field: Lanes) -> None:
    keys = field.put(8)
    field.wire.before = always(SystemAway("Cannot be reached."))
    assert field.push().stopped
    assert len(field.wire.calls) == 3
    for passes in range(1, 30):
        field.move(minutes=20)
        field.push()
        assert len(field.wire.calls) == 3 + passes
    assert field.counts() == {"pending": 8}
    field.move(seconds=7)
    field.wire.before = lambda write: None
    field.push()
    assert field.counts() == {"confirmed": 8}
    assert [field.said(key) for key in keys] == [1] * 8


@pytest.mark.covers("F24")
def test_one_lost_session_costs_one_pass(field: Lanes) -> None:
    field.put(3)
    field.wire.before = once(SessionLost("Nobody is logged in."))
    assert field.push().stopped
    assert [one.attempts for one in _all(field)] == [0, 0, 0]
    field.move(seconds=6)
    done = field.push()
    assert (done.confirmed, done.outcome, field.scopes()) == (3, "ok", [])
    assert {name for name, _ in field.wire.calls} == {"apply"}


@pytest.mark.covers("F24")
def test_a_lasting_401_pauses_the_site_and_the_queue_goes_on_after_rotation(field: Lanes) -> None:
    keys = field.put(40)
    field.wire.before = always(SessionLost("Nobody is logged in."))
    field.push()
    field.move(seconds=6)
    field.push()
    assert field.scopes() == ["site:login"]
    assert field.counts() == {"pending": 40}
    field.move(minutes=4)
    before, requests = len(field.wire.calls), field.wire.inner.requests_sent
    for _ in range(5):
        assert field.push().outcome == "away"
    assert (len(field.wire.calls), field.wire.inner.requests_sent) == (before, requests)
    field.wire.before = lambda write: None
    field.move(minutes=2)
    done = field.push()
    assert (done.confirmed, field.scopes()) == (40, [])
    assert [field.said(key) for key in keys] == [1] * 40


@pytest.mark.covers("F24")
def test_a_person_who_releases_the_hold_makes_it_go_on_at_once(field: Lanes) -> None:
    field.put(2)
    field.wire.before = once(SessionLost("Nobody is logged in."))
    field.push()
    field.move(seconds=6)
    field.wire.before = once(SessionLost("Nobody is logged in."))
    field.push()
    with field.site.store.begin() as places:
        assert places.holds.release("memory", "site:login", field.site.now(), "Lan")
    assert field.push().confirmed == 2


@pytest.mark.covers("F24")
def test_a_refused_password_ends_the_service_with_everything_still_waiting(field: Lanes) -> None:
    field.put(4)
    field.wire.before = always(AccessRefused("Wrong password."))
    with pytest.raises(StopService):
        field.push()
    assert field.counts() == {"pending": 4}
    assert [one.attempts for one in _all(field)] == [0] * 4
    assert field.scopes() == ["site:login"]
    again = lanes(field.arena)
    assert again.push().outcome == "away"
    assert not again.wire.calls


@pytest.mark.covers("F24")
def test_where_no_write_is_left_a_reading_that_succeeds_ends_the_hold_of_the_log_in(field: Lanes) -> None:
    (key,) = field.put(1)
    field.wire.before = always(SessionLost("Nobody is logged in."))
    for _ in range(2):
        field.move(seconds=6)
        field.push()
    field.move(minutes=6)
    assert field.push(let_in=True).stopped, "a write that is due shows more than a reading"
    assert field.scopes() == ["site:login"]
    assert run_pass(field.site).away, "it is left alone for five minutes"
    assert (field.intent(key).state, field.scopes()) == ("superseded", ["site:login"])
    field.move(minutes=6)
    field.arena.system.trouble_reading.append(Trouble.AWAY)
    assert run_pass(field.site).away
    assert field.scopes() == ["site:login"]
    assert not run_pass(field.site).away
    assert field.scopes() == []


def test_what_a_person_must_see_is_held_and_looked_for_when_it_is_released(field: Lanes) -> None:
    key, other = field.put(2)
    field.wire.after = once(HoldForHuman("Neither yes nor no.", scope="x"), key)
    done = field.push()
    assert (done.held, done.confirmed, done.outcome) == (1, 1, "degraded")
    (scope,) = field.scopes()
    assert scope == f"write:{field.intent(key).id}"
    field.push()
    assert field.intent(key).state == "held"
    with field.site.store.begin() as places:
        places.holds.release("memory", scope, field.site.now(), "Lan")
    assert field.push().outcome == "ok"
    assert field.wire.calls[-1] == ("find", key)
    assert (field.said(key), field.said(other)) == (1, 1)


@pytest.mark.covers("F42")
def test_a_stop_gives_back_what_was_not_sent(field: Lanes) -> None:
    field.put(5)
    answers = iter([True, True, False])
    assert field.push(go_on=lambda: next(answers)).confirmed == 2
    assert [(one.state, one.attempts) for one in _all(field)][2:] == [("pending", 0)] * 3
    assert field.push().confirmed == 3


@pytest.mark.covers("F42", "F46")
def test_a_process_that_dies_in_a_write_finds_it_and_never_rewrites_an_end(field: Lanes) -> None:
    keys = field.put(3)
    field.wire.after = once(CrashError(), keys[1])
    with pytest.raises(CrashError):
        field.push()
    ended = field.intent(keys[0])
    again = lanes(field.arena)
    assert again.push().confirmed == 2
    assert ("apply", keys[1]) not in again.wire.calls
    assert again.intent(keys[0]) == ended
    assert [again.said(key) for key in keys] == [1, 1, 1]
    write = _write(again, keys[0])  # a late answer for an intent that has ended changes nothing
    late = again.wire.inner.find(write)
    keep_receipt(again.site, ended, write, Effect(late, found=True))
    assert again.intent(keys[0]) == ended


def test_a_refused_write_waits_by_the_schedule(field: Lanes) -> None:
    (key,) = field.put(1)
    field.wire.before = always(RemoteRefused("No."))
    waits = []
    for _ in range(4):
        field.push()
        when = field.intent(key).not_before
        assert when is not None
        waits.append(when - field.site.now())
        field.arena.system.clock = when
    steps = [timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2)]
    assert all(step <= wait <= step * 1.2 for step, wait in zip(steps, waits, strict=True))


def _all(field: Lanes) -> list[Intent]:
    with field.site.store.read() as places:
        return places.outbox.find(field.site.name)


def _write(field: Lanes, key: str) -> Write:
    with field.site.store.read() as places:
        write = write_of(field.site, places, field.intent(key))
    assert write is not None
    return write
