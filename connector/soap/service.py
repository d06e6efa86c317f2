"""Calls on one service: a small answer into memory, a list into a file, a write sent once."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from connector.calls import Call, Reply, Saved
from connector.errors import AccessRefused, Hiccup, ReplyLost, ReplyUnreadable, SessionLost, SystemAway
from connector.soap.answers import opened, unreadable
from connector.soap.definition import Messages
from connector.soap.envelopes import outgoing
from connector.soap.wire import XML_MEDIA, SoapTransport
from connector.staging import staging

EFFECT_HEADER: Final = "X-Effect-Key"
_PACKAGE: Final = "multipart/related"


class Service:
    """The operations of one service as one account. `path` is the service's own name behind the base address."""

    def __init__(self, transport: SoapTransport, path: str, version: str) -> None:
        self.transport = transport
        self._path = path
        self._messages = Messages(version)
        self._refused: AccessRefused | None = None

    def ask(self, operation: str, **given: Any) -> Any:
        """The `…Result` element of a read without side effect, checked against the XSD."""
        call = self._call(operation, given)
        return self._opened(self.transport.send(call), call)

    def write(self, operation: str, effect_key: str, file: Path | None = None, **given: Any) -> Any:
        """The `…Result` element of a write: sent once. `file` goes beside the message by MTOM."""
        call = self._call(operation, given, effect_key, file)
        return self._opened(self.transport.send(call), call)

    @contextmanager
    def spooled(self, operation: str, max_bytes: int = 0, **given: Any) -> Iterator[tuple[Path, str]]:
        """The whole answer of a read as a file and its content type; the file is gone afterwards.

        So a list is known to have come whole before its first record is looked at, and
        costs no memory. Raises as `ask` does; TooLarge beyond `max_bytes` (default: the
        site's largest file).
        """
        call = self._call(operation, given)
        limit = max_bytes or self.transport.access.max_file_bytes
        with staging() as folder:
            target = folder / "answer"
            kind = _Kind()
            answer = self.transport.save(call, target, limit, kind)
            if not isinstance(answer, Saved):
                self._opened(answer, call)
                raise unreadable(operation)
            yield target, kind.content_type

    def _call(
        self, operation: str, given: Mapping[str, Any], effect_key: str = "", file: Path | None = None
    ) -> Call:
        if self._refused is not None:
            raise self._refused
        message = self._messages.message(operation, {name: _sendable(value) for name, value in given.items()})
        media = message.headers.pop("Content-Type")
        headers = {**message.headers, **({EFFECT_HEADER: effect_key} if effect_key else {})}
        body = outgoing(message.envelope, media, file)
        return Call("POST", self._path, operation, repeatable=not effect_key, upload=body, headers=headers)

    def _opened(self, reply: Reply, call: Call) -> Any:
        """What the answer holds; whatever leaves the effect of a write open is an unknown outcome."""
        try:
            return opened(reply, call.name, self.transport.secrets.clean)
        except AccessRefused as refused:
            self._refused = refused
            raise
        except Hiccup as trouble:
            if call.repeatable:
                raise SystemAway(trouble.sentence) from None
            raise ReplyLost(trouble.sentence) from None
        except (ReplyUnreadable, SessionLost, SystemAway) as error:
            if call.repeatable:
                raise
            raise ReplyLost(error.sentence) from None


class _Kind:
    """Tells whether an answer is one to be kept as a file, and remembers its content type."""

    def __init__(self) -> None:
        self.content_type = ""

    def __call__(self, status: int, headers: Mapping[str, str]) -> bool:
        self.content_type = headers.get("content-type", "")
        return status == 200 and self.content_type.partition(";")[0].strip().lower() in {*XML_MEDIA, _PACKAGE}


def _sendable(value: Any) -> Any:
    """A text without the characters that XML cannot hold, composed."""
    if isinstance(value, str):
        kept = "".join(c for c in value if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff"))
        return unicodedata.normalize("NFC", kept)
    return value
