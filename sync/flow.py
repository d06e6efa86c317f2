"""Read this file first: the way of the data, stage by stage, in the order in which it flows.

    document system ── pull ──▶ inbox ── map ──▶ ledger ── decide ──▶ outbox ── push ──▶ document system
           ▲                                                                                   │
           └────────────────────────────── reconcile ◀─────────────────────────────────────────┘

One pass runs the first four over what changed. Each stage reads a place, calls
pure rules, and writes a place in one short transaction; a pass that dies anywhere
is simply run again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from connector.errors import ListingUnreadable
from connector.port import Capability, Stream
from connector.records import Kind
from errors import HoldForHuman, RetryLater
from sync.breaks import brake_drift
from sync.decide_to_outbox import Decided, decide_to_outbox
from sync.entering import refused
from sync.files_again import due, gone
from sync.holding import hold, stopped
from sync.map_succession import map_succession
from sync.map_to_ledger import Mapped, map_as_read, map_to_ledger
from sync.older_ledger import seen_before_writing
from sync.pull_to_inbox import Pulled, fetch_to_inbox, pull_to_inbox
from sync.push_from_outbox import Pushed, push_from_outbox
from sync.reconcile_ledger import Reconciled, compare_people, reconcile_ledger
from sync.rule_changes import rules_in_force
from sync.site import Site, log
from sync.staleness import watch_age
from sync.unseen_work import shows_work

#: The stages by name; the documentation and the command line name the same ones.
STAGES = ("pull", "map", "decide", "push", "reconcile")

PEOPLE = (Stream.UNITS, Stream.ACCOUNTS)
PAPERS = (Stream.DOCUMENTS, Stream.ACTIVITY)


@dataclass(slots=True)
class Pass:
    """What one pass did. `away` says why reading stopped early, when it did; `held` what waits for a person."""

    pulled: Pulled = field(default_factory=Pulled)
    mapped: Mapped = field(default_factory=Mapped)
    decided: Decided = field(default_factory=Decided)
    pushed: Pushed = field(default_factory=Pushed)
    requests: int = 0
    away: str = ""
    held: str = ""

    @property
    def writes(self) -> int:
        """Effects in the document system that this pass caused and saw confirmed."""
        return self.pushed.confirmed


def run_pass(site: Site, streams: Iterable[Stream] = (*PEOPLE, *PAPERS)) -> Pass:
    """One pass over one site: pull, map, decide, push. Raises StopService only.

    A document system that is away ends the reading, not the pass: what is already
    in the inbox still goes its way, and no state turns overdue meanwhile. One list
    that cannot be read leaves the others alone.
    """
    done, wanted = Pass(), tuple(streams)
    before = site.connector.requests_sent
    if _may_begin(site, done):
        _read(site, wanted, done)
        watch_age(site, done.away)
        _after_pull(site, done, write=Stream.ACTIVITY in wanted or seen_before_writing(site))
    done.requests = site.connector.requests_sent - before
    return done


def run_wake(site: Site, targets: Iterable[tuple[Kind, str]]) -> Pass:
    """A pass over the records that a webhook named; their content is read from the system, never believed."""
    done = Pass()
    before = site.connector.requests_sent
    if _may_begin(site, done):
        try:
            done.pulled.add(fetch_to_inbox(site, targets))
        except RetryLater as error:
            done.away = str(error)
        except HoldForHuman as error:
            hold(site, error)
            done.held = error.sentence
        _after_pull(site, done)
    done.requests = site.connector.requests_sent - before
    return done


def run_tick(site: Site) -> Pass:
    """Time went on: decide what is due to change, and send it."""
    done = Pass()
    before = site.connector.requests_sent
    done.held = stopped(site)
    if not done.held and rules_in_force(site):
        done.decided = decide_to_outbox(site)
        done.pushed = push_from_outbox(site)
    done.requests = site.connector.requests_sent - before
    return done


def run_reconcile(site: Site) -> Reconciled:
    """The complete comparison of both sides. Raises RetryLater when the system goes away meanwhile."""
    reason = refused(site)
    return Reconciled(held=reason) if reason else reconcile_ledger(site)


def _may_begin(site: Site, done: Pass) -> bool:
    """A source that is away is no stop: what is in the inbox still goes its way."""
    try:
        done.held = refused(site)
    except RetryLater as error:
        done.away = str(error)
    return not done.held


def _read(site: Site, streams: Iterable[Stream], done: Pass) -> None:
    """Stream by stream, then files that did not come before; nothing more once the source or the site is in doubt."""
    for stream in () if done.away else streams:
        if not _tried(site, done, stream.value, partial(_pull, site, stream, done.mapped)):
            return
    if not done.away:
        _tried(site, done, "files", partial(_fetch_files_again, site))


def _tried(site: Site, done: Pass, name: str, read: Callable[[], Pulled]) -> bool:
    """Read one list; False when nothing more may be read. What is doubtful is held and the other lists go on."""
    try:
        done.pulled.add(read())
    except RetryLater as error:
        done.away = str(error)
        log.warning("not read", site=site.name, stream=name, reason=str(error))
        return isinstance(error, ListingUnreadable)
    except HoldForHuman as error:
        hold(site, error)
        done.held = error.sentence
        return not error.scope.startswith("site")
    return True


def _fetch_files_again(site: Site) -> Pulled:
    """Records that wait for a file and whose next try has come. Raises as `fetch_to_inbox`."""
    keys = due(site)
    pulled = fetch_to_inbox(site, keys) if keys else Pulled()
    if keys and (left := set(keys) & set(due(site))):
        gone(site, left)
    return pulled


def _pull(site: Site, stream: Stream, mapped: Mapped) -> Pulled:
    needed = {Stream.UNITS: Capability.LISTS_UNITS, Stream.ACCOUNTS: Capability.LISTS_ACCOUNTS}.get(stream)
    if stream is Stream.ACTIVITY and not shows_work(site):
        return Pulled()
    if needed is None:
        return pull_to_inbox(site, stream, then=map_as_read(site, mapped))
    if needed not in site.connector.capabilities:
        return Pulled()
    return compare_people(site, stream).pulled


def _after_pull(site: Site, done: Pass, *, write: bool = True) -> None:
    """`write`: not before a run has read what was done, when it is about to (`sync/older_ledger.py`)."""
    map_to_ledger(site, done.mapped)
    done.mapped.events += map_succession(site)
    brake_drift(site)
    if reason := stopped(site):
        done.held = reason
        return
    done.decided = decide_to_outbox(site)
    if not write:
        return
    done.pushed = push_from_outbox(site, let_in=not (done.away or done.held))
    if done.pushed.stopped and not done.away:
        done.away = done.pushed.stopped
    if done.pushed.confirmed:
        # Receipts change what is agreed: what follows from them is decided in the same pass.
        more = decide_to_outbox(site)
        done.decided.tasks += more.tasks
        done.decided.intents += more.intents
        if more.intents and not done.away:
            again = push_from_outbox(site)
            done.pushed.confirmed += again.confirmed
            for kind, count in again.by_kind.items():
                done.pushed.by_kind[kind] = done.pushed.by_kind.get(kind, 0) + count
