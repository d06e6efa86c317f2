"""Stops of the smallest scope, told to a clerk: what happened, what is safe, what it costs, who releases."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, fields, replace
from datetime import datetime

from sqlalchemy import insert, select, update

from store.sql import Sql
from store.tables import table_of
from store.tables_control import HoldRow

HOLD = table_of(HoldRow)


@dataclass(frozen=True, slots=True)
class Hold:
    """A stop of `scope` at `site` since a moment; the four texts are Vietnamese. Open until `released_at`."""

    _: KW_ONLY
    site: str
    scope: str
    reason: str
    safe: str
    cost: str
    releaser: str
    since: datetime
    released_at: datetime | None = None
    released_by: str = ""
    id: int | None = None

    def __post_init__(self) -> None:
        if not (self.scope and self.reason):
            raise ValueError("a hold needs a scope and a reason")


class Holds:
    """Open and released holds."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def place(self, hold: Hold) -> Hold:
        """Stop a scope; gives the open hold. One open already keeps its beginning and takes the new texts."""
        texts = {"reason": hold.reason, "safe": hold.safe, "cost": hold.cost, "releaser": hold.releaser}
        of_scope = (HOLD.c.site == hold.site, HOLD.c.scope == hold.scope, HOLD.c.released_at.is_(None))
        again = update(HOLD).where(*of_scope).values(**texts)
        found = self._sql.run(again.returning(HOLD.c.id, HOLD.c.since)).one_or_none()
        if found is None:
            row = {"site": hold.site, "scope": hold.scope, "since": hold.since, "released_by": "", **texts}
            found = self._sql.run(insert(HOLD).values(**row).returning(HOLD.c.id, HOLD.c.since)).one()
        return replace(hold, id=found.id, since=found.since, released_at=None, released_by="")

    def release(self, site: str, scope: str, now: datetime, by: str) -> bool:
        """Let a scope go on, by a named person; False if it was not held."""
        of_scope = (HOLD.c.site == site, HOLD.c.scope == scope, HOLD.c.released_at.is_(None))
        return (
            self._sql.run(update(HOLD).where(*of_scope).values(released_at=now, released_by=by)).rowcount == 1
        )

    def open(self, site: str | None = None) -> list[Hold]:
        """The open holds, oldest first."""
        columns = [HOLD.c[field.name] for field in fields(Hold)]
        query = select(*columns).where(HOLD.c.released_at.is_(None)).order_by(HOLD.c.since, HOLD.c.id)
        rows = self._sql.run(query if site is None else query.where(HOLD.c.site == site)).mappings()
        return [Hold(**row) for row in rows]
