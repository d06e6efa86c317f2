"""Made-up directives for measuring: three assignment rows each, about two kilobytes of JSON."""

from __future__ import annotations

import datetime as dt

import orjson

UNITS = (
    "Sở Tài chính", "Sở Xây dựng", "Sở Y tế", "Sở Nội vụ", "Sở Tư pháp", "Sở Công Thương",
    "Sở Khoa học và Công nghệ", "Sở Nông nghiệp và Môi trường", "Thanh tra tỉnh", "Văn phòng UBND tỉnh",
)  # fmt: skip
KINDS = (("Công văn", "UBND-TH"), ("Chỉ thị", "CT-UBND"), ("Thông báo", "TB-UBND"), ("Thông báo", "TB-VP"))
WORK = (
    "rà soát danh mục dự án chậm tiến độ trên địa bàn Tỉnh Sông Lam và đề xuất phương án điều chuyển vốn",
    "hoàn thiện hồ sơ kỹ thuật tuyến đường ven sông, gửi lấy ý kiến các xã, phường có tuyến đi qua",
    "kiểm tra việc tiếp nhận và trả kết quả tại bộ phận một cửa của các xã, phường sau sắp xếp",
    "tổng hợp kiến nghị của doanh nghiệp sau buổi gặp mặt đầu quý, phân loại theo thẩm quyền giải quyết",
    "chuẩn bị nội dung làm việc với đoàn khảo sát về cấp nước sạch cho vùng bãi ngang Sông Lam",
)
FIRST = dt.date(2024, 1, 2)


def _day(number: int) -> str:
    return (FIRST + dt.timedelta(days=number % 900)).strftime("%d/%m/%Y")


def directive(number: int) -> dict[str, object]:
    """The directive with this sequence number, from 1; the same each time."""
    kind, notation = KINDS[number % len(KINDS)]
    work = WORK[number % len(WORK)]
    return {
        "id": number,
        "soKiHieu": f"{number}/{notation}",
        "trichYeu": f"Về việc {work}; các cơ quan được giao báo cáo kết quả về Văn phòng UBND tỉnh trước ngày "
        f"{_day(number + 40)} để tổng hợp, trình Thường trực UBND tỉnh xem xét, chỉ đạo bước tiếp theo.",
        "ngayBanHanh": _day(number),
        "nguoiKy": "Lê Quang Thái",
        "coQuanBanHanh": "UBND tỉnh",
        "hinhThuc": kind,
        "doMat": "Thường",
        "doKhan": "Thường",
        "phanCong": [
            {
                "tt": row,
                "noiDung": f"Chủ trì {WORK[(number + row) % len(WORK)]}; báo cáo rõ phần việc đã làm, phần việc còn "
                f"lại, nguyên nhân và kiến nghị (việc {number}.{row}).",
                "chuTri": UNITS[(number + row) % len(UNITS)],
                "phoiHop": [UNITS[(number + row + 1) % len(UNITS)], UNITS[(number + row + 4) % len(UNITS)]],
                "han": _day(number + 20 * row),
                "sanPham": "Báo cáo",
            }
            for row in (1, 2, 3)
        ],
    }


def rendered(count: int) -> list[bytes]:
    """Every directive as JSON bytes, rendered once."""
    return [orjson.dumps(directive(number)) for number in range(1, count + 1)]
