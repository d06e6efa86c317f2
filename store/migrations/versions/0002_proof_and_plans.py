"""Checkpoints, webhooks heard, dead letters, sealed plans, and breaks that stand."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, AutoString(), nullable=False) for name in names]


def upgrade() -> None:
    _proof()
    _dead_letters()
    _plans()


def _proof() -> None:
    op.create_table(
        "checkpoint",
        sa.Column("size", NUMBER, nullable=False, autoincrement=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        *words("note"),
        sa.PrimaryKeyConstraint("size", name="pk_checkpoint"),
        sa.CheckConstraint("size >= 0", name=op.f("ck_checkpoint_size")),
        sa.CheckConstraint("length(root) = 32", name=op.f("ck_checkpoint_root")),
        sa.CheckConstraint("note <> ''", name=op.f("ck_checkpoint_filled")),
    )
    op.create_table(
        "webhook",
        *words("webhook_id", "site"),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("webhook_id", "site", name="pk_webhook"),
        sa.CheckConstraint("site <> '' AND webhook_id <> ''", name=op.f("ck_webhook_filled")),
        sa.CheckConstraint("length(digest) = 32", name=op.f("ck_webhook_digest")),
    )


def _dead_letters() -> None:
    op.create_table(
        "dead_letter",
        sa.Column("id", NUMBER, nullable=False),
        *words("site", "stage", "item"),
        sa.Column("origin", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        *words("error", "context", "payload"),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.Column("replayed_at", UTCDateTime(), nullable=True),
        sa.Column("replayed_as", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_dead_letter"),
        sa.CheckConstraint("site <> '' AND stage <> '' AND item <> ''", name=op.f("ck_dead_letter_filled")),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_dead_letter_attempts")),
    )
    op.create_index(
        "ix_dead_letter_open",
        "dead_letter",
        ["site", "id"],
        sqlite_where=sa.text("replayed_at IS NULL"),
        postgresql_where=sa.text("replayed_at IS NULL"),
    )


def _plans() -> None:
    op.create_table(
        "sealed_plan",
        *words("digest", "site", "kind", "state", "reason"),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        *words("approved_by"),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("digest", name="pk_sealed_plan"),
        sa.CheckConstraint("digest <> '' AND site <> '' AND kind <> ''", name=op.f("ck_sealed_plan_filled")),
        sa.CheckConstraint("state IN ('sealed', 'applied', 'void')", name=op.f("ck_sealed_plan_state")),
    )
    op.create_table(
        "reconcile_break",
        *words("item", "field", "site", "owner", "base", "theirs", "ours"),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("item", "field", "site", name="pk_reconcile_break"),
        sa.CheckConstraint(
            "site <> '' AND item <> '' AND field <> '' AND owner <> ''",
            name=op.f("ck_reconcile_break_filled"),
        ),
    )
