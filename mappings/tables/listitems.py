"""Several tasks in one row: a numbered or dashed list in the content cell, with lists beside it.

Most lists in a content cell are the steps of one task, so a list alone splits nothing. It
is split when the cells beside it line up: the same labels ("1.", "a)") in the lead or the
deadline cell, or as many times as there are items, each of them plainly a time. Dashed
leads alone do not count: they may as well be the joint leads of one task. Lists that do
not line up leave one task and a doubt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mappings.tables.columns import Columns
from mappings.tables.found import CellDoubt
from mappings.tables.headers import Role
from mappings.tables.sharedcells import says_time

_ITEM = re.compile(
    r"(?:(?P<dash>[-–—+*•▪●○◦·✓➢►])|\(?(?:(?P<number>\d{1,2}(?:\.\d{1,2})*)|(?P<letter>[a-zđ]))[.)](?:\s|(?!\d)))"
    r"\s*(?P<rest>\S.*)"
)
_DASH: Final = "-"
_MOST_ITEMS: Final = 40
_LONGEST: Final = 20_000
_REMEDY: Final = "Ghi mỗi việc một dòng của bảng, hoặc đánh số như nhau ở các ô."


@dataclass(frozen=True, slots=True)
class Items:
    """A list inside a cell: what stands before it, the label of each item ("-" for a dash) and its text."""

    before: str
    labels: tuple[str, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One task of a divided row: its label, all texts by column, whether the deadline is its own."""

    label: str
    texts: list[str]
    own_deadline: bool


def items_of(text: str) -> Items | None:
    """The list in this text, None when there are not two items of one kind. Lower lists stay inside their item."""
    if len(text) > _LONGEST:
        return None
    kind = ""
    before: list[str] = []
    labels: list[str] = []
    texts: list[str] = []
    for line in text.split("\n"):
        found = _ITEM.fullmatch(line)
        mark = next((name for name in ("dash", "number", "letter") if found[name]), "") if found else ""
        if found and mark == (kind or mark):
            kind = mark
            labels.append(_DASH if mark == "dash" else found[mark])
            texts.append(found["rest"].rstrip(" ;"))
        elif texts:
            texts[-1] += f"\n{line}"
        else:
            before.append(line)
    return Items(" ".join(before), tuple(labels), tuple(texts)) if 2 <= len(texts) <= _MOST_ITEMS else None


def divided(texts: Sequence[str], columns: Columns) -> tuple[Part, ...]:
    """The tasks of one row whose cells line up, () when it is one task."""
    items = items_of(texts[columns.content])
    if items is None:
        return ()
    lists = {
        column: _beside(texts[column], items, timed=column == columns.deadline)
        for column in _beside_columns(columns)
    }
    if not _line_up(items, lists, texts, columns):
        return ()
    parts = []
    for number, (label, item) in enumerate(zip(items.labels, items.texts, strict=True)):
        own = [values[number] if (values := lists.get(column)) else text for column, text in enumerate(texts)]
        own[columns.content] = f"{items.before} {item}".strip()
        parts.append(
            Part(label if label != _DASH else str(number + 1), own, bool(lists.get(columns.deadline)))
        )
    return tuple(parts)


def misaligned(texts: Sequence[str], columns: Columns) -> CellDoubt | None:
    """The doubt about a row of several items whose lead or deadline cell has several lines of its own."""
    items = items_of(texts[columns.content])
    if items is None:
        return None
    for role, column in ((Role.LEAD, columns.lead), (Role.DEADLINE, columns.deadline)):
        lines = len(_lines(texts[column])) if column >= 0 else 0
        if lines > 1:
            name = "chủ trì" if role is Role.LEAD else "thời hạn"
            said = f"Ô nội dung có {len(items.texts)} việc, ô {name} có {lines} dòng, không rõ dòng nào của việc nào."
            return CellDoubt(role.value, texts[column], said, _REMEDY)
    return None


def _beside_columns(columns: Columns) -> list[int]:
    several = (columns.lead, columns.coordinate, columns.deadline, columns.product)
    return [column for column in several if column >= 0]


def _lines(text: str) -> tuple[str, ...]:
    listed = items_of(text)
    return listed.texts if listed else tuple(filter(None, text.split("\n")))


def _beside(text: str, items: Items, *, timed: bool) -> tuple[str, ...]:
    """The values of a cell that run parallel to the items, () when they do not."""
    listed = items_of(text)
    if listed is not None and not listed.before and listed.labels == items.labels:
        return listed.texts
    lines = _lines(text)
    if timed and len(lines) == len(items.texts) and all(map(says_time, lines)):
        return lines
    return ()


def _line_up(items: Items, lists: dict[int, tuple[str, ...]], texts: Sequence[str], columns: Columns) -> bool:
    for column in {columns.lead, columns.deadline} - {-1}:
        if not lists[column] and len(_lines(texts[column])) > 1:
            return False
    own_times = bool(lists.get(columns.deadline))
    return own_times or (items.labels[0] != _DASH and bool(lists[columns.lead]))
