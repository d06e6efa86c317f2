"""The arena over the twin in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from connector.memory import MemoryConnector, MemorySystem, Trouble
from connector.port import Write
from connector.records import AccountRecord, AssignmentCells, UnitRecord

STATUSES = {
    "1": "Chưa thực hiện",
    "2": "Đang thực hiện",
    "21": "Chờ xác nhận",
    "22": "Đang thực hiện trong hạn",
}


class MemoryArena:
    """Two units, one posting, and a connector that reads five rows a page."""

    lead, coordinator = "3", "4"

    def __init__(self) -> None:
        self.system = MemorySystem(STATUSES, {"1": "Đạt", "2": "Không đạt"})
        for unit_id, name in ((self.lead, "Sở Nội vụ"), (self.coordinator, "Sở Tài chính")):
            self.system.units[unit_id] = UnitRecord(unit_id, name)
        self.system.accounts["8001"] = AccountRecord("8001", "1005", "Đặng Quốc Dũng", "Giám đốc", self.lead)
        self.connector = MemoryConnector(self.system, page_size=5)

    def now(self) -> datetime:
        return self.system.clock

    def issue(
        self, number: str, secrecy: str = "Thường", attachments: Mapping[str, bytes] | None = None
    ) -> str:
        return self.system.issue(number, "Về một việc", secrecy=secrecy, attachments=attachments or {})

    def issue_with_rows(self, number: str) -> str:
        document_id = self.issue(number)
        row = AssignmentCells("1", "Rà soát biên chế", "Sở Nội vụ", deadline="15/12/2026")
        self.system.documents[document_id] = replace(self.system.documents[document_id], rows=(row,))
        return document_id

    def comment(self, document_id: str, text: str) -> None:
        self.system.say_on_document(document_id, "1005", text)

    def report(self, job_id: str, text: str) -> None:
        self.system.act(job_id, "1005", "2", text)

    def lose_reply(self, write: Write) -> None:
        self.system.trouble_writing.append(Trouble.REPLY_LOST)

    def fail_reading(self) -> None:
        self.system.trouble_reading.append(Trouble.AWAY)

    def shift_pages(self) -> None:
        def once() -> None:
            self.system.between_pages = None
            del self.system.documents[max(self.system.documents, key=int)]

        self.system.between_pages = once

    def applied(self, effect_key: str) -> int:
        return self.system.effects().get(effect_key, 0)
