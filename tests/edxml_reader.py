"""A second reader of packets, with the standard library alone: what the product writes is held against it.

It shares no code with the product and knows one kit's form only: element order, prefixes
of the namespace, required fields, and files in a ZIP with one entry.
"""

from __future__ import annotations

import base64
import io
import zipfile
from typing import Any
from xml.etree import ElementTree as ET

SPACE = "{http://www.mic.gov.vn/TBT/QCVN_102_2016}"
DOCUMENT_ORDER = (
    "From", "To", "DocumentId", "Code", "PromulgationInfo", "DocumentType", "Subject", "Content", "SignerInfo",
    "DueDate", "OtherInfo", "ResponseFor", "SteeringType", "ToPlaces",
)  # fmt: skip
STATUS_ORDER = ("From", "ResponseFor", "StaffInfo", "StatusCode", "Description", "Timestamp")
REQUIRED = (
    "From/OrganId", "To/OrganId", "DocumentId", "Code/CodeNumber", "Code/CodeNotation",
    "PromulgationInfo/PromulgationDate", "DocumentType/Type", "DocumentType/TypeName", "Subject",
    "SignerInfo/FullName", "OtherInfo/Priority", "SteeringType",
)  # fmt: skip
REQUIRED_OF_STATUS = (
    "From/OrganId", "From/OrganName", "ResponseFor/OrganId", "ResponseFor/Code", "ResponseFor/DocumentId",
    "StatusCode",
)  # fmt: skip


def header_of(content: bytes) -> Any:
    root = ET.fromstring(content)
    assert root.tag == f"{SPACE}edXML"
    header = root.find(f"{SPACE}edXMLEnvelope/{SPACE}edXMLHeader/{SPACE}MessageHeader")
    assert header is not None
    return header


def names(node: Any) -> list[str]:
    """Local names of the children, in their order; every one must be of the standard's namespace."""
    assert all(child.tag.startswith(SPACE) for child in node)
    return [child.tag.removeprefix(SPACE) for child in node]


def text(node: Any, path: str) -> str:
    return node.findtext("/".join(SPACE + part for part in path.split("/"))) or ""


def in_order(found: list[str], order: tuple[str, ...]) -> bool:
    places = [order.index(name) for name in found]
    return places == sorted(places)


def files(content: bytes) -> dict[str, bytes]:
    """Every file by its name; manifest and content have to name the same ids."""
    root = ET.fromstring(content)
    listed = root.findall(
        f"{SPACE}edXMLEnvelope/{SPACE}edXMLBody/{SPACE}edXMLManifest/{SPACE}Reference/{SPACE}ContentId"
    )
    found, ids = {}, []
    for node in root.findall(f"{SPACE}AttachmentEncoded/{SPACE}Attachment"):
        ids.append(text(node, "ContentId"))
        packed = base64.b64decode(text(node, "ContentTransferEncoded"), validate=True)
        with zipfile.ZipFile(io.BytesIO(packed)) as package:
            (entry,) = package.namelist()
            found[text(node, "AttachmentName")] = package.read(entry)
    assert [one.text for one in listed] == ids
    assert all(one.startswith("cid:") for one in ids)
    return found
