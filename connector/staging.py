"""Folders for what nobody has judged yet: in memory where the system has such a place, and gone when their owner is.

A process that is killed cannot clear up, and what it was looking at may be classified. So the owner holds a
lock that ends with it, and whoever comes next removes the folders whose lock is free (LC-02).
"""

from __future__ import annotations

import fcntl
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

PREFIX: Final = "tdcd-unjudged-"
#: Seconds in which a folder may stand without its lock: it is only being made.
MAKING: Final = 60.0
_OWNER: Final = ".owner"


@contextmanager
def staging() -> Iterator[Path]:
    """A new folder, for as long as the caller needs it."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place()))
    with (folder / _OWNER).open("wb") as owner:
        fcntl.flock(owner, fcntl.LOCK_EX)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def place() -> Path:
    """Where such folders are made."""
    memory = Path("/dev/shm")  # noqa: S108 - exactly because it is not a disk
    return memory if memory.is_dir() else Path(tempfile.gettempdir())


def discard_left() -> int:
    """Remove the folders of this user whose owner is gone; gives how many."""
    left = [folder for folder in place().glob(f"{PREFIX}*") if _is_left(folder)]
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    return len(left)


def _is_left(folder: Path) -> bool:
    try:
        with (folder / _OWNER).open("rb") as owner:
            return _is_free(owner)
    except FileNotFoundError:
        return _made_before(folder, time.time() - MAKING)
    except OSError:
        return False


def _is_free(owner: BinaryIO) -> bool:
    try:
        fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _made_before(folder: Path, moment: float) -> bool:
    try:
        return folder.stat().st_mtime < moment
    except OSError:
        return False
