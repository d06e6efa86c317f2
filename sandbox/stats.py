"""Counters of requests, since the price of a poll is counted in them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Stats:
    """API requests since the start or the last reset, refused and broken ones included."""

    paths: Counter[str] = field(default_factory=Counter)
    writes: int = 0

    def count(self, name: str) -> None:
        """One request to a handler."""
        self.paths[name] += 1

    def reset(self) -> None:
        """Begin at zero."""
        self.paths.clear()
        self.writes = 0

    def listed(self) -> dict[str, object]:
        """Totals and counts by path, the most frequent first."""
        return {"total": self.paths.total(), "writes": self.writes, "paths": dict(self.paths.most_common())}
