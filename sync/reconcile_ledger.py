"""Stage 5: compare a complete listing of the document system with the ledger, and heal or hold.

What moved behind everybody's back (no notice, no event) is found here at the
latest: the rows whose fingerprint differs are read again, mapped, and decided;
`sync/plan.py` says which side is right. Absence counts only in a complete listing
that the brakes believe, unit by unit. What still differs stands in the list of
breaks, with its age and its owner.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from connector.port import Capability, Stream
from errors import HoldForHuman
from store.breaks import Break
from sync.ask_about_copies import ask_about_lost_originals
from sync.brakes import Brake, Braked, vanished
from sync.breaks import brake_drift, record_breaks
from sync.decide_to_outbox import Decided, decide_to_outbox
from sync.epochs import check_clock
from sync.holding import hold, stopped
from sync.map_to_ledger import Mapped, map_to_ledger, retire_missing
from sync.pull_to_inbox import Pulled, note_read, pull_to_inbox
from sync.push_from_outbox import Pushed, push_from_outbox
from sync.sealed_plans import passed, withdraw
from sync.site import Site
from sync.unseen_work import shows_work
from sync.vanishing import Vanished, compare_listing


@dataclass(slots=True)
class Reconciled:
    """What one comparison found and did. `held` says why it ended early; `breaks` is what stands."""

    pulled: Pulled = field(default_factory=Pulled)
    mapped: Mapped = field(default_factory=Mapped)
    decided: Decided = field(default_factory=Decided)
    pushed: Pushed = field(default_factory=Pushed)
    missing: int = 0
    retired: int = 0
    held: str = ""
    brakes: list[Brake] = field(default_factory=list)
    breaks: list[Break] = field(default_factory=list)


def reconcile_ledger(site: Site) -> Reconciled:
    """Compare everything once. Safe to run at any time, beside people's work; a second run finds nothing.

    What is doubtful is held and the rest goes on; while the whole site is in doubt nothing is written.
    """
    done = Reconciled()
    gone: list[Break] = []
    try:
        check_clock(site)
        for stream, capability in (
            (Stream.UNITS, Capability.LISTS_UNITS),
            (Stream.ACCOUNTS, Capability.LISTS_ACCOUNTS),
        ):
            if capability in site.connector.capabilities:
                _compare_people(site, stream, done)
        for stream in (Stream.DOCUMENTS, Stream.ACTIVITY) if shows_work(site) else (Stream.DOCUMENTS,):
            gone += _compare_papers(site, stream, done)
    except HoldForHuman as error:
        hold(site, error)
        done.brakes += [error.brake] if isinstance(error, Braked) else []
    done.mapped = map_to_ledger(site)
    ask_about_lost_originals(site)
    brake_drift(site, everything=True)
    done.held = stopped(site)
    if not done.held:
        done.decided = decide_to_outbox(site)
        done.breaks = record_breaks(site, gone)
        done.pushed = push_from_outbox(site)
    return done


def compare_people(site: Site, stream: Stream) -> Reconciled:
    """Units or accounts alone: a leaver is disabled by the sync that sees it."""
    done = Reconciled()
    _compare_people(site, stream, done)
    return done


def _compare_people(site: Site, stream: Stream, done: Reconciled) -> None:
    """Noted as read when all of it is mapped: whatever changes is mapped beside the reading that did not show it."""
    pulled = pull_to_inbox(site, stream, complete=True, noted=False)
    done.pulled.add(pulled)
    done.mapped = map_to_ledger(site)
    _take_away(site, stream, pulled.listed, done)
    note_read(site, stream, pulled.read_to)


def _take_away(site: Site, stream: Stream, listed: frozenset[str], done: Reconciled) -> None:
    with site.store.read() as places:
        if stream is Stream.UNITS:
            known = {row.unit_id for row in places.directory.units(site.name) if row.active}
        else:
            known = {row.posting_id for row in places.directory.accounts(site.name) if row.state != "gone"}
    words = "đơn vị" if stream is Stream.UNITS else "tài khoản"
    brake = vanished(stream.value, words, known, listed)
    if brake is not None and not passed(site, brake):
        done.brakes.append(brake)
        return
    if known - listed:
        done.retired += retire_missing(site, stream, listed)
    _believed(site, stream.value)


def _compare_papers(site: Site, stream: Stream, done: Reconciled) -> list[Break]:
    """Documents or work items: read what changed, then look at what the complete listing lacks."""
    pulled = pull_to_inbox(site, stream, complete=True)
    done.pulled.add(pulled)
    if Capability.LISTS_COMPLETELY not in site.connector.capabilities:
        return []  # what is not listed any more was taken out of the box, by us
    found: Vanished = compare_listing(site, stream, pulled.listed)
    done.brakes += found.brakes
    if stream is Stream.ACTIVITY:
        done.missing = len(found.gone)
    return found.breaks


def _believed(site: Site, scope: str) -> None:
    """What was held for this reason may go on: the listing can be believed again."""
    with site.store.read() as places:
        if all(one.scope != scope for one in places.holds.open(site.name)):
            return
    with site.store.begin() as places:
        withdraw(site, places, scope)
