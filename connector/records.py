"""What a document system shows, as frozen values that know nothing of where they came from.

Every connector decodes its own dialect into these. Texts are NFC. Times are aware
(`Asia/Ho_Chi_Minh`); a date without an hour stays a `date`. An empty string means
"the system shows nothing here"; it is never a literal "null" or "none".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from frozen import quickly_made


class Kind(StrEnum):
    """The kinds of record a document system holds."""

    UNIT = "unit"
    ACCOUNT = "account"
    DOCUMENT = "document"
    JOB = "job"


class DocumentState(StrEnum):
    """Where a document stands. Only ISSUED and RECALLED concern tracking."""

    DRAFT = "draft"
    ISSUED = "issued"
    RECALLED = "recalled"


class LineRole(StrEnum):
    """What a unit or person does in a work item. Matched by code, labels are renamed per site."""

    LEAD = "lead"
    COORDINATE = "coordinate"
    WATCH = "watch"


@quickly_made
@dataclass(frozen=True, slots=True)
class RawRecord:
    """One record exactly as the document system gave it, with what is needed to know it again.

    `body` is the dialect's own bytes (several answers may be bundled in one JSON
    object); `version` is a hash of `body`; `fingerprint` is a hash of the listing
    row alone, so that an unchanged row costs no further request.
    """

    kind: Kind
    remote_id: str
    body: bytes
    version: str
    fingerprint: str = ""


@quickly_made
@dataclass(frozen=True, slots=True)
class UnitRecord:
    """A unit of the tree. `valid_to` is the last day it existed; successors took its duties over."""

    remote_id: str
    name: str
    parent_id: str = ""
    code: str = ""
    tier: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[str, ...] = ()


@quickly_made
@dataclass(frozen=True, slots=True)
class AccountRecord:
    """One posting of one person: the acting identity is the posting, one person may hold several."""

    remote_id: str
    user_id: str
    full_name: str
    position: str
    unit_id: str
    unit_name: str = ""
    email: str = ""
    phone: str = ""
    locked: bool = False


@quickly_made
@dataclass(frozen=True, slots=True)
class FileRef:
    """A file as listed. `size` in bytes, None when the system does not tell (or tells nonsense)."""

    remote_id: str
    name: str
    size: int | None = None
    uploaded_by: str = ""
    related: bool = False


@quickly_made
@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of a document's activity log; `actor` is a user id where the system gives one."""

    entry_id: str
    at: datetime | None
    actor: str = ""
    actor_name: str = ""
    unit: str = ""
    action: str = ""
    comment: str = ""


@quickly_made
@dataclass(frozen=True, slots=True)
class AssignmentCells:
    """One row of an assignment table that the API itself delivers, as the texts it shows."""

    ordinal: str
    content: str
    lead: str
    coordinators: tuple[str, ...] = ()
    deadline: str = ""
    product: str = ""
    officer: str = ""


class Change(StrEnum):
    """What an issuer wants done with a document that it issued before."""

    RECALL = "recall"
    UPDATE = "update"
    REPLACE = "replace"


@quickly_made
@dataclass(frozen=True, slots=True)
class Identity:
    """By what a document is known across systems: each field as its sender spelt it, "" where it is not told."""

    issuer_code: str = ""
    number: str = ""
    issued_on: date | None = None
    document_id: str = ""


@dataclass(frozen=True, slots=True)
class ChangeOrder:
    """A change that its issuer asks for. Nothing happens to `targets` before a person has agreed."""

    change: Change
    targets: tuple[Identity, ...]
    reason: str = ""
    asked_by: str = ""


@quickly_made
@dataclass(frozen=True, slots=True)
class DirectiveRecord:
    """An issued document. `secrecy` and `urgency` are the texts shown, not yet judged.

    `order` makes it a request about other documents: it is no directive of its own then.
    `answers` names the documents that this one responds to.
    """

    remote_id: str
    number: str
    subject: str
    doc_type: str
    issuer: str
    issued_on: date | None
    state: DocumentState
    signer: str = ""
    drafter: str = ""
    drafter_unit: str = ""
    secrecy: str = ""
    urgency: str = ""
    due_text: str = ""
    note: str = ""
    files: tuple[FileRef, ...] = ()
    log: tuple[LogEntry, ...] = ()
    rows: tuple[AssignmentCells, ...] = ()
    identity: Identity = Identity()
    order: ChangeOrder | None = None
    answers: tuple[Identity, ...] = ()


@quickly_made
@dataclass(frozen=True, slots=True)
class JobLine:
    """One assignee of a work item: a unit or a person, with a role and a status of its own."""

    line_id: str
    role: LineRole
    unit_id: str = ""
    user_id: str = ""
    name: str = ""
    status_code: str = ""
    status_text: str = ""
    due: date | None = None


@quickly_made
@dataclass(frozen=True, slots=True)
class JobAction:
    """One thing somebody did with a work item, in the document system's own time.

    `actor` is the acting user id, `posting` the posting if the system tells;
    `evaluation_code` is set when a reviewer judged, `new_due` when the due date moved.
    """

    entry_id: str
    at: datetime
    actor: str
    actor_name: str = ""
    posting: str = ""
    line_id: str = ""
    action: str = ""
    status_code: str = ""
    evaluation_code: str = ""
    comment: str = ""
    new_due: date | None = None
    files: tuple[FileRef, ...] = ()


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A work item (giao việc) with its assignee lines and everything done to it, oldest first.

    `about` names the document where the system keeps no work items, only answers to documents.
    """

    remote_id: str
    name: str
    content: str
    document_id: str = ""
    due: date | None = None
    status_text: str = ""
    evaluation_code: str = ""
    cancelled: bool = False
    lines: tuple[JobLine, ...] = ()
    actions: tuple[JobAction, ...] = ()
    files: tuple[FileRef, ...] = field(default=())
    about: Identity = Identity()


Record = UnitRecord | AccountRecord | DirectiveRecord | JobRecord
