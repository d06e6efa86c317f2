"""Layouts of assignment tables as offices draw them: merged cells, ditto marks, rows and tables broken by pages.

Every layout that can be drawn in both is read from a workbook and from a Word file.
What Word alone has (tracked changes, content controls, own numbers) is at the end.
Headings and what is no task are in test_mappings_tables_linekinds.py; types of files,
damage and number formats in test_mappings_tables_files.py.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from connector.records import AssignmentCells
from mappings.tables import Problem, TableReading, TableRow, read_table, rows_from_api
from tests.table_files import (
    Area,
    Cell,
    Sheet,
    Table,
    docx_of,
    grid_as_table,
    paragraph,
    parts_of,
    table_xml,
    xls_of,
    xlsx_of,
)

HEAD = ["STT", "Nội dung nhiệm vụ", "Đơn vị chủ trì", "Đơn vị phối hợp", "Thời hạn", "Sản phẩm"]
Reader = Callable[..., TableReading]


def _as_xlsx(rows: Sequence[Sequence[Any]], merged: Sequence[Area] = ()) -> TableReading:
    return read_table(xlsx_of(Sheet(rows, merged)), "bang.xlsx")


def _as_xls(rows: Sequence[Sequence[Any]], merged: Sequence[Area] = ()) -> TableReading:
    return read_table(xls_of(Sheet(rows, merged)), "bang.xls")


def _as_docx(rows: Sequence[Sequence[Any]], merged: Sequence[Area] = ()) -> TableReading:
    return read_table(docx_of("PHỤ LỤC", grid_as_table(rows, merged)), "bang.docx")


@pytest.fixture(params=[_as_xlsx, _as_xls, _as_docx], ids=["xlsx", "xls", "docx"])
def read(request: pytest.FixtureRequest) -> Reader:
    reader: Reader = request.param
    return reader


def _short(rows: Sequence[TableRow]) -> list[tuple[str, str, str]]:
    return [(row.content, row.lead, row.deadline) for row in rows]


@pytest.mark.covers("HC-04", "HC-06", "LC-04")
def test_a_plain_table_gives_every_field_and_its_origin(read: Reader) -> None:
    titles = [*HEAD, "Chuyên viên theo dõi", "Ghi chú"]
    row = [
        "1",
        "Rà soát quy hoạch",
        "Sở Xây dựng",
        "Sở Tài chính; UBND các xã",
        "30/9/2026",
        "Báo cáo",
        "Lê Thị B",
        "Gấp",
    ]
    reading = read([titles, row])
    assert not reading.problems
    (found,) = reading.rows
    assert (found.row, found.ordinal, found.content, found.lead) == (
        2,
        "1",
        "Rà soát quy hoạch",
        "Sở Xây dựng",
    )
    assert (found.coordinators, found.deadline) == ("Sở Tài chính; UBND các xã", "30/9/2026")
    assert (found.product, found.officer, found.note) == ("Báo cáo", "Lê Thị B", "Gấp")
    assert (found.table, found.section, found.cells) == ("Bảng 1", "", tuple(row))
    (table,) = reading.tables
    assert (table.header_row, table.rows, table.titles) == (1, 1, tuple(titles))
    assert table.roles == ("stt", "content", "lead", "coordinate", "deadline", "product", "officer", "note")
    assert "Rà soát quy hoạch" in reading.text


def test_the_header_may_stand_anywhere_above(read: Reader) -> None:
    rows = [
        ["UBND TỈNH SÔNG LAM", "", "", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", ""],
        ["BẢNG PHÂN CÔNG NHIỆM VỤ", "", "", "", "", ""],
        ["(Kèm theo Công văn số 12/UBND-TH)", "", "", "", "", ""],
        HEAD,
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"],
        ["1", "Lập đề án", "Sở Nội vụ", "", "Quý IV/2026", "Đề án"],
    ]
    reading = read(rows)
    assert _short(reading.rows) == [("Lập đề án", "Sở Nội vụ", "Quý IV/2026")]
    assert reading.tables[0].header_row == 4
    assert reading.rows[0].row == 6


def test_two_rows_of_titles_merged_over_subtitles(read: Reader) -> None:
    rows = [
        ["TT", "Nhiệm vụ", "Cơ quan thực hiện", "", "Thời gian", ""],
        ["", "", "Chủ trì", "Phối hợp", "Bắt đầu", "Kết thúc"],
        ["1", "Số hóa hồ sơ", "Sở Tư pháp", "Công an tỉnh", "01/02/2026", "30/6/2026"],
    ]
    merged = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3), (0, 4, 0, 5)]
    (row,) = read(rows, merged).rows
    assert (row.lead, row.coordinators, row.deadline) == ("Sở Tư pháp", "Công an tỉnh", "30/6/2026")


def test_two_rows_of_titles_without_any_merge(read: Reader) -> None:
    rows = [
        ["TT", "Nhiệm vụ", "Phân công", "", "Thời hạn"],
        ["", "", "Chủ trì", "Phối hợp", ""],
        ["1", "Số hóa hồ sơ", "Sở Tư pháp", "Công an tỉnh", "30/6/2026"],
    ]
    (row,) = read(rows).rows
    assert (row.lead, row.coordinators) == ("Sở Tư pháp", "Công an tỉnh")


def test_two_number_columns_tell_parents_from_tasks(read: Reader) -> None:
    rows = [
        ["Stt", "", "Tên nhiệm vụ", "Đơn vị chủ trì", "Thời hạn"],
        ["TT", "Chi tiết", "", "", ""],
        ["", "1", "Làm sạch dữ liệu", "", "30/8/2026"],
        ["1", "a)", "Dữ liệu đất đai", "Sở Nông nghiệp và Môi trường", ""],
        ["2", "b)", "Dữ liệu hộ tịch", "Sở Tư pháp", ""],
        ["", "2", "Các việc khác", "Các sở, ban, ngành", "Theo từng mốc thời hạn dưới đây"],
        ["3", "a)", "Kiểm kê", "Sở Tài chính", "31/7/2026"],
    ]
    merged = [(0, 0, 0, 1), (2, 4, 4, 4)]
    found = read(rows, merged).rows
    assert [(row.ordinal, row.lead, row.deadline) for row in found] == [
        ("1", "Sở Nông nghiệp và Môi trường", "30/8/2026"),
        ("2", "Sở Tư pháp", "30/8/2026"),
        ("3", "Sở Tài chính", "31/7/2026"),
    ]
    assert found[2].section.endswith("Các việc khác")


def test_merged_cells_carry_their_value_down(read: Reader) -> None:
    rows = [
        HEAD,
        ["1", "Việc một", "Sở Y tế", "Sở Nội vụ", "30/9/2026", "Báo cáo"],
        ["2", "Việc hai", "", "", "", ""],
        ["3", "Việc ba", "", "", "31/12/2026", ""],
    ]
    found = read(rows, [(1, 2, 3, 2), (1, 3, 2, 3), (1, 4, 2, 4)]).rows
    assert _short(found) == [
        ("Việc một", "Sở Y tế", "30/9/2026"),
        ("Việc hai", "Sở Y tế", "30/9/2026"),
        ("Việc ba", "Sở Y tế", "31/12/2026"),
    ]
    assert [row.coordinators for row in found] == ["Sở Nội vụ", "Sở Nội vụ", ""]


def test_a_blank_cell_that_is_not_merged_stays_blank(read: Reader) -> None:
    rows = [HEAD, ["1", "Việc một", "Sở Y tế", "", "30/9/2026", ""], ["2", "Việc hai", "", "", "", ""]]
    assert _short(read(rows).rows)[1] == ("Việc hai", "", "")


def test_one_content_merged_over_several_leads_gives_several_rows(read: Reader) -> None:
    rows = [
        HEAD,
        ["1", "Diễn tập phòng thủ", "Sở Y tế", "", "30/9/2026", "Kế hoạch"],
        ["", "", "Công an tỉnh", "", "31/10/2026", "Phương án"],
        ["", "", "", "", "", "Báo cáo tổng kết"],
    ]
    found = read(rows, [(1, 0, 3, 0), (1, 1, 3, 1), (2, 2, 3, 2), (2, 4, 3, 4)]).rows
    assert [(row.ordinal, *triple) for row, triple in zip(found, _short(found), strict=True)] == [
        ("1", "Diễn tập phòng thủ", "Sở Y tế", "30/9/2026"),
        ("1", "Diễn tập phòng thủ", "Công an tỉnh", "31/10/2026"),
    ]
    assert found[1].product.split("\n") == ["Phương án", "Báo cáo tổng kết"]


@pytest.mark.parametrize("mark", ["như trên", "Như trên", "nt", "-nt-", "″", '"', "''", "-//-", "n/t"])
def test_ditto_marks_take_the_value_above(read: Reader, mark: str) -> None:
    rows = [
        HEAD,
        ["1", "Việc một", "Sở Y tế", "Sở Nội vụ", "30/9/2026", "Báo cáo"],
        ["2", "Việc hai", mark, mark, mark, mark],
        ["3", "Việc ba", mark, "Sở Tài chính", mark, ""],
    ]
    reading = read(rows)
    assert not reading.problems
    assert [(row.lead, row.deadline) for row in reading.rows] == [("Sở Y tế", "30/9/2026")] * 3
    assert [row.coordinators for row in reading.rows] == ["Sở Nội vụ", "Sở Nội vụ", "Sở Tài chính"]


def test_a_ditto_mark_with_nothing_above_is_told(read: Reader) -> None:
    reading = read([HEAD, ["1", "Việc một", "nt", "", "30/9/2026", ""]])
    (problem,) = reading.problems
    assert problem.problem is Problem.DITTO_WITHOUT_ABOVE
    assert "“nt”" in problem.sentence
    assert "dòng 2" in problem.place
    assert reading.rows[0].lead == "nt"


def test_a_row_cut_by_a_page_is_put_together(read: Reader) -> None:
    rows = [
        HEAD,
        [
            "1",
            "Rà soát các cơ sở nhà, đất",
            "Sở Y tế, các bệnh viện và trung tâm y tế có giường",
            "",
            "30/9/2026",
            "Danh mục",
        ],
        HEAD,
        ["", "không còn sử dụng", "bệnh", "", "", "- Tờ trình"],
        ["2", "Việc hai", "Sở Nội vụ", "", "Ngay sau khi có", ""],
        ["", "", "", "", "kết quả", ""],
    ]
    found = read(rows).rows
    assert _short(found) == [
        (
            "Rà soát các cơ sở nhà, đất không còn sử dụng",
            "Sở Y tế, các bệnh viện và trung tâm y tế có giường bệnh",
            "30/9/2026",
        ),
        ("Việc hai", "Sở Nội vụ", "Ngay sau khi có kết quả"),
    ]
    assert found[0].product == "Danh mục\n- Tờ trình"


def test_a_second_lead_with_its_own_deadline_repeats_the_content(read: Reader) -> None:
    rows = [
        HEAD,
        ["1", "Báo cáo quý", "Sở Y tế", "", "30/9/2026", ""],
        ["", "", "Sở Nội vụ", "", "15/10/2026", ""],
    ]
    assert _short(read(rows).rows)[1] == ("Báo cáo quý", "Sở Nội vụ", "15/10/2026")


def test_a_header_repeated_on_each_page_gives_no_row(read: Reader) -> None:
    body = [[str(number), f"Việc số {number}", "Sở Y tế", "", "30/9/2026", ""] for number in range(1, 7)]
    reading = read([HEAD, *body[:3], HEAD, *body[3:]])
    assert [row.ordinal for row in reading.rows] == ["1", "2", "3", "4", "5", "6"]
    assert len(reading.tables) == 1


def test_a_second_table_with_other_columns_below_the_first(read: Reader) -> None:
    rows = [
        HEAD,
        ["1", "Việc một", "Sở Y tế", "", "30/9/2026", ""],
        ["", "", "", "", "", ""],
        ["TT", "Thời hạn hoàn thành", "Cơ quan chủ trì", "Công việc", "", ""],
        ["1", "31/12/2026", "Sở Nội vụ", "Việc hai", "", ""],
    ]
    reading = read(rows)
    assert _short(reading.rows) == [
        ("Việc một", "Sở Y tế", "30/9/2026"),
        ("Việc hai", "Sở Nội vụ", "31/12/2026"),
    ]
    assert [table.rows for table in reading.tables] == [1, 1]


def test_dashes_say_nothing(read: Reader) -> None:
    rows = [HEAD, ["1", "Việc một", "Sở Y tế", "-", "…", "/"]]
    (row,) = read(rows).rows
    assert (row.coordinators, row.deadline, row.product) == ("", "", "")
    assert row.cells[3] == "-"


def test_a_row_with_a_lead_but_no_content_is_told_not_dropped(read: Reader) -> None:
    reading = read([HEAD, ["1", "", "Sở Y tế", "", "30/9/2026", ""]])
    assert [(row.content, row.lead) for row in reading.rows] == [("", "Sở Y tế")]
    assert reading.problems[0].problem is Problem.NO_CONTENT


def test_other_columns_are_shown_as_notes_under_their_titles(read: Reader) -> None:
    titles = ["STT", "Nội dung", "Chủ trì", "Thời hạn", "Nguồn chỉ đạo", "Ghi chú", "Kết quả thực hiện"]
    row = ["1", "Việc một", "Sở Y tế", "30/9/2026", "Kết luận số 5", "Gia hạn đến 15/10/2026", ""]
    (found,) = read([titles, row]).rows
    assert found.note == "Gia hạn đến 15/10/2026\nNguồn chỉ đạo: Kết luận số 5"


def test_a_note_column_that_names_coordinators(read: Reader) -> None:
    titles = ["STT", "Nội dung", "Đơn vị chủ trì", "Thời hạn", "Ghi chú & Đơn vị phối hợp"]
    rows = [
        titles,
        ["1", "Việc một", "Sở Y tế", "", "Phối hợp Sở Nội vụ"],
        ["2", "Việc hai", "Sở Y tế", "", "Đã trình tháng 5"],
    ]
    assert [row.coordinators for row in read(rows).rows] == ["Phối hợp Sở Nội vụ", ""]


def test_line_breaks_are_kept_only_between_items(read: Reader) -> None:
    broken = "Sở Nông nghiệp và\nMôi trường,\nSở Khoa\nhọc và Công nghệ;\nUBND các xã,\nphường"
    rows = [
        HEAD,
        ["1", "Xây dựng:\n- Kế hoạch;\n- Quy\nchế", "Sở  Y\u00a0tế", broken, "trước ngày\n30/9/2026", ""],
    ]
    (row,) = read(rows).rows
    assert row.content == "Xây dựng:\n- Kế hoạch;\n- Quy chế"
    assert row.lead == "Sở Y tế"
    assert row.coordinators == "Sở Nông nghiệp và Môi trường,\nSở Khoa học và Công nghệ;\nUBND các xã, phường"
    assert row.deadline == "trước ngày 30/9/2026"


@pytest.mark.covers("M35")
def test_texts_become_nfc_without_invisible_characters(read: Reader) -> None:
    rows = [[unicodedata.normalize("NFD", title) for title in HEAD]]
    rows.append(
        ["1", unicodedata.normalize("NFD", "Chỉ thị số\u200b 5"), "Sở\u00ad Y tế", "", "30/9/2026", ""]
    )
    assert _short(read(rows).rows) == [("Chỉ thị số 5", "Sở Y tế", "30/9/2026")]


@pytest.mark.covers("M31", "M37")
def test_formulas_and_injections_are_only_text(read: Reader) -> None:
    nasty = '=HYPERLINK("http://x.example","Mở") {{7*7}} <b>&amp;\'; DROP TABLE task;--'
    (row,) = read([HEAD, ["1", nasty, "Sở Y tế", "", "30/9/2026", ""]]).rows
    assert row.content == nasty


def test_sheets_are_read_in_order_and_hidden_ones_only_named() -> None:
    first = Sheet([HEAD, ["1", "Việc một", "Sở Y tế", "", "", ""]], name="Tháng 8")
    hidden = Sheet([HEAD, ["1", "Việc ẩn", "Sở Y tế", "", "", ""]], name="Nháp", hidden=True)
    last = Sheet([HEAD, ["1", "Việc hai", "Sở Nội vụ", "", "", ""]], name="Tháng 9")
    for data, name in ((xlsx_of(first, hidden, last), "a.xlsx"), (xls_of(first, hidden, last), "a.xls")):
        reading = read_table(data, name)
        assert [(row.table, row.content) for row in reading.rows] == [
            ("Tháng 8", "Việc một"),
            ("Tháng 9", "Việc hai"),
        ]
        (problem,) = reading.problems
        assert (problem.problem, problem.place) == (Problem.HIDDEN_SHEET, f"{name}, Nháp")
        assert "Việc ẩn" in reading.text


def test_tables_split_by_a_page_go_on_without_a_header() -> None:
    first = Table([HEAD, ["1", "Việc một", "Sở Y tế", "", "", ""]])
    second = Table([["2", "Việc hai", "Sở Nội vụ", "", "", ""], ["3", "Việc ba", "", "", "", ""]])
    stranger = Table([["7", "a", "b", "c", "d", "e"]])
    reading = read_table(docx_of(first, second, stranger), "a.docx")
    assert [(row.table, row.ordinal) for row in reading.rows] == [
        ("Bảng 1", "1"),
        ("Bảng 2", "2"),
        ("Bảng 2", "3"),
    ]


def test_headings_do_not_leak_into_the_next_appendix() -> None:
    first = Table([HEAD, ["", "KINH TẾ", "", "", "", ""], ["1", "Việc một", "Sở Y tế", "", "", ""]])
    rest = Table([HEAD, ["2", "Việc hai", "Sở Y tế", "", "", ""]])
    other = Table([HEAD, ["1", "Việc ba", "Sở Y tế", "", "", ""]])
    reading = read_table(docx_of(first, rest, "PHỤ LỤC II", other), "a.docx")
    assert [row.section for row in reading.rows] == ["KINH TẾ", "KINH TẾ", ""]


def test_tracked_changes_are_read_as_the_page_shows_them() -> None:
    lead = Cell(
        xml="<w:p><w:r><w:t>Sở </w:t></w:r><w:ins><w:r><w:t>Nội vụ</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>Y tế</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t> và Sở Cũ</w:t></w:r></w:moveFrom></w:p>"
    )
    rows: list[Sequence[Any]] = [
        HEAD,
        ["1", "Việc một", lead, "", "", ""],
        ["2", "Việc đã xóa", "Sở Y tế", "", "", ""],
    ]
    data = docx_of(
        Table([*rows, ["3", "Việc thêm", "Sở Y tế", "", "", ""]], row_marks={2: "<w:del/>", 3: "<w:ins/>"})
    )
    reading = read_table(data, "a.docx")
    assert [(row.content, row.lead) for row in reading.rows] == [
        ("Việc một", "Sở Nội vụ"),
        ("Việc thêm", "Sở Y tế"),
    ]
    assert "Y tế" in reading.text


def test_content_controls_are_read_wherever_they_stand() -> None:
    inline = Cell(xml="<w:p><w:sdt><w:sdtContent><w:r><w:t>Sở Y tế</w:t></w:r></w:sdtContent></w:sdt></w:p>")
    block = Cell(xml=f"<w:sdt><w:sdtContent>{paragraph('30/9/2026')}</w:sdtContent></w:sdt>")
    data = docx_of(Table([HEAD, ["1", "Việc một", inline, "", block, ""]]))
    (row,) = read_table(data, "a.docx").rows
    assert (row.lead, row.deadline) == ("Sở Y tế", "30/9/2026")


def test_a_row_and_a_cell_inside_content_controls() -> None:
    whole = docx_of(Table([HEAD, ["1", "Việc một", "Sở Y tế", "", "30/9/2026", ""]]), parts={})
    document = parts_of(whole)["word/document.xml"].decode()
    start = document.rindex("<w:tr>")
    end = document.index("</w:tr>", start) + len("</w:tr>")
    wrapped = f"<w:sdt><w:sdtContent>{document[start:end]}</w:sdtContent></w:sdt>"
    data = docx_of(parts={"word/document.xml": document[:start] + wrapped + document[end:]})
    assert _short(read_table(data, "a.docx").rows) == [("Việc một", "Sở Y tế", "30/9/2026")]


def test_numbers_that_word_writes_itself() -> None:
    numbering = (
        '<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        '<w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )
    auto = Cell(xml='<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr></w:pPr></w:p>')
    rows: list[Sequence[Any]] = [
        HEAD,
        *[[auto, f"Việc {name}", "Sở Y tế", "", "", ""] for name in ("một", "hai", "ba")],
    ]
    reading = read_table(docx_of(Table(rows), parts={"word/numbering.xml": numbering}), "a.docx")
    assert [row.ordinal for row in reading.rows] == ["1.", "2.", "3."]


def test_a_table_inside_a_cell_is_read_by_itself() -> None:
    inner = grid_as_table([HEAD, ["1", "Việc một", "Sở Y tế", "", "30/9/2026", ""]])
    outer: Table = Table([[Cell(xml=paragraph("PHỤ LỤC") + table_xml(inner))]])
    reading = read_table(docx_of(outer), "a.docx")
    assert [(row.table, row.content) for row in reading.rows] == [("Bảng 2", "Việc một")]


def test_rows_dragged_out_of_line_stay_under_their_titles() -> None:
    moved = [Cell("2"), Cell("Việc hai", span=2), Cell("Sở Nội vụ"), Cell(""), Cell("31/12/2026"), Cell("")]
    usual = [Cell("1"), Cell("Việc một"), Cell("Sở Y tế", span=2), Cell(""), Cell("30/9/2026"), Cell("")]
    head = [Cell(title, span=2 if index == 2 else 1) for index, title in enumerate(HEAD)]
    reading = read_table(docx_of(Table([head, usual, usual, moved])), "a.docx")
    assert _short(reading.rows)[2] == ("Việc hai", "Sở Nội vụ", "31/12/2026")


def test_rows_of_the_api_come_in_the_same_form() -> None:
    cells = [
        AssignmentCells(
            "1", "Việc  một", "Sở Y tế", ("Sở Nội vụ", " UBND các xã "), "30/9/2026", "Báo cáo", "Lê Thị B"
        ),
        AssignmentCells("", "", ""),
        AssignmentCells("2", "Việc hai", "nt", (), "″"),
        AssignmentCells("3", "", "Sở Tư pháp"),
    ]
    reading = rows_from_api(cells, "12/KH-UBND")
    assert [(row.row, row.content, row.lead, row.deadline) for row in reading.rows] == [
        (1, "Việc một", "Sở Y tế", "30/9/2026"),
        (3, "Việc hai", "Sở Y tế", "30/9/2026"),
        (4, "", "Sở Tư pháp", ""),
    ]
    assert reading.rows[0].coordinators == "Sở Nội vụ; UBND các xã"
    assert [(problem.problem, problem.place) for problem in reading.problems] == [
        (Problem.NO_CONTENT, "12/KH-UBND, dòng 4")
    ]
    assert "Việc một" in reading.text
