"""The watchdog over requests: each is cut at its own time, none after it has ended, in any process.

Excludes what a cut request looks like to its caller (see the transport and the wire tests).
"""

from __future__ import annotations

import os
import threading
import time

import pytest

from connector.deadline import Deadline, WatchedAdapter

SOON, LATE = 0.05, 60.0


class Cut(WatchedAdapter):
    """Notes when it was told to shut its sockets."""

    def __init__(self) -> None:
        super().__init__()
        self.told = threading.Event()
        self.times = 0

    def cut(self) -> None:
        self.times += 1
        self.told.set()


def _watchdogs() -> int:
    return sum(thread.name == "deadlines" for thread in threading.enumerate())


@pytest.mark.covers("F27")
def test_each_request_is_cut_at_its_own_time_whatever_the_order() -> None:
    slow, quick, never = Cut(), Cut(), Cut()
    began = time.monotonic()
    with Deadline(LATE, never) as far, Deadline(4 * SOON, slow) as later, Deadline(SOON, quick) as first:
        assert quick.told.wait(5)
        assert time.monotonic() - began >= SOON
        assert slow.told.wait(5)
        assert time.monotonic() - began >= 4 * SOON
    assert (first.passed, later.passed, far.passed) == (True, True, False)
    assert (quick.times, slow.times, never.times) == (1, 1, 0)


def test_a_request_that_has_ended_is_not_cut() -> None:
    ended, later = Cut(), Cut()
    with Deadline(SOON, ended) as deadline:
        pass
    with Deadline(2 * SOON, later):
        assert later.told.wait(5)
    assert (deadline.passed, ended.times) == (False, 0)


def test_one_thread_watches_over_all_requests() -> None:
    for _ in range(20):
        with Deadline(LATE, Cut()):
            assert _watchdogs() == 1


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_process_has_a_watchdog_of_its_own() -> None:
    with Deadline(LATE, Cut()):
        child = os.fork()
        if child == 0:
            adapter = Cut()
            with Deadline(SOON, adapter):
                os._exit(0 if adapter.told.wait(5) else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
