"""Who may do a thing alone, for how long, and the token that tells an owner of now from one of before.

The token only grows. An owner that was frozen past its lease comes back with an old token, and what it
then tries to write is refused: ask `holds` in the same unit of work as the write.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import BindParameter, and_, bindparam, case, or_, select, update

from store.prepared import Prepared
from store.sql import Sql, insert_into
from store.tables import table_of
from store.tables_control import LeaseRow

LEASE = table_of(LeaseRow)

TOKEN = select(LEASE.c.token).where(LEASE.c.name == bindparam("name"), LEASE.c.owner == bindparam("owner"))
READ_TOKEN, LOCKED_TOKEN = Prepared(TOKEN), Prepared(TOKEN.with_for_update())
HOLDER = Prepared(
    select(LEASE.c.owner, LEASE.c.token, LEASE.c.expires_at).where(
        LEASE.c.name == bindparam("name"), LEASE.c.owner != ""
    )
)
MINE = (LEASE.c.name == bindparam("of"), LEASE.c.owner == bindparam("by"), LEASE.c.token == bindparam("with"))
RENEW = Prepared(
    update(LEASE).where(*MINE, LEASE.c.expires_at > bindparam("now")).values(expires_at=bindparam("until"))
)
RELEASE = Prepared(update(LEASE).where(*MINE).values(owner=""))


@cache
def _acquire(*, postgresql: bool) -> Prepared:
    """Put the lease down, or take it over where that is allowed; gives the token."""
    owner: BindParameter[str] = bindparam("by")
    now: BindParameter[datetime] = bindparam("now")
    until: BindParameter[datetime] = bindparam("until")
    new = insert_into(LEASE, postgresql=postgresql)
    new = new.values(name=bindparam("of"), owner=owner, token=1, expires_at=until)
    mine = and_(LEASE.c.owner == owner, LEASE.c.expires_at > now)
    free = or_(LEASE.c.owner == "", LEASE.c.expires_at <= now)
    token = case((mine, LEASE.c.token), else_=LEASE.c.token + 1)
    taken = new.on_conflict_do_update(
        index_elements=["name"],
        set_={"owner": owner, "expires_at": until, "token": token},
        where=or_(mine, free),
    )
    return Prepared(taken.returning(LEASE.c.token))


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease as it stands; it binds until `expires_at` (UTC)."""

    owner: str
    token: int
    expires_at: datetime


class Leases:
    """Leases by name. `owner` must name one process run, not a machine."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def acquire(self, name: str, owner: str, now: datetime, ttl: timedelta) -> int | None:
        """Take a lease that is free or has run out; gives the token, None while another owner has it.

        The same owner asking again in time keeps its token. In every other case the token grows, also when
        the same owner comes back after its lease ran out.
        """
        if not owner:
            raise ValueError("a lease needs an owner")
        asked = _acquire(postgresql=self._sql.postgresql)
        row = self._sql.ask_one(asked, of=name, by=owner, now=now, until=now + ttl)
        return None if row is None else int(row[0])

    def renew(self, name: str, owner: str, token: int, now: datetime, ttl: timedelta) -> bool:
        """Keep a lease for `ttl` from `now`; False if it ran out or is no longer this owner's: then stop."""
        mine = {"of": name, "by": owner, "with": token}
        return self._sql.do(RENEW, **mine, now=now, until=now + ttl) == 1

    def release(self, name: str, owner: str, token: int) -> None:
        """Give a lease back; the token stays, so that the next one is greater."""
        self._sql.do(RELEASE, **{"of": name, "by": owner, "with": token})

    def holds(self, name: str, owner: str, token: int) -> bool:
        """Whether the token is still the newest; nobody can take the lease until this writing unit ends."""
        asked = LOCKED_TOKEN if self._sql.writing else READ_TOKEN
        row = self._sql.ask_one(asked, name=name, owner=owner)
        return row is not None and row[0] == token

    def holder(self, name: str) -> Lease | None:
        """Who has the lease, if anybody; look at `expires_at`."""
        row = self._sql.ask_one(HOLDER, name=name)
        return None if row is None else Lease(*row)
