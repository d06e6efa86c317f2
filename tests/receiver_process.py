"""A receiver as a process of its own, to be killed: `python -m tests.receiver_process STORE_URL` prints its port."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from store.engine import open_store
from tests.signed_posts import receiving

ROOT = Path(__file__).parents[1]


@contextmanager
def receiver_process(store_url: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The process and its port; killed at the end, if not before."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.receiver_process", store_url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        yield process, int(process.stdout.readline())
    finally:
        process.kill()
        process.wait(timeout=10)
        process.stdout.close()
        process.stdin.close()


if __name__ == "__main__":
    with receiving(open_store(sys.argv[1])) as receiver:
        sys.stdout.write(f"{receiver.port}\n")
        sys.stdout.flush()
        sys.stdin.read()
