"""Answers as an iOffice installation gives them, for tests without a server. Made up for Tỉnh Sông Lam."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import responses
from pydantic import SecretStr

from connector.ioffice.client import IOfficeConnector
from connector.limits import Access
from connector.transport import Transport

URL = "https://vanban.songlam.example/qlvb"
TOKEN = "tok-5f2c9e1b7a"
PASSWORD = "mật-khẩu-dài-9"
#: The addresses of single documents and work items.
RECORD = re.compile(
    r"(?:document/get(?:detaildocument|activitylog)|file/getfile(?:attach|related)"
    r"|job/(?:getdetailjobdagiao|getlistjobflow|getlistprocesser))/\d+"
)
LOGIN_PAGE = "<!DOCTYPE html><html><body><form action='login.jsp'>Tên đăng nhập</form></body></html>"

DOCUMENT_ROW: dict[str, Any] = {
    "id": "70001",
    "trichYeu": "Ch&#7881; th&#7883; v&#7873; t&agrave;i s&#7843;n c&ocirc;ng &amp; bi&ecirc;n ch&#7871;",
    "soKihieu": "12/CT-UBND",
    "coQuanBanHanh": "UBND tỉnh Sông Lam",
    "ngayVanBan": "16/11/2026",
    "ngayNhan": "null",
    "doKhan": "Thường",
    "role": "Xử lý chính",
    "congVanDenDi": "2",
    "processDefinitionId": "null",
    "processInstanceId": "700011",
    "hasFile": "null",
    "isRead": "FALSE",
    "isCheck": "0",
    "isComment": "false",
    "isChuTri": "TRUE",
    "isSign": "TRUE",
    "layLai": "false",
}
DOCUMENT_DETAIL: dict[str, Any] = {
    "id": 70001,
    "trichYeu": "Chỉ thị về tài sản công &amp; biên chế",
    "soKiHieu": "12/CT-UBND",
    "hinhThucVanBan": "Chỉ thị",
    "hinhThucVanBanCode": "CT",
    "trangThai": 1,
    "ghiChu": "Theo dõi &lt;báo cáo&gt;",
    "ngayTao": "15/11/2026 09:10",
    "ngayBanHanh": "16/11/2026",
    "ngayDenDi": "16/11/2026 10:00",
    "ngayVanBan": "16/11/2026",
    "hanGiaiQuyet": "null",
    "assigner": "Nguyễn Văn Minh",
    "nguoiSoanThao": "1003",
    "donViSoanThao": "Phòng Tổng hợp",
    "donViBanHanh": "UBND tỉnh Sông Lam",
    "nguoiKiChinh": "Lê Quang Sơn",
    "nguoiKiSao": "null",
    "doMat": "Thường",
    "doUuTien": "Khẩn",
    "doUuTienCode": "K",
    "layLai": "FALSE",
    "soTrang": 3,
}
DOCUMENT_LOG: list[dict[str, Any]] = [
    {
        "schema": "QLVB_H9901.",
        "unit": "Văn phòng UBND tỉnh",
        "parameter": [
            {
                "fullName": "Nguyễn Văn Minh",
                "updateBy": "1003",
                "updateDate": "16/11/2026 10:00",
                "status": "2",
                "comment": "Đã phát hành.<br/>Hạn xử lý: 30/11/2026",
                "chuyenToi": "Xử lý chính: Sở Nội vụ|Phối hợp: Sở Tài chính",
                "action": "Phát hành",
                "avatar": "null",
            },
            {
                "fullName": "Nguyễn Văn Minh",
                "updateBy": "1003",
                "updateDate": "null",
                "status": "2",
                "comment": "&Yacute; ki&#7871;n",
                "chuyenToi": "null",
                "action": "Ý kiến",
                "avatar": "null",
            },
        ],
    },
    {"schema": "QLVB_H9902.", "unit": "Sở Nội vụ", "parameter": None},
]
FILES: list[dict[str, Any]] = [
    {
        "id": 3,
        "name": "Bảng phân công.xlsx",
        "attachmentId": 9,
        "creator": "Nguyễn Văn Minh",
        "fileSize": "5848",
    },
    {"id": 7, "name": "Chỉ thị.pdf", "attachmentId": 10, "creator": "null", "fileSize": "null"},
]
RELATED: list[dict[str, Any]] = [
    {"id": 12, "name": "Báo cáo.pdf", "creator": "Vũ Thị Mai", "fileSize": "2 MB"}
]

JOB_ROW: dict[str, Any] = {
    "id": "501",
    "nxlId": "901",
    "name": "Rà soát biên chế",
    "status": "Đang thực hiện",
    "vaitro": "Chủ trì",
    "chuTri": "Sở Nội vụ",
    "startDate": "16/11/2026",
    "endDate": "30/11/2026",
    "lanhDaoGiaoViec": "Tài khoản tích hợp",
    "mucDo": "Thường",
    "dondoc": False,
    "statusDanhGia": "null",
    "noiDungDanhGia": "null",
}
JOB_DETAIL: dict[str, Any] = {
    "id": 501,
    "nxlId": 901,
    "docId": 70001,
    "name": "Rà soát biên chế",
    "noiDung": "Theo 12/CT-UBND &amp; kế hoạch.\nMã theo dõi: TD-7F3K2M9QPX",
    "ngayGiaoViec": "16/11/2026",
    "ngayHetHan": "30/11/2026",
    "priority": 1,
    "status": "Đang thực hiện",
    "statusDanhGia": "",
    "noiDungDanhGia": "",
    "files": [],
    "btnUpdate": True,
}
JOB_LINES: list[dict[str, Any]] = [
    {
        "nxlId": "901",
        "unitId": "3",
        "userId": "null",
        "name": "Sở Nội vụ",
        "vaiTro": "1",
        "status": "Đang thực hiện",
        "statusCode": "2",
        "startDate": "16/11/2026",
        "endDate": "30/11/2026",
    },
    {
        "nxlId": "902",
        "unitId": "null",
        "userId": "1008",
        "name": "Lý Hữu Thành",
        "vaiTro": 2,
        "status": "Chưa thực hiện",
        "statusCode": 1,
        "startDate": "",
        "endDate": "null",
    },
]
JOB_FLOW: list[dict[str, Any]] = [
    {
        "id": "2",
        "nxlId": "901",
        "userId": "1005",
        "fullName": "Đặng Quốc Dũng",
        "chucDanhId": "8005",
        "updateDate": "17/11/2026 14:05:09",
        "action": "Cập nhật trạng thái",
        "status": "31",
        "statusName": "Trình kết quả",
        "comment": "B&aacute;o c&aacute;o &lt;50%&gt;",
        "danhGia": "",
        "hanMoi": "",
        "files": [{"id": 44, "name": "Kết quả.pdf", "fileSize": "1200"}],
    },
    {
        "id": "1",
        "nxlId": "",
        "userId": "1000",
        "fullName": "Tài khoản tích hợp",
        "chucDanhId": "8000",
        "updateDate": "16/11/2026 10:05:00",
        "action": "Giao việc",
        "status": "",
        "comment": "",
        "danhGia": "null",
        "hanMoi": "null",
        "files": [],
    },
    {
        "id": "3",
        "nxlId": "901",
        "userId": "1002",
        "fullName": "Trần Thị Hà",
        "chucDanhId": "8002",
        "updateDate": "18/11/2026 08:00:00",
        "action": "Điều chỉnh hạn xử lý",
        "status": "",
        "comment": "",
        "danhGia": "2",
        "hanMoi": "15/12/2026",
        "files": [],
    },
]
UNIT_BLOB = (
    "ID: 1\nNAME: UBND tỉnh Sông Lam\nAGENT_ID: H99\nPARENT_ID: null\nSTART_DATE: null\nEND_DATE: null\n"
    "REPLACED_BY: null\n\n"
    "ID: 9\nNAME: Sở Kế hoạch: Đầu tư\nAGENT_ID: so.khdt\nPARENT_ID: 1\nSTART_DATE: null\nEND_DATE: 28/02/2025\n"
    "REPLACED_BY: 4,5"
)
CONTACTS: list[dict[str, Any]] = [
    {
        "id": "3",
        "parentId": "null",
        "userName": "Sở Nội vụ",
        "position": "",
        "unitName": "Sở Nội vụ",
        "dataInfo": "",
    },
    {
        "id": "8008",
        "parentId": "4",
        "userName": "Lý Hữu Thành",
        "position": "Giám đốc",
        "unitName": "Sở Tài chính",
        "dataInfo": "null;0901;thanhlh@songlam.example;null;Kinh;null;null;0;1008;null;null",
    },
    {
        "id": "8009",
        "parentId": "5",
        "userName": "Lý Hữu Thành",
        "position": "Phó Giám đốc (kiêm nhiệm)",
        "unitName": "Sở Y tế",
        "dataInfo": "null;0901;thanhlh@songlam.example;null;Kinh;null;null;1;1008;null;null",
    },
]


def success(data: object) -> dict[str, object]:
    """The envelope of a success."""
    return {"status": {"code": "0", "message": ""}, "data": data}


def refused(code: str, message: str) -> dict[str, object]:
    """The envelope of a refusal."""
    return {"status": {"code": code, "message": message}, "data": None}


class Imitation:
    """`responses` as an installation: log-in answered, further answers added by path, requests by path."""

    def __init__(self, mock: responses.RequestsMock) -> None:
        self.mock = mock
        self._records: dict[str, object] = {}
        self.add("POST", "login/v3", {"token": TOKEN, "userId": "1000", "fullName": "Tài khoản tích hợp"})
        self.add("GET", "logout", "TRUE")

    def add(self, method: str, path: str, data: object, *ids: str) -> None:
        """The success with `data`."""
        self.raw(method, path, success(data), *ids)

    def raw(self, method: str, path: str, body: object, *ids: str, status: int = 200, **further: Any) -> None:
        """Any JSON body or text."""
        if RECORD.fullmatch("/".join([path, *ids])):
            self._record("/".join([path, *ids]), body)
            return
        address = "/".join([URL, "api", path, *ids, ""])
        given: dict[str, Any] = (
            {"body": body} if isinstance(body, str | bytes | Exception) else {"json": body}
        )
        self.mock.add(method, address, status=status, **given, **further)

    def _record(self, place: str, body: object) -> None:
        """Kept in one dictionary behind one address: hundreds of addresses would make `responses` slow."""
        if not self._records:

            def answer(request: Any) -> tuple[int, dict[str, str], str]:
                asked = request.path_url.split("/api/")[1].strip("/")
                known = self._records.get(asked, refused("error_data_not_found", "Không tìm thấy"))
                return 200, {"Content-Type": "application/json"}, json.dumps(known)

            self.mock.add_callback(responses.GET, re.compile(f"{URL}/api/{RECORD.pattern}/"), callback=answer)
        self._records[place] = body

    def paged(self, path: str, rows: Callable[[], list[dict[str, Any]]]) -> None:
        """A list that gives the asked page of `rows()` as it is at that moment."""

        def answer(request: Any) -> tuple[int, dict[str, str], str]:
            asked = json.loads(request.body)
            number, size = int(asked["pageNo"]), int(asked["pageRec"])
            page = rows()[(number - 1) * size : number * size]
            return 200, {"Content-Type": "application/json"}, json.dumps(success(page))

        self.mock.add_callback(responses.POST, f"{URL}/api/{path}/", callback=answer)

    def sent(self, path: str = "") -> list[Any]:
        """Requests whose address contains `path`, in order."""
        return [call.request for call in self.mock.calls if f"/api/{path}" in str(call.request.url)]

    def bodies(self, path: str) -> list[Any]:
        """The JSON values sent there."""
        return [json.loads(request.body) for request in self.sent(path)]

    def document(self, number: str = "70001", **detail: object) -> None:
        """All four answers of one document."""
        self.add(
            "GET", "document/getdetaildocument", {**DOCUMENT_DETAIL, "id": int(number), **detail}, number
        )
        self.add("GET", "document/getactivitylog", DOCUMENT_LOG, number)
        self.add("GET", "file/getfileattach", FILES, number)
        self.add("GET", "file/getfilerelated", RELATED, number)

    def job(self, number: str = "501", **detail: object) -> None:
        """All three answers of one work item."""
        self.add("GET", "job/getdetailjobdagiao", {**JOB_DETAIL, "id": int(number), **detail}, number)
        self.add("GET", "job/getlistjobflow", JOB_FLOW, number)
        self.add("GET", "job/getlistprocesser", JOB_LINES, number)


def connector(page_size: int = 100, **further: Any) -> IOfficeConnector:
    """A connector to the imitation; nothing sleeps."""
    transport = Transport(URL, Access(rate_per_second=1e6, tries=2), sleep=lambda _: None)
    return IOfficeConnector(
        "songlam",
        URL,
        "tdcd",
        SecretStr(PASSWORD),
        transport=transport,
        page_size=page_size,
        today=lambda: date(2026, 11, 20),
        **further,
    )
