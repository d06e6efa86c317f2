"""How long the receiver listens, and the gaps in between: what came then was not heard, only read by the poll.

A mark every half minute says "we listened until now". The next one, also after a
restart, finds how long nothing was marked; such a gap is told with its beginning
and its end (F22). Nothing has to be made up for: polls read by their own cursors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import orjson

from store.places import Places

STREAM: Final = "webhooks"
MARK_EVERY: Final = timedelta(seconds=30)
GAP: Final = timedelta(seconds=120)


@dataclass(frozen=True, slots=True)
class Gap:
    """A time (UTC) in which no webhook could be heard."""

    since: datetime
    until: datetime


def mark(places: Places, site: str, counts: Mapping[str, int], now: datetime) -> Gap | None:
    """Note that we listen `now` (UTC), with the counts so far; gives the gap that ends with this mark, if any."""
    before = places.cursors.get(site, STREAM)
    noted = orjson.loads(before.value) if before is not None else {}
    gap = None
    if before is not None and before.complete_to is not None and now - before.complete_to > GAP:
        gap = Gap(before.complete_to, now)
        noted["gap"] = [gap.since.isoformat(), gap.until.isoformat()]
    noted["counts"] = dict(counts)
    places.cursors.set(site, STREAM, orjson.dumps(noted).decode(), now)
    return gap


def listening(places: Places, site: str) -> dict[str, Any] | None:
    """What `tdcd status` shows: heard until when (UTC), the last gap, the counts; None if it never listened."""
    found = places.cursors.get(site, STREAM)
    if found is None:
        return None
    noted = orjson.loads(found.value)
    return {"heard_until": found.complete_to, "last_gap": noted.get("gap"), "counts": noted["counts"]}
