"""Signed webhooks as a sender makes them, and ways to send them; independent of the code under test."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from pydantic import SecretStr

from store.engine import Store
from sync.receiver import Receiver

SITE = "songlam"
SECRET = SecretStr("whsec_" + base64.b64encode(b"khoa-bi-mat-dai-32-byte-cho-ky!!").decode())
OLD = SecretStr("whsec_" + base64.b64encode(b"khoa-cu-truoc-khi-doi-32-byte!!!").decode())


def body(remote_id: str = "501", kind: str = "job", **more: object) -> bytes:
    """A thin event: which record."""
    thing = {"type": f"{kind}.updated", "timestamp": "x", "data": {"kind": kind, "id": remote_id}, **more}
    return json.dumps(thing).encode()


def headers(raw: bytes, webhook_id: str = "msg_1", secret: SecretStr = SECRET) -> dict[str, str]:
    """The three headers of Standard Webhooks, signed at this moment."""
    stamp = str(int(datetime.now(UTC).timestamp()))
    key = base64.b64decode(secret.get_secret_value().removeprefix("whsec_"))
    mac = hmac.new(key, f"{webhook_id}.{stamp}.".encode() + raw, hashlib.sha256).digest()
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }


def post(port: int, raw: bytes, given: dict[str, str], path: str = f"/webhook/{SITE}") -> int:
    """One post on a connection of its own; gives the status."""
    return posted(port, raw, given, path)[0]


def posted(
    port: int, raw: bytes, given: dict[str, str], path: str = f"/webhook/{SITE}", method: str = "POST"
) -> tuple[int, dict[str, str]]:
    """One request; gives the status and the headers of the answer, in small letters."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, raw, given)
        answer = connection.getresponse()
        answer.read()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}
    finally:
        connection.close()


def raw_status(port: int, *pieces: bytes) -> int:
    """Send bytes as they are, tolerating a receiver that has heard enough.

    Gives the status of the answer; 0 when the connection was closed without one.
    """
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        answer = b""
        try:
            for piece in pieces:
                connection.sendall(piece)
        except OSError:
            pass
        while b"\r\n" not in answer and (some := connection.recv(4096)):
            answer += some
    return int(answer[9:12] or 0)


@contextmanager
def receiving(store: Store, *secrets: SecretStr, woken: list[str] | None = None) -> Iterator[Receiver]:
    """A receiver of one site, on a free port."""
    wakes = [] if woken is None else woken
    receiver = Receiver({SITE: secrets or (SECRET,)}, store, wakes.append, lambda: datetime.now(UTC))
    receiver.start("127.0.0.1", 0)
    try:
        yield receiver
    finally:
        receiver.stop()
