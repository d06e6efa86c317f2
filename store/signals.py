"""Administrators' orders to a running service, with progress and result, kept where both can see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Row, func, insert, select, update

from errors import SkipRecord
from store.sql import Sql
from store.tables import table_of
from store.tables_control import SignalRow

SIGNAL = table_of(SignalRow)

#: Waiting orders read at once in search of one; on PostgreSQL each of them is locked meanwhile.
PAGE = 100

_WAITING = "SELECT body FROM signal WHERE state = 'new' AND kind = ? AND body IN (*)"


@dataclass(frozen=True, slots=True)
class Signal:
    """An order: `state` is new, running, done or failed; `progress` is the latest sentence about it."""

    id: int
    kind: str
    body: dict[str, Any]
    created_at: datetime
    state: str = "new"
    progress: str = ""
    result: dict[str, Any] | None = None
    finished_at: datetime | None = None


class Signals:
    """Orders in the order in which they were given."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def order(self, kind: str, body: dict[str, Any], now: datetime) -> int:
        """Give an order; gives its number, by which its progress is followed."""
        row = {
            "kind": kind,
            "body": orjson.dumps(body).decode(),
            "created_at": now,
            "state": "new",
            "progress": "",
        }
        return int(self._sql.run(insert(SIGNAL).values(**row).returning(SIGNAL.c.id)).scalar_one())

    def order_once(self, kind: str, bodies: Sequence[dict[str, Any]], now: datetime) -> int:
        """Give many orders (`now` in UTC), each only if the same one is not waiting already; gives how many.

        One that is being carried out does not count: it may have looked before the new reason came (F19).
        """
        texts = dict.fromkeys(orjson.dumps(body).decode() for body in bodies)
        waiting = {text for (text,) in self._sql.among(_WAITING, (kind,), texts)}
        binds = self._sql.binds
        moment, nothing = binds.moment(now), binds.nothing
        rows = [
            (kind, text, moment, "new", "", nothing, nothing, nothing)
            for text in texts
            if text not in waiting
        ]
        self._sql.load(SIGNAL, rows)
        return len(rows)

    def waiting(self, kind: str, limit: int) -> int:
        """How many orders of a kind nobody has taken yet, counted no further than `limit`."""
        some = select(SIGNAL.c.id).where(SIGNAL.c.state == "new", SIGNAL.c.kind == kind).limit(limit)
        return int(self._sql.run(select(func.count()).select_from(some.subquery())).scalar_one())

    def take(self, now: datetime, site: str | None = None) -> Signal | None:
        """The oldest order that nobody has taken, now `running`; None if there is none.

        With `site` only orders whose body names this site, or none.
        """
        found = next((row.id for row in self._new() if not site or _for(site, row.body)), None)
        if found is None:
            return None
        taken = update(SIGNAL).where(SIGNAL.c.id == found)
        self._sql.run(taken.values(state="running", taken_at=now))
        return self.get(found)

    def _new(self) -> Iterator[Row[*tuple[Any, ...]]]:
        """Waiting orders, oldest first, a page at a time."""
        new = select(SIGNAL.c.id, SIGNAL.c.body).where(SIGNAL.c.state == "new").order_by(SIGNAL.c.id)
        after = 0
        while True:
            page = new.where(SIGNAL.c.id > after).limit(PAGE)
            rows = self._sql.run(self._sql.locked(page, skip=True)).all()
            yield from rows
            if len(rows) < PAGE:
                return
            after = rows[-1].id

    def progress(self, id: int, text: str) -> None:  # noqa: A002 -- named by the contract of the room
        """Say how far a running order is."""
        running = update(SIGNAL).where(SIGNAL.c.id == id, SIGNAL.c.state == "running")
        self._sql.run(running.values(progress=text))

    def finish(self, id: int, ok: bool, result: dict[str, Any], now: datetime) -> None:  # noqa: A002
        """End an order with its result. One that has ended stays as it ended."""
        ending = {
            "state": "done" if ok else "failed",
            "result": orjson.dumps(result).decode(),
            "finished_at": now,
        }
        open_one = update(SIGNAL).where(SIGNAL.c.id == id, SIGNAL.c.state.in_(("new", "running")))
        self._sql.run(open_one.values(**ending))

    def get(self, id: int) -> Signal:  # noqa: A002
        """An order by its number. SkipRecord if there is none."""
        row = self._sql.run(select(SIGNAL).where(SIGNAL.c.id == id)).one_or_none()
        if row is None:
            raise SkipRecord(f"There is no order {id}.", remedy="See `tdcd status` for the orders.")
        return _signal(row)

    def latest(self, limit: int = 20) -> list[Signal]:
        """The newest orders, newest first."""
        rows = self._sql.run(select(SIGNAL).order_by(SIGNAL.c.id.desc()).limit(limit))
        return [_signal(row) for row in rows]


def _for(site: str, body: str) -> bool:
    return orjson.loads(body).get("site") in {None, site}


def _signal(row: Row[*tuple[Any, ...]]) -> Signal:
    result = None if row.result is None else orjson.loads(row.result)
    body = orjson.loads(row.body)
    return Signal(row.id, row.kind, body, row.created_at, row.state, row.progress, result, row.finished_at)
