"""Notices: what a person is told inside the document system. Newest first, never about own actions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sandbox.calls import POST, Call, Route, Routes
from sandbox.dialect import (
    NULL,
    UPPER_FALSE,
    UPPER_TRUE,
    id_list,
    lower_flag,
    marked_up,
    minute,
    or_null,
)
from sandbox.envelope import not_found
from sandbox.operations import applied
from sandbox.state import Row, State

DOCUMENT_NOTICE: Final = "2"
JOB_NOTICE: Final = "3"


def notify(
    call: Call,
    users: Iterable[str],
    title: str,
    body: str,
    *,
    document: int | None = None,
    job: int | None = None,
    line: int | None = None,
) -> None:
    """One notice for each of `users` except the one who acts."""
    told = {user for user in users if user and user != call.who.user_id}
    kind = DOCUMENT_NOTICE if job is None else JOB_NOTICE
    rows = [(user, title, body, kind, call.at, document, job, line) for user in sorted(told)]
    call.state.many(
        "INSERT INTO notice (user_id, title, body, type, at, doc_id, job_id, line_id)"
        " VALUES (?,?,?,?,?,?,?,?)",
        rows,
    )


def people_of_unit(state: State, unit_id: str) -> list[str]:
    """User ids of those who answer for a unit: leaders and clerks."""
    rows = state.all(
        "SELECT DISTINCT user_id FROM posting WHERE unit_id = ? AND role IN ('leader', 'clerk')", (unit_id,)
    )
    return [row["user_id"] for row in rows]


def list_notices(call: Call) -> object:
    """`notifycation/getlistnotify/v2`: a page of one's own notices."""
    page = call.page()

    def read(offset: int) -> list[Row]:
        return call.state.all(
            "SELECT * FROM notice WHERE user_id = ? ORDER BY id DESC LIMIT ? OFFSET ?",
            (call.who.user_id, page.size, offset),
        )

    return [notice_row(row) for row in call.paging(page, read)]


def notice_detail(call: Call) -> object:
    """`notifycation/getdetailnotify/{id}`: one's own notice, its parameters unpacked."""
    row = _own(call, call.argument())
    return notice_row(row) | {"id": row["id"], "parameter": _parameters(row)}


def set_read(call: Call) -> object:
    """`notifycation/setreadnotify` {id}: one id, several joined by commas, or "all"."""
    wanted = call.needed("id")
    if wanted == "all":
        call.state.run("UPDATE notice SET is_read = 1 WHERE user_id = ?", (call.who.user_id,))
    for number in [] if wanted == "all" else id_list(wanted):
        call.state.run(
            "UPDATE notice SET is_read = 1 WHERE id = ?",
            (_own(call, int(number) if number.isdigit() else 0)["id"],),
        )
    applied(call, "notifycation/setreadnotify", wanted, "Đã đọc thông báo")
    return UPPER_TRUE


def notice_row(row: Row) -> dict[str, Any]:
    """The row of a list; `parameter` is packed as `key=value;…` with the word "null" for gaps."""
    return {
        "id": str(row["id"]),
        "title": marked_up(row["title"], row["id"]),
        "body": marked_up(row["body"], row["id"] + 1),
        "type": row["type"],
        "link": NULL,
        "date": minute(row["at"]),
        "isRead": lower_flag(row["is_read"]),
        "parameter": ";".join(f"{key}={or_null(text)}" for key, text in _parameters(row).items()),
    }


def _parameters(row: Row) -> dict[str, str]:
    def shown(name: str) -> str:
        return "" if row[name] is None else str(row[name])

    return {
        "isChuTri": UPPER_FALSE,
        "isCheck": "0",
        "processKey": "",
        "congVanDenDi": "2" if row["doc_id"] is not None else "",
        "idThongTin": shown("doc_id"),
        "isChuyenTiep": "",
        "idCongViec": shown("job_id"),
        "nxlId": shown("line_id"),
    }


def _own(call: Call, number: int) -> Row:
    row = call.state.one("SELECT * FROM notice WHERE id = ? AND user_id = ?", (number, call.who.user_id))
    if row is None:
        raise not_found("Không tìm thấy thông báo")
    return row


ROUTES: Routes = {
    "notifycation/getlistnotify/v2": Route(list_notices, POST),
    "notifycation/getdetailnotify": Route(notice_detail),
    "notifycation/setreadnotify": Route(set_read, POST, writes=True),
}
