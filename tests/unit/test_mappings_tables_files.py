"""Files as they arrive: types told by content, damage, bombs, macros, passwords, encodings, number formats.

Also the plain text for the secrecy guard, and a short run of random damage. Layouts of
tables are in test_mappings_tables_layouts.py.
"""

from __future__ import annotations

import random
import struct
import unicodedata
import zipfile
from datetime import date
from io import BytesIO
from typing import Any

import pytest

from mappings.tables import Problem, TableReading, plain_text, read_table
from mappings.tables.found import TEXT_LIMIT
from mappings.tables.numberformat import shown_number
from mappings.tables.officexml import each, root_of
from mappings.tables.problems import Refused
from tests.table_files import (
    Cell,
    Sheet,
    Shown,
    Table,
    docx_of,
    package_of,
    paragraph,
    parts_of,
    xls_of,
    xlsx_of,
    zip_of,
)

HEAD = ["STT", "Nội dung", "Đơn vị chủ trì", "Thời hạn"]
ROW = ["1", "Việc một", "Sở Y tế", "30/9/2026"]
XLSX = xlsx_of(Sheet([HEAD, ROW]))
DOCX = docx_of(Table([HEAD, ROW]))
XLS = xls_of(Sheet([HEAD, ROW]))
_TONES = "\u0300\u0301\u0303\u0309\u0323"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def _only(reading: TableReading) -> Problem:
    """The one problem of a file that gave nothing; its sentence names the file and a remedy stands beside it."""
    (problem,) = reading.problems
    assert not reading.rows
    assert problem.sentence.startswith(problem.place)
    assert problem.sentence.endswith(".")
    assert problem.remedy
    return problem.problem


@pytest.mark.covers("M21")
@pytest.mark.parametrize(
    ("data", "name", "problem"),
    [
        (b"", "bang.xlsx", Problem.EMPTY_FILE),
        (b"MZ\x90\x00" + bytes(200), "bang.pdf", Problem.EXECUTABLE),
        (b"\x7fELF" + bytes(200), "bang.docx", Problem.EXECUTABLE),
        (b"#!/bin/sh\nrm", "bang.csv", Problem.EXECUTABLE),
        (DOCX, "bang.docx.exe", Problem.EXECUTABLE),
        (XLSX, "bang.docx", Problem.TYPE_MISMATCH),
        (XLSX, "bang.xls", Problem.TYPE_MISMATCH),
        (DOCX, "bang.pdf", Problem.TYPE_MISMATCH),
        (XLS, "bang.XLSX", Problem.TYPE_MISMATCH),
        (b"<html><table></table></html>", "bang.xls", Problem.NO_TABLE),
        (b"STT,Noi dung\n1,a\n", "bang.xlsx", Problem.TYPE_MISMATCH),
        (b"%PDF-1.7\n%%EOF", "bang.pdf", Problem.DAMAGED),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "anh.png", Problem.IMAGE_TABLE),
        (b"{\\rtf1 a}", "bang.rtf", Problem.UNSUPPORTED),
        (zip_of({"a.txt": "x"}), "bang.zip", Problem.UNSUPPORTED),
        (bytes(range(256)) * 4, "bang", Problem.UNSUPPORTED),
    ],
)
def test_content_decides_and_a_disguise_is_refused(data: bytes, name: str, problem: Problem) -> None:
    assert _only(read_table(data, name)) is problem


@pytest.mark.parametrize("name", ["", "bang", "bang.tmp", "bang phân công. ", "BANG.XLSX"])
def test_a_name_that_claims_nothing_or_the_truth_is_no_disguise(name: str) -> None:
    assert len(read_table(XLSX, name).rows) == 1


def test_names_are_made_fit_for_a_sentence() -> None:
    reading = read_table(b"", "\u202egnp.\x00hack" + "a" * 300 + ".docx")
    (problem,) = reading.problems
    assert problem.place.isprintable()
    assert len(problem.place) <= 120


@pytest.mark.covers("M28")
def test_macros_are_flagged_whatever_the_name_says() -> None:
    hidden = zip_of({**parts_of(DOCX), "word/vbaProject.bin": b"x"})
    assert _only(read_table(hidden, "bang.docx")) is Problem.MACRO
    assert "Việc một" in plain_text(hidden, "bang.docx")
    typed = parts_of(XLSX)
    typed["[Content_Types].xml"] = typed["[Content_Types].xml"].replace(
        b"openxmlformats-officedocument.spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main"
    )
    assert _only(read_table(zip_of(typed), "bang.xlsx")) is Problem.MACRO


def _compound(*names: str) -> bytes:
    """A compound file whose directory has these entries and no content."""
    header = bytearray(512)
    header[:8] = OLE
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIII", header, 44, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    for place in range(1, 109):
        struct.pack_into("<I", header, 76 + 4 * place, 0xFFFFFFFF)
    fat = struct.pack("<128I", 0xFFFFFFFD, *range(2, 5), 0xFFFFFFFE, *[0xFFFFFFFF] * 123)
    directory = bytearray(4 * 512)
    for index, name in enumerate(("Root Entry", *names)):
        raw = name.encode("utf-16-le")
        directory[index * 128 : index * 128 + len(raw)] = raw
        struct.pack_into("<HB", directory, index * 128 + 64, len(raw) + 2, 5 if index == 0 else 2)
    return bytes(header) + fat + bytes(directory)


@pytest.mark.parametrize(
    ("names", "problem"),
    [
        (("EncryptionInfo", "EncryptedPackage"), Problem.ENCRYPTED),
        (("Workbook", "_VBA_PROJECT_CUR"), Problem.MACRO),
        (("WordDocument", "1Table"), Problem.UNSUPPORTED),
        (("PowerPoint Document",), Problem.UNSUPPORTED),
    ],
)
def test_old_office_files_are_told_apart(names: tuple[str, ...], problem: Problem) -> None:
    assert _only(read_table(_compound(*names), "bang")) is problem
    assert plain_text(_compound(*names), "bang") == ""


def test_a_password_is_found_in_a_zip_and_in_an_old_workbook() -> None:
    locked = bytearray(XLSX)
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = locked.find(signature)
        while start >= 0:
            locked[start + place] |= 1
            start = locked.find(signature, start + 4)
    assert _only(read_table(bytes(locked), "bang.xlsx")) is Problem.ENCRYPTED
    old = XLS.replace(struct.pack("<HH", 0x3D, 18), struct.pack("<HH", 0x2F, 18), 1)
    assert _only(read_table(old, "bang.xls")) is Problem.ENCRYPTED


@pytest.mark.covers("M24", "M25")
def test_what_unpacks_too_large_is_refused_before_unpacking() -> None:
    bomb = zip_of({**parts_of(DOCX), "word/media/a.xml": bytes(30_000_000)})
    assert len(bomb) < 100_000
    assert _only(read_table(bomb, "bang.docx")) is Problem.BOMB
    assert plain_text(bomb, "bang.docx") == ""


@pytest.mark.covers("M24")
def test_overlapping_entries_are_counted_each_time() -> None:
    plain = zip_of(parts_of(DOCX) | {"word/a.xml": random.Random(1).randbytes(900_000)})
    start = plain.rfind(b"PK\x01\x02")
    end = plain.find(b"PK\x05\x06")
    entry = plain[start:end]
    copies = [entry.replace(b"word/a.xml", b"word/%c%c.xm" % (65 + n % 26, 65 + n // 26)) for n in range(250)]
    directory = plain[plain.find(b"PK\x01\x02") : start] + b"".join(copies)
    count = len(parts_of(DOCX)) + len(copies)
    closing = struct.pack(
        "<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(directory), plain.find(b"PK\x01\x02"), 0
    )
    overlapping = plain[: plain.find(b"PK\x01\x02")] + directory + closing
    assert len(zipfile.ZipFile(BytesIO(overlapping)).infolist()) == count
    assert _only(read_table(overlapping, "bang.docx")) is Problem.BOMB


def test_a_directory_that_lies_about_a_size_is_damage() -> None:
    packed = bytearray(DOCX)
    start = packed.find(b"PK\x01\x02")
    while start >= 0:
        struct.pack_into("<I", packed, start + 24, 40)
        start = packed.find(b"PK\x01\x02", start + 4)
    assert _only(read_table(bytes(packed), "bang.docx")) is Problem.DAMAGED


@pytest.mark.parametrize("data", [XLSX, DOCX, XLS], ids=["xlsx", "docx", "xls"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9])
def test_a_truncated_file_is_damaged(data: bytes, share: float) -> None:
    assert _only(read_table(data[: int(len(data) * share)], "bang")) is Problem.DAMAGED


@pytest.mark.covers("M12", "M13", "M14")
def test_a_doctype_is_refused_in_any_encoding() -> None:
    laughs = '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><w:document xmlns:w="x"><w:t>&b;</w:t></w:document>'
    assert _only(read_table(package_of({"word/document.xml": laughs}), "a.docx")) is Problem.FORBIDDEN_XML
    wide = package_of({"word/document.xml": laughs.encode("utf-16")})
    assert _only(read_table(wide, "a.docx")) is Problem.FORBIDDEN_XML


@pytest.mark.covers("M17")
def test_attributes_by_the_hundred_thousand_are_counted_before_they_are_parsed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    many = " ".join(f"a{number}='>'" for number in range(300_000))
    document = f'<w:document xmlns:w="x"><w:p {many}/></w:document>'
    assert _only(read_table(package_of({"word/document.xml": document}), "a.docx")) is Problem.TOO_LARGE
    monkeypatch.delattr("lxml.etree.fromstring")
    monkeypatch.delattr("lxml.etree.iterparse")
    for read in (root_of, lambda xml: list(each(xml, "p"))):
        with pytest.raises(Refused) as caught:
            read(document.encode())
        assert caught.value.problem is Problem.TOO_LARGE


@pytest.mark.covers("M16")
def test_depth_beyond_reason_is_damage() -> None:
    deep = f'<w:document xmlns:w="x">{"<w:p>" * 400}{"</w:p>" * 400}</w:document>'
    assert _only(read_table(package_of({"word/document.xml": deep}), "a.docx")) is Problem.DAMAGED


def test_a_cell_at_the_end_of_the_world_costs_nothing() -> None:
    """One such cell makes a dense reader allocate half a terabyte and ends the process."""
    parts = parts_of(xlsx_of(Sheet([HEAD, ROW, ["2", "Việc hai", "Sở Nội vụ", ""]])))
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(
        b"</sheetData>",
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c><c r="ZZZZZZ9"><v>1</v></c></row></sheetData>',
    )
    assert [row.content for row in read_table(zip_of(parts), "a.xlsx").rows] == ["Việc một", "Việc hai"]
    wide: list[list[Any]] = [HEAD, ROW, *[[str(n)] for n in range(2, 5000)]]
    wide[1] = [*ROW, *[""] * 246, "x"]
    assert _only(read_table(xlsx_of(Sheet(wide)), "a.xlsx")) is Problem.TOO_LARGE


def test_too_many_elements_are_refused_before_parsing() -> None:
    noise = random.Random(2).randbytes(500_000).hex()
    crowd = "".join("<w:p/>" * 16 + noise[place : place + 8] for place in range(0, len(noise), 8))
    data = package_of({"word/document.xml": f'<w:document xmlns:w="x">{crowd}</w:document>'})
    assert _only(read_table(data, "a.docx")) is Problem.TOO_LARGE


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_a_large_part_is_read_in_pieces_with_the_same_result(part: str) -> None:
    parts = parts_of(xlsx_of(Sheet([HEAD, ROW, ["2", "Việc hai", "", ""]], merged=[(1, 2, 2, 2)])))
    plain = read_table(zip_of(parts), "a.xlsx")
    noise = random.Random(3).randbytes(2_200_000).hex().encode()
    start = parts[part].index(b">", parts[part].index(b"?>") + 2) + 1
    parts[part] = parts[part][:start] + b"<!--" + noise + b"-->" + parts[part][start:]
    assert read_table(zip_of(parts), "a.xlsx").rows == plain.rows
    assert len(plain.rows) == 2
    parts[part] = parts[part][:-9]
    assert _only(read_table(zip_of(parts), "a.xlsx")) is Problem.DAMAGED


def test_a_broken_merge_or_style_does_not_stop_a_sheet() -> None:
    parts = parts_of(xlsx_of(Sheet([HEAD, ROW], merged=[])))
    sheet = parts["xl/worksheets/sheet1.xml"]
    junk = b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/><mergeCell ref="??"/></mergeCells>'
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b"</sheetData>", junk).replace(
        b'r="D2"', b'r="D2" s="999"'
    )
    assert len(read_table(zip_of(parts), "a.xlsx").problems) <= 1


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", "\t"), ("utf-16-le", ","), ("cp1258", ";")],
)
def test_csv_in_the_encodings_of_vietnamese_windows(encoding: str, delimiter: str) -> None:
    lines = [
        HEAD,
        ["1", '"Rà soát, báo cáo"' if delimiter == "," else "Rà soát, báo cáo", "Sở Y tế", "30/9/2026"],
    ]
    text = "\r\n".join(delimiter.join(line) for line in lines)
    data = _windows(text) if encoding == "cp1258" else text.encode(encoding)
    (row,) = read_table(data, "bang.csv").rows
    assert (row.content, row.lead, row.deadline) == ("Rà soát, báo cáo", "Sở Y tế", "30/9/2026")
    assert "Rà soát" in plain_text(data, "bang.csv")


def _windows(text: str) -> bytes:
    """Code page 1258 as Windows writes it: â, ê, ô, ă, ơ, ư, đ are letters, the tones are marks of their own."""
    made = []
    for letter in text:
        marks = unicodedata.normalize("NFD", letter)
        body = "".join(mark for mark in marks if mark not in _TONES)
        tones = "".join(mark for mark in marks if mark in _TONES)
        made.append((unicodedata.normalize("NFC", body) + tones).encode("cp1258"))
    return b"".join(made)


def test_text_in_no_known_encoding_is_told() -> None:
    assert _only(read_table(b"STT;N\x8a\x90i dung\n", "bang.csv")) is Problem.UNREADABLE_TEXT


@pytest.mark.parametrize(
    ("code", "shown", "has_day"),
    [
        ("dd/mm/yyyy", "05/08/2026", True),
        ("d/m/yyyy", "5/8/2026", True),
        ("mm/dd/yyyy", "08/05/2026", True),
        ("mm/yyyy", "08/2026", True),
        ("mmm-yy", "08/2026", True),
        ("d-mmm-yy", "05/08/2026", True),
        ("yyyy", "2026", True),
        ('"Trước ngày "dd/mm/yyyy', "Trước ngày 05/08/2026", True),
        ("[$-42A]dd\\-mm\\-yyyy;@", "05-08-2026", True),
        ("dd/mm/yy", "05/08/26", True),
        ("General", "46239", False),
        ("0.00", "46239.00", False),
    ],
)
def test_a_deadline_is_shown_as_the_cell_shows_it(code: str, shown: str, has_day: bool) -> None:
    for make, name in ((xlsx_of, "a.xlsx"), (xls_of, "a.xls")):
        value: Any = date(2026, 8, 5) if has_day else 46239
        (row,) = read_table(make(Sheet([HEAD, ["1", "Việc một", "Sở Y tế", Shown(value, code)]])), name).rows
        assert (row.deadline, row.deadline_value) == (shown, date(2026, 8, 5) if has_day else None)


def test_the_day_goes_with_a_merged_or_ditto_deadline() -> None:
    day = Shown(date(2026, 9, 30), "dd/mm/yyyy")
    rows: list[list[Any]] = [
        HEAD,
        ["1", "a", "Sở Y tế", day],
        ["2", "b", "Sở Y tế", "nt"],
        ["3", "c", "Sở Y tế", ""],
    ]
    for make, name in ((xlsx_of, "a.xlsx"), (xls_of, "a.xls")):
        found = read_table(make(Sheet(rows)), name).rows
        assert [row.deadline_value for row in found] == [date(2026, 9, 30), date(2026, 9, 30), None]
    merged = read_table(xls_of(Sheet(rows, merged=[(2, 3, 3, 3)])), "a.xls").rows
    assert [row.deadline_value for row in merged] == [date(2026, 9, 30)] * 3


@pytest.mark.covers("M36")
def test_impossible_dates_are_shown_and_told() -> None:
    zero = Shown(0, "dd/mm/yyyy")
    last = Shown(2_958_465, "dd/mm/yyyy")
    beyond = Shown(99_999_999, "dd/mm/yyyy")
    minus = Shown(-5, "dd/mm/yyyy")
    rows: list[list[Any]] = [
        HEAD,
        *[[str(n), "Việc", "Sở Y tế", value] for n, value in enumerate((zero, last, beyond, minus), 1)],
    ]
    for make, name in ((xlsx_of, "a.xlsx"), (xls_of, "a.xls")):
        reading = read_table(make(Sheet(rows)), name)
        assert [row.deadline_value for row in reading.rows] == [None, date(9999, 12, 31), None, None]
        assert [problem.problem for problem in reading.problems] == [Problem.IMPOSSIBLE_DATE]
        assert "31/12/1899" in reading.problems[0].sentence


def test_numbers_are_shown_as_numbers() -> None:
    assert shown_number(2.0, "") == ("2", None)
    assert shown_number(0.1 + 0.2, "General") == ("0.3", None)
    assert shown_number(3, "00") == ("03", None)
    assert shown_number(0.5, "0%") == ("50%", None)
    assert shown_number(0.6875, "h:mm") == ("16:30", None)
    assert shown_number(46239.6875, "dd/mm/yyyy hh:mm") == ("05/08/2026 16:30", date(2026, 8, 5))
    assert shown_number(46239, "dddd, dd/mm/yyyy") == ("Thứ Tư, 05/08/2026", date(2026, 8, 5))
    assert shown_number(44777, "dd/mm/yyyy", since_1904=True) == ("05/08/2026", date(2026, 8, 5))


def test_plain_text_finds_a_stamp_outside_the_table() -> None:
    header = (
        '<w:hdr xmlns:w="x"><w:p><w:r><w:t>TUYỆT </w:t></w:r><w:r><w:t>M&#7852;T</w:t></w:r></w:p></w:hdr>'
    )
    inner = f"<w:txbxContent>{paragraph('dấu trong hộp')}</w:txbxContent>"
    box = f"<w:p><w:r><w:drawing>{inner}</w:drawing></w:r></w:p>"
    data = docx_of(Table([HEAD, [*ROW[:3], Cell(xml=box)]]), parts={"word/header1.xml": header})
    for text in (plain_text(data, "a.docx"), read_table(data, "a.docx").text):
        assert "TUYỆT MẬT" in text
        assert "dấu trong hộp" in text
    sheets = (Sheet([HEAD, ROW], header='&C&"Arial,Bold"MẬT'), Sheet([["TỐI MẬT"]], name="Ẩn", hidden=True))
    text = plain_text(xlsx_of(*sheets), "")
    assert "MẬT" in text.replace("TỐI MẬT", "")
    assert "TỐI MẬT" in text
    old = plain_text(
        xls_of(Sheet([HEAD, ROW], header="DAU MAT"), Sheet([["TỐI MẬT"]], name="Ẩn", hidden=True)), ""
    )
    assert "TỐI MẬT" in old
    assert "DAU MAT" in old


def test_plain_text_of_an_uncompressed_pdf_and_of_nothing() -> None:
    pdf = b"%PDF-1.4\n1 0 obj<</Title (\xfe\xff\x1e\xac\x00M)>>\nBT /F1 12 Tf (MAT \\(so 1\\)) Tj [(TOI)-20(MAT)] TJ ET"
    text = plain_text(pdf, "a.pdf")
    assert "MAT (so 1)" in text
    assert "TOI" in text
    assert "\u1eacM" in text
    for junk in (b"", b"\x00" * 50, b"PK\x03\x04", OLE, OLE + bytes(5000), b"\xff\xfe\x00", DOCX[:-40]):
        assert plain_text(junk, "x") in {"", "\x00"}


def test_plain_text_is_bounded() -> None:
    rows = [[f"Dòng {number} " + "chữ " * 60] for number in range(2000)]
    assert len(plain_text(xlsx_of(Sheet(rows)), "a.xlsx")) == TEXT_LIMIT
    assert len(plain_text("\n".join(row[0] for row in rows).encode(), "a.txt")) == TEXT_LIMIT


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.covers("M21", "M25")
def test_random_damage_never_raises_and_is_always_told(seed: int) -> None:
    chance = random.Random(seed)
    for data in (XLSX, DOCX, XLS) * 12:
        hurt = bytearray(data)
        for _ in range(chance.randint(1, 12)):
            hurt[chance.randrange(len(hurt))] = chance.randrange(256)
        reading = read_table(bytes(hurt), "bang")
        assert reading.rows or reading.problems
        assert isinstance(plain_text(bytes(hurt), "bang"), str)


@pytest.mark.parametrize("seed", range(4))
def test_random_damage_inside_the_parts_never_raises(seed: int) -> None:
    chance = random.Random(seed)
    for data in (XLSX, DOCX) * 10:
        parts = parts_of(data)
        name = chance.choice([name for name in parts if name.endswith((".xml", ".rels"))])
        hurt = bytearray(parts[name])
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(hurt))
            hurt[place : place + chance.randint(0, 9)] = chance.choice(
                [b"", b'"', b"<", b"99999999999", b"&x;", b"\xff"]
            )
        parts[name] = bytes(hurt)
        reading = read_table(zip_of(parts), "bang")
        assert reading.rows or reading.problems
