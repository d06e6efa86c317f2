"""The arena over the sandbox's axis: we are the Sở Nội vụ, the province writes to us, the Sở Tài chính answers."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import SecretStr

from connector.edxml.client import AxisConnector
from connector.port import Write
from tests.conformance.sandbox_arena import FAST
from tests.sandbox_process import SandboxHandle

PROVINCE, OURS, OTHER = "H99", "H99.02", "H99.03"


def axis_connector(url: str, way: str = "vxp", code: str = OURS, **further: Any) -> AxisConnector:
    """A connector of one agency to the axis of a sandbox at `url`."""
    path = "truc/vxp" if way == "vxp" else "truc/lgsp/v1"
    options: dict[str, Any] = {"access": FAST} | further
    return AxisConnector("truc", f"{url}/{path}", code, SecretStr(f"khoa-truc-{code}"), way=way, **options)


class AxisArena:
    """The small dataset; two agencies beside ours."""

    lead, coordinator = OURS, OTHER
    progress_code = "05"

    def __init__(self, sandbox: SandboxHandle, way: str = "vxp", **further: Any) -> None:
        self.sandbox = sandbox
        self.connector = axis_connector(sandbox.url, way, today=lambda: self.now().date(), **further)

    def now(self) -> datetime:
        return datetime.fromisoformat(self.sandbox.get("/__sandbox__/clock")["now"])

    def order(self, what: str, **values: Any) -> Any:
        return self.sandbox.post("/__sandbox__/axis", {"do": what, **values})

    def boxes(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.sandbox.get("/__sandbox__/axis")
        return found

    def issue(
        self, number: str, secrecy: str = "Thường", attachments: Mapping[str, bytes] | None = None
    ) -> str:
        return str(self.send(number, attachments=attachments)["boxes"][OURS])

    def send(
        self,
        number: str,
        *,
        by: str = PROVINCE,
        to: str = OURS,
        attachments: Mapping[str, bytes] | None = None,
        **further: Any,
    ) -> Any:
        digits, _, notation = number.partition("/")
        files = [
            {"name": name, "data": base64.b64encode(content).decode()}
            for name, content in (attachments or {}).items()
        ]
        values = {"number": digits, "notation": notation, "files": files, "type_name": "Chỉ thị", **further}
        return self.order("document", **{"from": by, "to": [to]}, **values)

    def put(self, content: bytes, kind: str = "edoc") -> str:
        """Bytes as they are into our box."""
        data = base64.b64encode(content).decode()
        return str(self.order("put", **{"from": PROVINCE, "to": OURS, "kind": kind, "data": data})["box"])

    def own_job(self, document_id: str) -> tuple[str, str]:
        return document_id, OURS

    def acknowledged(self, document_id: str) -> bool:
        return any(row["id"] == document_id and row["state"] == "done" for row in self.boxes())

    def watched_job(self, document_id: str) -> str:
        """A document of ours that the other agency has to deal with."""
        self.order(
            "document",
            **{
                "from": OURS,
                "to": [OTHER],
                "number": "7",
                "notation": "CV-SNV",
                "document_id": f"CV-{document_id}",
            },
        )
        return f"CV-{document_id}|{OTHER}"

    def report(self, job_id: str, text: str, code: str = "05") -> None:
        document_id, _, unit = job_id.rpartition("|")
        self.order(
            "status",
            **{
                "from": unit,
                "to": OURS,
                "document_id": document_id,
                "code": "7/CV-SNV",
                "status": code,
                "text": text,
            },
        )

    def comment(self, document_id: str, text: str) -> None:
        raise NotImplementedError

    def lose_reply(self, write: Write) -> None:
        self.sandbox.fault("drop_reply", "sendEdoc")

    def fail_reading(self) -> None:
        self.sandbox.fault("status_503", "ReceivedEdocList", retry_after=0)

    def shift_pages(self) -> None:
        raise NotImplementedError

    def applied(self, effect_key: str) -> int:
        """The largest number of times one operation was carried out under this key."""
        counted = Counter(
            row["operation"] for row in self.sandbox.operations() if row["effect_key"] == effect_key
        )
        return max(counted.values(), default=0)
