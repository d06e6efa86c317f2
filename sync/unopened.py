"""A site whose connector cannot be opened: it is held and tried again with every poll, the other sites go on.

A package of somebody else can be broken by an update or be gone after one. That must not stop the sites that need
none. Only when no site at all can be opened does the daemon end (`sync/daemon.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from errors import RetryLater, TdcdError
from store.engine import Store
from sync.brakes import connector_unusable
from sync.holding import hold_unready
from sync.site import log

SCOPE = "site:connector"


def wait_unopened(store: Store, site: str, now: Callable[[], datetime], error: TdcdError) -> None:
    """Hold the site and say why, unless it is merely away. A store that is away hears of it with the next try."""
    log.warning("will try again", site=site, work="open", reason=error.sentence)
    if not isinstance(error, RetryLater):
        hold_unready(store, site, now, connector_unusable(error.sentence))
