"""Where the tests put their temporary files: in memory where there is room for it, else where the system puts them.

Most of what a test writes is brought to the disk at once and thrown away a moment later; waiting for the disk
took half of the time of all tests. The program writes and syncs the same either way.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")

#: So much must be free; all the tests together leave less behind than a quarter of it.
ROOM = 2 * 2**30


def room_in_memory(place: Path = MEMORY, room: int = ROOM) -> Path | None:
    """A folder that lives in memory and has room; None where there is none."""
    if not (place.is_dir() and os.access(place, os.W_OK | os.X_OK)):
        return None
    no_programs = bool(os.statvfs(place).f_flag & os.ST_NOEXEC)
    return None if no_programs or shutil.disk_usage(place).free <= room else place


def keep_compiled() -> None:
    """Compiled modules are kept for the programs that tests start, also where the machine is set not to."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


def use_memory() -> None:
    """Point this process and all that it starts there, unless whoever started it named a place."""
    if "TMPDIR" not in os.environ and (place := room_in_memory()) is not None:
        os.environ["TMPDIR"] = str(place)
        tempfile.tempdir = None
