"""The way through a province's gateway: a log-in for half an hour, lists by days, packets as text."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import SecretStr

from connector.calls import Call
from connector.edxml.axis_transport import AxisTransport, upload_of
from connector.edxml.dates import shown_day
from connector.edxml.gate import (
    Agency,
    Listed,
    Message,
    answer_of,
    refusal,
    refuse_doubles,
    rows_of,
    text_in,
    value_of,
)
from connector.errors import ReplyUnreadable, SessionLost
from connector.mishaps import ReplyCut


class LgspGate:
    """See `connector.edxml.gate.Gate`. This way lists no agencies and nothing of what was sent."""

    lists_by_days = True
    lists_sent = False
    lists_agencies = False

    def __init__(self, transport: AxisTransport, system: str, secret: SecretStr) -> None:
        self.transport = transport
        self._system = system
        self._secret = secret
        self._token = ""

    def received(self, message: Message, since: date, until: date) -> list[Listed]:
        """See the gate."""
        name = "syncReceivedEdocList"
        query = f"messageType={message}&fromDate={shown_day(since)}&toDate={shown_day(until)}"
        value = self._ask("GET", name, f"{name}?{query}")
        found = refuse_doubles([_listed(row) for row in rows_of(value.get("data"), name)], name)
        if value.get("count") not in {None, len(found)}:
            raise ReplyCut(f"{name}: another number of packets came than the answer tells.")
        return found

    def packet(self, packet_id: str) -> bytes | None:
        """See the gate."""
        value = self._ask("GET", "getEdoc", f"getEdoc?docId={packet_id}", absent="21")
        data = value.get("data")
        if not value:
            return None
        if not isinstance(data, dict) or not isinstance(data.get("edxml"), str):
            raise ReplyUnreadable("getEdoc: the answer has no packet.")
        return str(data["edxml"]).encode("utf-8", errors="surrogatepass")

    def acknowledge(self, packet_id: str, state: str) -> None:
        """See the gate."""
        self._ask("POST", "updateStatus", json={"docId": packet_id, "status": state})

    def send(self, content: bytes, message: Message, sender: str, effect_key: str) -> str:  # noqa: ARG002
        """See the gate; who sends stands in the packet."""
        upload = upload_of("edocFile", content, {"messageType": message})
        value = self._ask("POST", "sendEdoc", upload=upload, effect_key=effect_key)
        data = value.get("data")
        return text_in(data, "docId") if isinstance(data, dict) else ""

    def sent(self, message: Message) -> list[Listed]:  # noqa: ARG002
        """There is no such list here."""
        return []

    def agencies(self) -> list[Agency]:
        """Nor this one."""
        return []

    def close(self) -> None:
        """See the gate."""
        self.transport.close()

    def _ask(
        self, method: str, name: str, path: str = "", *, absent: str = "", effect_key: str = "", **sent: Any
    ) -> dict[str, Any]:
        """The object of an accepted call, empty when the refusal is `absent`. Logs in again once."""
        repeatable = "upload" not in sent
        for attempt in (1, 2):
            if not self._token:
                self._log_in()
            headers = {**self._headers(), **({"X-Effect-Key": effect_key} if effect_key else {})}
            call = Call(method, path or name, name, repeatable=repeatable, headers=headers, **sent)
            reply = self.transport.send(call)
            if reply.status != 401 or attempt == 2:
                break
            self._token = ""
        if reply.status == 401:
            raise SessionLost(f"{name}: refused with 401, also after logging in again.")
        try:
            value = answer_of(reply, name, "success", repeatable=repeatable)
        except SessionLost:
            self._token = ""  # an expired token may show as a log-in page
            raise
        if value["success"] is True:
            return value
        code = text_in(value, "errorCode", "code")
        if absent and code == absent:
            return {}
        said = self.transport.secrets.clean(text_in(value, "message"))
        raise refusal(code, said, name, repeatable=repeatable)

    def _log_in(self) -> None:
        """Raises AccessRefused for a wrong key."""
        name = "auth/login"
        body = {"systemId": self._system, "secretKey": self._secret.get_secret_value()}
        value = value_of(
            self.transport.send(Call("POST", f"{name}?allow_anonymous=true", name, json=body)), name
        )
        data = value.get("data")
        token = text_in(data, "token") if isinstance(data, dict) else ""
        if not value.get("success") or not token:
            said = self.transport.secrets.clean(text_in(value, "message"))
            raise refusal(text_in(value, "errorCode", "code"), said, name, repeatable=True)
        self._token = token
        self.transport.secrets.hide(token)

    def _headers(self) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self._token}",
            "X-SystemId": self._system,
            "X-SecretKey": self._secret.get_secret_value(),
        }


def _listed(row: Any) -> Listed:
    return Listed(
        packet_id=text_in(row, "docId"),
        sender=text_in(row, "from"),
        receiver=text_in(row, "to"),
        created=text_in(row, "createdTime"),
        state=text_in(row, "status"),
    )
