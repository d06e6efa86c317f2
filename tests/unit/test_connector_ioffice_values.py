"""The dialect's habits with single values: texts, truths, ids, dates, packed fields, the envelope.

Excluded: whole records (test_connector_ioffice_decoding.py).
"""

from __future__ import annotations

import contextlib
import html
import json
import unicodedata
from datetime import date, datetime, timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.calls import Reply
from connector.dates import day_of, lenient_day, moment_of, shown_day
from connector.errors import Hiccup, NotThere, RemoteRefused, ReplyUnreadable, SessionExpired, TooLarge
from connector.ioffice.envelope import data_of, object_of, rows_of
from connector.ioffice.fingerprints import has_file
from connector.ioffice.packed import blocks_of, pairs_of, person_of, routing_of
from connector.texts import id_of, is_true, text_of, whole_number
from errors import SkipRecord, TdcdError

# --- texts


@pytest.mark.parametrize(
    ("given_value", "meant"),
    [
        ("&#272;&#7891;ng x&#7917; l&#253;", "Đồng xử lý"),
        ("S&#x1EDF; TN&amp;MT &lt;x&gt;", "Sở TN&MT <x>"),
        ("d&ograve;ng 1<br/>d&ograve;ng 2<BR>3", "dòng 1\ndòng 2\n3"),
        (unicodedata.normalize("NFD", "Chỉ thị"), "Chỉ thị"),
        ("  a\u200bb\ufeff \x00", "ab"),
        ("một\r\nhai", "một\nhai"),
        ("null", ""),
        ("NULL", ""),
        ("none", ""),
        (None, ""),
        ("nullable", "nullable"),
        (12, "12"),
    ],
)
def test_text(given_value: object, meant: str) -> None:
    assert text_of(given_value) == meant


@pytest.mark.parametrize("value", [{}, [], {"a": 1}])
def test_a_text_that_is_a_structure_is_refused(value: object) -> None:
    with pytest.raises(SkipRecord):
        text_of(value)


@given(st.text(st.characters(exclude_categories=["Cc", "Cf", "Cn", "Cs"])))
def test_what_the_server_escapes_comes_back_as_it_was(text: str) -> None:
    meant = unicodedata.normalize("NFC", text).strip()
    if (
        meant.lower() not in {"", "null", "none"}
        and html.unescape(meant) == meant
        and "<br" not in meant.lower()
    ):
        assert text_of(html.escape(meant)) == meant
        assert text_of("".join(f"&#{ord(letter)};" for letter in meant)).split() == meant.split()


@pytest.mark.parametrize("value", ["TRUE", "true", True, "OK", "1", 1, " True "])
def test_every_spelling_of_yes(value: object) -> None:
    assert is_true(value)


@pytest.mark.parametrize("value", ["FALSE", "false", False, "0", 0, "", None, "null", "yes", {}, [True], 2])
def test_everything_else_is_no(value: object) -> None:
    assert not is_true(value)


@pytest.mark.parametrize(
    ("flag", "present"), [("none", False), ("null", True), (None, True), ("x.pdf", True)]
)
def test_null_means_that_there_is_a_file(flag: object, present: bool) -> None:
    assert has_file(flag) is present


@pytest.mark.parametrize(
    ("value", "meant"),
    [("70001", "70001"), (70001, "70001"), (1088.0, "1088"), ("1088.0", "1088"), (None, ""), ("null", "")],
)
def test_an_id_is_the_same_whatever_its_type(value: object, meant: str) -> None:
    assert id_of(value) == meant


@pytest.mark.parametrize("value", [True, 1.5, {}, []])
def test_what_cannot_be_an_id_is_refused(value: object) -> None:
    with pytest.raises(SkipRecord):
        id_of(value)


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("5848", 5848),
        (0, 0),
        ("null", None),
        ("12 KB", None),
        ("-1", None),
        (None, None),
        (True, None),
        ("9" * 30, None),
    ],
)
def test_a_size_that_is_no_number_is_unknown(value: object, meant: int | None) -> None:
    assert whole_number(value) == meant


# --- dates


@pytest.mark.parametrize(
    ("value", "day", "hour"),
    [
        ("16/11/2026", date(2026, 11, 16), 0),
        ("16/11/2026 08:30", date(2026, 11, 16), 8),
        ("16/11/2026 08:30:05", date(2026, 11, 16), 8),
        ("1/2/2026", date(2026, 2, 1), 0),
    ],
)
def test_dates_are_local_to_viet_nam_and_may_lack_the_time(value: str, day: date, hour: int) -> None:
    assert day_of(value, "f") == day
    moment = moment_of(value, "f")
    assert moment is not None
    assert (moment.date(), moment.hour, moment.utcoffset()) == (day, hour, timedelta(hours=7))


@pytest.mark.parametrize("gap", ["", "null", None, "  "])
def test_a_missing_date_is_none(gap: object) -> None:
    assert day_of(gap, "f") is None
    assert moment_of(gap, "f") is None
    assert lenient_day(gap) is None


@pytest.mark.covers("M36")
@pytest.mark.parametrize(
    "value",
    [
        "30/02/2026",
        "31/12/9999",
        "01/01/0001",
        "16/11/2026 25:00",
        "2026-11-16",
        "16.11.2026",
        "hôm nay",
        "١٦/١١/٢٠٢٦",
    ],
)
def test_an_impossible_date_holds_the_record_and_names_the_field(value: str) -> None:
    with pytest.raises(SkipRecord, match="ngayBanHanh"):
        day_of(value, "ngayBanHanh")
    with pytest.raises(SkipRecord, match="ngayBanHanh"):
        moment_of(value, "ngayBanHanh")
    assert lenient_day(value) is None


@given(st.datetimes(datetime(1950, 1, 1), datetime(2099, 12, 31)))
def test_a_date_that_is_sent_comes_back(moment: datetime) -> None:
    assert day_of(shown_day(moment.date()), "f") == moment.date()
    found = moment_of(moment.strftime("%d/%m/%Y %H:%M:%S"), "f")
    assert found is not None
    assert found.replace(tzinfo=None) == moment.replace(microsecond=0)


# --- packed fields


def test_a_person_is_eleven_fields_with_gaps() -> None:
    person = person_of("Nam;0912;a@b.vn;null;Kinh;null;null;1;1005;null;null")
    assert (person.phone, person.email, person.status, person.user_id) == ("0912", "a@b.vn", "1", "1005")


def test_an_address_with_the_separator_in_it_does_not_shift_the_user_id() -> None:
    person = person_of("null;null;null;Số 5; tổ 3; phường Lam Châu;Kinh;null;null;0;1005;null;null")
    assert (person.status, person.user_id) == ("0", "1005")


def test_a_person_with_too_few_fields_is_refused() -> None:
    with pytest.raises(SkipRecord, match="dataInfo"):
        person_of("Nam;0912")


def test_routing_is_split_by_role() -> None:
    packed = "Xử lý chính: Sở Nội vụ|Phối hợp: Sở Tài chính, Sở Y tế|Xem để biết:"
    assert routing_of(packed) == (
        ("Xử lý chính", ("Sở Nội vụ",)),
        ("Phối hợp", ("Sở Tài chính", "Sở Y tế")),
        ("Xem để biết", ()),
    )
    assert routing_of("null") == ()
    assert routing_of("Sở Nội vụ") == (("", ("Sở Nội vụ",)),)


def test_units_are_blocks_of_a_text() -> None:
    blob = (
        "ID: 1\nNAME: UBND tỉnh Sông Lam\nAGENT_ID: H99\nPARENT_ID: null\n\n"
        "ID: 2\r\nNAME: Ban Chỉ đạo: Cải cách\r\nhành chính\r\nAGENT_ID: so.noivu\r\nPARENT_ID: 1\n\n\n"
        "ID: 3\nNAME: Đơn vị\n\ncó dòng trống\nAGENT_ID:\n"
    )
    first, second, third = blocks_of(blob)
    assert first == {"ID": "1", "NAME": "UBND tỉnh Sông Lam", "AGENT_ID": "H99", "PARENT_ID": ""}
    assert second["NAME"] == "Ban Chỉ đạo: Cải cách\nhành chính"
    assert second["AGENT_ID"] == "so.noivu"
    assert third == {"ID": "3", "NAME": "Đơn vị\n\ncó dòng trống", "AGENT_ID": ""}


def test_no_units_are_no_blocks_and_a_block_without_id_is_refused() -> None:
    assert blocks_of("") == []
    with pytest.raises(SkipRecord, match="ID"):
        blocks_of("NAME: Sở Nội vụ")


def test_parameters_of_a_notice() -> None:
    packed = "isChuTri=FALSE;idThongTin=70001;idCongViec=null;nxlId=;x=a=b"
    assert pairs_of(packed) == {
        "isChuTri": "FALSE",
        "idThongTin": "70001",
        "idCongViec": "",
        "nxlId": "",
        "x": "a=b",
    }
    assert pairs_of(None) == {}


# --- envelope


def reply(body: object, status: int = 200) -> Reply:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(status, {"content-type": "application/json"}, raw)


def envelope(code: object, message: object = "", data: object = None) -> dict[str, object]:
    return {"status": {"code": code, "message": message}, "data": data}


@pytest.mark.parametrize("data", [{"a": 1}, [], "TRUE", True, None, "ID: 1", 0])
def test_code_zero_is_success_whatever_the_data(data: object) -> None:
    assert data_of(reply(envelope("0", data=data)), "x") == data
    assert data_of(reply(b"\xef\xbb\xbf" + orjson.dumps(envelope(0, data=data))), "x") == data


def test_an_error_inside_a_200_is_a_refusal_in_the_systems_words() -> None:
    with pytest.raises(RemoteRefused, match="Thiếu trường name") as caught:
        data_of(reply(envelope("error_invalid_parameter", "Thiếu trường name")), "job/createjob")
    assert caught.value.sentence.startswith("job/createjob")


def test_a_400_with_the_same_envelope_is_a_refusal_too() -> None:
    with pytest.raises(RemoteRefused, match="Thiếu trường"):
        data_of(reply(envelope("1", "Thiếu trường"), 400), "x")


def test_zero_with_an_error_status_is_no_success() -> None:
    with pytest.raises(RemoteRefused):
        data_of(reply(envelope("0"), 400), "x")


@pytest.mark.covers("M44")
def test_a_message_that_is_an_address_is_not_shown_and_secrets_are_cleaned() -> None:
    address = "https://sign.example/open?token=abc"
    with pytest.raises(RemoteRefused) as caught:
        data_of(reply(envelope("LOGIN_TO_SIGN_SERVER", address)), "x")
    assert "sign.example" not in str(caught.value)
    with pytest.raises(RemoteRefused, match="your •••"):
        data_of(reply(envelope("1", "your s3cret")), "x", lambda text: text.replace("s3cret", "•••"))


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("error_data_not_found", ""),
        ("1", "Văn bản không tồn tại"),
        ("1", "document_recovered"),
        ("1", "Không tìm thấy"),
    ],
)
def test_a_record_that_is_not_there_is_told_from_other_refusals(code: str, message: str) -> None:
    with pytest.raises(NotThere):
        data_of(reply(envelope(code, message)), "x")


def test_trouble_of_the_system_itself_is_no_refusal() -> None:
    with pytest.raises(Hiccup):
        data_of(reply(envelope("error_system", "Hệ thống đang bận")), "x")


@pytest.mark.covers("M43")
@pytest.mark.parametrize(
    "answer",
    [
        reply(envelope("error_authentication_required", "Hết phiên"), 401),
        reply(envelope("error_authentication_required")),
        reply(b"", 401),
        reply("<!DOCTYPE html><html><body><form>Đăng nhập</form></body></html>".encode()),
        reply("\ufeff\n  <html><title>Đăng nhập hệ thống</title></html>".encode()),
        reply(b'<div><input name="userName"></div>', 403),
        reply(b"", 302),
    ],
    ids=["401", "inside-200", "bare-401", "page", "page-with-bom", "403-page", "redirect"],
)
def test_every_face_of_a_lost_session_is_recognised(answer: Reply) -> None:
    with pytest.raises(SessionExpired):
        data_of(answer, "x")


@pytest.mark.covers("M19")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"status": "0"}',
        b'{"status": {}}',
        b'{"status":{"code":[]}}',
        b"\xff\xfe0",
        b'"0"',
    ],
)
def test_what_is_not_the_envelope_is_unreadable_and_never_empty(body: bytes) -> None:
    with pytest.raises(ReplyUnreadable):
        data_of(reply(body), "x")


def test_a_maintenance_page_is_unreadable() -> None:
    with pytest.raises(ReplyUnreadable):
        data_of(reply("<html><body>Bảo trì đến 18h</body></html>".encode()), "x")


def test_a_bare_404_never_means_that_a_record_is_gone() -> None:
    with pytest.raises(RemoteRefused) as caught:
        data_of(reply(b"<h1>HTTP Status 404</h1>", 404), "x")
    assert not isinstance(caught.value, NotThere)
    assert "url" in caught.value.remedy


def test_a_413_is_too_large() -> None:
    with pytest.raises(TooLarge):
        data_of(reply(b"no", 413), "x")


@given(
    st.binary()
    | st.recursive(st.none() | st.booleans() | st.integers(-9, 9) | st.text(), st.lists).map(orjson.dumps)
)
def test_no_body_lets_another_error_out(body: bytes) -> None:
    for status in (200, 400, 401, 404):
        with contextlib.suppress(TdcdError):
            data_of(Reply(status, {}, body), "x")


def test_rows_and_objects_are_checked() -> None:
    assert rows_of(None, "x") == []
    assert rows_of([{"a": 1}], "x") == [{"a": 1}]
    not_rows: list[object] = ["TRUE", {"a": 1}, [1], [[]], 5]
    for bad in not_rows:
        with pytest.raises(ReplyUnreadable):
            rows_of(bad, "x")
    not_objects: list[object] = ["TRUE", [], None]
    for bad in not_objects:
        with pytest.raises(ReplyUnreadable):
            object_of(bad, "x")
