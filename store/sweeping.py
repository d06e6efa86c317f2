"""Rows that outlived their use: orders whose carrier died, and orders that ended long ago."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select, update

from store.sql import Sql, chunks
from store.tables import table_of
from store.tables_control import SignalRow

SIGNAL = table_of(SignalRow)


class Sweeping:
    """For the sole owner only: it knows which orders are being carried out."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def put_back(self, besides: Collection[int]) -> int:
        """Put running orders that nobody carries out back to `new`; gives how many (F36, F47)."""
        running = select(SIGNAL.c.id).where(SIGNAL.c.state == "running").order_by(SIGNAL.c.id)
        left = [number for (number,) in self._sql.run(self._sql.locked(running)) if number not in besides]
        for some in chunks(left):
            of_some = (SIGNAL.c.id.in_(some), SIGNAL.c.state == "running")
            self._sql.run(update(SIGNAL).where(*of_some).values(state="new", taken_at=None))
        return len(left)

    def drop_ended(self, before: datetime) -> int:
        """Drop orders that ended before a moment (UTC); gives how many."""
        old = (SIGNAL.c.state.in_(("done", "failed")), SIGNAL.c.finished_at < before)
        return int(self._sql.run(delete(SIGNAL).where(*old)).rowcount)
