"""The schema: the migrated one is the one the tables describe, to the last constraint, on both databases.

Excludes migrations that are killed or too new (`tests/faults/test_store_upgrade`).
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import IntegrityError

from store.dialects import engine_for, parsed
from store.engine import Store, open_store
from store.tables import METADATA
from store.versions import FOLDER, known

#: Made by the migration alone: what must be refused whoever asks for it.
TRIGGERS = {"ledger_keeps_rows": "ledger", "ledger_keeps_all": "ledger", "outbox_keeps_ends": "outbox"}

POSTGRESQL_SHAPE = (
    """SELECT table_name, column_name, ordinal_position, data_type, is_nullable, column_default
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'""",
    """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conrelid <> 'alembic_version'::regclass""",
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'",
)


def sqlite_shape(connection: Connection) -> dict[str, str]:
    query = "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL"
    rows = connection.execute(text(query)).all()
    return {name: _ordered(sql) for name, sql in rows if name != "alembic_version"}


def _ordered(sql: str) -> str:
    """A CREATE statement without regard to the order in which its constraints stand."""
    head, _, rest = " ".join(sql.split()).partition(" CONSTRAINT ")
    return head + "|" + "|".join(sorted(part.strip(" ,)") for part in rest.split(", CONSTRAINT ")))


def postgresql_shape(connection: Connection) -> list[list[tuple[object, ...]]]:
    connection.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num varchar(32))"))
    return [sorted(map(tuple, connection.execute(text(query))), key=str) for query in POSTGRESQL_SHAPE]


def test_the_migrated_schema_is_the_one_described(store_url: str) -> None:
    engine = engine_for(parsed(store_url))
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "target_metadata": METADATA}
        )
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_constraints_and_indexes_are_those_described(fresh_url: str) -> None:
    open_store(fresh_url).close()
    sqlite = fresh_url.startswith("sqlite")
    shape = sqlite_shape if sqlite else postgresql_shape
    engine = create_engine(parsed(fresh_url))
    with engine.begin() as connection:
        migrated = shape(connection)
        if not sqlite:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    engine = create_engine(parsed(f"{fresh_url}-described" if sqlite else fresh_url))
    with engine.begin() as connection:
        METADATA.create_all(connection)
        assert migrated == shape(connection)
    engine.dispose()


def test_the_triggers_are_there(store: Store) -> None:
    with store.read() as places:
        sql = places.ledger._sql
        query = (
            "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
            if sql.postgresql
            else "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
        )
        assert dict(map(tuple, sql.connection.execute(text(query)))) == TRIGGERS


def test_migrations_are_one_chain_named_by_their_version_that_only_goes_forward() -> None:
    scripts = list(ScriptDirectory(FOLDER).walk_revisions())
    assert [script.revision for script in reversed(scripts)] == list(known())
    for script in scripts:
        path = Path(script.path)
        assert path.name.startswith(f"{script.revision}_")
        functions = [
            node.name
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.FunctionDef)
        ]
        assert "upgrade" in functions
        assert "downgrade" not in functions


def test_a_new_migration_starts_from_a_template_that_knows_the_types() -> None:
    template = (FOLDER / "script.py.mako").read_text("utf-8")
    assert "import sqlmodel" in template
    assert "downgrade" not in template


NONSENSE = [
    "INSERT INTO seen (item, kind, site, fingerprint, classified) VALUES (:short, 'd', 's', :short, 1 = 2)",
    "INSERT INTO cursor (site, stream, value, digest) VALUES ('s', '', '', '')",
    "UPDATE ledger_head SET size = -1",
    "UPDATE store_identity SET salt = :short",
    "INSERT INTO inbox_head (id, turn) VALUES (2, 0)",
    "INSERT INTO lease (name, owner, token, expires_at) VALUES ('n', 'o', 0, '2026-01-01')",
    "INSERT INTO signal (kind, body, created_at, state, progress) VALUES ('k', '', '2026-01-01', 'lost', '')",
]


def test_the_database_itself_refuses_what_makes_no_sense(store: Store) -> None:
    for statement in NONSENSE:
        given = {"short": b"short"} if ":short" in statement else {}
        with pytest.raises(IntegrityError), store.begin() as places:
            places.ledger._sql.connection.execute(text(statement), given)
