"""A package of several parts (MTOM) on disk, and the file inside: copied out piece by piece."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from connector.errors import ReplyUnreadable

_CHUNK: Final = 64 * 1024
_MOST_PARTS: Final = 16
_LONGEST_HEAD: Final = 8 * 1024
_UNREADABLE: Final = "A package with a file has no readable parts."


@dataclass(frozen=True, slots=True)
class Part:
    """Where one part's content lies in the package."""

    headers: Mapping[str, str]
    start: int
    end: int


class Package:
    """The parts of a `multipart/related` answer by their Content-ID; the first is the envelope."""

    def __init__(self, content: mmap.mmap, content_type: str) -> None:
        self._content = content
        self._parts = list(_parts(content, _boundary(content_type)))
        if not self._parts:
            raise ReplyUnreadable(_UNREADABLE)

    def envelope(self, limit: int) -> bytes:
        """The first part. Raises ReplyUnreadable beyond `limit` bytes: an envelope is small."""
        root = self._parts[0]
        if root.end - root.start > limit:
            raise ReplyUnreadable(_UNREADABLE)
        return self._content[root.start : root.end]

    def pieces(self, reference: str) -> Iterator[bytes]:
        """The content of the part that `cid:…` names. Raises ReplyUnreadable when there is none."""
        wanted = unquote(reference.removeprefix("cid:"))
        part = next((p for p in self._parts if p.headers.get("content-id", "").strip("<> ") == wanted), None)
        if part is None:
            raise ReplyUnreadable(_UNREADABLE)
        for start in range(part.start, part.end, _CHUNK):
            yield self._content[start : min(start + _CHUNK, part.end)]


@contextmanager
def opened_package(path: Path, content_type: str) -> Iterator[Package]:
    """The package in a file. Raises ReplyUnreadable."""
    with path.open("rb") as file:
        if not path.stat().st_size:
            raise ReplyUnreadable(_UNREADABLE)
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            yield Package(content, content_type)


def _boundary(content_type: str) -> bytes:
    header = Message()
    header["Content-Type"] = content_type
    boundary = header.get_param("boundary")
    if not isinstance(boundary, str) or not re.fullmatch(r"[\x21-\x7e ]{1,70}", boundary):
        raise ReplyUnreadable(_UNREADABLE)
    return b"--" + boundary.encode()


def _parts(content: mmap.mmap, mark: bytes) -> Iterator[Part]:
    """Between two marks each; the package must end with the closing one, or it was cut short."""
    place = content.find(mark)
    for _ in range(_MOST_PARTS):
        after = place + len(mark)
        if place < 0:
            break
        if content[after : after + 2] == b"--":
            return
        head_end = content.find(b"\r\n\r\n", after, after + _LONGEST_HEAD)
        following = content.find(b"\r\n" + mark, after)
        if head_end < 0 or not head_end + 2 <= following:
            break
        yield Part(_headers(content[after:head_end]), head_end + 4, max(following, head_end + 4))
        place = following + 2
    raise ReplyUnreadable(_UNREADABLE)


def _headers(head: bytes) -> dict[str, str]:
    lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines if ":" in line)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}
