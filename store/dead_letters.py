"""What was given up, with everything a person needs to decide about it; replayed at most once at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import KW_ONLY, dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, insert, or_, select, update

from store.prepared import NO_LIMIT, Prepared
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


NAMES = [field.name for field in fields(DeadLetter)]
FIELDS = [DEAD.c[name] for name in NAMES]


WAITING = Prepared(
    select(func.min(INBOX.c.id)).where(INBOX.c.site == bindparam("site"), INBOX.c.state == "new")
)
LAST = Prepared(select(func.max(INBOX.c.id)))
NOT_REPLAYED = Prepared(
    select(*FIELDS)
    .where(DEAD.c.site == bindparam("site"), DEAD.c.replayed_at.is_(None))
    .order_by(DEAD.c.id)
    .limit(bindparam("limit"))
)


def _newer() -> ColumnElement[bool]:
    """Whether the document system has shown another version of the record after this one."""
    same = (
        NEWER.c.remote_id == INBOX.c.remote_id,
        NEWER.c.kind == INBOX.c.kind,
        NEWER.c.site == INBOX.c.site,
    )
    return select(NEWER.c.id).where(*same, NEWER.c.turn > INBOX.c.turn).exists()


def _held() -> Select[Any]:
    letter = (DEAD.c.site == INBOX.c.site, DEAD.c.stage == "map", DEAD.c.origin == INBOX.c.id)
    told = select(DEAD.c.id).where(*letter, DEAD.c.replayed_at.is_(None)).exists()
    since = (INBOX.c.id > bindparam("after"), INBOX.c.id <= bindparam("until"))
    of_site = (INBOX.c.site == bindparam("site"), INBOX.c.state == "held")
    columns = (INBOX.c[name] for name in ("id", "kind", "remote_id", "version", "reason", "seen_at", "body"))
    return select(*columns).where(*since, *of_site, ~told, ~_newer()).order_by(INBOX.c.id)


def _healed() -> Select[Any]:
    of_site = (DEAD.c.site == bindparam("site"), DEAD.c.stage == "map", DEAD.c.replayed_at.is_(None))
    mapped = INBOX.c.state.in_(("mapped", "skipped"))
    found = select(*FIELDS).join(INBOX, INBOX.c.id == DEAD.c.origin)
    return found.where(*of_site, or_(mapped, _newer())).order_by(DEAD.c.id)


HELD, HEALED = Prepared(_held()), Prepared(_healed())


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
        if ids is None:
            rows = self._sql.ask(NOT_REPLAYED, site=site, limit=NO_LIMIT if limit is None else limit)
            return [_letter(row) for row in rows]
        query = select(*FIELDS).where(DEAD.c.site == site, DEAD.c.replayed_at.is_(None)).order_by(DEAD.c.id)
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
        ((first,),) = self._sql.ask(WAITING, site=site)
        if first is not None:
            return int(first) - 1
        ((last,),) = self._sql.ask(LAST)
        return int(last or 0)

    def held_records(self, site: str, after: int, until: int) -> list[HeldRecord]:
        """Records `after` < number ≤ `until` that are held in their latest version, without an open letter."""
        rows = self._sql.ask(HELD, site=site, after=after, until=until)
        return [_record(row) for row in rows]

    def healed(self, site: str) -> list[DeadLetter]:
        """Open letters about records that were mapped since, or that a newer version took the place of."""
        return [_letter(row) for row in self._sql.ask(HEALED, site=site)]


def _record(row: Sequence[Any]) -> HeldRecord:
    number, kind, remote_id, version, reason, seen_at, body = row
    return HeldRecord(number, kind, remote_id, version, reason, seen_at, hashlib.sha256(body).hexdigest())


def _letter(row: Sequence[Any]) -> DeadLetter:
    return DeadLetter(**dict(zip(NAMES, row, strict=True)))
