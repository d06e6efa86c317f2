"""What the SOAP connector makes of answers and records. Included: values, refusals, bad XML. Excluded: the network."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from connector.calls import Reply
from connector.errors import AccessRefused, NotThere, RemoteRefused, ReplyUnreadable, SessionLost, SystemAway
from connector.mishaps import ReplyCut
from connector.records import DirectiveRecord, Kind, RawRecord
from connector.soap.answers import opened
from connector.soap.decoding import decode
from connector.soap.definition import FOLDER, Messages, MessageWriter, refuse_old_parser
from connector.soap.envelopes import outgoing
from connector.soap.lists import ListAnswer
from connector.soap.wire import service_place
from errors import ConfigInvalid, SkipRecord, StopService, TdcdError

ROOT = Path(__file__).parents[2]
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


def answer(inside: str, head: str = "") -> bytes:
    text = f'{head}<s:Envelope xmlns:s="{SOAP}" xmlns="http://tempuri.org/"><s:Body>{inside}</s:Body></s:Envelope>'
    return text.encode()


def result(operation: str, inside: str) -> bytes:
    return answer(
        f"<{operation}Response><{operation}Result>{inside}</{operation}Result></{operation}Response>"
    )


def reply(body: bytes, status: int = 200, media: str = "text/xml; charset=utf-8") -> Reply:
    return Reply(status, {"content-type": media}, body)


GOOD = "<MaLoi>0</MaLoi><ThongBao/><MaCongViec>7</MaCongViec>"
DOCUMENT = (
    '<VanBan xmlns="http://tempuri.org/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<Ma>5</Ma><SoKyHieu>12/CT-UBND</SoKyHieu><TrichYeu>Về biên chế</TrichYeu><HinhThuc>Chỉ thị</HinhThuc>"
    "<CoQuanBanHanh>UBND tỉnh Sông Lam</CoQuanBanHanh><NgayBanHanh>2026-11-16</NgayBanHanh>"
    '<TrangThai>DA_PHAT_HANH</TrangThai><DoMat xsi:nil="true"/><HanXuLy xsi:nil="true"/>'
    "<PhanCong><TT>1</TT><NoiDung>Rà soát</NoiDung><ChuTri>Sở Nội vụ</ChuTri><PhoiHop>Sở Tài chính</PhoiHop>"
    "<PhoiHop>Sở Y tế</PhoiHop><ThoiHan>15/12/2026</ThoiHan></PhanCong></VanBan>"
)


def raw(text: str) -> RawRecord:
    return RawRecord(Kind.DOCUMENT, "5", text.encode(), "v")


def test_both_copies_of_the_definition_are_the_same_bytes() -> None:
    for name in ("VanBan.wsdl", "VanBan.xsd"):
        assert (FOLDER / name).read_bytes() == (ROOT / "sandbox" / "soap" / "wsdl" / name).read_bytes()


def test_a_directive_shows_its_rows_and_gaps() -> None:
    record = decode(raw(DOCUMENT))
    assert isinstance(record, DirectiveRecord)
    assert (record.number, record.issued_on, record.secrecy) == ("12/CT-UBND", date(2026, 11, 16), "")
    (row,) = record.rows
    assert (row.lead, row.coordinators, row.deadline) == (
        "Sở Nội vụ",
        ("Sở Tài chính", "Sở Y tế"),
        "15/12/2026",
    )


@pytest.mark.parametrize(
    ("good", "bad", "field"),
    [
        ("2026-11-16", "15/09/2021", "NgayBanHanh"),
        ("2026-11-16", "2026-02-30", "NgayBanHanh"),
        ("2026-11-16", "9999-01-01", "NgayBanHanh"),
        ("<SoKyHieu>12/CT-UBND</SoKyHieu>", "", "SoKyHieu|TrichYeu"),
        ("DA_PHAT_HANH", "LA_LUNG", "TrangThai"),
        ("<Ma>5</Ma>", "<Ma>6</Ma>", "Ma"),
        ("<TT>1</TT>", "<La>1</La><TT>1</TT>", "La"),
    ],
)
def test_a_bad_date_or_a_missing_element_is_an_error_and_never_nothing(
    good: str, bad: str, field: str
) -> None:
    with pytest.raises(SkipRecord, match=field) as caught:
        decode(raw(DOCUMENT.replace(good, bad, 1)))
    assert "15/09/2021" not in str(caught.value)


def test_a_good_answer_is_its_result() -> None:
    assert opened(reply(result("TaoCongViec", GOOD)), "TaoCongViec")[2].text == "7"


FAULT = "<s:Fault><faultcode>{}</faultcode><faultstring>không được</faultstring></s:Fault>"


@pytest.mark.covers("M12", "M13", "M14", "M16", "M19")
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (result("TaoCongViec", "<MaLoi>error_data_not_found</MaLoi><ThongBao>hết</ThongBao>"), NotThere),
        (result("TaoCongViec", "<MaLoi>17</MaLoi><ThongBao>sai hạn</ThongBao>"), RemoteRefused),
        (result("TaoCongViec", "<ThongBao/>"), ReplyUnreadable),
        (result("TaoCongViec", f"{GOOD}<Thua/>"), ReplyUnreadable),
        (result("SuaCongViec", "<MaLoi>0</MaLoi>"), ReplyUnreadable),
        (answer(FAULT.format("s:Client")), RemoteRefused),
        (answer(FAULT.format("s:Server")), SystemAway),
        (answer(FAULT.format("wsse:FailedAuthentication")), AccessRefused),
        (result("TaoCongViec", GOOD)[:-40], ReplyCut),
        (answer("", '<!DOCTYPE x [<!ENTITY a "b">]>'), ReplyUnreadable),
        (answer("<a>" * 300 + "</a>" * 300), ReplyUnreadable),
        (result("TaoCongViec", GOOD).decode().encode("utf-16"), ReplyUnreadable),
        (answer("", '<?xml version="1.0" encoding="windows-1258"?>'), ReplyUnreadable),
        (b"<a>\xff</a>", ReplyUnreadable),
        (b"<html><body>Proxy says no</body></html>", ReplyUnreadable),
        (b"<!DOCTYPE html><html><form>login</form></html>", SessionLost),
        (b"", ReplyUnreadable),
    ],
)
def test_every_other_answer_is_an_error_of_its_own(body: bytes, kind: type[TdcdError]) -> None:
    with pytest.raises(kind):
        opened(reply(body), "TaoCongViec")


@pytest.mark.covers("M13")
def test_an_external_entity_is_never_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("canary-7", encoding="utf-8")
    body = answer("<x>&a;</x>", f'<!DOCTYPE x [<!ENTITY a SYSTEM "{secret.as_uri()}">]>')
    with pytest.raises(ReplyUnreadable) as caught:
        opened(reply(body), "TaoCongViec")
    assert "canary" not in str(caught.value)


def written(tmp_path: Path, body: bytes) -> ListAnswer:
    path = tmp_path / "answer"
    path.write_bytes(body)
    return ListAnswer(path, Kind.DOCUMENT, "LayDanhSachVanBan")


def test_a_list_gives_its_records_one_by_one_and_a_bad_one_hides_no_other(tmp_path: Path) -> None:
    second = DOCUMENT.replace("<Ma>5</Ma>", "<Ma>6</Ma>").replace("2026-11-16", "16/11/2026")
    body = result("LayDanhSachVanBan", f"<MaLoi>0</MaLoi>{DOCUMENT}{second}<ConNua>true</ConNua>")
    listed = written(tmp_path, body)
    found = list(listed)
    assert [raw.remote_id for raw, _ in found] == ["5", "6"]
    assert listed.more
    assert isinstance(decode(found[0][0]), DirectiveRecord)
    with pytest.raises(SkipRecord, match="NgayBanHanh"):
        decode(found[1][0])


def test_a_record_is_the_same_however_its_answer_was_written(tmp_path: Path) -> None:
    plain = result("LayDanhSachVanBan", f"<MaLoi>0</MaLoi>{DOCUMENT}")
    other = plain.replace(b"<s:Body>", b'<s:Body xmlns:q="urn:q"><!-- x -->')
    assert [one.version for one, _ in written(tmp_path, plain)] == [
        one.version for one, _ in written(tmp_path, other)
    ]


@pytest.mark.covers("M12", "M14", "M16")
@pytest.mark.parametrize(
    "body",
    [
        result("LayDanhSachVanBan", DOCUMENT),
        result("LayDanhSachVanBan", f"<MaLoi>9</MaLoi>{DOCUMENT}"),
        result("LayDanhSachVanBan", f"<MaLoi>0</MaLoi>{DOCUMENT}")[:-30],
        b"<!DOCTYPE x>" + result("LayDanhSachVanBan", f"<MaLoi>0</MaLoi>{DOCUMENT}"),
        answer(FAULT.format("s:Client")),
        b"<VanBan/>",
        b"",
        result("LayDanhSachVanBan", "<MaLoi>0</MaLoi>" + "<a>" * 300 + "</a>" * 300),
    ],
)
def test_a_list_that_is_none_is_refused(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(SkipRecord):
        list(written(tmp_path, body))


MANY = " ".join(f"a{number}='>'" for number in range(300_000))


@pytest.mark.covers("M17")
def test_an_element_with_very_many_attributes_is_refused_before_it_is_parsed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = result("TaoCongViec", f"{GOOD}<Thua {MANY}/>")
    many = result("LayDanhSachVanBan", f"<MaLoi>0</MaLoi><VanBan {MANY}/>")
    assert len(one) > 3_400_000
    monkeypatch.delattr("lxml.etree.fromstring")
    monkeypatch.delattr("lxml.etree.iterparse")
    with pytest.raises(ReplyUnreadable, match="attributes"):
        opened(reply(one), "TaoCongViec")
    with pytest.raises(ReplyUnreadable, match="attributes"):
        list(written(tmp_path, many))


def test_a_long_text_is_no_crowd_of_attributes() -> None:
    words = "ô = 1; " * 100 + "QUJD" * 50_000 + "=="
    body = result("TaoCongViec", GOOD.replace("<ThongBao/>", f"<ThongBao>{words}</ThongBao>"))
    assert opened(reply(body), "TaoCongViec") is not None


@pytest.mark.covers("M15")
@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/x.xsd", "file:///etc/passwd", "/etc/passwd", "VanBan.xsd"]
)
def test_nothing_but_the_shipped_definition_is_loaded(url: str) -> None:
    with pytest.raises(ConfigInvalid):
        MessageWriter().load(url)


@pytest.mark.covers("M20")
def test_a_parser_that_reads_external_entities_refuses_to_start() -> None:
    refuse_old_parser()
    with pytest.raises(StopService, match="too old"):
        refuse_old_parser((6, 0, 2))


@pytest.mark.parametrize(("version", "media"), [("1.1", "text/xml"), ("1.2", "application/soap+xml")])
def test_a_message_carries_its_action_in_quotes(version: str, media: str) -> None:
    message = Messages(version).message("LayVanBan", {"ma": "5"})
    wanted = '"http://tempuri.org/LayVanBan"'
    assert message.headers["Content-Type"].startswith(media)
    assert wanted in (message.headers.get("SOAPAction", "") or message.headers["Content-Type"])
    assert message.envelope.find(".//{http://tempuri.org/}ma").text == "5"


def test_a_version_that_there_is_not_is_a_mistake_of_the_configuration() -> None:
    with pytest.raises(ConfigInvalid, match=r"1\.3"):
        Messages("1.3")


def test_the_length_told_is_the_length_sent_also_with_a_file_beside(tmp_path: Path) -> None:
    file = tmp_path / "lớn.bin"
    file.write_bytes(bytes(range(256)) * 1000)
    given = {"maVanBan": "1", "tenTep": "a", "noiDung": b"", "ghiChu": "b"}
    message = Messages("1.2").message("GuiTep", given)
    body = outgoing(message.envelope, message.headers["Content-Type"], file)
    body = replace(body, content=etree.tostring(body.envelope))
    sent = b"".join(body)
    assert len(body) == len(sent)
    assert file.read_bytes() in sent
    assert b"xop:Include" in sent
    assert 'action="http://tempuri.org/GuiTep"' in body.content_type


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://a.example/Services/VanBan.asmx", ("https://a.example/Services", "VanBan.asmx")),
        ("https://a.example/VanBan.asmx/", ("https://a.example", "VanBan.asmx")),
        ("https://a.example", ("https://a.example", "")),
    ],
)
def test_the_service_lies_where_its_url_says(url: str, place: tuple[str, str]) -> None:
    assert service_place(url) == place
