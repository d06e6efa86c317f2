"""The boxes of the axis: a packet is put into the box of each receiver and stays listed until it is acknowledged."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime
from typing import Any, Final

from sandbox.axis.agencies import Agencies, Agency
from sandbox.axis.packets import BadPacket, Letter, letter_of, passed_on
from sandbox.dialect import nfc, stored_time
from sandbox.operations import natural_key
from sandbox.state import Row, State

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS axis_sent (
    id TEXT PRIMARY KEY, sender TEXT NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL, notation TEXT NOT NULL,
    document_id TEXT NOT NULL, status TEXT NOT NULL, at TEXT NOT NULL, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS axis_box (
    id TEXT PRIMARY KEY, sent_id TEXT NOT NULL REFERENCES axis_sent, receiver TEXT NOT NULL, state TEXT NOT NULL,
    at TEXT NOT NULL, updated TEXT NOT NULL, sha256 TEXT NOT NULL, content BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS axis_box_receiver ON axis_box (receiver, state);
CREATE INDEX IF NOT EXISTS axis_box_sent ON axis_box (sent_id);
"""
STATES: Final = ("initial", "processing", "done", "fail")
AXIS: Final = "001.00.00.TRUC"
#: Only this status may be sent again for the same document.
_REPEATABLE: Final = "05"
_SHOWN: Final = (
    "SELECT b.*, s.kind, s.sender, s.title, s.notation, s.document_id FROM axis_box b"
    " JOIN axis_sent s ON s.id = b.sent_id"
)


class Post:
    """Takes packets and hands them out. Codes of agencies are kept as the register has them."""

    def __init__(self, state: State) -> None:
        for statement in SCHEMA.split(";"):
            state.run(statement)
        self.agencies = Agencies(state)
        self._state = state

    def send(
        self, content: bytes, kind: str, now: datetime, effect_key: str = "", caller: Agency | None = None
    ) -> str:
        """Deliver to every receiver; the sender's own id of the packet. Raises BadPacket, and then nothing is kept."""
        letter = letter_of(content)
        sender = self.agencies.find(letter.sender)
        if sender is None or (caller is not None and sender != caller):
            raise BadPacket("19", "Đơn vị gửi chưa đăng ký")
        receivers = [self.agencies.find(code) for code in letter.receivers]
        if letter.kind != kind or None in receivers:
            raise (
                BadPacket("18", "Không tìm thấy đơn vị nhận")
                if letter.kind == kind
                else BadPacket("22", "Sai loại thông điệp")
            )
        self._refuse_repeated(letter, sender)
        return self._deliver(
            letter,
            sender,
            [one for one in receivers if one],
            content,
            passed_on(content, now, AXIS),
            now,
            effect_key,
        )

    def put(self, content: bytes, kind: str, sender: str, receiver: str, now: datetime) -> str:
        """Put bytes into a box as they are, whatever they are: what a careless sender's gateway lets through."""
        to = self.agencies.find(receiver)
        letter = Letter(kind, sender, (receiver,), "", "", "")
        by = self.agencies.find(sender)
        if to is None or by is None:
            raise BadPacket("18", "Không tìm thấy đơn vị")
        self._deliver(letter, by, [to], content, content, now, "")
        return str(self._state.value("SELECT id FROM axis_box ORDER BY rowid DESC LIMIT 1"))

    def waiting(self, agency: Agency, kind: str) -> list[Row]:
        """What lies in the box and was not acknowledged as done."""
        return self._state.all(
            f"{_SHOWN} WHERE b.receiver = ? AND b.state != 'done' AND s.kind = ? ORDER BY b.rowid",
            (agency.code, kind),
        )

    def between(self, agency: Agency, kind: str, start: str, end: str) -> list[Row]:
        """Everything that came on these days (ISO), whatever became of it."""
        return self._state.all(
            f"{_SHOWN} WHERE b.receiver = ? AND s.kind = ? AND substr(b.at, 1, 10) BETWEEN ? AND ? ORDER BY b.rowid",
            (agency.code, kind, start, end),
        )

    def sent(self, agency: Agency, kind: str, sent_id: str = "") -> list[Row]:
        """What this agency sent, one row for each receiver."""
        return self._state.all(
            "SELECT s.*, b.id AS box_id, b.receiver, b.state, b.at AS received FROM axis_sent s"
            " JOIN axis_box b ON b.sent_id = s.id WHERE s.sender = ? AND s.kind = ? AND (? = '' OR s.id = ?)"
            " ORDER BY b.rowid",
            (agency.code, kind, sent_id, sent_id),
        )

    def content(self, agency: Agency, packet_id: str) -> bytes | None:
        """A packet that came to this agency, or that it sent itself."""
        received = self._state.value(
            "SELECT content FROM axis_box WHERE id = ? AND receiver = ?", (packet_id, agency.code)
        )
        own = self._state.value(
            "SELECT content FROM axis_sent WHERE id = ? AND sender = ?", (packet_id, agency.code)
        )
        found = own if received is None else received
        return None if found is None else bytes(found)

    def acknowledge(
        self, agency: Agency, packet_id: str, state: str, now: datetime, effect_key: str = ""
    ) -> bool:
        """Note what became of a packet; False when it is not in this box."""
        row = self._state.one(
            "SELECT * FROM axis_box WHERE id = ? AND receiver = ?", (packet_id, agency.code)
        )
        if row is None:
            return False
        self._state.run(
            "UPDATE axis_box SET state = ?, updated = ? WHERE id = ?", (state, stored_time(now), packet_id)
        )
        self._log(agency, "axis/updateStatus", packet_id, f"{packet_id} {state}", effect_key, now)
        return True

    def _refuse_repeated(self, letter: Letter, sender: Agency) -> None:
        if letter.kind != "status" or letter.status.zfill(2) == _REPEATABLE:
            return
        again = self._state.value(
            "SELECT 1 FROM axis_sent s JOIN axis_box b ON b.sent_id = s.id WHERE s.sender = ? AND s.kind = 'status'"
            " AND s.document_id = ? AND s.status = ? AND b.receiver = ?",
            (sender.code, letter.document_id, letter.status, self._code(letter.receivers[0])),
        )
        if again:
            raise BadPacket("30", "Trạng thái này đã được gửi")

    def _code(self, code: str) -> str:
        agency = self.agencies.find(code)
        return agency.code if agency else ""

    def _deliver(
        self,
        letter: Letter,
        sender: Agency,
        receivers: list[Agency],
        content: bytes,
        delivered: bytes,
        now: datetime,
        effect_key: str,
    ) -> str:
        sent_id, at = str(uuid.uuid4()), stored_time(now)
        self._state.insert(
            "axis_sent",
            id=sent_id,
            sender=sender.code,
            kind=letter.kind,
            title=letter.title,
            notation=letter.notation,
            document_id=letter.document_id,
            status=letter.status,
            at=at,
            content=content,
        )
        for receiver in receivers:
            self._state.insert(
                "axis_box",
                id=str(uuid.uuid4()),
                sent_id=sent_id,
                receiver=receiver.code,
                state="initial",
                at=at,
                updated=at,
                sha256=hashlib.sha256(delivered).hexdigest(),
                content=delivered,
            )
        meaning = f"{letter.kind} {letter.notation} {letter.status} {letter.title}"
        self._log(sender, f"axis/sendEdoc/{letter.kind}", letter.document_id, meaning, effect_key, now)
        return sent_id

    def _log(
        self, agency: Agency, operation: str, target: str, summary: str, effect_key: str, now: datetime
    ) -> None:
        meaning: dict[str, Any] = {"agency": agency.code, "summary": summary}
        self._state.insert(
            "operation",
            at=stored_time(now),
            user=agency.code,
            operation=operation,
            target=target,
            effect_key=effect_key,
            natural_key=natural_key(operation, target, meaning),
            summary=" ".join(nfc(summary).split())[:300],
        )
