"""What is written into a table file and what a careful reader must get out of it, side by side.

The writers of files and the manifest both read these values, so a reader can be
scored against exactly what was written and not against a second opinion.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sandbox.dataset import Attachment

# Why a row must not become a task by itself; the codes stand in the manifest under `why_bad`.
TWO_LEADS = "two_leads"
UNKNOWN_UNIT = "unknown_unit"
IMPOSSIBLE_DATE = "impossible_date"
NO_LEAD = "no_lead"
GROUP_LEAD = "group_lead"
OLD_UNIT_SPLIT = "old_unit_split"
NO_HEADER = "no_header"
CORRUPT_FILE = "corrupt_file"

Value = str | date | int | None
"""One cell: text, a native date, a day number that lost its format, or nothing."""

Span = tuple[int, int, int, int]
"""A merged area: first row, first column, last row, last column, counted from 0 inside the grid."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline as shown (`text`) and as stored (`value`), with the day its author had in mind.

    `due` is the last day that is still in time, with "trước ngày X" read as X;
    None where no single day follows from the text. `kind` is one of date, before, hour,
    month, quarter, year, days, working_days, ongoing, recurring, none, impossible.
    """

    text: str
    value: Value
    due: date | None
    kind: str


@dataclass(frozen=True, slots=True)
class Row:
    """One task row as understood: ditto marks and merged areas already resolved.

    `lead` is the text of the cell that counts, `lead_unit` the unit meant (empty where
    the lead is what is wrong). `remark` names a wrinkle that a reader is expected to iron out: "old_name"
    (an abolished unit with exactly one successor) or "typo".
    """

    ordinal: str
    content: str
    lead: str
    lead_unit: str
    coordinators: tuple[str, ...]
    deadline: Deadline
    product: str = ""
    officer: str = ""
    section: str = ""
    why_bad: str = ""
    remark: str = ""

    @property
    def good(self) -> bool:
        """Whether the row has one clear lead that stands on the day of issue, and no impossible date."""
        return not self.why_bad


@dataclass(frozen=True, slots=True)
class Block:
    """One sheet, or one table of a text file: title lines, a grid with its merged areas, closing lines.

    The first `left_footers` closing lines stand on the left, the rest under the signature.
    """

    name: str
    titles: tuple[str, ...]
    grid: tuple[tuple[Value, ...], ...]
    merges: tuple[Span, ...]
    header_rows: int
    footers: tuple[str, ...] = ()
    left_footers: int = 3
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class TableFile(Attachment):
    """An attachment that still knows which rows were written into it; `decoys` must never become tasks."""

    format: str = ""
    rows: tuple[Row, ...] = ()
    decoys: tuple[str, ...] = ()
