"""Assignment tables (bảng phân công) read from attachments: bytes in, rows with their origin out.

`read_table` for a file, `rows_from_api` for rows that came as data, `plain_text` for
the secrecy guard. Nothing here touches a disk, a clock or the network.
"""

from mappings.tables.found import Problem, TableFound, TableProblem, TableReading, TableRow
from mappings.tables.inline import rows_from_api
from mappings.tables.plain import plain_text
from mappings.tables.reading import read_table

__all__ = [
    "Problem",
    "TableFound",
    "TableProblem",
    "TableReading",
    "TableRow",
    "plain_text",
    "read_table",
    "rows_from_api",
]
