"""The tables that the data flows through: inbox, seen, ledger, outbox, cursor.

A `table=True` class validates nothing, so every rule that must outlive this program is a CHECK, a
unique constraint or (ledger, outbox) a trigger made by the migration. Keys begin with their most telling
column, so that look-ups are quick before PostgreSQL has gathered statistics. There are no foreign keys: each
place can be rebuilt, pruned or restored without another standing in the way; the ledger names its
envelope by number only. Times go through SQLModel's own UTC type, which refuses naive ones.
"""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, MetaData, Table, UniqueConstraint, text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

#: SQLite numbers rows by itself only in a column that is called INTEGER.
BIG: Any = BigInteger().with_variant(Integer(), "sqlite")

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class Base(SQLModel, registry=registry(metadata=METADATA)):
    """Own metadata, so that names follow the convention and no other model mixes in."""

    metadata: ClassVar[MetaData] = METADATA


def one_of(column: str, *words: str) -> CheckConstraint:
    """A column that holds one of a few words."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def filled(*columns: str) -> CheckConstraint:
    """Columns without which a row means nothing."""
    return CheckConstraint(" AND ".join(f"{column} <> ''" for column in columns), name="filled")


def partial(name: str, *columns: str, where: str, sqlite: str = "", unique: bool = False) -> Index:
    """An index over some rows; `sqlite` is given where truth values are worded differently there."""
    clause = text(sqlite or where)
    return Index(name, *columns, unique=unique, sqlite_where=clause, postgresql_where=text(where))


class IdentityRow(Base, table=True):
    """One row: what makes this ledger itself. The salt keys every digest of something secret."""

    __tablename__ = "store_identity"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("length(salt) = 32", name="salt"),
    )
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    salt: bytes


class InboxHeadRow(Base, table=True):
    """One row: the last turn given to an envelope; taking it also serialises the writers."""

    __tablename__ = "inbox_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"), CheckConstraint("turn >= 0", name="turn"))
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    turn: int = Field(sa_type=BigInteger)


class InboxRow(Base, table=True):
    """What the document system showed, verbatim. `turn` orders; it grows when an old version returns."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("remote_id", "version", "kind", "site"),
        filled("site", "kind", "remote_id", "version"),
        one_of("state", "new", "mapped", "skipped", "held"),
        partial("ix_inbox_pending", "site", "turn", where="state = 'new'"),
    )
    id: int = Field(sa_type=BIG, primary_key=True, sa_column_kwargs={"autoincrement": False})
    turn: int = Field(sa_type=BigInteger)
    site: str
    kind: str
    remote_id: str
    version: str
    state: str
    reason: str
    seen_at: datetime
    body: bytes


class SeenRow(Base, table=True):
    """Keyed digests only: whether a listing row is unchanged, and how many documents are classified."""

    __tablename__ = "seen"
    __table_args__ = (
        filled("site", "kind"),
        CheckConstraint("length(item) = 16 AND length(fingerprint) = 16", name="digests"),
        partial("ix_seen_classified", "site", where="classified", sqlite="classified = 1"),
        {"sqlite_with_rowid": False},
    )
    item: bytes = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    site: str = Field(primary_key=True)
    fingerprint: bytes
    classified: bool


class LedgerRow(Base, table=True):
    """What happened, never changed: a trigger refuses UPDATE and DELETE."""

    __tablename__ = "ledger"
    __table_args__ = (
        UniqueConstraint("subject", "key", "site"),
        filled("site", "subject", "kind", "key"),
        CheckConstraint("length(leaf) = 32", name="leaf"),
        CheckConstraint("seq >= 1", name="seq"),
    )
    seq: int = Field(sa_type=BIG, primary_key=True, sa_column_kwargs={"autoincrement": False})
    site: str
    subject: str
    kind: str
    key: str
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    source: int | None = Field(sa_type=BigInteger)
    leaf: bytes
    body: bytes


class LedgerHeadRow(Base, table=True):
    """One row: size and root of the ledger's hash tree, and the frontier it grows from."""

    __tablename__ = "ledger_head"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("size >= 0", name="size"),
        CheckConstraint("length(root) = 32", name="root"),
    )
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    size: int = Field(sa_type=BigInteger)
    root: bytes
    frontier: bytes


class OutboxRow(Base, table=True):
    """What we decided to write there. A trigger keeps the ended states as they are."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("effect_key"),
        filled("site", "lane", "kind", "effect_key"),
        one_of("state", "pending", "sending", "confirmed", "superseded", "held", "dead"),
        CheckConstraint("attempts >= 0", name="attempts"),
        Index("ix_outbox_state", "site", "state", "id"),
        Index("ix_outbox_lane", "lane", "id"),
    )
    id: int | None = Field(default=None, sa_type=BIG, primary_key=True)
    site: str
    lane: str
    kind: str
    effect_key: str
    task: str
    state: str
    attempts: int
    created_at: datetime
    not_before: datetime | None
    finished_at: datetime | None
    error: str
    remote_id: str
    written: str
    body: bytes


class CursorRow(Base, table=True):
    """How far each stream was read, and up to when what we know is complete."""

    __tablename__ = "cursor"
    __table_args__ = (filled("site", "stream"),)
    site: str = Field(primary_key=True)
    stream: str = Field(primary_key=True)
    value: str
    digest: str
    complete_to: datetime | None


def table_of(model: type[Base]) -> Table:
    """The Core table of a model: what every statement in this room is built on."""
    return Base.metadata.tables[str(model.__tablename__)]
