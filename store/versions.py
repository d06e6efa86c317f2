"""Which schema a database has, which one this program needs, and the way from one to the other.

Migrations only go forward and are run from here, in one transaction: killed half-way, the database is
what it was before. Their numbers are the first four characters of the file names, so that a normal
start needs neither Alembic nor the migrations themselves.
"""

from __future__ import annotations

import threading
from contextlib import closing
from itertools import count
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from errors import ConfigInvalid, StopService
from store.dialects import WRITING, sqlite_module

#: Where the migrations are; tests put a longer chain here.
FOLDER = Path(__file__).parent / "migrations"

#: Version of a database without any table.
FRESH = ""

#: Alembic keeps what it is doing in names of its module: one migration at a time in a process.
ALONE = threading.Lock()


def known(folder: Path | None = None) -> tuple[str, ...]:
    """The schema versions that this program knows, oldest first."""
    files = ((folder or FOLDER) / "versions").glob("[0-9][0-9][0-9][0-9]_*.py")
    return tuple(sorted(file.name[:4] for file in files))


def version_of(connection: Connection) -> str:
    """The schema version of a database, FRESH if it is empty.

    StopService if there are tables but no version: then it belongs to something else.
    """
    tables = inspect(connection)
    if tables.has_table("alembic_version"):
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
        if len(found) == 1:
            return str(found[0])
    elif not tables.get_table_names():
        return FRESH
    raise StopService(
        "The database holds tables but no version: it was not made by this program.",
        remedy="Point the address of the store to an empty database.",
    )


def check_version(found: str, where: str) -> None:
    """Pass only the newest version that this program knows.

    ConfigInvalid: an older one, `tdcd db upgrade` brings it up. StopService: one that a newer program made.
    """
    versions = known()
    if found == versions[-1]:
        return
    if found in versions:
        problem = (
            f"the database has schema {found} and this program needs {versions[-1]}: run `tdcd db upgrade`"
        )
        raise ConfigInvalid([problem], where=where)
    raise newer(found)


def newer(found: str) -> StopService:
    """The refusal of a database that a newer program has written."""
    return StopService(
        f"The database has schema {found}, which is newer than this program ({known()[-1]}).",
        remedy="Install the program that wrote it, or restore the copy made before its upgrade.",
    )


def migrate(engine: Engine) -> None:
    """Bring a database to the newest schema. One transaction; a second program that tries it too waits."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with ALONE, engine.connect().execution_options(**{WRITING: True}) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine.dispose()


def copy_aside(file: Path, version: str) -> Path:
    """A consistent copy of a SQLite database next to it, under a name that was free; gives its path."""
    names = (f"{file.name}.before-upgrade-of-{version}{f'-{n}' if n else ''}" for n in count())
    target = next(path for name in names if not (path := file.with_name(name)).exists())
    unfinished = target.with_name(f"{target.name}.part")
    unfinished.unlink(missing_ok=True)
    module = sqlite_module()
    with closing(module.connect(file)) as source, closing(module.connect(unfinished)) as copy:
        source.backup(copy)
    return unfinished.replace(target)
