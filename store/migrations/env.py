"""Runs the migrations on the connection that `store.versions` opened, all of them in one transaction.

SQLite makes a table anew to change it; with foreign keys on, dropping the old one takes the rows of its
children along, silently. The switch has no effect inside a transaction, so it is thrown before.
"""

from alembic import context
from sqlalchemy import Connection, text

from errors import StopService
from store.places import Places
from store.tables import METADATA

#: Imported so that every table is known to the metadata.
__all__ = ["Places"]

#: Any number that no other program on the same server takes for its own advisory lock.
LOCK = 7_464_636_401


def run(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    driver = connection.connection.driver_connection
    if sqlite and driver is not None:
        driver.execute("PRAGMA foreign_keys=OFF").close()
    with connection.begin():
        if not sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        context.configure(
            connection=connection, target_metadata=METADATA, render_as_batch=sqlite, compare_type=True
        )
        context.run_migrations()
        if sqlite and connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
            raise StopService(
                "The upgrade would leave rows without the rows they belong to; nothing was changed.",
                remedy="Report this with the output of `tdcd doctor`.",
            )
    if sqlite and driver is not None:
        driver.execute("PRAGMA foreign_keys=ON").close()


run(context.config.attributes["connection"])
