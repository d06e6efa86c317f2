"""What the databases and the disk complain about, sorted by what must happen next.

Busy, away, full: the same call may succeed later. Unreadable, damaged, an fsync that failed: going on
would do harm, for after a failed fsync nobody knows what is on the disk, and a second one may lie.
Anything else (a broken CHECK, a wrong statement) is a fault of this program and is left as it is.
The sentences are our own: what a driver says may quote an address, a name or a value.
"""

from __future__ import annotations

import errno
from typing import Final

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from errors import RetryLater, SkipRecord, StopService, TdcdError

#: A database's troubles inside a unit of work; at its end they are sorted.
UNSORTED: Final = SQLAlchemyError

RESTORE = "Stop the service, check the disk and restore the last good copy."
FULL = "Free space on the disk; the work goes on by itself."
CLEAN = "Correct the text in the document system."

#: Words in SQLite's complaints; its numbers are not handed through by every driver.
SQLITE_LATER = {
    "locked": ("The database is busy: another writer did not finish within 5 seconds.", ""),
    "database or disk is full": ("The disk of the database is full; nothing of this step was kept.", FULL),
}
SQLITE_STOP = {
    "disk I/O error": ("The disk of the database failed while reading or writing.", RESTORE),
    "malformed": ("The database file is damaged.", RESTORE),
    "not a database": ("The file is not a database, or its beginning is damaged.", RESTORE),
    "readonly": (
        "The database may not be written.",
        "Give the service's user the right to write file and folder.",
    ),
    "unable to open": (
        "The database file cannot be opened.",
        "Check that the folder exists and may be written.",
    ),
}

#: PostgreSQL's SQLSTATE, whole or its class.
STATE_LATER = {
    "53100": ("The disk of the database server is full; nothing of this step was kept.", FULL),
    "53": ("The database server has no room for this now.", ""),
    "08": ("The connection to the database server was lost.", ""),
    "57P": ("The database server is stopping or starting.", ""),
    "40": ("Two units of work were in each other's way.", ""),
    "55P03": ("The database is busy: another writer did not finish within 5 seconds.", ""),
}
STATE_STOP = {
    "28": ("The database server refused the user or the password.", "Correct the address of the store."),
    "3D": ("The database does not exist on the server.", "Create it, or correct the address of the store."),
    "42501": ("The database user lacks a right.", "Grant the user all rights on the schema."),
    "25006": ("The database server takes no writes: it is a standby.", "Point the address to the primary."),
    "58": ("The disk of the database server failed.", RESTORE),
    "XX001": ("The database is damaged.", RESTORE),
    "XX002": ("The database is damaged.", RESTORE),
}


class DiskFailedError(StopService):
    """What is on the disk is not known any more: nothing may be tried again with it."""


def database_failure(error: DBAPIError | PoolTimeout, *, writing: bool = True) -> TdcdError | None:
    """The error to raise instead, or None when it must stay as it is, as a write in a reading unit."""
    if isinstance(error, PoolTimeout):
        return RetryLater("All connections to the database are in use.")
    if "cannot contain NUL" in str(error.orig):
        return SkipRecord("A text holds a NUL character, which cannot be stored.", remedy=CLEAN)
    state = getattr(error.orig, "sqlstate", None)
    if not writing and (state == "25006" or "readonly" in str(error.orig)):
        return None
    if state is not None:
        return _of_state(state)
    if error.orig is not None and type(error.orig).__module__.startswith("psycopg"):
        return _of_connecting(error.orig)
    return _of_words(str(error.orig))


def _of_connecting(error: BaseException) -> TdcdError | None:
    """A refusal while connecting comes without a SQLSTATE; only its words tell it from an absence."""
    if "OperationalError" not in {kind.__name__ for kind in type(error).__mro__}:
        return None
    words = str(error)
    if (
        'role "' in words
        or "password authentication failed" in words
        or "no password supplied" in words
        or "pg_hba.conf" in words
    ):
        return _of_state("28")
    if "does not exist" in words:
        return _of_state("3D")
    return RetryLater("The database server cannot be reached.")


def _of_words(words: str) -> TdcdError | None:
    for word, (sentence, remedy) in SQLITE_LATER.items():
        if word in words:
            return RetryLater(sentence, remedy=remedy)
    for word, (sentence, remedy) in SQLITE_STOP.items():
        if word in words:
            return _stop(sentence, remedy)
    return None


def _stop(sentence: str, remedy: str) -> StopService:
    return (DiskFailedError if remedy is RESTORE else StopService)(sentence, remedy=remedy)


def _of_state(state: str) -> TdcdError | None:
    for start in (state, state[:3], state[:2]):
        if start in STATE_LATER:
            sentence, remedy = STATE_LATER[start]
            return RetryLater(sentence, remedy=remedy)
        if start in STATE_STOP:
            return _stop(*STATE_STOP[start])
    return None


def disk_failure(error: OSError) -> TdcdError | None:
    """The same for the folder of evidence files."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return RetryLater("The disk for evidence files is full; no file was kept.", remedy=FULL)
    if error.errno in {errno.EIO, errno.EROFS}:
        return DiskFailedError("The disk for evidence files failed.", remedy=RESTORE)
    return None
