"""The outbox: keys decide what is new, lanes decide what is sent, states only go forward.

Excludes random orders of calls (`tests/machine/test_store_machines`) and crashes (`tests/faults`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from store.engine import Store
from store.holds import Hold
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
        "a", task="TD-1", attempts=2, not_before=NOW + HOUR, error="bận", remote_id="9", written="h",
        state="dead", finished_at=NOW + 2 * HOUR, body="nội dung".encode(),
    )  # fmt: skip
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
        add(places, intent("4", "L4"), intent("5", "L5"))
        again = places.outbox.ready("songlam", NOW, 2)
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
        doubted = places.outbox.get([one, 999])[one]
        assert (doubted.state, doubted.error) == ("sending", "unknown 1: no answer")
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
        places.outbox.defer(one, NOW + HOUR, "503")
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
        assert places.outbox.wake("songlam", "%", NOW) == 0, "a class is a word, not a pattern"
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


def test_lanes_of_the_same_name_at_two_sites_do_not_wait_for_each_other(store: Store) -> None:
    with store.begin() as places:
        add(places, intent("1", site="khac"), intent("2"), intent("3"))
        assert ready(places) == ["2"]


def test_what_waits_in_a_lane_is_told_whole_and_in_its_order(store: Store) -> None:
    with store.begin() as places:
        held, sent, done, _last, dead, _other, old, _new = add(
            places,
            *(intent(key) for key in ("held", "sent", "done", "last")),
            *(intent(key, "L2") for key in ("dead", "other")),
            *(intent(key, "L3") for key in ("old", "new")),
        )
        places.outbox.hold(held, "?")
        places.outbox.start(sent)
        places.outbox.confirm(done, "r", "h", NOW)
        places.outbox.bury(dead, "410")
        places.outbox.confirm(old, "r", "h", NOW)
        waiting = places.outbox.unfinished(["L1", "L2", "khác"])
        assert {lane: [(one.effect_key, one.state) for one in some] for lane, some in waiting.items()} == {
            "L1": [("held", "held"), ("sent", "sending"), ("last", "pending")],
            "L2": [("other", "pending")],
        }


def test_of_many_only_the_oldest_are_found_when_so_few_are_wanted(store: Store) -> None:
    with store.begin() as places:
        _one, two, three = add(places, intent("1"), intent("2", "L2"), intent("3", "L3"))
        for number_of_one in (three, two):
            places.outbox.hold(number_of_one, "?")
        assert [one.effect_key for one in places.outbox.find("songlam", limit=2)] == ["1", "2"]
        assert [one.effect_key for one in places.outbox.find("songlam", "held", 1)] == ["2"]
        assert [one.effect_key for one in places.outbox.find("songlam", "held")] == ["2", "3"]
        assert places.outbox.find("songlam", limit=0) == []


def test_what_is_due_already_need_not_be_woken(store: Store) -> None:
    with store.begin() as places:
        due, later, sent = add(places, intent("due"), intent("later", "L2"), intent("sent", "L3"))
        places.outbox.defer(due, NOW, "transient 1: busy")
        places.outbox.defer(later, NOW + HOUR, "transient 1: busy")
        places.outbox.start(sent)
        places.outbox.doubt(sent, NOW + HOUR, "transient 1: busy")
        assert places.outbox.wake("songlam", "transient", NOW) == 1
        times = {one.effect_key: one.not_before for one in places.outbox.find("songlam")}
        assert times == {"due": NOW, "later": NOW, "sent": NOW + HOUR}


@pytest.mark.parametrize("scope", ["site:listing", "task:TD-1:stop"])
def test_nothing_goes_out_while_its_scope_is_held(store: Store, scope: str) -> None:
    with store.begin() as places:
        add(places, intent("1", task="TD-1"), intent("2", "L2", task="TD-2"))
        places.holds.place(
            Hold(site="songlam", scope=scope, reason="r", safe="s", cost="c", releaser="Lan", since=NOW)
        )
        assert ready(places) == (["2"] if scope.startswith("task") else [])
        places.holds.release("songlam", scope, NOW, "Lan")
        assert ready(places) == ["1", "2"]


def test_what_has_ended_stays_as_it_ended(store: Store) -> None:
    with store.begin() as places:
        done, dead = add(places, intent("done"), intent("dead", "L2"))
        assert places.outbox.confirm(done, "r", "h", NOW)
        assert places.outbox.bury(dead, "410")
        before = places.outbox.get([done, dead])
        assert (before[dead].state, before[dead].error) == ("dead", "410")
        for ended in (done, dead):
            assert not places.outbox.confirm(ended, "r2", "h2", NOW + HOUR)
            assert not places.outbox.defer(ended, NOW + HOUR, "later")
            assert not places.outbox.doubt(ended, NOW + HOUR, "later")
            assert not places.outbox.hold(ended, "?")
            assert not places.outbox.let_go(ended)
            assert not places.outbox.bury(ended, "again")
            assert not places.outbox.start(ended)
        assert places.outbox.get([done, dead]) == before


@pytest.mark.parametrize("missing", ["site", "lane", "kind", "effect_key"])
def test_an_intent_without_a_name_or_a_place_is_none(missing: str) -> None:
    with pytest.raises(ValueError, match="needs site, lane, kind and effect key"):
        intent("a", **{missing: ""})


def test_an_intent_is_checked_when_it_is_made() -> None:
    with pytest.raises(ValueError, match="cannot be 'gone'"):
        intent("a", state="gone")
    with pytest.raises(ValueError, match="created_at"):
        intent("a", created_at=datetime(2026, 1, 1))


@pytest.mark.parametrize("name", ["not_before", "finished_at"])
def test_a_time_without_a_zone_is_named_and_nothing_of_it_is_stored(store: Store, name: str) -> None:
    given: dict[str, Any] = {name: datetime(2026, 1, 1)}
    with store.begin() as places:
        with pytest.raises(ValueError, match=f"^{name}: a time without a zone"):
            add(places, intent("good"), intent("a", **given))
        assert places.outbox.find("songlam") == []
