"""When a write that did not succeed is tried again, and when no more. Pure.

The schedule is the usual one for outbound calls, cut so that the attempts come closer
together towards the legal due date and the last of them leaves a person an hour to act:
a fixed step of ten hours would step over it. Jitter is passed in, so that two runs
over the same facts make the same plan.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from connector.errors import SessionLost
from errors import OutcomeUnknown, RetryLater, TdcdError


class Fault(StrEnum):
    """What went wrong, by what follows from it."""

    TRANSIENT = "transient"
    """Certainly not carried out, may succeed later: waits, never given up."""
    PERMANENT = "permanent"
    """The document system said no: tried a few times, then a dead letter."""
    AUTH = "auth"
    """Not let in: the whole site pauses, no write is to blame."""
    UNKNOWN = "unknown"
    """Sent without an answer: looked for first, and in the end asked about."""


#: Waits after the first, second, … failure of the same kind in a row (reliability §6, without its first 0).
SCHEDULE = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
JITTER = 0.2
#: So often in a row a write may be refused before it becomes a dead letter.
POISON = 5
#: What a person needs to do by hand what could not be written, before the due date.
FALLBACK = timedelta(hours=1)
SHORTEST = timedelta(minutes=1)
#: Once only the fallback is left: a write that comes late is still better than none.
LAST_HOUR = timedelta(minutes=10)

_SAID = re.compile(r"(transient|permanent|auth|unknown) (\d+): (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is kept of a failure: its class, how often in a row, and the sentence."""

    fault: Fault
    times: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.fault} {self.times}: {self.sentence}"


def trouble_of(error: str) -> Trouble | None:
    """The failure that an intent's `error` tells of; None for any other text."""
    said = _SAID.fullmatch(error)
    return Trouble(Fault(said[1]), int(said[2]), said[3]) if said else None


def fault_of(error: TdcdError) -> Fault:
    """The class of an error from the edge."""
    if isinstance(error, OutcomeUnknown):
        return Fault.UNKNOWN
    if isinstance(error, SessionLost):
        return Fault.AUTH
    return Fault.TRANSIENT if isinstance(error, RetryLater) else Fault.PERMANENT


def counted(before: str, fault: Fault, sentence: str) -> Trouble:
    """This failure, counted with those of the same class right before it (`before`: the error kept so far)."""
    last = trouble_of(before)
    times = last.times + 1 if last is not None and last.fault is fault else 1
    return Trouble(fault, times, sentence)


def next_try(
    times: int, now: datetime, due: datetime | None, jitter: float, after: float | None = None
) -> datetime:
    """When to try again after the `times`-th failure; `jitter` is 0 to 1, `due` the legal end (aware).

    `after` seconds is what the document system asked for: it is never tried earlier.
    """
    wait = SCHEDULE[min(times, len(SCHEDULE)) - 1] * (1 + JITTER * jitter)
    if due is not None and now < due:
        wait = min(wait, _before(due - FALLBACK - now))
    return now + max(wait, timedelta(seconds=after or 0))


def _before(left: timedelta) -> timedelta:
    """Half of what is left, so that the attempts come closer together; the last one falls on the end."""
    if left <= timedelta(0):
        return LAST_HOUR
    return max(left / 2, min(SHORTEST, left))


def steady_jitter(effect_key: str, times: int) -> float:
    """0 to 1, different for each effect and attempt, and the same whenever it is asked for again."""
    drawn = hashlib.sha256(f"{effect_key} {times}".encode()).digest()[:8]
    return int.from_bytes(drawn) / 2**64
