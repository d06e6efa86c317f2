"""What stands in a table besides its tasks: headings, notes, totals, signatures; and tables that have none.

Every layout is read from a workbook, an old workbook and a Word file. How cells of tasks are
merged, cut and repeated is in test_mappings_tables_layouts.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from mappings.tables import Problem, TableReading, read_table
from tests.table_files import Area, Sheet, docx_of, grid_as_table, xls_of, xlsx_of

HEAD = ["STT", "Nội dung nhiệm vụ", "Đơn vị chủ trì", "Đơn vị phối hợp", "Thời hạn", "Sản phẩm"]
Reader = Callable[..., TableReading]


@pytest.fixture(params=["xlsx", "xls", "docx"])
def read(request: pytest.FixtureRequest) -> Reader:
    form: str = request.param

    def reading(rows: Sequence[Sequence[Any]], merged: Sequence[Area] = ()) -> TableReading:
        if form == "docx":
            return read_table(docx_of("PHỤ LỤC", grid_as_table(rows, merged)), "bang.docx")
        return read_table({"xlsx": xlsx_of, "xls": xls_of}[form](Sheet(rows, merged)), f"bang.{form}")

    return reading


def test_headings_are_remembered_with_their_rank(read: Reader) -> None:
    rows = [
        HEAD,
        ["A", "KINH TẾ", "", "", "", ""],
        ["I", "Công nghiệp", "", "", "", ""],
        ["1", "Việc một", "Sở Công Thương", "", "", ""],
        ["II", "Nông nghiệp", "Nông nghiệp", "Nông nghiệp", "Nông nghiệp", "Nông nghiệp"],
        ["1", "Việc hai", "Sở Tài chính", "", "", ""],
        ["B", "XÃ HỘI", "", "", "", ""],
        ["1", "Việc ba", "Sở Y tế", "", "", ""],
    ]
    sections = [row.section for row in read(rows).rows]
    assert sections == ["A. KINH TẾ / I. Công nghiệp", "A. KINH TẾ / II. Nông nghiệp", "B. XÃ HỘI"]


def test_a_unit_name_across_the_row_is_a_heading(read: Reader) -> None:
    rows = [
        HEAD,
        ["SỞ Y TẾ", "", "", "", "", ""],
        ["1", "Tiêm chủng", "Sở Y tế", "", "", ""],
        ["SỞ NỘI VỤ", "", "", "", "", ""],
        ["1", "Tuyển dụng", "Sở Nội vụ", "", "", ""],
    ]
    found = read(rows, [(1, 0, 1, 5)]).rows
    assert [(row.section, row.content) for row in found] == [
        ("SỞ Y TẾ", "Tiêm chủng"),
        ("SỞ NỘI VỤ", "Tuyển dụng"),
    ]


def test_a_numbered_line_above_its_children_is_a_heading(read: Reader) -> None:
    rows = [
        HEAD,
        ["1", "Chuyển đổi số", "", "", "", ""],
        ["1.1", "Hạ tầng", "Sở Khoa học và Công nghệ", "", "Quý III/2026", ""],
        ["1.2", "Dữ liệu", "Công an tỉnh", "", "Quý IV/2026", ""],
        ["2", "Việc chưa có đơn vị", "", "", "Quý IV/2026", ""],
        ["3", "Việc trọn vẹn", "Sở Y tế", "", "", ""],
    ]
    found = read(rows).rows
    assert [row.ordinal for row in found] == ["1.1", "1.2", "2", "3"]
    assert found[0].section == "1. Chuyển đổi số"
    assert found[2].lead == ""


def test_numbers_without_a_task_totals_and_signatures_are_left_out(read: Reader) -> None:
    rows = [
        HEAD,
        ["1", "Tổng rà soát, kiểm kê tài sản công", "Sở Tài chính", "", "30/9/2026", ""],
        ["2", "", "", "", "", ""],
        ["3", "", "", "", "", ""],
        ["", "Tổng cộng: 01 nhiệm vụ", "", "", "", ""],
        ["", "Ghi chú: thời hạn tính theo ngày làm việc", "", "", "", ""],
        ["", "", "", "", "Sông Lam, ngày 05 tháng 8 năm 2026", ""],
        ["", "Nơi nhận:", "", "", "TM. ỦY BAN NHÂN DÂN", ""],
        ["", "- Như Điều 3;", "", "", "KT. CHỦ TỊCH", ""],
        ["", "- Lưu: VT.", "", "", "PHÓ CHỦ TỊCH", ""],
        ["", "", "", "", "Trần Văn C", ""],
    ]
    reading = read(rows)
    assert not reading.problems
    assert [row.content for row in reading.rows] == ["Tổng rà soát, kiểm kê tài sản công"]


def test_a_unit_called_chairman_ends_nothing(read: Reader) -> None:
    rows = [
        HEAD,
        ["1", "Việc một", "Chủ tịch UBND xã", "", "", ""],
        ["", "CHỦ TỊCH", "", "", "", ""],
        ["2", "Việc hai", "Chủ tịch Hội đồng", "", "", ""],
    ]
    assert [row.content for row in read(rows).rows] == ["Việc một", "Việc hai"]


def test_a_likely_table_without_its_lead_column_is_told(read: Reader) -> None:
    reading = read([["STT", "Nội dung công việc", "Thời hạn"], ["1", "Việc một", "30/9/2026"]])
    assert not reading.rows
    (problem,) = reading.problems
    assert problem.problem is Problem.MISSING_COLUMN
    assert "đơn vị chủ trì" in problem.sentence


def test_a_schedule_is_no_assignment_table(read: Reader) -> None:
    rows = [
        ["Phòng ban tập huấn", "Sáng", "Chiều"],
        ["Ngày 05/10/2026 (thứ Hai)", "Văn phòng", "Phòng Tổng hợp"],
    ]
    reading = read(rows)
    assert not reading.rows
    assert [problem.problem for problem in reading.problems] == [Problem.NO_TABLE]


def test_a_weekly_calendar_is_no_assignment_table(read: Reader) -> None:
    titles = ["Ngày", "Nội dung", "Chủ trì", "Thành phần", "Địa điểm"]
    reading = read([titles, ["05/10", "Họp giao ban", "Chủ tịch UBND tỉnh", "Các sở", "Phòng họp số 1"]])
    assert not reading.rows


def test_a_catalogue_is_not_told_to_lack_a_column(read: Reader) -> None:
    titles = ["STT", "Tên thủ tục hành chính", "Thời hạn giải quyết", "Cơ quan thực hiện", "Phí, lệ phí"]
    reading = read([titles, ["1", "Cấp giấy phép xây dựng", "15 ngày", "Sở Xây dựng", "Không"]])
    assert [problem.problem for problem in reading.problems] == [Problem.NO_TABLE]


def test_groups_under_unit_names_need_a_unit_for_every_task(read: Reader) -> None:
    titles = ["TT", "Nội dung công việc", "Thời hạn", "Sản phẩm"]
    task = ["1", "Lập dự toán", "30/9/2026", "Dự toán"]
    (row,) = read(
        [titles, ["I", "Giao Sở Tài chính", "", ""], task, ["", "Nơi nhận:", "TM. UBND TỈNH", ""]]
    ).rows
    assert (row.lead, row.section) == ("Sở Tài chính", "I. Giao Sở Tài chính")
    for group in (["I", "Ban hành văn bản", "", ""], ["I", "Thuế, phí và lệ phí", "", ""]):
        reading = read([titles, group, task])
        assert not reading.rows
        assert [problem.problem for problem in reading.problems] == [Problem.MISSING_COLUMN]


def test_a_footnote_ends_nothing_that_is_numbered(read: Reader) -> None:
    rows = [
        HEAD,
        ["1", "Việc một", "Sở Y tế", "", "30/9/2026", ""],
        ["", "Ghi chú: thời hạn tính theo ngày làm việc", "", "", "", ""],
        ["", "- Báo cáo gửi Văn phòng UBND tỉnh", "", "", "", ""],
        ["2", "Việc hai", "Sở Nội vụ", "", "30/9/2026", ""],
        ["", "và lập danh mục kèm theo", "", "", "", ""],
    ]
    assert [row.content for row in read(rows).rows] == ["Việc một", "Việc hai và lập danh mục kèm theo"]


def test_a_heading_that_heads_nothing_comes_back_as_a_row(read: Reader) -> None:
    lonely = "Tổng hợp kết quả thực hiện của các cơ quan, đơn vị trên toàn tỉnh"
    rows = [
        HEAD,
        ["", lonely, "", "", "", ""],
        ["", "KINH TẾ", "", "", "", ""],
        ["1", "Việc một", "Sở Y tế", "", "", ""],
    ]
    found = read(rows).rows
    assert [(row.content, row.lead, row.section) for row in found] == [
        (lonely, "", ""),
        ("Việc một", "Sở Y tế", "KINH TẾ"),
    ]
