"""The tables that prove and explain: checkpoints, webhooks heard, dead letters, sealed plans, breaks."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field

from store.tables import BIG, Base, filled, one_of, partial


class CheckpointRow(Base, table=True):
    """A signed statement of the ledger's size and root, in C2SP text form."""

    __tablename__ = "checkpoint"
    __table_args__ = (
        CheckConstraint("size >= 0", name="size"),
        CheckConstraint("length(root) = 32", name="root"),
        filled("note"),
    )
    size: int = Field(sa_type=BIG, primary_key=True, sa_column_kwargs={"autoincrement": False})
    root: bytes
    made_at: datetime
    note: str


class WebhookRow(Base, table=True):
    """A webhook that was heard: its id and the digest of its body, so that a repeat has no effect."""

    __tablename__ = "webhook"
    __table_args__ = (filled("site", "webhook_id"), CheckConstraint("length(digest) = 32", name="digest"))
    webhook_id: str = Field(primary_key=True)
    site: str = Field(primary_key=True)
    digest: bytes
    seen_at: datetime


class DeadLetterRow(Base, table=True):
    """What was given up, at which stage and why. `replayed_as` is the number of its latest replay."""

    __tablename__ = "dead_letter"
    __table_args__ = (
        filled("site", "stage", "item"),
        CheckConstraint("attempts >= 0", name="attempts"),
        partial("ix_dead_letter_open", "site", "id", where="replayed_at IS NULL"),
    )
    id: int | None = Field(default=None, sa_type=BIG, primary_key=True)
    site: str
    stage: str
    item: str
    origin: int | None = Field(sa_type=BigInteger)
    attempts: int
    error: str
    context: str
    payload: str
    since: datetime
    replayed_at: datetime | None
    replayed_as: int | None = Field(sa_type=BigInteger)


class SealedPlanRow(Base, table=True):
    """A mass change that waits for a person: applied exactly as sealed, or not at all."""

    __tablename__ = "sealed_plan"
    __table_args__ = (
        filled("digest", "site", "kind"),
        one_of("state", "sealed", "applied", "void"),
    )
    digest: str = Field(primary_key=True)
    site: str
    kind: str
    state: str
    reason: str
    body: bytes
    made_at: datetime
    approved_by: str
    ended_at: datetime | None


class BreakRow(Base, table=True):
    """A difference between both sides that stands, with its age and who owns it."""

    __tablename__ = "reconcile_break"
    __table_args__ = (filled("site", "item", "field", "owner"),)
    item: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    site: str = Field(primary_key=True)
    owner: str
    base: str
    theirs: str
    ours: str
    since: datetime
    seen_at: datetime
