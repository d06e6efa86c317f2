"""Stage 4: carry intents out, in order per task, and keep the receipt with the hash of what was written.

An intent is marked `sending` before anything leaves. If the answer is lost, or the
process dies, the effect is looked for in the document system before it is tried
again. The network is never inside a transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import orjson

from connector.port import (
    AttachFile,
    CommentDocument,
    CommentJob,
    CreateJob,
    SetStatus,
    UpdateJob,
    Write,
    WriteReceipt,
)
from errors import HoldForHuman, OutcomeUnknown, RetryLater, SkipRecord
from store.ledger import Entry
from store.outbox import Intent
from store.places import Places
from store.workitems import WorkItem
from sync.map_job import content_digest
from sync.site import Site, log

BATCH = 20
POISON = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)


@dataclass(slots=True)
class Pushed:
    """What one pushing pass achieved; `stopped` says why it ended early."""

    confirmed: int = 0
    found: int = 0
    deferred: int = 0
    held: int = 0
    dead: int = 0
    stopped: str = ""
    by_kind: dict[str, int] = field(default_factory=dict)


def push_from_outbox(site: Site, *, limit: int | None = None) -> Pushed:
    """Send until nothing is ready, the document system goes away, or `limit` intents were tried."""
    pushed = Pushed()
    tried = 0
    while limit is None or tried < limit:
        crashed, batch = _take(site)
        tried += len(batch)
        if not batch or not _send_all(site, batch, crashed, pushed):
            break
    return pushed


def _send_all(
    site: Site, batch: Sequence[tuple[Intent, Write | None]], crashed: set[int | None], pushed: Pushed
) -> bool:
    """Send one batch; False when the document system went away and the rest must wait."""
    for place, (intent, write) in enumerate(batch):
        if write is None:
            _close(site, intent)
        elif not _send(site, intent, write, pushed, look_first=intent.id in crashed):
            _give_back(site, [i for i, _ in batch[place + 1 :] if i.id not in crashed])
            return False
    return True


def _take(site: Site) -> tuple[set[int | None], list[tuple[Intent, Write | None]]]:
    """The oldest unfinished intent of each ready lane, marked `sending`; which of them had been sent before."""
    with site.store.begin() as places:
        ready = places.outbox.ready(site.name, site.now(), BATCH)
        crashed = {intent.id for intent in ready if intent.state == "sending"}
        writes = [(intent, write_of(site, places, intent)) for intent in ready]
        for intent, _ in writes:
            if intent.id is not None:
                places.outbox.start(intent.id)
    return crashed, writes


def _give_back(site: Site, intents: Sequence[Intent]) -> None:
    """Intents marked `sending` that never left need no read-back."""
    with site.store.begin() as places:
        for intent in intents:
            if intent.id is not None:
                places.outbox.defer(intent.id, site.now(), "")


def _send(site: Site, intent: Intent, write: Write, pushed: Pushed, *, look_first: bool) -> bool:
    """Carry out one write; False when the document system is away."""
    try:
        receipt = site.connector.find(write) if look_first else None
        if receipt is not None:
            pushed.found += 1
        else:
            receipt = _apply(site, write, pushed)
    except OutcomeUnknown as error:
        pushed.stopped = str(error)
        return False
    except RetryLater as error:
        _defer(site, intent, error, pushed)
        pushed.stopped = str(error)
        return False
    except HoldForHuman as error:
        _hold(site, intent, str(error), pushed)
        return True
    except SkipRecord as error:
        _refused(site, intent, error, pushed)
        return True
    _confirm(site, intent, write, receipt)
    pushed.confirmed += 1
    pushed.by_kind[intent.kind] = pushed.by_kind.get(intent.kind, 0) + 1
    return True


def _apply(site: Site, write: Write, pushed: Pushed) -> WriteReceipt:
    """Apply once; when the answer is lost, look once before giving the question to the next pass."""
    try:
        return site.connector.apply(write)
    except OutcomeUnknown:
        receipt = site.connector.find(write)
        if receipt is None:
            raise
        pushed.found += 1
        return receipt


def write_of(site: Site, places: Places, intent: Intent) -> Write | None:
    """The call an intent stands for, with ids as they are known now; None when it has no object any more."""
    body = orjson.loads(intent.body)
    if intent.kind == "comment_document":
        return CommentDocument(intent.effect_key, body["document_id"], body["text"], body["marker"])
    if intent.kind == "create_job":
        return CreateJob(
            effect_key=intent.effect_key,
            document_id=body["document_id"],
            name=body["name"],
            content=body["content"],
            marker=body["marker"],
            lead_unit=body["lead"],
            coordinators=tuple(body["coordinators"]),
            due=_day(body["due"]),
        )
    item = places.workitems.by_task([intent.task]).get(intent.task)
    if item is None or not item.job_id:
        return None
    if intent.kind == "set_status":
        return SetStatus(intent.effect_key, item.job_id, item.line_id, body["text"])
    if intent.kind == "receipt":
        return CommentJob(intent.effect_key, item.job_id, item.line_id, body["text"], body["marker"])
    if intent.kind == "attach_file":
        return AttachFile(
            effect_key=intent.effect_key,
            document_id=item.document_id,
            name=body["name"],
            path=site.files.path(body["sha256"]),
            sha256=body["sha256"],
            caption=body["caption"],
            marker=body["marker"],
        )
    return UpdateJob(intent.effect_key, item.job_id, body["name"], body["content"], _day(body["due"]))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _confirm(site: Site, intent: Intent, write: Write, receipt: WriteReceipt) -> None:
    """Receipt, hash of what was written, what is agreed now, and the ledger entry: one commit."""
    assert intent.id is not None
    now = site.now()
    body = {"kind": intent.kind, "remote_id": receipt.remote_id, "written": receipt.written, "at": receipt.at}
    with site.store.begin() as places:
        places.outbox.confirm(intent.id, receipt.remote_id, receipt.written, now)
        entry = Entry(
            site.name,
            _subject(intent),
            "write_confirmed",
            f"sent:{intent.effect_key}",
            now,
            body=orjson.dumps(body),
        )
        places.ledger.append([entry], now)
        item = _agreed(places, intent, write, receipt)
        if item is not None:
            places.workitems.put([item])


def _subject(intent: Intent) -> str:
    return intent.task or intent.lane


def _agreed(places: Places, intent: Intent, write: Write, receipt: WriteReceipt) -> WorkItem | None:
    """The work item with what both sides agree on after this write."""
    if isinstance(write, CreateJob):
        values = {
            "name": write.name,
            "content": content_digest(write.content),
            "due": write.due.isoformat() if write.due else "",
            "state": receipt.state,
        }
        places.tasks.touch([intent.task])
        return WorkItem(
            task=intent.task,
            site=intent.site,
            job_id=receipt.remote_id,
            line_id=receipt.line_id,
            document_id=write.document_id,
            written=values,
            seen={**values, "explained": "yes"},
        )
    if not isinstance(write, SetStatus | UpdateJob):
        return None
    item = places.workitems.by_task([intent.task])[intent.task]
    if isinstance(write, SetStatus):
        changed = {"state": write.text}
    else:
        changed = {
            "name": write.name,
            "content": content_digest(write.content),
            "due": write.due.isoformat() if write.due else "",
        }
    seen = {**item.seen, **changed}
    if isinstance(write, SetStatus):
        seen["explained"] = "yes"
    return replace(item, written={**item.written, **changed}, seen=seen)


def _close(site: Site, intent: Intent) -> None:
    """An intent without an object: the work item it was for does not exist."""
    assert intent.id is not None
    with site.store.begin() as places:
        places.outbox.bury(intent.id, "the work item it belongs to does not exist")


def _defer(site: Site, intent: Intent, error: RetryLater, pushed: Pushed) -> None:
    assert intent.id is not None
    backoff = min(FIRST_WAIT * 2 ** min(intent.attempts, 10), LONGEST_WAIT)
    wait = timedelta(seconds=error.after) if error.after is not None else backoff
    with site.store.begin() as places:
        places.outbox.defer(intent.id, site.now() + wait, str(error))
    pushed.deferred += 1
    log.info("write deferred", site=site.name, kind=intent.kind, reason=str(error))


def _hold(site: Site, intent: Intent, sentence: str, pushed: Pushed) -> None:
    assert intent.id is not None
    with site.store.begin() as places:
        places.outbox.hold(intent.id, sentence)
    pushed.held += 1
    log.warning("write held", site=site.name, kind=intent.kind, task=intent.task, reason=sentence)


def _refused(site: Site, intent: Intent, error: SkipRecord, pushed: Pushed) -> None:
    """The document system said no: try a few more times, then stop for good and say so."""
    assert intent.id is not None
    if intent.attempts + 1 < POISON:
        wait = min(FIRST_WAIT * 2**intent.attempts, LONGEST_WAIT)
        with site.store.begin() as places:
            places.outbox.defer(intent.id, site.now() + wait, str(error))
        pushed.deferred += 1
        return
    body = {"kind": intent.kind, "error": str(error), "attempts": intent.attempts + 1}
    now = site.now()
    with site.store.begin() as places:
        places.outbox.bury(intent.id, str(error))
        entry = Entry(
            site.name,
            _subject(intent),
            "write_dead",
            f"dead:{intent.effect_key}",
            now,
            body=orjson.dumps(body),
        )
        places.ledger.append([entry], now)
    pushed.dead += 1
    log.error("write given up", site=site.name, kind=intent.kind, task=intent.task, reason=str(error))
