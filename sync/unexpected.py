"""What nobody foresaw, in a connector of somebody else or in a fault of ours: told by its kind and place, and held.

What it says itself is never repeated: it may quote a password, an address or a document.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from errors import TdcdError
from store.engine import Store
from sync.brakes import work_failed
from sync.holding import hold_unready
from sync.site import log

SCOPE = "site:fault"
#: What a package may raise in a call. No memory is the process's own trouble: it ends and is started again.
UNFORESEEN: Final = (Exception, SystemExit)
#: Seconds until the site is opened again, by how often the same work failed before.
PAUSES: Final = (5.0, 15.0, 60.0, 300.0)
_MOST_FRAMES: Final = 20


def is_foreseen(error: BaseException) -> bool:
    """Whether somebody above knows what this means."""
    return isinstance(error, TdcdError | MemoryError)


def frames_of(error: BaseException) -> list[str]:
    """Where it was raised, the innermost last: files, lines and functions, no values and no words."""
    found = traceback.extract_tb(error.__traceback__)[-_MOST_FRAMES:]
    return [f"{'/'.join(Path(one.filename).parts[-2:])}:{one.lineno} {one.name}" for one in found]


def words_for(error: BaseException) -> str:
    """Its kind and the innermost place."""
    return " at ".join([type(error).__name__, *frames_of(error)[-1:]])


def hold_fault(
    store: Store, site: str, now: Callable[[], datetime], error: BaseException, work: str, seconds: float
) -> None:
    """Tell it in the log and hold the site. A store that is away hears of it with the next try."""
    told = {"kind": type(error).__name__, "frames": frames_of(error), "again_in_seconds": seconds}
    log.error("work failed", site=site, work=work, **told)
    hold_unready(store, site, now, work_failed(words_for(error)))


@contextmanager
def told_as_one_sentence(site: str) -> Iterator[None]:
    """For a single command: the frames go into the log, a person reads one sentence."""
    try:
        yield
    except UNFORESEEN as error:
        if is_foreseen(error):
            raise
        log.error("work failed", site=site, kind=type(error).__name__, frames=frames_of(error))
        raise TdcdError(
            f"The work on site {site} ended by an unforeseen fault: {words_for(error)}.",
            remedy="What was read and written before is kept; send the lines of the log to whoever made this part.",
        ) from None
