"""Deadline phrases written at random from known days, and phrases damaged at random.

The writer is the oracle: it knows the day and spells it in any legal form. Damage may
make a phrase unreadable, it may never make it sure of another day.
"""

from __future__ import annotations

import calendar
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mappings.deadlines import read_deadline

DAY = timedelta(days=1)
DAYS = st.dates(date(2024, 1, 3), date(2031, 12, 31))
WEEKDAYS = ("Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy")
LEADS = ("", "Hoàn thành ", "trình UBND tỉnh ", "Thời gian hoàn thành: ", "Xong ", "gửi về Sở Nội vụ ")
LAST_DAYS = ("", "ngày ", "trong ngày ", "chậm nhất ngày ", "đến hết ngày ", "không quá ngày ", "hạn chót ")


@st.composite
def spelled_days(draw: st.DrawFn, day: date, *, year: bool = True) -> str:
    """The day in one of its written forms, padded or not, with the year in two or four digits or without."""
    width = draw(st.sampled_from([1, 2]))
    d, m = f"{day.day:0{width}d}", f"{day.month:0{width}d}"
    if not year:
        return draw(st.sampled_from([f"{d}/{m}", f"{d} tháng {m}"]))
    short = f"{day.year % 100:02d}"
    forms = (
        f"{d}/{m}/{day.year}",
        f"{d}.{m}.{day.year}",
        f"{d}-{m}-{day.year}",
        f"{d}/{m}/{short}",
        f"{d} tháng {m} năm {day.year}",
        f"{d} / {m} / {day.year}",
        f"{day:%Y-%m-%d}",
    )
    return draw(st.sampled_from(forms))


@st.composite
def typed(draw: st.DrawFn, phrase: str) -> str:
    """The phrase as some keyboard or copied page may give it."""
    changes: list[Callable[[str], str]] = [
        str,
        str.upper,
        str.lower,
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: text.replace(" ", "  "),
        lambda text: text.replace(" ", "\n", 1),
        lambda text: text.replace(" ", "\u00a0"),
        lambda text: f" {text}. ",
        lambda text: f"({text})",
    ]
    for change in draw(st.lists(st.sampled_from(changes), max_size=3)):
        phrase = change(phrase)
    return phrase


@given(st.data(), DAYS, st.integers(2, 300))
def test_a_day_is_read_back_however_it_is_written(data: st.DataObject, day: date, ahead: int) -> None:
    spelled = data.draw(spelled_days(day))
    phrase = data.draw(
        typed(data.draw(st.sampled_from(LEADS)) + data.draw(st.sampled_from(LAST_DAYS)) + spelled)
    )
    found = read_deadline(phrase, issued=day - ahead * DAY)
    assert (found.kind, found.due, found.due_inclusive, found.confidence) == ("date", day, day, "sure"), (
        phrase
    )


@given(st.data(), DAYS, st.integers(2, 300))
def test_before_a_day_is_the_day_before_and_keeps_the_day(data: st.DataObject, day: date, ahead: int) -> None:
    spelled = data.draw(spelled_days(day))
    lead = data.draw(st.sampled_from(LEADS)) + data.draw(st.sampled_from(["trước ", "trước ngày "]))
    found = read_deadline(data.draw(typed(lead + spelled)), issued=day - ahead * DAY)
    assert (found.due, found.due_inclusive, found.confidence) == (day - DAY, day, "sure"), lead + spelled


@given(st.data(), DAYS, st.integers(2, 180))
def test_a_missing_year_is_found_from_the_issue(data: st.DataObject, day: date, ahead: int) -> None:
    if (day.month, day.day) == (2, 29):
        return
    phrase = data.draw(typed("ngày " + data.draw(spelled_days(day, year=False))))
    found = read_deadline(phrase, issued=day - ahead * DAY)
    assert (found.due, found.confidence) == (day, "sure"), phrase


@given(st.data(), DAYS, st.integers(0, 23), st.integers(0, 59))
def test_an_hour_and_a_weekday_that_agree_change_no_day(
    data: st.DataObject, day: date, hour: int, minute: int
) -> None:
    spelled = data.draw(spelled_days(day))
    weekday = "Chủ nhật" if day.weekday() == 6 else f"thứ {WEEKDAYS[day.weekday()]}"
    clock = data.draw(
        st.sampled_from([f"{hour}h{minute:02d}", f"{hour} giờ {minute:02d} phút", f"{hour}:{minute:02d}"])
    )
    phrase = data.draw(typed(f"trước {clock} {weekday}, ngày {spelled}"))
    found = read_deadline(phrase, issued=day - 30 * DAY)
    assert (found.due, found.confidence) == (day, "sure"), phrase
    assert found.at is not None
    assert (found.at.hour, found.at.minute) == (hour, minute)


@given(st.data(), DAYS, st.integers(1, 6))
def test_a_weekday_that_disagrees_asks(data: st.DataObject, day: date, off: int) -> None:
    wrong = (day.weekday() + off) % 7
    weekday = "Chủ nhật" if wrong == 6 else f"thứ {WEEKDAYS[wrong]}"
    phrase = f"{weekday}, ngày {data.draw(spelled_days(day))}"
    assert read_deadline(phrase, issued=day - 30 * DAY).confidence == "asks", phrase


@given(st.data(), DAYS, DAYS)
def test_a_range_is_due_at_its_later_day_and_asks_when_turned_round(
    data: st.DataObject, one: date, other: date
) -> None:
    first, last = data.draw(spelled_days(one)), data.draw(spelled_days(other))
    joined = data.draw(
        st.sampled_from([f"từ ngày {first} đến ngày {last}", f"từ {first} đến hết ngày {last}"])
    )
    found = read_deadline(data.draw(typed(joined)), issued=min(one, other))
    if one <= other and (other - one).days < 3000:
        assert (found.kind, found.due, found.confidence) == ("range", other, "sure"), joined
    elif one > other:
        assert found.confidence == "asks", joined


@given(st.data(), st.dates(date(2024, 1, 1), date(2031, 12, 31)), st.integers(1, 31))
def test_what_comes_back_comes_next_after_the_issue(data: st.DataObject, issued: date, number: int) -> None:
    form = data.draw(
        st.sampled_from(["ngày {} hằng tháng", "hàng tháng, ngày {}", "chậm nhất ngày {} mỗi tháng"])
    )
    found = read_deadline(data.draw(typed(form.format(number))), issued=issued)
    day = issued + DAY
    while day.day != min(number, calendar.monthrange(day.year, day.month)[1]):
        day += DAY
    assert (found.kind, found.due, found.confidence) == ("monthly", day, "sure")


@given(st.data(), st.dates(date(2024, 1, 1), date(2031, 12, 31)), st.integers(0, 6))
def test_a_weekday_that_comes_back_comes_next_after_the_issue(
    data: st.DataObject, issued: date, weekday: int
) -> None:
    name = "Chủ nhật" if weekday == 6 else f"thứ {WEEKDAYS[weekday]}"
    found = read_deadline(data.draw(typed(f"trước 15h00 {name} hằng tuần")), issued=issued)
    day = issued + DAY
    while day.weekday() != weekday:
        day += DAY
    assert (found.kind, found.due, found.confidence) == ("weekly", day, "sure")


_LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạ"
_NOISE = ("xyz", "riêng", "đối với phần A", "lần 1", "nội dung còn lại", "trừ", "không phải", "cũ", "đã", "?")


@st.composite
def damaged(draw: st.DrawFn, phrase: str) -> str:
    """The phrase with letters lost, doubled or mistyped, then with words put in; its numbers stay.

    Words come last and whole: a damaged "lần 1" would be another day's number.
    """
    kinds = draw(st.lists(st.sampled_from(["lose", "double", "mistype", "word"]), min_size=1, max_size=2))
    for kind in sorted(kinds, key="word".__eq__):
        at = draw(st.integers(0, len(phrase) - 1))
        if kind == "word":
            at = phrase.find(" ", at)
            phrase = f"{phrase[:at]} {draw(st.sampled_from(_NOISE))}{phrase[at:]}" if at > 0 else phrase
        elif phrase[at].isalpha():
            put = {"lose": "", "double": phrase[at] * 2, "mistype": draw(st.sampled_from(_LETTERS))}[kind]
            phrase = phrase[:at] + put + phrase[at + 1 :]
    return phrase


@given(st.data(), DAYS)
def test_damage_never_makes_a_phrase_sure_of_another_day(data: st.DataObject, day: date) -> None:
    written = f"{day.day} tháng {day.month} năm {day.year}"
    phrase = data.draw(
        st.sampled_from(
            [
                f"trước ngày {written}",
                f"chậm nhất ngày {written}",
                f"trước 16h ngày {day:%d/%m/%Y}",
                f"ngày {written}",
            ]
        )
    )
    issued = day - 60 * DAY
    before = read_deadline(phrase, issued=issued)
    broken = data.draw(damaged(phrase))
    after = read_deadline(broken, issued=issued)
    if after.confidence == "sure" and after.due is not None:
        assert after.due_inclusive == before.due_inclusive, broken


@given(st.data(), st.integers(2026, 2030), st.integers(1, 12))
def test_damage_never_moves_a_month(data: st.DataObject, year: int, month: int) -> None:
    phrase = data.draw(st.sampled_from([f"trong tháng {month} năm {year}", f"hết tháng {month}/{year}"]))
    after = read_deadline(data.draw(damaged(phrase)), issued=date(year, 1, 1))
    last = date(year, month, calendar.monthrange(year, month)[1])
    if after.confidence == "sure" and after.due is not None:
        assert after.due == last, after.phrase
