"""Reading a part of the document system again on an administrator's order, with an exact preview.

A dry run does everything the real run does, on the same transaction path, and then
rolls it back: what it prints is what would be written, not an estimate. Network
calls come first, transactions after. Long readings go chunk by chunk, go on after a
break where they were (`sync/backfill.py`), and let live work pass in between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from pathlib import Path

import orjson

from connector.fit_to_store import fit_to_store
from connector.port import Stream
from connector.records import DirectiveRecord, Kind, RawRecord
from connector.staging import staging
from errors import ConfigInvalid, HoldForHuman
from store.evidence import EvidenceFiles
from store.outbox import Intent
from store.places import Places
from sync.backfill import Progress, ask_again, history, name_of, newer_is_known, offer_backfilled, silence
from sync.brakes import Braked
from sync.decide_to_outbox import Decided, decide, decision_time, take_due
from sync.entering import refused
from sync.epochs import check_identities
from sync.holding import hold
from sync.map_to_ledger import Mapped, accounts_known, map_pending, units_known
from sync.opening import connect
from sync.pull_to_inbox import Judged, Pulled, begin_notices, judge_record, keep
from sync.push_from_outbox import Pushed, push_from_outbox
from sync.site import Site

CHUNK = 50
#: A long reading commits so many records at once, or fewer when their files would fill the memory.
LONG_CHUNK = 500
STAGED_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Scope:
    """What to read again: a directive, a unit, everything, or issue days from `since` to `until` (both count)."""

    directive: str = ""
    unit: str = ""
    since: date | None = None
    until: date | None = None
    everything: bool = False

    @property
    def long(self) -> bool:
        """Whether the whole list must be walked."""
        return self.everything or self.since is not None or self.until is not None

    def holds(self, item: Judged) -> bool:
        """Whether a record that was read is meant; what has no issue day always is."""
        day = item.record.issued_on if isinstance(item.record, DirectiveRecord) else None
        return day is None or ((self.since or day) <= day <= (self.until or day))


@dataclass(frozen=True, slots=True)
class PlannedWrite:
    """One effect that would follow, in the order in which it would be sent."""

    kind: str
    task: str
    detail: str


@dataclass(slots=True)
class Resynced:
    """What was read again, and what follows (or would follow) from it.

    `skipped` records were done by an earlier run that broke off; `backfilled` directives are old and new to
    the ledger; `waiting` writes for them need an approved plan.
    """

    dry_run: bool
    pulled: Pulled = field(default_factory=Pulled)
    mapped: Mapped = field(default_factory=Mapped)
    decided: Decided = field(default_factory=Decided)
    pushed: Pushed = field(default_factory=Pushed)
    writes: list[PlannedWrite] = field(default_factory=list)
    skipped: int = 0
    backfilled: int = 0
    waiting: int = 0


class _RollBack(Exception):
    """Ends a dry run's transaction without a trace."""


def resync(
    site: Site,
    scope: Scope,
    *,
    dry_run: bool,
    progress: Callable[[int], None] = lambda _: None,
    between: Callable[[], object] = lambda: None,
) -> Resynced:
    """Read `scope` again whole and let everything follow from it. `between` is called after each chunk.

    Raises ConfigInvalid when the unit is unknown or units and accounts were never read, RetryLater when the document
    system is away (what was stored before stays, and the same order goes on from there), HoldForHuman while
    the site is held.
    """
    if not dry_run and (reason := refused(site)):
        raise HoldForHuman(reason, scope=site.name)
    _people_known(site)
    if not dry_run:
        begin_notices(site)
    done = Resynced(dry_run)
    with _reaching(site, scope) as reader:
        steps = Progress(reader, name_of(scope.since, scope.until), keep=scope.long and not dry_run)
        done.skipped = steps.load()
        raws = _records(reader, scope, steps)
        while _chunk(reader, raws, done, scope, steps):
            progress(done.skipped + done.pulled.read)
            if not dry_run:
                between()
        steps.end()
    if not dry_run:
        done.waiting = offer_backfilled(site)
        done.pushed = push_from_outbox(site)
    return done


def _people_known(site: Site) -> None:
    """Rows would look like those of unknown units, and their drafters be told so; deeds like those of strangers."""
    with site.store.read() as places:
        known = units_known(site, places) and accounts_known(site, places)
    if not known:
        raise ConfigInvalid(
            [f"the units and accounts of {site.name} were not read yet: `tdcd sync` first"], where="resync"
        )


@contextmanager
def _reaching(site: Site, scope: Scope) -> Iterator[Site]:
    """A site whose lists reach back to `since`, also beyond what the site's own filter lists."""
    usual = site.settings.scope.since
    if usual is None or scope.since is None or scope.since >= usual:
        yield site
        return
    further = site.settings.model_copy(
        update={"scope": site.settings.scope.model_copy(update={"since": scope.since})}
    )
    connector = fit_to_store(connect(further, now=site.now))
    try:
        yield replace(site, connector=connector)
    finally:
        connector.close()


def _chunk(site: Site, raws: Iterator[RawRecord], done: Resynced, scope: Scope, steps: Progress) -> bool:
    """Read and keep one chunk; False when nothing was left."""
    with staging() as folder:
        files = EvidenceFiles(folder / "files") if done.dry_run else site.files
        working, read_at = replace(site, files=files), site.now()
        read = _judged(working, raws, folder, LONG_CHUNK if scope.long else CHUNK)
        judged = [item for item in read if scope.holds(item)]
        _check(site, judged, keep_hold=not done.dry_run)
        with suppress(_RollBack), site.store.begin() as places:
            _apply(working, places, newer_is_known(site, places, judged, read_at), done)
            if scope.since or scope.directive:
                ask_again(
                    site, places, [one.raw.remote_id for one in judged if one.raw.kind is Kind.DOCUMENT]
                )
            if read:
                steps.add(places, read)
            if done.dry_run:
                raise _RollBack
        site.directory_changed()
    return bool(read)


def _check(site: Site, judged: Sequence[Judged], *, keep_hold: bool) -> None:
    """Raises Braked when an id stands for something else than before; the real run holds the site for it."""
    try:
        with site.store.read() as places:
            check_identities(
                site, places, [(one.raw, one.record) for one in judged if one.record is not None]
            )
    except Braked as error:
        if keep_hold:
            hold(site, error)
        raise


def _judged(site: Site, raws: Iterator[RawRecord], folder: Path, most: int) -> list[Judged]:
    """At most so many records, and no more files at once than memory bears."""
    judged: list[Judged] = []
    staged = 0
    while staged < STAGED_BYTES and len(judged) < most and (some := list(islice(raws, 1))):
        item = judge_record(site, some[0], _fresh(folder, len(judged)))
        staged += sum(path.stat().st_size for _, path, _ in item.files)
        judged.append(item)
    return judged


def _apply(site: Site, places: Places, judged: Sequence[Judged], done: Resynced) -> None:
    before = {intent.effect_key for intent in places.outbox.find(site.name, "pending")}
    old = history(site, places, judged)
    # Nothing of an old directive comes later, when nobody would keep it quiet any more.
    keep(site, places, judged, site.now(), done.pulled, at_once=old)
    for kind in Kind:
        ids = [item.raw.remote_id for item in judged if item.raw.kind is kind and not item.classified]
        if ids:
            places.inbox.reopen(site.name, [kind.value], ids)
    for kind in Kind:
        while map_pending(site, places, (kind,), done.mapped):
            pass
    as_of = decision_time(site, places)
    while keys := take_due(site, places, as_of, CHUNK * 10, done.decided):
        decide(site, places, keys, as_of, done.decided)
    fresh = [i for i in places.outbox.find(site.name, "pending") if i.effect_key not in before]
    done.backfilled += len(old)
    done.writes += [_planned(intent) for intent in silence(site, places, old, fresh)]


def _records(site: Site, scope: Scope, steps: Progress) -> Iterator[RawRecord]:
    """The records in scope, documents before the work items that came from them."""
    if scope.long:
        for stream in (Stream.DOCUMENTS, Stream.ACTIVITY):
            for page in site.connector.listing(stream, steps.known):
                yield from page.records
        return
    with site.store.read() as places:
        documents, jobs = _targets(site, places, scope)
    for kind, ids in ((Kind.DOCUMENT, documents), (Kind.JOB, jobs)):
        for remote_id in ids:
            raw = site.connector.fetch(kind, remote_id)
            if raw is not None:
                yield raw


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
