"""The habits of a province's own API: keys as floats, packed paths, the envelope; and its records."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.calls import Reply
from connector.errors import Hiccup, NotThere, RemoteRefused, ReplyUnreadable, SessionExpired, TooLarge
from connector.province_api.decoding import decode
from connector.province_api.envelope import data_of
from connector.province_api.keys import key_of
from connector.province_api.packed import file_address, file_refs, packed_path
from connector.province_api.session import file_place
from connector.records import DirectiveRecord, DocumentState, Kind, RawRecord, UnitRecord
from errors import SkipRecord, TdcdError
from tests.province_api_bodies import BODY, LOGIN_PAGE, PACKED, PROXY_PAGE, refused, success

# --- keys


@pytest.mark.parametrize(
    ("shown", "key"),
    [
        ("12345.0", "12345"),
        ("1.0e5", "100000"),
        ("1088", "1088"),
        ('"1088"', "1088"),
        ('"1088.0"', "1088"),
        ('" 1088.00 "', "1088"),
        ("9007199254740991.0", "9007199254740991"),
        ("9007199254740993", "9007199254740993"),
        ('"9007199254740993"', "9007199254740993"),
        ("null", ""),
        ('"null"', ""),
        ('""', ""),
        ("0.0", ""),
        ('"0"', ""),
        ("-1.0", ""),
        ('"-1"', ""),
    ],
)
def test_a_key_is_its_digits(shown: str, key: str) -> None:
    assert key_of(orjson.loads(shown), "ma_van_ban") == key


@pytest.mark.parametrize(
    "shown", ["12345.5", "-7.0", "true", "[1]", '"12a"', '"1.5"', '"1e5"', "1e300", '"١٢"']
)
def test_what_is_no_key_is_refused_by_its_field(shown: str) -> None:
    with pytest.raises(SkipRecord, match="ma_van_ban") as caught:
        key_of(orjson.loads(shown), "ma_van_ban")
    assert shown.strip('"') not in str(caught.value)


@pytest.mark.parametrize(
    "shown", ["9007199254740992.0", "9007199254740993.0", "9.007199254740993E15", "1e20"]
)
def test_a_float_that_has_lost_digits_is_no_key(shown: str) -> None:
    """9007199254740992.0 and ….993.0 are one float: two documents would become one."""
    with pytest.raises(SkipRecord, match="last digits are lost"):
        key_of(orjson.loads(shown), "ma_van_ban")


@given(st.integers(min_value=1, max_value=2**53 - 1))
def test_every_exact_float_is_the_same_key_as_its_integer_and_its_text(number: int) -> None:
    assert {key_of(value, "ma") for value in (number, float(number), str(number), f"{number}.0")} == {
        str(number)
    }


# --- packed file paths


def test_a_packed_path_says_host_and_name() -> None:
    path = packed_path(PACKED)
    assert (path.host, path.name) == ("songlam-file.vnptioffice.example", "Bảng phân công phạm vi.xlsx")


@pytest.mark.parametrize(
    "name", ["tham gia.pdf", "am.xlsx", "a__b___c.docx", "20261231080000am bản.pdf", "Đề án (1).zip"]
)
def test_the_name_begins_behind_the_first_half_of_the_day(name: str) -> None:
    packed = f"vanbandi___https-f.example__2026__20261116090500pm_1_{name}"
    assert [file.name for file in file_refs(packed)] == [name]


def test_several_paths_are_several_files() -> None:
    other = PACKED.replace("Bảng phân công phạm vi.xlsx", unicodedata.normalize("NFD", "Tờ trình.pdf"))
    files = list(file_refs(f"{PACKED}:{other}:"))
    assert [file.name for file in files] == ["Bảng phân công phạm vi.xlsx", "Tờ trình.pdf"]
    assert [file.size for file in files] == [None, None]
    assert files[1].remote_id == other
    assert not list(file_refs(None))
    assert not list(file_refs("null"))


@pytest.mark.parametrize(
    "packed",
    [
        "Bảng phân công.xlsx",
        "vanbandi___https-f.example__2026__Bảng phân công.xlsx",
        "vanbandi__2026__20261116090500am001a.xlsx",
        "vanbandi___https-f.example__2026__20261116090500am00",
        "vanbandi___https-f.example__2026__20261116090500am001../../etc/passwd",
        "vanbandi___https-f.example__2026__20261116090500am001a\x00.xlsx",
        "vanbandi___https-f.example@evil.example__2026__20261116090500am001a.xlsx",
        f"vanbandi___https-f.example__2026__20261116090500am001{'a' * 1000}.xlsx",
    ],
)
def test_a_path_that_is_none_is_refused(packed: str) -> None:
    with pytest.raises(SkipRecord, match="packed file path") as caught:
        list(file_refs(packed))
    assert caught.value.remedy


def test_the_address_of_a_file_is_the_path_the_token_and_the_name() -> None:
    address = file_address(packed_path(PACKED), "8000.2026/x?y#z")
    assert address.startswith("api/file-manage/read-file/vanbandi___https-songlam-file")
    assert address.endswith(
        "/download/8000.2026%2Fx%3Fy%23z/B%E1%BA%A3ng%20ph%C3%A2n%20c%C3%B4ng%20ph%E1%BA%A1m%20vi.xlsx"
    )


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://angiang-api.vnptioffice.example", "https://angiang-file.vnptioffice.example"),
        ("https://b-api.c-api.example:8443/x", "https://b-file.c-api.example:8443"),
        ("http://127.0.0.1:8765", "http://127.0.0.1:8765"),
    ],
)
def test_files_lie_beside_the_api(url: str, place: str) -> None:
    assert file_place(url) == place


# --- the envelope


def opened(body: object, status: int = 200) -> Any:
    content = (
        body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else orjson.dumps(body)
    )
    return data_of(Reply(status, {}, content), "tra-cuu")


def test_only_success_true_is_a_success() -> None:
    assert opened(success([1])) == [1]
    assert opened(b"\xef\xbb\xbf" + orjson.dumps(success(None))) is None


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (refused("Văn bản không tồn tại"), 200, NotThere),
        (refused("Hệ thống đang bận, vui lòng thử lại sau"), 200, Hiccup),
        (refused("Access token không hợp lệ"), 200, SessionExpired),
        (refused("Không có quyền"), 200, RemoteRefused),
        (refused("Văn bản đã hết hạn xử lý"), 200, RemoteRefused),
        ({"success": False}, 200, RemoteRefused),
        ({"success": False, "message": [1]}, 200, RemoteRefused),
        (success([1]), 400, RemoteRefused),
        (refused("Văn bản không tồn tại"), 400, NotThere),
        (success([1]), 401, SessionExpired),
        ("", 403, SessionExpired),
        ("", 302, SessionExpired),
        (LOGIN_PAGE, 200, SessionExpired),
        (PROXY_PAGE, 200, ReplyUnreadable),
        (PROXY_PAGE, 404, RemoteRefused),
        ("", 413, TooLarge),
        ("", 200, ReplyUnreadable),
        ({"success": "true", "data": []}, 200, ReplyUnreadable),
        ({"success": 1, "data": []}, 200, ReplyUnreadable),
        ({"data": []}, 200, ReplyUnreadable),
        ({"status": {"code": "0"}, "data": []}, 200, ReplyUnreadable),
        ([], 200, ReplyUnreadable),
        (b'{"success":true,"data":[', 200, ReplyUnreadable),
    ],
)
def test_everything_else_is_told_apart(body: object, status: int, error: type[TdcdError]) -> None:
    with pytest.raises(error) as caught:
        opened(body, status)
    assert type(caught.value) is error
    assert str(caught.value).count("\n") == 0


def test_a_refusal_keeps_its_words_but_no_address() -> None:
    with pytest.raises(RemoteRefused, match="Mở \\(an address\\) để ký") as caught:
        opened(refused("Mở https://ky.example/?token_id=abc để ký".replace("token_id", "id")))
    assert "ky.example" not in str(caught.value)


# --- records


def document(**changed: object) -> RawRecord:
    body = orjson.dumps({"detail": {**BODY, **changed}})
    return RawRecord(Kind.DOCUMENT, "70001", body, "v")


def test_a_document_is_read_field_by_field() -> None:
    record = decode(document())
    assert isinstance(record, DirectiveRecord)
    assert record.files[0].remote_id == PACKED
    assert record == DirectiveRecord(
        remote_id="70001",
        number="12/CT-UBND",
        subject="Chỉ thị về tài sản công & biên chế",
        doc_type="Chỉ thị",
        issuer="UBND tỉnh Sông Lam",
        issued_on=date(2026, 11, 16),
        state=DocumentState.ISSUED,
        signer="Lê Quang Sơn",
        drafter="Nguyễn Văn Minh",
        drafter_unit="Phòng Tổng hợp",
        secrecy="Thường",
        urgency="Khẩn",
        due_text="20/12/2026",
        files=record.files,
    )


@pytest.mark.parametrize(
    ("shown", "state"),
    [
        (1.0, DocumentState.RECALLED),
        ("1", DocumentState.RECALLED),
        (None, DocumentState.ISSUED),
        (0, DocumentState.ISSUED),
    ],
)
def test_a_document_that_was_taken_back_says_so(shown: object, state: DocumentState) -> None:
    record = decode(document(da_thu_hoi=shown))
    assert isinstance(record, DirectiveRecord)
    assert record.state is state


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ma_van_ban_di": 70002.0}, "ma_van_ban_di"),
        ({"ma_van_ban_di": None}, "ma_van_ban_di"),
        ({"ngay_ban_hanh": "31/02/2026"}, "ngay_ban_hanh"),
        ({"da_thu_hoi": 2.0}, "da_thu_hoi"),
        ({"file_van_ban_bs": "bảng.xlsx"}, "file_van_ban_bs"),
        ({"file_van_ban_bs": 7.0}, "file_van_ban_bs"),
        ({"trich_yeu": {"vi": "Chỉ thị"}}, "text was expected"),
    ],
)
def test_a_field_that_cannot_be_read_is_named(changed: dict[str, object], field: str) -> None:
    with pytest.raises(SkipRecord, match=field):
        decode(document(**changed))


def test_a_unit_knows_the_one_above_it() -> None:
    raw = RawRecord(Kind.UNIT, "3", orjson.dumps({"ma": "3", "ten": "Sở Nội vụ", "ma_cha": "1"}), "v")
    assert decode(raw) == UnitRecord("3", "Sở Nội vụ", parent_id="1")


@pytest.mark.parametrize("kind", [Kind.JOB, Kind.ACCOUNT])
def test_what_the_dialect_does_not_have_is_refused(kind: Kind) -> None:
    with pytest.raises(SkipRecord, match=f"shows no {kind.value}"):
        decode(RawRecord(kind, "1", b"{}", "v"))


@given(st.binary(max_size=200), st.sampled_from(Kind))
def test_any_bytes_are_read_or_refused(body: bytes, kind: Kind) -> None:
    with pytest.raises(SkipRecord):
        decode(RawRecord(kind, "1", body, "v"))
