"""Every bad file a stranger may attach, made here, with the exact sentence its drafter reads.

Bad web pages, OpenDocument files and PDFs are beside their readers. Nothing is opened
outside memory, so there is nothing to escape from; what is checked is that the answer is
one sentence, soon.
"""

from __future__ import annotations

import io
import random
import struct
import tarfile
import unicodedata
import zipfile
from typing import Any

import openpyxl
import pytest

from mappings.tables import Problem, TableReading, plain_text, read_table
from tests.table_files import Sheet, Table, docx_of, package_of, parts_of, xls_of, xlsx_of, zip_of

HEAD = ["STT", "Nội dung", "Đơn vị chủ trì", "Thời hạn"]
ROW = ["1", "Việc một", "Sở Y tế", "30/9/2026"]
XLSX = xlsx_of(Sheet([HEAD, ROW]))
DOCX = docx_of(Table([HEAD, ROW]))
XLS = xls_of(Sheet([HEAD, ROW]))
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
SHEET = "xl/worksheets/sheet1.xml"

EXECUTABLE = "{}: tệp là chương trình chạy được, không phải văn bản; đã để riêng và không mở."
MISMATCH = "{}: đuôi tệp không khớp nội dung ({}); đã để riêng, không đọc."
UNSUPPORTED = "{}: chưa đọc được bảng phân công từ {}."
ENCRYPTED = "{}: tệp đặt mật khẩu nên không đọc được."
MACRO = "{}: tệp có chứa macro; đã để riêng, không đọc."
BOMB = "{}: nội dung nén bung ra lớn bất thường ({}); đã để riêng, không đọc."
DAMAGED = "{}: tệp bị hỏng hoặc bị cắt ngang nên không đọc được."
NO_RESULT = "{}: ô {} là công thức chưa có kết quả lưu trong tệp nên không đọc được."


def _sole(data: bytes, name: str) -> str:
    """The one sentence about a file that gave no row; a remedy goes with it."""
    reading = read_table(data, name)
    assert not reading.rows
    (problem,) = reading.problems
    assert problem.remedy.endswith(".")
    return problem.sentence


def _sentences(reading: TableReading) -> list[str]:
    return [problem.sentence for problem in reading.problems]


@pytest.mark.covers("M21")
@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "bang.xlsx", "bang.xlsx: tệp không có nội dung."),
        (b"MZ\x90\x00" + bytes(400), "bang.xlsx", EXECUTABLE.format("bang.xlsx")),
        (b"MZ\x90\x00" + bytes(400), "bang.pdf", EXECUTABLE.format("bang.pdf")),
        (b"\x7fELF\x02\x01\x01" + bytes(400), "bang.docx", EXECUTABLE.format("bang.docx")),
        (b"#!/bin/sh\necho\n", "bang.csv", EXECUTABLE.format("bang.csv")),
        (XLSX, "bang.xlsx.exe", EXECUTABLE.format("bang.xlsx.exe")),
        (XLSX, "bang.xlsx.scr", EXECUTABLE.format("bang.xlsx.scr")),
        (b"WScript.Echo 1", "bang.vbs", EXECUTABLE.format("bang.vbs")),
        (XLSX, "bang.docx", MISMATCH.format("bang.docx", "tên là .docx, nội dung là tệp Excel .xlsx")),
        (DOCX, "bang.ods", MISMATCH.format("bang.ods", "tên là .ods, nội dung là tệp Word .docx")),
        (DOCX, "bang.pdf", MISMATCH.format("bang.pdf", "tên là .pdf, nội dung là tệp Word .docx")),
        (XLS, "bang.xlsx", MISMATCH.format("bang.xlsx", "tên là .xlsx, nội dung là tệp Excel .xls")),
        (b"%PDF-1.7\n", "bang.xlsx", MISMATCH.format("bang.xlsx", "tên là .xlsx, nội dung là tệp PDF")),
        (
            b"STT;a\n",
            "bang.xlsx",
            MISMATCH.format("bang.xlsx", "tên là .xlsx, nội dung là tệp văn bản thuần (.csv)"),
        ),
        (
            b"\x89PNG\r\n\x1a\n" + bytes(9),
            "bang.docx",
            MISMATCH.format("bang.docx", "tên là .docx, nội dung là tệp ảnh"),
        ),
        (b"{\\rtf1 a}", "bang.rtf", UNSUPPORTED.format("bang.rtf", "tệp RTF")),
        (b"Rar!\x1a\x07", "bang.rar", UNSUPPORTED.format("bang.rar", "tệp nén")),
        (zip_of({"bang.xlsx": XLSX}), "bang.zip", UNSUPPORTED.format("bang.zip", "tệp nén ZIP")),
        (bytes(range(256)), "bang", UNSUPPORTED.format("bang", "loại tệp không nhận biết được")),
    ],
)
def test_what_a_file_really_is_decides(data: bytes, name: str, sentence: str) -> None:
    assert _sole(data, name) == sentence


@pytest.mark.parametrize(
    ("head", "name"),
    [(b"\x89PNG\r\n\x1a\n", "bang.png"), (b"\xff\xd8\xff\xe0", "bang.jpg"), (b"BM\x00\x00", "bang")],
)
def test_a_photographed_table_is_named_as_one(head: bytes, name: str) -> None:
    reading = read_table(head + bytes(200), name)
    assert _sentences(reading) == [f"{name}: bảng là ảnh, cần bảng chữ (tệp ảnh)."]
    assert reading.problems[0].remedy == (
        "Đính kèm thêm bảng phân công gõ bằng chữ, dạng .docx hoặc .xlsx (không chụp, không quét)."
    )


def test_a_sheet_that_only_shows_a_picture_says_so() -> None:
    size = '<a:xfrm><a:ext cx="{}" cy="{}"/></a:xfrm>'
    drawing = f'<xdr:wsDr xmlns:xdr="x" xmlns:a="y"><xdr:pic><xdr:spPr>{size}</xdr:spPr></xdr:pic></xdr:wsDr>'
    for millimetres, sentence in (
        (180, "bang.xlsx: bảng là ảnh, cần bảng chữ (hình chèn trong tệp)."),
        (20, "bang.xlsx: không tìm thấy bảng phân công (cần ít nhất cột nội dung và cột đơn vị chủ trì)."),
    ):
        parts: dict[str, Any] = parts_of(xlsx_of(Sheet([["Phụ lục"]])))
        shape = drawing.format(millimetres * 36_000, millimetres * 36_000)
        parts |= {"xl/drawings/drawing1.xml": shape, "xl/media/image1.png": b"\x89PNG"}
        assert _sole(zip_of(parts), "bang.xlsx") == sentence


@pytest.mark.covers("M19")
def test_text_in_another_encoding_than_it_says_is_not_read_on() -> None:
    sheet = parts_of(XLSX)[SHEET].decode()
    assert 'encoding="UTF-8"' in sheet
    mislabelled = zip_of({**parts_of(XLSX), SHEET: sheet.encode("utf-16")})
    assert _sole(mislabelled, "bang.xlsx") == DAMAGED.format("bang.xlsx")
    honest = zip_of({**parts_of(XLSX), SHEET: sheet.replace("UTF-8", "UTF-16").encode("utf-16")})
    assert len(read_table(honest, "bang.xlsx").rows) == 1
    invalid = zip_of(
        {**parts_of(XLSX), "xl/sharedStrings.xml": b'<sst xmlns="x"><si><t>N\xff</t></si></sst>'}
    )
    assert _sole(invalid, "bang.xlsx") == DAMAGED.format("bang.xlsx")
    assert _sole(b"STT;N\x8a\x90i dung\n", "bang.csv") == "bang.csv: không nhận ra bảng mã chữ của tệp."


@pytest.mark.covers("M22")
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "../../etc/passwd"),
        ("bang\x00.xlsx", "bang .xlsx"),
        ("\u202excod.gnab", "xcod.gnab"),
        ("CON", "CON"),
        ("bang.xlsx. ", "bang.xlsx."),
        ("-rf", "-rf"),
        ("b" * 300 + ".xlsx", "b" * 119 + "…"),
        ("bang\r\nX-Injected: 1.xlsx", "bang X-Injected: 1.xlsx"),
        (unicodedata.normalize("NFD", "bảng"), "bảng"),
        ("", "(tệp không tên)"),
    ],
)
def test_a_hostile_name_is_only_text_in_the_sentence(name: str, shown: str) -> None:
    assert _sole(b"", name) == f"{shown}: tệp không có nội dung."


@pytest.mark.covers("M23")
def test_entries_that_point_outside_are_never_written_and_change_nothing() -> None:
    parts: dict[str, Any] = parts_of(DOCX)
    hostile = zip_of({**parts, "../../../tmp/x.xml": b"<a/>", "/etc/cron.d/x": b"x", "C:\\x.xml": b"x"})
    assert read_table(hostile, "bang.docx").rows == read_table(DOCX, "bang.docx").rows
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        link = zipfile.ZipInfo("word/media/link.png")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert read_table(target.getvalue(), "bang.docx").rows == read_table(DOCX, "bang.docx").rows


@pytest.mark.covers("M24", "M25")
def test_a_small_file_that_claims_gigabytes_is_refused_by_its_directory() -> None:
    claims = bytearray(zip_of({**parts_of(DOCX), "word/media/a.bin": bytes(2_000_000)}))
    start = claims.rfind(b"PK\x01\x02")
    struct.pack_into("<I", claims, start + 24, 4_000_000_000)
    assert len(claims) < 35_000
    assert _sole(bytes(claims), "bang.docx").startswith(
        "bang.docx: nội dung nén bung ra lớn bất thường (4000 MB, "
    )
    bomb = zip_of({**parts_of(XLSX), "xl/media/a.bin": bytes(60_000_000)})
    assert _sole(bomb, "bang.xlsx").startswith("bang.xlsx: nội dung nén bung ra lớn bất thường (gấp ")
    assert plain_text(bomb, "bang.xlsx") == ""


@pytest.mark.covers("M24")
def test_overlapping_entries_count_each_time() -> None:
    plain = zip_of({**parts_of(DOCX), "word/a.xml": random.Random(1).randbytes(900_000)})
    directory, end = plain.find(b"PK\x01\x02"), plain.find(b"PK\x05\x06")
    last = plain.rfind(b"PK\x01\x02")
    copies = b"".join(
        plain[last:end].replace(b"word/a.xml", b"word/%c%c.xm" % (65 + n % 26, 65 + n // 26))
        for n in range(250)
    )
    count = len(parts_of(DOCX)) + 250
    listing = plain[directory:last] + copies
    closing = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(listing), directory, 0)
    overlapping = plain[:directory] + listing + closing
    assert _sole(overlapping, "bang.docx") == BOMB.format("bang.docx", f"{250 * 9 // 10} MB, {count} phần")


@pytest.mark.covers("M25")
def test_an_archive_inside_is_never_opened() -> None:
    inner = zip_of({"a.bin": bytes(40_000_000)})
    for _ in range(3):
        inner = zip_of({"b.zip": inner})
    nested = zip_of({**parts_of(DOCX), "word/embeddings/oleObject1.zip": inner})
    assert len(read_table(nested, "bang.docx").rows) == 1
    many = zip_of({**parts_of(DOCX), **{f"word/media/{n}.png": b"x" for n in range(5_001)}})
    assert _sole(many, "bang.docx") == BOMB.format("bang.docx", f"0 MB, {5_001 + len(parts_of(DOCX))} phần")


@pytest.mark.covers("M26")
@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_a_tar_is_not_accepted(mode: Any) -> None:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode=mode) as archive:
        entry = tarfile.TarInfo("../bang.xlsx")
        entry.size = len(XLSX)
        archive.addfile(entry, io.BytesIO(XLSX))
    assert _sole(target.getvalue(), "bang.tar") == UNSUPPORTED.format("bang.tar", "tệp nén")
    assert _sole(target.getvalue(), "bang.xlsx") == MISMATCH.format(
        "bang.xlsx", "tên là .xlsx, nội dung là tệp nén"
    )


@pytest.mark.covers("M28")
def test_macros_are_found_by_content() -> None:
    assert _sole(zip_of({**parts_of(DOCX), "word/vbaProject.bin": b"x"}), "bang.docx") == MACRO.format(
        "bang.docx"
    )
    assert _sole(zip_of({**parts_of(XLSX), "XL/VBAPROJECT.BIN": b"x"}), "bang.xlsx") == MACRO.format(
        "bang.xlsx"
    )
    typed = parts_of(XLSX)
    typed["[Content_Types].xml"] = typed["[Content_Types].xml"].replace(
        b"openxmlformats-officedocument.spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main"
    )
    assert _sole(zip_of(typed), "bang.xlsx") == MACRO.format("bang.xlsx")
    assert _sole(_compound("Workbook", "_VBA_PROJECT_CUR"), "bang.xls") == MACRO.format("bang.xls")
    assert read_table(_compound("Workbook", "_VBA_PROJECT_CUR"), "bang.xls").problems[0].remedy == (
        "Lưu lại dạng .docx hoặc .xlsx không có macro rồi đính kèm lại."
    )


def _compound(*names: str) -> bytes:
    """An old Office container whose directory has these entries and no content."""
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


def test_passwords_are_found_in_every_container() -> None:
    assert _sole(_compound("EncryptionInfo", "EncryptedPackage"), "bang.docx") == ENCRYPTED.format(
        "bang.docx"
    )
    locked = bytearray(XLSX)
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = locked.find(signature)
        while start >= 0:
            locked[start + place] |= 1
            start = locked.find(signature, start + 4)
    assert _sole(bytes(locked), "bang.xlsx") == ENCRYPTED.format("bang.xlsx")
    old = XLS.replace(struct.pack("<HH", 0x3D, 18), struct.pack("<HH", 0x2F, 18), 1)
    assert _sole(old, "bang.xls") == ENCRYPTED.format("bang.xls")


def _calculated(*rows: list[Any]) -> bytes:
    """A workbook as a program writes it that does not calculate: formulas without a value."""
    book = openpyxl.Workbook()
    page: Any = book.active
    page.title = "Giao việc"
    for row in rows:
        page.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_each_formula_without_result_is_told_and_its_row_is_kept() -> None:
    data = _calculated(
        [*HEAD, "Ô phụ"],
        ["1", "Việc một", "=VLOOKUP(A2,F:G,2,0)", "30/9/2026", "=TODAY()"],
        ["2", "=CONCATENATE(A1,B1)", "Sở Y tế", "=DATE(2026,9,30)"],
    )
    reading = read_table(data, "bang.xlsx")
    assert ("Việc một", "") in [(row.content, row.lead) for row in reading.rows]
    told = [problem for problem in reading.problems if problem.problem is Problem.NO_RESULT]
    assert [problem.sentence for problem in told] == [
        NO_RESULT.format("bang.xlsx, Giao việc, dòng 2", "C2"),
        NO_RESULT.format("bang.xlsx, Giao việc, dòng 3", "B3"),
        NO_RESULT.format("bang.xlsx, Giao việc, dòng 3", "D3"),
    ], "the helper column is nobody's task"
    assert told[0].text == "=VLOOKUP(A2,F:G,2,0)"
    assert told[0].remedy == (
        "Mở tệp bằng Excel để tính lại rồi lưu, hoặc gõ thẳng nội dung vào ô, sau đó đính kèm lại."
    )


def test_titles_that_are_formulas_explain_why_there_is_no_table() -> None:
    reading = read_table(_calculated(["=A9", "=B9", "=C9"], ["1", "Việc", "Sở Y tế"]), "bang.xlsx")
    assert NO_RESULT.format("bang.xlsx, Giao việc, dòng 1", "B1") in _sentences(reading)
    assert Problem.NO_TABLE in [problem.problem for problem in reading.problems]


def test_a_column_of_formulas_is_summed_up() -> None:
    rows = [[str(n), f"Việc {n}", f"=F{n}", ""] for n in range(1, 101)]
    told = [s for s in _sentences(read_table(_calculated(HEAD, *rows), "bang.xlsx")) if "công thức" in s]
    assert len(told) == 21
    assert told[-1] == NO_RESULT.format("bang.xlsx, Giao việc", "từ C22 và 79 ô khác")


@pytest.mark.covers("M31")
def test_a_formula_with_its_result_and_a_text_that_looks_like_one_are_literal() -> None:
    cached = parts_of(xlsx_of(Sheet([HEAD, ["1", "X", "Sở Y tế", "30/9/2026"]])))
    sheet = cached[SHEET].decode()
    place = sheet.index('<c r="B2"')
    cell = '<c r="B2" t="str"><f>HYPERLINK("http://a.b/?x=1","Rà soát chợ")</f><v>Rà soát chợ</v></c>'
    cached[SHEET] = (sheet[:place] + cell + sheet[sheet.index("</c>", place) + 4 :]).encode()
    (row,) = read_table(zip_of(cached), "bang.xlsx").rows
    assert row.content == "Rà soát chợ"
    title = '=HYPERLINK("http://a.b";"Rà soát chợ")'
    for data, name in (
        (xlsx_of(Sheet([HEAD, ["1", title, *ROW[2:]]])), "bang.xlsx"),
        (docx_of(Table([HEAD, ["1", title, *ROW[2:]]])), "bang.docx"),
        ("\n".join("\t".join(line) for line in (HEAD, ["1", title, *ROW[2:]])).encode(), "bang.csv"),
    ):
        reading = read_table(data, name)
        assert [row.content for row in reading.rows] == [title]
        assert reading.problems == ()


def test_a_formula_whose_result_is_an_empty_text_has_a_result() -> None:
    parts = parts_of(XLSX)
    sheet = (
        parts[SHEET]
        .decode()
        .replace("</row></sheetData>", '<c r="E2" t="str"><f>IF(1,"","x")</f><v></v></c></row></sheetData>')
    )
    assert "IF(1" in sheet
    assert read_table(zip_of({**parts, SHEET: sheet}), "bang.xlsx").problems == ()


@pytest.mark.covers("M35")
def test_forms_of_the_same_letters_are_the_same_task() -> None:
    lead = "Sở Y tế"
    for written in (
        unicodedata.normalize("NFD", lead),
        "Sở\u200b Y tế",
        "\ufeffSở\u00a0Y\u00adtế".replace("Y\u00ad", "Y "),
    ):
        (row,) = read_table(xlsx_of(Sheet([HEAD, ["1", "Việc", written, ""]])), "bang.xlsx").rows
        assert row.lead == lead


@pytest.mark.covers("M36")
@pytest.mark.parametrize("text", ["30/02/2026", "25:00 ngày 01/01/2026", "31/12/9999", "01/01/0001"])
def test_an_impossible_date_is_kept_as_it_was_written(text: str) -> None:
    for make, name in ((xlsx_of, "bang.xlsx"), (xls_of, "bang.xls")):
        (row,) = read_table(make(Sheet([HEAD, ["1", "Việc", "Sở Y tế", text]])), name).rows
        assert (row.deadline, row.deadline_value) == (text, None)


@pytest.mark.covers("M37")
@pytest.mark.parametrize(
    "text",
    [
        "'; DROP TABLE task; --",
        "' or '1'='1",
        "*)(uid=*))(|(uid=*",
        "{{7*7}}",
        "${jndi:ldap://a}",
        "%s%n",
        "<b>x</b>",
    ],
)
def test_injected_text_is_only_text(text: str) -> None:
    for data, name in (
        (xlsx_of(Sheet([HEAD, ["1", text, "Sở Y tế", ""]])), "bang.xlsx"),
        (docx_of(Table([HEAD, ["1", text, "Sở Y tế", ""]])), "bang.docx"),
    ):
        assert [row.content for row in read_table(data, name).rows] == [text]


def test_titles_without_a_task_are_told() -> None:
    assert _sole(xlsx_of(Sheet([HEAD])), "bang.xlsx") == (
        "bang.xlsx, Bảng 1: bảng phân công không có dòng nhiệm vụ nào."
    )


@pytest.mark.covers("M25")
def test_markup_deeper_or_thicker_than_any_document_ends_in_one_sentence() -> None:
    deep = f'<w:document xmlns:w="x">{"<w:tbl><w:tr><w:tc>" * 300}</w:document>'
    assert _sole(package_of({"word/document.xml": deep}), "bang.docx") == DAMAGED.format("bang.docx")
    noise = random.Random(2).randbytes(500_000).hex()
    crowd = "".join("<w:p/>" * 16 + noise[place : place + 8] for place in range(0, len(noise), 8))
    thick = package_of({"word/document.xml": f'<w:document xmlns:w="x">{crowd}</w:document>'})
    assert _sole(thick, "bang.docx") == (
        "bang.docx: bảng quá lớn (trên 2000000 phần tử) so với một bảng phân công."
    )
