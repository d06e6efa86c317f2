"""A message on its way out: signed anew for each sending, a large file streamed beside it (MTOM)."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from lxml import etree

from connector.calls import Upload
from connector.soap.definition import named

#: Base64 of a larger file is a text node beyond what libxml2 reads (10,000,000 bytes) on the other side.
LARGEST_INLINE: Final = 7_500_000
_XOP: Final = "http://www.w3.org/2004/08/xop/include"
_ROOT_ID, _FILE_ID = "goi@tdcd", "tep@tdcd"
_CHUNK: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class OutgoingEnvelope(Upload):
    """An envelope, with the file at `path` beside it when `beside` is set.

    `media` is the content type that zeep chose (SOAP 1.1 or 1.2). `content` is the
    signed envelope: a token with a digest may be used once only, so a repeated read
    is signed again, and an envelope that was not signed is never sent.
    """

    envelope: Any = None
    media: str = ""
    beside: bool = False
    content: bytes = b""

    def signed(self, token: Any) -> OutgoingEnvelope:
        """A copy with a fresh security header."""
        envelope, _ = token.apply(copy.deepcopy(self.envelope), {})
        return replace(self, content=etree.tostring(envelope, encoding="utf-8", xml_declaration=True))

    @property
    def content_type(self) -> str:
        """Of the envelope, or of the package around envelope and file."""
        if not self.beside:
            return self.media
        media, _, action = self.media.partition(";")
        further = f"; {action.split(';')[-1].strip()}" if "action=" in action else ""
        return (
            f'multipart/related; type="application/xop+xml"; start="<{_ROOT_ID}>"; start-info="{media}"; '
            f'boundary="{self.boundary}"{further}'
        )

    def _frame(self) -> tuple[bytes, bytes]:
        media = self.media.partition(";")[0]
        start = (
            f"--{self.boundary}\r\nContent-ID: <{_ROOT_ID}>\r\n"
            f'Content-Type: application/xop+xml; charset=utf-8; type="{media}"\r\n'
            "Content-Transfer-Encoding: 8bit\r\n\r\n"
        )
        between = (
            f"\r\n--{self.boundary}\r\nContent-ID: <{_FILE_ID}>\r\nContent-Type: application/octet-stream\r\n"
            "Content-Transfer-Encoding: binary\r\n\r\n"
        )
        return start.encode() + self.content + between.encode(), f"\r\n--{self.boundary}--\r\n".encode()

    def __len__(self) -> int:
        if not self.beside:
            return len(self.content)
        start, end = self._frame()
        return len(start) + self.path.stat().st_size + len(end)

    def __iter__(self) -> Iterator[bytes]:
        if not self.beside:
            yield self.content
            return
        start, end = self._frame()
        yield start
        with self.path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
        yield end


def outgoing(envelope: Any, media: str, file: Path | None = None) -> OutgoingEnvelope:
    """The body of a call; `file` stands in its `noiDung` by reference."""
    if file is None:
        return OutgoingEnvelope("", "", Path(), envelope=envelope, media=media)
    place = envelope.find(f".//{named('noiDung')}")
    place.text = None
    etree.SubElement(place, f"{{{_XOP}}}Include", href=f"cid:{_FILE_ID}", nsmap={"xop": _XOP})
    return OutgoingEnvelope("", file.name, file, envelope=envelope, media=media, beside=True)
