"""Files as this dialect names them: one path with host, folder, time and name packed into it, several joined by `:`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from sandbox.state import Row

_FILE: Final = re.compile(r"__(\d+)__\d+[ap]m")


def packed_path(file: Row, folder: str, host: str) -> str:
    """`folder___http-host___songlam___2026__11__ID__20261116090500am001Name.xlsx`."""
    at = str(file["created_at"])
    digits = "".join(letter for letter in at if letter.isdigit())[:14]
    half = "am" if int(at[11:13] or "0") < 12 else "pm"
    name = str(file["name"]).replace(":", "-").replace("/", "-")
    return f"{folder}___http-{host}___songlam___{at[:4]}__{at[5:7]}__{file['id']}__{digits}{half}001{name}"


def packed_paths(files: Iterable[Row], folder: str, host: str) -> str:
    """Every file of a document in one text."""
    return ":".join(packed_path(file, folder, host) for file in files)


def file_number(path: str) -> int:
    """The file that a path stands for; 0 when it stands for none."""
    found = _FILE.search(path)
    return int(found[1]) if found else 0
