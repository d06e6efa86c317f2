"""The secrecy guard: marks, stamps and numbers of made-up documents (LC-02, HC-03, BT-15).

Excludes where the guard stands and that nothing of a secret document is kept (flow tests).
"""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.records import DirectiveRecord, DocumentState, FileRef
from mappings.secrecy import OPEN_MARKS, Secrecy, judge, text_is_marked


def document(
    secrecy: str = "Thường",
    *,
    number: str = "05/CT-UBND",
    subject: str = "Về việc tăng cường công tác cải cách hành chính",
    note: str = "",
    files: tuple[str, ...] = (),
) -> DirectiveRecord:
    return DirectiveRecord(
        remote_id="17",
        number=number,
        subject=subject,
        doc_type="Chỉ thị",
        issuer="UBND tỉnh Sông Lam",
        issued_on=date(2026, 3, 10),
        state=DocumentState.ISSUED,
        secrecy=secrecy,
        note=note,
        files=tuple(FileRef(str(n), name) for n, name in enumerate(files)),
    )


@pytest.mark.parametrize(
    "mark", ["Thường", "bình thường", " THƯỜNG ", "Không", "Không mật", "0", "Công khai"]
)
def test_known_open_marks_are_open(mark: str) -> None:
    assert judge(document(mark)) == Secrecy(classified=False, reason="open_mark")


@pytest.mark.covers("LC-02", "HC-03")
@pytest.mark.parametrize(
    "mark",
    ["Mật", "MẬT", "Tối mật", "Tuyệt mật", "tuyệt  mật", unicodedata.normalize("NFD", "Mật"), "Độ Mật"],
)
def test_the_three_classes_are_secret(mark: str) -> None:
    assert judge(document(mark)) == Secrecy(classified=True, reason="secret_mark")


@pytest.mark.covers("LC-02")
@pytest.mark.parametrize("mark", ["M", "1", "Hạn chế", "Lưu hành nội bộ", "null", "Mặt", "Thường?", "Khẩn"])
def test_a_mark_nobody_declared_open_is_secret(mark: str) -> None:
    assert judge(document(mark)) == Secrecy(classified=True, reason="unknown_mark")


@pytest.mark.covers("LC-02")
@pytest.mark.parametrize("mark", ["", "  ", "-", "…"])
def test_a_blank_mark_is_what_the_site_says(mark: str) -> None:
    if mark == "…":
        assert judge(document(mark)).classified
        return
    assert judge(document(mark)) == Secrecy(classified=True, reason="blank_secret")
    assert judge(document(mark), blank="open") == Secrecy(classified=False, reason="blank_open")


def test_open_marks_are_a_setting() -> None:
    assert judge(document("Phổ thông")).classified
    assert not judge(document("Phổ thông"), open_marks=["phổ thông"]).classified
    assert judge(document("Thường"), open_marks=["phổ thông"]).classified


@pytest.mark.covers("LC-02", "BT-15")
@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (document(number="12/CT-UBND(M)"), "stamp_in_number"),
        (document(number="12/KH-UBND (TM)"), "stamp_in_number"),
        (document(number="12/M-UBND"), "stamp_in_number"),
        (document(number="12-M/CT-UBND"), "stamp_in_number"),
        (document(number="12/CT-UBND(М)"), "stamp_in_number"),
        (document(subject="(MẬT) Kế hoạch diễn tập"), "stamp_in_subject"),
        (document(subject="Kế hoạch diễn tập [Tối mật]"), "stamp_in_subject"),
        (document(subject="MẬT - Kế hoạch diễn tập"), "stamp_in_subject"),
        (document(subject="Kế hoạch diễn tập MẬT"), "stamp_in_subject"),
        (document(subject="KẾ HOẠCH DIỄN TẬP TUYỆT MẬT"), "stamp_in_subject"),
        (document(note="Độ mật: Mật"), "stamp_in_note"),
        (document(note="mật"), "stamp_in_note"),
        (document(files=("phu_luc.docx", "ke-hoach_MẬT.pdf")), "stamp_in_file_name"),
        (document(files=("KH_MAT.pdf",)), "stamp_in_file_name"),
    ],
)
def test_a_stamp_outweighs_a_normal_or_blank_mark(found: DirectiveRecord, reason: str) -> None:
    assert judge(found) == Secrecy(classified=True, reason=reason)  # type: ignore[arg-type]
    assert judge(found, blank="open").classified


@pytest.mark.parametrize(
    "words",
    [
        "Tăng cường bảo mật thông tin",
        "Danh mục bí mật nhà nước của tỉnh",
        "TĂNG CƯỜNG BẢO MẬT THÔNG TIN",
        "QUẢN LÝ MẬT ĐỘ XÂY DỰNG",
        "Mật độ dân số đô thị",
        "Phát triển nghề nuôi ong lấy mật",
        "Đổi MẬT KHẨU tài khoản công vụ",
        "Mặt bằng xây dựng",
        "Bản đồ quy hoạch - mặt cắt",
    ],
)
def test_ordinary_words_are_no_stamp(words: str) -> None:
    assert not judge(document(subject=words, note=words, files=(words + ".docx",))).classified
    assert not text_is_marked(f"ỦY BAN NHÂN DÂN\n{words}\n{words}.")


@pytest.mark.parametrize("number", ["05/CT-UBND", "12/TB-VPUBND", "1204/UBND-KTM", "7/TM-SCT", "3/QĐ-MTTQ"])
def test_ordinary_numbers_are_no_stamp(number: str) -> None:
    assert not judge(document(number=number)).classified


@pytest.mark.covers("LC-02", "HC-03")
@pytest.mark.parametrize(
    "stamp",
    [
        "MẬT",
        "TỐI MẬT",
        "TUYỆT  MẬT",
        "[ MẬT ]",
        "M Ậ T",
        "Mật",
        "Độ mật: Mật",
        "Mức độ mật: Tối mật",
        "* MẬT *",
    ],
)
def test_a_stamp_on_a_line_or_in_a_cell_of_its_own_marks_a_file(stamp: str) -> None:
    assert text_is_marked(stamp)
    assert text_is_marked(f"UBND TỈNH SÔNG LAM\n{stamp}\nKẾ HOẠCH")
    assert text_is_marked(f"UBND TỈNH SÔNG LAM\t{stamp}\tCỘNG HÒA")
    assert text_is_marked(unicodedata.normalize("NFD", f"x\r\n{stamp}"))


@pytest.mark.parametrize("text", ["", "Độ mật: Thường", "bảo\nmật\nthông tin", "Độ mật", "Mật độ", "mật ong"])
def test_other_lines_do_not(text: str) -> None:
    assert not text_is_marked(text)


@given(st.text(max_size=30))
def test_no_mark_outside_the_list_is_ever_open(mark: str) -> None:
    verdict = judge(document(mark), blank="secret")
    plain = " ".join(unicodedata.normalize("NFC", mark).lower().split()).strip(" .,:;-–—_")
    assert verdict.classified == (plain not in OPEN_MARKS) or not mark.isprintable()


def test_reasons_carry_nothing_of_the_document() -> None:
    secret = document("Mật", number="99/KH-UBND(M)", subject="Tên riêng không được lộ", note="MẬT")
    assert judge(secret).reason.replace("_", "").isalpha()
    assert "lộ" not in repr(judge(secret))
