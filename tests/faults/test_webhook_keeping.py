"""What webhooks leave in the store: one look for each message, holds and quarantine, marks and gaps."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import sync.keep_notices
from connector.records import Kind
from errors import RetryLater
from store.engine import Store
from sync.keep_notices import NoticeKeeper, Outcome, Post
from sync.orders import WAKE
from sync.webhook_marks import listening

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
SITE = "songlam"


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def woken() -> list[str]:
    return []


@pytest.fixture
def keeper(store: Store, clock: Clock, woken: list[str]) -> NoticeKeeper:
    return NoticeKeeper(store, woken.append, clock, (SITE, "khac"))


def post(
    webhook_id: str, remote_id: str = "501", content: str = "", site: str = SITE, problem: str = ""
) -> Post:
    digest = hashlib.sha256(f"{remote_id}{content}{problem}".encode()).digest()
    return Post(site, webhook_id, digest, None if problem else (Kind.JOB, remote_id), problem)


def orders(store: Store) -> list[dict[str, Any]]:
    with store.read() as places:
        return [order.body for order in reversed(places.signals.latest(10_000))]


def carry_out(store: Store) -> int:
    """What a site's worker does; gives how many orders there were."""
    with store.begin() as places:
        taken = 0
        while (order := places.signals.take(NOW, SITE)) is not None:
            places.signals.finish(order.id, True, {}, NOW)
            taken += 1
    return taken


@pytest.mark.covers("F19")
def test_a_thousand_repeats_over_a_month_and_restarts_cause_one_look(
    store: Store, clock: Clock, woken: list[str]
) -> None:
    looks = 0
    outcomes: list[Outcome] = []
    for number in range(200):
        if number % 20 == 0:
            looks += carry_out(store)
            keeper = NoticeKeeper(store, woken.append, clock, (SITE,))
        outcomes += keeper.write([post("msg_1")] * 5)
        clock.pass_by(hours=3.6)
    assert outcomes == [Outcome.KEPT] + [Outcome.REPEATED] * 999
    assert looks + carry_out(store) == 1
    assert woken == [SITE]


@pytest.mark.covers("F19")
def test_many_messages_about_a_record_cause_one_look_until_that_has_begun(
    store: Store, keeper: NoticeKeeper
) -> None:
    assert keeper.write([post("a"), post("b"), post("c", "502")]) == [Outcome.KEPT] * 3
    assert keeper.write([post("d")]) == [Outcome.KEPT]
    assert [order["id"] for order in orders(store)] == ["501", "502"]
    with store.begin() as places:
        assert places.signals.take(NOW, SITE) is not None
    keeper.write([post("e"), post("f", "502")])
    assert [order["id"] for order in orders(store)] == ["501", "502", "501"]


def test_a_repeat_inside_one_group_counts_once(store: Store, keeper: NoticeKeeper, woken: list[str]) -> None:
    assert keeper.write([post("a"), post("a")]) == [Outcome.KEPT, Outcome.REPEATED]
    assert len(orders(store)) == 1
    assert woken == [SITE]


def test_ids_of_two_sites_are_not_mixed_up(store: Store, keeper: NoticeKeeper, woken: list[str]) -> None:
    assert keeper.write([post("a"), post("a", "502", site="khac")]) == [Outcome.KEPT] * 2
    assert sorted(woken) == ["khac", SITE]


def test_an_order_says_which_record_and_nothing_about_it(store: Store, keeper: NoticeKeeper) -> None:
    keeper.write([post("a", content="trạng thái: hoàn thành")])
    assert orders(store) == [{"site": SITE, "kind": "job", "id": "501"}]


@pytest.mark.covers("M05")
def test_another_body_under_a_known_id_has_no_effect_and_asks_a_person(
    store: Store, keeper: NoticeKeeper, woken: list[str]
) -> None:
    keeper.write([post("a")])
    assert keeper.write([post("a", "777"), post("a")]) == [Outcome.CONFLICTING, Outcome.REPEATED]
    assert keeper.write([post("b"), post("b", "778")]) == [Outcome.KEPT, Outcome.CONFLICTING]
    assert {order["id"] for order in orders(store)} == {"501"}
    with store.read() as places:
        (hold,) = places.holds.open(SITE)
    assert hold.scope == "webhook"
    assert "cùng mã b" in hold.reason
    assert "không mất dữ liệu" in hold.safe
    assert keeper.counts[SITE] == {"kept": 2, "conflicting": 2, "repeated": 1}


@pytest.mark.covers("M07", "M08", "M09")
def test_a_message_that_cannot_be_read_is_quarantined_once_without_its_body(
    store: Store, keeper: NoticeKeeper, woken: list[str]
) -> None:
    for _ in range(3):
        keeper.write([post("a", problem="The webhook's body is not plain JSON.")])
    with store.read() as places:
        (letter,) = places.dead_letters.open(SITE)
    assert (letter.stage, letter.item, letter.context) == ("webhook", "a", "{}")
    assert letter.payload == post("a", problem="The webhook's body is not plain JSON.").digest.hex()
    assert orders(store) == []
    assert woken == []
    assert keeper.counts[SITE] == {"malformed": 3}


@pytest.mark.covers("F20")
def test_when_too_many_wake_ups_wait_senders_are_asked_to_come_back(
    store: Store, keeper: NoticeKeeper, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync.keep_notices, "MOST_WAKES", 5)
    keeper.write([post(f"m{number}", str(number)) for number in range(6)])
    clock.pass_by(seconds=1)
    with pytest.raises(RetryLater) as refused:
        keeper.write([post("late", "9")])
    assert refused.value.after == 60
    with store.read() as places:
        assert places.webhooks.known(SITE, ["late"]) == {}
    assert carry_out(store) == 6
    clock.pass_by(seconds=1)
    assert keeper.write([post("late", "9")]) == [Outcome.KEPT]


def test_nothing_of_a_group_is_kept_when_its_commit_fails(
    store: Store, keeper: NoticeKeeper, monkeypatch: pytest.MonkeyPatch, woken: list[str]
) -> None:
    def full(*_: object) -> None:
        raise RetryLater("The disk of the database is full.")

    with monkeypatch.context() as patched:
        patched.setattr("store.signals.Signals.order_once", full)
        with pytest.raises(RetryLater):
            keeper.write([post("a")])
    with store.read() as places:
        assert places.webhooks.known(SITE, ["a"]) == {}
    assert woken == []
    assert keeper.write([post("a")]) == [Outcome.KEPT]


@pytest.mark.covers("F22")
def test_a_receiver_that_was_down_for_three_days_tells_the_gap(
    store: Store, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    def started() -> NoticeKeeper:
        keeper = NoticeKeeper(store, print, clock, (SITE,))
        keeper.write(())
        return keeper

    keeper = started()
    keeper.counts[SITE]["refused"] += 3
    for _ in range(3):
        clock.pass_by(seconds=30)
        keeper.write(())
    stopped = clock.now
    clock.pass_by(hours=72)
    with store.read() as places:
        told = listening(places, SITE)
    assert told == {"heard_until": stopped, "last_gap": None, "counts": {"refused": 3}}
    started()
    clock.pass_by(seconds=30)
    started()
    with store.read() as places:
        told = listening(places, SITE)
    assert told is not None
    assert told["last_gap"] == [stopped.isoformat(), (stopped + timedelta(hours=72)).isoformat()]
    assert told["heard_until"] == clock.now
    assert capsys.readouterr().out.count("no webhook was heard") == 1


@pytest.mark.covers("F22", "F39")
def test_a_restart_or_a_clock_set_back_is_no_gap(store: Store, clock: Clock) -> None:
    for step in (0, 100, -3600, 30):
        clock.pass_by(seconds=step)
        NoticeKeeper(store, print, clock, (SITE,)).write(())
    with store.read() as places:
        told = listening(places, SITE)
        assert listening(places, "khac") is None
    assert told is not None
    assert told["last_gap"] is None


def test_orders_are_taken_by_site_oldest_first_over_several_pages(store: Store) -> None:
    with store.begin() as places:
        for number in range(150):
            body = {"site": (SITE, "khac")[number % 2], "kind": "job", "id": str(number)}
            places.signals.order_once(WAKE, [body], NOW)
        places.signals.order("sync", {"site": SITE}, NOW)
    with store.begin() as places:
        taken = [places.signals.take(NOW, SITE) for _ in range(75)]
    assert [order and order.body["id"] for order in taken] == [str(number) for number in range(0, 150, 2)]
    assert {order and order.state for order in taken} == {"running"}
    with store.begin() as places:
        last = places.signals.take(NOW, SITE)
        assert last is not None
        assert last.kind == "sync"
        assert places.signals.take(NOW, SITE) is None
        assert places.signals.waiting(WAKE, 1000) == 75
        assert places.signals.waiting(WAKE, 10) == 10


def test_an_order_that_waits_is_not_given_again(store: Store) -> None:
    bodies = [{"site": SITE, "kind": "job", "id": str(number)} for number in (1, 2, 2)]
    with store.begin() as places:
        assert places.signals.order_once(WAKE, bodies, NOW) == 2
        assert places.signals.order_once(WAKE, bodies[:1], NOW) == 0
        assert places.signals.order_once("other", bodies[:1], NOW) == 1
        assert places.signals.order_once(WAKE, [], NOW) == 0
        order = places.signals.take(NOW)
        assert order is not None
        assert (order.kind, order.body, order.created_at, order.result) == (WAKE, bodies[0], NOW, None)
        assert places.signals.order_once(WAKE, bodies, NOW) == 1


def test_ids_are_forgotten_after_their_time(store: Store, keeper: NoticeKeeper, clock: Clock) -> None:
    keeper.write([post("a")])
    clock.pass_by(days=20)
    keeper.write([post("b")])
    with store.begin() as places:
        assert places.webhooks.forget(clock.now - timedelta(days=10)) == 1
        assert set(places.webhooks.known(SITE, ["a", "b", "c"])) == {"b"}
