"""What the demo tells: each step as it happens, and the closing tables."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from commands.show import err, out, print_table
from sync.opening import LOCAL, wall_clock

#: The morning on which the demo begins; the sandbox and `tdcd` share this clock.
BEGIN: Final = datetime(2026, 11, 16, 9, 0, tzinfo=LOCAL)
TEN_DAYS: Final = timedelta(days=10)

#: The figures of the closing table, in the order of the story.
FIGURES: Final = (
    "directives",
    "directives_in_scope",
    "classified_skipped",
    "accounts",
    "tasks",
    "held_for_a_person",
    "returned_rows",
    "writes_first_pass",
    "writes_idle_pass",
    "requests_idle_pass",
    "drift_found",
    "drift_healed",
    "writes_last_pass",
    "outbox_waiting",
    "ledger_entries",
    "ledger_verified",
)


@dataclass(slots=True)
class Clock:
    """Real time, begun on the demo's first morning and moved on by whole days."""

    started: datetime = field(default_factory=wall_clock)
    moved: timedelta = timedelta(0)

    def now(self) -> datetime:
        """The demo's time."""
        return BEGIN + (wall_clock() - self.started) + self.moved

    def ahead(self) -> float:
        """How many seconds the demo's time is ahead of this machine's."""
        return (self.now() - wall_clock()).total_seconds()


@dataclass(slots=True)
class Told:
    """What happened, as numbers. A figure that cannot exist at this site is None, with a sentence in `absent`."""

    answer: dict[str, Any] = field(default_factory=dict)
    steps: list[dict[str, Any]] = field(default_factory=list)
    returned: Counter[str] = field(default_factory=Counter)
    before: dict[str, int] = field(default_factory=dict)
    after: dict[str, int] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)

    def step(self, text: str, **numbers: Any) -> None:
        """One step of the story, told at once on stderr."""
        self.steps.append({"step": text, **numbers})
        shown = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in numbers.items())
        err().print(f"• {text}: {shown}" if shown else f"• {text}", markup=False, highlight=False)

    def cannot(self, sentence: str, *figures: str) -> None:
        """These figures do not exist at this kind of site, and why."""
        self.answer |= dict.fromkeys(figures)
        self.absent |= dict.fromkeys(figures, sentence)

    def show(self, folder: Path) -> None:
        """The closing tables."""
        answer = self.answer
        print_table("Rows returned to the drafter, by reason", [
            {"reason": reason, "rows": rows} for reason, rows in self.returned.most_common()
        ])  # fmt: skip
        texts = sorted({*self.before, *self.after}, key=lambda text: -self.after.get(text, 0))
        print_table("States by text", [
            {"state": text, "first day": self.before.get(text, 0), "ten days later": self.after.get(text, 0)}
            for text in texts
        ])  # fmt: skip
        print_table("The main job", [
            {"what": name.replace("_", " "), "figure": self.absent.get(name, answer[name])} for name in FIGURES
        ])  # fmt: skip
        out().print(f"Everything is in {folder}/ (try: tdcd tasks --config {folder}/tdcd.toml)", markup=False)
