"""A handful of units, twelve people with the service account beside them, six documents: for quick tests."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from typing import Final

from sandbox.clock import ZONE
from sandbox.dataset import Attachment, Dataset, Document, Person, Posting, Unit
from sandbox.sheet import TableRow, assignment_sheet

CANARY: Final = "HẠT-CẢI-ĐỎ-7731"
_XLSX: Final = "Bảng phân công nhiệm vụ.xlsx"

_UNITS: Final = (
    Unit("1", "UBND tỉnh Sông Lam", "H99", "", "province"),
    Unit("2", "Văn phòng UBND tỉnh", "H99.01", "1", "department"),
    Unit("21", "Phòng Tổng hợp", "H99.01.01", "2", "room"),
    Unit("3", "Sở Nội vụ", "H99.02", "1", "department"),
    Unit("4", "Sở Tài chính", "H99.03", "1", "department"),
    Unit("5", "Sở Y tế", "H99.04", "1", "department"),
    Unit("6", "UBND phường Lam Châu", "H99.61", "1", "commune", valid_from=date(2025, 7, 1)),
    Unit(
        "9",
        "Sở Kế hoạch và Đầu tư",
        "H99.41",
        "1",
        "department",
        valid_to=date(2025, 2, 28),
        successors=("4",),
    ),
)

# user id, log-in, name, [(unit, position)], locked
_STAFF: Final[tuple[tuple[str, str, str, tuple[tuple[str, str], ...], bool], ...]] = (
    ("1000", "tdcd", "Tài khoản tích hợp Theo dõi chỉ đạo", (("2", "Tài khoản tích hợp"),), False),
    ("1001", "sonlq.ubnd", "Lê Quang Sơn", (("1", "Chủ tịch"),), False),
    ("1002", "hatt.vp", "Trần Thị Hà", (("2", "Chánh Văn phòng"),), False),
    ("1003", "minhnv.vp", "Nguyễn Văn Minh", (("21", "Chuyên viên"),), False),
    ("1004", "lanpt.vp", "Phạm Thị Lan", (("2", "Văn thư"),), False),
    ("1005", "dungdq.nv", "Đặng Quốc Dũng", (("3", "Giám đốc"),), False),
    ("1006", "maivt.nv", "Vũ Thị Mai", (("3", "Văn thư"),), False),
    ("1007", "hungbv.nv", "Bùi Văn Hùng", (("3", "Chuyên viên"),), False),
    ("1008", "thanhlh.tc", "Lý Hữu Thành", (("4", "Giám đốc"), ("5", "Phó Giám đốc (kiêm nhiệm)")), False),
    ("1009", "ngandt.tc", "Đỗ Thị Ngân", (("4", "Văn thư"),), False),
    ("1010", "yenht.yt", "Hồ Thị Yến", (("5", "Giám đốc"),), False),
    ("1011", "longtv.lc", "Trịnh Văn Long", (("6", "Chủ tịch"),), False),
    ("1012", "cunv.tc", "Ngô Văn Cư", (("4", "Chuyên viên"),), True),
)


def small_dataset() -> Dataset:
    """The small province; log-ins have the password `sandbox`, the service account `tdcd-sandbox`."""
    people = tuple(
        Person(
            user_id,
            username,
            "tdcd-sandbox" if username == "tdcd" else "sandbox",
            unicodedata.normalize("NFD", name) if user_id == "1007" else name,
            email=f"{username}@songlam.example",
            phone="" if user_id == "1011" else f"090000{user_id}",
            locked=locked,
        )
        for user_id, username, name, _, locked in _STAFF
    )
    posts = [(user_id, unit, position) for user_id, _, _, held, _ in _STAFF for unit, position in held]
    postings = tuple(Posting(str(8000 + n), *post) for n, post in enumerate(posts))
    return Dataset("Tỉnh Sông Lam", _UNITS, people, postings, _documents(), service_user="1000")


def _documents() -> tuple[Document, ...]:
    """Issued with a table (two), issued without, classified, draft, incoming."""
    first = (
        TableRow(
            "Rà soát biên chế các cơ quan hành chính",
            "Sở Nội vụ",
            "30/11/2026",
            "Sở Tài chính",
            officer="Nguyễn Văn Minh",
        ),
        TableRow("Bố trí kinh phí phòng, chống dịch", "Sở Tài chính", "20/11/2026", "Sở Y tế"),
        TableRow("Báo cáo tình hình bệnh truyền nhiễm", "Sở Y tế", "18/11/2026", product="Báo cáo tuần"),
    )
    second = (
        TableRow("Chỉnh trang hè phố trung tâm", "UBND phường Lam Châu", "15/12/2026"),
        TableRow("Thẩm định dự toán chỉnh trang", "Sở Tài chính", "05/12/2026", "UBND phường Lam Châu"),
    )
    secret = (TableRow(f"Việc mật {CANARY}", "Sở Nội vụ", "25/11/2026"),)
    return (
        _document(
            "70001", "12/CT-UBND", "Chỉ thị về công tác tổ chức & ngân sách cuối năm", "Chỉ thị", 10, first
        ),
        _document("70002", "233/TB-VP", "Thông báo kết luận về chỉnh trang đô thị", "Thông báo", 12, second),
        _document("70003", "51/KH-UBND", "Kế hoạch tuyên truyền năm 2027", "Kế hoạch", 13, ()),
        _document("70004", "03/CT-UBND", f"Chỉ thị {CANARY}", "Chỉ thị", 13, secret, secrecy="Mật"),
        _document("70005", "", "Dự thảo Chỉ thị về cải cách hành chính", "Chỉ thị", 16, second, issued=False),
        _document("70006", "8/BNV-TCCB", "Công văn của Bộ Nội vụ", "Công văn", 9, (), outgoing=False),
    )


def _document(
    document_id: str,
    number: str,
    subject: str,
    doc_type: str,
    day: int,
    rows: tuple[TableRow, ...],
    *,
    secrecy: str = "Thường",
    issued: bool = True,
    outgoing: bool = True,
) -> Document:
    files = (Attachment(_XLSX, assignment_sheet(subject, rows), is_table=True),) if rows else ()
    return Document(
        document_id,
        number,
        subject,
        doc_type,
        "UBND tỉnh Sông Lam" if outgoing else "Bộ Nội vụ",
        "Lê Quang Sơn",
        datetime(2026, 11, day, 9, 5, tzinfo=ZONE),
        "1003",
        "21",
        secrecy,
        "Thường",
        due=date(2026, 12, 20),
        issued=issued,
        outgoing=outgoing,
        attachments=files,
        recipients=("3", "4", "5", "6") if outgoing else (),
        classified=secrecy != "Thường",
        canary=CANARY if secrecy != "Thường" else "",
    )
