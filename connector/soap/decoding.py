"""From the bytes of one element to the record everybody understands. Pure."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from lxml import etree

from connector.records import (
    AccountRecord,
    AssignmentCells,
    DirectiveRecord,
    DocumentState,
    FileRef,
    JobAction,
    JobLine,
    JobRecord,
    Kind,
    LineRole,
    LogEntry,
    RawRecord,
    Record,
    UnitRecord,
)
from connector.soap.answers import first_problem
from connector.soap.definition import guarded_parser, named, schema
from connector.soap.fields import Fields
from connector.soap.lists import ELEMENTS
from errors import SkipRecord

_STATES: Final = {
    "DU_THAO": DocumentState.DRAFT,
    "DA_PHAT_HANH": DocumentState.ISSUED,
    "DA_THU_HOI": DocumentState.RECALLED,
}
_ROLES: Final = {
    "CHU_TRI": LineRole.LEAD,
    "PHOI_HOP": LineRole.COORDINATE,
    "THEO_DOI": LineRole.WATCH,
}


def decode(raw: RawRecord) -> Record:
    """The record inside. Raises SkipRecord naming the field; never anything else, whatever the bytes."""
    fields = Fields(_element(raw))
    if fields.text("Ma") != raw.remote_id:
        raise SkipRecord("Field Ma: the record is that of another one.")
    match raw.kind:
        case Kind.DOCUMENT:
            return _directive(fields, raw.remote_id)
        case Kind.JOB:
            return _job(fields, raw.remote_id)
        case Kind.UNIT:
            return _unit(fields, raw.remote_id)
        case Kind.ACCOUNT:
            return _account(fields, raw.remote_id)


def _element(raw: RawRecord) -> Any:
    """The element, as the XSD says it should be."""
    try:
        element = etree.fromstring(raw.body, guarded_parser())
    except (etree.XMLSyntaxError, ValueError):
        raise SkipRecord(f"The {raw.kind.value} is not XML.") from None
    if element.tag != named(ELEMENTS[raw.kind]) or element.getroottree().docinfo.doctype:
        raise SkipRecord(f"The {raw.kind.value} is another element than {ELEMENTS[raw.kind]}.")
    checking = schema()
    if not checking.validate(element):
        raise SkipRecord(
            f"The {raw.kind.value}: {first_problem(checking)}", remedy="Correct it in the document system."
        )
    return element


def _unit(fields: Fields, remote_id: str) -> UnitRecord:
    return UnitRecord(
        remote_id=remote_id,
        name=fields.text("Ten"),
        parent_id=fields.text("MaCha"),
        code=fields.text("MaDinhDanh"),
        tier=fields.text("Cap"),
        valid_from=fields.day("TuNgay"),
        valid_to=fields.day("DenNgay"),
        successors=fields.texts("ThayBang"),
    )


def _account(fields: Fields, remote_id: str) -> AccountRecord:
    return AccountRecord(
        remote_id=remote_id,
        user_id=fields.text("MaNguoiDung"),
        full_name=fields.text("HoTen"),
        position=fields.text("ChucVu"),
        unit_id=fields.text("MaDonVi"),
        unit_name=fields.text("TenDonVi"),
        email=fields.text("ThuDienTu"),
        phone=fields.text("DienThoai"),
        locked=fields.flag("BiKhoa"),
    )


def _directive(fields: Fields, remote_id: str) -> DirectiveRecord:
    return DirectiveRecord(
        remote_id=remote_id,
        number=fields.text("SoKyHieu"),
        subject=fields.text("TrichYeu"),
        doc_type=fields.text("HinhThuc"),
        issuer=fields.text("CoQuanBanHanh"),
        issued_on=fields.day("NgayBanHanh"),
        state=_STATES[fields.text("TrangThai")],
        signer=fields.text("NguoiKy"),
        drafter=fields.text("NguoiSoan"),
        drafter_unit=fields.text("DonViSoan"),
        secrecy=fields.text("DoMat"),
        urgency=fields.text("DoKhan"),
        due_text=_shown(fields.day("HanXuLy")),
        note=fields.text("GhiChu"),
        files=tuple(_file(row) for row in fields.rows("Tep")),
        log=tuple(_log_entry(row) for row in fields.rows("NhatKy")),
        rows=tuple(_assignment(row) for row in fields.rows("PhanCong")),
    )


def _shown(day: date | None) -> str:
    """As people write it; `strftime` alone would cost a tenth of reading a directive."""
    return f"{day.day:02}/{day.month:02}/{day.year}" if day else ""


def _file(fields: Fields) -> FileRef:
    return FileRef(
        remote_id=fields.text("Ma"),
        name=fields.text("Ten"),
        size=fields.number("KichThuoc"),
        uploaded_by=fields.text("NguoiTai"),
        related=fields.flag("LienQuan"),
    )


def _log_entry(fields: Fields) -> LogEntry:
    return LogEntry(
        entry_id=fields.text("Ma"),
        at=fields.moment("ThoiDiem"),
        actor=fields.text("MaNguoiDung"),
        actor_name=fields.text("HoTen"),
        unit=fields.text("DonVi"),
        action=fields.text("HanhDong"),
        comment=fields.text("NoiDung"),
    )


def _assignment(fields: Fields) -> AssignmentCells:
    return AssignmentCells(
        ordinal=fields.text("TT"),
        content=fields.text("NoiDung"),
        lead=fields.text("ChuTri"),
        coordinators=fields.texts("PhoiHop"),
        deadline=fields.text("ThoiHan"),
        product=fields.text("SanPham"),
        officer=fields.text("ChuyenVien"),
    )


def _job(fields: Fields, remote_id: str) -> JobRecord:
    return JobRecord(
        remote_id=remote_id,
        name=fields.text("Ten"),
        content=fields.text("NoiDung"),
        document_id=fields.text("MaVanBan"),
        due=fields.day("HanXuLy"),
        status_text=fields.text("TrangThai"),
        evaluation_code=fields.text("MaDanhGia"),
        cancelled=fields.flag("DaHuy"),
        lines=tuple(_line(row) for row in fields.rows("Dong")),
        actions=tuple(sorted((_action(row) for row in fields.rows("TienTrinh")), key=lambda done: done.at)),
        files=tuple(_file(row) for row in fields.rows("Tep")),
    )


def _line(fields: Fields) -> JobLine:
    return JobLine(
        line_id=fields.text("Ma"),
        role=_ROLES[fields.text("VaiTro")],
        unit_id=fields.text("MaDonVi"),
        user_id=fields.text("MaNguoiDung"),
        name=fields.text("Ten"),
        status_code=fields.text("MaTrangThai"),
        status_text=fields.text("TrangThai"),
        due=fields.day("HanXuLy"),
    )


def _action(fields: Fields) -> JobAction:
    return JobAction(
        entry_id=fields.text("Ma"),
        at=fields.moment("ThoiDiem"),
        actor=fields.text("MaNguoiDung"),
        actor_name=fields.text("HoTen"),
        posting=fields.text("MaChucDanh"),
        line_id=fields.text("MaDong"),
        action=fields.text("HanhDong"),
        status_code=fields.text("MaTrangThai"),
        evaluation_code=fields.text("MaDanhGia"),
        comment=fields.text("NoiDung"),
        new_due=fields.day("HanMoi"),
        files=tuple(_file(row) for row in fields.rows("Tep")),
    )
