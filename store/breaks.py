"""Differences between both sides that stand: item by item, with their age and who owns them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import delete, select

from store.sql import Sql
from store.tables import table_of
from store.tables_proof import BreakRow

BREAK = table_of(BreakRow)


@dataclass(frozen=True, slots=True)
class Break:
    """One field of one item on which the sides do not agree, since when, and seen last when (UTC)."""

    site: str
    item: str
    field: str
    owner: str
    base: str
    theirs: str
    ours: str
    since: datetime
    seen_at: datetime


#: What stands for the document system's side of an item that a person knows to be gone, before the name.
ACCEPTED = "accepted: "


def gone(site: str, item: str, now: datetime, accepted_by: str = "") -> Break:
    """An item (`document:ID`, `job:ID`) that a complete listing does not show any more."""
    theirs = f"{ACCEPTED}{accepted_by}" if accepted_by else "missing"
    return Break(site, item, "presence", "document system", "there", theirs, "there", now, now)


FIELDS = [BREAK.c[field.name] for field in fields(Break)]


class Breaks:
    """Breaks of a site."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def replace(self, site: str, breaks: Sequence[Break]) -> list[Break]:
        """Put what stands after a complete comparison; one seen before keeps its beginning. Gives those closed."""
        before = {(one.item, one.field): one for one in self.of(site)}
        now = {(one.item, one.field): one for one in breaks}
        self.put(breaks)
        closed = [one for key, one in before.items() if key not in now]
        for one in closed:
            same = (BREAK.c.site == site, BREAK.c.item == one.item, BREAK.c.field == one.field)
            self._sql.run(delete(BREAK).where(*same))
        return closed

    def put(self, breaks: Sequence[Break]) -> None:
        """Put some beside those that stand; one seen before keeps its beginning."""
        statement = self._sql.insert_or_change(BREAK)
        changed = {name: statement.excluded[name] for name in ("owner", "base", "theirs", "ours", "seen_at")}
        rows = [{field.name: getattr(one, field.name) for field in fields(one)} for one in breaks]
        if rows:
            self._sql.run(
                statement.on_conflict_do_update(index_elements=["item", "field", "site"], set_=changed), rows
            )

    def of(self, site: str) -> list[Break]:
        """Every break of a site, the oldest first."""
        query = select(*FIELDS).where(BREAK.c.site == site)
        return [
            Break(*row) for row in self._sql.run(query.order_by(BREAK.c.since, BREAK.c.item, BREAK.c.field))
        ]
