"""A work item's bundle of answers (`detail`, `flow`, `lines`) as a JobRecord. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from connector.dates import day_of, moment_of
from connector.ioffice.decode_document import file_refs, rows_in
from connector.records import JobAction, JobLine, JobRecord, LineRole
from connector.texts import folded, id_of, text_of
from errors import SkipRecord

#: `vaiTro` by code only: the labels are renamed from unit to unit.
ROLES: Final = {"1": LineRole.LEAD, "2": LineRole.COORDINATE, "3": LineRole.WATCH}
_CANCELLED: Final = frozenset({"đã hủy", "đã huỷ"})


def job_of(bundle: Mapping[str, Any], remote_id: str) -> JobRecord:
    """The work item. Raises SkipRecord naming the field."""
    detail = bundle.get("detail")
    if not isinstance(detail, dict) or bundle.get("unread"):
        raise SkipRecord(f"The work item could not be read: {bundle.get('unread') or 'no detail'}")
    if id_of(detail.get("id")) not in {"", remote_id}:
        raise SkipRecord("Field id: the detail is that of another work item.")
    status = text_of(detail.get("status"))
    return JobRecord(
        remote_id=remote_id,
        name=text_of(detail.get("name")),
        content=text_of(detail.get("noiDung")),
        document_id=id_of(detail.get("docId")),
        due=day_of(detail.get("ngayHetHan"), "ngayHetHan"),
        status_text=status,
        evaluation_code=id_of(detail.get("statusDanhGia")),
        cancelled=folded(status) in _CANCELLED,
        lines=tuple(lines_of(bundle.get("lines"))),
        actions=tuple(sorted(actions_of(bundle.get("flow")), key=lambda action: action.at)),
        files=tuple(file_refs(detail.get("files"))),
    )


def lines_of(rows: object) -> Iterator[JobLine]:
    """The assignee lines of `getlistprocesser`. Raises SkipRecord for a role without a known code."""
    for row in rows_in(rows, "lines"):
        role = ROLES.get(id_of(row.get("vaiTro")))
        if role is None:
            raise SkipRecord("Field vaiTro: not one of the codes 1, 2, 3.")
        yield JobLine(
            line_id=id_of(row.get("nxlId")),
            role=role,
            unit_id=id_of(row.get("unitId")),
            user_id=id_of(row.get("userId")),
            name=text_of(row.get("name")),
            status_code=id_of(row.get("statusCode")),
            status_text=text_of(row.get("status")),
            due=day_of(row.get("endDate"), "endDate"),
        )


def actions_of(rows: object) -> Iterator[JobAction]:
    """The history of `getlistjobflow`. Raises SkipRecord for an entry without id or time."""
    for row in rows_in(rows, "flow"):
        entry_id, at = id_of(row.get("id")), moment_of(row.get("updateDate"), "flow.updateDate")
        if not entry_id or at is None:
            raise SkipRecord("Field flow: an entry without id or time.")
        yield JobAction(
            entry_id=entry_id,
            at=at,
            actor=id_of(row.get("userId")),
            actor_name=text_of(row.get("fullName")),
            posting=id_of(row.get("chucDanhId")),
            line_id=id_of(row.get("nxlId")),
            action=text_of(row.get("action")),
            status_code=id_of(row.get("status")),
            evaluation_code=id_of(row.get("danhGia")),
            comment=text_of(row.get("comment")),
            new_due=day_of(row.get("hanMoi"), "flow.hanMoi"),
            files=tuple(file_refs(row.get("files"))),
        )
