"""What was read from a file: rows, the tables they stand in, and what a drafter must mend.

Plain frozen values; nothing here decides. Every row keeps where it came from (file,
table, row), because a row that is returned must be found again by the person who wrote it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from frozen import quickly_made

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
    NO_TASK = "table_without_tasks"
    MISSING_COLUMN = "missing_column"
    HIDDEN_SHEET = "hidden_sheet"
    DITTO_WITHOUT_ABOVE = "ditto_without_above"
    NO_CONTENT = "row_without_content"
    IMPOSSIBLE_DATE = "impossible_date"
    IMAGE_TABLE = "table_is_an_image"
    NO_RESULT = "formula_without_result"
    ACTIVE_CONTENT = "active_content"
    FILE_INSIDE = "file_inside"


@dataclass(frozen=True, slots=True)
class CellDoubt:
    """Something about one cell of a row that a person should look at; the row itself stands.

    `role` is a value of `headers.Role` and names the column; `text` is the value another
    row or line proposes, "" when there is none.
    """

    role: str
    text: str
    sentence: str
    remedy: str


@quickly_made
@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of an assignment table (HC-04), as its cells say it.

    `row` is 1-based in the sheet or Word table. Texts are NFC and tidied; a vertically
    merged or ditto cell holds the value it stands for; lists of units or tasks inside a
    cell are not split. `deadline` is the text a reader sees, `deadline_value` the day
    behind it when the cell is a native date. `section` is the group heading above,
    outer groups first, joined by " / ". `cells` are all texts of the row, by column.
    `doubts` are what the table leaves open about a cell; a doubt never holds a row back by itself.
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
    doubts: tuple[CellDoubt, ...] = ()


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


@quickly_made
@dataclass(frozen=True, slots=True)
class TableReading:
    """Everything one attachment gave. `text` is its plain text, cut at `TEXT_LIMIT` characters."""

    tables: tuple[TableFound, ...] = ()
    rows: tuple[TableRow, ...] = ()
    problems: tuple[TableProblem, ...] = ()
    text: str = ""
