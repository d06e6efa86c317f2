"""From what is kept of packets to the records everybody understands. Pure.

A document's record is its packet without the files. A work item's record is a bundle: on
the axis nobody keeps a work item, there are only statuses and reports about a document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import orjson

from connector.edxml.attachments import ListedFile
from connector.edxml.codes import STATUSES, TAKE_BACK, URGENCY, Business
from connector.edxml.dates import moment_of
from connector.edxml.packets import Answered, DocumentPacket, Organ, Packet, StatusPacket
from connector.edxml.read_packet import read_kept
from connector.records import (
    Change,
    ChangeOrder,
    DirectiveRecord,
    DocumentState,
    FileRef,
    Identity,
    JobAction,
    JobLine,
    JobRecord,
    Kind,
    LineRole,
    LogEntry,
    RawRecord,
    Record,
    UnitRecord,
)
from errors import SkipRecord

#: The "status code" of a report that answers a document: no code of the axis, so that none is hidden by it.
REPORT: Final = "report"
#: Between the parts of a file's id; it stands in no id of a packet, and may stand in a path.
FILE_MARK: Final = "~"
#: Between the two parts of the id of somebody else's work item.
SEPARATOR: Final = "|"
_CHANGES: Final = {
    Business.RECALL.value: Change.RECALL,
    Business.UPDATE.value: Change.UPDATE,
    Business.REPLACE.value: Change.REPLACE,
}


def decode(raw: RawRecord) -> Record:
    """The record inside. Raises SkipRecord naming the field; never anything else, whatever the bytes."""
    match raw.kind:
        case Kind.DOCUMENT:
            return _document(raw)
        case Kind.JOB:
            return _job(raw)
        case Kind.UNIT:
            return _unit(raw)
    raise SkipRecord("The axis knows no accounts.")


def file_id(packet_id: str, file: ListedFile) -> str:
    """By what a file of a packet is known: also by its content, since an update brings other files in their place."""
    return FILE_MARK.join((packet_id, str(file.place), file.sha256[:16]))


def unusable(reason: str) -> bytes:
    """What is kept of a packet that could not be had: why."""
    return orjson.dumps({"problem": reason})


def refuse_unusable(packet: Packet | None, arrived: str) -> None:
    """Raises SkipRecord for a packet that is whole and yet becomes no record."""
    if isinstance(packet, DocumentPacket):
        _order(packet)
    elif isinstance(packet, StatusPacket):
        _when(packet.at, arrived)


def _document(raw: RawRecord) -> DirectiveRecord:
    if raw.body.startswith(b'{"problem":'):
        raise SkipRecord(f"A packet of the axis could not be had: {_text(_object(raw.body), 'problem')}")
    packet, files = read_kept(raw.body)
    if isinstance(packet, StatusPacket):
        return _taken_back(raw.remote_id, packet)
    return DirectiveRecord(
        remote_id=raw.remote_id,
        number=packet.code,
        subject=packet.subject,
        doc_type=packet.type_name,
        issuer=_shown(packet.sender),
        issued_on=packet.issued_on,
        state=DocumentState.ISSUED,
        signer=packet.signer.name,
        urgency=URGENCY.get(packet.other.priority, packet.other.priority),
        due_text=f"{packet.due:%d/%m/%Y}" if packet.due else packet.due_text,
        note=packet.content,
        files=tuple(FileRef(file_id(raw.remote_id, file), file.name, file.size) for file in files),
        log=tuple(
            LogEntry(
                f"{raw.remote_id}:{number}", hop.at, actor=hop.organ, unit=hop.organ, action="Chuyển qua trục"
            )
            for number, hop in enumerate(packet.hops)
        ),
        identity=identity_of(packet),
        order=_order(packet),
        answers=tuple(_identity(answered) for answered in packet.answers),
    )


def identity_of(packet: DocumentPacket) -> Identity:
    """By what the document of a packet is known everywhere."""
    return _identity(packet.answered())


def _identity(answered: Answered) -> Identity:
    return Identity(answered.organ, answered.code, answered.issued_on, answered.document_id)


def _order(packet: DocumentPacket) -> ChangeOrder | None:
    """Also an order of an unknown kind is for a person: a document that is not new must not pass for one."""
    if packet.order.kind == Business.NEW.value:
        return None
    change = _CHANGES.get(packet.order.kind)
    if change is None:
        raise SkipRecord(
            "Field BussinessDocType: none of new, recall, update and replace.",
            remedy="Ask the sender what is to be done with the document.",
        )
    if change is Change.REPLACE and packet.order.replaced:
        targets = tuple(
            Identity(packet.sender.code, document_id=one.document_id) for one in packet.order.replaced
        )
    elif packet.order.document_id:
        targets = (Identity(packet.sender.code, packet.code, packet.issued_on, packet.target),)
    else:
        targets = (identity_of(packet),)
    return ChangeOrder(change, targets, packet.order.reason, _shown(packet.sender))


def _taken_back(remote_id: str, packet: StatusPacket) -> DirectiveRecord:
    """Status 13: the issuer asks for a document back; it is an order like that of a recall packet."""
    if packet.code != TAKE_BACK:
        raise SkipRecord("The document is a status.")
    target = Identity(
        packet.sender.code, packet.answers.code, packet.answers.issued_on, packet.answers.document_id
    )
    return DirectiveRecord(
        remote_id=remote_id,
        number=packet.answers.code,
        subject=f"{STATUSES[TAKE_BACK]} {packet.answers.code}".strip(),
        doc_type="",
        issuer=_shown(packet.sender),
        issued_on=packet.answers.issued_on,
        state=DocumentState.ISSUED,
        identity=target,
        order=ChangeOrder(Change.RECALL, (target,), packet.description, _shown(packet.sender)),
    )


def _job(raw: RawRecord) -> JobRecord:
    """`{document, unit, packet, entries: [{id, at, packet}]}`; `packet` only of a document that came to us."""
    bundle = _object(raw.body)
    unit = _text(bundle, "unit")
    document = _received(bundle)
    actions = sorted(_actions(bundle, unit), key=lambda action: action.at)
    last = next((action for action in reversed(actions) if action.status_code in STATUSES), None)
    text = last.comment or STATUSES[last.status_code] if last else ""
    code = last.status_code if last else ""
    name = document.subject if document else f"Văn bản {_text(bundle, 'document')}"
    return JobRecord(
        remote_id=raw.remote_id,
        name=name,
        content=document.content if document else "",
        document_id=raw.remote_id if document else _text(bundle, "document"),
        due=document.due if document else None,
        status_text=text,
        lines=(JobLine(unit, LineRole.LEAD, unit, name=unit, status_code=code, status_text=text),),
        actions=tuple(actions),
        about=Identity() if document else _about(bundle),
    )


def _about(bundle: Mapping[str, Any]) -> Identity:
    """The document that everything in the bundle answers, as the newest of it names it."""
    meant = _text(bundle, "document")
    for entry in reversed(_entries(bundle)):
        packet, _ = read_kept(_text(entry, "packet").encode())
        answered = (packet.answers,) if isinstance(packet, StatusPacket) else packet.answers
        for one in answered:
            if meant in {one.document_id, one.code}:
                return _identity(one)
    return Identity(document_id=meant)


def _received(bundle: Mapping[str, Any]) -> DocumentPacket | None:
    if not bundle.get("packet"):
        return None
    packet, _ = read_kept(_text(bundle, "packet").encode())
    if not isinstance(packet, DocumentPacket):
        raise SkipRecord("The work item is about a status, not about a document.")
    return packet


def _actions(bundle: Mapping[str, Any], unit: str) -> Iterator[JobAction]:
    for entry in _entries(bundle):
        entry_id = _text(entry, "id")
        packet, files = read_kept(_text(entry, "packet").encode())
        if isinstance(packet, StatusPacket):
            at, code, comment, action = packet.at, packet.code, packet.description, "Trạng thái"
            staff = packet.staff.name
        else:
            at, code, comment, action = None, REPORT, f"{packet.code} {packet.subject}", "Báo cáo"
            staff = packet.signer.name
        yield JobAction(
            entry_id=entry_id,
            at=_when(at, _text(entry, "at")),
            actor=unit,
            actor_name=staff or _shown(packet.sender),
            line_id=unit,
            action=STATUSES.get(code, action),
            status_code=code,
            comment="" if comment == STATUSES.get(code) else comment,
            files=tuple(FileRef(file_id(entry_id, file), file.name, file.size) for file in files),
        )


def _when(at: datetime | None, arrived: str) -> datetime:
    """The time that the sender gives, else that at which the axis took the packet."""
    moment = at or moment_of(arrived, "created_time")
    if moment is None:
        raise SkipRecord("Field Timestamp: it is missing from the packet.")
    return moment


def _unit(raw: RawRecord) -> UnitRecord:
    row = _object(raw.body)
    if _text(row, "code") != raw.remote_id:
        raise SkipRecord("Field code: the record is that of another agency.")
    return UnitRecord(raw.remote_id, _text(row, "name"), _text(row, "parent"), raw.remote_id)


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise SkipRecord("The record is not what was kept of the axis.") from None
    if not isinstance(value, dict):
        raise SkipRecord("The record is not what was kept of the axis.")
    return value


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str):
        raise SkipRecord(f"Field {name}: it is missing.")
    return value


def _entries(bundle: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    entries = bundle.get("entries")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise SkipRecord("Field entries: it is missing.")
    return entries


def _shown(organ: Organ) -> str:
    return organ.name or organ.code
