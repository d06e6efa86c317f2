"""Fixtures of the store: every test that asks for `store_url` or `store` runs on SQLite and on PostgreSQL.

The schema is made once and copied: a file for SQLite, a template database for PostgreSQL. The server is
started by the first test that needs it, one for each worker of pytest-xdist.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from store.engine import Store, open_store
from tests.postgres_server import NoPostgresError, Server, running

DATABASES = ("sqlite", "postgresql")
TEMPLATE = "tdcd_template"


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
def postgres_template(postgres_server: Server) -> str:
    """The name of a database with the newest schema, to make others from."""
    open_store(postgres_server.create(TEMPLATE)).close()
    return TEMPLATE


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
    server: Server = request.getfixturevalue("postgres_server")
    template: str = request.getfixturevalue("postgres_template")
    name = f"tdcd_{uuid.uuid4().hex}"
    yield server.create(name, template)
    server.drop(name)


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
