"""By what every site knows its documents."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, AutoString(), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "document_identity",
        *words("site", "kind", "remote_id", "issuer_code", "issuer", "number", "number_key"),
        sa.Column("issued_on", sa.Date(), nullable=True),
        *words("document_id", "owner_site", "owner_document"),
        sa.PrimaryKeyConstraint("site", "kind", "remote_id", name="pk_document_identity"),
        sa.CheckConstraint("site <> '' AND remote_id <> ''", name=op.f("ck_document_identity_filled")),
        sa.CheckConstraint("kind IN ('document', 'answer')", name=op.f("ck_document_identity_kind")),
    )
    op.create_index("ix_document_identity_number", "document_identity", ["number_key"])
    op.create_index("ix_document_identity_id", "document_identity", ["document_id"])
