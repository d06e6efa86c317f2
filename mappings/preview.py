"""What a table would become, shown without a directive or a ledger: for the dry-run tools only.

Rows are judged as `mappings/assignment.py` judges them, except that units may be
unknown here: without a unit list the lead stays as it was written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mappings.deadlines import read_deadline
from mappings.tables import TableRow
from mappings.units import UnitDirectory


@dataclass(slots=True)
class Preview:
    """Plain values, ready to be printed: one mapping a task, one a row that would go back."""

    tasks: list[dict[str, Any]] = field(default_factory=list)
    returned: list[dict[str, Any]] = field(default_factory=list)


def preview(rows: Sequence[TableRow], *, directory: UnitDirectory | None, issued: date | None) -> Preview:
    """The tasks of `rows`, with the reading of every deadline and, given a unit list, of every lead."""
    made = Preview()
    for row in rows:
        task = _task(row, issued)
        problem = _problem(row, task, directory, issued)
        if problem:
            sentence, remedy = problem
            made.returned.append(
                {"place": task["origin"], "text": row.content, "sentence": sentence, "remedy": remedy}
            )
        else:
            made.tasks.append(task)
    return made


def _task(row: TableRow, issued: date | None) -> dict[str, Any]:
    deadline = read_deadline(row.deadline, issued=issued, native=row.deadline_value)
    return {
        "origin": f"{row.file} · {row.table} · dòng {row.row}",
        "ordinal": row.ordinal,
        "section": row.section,
        "content": row.content,
        "lead": "",
        "lead_raw": row.lead,
        "coordinators_raw": row.coordinators,
        "product": row.product,
        "deadline": {
            "raw": row.deadline,
            "kind": deadline.kind,
            "due": deadline.due,
            "at": deadline.at,
            "confidence": deadline.confidence,
            "why": deadline.why,
        },
    }


def _problem(
    row: TableRow, task: dict[str, Any], directory: UnitDirectory | None, issued: date | None
) -> tuple[str, str] | None:
    """Why a row would go back, with the remedy; fills in the lead when it is one unit."""
    if not row.lead.strip():
        return "Chưa ghi cơ quan chủ trì.", "Ghi một cơ quan chủ trì cho dòng này."
    if directory is None:
        return None
    reading = directory.resolve(row.lead, issued)
    if reading.confidence == "sure" and len(reading.units) == 1:
        task["lead"] = reading.units[0].name
        return None
    if len(reading.units) > 1 or reading.kind in {"list", "group"}:
        return (
            f"Có nhiều cơ quan chủ trì: {row.lead}.",
            "Mỗi nhiệm vụ ghi một cơ quan chủ trì; còn lại là phối hợp.",
        )
    near = f" Gần giống: {', '.join(reading.suggestions)}." if reading.suggestions else ""
    return f"Không xác định được cơ quan chủ trì: {row.lead}.{near}", "Ghi đúng tên cơ quan đang hoạt động."
