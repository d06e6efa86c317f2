"""What people do with documents: comment, forward, mark, finish, recall."""

from __future__ import annotations

from typing import Final

from sandbox.calls import POST, Call, Route, Routes
from sandbox.dialect import (
    LOWER_TRUE,
    UPPER_TRUE,
    id_list,
    packed_routing,
    stored_day,
)
from sandbox.document_rights import ISSUED, RECALLED, may_publish, needed_document, watchers
from sandbox.envelope import Refused, forbidden, invalid
from sandbox.files import link_files
from sandbox.job_create import Assignment, JobDraft, create
from sandbox.notices import notify, people_of_unit
from sandbox.operations import applied
from sandbox.people import living_unit
from sandbox.state import Row

COMMENT: Final = "Ý kiến"
ROLES: Final = (
    ("main", "primary", "Xử lý chính"),
    ("coeval", "coeval", "Phối hợp"),
    ("refer", "refer", "Xem để biết"),
)


def send_comment(call: Call) -> object:
    """`incommingdocument/sendcomment` {docId, comment, files[]}: a log entry, files beside the originals."""
    document = needed_document(call, call.number("docId"))
    files = id_list(call.fields.get("files"))
    comment = call.text("comment") or ("" if files else call.needed("comment"))
    log(call, document["id"], COMMENT, comment)
    link_files(call, "related", document["id"], files)
    tell(call, document, "document.commented", "Ý kiến văn bản", comment)
    applied(call, "incommingdocument/sendcomment", str(document["id"]), comment or f"{len(files)} tệp")
    return LOWER_TRUE


def check_comment(call: Call) -> object:
    """`incommingdocument/checksendcomment/{id}`: "OK" when this person has commented already."""
    number = needed_document(call, call.argument())["id"]
    spoken = call.state.value(
        "SELECT 1 FROM doc_log WHERE doc_id = ? AND user_id = ? AND action = ?",
        (number, call.who.user_id, COMMENT),
    )
    return "OK" if spoken else LOWER_TRUE


def recall(call: Call) -> object:
    """`incommingdocument/recoverdocument/{id}`: takes an issued document back, by GET."""
    document = needed_document(call, call.argument())
    if not may_publish(call.who, document):
        raise forbidden("Bạn không có quyền thu hồi văn bản này")
    if document["state"] == RECALLED:
        raise Refused("1", "document_recovered")
    if document["state"] != ISSUED:
        raise invalid("Văn bản chưa phát hành")
    call.state.run("UPDATE document SET state = ? WHERE id = ?", (RECALLED, document["id"]))
    log(call, document["id"], "Thu hồi", "Đã thu hồi văn bản")
    tell(call, document, "document.recalled", "Văn bản bị thu hồi", document["number"], recipients=True)
    applied(call, "incommingdocument/recoverdocument", str(document["id"]), document["number"], {})
    return UPPER_TRUE


def forward(call: Call) -> object:
    """`document/forwarddocument`: more recipients for an issued document; `job` 1 also gives a job."""
    document = needed_document(call, call.number("docId"))
    if document["state"] != ISSUED:
        raise invalid("Văn bản chưa phát hành")
    groups = recipients_given(call)
    if not any(ids for _, _, ids in groups):
        raise invalid("Phải chọn đơn vị nhận")
    passed = add_recipients(call, document["id"], groups)
    log(call, document["id"], "Chuyển xử lý", call.text("comment"), passed)
    applied(call, "document/forwarddocument", str(document["id"]), passed)
    tell(call, document, "document.forwarded", "Văn bản chuyển đến", document["number"], recipients=True)
    if call.text("job") == "1":
        create(call, _job_of(call, document, groups), "document/forwarddocument")
    return UPPER_TRUE


def _job_of(call: Call, document: Row, groups: list[tuple[str, str, list[str]]]) -> JobDraft:
    codes = {"main": "1", "coeval": "2", "refer": "3"}
    lines = [Assignment(codes[role], unit_id=unit_id) for role, _, ids in groups for unit_id in ids]
    due = stored_day(call.text("hanXuLy"), "hanXuLy")
    return JobDraft(document["subject"], call.text("comment"), due, lines, document=document["id"])


def mark(call: Call) -> object:
    """`document/signeddocument/{id}`: turns the mark on, or off again, by GET."""
    number = needed_document(call, call.argument())["id"]
    call.state.run(
        "INSERT INTO doc_user (doc_id, user_id, is_marked) VALUES (?, ?, 1)"
        " ON CONFLICT (doc_id, user_id) DO UPDATE SET is_marked = 1 - is_marked",
        (number, call.who.user_id),
    )
    applied(call, "document/signeddocument", str(number), "Đánh dấu", {})
    return LOWER_TRUE


def finish(call: Call) -> object:
    """`document/finish/v2` {docId, comment}: one's own handling is done; any non-null answer is a success."""
    document = needed_document(call, call.number("docId"))
    call.state.run(
        "INSERT INTO doc_user (doc_id, user_id, done) VALUES (?, ?, 1)"
        " ON CONFLICT (doc_id, user_id) DO UPDATE SET done = 1",
        (document["id"], call.who.user_id),
    )
    log(call, document["id"], "Kết thúc xử lý", call.text("comment"))
    tell(call, document, "document.updated", "Kết thúc xử lý", document["number"])
    applied(call, "document/finish", str(document["id"]), call.text("comment"))
    return "OK"


def log(call: Call, document: int, action: str, comment: str, passed_to: str = "") -> None:
    """One line in the activity log, under the unit of the one who acts."""
    call.state.insert(
        "doc_log",
        doc_id=document,
        unit_id=call.who.unit_id,
        user_id=call.who.user_id,
        at=call.at,
        status="2",
        action=action,
        comment=comment,
        passed_to=passed_to,
    )


def tell(call: Call, document: Row, event: str, title: str, body: str, *, recipients: bool = False) -> None:
    """Notices to those who follow the document (and its recipients), one event for webhooks."""
    heard = watchers(call, document)
    if recipients:
        rows = call.state.all("SELECT unit_id FROM recipient WHERE doc_id = ?", (document["id"],))
        heard.update(user for row in rows for user in people_of_unit(call.state, row["unit_id"]))
    notify(call, heard, f"{title}: {document['number']}", body, document=document["id"])
    call.tell(event, "document", document["id"])


def recipients_given(call: Call) -> list[tuple[str, str, list[str]]]:
    """(role, label, unit ids) of the `…Process` and `…Internal` lists. Raises Refused for an unknown unit."""
    groups = []
    for role, prefix, label in ROLES:
        ids = [*id_list(call.fields.get(f"{prefix}Process")), *id_list(call.fields.get(f"{prefix}Internal"))]
        unknown = [unit_id for unit_id in ids if living_unit(call, unit_id) is None]
        if unknown:
            raise invalid(f"Không có đơn vị {', '.join(unknown)}")
        groups.append((role, label, ids))
    return groups


def add_recipients(call: Call, document: int, groups: list[tuple[str, str, list[str]]]) -> str:
    """Store recipients; the packed text of where it went."""
    for role, _, ids in groups:
        call.state.many(
            "INSERT INTO recipient VALUES (?, ?, ?)"
            " ON CONFLICT (doc_id, unit_id) DO UPDATE SET role = excluded.role",
            [(document, unit_id, role) for unit_id in ids],
        )
    named = [(label, [str(_name(call, unit_id)) for unit_id in ids]) for _, label, ids in groups]
    return packed_routing(named)


def _name(call: Call, unit_id: str) -> str:
    return str(call.state.value("SELECT name FROM unit WHERE id = ?", (unit_id,)))


ROUTES: Routes = {
    "incommingdocument/sendcomment": Route(send_comment, POST, writes=True),
    "incommingdocument/checksendcomment": Route(check_comment),
    "incommingdocument/recoverdocument": Route(recall, writes=True),
    "document/forwarddocument": Route(forward, POST, writes=True),
    "document/signeddocument": Route(mark, writes=True),
    "document/finish/v2": Route(finish, POST, writes=True),
}
