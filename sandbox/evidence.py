"""A real result file: a short report as a DOCX document."""

from __future__ import annotations

from io import BytesIO


def report_file(unit: str, task: str, day: str) -> bytes:
    """The bytes of a report by `unit` on `task`, dated `day` (dd/MM/yyyy)."""
    # Imported here: the server needs no writer of documents.
    from docx import Document

    document = Document()
    document.add_paragraph(unit.upper())
    document.add_heading("BÁO CÁO KẾT QUẢ THỰC HIỆN", level=1)
    document.add_paragraph(f"Nhiệm vụ: {task}")
    document.add_paragraph(f"Ngày báo cáo: {day}. Nhiệm vụ đã được thực hiện xong theo yêu cầu.")
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()
