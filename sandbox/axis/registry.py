"""The registry of the document system as the axis sees it: what was issued, in the words of a packet."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any, Final

from sandbox.axis.agencies import Agency
from sandbox.state import Row, State

#: Only what is marked as open travels over the axis.
_ISSUED: Final = """
SELECT d.* FROM document d JOIN recipient r ON r.doc_id = d.id JOIN unit u ON u.id = r.unit_id
WHERE u.code = ? AND d.state = 1 AND d.outgoing = 1 AND d.hidden = 0
  AND lower(d.secrecy) IN ('thường', 'bình thường', 'không')
ORDER BY d.issued_at, d.id
"""
_FILES: Final = """
SELECT f.name, f.content FROM file f JOIN file_link l ON l.file_id = f.id
WHERE l.place = 'attach' AND l.target_id = ? ORDER BY f.id
"""
_ISSUER: Final = "SELECT code FROM unit WHERE ? LIKE name || '%' AND code != '' ORDER BY length(name) DESC"


def issued_for(state: State, receiver: Agency) -> Iterator[dict[str, Any]]:
    """Orders of `sandbox/axis/writing.py`, one for each document, oldest first."""
    for row in state.all(_ISSUED, (receiver.code,)):
        number, _, notation = row["number"].partition("/")
        yield {
            "from": state.value(_ISSUER, (row["issuer"],)),
            "number": number,
            "notation": notation,
            "day": row["issued_at"][:10].replace("-", "/"),
            "due": row["due"].replace("-", "/"),
            "type_name": row["doc_type"],
            "subject": row["subject"],
            "content": row["note"],
            "signer": row["signer"],
            "files": [_file(file) for file in state.all(_FILES, (row["id"],))],
        }


def _file(row: Row) -> dict[str, str]:
    return {"name": row["name"], "data": base64.b64encode(row["content"]).decode()}
