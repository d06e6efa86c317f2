"""Lengths in working days, where the phrase itself says that they run from the issue of the directive.

The grammar of `mappings/deadlines.py` knows no calendar and asks; with a calendar at
hand this reading is certain (first day not counted). A length from receipt, or
without a beginning, stays a question.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Final

from mappings.deadline_result import Deadline
from mappings.texts import fold

#: The day reached by counting so many working days from a day that does not count itself.
CountDays = Callable[[date, int], date]

_FROM_ISSUE: Final = re.compile(
    r"(?:hoan thanh |bao cao )?(?:trong vong |trong |cham nhat (?:sau |trong )?|khong qua |toi da )?"
    r"0*(\d{1,3}) ngay lam viec,? (?:ke tu|tu|tinh tu) (?:ngay |khi )?"
    r"(?:van ban |chi thi |thong bao |ke hoach )?(?:duoc )?(?:ky|ban hanh|ky ban hanh|phat hanh)"
    r"(?: (?:van ban|chi thi|thong bao|ke hoach|cong van)(?: nay)?)?\.?"
)


def counted_from_issue(read: Deadline, issued: date, count: CountDays) -> Deadline:
    """The reading with its day, when the phrase is a number of working days from issue; else as it was."""
    found = _FROM_ISSUE.fullmatch(fold(read.phrase)) if read.kind == "relative_working_days" else None
    if found is None:
        return read
    days = int(found[1])
    return replace(
        read,
        due=count(issued, days),
        confidence="sure",
        rule=f"{days} ngày làm việc từ ngày ban hành",
        why="",
    )
