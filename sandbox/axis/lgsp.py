"""A province's gateway to the axis: a REST dialect with a log-in, lists by day and the packet as text."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sandbox.axis.agencies import Agency
from sandbox.axis.packets import BadPacket
from sandbox.axis.post import STATES, Post
from sandbox.clock import Clock
from sandbox.state import Row

_LIFE: Final = timedelta(minutes=30)
_DAY: Final = re.compile(r"(\d{4})/(\d{2})/(\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Question:
    """One call: who asks, with which query, JSON body, uploaded file."""

    agency: Agency
    query: Mapping[str, str]
    body: Mapping[str, Any]
    file: bytes
    effect_key: str


class Lgsp:
    """The calls under `/truc/lgsp/v1/`."""

    def __init__(self, post: Post, clock: Clock) -> None:
        self._post = post
        self._clock = clock
        self._tokens: dict[str, tuple[Agency, datetime]] = {}
        self.calls: dict[str, tuple[str, Callable[[Question], dict[str, Any]]]] = {
            "syncReceivedEdocList": ("GET", self._received),
            "getEdoc": ("GET", self._edoc),
            "sendEdoc": ("POST", self._send),
            "updateStatus": ("POST", self._acknowledge),
        }

    def log_in(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """A token for half an hour."""
        agency = self._known(str(body.get("systemId", "")), str(body.get("secretKey", "")))
        if agency is None:
            return _refused("15", "Sai mã hệ thống hoặc khóa")
        token = secrets.token_hex(16)
        self._tokens[token] = (agency, self._clock.now() + _LIFE)
        return {"success": True, "errorCode": "0", "data": {"token": token}}

    def caller(self, headers: Mapping[str, str]) -> Agency | None:
        """Who holds this token; the two other headers have to fit it."""
        token = headers.get("authorization", "").removeprefix("Bearer ")
        agency, until = self._tokens.get(token, (None, self._clock.now()))
        named = self._known(headers.get("x-systemid", ""), headers.get("x-secretkey", ""))
        return agency if agency is not None and agency == named and until > self._clock.now() else None

    def answer(self, name: str, question: Question) -> dict[str, Any]:
        """The value of the answer; refusals are values as well."""
        try:
            return self.calls[name][1](question)
        except BadPacket as refusal:
            return _refused(refusal.code, refusal.message)

    def _known(self, system: str, secret: str) -> Agency | None:
        agency = self._post.agencies.find(system)
        return agency if agency is not None and secrets.compare_digest(agency.secret, secret) else None

    def _received(self, question: Question) -> dict[str, Any]:
        start, end = (_iso(question.query.get(name, "")) for name in ("fromDate", "toDate"))
        kind = question.query.get("messageType", "edoc")
        rows = self._post.between(question.agency, kind, start, end)
        return {"success": True, "errorCode": "0", "count": len(rows), "data": [_row(row) for row in rows]}

    def _edoc(self, question: Question) -> dict[str, Any]:
        content = self._post.content(question.agency, question.query.get("docId", ""))
        if content is None:
            return _refused("21", "Không tìm thấy văn bản")
        text = content.decode("utf-8", errors="replace")
        return {"success": True, "errorCode": "0", "data": {"edxml": text, "edocCode": "", "attachments": []}}

    def _send(self, question: Question) -> dict[str, Any]:
        kind = str(question.body.get("messageType", ""))
        sent = self._post.send(question.file, kind, self._clock.now(), question.effect_key, question.agency)
        return {"success": True, "errorCode": "0", "data": {"docId": sent}}

    def _acknowledge(self, question: Question) -> dict[str, Any]:
        packet_id, state = str(question.body.get("docId", "")), str(question.body.get("status", ""))
        if state not in STATES:
            return _refused("21", "Trạng thái không hợp lệ")
        done = self._post.acknowledge(
            question.agency, packet_id, state, self._clock.now(), question.effect_key
        )
        return (
            {"success": True, "errorCode": "0", "data": None}
            if done
            else _refused("21", "Không tìm thấy văn bản")
        )


def _row(row: Row) -> dict[str, Any]:
    return {
        "docId": row["id"],
        "from": row["sender"],
        "to": row["receiver"],
        "status": row["state"],
        "statusDesc": "",
        "createdTime": row["at"],
        "updatedTime": row["updated"],
        "messageType": row["kind"],
    }


def _refused(code: str, message: str) -> dict[str, Any]:
    return {"success": False, "errorCode": code, "message": message, "data": None}


def _iso(text: str) -> str:
    match = _DAY.fullmatch(text)
    if match is None:
        raise BadPacket("21", "Ngày phải có dạng YYYY/MM/DD")
    return "-".join(match.groups())
