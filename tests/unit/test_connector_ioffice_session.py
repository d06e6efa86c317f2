"""Logging in, losing the session, and never locking an account."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import responses

from connector.errors import AccessRefused, RemoteRefused, ReplyUnreadable, SessionLost, SystemAway
from connector.ioffice.client import IOfficeConnector
from connector.port import SetStatus, Stream
from connector.records import FileRef, Kind
from errors import OutcomeUnknown, StopService
from tests.ioffice_bodies import (
    LOGIN_PAGE,
    PASSWORD,
    TOKEN,
    UNIT_BLOB,
    URL,
    Imitation,
    connector,
    refused,
    success,
)


@pytest.fixture
def site() -> Iterator[Imitation]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield Imitation(mock)


EXPIRED = refused("error_authentication_required", "Phiên làm việc đã hết hạn")
UNITS = "shared/unit/get_all"


def nothing_known(kind: Kind, rows: object) -> set[str]:
    return set()


def read_units(edge: IOfficeConnector) -> int:
    return sum(len(page.records) for page in edge.listing(Stream.UNITS, nothing_known))


def test_opening_sends_nothing_and_the_first_call_logs_in(site: Imitation) -> None:
    site.add("GET", UNITS, UNIT_BLOB)
    edge = connector()
    assert edge.requests_sent == 0
    assert read_units(edge) == 2
    login, read = site.sent()
    assert site.bodies("login/v3") == [
        {
            "username": "tdcd",
            "password": PASSWORD,
            "tokenFireBase": "",
            "type": "ANDROID",
            "device": "tdcd",
            "language": "VI",
        }
    ]
    assert "X-Authentication-Token" not in login.headers
    assert read.headers["X-Authentication-Token"] == TOKEN
    read_units(edge)
    assert edge.requests_sent == 3


@pytest.mark.covers("F24")
@pytest.mark.parametrize(
    "lost",
    [(EXPIRED, 401), (EXPIRED, 200), (LOGIN_PAGE, 200), ("", 401)],
    ids=["401", "inside-200", "page", "bare-401"],
)
def test_a_lost_session_is_renewed_once_and_the_call_made_again(
    site: Imitation, lost: tuple[object, int]
) -> None:
    site.raw("GET", UNITS, lost[0], status=lost[1])
    site.add("GET", UNITS, UNIT_BLOB)
    edge = connector()
    assert read_units(edge) == 2
    assert [request.path_url.split("/api/")[1] for request in site.sent()] == [
        "login/v3/",
        "shared/unit/get_all/",
        "login/v3/",
        "shared/unit/get_all/",
    ]


@pytest.mark.covers("M43", "F24")
def test_a_session_that_stays_lost_ends_the_call_and_does_not_loop(site: Imitation) -> None:
    site.raw("GET", UNITS, LOGIN_PAGE)
    edge = connector()
    with pytest.raises(SessionLost):
        read_units(edge)
    assert len(site.sent("login")) == 2
    assert len(site.sent(UNITS)) == 2


def test_a_login_page_instead_of_the_login_is_a_lost_session_not_a_wrong_password() -> None:
    with responses.RequestsMock() as mock:
        mock.post(f"{URL}/api/login/v3/", body=LOGIN_PAGE)
        with pytest.raises(SessionLost):
            read_units(connector())


@pytest.mark.parametrize(
    "answer",
    [
        (refused("error_login_failed", "Tên đăng nhập hoặc mật khẩu không đúng"), 200),
        (refused("error_account_locked", "Tài khoản đã bị khóa"), 400),
        (success("OTP_REQUIRE"), 200),
        (success({"token": "null"}), 200),
    ],
    ids=["wrong", "locked", "one-time-code", "no-token"],
)
def test_a_refused_login_stops_the_service_and_is_never_tried_again(answer: tuple[object, int]) -> None:
    with responses.RequestsMock() as mock:
        mock.post(f"{URL}/api/login/v3/", json=answer[0], status=answer[1])
        edge = connector()
        for _ in range(3):
            with pytest.raises(AccessRefused) as caught:
                read_units(edge)
        assert isinstance(caught.value, StopService)
        assert caught.value.remedy
        assert len(mock.calls) == 1


def test_a_system_in_trouble_at_the_login_is_tried_again_later() -> None:
    with responses.RequestsMock() as mock:
        mock.post(f"{URL}/api/login/v3/", json=refused("error_system", "Hệ thống đang bận"))
        mock.post(f"{URL}/api/login/v3/", json=success({"token": TOKEN}))
        mock.get(f"{URL}/api/{UNITS}/", json=success(UNIT_BLOB))
        edge = connector()
        with pytest.raises(SystemAway):
            read_units(edge)
        assert read_units(edge) == 2


@pytest.mark.covers("M44")
def test_a_refusal_that_echoes_password_and_token_shows_neither(site: Imitation) -> None:
    site.raw("GET", UNITS, refused("1", f"you sent {PASSWORD} and {TOKEN}\r\n\x1b[31m"))
    with pytest.raises(SystemAway) as caught:
        read_units(connector())
    shown = f"{caught.value!r} {caught.value}"
    assert PASSWORD not in shown
    assert TOKEN not in shown
    assert "•••" in shown
    assert "\x1b" not in shown


def test_trouble_inside_a_200_is_away_for_a_read_and_unknown_for_a_write(site: Imitation) -> None:
    trouble = refused("error_system", "Hệ thống đang bận")
    site.raw("GET", UNITS, trouble)
    site.raw("POST", "job/updatestatus", trouble)
    site.add("GET", "job/getliststatus", [{"name": "Đang làm", "value": 2}], "TINHTRANGCONGVIEC")
    edge = connector()
    with pytest.raises(SystemAway):
        read_units(edge)
    with pytest.raises(OutcomeUnknown):
        edge.apply(SetStatus("k", "501", "901", "Đang làm"))


@pytest.mark.covers("F04")
@pytest.mark.parametrize("body", ["<html>502</html>", '{"status": {"code": "0"', "", "[]"])
def test_an_unreadable_answer_to_a_write_leaves_its_outcome_unknown(site: Imitation, body: str) -> None:
    site.raw("POST", "job/updatestatus", body)
    site.add("GET", "job/getliststatus", [{"name": "Đang làm", "value": 2}], "TINHTRANGCONGVIEC")
    with pytest.raises(OutcomeUnknown):
        connector().apply(SetStatus("k", "501", "901", "Đang làm"))
    assert len(site.sent("job/updatestatus")) == 1


@pytest.mark.covers("F24")
def test_a_write_whose_session_was_lost_is_sent_again_with_the_same_key(site: Imitation) -> None:
    site.add("GET", "job/getliststatus", [{"name": "Đang làm", "value": 2}], "TINHTRANGCONGVIEC")
    site.raw("POST", "job/updatestatus", EXPIRED, status=401)
    site.add("POST", "job/updatestatus", data=True)
    connector().apply(SetStatus("k-77", "501", "901", "Đang làm"))
    assert [request.headers["X-Effect-Key"] for request in site.sent("job/updatestatus")] == ["k-77", "k-77"]


def test_json_that_was_cut_is_read_again(site: Imitation) -> None:
    site.raw("GET", UNITS, '{"status": {"code": "0", "mess', content_type="application/json")
    site.add("GET", UNITS, UNIT_BLOB)
    assert read_units(connector()) == 2


def test_own_user_comes_from_the_login_or_is_asked_for_or_is_remembered(site: Imitation) -> None:
    assert connector().own_user == "1000"
    with responses.RequestsMock() as mock:
        mock.post(f"{URL}/api/login/v3/", json=success({"token": TOKEN}))
        mock.get(f"{URL}/api/getuserinfo/me/", json=success({"userId": 1000, "userName": "Tài khoản"}))
        edge = connector()
        assert [edge.own_user, edge.own_user] == ["1000", "1000"]
        assert edge.requests_sent == 2
    with responses.RequestsMock():
        edge = connector()
        edge.own_user = "1000"
        assert edge.own_user == "1000"
        assert edge.requests_sent == 0


def test_closing_logs_out_once_and_never_raises(site: Imitation) -> None:
    edge = connector()
    edge.close()
    assert site.sent() == []
    assert edge.own_user == "1000"
    edge.close()
    edge.close()
    assert [request.path_url for request in site.sent("logout")] == ["/qlvb/api/logout/"]
    with responses.RequestsMock() as mock:
        mock.post(f"{URL}/api/login/v3/", json=success({"token": TOKEN, "userId": "1"}))
        mock.get(f"{URL}/api/logout/", body=requests.ConnectionError("gone"))
        broken = connector()
        assert broken.own_user == "1"
        broken.close()


def test_an_id_cannot_leave_its_place_in_the_address(site: Imitation) -> None:
    site.add("GET", "file/download", None, "..%2F..%2Flogout")
    with pytest.raises(ReplyUnreadable):
        connector().download(FileRef("../../logout", "x"), Path("never"), 10)
    assert site.sent("logout") == []


FILE = FileRef("3", "Báo cáo.pdf", 5)


def test_a_download_renews_a_lost_session(site: Imitation, tmp_path: Path) -> None:
    site.raw("GET", "file/download", LOGIN_PAGE, "3", content_type="text/html")
    site.raw("GET", "file/download", b"12345", "3", content_type="application/octet-stream")
    connector().download(FILE, tmp_path / "got", 10)
    assert (tmp_path / "got").read_bytes() == b"12345"


@pytest.mark.covers("M43")
def test_a_refusal_or_page_is_never_taken_for_the_file(site: Imitation, tmp_path: Path) -> None:
    site.raw("GET", "file/download", refused("error_permission_denied", "Không có quyền"), "3")
    edge = connector()
    with pytest.raises(RemoteRefused, match="Không có quyền"):
        edge.download(FILE, tmp_path / "got", 10)
    site.mock.replace("GET", f"{URL}/api/file/download/3/", body=LOGIN_PAGE, content_type="text/html")
    with pytest.raises(SessionLost):
        edge.download(FILE, tmp_path / "got", 10)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.covers("M30")
def test_a_file_that_is_html_or_json_comes_as_it_is_when_announced_as_attachment(
    site: Imitation, tmp_path: Path
) -> None:
    announced = {"Content-Disposition": "attachment; filename=a.html"}
    site.raw("GET", "file/download", LOGIN_PAGE, "3", content_type="text/html", headers=announced)
    connector().download(FILE, tmp_path / "got", 1000)
    assert (tmp_path / "got").read_text() == LOGIN_PAGE


@pytest.mark.covers("F28")
def test_a_file_of_untold_length_must_come_twice_the_same(site: Imitation, tmp_path: Path) -> None:
    kind = "application/octet-stream"
    for body in (b"12345", b"12", b"12345", b"12345", b"12345"):
        site.raw("GET", "file/download", body, "3", content_type=kind)
    edge = connector()
    edge.download(FILE, tmp_path / "as-listed", 10)
    unlisted = FileRef("3", "Báo cáo.pdf", None)
    with pytest.raises(ReplyUnreadable):
        edge.download(unlisted, tmp_path / "cut", 10)
    edge.download(unlisted, tmp_path / "same", 10)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["as-listed", "same"]
