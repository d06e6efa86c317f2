"""Mass changes that wait for a person: sealed by the digest of their body, applied exactly or not at all."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import select, update

from store.sql import Sql
from store.tables import table_of
from store.tables_proof import SealedPlanRow

PLAN = table_of(SealedPlanRow)


@dataclass(frozen=True, slots=True)
class SealedPlan:
    """One plan; `digest` is the SHA-256 of kind, site and body in hex. State: sealed, applied or void."""

    digest: str
    site: str
    kind: str
    state: str
    reason: str
    body: bytes
    made_at: datetime
    approved_by: str = ""
    ended_at: datetime | None = None


FIELDS = [PLAN.c[field.name] for field in fields(SealedPlan)]


def seal(site: str, kind: str, body: bytes) -> str:
    """The digest by which a plan is approved: any other content has another one."""
    return hashlib.sha256(b"\0".join((kind.encode(), site.encode(), body))).hexdigest()


class Plans:
    """Sealed plans."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def put(self, plan: SealedPlan) -> None:
        """Seal a plan. The same content is the same plan; one that had ended waits for a person once more."""
        if plan.digest != seal(plan.site, plan.kind, plan.body):
            raise ValueError("the digest does not belong to this plan")
        values = {field.name: getattr(plan, field.name) for field in fields(plan)}
        statement = self._sql.insert_or_change(PLAN).values(**values)
        again = {name: statement.excluded[name] for name in ("state", "reason", "made_at", "approved_by")}
        ended = PLAN.c.state != "sealed"
        self._sql.run(
            statement.on_conflict_do_update(
                index_elements=["digest"], set_={**again, "ended_at": None}, where=ended
            )
        )

    def get(self, digest: str) -> SealedPlan | None:
        """A plan by its whole digest."""
        row = self._sql.run(select(*FIELDS).where(PLAN.c.digest == digest)).one_or_none()
        return None if row is None else SealedPlan(*row)

    def find(self, site: str, state: str = "sealed") -> list[SealedPlan]:
        """Plans of a site in a state, the oldest first."""
        query = select(*FIELDS).where(PLAN.c.site == site, PLAN.c.state == state)
        return [SealedPlan(*row) for row in self._sql.run(query.order_by(PLAN.c.made_at, PLAN.c.digest))]

    def end(self, digest: str, state: str, at: datetime, by: str = "") -> bool:
        """A sealed plan was applied, by whom, or became void; False if it had ended."""
        one = update(PLAN).where(PLAN.c.digest == digest, PLAN.c.state == "sealed")
        return self._sql.run(one.values(state=state, ended_at=at, approved_by=by)).rowcount == 1
