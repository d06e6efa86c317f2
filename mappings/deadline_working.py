"""Lengths in working days, where the phrase itself says from which day they run.

The grammar of `mappings/deadlines.py` knows no calendar and asks; with a calendar at
hand this reading is certain (first day not counted). A length without a beginning
stays a question, and so does one from receipt while the day of receipt is not known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Final

from mappings.deadline_grammar import start_of_length
from mappings.deadline_parts import parts_of
from mappings.deadline_result import Deadline

#: The day reached by counting so many working days from a day that does not count itself.
CountDays = Callable[[date, int], date]

#: Nobody counts further in working days; a longer length is a typing slip.
_LONGEST: Final = 366


def counted_from_issue(
    read: Deadline, issued: date, count: CountDays, received: date | None = None
) -> Deadline:
    """The reading with its day, when the phrase is a number of working days from issue or receipt.

    `received` is the day on which the unit got the document, where it is known; every
    other reading comes back as it was.
    """
    if read.kind != "relative_working_days":
        return read
    parts = parts_of(read.phrase)
    start, doubt = start_of_length(parts, issued, received)
    numbers = parts.numbers(parts.letters.index("w"))
    if start is None or doubt or len(numbers) != 1 or not 0 < numbers[0] <= _LONGEST:
        return read
    since = "ngày nhận" if "@" in parts.letters else "ngày ban hành"
    return replace(
        read,
        due=count(start, numbers[0]),
        confidence="sure",
        rule=f"{numbers[0]} ngày làm việc từ {since}",
        why="",
        due_inclusive=None,
    )
