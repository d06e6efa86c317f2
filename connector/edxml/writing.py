"""Answers a document that came: one status packet for each state, and looking whether it went out.

A state is any text: the labels of the axis's own codes send that code, every other text
goes out as progress (05), which is the only one that may be sent again and again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from connector.edxml.codes import FROM_ISSUER, IN_PROGRESS, STATUSES, newer_code, same_organ
from connector.edxml.gate import Listed
from connector.edxml.packets import Answered, DocumentPacket, Organ, Packet, StatusPacket
from connector.edxml.read_packet import read_packet
from connector.edxml.reading import Reading, bundled, kept
from connector.edxml.write_packet import write_status
from connector.errors import NotThere, RemoteRefused, ReplyLost
from connector.port import SetStatus, Write, WriteReceipt
from connector.receipts import wanted_hash
from connector.records import RawRecord
from connector.texts import folded
from errors import HoldForHuman, OutcomeUnknown, RetryLater, SkipRecord

_CODES: Final = {folded(label): code for code, label in STATUSES.items()}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a status answers, and as whom."""

    answers: Answered
    sender: Organ


@dataclass(frozen=True, slots=True)
class Writing:
    """Statuses of one agency."""

    reading: Reading
    now: Callable[[], datetime]

    def apply(self, write: Write) -> WriteReceipt:
        """Raises RemoteRefused with the axis's words or for what an axis cannot carry, SystemAway, ReplyLost."""
        if not isinstance(write, SetStatus):
            raise RemoteRefused(
                f"{type(write).__name__}: the axis carries documents and statuses, no work items and no comments.",
                remedy="Let this site's capabilities decide what is written, or use the document system itself.",
            )
        packet = self._status(self._subject(write.job_id), write)
        content = write_status(packet)
        self.reading.gate.send(content, "status", self.reading.own_code, write.effect_key)
        return WriteReceipt(
            write.effect_key, write.job_id, wanted_hash(write), write.line_id, at=packet.at, state=write.text
        )

    def find(self, write: Write) -> WriteReceipt | None:
        """The receipt if the newest status that was sent about this document, for this reason, is this one.

        Raises ReplyLost (cannot look now), HoldForHuman (nobody can tell).
        """
        if not isinstance(write, SetStatus):
            return None
        if not self.reading.gate.lists_sent:
            raise HoldForHuman(
                "Whether a status was sent cannot be told: this way to the axis lists nothing of what was sent.",
                scope=write.effect_key,
                remedy="Ask the addressee, or look in the gateway; then release.",
            )
        try:
            return self._found(write)
        except OutcomeUnknown:
            raise
        except RetryLater as error:
            raise ReplyLost(
                f"An earlier status could not be looked for. {error.sentence}", after=error.after
            ) from None
        except NotThere:
            return None
        except SkipRecord as error:
            raise HoldForHuman(
                f"Whether an earlier status was sent cannot be told. {error.sentence}", scope=write.effect_key
            ) from None

    def job(self, packet_id: str) -> RawRecord | None:
        """The work item that a document means for us: the document, and every status we sent about it."""
        content = self.reading.packet(packet_id)
        packet = None if content is None else _opened(content)
        if content is None or not isinstance(packet, DocumentPacket):
            return None
        entries = [
            {"id": row.packet_id, "at": row.created, "packet": body.decode()}
            for row, _, body in self._sent_about(packet.answered())
        ]
        return bundled(
            packet_id,
            document=packet.document_id,
            unit=self.reading.own_code,
            packet=kept(content)[1].decode(),
            entries=entries,
        )

    def _found(self, write: SetStatus) -> WriteReceipt | None:
        sent = [packet for _, packet, _ in self._sent_about(self._subject(write.job_id).answers)]
        about = folded(f": {write.reason}") if write.reason else ""
        alike = [packet for packet in sent if folded(packet.description).endswith(about)]
        if not alike:
            return None
        packet, code = alike[-1], code_of(write.text)
        if packet.code != code or (
            code == IN_PROGRESS and folded(packet.description) != folded(_said(write))
        ):
            return None
        return WriteReceipt(
            write.effect_key, write.job_id, wanted_hash(write), write.line_id, at=packet.at, state=write.text
        )

    def _sent_about(self, document: Answered) -> Sequence[tuple[Listed, StatusPacket, bytes]]:
        """(row, packet, bytes) of what was sent about a document, oldest first."""
        found = []
        for row in self.reading.gate.sent("status"):
            if row.notation and folded(row.notation) != folded(document.code):
                continue
            content = self.reading.packet(row.packet_id)
            packet = None if content is None else _opened(content)
            if content is not None and isinstance(packet, StatusPacket) and _about(packet, document):
                found.append((row, packet, content))
        return found

    def _subject(self, packet_id: str) -> Subject:
        """What a status is about: a document that came, or the one that a request for it names."""
        content = self.reading.packet(packet_id)
        packet = None if content is None else read_packet(content)
        if isinstance(packet, DocumentPacket):
            return Subject(packet.answered(), self._sender(packet.receivers))
        if isinstance(packet, StatusPacket):
            return Subject(replace(packet.answers, organ=packet.sender.code), self._sender(()))
        raise NotThere("The document is not there.")

    def _status(self, about: Subject, write: SetStatus) -> StatusPacket:
        code = code_of(write.text)
        if code in FROM_ISSUER:
            raise RemoteRefused(
                f"“{write.text}” is what the issuer of a document says, not its receiver.",
                remedy="Answer with another state.",
            )
        return StatusPacket(about.sender, about.answers, code, _said(write), self.now())

    def _sender(self, receivers: Sequence[Organ]) -> Organ:
        """Ourselves, as the issuer addressed us: name and address stand in the packet that came."""
        own = self.reading.own_code
        for receiver in receivers:
            if same_organ(receiver.code, own) or same_organ(newer_code(receiver.code) or receiver.code, own):
                return Organ(own, receiver.name or own, receiver.in_charge, receiver.address, receiver.email)
        name = next((agency.name for agency in self.reading.agencies() if same_organ(agency.code, own)), own)
        return Organ(own, name)


def code_of(text: str) -> str:
    """The axis's code of a state; a text that is none of its labels is progress."""
    return _CODES.get(folded(text), IN_PROGRESS)


def _said(write: SetStatus) -> str:
    return f"{write.text}: {write.reason}" if write.reason else write.text


def _about(packet: StatusPacket, document: Answered) -> bool:
    """The id is compared exactly, the issuer's code without capitals."""
    answers = packet.answers
    return answers.document_id == document.document_id and same_organ(answers.organ, document.organ)


def _opened(content: bytes) -> Packet | None:
    try:
        return read_packet(content)
    except SkipRecord:
        return None
