"""Lengths in working days from issue: counted where the phrase says so, asked everywhere else."""

from __future__ import annotations

from datetime import date

import pytest

from config.profile_files import load_calendar
from mappings.deadline_working import counted_from_issue
from mappings.deadlines import read_deadline

ISSUED = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("phrase", "due"),
    [
        ("trong vòng 05 ngày làm việc kể từ ngày ban hành", date(2026, 11, 9)),
        ("Trong vòng 10 ngày làm việc kể từ ngày ký ban hành văn bản này", date(2026, 11, 16)),
        ("chậm nhất 3 ngày làm việc kể từ ngày ký", date(2026, 11, 5)),
        ("20 ngày làm việc kể từ khi ban hành", date(2026, 12, 1)),
    ],
)
@pytest.mark.covers("DT-05")
def test_from_issue(phrase: str, due: date) -> None:
    read = counted_from_issue(read_deadline(phrase, issued=ISSUED), ISSUED, load_calendar().add_working_days)
    assert (read.due, read.confidence) == (due, "sure")
    assert read.phrase == phrase


@pytest.mark.parametrize(
    ("phrase", "received", "due"),
    [
        ("05 ngày làm việc kể từ ngày nhận được văn bản", date(2026, 11, 4), date(2026, 11, 11)),
        ("trong vòng 3 ngày làm việc sau khi nhận văn bản này", date(2026, 11, 6), date(2026, 11, 11)),
    ],
)
@pytest.mark.covers("DT-05")
def test_from_receipt_once_it_is_known(phrase: str, received: date, due: date) -> None:
    plain, count = read_deadline(phrase, issued=ISSUED), load_calendar().add_working_days
    assert counted_from_issue(plain, ISSUED, count) == plain
    read = counted_from_issue(plain, ISSUED, count, received)
    assert (read.due, read.due_inclusive, read.confidence) == (due, due, "sure")


@pytest.mark.parametrize(
    "phrase",
    [
        "05 ngày làm việc kể từ ngày nhận được hồ sơ",
        "05 ngày làm việc kể từ ngày ban hành Quyết định",
        "trong vòng 05 ngày làm việc",
        "03 ngày làm việc kể từ ngày nhận được văn bản",
        "10 ngày kể từ ngày ban hành",
    ],
)
def test_everything_else_stays_as_it_was_read(phrase: str) -> None:
    read = read_deadline(phrase, issued=ISSUED)
    assert counted_from_issue(read, ISSUED, load_calendar().add_working_days) == read
