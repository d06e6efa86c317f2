"""What a reader must get out of the table files: the answers to score it against."""

from __future__ import annotations

from typing import Any

from sandbox.dataset import Dataset
from sandbox.province.specification import Row, TableFile


def manifest(dataset: Dataset) -> list[dict[str, Any]]:
    """Return one dict per issued, unclassified document with tables, in the order of the dataset.

    `{document_id, number, issued_on, files: [{name, format, decoys, rows: [{ordinal, content,
    lead, lead_unit, coordinators, deadline, due, due_kind, product, good, why_bad, remark}]}]}`.
    Texts are NFC and stripped; ditto marks and merged areas are resolved; `lead_unit` is the unit id
    meant ("" where the lead is what is wrong); `due` is a date or None (see `Deadline`); `decoys` are
    contents on hidden sheets. Drafts and classified documents are left out: nothing of
    them may become a task.
    """
    return [
        {
            "document_id": document.document_id,
            "number": document.number,
            "issued_on": document.issued_at.date(),
            "files": [_file(file) for file in document.attachments if isinstance(file, TableFile)],
        }
        for document in dataset.documents
        if document.issued
        and not document.classified
        and any(isinstance(file, TableFile) for file in document.attachments)
    ]


def _file(file: TableFile) -> dict[str, Any]:
    return {
        "name": file.name,
        "format": file.format,
        "decoys": list(file.decoys),
        "rows": [_row(row) for row in file.rows],
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "ordinal": row.ordinal,
        "content": row.content,
        "lead": row.lead,
        "lead_unit": row.lead_unit,
        "coordinators": list(row.coordinators),
        "deadline": row.deadline.text,
        "due": row.deadline.due,
        "due_kind": row.deadline.kind,
        "product": row.product,
        "good": row.good,
        "why_bad": row.why_bad,
        "remark": row.remark,
    }
