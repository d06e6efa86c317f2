"""After a restore the ledger knows less than the document system: look before every write.

What was sent between the backup and the loss is decided a second time. Its codes are made
from the same salt, so it is found by them and not written again. Not only intents marked
`sending` are looked for, then, but all, for as long as decisions of before may come back.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

from connector.port import Connector, Write, WriteReceipt
from store.engine import Store
from store.restore import restored_since

#: Longer than any directive rests before its next reminder.
LOOK_FOR = timedelta(days=90)


def looks_first(store: Store, now: Callable[[], datetime], inner: Connector) -> Connector:
    """`inner`, or, on a store that was restored lately, one that finds before it applies."""
    with store.read() as places:
        restored = restored_since(places, now(), LOOK_FOR)
    return cast("Connector", _LooksFirst(inner)) if restored else inner


class _LooksFirst:
    """See `Connector`; everything but `apply` is the inner one's own."""

    def __init__(self, inner: Connector) -> None:
        self._inner = inner

    def apply(self, write: Write) -> WriteReceipt:
        """The receipt of the effect that is there already, or else of a new one."""
        return self._inner.find(write) or self._inner.apply(write)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)
