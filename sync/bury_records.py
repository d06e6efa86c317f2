"""Records that could not be mapped stand in the dead letters too, and leave them when they could.

Mapping sets a record aside with its reason and goes on (F25). Here each of these becomes
a dead letter, so that there is one list of what was given up, one way to replay it. What
was looked through is remembered by number: a pass looks at what came since, and once a
day at everything.
"""

from __future__ import annotations

from datetime import datetime

import orjson

from store.dead_letters import DeadLetter, HeldRecord
from store.places import Places
from sync.files_again import waiting_records
from sync.site import Site, log
from tracking.calendar import ZONE

#: Where the number looked through and the day of the last whole look are kept.
STREAM = "dead letters"
BATCH = 500


def bury_records(site: Site) -> int:
    """Give every held record its dead letter; gives how many there were. A pass without any only reads."""
    today = site.now().astimezone(ZONE).date().isoformat()
    with site.store.read() as places:
        since, day = _looked(places, site.name)
        until = places.dead_letters.mapped_until(site.name)
        since = since if day == today else 0
        if until <= since and day == today:
            return 0
        waiting = waiting_records(places, site.name)
        held = [
            one
            for one in places.dead_letters.held_records(site.name, since, until)
            if (one.kind, one.remote_id) not in waiting
        ]
        healed = places.dead_letters.healed(site.name)
    if held or healed or day != today or until - since >= BATCH:
        with site.store.begin() as places:
            _put(site, places, held, healed)
            _remember(places, site.name, until, today)
    return len(held)


def look_again(places: Places, site: str, number: int) -> None:
    """Records from this number on may be held once more: the next pass looks at them again."""
    since, day = _looked(places, site)
    _remember(places, site, min(since, number - 1), day)


def _looked(places: Places, site: str) -> tuple[int, str]:
    kept = places.cursors.get(site, STREAM)
    if kept is None or not kept.value:
        return 0, ""
    number, _, day = kept.value.partition(" ")
    return int(number), day


def _remember(places: Places, site: str, number: int, day: str) -> None:
    places.cursors.set(site, STREAM, f"{number} {day}")


def _put(site: Site, places: Places, held: list[HeldRecord], healed: list[DeadLetter]) -> None:
    now = site.now()
    for record in held:
        places.dead_letters.add(_letter(site, record, places.dead_letters.times(site.name, record.id), now))
        log.error("record given up", site=site.name, kind=record.kind, reason=record.reason)
    for letter in healed:
        if letter.id is not None:
            places.dead_letters.replayed(letter.id, now, letter.origin)


def _letter(site: Site, record: HeldRecord, before: int, now: datetime) -> DeadLetter:
    context = {
        "directive": record.remote_id if record.kind == "document" else "",
        "task": "",
        "record": record.remote_id,
        "kind": record.kind,
        "class": "unreadable",
        "sentence": record.reason,
        "attempts": before + 1,
        "first": record.seen_at,
        "last": now,
    }
    return DeadLetter(
        site=site.name,
        stage="map",
        item=f"{record.kind}:{record.remote_id}:{record.version}",
        origin=record.id,
        attempts=before + 1,
        error=record.reason,
        context=orjson.dumps(context).decode(),
        payload=record.payload,
        since=now,
    )
