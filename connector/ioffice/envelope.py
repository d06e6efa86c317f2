"""Opens the envelope `{"status": {"code", "message"}, "data"}` of every answer. Pure.

Success is `code` "0" and nothing else: errors come inside HTTP 200, an expired
session may come as a login page with 200, and a message may be an address to open.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import orjson

from connector.calls import Reply
from connector.errors import RemoteRefused, ReplyUnreadable, SessionExpired, TooLarge
from connector.refusals import Status, refusal
from connector.texts import text_of
from errors import SkipRecord, TdcdError

AUTHENTICATION: Final = "error_authentication_required"
_LOGIN_PAGE: Final = re.compile(r"<form|<input|login|đăng nhập")


def data_of(reply: Reply, call: str, clean: Callable[[str], str] = str.strip) -> Any:
    """The `data` of a success. `clean` takes secrets out of what the system says.

    Raises SessionExpired, Hiccup, NotThere, RemoteRefused with the system's own words, and
    ReplyUnreadable for anything that is not this envelope.
    """
    if _says_log_in(reply):
        raise SessionExpired(f"{call}: nobody is logged in.")
    body = _parsed(reply, call)
    status = _status(body)
    if status is None:
        raise _without_envelope(reply, call)
    if status.code == "0" and reply.status < 400:
        return body.get("data")
    if status.code == AUTHENTICATION or reply.status == 401:
        raise SessionExpired(f"{call}: nobody is logged in.")
    raise refusal(Status(status.code, clean(status.message)), call)


def object_of(data: Any, call: str) -> dict[str, Any]:
    """`data` as one object. Raises ReplyUnreadable."""
    if not isinstance(data, dict):
        raise ReplyUnreadable(f"{call}: an object was expected, not {type(data).__name__}.")
    return data


def rows_of(data: Any, call: str) -> list[dict[str, Any]]:
    """`data` as a list of objects; JSON null is an empty list. Raises ReplyUnreadable."""
    if data is None:
        return []
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        raise ReplyUnreadable(f"{call}: a list of rows was expected.")
    return data


def _says_log_in(reply: Reply) -> bool:
    if 300 <= reply.status < 400:
        return True
    start = text_of(reply.body[:20_000].decode("utf-8", "replace")).casefold()
    return start.startswith("<") and reply.status in {200, 401, 403} and bool(_LOGIN_PAGE.search(start))


def _parsed(reply: Reply, call: str) -> dict[str, Any]:
    try:
        body = orjson.loads(reply.body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        raise _without_envelope(reply, call) from None
    return body if isinstance(body, dict) else {}


def _status(body: dict[str, Any]) -> Status | None:
    status = body.get("status")
    if not isinstance(status, dict) or not isinstance(status.get("code"), str | int):
        return None
    try:
        return Status(text_of(status["code"]), text_of(status.get("message")))
    except SkipRecord:
        return None


def _without_envelope(reply: Reply, call: str) -> TdcdError:
    if reply.status == 401:
        return SessionExpired(f"{call}: nobody is logged in.")
    if reply.status == 413:
        return TooLarge(f"{call}: the document system finds this too large (413).")
    if reply.status >= 400:
        # A bare 404 comes from a web server with a wrong url: it never means that a record is gone.
        return RemoteRefused(f"{call}: refused with {reply.status}.", remedy="Check the site's url.")
    return ReplyUnreadable(
        f"{call}: the answer is not what this dialect says.",
        remedy="If it happens for every call, check the site's url.",
    )
