"""Tables drawn by random rules read back as the rows they were drawn from; cells agree with other readers.

The oracle of the first part is the list of tasks itself. The second compares single
cells with openpyxl and calamine, which are independent of the code under test (on files
of our own making: on hostile ones calamine may end the process).
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import python_calamine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mappings.tables import read_table
from mappings.tables.archive import Archive
from mappings.tables.compound import CompoundFile
from mappings.tables.folding import tidy
from mappings.tables.oldbook import read_old_workbook
from mappings.tables.workbook import read_workbook
from tests.table_files import Area, Sheet, Shown, docx_of, grid_as_table, parts_of, xls_of, xlsx_of, zip_of

TITLES = {
    "content": ["Nội dung nhiệm vụ", "NHIỆM VỤ", "Công việc", "Tên nhiệm vụ"],
    "lead": ["Đơn vị chủ trì", "Cơ quan chủ trì thực hiện", "Đơn vị thực hiện", "CHỦ TRÌ"],
    "coordinators": ["Đơn vị phối hợp", "Phối hợp", "Cơ quan phối hợp thực hiện"],
    "deadline": ["Thời hạn hoàn thành", "Thời gian", "Hạn xử lý", "Mốc hoàn thành"],
    "product": ["Sản phẩm", "Sản phẩm đầu ra", "Kết quả, sản phẩm"],
}
UNITS = ["Sở Y tế", "Sở Nội vụ", "Công an tỉnh", "UBND các xã, phường", "Ban Quản lý Khu kinh tế"]
DATES = ["30/9/2026", "Quý IV/2026", "Thường xuyên", "trước ngày 15/10/2026", "Tháng 12/2026", ""]
WORDS = [
    "rà soát",
    "danh mục",
    "đất đai",
    "Đề án",
    "kế hoạch",
    "chuyển đổi số",
    "nợ đọng",
    "(giai đoạn 2)",
    "xã Lũng Vài",
]
STARTS = ["Xây dựng", "Tổng hợp", "Chủ trì lập", "Đôn đốc", "Phối hợp kiểm tra", "Trình ban hành"]


@dataclass
class Task:
    ordinal: str
    section: str
    fields: dict[str, str]


@st.composite
def tasks(draw: st.DrawFn) -> list[Task]:
    made: list[Task] = []
    section = ""
    with_sections = draw(st.booleans())
    for number in range(1, draw(st.integers(1, 9)) + 1):
        if with_sections and (number == 1 or draw(st.integers(0, 3)) == 0):
            section = draw(st.sampled_from(["LĨNH VỰC KINH TẾ", "Văn hóa, xã hội", "SỞ Y TẾ"]))
        words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=9))
        same = bool(made) and draw(st.booleans())
        fields = {
            "content": f"{draw(st.sampled_from(STARTS))} {' '.join(words)} {number}",
            "lead": made[-1].fields["lead"] if same else draw(st.sampled_from(UNITS)),
            "coordinators": draw(st.sampled_from(["", *UNITS])),
            "deadline": made[-1].fields["deadline"] if same else draw(st.sampled_from(DATES)),
            "product": draw(st.sampled_from(["", "Báo cáo", "Quyết định của UBND tỉnh"])),
        }
        made.append(Task(str(number), section, fields))
    return made


@dataclass
class Drawing:
    """The rules by which one table is laid out."""

    order: list[str]
    titles: dict[str, str]
    preface: int
    two_rows: bool
    numbers_row: bool
    repeat_after: int
    joining: str  # "" | "merge" | "ditto"
    tail: bool
    format: str
    decomposed: bool
    native_days: bool
    cut_after: int


@st.composite
def drawings(draw: st.DrawFn) -> Drawing:
    roles = draw(st.permutations(list(TITLES)))
    optional = draw(st.sets(st.sampled_from(["coordinators", "product"])))
    form = draw(st.sampled_from(["xlsx", "xls", "docx", "csv"]))
    return Drawing(
        order=[role for role in roles if role not in optional],
        titles={role: draw(st.sampled_from(TITLES[role])) for role in TITLES},
        preface=draw(st.integers(0, 3)),
        two_rows=draw(st.booleans()),
        numbers_row=draw(st.booleans()),
        repeat_after=draw(st.sampled_from([0, 2, 3])),
        joining=draw(st.sampled_from(["", "ditto", "merge"] if form != "csv" else ["", "ditto"])),
        tail=draw(st.booleans()),
        format=form,
        decomposed=draw(st.booleans()),
        native_days=form in {"xlsx", "xls"} and draw(st.booleans()),
        cut_after=draw(st.sampled_from([0, 1, 2])),
    )


def drawn(made: list[Task], rules: Drawing) -> tuple[list[list[str]], list[Area]]:
    """The table as rows of cells and merged areas."""
    width = len(rules.order) + 1
    rows = [[f"Dòng giới thiệu {index}", *[""] * (width - 1)] for index in range(rules.preface)]
    merged: list[Area] = []
    rows += _header(rules, len(rows), merged)
    if rules.numbers_row:
        rows.append([f"({column})" for column in range(1, width + 1)])
    section, since, last_at = "", 0, -1
    for task, before in zip(made, [None, *made[:-1]], strict=True):
        if rules.repeat_after and since == rules.repeat_after:
            rows += _header(rules, len(rows), merged)
            since, last_at = 0, -1
        if task.section != section:
            heading = rules.order.index("content") + 1 if rules.format == "csv" else 1
            rows.append([task.section if column == heading else "" for column in range(width)])
            merged.append((len(rows) - 1, 1, len(rows) - 1, width - 1))
            section, last_at = task.section, -1
        cells = [task.ordinal, *[task.fields[role] for role in rules.order]]
        _join(cells, task, before if last_at >= 0 else None, rules, merged, len(rows))
        rest = _cut(cells, rules) if rules.cut_after == int(task.ordinal) else []
        rows.append(cells)
        since, last_at = since + 1, len(rows) - 1
        if rest:
            rows += [*_header(rules, len(rows), merged), rest]
            since, last_at = 0, -1
    if rules.tail:
        rows.append([str(len(made) + 1), *[""] * (width - 1)])
        rows.append(["", "Tổng cộng", *[""] * (width - 2)])
        rows.append(["", "Nơi nhận:", *[""] * (width - 3), "TM. ỦY BAN NHÂN DÂN"][:width])
        rows.append(["", "- Lưu: VT.", *[""] * (width - 3), "CHỦ TỊCH"][:width])
    return rows, [area for area in merged if area[:2] != area[2:]]


def _cut(cells: list[str], rules: Drawing) -> list[str]:
    """The rest of a row that a page has cut: its content from a small word on, [] where it has none to cut at."""
    column = rules.order.index("content") + 1
    words = cells[column].split()
    at = next((n for n in range(len(words) - 1, 1, -1) if words[n][0].islower()), 0)
    if not at:
        return []
    cells[column] = " ".join(words[:at])
    return [" ".join(words[at:]) if index == column else "" for index in range(len(cells))]


def _header(rules: Drawing, at: int, merged: list[Area]) -> list[list[str]]:
    titles = ["STT", *[rules.titles[role] for role in rules.order]]
    lead = rules.order.index("lead") + 1
    pair = lead + 1 < len(titles) and rules.order[lead] == "coordinators"
    if not (rules.two_rows and pair):
        return [titles]
    top = [*titles[:lead], "Phân công thực hiện", "", *titles[lead + 2 :]]
    below = [
        "Chủ trì" if index == lead else "Phối hợp" if index == lead + 1 else ""
        for index in range(len(titles))
    ]
    merged += [
        (at, column, at + 1, column) for column in range(len(titles)) if column not in {lead, lead + 1}
    ]
    merged.append((at, lead, at, lead + 1))
    return [top, below]


def _join(
    cells: list[str], task: Task, before: Task | None, rules: Drawing, merged: list[Area], at: int
) -> None:
    """Put a ditto mark or a merged area where lead or deadline equal those above."""
    if before is None or not rules.joining:
        return
    for role in ("lead", "deadline"):
        value = task.fields[role]
        if not value or value != before.fields[role]:
            continue
        column = rules.order.index(role) + 1
        if rules.joining == "ditto":
            cells[column] = "nt"
            continue
        cells[column] = ""
        open_area = next(
            (area for area in merged if area[1] == area[3] == column and area[2] == at - 1), None
        )
        if open_area:
            merged.remove(open_area)
        merged.append((open_area[0] if open_area else at - 1, column, at, column))


def _written(rows: list[list[str]], merged: list[Area], rules: Drawing) -> list[list[Any]]:
    """The cells as a program stores them: letters decomposed, days native.

    The writer of XLSX files gives a merged area no number format, so its day stays a text there.
    """
    texts = {area[:2] for area in merged} if rules.format == "xlsx" else set()
    made: list[list[Any]] = [list(row) for row in rows]
    for number, row in enumerate(made):
        for column, text in enumerate(row):
            if rules.decomposed:
                row[column] = unicodedata.normalize("NFD", text)
            if rules.native_days and (number, column) not in texts and re.fullmatch(r"\d+/\d+/\d{4}", text):
                row[column] = Shown(
                    datetime.strptime(text, "%d/%m/%Y").replace(tzinfo=UTC).date(), "d/m/yyyy"
                )
    return made


def _file(rows: list[list[Any]], merged: list[Area], form: str) -> bytes:
    if form == "csv":
        target = StringIO()
        csv.writer(target).writerows(rows)
        return target.getvalue().encode()
    if form == "docx":
        return docx_of(grid_as_table(rows, merged))
    return (xlsx_of if form == "xlsx" else xls_of)(Sheet(rows, merged))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tasks(), drawings())
def test_a_table_drawn_by_random_rules_reads_back(made: list[Task], rules: Drawing) -> None:
    rows, merged = drawn(made, rules)
    reading = read_table(_file(_written(rows, merged, rules), merged, rules.format), f"bang.{rules.format}")
    assert not reading.problems
    found = [
        (row.ordinal, row.section.rpartition(" / ")[2], {role: getattr(row, role) for role in rules.order})
        for row in reading.rows
    ]
    assert found == [
        (task.ordinal, task.section, {role: task.fields[role] for role in rules.order}) for task in made
    ]


LETTERS = st.text(alphabet="aBđĐửẶ 1-\n\t&<>\"'日𝄞", max_size=12)
VALUES = st.one_of(
    LETTERS, st.integers(-(10**9), 10**9), st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 4))
)
GRIDS = st.lists(st.lists(VALUES, min_size=1, max_size=5), min_size=1, max_size=8)


def _texts(grid: list[list[Any]]) -> dict[tuple[int, int], str]:
    return {
        (row, column): text
        for row, cells in enumerate(grid, start=1)
        for column, value in enumerate(cells)
        if (text := tidy(_as_text(value)))
    }


def _as_text(value: object) -> str:
    if isinstance(value, float):
        return str(int(value)) if value == int(value) else f"{value:.15g}"
    return "" if value is None else str(value)


def _found(lines: Any) -> dict[tuple[int, int], str]:
    return {(line.number, column): text for line in lines for column, text in enumerate(line.cells) if text}


@settings(max_examples=40, deadline=None)
@given(GRIDS)
def test_cells_of_a_workbook_agree_with_openpyxl(grid: list[list[Any]]) -> None:
    data = xlsx_of(Sheet(grid))
    page = openpyxl.load_workbook(BytesIO(data)).active
    assert page is not None
    theirs = _texts([[cell.value for cell in row] for row in page.iter_rows()])
    assert _found(read_workbook(Archive(data)).grids[0].lines) == theirs


@settings(max_examples=40, deadline=None)
@given(GRIDS, st.booleans())
def test_a_sheet_reads_the_same_as_text_and_as_xml(grid: list[list[Any]], merge: bool) -> None:
    parts = parts_of(xlsx_of(Sheet(grid, [(0, 0, 1, 1)] if merge else [])))
    commented = {
        name: content.replace(b"?>", b"?><!-- read as XML -->", 1) for name, content in parts.items()
    }
    as_text, as_xml = (read_workbook(Archive(zip_of(given))) for given in (parts, commented))
    assert as_text.strings == as_xml.strings
    assert as_text.grids == as_xml.grids


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.booleans(), st.lists(st.booleans(), min_size=1, max_size=4)), min_size=1, max_size=4
    )
)
def test_an_introducing_row_speaks_only_where_all_its_tasks_are_silent(
    groups: list[tuple[bool, list[bool]]],
) -> None:
    """Each group: whether its introducing row has a deadline, and whether each of its tasks has its own."""
    rows = [["STT", "Nội dung", "Chủ trì", "Thời hạn"]]
    wanted = []
    for number, (stated, own) in enumerate(groups, start=1):
        rows.append([str(number), f"Nhóm việc {number}", "", f"{number}/9/2026" if stated else ""])
        for child, speaks in enumerate(own, start=1):
            day = f"{child}/1{number % 2}/2026" if speaks else ""
            rows.append([f"{number}.{child}", f"Việc {number}.{child}", UNITS[child], day])
            wanted.append(day or (f"{number}/9/2026" if stated and not any(own) else ""))
    reading = read_table(xlsx_of(Sheet(rows)), "bang.xlsx")
    assert [row.deadline for row in reading.rows] == wanted
    blanks = [row for row in reading.rows if not row.deadline]
    assert all(doubt.role == "deadline" for row in blanks for doubt in row.doubts)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 5), st.integers(1, 6), st.booleans(), st.booleans())
def test_a_list_in_a_cell_divides_only_where_the_lists_beside_it_line_up(
    items: int,
    leads: int,
    lettered: bool,
    dated: bool,
) -> None:
    labels = "abcdeg" if lettered else "123456"
    content = "\n".join(f"{labels[at]}) Xây dựng kế hoạch {at}" for at in range(items))
    lead = "Sở Y tế" if leads == 1 else "\n".join(f"{labels[at]}) {UNITS[at % 3]}" for at in range(leads))
    deadline = "\n".join(f"{at + 1}/9/2026" for at in range(items)) if dated else "30/9/2026"
    rows = [["STT", "Nội dung", "Chủ trì", "Thời hạn"], ["7", content, lead, deadline]]
    found = read_table(xlsx_of(Sheet(rows)), "bang.xlsx").rows
    divides = leads == items or (dated and leads == 1)
    assert len(found) == (items if divides else 1)
    if divides:
        assert [row.ordinal for row in found] == [f"7.{labels[at]}" for at in range(items)]
        assert [row.lead for row in found] == [
            UNITS[at % 3] if leads > 1 else "Sở Y tế" for at in range(items)
        ]
        assert [row.deadline for row in found] == (deadline.split("\n") if dated else ["30/9/2026"] * items)
    else:
        assert bool(found[0].doubts) == (leads > 1)


@settings(max_examples=40, deadline=None)
@given(GRIDS)
def test_cells_of_an_old_workbook_agree_with_calamine(grid: list[list[Any]]) -> None:
    data = xls_of(Sheet(grid))
    sheet = python_calamine.CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0)
    theirs = _texts([list(row) for row in sheet.to_python(skip_empty_area=False)])
    lines = read_old_workbook(CompoundFile(data).stream("Workbook")).grids[0].lines
    assert _found(lines) == theirs


def test_long_texts_cross_the_records_of_an_old_workbook() -> None:
    grid: list[list[Any]] = [
        [f"{'chữ ' if wide else 'abc '}{number} " * length for wide in (0, 1)]
        for number, length in enumerate((1, 700, 1, 1500, 3, 2500))
    ]
    data = xls_of(Sheet(grid))
    lines = read_old_workbook(CompoundFile(data).stream("Workbook")).grids[0].lines
    assert _found(lines) == _texts(grid)
