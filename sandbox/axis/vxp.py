"""The axis's main dialect: parameters as signed headers; every answer has status 200 and says in itself what it is."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import orjson

from sandbox.axis.agencies import Agency
from sandbox.axis.packets import BadPacket
from sandbox.axis.post import STATES, Post
from sandbox.clock import ZONE, Clock
from sandbox.state import Row

PREFIX: Final = "xroadvnpt-"
_SKEW: Final = timedelta(minutes=5)
_TIMESTAMP: Final = re.compile(r"(\d{8}T\d{6})\+\d{4}", re.ASCII)


class Refusal(Exception):
    """An answer with status FAIL."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Asked:
    """One call that was signed by an agency."""

    agency: Agency
    given: Mapping[str, str]
    file: bytes
    now: datetime
    effect_key: str


class Vxp:
    """The calls under `/truc/vxp/`."""

    def __init__(self, post: Post, clock: Clock) -> None:
        self._post = post
        self._clock = clock
        self.calls: dict[str, Callable[[Asked], Any]] = {
            "getReceivedEdocList": self._received,
            "getEdoc": self._edoc,
            "sendEdoc": self._send,
            "updateStatus": self._acknowledge,
            "getSentEdocList": self._sent,
            "getAgenciesList": self._agencies,
        }

    def answer(self, name: str, headers: Mapping[str, str], file: bytes) -> dict[str, Any]:
        """The value of the answer; refusals are values as well."""
        try:
            agency, given = self._signed(headers)
            effect_key = headers.get("x-effect-key", "")[:200]
            asked = Asked(agency, given, file, self._clock.now(), effect_key)
            return dict({"status": "OK", "ErrorCode": "0", "ErrorDesc": ""}, **self.calls[name](asked))
        except (Refusal, BadPacket) as refusal:
            return {"status": "FAIL", "ErrorCode": refusal.code, "ErrorDesc": refusal.message, "data": None}

    def _signed(self, headers: Mapping[str, str]) -> tuple[Agency, dict[str, str]]:
        """The parameters, all of them signed by the system that sends them. Raises Refusal."""
        signed = headers.get(f"{PREFIX}sign-header", "")
        try:
            given = {str(name).lower(): str(value) for name, value in orjson.loads(signed or "null").items()}
        except (orjson.JSONDecodeError, AttributeError):
            raise Refusal("15", "Thiếu chữ ký") from None
        agency = self._post.agencies.find(given.get("systemid", ""))
        if agency is None:
            raise Refusal("15", "Sai systemid hoặc secret")
        wanted = hmac.new(agency.secret.encode(), signed.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(wanted, headers.get(f"{PREFIX}hash-header", "")):
            raise Refusal("15", "Sai systemid hoặc secret")
        names = headers.get(f"{PREFIX}sign-header-key", "").lower().split(";")
        if sorted(names) != sorted(given) or any(headers.get(PREFIX + n) != given[n] for n in names):
            raise Refusal("15", "Chữ ký không khớp với tham số")
        self._refuse_old(given.get("timestamp", ""))
        return agency, given

    def _refuse_old(self, text: str) -> None:
        match = _TIMESTAMP.fullmatch(text)
        at = datetime.strptime(match[1], "%d%m%YT%H%M%S").replace(tzinfo=ZONE) if match else None
        if at is None or abs(at - datetime.now(ZONE)) > _SKEW:
            raise Refusal("16", "Dấu thời gian không hợp lệ")

    def _received(self, asked: Asked) -> dict[str, Any]:
        rows = self._post.waiting(asked.agency, _kind(asked))
        return {"data": [_received_row(row) for row in rows]}

    def _edoc(self, asked: Asked) -> dict[str, Any]:
        content = self._post.content(asked.agency, _packet_id(asked))
        if content is None:
            raise Refusal("17", "Không tìm thấy văn bản")
        return {"data": base64.b64encode(content).decode()}

    def _send(self, asked: Asked) -> dict[str, Any]:
        caller = self._post.agencies.find(asked.given.get("from", ""))
        if caller != asked.agency or not asked.file:
            raise Refusal("10", "Tệp gửi lên không hợp lệ")
        sent = self._post.send(asked.file, _kind(asked), asked.now, asked.effect_key, caller)
        return {"DocId": sent, "data": None}

    def _acknowledge(self, asked: Asked) -> dict[str, Any]:
        state = asked.given.get("status", "")
        if state not in STATES:
            raise Refusal("21", "Trạng thái không hợp lệ")
        if not self._post.acknowledge(asked.agency, _packet_id(asked), state, asked.now, asked.effect_key):
            raise Refusal("17", "Không tìm thấy văn bản")
        return {"data": None}

    def _sent(self, asked: Asked) -> dict[str, Any]:
        rows = self._post.sent(asked.agency, _kind(asked), asked.given.get("docid", ""))
        return {"data": [_sent_row(row) for row in rows]}

    def _agencies(self, asked: Asked) -> dict[str, Any]:  # noqa: ARG002
        return {
            "data": [
                {
                    "id": agency.id,
                    "pid": agency.parent,
                    "code": agency.code,
                    "name": agency.name,
                    "mail": agency.mail,
                    "oldCode": agency.old_code,
                }
                for agency in self._post.agencies.all()
            ]
        }


def _kind(asked: Asked) -> str:
    kind = asked.given.get("messagetype", "")
    if asked.given.get("servicetype", "").lower() != "edoc" or kind not in {"edoc", "status"}:
        raise Refusal("21", "Thiếu servicetype hoặc messagetype")
    return kind


def _packet_id(asked: Asked) -> str:
    return asked.given.get("docid", "")


def _received_row(row: Row) -> dict[str, Any]:
    return {
        "docId": row["id"],
        "serviceType": "eDoc",
        "messageType": row["kind"],
        "created_time": row["at"],
        "updated_time": row["updated"],
        "from": row["sender"],
        "to": row["receiver"],
        "status": row["state"],
        "status_desc": "",
        "contentSha256": row["sha256"],
        "contentLength": len(row["content"]),
    }


def _sent_row(row: Row) -> dict[str, Any]:
    return {
        "senderDocId": row["id"],
        "receiverDocId": row["box_id"],
        "fromCode": row["sender"],
        "toCode": row["receiver"],
        "title": row["title"],
        "notation": row["notation"],
        "sentTime": row["at"],
        "receivedTime": row["received"],
        "sendStatus": "done",
        "sendStatusDesc": "",
        "receiveStatus": row["state"],
        "receiveStatusDesc": "",
    }
