"""What every error of the HTTP libraries means for the caller. The only place that knows them.

A read may be tried again whatever happened. A write may not: unless it is certain
that nothing was sent, its outcome is unknown and must be read back (F04).

The libraries' own texts are dropped, also as a cause: they quote addresses, which
hold ids of documents that may be classified, and headers, which hold tokens.
"""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Iterator
from enum import Enum
from typing import Final

import requests.exceptions as rq
import urllib3.exceptions as u3

from connector.errors import ReplyLost, ReplyUnreadable, SystemAway
from errors import ConfigInvalid, TdcdError


class ReplyCut(ReplyUnreadable):
    """The reply ended before its announced end, or could not be unpacked: another try may bring it whole."""


class Mishap(Enum):
    """What became of the request."""

    NOT_SENT = "the document system could not be reached"
    UNKNOWN = "the connection to the document system broke"
    SLOW = "the document system did not answer in time"
    CUT = "the answer was cut short or damaged"
    MISCONFIGURED = "the address, proxy or header of the site cannot be used"


#: Most specific first wins; a test holds this against everything that `requests.exceptions` defines.
MEANING: Final[dict[type[Exception], Mishap]] = {
    rq.ConnectTimeout: Mishap.NOT_SENT,
    rq.ReadTimeout: Mishap.SLOW,
    rq.Timeout: Mishap.SLOW,
    rq.ProxyError: Mishap.UNKNOWN,
    rq.SSLError: Mishap.UNKNOWN,
    rq.ConnectionError: Mishap.UNKNOWN,
    rq.ChunkedEncodingError: Mishap.CUT,
    rq.ContentDecodingError: Mishap.CUT,
    rq.StreamConsumedError: Mishap.CUT,
    rq.JSONDecodeError: Mishap.CUT,
    rq.InvalidJSONError: Mishap.CUT,
    rq.TooManyRedirects: Mishap.CUT,
    rq.URLRequired: Mishap.MISCONFIGURED,
    rq.MissingSchema: Mishap.MISCONFIGURED,
    rq.InvalidSchema: Mishap.MISCONFIGURED,
    rq.InvalidProxyURL: Mishap.MISCONFIGURED,
    rq.InvalidURL: Mishap.MISCONFIGURED,
    rq.InvalidHeader: Mishap.MISCONFIGURED,
    rq.RetryError: Mishap.UNKNOWN,
    rq.UnrewindableBodyError: Mishap.UNKNOWN,
    rq.HTTPError: Mishap.UNKNOWN,
    rq.RequestException: Mishap.UNKNOWN,
    u3.NewConnectionError: Mishap.NOT_SENT,
    u3.ConnectTimeoutError: Mishap.NOT_SENT,
    u3.ReadTimeoutError: Mishap.SLOW,
    u3.IncompleteRead: Mishap.CUT,
    u3.InvalidChunkLength: Mishap.CUT,
    u3.DecodeError: Mishap.CUT,
    u3.LocationValueError: Mishap.MISCONFIGURED,
    u3.HTTPError: Mishap.UNKNOWN,
    OSError: Mishap.UNKNOWN,
    http.client.HTTPException: Mishap.UNKNOWN,
}

CAUGHT: Final = (rq.RequestException, u3.HTTPError, OSError, http.client.HTTPException)
_NEVER_SENT: Final = (u3.NewConnectionError, u3.ConnectTimeoutError, ssl.SSLCertVerificationError)
_CUT: Final = (http.client.IncompleteRead, u3.IncompleteRead, u3.InvalidChunkLength)
_CERTIFICATE: Final = "The site's certificate was not accepted; if it has its own authority, set ca_bundle."


def meaning(error: BaseException) -> Mishap:
    """What became of the request, judged by the error and by everything behind it."""
    chain = list(_behind(error))
    if any(isinstance(link, _NEVER_SENT) for link in chain):
        return Mishap.NOT_SENT
    if any(isinstance(link, _CUT) for link in chain):
        return Mishap.CUT
    return next(MEANING[kind] for kind in type(error).__mro__ if kind in MEANING)


def translated(error: Exception, call: str, *, repeatable: bool) -> TdcdError:
    """Our error for theirs. `call` names the operation without any id."""
    mishap = meaning(error)
    sentence = f"{call}: {mishap.value}."
    if mishap is Mishap.MISCONFIGURED:
        return ConfigInvalid([f"{call}: {mishap.value}"], where="site")
    if not repeatable and mishap is not Mishap.NOT_SENT:
        return ReplyLost(sentence)
    if mishap is Mishap.CUT:
        return ReplyCut(sentence, remedy="It is read again in the next cycle.")
    bad_certificate = any(isinstance(link, ssl.SSLCertVerificationError) for link in _behind(error))
    return SystemAway(sentence, remedy=_CERTIFICATE if bad_certificate else "")


def _behind(error: BaseException) -> Iterator[BaseException]:
    """The error, what it was raised from, and what the libraries put into its arguments."""
    waiting: list[BaseException] = [error]
    seen: set[int] = set()
    while waiting:
        link = waiting.pop()
        if id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        further = (link.__cause__, link.__context__, getattr(link, "reason", None), *link.args)
        waiting += [other for other in further if isinstance(other, BaseException)]
