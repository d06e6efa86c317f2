"""Packages of an envelope with a file beside it (MTOM), taken apart and put together."""

from __future__ import annotations

import re
from typing import Final

_BOUNDARY: Final = re.compile(r'boundary="?([^";]+)"?')
_MARK: Final = "goi-tep-7d1c5f0a9e"


def taken_apart(body: bytes, content_type: str) -> tuple[bytes, list[bytes]]:
    """The envelope and the files. Raises ValueError for what is no package."""
    found = _BOUNDARY.search(content_type)
    pieces = body.split(b"\r\n--" + found[1].encode()) if found else []
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise ValueError("not a whole package")
    parts = [piece.partition(b"\r\n\r\n")[2] for piece in pieces[:-1]]
    return parts[0], parts[1:]


def put_together(envelope: bytes, media: str, content: bytes) -> tuple[bytes, str]:
    """The package and its content type."""
    root = f'--{_MARK}\r\nContent-ID: <goi@may-chu>\r\nContent-Type: application/xop+xml; charset=utf-8; type="{media}"'
    between = f"\r\n--{_MARK}\r\nContent-ID: <tep@may-chu>\r\nContent-Type: application/octet-stream\r\n"
    binary = "Content-Transfer-Encoding: binary\r\n\r\n"
    body = f"{root}\r\n\r\n".encode() + envelope + f"{between}{binary}".encode() + content
    kind = f'multipart/related; type="application/xop+xml"; start-info="{media}"; boundary="{_MARK}"'
    return body + f"\r\n--{_MARK}--\r\n".encode(), kind
