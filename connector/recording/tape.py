"""Keeps every request and reply of the connectors that are opened through it, in memory only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final, Protocol, runtime_checkable
from urllib.parse import urlsplit

import requests
from urllib3 import HTTPResponse

from connector.deadline import WatchedAdapter
from connector.errors import TooLarge
from connector.limits import MIB
from connector.pace import http_date
from connector.records import DirectiveRecord
from connector.redact import Redactor

#: Far more than any answer that the doctor asks for.
LARGEST: Final = 64 * MIB
_CHUNK: Final = 64 * 1024
#: Of a reply; everything else of its head may name people, machines or sessions.
KEPT_HEADERS: Final = ("content-type", "retry-after")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its reply. `operation` is the SOAP action, "" elsewhere; `path` begins behind the host.

    `ahead` are the seconds that the other side's clock was ahead of ours, None when it told no time. A
    `vocabulary` is a list of the installation's own codes and words, in which nobody and no document is named.
    """

    method: str
    path: str
    operation: str
    sent: bytes
    status: int
    headers: dict[str, str]
    body: bytes
    ahead: float | None = None
    vocabulary: bool = False


IsOpen = Callable[[DirectiveRecord], bool]


@runtime_checkable
class Recordable(Protocol):
    """A connector that knows where in its dialect documents stand."""

    def spared(self, exchanges: Sequence[Exchange], is_open: IsOpen) -> list[Exchange]:
        """The exchanges with nothing in them of any document that `is_open` was not true of.

        What is taken out is replaced by what says no more than that something was there. Whatever cannot be
        judged is not open. Lists of codes are marked as `vocabulary`.
        """
        ...


@dataclass
class Tape:
    """See `connector.lines.Line`."""

    exchanges: list[Exchange] = field(default_factory=list)
    secrets: list[Redactor] = field(default_factory=list)

    def adapter(self, secrets: Redactor) -> WatchedAdapter:
        """An adapter that keeps what goes through it."""
        self.secrets.append(secrets)
        return _TapedAdapter(self)


class _TapedAdapter(WatchedAdapter):
    """Hands every reply on as it came, whole in memory."""

    def __init__(self, tape: Tape) -> None:
        super().__init__()
        self._tape = tape

    def send(self, request: requests.PreparedRequest, *args: Any, **further: Any) -> requests.Response:
        response = super().send(request, *args, **further)
        body = _whole(response.raw)
        headers = {name.lower(): value for name, value in response.headers.items()}
        self._tape.exchanges.append(_exchange(request, response.status_code, headers, body))
        original = getattr(response.raw, "_original_response", None)
        response.raw = rebuilt(response.status_code, _plain(headers, body), body, original)
        return response


def _whole(raw: Any) -> bytes:
    """The decoded body; a bomb ends at the limit. Raises TooLarge, or what the transport takes for a broken line."""
    parts, got = [], 0
    while part := raw.read(_CHUNK, decode_content=True):
        got += len(part)
        if got > LARGEST:
            raise TooLarge(f"An answer is larger than {LARGEST} bytes, so nothing is recorded.")
        parts.append(part)
    return b"".join(parts)


def rebuilt(status: int, headers: dict[str, str], body: bytes, original: Any = None) -> HTTPResponse:
    """A reply that is still to be read; `original` is where cookies are looked for."""
    return HTTPResponse(
        BytesIO(body), headers=headers, status=status, preload_content=False, original_response=original
    )


def _plain(headers: dict[str, str], body: bytes) -> dict[str, str]:
    """As of a body that came uncompressed and in one piece."""
    left_out = {"content-encoding", "transfer-encoding", "content-length"}
    kept = {name: value for name, value in headers.items() if name not in left_out}
    return kept | {"content-length": str(len(body))}


def _exchange(
    request: requests.PreparedRequest, status: int, headers: dict[str, str], body: bytes
) -> Exchange:
    told = http_date(headers.get("date"))
    method, path, operation = asked(request)
    return Exchange(
        method=method,
        path=path,
        operation=operation,
        sent=request.body if isinstance(request.body, bytes) else b"",
        status=status,
        headers={name: headers[name] for name in KEPT_HEADERS if name in headers},
        body=body,
        ahead=(told - datetime.now(UTC)).total_seconds() if told else None,
    )


def asked(request: requests.PreparedRequest) -> tuple[str, str, str]:
    """(method, path, operation): by what an answer is found again."""
    address = urlsplit(request.url or "")
    path = address.path + (f"?{address.query}" if address.query else "")
    # SOAP 1.2 tells its action in the content type.
    media = str(request.headers.get("Content-Type", ""))
    action = str(request.headers.get("SOAPAction", "")) or media.partition('action="')[2].partition('"')[0]
    return request.method or "", path, action.strip('"').rpartition("/")[2]
