"""The arena over the sandbox's province API; what people do there they do over REST, on the same data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from pydantic import SecretStr

from connector.province_api.boxes import INCOMING
from connector.province_api.client import ProvinceApiConnector
from connector.two_ways import TwoWays
from sandbox.client import Wire
from tests.conformance.sandbox_arena import FAST, SandboxArena
from tests.sandbox_process import PASSWORD, SERVICE, SandboxHandle

SEARCH = "tra-cuu-van-ban-di-agg"
DETAIL = "chi-tiet-van-ban-di"


def asked(url: str, method: str, path: str, token: str = "", **form: str) -> Any:
    """One request by hand: form-encoded, the JSON answer."""
    wire = Wire(url)
    try:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": f"Bearer {token}"}
        query = f"?{urlencode(form)}" if method == "GET" else ""
        body = urlencode(form).encode() if method == "POST" else None
        return json.loads(wire.send(method, f"/api/{path}{query}", body, headers)[2])
    finally:
        wire.close()


def posting_of(url: str, username: str, password: str) -> tuple[str, str]:
    """(posting, refresh token) of the first post of a person."""
    path = "can-bo/danh-sach-cong-tac-can-bo"
    first = asked(url, "POST", path, username=username, password=password)["data"][0]
    return str(int(first["ma_ctcb_kc"])), first["refresh_token"]


def province_api_connector(
    url: str, account: tuple[str, str] = SERVICE, **further: Any
) -> ProvinceApiConnector:
    """A connector of the first posting of an account to a sandbox at `url`, five rows a page."""
    posting, refresh_token = posting_of(url, *account)
    options: dict[str, Any] = {"access": FAST, "page_size": 5, "today": lambda: date(2026, 11, 16)} | further
    return ProvinceApiConnector("songlam", url, posting, SecretStr(refresh_token), **options)


class ProvinceApiArena(SandboxArena):
    """The small dataset over the province API."""

    def __init__(self, sandbox: SandboxHandle, **further: Any) -> None:
        self.sandbox = sandbox
        self.connector = province_api_connector(sandbox.url, **further)  # type: ignore[assignment]

    def fail_reading(self) -> None:
        self.sandbox.fault("status_503", SEARCH, retry_after=0)

    def shift_pages(self) -> None:
        self.sandbox.fault("page_shift", SEARCH, rows=1)


class IncomingArena(ProvinceApiArena):
    """The small dataset as the Sở Nội vụ gets it: what was sent to it."""

    def __init__(self, sandbox: SandboxHandle, **further: Any) -> None:
        self.sandbox = sandbox
        leader: dict[str, Any] = {"account": ("dungdq.nv", PASSWORD), "since": date(2026, 1, 1)}
        options = leader | {"box": INCOMING} | further
        self.connector = province_api_connector(sandbox.url, **options)  # type: ignore[assignment]

    def issue(
        self, number: str, secrecy: str = "Thường", attachments: Mapping[str, bytes] | None = None
    ) -> str:
        document_id = super().issue(number, secrecy, attachments)
        with self.sandbox.person("minhnv.vp") as drafter:
            drafter.post("document/forwarddocument/", {"docId": document_id, "primaryInternal": self.lead})
        return document_id

    def fail_reading(self) -> None:
        self.sandbox.fault("status_503", INCOMING.path, retry_after=0)


class TwoWaysArena(SandboxArena):
    """Papers over the province API, work items over REST, on the same data."""

    def __init__(self, sandbox: SandboxHandle) -> None:
        super().__init__(sandbox)
        self.connector = TwoWays(province_api_connector(sandbox.url), self.connector)  # type: ignore[assignment]

    def fail_reading(self) -> None:
        self.sandbox.fault("status_503", SEARCH, retry_after=0)

    def shift_pages(self) -> None:
        self.sandbox.fault("page_shift", SEARCH, rows=1)
