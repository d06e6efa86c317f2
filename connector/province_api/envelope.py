"""Opens the envelope `{"success", "message", "data"}` of every answer. Pure.

Success is JSON true and nothing else, whatever the HTTP status says; the message is
the only thing that tells one refusal from another.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import orjson

from connector.calls import Reply
from connector.errors import Hiccup, NotThere, RemoteRefused, ReplyUnreadable, SessionExpired, TooLarge
from connector.texts import text_of
from errors import SkipRecord, TdcdError

_LOGIN_PAGE: Final = re.compile(r"<form|<input|login|đăng nhập")
_EXPIRED: Final = re.compile(r"token|phiên làm việc|đăng nhập|unauthori[sz]ed", re.IGNORECASE)
_NOT_THERE: Final = re.compile(r"không tồn tại|không tìm thấy|not found", re.IGNORECASE)
_PASSING: Final = re.compile(r"đang bận|bảo trì|quá tải|thử lại|timeout|busy|maintenance", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"https?://\S+", re.IGNORECASE)
_WRONG_ADDRESS: Final = "Check the site's url and whether a proxy stands in between."


def data_of(reply: Reply, call: str, clean: Callable[[str], str] = str.strip) -> Any:
    """The `data` of a success. `clean` takes secrets out of what the system says.

    Raises SessionExpired, Hiccup, NotThere, RemoteRefused with the system's own words, and
    ReplyUnreadable for anything that is not this envelope.
    """
    if reply.status in {401, 403} or _is_login_page(reply):
        raise SessionExpired(f"{call}: the access token is not taken.")
    body = _parsed(reply)
    if not isinstance(body, dict) or not isinstance(body.get("success"), bool):
        raise _without_envelope(reply, call)
    if body["success"] and reply.status < 400:
        return body.get("data")
    raise refusal(_message(body), call, clean)


def refusal(message: str, call: str, clean: Callable[[str], str]) -> RemoteRefused | Hiccup | SessionExpired:
    """The document system's no, in its own words. An address is not shown: it may carry a token."""
    said = _ADDRESS.sub("(an address)", clean(message)) or "no reason given"
    sentence = f"{call}: the document system refused: {said}"
    if _NOT_THERE.search(message):
        return NotThere(sentence)
    if _EXPIRED.search(message):
        return SessionExpired(sentence)
    return Hiccup(sentence) if _PASSING.search(message) else RemoteRefused(sentence)


def _is_login_page(reply: Reply) -> bool:
    if 300 <= reply.status < 400:
        return True
    start = reply.body[:20_000].decode("utf-8", "replace").lstrip("\ufeff \r\n\t").casefold()
    return start.startswith("<") and reply.status == 200 and bool(_LOGIN_PAGE.search(start))


def _parsed(reply: Reply) -> Any:
    try:
        return orjson.loads(reply.body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        return None


def _message(body: dict[str, Any]) -> str:
    try:
        return text_of(body.get("message"))
    except SkipRecord:
        return ""


def _without_envelope(reply: Reply, call: str) -> TdcdError:
    if reply.status == 413:
        return TooLarge(f"{call}: the document system finds this too large (413).")
    if reply.status >= 400:
        # A bare 404 comes from a web server with a wrong url: it never means that a record is gone.
        return RemoteRefused(f"{call}: refused with {reply.status}.", remedy=_WRONG_ADDRESS)
    if reply.body.lstrip()[:1] == b"<":
        return ReplyUnreadable(f"{call}: a web page came instead of an answer.", remedy=_WRONG_ADDRESS)
    return ReplyUnreadable(f"{call}: the answer is not what this dialect says.", remedy=_WRONG_ADDRESS)
