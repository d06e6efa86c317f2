"""Takes out of recorded answers the packets that are not open; a packet's own content never goes on a recording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import orjson

from connector.edxml.gate import text_in
from connector.recording.tape import Exchange, IsOpen
from connector.records import DirectiveRecord, DocumentState

_LISTS: Final = frozenset({"getReceivedEdocList", "syncReceivedEdocList", "getSentEdocList"})
_AGENCIES: Final = "getAgenciesList"


def spared(exchanges: Sequence[Exchange], is_open: IsOpen) -> list[Exchange]:
    """See `connector.recording.tape.Recordable`. Rows carry no mark: what that means is the site's own rule."""
    found = (_one(exchange, is_open) for exchange in exchanges)
    return [exchange for exchange in found if exchange is not None]


def _one(exchange: Exchange, is_open: IsOpen) -> Exchange | None:
    operation = exchange.path.partition("?")[0].rpartition("/")[2]
    if operation == _AGENCIES:
        return exchange
    if operation not in _LISTS:
        return None
    try:
        value: Any = orjson.loads(exchange.body)
        rows = [
            row if is_open(_shown(row)) else _nobodys(row, place)
            for place, row in enumerate(value.get("data") or ())
        ]
    except (orjson.JSONDecodeError, AttributeError, TypeError):
        return None
    return replace(exchange, body=orjson.dumps(value | {"data": rows}))


def _shown(row: Any) -> DirectiveRecord:
    """All that a row tells of the document in it."""
    return DirectiveRecord(
        remote_id="",
        number=text_in(row, "notation"),
        subject=text_in(row, "title", "subject"),
        doc_type="",
        issuer="",
        issued_on=None,
        state=DocumentState.ISSUED,
    )


def _nobodys(row: dict[str, Any], place: int) -> dict[str, Any]:
    """A row that says no more than that there was one."""
    made: dict[str, Any] = {name: "" if isinstance(value, str) else 0 for name, value in row.items()}
    return made | {name: f"x-{place}" for name in ("docId", "docid", "senderDocId") if name in row}
