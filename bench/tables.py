"""What reading an assignment table costs, in CPU milliseconds a file, once everything is loaded.

`python -m bench.tables` prints the best of many readings of made-up files of 200 rows: an XLSX of 10 columns and a
DOCX of 7. Word's XML is written by hand, so that no library decides what has to be read.
"""

from __future__ import annotations

import zipfile
from io import BytesIO
from time import process_time
from xml.sax.saxutils import escape

import orjson
import xlsxwriter

from bench.directives import UNITS, WORK
from mappings.tables import read_table

ROWS = 200
READINGS = 40
TITLES = (
    "STT", "Nội dung nhiệm vụ", "Đơn vị chủ trì", "Đơn vị phối hợp", "Thời hạn hoàn thành", "Sản phẩm",
    "Chuyên viên theo dõi", "Ghi chú", "Nguồn chỉ đạo", "Kết quả thực hiện",
)  # fmt: skip
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def rows(width: int) -> list[tuple[str, ...]]:
    """Titles and 200 tasks, every fifth with a ditto mark, cut at `width` columns."""
    made: list[tuple[str, ...]] = [TITLES[:width]]
    for number in range(1, ROWS + 1):
        work = WORK[number % len(WORK)]
        cells = (
            str(number),
            f"{work[0].upper()}{work[1:]} (việc {number}), báo cáo Ủy ban nhân dân tỉnh xem xét, quyết định",
            "nt" if number % 5 == 0 else UNITS[number % len(UNITS)],
            f"{UNITS[(number + 1) % len(UNITS)]}, {UNITS[(number + 4) % len(UNITS)]}\nUBND các xã, phường",
            f"{1 + number % 28:02d}/{1 + number % 12:02d}/2026",
            "Kế hoạch của UBND tỉnh",
            f"Nguyễn Thị {number % 7}",
            f"Ghi chú {number}",
            f"Thông báo số {number}/TB-UBND",
            "Đang thực hiện",
        )
        made.append(cells[:width])
    return made


def workbook(table: list[tuple[str, ...]]) -> bytes:
    """The rows as an XLSX."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    page = book.add_worksheet("Phụ lục")
    for number, cells in enumerate(table):
        page.write_row(number, 0, cells)
    book.close()
    return target.getvalue()


def document(table: list[tuple[str, ...]]) -> bytes:
    """The rows as a DOCX."""
    lines = "".join(f"<w:tr>{''.join(map(_cell, cells))}</w:tr>" for cells in table)
    body = f'<w:document xmlns:w="{_W}"><w:body><w:tbl>{lines}</w:tbl><w:p/></w:body></w:document>'
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", _TYPES)
        package.writestr("_rels/.rels", _RELATIONS)
        package.writestr("word/document.xml", body)
    return target.getvalue()


def _cell(text: str) -> str:
    paragraphs = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in text.split("\n"))
    return f"<w:tc><w:tcPr/>{paragraphs}</w:tc>"


def milliseconds(data: bytes, name: str) -> float:
    """CPU time of the best reading; a file that is not read whole is an error of the measurement."""
    best = float("inf")
    for _ in range(READINGS):
        begun = process_time()
        reading = read_table(data, name)
        best = min(best, process_time() - begun)
        if len(reading.rows) != ROWS:
            raise SystemExit(f"{name}: {len(reading.rows)} rows read, {ROWS} written")
    return round(best * 1000, 1)


def run() -> dict[str, float]:
    """Figures in milliseconds a file."""
    return {
        "xlsx_200_rows_10_columns_ms": milliseconds(workbook(rows(10)), "bang.xlsx"),
        "docx_200_rows_7_columns_ms": milliseconds(document(rows(7)), "bang.docx"),
    }


if __name__ == "__main__":
    print(orjson.dumps(run()).decode())
