"""Bugs that are put into the engine on purpose: the simulation must see every one of them.

Each is the smallest change that a hurried person might make to the real code, patched in for one test.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

import pytest

from store.ledger import Ledger
from store.outbox import Outbox
from sync import pull_to_inbox, push_from_outbox
from sync.fencing import Fence
from sync.read_back import Effect
from sync.site import Site
from tracking.events import Event


def cursor_moved_early(patch: pytest.MonkeyPatch) -> None:
    """The cursor is committed first, then what was read: who fails between both has lost the page."""
    keep_page: Callable[..., None] = pull_to_inbox._keep_page

    def early(site: Site, vetting: Any, page: Any, *rest: Any) -> None:
        if page.cursor is not None:
            with site.store.begin() as places:
                places.cursors.set(site.name, vetting.stream.value, page.cursor)
        keep_page(site, vetting, page, *rest)

    patch.setattr(pull_to_inbox, "_keep_page", early)


def receipt_without_hash(patch: pytest.MonkeyPatch) -> None:
    """A write counts as confirmed, and what was written is not kept."""
    confirm = Outbox.confirm

    def bare(self: Outbox, number: int, remote_id: str, _written: str, at: datetime) -> bool:
        return confirm(self, number, remote_id, "", at)

    patch.setattr(Outbox, "confirm", bare)


def retry_without_read_back(patch: pytest.MonkeyPatch) -> None:
    """What may have been sent is sent again without looking for it."""

    def blind(site: Site, write: Any, *, look_first: bool) -> Effect:
        return Effect(site.connector.apply(write), found=False)

    patch.setattr(push_from_outbox, "bring_about", blind)


def late_decision_lost(patch: pytest.MonkeyPatch) -> None:
    """What carries an older time than the newest event of its task is taken for known."""
    append = Ledger.append_events

    def watermark(
        self: Ledger, events: Sequence[Event], recorded_at: datetime, source: Any = None, *, site: str
    ) -> list[Event]:
        known = self.events({event.task for event in events})
        newest = {task: before[-1].occurred_at for task, before in known.items() if before}
        sources = source if isinstance(source, list) else [source] * len(events)
        fresh = [
            (event, origin)
            for event, origin in zip(events, sources, strict=True)
            if event.task not in newest or event.occurred_at > newest[event.task]
        ]
        return append(self, [e for e, _ in fresh], recorded_at, [o for _, o in fresh], site=site)

    patch.setattr(Ledger, "append_events", watermark)


def lease_without_fencing(patch: pytest.MonkeyPatch) -> None:
    """A daemon that was frozen past its lease goes on as if nothing had happened."""
    patch.setattr(Fence, "check", lambda self, places: None)
    patch.setattr(Fence, "ask", lambda self: None)


#: Each bug with the first of the seeds that are tried. They see it at once; a change of the engine's steps may
#: move that a little.
PLANTED: Final[dict[Callable[[pytest.MonkeyPatch], None], int]] = {
    cursor_moved_early: 239,
    receipt_without_hash: 0,
    retry_without_read_back: 2,
    late_decision_lost: 6,
    lease_without_fencing: 0,
}
