"""Single sentences of directives: who is asked, with whom, until when. All of the invented province Sông Lam."""

from __future__ import annotations

from datetime import date

import pytest

from mappings.narrative import PROPOSED, Proposal, read_narrative
from mappings.units import UnitDirectory, UnitEntry

ISSUED = date(2026, 3, 10)

#: sentence, ask, leads, coordinators, due (ISO, "" for none), id
GIVEN = (
    (
        (
            "Giao Sở Tài chính chủ trì, phối hợp với Sở Nội vụ và UBND các xã, phường rà soát biên"
            " chế, báo cáo UBND tỉnh "
            "trước ngày 15/4/2026."
        ),
        "giao",
        "Sở Tài chính",
        "Sở Nội vụ | UBND các xã, phường",
        "2026-04-14",
    ),
    (
        (
            "Yêu cầu Chủ tịch UBND các xã, phường khẩn trương giải phóng mặt bằng, hoàn thành trong"
            " tháng 6/2026."
        ),
        "yêu cầu",
        "Chủ tịch UBND các xã, phường",
        "",
        "2026-06-30",
    ),
    (
        (
            "Đề nghị Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh giám sát việc chi trả, thông báo kết quả"
            " chậm nhất ngày "
            "30 tháng 5 năm 2026."
        ),
        "đề nghị",
        "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh",
        "",
        "2026-05-30",
    ),
    (
        "Chủ tịch UBND tỉnh giao Giám đốc Sở Y tế chỉ đạo kiểm tra bếp ăn tập thể, báo cáo trong tháng 4.",
        "giao",
        "Giám đốc Sở Y tế",
        "",
        "2026-04-30",
    ),
    (
        "Các Sở: Tài chính, Nội vụ, Tư pháp tham mưu UBND tỉnh ban hành quy chế trước ngày 20/5/2026.",
        "giao",
        "Sở Tài chính | Sở Nội vụ | Sở Tư pháp",
        "",
        "2026-05-19",
    ),
    (
        (
            "Giao các sở: Xây dựng, Nông nghiệp và Môi trường, Công Thương lập danh mục dự án; hoàn"
            " thành trong quý II/2026."
        ),
        "giao",
        "Sở Xây dựng | Sở Nông nghiệp và Môi trường | Sở Công Thương",
        "",
        "2026-06-30",
    ),
    (
        (
            "Căn cứ Nghị quyết số 12-NQ/TU ngày 15/3/2024 của Tỉnh ủy, giao Sở Khoa học và Công nghệ"
            " xây dựng đề án, trình "
            "UBND tỉnh trước 30/9/2026."
        ),
        "giao",
        "Sở Khoa học và Công nghệ",
        "",
        "2026-09-29",
    ),
    (
        (
            "Giao Công an tỉnh chủ trì, phối hợp Bộ Chỉ huy Quân sự tỉnh, Sở Xây dựng xử lý xe quá"
            " tải từ ngày 01/4/2026 "
            "đến ngày 30/6/2026."
        ),
        "giao",
        "Công an tỉnh",
        "Bộ Chỉ huy Quân sự tỉnh | Sở Xây dựng",
        "2026-06-30",
    ),
    (
        (
            "Giao Sở Y tế chủ trì, phối với Công an tỉnh, các sở, ngành có liên quan kiểm tra theo"
            " thời gian quy định."
        ),
        "giao",
        "Sở Y tế",
        "Công an tỉnh | các sở, ngành có liên quan",
        "",
    ),
    (
        (
            "Ban Quản lý dự án đầu tư xây dựng các công trình giao thông tỉnh hoàn thành hồ sơ quyết"
            " toán trước 16h00 ngày "
            "20/3/2026."
        ),
        "giao",
        "Ban Quản lý dự án đầu tư xây dựng các công trình giao thông tỉnh",
        "",
        "2026-03-20",
    ),
    (
        (
            "Phòng Kinh tế, Hạ tầng và Đô thị tham mưu UBND xã kế hoạch phòng chống lụt bão năm"
            " 2026, hoàn thành trước ngày "
            "15/4."
        ),
        "giao",
        "Phòng Kinh tế, Hạ tầng và Đô thị",
        "",
        "2026-04-14",
    ),
    (
        (
            "Giao đồng chí Trần Thị Bình, Phó Chủ tịch UBND xã Hải Hà trực tiếp chỉ đạo việc di dời,"
            " xong trước ngày "
            "20/3/2026."
        ),
        "giao",
        "đồng chí Trần Thị Bình, Phó Chủ tịch UBND xã Hải Hà",
        "",
        "2026-03-19",
    ),
    ("Điều 2. Giao Sở Nội vụ chịu trách nhiệm theo dõi, tổng hợp kết quả.", "giao", "Sở Nội vụ", "", ""),
    (
        "Giao Chánh Văn phòng UBND tỉnh bố trí lịch làm việc trước ngày 18/3/2026.",
        "giao",
        "Chánh Văn phòng UBND tỉnh",
        "",
        "2026-03-17",
    ),
    (
        (
            "Yêu cầu Giám đốc các Sở: Nội vụ, Tài chính; Chủ tịch UBND các xã, phường kiểm điểm, báo"
            " cáo trước ngày "
            "31/3/2026."
        ),
        "yêu cầu",
        "Giám đốc Sở Nội vụ | Giám đốc Sở Tài chính | Chủ tịch UBND các xã, phường",
        "",
        "2026-03-30",
    ),
    (
        "Giao Trưởng ban Ban Quản lý Khu kinh tế và các khu công nghiệp tỉnh rà soát quỹ đất.",
        "giao",
        "Trưởng ban Ban Quản lý Khu kinh tế và các khu công nghiệp tỉnh",
        "",
        "",
    ),
    (
        "Giao Tổ công tác 970 đôn đốc các chủ đầu tư giải ngân, báo cáo hằng tuần.",
        "giao",
        "Tổ công tác 970",
        "",
        "",
    ),
    ("Sở Nội vụ sưu tầm tư liệu, hoàn thành trước ngày 12/4/2026.", "giao", "Sở Nội vụ", "", "2026-04-11"),
    (
        "Giao Cục Thống kê tỉnh cung cấp số liệu GRDP quý I trước ngày 28/3/2026.",
        "giao",
        "Cục Thống kê tỉnh",
        "",
        "2026-03-27",
    ),
    (
        "Giao Điện lực Sông Lam khắc phục sự cố trong ngày 12/3/2026.",
        "giao",
        "Điện lực Sông Lam",
        "",
        "2026-03-12",
    ),
    (
        "Giao Bí thư Đảng ủy các xã, phường lãnh đạo công tác bầu cử, hoàn thành trước ngày 14/3/2026.",
        "giao",
        "Bí thư Đảng ủy các xã, phường",
        "",
        "2026-03-13",
    ),
    (
        "Các sở, ban, ngành, UBND các xã, phường báo cáo kết quả về Sở Nội vụ trước ngày 05/4/2026.",
        "giao",
        "Các sở, ban, ngành | UBND các xã, phường",
        "",
        "2026-04-04",
    ),
    (
        "Giao Trung tâm Phục vụ hành chính công tỉnh niêm yết công khai thủ tục trước ngày 01/4/2026.",
        "giao",
        "Trung tâm Phục vụ hành chính công tỉnh",
        "",
        "2026-03-31",
    ),
    (
        (
            "Giao Công ty Cổ phần Cấp nước Sông Lam và Công ty TNHH MTV Môi trường đô thị khắc phục"
            " rò rỉ trước ngày "
            "15/3/2026."
        ),
        "giao",
        "Công ty Cổ phần Cấp nước Sông Lam | Công ty TNHH MTV Môi trường đô thị",
        "",
        "2026-03-14",
    ),
    (
        "Giao Công ty TNHH Đầu tư, Xây dựng và Dịch vụ Hải Hà hoàn trả mặt đường trước ngày 15/5/2026.",
        "giao",
        "Công ty TNHH Đầu tư, Xây dựng và Dịch vụ Hải Hà",
        "",
        "2026-05-14",
    ),
    (
        (
            "Giao Sở Du lịch, Sở Văn hóa, Thể thao và Du lịch và Đài Phát thanh và Truyền hình tỉnh"
            " tuyên truyền Lễ hội "
            "từ nay đến hết ngày 30/4/2026."
        ),
        "giao",
        "Sở Du lịch | Sở Văn hóa, Thể thao và Du lịch | Đài Phát thanh và Truyền hình tỉnh",
        "",
        "2026-04-30",
    ),
    (
        (
            "Giao UBND xã Hải Hà, UBND phường Sông Mây vận động nhân dân hiến đất, hoàn thành trước"
            " ngày 5/6/2026."
        ),
        "giao",
        "UBND xã Hải Hà | UBND phường Sông Mây",
        "",
        "2026-06-04",
    ),
    (
        (
            "UBND huyện Hải Hà được giao chủ trì, phối hợp các Sở: Tài chính, Xây dựng; Ban Quản lý"
            " khu kinh tế tỉnh; UBND các "
            "huyện: Sông Mây, Sông Con cùng các đơn vị khác có liên quan xem xét kiến nghị, xong"
            " trước ngày 10/7/2026."
        ),
        "giao",
        "UBND huyện Hải Hà",
        (
            "Sở Tài chính | Sở Xây dựng | Ban Quản lý khu kinh tế tỉnh | UBND huyện Sông Mây | "
            "UBND huyện Sông Con | các đơn vị khác có liên quan"
        ),
        "2026-07-09",
    ),
    (
        (
            "Việc này giao cho Sở Xây dựng chủ trì, phối hợp với UBND thành phố Lam Thành chuẩn bị"
            " phương án, xong trước ngày "
            "30/4/2026."
        ),
        "giao",
        "Sở Xây dựng",
        "UBND thành phố Lam Thành",
        "2026-04-29",
    ),
    (
        "Định kỳ hằng quý, UBND các huyện, thị xã, thành phố báo cáo kết quả về Sở Nội vụ.",
        "giao",
        "UBND các huyện, thị xã, thành phố",
        "",
        "",
    ),
    (
        "Giao Sở Giáo dục và Đào tạo (cơ quan thường trực) chủ trì xây dựng kế hoạch.",
        "giao",
        "Sở Giáo dục và Đào tạo",
        "",
        "",
    ),
    (
        (
            "Đối với dự án cầu Hải Hà: Giao Ban Quản lý dự án tỉnh đẩy nhanh tiến độ, bảo đảm thông"
            " xe trước ngày 02/9/2026."
        ),
        "giao",
        "Ban Quản lý dự án tỉnh",
        "",
        "2026-09-01",
    ),
    (
        "Liên đoàn Lao động tỉnh phối hợp với Sở Nội vụ tổ chức Tháng Công nhân, thời gian: tháng 5/2026.",
        "giao",
        "Liên đoàn Lao động tỉnh",
        "Sở Nội vụ",
        "2026-05-31",
    ),
    (
        "Giao Sở TN&MT, Sở NN&PTNT thẩm định hồ sơ trong vòng 05 ngày làm việc kể từ ngày nhận đủ hồ sơ.",
        "giao",
        "Sở TN&MT | Sở NN&PTNT",
        "",
        "",
    ),
    (
        "VNPT Sông Lam chủ trì, phối hợp với cơ quan thuế kết nối hệ thống hóa đơn.",
        "giao",
        "VNPT Sông Lam",
        "cơ quan thuế",
        "",
    ),
    (
        "Ngân hàng Nhà nước - Chi nhánh Sông Lam chủ trì rà soát lãi suất trước ngày 30/3/2026.",
        "giao",
        "Ngân hàng Nhà nước - Chi nhánh Sông Lam",
        "",
        "2026-03-29",
    ),
    (
        "Đề nghị Văn phòng Đoàn ĐBQH và HĐND tỉnh gửi chương trình kỳ họp trước ngày 25/3/2026.",
        "đề nghị",
        "Văn phòng Đoàn ĐBQH và HĐND tỉnh",
        "",
        "2026-03-24",
    ),
    (
        (
            "Trong thời gian 10 ngày kể từ ngày nhận được văn bản này, Sở Công Thương báo cáo kết"
            " quả về UBND tỉnh."
        ),
        "giao",
        "Sở Công Thương",
        "",
        "",
    ),
    (
        (
            "Giao Phó Giám đốc Sở Y tế và Trưởng phòng Giáo dục và Đào tạo kiểm tra y tế trường học,"
            " xong trước 20/3/2026."
        ),
        "giao",
        "Phó Giám đốc Sở Y tế | Trưởng phòng Giáo dục và Đào tạo",
        "",
        "2026-03-19",
    ),
    (
        (
            "Uỷ ban nhân dân thành phố và các huyện đánh giá kế hoạch sử dụng đất, nộp báo cáo trước"
            " ngày 28/5/2026."
        ),
        "giao",
        "Uỷ ban nhân dân thành phố và các huyện",
        "",
        "2026-05-27",
    ),
    (
        "Giao Sở Xây dựng rà soát các dự án được phê duyệt trước ngày 01/6/2026.",
        "giao",
        "Sở Xây dựng",
        "",
        "",
    ),
)


def _only(text: str) -> Proposal:
    found = read_narrative(text, issued=ISSUED).proposals
    assert len(found) == 1, [proposal.span for proposal in found]
    return found[0]


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in listed.split(" | ") if name)


@pytest.mark.parametrize(
    ("text", "ask", "leads", "coordinators", "due"), GIVEN, ids=[row[0][:50] for row in GIVEN]
)
def test_a_sentence_gives_work(text: str, ask: str, leads: str, coordinators: str, due: str) -> None:
    found = _only(text)
    assert (found.ask, found.leads, found.coordinators) == (ask, _names(leads), _names(coordinators))
    read = found.term.deadline if found.term else None
    assert str(read.due if read and read.due else "") == due
    assert found.status == PROPOSED
    assert text[found.start : found.end] == found.span


@pytest.mark.parametrize(
    "text",
    [
        "Thời gian qua, Sở Y tế đã báo cáo UBND tỉnh trước ngày 20/02/2026 về tình hình dịch bệnh.",
        "UBND tỉnh nhận được Công văn số 15/STC-NS ngày 02/3/2026 của Sở Tài chính về việc phân bổ vốn.",
        "Xét đề nghị của Giám đốc Sở Tư pháp tại Tờ trình số 20/TTr-STP ngày 01/3/2026;",
        "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16/6/2025;",
        "Các văn bản do UBND tỉnh ban hành trước ngày 01/7/2025 tiếp tục có hiệu lực.",
        "Các hồ sơ tiếp nhận trước ngày 01/4/2026 tiếp tục giải quyết theo quy định cũ.",
        "Phấn đấu đến năm 2030, tỷ lệ hồ sơ trực tuyến đạt 90%.",
        "Yêu cầu các cơ quan, đơn vị, địa phương nghiêm túc triển khai thực hiện./.",
        "Đề nghị Thường trực HĐND tỉnh xem xét, quyết định./.",
        "Trong quá trình thực hiện, nếu có vướng mắc, các đơn vị báo cáo Sở Nội vụ trước ngày 30/4/2026.",
        "Trên đây là Kế hoạch của UBND tỉnh Sông Lam, các đơn vị triển khai thực hiện./.",
        "Tham dự họp có đại diện lãnh đạo các Sở: Tài chính, Nội vụ, Tư pháp.",
        (
            "Chánh Văn phòng UBND tỉnh, Giám đốc các Sở: Nội vụ, Tài chính chịu trách nhiệm thi hành"
            " Quyết định này."
        ),
        "Theo đề nghị của Sở Tài chính, UBND tỉnh thống nhất chủ trương.",
        "Kính gửi: Sở Nội vụ; UBND các xã, phường.",
        "",
    ],
)
def test_citations_the_past_and_closings_give_no_work(text: str) -> None:
    assert read_narrative(text, issued=ISSUED).proposals == ()


def test_dates_of_cited_documents_and_of_what_is_known_are_no_deadlines() -> None:
    found = _only(
        "Giao Sở Tư pháp thực hiện Công văn số 3/UBND-NC ngày 05/3/2026 của UBND tỉnh và tính"
        " đến ngày 20/3/2026."
    )
    assert found.term is None


def test_one_paragraph_with_three_leads_gives_three_tasks() -> None:
    text = (
        "Giao Thanh tra tỉnh kiểm tra đột xuất Công ty TNHH Sông Lam; Sở Tài chính cung cấp hồ"
        " sơ trước ngày "
        "01/4/2026; Công an tỉnh xác minh nhân thân, hoàn thành trước ngày 10/4/2026."
    )
    found = read_narrative(text, issued=ISSUED).proposals
    assert [proposal.leads for proposal in found] == [
        ("Thanh tra tỉnh",),
        ("Sở Tài chính",),
        ("Công an tỉnh",),
    ]
    assert [proposal.term is not None for proposal in found] == [False, True, True]


def test_a_report_in_a_later_sentence_belongs_to_the_task_before() -> None:
    found = _only("Giao Sở Nội vụ rà soát biên chế. Hoàn thành và báo cáo UBND tỉnh trước ngày 20/4/2026.")
    assert found.report_to == ("UBND tỉnh",)
    assert found.term is not None
    assert found.term.inclusive == date(2026, 4, 20)


def test_who_reports_on_is_not_the_receiver() -> None:
    found = _only(
        "Giao UBND các xã báo cáo kết quả về Sở Nội vụ trước ngày 5/4/2026 để tổng hợp, báo cáo Bộ Nội vụ."
    )
    assert found.report_to == ("Sở Nội vụ",)


def test_two_dates_in_one_sentence_ask_and_keep_both() -> None:
    found = _only("Giao Sở Y tế trình dự thảo trước ngày 01/4/2026, ban hành hướng dẫn trước ngày 20/4/2026.")
    assert found.term is not None
    assert found.term.deadline.confidence == "asks"
    assert found.term.others == ("trước ngày 01/4/2026",)
    assert found.confidence == "asks"


def test_a_deadline_before_the_issue_date_asks() -> None:
    found = _only("Giao Sở Y tế báo cáo UBND tỉnh trước ngày 25/3/2025.")
    assert found.term is not None
    assert found.term.deadline.confidence == "asks"


def test_a_date_in_the_middle_of_a_clause_may_only_describe_and_asks() -> None:
    found = _only(
        "Giao Sở Xây dựng rà soát các dự án khởi công trước ngày 30/4/2026 chưa hoàn thành thủ tục."
    )
    assert found.term is not None
    assert found.term.deadline.confidence == "asks"


def test_without_an_issue_date_a_day_not_after_the_cited_document_asks() -> None:
    text = (
        "Thực hiện Công văn số 9 ngày 28/8/2025 của Bộ Y tế, giao Sở Y tế rà soát, báo cáo trước"
        " ngày 20/8/2025."
    )
    found = read_narrative(text).proposals[0]
    assert found.term is not None
    assert found.term.deadline.confidence == "asks"


def test_the_same_day_reading_of_before_is_a_setting() -> None:
    text = "Giao Sở Y tế báo cáo trước ngày 15/4/2026."
    found = read_narrative(text, issued=ISSUED, before_date="same_day").proposals[0]
    assert found.term is not None
    assert found.term.deadline.due == date(2026, 4, 15)


def test_an_exhortation_is_weak_and_a_product_is_not() -> None:
    assert _only("Đề nghị Hội Nông dân tỉnh tuyên truyền, vận động hội viên.").weak
    assert not _only("Đề nghị Hội Nông dân tỉnh xây dựng kế hoạch vận động hội viên.").weak


def test_a_unit_list_makes_leads_canonical_and_unknown_ones_ask() -> None:
    directory = UnitDirectory(
        [UnitEntry("1", "Sở Nội vụ tỉnh Sông Lam"), UnitEntry("2", "Sở Y tế tỉnh Sông Lam")]
    )
    known = read_narrative("Giao Sở Nội vụ rà soát biên chế.", directory=directory, issued=ISSUED).proposals[
        0
    ]
    assert (known.leads, known.lead_raw) == (("Sở Nội vụ tỉnh Sông Lam",), "Sở Nội vụ")
    other = read_narrative(
        "Giao Hội Làm vườn rà soát hội viên.", directory=directory, issued=ISSUED
    ).proposals[0]
    assert (other.leads, other.confidence) == (("Hội Làm vườn",), "asks")
