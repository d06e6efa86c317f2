"""Nasty cells: what tired drafters write, from the bytes of a file to the task or to the question.

Each example names its phenomenon and goes the whole way: a file is written, read, and its
rows are assigned. A task is told as "lead+coordinators due"; "?" is a row that goes back
to its drafter, with the reason. Phrases and names alone have their own files
(test_mappings_deadlines*, test_mappings_units*).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from connector.records import DirectiveRecord, DocumentState
from mappings.assignment import AssignRules, assign
from mappings.tables import Problem, TableReading, read_table
from mappings.units import UnitDirectory, UnitEntry
from tests.table_files import Area, Sheet, Shown, docx_of, grid_as_table, xlsx_of
from tracking.events import TaskAssigned

UNITS = UnitDirectory(
    [
        UnitEntry("tc", "Sở Tài chính"),
        UnitEntry("xd", "Sở Xây dựng"),
        UnitEntry("yt", "Sở Y tế"),
        UnitEntry("nv", "Sở Nội vụ"),
        UnitEntry("ct", "Sở Công Thương"),
        UnitEntry("kh", "Sở Khoa học và Công nghệ"),
        UnitEntry("nn", "Sở Nông nghiệp và Môi trường"),
        UnitEntry("gd", "Sở Giáo dục và Đào tạo"),
        UnitEntry("tp", "Sở Tư pháp"),
        UnitEntry("ca", "Công an tỉnh"),
        UnitEntry("hm", "UBND xã Hồng Mai"),
    ]
)
DIRECTIVE = DirectiveRecord(
    remote_id="905",
    number="05/CT-UBND",
    subject="Về các nhiệm vụ trọng tâm năm 2026",
    doc_type="Chỉ thị",
    issuer="UBND tỉnh Sông Lam",
    issued_on=date(2026, 3, 10),
    state=DocumentState.ISSUED,
)
HEAD = ["STT", "Nội dung nhiệm vụ", "Đơn vị chủ trì", "Đơn vị phối hợp", "Thời hạn"]
WORK = "Lập đề án quản lý"
EIGHT = (
    "Sở Y tế, Sở Nội vụ, Sở Tài chính, Sở Xây dựng, Sở Công Thương, Sở Tư pháp, Sở Khoa học và Công nghệ, "
    "Sở Giáo dục và Đào tạo"
)

pytestmark = pytest.mark.covers("HC-04", "LC-04", "LC-09")


def _read(rows: Sequence[Sequence[Any]], merged: Sequence[Area] = (), *, word: bool = False) -> TableReading:
    if word:
        return read_table(docx_of("PHỤ LỤC", grid_as_table(rows, merged)), "phu-luc.docx")
    return read_table(xlsx_of(Sheet(rows, merged)), "phu-luc.xlsx")


def _outcome(reading: TableReading) -> list[str]:
    """What becomes of each row, in the order of the table."""
    made = assign(
        DIRECTIVE,
        reading.rows,
        directory=UNITS,
        rules=AssignRules(),
        site="songlam",
        profile_id="laocai",
        profile_version="1",
    )
    told = [(task.origin.row, task.origin.ordinal, _told(task)) for task in made.tasks]
    told += [(back.origin.row, back.origin.ordinal, f"? {back.problem}") for back in made.returned]
    told += [(left.origin.row, left.origin.ordinal, f"- {left.reason}") for left in made.dropped]
    return [text for _, _, text in sorted(told)]


def _told(task: TaskAssigned) -> str:
    units = "+".join([task.lead, *task.coordinators])
    due = (
        f"{task.due.day}{f' {task.due.at:%H:%M}' if task.due.at else ''}" if task.due else task.deadline_kind
    )
    return f"{units} {due}"


DEADLINES = [
    pytest.param("trước ngày 15/4/2026", "yt 2026-04-14", id="strictly-before-is-the-day-before"),
    pytest.param("Trước 16h ngày 15/4/2026", "yt 2026-04-15 16:00", id="before-an-hour-stays-on-the-day"),
    pytest.param("trong ngày 15/4/2026", "yt 2026-04-15", id="within-the-day"),
    pytest.param("chậm nhất ngày 15/4/2026", "yt 2026-04-15", id="at-the-latest"),
    pytest.param("trước\nngày\n15/4/2026", "yt 2026-04-14", id="phrase-broken-over-three-lines"),
    pytest.param("20/01/201", "? deadline_unclear", id="truncated-year"),
    pytest.param("25/3/2023", "? deadline_unclear", id="wrong-year-before-the-issue"),
    pytest.param("30/2/2026", "? deadline_unclear", id="a-day-that-does-not-exist"),
    pytest.param("15/4", "yt 2026-04-15", id="year-missing"),
    pytest.param("15/4/26", "yt 2026-04-15", id="year-of-two-digits"),
    pytest.param("15.4.2026", "yt 2026-04-15", id="dots-in-a-date"),
    pytest.param("Tháng 12//2026", "yt 2026-12-31", id="doubled-slash"),
    pytest.param("Thang 8/2026", "yt 2026-08-31", id="marks-forgotten"),
    pytest.param("Trong Quý I và trước ngày 30/4", "? deadline_unclear", id="a-quarter-and-a-day"),
    pytest.param("30/4/2026; 31/10/2026", "? deadline_unclear", id="two-milestones"),
    pytest.param(
        "Hoàn thành trước 30/4/2026, báo cáo trước 15/5/2026", "? deadline_unclear", id="done-and-reported"
    ),
    pytest.param("01/4/2026 đến 30/6/2026", "yt 2026-06-30", id="a-range-ends"),
    pytest.param("Tháng 4 đến tháng 6/2026 và thường xuyên", "? deadline_unclear", id="a-range-and-always"),
    pytest.param(
        "15/4/2026 (đề xuất thường xuyên)", "? deadline_unclear", id="a-day-and-a-proposal-of-always"
    ),
    pytest.param("Thường xuyên", "? undated", id="always-without-a-report"),
    pytest.param("Sau khi Chính phủ ban hành Nghị định", "? deadline_unclear", id="after-an-event"),
    pytest.param("30", "? deadline_unclear", id="a-bare-number"),
    pytest.param("≤ 5 ngày làm việc", "? deadline_unclear", id="a-length-without-a-calendar"),
    pytest.param(
        "Sở Y tế tổng hợp sau khi có ý kiến các cơ quan", "? deadline_unclear", id="a-sentence-in-the-column"
    ),
    pytest.param("trước 11 giờ 00 ngày thứ Sáu", "? deadline_unclear", id="a-weekday-of-no-week"),
    pytest.param("mùng 5 Tết âm lịch", "? deadline_unclear", id="lunar-day"),
    pytest.param("#REF!", "? deadline_unclear", id="a-broken-formula"),
    pytest.param("46127", "yt 2026-04-15", id="serial-that-lost-its-format"),
    pytest.param(Shown(date(2026, 4, 15), "dd/mm/yyyy"), "yt 2026-04-15", id="native-day"),
    pytest.param(Shown(date(2026, 8, 1), "mm/yyyy"), "yt 2026-08-31", id="native-month-stored-as-the-first"),
    pytest.param(
        Shown(date(2026, 5, 6), "mm/dd/yyyy"), "? deadline_unclear", id="native-day-shown-month-first"
    ),
    pytest.param(Shown(46127.6875, "hh:mm dd/mm/yyyy"), "yt 2026-04-15 16:30", id="native-day-with-an-hour"),
    pytest.param(Shown(0, "dd/mm/yyyy"), "? deadline_unclear", id="unanswered-formula-of-1899"),
    pytest.param("…", "? undated", id="dots-instead-of-a-deadline"),
]


@pytest.mark.parametrize(("cell", "expected"), DEADLINES)
def test_a_deadline_cell(cell: Any, expected: str) -> None:
    assert _outcome(_read([HEAD, ["1", WORK, "Sở Y tế", "", cell]])) == [expected]


LEADS = [
    pytest.param("SỞ Y  TẾ", "", "yt 2026-09-30", id="capitals-and-two-spaces"),
    pytest.param("Sở Nông nghiệp và\nMôi trường", "", "nn 2026-09-30", id="name-broken-over-two-lines"),
    pytest.param("So\u031b\u0309 Y te\u0302\u0301", "", "yt 2026-09-30", id="decomposed-letters"),
    pytest.param("Sở KH&CN", "", "kh 2026-09-30", id="acronym"),
    pytest.param("- Sở Y tế.", "", "yt 2026-09-30", id="bullet-and-full-stop"),
    pytest.param("Giám đốc Sở Y tế", "", "yt 2026-09-30", id="head-by-title"),
    pytest.param(
        "Sở Y tế chủ trì, phối hợp với Sở Nội vụ", "", "yt+nv 2026-09-30", id="coordinator-in-the-lead-cell"
    ),
    pytest.param("Sở Y tế (chủ trì), Sở Nội vụ", "", "yt+nv 2026-09-30", id="lead-in-brackets"),
    pytest.param(
        "Chủ trì: Sở Y tế\nPhối hợp: Sở Nội vụ", "", "yt+nv 2026-09-30", id="labels-in-the-lead-cell"
    ),
    pytest.param(
        "Chủ trì: Sở Y tế; Phối hợp: Sở Nội vụ",
        "Sở Tài chính",
        "yt+nv+tc 2026-09-30",
        id="labels-in-the-lead-cell-beside-a-column-of-coordinators",
    ),
    pytest.param(
        "Sở Y tế chủ trì, phối với Sở Nội vụ", "", "? several_leads", id="a-word-forgotten-in-phoi-hop-voi"
    ),
    pytest.param(EIGHT, "", "? several_leads", id="eight-leads"),
    pytest.param("Sở Y tế/Sở Nội vụ", "", "? several_leads", id="two-leads-with-a-slash"),
    pytest.param("Sở Y tế và các đơn vị liên quan", "", "? several_leads", id="a-lead-and-an-open-group"),
    pytest.param("Các sở, ban, ngành", "", "? lead_group", id="a-group-leads"),
    pytest.param("Sở Ngoại vụ", "", "? lead_unknown", id="a-unit-nobody-knows"),
    pytest.param("-", "", "? no_lead", id="a-dash-leads"),
    pytest.param("Sở Y tế", "Sở Y tế, Sở Nội vụ", "yt+nv 2026-09-30", id="the-lead-among-its-coordinators"),
    pytest.param(
        "Sở Y tế",
        "Các sở: Nội vụ, Tài chính; UBND xã Hồng Mai",
        "yt+nv+tc+hm 2026-09-30",
        id="shared-head-word",
    ),
]


@pytest.mark.parametrize(("lead", "others", "expected"), LEADS)
def test_a_cell_of_units(lead: str, others: str, expected: str) -> None:
    told = _outcome(_read([HEAD, ["1", WORK, lead, others, "30/9/2026"]]))
    assert [text for text in told if "lead_by_title" not in text] == [expected]


A = ["1", "Việc thứ nhất", "Sở Y tế", "", "30/9/2026"]
TABLES = [
    pytest.param(
        [HEAD, A, ["2", "Việc thứ hai", "nt", "", "-nt-"], ["3", "Việc thứ ba", "Như trên", "", "″"]],
        ["yt 2026-09-30"] * 3,
        id="ditto-of-ditto",
    ),
    pytest.param(
        [HEAD, A, ["2", "Việc thứ hai", "Sở Nội vụ", "", "31/10/2026"], ["3", "Việc ba", "như mục 1", "", "như mục 1"]],
        ["yt 2026-09-30", "nv 2026-10-31", "yt 2026-09-30"],
        id="ditto-of-a-numbered-row",
    ),
    pytest.param([HEAD, ["1", WORK, "nt", "", "30/9/2026"]], ["? lead_unknown"], id="ditto-of-nothing"),
    pytest.param(
        [HEAD, A, ["", "Đào tạo cán bộ", "", "", "31/10/2026"]],
        ["yt 2026-09-30", "? no_lead"],
        id="a-capital-beyond-the-alphabet-begins-a-task",
    ),
    pytest.param(
        [["Đơn vị thực hiện", "Nhiệm vụ", "Thời hạn"], ["Sở Y tế", "Tuyển dụng", "30/9/2026"],
         ["", "Bồi dưỡng", "31/10/2026"]],
        ["yt 2026-09-30", "? no_lead"],
        id="without-numbers-a-deadline-of-its-own-begins-a-task",
    ),
    pytest.param(
        [HEAD, ["1", "Làm sạch dữ liệu", "", "", "30/8/2026"], ["a)", "Đất đai", "Sở Y tế", "", ""],
         ["2", "Việc khác", "Sở Nội vụ", "", ""]],
        ["yt 2026-08-30", "? undated"],
        id="the-next-number-ends-a-heading-and-its-deadline",
    ),
    pytest.param(
        [HEAD, ["1", "Việc lớn:", "", "", ""], ["", "- Việc nhỏ", "Sở Y tế", "", "30/9/2026"],
         ["2", "Việc khác", "Sở Nội vụ", "", "31/10/2026"]],
        ["yt 2026-09-30", "nv 2026-10-31"],
        id="a-colon-introduces-dashed-tasks",
    ),
    pytest.param(
        [HEAD, A, ["2", "Việc thứ hai", "Sở Nội vụ", "", ""]],
        ["yt 2026-09-30", "? deadline_unclear"],
        id="a-blank-under-a-deadline-asks",
    ),
    pytest.param(
        [HEAD, ["1", "Làm sạch dữ liệu", "", "", "30/8/2026"], ["a)", "Đất đai", "Sở Y tế", "", ""],
         ["b)", "Hộ tịch", "Sở Tư pháp", "", ""]],
        ["yt 2026-08-30", "tp 2026-08-30"],
        id="an-introducing-row-speaks-for-its-tasks",
    ),
    pytest.param(
        [HEAD, ["1", "Làm sạch dữ liệu", "", "", "30/8/2026"], ["a)", "Đất đai", "Sở Y tế", "", ""],
         ["b)", "Hộ tịch", "Sở Tư pháp", "", "15/7/2026"]],
        ["? deadline_unclear", "tp 2026-07-15"],
        id="an-introducing-row-with-one-own-deadline-asks-for-the-other",
    ),
    pytest.param(
        [HEAD, ["1", "Việc lớn:\na) Lập kế hoạch;\nb) Trình duyệt.", "a) Sở Y tế\nb) Sở Nội vụ", "",
                "a) 30/6/2026\nb) 31/7/2026"]],
        ["yt 2026-06-30", "nv 2026-07-31"],
        id="several-tasks-in-one-row-that-line-up",
    ),
    pytest.param(
        [HEAD, ["1", "a) Lập kế hoạch;\nb) Trình duyệt;\nc) Báo cáo", "a) Sở Y tế\nb) Sở Nội vụ", "", "30/6/2026"]],
        ["? several_leads"],
        id="several-tasks-in-one-row-that-do-not",
    ),
    pytest.param(
        [HEAD, ["1", "Xây dựng:\n- Kế hoạch;\n- Quy chế.", "Sở Y tế", "", "30/6/2026"]],
        ["yt 2026-06-30"],
        id="dashes-are-steps-of-one-task",
    ),
    pytest.param(
        [HEAD, ["1", "Rà soát nhà, đất của các cơ quan,", "Sở Y tế", "", "30/9/2026"], HEAD,
         ["", "UBND các xã đang quản lý", "", "", ""], ["2", "Việc hai", "Sở Nội vụ", "", "31/10/2026"]],
        ["yt 2026-09-30", "nv 2026-10-31"],
        id="a-row-cut-by-a-page-goes-on-with-a-capital",
    ),
    pytest.param(
        [HEAD, A, ["", "Tổng cộng: 01 nhiệm vụ", "", "", ""], ["", "Ghi chú: tính theo ngày làm việc", "", "", ""],
         ["", "- Báo cáo gửi Văn phòng", "", "", ""], ["", "Nơi nhận:", "", "", "TM. UỶ BAN NHÂN DÂN"],
         ["", "- Lưu: VT.", "", "", "CHỦ TỊCH"]],
        ["yt 2026-09-30"],
        id="total-notes-and-signatures",
    ),
    pytest.param(
        [HEAD, A, ["3", "Việc thứ ba", "Sở Nội vụ", "", "1/10/2026"], ["3", "Việc bốn", "Sở Tư pháp", "", "2/10/2026"]],
        ["yt 2026-09-30", "nv 2026-10-01", "tp 2026-10-02"],
        id="numbers-that-jump-and-repeat",
    ),
    pytest.param(
        [["TT", "Nội dung", "Cơ quan chủ trì, phối hợp", "Sản phẩm/Thời hạn"],
         ["1", WORK, "Sở Y tế chủ trì; Sở Nội vụ phối hợp", "Báo cáo/30/9/2026"]],
        ["yt+nv 2026-09-30"],
        id="two-roles-in-one-column-twice",
    ),
    pytest.param(
        [["TT", "Nội dung công việc", "Thời hạn"], ["I", "SỞ Y TẾ", ""], ["1", "Tiêm chủng mở rộng", "30/9/2026"],
         ["II", "SỞ NỘI VỤ", ""], ["1", "Tuyển dụng viên chức", "31/10/2026"]],
        ["yt 2026-09-30", "nv 2026-10-31"],
        id="units-in-headings-instead-of-a-column",
    ),
    pytest.param(
        [["Thời gian", "Nội dung", "Người thực hiện"], ["8h00 - 8h30", "Đón tiếp đại biểu", "Sở Nội vụ"],
         ["8h30 - 9h00", "Khai mạc", "Sở Y tế"]],
        [],
        id="a-programme-of-a-meeting-is-no-table-of-tasks",
    ),
    pytest.param(
        [HEAD, A, ["", "", "", "", ""], ["TT", "Thời hạn hoàn thành", "Công việc", "Chủ trì", ""],
         ["1", "31/12/2026", "Việc hai", "Sở Nội vụ", ""]],
        ["yt 2026-09-30", "nv 2026-12-31"],
        id="a-second-table-with-its-columns-in-another-order",
    ),
    pytest.param(
        [HEAD, A, ["2", "Tổng hợp, báo cáo kết quả thực hiện của các cơ quan trên toàn tỉnh", "", "", ""]],
        ["yt 2026-09-30", "? deadline_unclear", "? no_lead"],
        id="a-task-with-nothing-beside-it-is-not-lost",
    ),
]  # fmt: skip


@pytest.mark.parametrize("word", [False, True], ids=["xlsx", "docx"])
@pytest.mark.parametrize(("rows", "expected"), TABLES)
def test_a_table(rows: Sequence[Sequence[Any]], expected: list[str], *, word: bool) -> None:
    assert _outcome(_read(rows, word=word)) == expected


def test_a_merged_deadline_is_carried_and_a_blank_one_is_not() -> None:
    rows = [HEAD, A, ["2", "Việc thứ hai", "Sở Nội vụ", "", ""], ["3", "Việc thứ ba", "Sở Tư pháp", "", ""]]
    merged = _outcome(_read(rows, [(1, 4, 2, 4)]))
    assert merged == ["yt 2026-09-30", "nv 2026-09-30", "? deadline_unclear"]


def test_a_blank_names_the_value_it_may_mean() -> None:
    reading = _read([HEAD, A, ["2", "Việc thứ hai", "Sở Nội vụ", "", ""]])
    (doubt,) = reading.rows[1].doubts
    assert (doubt.role, doubt.text) == ("deadline", "30/9/2026")
    assert doubt.sentence == "Ô thời hạn để trống; dòng 2 ở trên ghi “30/9/2026”."
    assert "như trên" in doubt.remedy
    assert not reading.rows[0].doubts


def test_items_that_do_not_line_up_are_told() -> None:
    cells = [
        "1",
        "a) Lập kế hoạch;\nb) Trình duyệt;\nc) Báo cáo",
        "a) Sở Y tế\nb) Sở Nội vụ",
        "",
        "30/6/2026",
    ]
    (row,) = _read([HEAD, cells]).rows
    (doubt,) = row.doubts
    assert doubt.sentence == "Ô nội dung có 3 việc, ô chủ trì có 2 dòng, không rõ dòng nào của việc nào."


def test_items_that_line_up_keep_their_place() -> None:
    cells = ["4", "Triển khai:\n1. Lập kế hoạch;\n2. Trình duyệt", "Sở Y tế", "", "30/6/2026\n31/7/2026"]
    rows = _read([HEAD, cells]).rows
    assert [(row.row, row.ordinal, row.content, row.deadline) for row in rows] == [
        (2, "4.1", "Triển khai: Lập kế hoạch", "30/6/2026"),
        (2, "4.2", "Triển khai: Trình duyệt", "31/7/2026"),
    ]
    assert all(row.cells == rows[0].cells for row in rows)


def test_an_unanswered_formula_and_a_ditto_of_nothing_are_named() -> None:
    reading = _read([HEAD, ["1", WORK, "như mục 7", "", Shown(0, "dd/mm/yyyy")]])
    assert [problem.problem for problem in reading.problems] == [
        Problem.DITTO_WITHOUT_ABOVE,
        Problem.IMPOSSIBLE_DATE,
    ]
    assert all("dòng 2" in problem.place for problem in reading.problems)
