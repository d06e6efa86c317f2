"""Being logged in: a token in a header, cookies beside it, and one new log-in when it was lost.

A site may end the older session at each log-in, so a lost session is ordinary: the
call is made once more after logging in again. A second loss raises, and a refused
log-in is never tried again by this connector, since that would lock the account.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from pydantic import SecretStr

from connector.calls import Call, Reply, Saved, Upload
from connector.errors import (
    AccessRefused,
    Hiccup,
    RemoteRefused,
    ReplyLost,
    ReplyUnreadable,
    SessionExpired,
    SessionLost,
    SystemAway,
)
from connector.ioffice.envelope import data_of, object_of
from connector.json_replies import is_file, not_cut
from connector.texts import id_of, text_of
from connector.transport import Transport

TOKEN_HEADER: Final = "X-Authentication-Token"  # noqa: S105 - the name of a header
EFFECT_HEADER: Final = "X-Effect-Key"
_LOGIN: Final = "login/v3"


class Session:
    """Calls on one installation as one account. Paths are given without `api/` and the closing slash."""

    def __init__(self, transport: Transport, username: str, password: SecretStr) -> None:
        self.transport = transport
        self._username = username
        self._password = password
        self._token = ""
        self._user_id = ""
        self._refused: AccessRefused | None = None
        transport.secrets.hide(password.get_secret_value())

    @property
    def user_id(self) -> str:
        """The account's own user id; logs in when nobody did yet. Raises as a call does."""
        if not self._user_id and not self._token:
            self._log_in()
        if not self._user_id:
            self._user_id = id_of(object_of(self.get("getuserinfo", "me"), "getuserinfo").get("userId"))
        return self._user_id

    def remember_user(self, user_id: str) -> None:
        """Take a user id that was learnt before, so that it need not be asked for."""
        self._user_id = user_id

    def get(self, path: str, *ids: str) -> Any:
        """The `data` of a read by GET."""
        return self._data(self._call("GET", path, *ids))

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """The `data` of a read that is a POST, as lists are: without side effect, so it may be repeated."""
        return self._data(self._call("POST", path, json=body))

    def write(self, path: str, body: Mapping[str, Any], effect_key: str, method: str = "POST") -> Any:
        """The `data` of a write: sent once. `effect_key` lets a log say which effect it was."""
        headers = {EFFECT_HEADER: effect_key}
        return self._data(self._call(method, path, json=body, headers=headers, repeatable=False))

    def upload(self, path: str, upload: Upload, effect_key: str) -> Any:
        """The `data` of a multipart upload: sent once."""
        headers = {EFFECT_HEADER: effect_key}
        return self._data(self._call("POST", path, upload=upload, headers=headers, repeatable=False))

    def save(self, path: str, file_id: str, target: Path, max_bytes: int) -> Saved:
        """Download a file. Raises TooLarge, RemoteRefused, ReplyUnreadable when it is none."""
        call = self._call("GET", path, file_id)
        for last in (False, True):
            answer = self.transport.save(self._signed(call), target, max_bytes, is_file)
            if isinstance(answer, Saved):
                return answer
            try:
                self._opened(answer, call)
            except SessionExpired:
                self._again(call, last)
                continue
            break
        raise ReplyUnreadable(f"{call.name}: data came instead of a file.")

    def log_out(self) -> None:
        """End the session at the server, if there is one."""
        if self._token:
            call = self._signed(self._call("GET", "logout", repeatable=False))
            self._token = ""
            self.transport.send(call)

    def _call(self, method: str, path: str, *ids: str, **further: Any) -> Call:
        tail = "".join(f"{quote(part, safe='')}/" for part in ids)
        return Call(method, f"api/{path}/{tail}", path, check=not_cut, **further)

    def _data(self, call: Call) -> Any:
        for last in (False, True):
            reply = self.transport.send(self._signed(call))
            try:
                return self._opened(reply, call)
            except SessionExpired:
                self._again(call, last)
        raise AssertionError  # pragma: no cover - the second round returns or raises

    def _opened(self, reply: Reply, call: Call) -> Any:
        try:
            return data_of(reply, call.name, self.transport.secrets.clean)
        except Hiccup as trouble:
            if call.repeatable:
                raise SystemAway(trouble.sentence) from None
            raise ReplyLost(trouble.sentence) from None
        except ReplyUnreadable as error:
            if call.repeatable:
                raise
            raise ReplyLost(error.sentence) from None

    def _again(self, call: Call, last: bool) -> None:
        self._token = ""
        if last:
            raise SessionLost(f"{call.name}: the session was lost, also right after logging in again.")

    def _signed(self, call: Call) -> Call:
        if not self._token:
            self._log_in()
        return replace(call, headers={**call.headers, TOKEN_HEADER: self._token})

    def _log_in(self) -> None:
        if self._refused is not None:
            raise self._refused
        self.transport.forget_cookies()
        body = {
            "username": self._username,
            "password": self._password.get_secret_value(),
            "tokenFireBase": "",
            "type": "ANDROID",
            "device": "tdcd",
            "language": "VI",
        }
        call = self._call("POST", _LOGIN, json=body)
        try:
            data = self._opened(self.transport.send(call), call)
        except SessionExpired:
            raise SessionLost(f"{_LOGIN}: a page came instead of an answer.") from None
        except RemoteRefused as refusal:
            remedy = "Check user name and password of this site; nothing is tried again until the next start."
            self._refused = AccessRefused(refusal.sentence, remedy=remedy)
            raise self._refused from None
        self._start(data)

    def _start(self, data: Any) -> None:
        token = text_of(data.get("token")) if isinstance(data, dict) else ""
        if not token:
            self._refused = AccessRefused(
                f"{_LOGIN}: the document system gave no token.",
                remedy="The account must log in by user name and password alone, without a one-time code.",
            )
            raise self._refused
        self.transport.secrets.hide(token)
        self._token = token
        self._user_id = id_of(data.get("userId")) or self._user_id
