"""The headings in force above a row, and what becomes of a heading that heads nothing.

A row without a lead that stands above others is taken for their heading. Where none came
under it, it was a task whose cells were left empty: it is given back as one, because a
line may be returned to its drafter but not be lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from mappings.tables.blanks import Parent
from mappings.tables.columns import Columns
from mappings.tables.drafts import Draft
from mappings.tables.linekinds import SeenLine

_ROMAN = re.compile(r"[IVXLC]+")
_UNNUMBERED: Final = 9
_WORDS_OF_A_TASK: Final = 8


@dataclass(slots=True)
class Heading:
    """One heading: its rank (0 is highest), its text, the line it stands in, and whether it may be a task itself."""

    rank: int
    text: str
    seen: SeenLine
    parent: Parent | None
    heads: bool = False

    @property
    def number(self) -> int:
        """The plain number before it, -1 without one."""
        mark = self.seen.ordinal.strip("().")
        return int(mark) if mark.isdecimal() else -1


@dataclass(slots=True)
class Headings:
    """A stack: a heading ends those of its own and of lower rank.

    `path` shows those in force, outer first, joined by " / "; `parents` are kept until the file ends.
    """

    parents: list[Parent] = field(default_factory=list)
    path: str = ""
    _open: list[Heading] = field(default_factory=list)

    def put(self, seen: SeenLine, columns: Columns, *, as_row: bool) -> list[Heading]:
        """Remember a heading; the answer is what it ended without having headed anything.

        `as_row`: it stands in the cells of a task, so that its other cells may speak for the tasks under it.
        """
        ordinal = seen.ordinal if seen.own else ""
        text = _text(seen, columns)
        rank = _rank(ordinal, text)
        ended = [one for one in self._open if one.rank >= rank]
        parent = (
            Parent(seen.line.number, columns, seen.full, seen.line.days.get(columns.deadline))
            if as_row
            else None
        )
        if parent is not None:
            self.parents.append(parent)
        label = ordinal if not ordinal or ordinal[-1] in ".)" else f"{ordinal}."
        new = Heading(rank, f"{label} {text}".replace("\n", " ").strip(), seen, parent)
        self._set([*(one for one in self._open if one.rank < rank), new])
        return [one for one in ended if not one.heads]

    def pass_by(self, ordinal: str, before: str) -> None:
        """End the headings "1." when a task is numbered 2 and does not go on counting the tasks under them."""
        number = ordinal.strip("().")
        if not number.isdecimal() or before.strip("().") == str(int(number) - 1):
            return
        ended = next(
            (at for at, one in enumerate(self._open) if one.heads and one.number == int(number) - 1), -1
        )
        if ended >= 0:
            self._set(self._open[:ended])

    def close(self) -> list[Heading]:
        """End all headings; the answer is those that headed nothing."""
        ended = [one for one in self._open if not one.heads]
        self._set([])
        return ended

    def lead_to(self, draft: Draft) -> None:
        """Put a task under the headings in force."""
        for one in self._open:
            one.heads = True
            if one.parent is not None and one.parent.columns is draft.columns:
                one.parent.children.append(draft)

    def _set(self, headings: list[Heading]) -> None:
        self._open = headings
        self.path = " / ".join([one.text for one in headings])


def may_be_task(heading: Heading) -> bool:
    """Whether a heading that heads nothing says enough to be a task with empty cells."""
    if heading.parent is None:
        return False
    return len(heading.seen.own) > 1 or len(heading.text.split()) >= _WORDS_OF_A_TASK


def _text(seen: SeenLine, columns: Columns) -> str:
    cells = seen.line.cells
    if not seen.own:
        return next(cell for cell in cells if cell)
    return cells[columns.content] or cells[seen.own[0]]


def _rank(ordinal: str, text: str) -> int:
    """How high a heading stands: A, then I, then 1, then 1.1; without a number capitals are highest."""
    mark = ordinal.strip("().")
    if not mark:
        return 0 if text.isupper() else _UNNUMBERED
    if _ROMAN.fullmatch(mark):
        return 2
    if mark.isalpha():
        return 1 if mark.isupper() else 8
    return 3 + mark.count(".")
