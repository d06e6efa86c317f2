"""The arena over a sandbox: a real server with the real habits, and people who log in to it."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import date, datetime

import pytest
from pydantic import SecretStr

from connector.ioffice.client import IOfficeConnector
from connector.limits import Access
from connector.port import AttachFile, CommentDocument, CreateJob, UpdateJob, Write
from tests.sandbox_process import SERVICE, SandboxHandle, sandbox_in_thread


@contextmanager
def sandboxes(folders: pytest.TempPathFactory) -> Iterator[Callable[[], SandboxHandle]]:
    """Opens a fresh sandbox at each call. Their slow ends overlap with the tests that follow."""
    with ThreadPoolExecutor() as closing:
        opened: list[ExitStack] = []

        def fresh() -> SandboxHandle:
            while opened:
                closing.submit(opened.pop().close)
            opened.append(ExitStack())
            return opened[0].enter_context(sandbox_in_thread(folders.mktemp("sandbox")))

        yield fresh
        while opened:
            opened.pop().close()


FAST = Access(rate_per_second=100_000, tries=1)


class SandboxArena:
    """The small dataset; the connector reads five rows a page."""

    lead, coordinator = "3", "4"

    def __init__(self, sandbox: SandboxHandle, page_size: int = 5) -> None:
        self.sandbox = sandbox
        self.connector = IOfficeConnector(
            "songlam",
            f"{sandbox.url}/qlvb",
            SERVICE[0],
            SecretStr(SERVICE[1]),
            access=FAST,
            page_size=page_size,
            today=lambda: date(2026, 11, 16),
        )

    def now(self) -> datetime:
        return datetime.fromisoformat(self.sandbox.get("/__sandbox__/clock")["now"])

    def issue(
        self, number: str, secrecy: str = "Thường", attachments: Mapping[str, bytes] | None = None
    ) -> str:
        files = [
            {"fileName": name, "fileData": base64.b64encode(content).decode()}
            for name, content in (attachments or {}).items()
        ]
        draft = {"summary": "Về một việc", "documentType": "Chỉ thị", "doMat": secrecy, "files": files}
        with self.sandbox.person("minhnv.vp") as drafter:
            (document_id,) = drafter.post("shared/integration/doc/create/", [draft])
            drafter.post("incommingdocument/promulgatedocument/", {"docId": document_id, "soKyHieu": number})
        return str(document_id)

    def issue_many(self, count: int) -> set[str]:
        """So many documents, quicker than one by one."""
        drafts = [{"summary": f"Việc thứ {n}", "documentType": "Thông báo"} for n in range(count)]
        with self.sandbox.person("minhnv.vp") as drafter:
            ids = drafter.post("shared/integration/doc/create/", drafts)
            for document_id in ids:
                drafter.post("incommingdocument/promulgatedocument/", {"docId": document_id})
        return set(ids)

    def comment(self, document_id: str, text: str) -> None:
        with self.sandbox.person("minhnv.vp") as drafter:
            drafter.post("incommingdocument/sendcomment/", {"docId": document_id, "comment": text})

    def report(self, job_id: str, text: str) -> None:
        with self.sandbox.person("dungdq.nv") as leader:
            lines = leader.get(f"job/getlistprocesser/{job_id}/")
            line_id = next(line["nxlId"] for line in lines if line["vaiTro"] == "1")
            body = {"id": job_id, "nxlId": line_id, "status": "2", "comment": text}
            leader.post("job/updatestatus/", body)

    def lose_reply(self, write: Write) -> None:
        path = {
            CreateJob: "job/createjob",
            UpdateJob: "job/updatejob",
            CommentDocument: "sendcomment",
            AttachFile: "sendcomment",
        }.get(type(write), "job/updatestatus")
        self.sandbox.fault("drop_reply", path)

    def fail_reading(self) -> None:
        self.sandbox.fault("status_503", "getlistlookupbyparam", retry_after=0)

    def shift_pages(self) -> None:
        self.sandbox.fault("page_shift", "getlistlookupbyparam", rows=1)

    def applied(self, effect_key: str) -> int:
        """The largest number of times one operation was carried out under this key."""
        counted = Counter(
            row["operation"] for row in self.sandbox.operations() if row["effect_key"] == effect_key
        )
        return max(counted.values(), default=0)
