"""What of a listing row tells that the record behind it changed. Pure.

A whole row is no measure: reading a document marks it as read, which its row shows,
so every read would look like a change. A job's fingerprint can be made from its row
and from its detail alike, so that a job read because of a notice is known in the listing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.raw_records import fingerprint
from connector.texts import is_true, text_of


def document_fingerprint(row: Mapping[str, Any]) -> str:
    """Of a row of a document list."""
    return fingerprint(
        "document",
        *(
            text_of(row.get(name))
            for name in ("soKihieu", "trichYeu", "coQuanBanHanh", "ngayVanBan", "doKhan")
        ),
        has_file(row.get("hasFile")),
        is_true(row.get("layLai")),
    )


def job_fingerprint(job: Mapping[str, Any]) -> str:
    """Of a row of a job list or of a job's detail: name, state, due date, judgement."""
    due = job.get("endDate") if "endDate" in job else job.get("ngayHetHan")
    shown = (job.get(name) for name in ("name", "status", "statusDanhGia", "noiDungDanhGia"))
    return fingerprint("job", text_of(due)[:10], *(text_of(value) for value in shown))


def has_file(value: object) -> bool:
    """The flag of a listing row: "none" means no file, while "null" and JSON null mean that there is one."""
    return not (isinstance(value, str) and value.strip().lower() in {"none", "false", "0"})
