"""Tokens, pages and files of a province's own API: one new token when it was lost, and nothing to a strange host."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
import responses
from pydantic import SecretStr

from connector.errors import (
    AccessRefused,
    ListingUnreadable,
    ReplyUnreadable,
    SessionLost,
    SystemAway,
    TooLarge,
)
from connector.port import Capability, CommentDocument, CreateJob, SetStatus, Stream
from connector.province_api import boxes
from connector.province_api.client import ProvinceApiConnector
from connector.province_api.records import incoming_document
from connector.records import DirectiveRecord, DocumentState, FileRef, Kind
from errors import ConfigInvalid, RetryLater, SkipRecord, StopService
from tests.province_api_bodies import (
    BODY,
    DETAIL,
    FILE_HOST,
    INCOMING,
    INCOMING_ROW,
    LOGIN_PAGE,
    PACKED,
    PROXY_PAGE,
    REFRESH,
    ROW,
    SEARCH,
    TOKEN,
    TREE,
    UNIT_TREE,
    URL,
    Imitation,
    connector,
    refused,
    success,
)

NAME = "Bảng phân công phạm vi.xlsx"


@pytest.fixture
def site() -> Iterator[Imitation]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield Imitation(mock)


def nothing_known(kind: Kind, rows: object) -> set[str]:
    return set()


def read(edge: ProvinceApiConnector, stream: Stream = Stream.UNITS) -> list[str]:
    return [raw.remote_id for page in edge.listing(stream, nothing_known) for raw in page.records]


def test_opening_sends_nothing_and_the_first_call_asks_for_a_token(site: Imitation) -> None:
    site.answer("GET", TREE, success(UNIT_TREE))
    edge = connector()
    assert edge.requests_sent == 0
    assert sorted(read(edge)) == ["1", "3", "4"]
    exchange, first = site.sent()
    assert site.exchanged == [REFRESH]
    assert "Authorization" not in exchange.headers
    assert first.headers["Authorization"] == "Bearer at-7b1e40-1"
    read(edge)
    assert edge.requests_sent == 3
    edge.requests_sent = 10
    read(edge)
    assert edge.requests_sent == 11


@pytest.mark.covers("F24")
@pytest.mark.parametrize(
    ("lost", "status"),
    [
        ({"success": False, "message": "Token đã hết hạn"}, 401),
        (refused("Token không hợp lệ"), 200),
        (LOGIN_PAGE, 200),
        ("", 403),
    ],
    ids=["401", "inside-200", "page", "bare-403"],
)
def test_a_token_that_is_too_old_is_renewed_once_and_the_call_made_again(
    site: Imitation, lost: object, status: int
) -> None:
    site.answer("GET", TREE, lost, status=status)
    site.answer("GET", TREE, success(UNIT_TREE))
    assert len(read(connector())) == 3
    assert site.exchanged == [REFRESH, f"{REFRESH}-1"]
    assert site.sent(TREE)[1].headers["Authorization"] == "Bearer at-7b1e40-2"


@pytest.mark.covers("F24")
def test_a_new_token_that_is_not_taken_either_is_no_reason_for_more(site: Imitation) -> None:
    site.answer("GET", TREE, "", status=401)
    with pytest.raises(SessionLost):
        read(connector())
    assert len(site.exchanged) == 2
    assert len(site.sent(TREE)) == 2


@pytest.mark.covers("F24")
@pytest.mark.parametrize(
    "answer",
    [refused("Refresh token không hợp lệ"), success({"access_token": ""}), success(None), success([])],
)
def test_a_refused_refresh_token_is_never_tried_again(answer: object) -> None:
    with responses.RequestsMock() as mock:
        mock.get(f"{URL}/api/{TOKEN}", json=answer)
        edge = connector()
        for _ in range(2):
            with pytest.raises(StopService) as caught:
                read(edge)
            assert isinstance(caught.value, AccessRefused)
            assert "refresh token" in caught.value.remedy
            assert REFRESH not in str(caught.value)
        assert len(mock.calls) == 1


@pytest.mark.parametrize("page", [LOGIN_PAGE, PROXY_PAGE])
def test_a_page_in_the_place_of_a_token_is_waited_out(page: str) -> None:
    with responses.RequestsMock() as mock:
        mock.get(f"{URL}/api/{TOKEN}", body=page)
        edge = connector()
        for _ in range(2):
            with pytest.raises((SessionLost, ListingUnreadable)):
                read(edge)
        assert len(mock.calls) == 2


def test_no_secret_leaves_in_an_error_or_a_log(site: Imitation, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    site.answer("GET", TREE, refused(f"at-7b1e40-1 của {REFRESH} không có quyền"))
    with pytest.raises(RetryLater) as caught:
        read(connector())
    assert "•••" in str(caught.value)
    for text in (str(caught.value), caplog.text, repr(vars(connector()))):
        assert "at-7b1e40-1" not in text
        assert REFRESH not in text


# --- lists


def test_a_list_is_asked_for_by_form_year_and_day(site: Imitation) -> None:
    site.answer("POST", SEARCH, success([ROW]))
    site.answer("GET", DETAIL, success(BODY))
    pages = list(connector().changes(Stream.DOCUMENTS, '{"day": "2026-11-15"}', nothing_known))
    (asked,) = site.sent(SEARCH)
    assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert dict(parse_qsl(asked.body, keep_blank_values=True)) == {
        "ma_can_bo": "8000",
        "ma_don_vi_quan_tri": "0",
        "nam": "2026",
        "tu_ngay": "12/11/2026",
        "den_ngay": "",
        "page": "1",
        "size": "5",
    }
    assert [raw.remote_id for page in pages for raw in page.records] == ["70001"]
    assert pages[-1].cursor == '{"day":"2026-11-16"}'
    assert "ma_van_ban_di=70001&ma_ctcb=8000" in site.sent(DETAIL)[0].url


def test_days_around_the_new_year_are_two_questions(site: Imitation) -> None:
    site.answer("POST", SEARCH, success([]))
    edge = connector(today=lambda: date(2027, 1, 2), since=None)
    assert not list(edge.changes(Stream.DOCUMENTS, '{"day": "2026-12-31"}', nothing_known))
    asked = [dict(parse_qsl(one.body, keep_blank_values=True)) for one in site.sent(SEARCH)]
    assert [(one["nam"], one["tu_ngay"]) for one in asked] == [("2027", ""), ("2026", "28/12/2026")]


@pytest.mark.covers("M40")
def test_a_day_in_the_future_moves_no_cursor(site: Imitation) -> None:
    site.answer("POST", SEARCH, success([ROW | {"ngay_ban_hanh": "16/12/2026"}]))
    site.answer("GET", DETAIL, success(BODY))
    pages = list(connector().changes(Stream.DOCUMENTS, '{"day": "2026-11-15"}', nothing_known))
    assert [page.cursor for page in pages] == [None]


@pytest.mark.parametrize(
    "answer",
    [
        refused("Lỗi truy vấn"),
        success({"rows": []}),
        success([1]),
        success([ROW | {"ma_van_ban": None}]),
        success([ROW | {"ma_van_ban": 9007199254740992.0}]),
        success([ROW, ROW]),
        PROXY_PAGE,
        b'{"success":true,"message":"","data":[{"ma_van_ban":700',
    ],
    ids=["refused", "object", "numbers", "no-key", "lost-digits", "twice", "proxy", "cut"],
)
def test_a_list_that_cannot_be_read_counts_for_nothing(site: Imitation, answer: object) -> None:
    site.answer("POST", SEARCH, answer)
    pages = []
    with pytest.raises(ListingUnreadable) as caught:
        pages += list(connector().listing(Stream.DOCUMENTS, nothing_known))
    assert not pages
    assert caught.value.remedy
    assert str(caught.value).count("\n") == 0


@pytest.mark.parametrize(
    "answer",
    [
        refused("Lỗi"),
        success([]),
        success({"cay": []}),
        success([{"data": {"ten": "Sở"}, "childs": []}]),
        success([{"data": None, "childs": []}]),
        success([{"data": {"ma": "1", "ten": "a"}, "childs": ["x"]}]),
        success([{"data": {"ma": "1", "ten": "a"}, "childs": [{"data": {"ma": 1.0, "ten": "b"}}]}]),
    ],
)
def test_a_tree_that_cannot_be_read_retires_no_unit(site: Imitation, answer: object) -> None:
    site.answer("GET", TREE, answer)
    with pytest.raises(ListingUnreadable):
        read(connector())


@pytest.mark.covers("F25")
def test_a_document_that_cannot_be_read_stops_no_other(site: Imitation) -> None:
    site.answer("POST", SEARCH, success([ROW, ROW | {"ma_van_ban": 70002.0}]), success([]))
    site.answer("GET", DETAIL, refused("Lỗi dữ liệu"), success(BODY | {"ma_van_ban_di": 70002.0}))
    edge = connector()
    bad, good = [
        raw
        for page in edge.changes(Stream.DOCUMENTS, '{"day": "2026-11-15"}', nothing_known)
        for raw in page.records
    ]
    with pytest.raises(SkipRecord, match="Lỗi dữ liệu"):
        edge.decode(bad)
    assert bad.fingerprint == ""
    record = edge.decode(good)
    assert isinstance(record, DirectiveRecord)
    assert record.remote_id == "70002"


@pytest.mark.parametrize("data", [None, []])
def test_nothing_in_the_place_of_a_document_is_no_document(site: Imitation, data: object) -> None:
    site.answer("GET", DETAIL, success(data))
    assert connector().fetch(Kind.DOCUMENT, "70001") is None


def test_a_system_that_says_it_is_busy_is_away(site: Imitation) -> None:
    site.answer("GET", DETAIL, refused("Hệ thống đang bảo trì"))
    with pytest.raises(SystemAway):
        connector().fetch(Kind.DOCUMENT, "70001")


# --- what was sent to a unit


def test_incoming_documents_are_asked_for_by_the_day_they_came(site: Imitation) -> None:
    site.answer("POST", INCOMING, success([INCOMING_ROW]))
    edge = connector(box=boxes.INCOMING)
    pages = list(edge.changes(Stream.DOCUMENTS, '{"day": "2026-11-15"}', nothing_known))
    (asked,) = site.sent(INCOMING)
    assert dict(parse_qsl(asked.body, keep_blank_values=True)) == {
        "ma_can_bo": "8000",
        "ma_don_vi_quan_tri": "0",
        "nam": "2026",
        "nhan_tu_ngay": "12/11/2026",
        "nhan_den_ngay": "",
        "page": "1",
        "size": "5",
        "co_tep_tin": "-1",
        "ma_loai_ttdh": "0",
        "ma_yeu_cau": "2",
        "trang_thai_ttdh_gui": "-1",
        "trang_thai_xu_ly": "1",
    }
    assert pages[-1].cursor == '{"day":"2026-11-16"}'
    record = edge.decode(pages[0].records[0])
    assert isinstance(record, DirectiveRecord)
    assert record == DirectiveRecord(
        remote_id="70001",
        number="12/CT-UBND",
        subject="Chỉ thị về tài sản công & biên chế",
        doc_type="Chỉ thị",
        issuer="UBND tỉnh Sông Lam",
        issued_on=date(2026, 11, 13),
        state=DocumentState.ISSUED,
        signer="Lê Quang Sơn",
        note="Sở Nội vụ (xử lý chính)",
        files=(FileRef(PACKED, NAME),),
    )
    assert not site.sent(DETAIL)


def test_one_incoming_document_is_looked_for_in_the_list_and_absence_means_nothing(site: Imitation) -> None:
    none, both = success([]), success([INCOMING_ROW, INCOMING_ROW | {"ma_van_ban": 70002.0}])
    # Next year twice and this year; then the same again, to its end.
    site.answer("POST", INCOMING, none, none, both, none, none, both, none)
    edge = connector(box=boxes.INCOMING)
    found = edge.fetch(Kind.DOCUMENT, "70002")
    assert found is not None
    assert found.remote_id == "70002"
    assert not [
        page for page in edge.listing(Stream.DOCUMENTS, nothing_known) if page.complete or page.listed
    ]
    assert not {Capability.LISTS_COMPLETELY, Capability.SHOWS_SECRECY} & edge.capabilities


def test_a_row_that_is_another_one_is_refused() -> None:
    raw = incoming_document("70009", INCOMING_ROW)
    with pytest.raises(SkipRecord, match="ma_van_ban"):
        connector().decode(raw)


# --- files


def file_url(name: str, token: int = 1) -> str:
    path = FileRef(PACKED, name).remote_id
    return f"https://{FILE_HOST}/api/file-manage/read-file/{path}/download/{REFRESH}-{token}/{name}"


def test_a_file_comes_from_the_host_beside_the_api_with_the_newest_token(
    site: Imitation, tmp_path: Path
) -> None:
    site.mock.get(
        file_url(NAME),
        body=b"noi dung",
        content_type="application/octet-stream",
        auto_calculate_content_length=True,
    )
    edge = connector()
    assert edge.download(FileRef(PACKED, NAME), tmp_path / "f", 100)
    assert (tmp_path / "f").read_bytes() == b"noi dung"
    assert edge.requests_sent == 2


@pytest.mark.parametrize(
    "host", ["evil.example", "songlam-file.vnptioffice.example.evil.example", "127.0.0.1"]
)
def test_a_path_to_another_host_gets_no_token(site: Imitation, tmp_path: Path, host: str) -> None:
    path = PACKED.replace(FILE_HOST, host)
    with pytest.raises(SkipRecord, match="another host"):
        connector().download(FileRef(path, NAME), tmp_path / "f", 100)
    assert not site.sent()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("body", "kind", "error"),
    [
        (
            b'{"success":false,"message":"Kh\xc3\xb4ng t\xc3\xacm th\xe1\xba\xa5y t\xe1\xbb\x87p"}',
            "application/json",
            SkipRecord,
        ),
        (b'{"success":true,"data":[]}', "application/json", ReplyUnreadable),
        (PROXY_PAGE.encode(), "text/html", ReplyUnreadable),
        (b"0123456789" * 11, "application/octet-stream", TooLarge),
    ],
)
def test_what_is_no_file_leaves_nothing(
    site: Imitation, tmp_path: Path, body: bytes, kind: str, error: type[Exception]
) -> None:
    site.mock.get(file_url(NAME), body=body, content_type=kind)
    with pytest.raises(error):
        connector().download(FileRef(PACKED, NAME), tmp_path / "f", 100)
    assert not list(tmp_path.iterdir())


@pytest.mark.covers("F24")
def test_a_log_in_page_in_the_place_of_a_file_brings_one_new_token(site: Imitation, tmp_path: Path) -> None:
    site.mock.get(file_url(NAME), body=LOGIN_PAGE, content_type="text/html")
    site.mock.get(file_url(NAME, 2), body=b"noi dung", content_type="application/octet-stream")
    connector().download(FileRef(PACKED, NAME), tmp_path / "f", 100)
    assert len(site.exchanged) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


# --- writing, opening


@pytest.mark.parametrize(
    "write",
    [
        CreateJob("k", "1", "Tên", "TD-1", "TD-1", "3"),
        SetStatus("k", "1", "1", "Đang thực hiện"),
        CommentDocument("k", "1", "PH-1", "PH-1"),
    ],
)
def test_nothing_is_written_and_nothing_sent(
    site: Imitation, write: CreateJob | SetStatus | CommentDocument
) -> None:
    edge = connector()
    with pytest.raises(SkipRecord, match="no way to write") as caught:
        edge.apply(write)
    assert "doctor" in caught.value.remedy
    assert edge.find(write) is None
    assert not site.sent()


@pytest.mark.parametrize("username", ["tdcd", "", "0", "8000.5", "8000/x", "/1"])
def test_a_user_name_that_is_no_posting_is_said_at_once(username: str) -> None:
    with pytest.raises(ConfigInvalid, match="ma_ctcb_kc"):
        ProvinceApiConnector("songlam", URL, username, SecretStr(REFRESH))


def test_a_posting_may_name_its_unit(site: Imitation) -> None:
    site.answer("POST", SEARCH, success([]))
    edge = ProvinceApiConnector("songlam", URL, "8000/21", SecretStr(REFRESH), since=date.today())
    assert edge.own_user == "8000"
    list(edge.listing(Stream.DOCUMENTS, nothing_known))
    assert dict(parse_qsl(site.sent(SEARCH)[0].body))["ma_don_vi_quan_tri"] == "21"
    edge.close()
    edge.close()
