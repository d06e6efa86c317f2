"""What stands in a packet, as frozen values. Texts are NFC; codes are kept as they came."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from connector.edxml.codes import Business


@dataclass(frozen=True, slots=True)
class Organ:
    """A body that sends or receives."""

    code: str
    name: str = ""
    in_charge: str = ""
    address: str = ""
    email: str = ""
    telephone: str = ""
    fax: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True)
class Staff:
    """Whom to ask at the sender's."""

    department: str = ""
    name: str = ""
    email: str = ""
    mobile: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """The document that is answered. `code` is the joined "7816/VPCP-TTĐT"; the id keeps its spelling."""

    organ: str
    code: str = ""
    issued_on: date | None = None
    document_id: str = ""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed, in which capacity (TM., KT. …)."""

    name: str
    position: str = ""
    competence: str = ""


@dataclass(frozen=True, slots=True)
class Hop:
    """A system that passed the packet on."""

    organ: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Replaced:
    """A document that the new one replaces, and for whom."""

    document_id: str
    organs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """The business part: `kind` raw, what it is about, why. `receivers` are (code, type) of an update."""

    kind: str = Business.NEW.value
    document_id: str = ""
    reason: str = ""
    paper: str = ""
    content_changed: bool = False
    receivers_changed: bool = False
    receivers: tuple[tuple[str, str], ...] = ()
    replaced: tuple[Replaced, ...] = ()
    staff: Staff = field(default_factory=Staff)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file, unpacked. `content_id` is without "cid:"; `place` is where it stood among the packet's files."""

    name: str
    content: bytes = field(repr=False)
    content_type: str = ""
    description: str = ""
    content_id: str = ""
    place: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Other:
    """Priority and what is printed beside it. Numbers as they came."""

    priority: str = "0"
    sphere: str = ""
    typer: str = ""
    copies: str = ""
    pages: str = ""
    appendixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentPacket:
    """A document on its way. `due_text` is what stands there when it is no date."""

    sender: Organ
    receivers: tuple[Organ, ...]
    document_id: str
    number: str
    notation: str
    issued_on: date
    subject: str
    type_name: str
    signer: Signer
    place: str = ""
    kind: str = ""
    kind_detail: str = ""
    content: str = ""
    due: date | None = None
    due_text: str = ""
    other: Other = field(default_factory=Other)
    answers: tuple[Answered, ...] = ()
    steering: str = ""
    to_places: tuple[str, ...] = ()
    hops: tuple[Hop, ...] = ()
    order: Order = field(default_factory=Order)
    attachments: tuple[Attachment, ...] = ()

    @property
    def code(self) -> str:
        """Số, ký hiệu in one, as people write it."""
        return (
            f"{self.number}/{self.notation}"
            if self.number and self.notation
            else self.number or self.notation
        )

    @property
    def target(self) -> str:
        """The document that a recall or update is about: its own id when the order names none."""
        return self.order.document_id or self.document_id

    def answered(self) -> Answered:
        """How an answer to this packet has to name it."""
        return Answered(self.sender.code, self.code, self.issued_on, self.document_id)


@dataclass(frozen=True, slots=True)
class StatusPacket:
    """What the receiver has done with a document (13: what its issuer asks for). `code` has two digits."""

    sender: Organ
    answers: Answered
    code: str
    description: str = ""
    at: datetime | None = None
    staff: Staff = field(default_factory=Staff)


Packet = DocumentPacket | StatusPacket
