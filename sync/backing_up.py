"""Weekly copies of everything, and every night the newest one restored for trial (BT-24, F50).

A copy that nobody has restored is a hope. The drill takes the newest one apart in a scratch
folder: a damaged copy is known the same night, while the store it was made from still lives.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from datetime import time as day_time
from pathlib import Path
from typing import Any

import orjson

from config.settings import Settings
from errors import TdcdError
from store.backup import GoOn, Manifest, backups, go_on_always, make_backup, prune_backups
from store.engine import Store
from store.ledger import Entry
from store.restore import OWN, Checked, check_backup
from sync.lamps import BACKUP, DRILL, FIRST_RUN, GRACE, Fact, note, noted
from sync.opening import LOCAL
from sync.site import log

TRY_AGAIN_SECONDS = 3600.0


def back_up(
    settings: Settings, store: Store, now: datetime, *, into: Path | None = None, go_on: GoOn = go_on_always
) -> tuple[Path, Manifest, Checked]:
    """Copy, restore for trial, put both in the ledger, and let the oldest copies go.

    Old copies are removed only after the new one passed. Raises as `make_backup` does.
    """
    target = into or settings.backup.dir
    folder, manifest = make_backup(settings.ledger.url, settings.ledger.evidence, target, now, go_on=go_on)
    checked = check_backup(folder, target, go_on=go_on)
    body = {
        "name": folder.name,
        "entries": manifest.entries,
        "root": manifest.root,
        "sha256": manifest.ledger_sha256,
        "evidence_files": len(manifest.evidence),
        "verified": checked.ok,
    }
    with store.begin() as places:
        entry = Entry(OWN, "backup", "backup_made", f"backup:{folder.name}", now, body=orjson.dumps(body))
        places.ledger.append([entry], now)
        if checked.ok:
            note(places, BACKUP, now, sentence=folder.name)
        _note_drill(places, checked, now)
    if checked.ok:
        prune_backups(target, settings.backup.keep)
    return folder, manifest, checked


def drill(settings: Settings, store: Store, now: datetime, *, go_on: GoOn = go_on_always) -> Checked | None:
    """Restore the newest copy for trial and keep what was found; None when there is no copy."""
    found = backups(settings.backup.dir)
    if not found:
        with store.begin() as places:
            note(places, DRILL, now, ok=False, sentence="There is no backup to restore.")
        return None
    checked = check_backup(found[-1], settings.backup.dir, go_on=go_on)
    with store.begin() as places:
        _note_drill(places, checked, now)
    return checked


def _note_drill(places: Any, checked: Checked, now: datetime) -> None:
    sentence = f"{checked.folder.name}: {' '.join(checked.problems) or 'restored and verified.'}"
    note(places, DRILL, now, ok=checked.ok, sentence=sentence)
    if not checked.ok:
        log.error("backup cannot be relied on", backup=checked.folder.name, reason=" ".join(checked.problems))


class Upkeep:
    """What the daemon asks every minute: is it time for a copy or a drill?"""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        now: Callable[[], datetime],
        *,
        go_on: GoOn = go_on_always,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings, self._store, self._now = settings, store, now
        self._go_on, self._clock = go_on, clock
        self._not_before = float("-inf")

    def look(self) -> None:
        """Copy or drill if it is time. A failure is tried again an hour later, and its lamp turns red in time."""
        if not self._settings.backup.every_days or self._clock() < self._not_before:
            return
        try:
            self._do()
        except TdcdError:
            self._not_before = self._clock() + TRY_AGAIN_SECONDS
            raise

    def _do(self) -> None:
        now = self._now()
        with self._store.read() as places:
            last, first, tried = (noted(places, what) for what in (BACKUP, FIRST_RUN, DRILL))
        plan = self._settings.backup
        if _due(last, plan.at, plan.every_days, now) or (last is None and _due(first, plan.at, 1, now)):
            self._alarm_if_missed(last or first, now)
            folder, manifest, checked = back_up(self._settings, self._store, now, go_on=self._go_on)
            log.info("backed up", backup=folder.name, entries=manifest.entries, verified=checked.ok)
        elif last is not None and _due(tried, plan.at, 1, now):
            drill(self._settings, self._store, now, go_on=self._go_on)

    def _alarm_if_missed(self, last: Fact | None, now: datetime) -> None:
        late = timedelta(days=self._settings.backup.every_days) + GRACE
        if last is not None and now - last.at > late:
            log.error("a backup was missed", last=last.at.isoformat(), days=(now - last.at).days)


def _due(last: Fact | None, at: day_time, days: int, now: datetime) -> bool:
    """Whether `at` (local) has come, `days` days after the day of `last`."""
    if last is None:
        return False
    day = last.at.astimezone(LOCAL).date() + timedelta(days=days)
    return now >= datetime.combine(day, at, tzinfo=LOCAL)
