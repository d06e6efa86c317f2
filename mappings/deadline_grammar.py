"""Rules over the parts of a deadline phrase: the third step, where a phrase becomes a day or a question.

Each rule is a regular expression over the letters of `deadline_parts`. A phrase that
fits no rule, or fits one with something left over, asks a person; it never gets the
nearest day. The order is: nothing there, comes back, a day, goes on, a length, unclear.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Final

from mappings.deadline_days import DAY, NotADay, clock, covered_on_or_after, months_later
from mappings.deadline_parts import Parts, parts_of
from mappings.deadline_periods import period_of
from mappings.deadline_recurring import period_by_dates, recurring
from mappings.deadline_result import (
    WHY_ALTERNATIVE,
    WHY_EVENT,
    WHY_HOUR_BEFORE,
    WHY_LUNAR,
    WHY_NO_START,
    WHY_NOT_UNDERSTOOD,
    WHY_OPEN_END,
    WHY_PERIOD_AND_DATE,
    WHY_POINTER,
    WHY_SCHEDULE,
    WHY_SEVERAL,
    WHY_TENTATIVE,
    WHY_THIS_PERIOD,
    WHY_UNKNOWN_WORDS,
    WHY_VAGUE,
    WHY_WEEKDAY,
    WHY_WHICH_WEEK,
    WHY_WITH_LENGTH,
    WHY_WORKING_DAYS,
    Deadline,
)
from mappings.deadline_rules import RULES, BeforeDate, Frame, Rule

#: Letters that leave a doubt beside a day, with the reason a person reads.
_DOUBTS: Final = {
    **dict.fromkeys("uaKZ", WHY_UNKNOWN_WORDS),
    **dict.fromkeys("oX", WHY_POINTER),
    **dict.fromkeys("LlwI@", WHY_WITH_LENGTH),
    **dict.fromkeys("vE", WHY_TENTATIVE),
    "|": WHY_ALTERNATIVE,
    "P": WHY_PERIOD_AND_DATE,
    "k": WHY_VAGUE,
}
_PASSED_OVER: Final = frozenset({*_DOUBTS, *"WjC"})
_ANCHORS: Final = re.compile("[DdMeQqHhYz]")
_FULL_ANCHORS: Final = re.compile("[DMQHY]")
#: "Công văn ngày X" is the date of another document.
_REFERENCE: Final = re.compile("j[DdMeY]")
_RULE_TEXTS: Final = (
    (r"[ntc,]*>?(?P<day>A),*", "last_day"),
    (r"[nc,]*b,?(?P<day>[Dd]),*", "before_day"),
    (r"[ntc,]*i[tn]?(?P<day>[Dd]),*", "last_day"),
    (r"[nc,]*b>?(?P<day>A),*", "before_period"),
    (r"[ntc,]*b?(?P<hour>T),?[tn]?(?P<day>[Dd]),*", "with_hour"),
    (r"[ntc]*(?P<day>[Dd]),?[tnbc]*(?P<hour>T),*", "with_hour"),
    (r"[nc]*b(?P<day>[Dd]),?[tn]*(?P<hour>T),*", "hour_after_before"),
    (r"[tnc,]*f?T[\-n]+(?P<hour>T),?[tn]?(?P<day>[Dd]),*", "hours"),
    (r"[tc,]*f?T,?(?P<first>[Dd]),?(?:-n?|n)(?P<hour>T),?(?P<day>[Dd]),*", "range_with_hours"),
    (r"[tc,]*f?[tn]?[<>~]?(?P<first>[DdNMeQqrHYz])(?:-n?|n)>?c?>?(?P<day>[DdMeQqHhYz]),*", "range"),
    (r"[tc,]*f[tn]?[<>~]?(?P<first>[DdNMeQqrHYz])c>?(?P<day>[DdMeQqHhYz]),*", "range"),
    (r"[tnc,]*(?P<first>[DdNMeQqY])(?:,[NMeQqYDdr])*,(?P<day>[DdMeQqYr]),*", "row"),
    (r"[tnc,]*(?P<part>[<~FSG\[\]])(?P<day>[MeQqYz]),*", "part_of_period"),
    (r"[tnc,]*(?P<outer>[MeQqYzHh]),?[tnc]*b?[tnc]*(?P<day>[Dd]),*", "nested"),
    (r"[tnc,]*b?(?P<day>[Dd]),?[tnc]*(?P<outer>[MeQqYzHh]),*", "nested"),
)
_DAY_RULES: Final = tuple(
    (re.compile(pattern.replace("A", "[DdMeQqHhYz]")), RULES[name]) for pattern, name in _RULE_TEXTS
)
_WEEK_OF_MONTH: Final = re.compile(r"[tnc,]*(?:k|K[<>])(?P<day>[Me]),*")
#: "định kỳ trước ngày 15/6 và 15/12": what comes back without "hằng năm".
_DATES_BY_PERIOD: Final = re.compile(r"P[tnc,]*(?:b?d[,|]*){2,}")
#: "trong quý", "hết năm": of the period in which the document was issued, so it seems.
_THIS_PERIOD: Final = re.compile("[tnc]*>?K,*")
#: "trước ngày 05 của tháng sau": of each month, so it seems.
_DAY_OF_SOME_MONTH: Final = re.compile("[tnc,]*b?N(?:K|u)V?s?,*")
#: A day in a cell that says more than the rules know: shown to the person who is asked.
_ONE_DAY: Final = re.compile("(?<![fs<~j])(?P<day>[DdQq])(?![-n])")
#: "trước 15h thứ Sáu": which Friday is not said.
_WEEKDAY_ALONE: Final = re.compile("[btnca,]*(?:W[btnca,]*T?|T[btnca,]*W),*")
#: Words of a length's beginning that speak of the directive itself, and of nothing else.
_DOCUMENT_WORDS: Final = """
ke tinh tu sau ngay khi luc nhan tiep duoc ban hanh phat ky van chi thi thong bao hoach cong quyet dinh nay
nhiem vu . , ) (
"""
_OF_THE_DOCUMENT: Final = frozenset(_DOCUMENT_WORDS.split())
_FROM_ISSUE: Final = re.compile("[jtcl]*[Lw],?I,*")
_FROM_RECEIPT: Final = re.compile("[jtcl]*[Lw],?@j*,*")


def understand(
    phrase: str, issued: date | None, before: BeforeDate, received: date | None = None
) -> Deadline:
    """Read a phrase that is not a plain day; `issued` gives missing years and the start of lengths.

    `received` is the day on which the unit got the document, where it is known.
    """
    parts = parts_of(phrase)
    way = _way(parts.letters)
    if way == "wordless":
        return _wordless(phrase, parts)
    if way == "none":
        return Deadline("none", None, None, "sure", phrase, "không đặt thời hạn")
    if way == "lunar":
        return _ask(phrase, "unclear", WHY_LUNAR)
    try:
        if found := period_of(parts):
            return _periodic(phrase, parts, *found, issued, before)
        if _DATES_BY_PERIOD.fullmatch(parts.letters) and (kind := period_by_dates(parts)):
            return recurring(phrase, parts, kind, issued, before)
        if way == "day":
            return _with_day(phrase, parts, issued, before)
        return _without_day(phrase, parts, issued, received)
    except NotADay as none:
        return _ask(phrase, "unclear", none.why)


@lru_cache(maxsize=4096)
def _way(letters: str) -> str:
    """Which rules the letters of a phrase go to; what comes back is looked for before "day" and "open"."""
    if not letters.strip(",-"):
        return "wordless"
    if not letters.strip("Z,-"):
        return "none"
    if "U" in letters:
        return "lunar"
    return "day" if _ANCHORS.search(letters) else "open"


def _ask(phrase: str, kind: str, why: str, due: date | None = None) -> Deadline:
    return Deadline(kind, due, None, "asks", phrase, why=why)


def _wordless(phrase: str, parts: Parts) -> Deadline:
    """An empty cell, a dash, or only words that say nothing about time ("đúng thời hạn")."""
    if parts.words and any(character.isalnum() for character in phrase):
        return _ask(phrase, "unclear", WHY_NOT_UNDERSTOOD)
    return Deadline("none", None, None, "sure", phrase, "ô trống")


def _periodic(
    phrase: str, parts: Parts, kind: str, named: bool, issued: date | None, before: BeforeDate
) -> Deadline:
    """A period beside a full date is two deadlines in one cell."""
    if _FULL_ANCHORS.search(parts.letters):
        return _ask(phrase, kind, WHY_PERIOD_AND_DATE)
    if not named:
        return _ask(phrase, kind, WHY_NOT_UNDERSTOOD)
    return recurring(phrase, parts, kind, issued, before)


def _without_day(phrase: str, parts: Parts, issued: date | None, received: date | None) -> Deadline:
    """Standing duties, lengths, pointers and events: a day only where the start of the length is known."""
    letters = parts.letters
    if "w" in letters:
        return _ask(phrase, "relative_working_days", WHY_WORKING_DAYS)
    if (at := letters.find("L")) >= 0:
        return _length(phrase, parts, at, issued, received)
    if "O" in letters:
        if set(letters) & set("vVEsu"):
            return _ask(phrase, "ongoing", WHY_TENTATIVE)
        return Deadline("ongoing", None, None, "sure", phrase, "thường xuyên, không có ngày kết thúc")
    if "X" in letters:
        return _ask(phrase, "none", WHY_POINTER)
    if re.match("[tcl]+T|T,?[sE@I]", letters):
        return _ask(phrase, "relative_days", WHY_NO_START)
    return _without_length(phrase, parts, issued)


def _without_length(phrase: str, parts: Parts, issued: date | None) -> Deadline:
    """A weekday, a day of some month, an event, the running period, a pointer: proposed at most."""
    letters = parts.letters
    if _WEEKDAY_ALONE.fullmatch(letters):
        return _weekday(phrase, parts, issued)
    if _DAY_OF_SOME_MONTH.fullmatch(letters) and "thang" in parts.inside(letters.index("N") + 1)[0]:
        return _ask(phrase, "monthly", WHY_THIS_PERIOD)
    if set(letters) & set("sE@"):
        return _ask(phrase, "by_event", WHY_EVENT)
    if _THIS_PERIOD.fullmatch(letters) and issued is not None:
        return _this_period(phrase, parts.inside(letters.index("K"))[-1], issued)
    if letters.startswith(("o", "to", ",o")):
        return _ask(phrase, "unclear", WHY_SCHEDULE)
    return _ask(phrase, "unclear", WHY_EVENT if set(letters) & set("VI") else WHY_NOT_UNDERSTOOD)


def _this_period(phrase: str, unit: str, issued: date) -> Deadline:
    """“hết quý”, "trong năm": the one in which the document was issued is proposed."""
    months = {"thang": 1, "quy": 3, "qui": 3, "nam": 12}.get(unit)
    if months is None:
        return _ask(phrase, "unclear", WHY_NOT_UNDERSTOOD)
    kind = {1: "end_of_month", 3: "end_of_quarter", 12: "end_of_year"}[months]
    following = months_later(issued.replace(day=1), months - (issued.month - 1) % months)
    return _ask(phrase, kind, WHY_THIS_PERIOD, following - DAY)


def _weekday(phrase: str, parts: Parts, issued: date | None) -> Deadline:
    """“trước 15h thứ Sáu”: the next such day is proposed, no more."""
    weekday = parts.weekday(parts.letters.index("W"))
    at = clock(parts, parts.letters.index("T")) if "T" in parts.letters else None
    if issued is None or weekday < 0:
        return _ask(phrase, "unclear", WHY_WHICH_WEEK)
    due = issued + (weekday - issued.weekday()) % 7 * DAY
    return Deadline("date", due, at, "asks", phrase, why=WHY_WHICH_WEEK)


def _length(phrase: str, parts: Parts, at: int, issued: date | None, received: date | None) -> Deadline:
    """“N ngày kể từ ngày ban hành”: the first day is not counted (Bộ luật Dân sự 2015, Điều 147).

    Sure only where nothing but this document's own issue or receipt can be meant.
    """
    unit, count = parts.length(at)
    start, doubt = start_of_length(parts, issued, received)
    if start is None or not 0 < count <= 3660:
        return _ask(phrase, "relative_days", WHY_NO_START)
    due = start + count * DAY if unit == "days" else months_later(start, count)
    if doubt:
        return _ask(phrase, "relative_days", WHY_NO_START, due)
    since = "ngày nhận" if "@" in parts.letters else "ngày ban hành"
    return Deadline("relative_days", due, None, "sure", phrase, f"{since} + {count} ({unit})")


def start_of_length(parts: Parts, issued: date | None, received: date | None) -> tuple[date | None, bool]:
    """The day from which a length runs, where the phrase names it, and whether that is in doubt.

    "Kể từ ngày ban hành Kế hoạch" and "sau khi ban hành" may mean another document; "… văn
    bản này" and the bare "kể từ ngày ban hành", "kể từ ngày ký" mean this one.
    """
    receipt = _FROM_RECEIPT.fullmatch(parts.letters)
    if not receipt and not _FROM_ISSUE.fullmatch(parts.letters):
        return None, True
    start, _ = parts.spans[parts.letters.index("@" if receipt else "I")]
    words = [word for span in parts.words[start:] for word in span.split()]
    if not _OF_THE_DOCUMENT.issuperset(words):
        return None, True
    if receipt:
        return received, False
    bare = words[0] != "sau" and words[-1] in {"hanh", "ky", "ban", "."}
    return issued, "nay" not in words and not bare


@lru_cache(maxsize=4096)
def _rule_for(letters: str) -> tuple[Rule, dict[str, int], str] | str:
    """The rule that the letters of a phrase with a day follow, its places and a doubt; else the reason to ask."""
    if "O" in letters or "V" in letters:
        return WHY_OPEN_END
    if "s" in letters:
        return WHY_EVENT
    if found := _WEEK_OF_MONTH.fullmatch(letters):
        return RULES["week_of_month"], {"day": found.start("day")}, ""
    bullet = len(letters) - len(letters.lstrip("-"))
    places = [at for at, letter in enumerate(letters) if at >= bullet and letter not in _PASSED_OVER]
    core = "".join([letters[at] for at in places])
    for pattern, rule in _DAY_RULES:
        if match := pattern.fullmatch(core):
            return rule, {name: places[match.start(name)] for name in match.groupdict()}, ""
    return WHY_SEVERAL if len(_ANCHORS.findall(core)) > 1 else _only_day(letters, places, core)


def _only_day(letters: str, places: list[int], core: str) -> tuple[Rule, dict[str, int], str] | str:
    """The one day of a cell whose other words follow no rule: a proposal, unless it opens something."""
    found = _ONE_DAY.search(letters)
    if found is None or _REFERENCE.search(letters):
        return WHY_OPEN_END
    at = found.start()
    before = letters[at] in "Dd" and core[: places.index(at)].endswith("b")
    return RULES["before_day" if before else "last_day"], {"day": at}, WHY_UNKNOWN_WORDS


def _with_day(phrase: str, parts: Parts, issued: date | None, before: BeforeDate) -> Deadline:
    """A phrase with at least one date, month, quarter or year in it."""
    found = _rule_for(parts.letters)
    if isinstance(found, str):
        return _ask(phrase, "unclear", found)
    rule, named, why = found
    read = _doubted(rule(Frame(phrase, parts, issued, before, named)), parts, named["day"], issued)
    return replace(read, confidence="asks", why=why) if why and read.confidence == "sure" else read


@lru_cache(maxsize=4096)
def _doubt_in(letters: str) -> str:
    """The reason to ask that stands in the letters beside the day; "" when there is none."""
    if letters.startswith("at"):
        letters = letters[1:]
    why = next((_DOUBTS[letter] for letter in letters if letter in _DOUBTS), "")
    if not why and "C" in letters and "b" in letters:
        why = WHY_HOUR_BEFORE
    return why or (WHY_POINTER if _REFERENCE.search(letters) else "")


def _doubted(found: Deadline, parts: Parts, at: int, issued: date | None) -> Deadline:
    """Add what stands beside the day: words not understood, conditions, a weekday that differs.

    A bare number that looks like a year is not even a proposal then.
    """
    if found.confidence == "asks":
        return found
    letters = parts.letters
    why = _doubt_in(letters)
    if not why and "W" in letters:
        (_, written), _ = covered_on_or_after(parts, at, issued)
        named = [parts.weekday(place) for place, letter in enumerate(parts.letters) if letter == "W"]
        if found.kind != "date" or named != [written.weekday()]:
            why = WHY_WEEKDAY
    if why and parts.letters[at] == "Y" and parts.inside(at)[0] != "nam":
        return _ask(found.phrase, "unclear", why)
    return replace(found, confidence="asks", why=why) if why else found
