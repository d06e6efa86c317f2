"""Stage 3: fold a task's events under its regulation and intend what must be shown.

The clock that decides never passes the moment to which the document system was
read completely: nobody turns overdue on stale data. Verdict, intents and the
ledger entry that says what was decided are one transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import orjson

from connector.port import Capability
from mappings.words import (
    evidence_caption,
    receipt_text,
    void_due_text,
    work_item_content,
    work_item_name,
)
from store.ledger import Entry
from store.outbox import QUIET, Intent
from store.places import Places
from store.tasks import TaskRow
from store.workitems import WorkItem
from sync.answer_states import state_to_tell, told_before
from sync.files_again import LOOK, judged_as_of
from sync.holding import place
from sync.judged_apart import judged_apart
from sync.judging import NOTHING_READ, instant_for, instant_of
from sync.lost_ledger import looks_first
from sync.map_job import content_digest
from sync.map_succession import divided
from sync.plan import WRITES, Difference, differences
from sync.read_back import in_doubt
from sync.site import Site
from sync.unseen_work import shows_work
from tracking.events import Event, ResultSubmitted
from tracking.facts import deadline_of
from tracking.folding import fold
from tracking.status import Family, Verdict, derive
from tracking.task import Task

BATCH = 500


@dataclass(slots=True)
class Decided:
    """What one deciding pass came to."""

    tasks: int = 0
    changed: int = 0
    intents: int = 0
    drift: int = 0
    #: tasks that could not be judged (`sync/judged_apart.py`); they wait for the next pass.
    unjudged: list[str] = field(default_factory=list)


def decide_to_outbox(site: Site, *, only: Sequence[str] | None = None) -> Decided:
    """Decide every task that changed or whose time has come (`only`: just these)."""
    decided = Decided()
    if only is not None:
        for start in range(0, len(only), BATCH):
            with site.store.begin() as places:
                decide(site, places, list(only[start : start + BATCH]), decision_time(site, places), decided)
        return decided
    while True:
        with site.store.begin() as places:
            as_of = decision_time(site, places)
            keys = take_due(site, places, as_of, BATCH, decided)
            if keys:
                decide(site, places, keys, as_of, decided)
        if len(keys) < BATCH:
            return decided


def take_due(site: Site, places: Places, as_of: datetime, limit: int, decided: Decided) -> list[str]:
    """Keys of tasks to decide, without those that this pass has tried in vain: it comes to its end."""
    keys = places.tasks.take_due(site.name, as_of, limit + len(decided.unjudged))
    tried = set(decided.unjudged)
    return [key for key in keys if key not in tried]


def decision_time(site: Site, places: Places) -> datetime:
    """The instant for which this site's tasks are decided: not later than the other sites were read, where
    people may have done something with them as well. A site that was never read yet holds nobody up, nor does one
    that shows no work; its own tasks stand as they were given (NOTHING_READ), as
    they do until a first reading that was begun has come to its end."""
    if not shows_work(site):
        return instant_of(places, site.name, NOTHING_READ)
    read = [instant_of(places, name, site.now()) for name in (site.name, *site.neighbours)]
    if read[0] == NOTHING_READ:
        return NOTHING_READ
    return min((moment for moment in read if moment != NOTHING_READ), default=site.now())


def decide(site: Site, places: Places, keys: Sequence[str], as_of: datetime, decided: Decided) -> None:
    """Fold, derive, compare with what is shown, and write intents: in the caller's transaction."""
    parts, unjudged = judged_apart(site, places, keys, lambda some: _decide(site, places, some, as_of))
    for part in parts:
        decided.tasks += part.tasks
        decided.changed += part.changed
        decided.intents += part.intents
        decided.drift += part.drift
    decided.unjudged += sorted(unjudged)


def _decide(site: Site, places: Places, keys: Sequence[str], as_of: datetime) -> Decided:
    decided = Decided(tasks=len(keys))
    histories = places.ledger.events(keys)
    rows = places.tasks.get(keys)
    items = places.workitems.by_task(keys)
    lanes = [_lane(key) for key in keys]
    waiting, told = places.outbox.unfinished(lanes), told_before(site, places, lanes)
    earlier = judged_as_of(places, site.name, as_of)
    new_rows: list[TaskRow] = []
    intents: list[Intent] = []
    entries: list[Entry] = []
    for key in keys:
        task = fold(histories[key])
        seen = instant_for(task, earlier.get(key, as_of))
        verdict = derive(task, site.profile_of(task), site.calendar, seen)
        if key in earlier:
            verdict = replace(verdict, next_change_at=as_of + LOOK)
        item = items.get(key) or WorkItem(task=key, site=site.name, document_id=task.directive)
        row, changed = _row(rows[key], task, verdict)
        new_rows.append(row)
        if changed:
            decided.changed += 1
            entries.append(_decision(site, task, verdict, seen, len(histories[key])))
        values = wanted(site, task, verdict, places)
        found = _differ(values, item) if Capability.WRITES_STATUS in site.connector.capabilities else ()
        decided.drift += sum(difference.drift for difference in found)
        entries += _drift(site, task, found, as_of)
        basis = f"{len(histories[key])} {sorted(item.seen.items())} {sorted(item.written.items())}"
        fields = _field_intents(site, task, values, found, waiting.get(_lane(key), []), as_of, basis)
        _supersede(places, fields)
        _withdraw(site, places, _lane(key), found, waiting.get(_lane(key), []))
        intents += fields
        creates = [one for one in waiting.get(_lane(key), []) if one.kind == "create_job"]
        intents += _once(site, places, task, verdict, item, values, histories[key], creates)
        if told is not None:
            intents += state_to_tell(site, places, task, verdict, told, waiting.get(_lane(key), []))
    places.tasks.save(new_rows)
    decided.intents = len(places.outbox.add(intents))
    places.ledger.append(entries, site.now())
    return decided


def _lane(task: str) -> str:
    return f"task:{task}"


def _row(row: TaskRow, task: Task, verdict: Verdict) -> tuple[TaskRow, bool]:
    new = replace(
        row,
        content=task.content,
        lead=task.lead,
        lead_name=task.lead_name,
        text=verdict.text,
        second_text=verdict.second_text,
        family=verdict.family.value,
        lateness=verdict.lateness.value,
        rule=verdict.rule,
        due=verdict.due_end,
        next_change_at=verdict.next_change_at,
        closed=verdict.family is Family.ENDED,
    )
    shown = (new.text, new.second_text, new.rule, new.due, new.lead)
    return new, shown != (row.text, row.second_text, row.rule, row.due, row.lead)


def _decision(site: Site, task: Task, verdict: Verdict, as_of: datetime, events: int) -> Entry:
    body = {
        "text": verdict.text,
        "second_text": verdict.second_text,
        "family": verdict.family.value,
        "lateness": verdict.lateness.value,
        "rule": verdict.rule,
        "article": verdict.article,
        "due_end": verdict.due_end,
        "as_of": as_of,
        "complete_to": as_of,
        "extensions": verdict.extension_count,
        "explanation_owed": verdict.explanation_owed,
    }
    key = f"state:{events}:{verdict.rule}:{as_of.isoformat()}"
    return Entry(site.name, task.key, "state_decided", key, as_of, body=orjson.dumps(body))


def wanted(site: Site, task: Task, verdict: Verdict, places: Places) -> dict[str, str]:
    """The values the document system should show for this task's work item."""
    people = site.directory(places)
    names = [entry.name for unit in task.coordinators if (entry := people.units.entry(unit)) is not None]
    return {
        "state": verdict.shown,
        "due": verdict.due.day.isoformat() if verdict.due else "",
        "name": work_item_name(task),
        "content": work_item_content(task, contact=people.contact(task.officer), coordinators=names),
    }


def _differ(values: Mapping[str, str], item: WorkItem) -> tuple[Difference, ...]:
    """Where the work item does not show what it should; a long text is compared by its digest."""
    if not item.job_id:
        return ()
    ours = {**values, "content": content_digest(values["content"])}
    if not ours["state"]:
        del ours["state"]
    explained = frozenset({"state"}) if item.seen.get("explained") else frozenset[str]()
    return differences(item.written, item.seen, ours, explained=explained)


def _drift(site: Site, task: Task, found: Sequence[Difference], as_of: datetime) -> Iterator[Entry]:
    """What somebody changed behind everybody's back is on record before it is healed."""
    for difference in found:
        if difference.drift:
            body = {"field": difference.field, "theirs": difference.theirs, "ours": difference.ours}
            key = f"drift:{difference.field}:{as_of.isoformat()}"
            yield Entry(site.name, task.key, "drift_found", key, as_of, body=orjson.dumps(body))


def _field_intents(
    site: Site,
    task: Task,
    values: Mapping[str, str],
    found: Sequence[Difference],
    pending: Sequence[Intent],
    as_of: datetime,
    basis: str,
) -> list[Intent]:
    """At most one write for the state and one for the rest, unless the same one is already waiting.

    `basis` is what was known when it was decided: the same value written again later, for
    another reason, is another effect.
    """
    moved = {d.field for d in found if d.action in WRITES}
    bodies: dict[str, dict[str, str]] = {}
    if "state" in moved:
        bodies["set_status"] = {"text": values["state"]}
    if moved - {"state"}:
        bodies["update_job"] = {field: values[field] for field in ("name", "content", "due")}
    intents = []
    for kind, body in bodies.items():
        encoded = orjson.dumps(body)
        if not any(intent.kind == kind and intent.body == encoded for intent in pending):
            effect = f"{kind}:{as_of.isoformat()}:{_digest(basis + encoded.decode())}"
            intents.append(_intent(site, task, kind, effect, encoded))
    return intents


def _supersede(places: Places, intents: Sequence[Intent]) -> None:
    """A newer value makes an unsent older one pointless."""
    for intent in intents:
        places.outbox.supersede(intent.site, intent.lane, intent.kind, intent.effect_key)


def _withdraw(
    site: Site, places: Places, lane: str, found: Sequence[Difference], waiting: Sequence[Intent]
) -> None:
    """An unsent value is not wanted any more when the one before it is right again (an extension granted late)."""
    moved = {difference.field for difference in found if difference.action in WRITES}
    stale = {"set_status"} if "state" not in moved else set[str]()
    stale |= {"update_job"} if not moved - {"state"} else set()
    for kind in stale & {intent.kind for intent in waiting if intent.state == "pending"}:
        places.outbox.supersede(site.name, lane, kind, "")


def _once(
    site: Site,
    places: Places,
    task: Task,
    verdict: Verdict,
    item: WorkItem,
    values: Mapping[str, str],
    history: Sequence[Event],
    creates: Sequence[Intent],
) -> Iterator[Intent]:
    """What is written once in a task's life: the work item, then receipts and evidence; as far as the site can."""
    can = site.connector.capabilities
    if not item.job_id and Capability.CREATES_TASKS in can:
        if verdict.family is Family.ENDED:
            _not_given(site, places, creates)
        else:
            yield from _creation(site, places, task, values, creates)
    for event in history:
        if isinstance(event, ResultSubmitted):
            yield from _for_submission(site, places, task, event, history)
    if Capability.WRITES_COMMENTS in can:
        yield from _about_void_dues(site, task)


def _about_void_dues(site: Site, task: Task) -> Iterator[Intent]:
    """Whoever set a due date that does not count hears why it is put back."""
    for set_at, due in task.void_dues:
        effect = f"void-due:{set_at.isoformat()}:{due.day.isoformat()}"
        marker = f"TD-HH-{_digest(task.key + effect).upper()}"
        body = orjson.dumps({"text": void_due_text(task, set_at, due, marker), "marker": marker})
        yield _intent(site, task, "receipt", effect, body)


def _not_given(site: Site, places: Places, creates: Sequence[Intent]) -> None:
    """What ended before anything was sent is given to nobody; what may be there already is found out about."""
    if not creates or any(map(in_doubt, creates)) or looks_first(places, site.name, site.now()):
        return
    places.outbox.supersede(site.name, creates[0].lane, "create_job", "")


def _creation(
    site: Site, places: Places, task: Task, values: Mapping[str, str], creates: Sequence[Intent]
) -> Iterator[Intent]:
    """The work item goes to the unit that answers today; without a single one a person is asked.

    `creates` wait already. One that was not sent gives way when the lead changed meanwhile; what waits for approval
    goes on waiting for it. One that may have been sent is found out about first: there is never a second work item.
    """
    people, today = site.directory(places), site.now().date()
    lead = people.acting(task.lead, today)
    if not lead:
        place(site, places, divided(task.lead, task.lead_name))
        return
    if any(one.state != "pending" or orjson.loads(one.body)["lead"] == lead for one in creates):
        return
    # A lead that comes back later has another key than the one that gave way.
    effect = f"create:{lead}:{creates[-1].id}" if creates else f"create:{lead}"
    intent = creation(site, places, task, values, lead, effect)
    if task.reopened:
        intent = replace(intent, effect_key=places.outbox.key_anew(intent.effect_key))
    if creates and creates[-1].error in QUIET:
        # Another lead is no approval: it waits for the plan as the one before did, or stays declined.
        intent = replace(intent, not_before=creates[-1].not_before, error=creates[-1].error)
    _supersede(places, [intent])
    yield intent


def creation(
    site: Site, places: Places, task: Task, values: Mapping[str, str], lead: str, effect: str
) -> Intent:
    """The work item as it is given to `lead` today."""
    people, today = site.directory(places), site.now().date()
    others = (people.acting(unit, today) for unit in task.coordinators)
    body = {
        "document_id": task.directive,
        "name": values["name"],
        "content": values["content"],
        "due": values["due"],
        "marker": task.key,
        "lead": lead,
        "coordinators": [unit for unit in dict.fromkeys(others) if unit and unit != lead],
    }
    return _intent(site, task, "create_job", effect, orjson.dumps(body))


def _for_submission(
    site: Site, places: Places, task: Task, event: ResultSubmitted, history: Sequence[Event]
) -> Iterator[Intent]:
    """The receipt names the due date that was in force when the result was sent, whatever came later.

    A directive may carry a later day than the one on which its task was given and done.
    """
    marker = f"TD-BN-{_digest(task.key + event.key).upper()}"
    then = fold(history, until=max(event.occurred_at, task.assigned.occurred_at))
    deadline = deadline_of(then, site.profile_of(task), site.calendar)
    text = receipt_text(task, event, due_end=deadline.end if deadline else None, marker=marker)
    can = site.connector.capabilities
    if Capability.WRITES_COMMENTS in can:
        body = orjson.dumps({"text": text, "marker": marker})
        yield _intent(site, task, "receipt", f"receipt:{event.key}", body)
    if Capability.UPLOADS_EVIDENCE not in can:
        return
    names = {row.sha256: row.name for row in places.evidence.by_hash(site.name, event.evidence)}
    for sha in event.evidence:
        file_marker = f"TD-MC-{_digest(task.key + sha).upper()}"
        file = {
            "sha256": sha,
            "name": names.get(sha, sha[:16]),
            "caption": evidence_caption(task, event, sha, file_marker),
            "marker": file_marker,
        }
        yield _intent(site, task, "attach_file", f"evidence:{sha}", orjson.dumps(file))


def _intent(site: Site, task: Task, kind: str, effect: str, body: bytes) -> Intent:
    return Intent(
        site=site.name,
        lane=_lane(task.key),
        kind=kind,
        effect_key=f"{site.name}:{task.key}:{effect}",
        body=body,
        task=task.key,
        created_at=site.now(),
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
