"""Is everything that should happen by itself still happening? Facts with their time, and a lamp for each.

A process that lives and does nothing looks healthy from outside; so what is kept is the last
success, not the last sign of life (F43, F50). Every process can read it beside the daemon.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

import orjson

from config.settings import Settings
from store.places import Places
from store.restore import OWN

STARTED, FIRST_RUN, BACKUP, DRILL = "started", "first-run", "backup", "drill"
CHECKPOINT = "checkpoint"

#: The lamps by name, in the order in which they are shown, with what helps when one is red.
LAMPS: Final = {
    "cycle": "See `tdcd why SITE` and the log.",
    "canary": "See the log of that hour; `tdcd why` with the canary's id says where it stands.",
    "checkpoint": "Mend what the sentence says; it is tried again every hour, or now by `tdcd ledger checkpoint`.",
    "backup": "See the log, free the disk named in [backup] dir, then run `tdcd backup`.",
    "restore drill": "Do not delete older copies; look at the disk, then run `tdcd backup`.",
}

#: A backup may be this late before it counts as missed (BT-24), a drill or a measurement this old.
GRACE = timedelta(days=1)
DAILY = timedelta(days=2)

#: A cycle is allowed to take longer than a very quick rhythm.
QUIET_SECONDS = 60.0


class Colour(StrEnum):
    """GREY: not in use, or nothing to say yet."""

    GREEN = "green"
    RED = "red"
    GREY = "grey"


@dataclass(frozen=True, slots=True)
class Fact:
    """What was last known of something, and when (UTC)."""

    at: datetime
    ok: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Lamp:
    """One thing that should go on by itself; `at` is its last success or trial. A red one says what helps."""

    name: str
    colour: Colour
    at: datetime | None
    sentence: str
    remedy: str = ""


def note(places: Places, what: str, at: datetime, *, ok: bool = True, sentence: str = "") -> None:
    """Keep a fact over the one before."""
    body = orjson.dumps({"ok": ok, "sentence": sentence}).decode()
    places.cursors.set(OWN, what, body, complete_to=at.astimezone(UTC))


def noted(places: Places, what: str) -> Fact | None:
    """The fact that was last kept."""
    found = places.cursors.get(OWN, what)
    if found is None or found.complete_to is None:
        return None
    body = orjson.loads(found.value)
    return Fact(found.complete_to, bool(body["ok"]), str(body["sentence"]))


def cycle_of(site: str) -> str:
    """The name of a site's last successful cycle among the facts."""
    return f"cycle:{site}"


def canary_of(site: str) -> str:
    """The name of a site's last measurement among the facts."""
    return f"canary:{site}"


def quiet_after(settings: Settings) -> timedelta:
    """How long no cycle may succeed before that is told: two intervals."""
    return timedelta(seconds=max(2 * settings.daemon.poll_seconds, QUIET_SECONDS))


def lamps(places: Places, settings: Settings, site: str, now: datetime) -> list[Lamp]:
    """The lamps of one site and those of the service, as they stand at `now`."""
    found = [
        _cycle(places, settings, site, now),
        *_canary(places, settings, site, now),
        _trial(places, "checkpoint", CHECKPOINT, now),
        _backup(places, settings, now),
        _drill(places, settings, now),
    ]
    return [replace(one, remedy=LAMPS[one.name]) if one.colour is Colour.RED else one for one in found]


def _cycle(places: Places, settings: Settings, site: str, now: datetime) -> Lamp:
    last, started = noted(places, cycle_of(site)), noted(places, STARTED)
    holder = places.leases.holder("daemon")
    at = last.at if last else None
    if holder is None or holder.expires_at < now or started is None:
        return Lamp("cycle", Colour.GREY, at, "The daemon is not running.")
    since = max(started.at, at) if at else started.at
    if now - since > quiet_after(settings):
        minutes = int((now - since).total_seconds() // 60)
        return Lamp("cycle", Colour.RED, at, f"No cycle has succeeded for {minutes} minutes.")
    return Lamp("cycle", Colour.GREEN if at else Colour.GREY, at, "")


def _canary(places: Places, settings: Settings, site: str, now: datetime) -> Iterator[Lamp]:
    if any(one.name == site and one.canary.directive for one in settings.site):
        yield _trial(places, "canary", canary_of(site), now)


def _backup(places: Places, settings: Settings, now: datetime) -> Lamp:
    every = settings.backup.every_days
    last, first = noted(places, BACKUP), noted(places, FIRST_RUN)
    since = last or first
    if not every or since is None:
        return Lamp("backup", Colour.GREY, last.at if last else None, "" if every else "Left to others.")
    if now - since.at > timedelta(days=every) + GRACE:
        return Lamp("backup", Colour.RED, last.at if last else None, f"No backup for more than {every} days.")
    return Lamp("backup", Colour.GREEN if last else Colour.GREY, last.at if last else None, "")


def _drill(places: Places, settings: Settings, now: datetime) -> Lamp:
    if not settings.backup.every_days or noted(places, BACKUP) is None:
        return Lamp("restore drill", Colour.GREY, None, "")
    return _trial(places, "restore drill", DRILL, now)


def _trial(places: Places, name: str, what: str, now: datetime) -> Lamp:
    last = noted(places, what)
    if last is None:
        return Lamp(name, Colour.GREY, None, "Not tried yet.")
    if not last.ok:
        return Lamp(name, Colour.RED, last.at, last.sentence)
    if now - last.at > DAILY:
        return Lamp(name, Colour.RED, last.at, "Not tried for two days.")
    return Lamp(name, Colour.GREEN, last.at, last.sentence)
