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


FIELDS = [BREAK.c[field.name] for field in fields(Break)]


class Breaks:
    """Breaks of a site."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def replace(self, site: str, breaks: Sequence[Break]) -> list[Break]:
        """Put what stands after a complete comparison; one seen before keeps its beginning. Gives those closed."""
        before = {(one.item, one.field): one for one in self.of(site)}
        now = {(one.item, one.field): one for one in breaks}
        statement = self._sql.insert_or_change(BREAK)
        changed = {name: statement.excluded[name] for name in ("owner", "base", "theirs", "ours", "seen_at")}
        rows = [{field.name: getattr(one, field.name) for field in fields(one)} for one in breaks]
        if rows:
            self._sql.run(
                statement.on_conflict_do_update(index_elements=["item", "field", "site"], set_=changed), rows
            )
        closed = [one for key, one in before.items() if key not in now]
        for one in closed:
            same = (BREAK.c.site == site, BREAK.c.item == one.item, BREAK.c.field == one.field)
            self._sql.run(delete(BREAK).where(*same))
        return closed

    def of(self, site: str) -> list[Break]:
        """Every break of a site, the oldest first."""
        query = select(*FIELDS).where(BREAK.c.site == site)
        return [
            Break(*row) for row in self._sql.run(query.order_by(BREAK.c.since, BREAK.c.item, BREAK.c.field))
        ]
