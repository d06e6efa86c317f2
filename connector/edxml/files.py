"""A file of a packet put on disk: whole, with its bytes there, or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from connector.errors import TooLarge
from connector.limits import MIB


def write_file(content: bytes, target: Path, max_bytes: int) -> None:
    """Under a temporary name, then renamed. Raises TooLarge, and leaves nothing then."""
    if len(content) > max_bytes:
        raise TooLarge(f"A file of a packet is larger than {max_bytes / MIB:g} MiB.")
    handle, name = tempfile.mkstemp(prefix=".part-", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as part:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
        Path(name).replace(target)
    finally:
        Path(name).unlink(missing_ok=True)
