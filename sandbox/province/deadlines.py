"""Deadlines as drafters write them: many forms for one day, and some that name no day at all."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta

from sandbox.province.officedays import next_office_day
from sandbox.province.specification import Deadline

EXCEL_EPOCH = date(1899, 12, 30)
_ROMAN = ("I", "II", "III", "IV")


def _dmy(day: date) -> str:
    return f"{day:%d/%m/%Y}"


_EXACT: tuple[tuple[str, Callable[[date], str]], ...] = (
    ("date", _dmy),
    ("date", _dmy),
    ("date", _dmy),
    ("before", lambda d: f"trước ngày {d:%d/%m/%Y}"),
    ("before", lambda d: f"Trước ngày {d:%d/%m/%Y}"),
    ("before", lambda d: f"Trước {d.day}/{d.month}/{d.year}"),
    ("before", lambda d: f"Hoàn thành trước ngày {d:%d/%m/%Y}"),
    ("before", lambda d: f"xong trước {d:%d/%m/%Y}"),
    ("date", lambda d: f"Ngày {d.day}/{d.month}/{d.year}"),
    ("date", lambda d: f"Chậm nhất ngày {d:%d/%m/%Y}"),
    ("date", lambda d: f"{d:%d.%m.%Y}"),
    ("date", lambda d: f"{d:%d-%m-%Y}"),
    ("date", lambda d: f"ngày {d:%d} tháng {d:%m} năm {d.year}"),
    ("date", lambda d: f"đến hết ngày {d:%d/%m/%Y}"),
    ("hour", lambda d: f"trước 17 giờ 00 ngày {d:%d/%m/%Y}"),
    ("date", lambda d: f" {d:%d/%m/%Y} "),
)

_MONTH = ("tháng {m}/{y}", "Tháng {m:02}/{y}", "Trong tháng {m}/{y}", "tháng {m} năm {y}")
_QUARTER = ("Quý {q}/{y}", "quý {q} năm {y}", "Trong Quý {q}/{y}")
_ONGOING = ("thường xuyên", "Thường xuyên", "Thường xuyên, liên tục")
_RECURRING = (
    "ngày 25 hằng tháng",
    "hằng quý",
    "Định kỳ hằng tháng",
    "Trước ngày 20 tháng cuối quý",
    "Trước 10 giờ thứ Sáu hằng tuần",
    "định kỳ 6 tháng, năm",
)
_IMPOSSIBLE = (
    "31/02/{y}",
    "Trước ngày 30/02/{y}",
    "31/11/{y}",
    "31/9/{y}",
    "32/12/{y}",
    "trước ngày 31/4/{y}",
)


def pick_day(rng: random.Random, issued: date, today: date, horizon: int) -> date:
    """Draw a due day after the issue: long past, within three days of `today`, or still ahead.

    No task runs longer than `horizon` days. A directive too old or too young for one of
    the three bands gives that band's share to the others.
    """
    earliest, latest = issued + timedelta(days=3), issued + timedelta(days=horizon)
    bands = (
        (38, earliest, min(latest, today - timedelta(days=1))),
        (20, max(earliest, today), min(latest, today + timedelta(days=3))),
        (42, max(earliest, today + timedelta(days=4)), min(latest, today + timedelta(days=150))),
    )
    possible = [band for band in bands if band[1] <= band[2]]
    _, first, last = rng.choices(possible, [band[0] for band in possible])[0]
    day = first + timedelta(days=rng.randint(0, (last - first).days))
    on_weekday = next_office_day(day)
    return on_weekday if on_weekday <= last and rng.random() < 0.9 else day


def exact(rng: random.Random, day: date, *, native: bool = False, serial: bool = False) -> Deadline:
    """One day in one of its written forms; `native` and `serial` allow a spreadsheet's own dates."""
    if native and rng.random() < 0.65:
        return Deadline(_dmy(day), day, day, "date")
    if serial and rng.random() < 0.5:
        number = (day - EXCEL_EPOCH).days
        return Deadline(str(number), number, day, "date")
    kind, form = rng.choice(_EXACT)
    return _written(form(day), day, kind)


def _written(text: str, due: date | None, kind: str) -> Deadline:
    return Deadline(text.strip(), text, due, kind)


def _month(rng: random.Random, day: date) -> Deadline:
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    text = rng.choice(_MONTH).format(m=day.month, y=day.year)
    return _written(text, following - timedelta(days=1), "month")


def _quarter(rng: random.Random, day: date) -> Deadline:
    quarter = (day.month - 1) // 3
    following = date(day.year + (quarter == 3), (quarter * 3 + 3) % 12 + 1, 1)
    text = rng.choice(_QUARTER).format(q=_ROMAN[quarter], y=day.year)
    return _written(text, following - timedelta(days=1), "quarter")


def _span(rng: random.Random, issued: date) -> Deadline:
    days = rng.choice((5, 7, 10, 15, 20, 30))
    if rng.random() < 0.6:
        tail = rng.choice(("", " kể từ ngày ban hành", " kể từ ngày ký ban hành văn bản này"))
        return _written(f"trong vòng {days:02} ngày làm việc{tail}", None, "working_days")
    return _written(f"Trong {days} ngày kể từ ngày ban hành", issued + timedelta(days=days), "days")


def draw(
    rng: random.Random, issued: date, day: date, *, native: bool = False, serial: bool = False
) -> Deadline:
    """Draw a deadline of any kind around `day` for a task of a directive issued on `issued`."""
    kinds = ("exact", "month", "quarter", "year", "span", "ongoing", "recurring", "none")
    kind = rng.choices(kinds, (72, 6, 5, 1, 7, 3, 4, 2))[0]
    if kind == "month":
        return _month(rng, day)
    if kind == "quarter":
        return _quarter(rng, day)
    if kind == "span":
        return _span(rng, issued)
    if kind == "year":
        return _written(f"Năm {day.year}", date(day.year, 12, 31), "year")
    if kind == "ongoing":
        return _written(rng.choice(_ONGOING), None, "ongoing")
    if kind == "recurring":
        return _written(rng.choice(_RECURRING), None, "recurring")
    if kind == "none":
        return Deadline("", None, None, "none")
    return exact(rng, day, native=native, serial=serial)


def impossible(rng: random.Random, year: int) -> Deadline:
    """A day that no calendar has, as typing errors make it."""
    return _written(rng.choice(_IMPOSSIBLE).format(y=year), None, "impossible")
