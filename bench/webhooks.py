"""What receiving costs: 10,000 signed posts of 3 KB, on disk before 2xx, beside a bare receiver in the same run.

`python -m bench.webhooks POSTS ROUNDS` prints throughput and latencies of both, taken in turns, and what became
of the posts that were answered before a `kill -9` in the middle.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from bench.measure import process
from bench.webhook_posts import SITE
from store.engine import open_store
from sync.orders import WAKE


@contextmanager
def _serving(which: str, folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    server = subprocess.Popen(
        [sys.executable, "-m", "bench.webhook_server", which, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        yield server, server.stdout.readline().strip()
    finally:
        server.kill()
        server.wait(timeout=10)


def _measured(which: str, posts: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name, _serving(which, Path(name)) as (server, port):
        before = _cpu_seconds(server.pid)
        figures = process("bench.webhook_posts", port, str(posts))
        spent = _cpu_seconds(server.pid) - before
        figures |= {"peak_mib": _peak(server.pid), "cpu_us": spent * 1e6 / posts}
    assert figures["statuses"] == {"200": posts}, figures["statuses"]
    return figures


def _peak(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def _cpu_seconds(pid: int) -> float:
    """Processor time of a server so far, which tells nearly the same on a busy machine."""
    user, system = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _killed(posts: int) -> dict[str, int]:
    """Kill the receiver when half of the posts are answered; look for each of those afterwards."""
    with tempfile.TemporaryDirectory() as name:
        with _serving("product", Path(name)) as (server, port):
            sender = subprocess.Popen(
                [sys.executable, "-m", "bench.webhook_posts", port, str(posts), str(posts // 2)],
                stdout=subprocess.PIPE,
                text=True,
            )
            assert sender.stdout is not None
            sender.stdout.readline()
            server.kill()
            answered = orjson.loads(sender.communicate(timeout=60)[0].splitlines()[-1])["acked"]
        store = open_store(f"sqlite:///{name}/ledger.db")
        with store.read() as places:
            heard = places.webhooks.known(SITE, answered)
            wakes = places.signals.waiting(WAKE, 2 * posts)
        store.close()
    return {
        "acked_before_kill": len(answered),
        "acked_and_lost": len(set(answered) - set(heard)),
        "wakes_lost": max(0, len(answered) - wakes),
    }


def run(posts: int, rounds: int) -> dict[str, Any]:
    """Floor and product in turns, so that a busy moment meets both; the median of each figure."""
    floors, products = [], []
    for _ in range(rounds):
        floors.append(_measured("floor", posts))
        products.append(_measured("product", posts))

    def median(measured: list[dict[str, Any]], figure: str) -> float:
        return round(statistics.median(float(one[figure]) for one in measured), 1)

    return {
        "posts": posts,
        "floor_per_second": round(median(floors, "per_second")),
        "per_second": round(median(products, "per_second")),
        "ratio_to_floor": round(median(products, "per_second") / median(floors, "per_second"), 2),
        "ratios": [
            round(ours["per_second"] / bare["per_second"], 2)
            for ours, bare in zip(products, floors, strict=True)
        ],
        "floor_p50_ms": median(floors, "p50_ms"),
        "p50_ms": median(products, "p50_ms"),
        "floor_p99_ms": median(floors, "p99_ms"),
        "p99_ms": median(products, "p99_ms"),
        "floor_cpu_us_each": round(median(floors, "cpu_us")),
        "cpu_us_each": round(median(products, "cpu_us")),
        "peak_mib": round(median(products, "peak_mib")),
        **_killed(posts),
    }


if __name__ == "__main__":
    print(orjson.dumps(run(int(sys.argv[1]), int(sys.argv[2]))).decode())
