"""Changes behind everybody's back: no notice, no history, no operation. Drift is made with them."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Final

from sandbox.dialect import folded, nfc, stored_day
from sandbox.envelope import Refused
from sandbox.state import State


class QuietChangeError(ValueError):
    """Nothing of that name can be changed quietly."""


def change_quietly(state: State, order: Mapping[str, Any]) -> dict[str, Any]:
    """Carry out `{job_id|document_id|user_id|file_id, field, value}`. Raises QuietChangeError."""
    for (key, name), change in _CHANGES.items():
        if key in order and order.get("field") == name:
            try:
                if change(state, str(order[key]), order.get("value")) == 0:
                    raise QuietChangeError(f"there is no {key} {order[key]}")
            except Refused as refusal:
                raise QuietChangeError(refusal.message) from None
            return {"changed": True}
    known = ", ".join(f"{key}/{name}" for key, name in _CHANGES)
    raise QuietChangeError(f"known changes are {known}")


def _changed(state: State, sql: str, *parameters: object) -> int:
    state.run(sql, parameters)
    return int(state.value("SELECT changes()"))


def _job_status(state: State, job: str, value: Any) -> int:
    """By code or by name, on the leading line."""
    codes = {name: code for code, name in state.statuses.items()}
    code = int(value) if str(value).isdigit() else codes.get(nfc(str(value)))
    if code not in state.statuses:
        raise QuietChangeError(f"there is no status {value}")
    first = "SELECT min(id) FROM line WHERE job_id = ? AND role = '1'"
    line = state.value(first, (job,))
    return _changed(state, "UPDATE line SET status = ? WHERE id = ?", code, line)


def _job_due(state: State, job: str, value: Any) -> int:
    text = str(value or "")
    due = text if text[4:5] == "-" else stored_day(text, "value")
    state.run("UPDATE line SET due = ? WHERE job_id = ?", (due, job))
    return _changed(state, "UPDATE job SET due = ? WHERE id = ?", due, job)


def _job_name(state: State, job: str, value: Any) -> int:
    content = state.value("SELECT content FROM job WHERE id = ?", (job,)) or ""
    search = folded(f"{value}\n{content}")
    return _changed(state, "UPDATE job SET name = ?, search = ? WHERE id = ?", nfc(str(value)), search, job)


def _job_content(state: State, job: str, value: Any) -> int:
    name = state.value("SELECT name FROM job WHERE id = ?", (job,)) or ""
    search = folded(f"{name}\n{value}")
    return _changed(
        state, "UPDATE job SET content = ?, search = ? WHERE id = ?", nfc(str(value)), search, job
    )


def _job_gone(state: State, job: str, _: Any) -> int:
    state.run("DELETE FROM flow WHERE job_id = ?", (job,))
    state.run("DELETE FROM line WHERE job_id = ?", (job,))
    return _changed(state, "DELETE FROM job WHERE id = ?", job)


def _document_hidden(state: State, document: str, value: Any) -> int:
    return _changed(state, "UPDATE document SET hidden = ? WHERE id = ?", int(bool(value)), document)


def _document_secrecy(state: State, document: str, value: Any) -> int:
    return _changed(state, "UPDATE document SET secrecy = ? WHERE id = ?", str(value or ""), document)


def _document_subject(state: State, document: str, value: Any) -> int:
    number = state.value("SELECT number FROM document WHERE id = ?", (document,)) or ""
    search = folded(f"{number} {value}")
    return _changed(
        state, "UPDATE document SET subject = ?, search = ? WHERE id = ?", nfc(str(value)), search, document
    )


def _person_locked(state: State, user: str, value: Any) -> int:
    return _changed(state, "UPDATE person SET locked = ? WHERE user_id = ?", int(bool(value)), user)


def _person_name(state: State, user: str, value: Any) -> int:
    return _changed(state, "UPDATE person SET full_name = ? WHERE user_id = ?", str(value), user)


def _file_content(state: State, file: str, value: Any) -> int:
    """Other bytes under the same id (base64)."""
    try:
        content = base64.b64decode(str(value), validate=True)
    except binascii.Error:
        raise QuietChangeError("value must be base64") from None
    digest = hashlib.sha256(content).hexdigest()
    return _changed(
        state,
        "UPDATE file SET content = ?, size = ?, sha256 = ? WHERE id = ?",
        content,
        len(content),
        digest,
        file,
    )


_CHANGES: Final[dict[tuple[str, str], Callable[[State, str, Any], int]]] = {
    ("job_id", "status"): _job_status,
    ("job_id", "endDate"): _job_due,
    ("job_id", "name"): _job_name,
    ("job_id", "content"): _job_content,
    ("job_id", "gone"): _job_gone,
    ("document_id", "hidden"): _document_hidden,
    ("document_id", "secrecy"): _document_secrecy,
    ("document_id", "subject"): _document_subject,
    ("user_id", "locked"): _person_locked,
    ("user_id", "fullName"): _person_name,
    ("file_id", "content"): _file_content,
}
