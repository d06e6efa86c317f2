"""What of a listing row tells that the record behind it changed, and the hashes of records. Pure.

A whole row is no measure: reading a document marks it as read, which its row shows,
so every read would look like a change. A job's fingerprint can be made from its row
and from its detail alike, so that a job read because of a notice is known in the listing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson

from connector.ioffice.texts import has_file, is_true, text_of
from connector.records import Kind, RawRecord


def document_fingerprint(row: Mapping[str, Any]) -> str:
    """Of a row of a document list."""
    return _hash(
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
    return _hash("job", text_of(due)[:10], *(text_of(value) for value in shown))


def row_fingerprint(row: Mapping[str, Any]) -> str:
    """Of a row that is itself the record (units, accounts)."""
    return _hash(orjson.dumps(row, option=orjson.OPT_SORT_KEYS).decode())


def raw_record(kind: Kind, remote_id: str, content: object, fingerprint: str = "") -> RawRecord:
    """The record as it is handed on; `content` is what the dialect gave, bundled."""
    body = orjson.dumps(content)
    return RawRecord(kind, remote_id, body, hashlib.sha256(body).hexdigest(), fingerprint)


def _hash(*parts: object) -> str:
    return hashlib.sha256(orjson.dumps(parts)).hexdigest()[:32]
