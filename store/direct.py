"""Ready text given to the driver itself, where SQLAlchemy's bookkeeping costs ten times what SQLite needs to answer.

A server is asked through SQLAlchemy all the same: the way there costs more than the bookkeeping, and a line
that was cut must be noticed by the pool.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError


class Answer(Protocol):
    """What a cursor of the driver and a result of SQLAlchemy have in common."""

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""

    def fetchall(self) -> Any:
        """All rows."""

    def close(self) -> Any:
        """No row of it is wanted any more."""

    def __iter__(self) -> Iterator[Any]: ...


#: One text with its values as the driver takes them, or with a list of such.
Text = Callable[[str, Any], Answer]


def runner(connection: Connection) -> Text:
    """What runs texts in the transaction of this connection; failures are those that SQLAlchemy would raise."""
    if connection.dialect.name != "sqlite":
        return connection.exec_driver_sql
    driver = _driver(connection)
    once, often = driver.execute, driver.executemany

    def run(text: str, values: Any) -> Answer:
        try:
            answer: Answer = often(text, values) if isinstance(values, list) else once(text, values)
        except connection.dialect.loaded_dbapi.Error as error:
            raise _known(connection, text, error) from error
        return answer

    return run


def command(connection: Connection, text: str) -> None:
    """One command to SQLite that gives no rows."""
    try:
        _driver(connection).execute(text).close()
    except connection.dialect.loaded_dbapi.Error as error:
        raise _known(connection, text, error) from error


def _driver(connection: Connection) -> Any:
    return connection.connection.dbapi_connection


def _known(connection: Connection, text: str, error: Exception) -> BaseException:
    """The error as SQLAlchemy wraps it, without the values."""
    dialect = connection.dialect
    return DBAPIError.instance(
        text, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, dialect=dialect
    )
