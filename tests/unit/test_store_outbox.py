"""The outbox: keys decide what is new, lanes decide what is sent, states only go forward.

Excludes random orders of calls (`tests/machine/test_store_outbox_machine`) and crashes (`tests/faults`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from store.engine import Store
from store.outbox import Intent
from store.places import Places

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def intent(key: str, lane: str = "L1", kind: str = "state", **given: object) -> Intent:
    return replace(Intent("songlam", lane, kind, key, key.encode(), created_at=NOW), **given)  # type: ignore[arg-type]


def number(one: Intent) -> int:
    assert one.id is not None
    return one.id


def add(places: Places, *intents: Intent) -> list[int]:
    return [number(one) for one in places.outbox.add(intents)]


def ready(places: Places, now: datetime = NOW, limit: int = 99) -> list[str]:
    return [one.effect_key for one in places.outbox.ready("songlam", now, limit)]


def test_an_effect_is_decided_once(store: Store) -> None:
    with store.begin() as places:
        new = places.outbox.add([intent("a"), intent("b"), intent("a", body=b"other")])
        assert [one.effect_key for one in new] == ["a", "b"]
        assert new[0] == intent("a", id=new[0].id)
        assert [one.effect_key for one in places.outbox.add([intent("b"), intent("c")])] == ["c"]
        assert [one.effect_key for one in places.outbox.find("songlam")] == ["a", "b", "c"]
        assert places.outbox.add([]) == []
        places.outbox.bury(number(new[0]), "bad")
        assert places.outbox.add([intent("a")]) == []


def test_everything_about_an_intent_is_kept(store: Store) -> None:
    full = intent(
        "a", task="TD-1", attempts=2, not_before=NOW + HOUR, error="bận", remote_id="9", written="h"
    )
    with store.begin() as places:
        kept = places.outbox.add([full])[0]
        assert kept == replace(full, id=kept.id)
    with store.read() as places:
        assert places.outbox.find("songlam") == [kept]
        assert places.outbox.find("khac") == []


def test_a_lane_goes_in_order_and_lanes_go_side_by_side(store: Store) -> None:
    with store.begin() as places:
        one, _two, three = add(places, intent("1"), intent("2"), intent("3", "L2"))
        assert ready(places) == ["1", "3"]
        assert ready(places, limit=1) == ["1"]
        places.outbox.start(one)
        places.outbox.confirm(one, "r1", "hash", NOW)
        assert ready(places) == ["2", "3"]
        places.outbox.bury(three, "410")
        assert ready(places) == ["2"]


def test_what_was_being_sent_comes_first_and_blocks_its_lane(store: Store) -> None:
    with store.begin() as places:
        _one, two, _three = add(places, intent("1"), intent("2", "L2"), intent("3", "L2"))
        assert places.outbox.start(two)
    with store.begin() as places:
        again = places.outbox.ready("songlam", NOW, 9)
        assert [(one.effect_key, one.state, one.attempts) for one in again] == [
            ("2", "sending", 1),
            ("1", "pending", 0),
        ]
        assert places.outbox.start(two)
        assert places.outbox.find("songlam", "sending")[0].attempts == 2


def test_a_deferred_or_held_intent_keeps_its_lane_waiting(store: Store) -> None:
    with store.begin() as places:
        one, _two = add(places, intent("1"), intent("2"))
        places.outbox.start(one)
        assert places.outbox.defer(one, NOW + HOUR, "503")
        assert ready(places) == []
        assert ready(places, NOW + HOUR) == ["1"]
        assert places.outbox.hold(one, "hỏi người")
        assert ready(places, NOW + 9 * HOUR) == []
        assert not places.outbox.start(one)
        assert places.outbox.find("songlam", "held")[0].error == "hỏi người"
        assert places.outbox.defer(one, NOW, "released")
        assert ready(places) == ["1"]


def test_what_is_in_doubt_keeps_its_lane_and_its_time(store: Store) -> None:
    with store.begin() as places:
        one, _two = add(places, intent("1"), intent("2"))
        assert not places.outbox.doubt(one, NOW + HOUR, "only what was sent can be in doubt")
        places.outbox.start(one)
        assert places.outbox.doubt(one, NOW + HOUR, "unknown 1: no answer")
        assert ready(places) == []
        assert ready(places, NOW + HOUR) == ["1"]
        assert places.outbox.get([one, 999])[one].state == "sending"
        places.outbox.start(one)
        assert places.outbox.get([one])[one].not_before is None
        assert places.outbox.confirm(one, "r", "h", NOW)
        assert ready(places) == ["2"]


def test_what_was_started_and_never_left_is_as_it_was(store: Store) -> None:
    with store.begin() as places:
        one, two, _three = add(places, intent("1"), intent("2", "L2"), intent("3", "L3"))
        places.outbox.defer(one, NOW, "transient 2: busy")
        for number_of_one in (one, two):
            places.outbox.start(number_of_one)
        places.outbox.confirm(two, "r", "h", NOW)
        places.outbox.give_back([one, two])
        found = {
            kept.effect_key: (kept.state, kept.attempts, kept.error) for kept in places.outbox.find("songlam")
        }
        assert found == {
            "1": ("pending", 0, "transient 2: busy"),
            "2": ("confirmed", 1, ""),
            "3": ("pending", 0, ""),
        }


def test_a_held_intent_that_is_let_go_is_looked_for_first(store: Store) -> None:
    with store.begin() as places:
        one, two = add(places, intent("1"), intent("2", "L2"))
        places.outbox.hold(one, "?")
        assert places.outbox.let_go(one)
        assert not places.outbox.let_go(two)
        assert [kept.state for kept in places.outbox.ready("songlam", NOW, 9)] == ["sending", "pending"]


def test_only_what_waits_for_one_class_of_failure_is_woken(store: Store) -> None:
    errors = ("transient 3: busy", "permanent 2: no", "transient_not 1: x", "", "transient 1: busy")
    with store.begin() as places:
        numbers = add(places, *(intent(str(n), f"L{n}") for n in range(5)), intent("6", "L6", site="khac"))
        for one, error in zip(numbers, errors, strict=False):
            places.outbox.defer(one, NOW + HOUR, error)
        places.outbox.defer(numbers[5], NOW + HOUR, "transient 1: elsewhere")
        assert places.outbox.wake("songlam", "transient", NOW) == 2
        assert ready(places) == ["0", "4"]


def test_a_newer_decision_takes_the_place_of_pending_ones_only(store: Store) -> None:
    with store.begin() as places:
        sending, held, _old, _due, _other, _new = add(
            places,
            intent("sending"),
            intent("held"),
            intent("old"),
            intent("due", kind="due"),
            intent("other", "L2"),
            intent("new"),
        )
        places.outbox.start(sending)
        places.outbox.hold(held, "?")
        places.outbox.supersede("songlam", "L1", "state", "new")
        states = {one.effect_key: one.state for one in places.outbox.find("songlam")}
        assert states == {
            "sending": "sending",
            "held": "held",
            "old": "superseded",
            "due": "pending",
            "other": "pending",
            "new": "pending",
        }
        assert places.outbox.counts("songlam") == {"sending": 1, "held": 1, "superseded": 1, "pending": 3}
        assert places.outbox.counts("khac") == {}


def test_what_the_document_system_was_last_told(store: Store) -> None:
    with store.begin() as places:
        one, two, _three, four = add(places, intent("1"), intent("2"), intent("3"), intent("4", "L2"))
        for done, remote in ((one, "r1"), (two, "r2"), (four, "r4")):
            places.outbox.confirm(done, remote, f"hash {remote}", NOW)
        last = places.outbox.last_confirmed("songlam", ["L1", "L2", "L3"], "state")
        assert {lane: (told.effect_key, told.written) for lane, told in last.items()} == {
            "L1": ("2", "hash r2"),
            "L2": ("4", "hash r4"),
        }
        assert last["L1"].finished_at == NOW
        assert places.outbox.last_confirmed("songlam", ["L1"], "due") == {}


def test_intents_of_another_site_are_not_touched(store: Store) -> None:
    with store.begin() as places:
        add(places, intent("1", site="khac"), intent("2"))
        assert ready(places) == ["2"]
        assert [one.effect_key for one in places.outbox.find("khac")] == ["1"]


def test_an_intent_is_checked_when_it_is_made() -> None:
    with pytest.raises(ValueError, match="needs site"):
        intent("", "L1")
    with pytest.raises(ValueError, match="cannot be 'gone'"):
        intent("a", state="gone")
    with pytest.raises(ValueError, match="created_at"):
        intent("a", created_at=datetime(2026, 1, 1))
