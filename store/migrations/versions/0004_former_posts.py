"""What postings were before they changed, so that an act is judged by the posts of its time."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = "state IN ('active', 'locked', 'gone', 'unlisted')"


def words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, AutoString(), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "former_post",
        sa.Column("id", NUMBER, nullable=False),
        *words("site", "posting_id", "user_id", "position", "unit_id", "state"),
        sa.Column("sure_to", UTCDateTime(), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_former_post"),
        sa.CheckConstraint("site <> '' AND posting_id <> ''", name=op.f("ck_former_post_filled")),
        sa.CheckConstraint(STATES, name=op.f("ck_former_post_state")),
    )
    op.create_index("ix_former_post_site", "former_post", ["site"])
