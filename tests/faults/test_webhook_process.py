"""A receiver that is killed while it is posted to: what was answered 2xx is there, on both databases."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Self

import pytest

from store.engine import Store, open_store
from sync.orders import WAKE
from tests.receiver_process import receiver_process
from tests.signed_posts import SITE, body, headers, post, receiving

SENDERS = 8


class Senders:
    """Threads that post until the receiver is gone; `acked` are the numbers that were answered 200."""

    def __init__(self, port: int, first: int) -> None:
        self.acked: list[int] = []
        self.other: Counter[int] = Counter()
        self._port = port
        self._threads = [
            threading.Thread(target=self._send, args=(first + place,)) for place in range(SENDERS)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for thread in self._threads:
            thread.join(30)

    def _send(self, number: int) -> None:
        while True:
            raw = body(str(number))
            try:
                status = post(self._port, raw, headers(raw, f"msg_{number}"))
            except OSError:
                return
            if status == 200:
                self.acked.append(number)
            else:
                self.other[status] += 1
            number += SENDERS


def kept(store: Store, numbers: list[int]) -> tuple[set[str], Counter[str]]:
    """Ids that are known, and orders by record."""
    with store.read() as places:
        known = places.webhooks.known(SITE, [f"msg_{number}" for number in numbers])
        orders = [order for order in places.signals.latest(1_000_000) if order.kind == WAKE]
    return set(known), Counter(order.body["id"] for order in orders)


@pytest.mark.covers("F20", "F21")
def test_nothing_that_was_answered_is_lost_when_the_receiver_is_killed(store_url: str) -> None:
    acked: list[int] = []
    for turn in range(2):
        with receiver_process(store_url) as (process, port), Senders(port, turn * 1_000_000) as senders:
            while len(senders.acked) < 60 and process.poll() is None:
                threading.Event().wait(0.005)
            process.kill()
        assert not senders.other
        acked += senders.acked
    store = open_store(store_url)
    known, orders = kept(store, acked)
    assert len(acked) >= 120
    assert known == {f"msg_{number}" for number in acked}
    assert {str(number) for number in acked} <= set(orders)
    with receiving(store) as receiver:
        for number in acked[-40:]:
            raw = body(str(number))
            assert post(receiver.port, raw, headers(raw, f"msg_{number}")) == 200
    assert kept(store, acked) == (known, orders)
    assert set(orders.values()) == {1}
    store.close()
