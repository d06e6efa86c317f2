"""Every error of the HTTP libraries has a meaning, and a write is never taken for unsent without proof."""

from __future__ import annotations

import http.client
import inspect
import ssl
from typing import Any

import pytest
import requests.exceptions as rq
import urllib3.exceptions as u3

from connector.errors import ReplyLost, ReplyUnreadable, SystemAway
from connector.mishaps import MEANING, Mishap, meaning, translated
from errors import ConfigInvalid, TdcdError

NOBODY: Any = None  # the pool or connection that these errors name; it is not looked at
CERTIFICATE = ssl.SSLCertVerificationError("self-signed")
ENDED = http.client.IncompleteRead(b"")
GONE = http.client.RemoteDisconnected("")


def _kinds() -> list[type[Exception]]:
    found = [value for _, value in inspect.getmembers(rq, inspect.isclass)]
    return [kind for kind in found if issubclass(kind, rq.RequestException) and not issubclass(kind, Warning)]


@pytest.mark.parametrize("kind", _kinds(), ids=lambda kind: kind.__name__)
def test_every_error_of_requests_is_mapped_by_itself(kind: type[Exception]) -> None:
    assert kind in MEANING


def test_the_walk_really_found_them() -> None:
    assert len(_kinds()) >= 20


@pytest.mark.parametrize("kind", _kinds(), ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("repeatable", [True, False])
def test_every_error_of_requests_becomes_one_of_ours(kind: type[Exception], repeatable: bool) -> None:
    error = kind("x", "y", 0) if kind is rq.JSONDecodeError else kind("secret address")
    ours = translated(error, "list", repeatable=repeatable)
    assert isinstance(ours, TdcdError)
    assert "secret" not in str(ours)
    assert ours.sentence.startswith(("list", "site"))
    if not repeatable and MEANING[kind] not in {Mishap.NOT_SENT, Mishap.MISCONFIGURED}:
        assert isinstance(ours, ReplyLost)


@pytest.mark.parametrize(
    "error",
    [
        u3.HTTPError("x"),
        u3.ProtocolError("Connection aborted.", ConnectionResetError(104, "reset")),
        u3.ReadTimeoutError(NOBODY, "u", "m"),
        u3.DecodeError("x"),
        ConnectionResetError(),
        TimeoutError(),
        http.client.BadStatusLine("x"),
        ssl.SSLError("x"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_urllib3_lets_through_while_reading_is_mapped_too(error: Exception) -> None:
    assert isinstance(translated(error, "x", repeatable=True), SystemAway | ReplyUnreadable)
    assert isinstance(translated(error, "x", repeatable=False), ReplyLost)


@pytest.mark.parametrize(
    ("error", "meant"),
    [
        (
            rq.ConnectionError(u3.MaxRetryError(NOBODY, "u", u3.NewConnectionError(NOBODY, "no"))),
            Mishap.NOT_SENT,
        ),
        (rq.ConnectTimeout(), Mishap.NOT_SENT),
        (rq.SSLError(u3.MaxRetryError(NOBODY, "u", CERTIFICATE)), Mishap.NOT_SENT),
        (rq.ConnectionError(u3.ProtocolError("aborted", GONE)), Mishap.UNKNOWN),
        (rq.SSLError("record layer"), Mishap.UNKNOWN),
        (rq.ConnectionError(u3.ReadTimeoutError(NOBODY, "u", "m")), Mishap.UNKNOWN),
        (rq.ChunkedEncodingError(u3.ProtocolError("x", ENDED)), Mishap.CUT),
        (u3.ProtocolError("x", u3.IncompleteRead(3, 4)), Mishap.CUT),
    ],
    ids=["refused", "connect", "certificate", "disconnected", "tls-later", "read", "chunked", "incomplete"],
)
def test_only_what_certainly_was_not_sent_counts_as_not_sent(error: Exception, meant: Mishap) -> None:
    assert meaning(error) is meant


def test_a_certificate_that_is_not_accepted_says_what_to_do() -> None:
    error = rq.SSLError(ssl.SSLCertVerificationError("self-signed"))
    assert "ca_bundle" in translated(error, "login", repeatable=True).remedy


def test_an_address_that_cannot_be_used_is_a_matter_of_configuration() -> None:
    for repeatable in (True, False):
        assert isinstance(translated(rq.InvalidURL("x"), "login", repeatable=repeatable), ConfigInvalid)
