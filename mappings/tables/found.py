"""What was read from a file: rows, the tables they stand in, and what a drafter must mend.

Plain frozen values; nothing here decides. Every row keeps where it came from (file,
table, row), because a row that is returned must be found again by the person who wrote it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

TEXT_LIMIT = 200_000


class Problem(StrEnum):
    """Why a file, a table or a cell could not be used. Each has one sentence in `problems.py`."""

    EMPTY_FILE = "empty_file"
    EXECUTABLE = "executable"
    TYPE_MISMATCH = "type_mismatch"
    UNSUPPORTED = "unsupported"
    ENCRYPTED = "encrypted"
    MACRO = "macro"
    BOMB = "unpacks_too_large"
    TOO_LARGE = "too_large"
    DAMAGED = "damaged"
    FORBIDDEN_XML = "forbidden_xml"
    UNREADABLE_TEXT = "unreadable_text"
    NO_TABLE = "no_assignment_table"
    MISSING_COLUMN = "missing_column"
    HIDDEN_SHEET = "hidden_sheet"
    DITTO_WITHOUT_ABOVE = "ditto_without_above"
    NO_CONTENT = "row_without_content"
    IMPOSSIBLE_DATE = "impossible_date"


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of an assignment table (HC-04), as its cells say it.

    `row` is 1-based in the sheet or Word table. Texts are NFC and tidied; a vertically
    merged or ditto cell holds the value it stands for; lists of units or tasks inside a
    cell are not split. `deadline` is the text a reader sees, `deadline_value` the day
    behind it when the cell is a native date. `section` is the group heading above,
    outer groups first, joined by " / ". `cells` are all texts of the row, by column.
    """

    file: str
    table: str
    row: int
    ordinal: str
    section: str
    content: str
    lead: str
    coordinators: str = ""
    deadline: str = ""
    deadline_value: date | None = None
    product: str = ""
    officer: str = ""
    note: str = ""
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableFound:
    """A table recognised as an assignment table: its titles, the role of each, and the rows it gave.

    `roles` runs parallel to `titles` with the values of `headers.Role`.
    """

    file: str
    table: str
    header_row: int
    titles: tuple[str, ...]
    roles: tuple[str, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class TableProblem:
    """One thing a person must look at. `place` names file, table and row; `text` is what stands there."""

    place: str
    problem: Problem
    text: str
    sentence: str
    remedy: str


@dataclass(frozen=True, slots=True)
class TableReading:
    """Everything one attachment gave. `text` is its plain text, cut at `TEXT_LIMIT` characters."""

    tables: tuple[TableFound, ...] = ()
    rows: tuple[TableRow, ...] = ()
    problems: tuple[TableProblem, ...] = ()
    text: str = ""
