"""A command that works on a site itself owns the ledger meanwhile, exactly as a daemon would.

Two passes at once, by hand or because a daemon starts in between, would both send what is ready.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from config.settings import Settings, SiteSettings
from store.engine import Store
from sync.closing import Closing
from sync.duties import Duty
from sync.fencing import HEARTBEAT_SECONDS, Fence, FencedStore
from sync.opening import connect, open_site, wall_clock
from sync.site import Site
from sync.stopping import Doors, guarded
from sync.unexpected import told_as_one_sentence

JOIN_SECONDS = 5.0


@contextmanager
def owned_site(settings: Settings, site: SiteSettings, store: Store) -> Iterator[Site]:
    """One site, ready to run, as long as the block lasts.

    StopService: another process owns the ledger, or the witness remembers another ledger.
    TdcdError: something that nobody foresaw was raised in the block.
    """
    fence = Fence(store, wall_clock)
    fence.take(_wait)
    fenced = FencedStore(store, fence)
    lease = Duty("lease", HEARTBEAT_SECONDS, fence.keep)
    lease.start()
    try:
        Closing(settings, fenced, wall_clock).begin()
        connector = guarded(connect(site), fence, Doors())
        with (
            open_site(settings, site, fenced, connector=connector) as opened,
            told_as_one_sentence(site.name),
        ):
            yield opened
    finally:
        lease.stop()
        lease.join(JOIN_SECONDS)
        fence.give_back()


def _wait(seconds: float) -> bool:
    time.sleep(seconds)
    return False
