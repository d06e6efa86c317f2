"""An older ledger that somebody put back by hand: what we wrote since then is there and not in it (F34).

Work items carry tracking codes, receipts and remarks carry markers, and an intent is in the ledger before anything
leaves. So a code or marker under our own account's name that no intent of this ledger has was written by a newer
one. From then on every write is looked for before it is made, and a person is told that the newer ledger is
missing. A run looks for it before its first pass among the newest work items, in what it reads first, which is all
that was changed since the copy, and in complete listings. What an earlier run left in the outbox is looked for first.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson

from connector.errors import ListingUnreadable
from connector.port import Capability, Stream
from connector.records import DirectiveRecord, JobRecord, Kind, RawRecord, Record
from errors import SkipRecord
from mappings.words import tracking_code
from store.ledger import Entry
from store.outbox import Intent
from store.places import Places
from store.restore import OWN, RESTORED
from sync.brakes import ledger_is_older
from sync.holding import place
from sync.lost_ledger import STREAM, looks_first
from sync.site import Site, log
from sync.unseen_work import shows_work

SCOPE = "ledger"

#: Of receipts, refused files, evidence and remarks, as they stand in texts (`sync/decide_to_outbox.py` and others).
_MARKER: Final = re.compile(r"\bTD-(?:BN|TL|MC)-[0-9A-F]{12}\b|\bTD-RS-[0-9A-F]{16}\b")
_TASK: Final = re.compile(r"\bTD-[0-9A-Z]{10}\b")
_NEEDED: Final = {Capability.CREATES_TASKS, Capability.LISTS_COMPLETELY, Capability.SHOWS_WORK}


class _SeenEnoughError(Exception):
    """The rows that follow are older than what this ledger knows."""


@dataclass(frozen=True, slots=True)
class _Trace:
    """A code or marker that we wrote at a time, the record it stands on, and the lanes in which its intent would be."""

    mark: str
    at: datetime | None
    record: str
    lanes: frozenset[str]


def seen_before_writing(site: Site) -> bool:
    """Whether this run has read what was done, so that it would know an older ledger; or nothing can be read."""
    read = site.traced and site.looked
    return read or not shows_work(site) or Capability.READS_BACK not in site.connector.capabilities


def left_in_doubt(site: Site, intent: Intent) -> bool:
    """Whether an intent that an earlier run left may have been sent by a later one, whose ledger is gone.

    Not so of a work item that was never tried: one that was made since is among the newest (`look_at_newest`).
    """
    left = (intent.id or 0) <= site.left_over and (intent.kind != "create_job" or intent.attempts > 0)
    return left and Capability.READS_BACK in site.connector.capabilities


def look_at_newest(site: Site) -> None:
    """Once in a run: look through the work items that were given since this ledger knew of all.

    One request as a rule. Lists that do not begin with the newest are read to their end. One that cannot be read
    holds up nothing else; it is tried again with the next pass. Raises RetryLater when the source is away.
    """
    if site.looked:
        return
    with site.store.read() as places:
        needed = site.connector.capabilities >= _NEEDED and not looks_first(places, site.name, site.now())
    unseen = _Unseen(site)
    try:
        for page in site.connector.listing(Stream.ACTIVITY, unseen.known) if needed else ():
            note_traces(site, [_decoded(site, raw) for raw in page.records])
    except _SeenEnoughError:
        pass
    except ListingUnreadable:
        return
    site.looked = True


@dataclass(slots=True)
class _Unseen:
    """Takes every work item for known that this ledger has ever heard of; ends the reading where it may."""

    site: Site
    _last: int | None = None
    _falling: bool = True

    def known(self, kind: Kind, rows: Sequence[tuple[str, str]]) -> Collection[str]:
        ids = [one for one, _ in rows]
        with self.site.store.read() as places:
            seen = {*places.workitems.by_job(self.site.name, ids)}
            seen |= set(places.inbox.kept(self.site.name, kind.value, ids))
        self._falling = self._falling and self._falls(ids)
        if self._falling and seen.issuperset(ids):
            raise _SeenEnoughError
        return seen

    def _falls(self, ids: Sequence[str]) -> bool:
        """Whether the newest came first until now, as far as numbers tell."""
        if not all(one.isdigit() for one in ids):
            return False
        numbers = [*([] if self._last is None else [self._last]), *map(int, ids)]
        self._last = numbers[-1] if numbers else None
        return numbers == sorted(numbers, reverse=True)


def _decoded(site: Site, raw: RawRecord) -> Record | None:
    try:
        return site.connector.decode(raw)
    except SkipRecord:
        return None


def note_traces(site: Site, records: Sequence[Record | None]) -> None:
    """Look through what was read for what a newer ledger wrote; if there is any, look before each write from now on."""
    traces = [trace for record in records for trace in _traces(record, site.connector.own_user)]
    if not traces:
        return
    with site.store.read() as places:
        found = None if looks_first(places, site.name, site.now()) else _unknown(site, places, traces)
    if found is None:
        return
    now = site.now()
    body = {"mark": found.mark, "record": found.record, "at": found.at}
    with site.store.begin() as places:
        places.cursors.set(site.name, STREAM, found.mark, now)
        key = f"older:{now.isoformat()}"
        entry = Entry(site.name, SCOPE, "older_ledger_found", key, now, "tdcd", orjson.dumps(body))
        places.ledger.append([entry], now)
        place(site, places, ledger_is_older(found.mark, found.record))
    log.error("older ledger", site=site.name, mark=found.mark, record=found.record)


def _traces(record: Record | None, own_user: str) -> Iterator[_Trace]:
    """What stands under our own account's name."""
    if isinstance(record, JobRecord) and own_user:
        name, code, first = f"job:{record.remote_id}", tracking_code(record.content), record.actions[:1]
        lanes = [f"task:{code}"] if code else []
        if code and first and first[0].actor == own_user:
            yield _Trace(code, first[0].at, name, frozenset(lanes))
        for action in record.actions:
            if action.actor == own_user:
                yield from _marked(action.comment, action.at, name, lanes)
    elif isinstance(record, DirectiveRecord) and own_user:
        for entry in record.log:
            if entry.actor == own_user:
                yield from _marked(
                    entry.comment, entry.at, f"document:{record.remote_id}", [f"document:{record.remote_id}"]
                )


def _marked(text: str, at: datetime | None, record: str, lanes: Sequence[str]) -> Iterator[_Trace]:
    marks = _MARKER.findall(text)
    if marks:
        named = frozenset([*lanes, *(f"task:{code}" for code in _TASK.findall(text))])
        yield from (_Trace(mark, at, record, named) for mark in marks)


def _unknown(site: Site, places: Places, traces: Sequence[_Trace]) -> _Trace | None:
    """The first trace of which no intent that ever left this ledger knows, later than the last loss known of."""
    lost = [places.cursors.complete_to(site.name, STREAM), places.cursors.complete_to(OWN, RESTORED)]
    since = max((at for at in lost if at is not None), default=None)
    later = [trace for trace in traces if since is None or (trace.at is not None and trace.at > since)]
    ours = set[str]()
    for intent in places.outbox.of_lanes({lane for trace in later for lane in trace.lanes}):
        if intent.attempts or intent.state == "confirmed":
            ours.add(str(orjson.loads(intent.body).get("marker", "")))
    return next((trace for trace in later if trace.mark not in ours), None)
