"""Opening a store: addresses, versions, pragmas, what is told and what is never told, units of work.

Excludes migrations (`test_store_schema`, `tests/faults/test_store_upgrade`) and damage (`tests/faults`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import create_engine, insert, text
from sqlalchemy.exc import DBAPIError, StatementError
from sqlmodel.sql.sqltypes import UTCDateTime

from errors import ConfigInvalid, RetryLater, SkipRecord, StopService, TdcdError
from store.dialects import sqlite_module
from store.engine import Store, open_store, upgrade
from store.failures import database_failure
from store.inbox import Envelope
from store.sql import SQLITE_BINDS
from store.tables import CursorRow, table_of
from store.versions import known
from tests.postgres_server import Server
from tests.store_fixtures import TEMPLATE, Lender

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
PASSWORD = "m4t-kh4u"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "tdcd.sqlite3",
        f"mysql://tdcd:{PASSWORD}@host/tdcd",
        f"postgresql+asyncpg://tdcd:{PASSWORD}@host/tdcd",
        f"postgresql://tdcd:{PASSWORD}@host:port/tdcd",
        "sqlite://",
        "sqlite:///:memory:",
    ],
)
def test_an_address_that_is_none_is_refused_without_being_quoted(url: str) -> None:
    with pytest.raises(ConfigInvalid, match="it looks like sqlite:") as caught:
        open_store(url)
    assert PASSWORD not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_database_that_must_exist_already(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid, match="no database here"):
        open_store(f"sqlite:///{tmp_path / 'none.sqlite3'}", create=False)
    assert not (tmp_path / "none.sqlite3").exists()
    with pytest.raises(ConfigInvalid, match="no database here"):
        upgrade(f"sqlite:///{tmp_path / 'none.sqlite3'}")


def test_an_empty_database_is_filled_only_if_that_is_wanted(fresh_url: str, tmp_path: Path) -> None:
    (tmp_path / "tdcd.sqlite3").touch()
    with pytest.raises(ConfigInvalid, match="the database is empty"):
        open_store(fresh_url, create=False)
    open_store(fresh_url).close()
    open_store(fresh_url, create=False).close()
    assert upgrade(fresh_url) == (known()[-1], known()[-1])


def test_two_stores_have_two_salts_and_one_keeps_its_own(tmp_path: Path) -> None:
    urls = [f"sqlite:///{tmp_path / name}" for name in ("deep/a.sqlite3", "deep/b.sqlite3")]
    salts = []
    for url in (*urls, urls[0]):
        store = open_store(url)
        salts.append(store.salt)
        store.close()
    assert salts[0] == salts[2] != salts[1]


def test_a_store_says_what_it_is(store: Store, store_url: str) -> None:
    told = store.describe()
    assert f"schema {known()[-1]}" in told
    if store_url.startswith("sqlite"):
        assert f"SQLite {sqlite_module().sqlite_version} (WAL, synchronous=FULL)" in told
    else:
        assert "PostgreSQL " in told
        assert "127.0.0.1" in told


def test_the_password_is_told_nowhere(postgres_lender: Lender) -> None:
    port = postgres_lender.server.port
    address = f"postgresql://postgres:{PASSWORD}@127.0.0.1:{port}/{TEMPLATE}"
    store = open_store(f"{address}?application_name=x")
    assert PASSWORD not in store.describe() + repr(store)
    store.close()
    for url in (address.replace(f":{port}", ":1"), f"{address}_none"):
        with pytest.raises(TdcdError) as caught:
            open_store(url)
        chain: BaseException | None = caught.value
        while chain is not None:
            assert PASSWORD not in f"{chain} {chain!r}"
            chain = chain.__cause__ or chain.__context__


def test_a_server_that_is_away_is_tried_later_and_a_missing_database_is_not(postgres_server: Server) -> None:
    with pytest.raises(RetryLater, match="cannot be reached"):
        open_store("postgresql://postgres@127.0.0.1:1/tdcd")
    with pytest.raises(StopService, match="does not exist"):
        open_store(postgres_server.url("nowhere"))
    with pytest.raises(StopService, match="refused the user"):
        open_store(f"postgresql://nobody_here@127.0.0.1:{postgres_server.port}/postgres")


def test_the_short_name_of_postgresql_and_of_its_driver(postgres_lender: Lender) -> None:
    url = postgres_lender.server.url(TEMPLATE).replace("postgresql://", "postgresql+psycopg://")
    open_store(url).close()


@pytest.mark.covers("F21")
def test_a_commit_on_sqlite_is_on_the_disk(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'tdcd.sqlite3'}")
    for unit in (store.begin, store.read):
        with unit() as places:
            told = {
                name: places.cursors._sql.connection.execute(text(f"PRAGMA {name}")).scalar()
                for name in (
                    "journal_mode",
                    "synchronous",
                    "foreign_keys",
                    "busy_timeout",
                    "recursive_triggers",
                )
            }
            assert told == {
                "journal_mode": "wal",
                "synchronous": 2,
                "foreign_keys": 1,
                "busy_timeout": 5000,
                "recursive_triggers": 1,
            }
    store.close()


def test_a_reading_unit_cannot_write(store: Store) -> None:
    with pytest.raises(DBAPIError), store.read() as places:
        places.cursors.set("songlam", "document", "x")
    with store.begin() as places:
        places.cursors.set("songlam", "document", "y")
    with store.read() as places:
        assert places.cursors.get("songlam", "document") is not None


def test_a_reading_unit_sees_one_moment(store: Store) -> None:
    with store.read() as reading:
        assert reading.ledger.size() == 0
        with store.begin() as writing:
            writing.cursors.set("songlam", "document", "x")
        assert reading.cursors.get("songlam", "document") is None


@pytest.mark.covers("M22", "M37")
def test_a_text_that_cannot_be_stored_is_told_and_any_other_is_kept_literally(store: Store) -> None:
    odd = "'; DROP TABLE ledger; -- {{7*7}} %s ? :x \u202e\u200b Chỉ thị"
    with store.begin() as places:
        places.cursors.set("songlam", "document", odd)
        places.inbox.put([Envelope("songlam", "document", odd, "v", b"", NOW)])
    with store.read() as places:
        found = places.cursors.get("songlam", "document")
        assert found is not None
        assert found.value == odd
        assert list(places.inbox.latest("songlam", "document", [odd])) == [odd]
    with pytest.raises(SkipRecord, match="not Unicode"), store.begin() as places:
        places.cursors.set("songlam", "document", "\ud800")
    if store.describe().startswith("PostgreSQL"):
        with pytest.raises(SkipRecord, match="NUL"), store.begin() as places:
            places.cursors.set("songlam", "document", "a\0b")


def test_two_writers_never_lose_an_update(store: Store) -> None:
    failed: list[BaseException] = []

    def count(times: int) -> None:
        try:
            for _ in range(times):
                with store.begin() as places:
                    assert places.leases.acquire("gate", "all", NOW, NOW - NOW) is not None
                    found = places.cursors.get("songlam", "counter")
                    places.cursors.set("songlam", "counter", str(int(found.value if found else "0") + 1))
        except BaseException as error:
            failed.append(error)
            raise

    threads = [threading.Thread(target=count, args=(15,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with store.read() as places:
        found = places.cursors.get("songlam", "counter")
    assert found is not None
    assert found.value == "60"


def test_times_are_utc_and_never_naive(store: Store) -> None:
    cursor = table_of(CursorRow)
    row = {"site": "s", "stream": "x", "value": "", "digest": ""}
    with store.begin() as places, pytest.raises(StatementError, match="timezone"):
        places.cursors._sql.run(insert(cursor).values(**row, complete_to=datetime(2026, 1, 1)))


@pytest.mark.parametrize("micro", [0, 1, 10_000, 123_456, 999_999])
def test_times_in_bulk_are_written_as_the_column_type_writes_them(micro: int) -> None:
    dialect = create_engine("sqlite://").dialect
    process: Any = UTCDateTime().dialect_impl(dialect).bind_processor(dialect)
    moment = datetime(2026, 1, 2, 3, 4, 5, micro, tzinfo=UTC)
    assert SQLITE_BINDS.moment(moment) == process(moment)


@pytest.mark.parametrize(
    ("state", "raised", "told"),
    [
        (psycopg.errors.DiskFull, RetryLater, "disk of the database server is full"),
        (psycopg.errors.SerializationFailure, RetryLater, "each other's way"),
        (psycopg.errors.DeadlockDetected, RetryLater, "each other's way"),
        (psycopg.errors.LockNotAvailable, RetryLater, "busy"),
        (psycopg.errors.AdminShutdown, RetryLater, "stopping or starting"),
        (psycopg.errors.TooManyConnections, RetryLater, "no room"),
        (psycopg.errors.InvalidPassword, StopService, "refused the user"),
        (psycopg.errors.InvalidCatalogName, StopService, "does not exist"),
        (psycopg.errors.InsufficientPrivilege, StopService, "lacks a right"),
        (psycopg.errors.ReadOnlySqlTransaction, StopService, "standby"),
        (psycopg.errors.IoError, StopService, "disk of the database server failed"),
        (psycopg.errors.DataCorrupted, StopService, "damaged"),
    ],
)
@pytest.mark.covers("F30", "F31", "F32")
def test_what_postgresql_complains_about_is_sorted(
    state: Callable[[str], psycopg.Error], raised: type[TdcdError], told: str
) -> None:
    found = database_failure(DBAPIError("SELECT 1", {}, state("value 42"), hide_parameters=True))
    assert isinstance(found, raised)
    assert told in str(found)
    assert "42" not in str(found)


def test_a_fault_of_this_program_is_left_as_it_is() -> None:
    for fault in (
        psycopg.errors.CheckViolation("x"),
        psycopg.errors.SyntaxError("x"),
        psycopg.DataError("x"),
    ):
        assert database_failure(DBAPIError("SELECT 1", {}, fault)) is None
