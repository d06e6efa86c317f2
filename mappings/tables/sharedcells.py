"""Two roles in one cell: a lead with its coordinators, a product or a unit with its time.

A cell is cut only where it says itself where (a label, a line, a slash, brackets around
a time). Where it does not, both roles get the whole cell: two units in a lead cell or a
sentence in a deadline cell go back to the drafter, which is right.
"""

from __future__ import annotations

import re
from typing import Final

_TIME = re.compile(
    r"\d{1,2}\s*[/.-]\s*\d{1,4}(?!\d*%)|\b(?:ngày|tháng|quý|năm|tuần)\s*(?:\d|[IVX]+\b|này|sau)"
    r"|\b(?:thường xuyên|(?:hằng|hàng|mỗi)\s+(?:ngày|tuần|tháng|quý|năm)|định kỳ|6 tháng|sáu tháng|cuối năm|liên tục)\b"
    r"|\b\d+\s+ngày\b",
    re.IGNORECASE,
)
_LONGEST_TIME: Final = 80
_LONGEST_CELL: Final = 2_000
_BRACKETED = re.compile(r"\s*\((?P<inside>[^()]{4,80})\)\s*[.;]?$")
_PIECES = re.compile(r"\n|\s*;\s*|\s+[/–-]\s+|(?<=\D)/(?=\D)|(?<=\D)/(?=\d{1,2}[/.-])")
_MARK = r"(?:^|[\n;.])\s*[-–+•*]?\s*(?:(?:cơ quan|đơn vị|các đơn vị)\s+)?"
_LABELLED = re.compile(
    rf"{_MARK}(?:chủ trì|CT)(?: thực hiện)?\s*[:–-]\s*(?P<lead>.+?)"
    rf"[.,;]?{_MARK}(?:phối hợp|PH)(?: thực hiện| với)?\s*[:–-]\s*(?P<others>.+?)[.;]?$",
    re.IGNORECASE | re.DOTALL,
)
_SPOKEN = re.compile(
    r"(?P<lead>[^()]+?)\s*(?:\((?:chủ trì|CT)\)|\bchủ trì\b)[\s,;.:–-]*"
    r"(?:(?:và\s+)?phối hợp(?:\s+(?:với|cùng))*[\s:]+)?"
    r"(?P<others>[^()]+?)\s*(?:\((?:phối hợp|PH)\)|\bphối hợp(?: thực hiện)?)?[.;]?",
    re.IGNORECASE | re.DOTALL,
)


def says_time(text: str) -> bool:
    """Whether a short text is a time rather than a product, a unit or a sentence; what time, is not asked."""
    return len(text) <= _LONGEST_TIME and _TIME.search(text) is not None


def time_and_rest(text: str) -> tuple[str, str]:
    """A cell of a time and something else as (time, rest), each "" where the cell has none."""
    if len(text) > _LONGEST_CELL:
        return text, text
    found = _BRACKETED.search(text)
    if found and says_time(found["inside"]):
        return found["inside"], text[: found.start()].strip()
    pieces = [piece.strip() for piece in _PIECES.split(text) if piece.strip()]
    times = [piece for piece in pieces if says_time(piece)]
    rest = [piece for piece in pieces if piece not in times]
    if len(times) == 1 and rest:
        return times[0], "\n".join(rest)
    if not times:
        return "", text
    return (text, text) if rest else (text, "")


def lead_and_others(text: str, *, shared: bool) -> tuple[str, str]:
    """A cell of a lead and its coordinators as (lead, coordinators).

    A labelled cell ("Chủ trì: …; Phối hợp: …") is cut in any table; "… chủ trì, … phối hợp"
    only where the title of the column promises both (`shared`).
    """
    if len(text) > _LONGEST_CELL:
        return text, ""
    found = _LABELLED.fullmatch(text) or (_SPOKEN.fullmatch(text) if shared else None)
    if found is None or "chủ trì" in found["others"].lower():
        return text, ""
    return found["lead"].strip(" ,;.:-\n"), found["others"].strip(" ,;.:-\n")
