"""Deadline phrases read into a day, a period or a question, one hand-written example after another.

Excludes generated dates (test_mappings_deadline_dates) and the corpus of real phrases
(test_mappings_corpus).
"""

from __future__ import annotations

import unicodedata
from datetime import date, time

import pytest

from mappings.deadlines import Deadline, read_deadline

ISSUED = date(2026, 3, 10)


def read(phrase: str, issued: date | None = ISSUED) -> Deadline:
    return read_deadline(phrase, issued=issued)


@pytest.mark.covers("LC-04", "LC-09")
@pytest.mark.parametrize(
    ("phrase", "kind", "due"),
    [
        ("20/4/2026", "date", date(2026, 4, 20)),
        ("Ngày 05/6/2026.", "date", date(2026, 6, 5)),
        ("20-4-2026", "date", date(2026, 4, 20)),
        ("20.4.26", "date", date(2026, 4, 20)),
        ("2026-04-20", "date", date(2026, 4, 20)),
        ("ngày 20 tháng 4 năm 2026", "date", date(2026, 4, 20)),
        ("20 /04/ 2026", "date", date(2026, 4, 20)),
        ("trước ngày 20/4/2026", "date", date(2026, 4, 19)),
        ("Hoàn thành, báo cáo UBND tỉnh trước 20/4/2026", "date", date(2026, 4, 19)),
        ("trước và trong ngày 20/4/2026", "date", date(2026, 4, 20)),
        ("chậm nhất là ngày 20/4/2026", "date", date(2026, 4, 20)),
        ("không muộn hơn ngày 20/4/2026", "date", date(2026, 4, 20)),
        ("đến hết ngày 20/4/2026", "date", date(2026, 4, 20)),
        ("từ nay đến 20/4/2026", "date", date(2026, 4, 20)),
        ("thứ Hai, ngày 20/4/2026", "date", date(2026, 4, 20)),
        ("Trong tháng 8/2026", "end_of_month", date(2026, 8, 31)),
        ("Thang 02-2028", "end_of_month", date(2028, 2, 29)),
        ("09/2026", "end_of_month", date(2026, 9, 30)),
        ("cuối tháng 4 năm 2026", "end_of_month", date(2026, 4, 30)),
        ("Quý III/2026", "end_of_quarter", date(2026, 9, 30)),
        ("quý 2 năm 2026", "end_of_quarter", date(2026, 6, 30)),
        ("Q4/2026", "end_of_quarter", date(2026, 12, 31)),
        ("Năm 2027", "end_of_year", date(2027, 12, 31)),
        ("đến hết năm 2026", "end_of_year", date(2026, 12, 31)),
        ("2026", "end_of_year", date(2026, 12, 31)),
        ("từ ngày 01/4/2026 đến ngày 15/5/2026", "range", date(2026, 5, 15)),
        ("20-25/4/2026", "range", date(2026, 4, 25)),
        ("Tháng 4 - 6/2026", "range", date(2026, 6, 30)),
        ("Quý II đến tháng 11/2026", "range", date(2026, 11, 30)),
        ("giai đoạn 2026-2030", "range", date(2030, 12, 31)),
        ("6 tháng đầu năm 2026", "range", date(2026, 6, 30)),
        ("15 ngày kể từ ngày ban hành", "relative_days", date(2026, 3, 25)),
        ("trong vòng 02 tháng kể từ ngày ban hành văn bản này", "relative_days", date(2026, 5, 10)),
    ],
)
def test_what_says_one_day_is_that_day(phrase: str, kind: str, due: date) -> None:
    found = read(phrase)
    assert (found.kind, found.due, found.confidence, found.why) == (kind, due, "sure", "")
    assert found.phrase == phrase
    assert found.rule


@pytest.mark.parametrize(
    ("phrase", "at"),
    [
        ("trước 16h ngày 20/4/2026", time(16)),
        ("Trước 17 giờ 30 phút ngày 20 tháng 4 năm 2026", time(17, 30)),
        ("09h15’ ngày 20/4/2026", time(9, 15)),
        ("lúc 16:30, ngày 20/4/2026", time(16, 30)),
        ("20/4/2026 (trước 10 giờ)", time(10)),
        ("trước 24h00 ngày 20/4/2026", None),
    ],
)
def test_an_hour_keeps_the_day_even_after_before(phrase: str, at: time | None) -> None:
    found = read(phrase)
    assert (found.kind, found.due, found.at, found.confidence) == ("date", date(2026, 4, 20), at, "sure")


def test_what_before_a_day_means_is_a_setting() -> None:
    for phrase in ("trước ngày 20/4/2026", "báo cáo trước ngày 20 tháng 4 năm 2026"):
        same = read_deadline(phrase, issued=ISSUED, before_date="same_day")
        assert (same.due, same.confidence) == (date(2026, 4, 20), "sure")
        assert read(phrase).due == date(2026, 4, 19)
    hour = read_deadline("trước 16h ngày 20/4/2026", issued=ISSUED, before_date="same_day")
    assert hour.due == date(2026, 4, 20)


@pytest.mark.parametrize(
    ("phrase", "kind"),
    [
        ("hằng tuần", "weekly"),
        ("02 tuần một lần", "weekly"),
        ("1 lần/tuần", "weekly"),
        ("hằng tháng, quý, năm", "monthly"),
        ("Theo quý", "quarterly"),
        ("3 tháng/lần", "quarterly"),
        ("Định kỳ 6 tháng, hằng năm", "half_year"),
        ("Thường xuyên", "ongoing"),
        ("hằng ngày", "ongoing"),
        ("", "none"),
        (" - ", "none"),
        ("Không quy định thời hạn", "none"),
    ],
)
def test_what_has_no_day_is_sure_of_having_none(phrase: str, kind: str) -> None:
    found = read(phrase)
    assert (found.kind, found.due, found.confidence) == (kind, None, "sure")


@pytest.mark.covers("M36")
@pytest.mark.parametrize(
    "phrase",
    [
        "31/02/2026",
        "ngày 31 tháng 4 năm 2026",
        "29/02/2027",
        "tháng 13/2026",
        "Quý V/2026",
        "quý 5/2026",
        "trước 25:00 ngày 20/4/2026",
        "12h75 ngày 20/4/2026",
        "01/01/0001",
        "trước ngày 01/01/0001",
        "31/12/9999",
        "9999-12-31",
        "20/4/202",
        "1/1/1900",
    ],
)
def test_what_does_not_exist_asks_without_a_day(phrase: str) -> None:
    found = read(phrase)
    assert (found.due, found.confidence) == (None, "asks")
    assert found.why


@pytest.mark.parametrize(
    "phrase",
    [
        "trước 30/6/2026 và 31/12/2026",
        "Quý I và trước ngày 30/4/2026",
        "tháng 6 và tháng 12/2026",
        "Từ tháng 4/2026",
        "Từ 01/4/2026 trở đi",
        "Tháng 4/2026 và thường xuyên",
        "năm 2026 và các năm tiếp theo",
        "sau ngày 20/4/2026",
        "không sớm hơn ngày 20/4/2026",
        "sau khi có ý kiến của Bộ Tài chính",
        "Theo Thông tư mới",
        "theo đúng tiến độ",
        "15 ngày",
        "07 ngày làm việc",
        "30 ngày kể từ ngày Chính phủ ban hành Nghị định",
        "trong 24 giờ",
        "9132",
        "123456",
        "ngày 20",
        "sớm nhất có thể",
        "trước Tết Nguyên đán 2027",
        "30/4/2026 -",
    ],
)
def test_what_is_open_asks_and_proposes_nothing(phrase: str) -> None:
    found = read(phrase)
    assert (found.due, found.confidence) == (None, "asks")
    assert found.why


@pytest.mark.parametrize(
    ("phrase", "proposed"),
    [
        ("dự kiến 20/4/2026", date(2026, 4, 20)),
        ("đầu tháng 9/2026", date(2026, 9, 10)),
        ("giữa tháng 9/2026", date(2026, 9, 15)),
        ("tuần 2 tháng 9/2026", date(2026, 9, 14)),
        ("20/4/2026 hoặc khi có yêu cầu", date(2026, 4, 20)),
        ("20/4/2026 đối với nội dung 1", date(2026, 4, 20)),
        ("trước ngày 20/4/2026 ≤ 5 ngày làm việc", date(2026, 4, 19)),
        ("trước tháng 9/2026", date(2026, 8, 31)),
        ("ngày 26, 27/4/2026", date(2026, 4, 27)),
        ("thứ Sáu, ngày 20/4/2026", date(2026, 4, 20)),
        ("trước ngày 20/4/2026, 16h00", date(2026, 4, 20)),
        ("30/4/2026 - 20/4/2026", date(2026, 4, 20)),
        ("Công văn ngày 20/4/2026", date(2026, 4, 20)),
        ("20/4/2062", date(2062, 4, 20)),
        ("Quý IV/2025", date(2025, 12, 31)),
        ("trước ngày 10/3/2026", date(2026, 3, 9)),
    ],
)
def test_a_doubt_beside_a_day_makes_it_a_proposal(phrase: str, proposed: date) -> None:
    found = read(phrase)
    assert (found.due, found.confidence) == (proposed, "asks")
    assert found.why


@pytest.mark.parametrize(
    ("phrase", "due", "confidence"),
    [
        ("30/4", date(2026, 4, 30), "sure"),
        ("chậm nhất ngày 10/3", date(2026, 3, 10), "sure"),
        ("trong tháng 3", date(2026, 3, 31), "sure"),
        ("Quý I", date(2026, 3, 31), "sure"),
        ("cuối năm", date(2026, 12, 31), "sure"),
        ("từ 20/12 đến 15/01", date(2027, 1, 15), "asks"),
        ("15/02", date(2027, 2, 15), "asks"),
    ],
)
def test_a_missing_year_is_the_first_on_or_after_the_issue(phrase: str, due: date, confidence: str) -> None:
    found = read(phrase)
    assert (found.due, found.confidence) == (due, confidence)


def test_a_missing_year_just_past_new_year_is_believed() -> None:
    found = read("trước ngày 15/01", issued=date(2026, 12, 20))
    assert (found.due, found.confidence) == (date(2027, 1, 14), "sure")


def test_without_an_issue_date_nothing_is_inferred() -> None:
    assert read("30/4", issued=None).confidence == "asks"
    assert read("30/4", issued=None).due is None
    assert read("30/4/2026", issued=None).confidence == "sure"


@pytest.mark.covers("M35")
def test_a_decomposed_phrase_reads_the_same() -> None:
    phrase = "Trước ngày 20 tháng 4 năm 2026"
    found = read(unicodedata.normalize("NFD", phrase))
    assert (found.due, found.confidence) == (date(2026, 4, 19), "sure")


@pytest.mark.parametrize(
    ("shown", "stored", "kind", "due", "confidence"),
    [
        ("20/04/2026", date(2026, 4, 20), "date", date(2026, 4, 20), "sure"),
        ("20/04/2026 0:00", date(2026, 4, 20), "date", date(2026, 4, 20), "sure"),
        ("08/2026", date(2026, 8, 1), "end_of_month", date(2026, 8, 31), "sure"),
        ("3/8/2026", date(2026, 3, 8), "date", date(2026, 8, 3), "asks"),
        ("08/2026", date(2026, 9, 1), "end_of_month", date(2026, 8, 31), "asks"),
        ("", date(2026, 4, 20), "date", date(2026, 4, 20), "sure"),
        ("2026-04-20 00:00:00", date(2026, 4, 20), "date", date(2026, 4, 20), "sure"),
        ("", date(2026, 8, 5), "date", date(2026, 8, 5), "asks"),
        ("", date(2026, 11, 12), "date", date(2026, 11, 12), "asks"),
        ("", date(2026, 11, 13), "date", date(2026, 11, 13), "sure"),
        ("", date(2026, 4, 2), "date", date(2026, 4, 2), "sure"),
        ("", date(2026, 5, 5), "date", date(2026, 5, 5), "sure"),
        ("", date(1, 1, 1), "unclear", None, "asks"),
        ("20/04/2026", date(1, 1, 1), "date", date(2026, 4, 20), "asks"),
    ],
)
def test_the_shown_text_decides_over_the_stored_day(
    shown: str, stored: date, kind: str, due: date | None, confidence: str
) -> None:
    found = read_deadline(shown, issued=ISSUED, native=stored)
    assert (found.kind, found.due, found.at, found.confidence) == (kind, due, None, confidence)


@pytest.mark.parametrize(
    ("serial", "due", "confidence"),
    [
        ("46132", date(2026, 4, 20), "sure"),
        ("46114", date(2026, 4, 2), "sure"),
        ("46239", date(2026, 8, 5), "asks"),
        ("45000", date(2023, 3, 15), "asks"),
    ],
)
def test_a_cell_that_lost_its_format_is_the_stored_day(serial: str, due: date, confidence: str) -> None:
    found = read(serial)
    assert (found.kind, found.due, found.confidence) == ("date", due, confidence)
