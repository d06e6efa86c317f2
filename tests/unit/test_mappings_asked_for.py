"""What a row asks for, in the words that drafters use. Excludes what reports make of it."""

from __future__ import annotations

import unicodedata

import pytest

from mappings.asked_for import asks_of


@pytest.mark.covers("BT-04", "BT-12")
@pytest.mark.parametrize(
    ("content", "product", "asks"),
    [
        ("Tham mưu UBND tỉnh ban hành kế hoạch phát triển nhà ở", "", "submit"),
        ("Hoàn thiện hồ sơ, trình UBND tỉnh xem xét", "", "submit"),
        ("TRÌNH Thường trực HĐND tỉnh", "", "submit"),
        ("Xây dựng đề án", "Tờ trình, dự thảo quyết định", "submit"),
        ("Rà soát các dự án chậm tiến độ, báo cáo UBND tỉnh kết quả", "", "report"),
        ("Kiểm tra việc cấp phép", "Báo cáo", "report"),
        ("Hoàn thành giải phóng mặt bằng công trình đường tỉnh 712", "", "finish"),
        ("Triển khai chương trình mục tiêu theo quy trình đã duyệt", "", "finish"),
        ("Nâng cao trình độ cán bộ theo trình tự tại báo cáo số 12", "", "finish"),
        ("Khắc phục tồn tại theo báo cáo của Thanh tra tỉnh", "", "finish"),
    ],
)
def test_what_a_row_asks_for(content: str, product: str, asks: str) -> None:
    for written in (content, unicodedata.normalize("NFD", content)):
        assert asks_of(written, product, dated=True) == asks
    assert asks_of(content, product, dated=False) == (asks if asks != "finish" else "")
