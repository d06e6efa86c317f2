"""Deadlines generated from known days, and noise that must never raise nor be believed.

The oracle builds each phrase from the day it means, with the calendar module only.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.deadlines import read_deadline

DAYS = st.dates(date(2024, 1, 3), date(2031, 12, 31))
ROMAN = ("I", "II", "III", "IV")


def _issue(due: date, before: int) -> date:
    return due - timedelta(days=before)


@given(DAYS, st.integers(1, 300), st.sampled_from(["day_before", "same_day"]), st.booleans())
def test_every_way_to_write_a_day_is_that_day(due: date, ahead: int, before: str, padded: bool) -> None:
    width = 2 if padded else 1
    d, m = f"{due.day:0{width}d}", f"{due.month:0{width}d}"
    issued = _issue(due, ahead + 1)
    plain = (f"{d}/{m}/{due.year}", f"chậm nhất ngày {d}/{m}/{due.year}", f"{d}-{m}-{due.year}")
    for phrase in (*plain, f"ngày {d} tháng {m} năm {due.year}", f"Xong trong ngày {d}.{m}.{due.year}"):
        found = read_deadline(phrase, issued=issued)
        assert (found.kind, found.due, found.confidence) == ("date", due, "sure"), phrase
    for phrase in (f"trước ngày {d}/{m}/{due.year}", f"trước ngày {d} tháng {m} năm {due.year}"):
        found = read_deadline(phrase, issued=issued, before_date=before)  # type: ignore[arg-type]
        expected = due - timedelta(days=1) if before == "day_before" else due
        assert (found.due, found.confidence) == (expected, "sure"), phrase


@given(st.integers(2024, 2031), st.integers(1, 12))
def test_months_and_quarters_end_on_their_last_day(year: int, month: int) -> None:
    issued = date(year, 1, 1)
    last = date(year, month, calendar.monthrange(year, month)[1])
    for phrase in (
        f"tháng {month}/{year}",
        f"trong tháng {month:02d} năm {year}",
        f"hết tháng {month}-{year}",
    ):
        found = read_deadline(phrase, issued=issued)
        assert (found.kind, found.due, found.confidence) == ("end_of_month", last, "sure"), phrase
    quarter = (month + 2) // 3
    last = date(year, 3 * quarter, calendar.monthrange(year, 3 * quarter)[1])
    for phrase in (f"Quý {ROMAN[quarter - 1]}/{year}", f"quý {quarter} năm {year}"):
        found = read_deadline(phrase, issued=issued)
        assert (found.kind, found.due, found.confidence) == ("end_of_quarter", last, "sure"), phrase


@given(DAYS, st.integers(1, 400))
def test_a_range_is_due_at_its_end(end: date, length: int) -> None:
    start = end - timedelta(days=length)
    phrase = f"từ ngày {start:%d/%m/%Y} đến ngày {end:%d/%m/%Y}"
    found = read_deadline(phrase, issued=start)
    assert (found.kind, found.due, found.confidence) == ("range", end, "sure")
    swapped = read_deadline(f"{end:%d/%m/%Y} - {start:%d/%m/%Y}", issued=start - timedelta(days=1))
    assert swapped.confidence == "asks"


@pytest.mark.covers("M36")
@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 9999))
def test_numbers_that_are_no_day_are_never_believed(day: int, month: int, year: int) -> None:
    found = read_deadline(f"{day}/{month}/{year:04d}", issued=None)
    try:
        real = date(year, month, day)
    except ValueError:
        real = None
    if real is not None and 2000 <= year <= 2099:
        assert (found.due, found.confidence) == (real, "sure")
    else:
        assert (found.due, found.confidence) == (None, "asks")


_NOISE = """
trước ngày tháng quý năm đến từ và hoặc - / . , : ( ) ≤ hằng định kỳ thường xuyên sau khi lần tuần giờ h cuối
T hai ba mỗi mới sáng chiều hết trong cả 30.6 30-6 8:30:00 → tiếp theo số liệu phấn đấu
đầu 1 2 15 31 2026 2027 99 0 8/2026 20/4/2026 31/12 IV III không thứ sáu làm việc kể ban hành x abc dự kiến
"""
_WORDS = st.sampled_from(_NOISE.split())


@given(
    st.lists(_WORDS, max_size=8),
    st.sampled_from([None, date(1, 1, 1), date(2026, 3, 10), date(9999, 12, 31)]),
)
def test_no_mixture_of_words_raises_or_makes_a_day_before_the_issue(
    words: list[str], issued: date | None
) -> None:
    found = read_deadline(" ".join(words), issued=issued)
    if found.confidence == "sure" and found.due is not None:
        assert issued is None or found.due >= issued
        assert {"abc", "x", "kiến", "khi"}.isdisjoint(words)
    if found.confidence == "asks":
        assert found.why


@given(st.text(max_size=40), st.dates(), st.none() | st.dates())
def test_no_text_raises(text: str, issued: date, native: date | None) -> None:
    assert read_deadline(text, issued=issued, native=native).phrase == text


def test_a_paragraph_in_the_wrong_column_asks() -> None:
    found = read_deadline("trước ngày 20/4/2026 " * 100, issued=date(2026, 3, 10))
    assert (found.kind, found.due, found.confidence) == ("unclear", None, "asks")


@pytest.mark.parametrize("phrase", ["T ba", "15/4/hai", "ngày một-hai", "một.hai", "T hai sáng"])
def test_numbers_in_words_where_digits_are_due_never_raise(phrase: str) -> None:
    for issued in (None, date(2026, 3, 10), date(2026, 12, 28)):
        assert read_deadline(phrase, issued=issued).phrase == phrase
