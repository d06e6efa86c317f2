"""Deadlines that come back ("hằng tháng", "định kỳ quý", "1 lần/tuần"): which period they name.

Where several are named ("định kỳ 6 tháng, hằng năm") the shortest is the report
period: whoever reports every half-year also reports every year.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import Final

from mappings.deadline_parts import Parts, value_of
from mappings.deadline_result import PERIODIC

#: "định kỳ quý, 6 tháng, năm" · "theo quý" · "hằng quý, năm" · "tháng, quý, năm"
_CHAINS: Final = re.compile(
    r"(?:P>?|o)[j,|]*(?:[KLR][,|]*)+|R(?:[,|]+[KLR](?![A-Z]))*|K(?:,K)+|L(?:[,|]+L)*[,|]+K"
)
#: "Báo cáo tháng: trước ngày 20; quý: …": a period that only its own day tells from a plain word.
_BESIDE: Final = re.compile(r"K(?=,?b?N)")
_MONTHS: Final = {"thang": 1, "quy": 3, "qui": 3, "q": 3, "nam": 12}
_UNITS: Final = frozenset({"tuan", "ngay", *_MONTHS})
_BY_MONTHS: Final = {1: "monthly", 2: "monthly", 3: "quarterly", 6: "half_year", 12: "yearly"}


def period_of(parts: Parts) -> tuple[str, bool] | None:
    """The shortest period named and whether it is beyond doubt; None when nothing comes back.

    A daily duty is "ongoing": nobody reports on it by calendar.
    """
    letters = parts.letters
    if "R" not in letters and "K" not in letters and "P" not in letters and "o" not in letters:
        return None
    places, named = _places(letters)
    kinds = {kind for at in places if (kind := _kind(parts, at))}
    if not kinds:
        return None
    shortest = min(kinds, key=lambda kind: PERIODIC.index(kind) if kind in PERIODIC else len(PERIODIC))
    return shortest, named


@lru_cache(maxsize=1024)
def _places(letters: str) -> tuple[list[int], bool]:
    """Where periods stand in the letters, and whether one of them is named as a period."""
    chains = list(_CHAINS.finditer(letters))
    places = [at for found in chains for at in range(found.start(), found.end()) if letters[at] in "KLR"]
    beside = [found.start() for found in _BESIDE.finditer(letters) if found.start() not in places]
    named = any(found.group()[0] not in "KL" for found in chains) and not (places and beside)
    return places + (beside if places else []), named


def _kind(parts: Parts, at: int) -> str:
    """The period of one part; "" for a length that is no period ("9 tháng" of a cumulative report)."""
    words = parts.inside(at)
    unit = next((word for word in reversed(words) if word.split()[-1] in _UNITS), "").split()[-1:]
    if not unit or unit == ["ngay"]:
        return "ongoing" if unit and parts.letters[at] == "R" else ""
    if unit == ["tuan"]:
        return "weekly"
    times, count = _times_and_count(words)
    months = count * _MONTHS[unit[0]]
    return _BY_MONTHS.get(months // times if months % times == 0 else months, "")


def _times_and_count(words: list[str]) -> tuple[int, int]:
    """“2 lần/năm” is twice in one year, "1 lần/6 tháng" and "6 tháng/lần" once in six months."""
    times = count = 1
    for word, following in pairwise(words):
        if (number := value_of(word)) is not None and number > 0:
            times, count = (number, count) if following == "lan" else (times, number)
    return times, count
