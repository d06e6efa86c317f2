"""The operations of the service: the same data and the same rules as over REST, said in the words of the WSDL."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sandbox import document_actions, files, job_actions, job_create
from sandbox.calls import Call, Upload, whole
from sandbox.dialect import day, folded, nfc
from sandbox.document_rights import DOCUMENT, needed_document, seeing
from sandbox.envelope import Download, invalid, not_found
from sandbox.job_rights import JOB, needed_job
from sandbox.people import living_units
from sandbox.soap import records
from sandbox.soap.filling import element, put

#: Larger ones go beside the envelope.
LARGEST_INLINE: Final = 7_500_000
_PEOPLE: Final = """
SELECT o.id AS posting_id, o.unit_id, o.position, u.name AS unit_name, p.user_id, p.full_name, p.email,
       p.phone, p.locked
FROM posting o JOIN person p USING (user_id) JOIN unit u ON u.id = o.unit_id
"""
Given = Mapping[str, Any]
Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """What answers one operation: the fields of its result behind MaLoi and ThongBao."""

    handler: Callable[[Call, Given], Fields]
    writes: bool = False


def _me(call: Call, given: Given) -> Fields:  # noqa: ARG001
    row = call.state.one(f"{_PEOPLE} WHERE o.id = ?", (call.who.posting_id,))
    if row is None:
        raise not_found("Không tìm thấy người dùng")
    return {"TaiKhoan": records.account(row)}


def _catalogue(call: Call, given: Given) -> Fields:
    entries = call.state.catalogue(given["loai"])
    if not entries:
        raise not_found(f"Không có danh mục {nfc(given['loai'])}")
    return {"Muc": [put(element("Muc"), Ma=value, Ten=name) for value, name in entries.items()]}


def _units(call: Call, given: Given) -> Fields:  # noqa: ARG001
    return {"DonVi": [records.unit(row) for row in call.state.all("SELECT * FROM unit ORDER BY rowid")]}


def _accounts(call: Call, given: Given) -> Fields:  # noqa: ARG001
    return {"TaiKhoan": [records.account(row) for row in call.state.all(f"{_PEOPLE} ORDER BY o.rowid")]}


def _documents(call: Call, given: Given) -> Fields:
    condition, named = seeing(call.who)
    count = whole(given["soDong"], "soDong")
    wanted = {"start": given["tuNgayBanHanh"] or "", "after": whole(given["sauMa"] or "0", "sauMa")}
    rows = call.state.all(
        f"{DOCUMENT} WHERE {condition} AND substr(d.issued_at, 1, 10) >= :start AND d.id > :after"
        f" ORDER BY d.id LIMIT {count + 1}",
        named | wanted,
    )
    return {
        "VanBan": [records.directive(call, row) for row in rows[:count]],
        "ConNua": len(rows) > count,
    }


def _document(call: Call, given: Given) -> Fields:
    return {"VanBan": records.directive(call, needed_document(call, whole(given["ma"], "ma")))}


def _jobs(call: Call, given: Given) -> Fields:
    count, text = whole(given["soDong"], "soDong"), folded(given["tuKhoa"] or "")
    rows = call.state.all(
        f"{JOB} WHERE j.assigner_user = ? AND (? = '' OR instr(j.search, ?) > 0) AND j.id > ?"
        " ORDER BY j.id LIMIT ?",
        (call.who.user_id, text, text, whole(given["sauMa"] or "0", "sauMa"), count + 1),
    )
    return {"CongViec": [records.job(call, row) for row in rows[:count]], "ConNua": len(rows) > count}


def _job(call: Call, given: Given) -> Fields:
    return {"CongViec": records.job(call, needed_job(call, whole(given["ma"], "ma")))}


def _changes(call: Call, given: Given) -> Fields:
    """What this account is told of, by the number of its notice."""
    last = call.state.value("SELECT max(id) FROM notice WHERE user_id = ?", (call.who.user_id,)) or 0
    rows = call.state.all(
        "SELECT id, doc_id, job_id FROM notice WHERE user_id = ? AND id > ?"
        " AND coalesce(doc_id, job_id) IS NOT NULL ORDER BY id LIMIT ?",
        (call.who.user_id, whole(given["sauSo"] or str(last), "sauSo"), whole(given["soDong"], "soDong")),
    )
    changes = [
        put(
            element("ThayDoi"),
            So=row["id"],
            Loai="VAN_BAN" if row["job_id"] is None else "CONG_VIEC",
            Ma=row["doc_id"] if row["job_id"] is None else row["job_id"],
        )
        for row in rows
    ]
    return {"ThayDoi": changes, "SoCuoi": last}


def _download(call: Call, given: Given) -> Fields:
    """A large content comes back as bytes, which the address puts beside the envelope."""
    found = files.download(replace(call, args=(given["ma"],)))
    assert isinstance(found, Download)
    large = len(found.content) > LARGEST_INLINE
    content = found.content if large else base64.b64encode(found.content).decode()
    return {"Ten": found.name, "KichThuoc": len(found.content), "NoiDung": content}


def _create(call: Call, given: Given) -> Fields:
    due = day(given["hanXuLy"] or "")
    living = {row["id"] for row in living_units(call)}
    wanted = [given["donViChuTri"], *given.get("donViPhoiHop", [])]
    if unknown := [unit_id for unit_id in wanted if unit_id not in living]:
        raise invalid(f"Không có đơn vị {', '.join(unknown)}")
    units = [
        {"unitId": unit_id, "vaiTro": "1" if place == 0 else "2", "startDate": "", "endDate": due}
        for place, unit_id in enumerate(wanted)
    ]
    call.body = {
        "name": given["ten"],
        "content": given["noiDung"],
        "hanXuLy": due,
        "priority": "2" if given["khan"] in ("true", "1") else "1",
        "docId": given["maVanBan"] or "",
        "units": units,
    }
    return {"MaCongViec": job_create.create_job(call)}


def _update(call: Call, given: Given) -> Fields:
    call.body = {
        "id": given["ma"],
        "name": given["ten"],
        "content": given["noiDung"],
        "expireDate": day(given["hanXuLy"] or ""),
    }
    job_actions.update_job(call)
    return {}


def _set_status(call: Call, given: Given) -> Fields:
    call.body = {"id": given["ma"], "nxlId": given["maDong"], "status": given["maTrangThai"], "comment": ""}
    job_actions.update_status(call)
    return {}


def _comment_job(call: Call, given: Given) -> Fields:
    call.body = {"id": given["ma"], "nxlId": given["maDong"], "status": "", "comment": given["noiDung"]}
    job_actions.update_status(call)
    return {}


def _comment_document(call: Call, given: Given) -> Fields:
    call.body = {"docId": given["maVanBan"], "comment": given["noiDung"]}
    document_actions.send_comment(call)
    return {}


def _attach(call: Call, given: Given) -> Fields:
    """The file and its comment in one transaction."""
    (file_id,) = files.stored_files(call, [(nfc(given["tenTep"]), _content(call, given))])
    call.body = {"docId": given["maVanBan"], "comment": given["ghiChu"], "files": [file_id]}
    document_actions.send_comment(call)
    return {"MaTep": file_id}


def _content(call: Call, given: Given) -> bytes:
    if call.uploads:
        beside: Upload = call.uploads[0]
        return beside.content
    try:
        return base64.b64decode(given["noiDung"] or "", validate=True)
    except binascii.Error:
        raise invalid("noiDung: không phải base64") from None


OPERATIONS: Final[Mapping[str, Operation]] = {
    "LayThongTinTaiKhoan": Operation(_me),
    "LayDanhMuc": Operation(_catalogue),
    "LayDanhSachDonVi": Operation(_units),
    "LayDanhSachTaiKhoan": Operation(_accounts),
    "LayDanhSachVanBan": Operation(_documents),
    "LayVanBan": Operation(_document),
    "LayDanhSachCongViec": Operation(_jobs),
    "LayCongViec": Operation(_job),
    "LayThayDoi": Operation(_changes),
    "TaiTep": Operation(_download),
    "TaoCongViec": Operation(_create, writes=True),
    "SuaCongViec": Operation(_update, writes=True),
    "CapNhatTrangThaiCongViec": Operation(_set_status, writes=True),
    "GuiYKienCongViec": Operation(_comment_job, writes=True),
    "GuiYKienVanBan": Operation(_comment_document, writes=True),
    "GuiTep": Operation(_attach, writes=True),
}
