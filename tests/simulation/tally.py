"""What many runs came to, counted: the one line at the end, and whether enough was reached to believe it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tests.simulation.run import Outcome
from tests.simulation.script import STEPS, WRITES

#: From so many seeds on, the counts below must be reached.
ENOUGH: Final = 2_000

#: What must have been reached at least so often, by the names under which it is counted.
LEAST: Final[Mapping[str, int]] = {
    **{f"crash {when} {step}": 1 for step in STEPS for when in ("before", "after")},
    **{f"crash {when} sending {write}": 1 for write in WRITES for when in ("before", "after")},
    **{f"answer lost: {write}": 1 for write in WRITES},
    "answer unsent: CreateJob": 5, "answer unsent: SetStatus": 5, "crash at a read": 20, "crashes": 1_000,
    "download cut": 10,
    "hand_state": 100, "hand_due": 50, "hand_name": 50, "delete": 50, "recall": 10, "holds": 50,
    "lease taken over": 100, "stopped: lease lost": 50, "stopped: heartbeat refused": 50,
    "freeze at a commit": 50, "freeze at a write": 20, "freeze at a read": 20, "thaw_late at a write": 10,
    "people at a commit": 50, "people at a write": 20, "people at a read": 20,
    "clock jumps": 200, "late deeds": 300, "late directives": 300, "directives nobody was told of": 50,
    "echoes": 100, "session lost": 50, "session lost at a write": 20, "outages": 50, "move_lead": 20,
    "mend_due": 20, "mend_text": 50, "reopen": 20, "extend": 50,
}  # fmt: skip


@dataclass(slots=True)
class Tally:
    """Sums over runs. They can be added up, so that several processes share the seeds."""

    seeds: int = 0
    steps: int = 0
    reached: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)

    def add(self, outcome: Outcome) -> None:
        """One more run."""
        self.seeds += 1
        self.steps += outcome.steps
        self.reached.update(outcome.reached)
        self.broken.update(fault.kind for fault in outcome.faults)

    def merge(self, other: Tally) -> None:
        """The runs of another process."""
        self.seeds += other.seeds
        self.steps += other.steps
        self.reached.update(other.reached)
        self.broken.update(other.broken)

    def as_plain(self) -> dict[str, Any]:
        """For a report that crosses processes."""
        return {
            "seeds": self.seeds,
            "steps": self.steps,
            "reached": dict(self.reached),
            "broken": dict(self.broken),
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Tally:
        """What `as_plain` gave."""
        return cls(plain["seeds"], plain["steps"], Counter(plain["reached"]), Counter(plain["broken"]))

    def line(self) -> str:
        """The one line at the end."""
        wrong = f" · wrong {self.broken['wrong']}" if self.broken["wrong"] else ""
        return (
            f"seeds {self.seeds} · steps {self.steps} · crashes {self.reached['crashes']} · "
            f"lost {self.broken['lost']} · twice {self.broken['twice']}{wrong}"
        )

    def short_of(self) -> list[str]:
        """What was reached too seldom for the result to mean anything."""
        return [f"{what}: {self.reached[what]} of {n}" for what, n in LEAST.items() if self.reached[what] < n]

    def table(self) -> Iterator[str]:
        """Durable steps with their commits and crashes, then everything else by name."""
        steps = sorted(name.removeprefix("step ") for name in self.reached if name.startswith("step "))
        yield f"{'durable step':<40} {'commits':>9} {'before':>7} {'after':>7}"
        for step in steps:
            before, after = (self.reached[f"crash {when} {step}"] for when in ("before", "after"))
            yield f"{step:<40} {self.reached[f'step {step}']:>9} {before:>7} {after:>7}"
        told = {f"crash {when} {step}" for step in steps for when in ("before", "after")}
        for name, count in sorted(self.reached.items()):
            if not name.startswith("step ") and name not in told:
                yield f"{name:<40} {count:>9}"
