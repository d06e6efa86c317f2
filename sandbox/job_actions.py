"""What people and the tracker do with a work item: report, hand in, judge, extend, hand over."""

from __future__ import annotations

from typing import Final

from sandbox.calls import POST, Call, Route, Routes
from sandbox.catalogues import CANCELLED, EVALUATION
from sandbox.dialect import day, folded, id_list, nfc, stored_day
from sandbox.envelope import invalid
from sandbox.job_create import add_line, assignments_given, line_name
from sandbox.job_flow import record, tell_all, tell_assigner, tell_lines
from sandbox.job_rights import acted_line, judged_job, lines_of, needed_job
from sandbox.operations import applied
from sandbox.state import Row

PUT: Final = frozenset({"PUT"})


def update_status(call: Call) -> object:
    """`job/updatestatus` {id, nxlId, status, comment, files[]}: a blank status only adds the comment."""
    job = needed_job(call, call.number("id"))
    status = call.text("status")
    line = acted_line(call, job, call.number("nxlId"), status_changes=bool(status))
    if status and (not status.isdigit() or int(status) not in call.state.statuses):
        raise invalid("status: không có trong danh mục TINHTRANGCONGVIEC")
    comment = nfc(str(call.fields.get("comment") or ""))
    files = id_list(call.fields.get("files"))
    if not status and not comment and not files:
        raise invalid("Phải có trạng thái hoặc nội dung")
    if status:
        call.state.run("UPDATE line SET status = ? WHERE id = ?", (int(status), line["id"]))
    action = "Cập nhật trạng thái" if status else "Gửi ý kiến"
    record(call, job["id"], line["id"], action, comment=comment, status=status, files=files)
    _tell_update(call, job, line, action, comment)
    shown = call.state.statuses[int(status)] if status else "(ý kiến)"
    applied(call, "job/updatestatus", str(job["id"]), f"{line['name']}: {shown} {comment}")
    return True


def _tell_update(call: Call, job: Row, line: Row, action: str, comment: str) -> None:
    if job["assigner_user"] == call.who.user_id:
        tell_lines(call, job["id"], f"{action}: {job['name']}", comment)
    else:
        tell_assigner(call, job, line["id"], action, comment)
    call.tell("job.updated", "job", job["id"])


def evaluate(call: Call) -> object:
    """`job/evaluatejob` {id, danhGia, noiDung}: kept as the last judgement; statuses stay as they are."""
    job = judged_job(call, call.number("id"))
    grade = call.number("danhGia")
    names = call.state.catalogue(EVALUATION)
    if grade not in names:
        raise invalid("danhGia: không có trong danh mục DANHGIACONGVIEC")
    text = nfc(str(call.fields.get("noiDung") or ""))
    call.state.run("UPDATE job SET grade = ?, grade_text = ? WHERE id = ?", (str(grade), text, job["id"]))
    record(call, job["id"], job["line_id"], "Đánh giá", comment=text, grade=str(grade))
    tell_all(call, job, job["line_id"], f"Đánh giá: {names[grade]}", text)
    call.tell("job.evaluated", "job", job["id"])
    applied(call, "job/evaluatejob", str(job["id"]), f"{names[grade]}: {text}")
    return True


def update_job(call: Call) -> object:
    """`PUT job/updatejob` {id, name, content, expireDate, priority, comment}: blank fields stay.

    Lines whose deadline was the job's move with it; a moved deadline shows as `hanMoi` in the flow.
    """
    job = judged_job(call, call.number("id"))
    name = call.text("name") or job["name"]
    content = nfc(str(call.fields.get("content") or "")) or job["content"]
    due = stored_day(call.text("expireDate"), "expireDate") or job["due"]
    priority = call.number("priority") if call.text("priority") else job["priority"]
    call.state.run(
        "UPDATE job SET name = ?, content = ?, due = ?, priority = ?, search = ? WHERE id = ?",
        (name, content, due, priority, folded(f"{name}\n{content}"), job["id"]),
    )
    moved = due != job["due"]
    if moved:
        call.state.run(
            "UPDATE line SET due = ? WHERE job_id = ? AND (due = ? OR due > ?)",
            (due, job["id"], job["due"], due),
        )
    action = "Điều chỉnh hạn xử lý" if moved else "Cập nhật công việc"
    record(call, job["id"], None, action, comment=call.text("comment"), new_due=due if moved else "")
    tell_all(call, job, None, action, day(due) if moved else name)
    call.tell("job.updated", "job", job["id"])
    applied(call, "job/updatejob", str(job["id"]), f"{action} {day(due) if moved else name}")
    return True


def update_assign(call: Call) -> object:
    """`job/updateassign` {id, units[], users[]}: the whole new list of lines.

    A line that is not in it is deleted for good, and its child jobs are cancelled.
    """
    job = judged_job(call, call.number("id"))
    wanted = {(line.unit_id, line.user_id): line for line in assignments_given(call)}
    present = {(line["unit_id"], line["user_id"]): line for line in lines_of(call, job["id"])}
    for key in present.keys() - wanted.keys():
        _remove_line(call, present[key])
    for key, line in wanted.items():
        if key in present:
            call.state.run("UPDATE line SET role = ? WHERE id = ?", (line.role, present[key]["id"]))
            if line.due:
                call.state.run("UPDATE line SET due = ? WHERE id = ?", (line.due, present[key]["id"]))
        else:
            add_line(call, job["id"], line, job["due"])
    names = ", ".join(line_name(call, line) for line in wanted.values())
    record(call, job["id"], None, "Điều chỉnh người xử lý", comment=names)
    tell_all(call, job, None, "Điều chỉnh người xử lý", names)
    call.tell("job.assigned", "job", job["id"])
    applied(call, "job/updateassign", str(job["id"]), names)
    return True


def _remove_line(call: Call, line: Row) -> None:
    for child in call.state.all("SELECT id FROM job WHERE parent_line = ?", (line["id"],)):
        _cancel(call, child["id"])
    call.state.run("DELETE FROM line WHERE id = ?", (line["id"],))


def _cancel(call: Call, job: int) -> None:
    """Cancel a job and, below it, its children."""
    call.state.run("UPDATE job SET cancelled = 1 WHERE id = ?", (job,))
    call.state.run("UPDATE line SET status = ? WHERE job_id = ?", (CANCELLED, job))
    record(call, job, None, "Hủy công việc", comment="", status=str(CANCELLED))
    for child in call.state.all("SELECT id FROM job WHERE parent_id = ? AND NOT cancelled", (job,)):
        _cancel(call, child["id"])


ROUTES: Routes = {
    "job/updatestatus": Route(update_status, POST, writes=True),
    "job/evaluatejob": Route(evaluate, POST, writes=True),
    "job/updatejob": Route(update_job, PUT, writes=True),
    "job/updateassign": Route(update_assign, POST, writes=True),
}
