"""Being known: a refresh token brings an access token, which goes along as bearer, and one new one when it was lost.

The refresh token is the site's secret. Each exchange may bring a newer one, which is
used from then on by this connector; the one of the configuration is what the next start
uses, so a site must not end it when it gives a newer one. A refused refresh token is
never tried again by this connector.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit, urlunsplit

from pydantic import SecretStr

from connector.calls import Call, Reply, Saved
from connector.errors import (
    AccessRefused,
    Hiccup,
    RemoteRefused,
    ReplyUnreadable,
    SessionExpired,
    SessionLost,
    SystemAway,
)
from connector.json_replies import is_file, not_cut
from connector.province_api.envelope import data_of
from connector.province_api.packed import PackedPath, file_address
from connector.texts import text_of
from connector.transport import Transport
from errors import SkipRecord

_TOKEN: Final = "can-bo/access-token"  # noqa: S105 - an address
_READ_FILE: Final = "file-manage/read-file"
_API: Final = "-api."
_FILES: Final = "-file."


class Session:
    """Calls on one installation under one posting. Paths are given without `api/`.

    `files` goes to the host that keeps files; where that is the same one, it is `transport`.
    """

    def __init__(self, transport: Transport, files: Transport, file_host: str, token: SecretStr) -> None:
        self.transport = transport
        self.files = files
        self._file_host = file_host
        self._refresh_token = token.get_secret_value()
        self._access_token = ""
        self._refused: AccessRefused | None = None
        self._hide(self._refresh_token)

    @property
    def requests_sent(self) -> int:
        """Requests to both hosts, retries too."""
        other = 0 if self.files is self.transport else self.files.requests_sent
        return self.transport.requests_sent + other

    def get(self, path: str, **query: str) -> Any:
        """The `data` of a read by GET."""
        return self._data(self._call("GET", path, query))

    def post(self, path: str, form: Mapping[str, str]) -> Any:
        """The `data` of a read that is a POST of a form, as lists are: without side effect."""
        return self._data(self._call("POST", path, form=form))

    def save(self, path: PackedPath, target: Path, max_bytes: int) -> Saved:
        """Download a file. Raises TooLarge, RemoteRefused, ReplyUnreadable when it is none."""
        if path.host != self._file_host:
            raise SkipRecord(
                f"A packed file path leads to another host than {self._file_host}, which was not asked.",
                remedy="If the site keeps files there on purpose, tell the makers of this program.",
            )
        for last in (False, True):
            if not self._access_token:
                self._renew()
            call = Call("GET", file_address(path, self._refresh_token), _READ_FILE, check=not_cut)
            answer = self.files.save(call, target, max_bytes, is_file)
            if isinstance(answer, Saved):
                return answer
            try:
                self._opened(answer, call)
            except SessionExpired:
                self._lost(call, last)
                continue
            break
        raise ReplyUnreadable(f"{_READ_FILE}: data came instead of a file.")

    def close(self) -> None:
        """Close connections; never raises. There is no log-out."""
        self.transport.close()
        self.files.close()

    def _call(self, method: str, path: str, query: Mapping[str, str] | None = None, **further: Any) -> Call:
        tail = f"?{urlencode(query)}" if query else ""
        return Call(method, f"api/{path}{tail}", path, check=not_cut, **further)

    def _data(self, call: Call) -> Any:
        for last in (False, True):
            reply = self.transport.send(self._signed(call))
            try:
                return self._opened(reply, call)
            except SessionExpired:
                self._lost(call, last)
        raise AssertionError  # pragma: no cover - the second round returns or raises

    def _opened(self, reply: Reply, call: Call) -> Any:
        try:
            return data_of(reply, call.name, self.transport.secrets.clean)
        except Hiccup as trouble:
            raise SystemAway(trouble.sentence) from None

    def _lost(self, call: Call, last: bool) -> None:
        self._access_token = ""
        if last:
            raise SessionLost(f"{call.name}: the access token was not taken, nor was a new one.")

    def _signed(self, call: Call) -> Call:
        if not self._access_token:
            self._renew()
        return replace(call, headers={**call.headers, "Authorization": f"Bearer {self._access_token}"})

    def _renew(self) -> None:
        if self._refused is not None:
            raise self._refused
        call = self._call("GET", _TOKEN, {"refresh_token": self._refresh_token})
        reply = self.transport.send(call)
        try:
            data = self._opened(reply, call)
        except (SessionExpired, RemoteRefused) as error:
            if reply.body.lstrip()[:1] == b"<":
                raise SessionLost(f"{_TOKEN}: a page came instead of an answer.") from None
            raise self._refuse(error.sentence) from None
        self._start(data)

    def _start(self, data: Any) -> None:
        given = data if isinstance(data, dict) else {}
        access, newer = (text_of(given.get(name)) for name in ("access_token", "refresh_token"))
        if not access:
            raise self._refuse(f"{_TOKEN}: the document system gave no access token.")
        self._access_token = access
        self._refresh_token = newer or self._refresh_token
        self._hide(access, self._refresh_token)

    def _refuse(self, sentence: str) -> AccessRefused:
        self._refused = AccessRefused(
            sentence,
            remedy="The site's password is the refresh token of the account: get a new one. "
            "Nothing is tried again until the next start.",
        )
        return self._refused

    def _hide(self, *secrets: str) -> None:
        self.transport.secrets.hide(*secrets)
        self.files.secrets.hide(*secrets)


def file_place(url: str) -> str:
    """Where files are kept: `{province}-file.…` beside `{province}-api.…`, else the same address."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if _API not in host:
        return url
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit((parts.scheme, host.replace(_API, _FILES, 1) + port, "", "", ""))
