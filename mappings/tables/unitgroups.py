"""Tables without a lead column whose tasks stand in groups under the name of a unit.

"I. SỞ TÀI CHÍNH", then its tasks; "II. SỞ Y TẾ", then its tasks: the heading is the lead.
Read so only when every task stands under such a heading; otherwise the lead column is
missing and the drafter is told.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from mappings.tables.columns import recognise
from mappings.tables.grid import Grid, Line
from mappings.tables.headerrows import Header, header_at, searched
from mappings.tables.headers import Role, scores_of
from mappings.tables.marks import is_ordinal

_TITLE: Final = "Đơn vị chủ trì (theo tiêu đề nhóm)"
_INTRODUCED = re.compile(r"(?:nhiệm vụ\s+)?(?:giao|của|đối với|thuộc)(?:\s+cho)?\s+", re.IGNORECASE)
_ENUMERATED = re.compile(r"\(?(?:[IVXLC]+|\d{1,2}|[A-ZĐ])[.)]\s*")
_UNIT = re.compile(
    r"(?:Các\s+)?(?:Sở(?! hữu)|Văn phòng|UBND|[UỦ]y ban|Uỷ ban|HĐND|Hội đồng nhân dân|Công an|Bộ Chỉ huy|Chi cục|Cục"
    r"|Ban (?:Quản lý|QL|QLDA|Dân tộc|Chỉ đạo|Chỉ huy|Tổ chức|Tuyên giáo|Nội chính|Dân vận)|Trung tâm|Thanh tra"
    r"|Trường(?! hợp)|Kho bạc|Ngân hàng|T[oò]a án|Toà án|Viện Kiểm|Liên đoàn|Mặt trận|Đài|Báo(?! cáo)|Tỉnh đoàn"
    r"|Hội (?:Nông|Phụ|Cựu|Liên)|Bảo hiểm|Thuế (?:tỉnh|thành|TP)|Công ty|Bệnh viện|Phòng(?!,? *(?:chống|ngừa|cháy))"
    r"|Vụ|Tổng cục|Đảng ủy|Xã|Phường|Huyện|Thị xã|Thành phố|Bộ (?!máy|phận|tiêu))\b",
    re.IGNORECASE,
)
_LONGEST: Final = 100


def with_leads_of_headings(grid: Grid) -> tuple[Grid, Header | None]:
    """The grid with one more column that holds the unit of each group, and its header; None if it is no such table."""
    for index in searched(grid):
        line = grid.lines[index]
        if _is_headed(line):
            wider = _widened(grid, index)
            return (wider, header_at(wider.lines, index)) if wider else (grid, None)
    return grid, None


def _is_headed(line: Line) -> bool:
    """Titles of content and deadline and a number, and no lead."""
    scores = [scores_of(cell) for cell in line.cells if cell]
    said = {role for one in scores for role, score in one.items() if score > 5}
    return {Role.CONTENT, Role.DEADLINE, Role.STT} <= said and recognise(line.cells) is None


def _widened(grid: Grid, index: int) -> Grid | None:
    lines: list[Line] = []
    unit = ""
    for number, line in enumerate(grid.lines):
        own = [cell for cell in line.cells if cell and not is_ordinal(cell)]
        more = _TITLE if number == index else ""
        if number > index and own:
            heading = _unit_of(own[0]) if len(set(own)) == 1 else ""
            unit = heading or unit
            if not unit:
                return None
            more = unit if not heading and len(own) < sum(map(bool, line.cells)) else ""
        lines.append(replace(line, cells=[*line.cells, more]))
    return Grid(grid.name, grid.width + 1, lines, grid.continues) if unit else None


def _unit_of(text: str) -> str:
    """The unit that a heading names, "" when it names none."""
    name = _INTRODUCED.sub("", _ENUMERATED.sub("", text, count=1), count=1).strip(" :.")
    return name if len(name) <= _LONGEST and _UNIT.match(name) else ""
