"""Packets that agencies of the sandbox write: a directive, a report that answers it, a status."""

from __future__ import annotations

import base64
import io
import uuid
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from xml.sax.saxutils import escape

from sandbox.axis.agencies import Agency
from sandbox.axis.packets import SPACE

_OPENING: Final = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<edXML xmlns="{SPACE}"><edXML:edXMLEnvelope xmlns:edXML="{SPACE}">'
    "<edXML:edXMLHeader>"
)


def document(
    sender: Agency, receivers: Sequence[Agency], given: Mapping[str, Any], now: datetime
) -> tuple[bytes, str]:
    """A document packet and its DocumentId, made of what an order says and of defaults for the rest."""
    number, notation = str(given.get("number", "1")), str(given.get("notation", "CV"))
    day = str(given.get("day", f"{now:%Y/%m/%d}"))
    document_id = str(given.get("document_id", f"{sender.code},{day},{number}/{notation}"))
    files = [(str(file["name"]), base64.b64decode(file["data"])) for file in given.get("files", ())]
    header = "".join(
        (
            _organ("From", sender),
            *(_organ("To", receiver) for receiver in receivers),
            _field("DocumentId", document_id),
            _group("Code", CodeNumber=number, CodeNotation=notation),
            _group("PromulgationInfo", Place="Sông Lam", PromulgationDate=day),
            _group(
                "DocumentType", Type="2", TypeDetail="0", TypeName=str(given.get("type_name", "Công văn"))
            ),
            _field("Subject", str(given.get("subject", "Về một việc"))),
            _field("Content", str(given.get("content", ""))),
            _group("SignerInfo", Competence="TM. UBND", FullName=str(given.get("signer", "Lê Quang Sơn"))),
            _field("DueDate", str(given.get("due", ""))),
            _group("OtherInfo", Priority=str(given.get("priority", "0")), PageAmount="1"),
            *(_group("ResponseFor", **answered) for answered in given.get("answers", ())),
            _field("SteeringType", str(given.get("steering", "1"))),
        )
    )
    trace = _group("TraceHeader", OrganId=sender.code, Timestamp=f"{now:%Y/%m/%d %H:%M:%S}")
    business = _business(given.get("business", {}))
    body, attachments = _files(files)
    text = (
        f"{_OPENING}<edXML:MessageHeader>{header}</edXML:MessageHeader><edXML:TraceHeaderList>{trace}{business}"
        f"</edXML:TraceHeaderList></edXML:edXMLHeader>{body}</edXML:edXMLEnvelope>{attachments}</edXML>"
    )
    return text.encode(), document_id


def status(sender: Agency, given: Mapping[str, Any], now: datetime) -> bytes:
    """A status packet about the document that the order names."""
    answered = {
        "OrganId": str(given["to"]),
        "Code": str(given.get("code", "")),
        "PromulgationDate": str(given.get("day", "")),
        "DocumentId": str(given["document_id"]),
    }
    text = (
        f"{_OPENING}<edXML:MessageHeader>{_organ('From', sender)}{_group('ResponseFor', **answered)}"
        f"{_group('StaffInfo', Department='Văn thư', Staff=str(given.get('staff', 'Vũ Thị Mai')))}"
        f"{_field('StatusCode', str(given.get('status', '05')))}{_field('Description', str(given.get('text', '')))}"
        f"{_field('Timestamp', f'{now:%Y/%m/%d %H:%M:%S}')}</edXML:MessageHeader></edXML:edXMLHeader>"
        "</edXML:edXMLEnvelope></edXML>"
    )
    return text.encode()


def _business(given: Mapping[str, Any]) -> str:
    replaced = "".join(
        f"<edXML:ReplacementInfo>{_field('DocumentId', str(document_id))}</edXML:ReplacementInfo>"
        for document_id in given.get("replaced", ())
    )
    return (
        f"<edXML:Bussiness>{_field('DocumentId', str(given.get('document_id', '')))}"
        f"{_field('BussinessDocType', str(given.get('type', '0')))}"
        f"{_field('BussinessDocReason', str(given.get('reason', '')))}{_field('Paper', '0')}"
        + (f"<edXML:ReplacementInfoList>{replaced}</edXML:ReplacementInfoList>" if replaced else "")
        + "</edXML:Bussiness>"
    )


def _files(files: Sequence[tuple[str, bytes]]) -> tuple[str, str]:
    references, attachments = [], []
    for name, content in files:
        own = {"ContentId": f"cid:{uuid.uuid4()}", "AttachmentName": name}
        references.append(_group("Reference", ContentType="application/octet-stream", **own))
        packed = base64.b64encode(_packed(name, content)).decode()
        fields = "".join(f"<{field}>{escape(value)}</{field}>" for field, value in own.items())
        attachments.append(
            f"<Attachment>{fields}<ContentType>application/zip</ContentType><edXML:ContentTransferEncoded"
            f' xmlns:edXML="{SPACE}">{packed}</edXML:ContentTransferEncoded></Attachment>'
        )
    body = f'<edXML:edXMLManifest version="1.0">{"".join(references)}</edXML:edXMLManifest>'
    carried = f"<AttachmentEncoded>{''.join(attachments)}</AttachmentEncoded>" if attachments else ""
    return f"<edXML:edXMLBody>{body}</edXML:edXMLBody>", carried


def _packed(name: str, content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(f"{uuid.uuid4()}.{name.rpartition('.')[2]}", content)
    return target.getvalue()


def _organ(name: str, agency: Agency) -> str:
    return _group(name, OrganId=agency.code, OrganName=agency.name, Email=agency.mail)


def _group(name: str, **fields: str) -> str:
    inner = "".join(_field(field, str(value)) for field, value in fields.items())
    return f"<edXML:{name}>{inner}</edXML:{name}>"


def _field(name: str, value: str) -> str:
    return f"<edXML:{name}>{escape(value)}</edXML:{name}>" if value else ""
