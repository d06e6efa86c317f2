"""Recall, update and replacement of a directive, as its issuer asks for them: nothing happens before a person agrees.

The request is held with its reason. `tdcd answer` records who agreed or refused, carries
an agreed one out, and answers the issuer. What is registered is never overwritten
silently: the tasks that end or change do so by events that name the decision.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import orjson

from connector.port import Capability
from connector.records import Change, ChangeOrder, DirectiveRecord, Identity, Kind, RawRecord
from errors import ConfigInvalid, SkipRecord
from mappings.texts import fold
from store.evidence import EvidenceRow
from store.holds import Hold
from store.inbox import Envelope
from store.ledger import Entry
from store.outbox import Intent
from store.places import Places
from sync.holding import ORDER, lift
from sync.site import Site
from tracking.events import DirectiveRecalled

ASKED, AGREED, REFUSED = "change_asked", "change_agreed", "change_refused"
_WORDS: Final = {
    Change.RECALL: "thu hồi văn bản",
    Change.UPDATE: "cập nhật văn bản",
    Change.REPLACE: "thay thế văn bản",
}
#: Letters of a file's id that come from its content.
_DIGEST: Final = 16
#: What the issuer reads: the axis's own words for yes and no.
_ANSWERS: Final = {AGREED: "Đồng ý cập nhật, lấy lại", REFUSED: "Từ chối cập nhật, lấy lại"}


@dataclass(frozen=True, slots=True)
class Answered:
    """What a decision did: tasks that were ended, and where the new version is read in."""

    verdict: str
    recalled: int = 0
    read_as: str = ""


def scope_of(version: str) -> str:
    """The scope of a request, by the hash of its record: one request is one decision."""
    return f"{ORDER}{version[:12]}"


def to_map(
    site: Site, places: Places, envelope: Envelope, record: DirectiveRecord
) -> tuple[DirectiveRecord | None, str]:
    """The directive to map; or None and why not: it asks for a change, or is here already."""
    if record.order is None and not record.identity.document_id:
        return record, ""
    decided = _decision(places, envelope.version)
    if decided is not None:
        kind, body = decided
        if kind == AGREED and body.get("read_as") == record.remote_id:
            return replace(record, order=None), ""
        return None, "a request that was answered"
    order = record.order
    if order is None:
        before = _came_before(site, places, record)
        if before is None:
            return record, ""
        if _content(before) == _content(record):
            return None, f"the same document came before as {before.remote_id}"
        order = _changed(record)
    _ask(site, places, record, order, scope_of(envelope.version))
    return None, "a request about another document, see `tdcd holds`"


def answer(site: Site, places: Places, scope: str, *, agree: bool, by: str, reason: str = "") -> Answered:
    """Record the decision, carry it out and intend the answer: in the caller's transaction.

    Raises ConfigInvalid when nothing is asked under `scope`, it was answered before, nobody is
    named, a refusal has no reason, or the request may mean several directives.
    """
    envelope, order = _request(site, places, scope)
    if not by.strip() or not (agree or reason.strip()):
        raise ConfigInvalid(["say who answers: --by NAME, and why when refusing: --reason"], where="answer")
    done = _carried_out(site, places, envelope, order, by) if agree else Answered(REFUSED)
    now = site.now()
    body = {"by": by.strip(), "reason": reason.strip(), "read_as": done.read_as, "recalled": done.recalled}
    entry = Entry(site.name, scope, done.verdict, "answered", now, by.strip(), orjson.dumps(body))
    places.ledger.append([entry], now)
    lift(site, places, [scope], by.strip())
    _tell_issuer(site, places, envelope, scope, done.verdict, reason)
    return done


def _ask(site: Site, places: Places, record: DirectiveRecord, order: ChangeOrder, scope: str) -> None:
    now = site.now()
    found = _tracked(site, places, order.targets, besides=record.remote_id)
    shown = ", ".join(target.number or target.document_id for target in order.targets)
    body = {"document": record.remote_id, "change": order.change.value, "reason": order.reason}
    places.ledger.append([Entry(site.name, scope, ASKED, "asked", now, body=orjson.dumps(body))], now)
    tasks = sum(len(keys) for keys in found.values())
    places.holds.place(
        Hold(
            site=site.name,
            scope=scope,
            reason=f"{order.asked_by} yêu cầu {_WORDS[order.change]} {shown}. Lý do: {order.reason or 'không nêu'}. "
            f"Có {tasks} nhiệm vụ đang theo dõi theo văn bản này.",
            safe="Nhiệm vụ vẫn được theo dõi như trước; chưa có gì thay đổi.",
            cost="Cơ quan ban hành chưa được trả lời; nếu yêu cầu là đúng, đơn vị vẫn làm theo văn bản cũ.",
            releaser=f"Văn thư và người theo dõi: `tdcd answer {scope} --agree` hoặc `--refuse`",
            since=now,
        )
    )


def _request(site: Site, places: Places, scope: str) -> tuple[Envelope, ChangeOrder]:
    entries = places.ledger.history([scope])[scope]
    asked = next((entry for entry in entries if entry.kind == ASKED), None)
    if asked is None or not scope.startswith(ORDER):
        raise ConfigInvalid([f"nothing is asked under {scope}: see `tdcd holds`"], where="answer")
    if any(entry.kind in {AGREED, REFUSED} for entry in entries):
        raise ConfigInvalid([f"{scope} was answered before"], where="answer")
    document = orjson.loads(asked.body)["document"]
    envelope = places.inbox.latest(site.name, Kind.DOCUMENT.value, [document]).get(document)
    record = _read(site, envelope) if envelope else None
    if envelope is None or record is None or scope_of(envelope.version) != scope:
        raise ConfigInvalid([f"the request under {scope} cannot be read any more"], where="answer")
    return envelope, record.order or _changed(record)


def _carried_out(site: Site, places: Places, envelope: Envelope, order: ChangeOrder, by: str) -> Answered:
    found = _tracked(site, places, order.targets, besides=envelope.remote_id)
    if len(found) > len(order.targets):
        listed = ", ".join(sorted(found))
        raise ConfigInvalid([f"the request may mean several directives: {listed}"], where="answer")
    if order.change is Change.UPDATE and found:
        (target,) = found
        _new_version(site, places, envelope, target)
        return Answered(AGREED, read_as=target)
    ended = list(_recalled(site, places, found, order, by))
    if order.change is Change.RECALL:
        return Answered(AGREED, len(ended))
    places.inbox.reopen(site.name, [Kind.DOCUMENT.value], [envelope.remote_id])
    return Answered(AGREED, len(ended), envelope.remote_id)


def _recalled(
    site: Site, places: Places, found: dict[str, list[str]], order: ChangeOrder, by: str
) -> Iterator[str]:
    keys = [key for tasks in found.values() for key in tasks]
    now = site.now()
    events = [
        DirectiveRecalled(task=key, key="recalled", occurred_at=now, actor=by.strip(), text=order.reason)
        for key in keys
    ]
    places.ledger.append_events(events, now, [None] * len(events), site=site.name)
    places.tasks.touch(keys)
    yield from keys


def _new_version(site: Site, places: Places, envelope: Envelope, target: str) -> None:
    """The packet becomes the newest version of the directive that it updates, with its own files."""
    before, now = _read(site, envelope), site.now()
    version = Envelope(site.name, Kind.DOCUMENT.value, target, envelope.version, envelope.body, now)
    after = _read(site, version)
    assert before is not None
    assert after is not None
    hashes = places.evidence.by_remote(site.name, [file.remote_id for file in before.files])
    rows = [
        EvidenceRow(hashes[old.remote_id], new.size or 0, site.name, "", target, new.remote_id, new.name, now)
        for old, new in zip(before.files, after.files, strict=True)
        if old.remote_id in hashes
    ]
    places.evidence.put(rows)
    places.inbox.put([version])


def _tell_issuer(
    site: Site, places: Places, envelope: Envelope, scope: str, verdict: str, reason: str
) -> None:
    """Where a state can be written: 15 or 16 on the axis. Elsewhere the document system's people answer."""
    if Capability.WRITES_STATUS not in site.connector.capabilities:
        return
    body = {"job_id": envelope.remote_id, "text": _ANSWERS[verdict], "reason": reason.strip()}
    key = f"{site.name}:{scope}:answer"
    intent = Intent(site.name, scope, "answer_order", key, orjson.dumps(body), created_at=site.now())
    places.outbox.add([intent])


def _came_before(site: Site, places: Places, record: DirectiveRecord) -> DirectiveRecord | None:
    """A tracked directive that is the same document, sent again under another id of the axis."""
    found = _tracked(site, places, [record.identity], besides=record.remote_id, number=record.number)
    latest = places.inbox.latest(site.name, Kind.DOCUMENT.value, found)
    return next((_read(site, envelope) for envelope in latest.values()), None)


def _content(record: DirectiveRecord) -> tuple[object, ...]:
    """What two sendings of one document have in common: all that is not the sending's own."""
    files = sorted((file.name, file.remote_id[-_DIGEST:], file.size) for file in record.files)
    return (record.subject, record.doc_type, record.issued_on, record.due_text, record.note, files)


def _changed(record: DirectiveRecord) -> ChangeOrder:
    """The same document with another content, and no word that it is an update: a person has to see it."""
    reason = "văn bản cùng mã định danh được gửi lại với nội dung khác, không kèm yêu cầu cập nhật"
    return ChangeOrder(Change.UPDATE, (record.identity,), reason, record.issuer)


def _tracked(
    site: Site, places: Places, targets: Sequence[Identity], *, besides: str, number: str | None = None
) -> dict[str, list[str]]:
    """Tasks by directive, of the directives that are meant: by identity, never by likeness."""
    directives: dict[str, list[str]] = {}
    for row in places.tasks.find(site.name, number=number):
        if row.directive != besides:
            directives.setdefault(row.directive, []).append(row.key)
    latest = places.inbox.latest(site.name, Kind.DOCUMENT.value, directives)
    return {
        document: keys
        for document, keys in directives.items()
        if document in latest and _is_meant(_read(site, latest[document]), targets)
    }


def _is_meant(record: DirectiveRecord | None, targets: Sequence[Identity]) -> bool:
    return record is not None and any(_same(record.identity, target) for target in targets)


def _same(one: Identity, other: Identity) -> bool:
    """By the document's id where both have one; else by issuer, number and day together."""
    if one.document_id and other.document_id:
        return one.document_id == other.document_id and _codes_agree(one, other)
    whole = bool(other.issuer_code and other.number and other.issued_on)
    return (
        whole
        and _codes_agree(one, other)
        and fold(one.number) == fold(other.number)
        and one.issued_on == other.issued_on
    )


def _codes_agree(one: Identity, other: Identity) -> bool:
    """Only the issuer itself may change what it issued."""
    return one.issuer_code.casefold() == other.issuer_code.casefold()


def _decision(places: Places, version: str) -> tuple[str, dict[str, str]] | None:
    scope = scope_of(version)
    for entry in places.ledger.history([scope])[scope]:
        if entry.kind in {AGREED, REFUSED}:
            return entry.kind, orjson.loads(entry.body)
    return None


def _read(site: Site, envelope: Envelope) -> DirectiveRecord | None:
    raw = RawRecord(Kind.DOCUMENT, envelope.remote_id, envelope.body, envelope.version)
    try:
        record = site.connector.decode(raw)
    except SkipRecord:
        return None
    return record if isinstance(record, DirectiveRecord) else None
