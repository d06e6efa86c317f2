"""What is kept of a write once it has ended, or of why it has not: always in one transaction.

A success keeps the receipt, the hash of what was written, what both sides now agree on,
and the ledger entry together; a write given up leaves a dead letter with everything a
person needs to decide about it, and whose payload can be told by its hash.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

import orjson

from connector.port import CreateJob, SetStatus, UpdateJob, Write, WriteReceipt
from connector.records import Kind
from mappings.words import WRITE_WORDS
from store.dead_letters import DeadLetter
from store.holds import Hold
from store.ledger import Entry
from store.outbox import Intent
from store.places import Places
from store.workitems import WorkItem
from sync.brakes import ADMINISTRATOR, DETAIL
from sync.map_amendment import hold_given
from sync.map_job import content_digest
from sync.map_to_ledger import Mapped, accounts_known, map_pending
from sync.push_retry import Trouble, next_try, steady_jitter
from sync.read_back import Effect
from sync.site import Site
from tracking.obligations_owed import last_allowed


def number_of(intent: Intent) -> int:
    """The number of an intent that was read from the store."""
    assert intent.id is not None
    return intent.id


def keep_receipt(site: Site, intent: Intent, write: Write, effect: Effect) -> None:
    """Receipt, hash of what was written, what is agreed now, and the ledger entry: one commit."""
    now, receipt = site.now(), effect.receipt
    body: dict[str, object] = {
        "kind": intent.kind,
        "remote_id": receipt.remote_id,
        "written": receipt.written,
        "at": receipt.at,
    }
    if effect.found:
        body["confirmed_by"] = "read-back"
    with site.store.begin() as places:
        if not places.outbox.confirm(number_of(intent), receipt.remote_id, receipt.written, now):
            return
        places.ledger.append([_entry(site, intent, "write_confirmed", "sent", body)], now)
        item = _agreed(places, intent, write, receipt)
        if item is not None:
            places.workitems.put([item])
            # Its row shows what we wrote now: should it ever look as it did before, somebody set it back.
            places.inbox.remember(site.name, Kind.JOB.value, [(item.job_id, "")])
        if intent.task and (intent.attempts or effect.found):
            # It was on its way for a while: what is wanted now may be something else.
            places.tasks.touch([intent.task])
        if isinstance(write, CreateJob):
            _is_known(site, places, intent, write, receipt)


def _is_known(site: Site, places: Places, intent: Intent, write: CreateJob, receipt: WriteReceipt) -> None:
    """A work item has a task from now on: what was read of it before is mapped once more.

    The answer to its creation may come late: after people worked on it, after its lead was changed.
    """
    if places.inbox.reopen(site.name, [Kind.JOB.value], [receipt.remote_id]) and accounts_known(site, places):
        # At once, since it may not be read again for long, and a state decided meanwhile would be a wrong one.
        map_pending(site, places, (Kind.JOB,), Mapped())
    row = places.tasks.get([intent.task]).get(intent.task)
    people, today = site.directory(places), site.now().date()
    if row is not None and people.acting(row.lead, today) != people.acting(write.lead_unit, today):
        hold_given(site, places, intent.task, row.lead_name, receipt.remote_id)


def put_off(site: Site, intent: Intent, trouble: Trouble, after: float | None, *, sent: bool) -> datetime:
    """Let an intent wait for its next try; `sent`: its effect is in doubt, so it is looked for then."""
    with site.store.begin() as places:
        due = due_of(places, intent)
        jitter = steady_jitter(intent.effect_key, trouble.times)
        when = next_try(trouble.times, site.now(), due, jitter, after)
        change = places.outbox.doubt if sent else places.outbox.defer
        change(number_of(intent), when, str(trouble))
    return when


def ask(site: Site, intent: Intent, sentence: str) -> None:
    """Stop one intent, and with it its lane, until a person has looked at it."""
    with site.store.begin() as places:
        places.outbox.hold(number_of(intent), sentence)
        places.holds.place(
            Hold(
                site=site.name,
                scope=write_scope(intent),
                reason=f"Chưa rõ thao tác {_words(intent)} của {intent.task or intent.lane} đã vào hệ thống văn bản "
                f"hay chưa; cần người xem. {DETAIL} {sentence}",
                safe="Không ghi lại lần nào nữa; các nhiệm vụ khác vẫn chạy bình thường.",
                cost=_cost(due_of(places, intent)),
                releaser=ADMINISTRATOR,
                since=site.now(),
            )
        )


def write_scope(intent: Intent) -> str:
    """The smallest scope there is: this one write."""
    return f"write:{intent.id}"


def bury(site: Site, intent: Intent, trouble: Trouble) -> None:
    """Give an intent up: its end, its dead letter and the ledger's entry in one commit; the lane goes on."""
    now = site.now()
    with site.store.begin() as places:
        if not places.outbox.bury(number_of(intent), str(trouble)):
            return
        places.dead_letters.add(_letter(places, intent, trouble, now))
        body = {"kind": intent.kind, "error": trouble.sentence, "attempts": intent.attempts + 1}
        places.ledger.append([_entry(site, intent, "write_dead", "dead", body)], now)


def due_of(places: Places, intent: Intent) -> datetime | None:
    """The legal end of the task an intent belongs to, as last decided."""
    row = places.tasks.get([intent.task]).get(intent.task) if intent.task else None
    return row.due if row is not None else None


def _letter(places: Places, intent: Intent, trouble: Trouble, now: datetime) -> DeadLetter:
    row = places.tasks.get([intent.task]).get(intent.task)
    context = {
        "directive": row.directive if row else orjson.loads(intent.body).get("document_id", ""),
        "number": row.number if row else "",
        "task": intent.task,
        "lane": intent.lane,
        "kind": intent.kind,
        "class": trouble.fault,
        "sentence": trouble.sentence,
        "attempts": intent.attempts + 1,
        "first": intent.created_at,
        "last": now,
    }
    return DeadLetter(
        site=intent.site,
        stage="push",
        item=intent.effect_key,
        origin=intent.id,
        attempts=intent.attempts + 1,
        error=trouble.sentence,
        context=orjson.dumps(context).decode(),
        payload=hashlib.sha256(intent.body).hexdigest(),
        since=now,
    )


def _entry(site: Site, intent: Intent, kind: str, prefix: str, body: dict[str, object]) -> Entry:
    subject, key = intent.task or intent.lane, f"{prefix}:{intent.effect_key}"
    return Entry(site.name, subject, kind, key, site.now(), body=orjson.dumps(body))


def _words(intent: Intent) -> str:
    return WRITE_WORDS[intent.kind][0] if intent.kind in WRITE_WORDS else intent.kind


def _cost(due: datetime | None) -> str:
    until = f"; hạn xử lý {last_allowed(due):%d/%m/%Y} vẫn chạy" if due else ""
    return f"Đơn vị chưa thấy nội dung này trong hệ thống văn bản{until}."


def _agreed(places: Places, intent: Intent, write: Write, receipt: WriteReceipt) -> WorkItem | None:
    """The work item with what both sides agree on after this write."""
    if isinstance(write, CreateJob):
        values = {**_texts(write), "state": receipt.state}
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
    if not isinstance(write, SetStatus | UpdateJob) or not intent.task:
        return None
    item = places.workitems.by_task([intent.task]).get(intent.task)
    if item is None:
        return None  # a status that answers a document
    changed = {"state": write.text} if isinstance(write, SetStatus) else _texts(write)
    seen = {**item.seen, **changed}
    if isinstance(write, SetStatus):
        seen["explained"] = "yes"
    return replace(item, written={**item.written, **changed}, seen=seen)


def _texts(write: CreateJob | UpdateJob) -> dict[str, str]:
    return {
        "name": write.name,
        "content": content_digest(write.content),
        "due": write.due.isoformat() if write.due else "",
    }
