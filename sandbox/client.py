"""A person of the sandbox as a program: logs in and calls the API with the standard library only."""

from __future__ import annotations

import http.client
import json
import secrets
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

PREFIX = "/qlvb/api/"
_TIMEOUT = 30.0


class RefusedByServerError(RuntimeError):
    """The envelope says no; `code` and `message` are its words."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class Wire:
    """One kept connection; JSON in and out. Opened again when the other side has closed it."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self._connection = http.client.HTTPConnection(
            address.hostname or "127.0.0.1", address.port or 80, timeout=_TIMEOUT
        )

    def send(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """One request: status, headers and body of the answer. Raises OSError, HTTPException."""
        try:
            self._connection.request(method, path, body, dict(headers))
            answer = self._connection.getresponse()
            return answer.status, answer.headers, answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise

    def json(self, method: str, path: str, value: object = None) -> Any:
        """One request to the control plane. Raises RefusedByServerError for anything but a 200."""
        body = None if value is None else json.dumps(value).encode()
        status, _, raw = self.send(method, path, body, {"Content-Type": "application/json"})
        if status != http.client.OK:
            raise RefusedByServerError(str(status), raw.decode(errors="replace")[:300])
        return json.loads(raw)

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


class Person:
    """One log-in, acting from one posting; logs in again when the session was ended by somebody else."""

    def __init__(self, url: str, username: str, password: str, posting: str = "") -> None:
        self._wire = Wire(url)
        self._username = username
        self._password = password
        self._posting = posting
        self._token = ""
        self.login: dict[str, Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._wire.close()

    def get(self, path: str) -> Any:
        """`data` of a GET. Raises RefusedByServerError."""
        return self.call("GET", path)

    def post(self, path: str, body: object) -> Any:
        """`data` of a POST. Raises RefusedByServerError."""
        return self.call("POST", path, body)

    def put(self, path: str, body: object) -> Any:
        """`data` of a PUT. Raises RefusedByServerError."""
        return self.call("PUT", path, body)

    def call(self, method: str, path: str, body: object = None) -> Any:
        """`data` of one call. Raises RefusedByServerError."""
        encoded = None if body is None else json.dumps(body).encode()
        return _data(self._replayed(method, path, encoded, "application/json")[2])

    def upload(self, *parts: tuple[str, bytes]) -> list[str]:
        """Upload files; their ids."""
        boundary = secrets.token_hex(12)
        kind = f"multipart/form-data; boundary={boundary}"
        ids: list[str] = _data(self._replayed("POST", "file/upload/", _multipart(parts, boundary), kind)[2])
        return ids

    def download(self, file_id: str | int) -> bytes:
        """The bytes of a file. Raises RefusedByServerError."""
        _, headers, raw = self._replayed("GET", f"file/download/{file_id}/", None, "application/json")
        if headers.get_content_type() == "application/json":
            _data(raw)
        return raw

    def log_in(self) -> dict[str, Any]:
        """A new session (ending the older ones of this person), switched to the posting if one was named."""
        body = {"username": self._username, "password": self._password, "type": "ANDROID", "language": "VI"}
        self._token = ""
        self.login = _data(self._send("POST", "login/v3/", json.dumps(body).encode(), "application/json")[2])
        self._token = self.login["token"]
        if self._posting and self._posting in [other["userid"] for other in self.login["switchUser"]]:
            self.login = _data(self._send("GET", f"switch/{self._posting}/", None, "application/json")[2])
            self._token = self.login["token"]
        return self.login

    def _replayed(
        self, method: str, path: str, body: bytes | None, kind: str
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Send; after a 401 log in and send once more."""
        if not self._token:
            self.log_in()
        answer = self._send(method, path, body, kind)
        if answer[0] == http.client.UNAUTHORIZED:
            self.log_in()
            answer = self._send(method, path, body, kind)
        return answer

    def _send(
        self, method: str, path: str, body: bytes | None, kind: str
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        headers = {"Content-Type": kind}
        if self._token:
            headers["X-Authentication-Token"] = self._token
        target = PREFIX + path.rstrip("/") + "/"
        return self._wire.send(method, target, body, headers)


def _data(raw: bytes) -> Any:
    envelope = json.loads(raw)
    status = envelope["status"]
    if status["code"] != "0":
        raise RefusedByServerError(status["code"], status["message"])
    return envelope["data"]


def _multipart(parts: Iterable[tuple[str, bytes]], boundary: str) -> bytes:
    pieces = []
    for name, content in parts:
        quoted = name.replace('"', "%22").replace("\r", " ").replace("\n", " ")
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="fileupload"; filename="{quoted}"\r\n'
        pieces.append(head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + content + b"\r\n")
    return b"".join(pieces) + f"--{boundary}--\r\n".encode()
