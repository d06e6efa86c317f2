"""Signed checkpoints of the ledger, one for each size that was signed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import select

from store.sql import Sql
from store.tables import table_of
from store.tables_proof import CheckpointRow

CHECKPOINT = table_of(CheckpointRow)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Size and root (32 bytes) of the ledger, when they were signed (UTC), and the signed note as text."""

    size: int
    root: bytes
    made_at: datetime
    note: str


FIELDS = [CHECKPOINT.c[field.name] for field in fields(Checkpoint)]


class Checkpoints:
    """Checkpoints by size; what was signed once is never signed otherwise."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add(self, one: Checkpoint) -> Checkpoint:
        """Keep a checkpoint; gives the one that stands: the first of its size, whoever made it."""
        values = {field.name: getattr(one, field.name) for field in fields(one)}
        self._sql.run(self._sql.insert_or_change(CHECKPOINT).values(**values).on_conflict_do_nothing())
        return self.at(one.size) or one

    def at(self, size: int) -> Checkpoint | None:
        """The one of exactly this size."""
        row = self._sql.run(select(*FIELDS).where(CHECKPOINT.c.size == size)).one_or_none()
        return None if row is None else Checkpoint(*row)

    def last(self, *, below: int | None = None) -> Checkpoint | None:
        """The one of the greatest size, or of the greatest size that is smaller than `below`."""
        query = select(*FIELDS).order_by(CHECKPOINT.c.size.desc()).limit(1)
        if below is not None:
            query = query.where(CHECKPOINT.c.size < below)
        row = self._sql.run(query).one_or_none()
        return None if row is None else Checkpoint(*row)

    def all(self) -> list[Checkpoint]:
        """All of them, the smallest first."""
        return [Checkpoint(*row) for row in self._sql.run(select(*FIELDS).order_by(CHECKPOINT.c.size))]
