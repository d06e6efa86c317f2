"""How different offices write a conclusion: topics before the work, "Một là", asks of a ministry, party bodies.

Each document is made up; a task is told as "leads | coordinators | due", "-" where none is
named. Excludes single sentences (test_mappings_narrative) and page furniture
(test_mappings_narrative_documents).
"""

from __future__ import annotations

from datetime import date

import pytest

from mappings.narrative import read_narrative

TOPICS = """VĂN PHÒNG UBND TỈNH
Sông Lam, ngày 09 tháng 01 năm 2026
THÔNG BÁO
Sau khi nghe Ban Quản lý dự án giao thông tỉnh báo cáo, Phó Chủ tịch UBND tỉnh kết luận như sau:
1. Đánh giá cao nỗ lực của Ban Quản lý dự án giao thông tỉnh trong năm qua.
2. Để giữ tiến độ cầu Lam Hạ, yêu cầu các đơn vị thực hiện các nội dung sau:
2.1. Đối với mặt bằng: Giao UBND phường Lam Sơn bàn giao đủ mặt bằng trước ngày 31/01/2026.
2.2. Đối với vật liệu: Sở Nông nghiệp và Môi trường phối hợp Sở Xây dựng làm thủ tục mỏ cát, trình trước 20/01/2026.
2.3. Đối với Sở Tài chính: khẩn trương thẩm định dự toán bổ sung trong tháng 02/2026.
3. Thống nhất đề nghị của Sở Xây dựng về gia hạn hợp đồng đến ngày 31/12/2026.
4. Về trực bão: UBND các xã, phường ven biển tổ chức trực, báo cáo trước ngày 10/02/2026.
Thừa lệnh Chủ tịch, Văn phòng UBND tỉnh thông báo để các đơn vị biết.
"""
ORDINALS = """UBND TỈNH SÔNG LAM
Sông Lam, ngày 30 tháng 12 năm 2025
Chủ tịch UBND tỉnh kết luận:
Một là, về quy hoạch: giao Sở Xây dựng chọn đơn vị tư vấn, hoàn thành trong Quý I/2026.
Hai là, về đất đai: Sở Nông nghiệp và Môi trường hoàn thiện bảng giá đất, trình UBND tỉnh trước ngày 20/01/2026.
Thứ ba, UBND các xã Tân An, Bình Hòa xử lý lấn chiếm vỉa hè, báo cáo chậm nhất ngày 15/01.
"""
MINISTRY = """BỘ NỘI VỤ
Hà Nội, ngày 10 tháng 3 năm 2026
Kính gửi: UBND các tỉnh, thành phố
Để có số liệu báo cáo, Cục Quản lý công chức đề nghị Giám đốc Sở Nội vụ các tỉnh, thành phố thực hiện các việc sau:
1. Rà soát số lượng trụ sở dôi dư trên địa bàn.
2. Xây dựng phương án bố trí lại, hoàn thành trước ngày 30/4/2026.
Báo cáo kết quả về Cục Quản lý công chức trước ngày 25/3/2026.
Trân trọng cảm ơn./.
"""
PARTY = """Ngày 01 tháng 4 năm 2026
KẾT LUẬN
Ban Thường vụ Tỉnh ủy kết luận:
1. Đồng ý chủ trương ban hành Đề án luân chuyển cán bộ.
2. Giao Ban Tổ chức Tỉnh ủy phối hợp với Đảng ủy UBND tỉnh hoàn thiện Đề án, trình trong tháng 5/2026.
3. Các huyện ủy, thành ủy, đảng ủy trực thuộc Tỉnh ủy xây dựng kế hoạch, gửi Ban Tổ chức Tỉnh ủy trước ngày 30/6/2026.
"""
TELEGRAM = """CÔNG ĐIỆN
Sông Lam, ngày 25 tháng 9 năm 2025
Chủ tịch UBND tỉnh yêu cầu:
1. Báo và phát thanh, truyền hình Sông Lam đưa tin kịp thời về bão.
Yêu cầu Giám đốc các sở nghiêm túc thực hiện Công điện này; báo cáo kết quả về UBND tỉnh trước 16 giờ ngày 27/9/2025./.
"""

DOCUMENTS = [
    pytest.param(
        TOPICS,
        [
            "UBND phường Lam Sơn | - | 2026-01-30",
            "Sở Nông nghiệp và Môi trường | Sở Xây dựng | 2026-01-19",
            "Sở Tài chính | - | 2026-02-28",
            "UBND các xã, phường ven biển | - | 2026-02-09",
        ],
        id="topics-before-the-work-and-what-is-only-agreed",
    ),
    pytest.param(
        ORDINALS,
        [
            "Sở Xây dựng | - | 2026-03-31",
            "Sở Nông nghiệp và Môi trường | - | 2026-01-19",
            "UBND xã Tân An, UBND xã Bình Hòa | - | 2026-01-15",
        ],
        id="one-is-two-is",
    ),
    pytest.param(
        MINISTRY,
        [
            "Giám đốc Sở Nội vụ các tỉnh, thành phố | - | -",
            "Giám đốc Sở Nội vụ các tỉnh, thành phố | - | 2026-04-29",
            "Giám đốc Sở Nội vụ các tỉnh, thành phố | - | 2026-03-24",
        ],
        id="the-asker-is-not-the-lead",
    ),
    pytest.param(
        PARTY,
        [
            "Ban Tổ chức Tỉnh ủy | Đảng ủy UBND tỉnh | 2026-05-31",
            "Các huyện ủy, thành ủy, đảng ủy trực thuộc Tỉnh ủy | - | 2026-06-29",
        ],
        id="party-bodies",
    ),
    pytest.param(
        TELEGRAM,
        ["Báo và phát thanh, truyền hình Sông Lam | - | -", "Giám đốc các sở | - | 2025-09-27"],
        id="a-report-behind-words-that-say-nothing",
    ),
]


@pytest.mark.covers("HC-04")
@pytest.mark.parametrize(("text", "expected"), DOCUMENTS)
def test_a_document_gives_these_tasks_and_no_others(text: str, expected: list[str]) -> None:
    found = read_narrative(text).proposals
    told = []
    for proposal in found:
        due = proposal.term.deadline.due if proposal.term else None
        coordinators = ", ".join(proposal.coordinators) or "-"
        told.append(f"{', '.join(proposal.leads)} | {coordinators} | {due or '-'}")
    assert told == expected


def test_a_date_on_a_line_of_its_own_dates_the_text() -> None:
    assert read_narrative(PARTY).issued == date(2026, 4, 1)
    cited = read_narrative("Căn cứ kết luận ngày 01 tháng 4 năm 2026 của Tỉnh ủy, giao Sở Y tế lập kế hoạch.")
    assert cited.issued is None


def test_paragraphs_of_one_long_line_each_are_not_taken_for_wrapped_lines() -> None:
    tail = "bảo đảm đúng tiến độ, chất lượng và hiệu quả theo quy định."
    lines = [
        f"Giao Sở {name} lập kế hoạch thực hiện nhiệm vụ của năm, {tail}"
        for name in ("Y tế", "Nội vụ", "Tư pháp", "Xây dựng", "Công Thương", "Tài chính", "Ngoại vụ")
    ]
    assert len(read_narrative("\n".join(lines)).proposals) == len(lines)
