"""Giving a work item: checks of the assignee lines, then one job, its lines and its first flow entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.calls import Call, whole
from sandbox.catalogues import NOT_STARTED
from sandbox.dialect import NULL, folded, id_list, nfc, stored_day
from sandbox.envelope import forbidden, invalid
from sandbox.files import link_files
from sandbox.job_flow import record, tell_lines
from sandbox.job_rights import COORDINATE, LEAD, WATCH
from sandbox.operations import applied
from sandbox.people import living_unit


@dataclass(frozen=True, slots=True)
class Assignment:
    """One wanted line: a unit or a person with a role, days as stored."""

    role: str
    unit_id: str = ""
    user_id: str = ""
    starts: str = ""
    due: str = ""


@dataclass(frozen=True, slots=True)
class JobDraft:
    """A work item that is to be given; `due` is a stored day or empty."""

    name: str
    content: str
    due: str
    lines: Sequence[Assignment]
    document: int | None = None
    priority: int = 1
    parent: int | None = None
    parent_line: int | None = None
    files: tuple[str, ...] = ()


def assignments_given(call: Call) -> list[Assignment]:
    """`units[]` and `users[]` of the body. Raises Refused for an unknown or ended unit or person."""
    lines = [_assignment(call, entry, "unitId") for entry in _entries(call, "units")]
    lines += [_assignment(call, entry, "userId") for entry in _entries(call, "users")]
    if not any(line.role == LEAD for line in lines):
        raise invalid("Phải chọn đơn vị/cá nhân xử lý chính")
    return lines


def _entries(call: Call, name: str) -> list[dict[str, Any]]:
    given = call.fields.get(name) or []
    if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
        raise invalid(f"{name}: phải là một danh sách")
    return given


def _assignment(call: Call, entry: dict[str, Any], key: str) -> Assignment:
    role, chosen = str(entry.get("vaiTro") or ""), str(entry.get(key) or "")
    if role not in (LEAD, COORDINATE, WATCH):
        raise invalid("vaiTro: phải là 1, 2 hoặc 3")
    days = [stored_day(str(entry.get(name) or ""), name) for name in ("startDate", "endDate")]
    if key == "unitId":
        if living_unit(call, chosen) is None:
            raise invalid(f"unitId: không có đơn vị {chosen} hoặc đơn vị đã ngừng hoạt động")
        return Assignment(role, unit_id=chosen, starts=days[0], due=days[1])
    if call.state.value("SELECT locked FROM person WHERE user_id = ?", (chosen,)) != 0:
        raise invalid(f"userId: không có người dùng {chosen} hoặc tài khoản đã khóa")
    return Assignment(role, user_id=chosen, starts=days[0], due=days[1])


def create_job(call: Call) -> object:
    """`job/createjob`: the new job's id as a text."""
    due = stored_day(call.text("hanXuLy"), "hanXuLy")
    lines = assignments_given(call)
    if due and any(line.due > due for line in lines):
        raise invalid("Hạn của người xử lý không được sau hạn của công việc")
    optional = {name: _optional(call, name) for name in ("docId", "parentId", "parentNxlId")}
    draft = JobDraft(
        call.needed("name"),
        nfc(str(call.fields.get("content") or "")),
        due,
        lines,
        document=optional["docId"],
        priority=_optional(call, "priority") or 1,
        parent=optional["parentId"],
        parent_line=optional["parentNxlId"],
        files=tuple(id_list(call.fields.get("files"))),
    )
    return str(create(call, draft, "job/createjob"))


def _optional(call: Call, name: str) -> int | None:
    given = call.text(name)
    return whole(given, name) if given and given != NULL else None


def create(call: Call, draft: JobDraft, operation: str) -> int:
    """Store a work item with its lines. Raises Refused for one without the right to give it."""
    if not (call.who.in_office or call.who.above_office or _own_parent(call, draft)):
        raise forbidden("Bạn không có quyền giao việc")
    job = _insert(call, draft)
    for line in draft.lines:
        add_line(call, job, line, draft.due)
    link_files(call, "job", job, list(draft.files))
    record(call, job, None, "Giao việc", comment="")
    tell_lines(call, job, "Công việc mới", draft.name)
    call.tell("job.created", "job", job)
    meaning = None if operation == "job/createjob" else {"name": draft.name, "content": draft.content}
    applied(call, operation, str(draft.document or ""), f"{job}: {draft.name}", meaning)
    return job


def _own_parent(call: Call, draft: JobDraft) -> bool:
    """A unit splits its own line into child jobs."""
    return (
        draft.parent is not None
        and call.state.value(
            "SELECT 1 FROM line WHERE job_id = ? AND (unit_id = ? OR user_id = ?)",
            (draft.parent, call.who.unit_id, call.who.user_id),
        )
        is not None
    )


def _insert(call: Call, draft: JobDraft) -> int:
    return call.state.insert(
        "job",
        name=draft.name,
        content=draft.content,
        assigner_user=call.who.user_id,
        assigner_posting=call.who.posting_id,
        doc_id=draft.document,
        parent_id=draft.parent,
        parent_line=draft.parent_line,
        created_at=call.at,
        due=draft.due,
        priority=draft.priority,
        cancelled=0,
        grade="",
        grade_text="",
        search=folded(f"{draft.name}\n{draft.content}"),
    )


def add_line(call: Call, job: int, line: Assignment, due: str) -> int:
    """One assignee; its own days default to the job's."""
    return call.state.insert(
        "line",
        job_id=job,
        unit_id=line.unit_id,
        user_id=line.user_id,
        name=line_name(call, line),
        role=line.role,
        status=NOT_STARTED,
        starts=line.starts or call.at[:10],
        due=line.due or due,
    )


def line_name(call: Call, line: Assignment) -> str:
    """The unit's or the person's name."""
    sql, key = (
        ("SELECT name FROM unit WHERE id = ?", line.unit_id)
        if line.unit_id
        else ("SELECT full_name FROM person WHERE user_id = ?", line.user_id)
    )
    return str(call.state.value(sql, (key,)))
