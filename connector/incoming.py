"""A reply on its way in: read piece by piece within its limits, into memory or into a file."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import requests

from connector.calls import Call, Saved
from connector.deadline import Deadline
from connector.errors import TooLarge
from connector.limits import MIB
from connector.mishaps import ReplyCut

_CHUNK: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Incoming:
    """A reply whose head has come."""

    call: Call
    response: requests.Response
    deadline: Deadline

    @property
    def headers(self) -> dict[str, str]:
        """By lower-case name."""
        return {name.lower(): value for name, value in self.response.headers.items()}

    @property
    def length_told(self) -> bool:
        """Whether a body that ends early can be told from a whole one."""
        return not {"content-length", "transfer-encoding"}.isdisjoint(self.headers)

    def chunks(self, limit: int) -> Iterator[bytes]:
        """The decoded body piece by piece; a bomb ends at `limit`, a short body is an error (M11, F28)."""
        got = 0
        while chunk := self.response.raw.read1(_CHUNK, decode_content=True):
            got += len(chunk)
            if got > limit:
                raise TooLarge(f"{self.call.name}: the answer is larger than {limit / MIB:g} MiB.")
            yield chunk
        announced = self.headers.get("content-length", "")
        whole = (
            not (announced.isascii() and announced.isdigit()) or int(announced) == self.response.raw.tell()
        )
        # Without an announced length, a reply cut by the deadline looks like one that ended.
        if not whole or self.deadline.passed:
            raise ReplyCut(f"{self.call.name}: the answer was cut short.")


def save_file(incoming: Incoming, target: Path, max_bytes: int) -> Saved:
    """The body under a temporary name beside `target`, then renamed: never half a file."""
    digest, size = hashlib.sha256(), 0
    handle, name = tempfile.mkstemp(prefix=".part-", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as part:
            for chunk in incoming.chunks(max_bytes):
                part.write(chunk)
                digest.update(chunk)
                size += len(chunk)
            part.flush()
            os.fsync(part.fileno())
        Path(name).replace(target)
    finally:
        Path(name).unlink(missing_ok=True)
    return Saved(digest.hexdigest(), size, incoming.length_told)
