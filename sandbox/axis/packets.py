"""What the axis itself looks at in a packet, and what it does to one on its way."""

from __future__ import annotations

import base64
import io
import uuid
import zipfile
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from lxml import etree

SPACE: Final = "http://www.mic.gov.vn/TBT/QCVN_102_2016"


class BadPacket(Exception):
    """The packet is not taken; `code` is the axis's own."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Letter:
    """Where a packet goes and what a list shows of it."""

    kind: str
    sender: str
    receivers: tuple[str, ...]
    title: str
    notation: str
    document_id: str
    status: str = ""


def letter_of(content: bytes) -> Letter:
    """Raises BadPacket for what is no packet of the standard."""
    header = _header(_tree(content))
    sender = _text(header, "From", "OrganId")
    if header.find(_named("StatusCode")) is not None:
        return Letter(
            kind="status",
            sender=sender,
            receivers=(_text(header, "ResponseFor", "OrganId"),),
            title=_text(header, "Description"),
            notation=_text(header, "ResponseFor", "Code"),
            document_id=_text(header, "ResponseFor", "DocumentId"),
            status=_text(header, "StatusCode"),
        )
    receivers = tuple(_text(node, "OrganId") for node in header.findall(_named("To")))
    number, notation = _text(header, "Code", "CodeNumber"), _text(header, "Code", "CodeNotation")
    letter = Letter(
        kind="edoc",
        sender=sender,
        receivers=receivers,
        title=_text(header, "Subject"),
        notation=f"{number}/{notation}",
        document_id=_text(header, "DocumentId"),
    )
    if not (sender and all(receivers) and receivers and number and notation and letter.document_id):
        raise BadPacket("22", "Sai định dạng edXML: thiếu trường bắt buộc")
    return letter


def passed_on(content: bytes, at: datetime, axis: str) -> bytes:
    """As the receiver gets it: a hop more, an empty ResponseFor, files in a ZIP, no comments."""
    root = _tree(content)
    header = _header(root)
    other = header.find(_named("OtherInfo"))
    if other is not None and other.find(_named("Direction")) is None:
        etree.SubElement(other, _named("Direction")).text = "false"
    if header.find(_named("ResponseFor")) is None and header.find(_named("StatusCode")) is None:
        header.append(etree.Element(_named("ResponseFor")))
    trace = header.getparent().find(_named("TraceHeaderList"))
    if trace is not None:
        hop = etree.SubElement(trace, _named("TraceHeader"))
        etree.SubElement(hop, _named("OrganId")).text = axis
        etree.SubElement(hop, _named("Timestamp")).text = f"{at:%Y/%m/%d %H:%M:%S}"
    for encoded in root.iter(_named("ContentTransferEncoded")):
        _pack(encoded)
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def _pack(encoded: Any) -> None:
    try:
        raw = base64.b64decode(encoded.text or "")
    except ValueError:
        raise BadPacket("21", "Không xử lý được tệp đính kèm") from None
    if raw.startswith(b"PK\x03\x04"):
        return
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(f"{uuid.uuid4()}.bin", raw)
    encoded.text = base64.b64encode(target.getvalue()).decode()
    kind = encoded.getparent().find(_named("ContentType"))
    if kind is not None:
        kind.text = "application/zip"


def _tree(content: bytes) -> Any:
    parser: Any = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_blank_text=True, huge_tree=True
    )
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise BadPacket("22", "Sai định dạng edXML") from None


def _header(root: Any) -> Any:
    header = next(root.iter(_named("MessageHeader")), None)
    if header is None or root.getroottree().docinfo.doctype:
        raise BadPacket("22", "Sai định dạng edXML")
    return header


def _text(node: Any, *path: str) -> str:
    return (node.findtext("/".join(_named(name) for name in path)) or "").strip()


def _named(local: str) -> str:
    return f"{{{SPACE}}}{local}"
