"""PDF tables: over pages, without side rules, merged, pictured, locked, and everything that may run or never end."""

from __future__ import annotations

import logging
import struct
import unicodedata
import zlib

import pytest

from mappings.tables import TableReading, plain_text, read_table
from tests.pdf_files import COLUMNS, HEIGHT, Pdf, file_of, pdf_table, ruled, stream_of

HEAD = ["STT", "Nội dung nhiệm vụ", "Đơn vị chủ trì", "Đơn vị phối hợp", "Thời hạn"]
ROW = ["1", "Rà soát, báo cáo chợ dân sinh", "Sở Công Thương", "Sở Tài chính", "30/9/2026"]
LONG = "Rà soát toàn bộ chợ dân sinh trên địa bàn tỉnh Sông Lam và báo cáo Ủy ban nhân dân tỉnh trước kỳ họp"


def _one_page(*rows: list[str | None], top: float = 40) -> Pdf:
    pdf = Pdf()
    ruled(pdf.page(), COLUMNS, top, rows)
    return pdf


def _sole(data: bytes, name: str = "bang.pdf") -> str:
    """The one sentence about a file that gave nothing."""
    reading = read_table(data, name)
    assert not reading.rows
    (problem,) = reading.problems
    return problem.sentence


def test_a_ruled_table_is_read_with_its_letters() -> None:
    data = pdf_table([ROW, ["2", LONG, "Sở Y tế", "", "Quý IV/2026"]], header=HEAD)
    reading = read_table(data, "bang.pdf")
    first, second = reading.rows
    assert (first.ordinal, first.content, first.lead, first.coordinators, first.deadline) == tuple(ROW)
    assert (first.table, first.row) == ("Bảng 1 (trang 1)", 2)
    assert second.content == LONG, "a line that was only full is not the end of an item"
    assert reading.problems == ()


def test_letters_stored_apart_from_their_marks_come_out_joined() -> None:
    decomposed = [unicodedata.normalize("NFD", cell) for cell in ROW]
    (row,) = read_table(pdf_table([decomposed], header=HEAD), "bang.pdf").rows
    assert row.lead == unicodedata.normalize("NFC", "Sở Công Thương")


def test_a_line_the_drafter_began_himself_separates_items() -> None:
    (row,) = read_table(
        pdf_table([["1", "Kiểm tra chợ", "Sở Y tế\nSở Nội vụ", "", "2026"]], header=HEAD), "a.pdf"
    ).rows
    assert row.lead == "Sở Y tế\nSở Nội vụ"
    wrapped = ["1", "Kiểm tra chợ", "Văn phòng Đoàn đại biểu và Ủy ban nhân dân tỉnh", "", "2026"]
    (row,) = read_table(pdf_table([wrapped], header=HEAD), "a.pdf").rows
    assert row.lead == "Văn phòng Đoàn đại biểu và Ủy ban nhân dân tỉnh"


@pytest.mark.parametrize("repeats_header", [True, False])
def test_a_table_over_many_pages_is_one_table(repeats_header: bool) -> None:
    rows = [
        [str(number), f"{LONG}, lần {number}", "Sở Công Thương", "", "30/9/2026"] for number in range(1, 61)
    ]
    data = pdf_table(rows, header=HEAD) if repeats_header else pdf_table([HEAD, *rows])
    reading = read_table(data, "bang.pdf")
    assert [row.ordinal for row in reading.rows] == [row[0] for row in rows]
    assert [row.content for row in reading.rows] == [row[1] for row in rows]
    (table,) = reading.tables
    assert table.table.startswith("Bảng 1 (trang 1–")


@pytest.mark.parametrize("repeats_header", [True, False])
@pytest.mark.parametrize(
    ("rest", "content", "lead"),
    [
        (["", "và báo cáo kết quả", "", "", ""], "Rà soát chợ và báo cáo kết quả", "Sở Y tế"),
        (["", "và báo cáo", "tỉnh Sông Lam", "", ""], "Rà soát chợ và báo cáo", "Sở Y tế tỉnh Sông Lam"),
        (["", "", "Sông Lam", "", ""], "Rà soát chợ", "Sở Y tế Sông Lam"),
    ],
)
def test_a_row_cut_by_a_page_is_put_together(
    rest: list[str], content: str, lead: str, repeats_header: bool
) -> None:
    pdf = Pdf()
    ruled(pdf.page(), COLUMNS, 300, [HEAD, ROW, ["2", "Rà soát chợ", "Sở Y tế", "", "2026"]])
    again = [HEAD] if repeats_header else []
    ruled(pdf.page(), COLUMNS, 40, [*again, rest, ["3", "Việc ba", "Sở Nội vụ", "", "2027"]])
    rows = read_table(pdf.made(), "bang.pdf").rows
    assert [row.ordinal for row in rows] == ["1", "2", "3"]
    assert (rows[1].content, rows[1].lead, rows[2].content) == (content, lead, "Việc ba")


def test_two_tables_with_a_title_between_them_stay_two() -> None:
    pdf = Pdf()
    ruled(pdf.page(), COLUMNS, 300, [HEAD, ROW])
    page = pdf.page()
    page.text(100, 40, "PHỤ LỤC II. DANH MỤC NHIỆM VỤ THƯỜNG XUYÊN CỦA CÁC SỞ, NGÀNH")
    ruled(page, COLUMNS, 80, [HEAD, ["1", "Việc khác", "Sở Y tế", "", "2026"]])
    reading = read_table(pdf.made(), "bang.pdf")
    assert [table.table for table in reading.tables] == ["Bảng 1 (trang 1)", "Bảng 2 (trang 2)"]
    assert [row.table for row in reading.rows] == ["Bảng 1 (trang 1)", "Bảng 2 (trang 2)"]


def test_headings_over_all_columns_and_tables_without_side_rules() -> None:
    rows: list[list[str | None]] = [
        ["I. KINH TẾ", None, None, None, None],
        [*ROW],
        ["Ký tên", None, None, None, None],
    ]
    for sides in (True, False):
        (row,) = read_table(pdf_table(rows, header=HEAD, side_rules=sides), "bang.pdf").rows
        assert (row.section, row.content) == ("I. KINH TẾ", ROW[1])


def test_a_cell_over_two_rows_stands_beside_both() -> None:
    pdf = Pdf()
    page = pdf.page()
    ruled(page, COLUMNS, 40, [HEAD])
    for top, ordinal, content in ((58, "1", "Rà soát chợ"), (78, "2", "Lập danh mục kho")):
        page.text(COLUMNS[0] + 3, top + 3, ordinal)
        page.text(COLUMNS[1] + 3, top + 3, content)
    page.text(COLUMNS[2] + 3, 72, "Sở Công Thương")
    for x in COLUMNS:
        page.rule(x, 58, x, 98)
    page.rule(COLUMNS[0], 78, COLUMNS[2], 78)
    page.rule(COLUMNS[3], 78, COLUMNS[5], 78)
    page.box(COLUMNS[0], 58, COLUMNS[5], 98)
    rows = read_table(pdf.made(), "bang.pdf").rows
    assert [(row.content, row.lead) for row in rows] == [
        ("Rà soát chợ", "Sở Công Thương"),
        ("Lập danh mục kho", "Sở Công Thương"),
    ]


def test_rules_drawn_as_thin_boxes_are_rules() -> None:
    """Word processors write a border as a filled box half a point thick."""
    data = pdf_table([ROW], header=HEAD)
    pdf = _one_page([*HEAD], [*ROW])
    drawing = pdf.drawings[0]
    for number, part in enumerate(drawing.parts):
        if part.endswith(" l S"):
            x0, y0, _, x1, y1, *_ = part.split()
            drawing.parts[number] = (
                f"{x0} {y1} {float(x1) - float(x0) or 0.5} {float(y0) - float(y1) or 0.5} re f"
            )
    assert [row.cells for row in read_table(pdf.made(), "a.pdf").rows] == [
        row.cells for row in read_table(data, "a.pdf").rows
    ]


def test_a_page_that_is_a_picture_is_told_with_its_number() -> None:
    pdf = Pdf()
    pdf.page().picture(20, 20, 820, 575)
    assert _sole(pdf.made()) == "bang.pdf: bảng là ảnh, cần bảng chữ (trang 1)."
    assert read_table(pdf.made(), "bang.pdf").problems[0].remedy == (
        "Đính kèm thêm bảng phân công gõ bằng chữ, dạng .docx hoặc .xlsx (không chụp, không quét)."
    )
    mixed = _one_page([*HEAD], [*ROW])
    for _ in range(3):
        mixed.page().picture(20, 20, 820, 575)
    reading = read_table(mixed.made(), "bang.pdf")
    assert len(reading.rows) == 1
    assert [found.sentence for found in reading.problems] == [
        "bang.pdf: bảng là ảnh, cần bảng chữ (trang 2–4)."
    ]


def test_a_seal_beside_the_text_is_no_picture_of_a_table() -> None:
    pdf = _one_page(["Kính gửi", "các sở", None, None, None])
    pdf.drawings[0].picture(600, 400, 700, 500)
    assert _sole(pdf.made()).startswith("bang.pdf: không tìm thấy bảng phân công")


def test_letters_that_the_font_does_not_tell_are_not_guessed() -> None:
    pdf = _one_page([*HEAD], [*ROW])
    pdf.to_unicode = "begincmap endcmap"
    assert _sole(pdf.made()) == "bang.pdf: không nhận ra bảng mã chữ của tệp."


@pytest.mark.covers("M27")
@pytest.mark.parametrize(
    ("catalog", "extra", "what"),
    [
        ("/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>", b"", "mã lệnh (JavaScript)"),
        ("/AA << /WC << /S /Java#53cript >> >>", b"", "mã lệnh (JavaScript)"),
        ("/Names << /JavaScript << /Names [(a) 9 0 R] >> >>", b"<< >>", "mã lệnh (JavaScript)"),
        ("", b"<< /Type /Annot /A << /S /Launch /F (cmd.exe) >> >>", "lệnh tự chạy (Launch)"),
        ("", b"[ << /Next [ << /S /SubmitForm /F (http://1.2.3.4) >> ] >> ]", "lệnh tự chạy (SubmitForm)"),
    ],
)
def test_what_would_run_is_flagged_and_the_file_left_alone(catalog: str, extra: bytes, what: str) -> None:
    pdf = _one_page([*HEAD], [*ROW])
    pdf.catalog = catalog
    pdf.extra = [extra] if extra else []
    assert _sole(pdf.made()) == f"bang.pdf: tệp PDF có {what}; đã để riêng, không đọc."


@pytest.mark.covers("M27")
def test_a_script_hidden_in_a_packed_object_is_found() -> None:
    inner = b"90 0 << /S /JavaScript /JS (x) >>"
    pdf = _one_page([*HEAD], [*ROW])
    pdf.extra = [stream_of(inner, "/Type /ObjStm /N 1 /First 5")]
    count = 6 + 2 + 1
    data = pdf.made()
    places = [data.index(f"\n{number} 0 obj".encode()) + 1 for number in range(1, count + 1)]
    entries = struct.pack(">BIB", 0, 0, 0) + b"".join(struct.pack(">BIB", 1, place, 0) for place in places)
    entries += struct.pack(">BIB", 2, count, 0)
    index = f"/Type /XRef /Size 91 /Index [0 {count + 1} 90 1] /W [1 4 1] /Root 1 0 R"
    body = data[: data.index(b"xref\n")]
    made = body + b"95 0 obj\n" + stream_of(entries, index) + b"\nendobj\nstartxref\n%d\n%%%%EOF" % len(body)
    assert _sole(made) == "bang.pdf: tệp PDF có mã lệnh (JavaScript); đã để riêng, không đọc."


@pytest.mark.covers("M27")
def test_a_file_inside_is_told_and_the_pages_are_read() -> None:
    pdf = _one_page([*HEAD], [*ROW])
    pdf.extra = [b"<< /Type /Filespec /F (bang.xlsx) /EF << /F 10 0 R >> >>", stream_of(b"PK")]
    reading = read_table(pdf.made(), "bang.pdf")
    assert len(reading.rows) == 1
    assert [found.sentence for found in reading.problems] == [
        "bang.pdf: tệp PDF có tệp khác đính bên trong; chỉ đọc các trang, tệp bên trong không mở."
    ]


@pytest.mark.covers("M27")
@pytest.mark.parametrize("revision", ["/V 2 /R 3 /Length 128", "/V 99 /R 9"])
def test_a_password_is_told(revision: str) -> None:
    pdf = _one_page([*HEAD], [*ROW])
    pdf.trailer = (
        f"/ID [<00> <00>] /Encrypt << /Filter /Standard {revision} /P -4 /O ({'o' * 32}) /U ({'u' * 32}) >>"
    )
    data = pdf.made()
    assert _sole(data) == "bang.pdf: tệp đặt mật khẩu nên không đọc được."
    assert read_table(data, "bang.pdf").problems[0].remedy == "Bỏ mật khẩu của tệp rồi đính kèm lại."


BOMB = "bang.pdf: nội dung nén bung ra lớn bất thường ({}); đã để riêng, không đọc."
DAMAGED = "bang.pdf: tệp bị hỏng hoặc bị cắt ngang nên không đọc được."
DENSE = "bang.pdf: bảng quá lớn (quá nhiều chữ và nét vẽ) so với một bảng phân công."


def _with_extra(*objects: bytes) -> bytes:
    pdf = _one_page([*HEAD], [*ROW])
    pdf.extra = list(objects)
    return pdf.made()


@pytest.mark.covers("M24", "M25", "M27")
def test_streams_that_unpack_without_end_are_refused() -> None:
    zeros = zlib.compress(bytes(30_000_000))
    assert _sole(_with_extra(stream_of(bytes(30_000_000)))) == BOMB.format("trên 20 MB một phần")
    assert _sole(_with_extra(*[stream_of(bytes(15_000_000))] * 8)) == BOMB.format("trên 100 MB")
    double = stream_of(zeros, "/Filter [/FlateDecode /FlateDecode]", packed=True).replace(
        b"/Filter /FlateDecode ", b""
    )
    assert _sole(_with_extra(double)) == BOMB.format("nén nhiều lớp")
    indirect = stream_of(zeros, "/Filter 10 0 R", packed=False)
    assert _sole(_with_extra(indirect, b"[/FlateDecode /FlateDecode]")) == BOMB.format("nén nhiều lớp")
    odd = stream_of(b"x", "/DecodeParms << /Predictor 12 /Columns 2000000000 >>")
    assert _sole(_with_extra(odd)) == DAMAGED


@pytest.mark.covers("M25", "M27")
def test_forms_that_call_forms_are_counted_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mappings.tables.pdfmeter._WORK", 20_000)
    pdf = Pdf()
    pdf.page().parts += ["/Fm1 Do"] * 10
    level = "<< /XObject << /Fm1 {} 0 R >> >>"
    for number in range(9, 16):
        form = f"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources {level.format(number + 1)}"
        pdf.extra.append(stream_of(b"/Fm1 Do " * 10, form))
    pdf.extra.append(stream_of(b"q Q", "/Type /XObject /Subtype /Form /BBox [0 0 9 9]"))
    assert _sole(pdf.made()) == DENSE


@pytest.mark.covers("M25", "M27")
def test_a_font_map_of_four_thousand_million_codes_is_not_counted_out() -> None:
    for trick in (
        "<00000000> <FFFFFFFF> <0041>",
        "<0000>%\n<FFFF> <0041> <00000000>(\\377\\377\\377\\377)<0041>",
    ):
        pdf = _one_page([*HEAD], [*ROW])
        pdf.to_unicode = f"begincmap 1 beginbfrange {trick} endbfrange endcmap"
        assert read_table(pdf.made(), "bang.pdf").rows == ()
    pdf = _one_page([*HEAD], [*ROW])
    pdf.widths = "[0 2000000000 500]"
    assert _sole(pdf.made()) == DAMAGED


@pytest.mark.covers("M25", "M27")
def test_pages_objects_letters_and_rules_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    pdf = Pdf()
    for _ in range(201):
        pdf.page()
    assert _sole(pdf.made()) == "bang.pdf: bảng quá lớn (trên 200 trang) so với một bảng phân công."
    monkeypatch.setattr("mappings.tables.pdfmeter._WORK", 20_000)
    pdf = Pdf()
    pdf.page().parts.append("/F1 9 Tf BT <" + "0001" * 6_000 + "> Tj ET")
    assert _sole(pdf.made()) == DENSE
    pdf = Pdf()
    pdf.page().parts.append("q Q " * 11_000)
    assert _sole(pdf.made()) == DENSE
    monkeypatch.undo()
    pdf = Pdf()
    pdf.page().parts += [f"{at % 800} {at % 590} m {at % 800 + 9} {at % 590} l S" for at in range(20_100)]
    assert _sole(pdf.made()) == "bang.pdf: bảng quá lớn (trang 1 có 20100 nét kẻ) so với một bảng phân công."
    promised = _one_page([*HEAD], [*ROW]).made()
    index = "/Type /XRef /Size 9 /Index [0 2000000000] /W [1 4 1] /Root 1 0 R"
    body = promised[: promised.index(b"xref\n")]
    made = (
        body + b"9 0 obj\n" + stream_of(b"\x00" * 60, index) + b"\nendobj\nstartxref\n%d\n%%%%EOF" % len(body)
    )
    assert _sole(made) == "bang.pdf: bảng quá lớn (trên 60000 đối tượng) so với một bảng phân công."


@pytest.mark.covers("M21", "M25")
@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n%%EOF",
        b"%PDF-1.7\n" + b"[" * 20_000,
        file_of([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] >>"]),
        file_of([b"<< /Type /Catalog /Pages 9 0 R >>"], "/Prev 9"),
        pdf_table([ROW], header=HEAD)[:900],
    ],
)
def test_broken_files_end_in_one_sentence(data: bytes) -> None:
    assert _sole(data) in {
        DAMAGED,
        "bang.pdf: không tìm thấy bảng phân công (cần ít nhất cột nội dung và cột đơn vị chủ trì).",
    }


def test_damage_anywhere_never_raises_and_says_nothing_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    data = pdf_table([ROW], header=HEAD)
    with caplog.at_level(logging.DEBUG):
        for at in range(20, len(data), 61):
            reading: TableReading = read_table(data[:at] + b"\xff<<[" + data[at + 4 :], "bang.pdf")
            assert reading.rows or reading.problems
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.covers("M37")
def test_instructions_in_the_text_stay_text() -> None:
    (row,) = read_table(
        pdf_table([["1", "=HYPERLINK(1) ' OR 1=1", "Sở Y tế", "", ""]], header=HEAD), "a.pdf"
    ).rows
    assert row.content == "=HYPERLINK(1) ' OR 1=1"


def test_the_guard_sees_what_stands_on_packed_pages() -> None:
    pdf = _one_page([*HEAD], [*ROW])
    pdf.drawings[0].text(30, HEIGHT - 60, "TUYỆT MẬT")
    text = plain_text(pdf.made(), "bang.pdf")
    assert "TUYỆT MẬT" in text
    assert "chợ dân sinh" in text
