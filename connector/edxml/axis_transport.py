"""The common transport with what the axis needs of it: every sending is signed anew."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import orjson
import requests
from pydantic import SecretStr
from urllib3.fields import RequestField
from urllib3.filepost import choose_boundary

from connector.calls import Call, Upload
from connector.edxml.dates import ZONE
from connector.limits import Access
from connector.pace import Pace
from connector.transport import Transport

PREFIX: Final = "XroadVnpt-"
VERSION: Final = "3.0.201608"


class AxisTransport(Transport):
    """Requests as one agency; limits, pace, deadlines and errors are the transport's."""

    def __init__(
        self,
        base_url: str,
        system: str,
        secret: SecretStr,
        *,
        access: Access | None = None,
        pace: Pace | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(ZONE),
        **further: Any,
    ) -> None:
        super().__init__(base_url, access, pace=pace, **further)
        self.secrets.hide(secret.get_secret_value())
        self._system = system
        self._secret = secret
        self._wall = clock

    def _request(self, call: Call, url: str) -> requests.Response:
        if isinstance(call, SignedCall):
            given = {"systemid": self._system, "timestamp": timestamp(self._wall()), **call.given}
            headers = {**call.headers, **signed(given, self._secret.get_secret_value())}
            call = replace(call, headers=headers)
        return super()._request(call, url)


@dataclass(frozen=True, slots=True)
class SignedCall(Call):
    """A call whose parameters go out as signed headers."""

    given: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PacketUpload(Upload):
    """A packet as the one file of a form, with text fields beside it. Its length is told: streams are refused."""

    content: bytes = field(default=b"", repr=False)
    fields: tuple[tuple[str, str], ...] = ()

    def _parts(self) -> bytes:
        parts = [*self.fields_as_parts(), self._part(self.part, self.content, self.name)]
        return b"".join(parts) + f"--{self.boundary}--\r\n".encode()

    def fields_as_parts(self) -> list[bytes]:
        """The text fields, in front of the file."""
        return [self._part(name, value.encode(), None) for name, value in self.fields]

    def _part(self, name: str, content: bytes, filename: str | None) -> bytes:
        head = RequestField(name, b"", filename=filename)
        head.make_multipart(content_type="application/octet-stream" if filename else None)
        return f"--{self.boundary}\r\n{head.render_headers()}".encode() + content + b"\r\n"

    def __len__(self) -> int:
        return len(self._parts())

    def __iter__(self) -> Iterator[bytes]:
        yield self._parts()


def upload_of(part: str, content: bytes, fields: Mapping[str, str] | None = None) -> PacketUpload:
    """A packet ready to go; the boundary is drawn anew, so that no packet can be made to contain it."""
    return PacketUpload(
        part, "goi-tin.edxml", Path(), choose_boundary(), content, tuple((fields or {}).items())
    )


def signed(given: Mapping[str, str], secret: str) -> dict[str, str]:
    """The headers of a call: each parameter, their JSON, its HMAC-SHA256 (hex), and their names."""
    text = orjson.dumps(dict(given)).decode("ascii", errors="strict")
    return {
        **{PREFIX + name: value for name, value in given.items()},
        f"{PREFIX}sign-header": text,
        f"{PREFIX}sign-header-key": ";".join(given),
        f"{PREFIX}hash-header": hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest(),
        f"{PREFIX}version": VERSION,
    }


def timestamp(now: datetime) -> str:
    """`ddMMyyyyTHHmmss+SSSS` in Việt Nam time; what follows the plus are milliseconds, no zone."""
    local = now.astimezone(ZONE)
    return f"{local:%d%m%YT%H%M%S}+{local.microsecond // 1000:04}"
