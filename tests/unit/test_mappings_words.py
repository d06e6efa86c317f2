"""Texts written into the document system: exact, complete, found again by their marker.

Excludes when they are written (sync).
"""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.words import (
    LONGEST_COMMENT_ROWS,
    evidence_caption,
    lint_comment,
    receipt_text,
    shorten,
    work_item_content,
    work_item_name,
)
from tests.tracking_histories import TASK, assigned
from tests.unit.test_mappings_accounts import Post
from tracking.events import ResultSubmitted
from tracking.folding import fold

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
SHA = "ab12cd34ef56ab78" + "0" * 48
DUE_END = datetime(2026, 3, 21, tzinfo=LOCAL)


def sent(at: datetime, *evidence: str) -> ResultSubmitted:
    return ResultSubmitted(task=TASK, key="action:9", occurred_at=at, evidence=evidence)


def test_the_body_of_a_work_item_says_where_it_comes_from_and_how_it_is_found_again() -> None:
    task = fold(
        [
            assigned(
                product="Báo cáo",
                deadline_phrase="trước ngày 21/3/2026",
                coordinators=("D02",),
                officer="Bà Bình",
            )
        ]
    )
    assert work_item_content(task, coordinators=("Sở Y tế", "Sở Nội vụ")).split("\n") == [
        "Văn bản: 15/TB-UBND ngày 02/03/2026",
        "Trích yếu: Kết luận phiên họp",
        "Nội dung: Báo cáo tiến độ giải ngân",
        "Sản phẩm: Báo cáo",
        "Thời hạn ghi trong văn bản: trước ngày 21/3/2026",
        "Cơ quan phối hợp: Sở Y tế; Sở Nội vụ",
        "Chuyên viên theo dõi: Bà Bình",
        f"Mã theo dõi: {TASK}",
    ]
    assert "Chuyên viên theo dõi: Trần Thị Bình, Chuyên viên," in work_item_content(task, contact=Post())
    bare = work_item_content(fold([assigned()])).split("\n")
    assert [line.split(":")[0] for line in bare] == ["Văn bản", "Trích yếu", "Nội dung", "Mã theo dõi"]


def test_the_name_of_a_work_item_fits() -> None:
    assert work_item_name(fold([assigned(content="Báo cáo\n  tiến độ")])) == "Báo cáo tiến độ"
    long = work_item_name(fold([assigned(content="Báo cáo tiến độ giải ngân vốn đầu tư công " * 12)]))
    assert 200 < len(long) <= 250
    assert long.endswith("…")
    assert ("Báo cáo tiến độ giải ngân vốn đầu tư công " * 12).startswith(long[:-1] + " ")


@given(st.text(alphabet="aáạôộđ \u0301\u0323xyz", max_size=300), st.integers(5, 260))
def test_a_shortened_text_fits_and_ends_with_a_whole_letter(text: str, longest: int) -> None:
    short = shorten(text, longest)
    whole = unicodedata.normalize("NFC", text)
    assert len(short) <= longest
    if short != whole:
        kept = short.removesuffix("…")
        assert short.endswith("…")
        assert whole.startswith(kept)
        assert not unicodedata.combining(whole[len(kept)])


@pytest.mark.covers("DT-10")
@pytest.mark.parametrize(
    ("at", "due_end", "verdict"),
    [
        (DUE_END - timedelta(seconds=1), DUE_END, "đúng hạn"),
        (DUE_END, DUE_END, "quá hạn"),
        (datetime(2026, 3, 20, 16, tzinfo=LOCAL), datetime(2026, 3, 20, 16, tzinfo=LOCAL), "đúng hạn"),
        (datetime(2026, 3, 20, 16, 0, 1, tzinfo=LOCAL), datetime(2026, 3, 20, 16, tzinfo=LOCAL), "quá hạn"),
        (datetime(2026, 3, 20, 16, 59, tzinfo=ZoneInfo("UTC")), DUE_END, "đúng hạn"),
    ],
)
def test_the_receipt_judges_by_the_sending_time(at: datetime, due_end: datetime, verdict: str) -> None:
    text = receipt_text(fold([assigned()]), sent(at), due_end=due_end, marker="TD-BN-1")
    assert f"Thời điểm gửi: {verdict}." in text
    assert text.endswith("Mã biên nhận: TD-BN-1")


def test_the_receipt_names_time_and_hashes_and_no_verdict_that_is_not_made() -> None:
    at = datetime(2026, 3, 20, 1, 2, 3, tzinfo=ZoneInfo("UTC"))
    text = receipt_text(fold([assigned()]), sent(at, SHA), due_end=None, marker="TD-BN-2")
    assert TASK in text
    assert "08:02:03 ngày 20/03/2026" in text
    assert f"{SHA[:16]} (SHA-256: {SHA})" in text
    assert "hạn" not in text.replace("Biên nhận", "")
    assert "Không có tệp" in receipt_text(fold([assigned()]), sent(at), due_end=None, marker="m")


def test_the_caption_of_a_file_names_task_unit_hash_and_marker() -> None:
    caption = evidence_caption(fold([assigned()]), sent(DUE_END, SHA), SHA, "TD-MC-3")
    for part in (TASK, "Sở Xây dựng", SHA, "TD-MC-3", "00:00 ngày 21/03/2026"):
        assert part in caption


def test_the_lint_comment_lists_every_row_up_to_a_readable_length() -> None:
    text = lint_comment("05/CT-UBND", [("Dòng 5: chưa ghi cơ quan chủ trì.", "Ghi một cơ quan.")], "TD-RS-1")
    assert text.split("\n") == [
        "Rà soát bảng phân công của văn bản 05/CT-UBND: 1 nội dung cần chỉnh sửa.",
        "1. Dòng 5: chưa ghi cơ quan chủ trì. Ghi một cơ quan.",
        "Mã rà soát: TD-RS-1",
    ]
    many = lint_comment("05/CT-UBND", [(f"Dòng {n}.", "Sửa.") for n in range(60)], "TD-RS-2").split("\n")
    assert len(many) == LONGEST_COMMENT_ROWS + 3
    assert many[0].endswith("60 nội dung cần chỉnh sửa.")
    assert many[-2] == f"… và {60 - LONGEST_COMMENT_ROWS} nội dung khác cùng loại."
