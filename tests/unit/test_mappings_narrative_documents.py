"""Whole directives: headings that hand on their lead, page furniture, labels, decomposed letters, strangers' texts."""

from __future__ import annotations

import json
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from cli import app
from mappings.narrative import Narrative, read_narrative

DIRECTIVE = """ỦY BAN NHÂN DÂN
TỈNH SÔNG LAM
Số: 45/CT-UBND
Sông Lam, ngày 10 tháng 3 năm 2026

CHỈ THỊ
Về việc tăng cường phòng, chống cháy rừng mùa khô năm 2026

Thời gian qua, tình hình cháy rừng diễn biến phức tạp. Ngày 05/3/2026, Bộ Nông nghiệp và Môi trường có văn bản.
Để chủ động phòng cháy, Chủ tịch UBND tỉnh yêu cầu các sở, ban, ngành tập trung thực hiện các nhiệm vụ sau:
1. Sở Nông nghiệp và Môi trường
a) Chủ trì, phối hợp với Công an tỉnh, Bộ Chỉ huy Quân sự tỉnh tổ chức trực cháy, báo cáo UBND tỉnh hằng tuần.
b) Tham mưu UBND tỉnh ban hành phương án, hoàn thành trước ngày 25/3.
2. Sở Tài chính: Cân đối kinh phí, trình UBND tỉnh trong quý II năm 2026.
3. UBND các xã, phường:
- Rà soát, ký cam kết với các chủ rừng trước ngày 20/4/2026.
- Xử lý nghiêm các hành vi vi phạm.
4. Đề nghị Ủy ban MTTQ Việt Nam tỉnh và các tổ chức thành viên tuyên truyền, vận động nhân dân.
Yêu cầu Thủ trưởng các sở, ban, ngành nghiêm túc triển khai thực hiện. Trong quá trình thực hiện, nếu có vướng mắc,
các đơn vị báo cáo Sở Nông nghiệp và Môi trường trước ngày 30/4/2026 để tổng hợp.

Nơi nhận:
- Như trên;
- Sở Tài chính;
- Lưu: VT.
"""

WRAPPED = """THÔNG BÁO
Kết luận của Phó Chủ tịch UBND tỉnh tại cuộc họp ngày 02/3/2026
Sau khi nghe các đơn vị báo cáo, Phó Chủ tịch UBND tỉnh kết luận và chỉ đạo
như sau:
1. Trên cơ sở báo cáo của Công ty Cổ phần Cấp nước Sông Lam, giao Sở Xây
dựng chủ trì, phối hợp với các Sở: Tài chính, Nông nghiệp và Môi trường và các
đơn vị có liên quan rà soát toàn bộ hợp đồng, tham mưu UBND tỉnh hướng giải
 12
 03
TRUNG TÂM CÔNG BÁO
VÀ TIN HỌC
congbao@songlam.example
12.03.2026 10:21:11 +07:00

2

quyết, bảo đảm đúng quy định. Hoàn thành và báo cáo UBND tỉnh trước ngày
20/4/2026.
2. Giao Công an tỉnh kiểm tra, xử lý các trường hợp vi phạm trong quá trình
thi công; định kỳ báo cáo Chủ tịch UBND tỉnh.
"""


def _read(text: str) -> Narrative:
    return read_narrative(text, issued=None)


def test_items_inherit_the_lead_of_their_heading() -> None:
    found = _read(DIRECTIVE).proposals
    assert [(p.leads[0], p.ask) for p in found] == [
        ("Sở Nông nghiệp và Môi trường", "giao"),
        ("Sở Nông nghiệp và Môi trường", "giao"),
        ("Sở Tài chính", "giao"),
        ("UBND các xã, phường", "giao"),
        ("UBND các xã, phường", "giao"),
        ("Ủy ban MTTQ Việt Nam tỉnh", "đề nghị"),
    ]
    assert [p.inherited for p in found] == [True, True, False, True, True, False]
    assert found[0].coordinators == ("Công an tỉnh", "Bộ Chỉ huy Quân sự tỉnh")


def test_the_issue_date_of_the_head_gives_missing_years() -> None:
    read = _read(DIRECTIVE)
    assert read.issued == date(2026, 3, 10)
    dues = [p.term.deadline.due for p in read.proposals if p.term and p.term.deadline.kind != "weekly"]
    assert dues == [date(2026, 3, 24), date(2026, 6, 30), date(2026, 4, 19)]


def test_stamps_page_numbers_and_line_breaks_inside_a_sentence_do_not_cut_it() -> None:
    first, second = _read(WRAPPED).proposals
    assert first.leads == ("Sở Xây dựng",)
    assert first.coordinators == ("Sở Tài chính", "Sở Nông nghiệp và Môi trường", "các đơn vị có liên quan")
    assert first.term is not None
    assert first.term.deadline.phrase == "trước ngày 20/4/2026"
    assert "CÔNG BÁO" in first.span  # the span is the text as it stands, furniture included
    assert (second.leads, second.report_to) == (("Công an tỉnh",), ("Chủ tịch UBND tỉnh",))


def test_labelled_lines_belong_to_the_work_above_them() -> None:
    text = (
        "II. NHIỆM VỤ\n1. Rà soát hồ sơ người có công\n- Đơn vị chủ trì: Sở Nội vụ\n"
        "- Đơn vị phối hợp: Sở Y tế, UBND các xã, phường\n- Thời gian hoàn thành: Trước ngày 30/6/2026\n"
        "2. Xây dựng phần mềm quản lý\nCơ quan thực hiện: Sở Khoa học và Công nghệ.\nThời gian:"
        " Quý III/2026.\n"
    )
    first, second = _read(text).proposals
    assert (first.leads, first.coordinators) == (("Sở Nội vụ",), ("Sở Y tế", "UBND các xã, phường"))
    assert first.term is not None
    assert first.term.inclusive == date(2026, 6, 30)
    assert second.leads == ("Sở Khoa học và Công nghệ",)
    assert second.term is not None
    assert second.term.deadline.due == date(2026, 9, 30)


def test_a_lead_of_an_item_outranks_the_heading_and_ends_with_it() -> None:
    text = (
        "3. UBND các xã chịu trách nhiệm:\n- Rà soát hộ nghèo trên địa bàn theo quy định.\n"
        "- UBND xã Hải Hà tiếp tục khắc phục sạt lở, báo cáo Sở Xây dựng trước 30/11/2026.\n"
        "- Theo dõi, đôn đốc việc thực hiện tại các thôn, bản.\n"
    )
    assert [p.leads for p in _read(text).proposals] == [
        ("UBND các xã",),
        ("UBND xã Hải Hà",),
        ("UBND các xã",),
    ]


def test_dated_work_without_a_lead_is_proposed_and_asks_for_it() -> None:
    text = (
        "II. NỘI DUNG THỰC HIỆN\n- Tổ chức hội nghị tổng kết, hoàn thành trước ngày"
        " 20/12/2026.\n- Tổ chức thi đua.\n"
    )
    (found,) = _read(text).proposals
    assert (found.leads, found.confidence, found.why) == ((), "asks", "chưa nêu cơ quan chủ trì")


def test_sections_that_judge_or_state_aims_give_no_work() -> None:
    text = (
        "I. MỤC ĐÍCH, YÊU CẦU\n- Nâng cao nhận thức của cán bộ trước ngày 01/6/2026.\n- Các đơn"
        " vị phối hợp chặt chẽ.\n"
        "II. KINH PHÍ\n- Sở Tài chính cấp kinh phí theo phân cấp.\n"
    )
    assert _read(text).proposals == ()


def test_detail_of_a_task_is_no_further_task() -> None:
    text = (
        "1. Yêu cầu Giám đốc các sở nâng cao kỷ luật giải ngân vốn được giao; trong đó lưu ý:\n"
        "a) Rà soát các dự án chậm tiến độ.\nb) Tháo gỡ vướng mắc về mặt bằng.\n2. Giao Sở Nội"
        " vụ theo dõi, tổng hợp.\n"
    )
    first, second = _read(text).proposals
    assert first.span.endswith("mặt bằng.")
    assert second.leads == ("Sở Nội vụ",)


def test_lost_paragraph_breaks_are_found_again() -> None:
    text = (
        "Kính gửi: Sở Nội vụ.Chủ tịch Ủy ban nhân dân tỉnh nhận được Công văn số 9/BNV-TL ngày"
        " 24/4/2026 của Bộ Nội vụ về "
        "tiền lương. Chủ tịch Ủy ban nhân dân tỉnh giao Sở Nội vụ nghiên cứu, tham mưu theo quy"
        " định./.Nơi nhận:- Như trên;"
    )
    (found,) = _read(text).proposals
    assert found.leads == ("Sở Nội vụ",)


@pytest.mark.parametrize("text", [DIRECTIVE, WRAPPED], ids=["plain", "wrapped"])
def test_decomposed_letters_and_invisible_signs_change_nothing_but_offsets(text: str) -> None:
    other = unicodedata.normalize("NFD", text).replace("Sở", "S\u200bở")
    plain, decomposed = _read(text).proposals, _read(other).proposals
    assert [p.leads for p in plain] == [p.leads for p in decomposed]
    for one, two in zip(plain, decomposed, strict=True):
        assert unicodedata.normalize("NFC", two.span.replace("\u200b", "")) == one.span
        assert other[two.start : two.end] == two.span


_WORDS = st.sampled_from(
    [
        *(
            "Giao",
            "giao",
            "Yêu cầu",
            "Đề nghị",
            "Sở",
            "Sở Tài chính",
            "các Sở:",
            "UBND các xã, phường",
            "và",
            ",",
            ";",
            ".",
        ),
        *(
            "chủ trì",
            "phối hợp với",
            "trước ngày",
            "12/4/2026",
            "tháng 6",
            "hằng tháng",
            "định kỳ",
            "báo cáo",
            "(",
            ")",
            ":",
        ),
        *(
            "\n",
            "\n\n",
            "1.",
            "a)",
            "-",
            "+",
            "II.",
            "Điều 3.",
            "Nơi nhận:",
            "Thời gian:",
            "đồng chí",
            "Chủ tịch",
            "trong đó lưu ý:",
        ),
        *(
            "Căn cứ",
            "rà soát",
            "\u200b",
            "e\u0301",
            "‖",
            "3",
            "TRUNG TÂM CÔNG BÁO",
            "Đơn vị chủ trì:",
            "Công ty",
            "Trưởng",
        ),
    ]
)
_TEXTS = st.one_of(
    st.lists(_WORDS, max_size=60).map(" ".join),
    st.lists(_WORDS, max_size=60).map("".join),
    st.text(max_size=200),
    st.lists(st.sampled_from(DIRECTIVE.splitlines() + WRAPPED.splitlines()), max_size=25).map("\n".join),
)


@given(_TEXTS)
def test_any_text_is_read_without_raising_and_spans_lie_inside_and_apart(text: str) -> None:
    found = read_narrative(text, issued=date(2026, 3, 10))
    last = 0
    for proposal in found.proposals:
        assert last <= proposal.start < proposal.end <= len(text)
        assert text[proposal.start : proposal.end] == proposal.span
        assert proposal.status == "đề xuất, cần xác nhận"
        last = proposal.end
    assert found == read_narrative(text, issued=date(2026, 3, 10))


@given(
    st.sampled_from(
        ["Sở Nội vụ", "Công an tỉnh", "UBND xã Hải Hà", "Chủ tịch UBND các xã, phường", "Hội Nông dân tỉnh"]
    ),
    st.sampled_from(["rà soát hồ sơ", "xây dựng kế hoạch", "khắc phục thiệt hại", "nhân rộng mô hình"]),
    st.dates(date(2026, 3, 12), date(2027, 2, 1)),
    st.sampled_from(["Giao", "Yêu cầu", "Đề nghị"]),
    st.integers(1, 9),
)
def test_what_is_written_by_rule_is_read_back(lead: str, work: str, due: date, ask: str, number: int) -> None:
    text = f"{number}. {ask} {lead} {work}, hoàn thành trước ngày {due.day:02}/{due.month}/{due.year}."
    (found,) = read_narrative(text, issued=date(2026, 3, 10)).proposals
    assert (found.leads, found.ask) == ((lead,), ask.lower())
    assert found.term is not None
    assert (found.term.inclusive, found.term.deadline.confidence) == (due, "sure")


def test_the_command_answers_with_self_explaining_json(tmp_path: Path) -> None:
    file, units = tmp_path / "chi-thi.txt", tmp_path / "units.json"
    file.write_text(DIRECTIVE, encoding="utf-8")
    units.write_text(json.dumps([{"id": "1", "name": "Sở Tài chính"}]), encoding="utf-8")
    ran = CliRunner().invoke(
        app, ["text", "read", str(file), "--json", "--issued", "2026-03-10", "--units", str(units)]
    )
    assert ran.exit_code == 0, ran.output
    found = json.loads(ran.stdout)["proposals"]
    budget = next(p for p in found if p["lead"] == "Sở Tài chính")
    assert DIRECTIVE[budget["start"] : budget["end"]] == budget["span"]
    assert budget["leads"] == ["Sở Tài chính"]
    assert budget["deadline"]["kind"] == "end_of_quarter"
    assert (budget["deadline"]["due"], budget["deadline"]["confidence"]) == ("2026-06-30", "sure")
    assert {
        "ask",
        "lead_raw",
        "coordinators",
        "coordinators_raw",
        "report_to",
        "weak",
        "status",
    } <= budget.keys()


def test_the_command_refuses_what_is_not_there_or_has_no_text(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["text", "read", str(tmp_path / "none.txt")]).exit_code != 0
    (tmp_path / "x.docx").write_bytes(b"\x00\x01")
    assert CliRunner().invoke(app, ["text", "read", str(tmp_path / "x.docx")]).exit_code != 0
