"""Reads a packet whatever kit wrote it: by local names, in any order, in every variant seen. Pure.

The signature is not verified: the axis itself rewrites packets on their way (it adds
fields, packs files, drops comments), so that of the sender cannot hold. What is
checked is that the packet is whole: its files are there and undamaged.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Final

from connector.edxml.attachments import ListedFile, attachments_of, listed_files
from connector.edxml.codes import Business, status_code
from connector.edxml.dates import day_of, moment_of
from connector.edxml.packets import (
    Answered,
    Attachment,
    DocumentPacket,
    Hop,
    Order,
    Organ,
    Other,
    Packet,
    Replaced,
    Signer,
    Staff,
    StatusPacket,
)
from connector.edxml.parsing import LARGEST, Node, refused, tree_of
from errors import SkipRecord

_ROOTS: Final = frozenset({"edxml", "edxmlenvelope", "envelope"})
_TRUE: Final = frozenset({"1", "true"})


def read_packet(content: bytes, *, largest: int = LARGEST) -> Packet:
    """The packet inside. Raises SkipRecord with one sentence naming what is wrong; never anything else."""
    root, header = _opened(content, largest)
    if _is_status(header):
        return _status(header)
    return _document(root, header, attachments_of(root))


def read_kept(content: bytes) -> tuple[Packet, tuple[ListedFile, ...]]:
    """A packet whose files were taken out (`attachments.without_content`), and what it tells of them."""
    root, header = _opened(content, LARGEST)
    if _is_status(header):
        return _status(header), ()
    return _document(root, header, ()), listed_files(root)


def _opened(content: bytes, largest: int) -> tuple[Node, Node]:
    root = tree_of(content, largest=largest)
    if root.name not in _ROOTS:
        raise refused("is XML, but no edXML packet")
    header = root.below("MessageHeader", "Status") or root.below("edXMLHeader", "Header")
    if header is None or header.child("From") is None:
        raise refused("has no message header")
    return root, header


def _is_status(header: Node) -> bool:
    return header.child("StatusCode") is not None or header.name == "status"


def _status(header: Node) -> StatusPacket:
    answers = _answers(header)
    if not answers or not (answers[0].document_id or answers[0].code):
        raise _lacking("ResponseFor")
    return StatusPacket(
        sender=_organ(_child(header, "From"), "From"),
        answers=answers[0],
        code=status_code(_text(header, "StatusCode")),
        description=_text(header, "Description"),
        at=moment_of(_text(header, "Timestamp"), "Timestamp"),
        staff=_staff(header.child("StaffInfo")),
    )


def _document(root: Node, header: Node, attachments: tuple[Attachment, ...]) -> DocumentPacket:
    code, issue, kind = (
        _child(header, "Code"),
        _child(header, "PromulgationInfo"),
        _child(header, "DocumentType"),
    )
    due_text = _text(header, "DueDate")
    trace = root.below("TraceHeaderList")
    places = header.child("ToPlaces")
    return DocumentPacket(
        sender=_organ(_child(header, "From"), "From"),
        receivers=tuple({organ.code.casefold(): organ for organ in _receivers(header)}.values()),
        document_id=_exact(header, "DocumentId") or _needed(header, "DocumentId"),
        number=_needed(code, "CodeNumber"),
        notation=_needed(code, "CodeNotation"),
        place=_text(issue, "Place"),
        issued_on=_issued(issue),
        kind=_text(kind, "Type"),
        kind_detail=_text(kind, "TypeDetail"),
        type_name=_text(kind, "TypeName") or _clean(kind.text),
        subject=_needed(header, "Subject"),
        content=_text(header, "Content"),
        signer=_signer(header.child("SignerInfo")),
        due=_lenient_day(due_text),
        due_text=due_text,
        other=_other(header.child("OtherInfo")),
        answers=_answers(header),
        steering=_text(header, "SteeringType"),
        to_places=_texts(places, "Place") if places else (),
        hops=tuple(_hop(node) for node in trace.all("TraceHeader")) if trace else (),
        order=_order(trace.child("Bussiness") if trace else None),
        attachments=attachments,
    )


def _organ(node: Node, field: str) -> Organ:
    return Organ(
        code=_needed(node, "OrganId", f"{field}/OrganId"),
        name=_text(node, "OrganName"),
        in_charge=_text(node, "OrganizationInCharge"),
        address=_text(node, "OrganAdd"),
        email=_text(node, "Email"),
        telephone=_text(node, "Telephone"),
        fax=_text(node, "Fax"),
        website=_text(node, "Website"),
    )


def _receivers(header: Node) -> list[Organ]:
    found = [_organ(node, "To") for node in header.all("To")]
    if not found:
        raise _lacking("To")
    return found


def _issued(node: Node) -> date:
    text = _text(node, "PromulgationDate") or _text(node, "Date")
    day = day_of(text, "PromulgationDate")
    if day is None:
        raise _lacking("PromulgationDate")
    return day


def _signer(node: Node | None) -> Signer:
    if node is None:
        return Signer("")
    name = _text(node, "FullName") or _text(node, "Signer")
    return Signer(name, _text(node, "Position"), _text(node, "Competence"))


def _other(node: Node | None) -> Other:
    if node is None:
        return Other()
    appendixes = node.child("Appendixes")
    return Other(
        priority=_text(node, "Priority") or "0",
        sphere=_text(node, "SphereOfPromulgation"),
        typer=_text(node, "TyperNotation"),
        copies=_text(node, "PromulgationAmount"),
        pages=_text(node, "PageAmount"),
        appendixes=_texts(appendixes, "Appendix") if appendixes else (),
    )


def _answers(header: Node) -> tuple[Answered, ...]:
    """The axis leaves an empty `ResponseFor` where there was none."""
    found = (
        Answered(
            organ=_text(node, "OrganId"),
            code=_text(node, "Code"),
            issued_on=_lenient_day(_text(node, "PromulgationDate")),
            document_id=_exact(node, "DocumentId"),
        )
        for node in header.all("ResponseFor")
    )
    return tuple(answered for answered in found if answered.organ or answered.document_id or answered.code)


def _hop(node: Node) -> Hop:
    code = _text(node, "OrganId")
    try:
        at = moment_of(_text(node, "Timestamp"), "Timestamp")
    except SkipRecord:
        at = None
    return Hop("" if code.lower() == "null" else code, at)


def _order(node: Node | None) -> Order:
    """Without a business part it is a new document."""
    if node is None:
        return Order()
    info = node.child("BussinessDocumentInfo")
    listed = info.child("ReceiverList") if info else None
    replaced = node.child("ReplacementInfoList")
    return Order(
        kind=_text(node, "BussinessDocType") or Business.NEW.value,
        document_id=_exact(node, "DocumentId"),
        reason=_text(node, "BussinessDocReason"),
        paper=_text(node, "Paper"),
        content_changed=bool(info) and _flag(info, "DocumentInfo"),
        receivers_changed=bool(info) and _flag(info, "DocumentReceiver"),
        receivers=tuple(
            (_text(one, "OrganId"), _text(one, "ReceiverType"))
            for one in (listed.all("Receiver") if listed else ())
        ),
        replaced=tuple(_replaced(one) for one in (replaced.all("ReplacementInfo") if replaced else ())),
        staff=_staff(node.child("StaffInfo")),
    )


def _replaced(node: Node) -> Replaced:
    organs = node.child("OrganIdList")
    return Replaced(_exact(node, "DocumentId"), _texts(organs, "OrganId") if organs else ())


def _staff(node: Node | None) -> Staff:
    if node is None:
        return Staff()
    return Staff(_text(node, "Department"), _text(node, "Staff"), _text(node, "Email"), _text(node, "Mobile"))


def _lenient_day(text: str) -> date | None:
    """For dates that say nothing of when the document was issued: what cannot be read is no date."""
    try:
        return day_of(text, "")
    except SkipRecord:
        return None


def _flag(node: Node | None, name: str) -> bool:
    return node is not None and _text(node, name).lower() in _TRUE


def _child(node: Node, name: str) -> Node:
    child = node.child(name)
    if child is None:
        raise _lacking(name)
    return child


def _needed(node: Node, name: str, field: str = "") -> str:
    text = _text(node, name)
    if not text:
        raise _lacking(field or name)
    return text


def _exact(node: Node, name: str) -> str:
    """An id: compared exactly and sent back in the same spelling, so nothing in it is composed."""
    child = node.child(name)
    return "" if child is None else child.text.strip()


def _text(node: Node, name: str) -> str:
    child = node.child(name)
    return "" if child is None else _clean(child.text)


def _texts(node: Node, name: str) -> tuple[str, ...]:
    return tuple(text for child in node.all(name) if (text := _clean(child.text)))


def _clean(text: str) -> str:
    """One line, composed: a line break in a number or title is nobody's intention (M33)."""
    return " ".join((text if text.isascii() else unicodedata.normalize("NFC", text)).split())


def _lacking(field: str) -> SkipRecord:
    return SkipRecord(
        f"Field {field}: it is missing from the packet.", remedy="The sender has to correct it."
    )
