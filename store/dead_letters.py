"""What was given up, with everything a person needs to decide about it; replayed at most once at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import KW_ONLY, dataclass, fields, replace
from datetime import datetime

from sqlalchemy import ColumnElement, func, insert, or_, select, update

from store.sql import Sql, chunks
from store.tables import InboxRow, table_of
from store.tables_proof import DeadLetterRow

DEAD = table_of(DeadLetterRow)
INBOX = table_of(InboxRow)
NEWER = INBOX.alias("newer")


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One item given up at a stage (`push`, `map`, `pull`).

    `item` names it there (effect key, record), `origin` is its number there, `context` a JSON
    object, `payload` the SHA-256 of what it carried in hex. `replayed_as` is what it became.
    """

    _: KW_ONLY
    site: str
    stage: str
    item: str
    attempts: int
    error: str
    context: str
    payload: str
    since: datetime
    origin: int | None = None
    replayed_at: datetime | None = None
    replayed_as: int | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class HeldRecord:
    """A record in the inbox that could not be mapped; `payload` is the SHA-256 of its body in hex."""

    id: int
    kind: str
    remote_id: str
    version: str
    reason: str
    seen_at: datetime
    payload: str


FIELDS = [DEAD.c[field.name] for field in fields(DeadLetter)]


class DeadLetters:
    """Dead letters, oldest first."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add(self, letter: DeadLetter) -> DeadLetter:
        """Keep one; gives it back with its number."""
        values = {field.name: getattr(letter, field.name) for field in fields(letter) if field.name != "id"}
        number = self._sql.run(insert(DEAD).values(**values).returning(DEAD.c.id)).scalar_one()
        return replace(letter, id=number)

    def get(self, id: int) -> DeadLetter | None:  # noqa: A002 -- named by the contract of the room
        """One by its number, replayed or not."""
        row = self._sql.run(select(*FIELDS).where(DEAD.c.id == id)).mappings().one_or_none()
        return None if row is None else DeadLetter(**row)

    def open(
        self, site: str, ids: Collection[int] | None = None, limit: int | None = None
    ) -> list[DeadLetter]:
        """Those not replayed yet; of all of them or of some numbers."""
        query = select(*FIELDS).where(DEAD.c.site == site, DEAD.c.replayed_at.is_(None)).order_by(DEAD.c.id)
        if ids is None:
            return [DeadLetter(**row) for row in self._sql.run(query.limit(limit)).mappings()]
        some_queries = [query.where(DEAD.c.id.in_(some)) for some in chunks(sorted(ids))]
        found = [DeadLetter(**row) for some in some_queries for row in self._sql.run(some).mappings()]
        return found[:limit]

    def replayed(self, id: int, at: datetime, replayed_as: int | None) -> bool:  # noqa: A002
        """Note the replay; False if it had been replayed before."""
        one = update(DEAD).where(DEAD.c.id == id, DEAD.c.replayed_at.is_(None))
        return self._sql.run(one.values(replayed_at=at, replayed_as=replayed_as)).rowcount == 1

    def became(self, id: int, replayed_as: int) -> None:  # noqa: A002
        """Note what a letter that has just been replayed became."""
        self._sql.run(update(DEAD).where(DEAD.c.id == id).values(replayed_as=replayed_as))

    def times(self, site: str, record: int) -> int:
        """How often a record of the inbox has been given up before."""
        of_record = (DEAD.c.site == site, DEAD.c.stage == "map", DEAD.c.origin == record)
        return int(self._sql.run(select(func.count()).select_from(DEAD).where(*of_record)).scalar_one())

    def mapped_until(self, site: str) -> int:
        """The number up to which no record of the inbox waits to be mapped; 0 without any record."""
        waiting = select(func.min(INBOX.c.id)).where(INBOX.c.site == site, INBOX.c.state == "new")
        first = self._sql.run(waiting).scalar_one()
        if first is not None:
            return int(first) - 1
        return int(self._sql.run(select(func.max(INBOX.c.id))).scalar_one() or 0)

    def held_records(self, site: str, after: int, until: int) -> list[HeldRecord]:
        """Records `after` < number ≤ `until` that are held in their latest version, without an open letter."""
        letter = (DEAD.c.site == site, DEAD.c.stage == "map", DEAD.c.origin == INBOX.c.id)
        told = select(DEAD.c.id).where(*letter, DEAD.c.replayed_at.is_(None)).exists()
        query = (
            select(INBOX)
            .where(INBOX.c.id > after, INBOX.c.id <= until, INBOX.c.site == site, INBOX.c.state == "held")
            .where(~told, ~_newer())
            .order_by(INBOX.c.id)
        )
        return [
            HeldRecord(
                row.id,
                row.kind,
                row.remote_id,
                row.version,
                row.reason,
                row.seen_at,
                hashlib.sha256(row.body).hexdigest(),
            )
            for row in self._sql.run(query)
        ]

    def healed(self, site: str) -> list[DeadLetter]:
        """Open letters about records that were mapped since, or that a newer version took the place of."""
        mapped = INBOX.c.state.in_(("mapped", "skipped"))
        query = (
            select(*FIELDS)
            .join(INBOX, INBOX.c.id == DEAD.c.origin)
            .where(DEAD.c.site == site, DEAD.c.stage == "map", DEAD.c.replayed_at.is_(None))
            .where(or_(mapped, _newer()))
        )
        return [DeadLetter(**row) for row in self._sql.run(query.order_by(DEAD.c.id)).mappings()]


def _newer() -> ColumnElement[bool]:
    """Whether the document system has shown another version of the record after this one."""
    same = (
        NEWER.c.remote_id == INBOX.c.remote_id,
        NEWER.c.kind == INBOX.c.kind,
        NEWER.c.site == INBOX.c.site,
    )
    return select(NEWER.c.id).where(*same, NEWER.c.turn > INBOX.c.turn).exists()
