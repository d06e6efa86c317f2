"""Refresh tokens that say when they were made, and the access tokens that they bring."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Final

from sandbox.clock import Clock
from sandbox.envelope import Refused
from sandbox.state import Row, State

LIFE: Final = timedelta(minutes=30)
_STAMP: Final = "%Y%m%d%H%M%S"


class Tokens:
    """Who asks. A refresh token is good until its person's password changes; an access token for half an hour."""

    def __init__(self, state: State, clock: Clock) -> None:
        self._state = state
        self._clock = clock
        self._living: dict[str, tuple[str, datetime]] = {}

    def refresh_token(self, person: Row) -> str:
        """`user.stamp.signature`, as of now."""
        stamp = self._clock.now().strftime(_STAMP)
        return f"{person['user_id']}.{stamp}.{_signature(person, stamp)}"

    def exchange(self, refresh_token: str) -> dict[str, str]:
        """A new access token, and a newer refresh token beside it. Raises Refused."""
        person = self.person(refresh_token)
        access = secrets.token_urlsafe(24)
        self._living[access] = (person["user_id"], self._clock.now() + LIFE)
        return {"access_token": access, "refresh_token": self.refresh_token(person)}

    def person(self, refresh_token: str) -> Row:
        """Whose refresh token it is. Raises Refused."""
        user_id, _, rest = refresh_token.partition(".")
        stamp, _, signature = rest.partition(".")
        person = self._state.one("SELECT * FROM person WHERE user_id = ? AND NOT locked", (user_id,))
        if person is None or not hmac.compare_digest(signature, _signature(person, stamp)):
            raise Refused("token", "Refresh token không hợp lệ")
        return person

    def user(self, access_token: str) -> str:
        """User id of the bearer, "" when the token is unknown or too old."""
        user_id, until = self._living.get(access_token, ("", self._clock.now()))
        return user_id if self._clock.now() < until else ""

    def forget(self) -> None:
        """End every access token."""
        self._living.clear()


def _signature(person: Row, stamp: str) -> str:
    text = f"{person['user_id']}.{stamp}"
    return hmac.new(person["password"].encode(), text.encode(), hashlib.sha256).hexdigest()[:32]
