"""A cursor over numbered notices that may become visible out of order.

It remembers the last numbers that were seen, so that a gap which fills later counts as new.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

_REMEMBERED: Final = 50


@dataclass(frozen=True, slots=True)
class Seen:
    """The cursor: the highest notice number worked off, and the last numbers seen up to it."""

    top: int
    recent: frozenset[int] = frozenset()

    @classmethod
    def from_text(cls, cursor: str | None) -> Seen | None:
        """None for a cursor that cannot be read: then everything is listed."""
        try:
            value: Any = orjson.loads(cursor or "null")
            return cls(int(value["notice"]), frozenset(map(int, value.get("recent", ())))) if value else None
        except (ValueError, KeyError, TypeError, AttributeError):
            return None

    def to_text(self) -> str:
        """JSON `{"notice": 812, "recent": […]}`."""
        return orjson.dumps({"notice": self.top, "recent": sorted(self.recent)}).decode()

    def is_new(self, number: int) -> bool:
        """Above the top, or in a gap among the last numbers."""
        return number > self.top or (
            bool(self.recent) and number > min(self.recent) and number not in self.recent
        )

    def after(self, numbers: Sequence[int], top: int) -> Seen:
        """The cursor once everything up to `top` is worked off."""
        below = sorted({number for number in (*self.recent, *numbers) if number <= top})
        return Seen(top, frozenset(below[-_REMEMBERED:]))
