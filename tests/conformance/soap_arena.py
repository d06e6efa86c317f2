"""The arena over the sandbox's SOAP service; what people do there they do over REST, on the same data."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from typing import Any

from pydantic import SecretStr

from connector.port import AttachFile, CommentDocument, CommentJob, CreateJob, SetStatus, UpdateJob, Write
from connector.soap.client import SoapConnector
from tests.conformance.sandbox_arena import FAST, SandboxArena
from tests.sandbox_process import SERVICE, SandboxHandle

_OPERATIONS: dict[type[Any], str] = {
    CreateJob: "TaoCongViec",
    UpdateJob: "SuaCongViec",
    SetStatus: "CapNhatTrangThaiCongViec",
    CommentJob: "GuiYKienCongViec",
    CommentDocument: "GuiYKienVanBan",
    AttachFile: "GuiTep",
}


def soap_connector(url: str, **further: Any) -> SoapConnector:
    """A connector to the service of a sandbox at `url`, five rows a page."""
    options: dict[str, Any] = {"access": FAST, "page_size": 5, "today": lambda: date(2026, 11, 16)} | further
    return SoapConnector(
        "songlam", f"{url}/Services/VanBan.asmx", SERVICE[0], SecretStr(SERVICE[1]), **options
    )


class SoapArena(SandboxArena):
    """The small dataset over SOAP."""

    def __init__(self, sandbox: SandboxHandle, **further: Any) -> None:
        self.sandbox = sandbox
        self.connector = soap_connector(sandbox.url, **further)  # type: ignore[assignment]

    def lose_reply(self, write: Write) -> None:
        self.sandbox.fault("drop_reply", _OPERATIONS[type(write)])

    def fail_reading(self) -> None:
        self.sandbox.fault("status_503", "LayDanhSachVanBan", retry_after=0)

    def shift_pages(self) -> None:
        """Once the first page was read, one of its documents goes out of sight."""
        transport = self.connector._transport
        save = transport.save

        def once(*call: Any) -> Any:
            transport.save = save  # type: ignore[method-assign]
            answer = save(*call)
            self._hide_the_first()
            return answer

        transport.save = once  # type: ignore[method-assign, assignment]

    def _hide_the_first(self) -> None:
        with closing(sqlite3.connect(self.sandbox.data_dir / "sandbox.db")) as database, database:
            database.execute("UPDATE document SET hidden = 1 WHERE id = (SELECT min(id) FROM document)")
