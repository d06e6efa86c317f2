"""What one installation may be asked to bear, and what it may send back."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from errors import ConfigInvalid

MIB: Final = 2**20


@dataclass(frozen=True, slots=True)
class Access:
    """How a document system is reached. Times in seconds, sizes in bytes.

    `total_seconds` ends one request wherever it hangs: socket timeouts alone never
    end a reply that drips. Files get further time at `file_bytes_per_second`.
    A `Retry-After` up to `patience_seconds` is waited out on the spot; a longer one
    is handed to the caller. `ca_bundle` replaces the system's certificates, `proxy`
    is an address (its password is a secret). Raises ConfigInvalid naming every bad value.
    """

    connect_seconds: float = 10
    read_seconds: float = 60
    total_seconds: float = 120
    file_bytes_per_second: int = 100_000
    max_body_bytes: int = 32 * MIB
    max_file_bytes: int = 100 * MIB
    rate_per_second: float = 8
    tries: int = 3
    patience_seconds: float = 10
    ca_bundle: Path | None = None
    proxy: str = ""

    def __post_init__(self) -> None:
        problems = [
            f"{name} must be a number above 0"
            for name in (
                "connect_seconds",
                "read_seconds",
                "total_seconds",
                "file_bytes_per_second",
                "max_body_bytes",
                "max_file_bytes",
                "rate_per_second",
                "tries",
            )
            if not (getattr(self, name) > 0 and math.isfinite(getattr(self, name)))
        ]
        if self.ca_bundle is not None and not self.ca_bundle.is_file():
            problems.append(f"ca_bundle: there is no file {self.ca_bundle}")
        if problems:
            raise ConfigInvalid(problems, where="limits of a site")

    def file_seconds(self, max_bytes: int) -> float:
        """How long a file of `max_bytes` may take."""
        return self.total_seconds + max_bytes / self.file_bytes_per_second
