"""One document read whole: its detail, its activity log by unit, and what it is related to."""

from __future__ import annotations

import html
from typing import Any, Final

from sandbox.calls import Call, Route, Routes
from sandbox.dialect import (
    NULL,
    UPPER_FALSE,
    UPPER_TRUE,
    drifting,
    folded,
    marked_up,
    minute,
    or_null,
    upper_flag,
)
from sandbox.dialect import day as shown_day
from sandbox.document_rights import DOCUMENT, RECALLED, may_publish, needed_document, seeing
from sandbox.documents import document_row
from sandbox.people import name_of, unit_name
from sandbox.state import Row

_LOG: Final = """
SELECT g.*, coalesce(p.full_name, g.user_id) AS full_name, u.name AS unit_name, u.code AS unit_code
FROM doc_log g LEFT JOIN person p USING (user_id) LEFT JOIN unit u ON u.id = g.unit_id
WHERE g.doc_id = ? ORDER BY g.at, g.id
"""


def detail(call: Call) -> object:
    """`document/getdetaildocument/{id}`: also marks the document as read, which its list row shows."""
    row = needed_document(call, call.argument())
    call.state.run(
        "INSERT INTO doc_user (doc_id, user_id, is_read) VALUES (?, ?, 1)"
        " ON CONFLICT (doc_id, user_id) DO UPDATE SET is_read = 1 WHERE is_read = 0",
        (row["id"], call.who.user_id),
    )
    return _identity(row) | _dates(row) | _people(call, row) | _marks(call, row)


def _identity(row: Row) -> dict[str, Any]:
    number = row["id"]
    counter = row["number"].partition("/")[0]
    return {
        "id": number,
        "trichYeu": marked_up(drifting(row["subject"], number, 4), number + 2),
        "soKiHieu": row["number"],
        "typeCode": "VBDI" if row["outgoing"] else "VBDEN",
        "hinhThucVanBan": row["doc_type"],
        "hinhThucVanBanCode": _code(row["doc_type"]),
        "soDenDi": int(counter) if counter.isdigit() else 0,
        "trangThai": row["state"],
        "ghiChu": marked_up(row["note"], number),
        "congVanDenDi": "2" if row["outgoing"] else "1",
        "layLai": upper_flag(row["state"] == RECALLED),
        "processKey": NULL,
        "processInstanceId": str(number * 10 + 1),
        "taskId": NULL,
        "soTrang": 1,
        "soBan": 1,
        "tuKhoa": "",
    }


def _dates(row: Row) -> dict[str, Any]:
    """Every sixth document has its deadline only in the prose of the activity log."""
    issued = shown_day(row["issued_at"]) if row["state"] else ""
    due = "" if row["id"] % 6 == 0 else shown_day(row["due"])
    return {
        "ngayTao": minute(row["created_at"]),
        "ngayBanHanh": or_null(issued),
        "ngayDenDi": or_null(minute(row["issued_at"]) if row["state"] else ""),
        "ngayVanBan": or_null(issued),
        "hanGiaiQuyet": or_null(due),
    }


def _people(call: Call, row: Row) -> dict[str, Any]:
    drafting_unit = unit_name(call.state, row["drafter_unit"])
    return {
        "assigner": name_of(call.state, row["drafter_user"]),
        "nguoiSoanThao": row["drafter_user"],
        "donViSoanThao": drafting_unit,
        "donViBanHanh": row["issuer"],
        "donViLuuGoc": drafting_unit,
        "nguoiKiChinh": or_null(row["signer"]),
        "nguoiKiSao": NULL,
        "xuLy": NULL,
    }


def _marks(call: Call, row: Row) -> dict[str, Any]:
    return {
        "doMat": row["secrecy"],
        "doUuTien": row["urgency"],
        "doUuTienCode": _code(row["urgency"]),
        "priorityCode": _code(row["urgency"]),
        "linhVuc": "",
        "linhVucCode": NULL,
        "soVanBan": "",
        "soVanBanCode": NULL,
        "hinhThucGui": "Điện tử",
        "hinhThucGuiCode": "DT",
        "isPreview": UPPER_TRUE,
        "isQuanTriVanBanDi": upper_flag(may_publish(call.who, row)),
        "isCapNhatVbBanHanh": UPPER_FALSE,
    }


def _code(text: str) -> str:
    """A made-up code: the initials of the words."""
    return "".join(word[0] for word in folded(text).split()).upper() or NULL


def activity_log(call: Call) -> object:
    """`document/getactivitylog/{id}`: one block for each unit, in the order they first appear."""
    number = needed_document(call, call.argument())["id"]
    blocks: dict[str, dict[str, Any]] = {}
    for row in call.state.all(_LOG, (number,)):
        block = blocks.setdefault(row["unit_id"], _block(row))
        block["parameter"].append(_log_row(row))
    return [*blocks.values()]


def _block(row: Row) -> dict[str, Any]:
    schema = "".join(letter for letter in row["unit_code"] or "" if letter.isalnum())
    return {"schema": f"QLVB_{schema.upper()}.", "unit": row["unit_name"] or row["unit_id"], "parameter": []}


def _log_row(row: Row) -> dict[str, str]:
    escaped = html.escape(row["comment"]).replace("\n", "<br/>")
    return {
        "fullName": row["full_name"],
        "updateBy": row["user_id"],
        "updateDate": minute(row["at"]),
        "status": row["status"],
        "comment": escaped,
        "chuyenToi": or_null(row["passed_to"]),
        "action": row["action"],
        "avatar": NULL,
    }


def related_documents(call: Call) -> object:
    """`document/getdocrelated/{id}`: rows as in a list, in both directions."""
    number = needed_document(call, call.argument())["id"]
    condition, named = seeing(call.who)
    forward, back = "SELECT other_id FROM doc_link WHERE doc_id", "SELECT doc_id FROM doc_link WHERE other_id"
    linked = f"{forward} = :id UNION {back} = :id"
    sql = f"{DOCUMENT} WHERE d.id IN ({linked}) AND {condition} ORDER BY d.id"
    return [document_row(row) for row in call.state.all(sql, named | {"id": number})]


ROUTES: Routes = {
    "document/getdetaildocument": Route(detail),
    "document/getactivitylog": Route(activity_log),
    "document/getdocrelated": Route(related_documents),
}
