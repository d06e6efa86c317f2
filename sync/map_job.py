"""What people did with a work item, turned into events of its task."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import orjson

from connector.records import JobLine, JobRecord, LineRole
from mappings.actions import Reading, events_of
from mappings.words import refused_file_text
from store.findings import Finding
from store.inbox import Envelope
from store.outbox import Intent
from store.places import Places
from store.workitems import WorkItem
from sync.map_answers import answers_among, map_answers
from sync.scanning import refused_files
from sync.site import Site, log
from tracking.events import Event, ResultSubmitted

_REMOTE = "remote:"


def map_jobs(
    site: Site, places: Places, jobs: Sequence[tuple[Envelope, JobRecord]], problems: list[str]
) -> int:
    """Append the events of a batch of work items, in the caller's transaction. Returns how many were new."""
    if site.owners is not None:
        places.identities.take_turns()
    items = places.workitems.by_job(site.name, [record.remote_id for _, record in jobs])
    rules, people = site.action_rules(), site.directory(places)
    elsewhere = [(e, record) for e, record in jobs if record.remote_id not in items]
    events: list[tuple[Event, int | None]] = []
    updated: list[WorkItem] = []
    for envelope, record in jobs:
        item = items.get(record.remote_id)
        if item is None:
            continue
        lead = lead_line(record)
        reading = events_of(
            record,
            item.task,
            rules,
            own_user=site.connector.own_user,
            may_review=people.may_review,
            mine=lead.line_id if lead else "",
        )
        events += [(_with_hashes(site, places, event), envelope.id) for event in reading.events]
        problems += _report(site, places, record, reading)
        places.outbox.add(_refusals(site, places, item.task, record))
        updated.append(_observed(item, record, lead, reading, site.connector.own_user))
    read, sources = [event for event, _ in events], [source for _, source in events]
    fresh = places.ledger.append_events(read, site.now(), sources, site=site.name) if events else []
    places.workitems.put(updated)
    places.tasks.touch({event.task for event in fresh} | {item.task for item in updated})
    if elsewhere and site.owners is not None:
        return len(fresh) + map_answers(site, places, list(answers_among(elsewhere)))
    return len(fresh)


def lead_line(record: JobRecord) -> JobLine | None:
    """The one line whose unit answers for the task."""
    return next((line for line in record.lines if line.role is LineRole.LEAD), None)


def content_digest(text: str) -> str:
    """What is kept of a long text to see whether it changed."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _observed(
    item: WorkItem, record: JobRecord, lead: JobLine | None, reading: Reading, own_user: str
) -> WorkItem:
    """What the document system shows now; `explained` says that an event accounts for the state."""
    seen = {
        "state": lead.status_text if lead else record.status_text,
        "due": record.due.isoformat() if record.due else "",
        "name": record.name,
        "content": content_digest(record.content),
        "explained": "yes" if _explained(record, lead, reading, own_user) else "",
    }
    return replace(item, line_id=lead.line_id if lead else item.line_id, seen=seen)


def _explained(record: JobRecord, lead: JobLine | None, reading: Reading, own_user: str) -> bool:
    """Whether the shown state comes from an action that was understood, or from the tracker itself."""
    last = next((a for a in reversed(record.actions) if a.status_code), None)
    if last is None or lead is None or last.status_code != lead.status_code:
        return False
    return last.actor == own_user or any(event.key == f"action:{last.entry_id}" for event in reading.events)


def _with_hashes(site: Site, places: Places, event: Event) -> Event:
    """Replace the remote ids of a submission's files by the hashes under which they are kept.

    The others are counted: a file that was handed in and not kept does not make a result one without a file.
    """
    if not isinstance(event, ResultSubmitted) or not event.evidence:
        return event
    ids = [name.removeprefix(_REMOTE) for name in event.evidence if name.startswith(_REMOTE)]
    hashes = places.evidence.by_remote(site.name, ids)
    kept = tuple(hashes[i] for i in ids if i in hashes)
    return replace(event, evidence=kept, not_kept=len(ids) - len(kept))


def _refusals(site: Site, places: Places, task: str, record: JobRecord) -> list[Intent]:
    """A note on the work item for every file of it that was laid apart: whoever sent it hears of it, once (M29)."""
    files = [file.remote_id for action in record.actions for file in action.files]
    intents = []
    for remote_id, finding in refused_files(places, site.name, files).items():
        key = f"{site.name}:{task}:refused:{remote_id}"
        marker = f"TD-TL-{hashlib.sha256(key.encode()).hexdigest()[:12].upper()}"
        reason = f"{finding.sentence} {finding.remedy}"
        text = refused_file_text(task, finding.place, finding.text, reason, marker)
        body = orjson.dumps({"text": text, "marker": marker})
        intents.append(
            Intent(site.name, f"task:{task}", "receipt", key, body, task=task, created_at=site.now())
        )
    return intents


def _report(site: Site, places: Places, record: JobRecord, reading: Reading) -> list[str]:
    findings = [
        Finding(
            site=site.name,
            document_id=f"job:{record.remote_id}",
            place=f"công việc {record.remote_id}",
            problem=problem.problem,
            text=problem.text,
            sentence=problem.sentence,
            remedy=problem.remedy,
        )
        for problem in reading.problems
    ]
    places.findings.replace(site.name, f"job:{record.remote_id}", findings)
    for finding in findings:
        log.warning("action not understood", site=site.name, job=record.remote_id, problem=finding.problem)
    return [finding.sentence for finding in findings]
