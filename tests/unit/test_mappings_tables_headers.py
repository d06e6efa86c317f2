"""Column titles: which role they say, alone and against the other columns of their table.

Includes the titles of the shared corpus where it is present. Where the titles stand
(several rows, repeated) is in test_mappings_tables_layouts.py.
"""

from __future__ import annotations

import csv
import unicodedata
from pathlib import Path

import pytest

from mappings.tables.columns import recognise
from mappings.tables.headers import Role, role_of, scores_of

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpus" / "dev"

SAID = {
    Role.STT: ["STT", "TT", "Số TT", "SỐ THỨ TỰ", "Mục", "S.T.T", "No."],
    Role.CONTENT: [
        "Nội dung", "NỘI DUNG NHIỆM VỤ", "Tên nhiệm vụ", "Công việc", "Nhiệm vụ, giải pháp", "Nội dung được giao",
        "Nội dung chỉ đạo của Chủ tịch UBND tỉnh", "Đầu việc", "noi dung cong viec", "Hoạt động", "Danh mục đề án",
        "Những việc cần làm", "Các giải pháp chủ yếu", "Đầu mục công việc", "Mô tả nhiệm vụ", "Tên báo cáo",
        "ND công việc", "Tên dự thảo văn bản", "Chỉ tiêu/nhiệm vụ",
    ],
    Role.LEAD: [
        "Đơn vị chủ trì", "Cơ quan chủ công thực hiện", "CHỦ TRÌ", "Sở, ngành chủ trì", "Đơn vị thực hiện",
        "Người thực hiện & kết quả", "Đơn vị được giao nhiệm vụ", "Phân công thực hiện", "Cơ quan chịu trách nhiệm",
        "Đầu mối", "Cơ quan chủ trì, phối hợp", "Giao nhiệm vụ cho", "Đơn vị", "don vi chu tri", "CQ chủ trì", "ĐV TH",
        "Cơ quan chuẩn bị nội dung", "Đơn vị trả lời", "Cơ quan thường trực", "Thành viên chịu trách nhiệm",
        "Đơn vị báo cáo", "Đơn vị lập",
    ],
    Role.COORDINATE: [
        "Đơn vị phối hợp", "Cơ quan phối hợp thực hiện", "Phối hợp", "Cơ quan liên quan", "Đơn vị tham gia",
        "Cơ quan cùng thực hiện", "Cùng làm", "Thành phần tham gia", "ĐV phối hợp",
    ],
    Role.DEADLINE: [
        "Thời hạn", "Thời gian", "TG hoàn thành", "Thời gian trình", "Mốc hoàn thành", "Hạn xử lý", "Thời hạn đến ngày",
        "Ngày hoàn thành", "Thời gian thực hiện nhiệm vụ được giao", "Hoàn thành trước ngày", "Tiến độ",
        "T.gian hoàn thành", "Dự kiến hoàn thành", "Yêu cầu về thời gian", "Ngày đến hạn", "Từ ngày - đến ngày",
        "Đến ngày", "Xong trước", "Quý", "Định kỳ",
        "Thời gian bắt đầu - kết thúc", "Kế hoạch hoàn thành",
    ],
    Role.PRODUCT: ["Sản phẩm", "Yêu cầu sản phẩm", "Sản phẩm đầu ra", "Kết quả, sản phẩm", "Kết quả cần đạt",
                   "Dự kiến kết quả", "Kết quả mong đợi", "Mục tiêu, sản phẩm"],
    Role.OFFICER: [
        "Chuyên viên theo dõi", "Cán bộ theo dõi", "Lãnh đạo phụ trách", "Thư ký lãnh đạo", "Người theo dõi",
        "Phó Giám đốc phụ trách", "CV theo dõi", "Người chỉ đạo",
    ],
    Role.NOTE: [
        "Ghi chú", "Cấp trình", "Kết quả thực hiện", "Tình trạng xử lý", "Ngày chỉ đạo", "Ngày giao", "Mức",
        "Thời gian hoàn thành thực tế", "Gia hạn đến", "Số nhiệm vụ được giao", "Nguồn chỉ đạo", "Người giao nhiệm vụ",
        "Thời gian bắt đầu", "Đơn vị tính", "Cơ quan ban hành", "Đơn vị giao việc", "% hoàn thành",
        "Cơ quan nhận báo cáo", "Kế hoạch năm 2026",
        "Tiến độ thực hiện đến nay", "Từ ngày", "Nhóm nhiệm vụ", "Căn cứ pháp lý", "Mức độ hoàn thành",
    ],
    Role.OTHER: ["Sáng", "Chiều", "Phòng ban đào tạo", "", "12", "(3)"],
}  # fmt: skip


@pytest.mark.covers("HC-04")
@pytest.mark.parametrize(
    ("role", "title"), [(role, title) for role, titles in SAID.items() for title in titles]
)
def test_a_title_says_its_role(role: Role, title: str) -> None:
    assert role_of(title) is role


@pytest.mark.covers("M35")
@pytest.mark.parametrize("title", ["Đơn vị chủ trì", "Thời hạn hoàn thành", "Nội dung"])
def test_decomposed_invisible_and_unmarked_titles_are_the_same_title(title: str) -> None:
    spoiled = unicodedata.normalize("NFD", title[:4] + "\u200b" + title[4:])
    assert role_of(spoiled) is role_of(title) is not Role.OTHER
    assert role_of("Ðơn vị chủ trì") is Role.LEAD


def test_a_sentence_is_no_title() -> None:
    assert not scores_of("Đơn vị chủ trì " * 20)


def test_columns_compete_and_the_loser_becomes_a_note() -> None:
    columns = recognise(
        ["TT", "Nội dung", "Đơn vị chủ trì", "Người thực hiện", "Thời hạn", "Tiến độ", "Ghi chú"]
    )
    assert columns is not None
    assert (columns.lead, columns.officer, columns.deadline) == (2, 3, 4)
    assert columns.notes == (6, 5)


def test_the_level_of_submission_never_leads() -> None:
    columns = recognise(["TT", "Nhiệm vụ", "Cấp trình", "Cơ quan chủ trì thực hiện", "Thời gian trình"])
    assert columns is not None
    assert columns.lead == 3
    assert recognise(["TT", "Nhiệm vụ", "Cấp trình", "Thời gian trình"]) is None


def test_a_probable_role_yields_to_one_the_table_cannot_do_without() -> None:
    columns = recognise(["TT", "Nhóm nhiệm vụ", "Người phụ trách", "Thời hạn"])
    assert columns is not None
    assert (columns.content, columns.lead, columns.officer) == (1, 2, -1)
    full = recognise(["TT", "Nhóm nhiệm vụ", "Nhiệm vụ", "Đơn vị chủ trì", "Người phụ trách", "Thời hạn"])
    assert full is not None
    assert (full.content, full.lead, full.officer) == (2, 3, 4)


def test_two_roles_share_a_column_only_while_neither_has_its_own() -> None:
    columns = recognise(["TT", "Nội dung", "Cơ quan chủ trì, phối hợp", "Sản phẩm/Thời hạn hoàn thành"])
    assert columns is not None
    assert columns.shared
    assert (columns.lead, columns.coordinate) == (2, 2)
    assert (columns.product, columns.deadline) == (3, 3)
    apart = recognise(["TT", "Nội dung", "Cơ quan chủ trì, phối hợp", "Phối hợp", "Sản phẩm/Thời hạn", "Hạn"])
    assert apart is not None
    assert (apart.coordinate, apart.deadline) == (3, 5)


def test_a_start_beside_an_end_is_no_deadline() -> None:
    columns = recognise(["TT", "Nhiệm vụ", "Chủ trì", "Từ ngày", "Đến ngày"])
    assert columns is not None
    assert columns.deadline == 4


def test_notes_and_coordinators_in_one_column() -> None:
    columns = recognise(["STT", "Nội dung nhiệm vụ", "Đơn vị chủ trì", "Ghi chú & Đơn vị phối hợp"])
    assert columns is not None
    assert columns.mixed_note
    assert columns.coordinate == -1
    assert columns.notes == (3,)


@pytest.mark.parametrize(
    "titles",
    [
        ["Phòng ban đào tạo", "Sáng", "Chiều"],
        ["STT", "Nội dung", "Đơn vị", "Kinh phí"],
        ["STT", "Nội dung chi", "Đơn vị tính", "Số lượng", "Thành tiền"],
        ["STT", "Đơn vị", "Số nhiệm vụ được giao", "Đã hoàn thành"],
        ["STT", "Họ và tên", "Chức vụ", "Cơ quan ban hành"],
        ["Nơi nhận", "Nội dung"],
        [
            "STT",
            "Tên thủ tục hành chính",
            "Nội dung",
            "Thời hạn giải quyết",
            "Cơ quan thực hiện",
            "Phí, lệ phí",
        ],
        ["STT", "Nội dung", "Tên gói thầu", "Đơn vị thực hiện", "Thời gian thực hiện"],
        ["STT", "Tiêu đề hồ sơ", "Nội dung", "Thời hạn bảo quản", "Đơn vị lập hồ sơ"],
        ["STT", "Họ và tên", "Đơn vị công tác", "Nhiệm vụ được phân công"],
        ["TT", "Nội dung góp ý", "Đơn vị góp ý", "Tiếp thu, giải trình"],
        ["STT", "Chỉ tiêu", "Đơn vị tính", "Kế hoạch", "Thực hiện"],
    ],
)
def test_other_tables_are_not_assignment_tables(titles: list[str]) -> None:
    assert recognise(titles) is None


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not here")
def test_titles_of_the_corpus() -> None:
    with (CORPUS / "headers.tsv").open(encoding="utf8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    wrong = []
    for row in rows:
        title = "Stt | Chi tiết" if row["title"] == "Chi tiết" else row["title"]
        if role_of(title) != row["role"].partition("+")[0]:
            wrong.append((row["title"], row["role"], role_of(title)))
    assert len(rows) > 30
    assert not wrong
