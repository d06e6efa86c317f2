"""What nobody has judged yet is on no disk, and goes with the process that was looking at it (LC-02)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connector.staging import MAKING, PREFIX, discard_left, place, staging
from store.engine import Store
from sync.sweep import Carried, sweep

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
MARK = "MAT-CHIM-YEN"
LOOKING = f"""
import sys, time
from connector.staging import staging
with staging() as folder:
    (folder / "0-document-7").write_text("{MARK}")
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def looking() -> subprocess.Popen[str]:
    """A process that has brought a file and has not judged it."""
    return subprocess.Popen([sys.executable, "-c", LOOKING], stdout=subprocess.PIPE, text=True)


def _folder(process: subprocess.Popen[str]) -> Path:
    assert process.stdout is not None
    return Path(process.stdout.readline().strip())


@pytest.mark.covers("LC-02", "F01")
def test_what_a_killed_process_was_looking_at_is_removed_by_the_next_sweep(
    looking: subprocess.Popen[str], store: Store
) -> None:
    folder = _folder(looking)
    try:
        assert (folder / "0-document-7").read_text() == MARK
        sweep(store, NOW, Carried(), [])
        assert folder.exists(), "its owner is alive"
    finally:
        os.kill(looking.pid, signal.SIGKILL)
        looking.wait()
        assert looking.stdout is not None
        looking.stdout.close()
    assert folder.exists()
    assert sweep(store, NOW, Carried(), []).unjudged >= 1
    assert not folder.exists()


def test_a_folder_that_is_only_being_made_is_left_alone() -> None:
    folder = place() / f"{PREFIX}being-made-{os.getpid()}"
    folder.mkdir()
    try:
        discard_left()
        assert folder.exists()
        long_ago = time.time() - 2 * MAKING
        os.utime(folder, (long_ago, long_ago))
        assert discard_left() >= 1
        assert not folder.exists()
    finally:
        if folder.exists():
            folder.rmdir()


@pytest.mark.covers("LC-02")
def test_it_lies_in_memory_and_is_gone_afterwards() -> None:
    with staging() as folder:
        assert folder.parent == place()
        assert folder.stat().st_mode & 0o077 == 0
        if Path("/dev/shm").is_dir():
            assert folder.parent == Path("/dev/shm")
        discard_left()
        assert folder.exists()
    assert not folder.exists()
