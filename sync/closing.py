"""The ledger is closed with a signed checkpoint every day, and the witness is asked before anything is done.

A database that was put back to an older copy must not be worked on as if nothing had been: at the
start the owner asks what the witness remembers, and ends when that is another ledger (F34). A
witness that is away stops nothing; it is asked again until it answers, and its lamp turns red.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from config.settings import Settings
from errors import RetryLater, StopService, TdcdError
from store.engine import Store
from sync.lamps import CHECKPOINT, note, noted
from sync.opening import LOCAL
from sync.proofs import check_witness, close_ledger, notary_of
from sync.site import log

TRY_AGAIN_SECONDS = 3600.0


class Closing:
    """What the daemon asks at its start and every minute."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        now: Callable[[], datetime],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings, self._store, self._now, self._clock = settings, store, now, clock
        self._asked = False
        self._not_before = float("-inf")

    def begin(self) -> None:
        """Ask the witness, before anything is read or written. StopService: it remembers another ledger."""
        try:
            check_witness(notary_of(self._settings, self._store))
            self._asked = True
        except RetryLater as error:
            log.warning("the witness was not asked", reason=str(error))

    def look(self) -> None:
        """Sign what the ledger has become by today. What fails is tried again an hour later.

        Raises StopService when the witness remembers another ledger.
        """
        now = self._now()
        if self._clock() < self._not_before or (self._asked and self._closed_today(now)):
            return
        try:
            kept = close_ledger(notary_of(self._settings, self._store), now)
        except StopService:
            raise
        except TdcdError as error:
            self._not_before = self._clock() + TRY_AGAIN_SECONDS
            self._keep(now, ok=False, sentence=str(error))
            raise
        self._asked = True
        self._keep(now, ok=True, sentence=f"Signed at {kept.size} entries.")
        log.info("checkpoint", entries=kept.size, root=kept.root.hex())

    def _closed_today(self, now: datetime) -> bool:
        with self._store.read() as places:
            last = noted(places, CHECKPOINT)
        return (
            last is not None and last.ok and last.at.astimezone(LOCAL).date() == now.astimezone(LOCAL).date()
        )

    def _keep(self, now: datetime, *, ok: bool, sentence: str) -> None:
        with self._store.begin() as places:
            note(places, CHECKPOINT, now, ok=ok, sentence=sentence)
