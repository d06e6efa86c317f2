"""Errors sorted by what the caller must do next, shared by every room.

Five classes answer one question: what happens now? Wait and try again, leave
this record and go on, ask a person, end the process, or mend the configuration.
Each carries the sentence a person reads, the remedy, and the exit code that
`tdcd` ends with when nobody above can act on it. Texts name things (file, row,
field, address); they never carry a secret or a byte of a classified document.

    TdcdError
    ├── RetryLater       the other side is away or busy: the work stays queued
    │   └── OutcomeUnknown   a write went out and no answer came: read back first
    ├── SkipRecord       this record cannot be used: it is kept, the rest goes on
    ├── HoldForHuman     doubtful: stop the smallest scope and ask
    ├── StopService      going on would do harm: end, keep everything
    └── ConfigInvalid    the configuration has problems: all of them, at once
"""

from __future__ import annotations

from collections.abc import Sequence


class TdcdError(Exception):
    """Base of everything this program raises on purpose."""

    exit_code: int = 1

    def __init__(self, sentence: str, *, remedy: str = "") -> None:
        self.sentence = sentence
        self.remedy = remedy
        super().__init__(sentence)

    def __str__(self) -> str:
        return f"{self.sentence} {self.remedy}".rstrip()


class RetryLater(TdcdError):
    """The other side is away or busy; the same call may succeed after `after` seconds."""

    exit_code = 3

    def __init__(self, sentence: str, *, after: float | None = None, remedy: str = "") -> None:
        self.after = after
        super().__init__(sentence, remedy=remedy or "The work stays queued and is tried again.")


class OutcomeUnknown(RetryLater):
    """A write was sent and its answer was lost: whether it was applied must be read back."""


class SkipRecord(TdcdError):
    """One record cannot be used; it is kept with the reason and the rest goes on."""

    exit_code = 4


class HoldForHuman(TdcdError):
    """Doubtful: nothing is written for `scope` until a person decides."""

    exit_code = 7

    def __init__(self, sentence: str, *, scope: str, remedy: str = "") -> None:
        self.scope = scope
        super().__init__(
            sentence, remedy=remedy or f"See `tdcd holds` for what stops {scope} and who may release it."
        )


class StopService(TdcdError):
    """Going on would do harm (wrong password, newer database, damaged ledger)."""

    exit_code = 5


class ConfigInvalid(TdcdError):
    """The configuration cannot be used; `problems` lists every one found, not only the first."""

    exit_code = 2

    def __init__(self, problems: Sequence[str], *, where: str = "tdcd.toml") -> None:
        self.problems = tuple(problems)
        self.where = where
        listed = "; ".join(self.problems)
        super().__init__(f"{where}: {listed}.", remedy="Correct each of them and start again.")
