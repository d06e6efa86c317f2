"""When a failed write is tried again: the schedule, its jitter, and how it bends towards the legal due date.

Included: the pure rules. Excluded: what a pass does with them (`test_outbox_retries`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.errors import RemoteRefused, ReplyLost, SessionLost, SystemAway, TooLarge
from sync.push_retry import (
    FALLBACK,
    SCHEDULE,
    Fault,
    Trouble,
    counted,
    fault_of,
    next_try,
    steady_jitter,
    trouble_of,
)

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (SystemAway("x"), Fault.TRANSIENT),
        (SessionLost("x"), Fault.AUTH),
        (ReplyLost("x"), Fault.UNKNOWN),
        (RemoteRefused("x"), Fault.PERMANENT),
        (TooLarge("x"), Fault.PERMANENT),
    ],
)
def test_errors_fall_into_four_classes(error: SystemAway, fault: Fault) -> None:
    assert fault_of(error) is fault


def test_failures_of_one_class_in_a_row_are_counted() -> None:
    first = counted("", Fault.TRANSIENT, "Busy: 503.")
    second = counted(str(first), Fault.TRANSIENT, "Busy.")
    assert (first.times, second.times) == (1, 2)
    assert counted(str(second), Fault.PERMANENT, "No.").times == 1
    assert trouble_of(str(second)) == Trouble(Fault.TRANSIENT, 2, "Busy.")
    assert trouble_of("released by a person") is None


def test_without_a_due_date_the_waits_are_the_schedule() -> None:
    assert [next_try(times, NOW, None, 0) - NOW for times in range(1, 10)] == list(SCHEDULE)
    assert next_try(40, NOW, None, 0) - NOW == SCHEDULE[-1]
    assert next_try(2, NOW, None, 1) - NOW == SCHEDULE[1] * 1.2


def test_a_due_date_draws_the_attempts_together() -> None:
    assert next_try(6, NOW, NOW + 5 * HOUR, 0) - NOW == 2 * HOUR  # half of what is left before the last hour
    assert next_try(1, NOW, NOW + 5 * HOUR, 0) - NOW == SCHEDULE[0]
    assert next_try(9, NOW, NOW + HOUR / 2, 0) - NOW == timedelta(minutes=10)
    assert next_try(9, NOW, NOW - HOUR, 0) - NOW == SCHEDULE[-1]


@given(
    left=st.floats(1.1, 24 * 30).map(lambda hours: timedelta(hours=hours)),
    jitter=st.floats(0, 1),
    times=st.integers(1, 12),
)
def test_the_last_attempt_leaves_a_person_an_hour(left: timedelta, jitter: float, times: int) -> None:
    due, now = NOW + left, NOW
    for number in range(times, 2000):
        then = next_try(number, now, due, jitter)
        assert then > now
        if then > due - FALLBACK:
            break
        now = then
    assert due - FALLBACK - now <= timedelta(seconds=1)


@given(
    after=st.floats(0, 86_400),
    due=st.none() | st.integers(-5, 500).map(lambda hours: NOW + hours * HOUR),
    jitter=st.floats(0, 1),
    times=st.integers(1, 20),
)
def test_nothing_goes_out_earlier_than_was_asked(
    after: float, due: datetime | None, jitter: float, times: int
) -> None:
    when = next_try(times, NOW, due, jitter, after)
    assert when >= NOW + timedelta(seconds=after)
    assert when <= NOW + max(SCHEDULE[min(times, 9) - 1] * 1.2, timedelta(seconds=after)) + timedelta(
        seconds=1
    )


@given(st.text(min_size=1), st.integers(1, 50))
def test_jitter_is_the_same_whenever_it_is_asked_for(key: str, times: int) -> None:
    drawn = steady_jitter(key, times)
    assert 0 <= drawn < 1
    assert drawn == steady_jitter(key, times)
    assert len({steady_jitter(f"{key}{number}", times) for number in range(20)}) == 20
