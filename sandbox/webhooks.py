"""Webhooks: signed thin messages about what changed, sent by a thread of their own.

A real system gives no order and no single delivery: repeats, delays and shuffling
are part of the registration. A message tells what changed, never how.
"""

from __future__ import annotations

import http.client
import json
import queue
import random
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from standardwebhooks import Webhook

from sandbox.calls import Event

#: Seconds before each further attempt: short, since a test waits for them.
RETRIES: Final = (0.1, 0.5, 2.0, 5.0)
_TIMEOUT: Final = 5.0
_GATHERING: Final = 0.05


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where messages go. `repeat` sends each so many times, `shuffle` mixes those that wait together.

    `clock` "sandbox" stamps messages with the sandbox's own time instead of the machine's.
    """

    url: str
    secret: str
    repeat: int = 1
    delay_ms: int = 0
    shuffle: bool = False
    seed: int = 1
    clock: str = "real"


@dataclass(slots=True)
class Counters:
    """What became of the messages."""

    queued: int = 0
    delivered: int = 0
    attempts_failed: int = 0
    given_up: int = 0


@dataclass(frozen=True, slots=True)
class _Message:
    id: str
    at: datetime
    body: str


class Webhooks:
    """One subscription at a time; `start` and `close` frame the thread."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._subscription: Subscription | None = None
        self._random = random.Random(1)
        self._waiting: queue.SimpleQueue[_Message | None] = queue.SimpleQueue()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._work, name="webhooks", daemon=True)
        self.counters = Counters()

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def close(self) -> None:
        """Stop; what was not delivered is gone, as in the real one."""
        self._closing.set()
        self._waiting.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout=1)

    def subscribe(self, subscription: Subscription | None) -> None:
        """Send to this address from now on; None stops. Raises ValueError for a secret that cannot sign."""
        if subscription is not None:
            _signature(subscription.secret, "test", datetime.now(UTC), "{}")
            self._random = random.Random(subscription.seed)
        self._subscription = subscription

    def describe(self) -> dict[str, object]:
        """The registration without its secret, and the counters."""
        given = self._subscription
        shown = (
            None if given is None else {key: value for key, value in asdict(given).items() if key != "secret"}
        )
        return {"subscription": shown, **asdict(self.counters)}

    def publish(self, events: Sequence[Event]) -> None:
        """Queue one message for each event; nothing is queued while nobody has registered."""
        given = self._subscription
        if given is None:
            return
        for event in events:
            moment = self._now() if given.clock == "sandbox" else datetime.now(UTC)
            thing = {"kind": event.kind, "id": str(event.id)}
            body = json.dumps({"type": event.type, "timestamp": moment.isoformat(), "data": thing})
            self._waiting.put(_Message(f"msg_{secrets.token_hex(12)}", moment, body))
            self.counters.queued += 1

    def _work(self) -> None:
        while not self._closing.is_set():
            first = self._waiting.get()
            if first is None:
                return
            given = self._subscription
            if given is not None:
                self._send_all(given, self._gathered(first, given))

    def _gathered(self, first: _Message, given: Subscription) -> list[_Message]:
        """The message with those that wait behind it, repeated and mixed as ordered."""
        self._closing.wait(given.delay_ms / 1000 or (_GATHERING if given.shuffle else 0))
        batch = [first]
        while not self._waiting.empty():
            following = self._waiting.get()
            if following is None:
                self._closing.set()
                break
            batch.append(following)
        batch = [message for message in batch for _ in range(max(1, given.repeat))]
        if given.shuffle:
            self._random.shuffle(batch)
        return batch

    def _send_all(self, given: Subscription, batch: list[_Message]) -> None:
        for message in batch:
            if self._closing.is_set():
                return
            self._send(given, message)

    def _send(self, given: Subscription, message: _Message) -> None:
        """Deliver one message or give it up after the last attempt; 410 ends the subscription."""
        for pause in (0.0, *RETRIES):
            if self._closing.wait(pause):
                return
            status = _post(given, message)
            if status is not None and 200 <= status < 300:
                self.counters.delivered += 1
                return
            self.counters.attempts_failed += 1
            if status == http.client.GONE:
                self._subscription = None
                break
        self.counters.given_up += 1


def _post(given: Subscription, message: _Message) -> int | None:
    """One attempt; None when there was no answer."""
    address = urlsplit(given.url)
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.hostname or "127.0.0.1", address.port, timeout=_TIMEOUT)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": message.id,
        "webhook-timestamp": str(int(message.at.timestamp())),
        "webhook-signature": _signature(given.secret, message.id, message.at, message.body),
    }
    target = (address.path or "/") + (f"?{address.query}" if address.query else "")
    try:
        connection.request("POST", target, message.body.encode(), headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _signature(secret: str, message_id: str, at: datetime, body: str) -> str:
    try:
        return Webhook(secret).sign(message_id, at.astimezone(UTC), body)
    except Exception as problem:  # noqa: BLE001 - several unrelated types for an odd secret
        raise ValueError(f"webhook secret cannot sign: {type(problem).__name__}") from None


def wait_until_idle(webhooks: Webhooks, seconds: float) -> bool:
    """True once every queued message was delivered or given up; for tests and scripts."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        counted = webhooks.counters
        if counted.delivered + counted.given_up >= counted.queued:
            return True
        time.sleep(0.01)
    return False
