"""Answers as a province's own API gives them, for tests without a server. Made up for Tỉnh Sông Lam."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import responses
from pydantic import SecretStr

from connector.limits import Access
from connector.province_api.client import ProvinceApiConnector

URL = "https://songlam-api.vnptioffice.example"
FILE_HOST = "songlam-file.vnptioffice.example"
REFRESH = "8000.20260101080000.rt-5f2c9e1b7a"
TOKEN = "can-bo/access-token"
SEARCH = "van-ban/tra-cuu-van-ban-di-agg"
INCOMING = "van-ban-den/danh-sach-van-ban-den-theo-trang-thai-cua-chuyen-vien"
DETAIL = "van-ban-di/chi-tiet-van-ban-di"
TREE = "can-bo/ds-don-vi-tu-dv-dinh-danh"
LOGIN_PAGE = "<!DOCTYPE html><html><body><form action='/login'>Tên đăng nhập</form></body></html>"
PROXY_PAGE = "<html><body><h1>Truy cập bị chặn bởi tường lửa</h1></body></html>"
PACKED = (
    "vanbandi___https-songlam-file.vnptioffice.example___songlam___2026__11__7"
    "__20261116090500am001Bảng phân công phạm vi.xlsx"
)

ROW: dict[str, Any] = {
    "ma_van_ban": 70001.0,
    "so_ky_hieu": "12/CT-UBND",
    "trich_yeu": "Chỉ thị về tài sản công & biên chế",
    "ngay_ban_hanh": "16/11/2026",
    "nguoi_ky": "Lê Quang Sơn",
    "ten_loai_van_ban": "Chỉ thị",
    "co_quan_ban_hanh_rut_gon": "UBND tỉnh Sông Lam",
    "ten_can_bo_soan": "Nguyễn Văn Minh",
    "da_thu_hoi": 0.0,
    "file_van_ban_bs": PACKED,
}
BODY: dict[str, Any] = ROW | {
    "ma_van_ban_di": 70001.0,
    "ngay_ban_hanh": "16/11/2026 09:05:00",
    "han_xu_ly": "20/12/2026",
    "ten_do_mat": "Thường",
    "ten_do_khan": "Khẩn",
    "ghi_chu": None,
    "ten_don_vi_soan": "Phòng Tổng hợp",
}
#: As a unit gets it: no detail, no mark, and who deals with it as a text.
INCOMING_ROW: dict[str, Any] = {
    "ma_van_ban": 70001.0,
    "so_ky_hieu": "12/CT-UBND",
    "trich_yeu": "Chỉ thị về tài sản công & biên chế",
    "ngay_ban_hanh": "13/11/2026",
    "ngay_den": "16/11/2026 09:05:00",
    "nguoi_ky": "Lê Quang Sơn",
    "ten_loai_van_ban": "Chỉ thị",
    "ten_co_quan_ban_hanh": "UBND tỉnh Sông Lam",
    "nguoi_xu_ly_chinh": "Sở Nội vụ (xử lý chính)",
    "file_dinh_kem": PACKED,
}
UNIT_TREE: list[dict[str, Any]] = [
    {
        "data": {"ma": "1", "ten": "UBND tỉnh Sông Lam"},
        "childs": [
            {"data": {"ma": "3", "ten": "Sở Nội vụ"}, "childs": []},
            {"data": {"ma": "4", "ten": "Sở Tài chính"}, "childs": None},
        ],
    }
]


def success(data: object) -> dict[str, object]:
    return {"success": True, "message": "Thành công", "data": data}


def refused(message: str) -> dict[str, object]:
    return {"success": False, "message": message, "data": None}


def connector(**further: Any) -> ProvinceApiConnector:
    """One that never waits and never tries twice."""
    options: dict[str, Any] = {
        "access": Access(rate_per_second=100_000, tries=1),
        "page_size": 5,
        "since": date(2026, 1, 1),
        "today": lambda: date(2026, 11, 16),
    } | further
    return ProvinceApiConnector("songlam", URL, "8000", SecretStr(REFRESH), **options)


class Imitation:
    """`responses` as an installation: each exchange brings the next access token and the next refresh token."""

    def __init__(self, mock: responses.RequestsMock) -> None:
        self.mock = mock
        self.exchanged: list[str] = []
        mock.add_callback(responses.GET, f"{URL}/api/{TOKEN}", callback=self._exchange)

    def _exchange(self, request: Any) -> tuple[int, dict[str, str], str]:
        self.exchanged.append(dict(parse_qsl(urlsplit(request.url).query))["refresh_token"])
        count = len(self.exchanged)
        tokens = {"access_token": f"at-7b1e40-{count}", "refresh_token": f"{REFRESH}-{count}"}
        return 200, {"Content-Type": "application/json"}, json.dumps(success(tokens))

    def answer(self, method: str, path: str, *bodies: object, status: int = 200) -> None:
        """One answer after another, the last one for ever: JSON values, texts, or raw bytes."""
        for body in bodies:
            given: dict[str, Any] = {"body": body} if isinstance(body, str | bytes) else {"json": body}
            self.mock.add(method, f"{URL}/api/{path}", status=status, **given)

    def sent(self, path: str = "") -> list[Any]:
        """Requests whose address contains `path`, in order."""
        return [call.request for call in self.mock.calls if f"/api/{path}" in str(call.request.url)]
