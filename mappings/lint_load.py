"""What one unit is asked at the same time: too many tasks on one day, and one report asked twice.

Both look beyond the row, at what other directives ask; both only propose, because nobody
but the drafter knows whether two reports are one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from mappings.deadline_result import PERIODIC
from mappings.lint_findings import Finding, shown, told
from mappings.lint_rows import RowRead
from mappings.texts import fold
from mappings.units import UnitEntry

#: Words that say nothing about which report it is.
_COMMON_WORDS: Final = (
    "bao cao ket qua thuc hien tinh hinh ve viec cua va cac cho tai theo trong den tren dia ban tinh ubnd gui tong hop"
    " noi dung nhiem vu cong tac nam thang quy ky dinh hang"
)
_COMMON: Final = frozenset(_COMMON_WORDS.split())
_REPORT: Final = re.compile(r"\bbao cao\b|\btong hop\b|\bthong ke\b|\bso lieu\b")
#: From this share of the shorter text's own words on, two reports may be one; and at least so many words.
_ALIKE: Final = 0.7
_FEWEST: Final = 3


@dataclass(frozen=True, slots=True)
class KnownAsk:
    """What another directive already asks.

    `units` are ids of its lead and coordinators, `kind` is that of its deadline.
    """

    directive: str
    content: str
    units: frozenset[str]
    product: str = ""
    due: date | None = None
    kind: str = "date"


def crowded(
    reads: Sequence[RowRead], load: Mapping[tuple[str, date], int], most: int
) -> Iterator[tuple[int, Finding]]:
    """For each unit and day with more than `most` tasks one finding, at the position of the row that is too many.

    `load` counts the tasks of other directives by unit id and day.
    """
    total = Counter((unit.unit_id, due) for read in reads for unit, due in _dated(read))
    seen: Counter[tuple[str, date]] = Counter()
    for at, read in enumerate(reads):
        for unit, due in _dated(read):
            key = (unit.unit_id, due)
            seen[key] += 1
            standing = load.get(key, 0)
            if standing + seen[key] == max(most, standing) + 1:
                yield at, _too_many(read, unit, due, standing + total[key], most)


def _dated(read: RowRead) -> list[tuple[UnitEntry, date]]:
    return [(unit, read.due) for unit in read.leads] if read.due else []


def _too_many(read: RowRead, unit: UnitEntry, due: date, count: int, most: int) -> Finding:
    day = f"{due:%d/%m/%Y}"
    said = f"{unit.name} có {count} việc cùng đến hạn {day} (nên không quá {most})."
    return told("unit_crowded", read.row, "deadline", f"{unit.name}, {day}", said, "Giãn hạn sang ngày khác.")


def asked_twice(read: RowRead, others: Sequence[KnownAsk], near_days: int) -> Iterator[Finding]:
    """A report that another directive asks of the same unit at about the same time: a proposal, never sure."""
    wanted = f"{read.row.product} {read.row.content}"
    if not others or not _REPORT.search(fold(wanted)):
        return
    units = {unit.unit_id for unit in (*read.leads, *read.helpers)}
    for other in others:
        if (
            units & other.units
            and _near(read, other, near_days)
            and _alike(wanted, f"{other.product} {other.content}")
        ):
            due = f", hạn {other.due:%d/%m/%Y}" if other.due else ""
            said = f"Có thể trùng với báo cáo mà {other.directive} đã yêu cầu: “{shown(other.content)}”{due}."
            remedy = "Nếu là một báo cáo thì dùng chung, ghi rõ văn bản kia; nếu khác thì để nguyên."
            yield told("asked_twice", read.row, "content", other.directive, said, remedy)


def _near(read: RowRead, other: KnownAsk, near_days: int) -> bool:
    """Both on days close to each other, or both come back in the same period."""
    if read.due is not None and other.due is not None and other.kind not in PERIODIC:
        return abs((read.due - other.due).days) <= near_days
    return read.deadline.kind in PERIODIC and read.deadline.kind == other.kind


def _alike(first: str, second: str) -> bool:
    one, two = _own_words(first), _own_words(second)
    shorter = min(len(one), len(two))
    return (
        shorter >= _FEWEST and len(one & two) >= _ALIKE * shorter and _REPORT.search(fold(second)) is not None
    )


@lru_cache(maxsize=4096)
def _own_words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", fold(text))) - _COMMON
