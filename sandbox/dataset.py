"""The shape of the made-up province that the sandbox serves: plain values, no behaviour.

`sandbox/province/` builds one `Dataset` from a fixed seed; `sandbox/state.py`
loads it into the sandbox's own database. Days are local dates of Việt Nam; texts
may be NFC or NFD on purpose, as they would come from many keyboards.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit; three tiers until 30/6/2025 (province, district, commune), two tiers after."""

    unit_id: str
    name: str
    code: str
    parent_id: str
    tier: str  # "province" | "department" | "district" | "commune" | "room"
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """One log-in. A person with two posts has two `Posting`s with the same `user_id`."""

    user_id: str
    username: str
    password: str
    full_name: str
    email: str = ""
    phone: str = ""
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Posting:
    """A post held by a person in a unit: the acting identity."""

    posting_id: str
    user_id: str
    unit_id: str
    position: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a document, with its bytes."""

    name: str
    content: bytes
    is_table: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the Office. `secrecy` is the mark shown ("Thường", "Mật", …, or blank).

    `canary` is a text that occurs somewhere inside a classified document and nowhere else.
    """

    document_id: str
    number: str
    subject: str
    doc_type: str
    issuer: str
    signer: str
    issued_at: datetime
    drafter_user: str
    drafter_unit: str
    secrecy: str
    urgency: str
    due: date | None = None
    note: str = ""
    issued: bool = True
    outgoing: bool = True
    attachments: tuple[Attachment, ...] = ()
    recipients: tuple[str, ...] = ()
    classified: bool = False
    canary: str = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    """Everything the sandbox starts with."""

    province: str
    units: tuple[Unit, ...]
    people: tuple[Person, ...]
    postings: tuple[Posting, ...]
    documents: tuple[Document, ...]
    service_user: str
    statuses: tuple[tuple[int, str], ...] = ()
    evaluations: tuple[tuple[int, str], ...] = ()
    today: date = field(default=date(2026, 11, 16))
