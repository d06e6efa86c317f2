"""Packed file paths: host, folder, time and name in one text, several texts joined by `:`. Pure.

The host inside is compared with the site's own and never followed: the address of a
file carries the refresh token, which no other host may see.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from connector.records import FileRef
from connector.texts import text_of
from errors import SkipRecord

_HOST: Final = re.compile(r"(?:^|__)https?-([A-Za-z0-9.-]+?)__", re.ASCII)
#: The name begins three characters behind the half of the day that ends the time.
_NAME: Final = re.compile(r"(?:^|_)\d{6,}[ap]m.{3}(.+)", re.ASCII | re.DOTALL)
_UNSAFE: Final = re.compile(r"[/\\\x00-\x1f\x7f]")
_LONGEST: Final = 1_000
_FIELD: Final = "file_van_ban_bs or file_dinh_kem"


@dataclass(frozen=True, slots=True)
class PackedPath:
    """One file as this dialect names it."""

    text: str
    host: str
    name: str


def packed_path(text: str) -> PackedPath:
    """What one path says. Raises SkipRecord for one that says no host or no name, or leads elsewhere."""
    host, name = _HOST.search(text), _NAME.search(text)
    if host is None or name is None or _UNSAFE.search(text) or len(text) > _LONGEST:
        raise SkipRecord(
            f"Field {_FIELD}: a packed file path that names no host or no file.",
            remedy="Attach the file again in the document system.",
        )
    return PackedPath(text, host[1].lower(), name[1])


def file_refs(value: object) -> Iterator[FileRef]:
    """Every file of a document; how large one is, this dialect does not tell. Raises SkipRecord.

    A path is kept letter by letter, since it goes back as it came; only the name is composed.
    """
    for part in value.split(":") if isinstance(value, str) and text_of(value) else ():
        if part.strip():
            path = packed_path(part.strip())
            yield FileRef(remote_id=path.text, name=text_of(path.name))
    if value is not None and not isinstance(value, str):
        raise SkipRecord(f"Field {_FIELD}: a text was expected, not {type(value).__name__}.")


def file_address(path: PackedPath, refresh_token: str) -> str:
    """Where the file is fetched, behind the address of the site's files."""
    parts = (path.text, "download", refresh_token, path.name)
    return "api/file-manage/read-file/" + "/".join(quote(part, safe="") for part in parts)
