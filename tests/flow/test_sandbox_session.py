"""Sessions, envelope and addresses of the sandbox: what every call meets before its own meaning.

Not here: what the calls do with documents, work items and files.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from sandbox.client import RefusedByServerError
from tests.sandbox_process import SERVICE, SandboxHandle, sandbox_in_thread

LOGIN = "/qlvb/api/login/v3/"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxHandle]:
    with sandbox_in_thread(tmp_path_factory.mktemp("sandbox")) as handle:
        yield handle


def raw(
    sandbox: SandboxHandle, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection(urlsplit(sandbox.url).netloc, timeout=10)
    try:
        connection.request(
            method, path, body, {name.replace("_", "-"): value for name, value in headers.items()}
        )
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def logged_in(
    sandbox: SandboxHandle, username: str = SERVICE[0], password: str = SERVICE[1]
) -> tuple[str, str]:
    body = json.dumps({"username": username, "password": password}).encode()
    _, headers, content = raw(sandbox, "POST", LOGIN, body)
    token: str = json.loads(content)["data"]["token"]
    return token, str(headers["Set-Cookie"]).split(";")[0]


def envelope(content: bytes) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(content)
    assert value.keys() == {"status", "data"}
    assert isinstance(value["status"]["code"], str)
    return value


@pytest.mark.parametrize("path", ["login/", "login/v2/", "login/v3/", "login/v3"])
def test_a_log_in_tells_who_one_is(sandbox: SandboxHandle, path: str) -> None:
    body = json.dumps({"username": "thanhlh.tc", "password": "sandbox", "type": "ANDROID"}).encode()
    status, headers, content = raw(sandbox, "POST", f"/qlvb/api/{path}", body)
    data = envelope(content)["data"]
    assert status == 200
    assert envelope(content)["status"] == {"code": "0", "message": ""}
    assert (data["fullName"], data["unitName"], data["multilPrimary"]) == (
        "Lý Hữu Thành",
        "Sở Tài chính",
        "true",
    )
    assert [other["name"] for other in data["switchUser"]] == ["Phó Giám đốc (kiêm nhiệm) - Sở Y tế"]
    assert data["password"] == ""
    assert headers["Set-Cookie"].startswith("JSESSIONID=")


@pytest.mark.parametrize(
    ("username", "password", "code"),
    [
        ("tdcd", "wrong", "error_login_failed"),
        ("nobody", "sandbox", "error_login_failed"),
        ("cunv.tc", "sandbox", "error_account_locked"),
    ],
)
def test_a_refused_log_in_comes_inside_a_200(
    sandbox: SandboxHandle, username: str, password: str, code: str
) -> None:
    body = json.dumps({"username": username, "password": password}).encode()
    status, _, content = raw(sandbox, "POST", LOGIN, body)
    assert status == 200
    assert envelope(content)["status"]["code"] == code
    assert envelope(content)["data"] is None


def test_without_a_token_nobody_gets_in(sandbox: SandboxHandle) -> None:
    for token in ("", "made-up"):
        status, _, content = raw(sandbox, "GET", "/qlvb/api/getuserinfo/me/", X_Authentication_Token=token)
        assert status == 401
        assert envelope(content)["status"]["code"] == "error_authentication_required"


def test_a_new_log_in_ends_the_older_session(sandbox: SandboxHandle) -> None:
    first, _ = logged_in(sandbox)
    second, _ = logged_in(sandbox)
    statuses = [
        raw(sandbox, "GET", "/qlvb/api/getuserinfo/me/", X_Authentication_Token=token)[0]
        for token in (first, second)
    ]
    assert statuses == [401, 200]


def test_several_sessions_where_the_site_allows_them(tmp_path: Path) -> None:
    with sandbox_in_thread(tmp_path, sessions_per_user=2) as sandbox:
        tokens = [logged_in(sandbox)[0] for _ in range(3)]
        statuses = [
            raw(sandbox, "GET", "/qlvb/api/getuserinfo/me/", X_Authentication_Token=token)[0]
            for token in tokens
        ]
    assert statuses == [401, 200, 200]


def test_a_session_grows_old(tmp_path: Path) -> None:
    with sandbox_in_thread(tmp_path, session_minutes=5) as sandbox:
        token, _ = logged_in(sandbox)
        sandbox.post("/__sandbox__/clock", {"advance_seconds": 290})
        assert raw(sandbox, "GET", "/qlvb/api/getuserinfo/me/", X_Authentication_Token=token)[0] == 200
        sandbox.post("/__sandbox__/clock", {"advance_seconds": 20})
        assert raw(sandbox, "GET", "/qlvb/api/getuserinfo/me/", X_Authentication_Token=token)[0] == 401


def test_a_cookie_of_another_session_is_refused(sandbox: SandboxHandle) -> None:
    token, cookie = logged_in(sandbox)
    other = logged_in(sandbox, "hatt.vp", "sandbox")[1]
    for sent, expected in ((cookie, 200), (other, 401)):
        status, _, _ = raw(
            sandbox, "GET", "/qlvb/api/getuserinfo/me/", X_Authentication_Token=token, Cookie=sent
        )
        assert status == expected


def test_a_locked_account_loses_its_session(sandbox: SandboxHandle) -> None:
    person = sandbox.person("yenht.yt")
    assert person.get("getuserinfo/me")["status"] == "0"
    sandbox.post("/__sandbox__/quiet", {"user_id": "1010", "field": "locked", "value": True})
    with pytest.raises(RefusedByServerError, match="error_account_locked"), person:
        person.get("getuserinfo/me")


def test_logging_out_ends_the_session(sandbox: SandboxHandle) -> None:
    token, _ = logged_in(sandbox)
    assert raw(sandbox, "GET", "/qlvb/api/logout/", X_Authentication_Token=token)[0] == 200
    assert raw(sandbox, "GET", "/qlvb/api/getuserinfo/me/", X_Authentication_Token=token)[0] == 401


def test_one_person_acts_from_one_posting_at_a_time(sandbox: SandboxHandle) -> None:
    with sandbox.person("thanhlh.tc") as person:
        assert person.get("getuserinfo/me")["unitName"] == "Sở Tài chính"
        (other,) = person.login["switchUser"]
    with sandbox.person("thanhlh.tc", posting=other["userid"]) as person:
        assert person.get("getuserinfo/me")["unitName"] == "Sở Y tế"
    with (
        sandbox.person("ngandt.tc") as clerk,
        pytest.raises(RefusedByServerError, match="error_data_not_found"),
    ):
        clerk.get(f"switch/{other['userid']}")


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "nothing/here/", None, 404),
        ("GET", "job/createjob/", None, 405),
        ("POST", "job/createjob/", b"{broken", 400),
        ("POST", "job/createjob/", b"[]", 400),
        ("POST", "document/lookupdocument/", b'{"pageNo":"x","pageRec":"10"}', 400),
        ("POST", "document/lookupdocument/", b'{"pageNo":"1","pageRec":"501"}', 400),
        ("GET", "document/getdetaildocument/abc/", None, 400),
        ("GET", "document/getdetaildocument/", None, 400),
    ],
)
def test_calls_that_make_no_sense(
    sandbox: SandboxHandle, method: str, path: str, body: bytes | None, status: int
) -> None:
    token, _ = logged_in(sandbox)
    told, _, content = raw(sandbox, method, f"/qlvb/api/{path}", body, X_Authentication_Token=token)
    assert told == status
    if status != 404:
        assert envelope(content)["status"]["code"] != "0"


def test_the_app_asks_for_its_version_before_any_log_in(sandbox: SandboxHandle) -> None:
    status, _, content = raw(
        sandbox, "POST", "/qlvb/api/checkversion/", b'{"type":"ANDROID","version":"1.16"}'
    )
    assert (status, envelope(content)["data"]["update"]) == (200, "false")


def test_answers_carry_the_date_of_the_sandbox(tmp_path: Path) -> None:
    with sandbox_in_thread(tmp_path) as sandbox:
        sandbox.post("/__sandbox__/clock", {"now": "2027-02-06T07:00:00", "frozen": True})
        token, _ = logged_in(sandbox)
        for path in ("/qlvb/api/getuserinfo/me/", "/", "/__sandbox__/stats"):
            _, headers, _ = raw(sandbox, "GET", path, X_Authentication_Token=token)
            assert headers.get_all("Date") == ["Sat, 06 Feb 2027 00:00:00 GMT"]
