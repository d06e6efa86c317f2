"""Records as they are handed on, and hashes of what tells that they changed. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson

from connector.records import Kind, RawRecord


def raw_record(kind: Kind, remote_id: str, content: object, fingerprint: str = "") -> RawRecord:
    """The record as it is handed on; `content` is what the dialect gave, bundled."""
    body = orjson.dumps(content)
    return RawRecord(kind, remote_id, body, hashlib.sha256(body).hexdigest(), fingerprint)


def row_fingerprint(row: Mapping[str, Any]) -> str:
    """Of a row that is itself the record (units, accounts)."""
    return fingerprint(orjson.dumps(row, option=orjson.OPT_SORT_KEYS).decode())


def fingerprint(*parts: object) -> str:
    """Of the values that tell a change, in their order; 32 hex digits."""
    return hashlib.sha256(orjson.dumps(parts)).hexdigest()[:32]
