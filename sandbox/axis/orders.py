"""What tests and scripts order of the axis: an agency writes, something broken arrives, what lies in the boxes."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from sandbox.axis.agencies import Agency
from sandbox.axis.packets import BadPacket
from sandbox.axis.post import Post
from sandbox.axis.registry import issued_for
from sandbox.axis.writing import document, status
from sandbox.control import BASE, OrderError, guarded

if TYPE_CHECKING:
    from sandbox.app import Sandbox


class Orders:
    """`do` says what: `document` (directive or report), `directives`, `status`, or `put` (raw bytes)."""

    def __init__(self, sandbox: Sandbox, post: Post) -> None:
        self._sandbox = sandbox
        self._post = post

    def take(self, request: Request, order: Any) -> object:
        """Carry out one order; without one, list all boxes. Raises OrderError."""
        if request.method == "GET":
            return self._boxes()
        known: dict[str, Callable[[Mapping[str, Any]], object]] = {
            "document": self._document,
            "directives": self._directives,
            "status": self._status,
            "put": self._put,
        }
        if not isinstance(order, dict) or order.get("do") not in known:
            raise OrderError(f"do must be one of {', '.join(known)}")
        try:
            with self._sandbox.state.transaction():
                return known[order["do"]](order)
        except BadPacket as problem:
            raise OrderError(f"{problem.code}: {problem.message}") from None

    def _document(self, order: Mapping[str, Any]) -> object:
        now = self._sandbox.clock.now()
        receivers = [self._agency(code) for code in order["to"]]
        content, document_id = document(self._agency(order["from"]), receivers, order, now)
        sent = self._post.send(content, "edoc", now)
        boxes = self._boxes_of(sent)
        return {"sent": sent, "from": order["from"], "document_id": document_id, "boxes": boxes}

    def _directives(self, order: Mapping[str, Any]) -> object:
        """The registry sends an agency every issued document that names it as a receiver; marked ones never."""
        to = self._agency(order["to"])
        return [self._document({**given, "to": [to.code]}) for given in issued_for(self._sandbox.state, to)]

    def _status(self, order: Mapping[str, Any]) -> object:
        now = self._sandbox.clock.now()
        sent = self._post.send(status(self._agency(order["from"]), order, now), "status", now)
        return {"sent": sent, "boxes": self._boxes_of(sent)}

    def _put(self, order: Mapping[str, Any]) -> object:
        content = base64.b64decode(order["data"])
        now = self._sandbox.clock.now()
        return {
            "box": self._post.put(content, str(order.get("kind", "edoc")), order["from"], order["to"], now)
        }

    def _boxes_of(self, sent: str) -> dict[str, str]:
        rows = self._sandbox.state.all("SELECT id, receiver FROM axis_box WHERE sent_id = ?", (sent,))
        return {row["receiver"]: row["id"] for row in rows}

    def _boxes(self) -> list[dict[str, Any]]:
        rows = self._sandbox.state.all(
            "SELECT b.id, b.receiver, b.state, s.kind, s.sender, s.document_id, s.status, s.notation, s.title"
            " FROM axis_box b JOIN axis_sent s ON s.id = b.sent_id ORDER BY b.rowid"
        )
        return [dict(row) for row in rows]

    def _agency(self, code: str) -> Agency:
        agency = self._post.agencies.find(str(code))
        if agency is None:
            raise OrderError(f"no agency {code}")
        return agency


def order_addresses(sandbox: Sandbox, post: Post) -> list[BaseRoute]:
    """The address under `/__sandbox__/`."""
    return [Route(f"{BASE}axis", guarded(Orders(sandbox, post).take), methods=["GET", "POST"])]
