"""A file that could not be brought is tried again, and what it belongs to waits for it, a few times and no longer.

A table without its rows would give no tasks, a result without its files would not count. So a work item is
kept and not mapped while its files are tried again, and no task of it is judged by a later hour; a document is
not even kept, since a file that nobody has judged may show that it is classified. A file that never comes whole
is told to whoever handed it in, and the rest goes on without it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import orjson

from connector.errors import TooLarge
from connector.records import FileRef, Kind
from errors import SkipRecord
from store.findings import Finding
from store.places import Places
from sync.scanning import file_not_brought
from sync.site import Site, log

STREAM: Final = "files again"
#: Until the next try; after the last of them the record goes on without the file.
WAITS: Final = (timedelta(seconds=20), timedelta(minutes=1), timedelta(minutes=4), timedelta(minutes=15))
#: How soon a task that waits is looked at again.
LOOK: Final = timedelta(minutes=1)

Key = tuple[Kind, str]
Missing = Sequence[tuple[FileRef, SkipRecord]]


@dataclass(frozen=True, slots=True)
class Weighed:
    """What became of the records of one page: which wait, which go on, and what is told about their files."""

    waiting: frozenset[Key] = frozenset()
    ready: tuple[Key, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class _Tries:
    """How often each record was tried, since when it waits and until when: in one row of the cursors."""

    site: str
    known: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, places: Places, site: str) -> _Tries:
        """As it stands in the store."""
        kept = places.cursors.get(site, STREAM)
        return cls(site, orjson.loads(kept.value) if kept is not None and kept.value else {})

    def save(self, places: Places) -> None:
        """Put it back."""
        places.cursors.set(self.site, STREAM, orjson.dumps(self.known, option=orjson.OPT_SORT_KEYS).decode())

    def again(self, key: Key, now: datetime) -> bool:
        """Count a failed try; False when it was the last."""
        one = self.known.setdefault(
            _name(key), {"tries": 0, "since": now.isoformat(), "next": now.isoformat()}
        )
        if datetime.fromisoformat(one["next"]) <= now:
            one["tries"] += 1
            if one["tries"] > len(WAITS):
                return False
            one["next"] = (now + WAITS[one["tries"] - 1]).isoformat()
        return True


def weigh(
    site: Site, places: Places, missing: Mapping[Key, Missing], at_once: Collection[str] = ()
) -> Weighed:
    """Which of these records (every one that was read) wait for their files: in the caller's transaction.

    Documents `at_once` go on without a file that did not come.
    """
    tries = _Tries.of(places, site.name)
    if not tries.known and not any(missing.values()):
        return Weighed()
    waiting, ready, findings = set[Key](), list[Key](), list[Finding]()
    for key, files in missing.items():
        final = key[1] in at_once or all(isinstance(error, TooLarge) for _, error in files)
        if files and not final and tries.again(key, site.now()):
            waiting.add(key)
            log.warning("file not brought", site=site.name, kind=key[0].value, reason=str(files[0][1]))
            continue
        findings += [_given_up(site, file, error) for file, error in files]
        if tries.known.pop(_name(key), None) is not None:
            ready.append(key)
    tries.save(places)
    return Weighed(frozenset(waiting), tuple(ready), tuple(findings))


def _given_up(site: Site, file: FileRef, error: SkipRecord) -> Finding:
    log.error("file never came whole", site=site.name, file=file.remote_id, reason=str(error))
    return file_not_brought(site.name, file.remote_id, file.name, error)


def due(site: Site) -> list[Key]:
    """The records whose files are to be tried again now."""
    with site.store.read() as places:
        known = _Tries.of(places, site.name).known
    now = site.now()
    return [_key(name) for name, one in known.items() if datetime.fromisoformat(one["next"]) <= now]


def gone(site: Site, keys: Collection[Key]) -> None:
    """These records are not there any more: what was kept of them is mapped as it is."""
    with site.store.begin() as places:
        tries = _Tries.of(places, site.name)
        left = [key for key in keys if tries.known.pop(_name(key), None) is not None]
        log.warning("gone before its file came", site=site.name, records=len(left))
        tries.save(places)
        go_on(places, site.name, left)


def go_on(places: Places, site: str, keys: Collection[Key]) -> None:
    """Map what waited."""
    for kind, remote_id in keys:
        places.inbox.reopen(site, [kind.value], [remote_id], waiting=True)


def waiting_records(places: Places, site: str) -> frozenset[tuple[str, str]]:
    """Kind and id of the records that wait for a file."""
    return frozenset((kind.value, one) for kind, one in map(_key, _Tries.of(places, site).known))


def judged_as_of(places: Places, site: str, as_of: datetime) -> dict[str, datetime]:
    """The hour by which each task that waits for a file is judged: when its record was first read (LC-11, F24)."""
    known = _Tries.of(places, site).known
    since = {_key(name)[1]: one["since"] for name, one in known.items() if _key(name)[0] is Kind.JOB}
    items = places.workitems.by_job(site, since) if since else {}
    return {item.task: min(as_of, datetime.fromisoformat(since[job])) for job, item in items.items()}


def _name(key: Key) -> str:
    return f"{key[0].value}:{key[1]}"


def _key(name: str) -> Key:
    kind, _, remote_id = name.partition(":")
    return Kind(kind), remote_id
