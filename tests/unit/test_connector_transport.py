"""The transport as far as `responses` can imitate a server: retries, rest, redirects to log-in, secrets, counting.

Excluded: sockets (faults/test_connector_wire.py) and what answers mean in a dialect.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
import responses

from connector.calls import Call, Reply
from connector.errors import ReplyUnreadable, SystemAway, TooLarge
from connector.limits import Access
from connector.mishaps import ReplyCut
from connector.pace import Pace
from connector.transport import Transport
from errors import ConfigInvalid, OutcomeUnknown, RetryLater

URL = "https://doc.example/qlvb"
READ = Call("GET", "api/x/", "x")
LIST = Call("POST", "api/list/", "list", json={"pageNo": "1"})
WRITE = Call("POST", "api/write/", "write", json={}, repeatable=False)
NOW = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)


class Clock:
    """Monotonic seconds that only sleeping moves."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def opened(clock: Clock, **limits: object) -> Transport:
    access = Access(**{"rate_per_second": 1e6, **limits})  # type: ignore[arg-type]
    return Transport(URL, access, sleep=clock.sleep, clock=clock, now=lambda: NOW)


def test_a_reply_comes_whole_with_lower_case_headers(clock: Clock, server: responses.RequestsMock) -> None:
    server.get(
        f"{URL}/api/x/", body=b"{}", content_type="application/json;charset=UTF-8", headers={"X-A": "b"}
    )
    reply = opened(clock).send(READ)
    assert (reply.status, reply.body, reply.content_type) == (200, b"{}", "application/json")
    assert reply.headers["x-a"] == "b"
    sent = server.calls[0].request.headers
    assert re.fullmatch(r"tdcd/\S+", sent["User-Agent"])
    assert sent["Accept-Encoding"] == "gzip, deflate"


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_reads_are_tried_three_times_with_growing_waits(
    clock: Clock, server: responses.RequestsMock, status: int
) -> None:
    server.post(f"{URL}/api/list/", status=status)
    edge = opened(clock)
    with pytest.raises(SystemAway, match=str(status)):
        edge.send(LIST)
    assert edge.requests_sent == len(server.calls) == 3
    first, second = [wait for wait in clock.slept if wait > 0.5]
    assert 1 <= first <= 1.25
    assert 2 <= second <= 2.25


def test_a_read_that_works_at_the_second_try_is_fine(clock: Clock, server: responses.RequestsMock) -> None:
    server.get(f"{URL}/api/x/", status=502)
    server.get(f"{URL}/api/x/", body=b"ok")
    edge = opened(clock)
    assert edge.send(READ).body == b"ok"
    assert edge.requests_sent == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422])
def test_refusals_are_handed_on_and_never_tried_again(
    clock: Clock, server: responses.RequestsMock, status: int
) -> None:
    server.get(f"{URL}/api/x/", status=status, body=b"no")
    edge = opened(clock)
    assert edge.send(READ).status == status
    assert edge.requests_sent == 1


@pytest.mark.covers("F04")
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_write_is_sent_once_and_a_server_error_leaves_its_outcome_unknown(
    clock: Clock, server: responses.RequestsMock, status: int
) -> None:
    server.post(f"{URL}/api/write/", status=status)
    edge = opened(clock)
    with pytest.raises(OutcomeUnknown):
        edge.send(WRITE)
    assert edge.requests_sent == 1


@pytest.mark.covers("F23")
@pytest.mark.parametrize(("status", "header"), [(429, "600"), (503, "600"), (429, None)])
def test_a_write_that_was_declined_was_certainly_not_carried_out(
    clock: Clock, server: responses.RequestsMock, status: int, header: str | None
) -> None:
    server.post(f"{URL}/api/write/", status=status, headers={"Retry-After": header} if header else {})
    with pytest.raises(SystemAway) as caught:
        opened(clock).send(WRITE)
    assert not isinstance(caught.value, OutcomeUnknown)
    assert caught.value.after == (600 if header else None)


@pytest.mark.covers("F23")
@pytest.mark.parametrize("header", ["600", "Mon, 16 Nov 2026 01:15:00 GMT"])
def test_nothing_is_sent_while_the_site_asks_for_rest(
    clock: Clock, server: responses.RequestsMock, header: str
) -> None:
    # The server's own clock is five minutes ahead of ours: its date is measured against that.
    headers = {"Retry-After": header, "Date": "Mon, 16 Nov 2026 01:05:00 GMT"}
    server.get(f"{URL}/api/x/", status=503, headers=headers)
    edge = opened(clock)
    with pytest.raises(SystemAway) as caught:
        edge.send(READ)
    assert caught.value.after == 600
    clock.seconds += 589
    with pytest.raises(SystemAway) as caught:
        edge.send(READ)
    assert caught.value.after == pytest.approx(11)
    assert edge.requests_sent == 1
    clock.seconds += 11
    with pytest.raises(SystemAway):
        edge.send(READ)
    assert edge.requests_sent == 2


def test_a_short_rest_is_waited_out_on_the_spot(clock: Clock, server: responses.RequestsMock) -> None:
    server.get(f"{URL}/api/x/", status=429, headers={"Retry-After": "7"})
    server.get(f"{URL}/api/x/", body=b"ok")
    before = clock.seconds
    assert opened(clock).send(READ).body == b"ok"
    assert clock.seconds - before >= 7


def test_workers_that_share_a_pace_rest_together(clock: Clock, server: responses.RequestsMock) -> None:
    server.get(f"{URL}/api/x/", status=429, headers={"Retry-After": "600"})
    pace = Pace(8, clock=clock, sleep=clock.sleep)
    first, second = (Transport(URL, pace=pace, sleep=clock.sleep, now=lambda: NOW) for _ in range(2))
    for edge in (first, second):
        with pytest.raises(RetryLater):
            edge.send(READ)
    assert (first.requests_sent, second.requests_sent) == (1, 0)


def test_the_servers_clock_is_noted(clock: Clock, server: responses.RequestsMock) -> None:
    server.get(f"{URL}/api/x/", headers={"Date": "Mon, 16 Nov 2026 01:00:30 GMT"})
    edge = opened(clock)
    edge.send(READ)
    assert edge.last_server_date == NOW + timedelta(seconds=30)
    assert edge.skew_seconds == 30


@pytest.mark.parametrize("junk", ["", "gestern", "Mon, 99 Xxx 2026", "\udcff", "9" * 400])
def test_a_date_header_that_is_junk_ends_nothing(
    clock: Clock, server: responses.RequestsMock, junk: str
) -> None:
    server.get(f"{URL}/api/x/", headers={"Date": junk})
    edge = opened(clock)
    assert edge.send(READ).status == 200
    assert edge.last_server_date is None


def test_a_body_over_the_cap_is_dropped(clock: Clock, server: responses.RequestsMock) -> None:
    server.get(f"{URL}/api/x/", body=b"x" * 1001)
    with pytest.raises(TooLarge):
        opened(clock, max_body_bytes=1000).send(READ)
    assert opened(clock, max_body_bytes=1001).send(READ).body == b"x" * 1001


def test_a_redirect_to_the_login_page_is_left_to_the_dialect(
    clock: Clock, server: responses.RequestsMock
) -> None:
    server.get(f"{URL}/api/x/", status=302, headers={"Location": "/qlvb/Login.jsp"})
    assert opened(clock).send(READ).status == 302


@pytest.mark.parametrize(
    "location", ["https://evil.example/x", "http://doc.example/qlvb", "//evil.example/x", ""]
)
def test_no_other_origin_is_followed(clock: Clock, server: responses.RequestsMock, location: str) -> None:
    server.get(f"{URL}/api/x/", status=302, headers={"Location": location})
    with pytest.raises(ReplyUnreadable):
        opened(clock).send(READ)
    assert all(call.request.url == f"{URL}/api/x/" for call in server.calls)


@pytest.mark.covers("M44")
def test_no_secret_leaves_in_errors_or_logs(
    clock: Clock, server: responses.RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secrets = ("hunter2-rất-bí-mật", "token-9f8e7d6c")
    edge = opened(clock)
    edge.secrets.hide(*secrets)
    server.get(f"{URL}/api/x/", body=requests.ConnectionError(f"refused with {secrets}"))
    call = Call("GET", "api/x/", "x", headers={"X-Authentication-Token": secrets[1]})
    with pytest.raises(SystemAway) as caught:
        edge.send(call)
    assert not any(secret in f"{caught.value!r} {caught.value} {caplog.text}" for secret in secrets)
    # A traceback would otherwise print the library's error, which quotes what was sent.
    assert caught.value.__suppress_context__


@pytest.mark.covers("LC-02")
def test_ids_of_documents_stand_in_no_error_and_no_log(
    clock: Clock, server: responses.RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.get(f"{URL}/api/document/getdetaildocument/777001/", status=500)
    call = Call("GET", "api/document/getdetaildocument/777001/", "document/getdetaildocument")
    with pytest.raises(SystemAway) as caught:
        opened(clock, tries=1).send(call)
    assert "777001" not in f"{caught.value} {caplog.text}"
    assert "document/getdetaildocument -> 500" in caplog.text


def test_cookies_are_kept_hidden_and_can_be_forgotten(clock: Clock, server: responses.RequestsMock) -> None:
    server.get(f"{URL}/api/x/", headers={"Set-Cookie": "JSESSIONID=ABCDEF123456; Path=/qlvb"})
    edge = opened(clock)
    edge.send(READ)
    assert edge.secrets.clean("cookie ABCDEF123456 echoed") == "cookie ••• echoed"
    edge.send(READ)
    assert server.calls[1].request.headers["Cookie"] == "JSESSIONID=ABCDEF123456"
    edge.forget_cookies()
    edge.send(READ)
    assert "Cookie" not in server.calls[2].request.headers


@pytest.mark.usefixtures("_proxies_everywhere")
def test_neither_environment_nor_netrc_changes_a_request(
    clock: Clock, server: responses.RequestsMock
) -> None:
    server.get(f"{URL}/api/x/")
    opened(clock).send(READ)
    assert "Authorization" not in server.calls[0].request.headers
    assert server.calls[0].request.req_kwargs["proxies"] == {}  # type: ignore[attr-defined]


@pytest.fixture
def _proxies_everywhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine doc.example login a password b")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")


def test_a_proxy_and_a_ca_bundle_are_used_and_the_proxys_password_is_a_secret(
    clock: Clock, server: responses.RequestsMock, tmp_path: Path
) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.write_text("")
    server.get(f"{URL}/api/x/")
    edge = opened(clock, proxy="http://u:geheim99@proxy.example:3128", ca_bundle=bundle)
    edge.send(READ)
    sent = server.calls[0].request.req_kwargs  # type: ignore[attr-defined]
    assert sent["proxies"]["https"] == "http://u:geheim99@proxy.example:3128"
    assert sent["verify"] == str(bundle)
    assert edge.secrets.clean("via geheim99") == "via •••"


def test_certificates_are_verified_by_default(clock: Clock, server: responses.RequestsMock) -> None:
    server.get(f"{URL}/api/x/")
    opened(clock).send(READ)
    assert server.calls[0].request.req_kwargs["verify"] is True  # type: ignore[attr-defined]


def test_a_check_may_ask_for_another_try(clock: Clock, server: responses.RequestsMock) -> None:
    server.get(f"{URL}/api/x/", body=b"ha")
    server.get(f"{URL}/api/x/", body=b"half no more")

    def whole(reply: Reply) -> None:
        if len(reply.body) < 5:
            raise ReplyCut("short")

    assert opened(clock).send(Call("GET", "api/x/", "x", check=whole)).body == b"half no more"


@pytest.mark.parametrize(
    "url",
    ["doc.example", "ftp://doc.example/", "https://", "https://u:p@doc.example/", "https://doc.example/?a=1"],
)
def test_an_address_that_cannot_be_used_is_said_at_once(url: str) -> None:
    with pytest.raises(ConfigInvalid, match="https://host/app") as caught:
        Transport(url)
    assert "u:p" not in str(caught.value)


@pytest.mark.parametrize("bad", [{"tries": 0}, {"read_seconds": float("inf")}, {"rate_per_second": -1}])
def test_limits_that_make_no_sense_are_all_named(bad: dict[str, float]) -> None:
    with pytest.raises(ConfigInvalid, match=next(iter(bad))):
        Access(**bad)  # type: ignore[arg-type]
    with pytest.raises(ConfigInvalid, match=r"max_body_bytes.*ca_bundle"):
        Access(max_body_bytes=0, ca_bundle=Path("/nowhere/ca.pem"))
