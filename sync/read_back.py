"""From an intent to its effect: the call it stands for, and looking for it before it is made again.

No known document system has idempotency keys. So an effect that may be there already
(the process died, the answer was lost, a dead letter is replayed) is looked for by what it
would show; only its certain absence leads to writing it (F04).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

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
from errors import OutcomeUnknown
from store.outbox import Intent
from store.places import Places
from sync.site import Site

#: Statuses that answer a document, not a work item.
ANSWERS = ("answer_order", "answer_state")
_REPLAY = re.compile(r"~\d+$")


class NotSettled(OutcomeUnknown):
    """Whether an earlier sending took effect cannot be looked up now; nothing more was sent."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What the document system holds; `found` when it was there before this call, or without its answer."""

    receipt: WriteReceipt
    found: bool


def bring_about(site: Site, write: Write, *, look_first: bool) -> Effect:
    """Make the effect be there. `look_first`: it may have been sent before.

    Raises as the connector does; NotSettled when it could not be looked for, so that nothing was
    sent; OutcomeUnknown when it was sent, no answer came, and it is not there (yet).
    """
    if look_first:
        receipt = _look(site, write)
        if receipt is not None:
            return Effect(receipt, found=True)
    try:
        return Effect(site.connector.apply(write), found=False)
    except OutcomeUnknown:
        receipt = _look(site, write)
        if receipt is None:
            raise
        return Effect(receipt, found=True)


def _look(site: Site, write: Write) -> WriteReceipt | None:
    try:
        return site.connector.find(write)
    except OutcomeUnknown as error:
        raise NotSettled(error.sentence, after=error.after) from None


def origin_key(effect_key: str) -> str:
    """The effect's first key: a replay is another intent for the same effect."""
    return _REPLAY.sub("", effect_key)


def is_replay(intent: Intent) -> bool:
    """Whether an earlier intent for the same effect was given up; part of it may be there."""
    return _REPLAY.search(intent.effect_key) is not None


def in_doubt(intent: Intent) -> bool:
    """Whether the effect, or a part of it, may be there already."""
    return intent.state == "sending" or is_replay(intent)


def write_of(site: Site, places: Places, intent: Intent) -> Write | None:
    """The call an intent stands for, with ids as they are known now; None when it has no object any more."""
    body = orjson.loads(intent.body)
    key = origin_key(intent.effect_key)
    if intent.kind == "comment_document":
        return CommentDocument(key, body["document_id"], body["text"], body["marker"])
    if intent.kind == "create_job":
        return CreateJob(
            effect_key=key,
            document_id=body["document_id"],
            name=body["name"],
            content=body["content"],
            marker=body["marker"],
            lead_unit=body["lead"],
            coordinators=tuple(body["coordinators"]),
            due=_day(body["due"]),
        )
    if intent.kind in ANSWERS:
        return SetStatus(key, body["job_id"], site.connector.own_user, body["text"], body["reason"])
    item = places.workitems.by_task([intent.task]).get(intent.task)
    if item is None or not item.job_id:
        return None
    if intent.kind == "set_status":
        return SetStatus(key, item.job_id, item.line_id, body["text"])
    if intent.kind == "receipt":
        return CommentJob(key, item.job_id, item.line_id, body["text"], body["marker"])
    if intent.kind == "attach_file":
        return AttachFile(
            effect_key=key,
            document_id=item.document_id,
            name=body["name"],
            path=site.files.path(body["sha256"]),
            sha256=body["sha256"],
            caption=body["caption"],
            marker=body["marker"],
        )
    return UpdateJob(key, item.job_id, body["name"], body["content"], _day(body["due"]))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
