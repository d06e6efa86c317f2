"""OpenDocument tables (.ods, .odt): repetition, merged areas, native dates, hidden sheets, locked files."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.tables import Problem, TableReading, plain_text, read_table
from tests.open_files import OpenCell, covered, ods_of, odt_of, row_xml, sheet_xml

HEAD: list[OpenCell] = ["STT", "Nội dung nhiệm vụ", "Đơn vị chủ trì", "Thời hạn"]
ROW: list[OpenCell] = ["1", "Rà soát chợ dân sinh", "Sở Công Thương", "30/9/2026"]


def _read(*tables: str, name: str = "bang.ods") -> TableReading:
    return read_table(ods_of(*tables), name)


def _date(shown: str, value: str) -> OpenCell:
    text = f"<text:p>{shown}</text:p>" if shown else ""
    return (text, {"office:value-type": "date", "office:date-value": value})


def test_rows_are_read_with_their_place() -> None:
    reading = _read(sheet_xml([["BẢNG PHÂN CÔNG"], HEAD, ROW], "Tháng 9"))
    (row,) = reading.rows
    assert (row.table, row.row, row.ordinal) == ("Tháng 9", 3, "1")
    assert (row.content, row.lead, row.deadline) == ("Rà soát chợ dân sinh", "Sở Công Thương", "30/9/2026")
    assert reading.problems == ()


def test_a_million_repeated_empty_rows_and_columns_cost_nothing() -> None:
    wide = '<table:table-cell table:number-columns-repeated="16380"/>'
    tail = f'<table:table-row table:number-rows-repeated="1048574">{wide}</table:table-row>'
    after = row_xml(["", "", "", "ghi chú lạc"])
    assert len(_read(sheet_xml([HEAD, ROW], inside=tail + after)).rows) == 1


def test_repeated_rows_and_cells_that_say_something_are_said_again() -> None:
    twice = row_xml(
        ["", "Rà soát chợ", ("<text:p>Sở Nội vụ</text:p>", {"table:number-columns-repeated": "2"})], 2
    )
    reading = _read(sheet_xml([HEAD], inside=twice))
    assert [(row.row, row.lead, row.deadline) for row in reading.rows] == [
        (2, "Sở Nội vụ", "Sở Nội vụ"),
        (3, "Sở Nội vụ", "Sở Nội vụ"),
    ]


@pytest.mark.covers("M25")
def test_a_row_that_says_something_a_million_times_is_refused() -> None:
    (problem,) = _read(sheet_xml([HEAD], inside=row_xml(ROW, 1_000_000))).problems
    assert problem.sentence == (
        "bang.ods: bảng quá lớn (một dòng lặp lại 1000000 lần) so với một bảng phân công."
    )
    many = "".join(
        row_xml([*ROW, ("<text:p>x</text:p>", {"table:number-columns-repeated": "200"})], 900)
        for _ in range(9)
    )
    assert [found.problem for found in _read(sheet_xml([HEAD], inside=many)).problems] == [Problem.TOO_LARGE]


def test_merged_areas_carry_their_value_and_covered_cells_keep_their_places() -> None:
    lead: OpenCell = ("<text:p>Sở Công Thương</text:p>", {"table:number-rows-spanned": "2"})
    section: OpenCell = ("<text:p>I. KINH TẾ</text:p>", {"table:number-columns-spanned": "4"})
    rows = [
        HEAD,
        [section, covered(3)],
        ["1", "Rà soát chợ", lead, "30/9/2026"],
        ["2", "Lập danh mục kho", covered(), "31/10/2026"],
    ]
    assert [(row.section, row.lead, row.deadline) for row in _read(sheet_xml(rows)).rows] == [
        ("I. KINH TẾ", "Sở Công Thương", "30/9/2026"),
        ("I. KINH TẾ", "Sở Công Thương", "31/10/2026"),
    ]


@pytest.mark.parametrize(
    ("shown", "value", "text", "day"),
    [
        ("05/08/2026", "2026-08-05", "05/08/2026", date(2026, 8, 5)),
        ("8/2026", "2026-08-01", "8/2026", date(2026, 8, 1)),
        ("", "2026-08-05", "05/08/2026", date(2026, 8, 5)),
        ("05/08/2026 15:00", "2026-08-05T15:00:00", "05/08/2026 15:00", date(2026, 8, 5)),
        ("30/12/1899", "1899-12-30", "30/12/1899", None),
        ("99/99/2026", "2026-99-99", "99/99/2026", None),
    ],
)
@pytest.mark.covers("M36")
def test_a_date_is_what_is_shown_with_the_day_behind_it(
    shown: str, value: str, text: str, day: date | None
) -> None:
    (row,) = _read(sheet_xml([HEAD, [*ROW[:3], _date(shown, value)]])).rows
    assert (row.deadline, row.deadline_value) == (text, day)


def test_numbers_without_a_shown_text_are_shown_plainly() -> None:
    number = ("", {"office:value-type": "float", "office:value": "7"})
    share = ("", {"office:value-type": "percentage", "office:value": "0.5"})
    (row,) = _read(sheet_xml([HEAD, [number, "Đạt chỉ tiêu", "Sở Y tế", share]])).rows
    assert (row.ordinal, row.deadline) == ("7", "50%")


def test_paragraphs_spaces_and_links_are_text_and_comments_are_not() -> None:
    inside = (
        "<office:annotation><text:p>nháp</text:p></office:annotation>"
        "<text:p>Rà<text:s/>soát <text:a>chợ <text:span>dân sinh</text:span></text:a></text:p>"
        "<text:p>- Báo cáo<text:line-break/>- Đề xuất</text:p>"
    )
    (row,) = _read(sheet_xml([HEAD, ["1", (inside, {"office:value-type": "string"}), *ROW[2:]]])).rows
    assert row.content == "Rà soát chợ dân sinh\n- Báo cáo\n- Đề xuất"


def test_a_hidden_sheet_is_reported_and_not_read() -> None:
    shape = '<style:table-properties table:display="false"/>'
    hidden = f'<style:style style:name="ta2" style:family="table">{shape}</style:style>'
    tables = (sheet_xml([HEAD, ROW], "Giao việc"), sheet_xml([HEAD, ROW], "Nháp", style="ta2"))
    reading = read_table(ods_of(*tables, styles=hidden), "bang.ods")
    assert [row.table for row in reading.rows] == ["Giao việc"]
    assert [problem.sentence for problem in reading.problems] == [
        "bang.ods, Nháp: trang tính bị ẩn, không đọc."
    ]


def test_a_formula_without_result_is_told_and_the_row_stays() -> None:
    formula = ("", {"table:formula": "of:=VLOOKUP([.A2];[.F1:.G9];2;0)"})
    empty = ("", {"table:formula": 'of:=""', "office:value-type": "string", "office:string-value": ""})
    reading = _read(
        sheet_xml([HEAD, ["1", "Rà soát chợ", formula, "30/9/2026"], ["2", "Lập danh mục", "Sở Y tế", empty]])
    )
    assert [row.lead for row in reading.rows] == ["", "Sở Y tế"]
    (problem,) = reading.problems
    assert problem.sentence == (
        "bang.ods, Bảng 1, dòng 2: ô C2 là công thức chưa có kết quả lưu trong tệp nên không đọc được."
    )
    assert problem.text == "=VLOOKUP([.A2];[.F1:.G9];2;0)"


@pytest.mark.covers("M27")
@pytest.mark.parametrize(
    "parts",
    [
        {"META-INF/manifest.xml": "<manifest><encryption-data/></manifest>"},
        {"encrypted-package": b"\x01\x02"},
    ],
)
def test_a_locked_file_is_refused(parts: dict[str, str | bytes]) -> None:
    (problem,) = read_table(ods_of(sheet_xml([HEAD, ROW]), parts=parts), "bang.ods").problems
    assert problem.sentence == "bang.ods: tệp đặt mật khẩu nên không đọc được."
    assert problem.remedy == "Bỏ mật khẩu của tệp rồi đính kèm lại."


@pytest.mark.covers("M28")
def test_a_macro_module_is_refused_and_an_empty_library_is_not() -> None:
    table = sheet_xml([HEAD, ROW])
    macro = read_table(ods_of(table, parts={"Basic/Standard/Module1.xml": "<m/>"}), "bang.ods")
    assert [problem.problem for problem in macro.problems] == [Problem.MACRO]
    empty = read_table(ods_of(table, parts={"Basic/Standard/script-lb.xml": "<l/>"}), "bang.ods")
    assert len(empty.rows) == 1


@pytest.mark.covers("M14", "M21")
def test_broken_disguised_and_declared_files_are_refused() -> None:
    table = sheet_xml([HEAD, ROW])
    assert read_table(ods_of(table), "bang.xlsx").problems[0].problem is Problem.TYPE_MISMATCH
    broken = read_table(ods_of(table, parts={"content.xml": "<office:document-content>"}), "bang.ods")
    assert broken.problems[0].problem is Problem.DAMAGED
    declared = '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    refused = read_table(ods_of(table, parts={"content.xml": declared}), "bang.ods")
    assert refused.problems[0].problem is Problem.FORBIDDEN_XML


def test_tables_of_a_writer_file_are_read_without_what_was_deleted() -> None:
    deleted = f"<text:tracked-changes>{sheet_xml([HEAD, ['9', 'Việc đã xóa', 'Sở Y tế', '']])}</text:tracked-changes>"
    data = odt_of(deleted, "<text:p>QUYẾT ĐỊNH</text:p>", sheet_xml([HEAD, ROW]))
    assert [(row.table, row.content) for row in read_table(data, "bang.odt").rows] == [
        ("Bảng 1", "Rà soát chợ dân sinh")
    ]


def test_a_table_in_a_cell_is_its_own_only_when_it_holds_tasks() -> None:
    tasks: OpenCell = (sheet_xml([HEAD, ROW]), {})
    plain: OpenCell = (f"<text:p>Sửa đường:</text:p>{sheet_xml([['Xã Bến Đò', '2 km']])}", {})
    data = odt_of(sheet_xml([["Giao các sở", tasks]]), sheet_xml([HEAD, ["1", plain, *ROW[2:]]]))
    rows = read_table(data, "bang.odt").rows
    assert [row.content for row in rows] == ["Rà soát chợ dân sinh", "Sửa đường:\nXã Bến Đò\n2 km"]


def test_the_guard_sees_the_text_of_sheets_and_headers() -> None:
    header = (
        "<office:master-styles><text:p>TÀI LIỆU <text:span>MẬT</text:span></text:p></office:master-styles>"
    )
    text = plain_text(ods_of(sheet_xml([HEAD, ROW]), parts={"styles.xml": header}), "bang.ods")
    assert "TÀI LIỆU MẬT" in text
    assert "Rà soát chợ dân sinh" in text


def test_a_large_picture_instead_of_a_table_is_told() -> None:
    frame = '<text:p><draw:frame svg:width="16cm" svg:height="9cm"><draw:image/></draw:frame></text:p>'
    (problem,) = read_table(odt_of(frame, parts={"Pictures/1.png": b"x"}), "bang.odt").problems
    assert problem.sentence == "bang.odt: bảng là ảnh, cần bảng chữ (hình chèn trong tệp)."


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 4)), min_size=1, max_size=8))
def test_repetition_is_only_another_way_of_writing(plan: list[tuple[int, int]]) -> None:
    """Rows written once with a count are the rows written out, gaps between them too."""
    short, long = "", ""
    for number, (repeated, gap) in enumerate(plan, start=1):
        row: list[OpenCell] = [str(number), f"Việc {number}", "Sở Y tế", ""]
        short += row_xml(row, repeated) + (row_xml([""], gap) if gap else "")
        long += row_xml(row) * repeated + row_xml([""]) * gap
    assert _read(sheet_xml([HEAD], inside=short)).rows == _read(sheet_xml([HEAD], inside=long)).rows
