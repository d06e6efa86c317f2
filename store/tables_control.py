"""The tables by which the service is steered: administrators' orders, holds, leases."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field

from store.tables import BIG, Base, filled, one_of, partial


class SignalRow(Base, table=True):
    """An administrator's order, its progress and its result (JSON objects)."""

    __tablename__ = "signal"
    __table_args__ = (filled("kind"), one_of("state", "new", "running", "done", "failed"))
    id: int | None = Field(default=None, sa_type=BIG, primary_key=True)
    kind: str
    body: str
    created_at: datetime
    state: str
    progress: str
    result: str | None
    taken_at: datetime | None
    finished_at: datetime | None


class HoldRow(Base, table=True):
    """A stop of the smallest scope, in words for a clerk. At most one is open for a scope."""

    __tablename__ = "hold"
    __table_args__ = (
        filled("scope", "reason"),
        partial("uq_hold_open", "site", "scope", where="released_at IS NULL", unique=True),
    )
    id: int | None = Field(default=None, sa_type=BIG, primary_key=True)
    site: str
    scope: str
    reason: str
    safe: str
    cost: str
    releaser: str
    since: datetime
    released_at: datetime | None
    released_by: str


class LeaseRow(Base, table=True):
    """Who may do a thing alone; the token only grows, also after a release."""

    __tablename__ = "lease"
    __table_args__ = (filled("name"), CheckConstraint("token >= 1", name="token"))
    name: str = Field(primary_key=True)
    owner: str
    token: int = Field(sa_type=BigInteger)
    expires_at: datetime
