"""The history of a work item: one entry for everything done to it, and who is told of it."""

from __future__ import annotations

from typing import Any, Final

from sandbox.calls import Call
from sandbox.dialect import day, marked_up, second
from sandbox.files import link_files, linked
from sandbox.job_rights import lines_of, needed_job
from sandbox.notices import notify, people_of_unit
from sandbox.state import Row

_FLOW: Final = """
SELECT f.*, coalesce(p.full_name, f.user_id) AS full_name, coalesce(c.name, '') AS status_name
FROM flow f LEFT JOIN person p USING (user_id)
LEFT JOIN catalogue c
  ON c.kind = 'TINHTRANGCONGVIEC' AND f.status <> '' AND c.value = CAST(f.status AS INTEGER)
WHERE f.job_id = ? ORDER BY f.id
"""


def record(
    call: Call,
    job: int,
    line: int | None,
    action: str,
    *,
    comment: str,
    status: str = "",
    grade: str = "",
    new_due: str = "",
    files: object = (),
) -> int:
    """One entry, with the files that came with it."""
    entry = call.state.insert(
        "flow",
        job_id=job,
        line_id=line,
        user_id=call.who.user_id,
        posting_id=call.who.posting_id,
        at=call.at,
        action=action,
        status=status,
        comment=comment,
        grade=grade,
        new_due=new_due,
    )
    link_files(call, "flow", entry, list(files) if isinstance(files, tuple) else files)
    return entry


def flow_list(call: Call) -> object:
    """`job/getlistjobflow/{id}`: everything done to the work item, oldest first."""
    number = needed_job(call, call.argument())["id"]
    return [_flow_row(call, row) for row in call.state.all(_FLOW, (number,))]


def _flow_row(call: Call, row: Row) -> dict[str, Any]:
    files = linked(call.state, "flow", row["id"])
    return {
        "id": str(row["id"]),
        "nxlId": "" if row["line_id"] is None else str(row["line_id"]),
        "userId": row["user_id"],
        "fullName": row["full_name"],
        "chucDanhId": row["posting_id"],
        "updateDate": second(row["at"]),
        "action": row["action"],
        "status": row["status"],
        "statusName": row["status_name"],
        "comment": marked_up(row["comment"], row["id"]),
        "danhGia": row["grade"],
        "hanMoi": day(row["new_due"]),
        "files": [{"id": file["id"], "name": file["name"], "fileSize": str(file["size"])} for file in files],
    }


def tell_assigner(call: Call, job: Row, line: int | None, title: str, body: str) -> None:
    """What a unit did is told to the one who gave the work."""
    notify(call, [job["assigner_user"]], f"{title}: {job['name']}", body, job=job["id"], line=line)


def tell_lines(call: Call, job: int, title: str, body: str) -> None:
    """What the giving side did is told to those who answer for the lines."""
    for line in lines_of(call, job):
        users = [line["user_id"]] if line["user_id"] else people_of_unit(call.state, line["unit_id"])
        notify(call, users, title, body, job=job, line=line["id"])


def tell_all(call: Call, job: Row, line: int | None, title: str, body: str) -> None:
    """Both sides: a judgement concerns the assigner and the units alike."""
    tell_assigner(call, job, line, title, body)
    tell_lines(call, job["id"], f"{title}: {job['name']}", body)
