"""How the service is steered: administrators' orders, holds, leases.

Excludes owners that race or freeze (`tests/faults/test_store_leases`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from errors import SkipRecord
from store.engine import Store
from store.holds import Hold
from store.leases import Lease

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
TTL = timedelta(seconds=30)


def test_an_order_is_taken_once_and_followed_to_its_end(store: Store) -> None:
    with store.begin() as places:
        first = places.signals.order("resync", {"site": "songlam", "kinds": ["đơn vị"]}, NOW)
        second = places.signals.order("pause", {}, NOW)
    with store.begin() as places:
        taken = places.signals.take(NOW)
        assert taken is not None
        assert (taken.id, taken.state, taken.body) == (
            first,
            "running",
            {"site": "songlam", "kinds": ["đơn vị"]},
        )
        places.signals.progress(first, "120/3000")
        other = places.signals.take(NOW)
        assert other is not None
        assert other.id == second
        assert places.signals.take(NOW) is None
        assert places.signals.get(first).progress == "120/3000"
        places.signals.finish(first, True, {"read": 3000}, NOW + TTL)
        done = places.signals.get(first)
        assert (done.state, done.result, done.finished_at) == ("done", {"read": 3000}, NOW + TTL)
        places.signals.finish(first, False, {"again": 1}, NOW)
        assert places.signals.get(first) == done
        places.signals.progress(first, "too late")
        assert places.signals.get(first).progress == "120/3000"
        places.signals.finish(second, False, {"error": "x"}, NOW)
        assert places.signals.get(second).state == "failed"
        assert [order.id for order in places.signals.latest(1)] == [second]


@pytest.mark.covers("F36", "F46")
def test_orders_of_a_dead_owner_are_taken_again_and_ended_ones_are_not(store: Store) -> None:
    with store.begin() as places:
        first, second = (places.signals.order(kind, {}, NOW) for kind in ("a", "b"))
        places.signals.take(NOW)
        places.signals.finish(first, True, {}, NOW)
        places.signals.take(NOW)
        assert places.signals.take(NOW) is None
        assert places.sweeping.put_back(set()) == 1
        again = places.signals.take(NOW)
        assert again is not None
        assert again.id == second


def test_an_order_that_is_not_there(store: Store) -> None:
    with store.read() as places, pytest.raises(SkipRecord, match="no order 77"):
        places.signals.get(77)


def hold(scope: str = "unit:H1", reason: str = "Danh sách trống", site: str = "songlam") -> Hold:
    return Hold(
        site=site,
        scope=scope,
        reason=reason,
        safe="Không ghi gì",
        cost="2 việc sắp đến hạn",
        releaser="Văn phòng",
        since=NOW,
    )


def test_a_scope_is_held_once_with_its_first_moment_and_newest_words(store: Store) -> None:
    with store.begin() as places:
        first = places.holds.place(hold())
        again = places.holds.place(hold(reason="Danh sách vẫn trống"))
        assert again.id == first.id
        later = Hold(
            **{
                name: getattr(hold("all"), name)
                for name in ("site", "scope", "reason", "safe", "cost", "releaser")
            },
            since=NOW - TTL,
        )
        places.holds.place(later)
        places.holds.place(hold(site="khac"))
        assert [(one.scope, one.reason) for one in places.holds.open("songlam")] == [
            ("all", "Danh sách trống"),
            ("unit:H1", "Danh sách vẫn trống"),
        ]
        assert len(places.holds.open()) == 3
        assert places.holds.release("songlam", "unit:H1", NOW + TTL, "tranvan")
        assert not places.holds.release("songlam", "unit:H1", NOW + TTL, "tranvan")
        assert [one.scope for one in places.holds.open("songlam")] == ["all"]
        anew = places.holds.place(hold())
        assert anew.id != first.id
        assert anew.since == NOW


def test_a_lease_binds_until_it_runs_out(store: Store) -> None:
    with store.begin() as places:
        leases = places.leases
        assert leases.holder("flow") is None
        assert leases.acquire("flow", "a", NOW, TTL) == 1
        assert leases.acquire("flow", "b", NOW + TTL - timedelta(seconds=1), TTL) is None
        assert leases.acquire("flow", "a", NOW, TTL) == 1
        assert leases.renew("flow", "a", 1, NOW + timedelta(seconds=20), TTL)
        assert leases.holder("flow") == Lease("a", 1, NOW + timedelta(seconds=50))
        assert leases.acquire("flow", "b", NOW + TTL, TTL) is None
        assert leases.acquire("other", "b", NOW, TTL) == 1


def test_the_token_grows_with_every_owner(store: Store) -> None:
    with store.begin() as places:
        leases = places.leases
        assert leases.acquire("flow", "a", NOW, TTL) == 1
        assert leases.acquire("flow", "b", NOW + TTL, TTL) == 2
        assert not leases.renew("flow", "a", 1, NOW + TTL, TTL)
        assert not leases.holds("flow", "a", 1)
        assert leases.holds("flow", "b", 2)
        leases.release("flow", "a", 1)
        assert leases.holds("flow", "b", 2)
        leases.release("flow", "b", 2)
        assert leases.holder("flow") is None
        assert not leases.holds("flow", "b", 2)
        assert leases.acquire("flow", "a", NOW + TTL, TTL) == 3
        assert leases.acquire("flow", "a", NOW + 3 * TTL, TTL) == 4
        assert not leases.renew("flow", "a", 3, NOW + 3 * TTL, TTL)
