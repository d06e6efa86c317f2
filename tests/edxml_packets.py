"""Made-up packets of the province Sông Lam, in the forms that different kits write."""

from __future__ import annotations

import base64
import io
import uuid
import zipfile
from datetime import date, datetime
from typing import Any

from connector.edxml.dates import ZONE
from connector.edxml.packets import (
    Answered,
    Attachment,
    DocumentPacket,
    Hop,
    Order,
    Organ,
    Other,
    Signer,
    Staff,
    StatusPacket,
)

PROVINCE = Organ("H99", "UBND tỉnh Sông Lam", "UBND tỉnh Sông Lam", "Số 1, đường Bến Thủy")
DEPARTMENT = Organ("H99.06", "Sở Nội vụ tỉnh Sông Lam", "UBND tỉnh Sông Lam")
COMMUNE = Organ("000.07.31.H99", "UBND xã Cửa Hội")
NOW = datetime(2026, 11, 16, 8, 30, tzinfo=ZONE)
SPACE = "http://www.mic.gov.vn/TBT/QCVN_102_2016"


def directive(**changes: Any) -> DocumentPacket:
    """A directive with a deadline and two files."""
    values: dict[str, Any] = {
        "sender": PROVINCE,
        "receivers": (DEPARTMENT, COMMUNE),
        "document_id": "H99,2026/11/16,12/CT-UBND",
        "number": "12",
        "notation": "CT-UBND",
        "issued_on": date(2026, 11, 16),
        "place": "Sông Lam",
        "subject": "Về việc rà soát biên chế <&> tài sản",
        "content": "Các cơ quan rà soát và báo cáo",
        "kind": "2",
        "kind_detail": "0",
        "type_name": "Chỉ thị",
        "signer": Signer("Trần Văn A", "Chủ tịch", "TM. UBND"),
        "due": date(2026, 12, 15),
        "due_text": "2026/12/15",
        "other": Other("1", "Nội vụ", "VT", "20", "4", ("Phụ lục I",)),
        "answers": (Answered("H99.06", "7/TTr-SNV", date(2026, 11, 2), "H99.06,2026/11/02,7/TTr-SNV"),),
        "steering": "1",
        "to_places": ("Như trên", "Lưu: VT"),
        "hops": (Hop("H99", NOW),),
        "order": Order(paper="0", staff=Staff("Văn thư", "Nguyễn Thị B", "vt@songlam.gov.vn", "0912")),
        "attachments": (
            Attachment("12-CT-UBND.pdf", b"%PDF-1.7 " + bytes(range(256)) * 20, "application/pdf", "", "a1"),
            Attachment("bảng phân công.xlsx", b"PK\x03\x04not really", "application/zip", "Bảng", "a2"),
        ),
    }
    return DocumentPacket(**values | changes)


def status(code: str = "05", description: str = "Đã rà soát một nửa", **changes: Any) -> StatusPacket:
    values: dict[str, Any] = {
        "sender": DEPARTMENT,
        "answers": directive().answered(),
        "code": code,
        "description": description,
        "at": NOW,
        "staff": Staff("Văn phòng Sở", "Lê Văn C", "vp@songlam.gov.vn", "0913"),
    }
    return StatusPacket(**values | changes)


def wrapped(content: bytes, extension: str = "pdf", name: str = "") -> bytes:
    """As the Java kit packs a file."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name or f"{uuid.UUID(int=7)}.{extension}", content)
    return target.getvalue()


HEADER = """<MessageHeader>
<DocumentId> 000.00.00.H99,2026/11/16,14/KH-UBND </DocumentId>
<Subject>Kế hoạch
 năm 2027</Subject><SteeringType>1</SteeringType>
<From><OrganName>UBND tỉnh Sông Lam</OrganName><OrganId>000.00.00.H99</OrganId></From>
<To><OrganId>H99.06</OrganId></To><To><OrganId>h99.06</OrganId></To>
<Code><CodeNotation>KH-UBND</CodeNotation><CodeNumber>14a</CodeNumber></Code>
<PromulgationInfo><PromulgationDate>16/11/2026</PromulgationDate></PromulgationInfo>
<DocumentType><Type>2</Type><TypeName>Kế hoạch</TypeName></DocumentType>
<SignerInfo><FullName>Trần Văn A</FullName></SignerInfo>
<OtherInfo><Priority>3</Priority></OtherInfo><ResponseFor/>{more}
</MessageHeader>"""


def java_kit(content: bytes, *, more: str = "", business: str = "", name: str = "14.pdf") -> bytes:
    """Prefix and default namespace side by side, an empty ResponseFor, a packed file."""
    encoded = base64.b64encode(wrapped(content)).decode()
    header = HEADER.format(more=more).replace("<", "<edXML:").replace("<edXML:/", "</edXML:")
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<edXML xmlns="{SPACE}"><edXML:edXMLEnvelope xmlns:edXML="{SPACE}"><edXML:edXMLHeader>{header}
<edXML:TraceHeaderList>{business}<edXML:TraceHeader><edXML:OrganId>null</edXML:OrganId>
<edXML:Timestamp>sáng nay</edXML:Timestamp></edXML:TraceHeader></edXML:TraceHeaderList></edXML:edXMLHeader>
<edXML:edXMLBody><edXML:edXMLManifest version="1.0"><edXML:Reference><edXML:ContentId>cid:F-1</edXML:ContentId>
<edXML:ContentType>application/pdf</edXML:ContentType><edXML:AttachmentName>{name}</edXML:AttachmentName>
</edXML:Reference></edXML:edXMLManifest></edXML:edXMLBody></edXML:edXMLEnvelope>
<AttachmentEncoded><Attachment><ContentId>cid:f-1</ContentId><AttachmentName>{name}</AttachmentName>
<ContentType>application/zip</ContentType><edXML:ContentTransferEncoded xmlns:edXML="{SPACE}">{encoded}
</edXML:ContentTransferEncoded></Attachment></AttachmentEncoded></edXML>""".encode()


def net_kit(content: bytes) -> bytes:
    """Attributes on Reference and TraceHeaderList, raw bytes, an empty signature, other ids in the content."""
    raw = base64.encodebytes(content).decode()
    return f"""<?xml version="1.0"?>
<edXML:edXML xmlns:edXML="{SPACE}" xmlns:xlink="http://www.w3.org/1999/xlink"><edXML:edXMLEnvelope>
<edXML:edXMLHeader xmlns="{SPACE}">{HEADER.format(more="")}
<edXML:TraceHeaderList id="" version="" mustUnderstand="0" actor=""/><edXML:DigitalSignature/></edXML:edXMLHeader>
<edXML:edXMLBody><edXML:edXMLManifest><edXML:Reference xlink:href="cid:9" xlink:type="simple" xlink:role="x"/>
</edXML:edXMLManifest></edXML:edXMLBody></edXML:edXMLEnvelope>
<edXML:AttachmentEncoded><edXML:Attachment><edXML:AttachmentName>../..\\kế hoạch.doc</edXML:AttachmentName>
<edXML:ContentTransferEncoded>{raw}</edXML:ContentTransferEncoded></edXML:Attachment></edXML:AttachmentEncoded>
</edXML:edXML>""".encode()


def old_soap(code: str = "3") -> bytes:
    """An older status: SOAP around it, another namespace, a code without its zero, a day-first timestamp."""
    return f"""<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header>
<e:Status xmlns:e="http://www.e-doc.vn/Schema/"><e:StatusCode>{code}</e:StatusCode>
<e:ResponseFor><e:DocumentId>71</e:DocumentId><e:OrganId>H99</e:OrganId></e:ResponseFor>
<e:From><e:OrganId>H99.06</e:OrganId></e:From><e:Timestamp>16/11/2026 09:05:00</e:Timestamp>
</e:Status></s:Header><s:Body/></s:Envelope>""".encode()


def flat() -> bytes:
    """Without envelope and header, and with other names inside."""
    return """<EdXMLEnvelope xmlns="http://www.go.vn/eDoc"><MessageHeader><From><OrganId>H99</OrganId></From>
<To><OrganId>H99.06</OrganId></To><Code><CodeNumber>9</CodeNumber><CodeNotation>CV-SL</CodeNotation></Code>
<PromulgationInfo><PromulgationDate>2026-11-16T00:00:00+07:00</PromulgationDate></PromulgationInfo>
<DocumentType>Công văn</DocumentType><Subject>Thử</Subject><SignerInfo><Signer>Trần Văn A</Signer></SignerInfo>
<DocumentId>0b6b8c1e-0000-4000-8000-000000000009</DocumentId></MessageHeader></EdXMLEnvelope>""".encode()
