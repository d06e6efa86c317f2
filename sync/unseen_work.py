"""A site that shows no work items: its directives are tracked, and nobody is called late by what cannot be seen.

There the tasks stand as they were given, and nothing is written. Who does them, and how far
they are, is read where people work, and shown there: at another site of the configuration.
"""

from __future__ import annotations

from typing import Final

from connector.port import Capability, Stream
from store.places import Places
from sync.judging import NOT_SHOWN
from sync.site import Site, log

UNSEEN_VI: Final = (
    "Hệ thống văn bản này không cho đọc việc xử lý: nhiệm vụ đứng yên như khi giao,"
    " không ai bị tính quá hạn theo đó."
)
UNSEEN_EN: Final = (
    "This document system shows nothing of what people do: the task stands as it was given,"
    " and nobody is late by it."
)


def shows_work(site: Site) -> bool:
    """Whether what people do with their tasks can be read here."""
    return Capability.SHOWS_WORK in site.connector.capabilities


def unseen(places: Places, site: str) -> bool:
    """The same, told from the ledger alone."""
    read = places.cursors.get(site, Stream.ACTIVITY.value)
    return read is not None and read.value == NOT_SHOWN


def note_unseen(site: Site) -> None:
    """Before the first document is read: everybody who looks at the ledger alone must know it, too.

    What another connector read before stays true to the moment to which it was read.
    """
    with site.store.read() as places:
        before = places.cursors.get(site.name, Stream.ACTIVITY.value)
    if before is not None and before.value == NOT_SHOWN:
        return
    with site.store.begin() as places:
        places.cursors.set(site.name, Stream.ACTIVITY.value, NOT_SHOWN)
    log.warning(
        "work not shown", site=site.name, reason="states are neither decided by time nor written here"
    )
