"""What goes on a recording and what does not: made-up words, dates kept, secrets refused, doubtful documents gone."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from lxml import etree

from connector.edxml.sparing import spared as axis_spared
from connector.examining import Holds, examine
from connector.ioffice.sparing import Sparing
from connector.memory import MemoryConnector
from connector.port import Capability
from connector.recording.files import Recording, read_recording, redacted, write_recording
from connector.recording.masking import Mask
from connector.recording.player import open_recording
from connector.recording.tape import Exchange, Tape
from connector.redact import Redactor
from connector.soap.sparing import Sparing as SoapSparing
from errors import ConfigInvalid, RetryLater, SkipRecord, StopService
from tests.conformance.memory_arena import MemoryArena

MASK = Mask(b"khoa cua bai thu")


@pytest.mark.parametrize(
    "kept",
    ["", "null", "NONE", "TRUE", "false", "12", "70001", "-1", "3.5", "16/11/2026", "16/11/2026 08:00", "2026-11-16",
     "2026-11-16T08:00:00+07:00", "2026/11/16", "DA_PHAT_HANH", "initial", "edoc"],
)  # fmt: skip
def test_what_is_form_is_kept(kept: str) -> None:
    assert MASK.text(kept) == kept


@pytest.mark.parametrize(
    "real",
    ["Nguyễn Văn Minh", "0900001003", "minhnv.vp@songlam.example", "12/CT-UBND", "K&#7871; ho&#7841;ch", "Sở  Nội\nvụ",
     "1003;0900001003;a@b.example;null", "idThongTin=7;nguoi=Nguyễn Văn Minh", "Bảng phân công.xlsx",
     "Nguye\u0302\u0303n"],
)  # fmt: skip
def test_what_is_said_is_made_up_in_the_same_shape(real: str) -> None:
    made = MASK.text(real)
    assert made != real
    assert MASK.text(real) == made
    assert Mask(b"another").text(real) != made
    shape = [(c.isalpha(), c.isdigit(), c.isupper(), c.isascii()) for c in made]
    if "&#" not in real and "\u0302" not in real:
        assert shape == [(c.isalpha(), c.isdigit(), c.isupper(), c.isascii()) for c in real]
    assert not {"Minh", "Nguyễn", "songlam", "0900001003", "7871", "Bảng"} & set(_words(made))


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in text).split()


def test_two_ids_stay_two_whatever_the_key() -> None:
    codes = [f"H99.{n:02}" for n in range(60)]
    for key in range(20):
        mask = Mask(bytes([key]))
        made = [mask.text(code) for code in codes]
        assert len(set(made)) == len(codes)
        assert not set(made) & set(codes)


def test_numbers_and_dates_of_people_are_made_up_too() -> None:
    real = {"dob": "02/09/1975", "mobile": "3825123", "soDienThoai": 3825123, "email": "", "mail": "null"}
    made = MASK.json(real)
    assert made["email"] == ""
    assert made["mail"] == "null"
    for name in ("dob", "mobile", "soDienThoai"):
        assert made[name] != real[name]
        assert len(str(made[name])) == len(str(real[name]))
    packed = MASK.text("1;38251234;a@b.example;02/09/1975;1003;null").split(";")
    assert "38251234" not in packed
    assert "02/09/1975" not in packed
    assert (packed[0], packed[4], packed[5]) == ("1", "1003", "null")
    root = etree.fromstring("<a><DienThoai>3825123</DienThoai><NgaySinh>1975-09-02</NgaySinh></a>")
    MASK.xml(root)
    assert b"3825123" not in etree.tostring(root)
    assert b"1975-09-02" not in etree.tostring(root)


def test_keys_of_packed_texts_and_endings_of_files_stay() -> None:
    assert MASK.text("idThongTin=7;ten=Sơn").startswith("idThongTin=7;ten=")
    assert MASK.text("ID: 3\nNAME: Sở Nội vụ\nPARENT_ID: null").startswith("ID: 3\nNAME: ")
    assert MASK.text("Bảng.XLSX").endswith(".XLSX")


def test_one_word_is_one_word_everywhere() -> None:
    first, second = MASK.json({"a": "Sở Nội vụ", "b": ["SỞ NỘI VỤ, Sở Y tế"]}), MASK.text("Sở Nội vụ")
    assert first["a"] == second
    assert first["b"][0].lower().startswith(second.lower())


def test_a_large_number_is_another_of_the_same_length_and_keys_that_name_people_go() -> None:
    made = MASK.json({"dienThoai": 84900001003, "Nguyễn Văn Minh": 1, "fileSize": 150_000_000})
    (phone, *_), names = made.values(), list(made)
    assert phone if isinstance(phone, str) else len(str(made["dienThoai"])) == 11
    assert made["dienThoai"] != 84900001003
    assert made["fileSize"] == 150_000_000
    assert "Nguyễn Văn Minh" not in names


def test_xml_keeps_elements_and_loses_words_comments_and_tails() -> None:
    root = etree.fromstring("<a x='Minh'><!-- Minh --><Ten>Minh</Ten>Minh<DoMat>Thường</DoMat></a>")
    MASK.xml(root)
    text = etree.tostring(root, encoding="unicode")
    assert "Minh" not in text
    assert "<DoMat>Thường</DoMat>" in text


def exchange(path: str, data: object, **further: object) -> Exchange:
    body = orjson.dumps({"status": {"code": "0", "message": ""}, "data": data})
    return Exchange("GET", path, "", b"", 200, {"content-type": "application/json"}, body, **further)  # type: ignore[arg-type]


def test_a_document_without_detail_is_not_open_and_an_unknown_answer_is_left_out() -> None:
    listed = exchange("/qlvb/api/document/getlistlookupbyparam/", [{"id": "5", "trichYeu": "Việc kín"}])
    other = exchange("/qlvb/api/document/getsomethingnew/5/", {"trichYeu": "Việc kín"})
    (kept,) = Sparing().spared([listed, other], lambda _: True)
    assert "Việc kín".encode() not in kept.body
    assert b'"5"' not in kept.body


def test_a_refusal_keeps_its_code_and_not_its_words() -> None:
    body = orjson.dumps(
        {"status": {"code": "error_data_not_found", "message": "Không có Việc kín"}, "data": None}
    )
    refused = Exchange("GET", "/qlvb/api/document/getdetaildocument/5/", "", b"", 200, {}, body)
    (kept,) = Sparing().spared([refused], lambda _: True)
    assert orjson.loads(kept.body)["status"] == {"code": "error_data_not_found", "message": ""}
    assert "/5/" not in kept.path


def test_soap_without_an_open_document_shows_none() -> None:
    body = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        '<LayDanhSachVanBanResponse xmlns="http://tempuri.org/"><LayDanhSachVanBanResult><MaLoi>0</MaLoi>'
        "<VanBan><Ma>70004</Ma><TrichYeu>Việc kín</TrichYeu></VanBan><ConNua>false</ConNua>"
        "</LayDanhSachVanBanResult></LayDanhSachVanBanResponse></s:Body></s:Envelope>"
    )
    one = Exchange("POST", "/S.asmx", "LayDanhSachVanBan", b"", 200, {}, body.encode())
    (kept,) = SoapSparing().spared([one], lambda _: True)
    assert b"VanBan>" not in kept.body.replace(b"LayDanhSachVanBan", b"")
    assert "Việc kín".encode() not in kept.body


def test_packets_of_a_box_whose_blank_marks_are_secret_leave_nothing() -> None:
    row = {"docId": "ab-12", "from": "H99", "created_time": "2026-11-16T08:00:00", "contentLength": 1960}
    body = orjson.dumps({"status": "OK", "data": [row]})
    one = Exchange("POST", "/vxp/getReceivedEdocList", "", b"", 200, {}, body)
    packet = Exchange("POST", "/vxp/getEdoc", "", b"", 200, {}, b'{"data": "PGE+"}')
    (kept,) = axis_spared([one, packet], lambda _: False)
    assert orjson.loads(kept.body)["data"] == [
        {"docId": "x-0", "from": "", "created_time": "", "contentLength": 0}
    ]


class Careless(MemoryConnector):
    """Says that nothing has to be taken out."""

    def spared(self, exchanges: list[Exchange], _is_open: object) -> list[Exchange]:
        return exchanges


def test_a_secret_that_is_left_stops_the_recording() -> None:
    secrets = Redactor()
    secrets.hide("DA_NAM_QUA")
    tape = Tape([exchange("/api/getcontacts/", {"matKhau": "DA_NAM_QUA"})], [secrets])
    careless = Careless(MemoryArena().system)
    with pytest.raises(StopService, match="nothing was written"):
        redacted(tape, careless, "x", "https://x.example/qlvb", "tdcd", lambda _: True)


def test_a_connector_that_cannot_tell_where_documents_stand_is_not_recorded() -> None:
    with pytest.raises(ConfigInvalid, match="cannot be recorded"):
        redacted(Tape(), MemoryArena().connector, "memory", "https://x.example", "tdcd", lambda _: True)


def test_a_web_page_is_not_kept_and_a_log_in_has_no_request(tmp_path: Path) -> None:
    page = Exchange("GET", "/qlvb/api/getcontacts/", "", b"", 200, {}, b"<html><body>Minh</body></html>")
    entry = Exchange(
        "POST", "/qlvb/api/login/v3/", "", b'{"password": "x"}', 200, {}, b'{"data": {"a": "Minh"}}'
    )
    tape = Tape([page, entry])
    careless = Careless(MemoryArena().system)
    kept = redacted(tape, careless, "ioffice", "https://x.example/qlvb", "tdcd", lambda _: True, MASK)
    write_recording(kept, tmp_path / "deep" / "x.json")
    text = (tmp_path / "deep" / "x.json").read_text(encoding="utf-8")
    assert "Minh" not in text
    assert "password" not in text
    assert read_recording(tmp_path / "deep" / "x.json") == kept


def test_what_was_not_recorded_is_away_and_other_files_are_refused(tmp_path: Path) -> None:
    connector = open_recording(Recording("ioffice", "/qlvb", "tdcd", ()))
    with pytest.raises(RetryLater):
        connector.probe()
    (tmp_path / "x.json").write_text('{"version": 99}', encoding="utf-8")
    with pytest.raises(SkipRecord, match="not a recording"):
        read_recording(tmp_path / "x.json")


def test_an_examination_fits_every_connector_and_sees_what_is_not_there() -> None:
    arena = MemoryArena()
    arena.issue("1/CT-UBND", attachments={"a.pdf": b"x" * 10})
    arena.issue("2/CT-UBND", secrecy="Mật", attachments={"b.pdf": b"x" * 900})
    found = examine(arena.connector, lambda record: record.secrecy == "Thường")
    assert (found.units, found.accounts, found.page_rows, found.open_documents) == (2, 1, 2, 1)
    assert (found.largest_file, found.stable) == (10, True)
    assert found.capabilities[Capability.LISTS_UNITS] is Holds.SHOWN
    assert found.capabilities[Capability.WRITES_STATUS] is Holds.NOT_TRIED
    assert found.capabilities[Capability.WEBHOOKS] is Holds.NOT_DECLARED
    arena.system.accounts.clear()
    assert examine(arena.connector, lambda _: True).capabilities[Capability.LISTS_ACCOUNTS] is Holds.NOT_SHOWN
    assert arena.system.operations == []
