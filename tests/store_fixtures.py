"""Fixtures of the store: every test that asks for `store_url` or `store` runs on SQLite and on PostgreSQL.

The schema is made once and copied: a file for SQLite, a template database for PostgreSQL. The server is
started by the first test that needs it, one for each worker of pytest-xdist. A PostgreSQL database is
emptied and lent again after a test, unless its schema was changed: then the next one is a new copy.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from store.engine import Store, open_store
from tests.postgres_server import NoPostgresError, Server, running

DATABASES = ("sqlite", "postgresql")
TEMPLATE = "tdcd_template"

#: Whatever a test may have changed beside rows.
SHAPE = """
SELECT md5(string_agg(line, E'\\n' ORDER BY line)) FROM (
    SELECT concat_ws(' ', attrelid::regclass, attname, atttypid, attnotnull) FROM pg_attribute
        JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', tgrelid::regclass, tgname, tgenabled) FROM pg_trigger
    UNION ALL SELECT concat_ws(' ', conname, pg_get_constraintdef(oid)) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT version_num FROM alembic_version
) AS shape (line)
"""

#: Empties every table but the salt and the version, past the triggers, and sets the heads to the beginning.
EMPTY = """
DO $$ DECLARE name text; BEGIN
    SET LOCAL lock_timeout = '2s';
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
        AND tablename NOT IN ('alembic_version', 'store_identity', 'inbox_head', 'ledger_head')
    LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
    UPDATE inbox_head SET turn = 0;
    UPDATE ledger_head SET size = 0, root = sha256(''), frontier = '';
END $$
"""


class Lender:
    """Lends empty databases with the newest schema, one after another."""

    def __init__(self, server: Server) -> None:
        self.server = server
        open_store(server.create(TEMPLATE)).close()
        self.shape = self._look(TEMPLATE)
        self.free: list[str] = []

    def lend(self) -> str:
        """The name of a database."""
        if self.free:
            return self.free.pop()
        name = f"tdcd_{uuid.uuid4().hex}"
        self.server.create(name, TEMPLATE)
        return name

    def take_back(self, name: str) -> None:
        """Empty a database for the next one, or drop it if it is not what it was."""
        try:
            if self._look(name) != self.shape:
                raise psycopg.DataError("changed")
            self._run(name, EMPTY)
        except psycopg.Error:
            self.server.drop(name)
        else:
            self.free.append(name)

    def _look(self, name: str) -> str:
        return str(self._run(name, SHAPE))

    def _run(self, name: str, statement: str) -> object:
        with psycopg.connect(self.server.url(name), autocommit=True, connect_timeout=5) as connection:
            done = connection.execute(statement.encode())
            row = done.fetchone() if done.description else None
        return row[0] if row else None


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A PostgreSQL server; without one the tests fail, they are not passed over."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(running())
        except NoPostgresError as missing:
            pytest.fail(str(missing), pytrace=False)
        yield server


@pytest.fixture(scope="session")
def postgres_lender(postgres_server: Server) -> Lender:
    """Lends PostgreSQL databases that have the newest schema and nothing in them."""
    return Lender(postgres_server)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the newest schema, to make others from."""
    file = tmp_path_factory.mktemp("store") / "template.sqlite3"
    open_store(f"sqlite:///{file}").close()
    return file


@pytest.fixture(params=DATABASES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a store with the newest schema and nothing in it."""
    if request.param == "sqlite":
        file = tmp_path / "tdcd.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
        return
    lender: Lender = request.getfixturevalue("postgres_lender")
    name = lender.lend()
    yield lender.server.url(name)
    lender.take_back(name)


@pytest.fixture(params=DATABASES)
def fresh_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'tdcd.sqlite3'}"
        return
    server: Server = request.getfixturevalue("postgres_server")
    name = f"tdcd_{uuid.uuid4().hex}"
    yield server.create(name)
    server.drop(name)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An open, empty store."""
    opened = open_store(store_url)
    yield opened
    opened.close()
