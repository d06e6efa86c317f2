"""The operation log: every write that was applied, in order. It is what tests judge effects by."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from typing import Any

import orjson

from sandbox.calls import Call
from sandbox.dialect import id_list, nfc
from sandbox.state import Row, State


def natural_key(operation: str, target: str, meaning: Mapping[str, Any]) -> str:
    """The same for two writes that mean the same, whoever sent them and however often."""
    sort = orjson.dumps(
        {"operation": operation, "target": target, "body": _composed(meaning)}, option=orjson.OPT_SORT_KEYS
    )
    return hashlib.sha256(sort).hexdigest()


def applied(
    call: Call, operation: str, target: str, summary: str, meaning: Mapping[str, Any] | None = None
) -> None:
    """Record a write in its own transaction: an operation that was undone is never listed.

    `meaning` is what counts in the body (by default all of it); file ids in it are
    replaced by the hashes of the files, since a repeated upload gets new ids.
    """
    given = dict(call.fields if meaning is None else meaning)
    if "files" in given:
        given["files"] = [_content_hash(call.state, file_id) for file_id in id_list(given["files"])]
    call.state.insert(
        "operation",
        at=call.at,
        user=call.who.username,
        operation=operation,
        target=target,
        effect_key=call.effect_key,
        natural_key=natural_key(operation, target, given),
        summary=_one_line(summary),
    )


def listed(state: State, since: int) -> list[Row]:
    """Operations with a sequence number above `since`."""
    return state.all("SELECT * FROM operation WHERE seq > ? ORDER BY seq", (since,))


def _content_hash(state: State, file_id: str) -> str:
    row = state.one("SELECT name, sha256 FROM file WHERE id = ?", (file_id,))
    return file_id if row is None else f"{row['name']}:{row['sha256']}"


def _composed(value: Any) -> Any:
    if isinstance(value, str):
        return nfc(value).strip()
    if isinstance(value, Mapping):
        return {str(key): _composed(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_composed(inner) for inner in value]
    return value


def _one_line(text: str) -> str:
    clean = "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in text)
    return clean[:300]
