"""Write an assignment table as an XLSX file, as an office would attach it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Final

HEADINGS: Final = (
    "STT",
    "Nội dung công việc",
    "Cơ quan chủ trì",
    "Cơ quan phối hợp",
    "Thời hạn hoàn thành",
    "Sản phẩm",
    "Chuyên viên theo dõi",
)
_WIDTHS: Final = (6, 60, 28, 28, 20, 24, 24)


@dataclass(frozen=True, slots=True)
class TableRow:
    """One task as a drafter writes it."""

    content: str
    lead: str
    deadline: str
    coordinators: str = ""
    product: str = "Báo cáo"
    officer: str = ""


def assignment_sheet(title: str, rows: Sequence[TableRow]) -> bytes:
    """The bytes of a workbook with one table; the same rows give the same bytes."""
    # Imported here: only who makes a table needs the writer.
    import xlsxwriter

    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)})
    sheet = book.add_worksheet("Bảng phân công")
    bold = book.add_format({"bold": True, "text_wrap": True, "border": 1})
    plain = book.add_format({"text_wrap": True, "border": 1, "valign": "top"})
    sheet.merge_range(0, 0, 0, len(HEADINGS) - 1, title, book.add_format({"bold": True, "align": "center"}))
    for column, (heading, width) in enumerate(zip(HEADINGS, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(2, column, heading, bold)
    for number, row in enumerate(rows, start=1):
        cells = (str(number), row.content, row.lead, row.coordinators, row.deadline, row.product, row.officer)
        for column, text in enumerate(cells):
            sheet.write_string(number + 2, column, text, plain)
    book.close()
    return buffer.getvalue()
