"""Units and people of a site, the days on which units existed, and what posts were before they changed.

Only a complete listing shows absence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import Table, bindparam, select

from errors import SkipRecord
from store.prepared import Prepared
from store.sql import Sql, chunks
from store.tables import table_of
from store.tables_known import AccountTableRow, FormerPostRow, UnitTableRow

UNIT = table_of(UnitTableRow)
ACCOUNT = table_of(AccountTableRow)
FORMER = table_of(FormerPostRow)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit; `valid_to` is the last day it existed, `successors` took over its duties."""

    site: str
    unit_id: str
    name: str
    parent_id: str = ""
    code: str = ""
    tier: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[str, ...] = ()
    active: bool = True

    def __post_init__(self) -> None:
        if not (self.site and self.unit_id):
            raise ValueError("a unit needs a site and an id")


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One posting of one person; `state` is active, locked or gone."""

    site: str
    posting_id: str
    user_id: str
    full_name: str
    position: str = ""
    role: str = ""
    unit_id: str = ""
    unit_name: str = ""
    email: str = ""
    phone: str = ""
    state: str = "active"

    def __post_init__(self) -> None:
        if not (self.site and self.posting_id):
            raise ValueError("an account needs a site and a posting id")
        if self.state not in {"active", "locked", "gone"}:
            raise ValueError(f"an account cannot be '{self.state}'")


@dataclass(frozen=True, slots=True)
class FormerPost:
    """What a posting was until it was seen at `ended_at` to be otherwise; for certain until `sure_to`.

    `unlisted` is one that was not in the list yet, and nobody's.
    """

    site: str
    posting_id: str
    user_id: str
    position: str
    unit_id: str
    state: str
    sure_to: datetime | None
    ended_at: datetime


FORMER_NAMES = [field.name for field in fields(FormerPost)]
UNIT_NAMES = [field.name for field in fields(UnitRow)]
UNITS = Prepared(
    select(*[UNIT.c[name] for name in UNIT_NAMES])
    .where(UNIT.c.site == bindparam("site"))
    .order_by(UNIT.c.unit_id)
)
ANY_UNIT = Prepared(select(UNIT.c.unit_id).where(UNIT.c.site == bindparam("site")).limit(1))

Known = TypeVar("Known", bound=UnitRow | AccountRow)


@dataclass(frozen=True, slots=True)
class Changes(Generic[Known]):
    """What a listing changed: rows as they are now; `before` has the earlier row of a changed or gone id."""

    added: tuple[Known, ...]
    changed: tuple[Known, ...]
    gone: tuple[Known, ...]
    before: dict[str, Known]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.gone)


class Directory:
    """Units and accounts of every site."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def replace_units(
        self, site: str, rows: Sequence[UnitRow], now: datetime, complete: bool
    ) -> Changes[UnitRow]:
        """Take over a listing of units; a complete one makes missing units inactive, as of the day of `now`.

        SkipRecord when an id stands twice in the listing: then nothing is taken over.
        """
        day = now.astimezone(ZONE).date()
        known = {row.unit_id: row for row in self.units(site)}
        new = _by_id(rows, lambda row: row.unit_id)
        missing = [row for key, row in known.items() if complete and row.active and key not in new]
        gone = [replace(row, active=False, valid_to=row.valid_to or day) for row in missing]
        changes = _changes(known, new, {row.unit_id: row for row in gone})
        self._put(UNIT, [_unit_values(row) for row in _written(changes)], ("site", "unit_id"))
        return changes

    def replace_accounts(
        self,
        site: str,
        rows: Sequence[AccountRow],
        now: datetime,
        complete: bool,
        *,
        sure_to: datetime | None = None,
    ) -> Changes[AccountRow]:
        """Take over a listing of accounts; a complete one makes missing ones `gone`. Raises as for units.

        What a posting was before is kept. `sure_to` is the last complete reading that did not show the change.
        """
        known = {row.posting_id: row for row in self.accounts(site)}
        new = _by_id(rows, lambda row: row.posting_id)
        missing = [row for key, row in known.items() if complete and row.state != "gone" and key not in new]
        gone = [replace(row, state="gone") for row in missing]
        changes = _changes(known, new, {row.posting_id: row for row in gone})
        self._put(ACCOUNT, [_values(row) for row in _written(changes)], ("site", "posting_id"))
        self._keep_former(_former(changes, sure_to, now))
        return changes

    def units(self, site: str) -> list[UnitRow]:
        """All units that were ever seen, by id."""
        rows = (dict(zip(UNIT_NAMES, row, strict=True)) for row in self._sql.ask(UNITS, site=site))
        return [UnitRow(**{**row, "successors": tuple(orjson.loads(row["successors"]))}) for row in rows]

    def has_units(self, site: str) -> bool:
        """Whether any unit of the site was ever seen."""
        return bool(self._sql.ask(ANY_UNIT, site=site))

    def accounts(self, site: str, unit_id: str | None = None, user_id: str | None = None) -> list[AccountRow]:
        """All accounts that were ever seen, by posting id; of one unit or one person if asked for."""
        query = select(ACCOUNT).where(ACCOUNT.c.site == site).order_by(ACCOUNT.c.posting_id)
        if unit_id is not None:
            query = query.where(ACCOUNT.c.unit_id == unit_id)
        if user_id is not None:
            query = query.where(ACCOUNT.c.user_id == user_id)
        return [AccountRow(**row) for row in self._sql.run(query).mappings()]

    def former_posts(self, site: str) -> list[FormerPost]:
        """What postings were before, each one's oldest first."""
        query = select(*[FORMER.c[name] for name in FORMER_NAMES]).where(FORMER.c.site == site)
        return [FormerPost(*row) for row in self._sql.run(query.order_by(FORMER.c.id))]

    def _keep_former(self, posts: list[FormerPost]) -> None:
        if posts:
            self._sql.run(FORMER.insert(), [_values(post) for post in posts])

    def _put(self, table: Table, rows: list[dict[str, Any]], keys: tuple[str, ...]) -> None:
        for some in chunks(rows):
            self._sql.put(table, some, keys)


def _by_id(rows: Sequence[Known], key: Callable[[Known], str]) -> dict[str, Known]:
    new: dict[str, Known] = {}
    for row in rows:
        if key(row) in new:
            remedy = "The listing is read again; if it stays so, ask the site's administrator."
            raise SkipRecord(f"The listing names {key(row)!a} twice.", remedy=remedy)
        new[key(row)] = row
    return new


def _changes(known: dict[str, Known], new: dict[str, Known], gone: dict[str, Known]) -> Changes[Known]:
    added = tuple(row for key, row in new.items() if key not in known)
    changed = {key: row for key, row in new.items() if key in known and known[key] != row}
    before = {key: known[key] for key in (*changed, *gone)}
    return Changes(added, tuple(changed.values()), tuple(gone.values()), before)


def _written(changes: Changes[Known]) -> tuple[Known, ...]:
    return (*changes.added, *changes.changed, *changes.gone)


def _values(row: UnitRow | AccountRow | FormerPost) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in fields(row)}


def _unit_values(row: UnitRow) -> dict[str, Any]:
    return {**_values(row), "successors": orjson.dumps(row.successors).decode()}


def _former(changes: Changes[AccountRow], sure_to: datetime | None, now: datetime) -> list[FormerPost]:
    """What is worth keeping: another person, unit, position or state. Before the first reading there is nothing."""
    new = {row.posting_id: row for row in _written(changes)}
    former = [
        _post(row, row.state, sure_to, now)
        for key, row in changes.before.items()
        if _held(row) != _held(new[key])
    ]
    if sure_to is None:
        return former
    unlisted = [replace(row, user_id="", position="", unit_id="") for row in changes.added]
    return [*former, *[_post(row, "unlisted", sure_to, now) for row in unlisted]]


def _held(row: AccountRow) -> tuple[str, ...]:
    return row.user_id, row.position, row.unit_id, row.state


def _post(row: AccountRow, state: str, sure_to: datetime | None, now: datetime) -> FormerPost:
    return FormerPost(
        row.site, row.posting_id, row.user_id, row.position, row.unit_id, state, sure_to, ended_at=now
    )
