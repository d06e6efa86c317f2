"""WS-Security UsernameToken, plain or digest; a digest counts once, and for five minutes."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sandbox.calls import Acting, acting_as, postings_of
from sandbox.state import Row, State

_WSSE: Final = "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd}"
_WSU: Final = "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd}"
_FRESH: Final = timedelta(minutes=5)


class NotAuthenticated(Exception):
    """The token is missing, wrong, too old or was used before."""


class Tokens:
    """Knows the nonces that were used. Freshness is judged by the machine's clock, not the sandbox's."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._used: set[bytes] = set()

    def acting(self, envelope: Any) -> Acting:
        """Who calls, from their main posting. Raises NotAuthenticated."""
        token = next(envelope.iter(f"{_WSSE}UsernameToken"), None)
        username = "" if token is None else (token.findtext(f"{_WSSE}Username") or "")
        person = self._state.one("SELECT * FROM person WHERE username = ?", (username,))
        if token is None or person is None or person["locked"] or not self._right(token, person):
            raise NotAuthenticated
        postings = postings_of(self._state, person["user_id"])
        who = acting_as(self._state, postings[0]["id"]) if postings else None
        if who is None:
            raise NotAuthenticated
        return who

    def _right(self, token: Any, person: Row) -> bool:
        given = token.find(f"{_WSSE}Password")
        if given is None:
            return False
        text = (given.text or "").encode()
        if not str(given.get("Type", "")).endswith("#PasswordDigest"):
            return secrets.compare_digest(text, person["password"].encode())
        created = token.findtext(f"{_WSU}Created") or ""
        nonce = _nonce(token)
        if nonce is None or nonce in self._used or not _fresh(created):
            return False
        digest = hashlib.sha1(nonce + created.encode() + person["password"].encode())  # noqa: S324 - the profile has no other
        wanted = base64.b64encode(digest.digest())
        right = secrets.compare_digest(text, wanted)
        if right:
            self._used.add(nonce)
        return right


def _nonce(token: Any) -> bytes | None:
    try:
        return base64.b64decode(token.findtext(f"{_WSSE}Nonce") or "", validate=True) or None
    except binascii.Error:
        return None


def _fresh(created: str) -> bool:
    try:
        moment = datetime.fromisoformat(created)
    except ValueError:
        return False
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return abs(datetime.now(UTC) - moment) <= _FRESH
