"""Rows that go back to their drafter: what is wrong, where it stands, and how to mend it.

Each sentence names file, table, row and column, because whoever reads it has the
document open and nothing else (LC-04, LC-09: a row that is not one concrete task of one
lead unit is not tracked, it is returned).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from mappings.assignment_rows import RowCells
from mappings.deadline_result import Deadline
from mappings.texts import collapse
from mappings.units import UnitReading
from tracking.events import Origin

_SHOWN: Final = 160
_COLUMNS: Final = MappingProxyType(
    {
        "lead": "Cơ quan chủ trì",
        "coordinators": "Cơ quan phối hợp",
        "deadline": "Thời hạn",
    }
)
_REMEDY_LEAD: Final = "Ghi đúng một cơ quan chủ trì, các cơ quan khác ghi ở cột phối hợp."
_REMEDY_NAME: Final = "Ghi tên cơ quan đúng như trong danh bạ của hệ thống."


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    """A finding about one row. `blocking`: no task was made of it; else the task stands and this is a note.

    `problem` is a code, `text` the cell as written (shortened), `sentence` and `remedy`
    are Vietnamese.
    """

    origin: Origin
    problem: str
    text: str
    sentence: str
    remedy: str
    blocking: bool = True


@dataclass(frozen=True, slots=True)
class DroppedRow:
    """A row that is no task and needs no mending: `undated` by rule, `repeated`, or `no_content`.

    Kept so that it can be counted (DT-03). A row without content is told of by the table
    reader already.
    """

    origin: Origin
    reason: str


def origin_of(row: RowCells) -> Origin:
    """Where the row stands on paper."""
    return Origin(row.file, row.table, row.row, row.ordinal)


def _finding(
    row: RowCells, column: str, problem: str, text: str, said: str, remedy: str, *, blocking: bool = True
) -> ReturnedRow:
    shown = _short(text)
    sentence = f"{_place(row)}, cột “{_COLUMNS[column]}”: {said}."
    return ReturnedRow(origin_of(row), problem, shown, sentence, remedy, blocking)


def _place(row: RowCells) -> str:
    """File, table, line and printed number in words, or the system's own table."""
    where = f"Tệp “{row.file}”, bảng “{row.table}”" if row.file else f"Bảng phân công “{row.table}”"
    return f"{where}, dòng {row.row}" + (f" (số thứ tự {row.ordinal})" if row.ordinal else "")


def _short(text: str) -> str:
    text = collapse(text)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1].rstrip() + "…"


def no_lead(row: RowCells) -> ReturnedRow:
    """The lead cell is empty."""
    return _finding(row, "lead", "no_lead", "", "chưa ghi cơ quan chủ trì", _REMEDY_LEAD)


def bad_lead(row: RowCells, reading: UnitReading) -> ReturnedRow:
    """The lead cell names several units, a group, or nobody the directory knows."""
    written = _short(row.lead)
    if reading.kind == "group":
        said = f"“{written}” là một nhóm cơ quan, không phải một cơ quan"
        return _finding(row, "lead", "lead_group", row.lead, said, _REMEDY_LEAD)
    if reading.kind == "list" or len(reading.units) > 1:
        said = f"“{written}” có từ hai cơ quan trở lên"
        return _finding(row, "lead", "several_leads", row.lead, said, _REMEDY_LEAD)
    if reading.kind == "person" and reading.confidence == "sure":
        said = f"“{written}” là chức danh, chưa rõ cơ quan nào"
        return _finding(row, "lead", "lead_person", row.lead, said, _REMEDY_NAME)
    return _finding(row, "lead", "lead_unknown", row.lead, _doubt(written, reading), _proposal(reading))


def outside_lead(row: RowCells, name: str) -> ReturnedRow:
    """The lead unit stands outside the regulation and never gets a task (DN-06)."""
    said = f"{name} không thuộc phạm vi giao nhiệm vụ theo quy định"
    return _finding(row, "lead", "lead_outside", row.lead, said, _REMEDY_LEAD)


def lead_by_title(row: RowCells, name: str) -> ReturnedRow:
    """The lead is named by its head's title; the unit is plain and the task stands."""
    said = f"“{_short(row.lead)}” là chức danh, đã hiểu là {name}"
    return _finding(row, "lead", "lead_by_title", row.lead, said, _REMEDY_NAME, blocking=False)


def joint_lead(row: RowCells, name: str) -> ReturnedRow:
    """Several units stand side by side in the lead cell; the regulation allows it, one of them must answer."""
    said = f"“{_short(row.lead)}” có nhiều cơ quan, đã hiểu {name} là cơ quan chủ trì"
    return _finding(row, "lead", "lead_joint", row.lead, said, _REMEDY_LEAD, blocking=False)


def unknown_coordinators(row: RowCells, text: str, reading: UnitReading) -> ReturnedRow:
    """Some coordinating unit is not known; the task stands without it."""
    said = _doubt(_short(text), reading)
    return _finding(
        row, "coordinators", "coordinator_unknown", text, said, _proposal(reading), blocking=False
    )


def unclear_deadline(row: RowCells, deadline: Deadline) -> ReturnedRow:
    """The deadline could not be read beyond doubt: no date is better than a wrong one."""
    said = f"“{_short(row.deadline)}”: {deadline.why or 'chưa hiểu được thời hạn'}"
    remedy = "Ghi thời hạn là một ngày cụ thể (ngày/tháng/năm)"
    if deadline.due is not None:
        remedy += f", ví dụ {deadline.due:%d/%m/%Y} nếu đúng là ngày đó"
    return _finding(row, "deadline", "deadline_unclear", row.deadline, said, remedy + ".")


def doubtful_deadline(row: RowCells, text: str, sentence: str, remedy: str) -> ReturnedRow:
    """The table leaves open which deadline the row has; `text` is the one that another line proposes."""
    return _finding(row, "deadline", "deadline_unclear", text, sentence.rstrip("."), remedy)


def undated(row: RowCells, deadline: Deadline) -> ReturnedRow:
    """An undated row that asks for no periodic report is not tracked (LC-09)."""
    said = "không có thời hạn và không yêu cầu báo cáo định kỳ"
    if deadline.kind == "ongoing":
        said = f"“{_short(row.deadline)}” không nêu kỳ báo cáo"
    remedy = "Ghi thời hạn, hoặc kỳ báo cáo (hằng tuần, hằng tháng, hằng quý, sáu tháng, hằng năm)."
    return _finding(row, "deadline", "undated", row.deadline, said, remedy)


def versions_differ(rows: Sequence[RowCells]) -> ReturnedRow:
    """Two tables of one document say different things about the same row: nobody can tell which counts."""
    said = "; ".join(dict.fromkeys(f"“{_short(row.lead)}”, hạn “{_short(row.deadline)}”" for row in rows))
    remedy = "Sửa cho các bảng của văn bản thống nhất với nhau, hoặc bỏ bảng không còn dùng."
    text = f"hai bảng của cùng văn bản ghi khác nhau: {said}"
    return _finding(rows[0], "deadline", "versions_differ", rows[0].deadline, text, remedy)


def _doubt(written: str, reading: UnitReading) -> str:
    return f"“{written}”: {reading.why or 'không rõ là cơ quan nào'}"


def _proposal(reading: UnitReading) -> str:
    names = [*(unit.name for unit in reading.units if unit not in reading.certain), *reading.suggestions]
    near = "; ".join(dict.fromkeys(names))
    return f"{_REMEDY_NAME} Có thể là: {near}." if near else _REMEDY_NAME
