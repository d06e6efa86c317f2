"""Packets of the axis: every variant read, the wrong ones refused in a sentence, what is written read by others."""

from __future__ import annotations

import base64
import time
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from connector.edxml import attachments
from connector.edxml.attachments import packed_file, safe_name, unpacked
from connector.edxml.codes import STATUSES, document_parts, newer_code, same_organ
from connector.edxml.packets import DocumentPacket, Replaced, Signer, StatusPacket
from connector.edxml.parsing import refuse_old_parser, tree_of
from connector.edxml.read_packet import read_packet
from connector.edxml.write_packet import write_document, write_status
from errors import SkipRecord, StopService
from tests import edxml_packets as made
from tests import edxml_reader as second

SHARED = Path(__file__).parents[3] / "shared" / "edxml"
NO_SAMPLES = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the sample packets of other people are not shipped"
)

#: What each sample is, or the sentence with which it is refused.
SAMPLES = {
    "edoc.edxml": "The packet uses a namespace prefix that it does not declare.",
    "edoc_new.edxml": "The packet does not begin with XML: something stands before it, or it is another file.",
    "edoc_revocation.edxml": ("1", "000.00.00.G22,2015/09/30,7816/VPCP-TTĐT", 1),
    "edoc_update.edxml": ("2", "000.00.00.G22,2014/02/30,7806/VPCP-TTĐT", 1),
    "flat_go_vn_edoc.xml": ("0", "5f0c2f5e-0000-4000-8000-000000000001", 0),
    "received_852e179c-8eca-4502-ac38-0b97321f29c3.edxml": ("0", "9fbfbad2-f1f8-4256-a2eb-50fb1061cddb", 1),
    "uploaded_1da394ba-2117-4354-a23f-6ec3e47ba81b.edxml": ("0", "1da394ba-2117-4354-a23f-6ec3e47ba81b", 3),
    **{
        f"status_{name}_{code}.edxml": code
        for name, code in (
            ("inbox", "01"),
            ("rejection", "02"),
            ("acceptance", "03"),
            ("assignment", "04"),
            ("processing", "05"),
            ("finish", "06"),
            ("cancellation", "13"),
        )
    },
}


@NO_SAMPLES
def test_every_sample_is_known() -> None:
    assert {path.name for path in SHARED.iterdir() if path.suffix != ".md"} == set(SAMPLES)


@NO_SAMPLES
@pytest.mark.parametrize("name", SAMPLES)
def test_samples_of_other_kits_are_read_or_refused_with_the_sentence(name: str) -> None:
    content, expected = (SHARED / name).read_bytes(), SAMPLES[name]
    if isinstance(expected, tuple):
        packet = read_packet(content)
        assert isinstance(packet, DocumentPacket)
        assert (packet.order.kind, packet.target, len(packet.attachments)) == expected
        assert all(file.content and not file.content.startswith(b"PK") for file in packet.attachments)
    elif len(expected) == 2:
        packet = read_packet(content)
        assert isinstance(packet, StatusPacket)
        assert packet.code == expected
        assert packet.answers.code == "7816/VPCP-TTĐT"
        assert packet.at is not None
    else:
        with pytest.raises(SkipRecord) as caught:
            read_packet(content)
        assert caught.value.sentence == expected
        assert caught.value.remedy


def test_a_packet_of_the_java_kit_is_read_in_any_order() -> None:
    packet = read_packet(made.java_kit(b"%PDF-1.7"))
    assert isinstance(packet, DocumentPacket)
    assert (packet.code, packet.issued_on, packet.subject) == (
        "14a/KH-UBND",
        date(2026, 11, 16),
        "Kế hoạch năm 2027",
    )
    assert packet.document_id == "000.00.00.H99,2026/11/16,14/KH-UBND"
    assert len(packet.receivers) == 1
    assert packet.answers == ()
    assert (packet.hops[0].organ, packet.hops[0].at) == ("", None)
    assert [(file.name, file.content) for file in packet.attachments] == [("14.pdf", b"%PDF-1.7")]
    assert (packet.order.kind, packet.target) == ("0", packet.document_id)


def test_a_packet_of_the_net_kit_names_its_files_safely() -> None:
    packet = read_packet(made.net_kit(b"\xd0\xcf\x11\xe0" * 40))
    assert isinstance(packet, DocumentPacket)
    assert [(file.name, len(file.content)) for file in packet.attachments] == [("kế hoạch.doc", 160)]


def test_an_older_status_and_a_flat_packet_are_read() -> None:
    old = read_packet(made.old_soap())
    assert isinstance(old, StatusPacket)
    assert (old.code, old.answers.document_id, old.sender.code) == ("03", "71", "H99.06")
    assert old.at is not None
    assert old.at.isoformat() == "2026-11-16T09:05:00+07:00"
    packet = read_packet(made.flat())
    assert isinstance(packet, DocumentPacket)
    assert (packet.type_name, packet.signer.name, packet.issued_on) == (
        "Công văn",
        "Trần Văn A",
        date(2026, 11, 16),
    )


@pytest.mark.covers("M39")
def test_an_unknown_code_is_kept_as_it_came() -> None:
    packet = read_packet(made.old_soap("999"))
    assert isinstance(packet, StatusPacket)
    assert packet.code == "999"
    assert packet.code not in STATUSES
    odd = read_packet(
        made.java_kit(b"x", business="<Bussiness><BussinessDocType>7</BussinessDocType></Bussiness>")
    )
    assert isinstance(odd, DocumentPacket)
    assert odd.order.kind == "7"


def test_orders_of_all_kinds_say_what_they_are_about() -> None:
    business = (
        "<Bussiness><BussinessDocType>3</BussinessDocType><BussinessDocReason>Sai số</BussinessDocReason>"
        "<ReplacementInfoList><ReplacementInfo><DocumentId>A,2026,1/x</DocumentId><OrganIdList><OrganId>H99.06"
        "</OrganId></OrganIdList></ReplacementInfo></ReplacementInfoList></Bussiness>"
    )
    packet = read_packet(made.java_kit(b"x", business=business))
    assert isinstance(packet, DocumentPacket)
    assert packet.order.replaced == (Replaced("A,2026,1/x", ("H99.06",)),)
    recall = (
        "<Bussiness><DocumentId>B,2026,2/y</DocumentId><BussinessDocType>1</BussinessDocType></Bussiness>"
    )
    packet = read_packet(made.java_kit(b"x", business=recall))
    assert isinstance(packet, DocumentPacket)
    assert packet.target == "B,2026,2/y"


def test_what_is_written_is_read_back_equal() -> None:
    packet = made.directive()
    assert read_packet(write_document(packet)) == packet
    update = replace(
        packet.order,
        kind="2",
        document_id="H99,2026,11/CT",
        reason="Sai ngày",
        content_changed=True,
        receivers=(("H99.06", "0"),),
    )
    assert read_packet(write_document(replace(packet, order=update))) == replace(packet, order=update)
    assert read_packet(write_status(made.status())) == made.status()


def test_a_second_reader_finds_order_fields_and_files_of_a_document() -> None:
    content = write_document(made.directive())
    header = second.header_of(content)
    assert second.in_order(second.names(header), second.DOCUMENT_ORDER)
    assert [path for path in second.REQUIRED if not second.text(header, path)] == []
    assert second.text(header, "PromulgationInfo/PromulgationDate") == "2026/11/16"
    assert second.text(header, "DueDate") == "2026/12/15"
    assert second.text(header, "ResponseFor/Code") == "7/TTr-SNV"
    assert second.names(header)[:3] == ["From", "To", "To"]
    assert second.files(content) == {file.name: file.content for file in made.directive().attachments}
    # Receivers look for both spellings of the one namespace.
    assert b"<edXML:MessageHeader>" in content
    assert b"<AttachmentEncoded><Attachment>" in content
    assert content == write_document(made.directive())


@pytest.mark.parametrize("code", STATUSES)
def test_a_second_reader_finds_order_and_fields_of_a_status(code: str) -> None:
    content = write_status(made.status(code))
    header = second.header_of(content)
    assert tuple(second.names(header)) == second.STATUS_ORDER
    assert [path for path in second.REQUIRED_OF_STATUS if not second.text(header, path)] == []
    assert second.text(header, "StatusCode") == code
    assert second.text(header, "Timestamp") == "2026/11/16 08:30:00"
    assert second.names(header.find(f"{second.SPACE}StaffInfo")) == ["Department", "Staff", "Email", "Mobile"]


@pytest.mark.parametrize(
    ("packet", "told"),
    [
        (made.directive(subject=" "), "Subject: missing"),
        (made.directive(subject="a" * 501), "Subject: longer than 500"),
        (made.directive(number="", notation="x" * 31), "CodeNumber: missing; CodeNotation: longer than 30"),
        (made.directive(receivers=()), "To: at least one, none twice"),
        (
            made.directive(receivers=(made.DEPARTMENT, replace(made.DEPARTMENT, code="h99.06"))),
            "To: at least one",
        ),
        (made.directive(signer=Signer("")), "FullName: missing"),
        (made.directive(order=replace(made.directive().order, kind="1")), "BussinessDocReason: missing"),
        (made.directive(order=replace(made.directive().order, kind="3", reason="x")), "ReplacementInfoList"),
    ],
)
def test_a_document_that_others_would_refuse_is_not_written(packet: DocumentPacket, told: str) -> None:
    with pytest.raises(SkipRecord, match=told) as caught:
        write_document(packet)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("packet", "told"),
    [
        (made.status("07"), "StatusCode: one of 01"),
        (made.status("02", ""), "Description: a reason is needed"),
        (made.status("05", "a" * 1001), "Description: longer"),
        (made.status(at=None), "Timestamp: missing"),
        (made.status(sender=replace(made.DEPARTMENT, name="")), "OrganName: missing"),
        (made.status(answers=replace(made.directive().answered(), code="")), "ResponseFor/Code: missing"),
    ],
)
def test_a_status_that_others_would_refuse_is_not_written(packet: StatusPacket, told: str) -> None:
    with pytest.raises(SkipRecord, match=told):
        write_status(packet)


LAUGHS = b'<!DOCTYPE a [<!ENTITY l "ha"><!ENTITY m "&l;&l;&l;&l;&l;&l;&l;&l;">]><edXML>&m;</edXML>'
XXE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><edXML>&x;</edXML>'
GOOD = write_status(made.status())

BAD = [
    pytest.param(LAUGHS, "carries a DOCTYPE", marks=pytest.mark.covers("M12")),
    pytest.param(XXE, "carries a DOCTYPE", marks=pytest.mark.covers("M13")),
    pytest.param(b'<!DOCTYPE edXML SYSTEM "http://169.254.169.254/a.dtd"><edXML/>', "carries a DOCTYPE",
                 marks=pytest.mark.covers("M14", "M15")),
    pytest.param(b"<a>" * 300 + b"</a>" * 300, "nested too deeply", marks=pytest.mark.covers("M16")),
    pytest.param(b"<a " + b" ".join(b'b%d="1"' % n for n in range(300_000)) + b"/>", "too many elements or attributes",
                 marks=pytest.mark.covers("M17")),
    pytest.param(b"<a>" + b"<b/>" * 30_000 + b"</a>", "too many elements", marks=pytest.mark.covers("M17")),
    pytest.param(GOOD.decode().encode("utf-16"), "not in UTF-8", marks=pytest.mark.covers("M19")),
    pytest.param(GOOD.replace(b"UTF-8", b"windows-1258"), "not in UTF-8", marks=pytest.mark.covers("M19")),
    pytest.param(GOOD.replace("Đã".encode(), b"\xd0\xe3"), "not well-formed", marks=pytest.mark.covers("M19")),
    pytest.param(b"", "is empty"),
    pytest.param(b"  \n", "is empty"),
    pytest.param(b"1212" + GOOD, "does not begin with XML"),
    pytest.param(GOOD[: len(GOOD) // 2], "is cut short"),
    pytest.param(b"<html><form>\xc4\x90\xc4\x83ng nh\xe1\xba\xadp</form></html>", "no edXML packet",
                 marks=pytest.mark.covers("M43")),
    pytest.param(b"<edXML><a/></edXML>", "no message header"),
    pytest.param(GOOD.replace(b"<edXML:OrganId>H99.06</edXML:OrganId>", b""), "Field From/OrganId"),
    pytest.param(GOOD.replace(b"StatusCode>05", b"StatusCode>xx"), "Field StatusCode"),
    pytest.param(GOOD.replace(b"2026/11/16 08", b"2026/02/30 08"), "Field Timestamp"),
    pytest.param(GOOD.replace(b"ResponseFor", b"Unrelated"), "Field ResponseFor"),
    pytest.param(made.flat().replace(b"2026-11-16T00:00:00+07:00", b""), "Field PromulgationDate"),
    pytest.param(made.flat().replace(b"2026-11-16T00", b"9999-11-16T00"), "Field PromulgationDate"),
    pytest.param(made.flat().replace(b"<To>", b"<Too>").replace(b"</To>", b"</Too>"), "Field To"),
    pytest.param(made.java_kit(b"x").replace(b"cid:f-1", b"cid:g").replace(b">14.pdf</Att", b">15.pdf</Att", 1),
                 "does not carry all of them"),
    pytest.param(made.net_kit(b"x").replace(b"eA==", b"@@@"), "is not base64"),
    pytest.param(made.net_kit(b"x").replace(b"eA==", b""), "without content"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "told"), BAD, ids=[str(n) for n in range(len(BAD))])
def test_what_is_no_packet_is_refused_quickly_with_one_sentence(content: bytes, told: str) -> None:
    started = time.process_time()
    with pytest.raises(SkipRecord) as caught:
        read_packet(content)
    assert told in caught.value.sentence
    assert caught.value.remedy
    assert time.process_time() - started < 1


@pytest.mark.covers("M17")
def test_a_packet_over_the_limit_is_not_parsed() -> None:
    with pytest.raises(SkipRecord, match="larger than 1 MiB"):
        read_packet(b"<edXML>" + b"a" * 2**20 + b"</edXML>", largest=2**20)


@pytest.mark.covers("M18")
def test_a_file_beyond_the_text_limit_of_the_library_is_read_all_the_same() -> None:
    scan = bytes(range(256)) * 45_000
    packet = read_packet(made.net_kit(scan))
    assert isinstance(packet, DocumentPacket)
    assert packet.attachments[0].content == scan


@pytest.mark.covers("M20")
def test_an_old_parser_ends_the_start() -> None:
    with pytest.raises(StopService, match="too old"):
        refuse_old_parser((6, 0, 2, 0))
    refuse_old_parser()


@pytest.mark.covers("M13")
def test_no_file_is_opened_for_an_entity(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("CANARY", encoding="utf-8")
    text = f'<!DOCTYPE a [<!ENTITY % p SYSTEM "{secret.as_uri()}"> %p;]><edXML/>'
    with pytest.raises(SkipRecord) as caught:
        tree_of(text.encode())
    assert "CANARY" not in str(caught.value)


def test_only_the_kits_own_packing_is_undone() -> None:
    assert unpacked(made.wrapped(b"inner")) == b"inner"
    assert unpacked(packed_file("a.pdf", b"inner")) == b"inner"
    office = made.wrapped(b"<x/>", name="word/document.xml")
    assert unpacked(office) == office
    assert unpacked(b"%PDF") == b"%PDF"


@pytest.mark.covers("M11")
def test_a_packing_that_is_damaged_locked_or_a_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = bytearray(made.wrapped(bytes(range(256)) * 4))
    damaged[80] ^= 0xFF
    with pytest.raises(SkipRecord, match="damaged"):
        unpacked(bytes(damaged))
    with pytest.raises(SkipRecord, match="damaged"):
        unpacked(made.wrapped(b"x" * 500)[:90])
    locked = bytearray(made.wrapped(b"x"))
    for place in (6, locked.index(b"PK\x01\x02") + 8):
        locked[place] |= 1
    with pytest.raises(SkipRecord, match="password"):
        unpacked(bytes(locked))
    with pytest.raises(SkipRecord, match="more than is taken"):
        unpacked(made.wrapped(bytes(3 * 2**20)))
    monkeypatch.setattr(attachments, "LARGEST_FILE", 1000)
    with pytest.raises(SkipRecord, match="more than is taken"):
        unpacked(made.wrapped(bytes(range(256)) * 5))


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\a\\Báo cáo.SIGNED.PDF", "Báo cáo.SIGNED.PDF"),
        ("a\r\nb\u202efdp.exe", "a_b_fdp.exe"),
        ("..", "tep-dinh-kem"),
        ("x" * 400 + ".docx", "x" * 150 + ".docx"),
    ],
)
@pytest.mark.covers("M33")
def test_names_of_files_lead_nowhere_else(given_name: str, kept: str) -> None:
    assert safe_name(given_name) == kept


def test_two_files_of_one_name_stay_two() -> None:
    file = made.directive().attachments[0]
    twice = made.directive(attachments=(file, replace(file, content_id="b", content=b"other")))
    packet = read_packet(write_document(twice))
    assert isinstance(packet, DocumentPacket)
    assert [one.name for one in packet.attachments] == ["12-CT-UBND.pdf", "12-CT-UBND (2).pdf"]


@pytest.mark.covers("M33")
def test_line_breaks_never_reach_a_number_or_title() -> None:
    packet = read_packet(write_document(made.directive(subject="Một\r\nBcc: x", notation="CT\nUBND")))
    assert isinstance(packet, DocumentPacket)
    assert (packet.subject, packet.code) == ("Một Bcc: x", "12/CT UBND")


def test_ids_keep_their_spelling_and_codes_are_compared_without_capitals() -> None:
    decomposed = "H99,2026,12/QĐ-Ủy"
    packet = read_packet(write_document(made.directive(document_id=decomposed)))
    assert isinstance(packet, DocumentPacket)
    assert packet.answered().document_id == decomposed
    assert document_parts("H99,2026/11/16,12/CT-UBND") == ("H99", "2026/11/16", "12/CT-UBND")
    assert document_parts("0b6b8c1e-0000") is None
    assert same_organ("H99.DN.001", " h99.dn.001")
    assert [newer_code(code) for code in ("000.00.15.H44", "000.00.00.G22", "H44.15", "28.22.H17")] == [
        "H44.15",
        "G22",
        "",
        "",
    ]


@given(st.integers(0, len(GOOD) - 1), st.binary(max_size=6))
@example(0, b"<!DOCTYPE")
@settings(max_examples=150, deadline=None)
def test_whatever_is_changed_in_a_packet_it_is_read_or_refused(place: int, piece: bytes) -> None:
    content = GOOD[:place] + piece + GOOD[place + len(piece) :]
    with suppress(SkipRecord):
        assert isinstance(read_packet(content), StatusPacket)


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_whatever_a_file_holds_it_comes_back(content: bytes) -> None:
    file = replace(made.directive().attachments[0], content=content + b"x")
    packet = read_packet(write_document(made.directive(attachments=(file,))))
    assert isinstance(packet, DocumentPacket)
    assert packet.attachments[0].content == content + b"x"
    assert base64.b64encode(packed_file("a", content)) == base64.b64encode(packed_file("a", content))
