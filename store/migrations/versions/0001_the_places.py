"""The first schema: every place, the triggers that keep what must not change, and the ledger's own salt."""

import secrets
from hashlib import sha256

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

SQLITE_TRIGGERS = (
    """CREATE TRIGGER ledger_keeps_rows BEFORE UPDATE ON ledger
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER ledger_keeps_all BEFORE DELETE ON ledger
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER outbox_keeps_ends BEFORE UPDATE ON outbox
    WHEN OLD.state IN ('confirmed', 'superseded', 'dead')
    BEGIN SELECT RAISE(ABORT, 'an intent that has ended does not change'); END""",
)

POSTGRESQL_TRIGGERS = (
    """CREATE FUNCTION tdcd_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0]; END $$""",
    """CREATE TRIGGER ledger_keeps_rows BEFORE UPDATE OR DELETE ON ledger
    FOR EACH ROW EXECUTE FUNCTION tdcd_refuse('the ledger is append-only')""",
    """CREATE TRIGGER ledger_keeps_all BEFORE TRUNCATE ON ledger
    FOR EACH STATEMENT EXECUTE FUNCTION tdcd_refuse('the ledger is append-only')""",
    """CREATE TRIGGER outbox_keeps_ends BEFORE UPDATE ON outbox
    FOR EACH ROW WHEN (OLD.state IN ('confirmed', 'superseded', 'dead'))
    EXECUTE FUNCTION tdcd_refuse('an intent that has ended does not change')""",
)


def upgrade() -> None:
    _flow()
    _ledger()
    _outbox()
    _tasks()
    _papers()
    _directory()
    _control()
    connection = op.get_bind()
    sqlite = connection.dialect.name == "sqlite"
    for trigger in SQLITE_TRIGGERS if sqlite else POSTGRESQL_TRIGGERS:
        connection.exec_driver_sql(trigger)
    _first_rows(connection)


def _first_rows(connection: sa.Connection) -> None:
    salt, empty = secrets.token_bytes(32), sha256(b"").digest()
    identity = sa.table("store_identity", sa.column("id"), sa.column("salt", sa.LargeBinary))
    connection.execute(sa.insert(identity).values(id=1, salt=salt))
    connection.execute(sa.text("INSERT INTO inbox_head (id, turn) VALUES (1, 0)"))
    hashes = [sa.column(name, sa.LargeBinary) for name in ("root", "frontier")]
    head = sa.table("ledger_head", sa.column("id"), sa.column("size"), *hashes)
    connection.execute(sa.insert(head).values(id=1, size=0, root=empty, frontier=b""))


def words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, AutoString(), nullable=False) for name in names]


def _flow() -> None:
    op.create_table(
        "inbox_head",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_inbox_head"),
        sa.CheckConstraint("id = 1", name=op.f("ck_inbox_head_one_row")),
        sa.CheckConstraint("turn >= 0", name=op.f("ck_inbox_head_turn")),
    )
    op.create_table(
        "inbox",
        sa.Column("id", NUMBER, nullable=False, autoincrement=False),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        *words("site", "kind", "remote_id", "version", "state", "reason"),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint(
            "remote_id", "version", "kind", "site", name=op.f("uq_inbox_remote_id_version_kind_site")
        ),
        sa.CheckConstraint(
            "site <> '' AND kind <> '' AND remote_id <> '' AND version <> ''", name=op.f("ck_inbox_filled")
        ),
        sa.CheckConstraint("state IN ('new', 'mapped', 'skipped', 'held')", name=op.f("ck_inbox_state")),
    )
    op.create_index(
        "ix_inbox_pending",
        "inbox",
        ["site", "turn"],
        sqlite_where=sa.text("state = 'new'"),
        postgresql_where=sa.text("state = 'new'"),
    )
    op.create_table(
        "seen",
        sa.Column("item", sa.LargeBinary(), nullable=False),
        *words("kind", "site"),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("classified", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("item", "kind", "site", name="pk_seen"),
        sa.CheckConstraint("site <> '' AND kind <> ''", name=op.f("ck_seen_filled")),
        sa.CheckConstraint("length(item) = 16 AND length(fingerprint) = 16", name=op.f("ck_seen_digests")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_seen_classified",
        "seen",
        ["site"],
        sqlite_where=sa.text("classified = 1"),
        postgresql_where=sa.text("classified"),
    )


def _ledger() -> None:
    op.create_table(
        "store_identity",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_store_identity"),
        sa.CheckConstraint("id = 1", name=op.f("ck_store_identity_one_row")),
        sa.CheckConstraint("length(salt) = 32", name=op.f("ck_store_identity_salt")),
    )
    op.create_table(
        "ledger",
        sa.Column("seq", NUMBER, nullable=False, autoincrement=False),
        *words("site", "subject", "kind", "key"),
        sa.Column("occurred_at", UTCDateTime(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        *words("actor"),
        sa.Column("source", sa.BigInteger(), nullable=True),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_ledger"),
        sa.UniqueConstraint("subject", "key", "site", name=op.f("uq_ledger_subject_key_site")),
        sa.CheckConstraint(
            "site <> '' AND subject <> '' AND kind <> '' AND key <> ''", name=op.f("ck_ledger_filled")
        ),
        sa.CheckConstraint("length(leaf) = 32", name=op.f("ck_ledger_leaf")),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_ledger_seq")),
    )
    op.create_table(
        "ledger_head",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_head"),
        sa.CheckConstraint("id = 1", name=op.f("ck_ledger_head_one_row")),
        sa.CheckConstraint("size >= 0", name=op.f("ck_ledger_head_size")),
        sa.CheckConstraint("length(root) = 32", name=op.f("ck_ledger_head_root")),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", NUMBER, nullable=False),
        *words("site", "lane", "kind", "effect_key", "task", "state"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("not_before", UTCDateTime(), nullable=True),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        *words("error", "remote_id", "written"),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("effect_key", name=op.f("uq_outbox_effect_key")),
        sa.CheckConstraint(
            "site <> '' AND lane <> '' AND kind <> '' AND effect_key <> ''", name=op.f("ck_outbox_filled")
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'confirmed', 'superseded', 'held', 'dead')",
            name=op.f("ck_outbox_state"),
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_outbox_attempts")),
    )
    op.create_index("ix_outbox_lane", "outbox", ["lane", "id"])
    op.create_index("ix_outbox_state", "outbox", ["site", "state", "id"])
    op.create_table(
        "cursor",
        *words("site", "stream", "value", "digest"),
        sa.Column("complete_to", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("site", "stream", name="pk_cursor"),
        sa.CheckConstraint("site <> '' AND stream <> ''", name=op.f("ck_cursor_filled")),
    )


def _tasks() -> None:
    op.create_table(
        "task",
        *words(
            "key",
            "site",
            "directive",
            "number",
            "ordinal",
            "content",
            "lead",
            "lead_name",
            "profile",
            "profile_version",
            "text",
            "second_text",
            "family",
            "lateness",
            "rule",
        ),
        sa.Column("due", UTCDateTime(), nullable=True),
        sa.Column("next_change_at", UTCDateTime(), nullable=True),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("dirty", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_task"),
        sa.CheckConstraint("key <> '' AND site <> ''", name=op.f("ck_task_filled")),
    )
    op.create_index("ix_task_directive", "task", ["directive", "site"])
    op.create_index(
        "ix_task_dirty",
        "task",
        ["site", "directive"],
        sqlite_where=sa.text("dirty = 1"),
        postgresql_where=sa.text("dirty"),
    )
    op.create_index(
        "ix_task_waiting",
        "task",
        ["site", "next_change_at"],
        sqlite_where=sa.text("closed = 0 AND next_change_at IS NOT NULL"),
        postgresql_where=sa.text("NOT closed AND next_change_at IS NOT NULL"),
    )
    op.create_table(
        "workitem",
        *words("task", "site", "job_id", "line_id", "document_id", "written", "seen"),
        sa.PrimaryKeyConstraint("task", name="pk_workitem"),
        sa.CheckConstraint("task <> '' AND site <> ''", name=op.f("ck_workitem_filled")),
    )
    op.create_index("ix_workitem_job", "workitem", ["job_id", "site"])


def _papers() -> None:
    op.create_table(
        "finding",
        sa.Column("id", NUMBER, nullable=False),
        *words("site", "document_id", "place", "problem", "text", "sentence", "remedy"),
        sa.PrimaryKeyConstraint("id", name="pk_finding"),
        sa.CheckConstraint(
            "site <> '' AND document_id <> '' AND problem <> ''", name=op.f("ck_finding_filled")
        ),
    )
    op.create_index("ix_finding_document", "finding", ["document_id", "site"])
    op.create_table(
        "evidence",
        sa.Column("id", NUMBER, nullable=False),
        *words("sha256"),
        sa.Column("size", sa.BigInteger(), nullable=False),
        *words("site", "task", "document_id", "remote_id", "name"),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
        sa.UniqueConstraint(
            "remote_id",
            "sha256",
            "task",
            "document_id",
            "site",
            name=op.f("uq_evidence_remote_id_sha256_task_document_id_site"),
        ),
        sa.CheckConstraint("site <> '' AND remote_id <> ''", name=op.f("ck_evidence_filled")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_evidence_sha256")),
        sa.CheckConstraint("size >= 0", name=op.f("ck_evidence_size")),
    )
    op.create_index("ix_evidence_task", "evidence", ["task"])


def _directory() -> None:
    op.create_table(
        "unit",
        *words("site", "unit_id", "name", "parent_id", "code", "tier"),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        *words("successors"),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("site", "unit_id", name="pk_unit"),
        sa.CheckConstraint("site <> '' AND unit_id <> ''", name=op.f("ck_unit_filled")),
    )
    op.create_table(
        "account",
        *words(
            "site",
            "posting_id",
            "user_id",
            "full_name",
            "position",
            "role",
            "unit_id",
            "unit_name",
            "email",
            "phone",
            "state",
        ),
        sa.PrimaryKeyConstraint("site", "posting_id", name="pk_account"),
        sa.CheckConstraint("site <> '' AND posting_id <> ''", name=op.f("ck_account_filled")),
        sa.CheckConstraint("state IN ('active', 'locked', 'gone')", name=op.f("ck_account_state")),
    )
    op.create_index("ix_account_unit", "account", ["unit_id", "site"])
    op.create_index("ix_account_user", "account", ["user_id", "site"])


def _control() -> None:
    op.create_table(
        "signal",
        sa.Column("id", NUMBER, nullable=False),
        *words("kind", "body"),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        *words("state", "progress"),
        sa.Column("result", AutoString(), nullable=True),
        sa.Column("taken_at", UTCDateTime(), nullable=True),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_signal"),
        sa.CheckConstraint("kind <> ''", name=op.f("ck_signal_filled")),
        sa.CheckConstraint("state IN ('new', 'running', 'done', 'failed')", name=op.f("ck_signal_state")),
    )
    op.create_table(
        "hold",
        sa.Column("id", NUMBER, nullable=False),
        *words("site", "scope", "reason", "safe", "cost", "releaser"),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.Column("released_at", UTCDateTime(), nullable=True),
        *words("released_by"),
        sa.PrimaryKeyConstraint("id", name="pk_hold"),
        sa.CheckConstraint("scope <> '' AND reason <> ''", name=op.f("ck_hold_filled")),
    )
    op.create_index(
        "uq_hold_open",
        "hold",
        ["site", "scope"],
        unique=True,
        sqlite_where=sa.text("released_at IS NULL"),
        postgresql_where=sa.text("released_at IS NULL"),
    )
    op.create_table(
        "lease",
        *words("name", "owner"),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
        sa.CheckConstraint("name <> ''", name=op.f("ck_lease_filled")),
        sa.CheckConstraint("token >= 1", name=op.f("ck_lease_token")),
    )
