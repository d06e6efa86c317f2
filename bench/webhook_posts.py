"""A sender of signed posts: some connections that are kept open, one post under way on each.

`python -m bench.webhook_posts PORT POSTS [MARK]` prints one JSON object: seconds, latencies in milliseconds, the
statuses, and the ids of posts that were answered 200. Posts are signed before the clock starts. It says
"MARK" on a line of its own when so many were answered, and ends early when the receiver is gone.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import sys
import time
from collections import Counter
from typing import Final

import orjson

CONNECTIONS: Final = 64
SIZE: Final = 3 * 1024
KEY: Final = b"bench-key-of-thirty-two-bytes!!!"
SECRET: Final = "whsec_" + base64.b64encode(KEY).decode()
SITE: Final = "bench"


def body_of(number: int) -> bytes:
    """A body of 3 KB: which record, and words that a receiver has to look through."""
    thing = {
        "type": "job.updated",
        "timestamp": "2026-03-02T08:00:00Z",
        "data": {"kind": "job", "id": str(number)},
    }
    parts = [{"ten": f"Nội dung {part}", "giaTri": part * 7} for part in range(40)]
    text = json.dumps({**thing, "phan": parts}, ensure_ascii=False).encode()
    filler = "x" * (SIZE - len(text) - len(', "them": ""'))
    return json.dumps({**thing, "phan": parts, "them": filler}, ensure_ascii=False).encode()


def request_of(number: int) -> bytes:
    """A whole HTTP request, signed now."""
    body, stamp, name = body_of(number), str(int(time.time())), f"msg_{number:08d}"
    mac = hmac.digest(KEY, f"{name}.{stamp}.".encode() + body, hashlib.sha256)
    head = (
        f"POST /webhook/{SITE} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\nwebhook-id: {name}\r\nwebhook-timestamp: {stamp}\r\n"
        f"webhook-signature: v1,{base64.b64encode(mac).decode()}\r\n\r\n"
    )
    return head.encode() + body


class Run:
    """Posts not sent yet, and what came back."""

    def __init__(self, posts: int, mark: int) -> None:
        self.requests = [request_of(number) for number in range(posts)]
        self.next, self.mark = 0, mark
        self.answered: list[tuple[int, int, float]] = []
        self.open = 0
        self.ended = asyncio.Event()

    def note(self, number: int, status: int, seconds: float) -> None:
        self.answered.append((number, status, seconds))
        if len(self.answered) == self.mark:
            print("MARK", flush=True)


class Connection(asyncio.Protocol):
    """Sends the next post when the last one was answered."""

    def __init__(self, run: Run) -> None:
        self.run, self.number, self.since, self.buffer = run, -1, 0.0, b""
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.run.open += 1

    def post(self) -> None:
        if self.run.next == len(self.run.requests):
            self.transport.close()
            return
        self.number = self.run.next
        self.run.next += 1
        self.since = time.perf_counter()
        self.transport.write(self.run.requests[self.number])

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, rest = self.buffer.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0] or 0)
        if not found or len(rest) < length:
            return
        self.buffer = b""
        self.run.note(self.number, int(head[9:12]), time.perf_counter() - self.since)
        self.post()

    def connection_lost(self, exc: Exception | None) -> None:
        self.run.open -= 1
        if not self.run.open:
            self.run.ended.set()


async def send(port: int, posts: int, mark: int = 0) -> dict[str, object]:
    """All posts, as fast as they are answered."""
    loop, run = asyncio.get_running_loop(), Run(posts, mark)
    made = [
        await loop.create_connection(lambda: Connection(run), "127.0.0.1", port) for _ in range(CONNECTIONS)
    ]
    begun = time.perf_counter()
    for _, connection in made:
        connection.post()
    await run.ended.wait()
    seconds = time.perf_counter() - begun
    taken = sorted(1000 * each for _, status, each in run.answered if status == 200) or [0.0]
    return {
        "seconds": seconds,
        "per_second": len(taken) / seconds,
        "p50_ms": taken[len(taken) // 2],
        "p99_ms": taken[len(taken) * 99 // 100],
        "statuses": Counter(str(status) for _, status, _ in run.answered),
        "acked": [f"msg_{number:08d}" for number, status, _ in run.answered if status == 200],
    }


if __name__ == "__main__":
    port_, posts_, *mark_ = map(int, sys.argv[1:])
    print(orjson.dumps(asyncio.run(send(port_, posts_, *mark_))).decode())
