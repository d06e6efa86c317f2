"""What a blank cell of a task means, decided without guessing.

A blank takes a value from above in three cases only. It belongs to a merged area, or holds
a ditto mark: then the table says so itself. Or the row is one of the tasks under a row that
introduces them ("1. Làm sạch dữ liệu … 30/8/2026", then a, b, c) and none of these tasks
says anything in that column: then the introducing row speaks for all of them.

Any other blank stays blank, even under a column of stated deadlines. In tables kept by
offices, tasks of different directives stand in one table and an empty deadline is the rule
rather than the exception: a date carried down there would be a date nobody set. Such a
blank gets a doubt that names the value above, so that the drafter answers with one word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from mappings.tables.columns import Columns
from mappings.tables.drafts import Draft
from mappings.tables.found import CellDoubt
from mappings.tables.headers import Role
from mappings.tables.marks import is_ditto, is_nothing
from mappings.tables.problems import shown

_ONLY_POINTS: Final = re.compile(r"\b(?:dưới|sau)\s+đây\b", re.IGNORECASE)
_ASKED: Final = ((Role.LEAD, "chủ trì"), (Role.DEADLINE, "thời hạn"))


@dataclass(slots=True)
class Parent:
    """A row that introduces tasks: what it says beside its heading, and the tasks under it."""

    row: int
    columns: Columns
    texts: Sequence[str]
    day: date | None
    children: list[Draft] = field(default_factory=list)

    def hand_down(self) -> None:
        """Give every child what the parent says where no child says anything."""
        columns = self.columns
        for column in {columns.lead, columns.coordinate, columns.deadline, columns.product, columns.officer}:
            if column < 0 or not self._speaks(self.texts[column]):
                continue
            if any(child.texts[column] for child in self.children):
                self._doubt(column)
                continue
            for child in self.children:
                child.texts[column] = self.texts[column]
                child.day = self.day if column == columns.deadline else child.day

    @staticmethod
    def _speaks(text: str) -> bool:
        return bool(text) and not is_ditto(text) and not is_nothing(text) and not _ONLY_POINTS.search(text)

    def _doubt(self, column: int) -> None:
        for child in self.children:
            if not child.texts[column]:
                _ask(child, column, self.texts[column], self.row)


def doubt_blanks(drafts: Iterable[Draft]) -> None:
    """Leave a doubt about every blank lead or deadline that stands under a stated one of the same section."""
    stated: dict[tuple[int, str, int], Draft] = {}
    for draft in drafts:
        for column in (draft.columns.lead, draft.columns.deadline):
            place = (draft.table, draft.section, column)
            if column >= 0 and draft.texts[column]:
                stated[place] = draft
            elif column >= 0 and place in stated:
                _ask(draft, column, stated[place].texts[column], stated[place].row)


def _ask(draft: Draft, column: int, value: str, row: int) -> None:
    role, name = _ASKED[column == draft.columns.deadline]
    if column not in {draft.columns.lead, draft.columns.deadline} or any(
        one.role == role for one in draft.doubts
    ):
        return
    sentence = f"Ô {name} để trống; dòng {row} ở trên ghi “{shown(value)}”."
    remedy = f"Nếu giống dòng {row} thì gộp ô hoặc ghi “như trên”; nếu không, ghi rõ {name} của nhiệm vụ này."
    draft.doubts.append(CellDoubt(role.value, value, sentence, remedy))
