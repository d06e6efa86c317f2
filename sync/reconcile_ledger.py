"""Stage 5: compare a complete listing of the document system with the ledger, and heal or hold.

What moved behind everybody's back (no notice, no event) is found here at the
latest: the rows whose fingerprint differs are read again, mapped, and decided;
`sync/plan.py` says which side is right. Absence counts only in a complete listing
that the brakes believe.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from connector.port import Capability, Stream
from store.holds import Hold
from sync.brakes import Brake, vanished
from sync.decide_to_outbox import Decided, decide_to_outbox
from sync.map_to_ledger import Mapped, map_to_ledger, retire_missing
from sync.pull_to_inbox import Pulled, pull_to_inbox
from sync.push_from_outbox import Pushed, push_from_outbox
from sync.site import Site, log


@dataclass(slots=True)
class Reconciled:
    """What one comparison found and did."""

    pulled: Pulled = field(default_factory=Pulled)
    mapped: Mapped = field(default_factory=Mapped)
    decided: Decided = field(default_factory=Decided)
    pushed: Pushed = field(default_factory=Pushed)
    missing: int = 0
    retired: int = 0
    brakes: list[Brake] = field(default_factory=list)


def reconcile_ledger(site: Site) -> Reconciled:
    """Compare everything once. Safe to run at any time, beside people's work; a second run finds nothing."""
    done = Reconciled()
    for stream, capability in (
        (Stream.UNITS, Capability.LISTS_UNITS),
        (Stream.ACCOUNTS, Capability.LISTS_ACCOUNTS),
    ):
        if capability in site.connector.capabilities:
            _compare_people(site, stream, done)
    for stream in (Stream.DOCUMENTS, Stream.ACTIVITY):
        pulled = pull_to_inbox(site, stream, complete=True)
        done.pulled.add(pulled)
        if stream is Stream.ACTIVITY:
            _compare_work_items(site, pulled.listed, done)
    done.mapped = map_to_ledger(site)
    done.decided = decide_to_outbox(site)
    done.pushed = push_from_outbox(site)
    return done


def compare_people(site: Site, stream: Stream) -> Reconciled:
    """Units or accounts alone: a leaver is disabled by the sync that sees it."""
    done = Reconciled()
    _compare_people(site, stream, done)
    return done


def _compare_people(site: Site, stream: Stream, done: Reconciled) -> None:
    pulled = pull_to_inbox(site, stream, complete=True)
    done.pulled.add(pulled)
    done.mapped = map_to_ledger(site)
    with site.store.read() as places:
        if stream is Stream.UNITS:
            known = {row.unit_id for row in places.directory.units(site.name) if row.active}
        else:
            known = {row.posting_id for row in places.directory.accounts(site.name) if row.state != "gone"}
    words = "đơn vị" if stream is Stream.UNITS else "tài khoản"
    brake = vanished(f"{stream.value}", words, known, pulled.listed)
    if brake is not None:
        _stop(site, brake, done)
        return
    if known - pulled.listed:
        done.retired += retire_missing(site, stream, pulled.listed)
    _release(site, stream.value)


def _compare_work_items(site: Site, listed: frozenset[str], done: Reconciled) -> None:
    """A work item that is gone was removed by hand: the task stays, a person is asked."""
    with site.store.read() as places:
        known = {item.job_id: item.task for item in places.workitems.all_jobs(site.name) if item.job_id}
    missing = set(known) - listed
    brake = vanished("work items", "công việc", known.keys(), listed)
    if brake is not None:
        _stop(site, brake, done)
        return
    _release(site, "work items")
    done.missing = len(missing)
    for job_id in sorted(missing):
        brake = Brake(
            scope=f"task:{known[job_id]}",
            reason=f"Công việc {job_id} của nhiệm vụ {known[job_id]} đã bị xóa khỏi hệ thống văn bản.",
            safe="Nhiệm vụ và toàn bộ lịch sử vẫn còn trong sổ theo dõi.",
            cost="Đơn vị không nhìn thấy nhiệm vụ; hạn xử lý vẫn chạy.",
        )
        _stop(site, brake, done)


def _stop(site: Site, brake: Brake, done: Reconciled) -> None:
    done.brakes.append(brake)
    log.warning("held", site=site.name, scope=brake.scope, reason=brake.reason)
    with site.store.begin() as places:
        places.holds.place(
            Hold(
                site=site.name,
                scope=brake.scope,
                reason=brake.reason,
                safe=brake.safe,
                cost=brake.cost,
                releaser=brake.releaser,
                since=site.now(),
            )
        )


def _release(site: Site, scope: str) -> None:
    """What was held for this reason may go on: the listing can be believed again."""
    with site.store.read() as places:
        if all(hold.scope != scope for hold in places.holds.open(site.name)):
            return
    with site.store.begin() as places:
        places.holds.release(site.name, scope, site.now(), "tdcd")
