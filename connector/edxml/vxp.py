"""The way through the axis's own interface: signed headers out, answers that say in themselves what they are."""

from __future__ import annotations

import base64
import binascii
from datetime import date
from typing import Any, Final

from connector.edxml.axis_transport import AxisTransport, PacketUpload, SignedCall, upload_of
from connector.edxml.gate import (
    NOT_THERE,
    Agency,
    Listed,
    Message,
    answer_of,
    refusal,
    refuse_doubles,
    rows_of,
    text_in,
)
from connector.errors import ReplyUnreadable

_OK: Final = "OK"


class VxpGate:
    """See `connector.edxml.gate.Gate`. A packet stays in the list until it was acknowledged as done."""

    lists_by_days = False
    lists_sent = True
    lists_agencies = True

    def __init__(self, transport: AxisTransport) -> None:
        self.transport = transport

    def received(self, message: Message, since: date, until: date) -> list[Listed]:  # noqa: ARG002
        """See the gate; this way knows no days."""
        name = "getReceivedEdocList"
        rows = rows_of(self._ask(name, servicetype="eDoc", messagetype=message).get("data"), name)
        return refuse_doubles([_received(row) for row in rows], name)

    def packet(self, packet_id: str) -> bytes | None:
        """See the gate."""
        value = self._ask("getEdoc", docId=packet_id)
        if value is _ABSENT:
            return None
        try:
            return base64.b64decode("".join(str(value.get("data") or "").split()), validate=True)
        except (binascii.Error, ValueError):
            raise ReplyUnreadable("getEdoc: the packet is not base64.") from None

    def acknowledge(self, packet_id: str, state: str) -> None:
        """See the gate."""
        self._ask("updateStatus", docId=packet_id, status=state)

    def send(self, content: bytes, message: Message, sender: str, effect_key: str) -> str:
        """See the gate."""
        given = {"from": sender, "servicetype": "eDoc", "messagetype": message}
        upload = upload_of("file_doc", content)
        value = self._ask("sendEdoc", upload=upload, effect_key=effect_key, **given)
        return text_in(value, "DocId", "docId")

    def sent(self, message: Message) -> list[Listed]:
        """See the gate."""
        name = "getSentEdocList"
        rows = rows_of(self._ask(name, servicetype="eDoc", messagetype=message, docId="").get("data"), name)
        return [_sent(row) for row in rows]

    def agencies(self) -> list[Agency]:
        """See the gate."""
        name = "getAgenciesList"
        rows = rows_of(self._ask(name).get("data"), name)
        codes = {text_in(row, "id"): text_in(row, "code") for row in rows}
        found = [
            Agency(
                text_in(row, "code"),
                text_in(row, "name"),
                codes.get(text_in(row, "pid"), ""),
                text_in(row, "oldCode", "code102"),
            )
            for row in rows
        ]
        return [agency for agency in found if agency.code]

    def close(self) -> None:
        """See the gate."""
        self.transport.close()

    def _ask(
        self, name: str, *, upload: PacketUpload | None = None, effect_key: str = "", **given: str
    ) -> dict[str, Any]:
        """The object of an accepted call; `_ABSENT` when the axis has no such packet."""
        repeatable = upload is None
        headers = {"X-Effect-Key": effect_key} if effect_key else {}
        call = SignedCall("POST", name, name, repeatable, upload=upload, headers=headers, given=given)
        value = answer_of(self.transport.send(call), name, "status", repeatable=repeatable)
        if text_in(value, "status") == _OK:
            return value
        code, said = text_in(value, "ErrorCode"), self.transport.secrets.clean(text_in(value, "ErrorDesc"))
        if code in NOT_THERE:
            return _ABSENT
        raise refusal(code, said, name, repeatable=repeatable)


_ABSENT: Final[dict[str, Any]] = {}


def _received(row: Any) -> Listed:
    return Listed(
        packet_id=text_in(row, "docId", "docid"),
        sender=text_in(row, "from"),
        receiver=text_in(row, "to"),
        created=text_in(row, "created_time"),
        state=text_in(row, "status"),
        sha256=text_in(row, "contentSha256").lower(),
    )


def _sent(row: Any) -> Listed:
    return Listed(
        packet_id=text_in(row, "senderDocId"),
        sender=text_in(row, "fromCode"),
        receiver=text_in(row, "toCode"),
        created=text_in(row, "sentTime"),
        notation=text_in(row, "notation"),
    )
