"""Opening the store, and the units of work that everything in it happens in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from errors import ConfigInvalid, SkipRecord, TdcdError
from store.damage import check_pages
from store.dialects import WRITING, engine_for, file_of, parsed, read_options
from store.failures import CLEAN, DiskFailedError, database_failure
from store.places import Places
from store.sql import Sql
from store.tables import IdentityRow, table_of
from store.versions import FRESH, check_version, copy_aside, known, migrate, newer, version_of


class Store:
    """An open database. Safe to share between threads; each unit of work takes its own connection."""

    def __init__(self, engine: Engine, where: str) -> None:
        self._engine = engine
        self._writing = engine.execution_options(**{WRITING: True})
        self._reading = engine.execution_options(**read_options(engine))
        self._where = where
        self._failed: DiskFailedError | None = None
        self.salt = b""
        with self._unit(writing=False) as connection:
            identity = table_of(IdentityRow)
            self.salt = connection.execute(select(identity.c.salt)).scalar_one()

    @contextmanager
    def begin(self) -> Iterator[Places]:
        """A unit of work that writes: committed at its end, undone when anything is raised inside.

        RetryLater: busy, away or full, nothing was kept. StopService: the disk failed or is damaged, and
        from then on every unit is refused, so that no second fsync can hide the first one's failure.
        """
        with self._unit(writing=True) as connection:
            yield Places(Sql(connection, self.salt, writing=True))

    @contextmanager
    def read(self) -> Iterator[Places]:
        """A unit of work on one snapshot that cannot write. Raises as `begin` does."""
        with self._unit(writing=False) as connection:
            yield Places(Sql(connection, self.salt, writing=False))

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()

    def describe(self) -> str:
        """Which database this is, with the versions of its software; never a user or a password."""
        with self._unit(writing=False) as connection:
            version = version_of(connection)
            info = connection.dialect.server_version_info or ()
        number = ".".join(str(part) for part in info)
        if self._engine.dialect.name == "sqlite":
            return f"SQLite {number} (WAL, synchronous=FULL), {self._where}, schema {version}"
        import psycopg

        return f"PostgreSQL {number} (psycopg {psycopg.__version__}), {self._where}, schema {version}"

    @contextmanager
    def _unit(self, *, writing: bool) -> Iterator[Connection]:
        if self._failed is not None:
            raise DiskFailedError(self._failed.sentence, remedy=self._failed.remedy)
        engine = self._writing if writing else self._reading
        try:
            with _sorted(writing=writing), engine.connect() as connection, connection.begin():
                yield connection
        except DiskFailedError as failed:
            self._failed = failed
            raise


def open_store(url: str, *, create: bool = True, check: bool = True) -> Store:
    """The store at `url` ("sqlite:////folder/file" or "postgresql://user@host/database").

    An empty database is given the schema when `create`. `check` looks through the pages of a SQLite file
    for damage first (about 0.2 s per 100 MB); a short look-up may go without.
    ConfigInvalid: no such address or database, or an older schema. StopService: a newer schema, a damaged
    or foreign database, a refused user. RetryLater: the server is away or busy.
    """
    address = parsed(url)
    where, file = _where(address), file_of(address)
    if file is not None:
        _prepare_folder(file, where, create=create)
    engine = engine_for(address)
    try:
        with _sorted():
            _bring_up(engine, where, create=create)
            if file is not None and check:
                check_pages(engine)
        return Store(engine, where)
    except BaseException:
        engine.dispose()
        raise


def upgrade(url: str) -> tuple[str, str]:
    """Bring the database to this program's schema; gives (from, to), equal when nothing was to be done.

    A SQLite file is copied aside first, as `<file>.before-upgrade-of-<version>`; for PostgreSQL take a dump
    before. Killed half-way, the database is what it was. StopService: a newer or foreign database.
    """
    address = parsed(url)
    file = file_of(address)
    if file is not None:
        _prepare_folder(file, _where(address), create=False)
    engine = engine_for(address)
    try:
        with _sorted():
            found = _found(engine)
            if found not in {FRESH, *known()}:
                raise newer(found)
            if found != known()[-1]:
                if file is not None and found != FRESH:
                    copy_aside(file, found)
                migrate(engine)
            return found, _found(engine)
    finally:
        engine.dispose()


def _where(address: URL) -> str:
    file = file_of(address)
    return (
        str(file) if file is not None else f"database {address.database} on {address.host or 'this machine'}"
    )


def _prepare_folder(file: Path, where: str, *, create: bool) -> None:
    if create:
        file.parent.mkdir(parents=True, exist_ok=True)
    elif not file.exists():
        raise ConfigInvalid(
            ["there is no database here: start the service once, or correct the address"], where=where
        )


def _found(engine: Engine) -> str:
    with engine.connect().execution_options(**read_options(engine)) as connection, connection.begin():
        return version_of(connection)


def _bring_up(engine: Engine, where: str, *, create: bool) -> None:
    found = _found(engine)
    if found == FRESH and create:
        migrate(engine)
        found = _found(engine)
    if found == FRESH:
        problem = "the database is empty: start the service once, or correct the address"
        raise ConfigInvalid([problem], where=where)
    check_version(found, where)


@contextmanager
def _sorted(*, writing: bool = True) -> Iterator[None]:
    try:
        yield
    except (DBAPIError, PoolTimeout) as error:
        sorted_error: TdcdError | None = database_failure(error, writing=writing)
        if sorted_error is None:
            raise
        raise sorted_error from error
    except UnicodeEncodeError as error:
        raise SkipRecord("A text is not Unicode and cannot be stored.", remedy=CLEAN) from error
