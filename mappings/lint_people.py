"""Who does it, who helps, who decides: the checks of the units' cells (rõ người, rõ trách nhiệm, rõ thẩm quyền)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mappings.lint_checks import Severity
from mappings.lint_findings import Finding, shown, told
from mappings.lint_rows import RowRead, doubt_about, names_as_written
from mappings.texts import fold
from mappings.units import UnitReading
from tracking.profile import Profile

_ONE_LEAD: Final = "Ghi đúng một cơ quan chủ trì, các cơ quan khác ghi ở cột phối hợp."
_OWN_NAME: Final = "Ghi tên cơ quan đúng như trong danh bạ của hệ thống."
#: Bodies that decide, named by nothing but their rank.
_OPEN_AUTHORITY: Final = re.compile(r"\b(?:cap|co quan|nguoi) (?:co )?tham quyen\b")
#: Words of a lead cell that name nobody's unit ("các đơn vị liên quan").
_RELATED: Final = re.compile(r"\blien quan\b|\btoan the\b|\bcac don vi khac\b")


def lead_findings(read: RowRead, profile: Profile | None) -> Iterator[Finding]:
    """Whether one named unit answers for the row (HC-06, LC-04)."""
    row = read.row
    if not any(letter.isalnum() for letter in row.lead):
        if doubt_about(row, "lead") is None:
            yield told("no_lead", row, "lead", "", "Chưa ghi cơ quan chủ trì.", _ONE_LEAD)
    elif read.lead is None:
        return
    elif read.lead.unit is None:
        yield _bad_lead(read, read.lead.reading, profile)
    elif read.lead.by_title:
        said = f"“{shown(row.lead)}” là chức danh, đã hiểu là {read.lead.unit.name}."
        yield told("lead_by_title", row, "lead", row.lead, said, f"Ghi “{read.lead.unit.name}”.")


def _bad_lead(read: RowRead, reading: UnitReading, profile: Profile | None) -> Finding:
    row, written = read.row, shown(read.row.lead.replace("\n", "; "))
    if reading.kind == "group":
        said = f"“{written}” là một nhóm cơ quan, không phải một cơ quan."
        return told("lead_group", row, "lead", row.lead, said, _ONE_LEAD)
    if reading.kind == "list" or len(reading.units) > 1:
        allowed = profile is not None and profile.leads.policy == "one_or_several"
        said = f"“{written}” có từ hai cơ quan chủ trì trở lên."
        severity: Severity = "should" if allowed else "must"
        return told("several_leads", row, "lead", row.lead, said, _ONE_LEAD, severity=severity)
    if reading.kind == "person" and reading.confidence == "sure":
        said = f"“{written}” chỉ là chức danh, chưa rõ cơ quan nào."
        return told("lead_person", row, "lead", row.lead, said, _OWN_NAME)
    said = f"“{written}”: {reading.why or 'không rõ là cơ quan nào'}."
    return told("lead_unknown", row, "lead", row.lead, said, _name_remedy(reading))


def helper_findings(read: RowRead) -> Iterator[Finding]:
    """Whether everybody who must help can know it."""
    row = read.row
    if read.coordinators is None:
        if _RELATED.search(fold(row.coordinators)):
            yield _open(read, row.coordinators)
        return
    for text, reading in read.coordinators:
        if _RELATED.search(fold(text)):
            yield _open(read, text)
        elif reading.confidence == "asks":
            said = f"“{shown(text)}”: {reading.why or 'không rõ là cơ quan nào'}."
            yield told("coordinator_unknown", row, "coordinators", text, said, _name_remedy(reading))
    named = {unit.unit_id for _, reading in read.coordinators for unit in reading.certain}
    if read.unit is not None and read.unit.unit_id in named:
        said = f"{read.unit.name} vừa chủ trì vừa có tên ở cột phối hợp."
        yield told(
            "lead_coordinates", row, "coordinators", row.coordinators, said, "Bỏ tên này ở cột phối hợp."
        )


def _open(read: RowRead, text: str) -> Finding:
    nobody = next((name for name in names_as_written(text) if _RELATED.search(fold(name))), text)
    said = f"“{shown(nobody)}” không nêu tên đơn vị nào cụ thể."
    remedy = "Ghi tên từng cơ quan phải phối hợp, hoặc bỏ cụm từ này."
    return told("open_coordinators", read.row, "coordinators", nobody, said, remedy)


def authority_findings(read: RowRead, profile: Profile | None) -> Iterator[Finding]:
    """Whether the lead may have such a task (DN-06), and whether it is plain who decides on the result."""
    row = read.row
    if profile is not None and read.unit is not None and profile.outside.holds(read.unit.name):
        said = f"{read.unit.name} không thuộc phạm vi giao nhiệm vụ của quy chế."
        yield told("lead_outside", row, "lead", row.lead, said, "Giao cho cơ quan thuộc phạm vi quy chế.")
    if found := _OPEN_AUTHORITY.search(fold(row.content)):
        said = "“Cấp có thẩm quyền” chưa cho biết ai xem xét, quyết định."
        remedy = "Ghi rõ trình ai, ví dụ “trình Chủ tịch UBND tỉnh”."
        yield told("open_authority", row, "content", found.group(), said, remedy)


def _name_remedy(reading: UnitReading) -> str:
    names = [*(unit.name for unit in reading.units if unit not in reading.certain), *reading.suggestions]
    near = "; ".join(dict.fromkeys(names))
    return f"{_OWN_NAME} Có thể là: {near}." if near else _OWN_NAME
