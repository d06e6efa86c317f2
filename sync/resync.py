"""Reading a part of the document system again on an administrator's order, with an exact preview.

A dry run does everything the real run does, on the same transaction path, and then
rolls it back: what it prints is what would be written, not an estimate. Network
calls come first, transactions after.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from pathlib import Path

import orjson

from connector.port import Stream
from connector.records import DirectiveRecord, Kind, RawRecord
from errors import ConfigInvalid
from store.evidence import EvidenceFiles
from store.outbox import Intent
from store.places import Places
from sync.decide_to_outbox import Decided, decide, decision_time
from sync.map_to_ledger import Mapped, map_pending
from sync.pull_to_inbox import Judged, Pulled, judge_record, keep, staging
from sync.push_from_outbox import Pushed, push_from_outbox
from sync.site import Site

CHUNK = 50


@dataclass(frozen=True, slots=True)
class Scope:
    """What to read again: exactly one of the four."""

    directive: str = ""
    unit: str = ""
    since: date | None = None
    everything: bool = False


@dataclass(frozen=True, slots=True)
class PlannedWrite:
    """One effect that would follow, in the order in which it would be sent."""

    kind: str
    task: str
    detail: str


@dataclass(slots=True)
class Resynced:
    """What was read again, and what follows (or would follow) from it."""

    dry_run: bool
    pulled: Pulled = field(default_factory=Pulled)
    mapped: Mapped = field(default_factory=Mapped)
    decided: Decided = field(default_factory=Decided)
    pushed: Pushed = field(default_factory=Pushed)
    writes: list[PlannedWrite] = field(default_factory=list)


class _RollBack(Exception):
    """Ends a dry run's transaction without a trace."""


def resync(
    site: Site, scope: Scope, *, dry_run: bool, progress: Callable[[int], None] = lambda _: None
) -> Resynced:
    """Read `scope` again whole and let everything follow from it.

    Raises ConfigInvalid when the directive or unit is unknown, RetryLater when the
    document system is away (what was stored before stays).
    """
    done = Resynced(dry_run)
    raws = _records(site, scope)
    while chunk := list(islice(raws, CHUNK)):
        _chunk(site, chunk, done, scope)
        progress(done.pulled.read)
    if not dry_run:
        done.pushed = push_from_outbox(site)
    return done


def _chunk(site: Site, chunk: Sequence[RawRecord], done: Resynced, scope: Scope) -> None:
    with staging() as folder:
        files = EvidenceFiles(folder / "files") if done.dry_run else site.files
        working = replace(site, files=files)
        judged = [judge_record(working, raw, _fresh(folder, place)) for place, raw in enumerate(chunk)]
        judged = [item for item in judged if _wanted(item, scope)]
        with suppress(_RollBack), site.store.begin() as places:
            _apply(working, places, judged, done)
            if done.dry_run:
                raise _RollBack
        site.directory_changed()


def _apply(site: Site, places: Places, judged: Sequence[Judged], done: Resynced) -> None:
    before = {intent.effect_key for intent in places.outbox.find(site.name, "pending")}
    keep(site, places, judged, site.now(), done.pulled)
    for kind in Kind:
        ids = [item.raw.remote_id for item in judged if item.raw.kind is kind and not item.classified]
        if ids:
            places.inbox.reopen(site.name, [kind.value], ids)
    for kind in Kind:
        while map_pending(site, places, (kind,), done.mapped):
            pass
    as_of = decision_time(site, places)
    while keys := places.tasks.take_due(site.name, as_of, CHUNK * 10):
        decide(site, places, keys, as_of, done.decided)
    fresh = [i for i in places.outbox.find(site.name, "pending") if i.effect_key not in before]
    done.writes += [_planned(intent) for intent in fresh]


def _records(site: Site, scope: Scope) -> Iterator[RawRecord]:
    """The records in scope, documents before the work items that came from them."""
    if scope.everything or scope.since is not None:
        yield from _listed(site)
        return
    with site.store.read() as places:
        documents, jobs = _targets(site, places, scope)
    for kind, ids in ((Kind.DOCUMENT, documents), (Kind.JOB, jobs)):
        for remote_id in ids:
            raw = site.connector.fetch(kind, remote_id)
            if raw is not None:
                yield raw


def _listed(site: Site) -> Iterator[RawRecord]:
    for stream in (Stream.DOCUMENTS, Stream.ACTIVITY):
        for page in site.connector.listing(stream, _nothing_known):
            yield from page.records


def _nothing_known(kind: Kind, rows: Sequence[tuple[str, str]]) -> Collection[str]:  # noqa: ARG001 - the port's shape
    return ()


def _wanted(item: Judged, scope: Scope) -> bool:
    if scope.since is None or not isinstance(item.record, DirectiveRecord):
        return True
    return item.record.issued_on is None or item.record.issued_on >= scope.since


def _targets(site: Site, places: Places, scope: Scope) -> tuple[list[str], list[str]]:
    if scope.unit:
        tasks = places.tasks.find(site.name, lead=_unit_id(site, places, scope.unit))
    else:
        tasks = places.tasks.find(site.name, directive=scope.directive) or [
            row for row in places.tasks.find(site.name) if row.number == scope.directive
        ]
    documents = sorted({row.directive for row in tasks}) or ([scope.directive] if scope.directive else [])
    items = places.workitems.by_task([row.key for row in tasks])
    jobs = sorted(item.job_id for item in items.values() if item.job_id)
    return documents, jobs


def _unit_id(site: Site, places: Places, name: str) -> str:
    reading = site.directory(places).units.resolve(name, site.now().date())
    if len(reading.units) != 1:
        hints = ", ".join(reading.suggestions) or "none alike"
        raise ConfigInvalid([f"no single unit is called {name} (near: {hints})"], where="resync")
    return reading.units[0].unit_id


def _planned(intent: Intent) -> PlannedWrite:
    body = orjson.loads(intent.body)
    detail = body.get("text") or body.get("name") or ""
    return PlannedWrite(intent.kind, intent.task, str(detail).splitlines()[0] if detail else "")


def _fresh(folder: Path, place: int) -> Path:
    target = folder / str(place)
    target.mkdir()
    return target


def lines(writes: Iterable[PlannedWrite]) -> list[str]:
    """The plan as plain lines, stable from run to run, for `--dry-run`."""
    return [f"{write.kind:<16} {write.task:<14} {write.detail}".rstrip() for write in writes]
