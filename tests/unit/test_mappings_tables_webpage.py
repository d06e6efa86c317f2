"""Web pages and what calls itself .xls but is one: spans, nesting, encodings, scripts, limits."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.tables import Problem, TableReading, plain_text, read_table
from mappings.tables.webpage import read_page

HEAD = "<tr><th>STT</th><th>Nội dung nhiệm vụ</th><th>Đơn vị chủ trì</th><th>Thời hạn</th></tr>"
ROW = "<tr><td>1</td><td>Rà soát chợ dân sinh</td><td>Sở Công Thương</td><td>30/9/2026</td></tr>"
TABLE = f"<table>{HEAD}{ROW}</table>"
_TONES = "\u0300\u0301\u0303\u0309\u0323"


def _read(body: str, name: str = "bang.html", encoding: str = "utf-8") -> TableReading:
    return read_table(f"<html><head><title>t</title></head><body>{body}</body></html>".encode(encoding), name)


def _windows(text: str) -> bytes:
    """Code page 1258: the tones are marks of their own behind their letter."""
    made = b""
    for letter in text:
        marks = unicodedata.normalize("NFD", letter)
        body = "".join(mark for mark in marks if mark not in _TONES)
        made += (
            unicodedata.normalize("NFC", body) + "".join(mark for mark in marks if mark in _TONES)
        ).encode("cp1258")
    return made


@pytest.mark.parametrize("name", ["bang.html", "bang.htm", "bang.xls", "bang.doc", "bang"])
def test_a_page_is_read_under_the_names_that_programs_give_it(name: str) -> None:
    (row,) = _read(TABLE, name).rows
    assert (row.content, row.lead, row.deadline, row.row) == (
        "Rà soát chợ dân sinh",
        "Sở Công Thương",
        "30/9/2026",
        2,
    )


@pytest.mark.parametrize(
    "start",
    [
        "<table border=1>",
        "<meta charset=utf-8>\n<table>",
        "\ufeff <TABLE>",
        "<!DOCTYPE HTML>\n<table>",
        "<?xml version='1.0' encoding='utf-8'?><html><table>",
    ],
)
def test_a_page_is_known_by_its_beginning(start: str) -> None:
    data = f"{start}{HEAD}{ROW}</table>".encode()
    assert len(read_table(data, "bang.xls").rows) == 1


@pytest.mark.covers("M21")
def test_a_page_that_claims_to_be_a_package_is_refused() -> None:
    for name in ("bang.xlsx", "bang.docx", "bang.pdf"):
        (problem,) = _read(TABLE, name).problems
        assert problem.sentence == (
            f"{name}: đuôi tệp không khớp nội dung (tên là .{name[5:]}, nội dung là tệp trang web (HTML)); "
            "đã để riêng, không đọc."
        )


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        (
            b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
            "tệp Excel 2003 lưu dạng XML",
        ),
        (
            b'<?xml version="1.0"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            "tệp Excel 2003 lưu dạng XML",
        ),
        (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w/>', "tệp Word lưu dạng XML"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related\n", "trang web lưu thành một tệp (.mht)"),
        (b'<?xml version="1.0"?><bang/>', "tệp XML"),
    ],
)
def test_the_other_disguises_of_an_old_name_are_named(data: bytes, detail: str) -> None:
    (problem,) = read_table(data, "bang.xls").problems
    assert problem.sentence == f"bang.xls: chưa đọc được bảng phân công từ {detail}."
    assert problem.remedy == "Đính kèm thêm bảng phân công dạng .docx hoặc .xlsx."


def test_cells_over_rows_and_columns_lie_where_a_browser_puts_them() -> None:
    body = (
        f"<table>{HEAD}<tr><td colspan=4>I. KINH TẾ</td></tr>"
        "<tr><td>1</td><td>Rà soát chợ</td><td rowspan=2>Sở Công Thương</td><td>30/9/2026</td></tr>"
        "<tr><td>2</td><td>Lập danh mục kho</td><td rowspan='0'>31/10/2026</td></tr>"
        "<tr><td>3</td><td>Thống kê bến bãi</td><td>Sở Xây dựng</td></tr></table>"
    )
    assert [(row.section, row.content, row.lead, row.deadline) for row in _read(body).rows] == [
        ("I. KINH TẾ", "Rà soát chợ", "Sở Công Thương", "30/9/2026"),
        ("I. KINH TẾ", "Lập danh mục kho", "Sở Công Thương", "31/10/2026"),
        ("I. KINH TẾ", "Thống kê bến bãi", "Sở Xây dựng", "31/10/2026"),
    ]


def test_head_body_and_foot_are_one_table_and_the_foot_is_last() -> None:
    foot = "<tfoot><tr><td>2</td><td>Việc cuối</td><td>Sở Y tế</td><td></td></tr></tfoot>"
    head = f"<caption>Bảng</caption><colgroup><col></colgroup><thead>{HEAD}</thead>"
    body = f"<table>{head}{foot}<tbody>{ROW}</tbody></table>"
    assert [row.ordinal for row in _read(body).rows] == ["1", "2"]


def test_a_table_used_for_layout_hides_nothing() -> None:
    rows = _read(f"<table><tr><td><div>Trình đơn</div></td><td><p>Bảng</p>{TABLE}</td></tr></table>").rows
    assert [(row.table, row.content) for row in rows] == [("Bảng 2", "Rà soát chợ dân sinh")]


def test_a_small_table_in_a_cell_is_its_text() -> None:
    inner = "<table><tr><td>Xã Bến Đò</td><td>2 km</td></tr></table>"
    (row,) = _read(TABLE.replace("Rà soát chợ dân sinh", f"Sửa đường:{inner}")).rows
    assert row.content == "Sửa đường:\nXã Bến Đò 2 km"


def test_blocks_and_breaks_separate_and_other_marks_do_not() -> None:
    cell = "<p>Rà&nbsp;soát <b>ch</b>ợ\n   dân sinh.</p><ul><li>Báo cáo;</li><li>Đề xuất</li></ul>a) Một<br>b) Hai"
    (row,) = _read(TABLE.replace("Rà soát chợ dân sinh", cell)).rows
    assert row.content == "Rà soát chợ dân sinh.\nBáo cáo;\nĐề xuất\na) Một\nb) Hai"


def test_what_a_reader_of_the_page_does_not_see_is_not_read() -> None:
    unseen = (
        "<script>var a='<td>x</td>'</script><style>td{}</style><!-- nháp --><span style='display: none'>ẩn</span>"
        "<span hidden>ẩn</span><del>cũ</del><select><option>chọn</option></select>"
    )
    (row,) = _read(TABLE.replace("dân sinh", f"dân sinh{unseen}")).rows
    assert row.content == "Rà soát chợ dân sinh"
    gone = TABLE.replace(
        "</table>", "<tr style='display:none'><td>2</td><td>Ẩn</td><td>Sở Y tế</td><td></td></tr></table>"
    )
    assert len(_read(gone).rows) == 1
    assert _read(f"<div style='display:none'>{TABLE}</div>").problems[0].problem is Problem.NO_TABLE


@pytest.mark.parametrize("declared", ["windows-1258", "utf-8", ""])
def test_the_old_vietnamese_code_page_is_read_declared_or_not(declared: str) -> None:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    data = f"<html><head>{meta}</head>".encode() + _windows(f"{TABLE}</html>")
    (row,) = read_table(data, "bang.xls").rows
    assert (row.content, row.lead) == ("Rà soát chợ dân sinh", "Sở Công Thương")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_mark_of_the_encoding_outweighs_what_is_declared(encoding: str) -> None:
    data = f"<html><meta charset='windows-1252'>{TABLE}</html>".encode(encoding)
    assert [row.content for row in read_table(data, "bang.html").rows] == ["Rà soát chợ dân sinh"]


@pytest.mark.covers("M19")
def test_bytes_of_no_encoding_are_told() -> None:
    (problem,) = read_table(b"<html><table><tr><td>N\x8a\x90i</td></tr></table>", "bang.html").problems
    assert problem.sentence == "bang.html: không nhận ra bảng mã chữ của tệp."


@pytest.mark.covers("M25")
@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("<table>" + "<tr>" + "<td colspan=1000>x" * 4_000, Problem.NO_TABLE),
        ("<table>" + "<tr><td colspan=256>x" * 5_000, Problem.TOO_LARGE),
        ("<b>" * 1_900_000, Problem.NO_TABLE),
        ("<b>" * 2_100_000, Problem.TOO_LARGE),
        ("<table><tr><td>" * 5_000, Problem.DAMAGED),
        ("<script " * 1_000_000, Problem.NO_TABLE),
        ("<p>" + "x" * 10_500_000, Problem.TOO_LARGE),
    ],
)
def test_pages_out_of_all_proportion_end_in_one_problem(body: str, problem: Problem) -> None:
    reading = _read(body)
    assert not reading.rows
    assert [found.problem for found in reading.problems] == [problem]


def test_a_page_that_only_shows_a_picture_says_so() -> None:
    (problem,) = _read("<p>Phụ lục</p><img src='bang.png'>").problems
    assert problem.sentence == "bang.html: bảng là ảnh, cần bảng chữ (hình chèn trong tệp)."
    assert (
        _read("<img src='quoc-huy.png'><p>" + "Nội dung công văn. " * 40).problems[0].problem
        is Problem.NO_TABLE
    )


@pytest.mark.covers("M37")
def test_marks_and_code_in_references_stay_letters() -> None:
    (row,) = _read(TABLE.replace("chợ", "&lt;script&gt;alert(1)&lt;/script&gt; ' OR 1=1 -- {{7*7}}")).rows
    assert row.content == "Rà soát <script>alert(1)</script> ' OR 1=1 -- {{7*7}} dân sinh"


def test_the_guard_sees_what_the_page_hides_too() -> None:
    page = f"<html><style>p{{}}</style><!-- TỐI MẬT --><p hidden>TUYỆT <b>M&#7852;T</b></p>{TABLE}</html>"
    text = plain_text(page.encode(), "bang.html")
    assert "TỐI MẬT" in text
    assert "TUYỆT MẬT" in text
    assert "p{" not in text


SPANS = st.lists(
    st.lists(st.tuples(st.integers(1, 3), st.integers(1, 2)), min_size=1, max_size=4), min_size=1, max_size=5
)


@given(SPANS)
def test_any_spans_keep_every_cell_once_and_give_rows_of_one_width(plan: list[list[tuple[int, int]]]) -> None:
    number = 0
    rows = ""
    for row in plan:
        rows += "<tr>"
        for down, across in row:
            number += 1
            rows += f"<td rowspan={down} colspan={across}>ô {number}</td>"
        rows += "</tr>"
    (grid,) = read_page(f"<table>{rows}</table>".encode()).grids
    assert {len(line.cells) for line in grid.lines} == {grid.width}
    texts = [cell for line in grid.lines for cell in line.cells if cell]
    assert texts == [f"ô {at}" for at in range(1, number + 1)], "in the order of the page, none twice"
