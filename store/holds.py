"""Stops of the smallest scope, told to a clerk: what happened, what is safe, what it costs, who releases.

Some holds only ask (a row that is gone, a unit that was divided) and the work goes on as before. Others also
keep every write of their scope in the outbox: `store/scopes.py` lists which.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, fields, replace
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Table, and_, bindparam, func, insert, literal, or_, select, update

from store.prepared import Prepared
from store.scopes import SCOPE_STOPS, SITE_STOPS, form_of
from store.sql import Sql
from store.tables import LedgerRow, table_of
from store.tables_control import HoldRow
from store.tables_known import TaskTableRow

HOLD = table_of(HoldRow)
TASK = table_of(TaskTableRow)
LEDGER = table_of(LedgerRow)

#: A hold of this site holds every site.
EVERY_SITE = "*"
#: What the key of a succession in the ledger begins with; the former unit and its successor follow.
SUCCESSION: Final = "succession:"


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
        if form_of(self.scope) is None:
            raise ValueError(f"no hold has the scope {self.scope} (see store/scopes.py)")


NAMES = [field.name for field in fields(Hold)]
OPEN = (
    select(*[HOLD.c[name] for name in NAMES])
    .where(HOLD.c.released_at.is_(None))
    .order_by(HOLD.c.since, HOLD.c.id)
)
OPEN_ANYWHERE = Prepared(OPEN)
OPEN_OF_SITE = Prepared(OPEN.where(HOLD.c.site.in_((bindparam("site"), EVERY_SITE))))


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
        """Let a scope go on, by a named person; False if it was not held. `site` may be EVERY_SITE."""
        of_scope = (HOLD.c.site == site, HOLD.c.scope == scope, HOLD.c.released_at.is_(None))
        return (
            self._sql.run(update(HOLD).where(*of_scope).values(released_at=now, released_by=by)).rowcount == 1
        )

    def open(self, site: str | None = None) -> list[Hold]:
        """The open holds, oldest first; of a site also those of every site."""
        rows = self._sql.ask(OPEN_ANYWHERE) if site is None else self._sql.ask(OPEN_OF_SITE, site=site)
        return [Hold(**dict(zip(NAMES, row, strict=True))) for row in rows]

    def stops_site(self, site: str) -> list[Hold]:
        """The open holds under which nothing of this site is written."""
        return [hold for hold in self.open(site) if hold.scope in SITE_STOPS]


def held_back(intent: Table) -> ColumnElement[bool]:
    """Whether an open hold keeps an intent of the outbox from being sent; asked in the query that takes it."""
    lead = select(TASK.c.lead).where(TASK.c.key == intent.c.task).correlate(intent).scalar_subquery()
    scopes: list[ColumnElement[bool]] = [HOLD.c.scope.in_(SITE_STOPS)]
    for cause in SCOPE_STOPS:
        scopes.append(HOLD.c.scope == literal("task:").concat(intent.c.task).concat(f":{cause}"))
        scopes.append(HOLD.c.scope == literal("unit:").concat(lead).concat(f":{cause}"))
    scopes.append(_passed_on(intent))
    of_site = HOLD.c.site.in_((intent.c.site, EVERY_SITE))
    return select(HOLD.c.id).where(HOLD.c.released_at.is_(None), of_site, or_(*scopes)).exists()


def _passed_on(intent: Table) -> ColumnElement[bool]:
    """Whether the hold is a person's stop of a unit that led this task until another took its place.

    Whoever ordered it meant these tasks; a merger on a date must not let them go on behind their back.
    """
    unit = func.substr(HOLD.c.scope, len("unit:") + 1, func.length(HOLD.c.scope) - len("unit::stop"))
    known_by = literal(SUCCESSION).concat(unit).concat(":")
    succeeded = select(LEDGER.c.seq).where(
        LEDGER.c.subject == intent.c.task,
        LEDGER.c.site == intent.c.site,
        LEDGER.c.kind == "unit_succeeded",
        func.substr(LEDGER.c.key, 1, func.length(known_by)) == known_by,
    )
    return and_(HOLD.c.scope.like("unit:%:stop"), succeeded.correlate(intent, HOLD).exists())
