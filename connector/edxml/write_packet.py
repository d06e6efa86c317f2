"""Writes packets as the kits of the axis do: namespace, order of elements, required fields and their limits. Pure.

Order is that of packets as they leave the axis. No signature is written: those of the
kits are made by the sender's own certificate, and no receiver can rely on one.
"""

from __future__ import annotations

import base64
import unicodedata
import uuid
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

from lxml import etree

from connector.edxml.attachments import packed_file
from connector.edxml.codes import STATUSES, WITH_REASON, Business
from connector.edxml.dates import shown_day, shown_moment
from connector.edxml.packets import (
    Answered,
    Attachment,
    DocumentPacket,
    Order,
    Organ,
    Other,
    Staff,
    StatusPacket,
)
from errors import SkipRecord

NAMESPACE: Final = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
_LONGEST_REASON: Final = 1000
#: Letters that a field may have, as validators of receivers count them.
LIMITS: Final = {
    "OrganName": 200,
    "OrganizationInCharge": 500,
    "OrganAdd": 500,
    "Email": 100,
    "Telephone": 20,
    "Fax": 20,
    "Website": 20,
    "CodeNumber": 11,
    "CodeNotation": 30,
    "TypeName": 100,
    "Subject": 500,
    "Content": 500,
    "SphereOfPromulgation": 100,
    "TyperNotation": 10,
}
_PLACE_ON_DOCUMENT, _PLACE_OF_ISSUE = 150, 50


def write_document(packet: DocumentPacket) -> bytes:
    """The bytes to send. Raises SkipRecord naming every field that is missing or too long."""
    _refuse(_problems_of_document(packet))
    root, envelope, header = _frame()
    message = _sub(header, "MessageHeader")
    _organ(message, "From", packet.sender)
    for receiver in packet.receivers:
        _organ(message, "To", receiver)
    _text(message, "DocumentId", packet.document_id)
    _all(_sub(message, "Code"), CodeNumber=packet.number, CodeNotation=packet.notation)
    issue = _sub(message, "PromulgationInfo")
    _all(issue, Place=packet.place, PromulgationDate=_day(packet.issued_on))
    kind = _sub(message, "DocumentType")
    _all(kind, Type=packet.kind or "2", TypeDetail=packet.kind_detail or "0", TypeName=packet.type_name)
    _all(message, Subject=packet.subject, Content=packet.content)
    signer = _sub(message, "SignerInfo")
    _all(signer, Competence=packet.signer.competence, Position=packet.signer.position)
    _text(signer, "FullName", packet.signer.name)
    _all(message, DueDate=_day(packet.due))
    _other(message, packet.other)
    for answered in packet.answers:
        _answered(message, answered)
    _text(message, "SteeringType", packet.steering or "0")
    if packet.to_places:
        _each(_sub(message, "ToPlaces"), "Place", packet.to_places)
    _trace(header, packet)
    _body(root, envelope, packet.attachments)
    return _bytes(root)


def write_status(packet: StatusPacket) -> bytes:
    """The bytes to send. Raises SkipRecord naming every field that is missing or too long."""
    _refuse(_problems_of_status(packet))
    root, _, header = _frame()
    message = _sub(header, "MessageHeader")
    _organ(message, "From", packet.sender)
    _answered(message, packet.answers)
    # Receivers look into it without asking whether it is there.
    _staff(message, packet.staff)
    _text(message, "StatusCode", packet.code)
    _text(message, "Description", packet.description or STATUSES[packet.code])
    assert packet.at is not None
    _text(message, "Timestamp", shown_moment(packet.at))
    return _bytes(root)


def _problems_of_document(packet: DocumentPacket) -> Iterator[str]:
    yield from _problems_of_organ("From", packet.sender)
    for receiver in packet.receivers:
        yield from _problems_of_organ("To", receiver)
    codes = [receiver.code.casefold() for receiver in packet.receivers]
    if not codes or len(set(codes)) != len(codes):
        yield "To: at least one, none twice"
    needed = {
        "DocumentId": packet.document_id,
        "CodeNumber": packet.number,
        "CodeNotation": packet.notation,
        "Subject": packet.subject,
        "TypeName": packet.type_name,
        "FullName": packet.signer.name,
    }
    yield from _problems_of_texts(needed, needed=True)
    other = packet.other
    texts = {"Content": packet.content, "SphereOfPromulgation": other.sphere, "TyperNotation": other.typer}
    yield from _problems_of_texts(texts)
    if len(packet.place) > _PLACE_OF_ISSUE or any(
        len(place) > _PLACE_ON_DOCUMENT for place in packet.to_places
    ):
        yield "Place: too long"
    if packet.order.kind not in {kind.value for kind in Business}:
        yield "BussinessDocType: 0 to 3"
    if packet.order.kind == Business.REPLACE.value and not packet.order.replaced:
        yield "ReplacementInfoList: missing from a replacement"
    if packet.order.kind != Business.NEW.value and not packet.order.reason:
        yield "BussinessDocReason: missing"


def _problems_of_status(packet: StatusPacket) -> Iterator[str]:
    yield from _problems_of_organ("From", packet.sender)
    answers = packet.answers
    needed = {
        "OrganName": packet.sender.name,
        "ResponseFor/OrganId": answers.organ,
        "ResponseFor/Code": answers.code,
        "ResponseFor/DocumentId": answers.document_id,
    }
    yield from _problems_of_texts(needed, needed=True)
    if packet.code not in STATUSES:
        yield f"StatusCode: one of {', '.join(STATUSES)}"
    if packet.at is None:
        yield "Timestamp: missing"
    if packet.code in WITH_REASON and not packet.description.strip():
        yield "Description: a reason is needed"
    if len(packet.description) > _LONGEST_REASON:
        yield "Description: longer than 1000"


def _problems_of_organ(field: str, organ: Organ) -> Iterator[str]:
    if not organ.code.strip():
        yield f"{field}/OrganId: missing"
    texts = {
        "OrganName": organ.name,
        "OrganizationInCharge": organ.in_charge,
        "OrganAdd": organ.address,
        "Email": organ.email,
        "Telephone": organ.telephone,
        "Fax": organ.fax,
        "Website": organ.website,
    }
    yield from _problems_of_texts(texts)


def _problems_of_texts(texts: dict[str, str], *, needed: bool = False) -> Iterator[str]:
    for field, text in texts.items():
        if needed and not text.strip():
            yield f"{field}: missing"
        elif len(text) > LIMITS.get(field, len(text)):
            yield f"{field}: longer than {LIMITS[field]}"


def _refuse(problems: Iterator[str]) -> None:
    found = list(dict.fromkeys(problems))
    if found:
        raise SkipRecord(
            f"The packet cannot be sent: {'; '.join(found)}.", remedy="Correct it in the document system."
        )


def _frame() -> tuple[Any, Any, Any]:
    """Root with the default namespace, envelope with the prefix for the same: receivers look for both."""
    root = etree.Element(f"{{{NAMESPACE}}}edXML", nsmap={None: NAMESPACE})
    envelope = etree.SubElement(root, f"{{{NAMESPACE}}}edXMLEnvelope", nsmap={"edXML": NAMESPACE})
    return root, envelope, _sub(envelope, "edXMLHeader")


def _organ(parent: Any, name: str, organ: Organ) -> None:
    node = _sub(parent, name)
    _text(node, "OrganId", organ.code)
    _all(
        node,
        OrganizationInCharge=organ.in_charge,
        OrganName=organ.name,
        OrganAdd=organ.address,
        Email=organ.email,
        Telephone=organ.telephone,
        Fax=organ.fax,
        Website=organ.website,
    )


def _answered(parent: Any, answered: Answered) -> None:
    node = _sub(parent, "ResponseFor")
    _all(
        node,
        OrganId=answered.organ,
        Code=answered.code,
        PromulgationDate=_day(answered.issued_on),
        DocumentId=answered.document_id,
    )


def _staff(parent: Any, staff: Staff) -> None:
    node = _sub(parent, "StaffInfo")
    values = {
        "Department": staff.department,
        "Staff": staff.name,
        "Email": staff.email,
        "Mobile": staff.mobile,
    }
    for name, value in values.items():
        _text(node, name, value)


def _other(parent: Any, other: Other) -> None:
    node = _sub(parent, "OtherInfo")
    _text(node, "Priority", other.priority or "0")
    _all(
        node,
        SphereOfPromulgation=other.sphere,
        TyperNotation=other.typer,
        PromulgationAmount=other.copies,
        PageAmount=other.pages,
    )
    if other.appendixes:
        _each(_sub(node, "Appendixes"), "Appendix", other.appendixes)


def _trace(header: Any, packet: DocumentPacket) -> None:
    trace = _sub(header, "TraceHeaderList")
    for hop in packet.hops:
        node = _sub(trace, "TraceHeader")
        _all(node, OrganId=hop.organ, Timestamp=_moment(hop.at))
    _business(trace, packet.order)


def _business(trace: Any, order: Order) -> None:
    node = _sub(trace, "Bussiness")
    _all(node, DocumentId=order.document_id, BussinessDocType=order.kind, BussinessDocReason=order.reason)
    _text(node, "Paper", order.paper or "0")
    if order.kind == Business.UPDATE.value:
        info = _sub(node, "BussinessDocumentInfo")
        _text(info, "DocumentInfo", "1" if order.content_changed else "0")
        _text(info, "DocumentReceiver", "1" if order.receivers_changed else "0")
        listed = _sub(info, "ReceiverList")
        for code, kind in order.receivers:
            _all(_sub(listed, "Receiver"), OrganId=code, ReceiverType=kind)
    if order.replaced:
        listed = _sub(node, "ReplacementInfoList")
        for replaced in order.replaced:
            info = _sub(listed, "ReplacementInfo")
            _text(info, "DocumentId", replaced.document_id)
            _each(_sub(info, "OrganIdList"), "OrganId", replaced.organs)
    _staff(node, order.staff)


def _body(root: Any, envelope: Any, attachments: Sequence[Attachment]) -> None:
    manifest = _sub(_sub(envelope, "edXMLBody"), "edXMLManifest")
    manifest.set("version", "1.0")
    holder = _sub(root, "AttachmentEncoded") if attachments else None
    for place, file in enumerate(attachments):
        name = f"cid:{file.content_id or uuid.uuid5(uuid.NAMESPACE_OID, f'{place}:{file.name}')}"
        described = {"Description": file.description, "AttachmentName": file.name}
        _all(
            _sub(manifest, "Reference"),
            ContentId=name,
            ContentType=file.content_type or "application/octet-stream",
            **described,
        )
        node = _sub(holder, "Attachment")
        _all(node, ContentId=name, AttachmentName=file.name, Description=file.description)
        _text(node, "ContentType", "application/zip")
        content = etree.SubElement(node, f"{{{NAMESPACE}}}ContentTransferEncoded", nsmap={"edXML": NAMESPACE})
        content.text = base64.b64encode(packed_file(file.name, file.content)).decode()


def _sub(parent: Any, name: str) -> Any:
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")


def _text(parent: Any, name: str, value: str) -> None:
    _sub(parent, name).text = _possible(value) if name == "DocumentId" else _sendable(value)


def _all(parent: Any, **values: str) -> None:
    """Fields in this order; one without a value is left out."""
    for name, value in values.items():
        if value.strip():
            _text(parent, name, value)


def _each(parent: Any, name: str, values: Sequence[str]) -> None:
    for value in values:
        _text(parent, name, value)


def _day(value: date | None) -> str:
    return shown_day(value) if value else ""


def _moment(value: datetime | None) -> str:
    return shown_moment(value) if value else ""


def _sendable(value: str) -> str:
    """One line, composed."""
    return " ".join(unicodedata.normalize("NFC", _possible(value)).split())


def _possible(value: str) -> str:
    """Without characters that XML cannot hold; an id keeps its spelling otherwise."""
    return "".join(
        c if c >= " " and c not in "\ufffe\uffff" else " " for c in value if not 0xD800 <= ord(c) <= 0xDFFF
    )


def _bytes(root: Any) -> bytes:
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))
