"""Is it still the same document system? A restored backup gives old ids to new things (F16).

What is known of a record says who it is: a document by number, subject and day, a work
item by our marker and its document. When an id shows somebody else, or the source's own
clock runs backwards, nothing is read into the inbox and nothing is written. What differs
is worked out once by a complete listing and sealed as a report that a person approves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import orjson

from connector.port import Capability, Stream
from connector.records import DirectiveRecord, JobRecord, Kind, RawRecord, Record
from errors import SkipRecord
from mappings.words import clock_words
from store.inbox import Envelope
from store.places import Places
from store.workitems import WorkItem
from sync.brakes import Brake, Braked, source_went_back
from sync.judging import READ_ANEW
from sync.reused_jobs import let_go_of_reused
from sync.sealed_plans import approved, passed
from sync.site import Site

SCOPE = "site:epoch"
#: Since when (ISO time) what is known belongs to the source as it is now.
STREAM = READ_ANEW
#: The newest time that the source's own clock has shown.
CLOCK = "source clock"
SKEW = timedelta(minutes=10)

#: A record that was read: as it came, and decoded.
Read = tuple[RawRecord, Record]


def check_identities(site: Site, places: Places, records: Sequence[Read]) -> None:
    """Raises Braked when an id of these records stands for something else than what is known under it."""
    evidence = list(_reused(site, places, records))
    if evidence:
        raise Braked(source_went_back(f"mã {evidence[0][1]} nay là một văn bản hoặc công việc khác."))


def check_clock(site: Site) -> None:
    """Raises Braked when the source's clock shows less than it did before. Asks one probe."""
    shown = site.connector.probe().server_time
    if shown is None:
        return
    with site.store.begin() as places:
        last = places.cursors.get(site.name, CLOCK)
        before = datetime.fromisoformat(last.value) if last else shown
        if shown >= before:
            places.cursors.set(site.name, CLOCK, shown.isoformat())
    if shown < before - SKEW:
        raise Braked(source_went_back(f"đồng hồ lùi từ {clock_words(before)} về {clock_words(shown)}."))


def epoch_accepted(site: Site) -> bool:
    """While held: work the report out and seal it; once exactly this report is approved, begin anew.

    Beginning anew forgets cursors and remembered rows, so that everything is read again; what the
    outbox has confirmed stays confirmed and is not sent again. Until the work items were read to their end,
    tasks stand as of the moment to which they had been read before.
    """
    with site.store.read() as places:
        sealed = any(plan.kind == SCOPE for plan in places.plans.find(site.name))
        if sealed and approved(places, site.name, SCOPE) is None:
            return False
    brake = _report(site)
    if not passed(site, brake):
        return False
    with site.store.begin() as places:
        read_to = places.cursors.complete_to(site.name, Stream.ACTIVITY.value)
        for stream in (*(stream.value for stream in Stream), CLOCK):
            places.cursors.clear(site.name, stream)
        places.inbox.forget(site.name)
        let_go_of_reused(site, places, brake.body["reused"])
        places.cursors.set(site.name, STREAM, site.now().isoformat(), read_to)
    return True


def _report(site: Site) -> Brake:
    """Everything in which the source differs from what is known, by a complete listing that keeps nothing."""
    reused: list[tuple[str, str, str, str]] = []
    listed: dict[Kind, set[str]] = {}
    for stream, kind in ((Stream.DOCUMENTS, Kind.DOCUMENT), (Stream.ACTIVITY, Kind.JOB)):
        for page in site.connector.listing(stream, lambda kind, rows: _unchanged(site, kind, rows)):
            listed.setdefault(kind, set()).update(page.listed)
            records = list(_decoded(site, page.records))
            with site.store.read() as places:
                reused += _reused(site, places, records)
    documents, jobs = _not_listed(site, listed)
    evidence = f"{len(reused)} mã dùng lại, thiếu {len(documents)} văn bản và {len(jobs)} công việc."
    brake = source_went_back(evidence)
    body = {"reused": sorted(reused), "missing_documents": sorted(documents), "missing_jobs": sorted(jobs)}
    return Brake(brake.scope, brake.reason, brake.safe, brake.cost, brake.releaser, body)


def _not_listed(site: Site, listed: dict[Kind, set[str]]) -> tuple[set[str], set[str]]:
    """Documents and work items that are known and not there; only a complete listing can tell."""
    if Capability.LISTS_COMPLETELY not in site.connector.capabilities:
        return set(), set()
    with site.store.read() as places:
        documents = {row.directive for row in places.tasks.find(site.name)} - listed[Kind.DOCUMENT]
        jobs = {item.job_id for item in places.workitems.all_jobs(site.name)}
        jobs = jobs - listed[Kind.JOB] if Kind.JOB in listed else set()
    return documents, jobs


def _unchanged(site: Site, kind: Kind, rows: Sequence[tuple[str, str]]) -> set[str]:
    with site.store.read() as places:
        return places.inbox.unchanged(site.name, kind.value, rows)


def _decoded(site: Site, raws: Sequence[RawRecord]) -> Iterator[Read]:
    for raw in raws:
        try:
            yield raw, site.connector.decode(raw)
        except SkipRecord:
            continue


def _reused(site: Site, places: Places, records: Sequence[Read]) -> Iterator[tuple[str, str, str, str]]:
    """Kind, id, what was known and what is shown now, of every id that stands for something else.

    It is found after an approval as well as before it: approved are only the ids of that report.
    """
    documents = {raw.remote_id: record for raw, record in records if isinstance(record, DirectiveRecord)}
    jobs = {raw.remote_id: record for raw, record in records if isinstance(record, JobRecord)}
    for remote_id, known in places.inbox.latest(site.name, Kind.DOCUMENT.value, documents).items():
        before, now = _known(site, known), documents[remote_id]
        if before is not None and _another(before, now):
            found = (Kind.DOCUMENT.value, remote_id, before.number, now.number)
            if not _approved(site, places, found, known.seen_at):
                yield found
    for remote_id, item in places.workitems.by_job(site.name, jobs).items():
        if _not_ours(item, jobs[remote_id]):
            yield Kind.JOB.value, remote_id, item.task, jobs[remote_id].name


def _approved(site: Site, places: Places, found: tuple[str, ...], since: datetime) -> bool:
    """Whether a report that was approved since then says so: the new document is about to be read in."""
    return any(
        list(found) in orjson.loads(plan.body)["reused"]
        for plan in places.plans.find(site.name, "applied")
        if plan.kind == SCOPE and plan.ended_at and plan.ended_at >= since
    )


def _known(site: Site, envelope: Envelope) -> DirectiveRecord | None:
    raw = RawRecord(Kind.DOCUMENT, envelope.remote_id, envelope.body, envelope.version)
    try:
        record = site.connector.decode(raw)
    except SkipRecord:
        return None
    return record if isinstance(record, DirectiveRecord) else None


def _another(before: DirectiveRecord, now: DirectiveRecord) -> bool:
    """A corrected document keeps at least one of the three; another document has none of them."""
    return before.number != now.number and before.subject != now.subject and before.issued_on != now.issued_on


def _not_ours(item: WorkItem, job: JobRecord) -> bool:
    return item.task not in job.content and bool(job.document_id) and job.document_id != item.document_id
