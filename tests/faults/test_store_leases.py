"""Owners that race for a lease, and one that freezes past it and thaws: one owner, stale tokens refused.

Excludes the daemons that hold them.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from store.engine import Store

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
TTL = timedelta(seconds=30)


@pytest.mark.covers("F35")
def test_of_racing_owners_one_wins_each_round_and_tokens_only_grow(store: Store) -> None:
    rounds, owners = 6, 4
    won: list[list[tuple[str, int]]] = [[] for _ in range(rounds)]
    failed: list[BaseException] = []
    start = threading.Barrier(owners)

    def race(owner: str) -> None:
        try:
            for number in range(rounds):
                start.wait(timeout=10)
                with store.begin() as places:
                    token = places.leases.acquire("flow", owner, NOW + number * TTL, TTL)
                if token is not None:
                    won[number].append((owner, token))
        except BaseException as error:
            failed.append(error)
            start.abort()
            raise

    threads = [threading.Thread(target=race, args=(f"owner-{number}",)) for number in range(owners)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert [len(winners) for winners in won] == [1] * rounds
    assert [winners[0][1] for winners in won] == list(range(1, rounds + 1))


@pytest.mark.covers("F35")
def test_a_thawed_owner_writes_nothing_with_its_stale_token(store: Store) -> None:
    with store.begin() as places:
        stale = places.leases.acquire("flow", "frozen", NOW, TTL)
        assert stale is not None
    with store.begin() as places:
        fresh = places.leases.acquire("flow", "other", NOW + TTL, TTL)
        assert fresh == stale + 1
    written = 0
    for _ in range(20):
        with store.begin() as places:
            if places.leases.holds("flow", "frozen", stale):
                places.cursors.set("songlam", "document", "stale")
                written += 1
            assert not places.leases.renew("flow", "frozen", stale, NOW + TTL, TTL)
    assert written == 0
    with store.begin() as places:
        assert places.leases.holds("flow", "other", fresh)


@pytest.mark.covers("F35")
def test_nobody_takes_the_lease_while_its_owner_writes(store: Store) -> None:
    with store.begin() as places:
        token = places.leases.acquire("flow", "writer", NOW, TTL)
        assert token is not None
    order: list[str] = []
    asked = threading.Event()

    def take() -> None:
        asked.set()
        with store.begin() as places:
            assert places.leases.acquire("flow", "other", NOW + TTL, TTL) == token + 1
            order.append("taken")

    taker = threading.Thread(target=take)
    with store.begin() as places:
        assert places.leases.holds("flow", "writer", token)
        taker.start()
        asked.wait(timeout=5)
        taker.join(timeout=0.1)
        places.cursors.set("songlam", "document", "written by its owner")
        order.append("written")
    taker.join(timeout=10)
    assert order == ["written", "taken"]
