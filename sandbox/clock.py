"""The sandbox's own clock: every date it shows comes from here, so that tests can move time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


class Clock:
    """Real time plus an offset; frozen on request, so that a test sees one instant only."""

    def __init__(self, offset_seconds: float = 0.0) -> None:
        self._offset = timedelta(seconds=offset_seconds)
        self._frozen: datetime | None = None

    @property
    def offset_seconds(self) -> float:
        """Seconds this clock is ahead of the machine's."""
        return self._offset.total_seconds()

    @property
    def frozen(self) -> bool:
        """True while time stands still."""
        return self._frozen is not None

    def now(self) -> datetime:
        """Aware time in Việt Nam."""
        return self._frozen or datetime.now(ZONE) + self._offset

    def set(self, now: datetime) -> None:
        """Continue from `now` (aware)."""
        self._offset = now - datetime.now(ZONE)
        if self._frozen is not None:
            self._frozen = now.astimezone(ZONE)

    def advance(self, seconds: float) -> None:
        """Jump by `seconds`, backwards when negative."""
        self.set(self.now() + timedelta(seconds=seconds))

    def freeze(self, frozen: bool) -> None:
        """Stop or let go on from the instant that is shown now."""
        shown = self.now()
        self._frozen = shown if frozen else None
        self.set(shown)

    def http_date(self) -> bytes:
        """The value of the HTTP `Date` header."""
        return format_datetime(self.now().astimezone(UTC), usegmt=True).encode("ascii")
