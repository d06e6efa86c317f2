"""Work items as they are read: lists given and received, detail, lines, children, the lists of codes."""

from __future__ import annotations

from typing import Any, Final

from sandbox.calls import EITHER, POST, Call, Route, Routes
from sandbox.catalogues import CATALOGUES, URGENCY
from sandbox.dialect import day, drifting, folded, marked_up, nfc, or_null
from sandbox.envelope import not_found
from sandbox.files import file_row, linked
from sandbox.job_create import create_job
from sandbox.job_flow import flow_list
from sandbox.job_rights import COORDINATE, JOB, LEAD, judges, line_in_job, lines_of, needed_job, own_line
from sandbox.people import name_of
from sandbox.state import Row

#: Labels are renamed from unit to unit: a client may rely on codes only.
_LABELS: Final = (
    {LEAD: "Xử lý chính", COORDINATE: "Phối hợp", "3": "Xem để biết"},
    {LEAD: "Chủ trì", COORDINATE: "Đồng xử lý", "3": "Theo dõi"},
)
_RECEIVED: Final = """
SELECT j.*, l.id AS line_id, l.role, l.status, l.starts, l.due AS line_due,
       (SELECT x.name FROM line x WHERE x.job_id = j.id AND x.role = '1' ORDER BY x.id LIMIT 1) AS lead_name,
       coalesce(c.name, '') AS status_name, coalesce(p.full_name, j.assigner_user) AS assigner_name
FROM line l JOIN job j ON j.id = l.job_id
LEFT JOIN catalogue c ON c.kind = 'TINHTRANGCONGVIEC' AND c.value = l.status
LEFT JOIN person p ON p.user_id = j.assigner_user
"""


def given(call: Call) -> object:
    """`job/getlistjobdagiao`: what this person gave, newest first; `param` searches name and content."""
    page = call.page()
    text = folded(call.text("param"))

    def read(offset: int) -> list[Row]:
        return call.state.all(
            f"{JOB} WHERE j.assigner_user = ? AND (? = '' OR instr(j.search, ?) > 0)"
            " ORDER BY j.id DESC LIMIT ? OFFSET ?",
            (call.who.user_id, text, text, page.size, offset),
        )

    return [job_row(call, row, LEAD, row["due"]) for row in call.paging(page, read)]


def received(call: Call) -> object:
    """`job/getlistjobduocgiao`: one row for each line of this person or the unit the posting answers for."""
    page = call.page()
    text = folded(call.text("param"))
    unit = call.who.unit_id if call.who.answers_for_unit else None

    def read(offset: int) -> list[Row]:
        return call.state.all(
            f"{_RECEIVED} WHERE (l.user_id = ? OR (l.user_id = '' AND l.unit_id = ?))"
            " AND (? = '' OR instr(j.search, ?) > 0) ORDER BY l.id DESC LIMIT ? OFFSET ?",
            (call.who.user_id, unit, text, text, page.size, offset),
        )

    return [job_row(call, row, row["role"], row["line_due"]) for row in call.paging(page, read)]


def job_row(call: Call, row: Row, role: str, due: str) -> dict[str, Any]:
    """The row of a list: ids as texts, the deadline called `endDate`, the role only as a label."""
    labels = _LABELS[row["id"] % 2]
    return {
        "id": str(row["id"]),
        "nxlId": str(row["line_id"]),
        "name": drifting(row["name"], row["id"], 5),
        "status": row["status_name"],
        "vaitro": labels.get(role, labels[COORDINATE]),
        "chuTri": row["lead_name"],
        "startDate": day(row["starts"]),
        "endDate": or_null(day(due)),
        "lanhDaoGiaoViec": row["assigner_name"],
        "mucDo": _urgency(call, row["priority"]),
        "dondoc": False,
        "statusDanhGia": or_null(row["grade"]),
        "noiDungDanhGia": or_null(row["grade_text"]),
    }


def _urgency(call: Call, value: int) -> str:
    return call.state.catalogue(URGENCY).get(value, "Thường")


def detail_given(call: Call) -> object:
    """`job/getdetailjobdagiao/{id}`."""
    row = needed_job(call, call.argument())
    return _detail(call, row, row["due"], row["status_name"]) | _buttons(call, row, mine=False)


def detail_received(call: Call) -> object:
    """`job/getdetailjobduocgiao/{id}/{nxlid}`: the status and deadline are the line's."""
    row = needed_job(call, call.argument())
    if len(call.args) < 2 or not call.args[1].isdigit():
        raise not_found("Không tìm thấy người xử lý")
    line = line_in_job(call, row["id"], int(call.args[1]))
    status = call.state.statuses.get(line["status"], "")
    return _detail(call, row, line["due"], status) | _buttons(call, row, mine=own_line(call.who, line))


def _detail(call: Call, row: Row, due: str, status: str) -> dict[str, Any]:
    return {
        "id": row["id"],
        "nxlId": row["line_id"],
        "docId": row["doc_id"],
        "name": drifting(row["name"], row["id"], 4),
        "noiDung": marked_up(row["content"], row["id"]),
        "ngayGiaoViec": day(row["created_at"]),
        "ngayHetHan": or_null(day(due)),
        "priority": row["priority"],
        "status": status,
        "nguoiGiao": name_of(call.state, row["assigner_user"]),
        "lanhDaoGiaoViec": row["assigner_name"],
        "statusDanhGia": row["grade"],
        "noiDungDanhGia": marked_up(row["grade_text"], row["id"]),
        "files": [file_row(call.state, file) for file in linked(call.state, "job", row["id"])],
    }


def _buttons(call: Call, row: Row, *, mine: bool) -> dict[str, bool]:
    judging = judges(call.who, row)
    return {
        "btnAddAssign": judging,
        "btnUpdate": judging,
        "btnFlow": True,
        "btnEvaluate": judging,
        "btnStatus": mine or row["assigner_user"] == call.who.user_id,
        "btnCreateJob": mine or judging,
    }


def processers(call: Call) -> object:
    """`job/getlistprocesser/{id}`: the assignee lines with role codes and each its own status."""
    row = needed_job(call, call.argument())
    return [_line_row(call, line) for line in lines_of(call, row["id"])]


def _line_row(call: Call, line: Row) -> dict[str, str]:
    return {
        "nxlId": str(line["id"]),
        "unitId": or_null(line["unit_id"]),
        "userId": or_null(line["user_id"]),
        "name": line["name"],
        "vaiTro": line["role"],
        "status": call.state.statuses.get(line["status"], ""),
        "statusCode": str(line["status"]),
        "startDate": day(line["starts"]),
        "endDate": or_null(day(line["due"])),
    }


def children(call: Call) -> object:
    """`job/getlistchildjob/{id}`: rows as in a list."""
    number = needed_job(call, call.argument())["id"]
    rows = call.state.all(f"{JOB} WHERE j.parent_id = ? ORDER BY j.id", (number,))
    return [job_row(call, row, LEAD, row["due"]) for row in rows]


def files(call: Call) -> object:
    """`job/getlistfile/{id}`: files given with the work item."""
    number = needed_job(call, call.argument())["id"]
    return [file_row(call.state, file) for file in linked(call.state, "job", number)]


def status_list(call: Call) -> object:
    """`job/getliststatus/{type}`: a list of this installation as `{name, value}`."""
    kind = call.args[0] if call.args else ""
    if kind not in CATALOGUES:
        raise not_found(f"Không có danh mục {nfc(kind)}")
    return [{"name": name, "value": value} for value, name in call.state.catalogue(kind).items()]


def job_report(call: Call) -> object:
    """`report/jobreport/{month}` (`MM` of this year or `MM-yyyy`): counts of work given or received."""
    month = call.args[0] if call.args else call.at[5:7]
    number, _, year = month.partition("-")
    if not number.isdigit() or not 1 <= int(number) <= 12 or not (year or "2000").isdigit():
        raise not_found("Tháng không hợp lệ")
    first = f"{year or call.at[:4]}-{int(number):02}"
    rows = call.state.all(
        "SELECT DISTINCT j.id, j.due, l.status FROM job j JOIN line l ON l.job_id = j.id AND l.role = '1'"
        " WHERE substr(j.created_at, 1, 7) = ? AND (j.assigner_user = ? OR l.unit_id = ? OR l.user_id = ?)",
        (first, call.who.user_id, call.who.unit_id, call.who.user_id),
    )
    return _job_counts(rows, call.at[:10])


def _job_counts(rows: list[Row], today: str) -> dict[str, int]:
    done = {3, 4, 15, 16, 23, 24}
    waiting = {1, 11, 12, 21}
    late = sum(bool(row["due"]) and row["due"] < today and row["status"] not in done for row in rows)
    finished = sum(row["status"] in done for row in rows)
    idle = sum(row["status"] in waiting for row in rows)
    return {
        "total": len(rows),
        "chuaThucHien": idle,
        "dangThucHien": len(rows) - idle - finished,
        "daThucHien": finished,
        "quaHan": late,
        "dungHan": len(rows) - late,
    }


def document_report(call: Call) -> object:
    """`report/documentreport`: counts as texts; only what this posting sees as outgoing is known."""
    issued = call.state.value(
        "SELECT count(*) FROM document WHERE drafter_user = ? AND state > 0", (call.who.user_id,)
    )
    zeros = dict.fromkeys(
        ("denChoXuLy", "denQuaHan", "denDaXuLy", "denBanHanh", "diChoXuLy", "diQuaHan", "diDaXuLy"), "0"
    )
    return zeros | {"diBanHanh": str(issued)}


ROUTES: Routes = {
    "job/getlistjobdagiao": Route(given, POST),
    "job/getlistjobduocgiao": Route(received, POST),
    "job/getdetailjobdagiao": Route(detail_given),
    "job/getdetailjobduocgiao": Route(detail_received),
    "job/getlistprocesser": Route(processers),
    "job/getlistjobflow": Route(flow_list),
    "job/getlistchildjob": Route(children),
    "job/getlistfile": Route(files),
    "job/getliststatus": Route(status_list),
    "job/createjob": Route(create_job, POST, writes=True),
    "report/jobreport": Route(job_report),
    "report/documentreport": Route(document_report, EITHER),
}
