"""Deadlines that come back ("hằng tháng", "định kỳ quý", "1 lần/tuần"): which period they name.

Where several are named ("định kỳ 6 tháng, hằng năm") the shortest is the report
period: whoever reports every half-year also reports every year.
"""

from __future__ import annotations

import re
from typing import Final

from mappings.deadline_parts import Parts
from mappings.deadline_result import PERIODIC

#: "định kỳ quý, 6 tháng, năm" · "theo quý" · "hằng quý, năm" · "tháng, quý, năm"
_CHAINS: Final = re.compile(r"(?:P>?|o)[j,|]*(?:[KLR][,|]*)+|R(?:[,|]+[KLR](?![A-Z]))*|K(?:,K)+")
_MONTHS: Final = {"thang": 1, "quy": 3, "qui": 3, "q": 3, "nam": 12}
_BY_MONTHS: Final = {1: "monthly", 2: "monthly", 3: "quarterly", 6: "half_year", 12: "yearly"}


def period_of(parts: Parts) -> tuple[str, bool] | None:
    """The shortest period named and whether it is beyond doubt; None when nothing comes back.

    A daily duty is "ongoing": nobody reports on it by calendar.
    """
    letters = parts.letters
    if "R" not in letters and "K" not in letters and "P" not in letters and "o" not in letters:
        return None
    kinds: set[str] = set()
    named = False
    for match in _CHAINS.finditer(letters):
        named = named or match.group()[0] != "K"
        kinds |= {_kind(parts, at) for at in range(match.start(), match.end()) if letters[at] in "KLR"}
    kinds.discard("")
    if not kinds:
        return None
    shortest = min(kinds, key=lambda kind: PERIODIC.index(kind) if kind in PERIODIC else len(PERIODIC))
    return shortest, named


def _kind(parts: Parts, at: int) -> str:
    """The period of one part; "" for a length that is no period ("9 tháng" of a cumulative report)."""
    words = parts.inside(at)
    count, unit = 1, words[-1].split()[-1]
    if words[0].isascii() and words[0].isdigit() and len(words) > 1 and words[1] in {"tuan", *_MONTHS}:
        count, unit = int(words[0]), words[1]
    elif len(words) > 1 and words[1] in {"tuan", *_MONTHS} and (numbers := parts.numbers(at)):
        count, unit = numbers[0], words[1]
    if unit == "tuan":
        return "weekly"
    if unit == "ngay":
        return "ongoing" if parts.letters[at] == "R" else ""
    return _BY_MONTHS.get(count * _MONTHS.get(unit, 0), "")
