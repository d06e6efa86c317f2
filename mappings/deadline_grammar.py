"""Rules over the parts of a deadline phrase: the third step, where a phrase becomes a day or a question.

Each rule is a regular expression over the letters of `deadline_parts`. A phrase that
fits no rule, or fits one with something left over, asks a person; it never gets the
nearest day. The order is: nothing there, comes back, a day, goes on, a length, unclear.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Final

from mappings.deadline_days import DAY, NotADay, covered_on_or_after, months_later
from mappings.deadline_parts import Parts, parts_of
from mappings.deadline_periods import period_of
from mappings.deadline_result import (
    WHY_ALTERNATIVE,
    WHY_EVENT,
    WHY_NO_START,
    WHY_NOT_UNDERSTOOD,
    WHY_OPEN_END,
    WHY_PERIOD_AND_DATE,
    WHY_POINTER,
    WHY_SEVERAL,
    WHY_TENTATIVE,
    WHY_UNKNOWN_WORDS,
    WHY_VAGUE,
    WHY_WEEKDAY,
    WHY_WITH_LENGTH,
    WHY_WORKING_DAYS,
    Deadline,
)
from mappings.deadline_rules import RULES, BeforeDate, Frame

#: Letters that leave a doubt beside a day, with the reason a person reads.
_DOUBTS: Final = {
    **dict.fromkeys("uaKZ", WHY_UNKNOWN_WORDS),
    **dict.fromkeys("oX", WHY_POINTER),
    **dict.fromkeys("LlwI", WHY_WITH_LENGTH),
    "v": WHY_TENTATIVE,
    "|": WHY_ALTERNATIVE,
    "P": WHY_PERIOD_AND_DATE,
    **dict.fromkeys("<k", WHY_VAGUE),
}
_ANCHORS: Final = re.compile("[DdMeQqHhYz]")
_FULL_ANCHORS: Final = re.compile("[DMQHY]")
#: "Công văn ngày X" is the date of another document.
_REFERENCE: Final = re.compile("j[DdMeY]")
_DAY_RULES: Final = tuple(
    (re.compile(pattern.replace("A", "[DdMeQqHhYz]")), RULES[name])
    for pattern, name in (
        (r"[ntc,]*>?(?P<day>A),*", "last_day"),
        (r"[nc,]*b(?P<day>[Dd]),*", "before_day"),
        (r"[ntc,]*i[tn]?(?P<day>[Dd]),*", "last_day"),
        (r"[nc,]*b>?(?P<day>A),*", "before_period"),
        (r"[ntc,]*b?(?P<hour>T),?[tn]?(?P<day>[Dd]),*", "with_hour"),
        (r"[ntc]*(?P<day>[Dd]),?[tnbc]*(?P<hour>T),*", "with_hour"),
        (r"[nc]*b(?P<day>[Dd]),?[tn]*(?P<hour>T),*", "hour_after_before"),
        (r"[tnc,]*f?T[\-n]+(?P<hour>T),?[tn]?(?P<day>[Dd]),*", "hours"),
        (r"[tc,]*f?[tn]?>?(?P<first>[DdNMeQqrHYz])(?:-n?|n)>?c?(?P<day>[DdMeQqHhYz]),*", "range"),
        (r"[tnc,]*(?P<first>[DdNMeQqY])(?:,[NMeQqYDdr])*,(?P<day>[DdMeQqY]),*", "row"),
    )
)


def understand(phrase: str, issued: date | None, before: BeforeDate) -> Deadline:
    """Read a phrase that is not a plain day; `issued` gives missing years and the start of lengths."""
    parts = parts_of(phrase)
    letters = parts.letters
    if not letters.strip(",-"):
        return _wordless(phrase, parts)
    if not letters.strip("Z,-"):
        return Deadline("none", None, None, "sure", phrase, "không đặt thời hạn")
    if found := period_of(parts):
        return _periodic(phrase, letters, *found)
    try:
        if _ANCHORS.search(letters):
            return _with_day(phrase, parts, issued, before)
        return _without_day(phrase, parts, issued)
    except NotADay as none:
        return _ask(phrase, "unclear", none.why)


def _ask(phrase: str, kind: str, why: str, due: date | None = None) -> Deadline:
    return Deadline(kind, due, None, "asks", phrase, why=why)


def _wordless(phrase: str, parts: Parts) -> Deadline:
    """An empty cell, a dash, or only words that say nothing about time ("đúng thời hạn")."""
    if parts.words and any(character.isalnum() for character in phrase):
        return _ask(phrase, "unclear", WHY_NOT_UNDERSTOOD)
    return Deadline("none", None, None, "sure", phrase, "ô trống")


def _periodic(phrase: str, letters: str, kind: str, named: bool) -> Deadline:
    """A period beside a full date is two deadlines in one cell."""
    if _FULL_ANCHORS.search(letters):
        return _ask(phrase, kind, WHY_PERIOD_AND_DATE)
    if not named:
        return _ask(phrase, kind, WHY_NOT_UNDERSTOOD)
    return Deadline(kind, None, None, "sure", phrase, "định kỳ")


def _without_day(phrase: str, parts: Parts, issued: date | None) -> Deadline:
    """Standing duties, lengths, pointers and events: a day only where the start is the issue itself."""
    letters = parts.letters
    if "w" in letters:
        return _ask(phrase, "relative_working_days", WHY_WORKING_DAYS)
    if (at := letters.find("L")) >= 0:
        return _length(phrase, parts, at, issued)
    if "O" in letters:
        if set(letters) & set("vVsu"):
            return _ask(phrase, "ongoing", WHY_TENTATIVE)
        return Deadline("ongoing", None, None, "sure", phrase, "thường xuyên, không có ngày kết thúc")
    if "X" in letters:
        return _ask(phrase, "none", WHY_POINTER)
    if re.match("[tcl]+T", letters):
        return _ask(phrase, "relative_days", WHY_NO_START)
    return _ask(phrase, "unclear", WHY_EVENT if set(letters) & set("sVI") else WHY_NOT_UNDERSTOOD)


def _length(phrase: str, parts: Parts, at: int, issued: date | None) -> Deadline:
    """“N ngày kể từ ngày ban hành”: the first day is not counted (Bộ luật Dân sự 2015, Điều 147).

    Sure only where nothing but this document's own issue can be meant.
    """
    unit, count = parts.length(at)
    if issued is None or not 0 < count <= 3660 or not re.fullmatch("[jtcl]*L,?I,*", parts.letters):
        return _ask(phrase, "relative_days", WHY_NO_START)
    due = issued + count * DAY if unit == "days" else months_later(issued, count)
    start = parts.inside(parts.letters.index("I", at))
    if "nay" not in start and not start[-1].endswith("ban hanh"):
        return _ask(phrase, "relative_days", WHY_NO_START, due)
    return Deadline("relative_days", due, None, "sure", phrase, f"ngày ban hành + {count} ({unit})")


def _with_day(phrase: str, parts: Parts, issued: date | None, before: BeforeDate) -> Deadline:
    """A phrase with at least one date, month, quarter or year in it."""
    letters = parts.letters
    if "O" in letters or "V" in letters:
        return _ask(phrase, "unclear", WHY_OPEN_END)
    if "s" in letters:
        return _ask(phrase, "unclear", WHY_EVENT)
    places = [at for at, letter in enumerate(letters) if letter not in _DOUBTS and letter not in "Wj"]
    core = "".join([letters[at] for at in places])
    for pattern, rule in _DAY_RULES:
        if match := pattern.fullmatch(core):
            named = {name: places[match.start(name)] for name in match.groupdict()}
            return _doubted(rule(Frame(phrase, parts, issued, before, named)), parts, named["day"], issued)
    return _ask(phrase, "unclear", WHY_SEVERAL if len(_ANCHORS.findall(core)) > 1 else WHY_OPEN_END)


def _doubted(found: Deadline, parts: Parts, at: int, issued: date | None) -> Deadline:
    """Add what stands beside the day: words not understood, conditions, a weekday that differs.

    A bare number that looks like a year is not even a proposal then.
    """
    if found.confidence == "asks":
        return found
    letters = parts.letters
    if letters.startswith("at"):
        letters = letters[1:]
    why = next((_DOUBTS[letter] for letter in letters if letter in _DOUBTS), "")
    why = why or (WHY_POINTER if _REFERENCE.search(letters) else "")
    if not why and "W" in letters:
        (_, written), _ = covered_on_or_after(parts, at, issued)
        named = [parts.weekday(place) for place, letter in enumerate(parts.letters) if letter == "W"]
        if found.kind != "date" or named != [written.weekday()]:
            why = WHY_WEEKDAY
    if why and parts.letters[at] == "Y" and parts.inside(at)[0] != "nam":
        return _ask(found.phrase, "unclear", why)
    return replace(found, confidence="asks", why=why) if why else found
