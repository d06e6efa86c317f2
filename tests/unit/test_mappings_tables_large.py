"""Sheets far too long for an assignment table: one sentence, and long lists that stay within their bounds.

How long it takes is told by `make bench`; here only that it ends, and with what.
"""

from __future__ import annotations

from mappings.tables import Problem, read_table
from tests.table_files import Sheet, parts_of, xlsx_of, zip_of

TITLES = ["STT", "Nội dung", "Đơn vị chủ trì", "Thời hạn"]


def _long(count: int) -> bytes:
    """A workbook of this many rows after the titles, all but the number shared texts of the first one."""
    parts = parts_of(xlsx_of(Sheet([TITLES, ["1", "Rà soát quy hoạch", "Sở Y tế", "30/9/2026"]])))
    shared = "".join(f'<c r="{letter}{{0}}" t="s"><v>{5 + at}</v></c>' for at, letter in enumerate("BCD"))
    row = f'<row r="{{0}}"><c r="A{{0}}"><v>{{0}}</v></c>{shared}</row>'
    more = "".join(row.format(number) for number in range(3, count + 2))
    sheet = parts["xl/worksheets/sheet1.xml"].replace(b"</sheetData>", more.encode() + b"</sheetData>")
    return zip_of({**parts, "xl/worksheets/sheet1.xml": sheet})


def test_a_hundred_thousand_rows_are_refused_with_one_sentence() -> None:
    reading = read_table(_long(100_000), "bang.xlsx")
    assert not reading.rows
    (problem,) = reading.problems
    assert problem.problem is Problem.TOO_LARGE
    assert problem.sentence.startswith("bang.xlsx: bảng quá lớn")


def test_long_lists_are_read_whether_as_text_or_as_xml() -> None:
    for count in (5_000, 10_000):  # the longer sheet is over the limit of reading it as text
        rows = read_table(_long(count), "bang.xlsx").rows
        assert [row.row for row in rows] == list(range(2, count + 2))
        assert {(row.content, row.lead, row.deadline) for row in rows} == {
            ("Rà soát quy hoạch", "Sở Y tế", "30/9/2026")
        }


def test_a_cell_does_not_grow_without_end() -> None:
    rest = ",và các công việc tiếp theo của nhiệm vụ này,,\n" * 20_000
    text = "STT,Nội dung,Chủ trì,Thời hạn\n1,Rà soát,Sở Y tế,30/9/2026\n" + rest
    (row,) = read_table(text.encode(), "bang.csv").rows
    assert 20_000 < len(row.content) < 21_000


def test_a_row_named_by_its_number_is_found_in_a_long_list() -> None:
    lines = "".join(f"{number},Việc {number},như mục {number - 1},\n" for number in range(2, 999))
    text = "STT,Nội dung,Chủ trì,Thời hạn\n1,Việc 1,Sở Y tế,30/9/2026\n" + lines
    assert {row.lead for row in read_table(text.encode(), "bang.csv").rows} == {"Sở Y tế"}
