"""What a line of an assignment table is: a task, a heading, the rest of a cell, or nothing to track."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from mappings.tables.columns import Columns
from mappings.tables.folding import bare, is_unfinished
from mappings.tables.grid import Line
from mappings.tables.marks import is_nothing, is_ordinal
from mappings.texts import SMALL_LETTERS

_ARABIC = re.compile(r"\(?\d{1,6}[.)]?\)?")
_CHILD = re.compile(r"\(?(?:[a-zđ]\)?[.)]?|\d{1,4}(?:\.\d{1,3})+\.?)\)?|[-–+*•]")
_COLUMN_NUMBER = re.compile(r"\(?(?:\d{1,2}|[A-Za-z])\)?(?:\s*=.*)?")
_TOTAL = re.compile(
    r"(?:tong cong|tong so|tong|cong)(?: \d[\d ]*)?(?: (?:nhiem vu|noi dung|viec|cong viec|van ban))?"
)
_SIGNATURE = re.compile(
    r"noi nhan\b.*|(?:tm|kt|tl|tuq|q) (?:uy ban|ubnd|hdnd|chu tich|giam doc|bo truong|chanh|truong|so"
    r"|thu truong|pho)\b.*"
    r"|(?:pho )?(?:chu tich|giam doc|chanh van phong|bo truong|thu truong)|nguoi lap(?: bieu| bang)?|da ky"
    r"|[\w ]{2,30} ngay (?:\d{1,2} )?thang (?:\d{1,2} )?nam 20\d\d"
)
_FOOTNOTE = re.compile(r"(?:ghi chu|luu y|chu thich)\b")
_NUMBER_TITLES: Final = frozenset({"tt", "stt", "so tt", "so thu tu"})  # of a table that is none of ours
_PROMISE = re.compile(r"(?:theo|tung)\b.*\b(?:duoi day|sau day)")
_LONGEST_LABEL: Final = 8  # of a cell that numbers columns or says "Tổng"
_LOWER_START = re.compile(rf"[{SMALL_LETTERS}]|[-–+*•]\s")


class LineKind(Enum):
    """How a line is used. TWIN takes the content of the task above, REST belongs to its cells.

    SECTION is a heading across the table; PARENT heads tasks too, but stands in the cells of one.
    """

    BLANK = auto()
    SECTION = auto()
    PARENT = auto()
    TASK = auto()
    TWIN = auto()
    REST = auto()
    SIGNATURE = auto()
    FOOTNOTE = auto()
    NAMELESS = auto()


@dataclass(slots=True)
class SeenLine:
    """A line under known columns: `full` with merged values carried, `own` the columns of its own text
    (ordinals left out), `ordinal` the number before it."""

    line: Line
    full: list[str]
    own: list[int]
    ordinal: str


def see(line: Line, above: Sequence[str], columns: Columns) -> SeenLine:
    """The line with what vertically merged cells carry down from `above` (the line before, as seen)."""
    full = list(line.cells)
    for column in line.above:
        if column < len(above):
            full[column] = above[column]
    own = [index for index, cell in enumerate(line.cells) if cell and index not in columns.ordinals]
    ordinal = next((full[column] for column in columns.ordinals if column < len(full) and full[column]), "")
    return SeenLine(line, full, own, ordinal)


def kind_of(
    seen: SeenLine, columns: Columns, *, above: str | None, next_ordinal: Callable[[], str]
) -> LineKind:
    """What the line is; `above`: content of the task above, None without one; `next_ordinal`: the number after it."""
    if not seen.own:
        return _numbers_only(seen, columns)
    outside = _outside_the_tasks(seen, columns)
    if outside is not None:
        return outside
    if not seen.full[columns.content]:
        return _without_content(seen, columns, has_task=above is not None)
    if columns.content in seen.line.above:
        return _under_merged_content(seen, columns)
    if above is not None and not seen.ordinal and _continues(seen, columns, above):
        return LineKind.REST
    if _is_parent(seen, columns, next_ordinal):
        return LineKind.PARENT
    return LineKind.TASK if seen.full[columns.lead] else _without_lead(seen, columns)


def _outside_the_tasks(seen: SeenLine, columns: Columns) -> LineKind | None:
    """What stands besides the tasks: column numbers, other titles, totals, notes, signatures, headings across."""
    content = seen.full[columns.content]
    if _is_plain_task(seen, content, seen.full[columns.lead]):
        return None
    if _is_column_numbers(seen) or _is_total(seen) or bare(seen.ordinal) in _NUMBER_TITLES:
        return LineKind.BLANK
    if len(seen.own) <= 2 and not seen.ordinal:
        if _is_footnote(seen):
            return LineKind.FOOTNOTE
        if _is_signature(seen):
            return LineKind.SIGNATURE
    return LineKind.SECTION if _spans_the_table(seen, columns) else None


def _is_plain_task(seen: SeenLine, content: str, lead: str) -> bool:
    """Numbered, with a sentence and more beside it: nearly every line, so that it is asked first."""
    if len(seen.own) < 3 or len(content) <= _LONGEST_LABEL or not seen.ordinal[:1].isdigit():
        return False
    return content != lead and content[:4].lower() not in {"tổng", "cộng"}


def _numbers_only(seen: SeenLine, columns: Columns) -> LineKind:
    """A number prepared for a task that was never written, or a heading put into the number's column."""
    text = next((seen.line.cells[column] for column in columns.ordinals if seen.line.cells[column]), "")
    if (
        not text
        or is_ordinal(text)
        or is_nothing(text)
        or _FOOTNOTE.match(bare(text))
        or _TOTAL.fullmatch(bare(text))
    ):
        return LineKind.BLANK
    return LineKind.SIGNATURE if _SIGNATURE.fullmatch(bare(text)) else LineKind.SECTION


def _is_column_numbers(seen: SeenLine) -> bool:
    return len(seen.own) > 1 and all(_COLUMN_NUMBER.fullmatch(seen.line.cells[column]) for column in seen.own)


def _first_text(seen: SeenLine) -> str:
    return next(cell for cell in seen.line.cells if cell)


def _is_total(seen: SeenLine) -> bool:
    texts = (_first_text(seen), seen.line.cells[seen.own[0]])
    return any(text[0] in "TtCc" and len(text) < 60 and _TOTAL.fullmatch(bare(text)) for text in texts)


def _is_footnote(seen: SeenLine) -> bool:
    return len(seen.own) == 1 and _FOOTNOTE.match(bare(_first_text(seen)[:40])) is not None


def _is_signature(seen: SeenLine) -> bool:
    texts = [seen.line.cells[column] for column in seen.own]
    return any(_SIGNATURE.fullmatch(bare(text)) for text in texts if len(text) < 400)


def _spans_the_table(seen: SeenLine, columns: Columns) -> bool:
    """One text across content and lead: a merged heading, or the same text exported into every column."""
    needed = {columns.content, columns.lead}
    if len(seen.own) > 1:
        return needed <= set(seen.own) and len({seen.full[column] for column in seen.own}) == 1
    if not seen.ordinal and columns.content not in seen.line.above and _is_loud(seen.full[seen.own[0]]):
        return True
    covered = {seen.own[0]}
    while max(covered) + 1 in seen.line.left:
        covered.add(max(covered) + 1)
    return needed <= covered


def _is_loud(text: str) -> bool:
    """Several words all in capitals, alone in their row: a heading, whichever column it was put into."""
    return text.isupper() and len(text.split()) > 1 and not any(sign.isdigit() for sign in text)


def _without_content(seen: SeenLine, columns: Columns, *, has_task: bool) -> LineKind:
    says_lead = columns.lead in seen.own
    deadline = seen.full[columns.deadline] if columns.deadline in seen.own else ""
    own_number = any(seen.line.cells[column] for column in columns.ordinals)
    if own_number or not has_task:
        return LineKind.NAMELESS if says_lead or deadline else LineKind.BLANK
    lead = seen.full[columns.lead]
    if says_lead and not _LOWER_START.match(lead) and any(sign.isdigit() for sign in deadline):
        return LineKind.TWIN
    return LineKind.REST


def _continues(seen: SeenLine, columns: Columns, above: str) -> bool:
    """An unnumbered line that begins small, or under a text that has not ended: the rest of a task cut by a page.

    A lead of its own begins a task, and so does a deadline of its own where no task is numbered.
    """
    text, lead = seen.full[columns.content], seen.full[columns.lead]
    if not _LOWER_START.match(text):
        if not columns.ordinals and columns.deadline in seen.own:
            return False
        return not lead and not text.isupper() and is_unfinished(above)
    return not lead or (bool(columns.ordinals) and _LOWER_START.match(lead) is not None)


def _under_merged_content(seen: SeenLine, columns: Columns) -> LineKind:
    """The content cell covers several lines: another lead or another deadline is another task."""
    return LineKind.TASK if {columns.lead, columns.deadline} & set(seen.own) else LineKind.REST


def _is_parent(seen: SeenLine, columns: Columns, next_ordinal: Callable[[], str]) -> bool:
    """A line that only introduces the tasks listed under it."""
    deadline = seen.full[columns.deadline] if columns.deadline >= 0 else ""
    if deadline[:1] in {"T", "t"} and len(deadline) < 80 and _PROMISE.fullmatch(bare(deadline)):
        return True
    if len(columns.ordinals) > 1 and columns.ordinals[0] not in seen.line.above:
        first, second = (seen.full[column] for column in columns.ordinals[:2])
        if not first and second and _ARABIC.fullmatch(second) and next_ordinal():
            return True
    if seen.full[columns.lead]:
        return False
    deepest = next((seen.full[column] for column in reversed(columns.ordinals) if seen.full[column]), "")
    return bool(deepest) and _is_child(deepest, next_ordinal())


def _is_child(parent: str, ordinal: str) -> bool:
    if not ordinal or not _CHILD.fullmatch(ordinal):
        return False
    if ordinal[0].isdigit():
        return ordinal.startswith(parent.strip("().") + ".")
    return not _CHILD.fullmatch(parent) or parent[0].isdigit()


def _without_lead(seen: SeenLine, columns: Columns) -> LineKind:
    text = seen.full[columns.content]
    alone = seen.own == [columns.content]
    counted = _ARABIC.fullmatch(seen.ordinal) or _CHILD.fullmatch(seen.ordinal)
    if text.isupper() and (alone or not seen.ordinal):
        return LineKind.SECTION
    return LineKind.PARENT if alone and (not counted or text.endswith(":")) else LineKind.TASK
