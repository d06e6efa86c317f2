"""Units, postings, documents and work items as elements of the XSD, straight from the state."""

from __future__ import annotations

from typing import Any, Final

from sandbox.calls import Call
from sandbox.dialect import drifting
from sandbox.files import linked
from sandbox.job_rights import lines_of
from sandbox.people import name_of, unit_name
from sandbox.soap.filling import element, put
from sandbox.state import Row

_STATES: Final = ("DU_THAO", "DA_PHAT_HANH", "DA_THU_HOI")
_ROLES: Final = {"1": "CHU_TRI", "2": "PHOI_HOP", "3": "THEO_DOI"}


def unit(row: Row) -> Any:
    """A row of table `unit`."""
    return put(
        element("DonVi"),
        Ma=row["id"],
        Ten=drifting(row["name"], int(row["id"]) if row["id"].isdigit() else 0, 4),
        MaDinhDanh=row["code"],
        MaCha=row["parent_id"],
        Cap=row["tier"],
        TuNgay=row["valid_from"] or None,
        DenNgay=row["valid_to"] or None,
        ThayBang=[part for part in row["successors"].split(",") if part],
    )


def account(row: Row) -> Any:
    """A posting with its person and unit."""
    return put(
        element("TaiKhoan"),
        Ma=row["posting_id"],
        MaNguoiDung=row["user_id"],
        HoTen=row["full_name"],
        ChucVu=row["position"],
        MaDonVi=row["unit_id"],
        TenDonVi=row["unit_name"],
        ThuDienTu=row["email"],
        DienThoai=row["phone"],
        BiKhoa=bool(row["locked"]),
    )


def directive(call: Call, row: Row) -> Any:
    """A document whole, with files and log; its table is in an attachment."""
    state = call.state
    return put(
        element("VanBan"),
        Ma=row["id"],
        SoKyHieu=row["number"],
        TrichYeu=drifting(row["subject"], row["id"], 3),
        HinhThuc=row["doc_type"],
        CoQuanBanHanh=row["issuer"],
        NgayBanHanh=row["issued_at"][:10] or None,
        TrangThai=_STATES[row["state"]],
        NguoiKy=row["signer"],
        NguoiSoan=row["drafter_user"],
        DonViSoan=unit_name(state, row["drafter_unit"]),
        DoMat=row["secrecy"] or None,
        DoKhan=row["urgency"],
        HanXuLy=row["due"][:10] or None,
        GhiChu=row["note"],
        Tep=[
            _file(call, file, related=place == "related")
            for place in ("attach", "related")
            for file in linked(state, place, row["id"])
        ],
        NhatKy=[_step(call, entry) for entry in _log(call, row["id"])],
    )


def _log(call: Call, number: int) -> list[Row]:
    return call.state.all("SELECT * FROM doc_log WHERE doc_id = ? ORDER BY at, id", (number,))


def _file(call: Call, row: Row, *, related: bool) -> Any:
    return put(
        element("Tep"),
        Ma=row["id"],
        Ten=row["name"],
        KichThuoc=None if row["id"] % 7 == 0 else row["size"],
        NguoiTai=name_of(call.state, row["creator"]),
        LienQuan=related,
    )


def _step(call: Call, row: Row) -> Any:
    return put(
        element("NhatKy"),
        Ma=row["id"],
        ThoiDiem=row["at"],
        MaNguoiDung=row["user_id"],
        HoTen=name_of(call.state, row["user_id"]),
        DonVi=unit_name(call.state, row["unit_id"]),
        HanhDong=row["action"],
        NoiDung=row["comment"],
    )


def job(call: Call, row: Row) -> Any:
    """A work item whole, with lines and history."""
    flow = call.state.all("SELECT * FROM flow WHERE job_id = ? ORDER BY id", (row["id"],))
    return put(
        element("CongViec"),
        Ma=row["id"],
        MaVanBan="" if row["doc_id"] is None else row["doc_id"],
        Ten=drifting(row["name"], row["id"], 5),
        NoiDung=row["content"],
        HanXuLy=row["due"] or None,
        TrangThai=row["status_name"],
        MaDanhGia=row["grade"],
        DaHuy=bool(row["cancelled"]),
        Dong=[_line(call, line) for line in lines_of(call, row["id"])],
        TienTrinh=[_action(call, entry) for entry in flow],
        Tep=[_file(call, file, related=False) for file in linked(call.state, "job", row["id"])],
    )


def _line(call: Call, row: Row) -> Any:
    return put(
        element("Dong"),
        Ma=row["id"],
        VaiTro=_ROLES[row["role"]],
        MaDonVi=row["unit_id"],
        MaNguoiDung=row["user_id"],
        Ten=row["name"],
        MaTrangThai=row["status"],
        TrangThai=call.state.statuses.get(row["status"], ""),
        HanXuLy=row["due"] or None,
    )


def _action(call: Call, row: Row) -> Any:
    return put(
        element("TienTrinh"),
        Ma=row["id"],
        ThoiDiem=row["at"],
        MaNguoiDung=row["user_id"],
        HoTen=name_of(call.state, row["user_id"]),
        MaChucDanh=row["posting_id"],
        MaDong="" if row["line_id"] is None else row["line_id"],
        HanhDong=row["action"],
        MaTrangThai=row["status"],
        MaDanhGia=row["grade"],
        NoiDung=row["comment"],
        HanMoi=row["new_due"] or None,
        Tep=[_file(call, file, related=False) for file in linked(call.state, "flow", row["id"])],
    )
