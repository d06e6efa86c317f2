"""One request and one reply, as values; and the one file that an upload streams."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from urllib3.fields import RequestField
from urllib3.filepost import choose_boundary

_CHUNK: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Upload:
    """A file sent as a multipart part, streamed: memory stays flat whatever its size.

    The boundary is drawn anew each time, so that no file can be made to contain it.
    """

    part: str
    name: str
    path: Path
    boundary: str = field(default_factory=choose_boundary)

    @property
    def content_type(self) -> str:
        """The header value that goes with the body."""
        return f"multipart/form-data; boundary={self.boundary}"

    def _frame(self) -> tuple[bytes, bytes]:
        head = RequestField(self.part, b"", filename=self.name)
        head.make_multipart(content_type="application/octet-stream")
        start = f"--{self.boundary}\r\n{head.render_headers()}"
        return start.encode(), f"\r\n--{self.boundary}--\r\n".encode()

    def __len__(self) -> int:
        start, end = self._frame()
        return len(start) + self.path.stat().st_size + len(end)

    def __iter__(self) -> Iterator[bytes]:
        start, end = self._frame()
        yield start
        with self.path.open("rb") as content:
            while chunk := content.read(_CHUNK):
                yield chunk
        yield end


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `name` says which operation, without ids: it may stand in logs and errors.

    `repeatable` is for reads without any side effect, whatever their HTTP method:
    only those are tried again. `form` is sent form-encoded.
    `check` may look at a read's reply and raise ReplyCut.
    """

    method: str
    path: str
    name: str
    repeatable: bool = True
    json: object = None
    upload: Upload | None = None
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    check: Callable[[Reply], None] | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that came whole. `headers` are looked up in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def content_type(self) -> str:
        """Media type in lower case, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Saved:
    """A file that was written. `length_told` says that the server had announced where it ends."""

    sha256: str
    size: int
    length_told: bool = True
