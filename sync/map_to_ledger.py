"""Stage 2: turn what the inbox keeps into events, and append them.

Everything here can be done again from the inbox after a rule was mended, without
touching the document system: events have stable keys, so a second reading of the
same observation adds nothing. One batch is one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

import orjson

from connector.port import Capability, Stream
from connector.records import (
    AccountRecord,
    DirectiveRecord,
    JobRecord,
    Kind,
    RawRecord,
    Record,
    UnitRecord,
)
from errors import SkipRecord
from mappings.accounts import may_review, role_of
from mappings.actions import NOT_ENTITLED
from store.directory import AccountRow, UnitRow
from store.inbox import Envelope
from store.ledger import Entry
from store.places import Places
from sync.known_elsewhere import read_again_when_changed
from sync.map_directive import map_directives
from sync.map_job import map_jobs
from sync.map_succession import look_again
from sync.odd_days import check_days
from sync.pull_to_inbox import MapNow
from sync.reissued import lift_tracked_again
from sync.site import Site, log

BATCH = 500

R = TypeVar("R")


@dataclass(slots=True)
class Mapped:
    """What one mapping pass made of the inbox."""

    envelopes: int = 0
    tasks: int = 0
    events: int = 0
    returned_rows: int = 0
    out_of_scope: int = 0
    accounts: int = 0
    problems: list[str] = field(default_factory=list)


def map_as_read(site: Site, mapped: Mapped) -> MapNow | None:
    """What maps directives in the transaction that keeps them; None when anything waits before them.

    It saves writing and reading them once more. Everything else, and whatever was left
    by a pass that ended early, waits in the inbox for `map_to_ledger`.
    """
    read_again_when_changed(site)
    kinds = [Kind.UNIT.value, Kind.ACCOUNT.value, Kind.DOCUMENT.value]
    with site.store.read() as places:
        if places.inbox.pending(site.name, 1, kinds) or not units_known(site, places):
            return None

    def map_now(places: Places, documents: Sequence[tuple[Envelope, DirectiveRecord]]) -> None:
        mapped.envelopes += len(documents)
        _map_documents(site, places, documents, mapped)

    return map_now


def map_to_ledger(site: Site, mapped: Mapped | None = None) -> Mapped:
    """Map everything new, people before papers, papers before what was done with them; adds to `mapped`."""
    mapped = Mapped() if mapped is None else mapped
    read_again_when_changed(site)
    with site.store.read() as places:
        if not places.inbox.pending(site.name, 1):
            return mapped
    for kind in (Kind.UNIT, Kind.ACCOUNT, Kind.DOCUMENT, Kind.JOB):
        if _waits(site, kind):
            break
        while _map_batch(site, (kind,), mapped):
            pass
    return mapped


def _waits(site: Site, kind: Kind) -> bool:
    """Whether records of this kind stay in the inbox because those who are named in them are not known yet."""
    needed = {Kind.DOCUMENT: units_known, Kind.JOB: accounts_known}.get(kind)
    if needed is None:
        return False
    with site.store.read() as places:
        if needed(site, places) or not places.inbox.pending(site.name, 1, [kind.value]):
            return False
    if kind is Kind.DOCUMENT:
        log.warning("directives wait", site=site.name, reason="the units of this site were not read yet")
    else:
        log.warning("work items wait", site=site.name, reason="the accounts of this site were not read yet")
    return True


def units_known(site: Site, places: Places) -> bool:
    """Rows read before the last of the units would look like rows of unknown units."""
    if Capability.LISTS_UNITS not in site.connector.capabilities:
        return True
    return _read_once(site, places, Stream.UNITS) and places.directory.has_units(site.name)


def accounts_known(site: Site, places: Places) -> bool:
    """What people did before the last of the accounts was read would look like deeds of strangers."""
    if Capability.LISTS_ACCOUNTS not in site.connector.capabilities:
        return True
    return _read_once(site, places, Stream.ACCOUNTS)


def _read_once(site: Site, places: Places, stream: Stream) -> bool:
    return places.cursors.complete_to(site.name, stream.value) is not None


def _map_batch(site: Site, kinds: Sequence[Kind], mapped: Mapped) -> bool:
    """One batch in one transaction; where nothing waits, none is begun."""
    with site.store.read() as places:
        if not places.inbox.pending(site.name, 1, [kind.value for kind in kinds]):
            return False
    with site.store.begin() as places:
        return map_pending(site, places, kinds, mapped)


def map_pending(site: Site, places: Places, kinds: Sequence[Kind], mapped: Mapped) -> bool:
    """Map one batch in the caller's transaction; False when nothing was waiting."""
    pending = places.inbox.pending(site.name, BATCH, [kind.value for kind in kinds])
    if not pending:
        return False
    mapped.envelopes += len(pending)
    decoded = [
        (envelope, record) for envelope in pending if (record := _decode(site, places, envelope, mapped))
    ]
    units = [record for _, record in decoded if isinstance(record, UnitRecord)]
    accounts = [record for _, record in decoded if isinstance(record, AccountRecord)]
    documents = [(e, record) for e, record in decoded if isinstance(record, DirectiveRecord)]
    jobs = [(e, record) for e, record in decoded if isinstance(record, JobRecord)]
    if units:
        _map_units(site, places, units)
    if accounts:
        mapped.accounts += _map_accounts(site, places, accounts)
    if documents:
        _map_documents(site, places, documents, mapped)
    if jobs:
        # Of a source that hands out each action once, an older version is no part of the newer one.
        once = Capability.ACKNOWLEDGES in site.connector.capabilities
        mapped.events += map_jobs(site, places, jobs if once else _latest(jobs), mapped.problems)
        lift_tracked_again(site, places)
    others = [e.id for e, record in decoded if not isinstance(record, DirectiveRecord) and e.id is not None]
    places.inbox.settle(others, "mapped")
    return True


def retire_missing(site: Site, stream: Stream, listed: frozenset[str]) -> int:
    """After a complete listing: what is not in it any more becomes inactive. Returns how many."""
    with site.store.begin() as places:
        now = site.now()
        if stream is Stream.UNITS:
            units = [row for row in places.directory.units(site.name) if row.unit_id in listed]
            gone: Sequence[UnitRow | AccountRow] = places.directory.replace_units(
                site.name, units, now, complete=True
            ).gone
        else:
            accounts = [row for row in places.directory.accounts(site.name) if row.posting_id in listed]
            gone = places.directory.replace_accounts(
                site.name, accounts, _otherwise_at(site), complete=True, sure_to=_people_read(site, places)
            ).gone
        _record(site, places, stream.value, "gone", gone, now)
    site.directory_changed()
    return len(gone)


def _decode(site: Site, places: Places, envelope: Envelope, mapped: Mapped) -> Record | None:
    raw = RawRecord(Kind(envelope.kind), envelope.remote_id, envelope.body, envelope.version)
    try:
        record = site.connector.decode(raw)
        check_days(record)
    except SkipRecord as error:
        assert envelope.id is not None
        places.inbox.settle([envelope.id], "held", str(error))
        mapped.problems.append(str(error))
        log.warning("record held", site=site.name, kind=envelope.kind, reason=str(error))
        return None
    return record


def _latest(items: Sequence[tuple[Envelope, R]]) -> list[tuple[Envelope, R]]:
    """Only the newest version of each record in the batch."""
    newest = {envelope.remote_id: (envelope, record) for envelope, record in items}
    return list(newest.values())


def _map_documents(
    site: Site, places: Places, documents: Sequence[tuple[Envelope, DirectiveRecord]], mapped: Mapped
) -> None:
    latest = _latest(documents)
    done = map_directives(site, places, latest)
    mapped.tasks += done.tasks
    mapped.events += done.events
    mapped.returned_rows += done.returned
    mapped.out_of_scope += done.out_of_scope
    mapped.problems += done.problems
    if len(latest) < len(documents):
        superseded = {e.id for e, _ in documents} - {e.id for e, _ in latest}
        places.inbox.settle([i for i in superseded if i is not None], "mapped", "a newer version was mapped")


def _map_units(site: Site, places: Places, records: Sequence[UnitRecord]) -> None:
    rows = [
        UnitRow(
            site=site.name,
            unit_id=record.remote_id,
            name=record.name,
            parent_id=record.parent_id,
            code=record.code,
            tier=record.tier,
            valid_from=record.valid_from,
            valid_to=record.valid_to,
            successors=record.successors,
            active=True,
        )
        for record in records
    ]
    now = site.now()
    changes = places.directory.replace_units(site.name, rows, now, complete=False)
    _record(site, places, "units", "added", changes.added, now)
    _record(site, places, "units", "changed", changes.changed, now)
    if changes.added or changes.changed:
        _read_rows_again(site, places)
        look_again(site, places)
    site.directory_changed()


def _read_rows_again(site: Site, places: Places) -> None:
    """A unit that was unknown yesterday may be known today: directives with returned rows are mapped again."""
    documents = {finding.document_id for finding in places.findings.of(site.name)}
    if documents:
        places.inbox.reopen(site.name, [Kind.DOCUMENT.value], sorted(documents))


def _map_accounts(site: Site, places: Places, records: Sequence[AccountRecord]) -> int:
    rows = [
        AccountRow(
            site=site.name,
            posting_id=record.remote_id,
            user_id=record.user_id,
            full_name=record.full_name,
            position=record.position,
            role=role_of(record.position),
            unit_id=record.unit_id,
            unit_name=record.unit_name,
            email=record.email,
            phone=record.phone,
            state="locked" if record.locked else "active",
        )
        for record in records
    ]
    now = site.now()
    changes = places.directory.replace_accounts(
        site.name, rows, _otherwise_at(site), complete=False, sure_to=_people_read(site, places)
    )
    _record(site, places, "accounts", "added", changes.added, now)
    _record(site, places, "accounts", "changed", changes.changed, now)
    site.directory_changed()
    _read_deeds_again(site, places, (*changes.added, *changes.changed))
    return len(rows)


def _people_read(site: Site, places: Places) -> datetime | None:
    """The last complete reading of the accounts that was mapped whole: what comes now was not so then."""
    return places.cursors.complete_to(site.name, Stream.ACCOUNTS.value)


def _otherwise_at(site: Site) -> datetime:
    """Now, by the clock that is ahead: what people do carries the document system's time."""
    return site.now() + timedelta(seconds=max(0.0, site.connector.skew_seconds or 0.0))


def _read_deeds_again(site: Site, places: Places, rows: Sequence[AccountRow]) -> None:
    """Whoever acts before the list shows their post was taken for a stranger: what they did is mapped again.

    Each deed is judged by the posts of its own time, so a post given later gives no right over it.
    """
    people = site.directory(places)
    if not any(may_review([row], people.office_units, row.user_id) for row in rows):
        return
    strangers = {one.document_id for one in places.findings.of(site.name) if one.problem == NOT_ENTITLED}
    if strangers:
        jobs = sorted(name.removeprefix("job:") for name in strangers)
        places.inbox.reopen(site.name, [Kind.JOB.value], jobs)


def _record(
    site: Site, places: Places, stream: str, change: str, rows: Sequence[UnitRow | AccountRow], now: datetime
) -> None:
    """Who came, changed or went, and when it was seen; names and contacts stay out of the ledger."""
    entries = []
    for row in rows:
        name, state = (
            (f"unit:{row.unit_id}", "active" if row.active else "gone")
            if isinstance(row, UnitRow)
            else (f"account:{row.posting_id}", row.state)
        )
        key = f"{change}:{now.isoformat()}"
        entries.append(
            Entry(site.name, name, f"{stream}_{change}", key, now, body=orjson.dumps({"state": state}))
        )
    places.ledger.append(entries, now)
