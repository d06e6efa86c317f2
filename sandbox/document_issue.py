"""How a document comes to be: a draft through the integration address, then its issue."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final

from sandbox.calls import POST, Call, Route, Routes
from sandbox.dialect import UPPER_TRUE, folded, nfc, stored_day
from sandbox.document_actions import add_recipients, log, recipients_given, tell
from sandbox.document_rights import DRAFT, ISSUED, may_publish, needed_document
from sandbox.envelope import forbidden, invalid
from sandbox.files import link_files, stored_files
from sandbox.operations import applied

_NOTATIONS: Final = {
    "chỉ thị": "CT-UBND",
    "thông báo": "TB-UBND",
    "quyết định": "QĐ-UBND",
    "kế hoạch": "KH-UBND",
    "kết luận": "KL-UBND",
    "công văn": "UBND-VP",
    "công điện": "CĐ-UBND",
}
_DRAFT_TEXTS: Final = (
    "summary",
    "documentType",
    "issuer",
    "maNguoiKy",
    "doMat",
    "doUuTien",
    "hanGiaiQuyet",
    "ghiChu",
)


def create_drafts(call: Call) -> object:
    """`shared/integration/doc/create`: a JSON array of dossiers, files inside as base64; ids as texts."""
    if not isinstance(call.body, list) or not call.body:
        raise invalid("Nội dung gửi lên phải là một danh sách")
    return [str(_draft(call, dossier)) for dossier in call.body]


def _draft(call: Call, dossier: object) -> int:
    if not isinstance(dossier, Mapping):
        raise invalid("Mỗi hồ sơ phải là một đối tượng")
    texts = {key: nfc(str(dossier.get(key) or "")).strip() for key in _DRAFT_TEXTS}
    if not texts["summary"]:
        raise invalid("Thiếu trường summary")
    number = _insert(call, texts)
    for unit_id in _recipients(call, str(dossier.get("noiNhan") or "")):
        call.state.run("INSERT OR IGNORE INTO recipient VALUES (?, ?, 'main')", (number, unit_id))
    parts = [_file_part(part) for part in dossier.get("files") or []]
    link_files(call, "attach", number, stored_files(call, parts))
    log(call, number, "Dự thảo", "Tạo dự thảo văn bản")
    meaning = texts | {
        "attachments": [name for name, _ in parts],
        "noiNhan": str(dossier.get("noiNhan") or ""),
    }
    applied(call, "shared/integration/doc/create", str(number), texts["summary"], meaning)
    return number


def _insert(call: Call, texts: Mapping[str, str]) -> int:
    return call.state.insert(
        "document",
        number="",
        subject=texts["summary"],
        doc_type=texts["documentType"] or "Công văn",
        issuer=texts["issuer"] or _province(call),
        signer=texts["maNguoiKy"],
        created_at=call.at,
        issued_at="",
        drafter_user=call.who.user_id,
        drafter_unit=call.who.unit_id,
        secrecy=texts["doMat"] or "Thường",
        urgency=texts["doUuTien"] or "Thường",
        due=stored_day(texts["hanGiaiQuyet"], "hanGiaiQuyet"),
        note=texts["ghiChu"],
        state=DRAFT,
        outgoing=1,
        search=folded(texts["summary"]),
    )


def _province(call: Call) -> str:
    """The unit above all others, which issues unless somebody else is named."""
    return str(call.state.value("SELECT name FROM unit WHERE tier = 'province' ORDER BY rowid") or "")


def _recipients(call: Call, packed: str) -> list[str]:
    """`AgentID|MaCoQuan, AgentID|MaCoQuan`: the agent is a unit's code or its id."""
    agents = [part.split("|")[0].strip() for part in packed.split(",") if part.strip()]
    found = [
        call.state.value("SELECT id FROM unit WHERE id = ? OR code = ?", (agent, agent)) for agent in agents
    ]
    if None in found:
        raise invalid(f"noiNhan: không có đơn vị {agents[found.index(None)]}")
    return found


def _file_part(part: object) -> tuple[str, bytes]:
    try:
        given = dict(part)  # type: ignore[call-overload]
        return str(given["fileName"]), base64.b64decode(given["fileData"], validate=True)
    except (TypeError, ValueError, KeyError, binascii.Error):
        raise invalid("files: cần fileName và fileData (base64)") from None


def promulgate(call: Call) -> object:
    """`incommingdocument/promulgatedocument`: a draft gets its number and date and goes out."""
    document = needed_document(call, call.number("docId"))
    if not may_publish(call.who, document):
        raise forbidden("Bạn không có quyền phát hành văn bản này")
    if document["state"] != DRAFT:
        raise invalid("Văn bản đã phát hành")
    number = call.text("soKyHieu") or _next_number(call, document["doc_type"])
    due = stored_day(call.text("hanXuLy"), "hanXuLy") or document["due"]
    call.state.run(
        "UPDATE document SET state = ?, number = ?, issued_at = ?, due = ?, search = ? WHERE id = ?",
        (ISSUED, number, call.at, due, folded(f"{number} {document['subject']}"), document["id"]),
    )
    passed = add_recipients(call, document["id"], recipients_given(call))
    log(call, document["id"], "Phát hành", _issue_comment(call, due), passed)
    _replace(call, document["id"])
    issued = needed_document(call, document["id"])
    tell(call, issued, "document.issued", "Văn bản mới", issued["subject"], recipients=True)
    applied(call, "incommingdocument/promulgatedocument", str(document["id"]), number)
    return UPPER_TRUE


def _issue_comment(call: Call, due: str) -> str:
    prose = f" Hạn xử lý: {due[8:10]}/{due[5:7]}/{due[:4]}" if due else ""
    return f"{call.text('comment') or 'Đã phát hành văn bản.'}{prose}"


def _next_number(call: Call, doc_type: str) -> str:
    """The next free number of this year's register."""
    notation: Any = _NOTATIONS.get(folded(doc_type), "UBND-TH")
    numbers = call.state.all(
        "SELECT number FROM document WHERE number LIKE ? AND issued_at LIKE ?",
        (f"%/{notation}", f"{call.at[:4]}%"),
    )
    used = [int(head) for row in numbers if (head := row["number"].partition("/")[0]).isdigit()]
    return f"{max(used, default=0) + 1}/{notation}"


def _replace(call: Call, document: int) -> None:
    """`thayThe`: the document this one replaces."""
    if call.text("thayThe"):
        other = needed_document(call, call.number("thayThe"))["id"]
        call.state.run("INSERT OR IGNORE INTO doc_link VALUES (?, ?)", (document, other))


ROUTES: Routes = {
    "shared/integration/doc/create": Route(create_drafts, POST, writes=True),
    "incommingdocument/promulgatedocument": Route(promulgate, POST, writes=True),
}
