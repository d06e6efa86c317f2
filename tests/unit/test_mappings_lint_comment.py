"""One comment for the drafter: short, in the order of the paper, and the same for the same findings."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.lint import Finding, lint
from mappings.lint_checks import CHECKS
from mappings.lint_comment import LONGEST_ROWS, lint_comment, lint_digest
from tests.tracking_histories import CALENDAR, DONGTHAP, on
from tests.unit.test_mappings_lint import GOOD, UNITS
from tracking.events import Origin

FOUND = lint(
    [
        GOOD,
        replace(
            GOOD, row=7, ordinal="3.", lead="", deadline="14/3/2026", coordinators="các đơn vị liên quan"
        ),
        replace(GOOD, row=9, ordinal="", deadline="9/3/2026"),
    ],
    profile=DONGTHAP,
    calendar=CALENDAR,
    directory=UNITS,
    issued=on("10/3/2026"),
)
EXPECTED = """\
Rà soát bảng phân công: 4 nội dung ở 2 dòng, trong đó 2 nội dung phải sửa.
Tệp “phu-luc.xlsx”, bảng “Phụ lục”:
- Dòng 7 (số thứ tự 3):
  + Phải sửa, cột “Cơ quan chủ trì” (rõ người): Chưa ghi cơ quan chủ trì. \
Ghi đúng một cơ quan chủ trì, các cơ quan khác ghi ở cột phối hợp.
  + Nên xem lại, cột “Thời hạn” (rõ thời gian): Hạn 14/03/2026 là ngày nghỉ (thứ Bảy). \
Chọn ngày làm việc, ví dụ 13/03/2026 hoặc 16/03/2026.
  + Nên xem lại, cột “Cơ quan phối hợp” (rõ trách nhiệm): “các đơn vị liên quan” không nêu tên đơn vị nào cụ thể. \
Ghi tên từng cơ quan phải phối hợp, hoặc bỏ cụm từ này.
- Dòng 9:
  + Phải sửa, cột “Thời hạn” (rõ thời gian): Hạn 09/03/2026 trước ngày ban hành 10/03/2026. \
Sửa lại ngày, tháng hoặc năm.
"""


@pytest.mark.covers("HC-15")
def test_the_comment_as_the_drafter_reads_it() -> None:
    assert lint_comment(FOUND) == EXPECTED + f"Mã rà soát: {lint_digest(FOUND)}"


def test_nothing_found_is_nothing_to_write() -> None:
    assert lint_comment([]) == ""


def finding(row: int = 1, code: str = "no_lead", text: str = "", file: str = "a.xlsx") -> Finding:
    return Finding(code, Origin(file, "Phụ lục", row), "lead", text, "Câu.", "Cách sửa.", "must")


FINDINGS = st.lists(
    st.builds(
        finding,
        row=st.integers(1, 60),
        code=st.sampled_from(sorted(CHECKS)),
        text=st.sampled_from(["", "Sở Y tế", "x"]),
        file=st.sampled_from(["a.xlsx", "b.docx", ""]),
    ),
    max_size=70,
)


@given(found=FINDINGS, seed=st.integers(0, 9))
def test_order_and_repetition_change_nothing(found: list[Finding], seed: int) -> None:
    mixed = [*found, *found[:3]]
    random.Random(seed).shuffle(mixed)
    assert lint_comment(mixed) == lint_comment(found)
    assert lint_digest(mixed) == lint_digest(found)


@given(found=FINDINGS.filter(bool))
def test_every_row_is_named_or_counted(found: list[Finding]) -> None:
    comment = lint_comment(found)
    rows = len({one.origin for one in found})
    assert comment.count("- Dòng ") == min(rows, LONGEST_ROWS)
    assert (f"… và {rows - LONGEST_ROWS} dòng khác." in comment) == (rows > LONGEST_ROWS)
    assert unicodedata.is_normalized("NFC", comment)


@pytest.mark.parametrize(
    "other",
    [
        replace(finding(), sentence="Câu khác."),
        replace(finding(), remedy="Cách khác."),
        replace(finding(), severity="should"),
    ],
)
def test_other_words_for_the_same_thing_are_not_written_again(other: Finding) -> None:
    assert lint_digest([other]) == lint_digest([finding()])


@pytest.mark.parametrize(
    "other", [finding(row=2), finding(code="lead_group"), finding(text="Sở"), finding(file="b.xlsx")]
)
def test_another_thing_or_place_is_written_again(other: Finding) -> None:
    assert lint_digest([other]) != lint_digest([finding()])
    assert lint_digest([finding(), other]) != lint_digest([finding()])
