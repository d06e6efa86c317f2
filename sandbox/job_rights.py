"""Who sees a work item and who may act on it or judge it.

A unit line has no member lines: only a leader or clerk of that very unit acts on
it. The assigner may show a status on any line; the Office's reviewers judge.
"""

from __future__ import annotations

from typing import Final

from sandbox.calls import Acting, Call
from sandbox.envelope import forbidden, not_found
from sandbox.state import Row

LEAD: Final = "1"
COORDINATE: Final = "2"
WATCH: Final = "3"

#: A work item with its leading line; its status is the leading line's.
JOB: Final = """
SELECT j.*, l.id AS line_id, l.name AS lead_name, l.unit_id AS lead_unit, l.status, l.starts,
       coalesce(c.name, '') AS status_name, coalesce(p.full_name, j.assigner_user) AS assigner_name
FROM job j JOIN line l ON l.id = (SELECT min(x.id) FROM line x WHERE x.job_id = j.id AND x.role = '1')
LEFT JOIN catalogue c ON c.kind = 'TINHTRANGCONGVIEC' AND c.value = l.status
LEFT JOIN person p ON p.user_id = j.assigner_user
"""


def own_line(who: Acting, line: Row) -> bool:
    """The line names this person, or the unit this posting answers for."""
    if line["user_id"]:
        return bool(line["user_id"] == who.user_id)
    return who.answers_for_unit and line["unit_id"] == who.unit_id


def lines_of(call: Call, job: int) -> list[Row]:
    """All assignee lines, oldest first."""
    return call.state.all("SELECT * FROM line WHERE job_id = ? ORDER BY id", (job,))


def needed_job(call: Call, number: int) -> Row:
    """The work item, for the assigner, the reviewers and those who have a line in it. Raises Refused."""
    row = call.state.one(f"{JOB} WHERE j.id = ?", (number,))
    if row is None:
        raise not_found("Không tìm thấy công việc")
    if not _sees(call, row):
        raise forbidden("Bạn không có quyền xem công việc này")
    return row


def seen_job(call: Call, number: int) -> bool:
    """True if the work item is there for this posting."""
    row = call.state.one(f"{JOB} WHERE j.id = ?", (number,))
    return row is not None and _sees(call, row)


def _sees(call: Call, job: Row) -> bool:
    return judges(call.who, job) or _has_line(call, job["id"])


def _has_line(call: Call, job: int) -> bool:
    mine = (call.who.user_id, call.who.unit_id)
    return any(line["user_id"] == mine[0] or line["unit_id"] == mine[1] for line in lines_of(call, job))


def judges(who: Acting, job: Row) -> bool:
    """May evaluate, change the due date and the lines: the assigner, or a reviewer of the Office."""
    return bool(job["assigner_user"] == who.user_id) or who.reviews


def judged_job(call: Call, number: int) -> Row:
    """The work item for one who may judge it. Raises Refused."""
    row = needed_job(call, number)
    if not judges(call.who, row):
        raise forbidden("Chỉ người giao việc hoặc Văn phòng được thực hiện")
    return row


def line_in_job(call: Call, job: int, number: int) -> Row:
    """A line of this work item. Raises Refused for a line of another one."""
    row = call.state.one("SELECT * FROM line WHERE id = ? AND job_id = ?", (number, job))
    if row is None:
        raise not_found("Không tìm thấy người xử lý")
    return row


def acted_line(call: Call, job: Row, number: int, *, status_changes: bool) -> Row:
    """The line, if this posting may act on it; a reviewer may only speak. Raises Refused."""
    line = line_in_job(call, job["id"], number)
    allowed = own_line(call.who, line) or job["assigner_user"] == call.who.user_id
    if allowed or (call.who.reviews and not status_changes):
        return line
    raise forbidden("Chỉ lãnh đạo, văn thư đơn vị hoặc người được giao mới được cập nhật")
