"""Deadline words inside a sentence: which dates set a term for the work, and which only cite a document.

"Công văn số 12 ngày 3/4/2026" and "trước ngày 3/4/2026" hold the same date; only words
of term before it make it a deadline. The phrase is handed on verbatim to
`mappings/deadlines.py`, which alone decides what day it is. Dates of what was done
already ("ban hành trước ngày …", "tính đến ngày …", "từ ngày … đến nay") set no term.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Final, Literal

from mappings.deadlines import BeforeDate, Deadline, read_deadline

_D: Final = (
    r"(?:(?:ngay )?\d{1,2} ?[/.\-] ?\d{1,2} ?[/.\-] ?\d{4}|ngay \d{1,2} thang \d{1,2}(?: nam \d{4})?"
    r"|(?:ngay )?\d{1,2} ?/ ?\d{1,2}(?! ?[/.\-]? ?\d)|ngay \d{1,2}\.\d{1,2}(?![.\d])"
    r"|ngay \d{1,2}-\d{1,2}(?![\-\d]))"
)
_M: Final = (
    r"(?:cuoi |dau |giua )?(?:thang \d{1,2}(?: ?[/.\-] ?\d{4}| nam \d{4})?|quy (?:iv|i{1,3}"
    r"|[1-4])(?: ?[/.\-] ?\d{4}|,? nam \d{4})?"
    r"|6 thang (?:dau|cuoi) nam(?: \d{4})?|nam \d{4}|nam nay|tuan \d thang \d{1,2}(?:/\d{4})?)"
)
_HOUR: Final = r"(?:\d{1,2} ?(?:h|g|gio|:) ?(?:\d\d)?(?: ?phut)?(?: cung)?,? ?)"
_WEEKDAY: Final = r"(?:(?:ngay )?(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat)(?: hang tuan)?)"
_EVERY: Final = (
    r"(?:(?:cua )?(?:hang|moi) (?:tuan|thang|quy|nam)|(?:cua )?thang (?:cuoi"
    r"|dau) (?:cua )?(?:hang |moi )?quy"
    r"|cua thang(?: sau| tiep theo)?|cua quy(?: sau)?|dinh ky)"
)
_AT: Final = (
    rf"(?:{_HOUR}?(?:{_WEEKDAY},? ?)?(?:\(?{_D}\)?"
    rf"|ngay \d{{1,2}}(?![\d/]))(?: \({_WEEKDAY}\))?(?: {_EVERY})?|{_HOUR}?{_WEEKDAY}"
    rf"|{_M}(?: {_EVERY})?)"
)
_AND: Final = rf"(?:(?:,| va|, va)? (?:truoc |cham nhat )?(?:{_AT}))"
_FIRST: Final = (
    r"(?:truoc|cham nhat(?: la)?(?: den| truoc| trong| vao| sau)?|muon nhat(?: la)?"
    r"|han chot(?: la)?|han cuoi(?: cung)?(?: la)?"
    r"|thoi han(?: hoan thanh| bao cao)?(?: la)?(?: truoc| den| chot| cham nhat)?:?"
    r"|xong truoc|trong ngay|khong qua|han(?: gui| nop| hoan thanh)?(?: la)?:?)"
)
_DONE: Final = r"(?:(?:hoan thanh|xong)(?: xong)? )"
_LENGTH: Final = (
    r"(?:\d{1,3}|mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi)(?: \([^()]{1,12}\))? (?:ngay|tuan"
    r"|thang)(?: lam viec)?"
)
_SINCE: Final = r"(?:,? (?:ke tu|tinh tu|tu|sau)(?: ngay| khi)?(?: [^\s,;.()]+){1,8}?(?= hoac\b|[,;.()]|$))"
#: A phrase with the kind of words that carry it; the first that fits at a place wins.
_PHRASES: Final = (
    ("range", rf"(?:du kien )?tu (?:{_HOUR}?{_AT}) (?:den|toi)(?: het)? {_AT}"),
    (
        "recurring",
        (
            rf"(?:truoc|cham nhat|vao|muon nhat)(?: vao)? {_HOUR}?(?:ngay )?(?:thu (?:hai|ba|tu|nam"
            rf"|sau|bay|[2-7])|chu nhat) (?:hang|moi) tuan"
        ),
    ),
    (
        "recurring",
        (
            rf"(?:dinh ky )?(?:truoc|cham nhat|vao"
            rf"|muon nhat)(?: vao)? ngay \d{{1,2}}(?:[/.]\d{{1,2}})? {_EVERY}{_AND}*"
        ),
    ),
    (
        "recurring",
        (
            r"dinh ky \d{1,2} (?:tuan|thang|ngay)(?: (?:mot|\d) lan|/lan"
            r"|/1 lan)?(?: \([^()]{1,40}\))?(?:,? (?:hang|moi) nam)?(?:,? (?:va"
            r"|hoac) dot xuat)?(?: theo yeu cau)?"
        ),
    ),
    (
        "recurring",
        (
            r"(?:theo )?dinh ky,? (?:(?:hang|moi|theo) )?(?:ngay|tuan|thang|quy|nam|6 thang"
            r"|9 thang)(?! ?\d| [ivx]+\b)(?: \([^()]{1,40}\))?(?:(?:,| va|, va| hoac) (?:(?:hang"
            r"|moi) )?(?:tuan|thang|quy|nam|6 thang|9 thang|dot xuat))*"
        ),
    ),
    (
        "recurring",
        (
            rf"(?:hang|moi) (?:tuan|thang|quy|nam)(?:,? (?:truoc|cham nhat|vao) {_AT})?(?: \((?:truoc"
            rf"|cham nhat|vao) [^()]{{1,30}}\))?(?=[ ,;.)])"
        ),
    ),
    (
        "term",
        (
            rf"{_DONE}?(?:toi da |muon nhat |cham nhat )?{_FIRST}:? ?(?:la |vao |truoc |het "
            rf"|het ngay )?{_AT}{_AND}*"
        ),
    ),
    ("term", rf"{_DONE}(?:trong|vao|den|toi)(?: vong| het)? {_AT}{_AND}*"),
    (
        "term",
        (
            rf"(?:thoi gian|thoi han|tien do)(?: (?:thuc hien|hoan thanh|du kien|bao cao"
            rf"|trien khai))*:? ?(?:tu |trong |den |truoc )?{_AT}{_AND}*"
        ),
    ),
    ("term", rf"(?:tu nay|thoi gian tu nay) (?:den|toi)(?: het)?(?: truoc)? {_AT}"),
    (
        "term",
        (
            rf"{_DONE}?(?:trong|vong|cham nhat|khong qua|toi da|han)(?: vong| thoi han"
            rf"| thoi gian)?(?: sau| trong)? {_LENGTH}{_SINCE}?"
        ),
    ),
    (
        "term",
        (
            rf"{_DONE}?(?:trong|het|den het|ngay trong) (?:thang \d{{1,2}}(?: ?[/.\-] ?\d{{4}}"
            rf"| nam \d{{4}})?|quy (?:iv|i{{1,3}}|[1-4])(?: ?[/.\-] ?\d{{4}}|,? nam \d{{4}})?"
            rf"|thang nay|tuan nay|ngay {_D})"
        ),
    ),
    (
        "term",
        (
            rf"{_DONE}?den (?:het )?(?:ngay \d{{1,2}} ?[/.\-] ?\d{{1,2}} ?[/.\-] ?\d{{4}}"
            rf"|thang \d{{1,2}}[/.\-]\d{{4}})"
        ),
    ),
    ("year", r"trong nam \d{4}"),
    (
        "event",
        (
            r"(?:ngay )?sau khi (?:[^\s,;.()]+ ){0,10}[^\s,;.()]+(?=[,;.)]|$)"
            r"|theo (?:dung )?(?:thoi gian|thoi han|tien do)(?: (?:quy dinh|de ra|yeu cau"
            r"|duoc giao))?|dung thoi han|dung han"
        ),
    ),
    ("recurring", r"(?:theo )?dinh ky"),
)
#: What follows a term: the end of its clause, or whom and what it is for. Other words behind a date may
#: mean that it only describes them ("các hồ sơ nộp trước ngày … được giải quyết theo …").
_CLOSES: Final = re.compile(
    r"[ ]*(?:$|[,;.:)(/”\]]|(?:để|và|về|cho|qua|theo|nhằm|gửi"
    r"|báo cáo|trình|làm|tại|thông qua|phục vụ|hoặc|đồng thời|kèm)\b)"
)
#: Words before a date that tell what was, not what is due (with accents: "tính" is not "tỉnh").
_WAS: Final = re.compile(
    r"(?:\btính|\bkể từ|\bcó hiệu lực|\bcủa|\bsố|\bthời điểm|\bphát sinh|\btồn tại"
    r"|\bđược \w+(?: \w+)?|\bđã \w+(?: \w+)?) (?:từ )?$"
)
#: A length or a period that describes something else: "hết thời hạn 100 ngày", "chỉ tiêu hằng năm".
_DESCRIBES: Final = re.compile(
    r"(?:hết thời|hết|chỉ tiêu|mục tiêu|kế hoạch|dự toán|nhiệm vụ|số liệu|bình quân|tối thiểu|phí|chi) $"
)
_AIM: Final = re.compile(r"\bđể [^;.]*$")
_ONGOING: Final = re.compile(r"(?:thuong xuyen|lien tuc|hang ngay)\b")
_STILL: Final = re.compile(
    r" ?(?:den nay|den thoi diem|tro (?:ve|lai) truoc|tro di|, (?:toan tinh|tinh|da )|da |moi dat)"
)

TermKind = Literal["dated", "vague"]


@dataclass(frozen=True, slots=True)
class Term:
    """A deadline phrase of a sentence: its place in the passage, its words and its reading.

    `inclusive` is the day when "trước ngày X" is read as the end of X; equal to
    `deadline.due` elsewhere. `others` are further phrases of the same task, for a person.
    """

    start: int
    end: int
    deadline: Deadline
    inclusive: date | None
    others: tuple[str, ...] = ()


def find_term(
    text: str,
    folded: str,
    start: int,
    end: int,
    *,
    issued: date | None,
    before_date: BeforeDate = "day_before",
    not_before: date | None = None,
) -> Term | None:
    """The deadline of the task `text[start:end]`, None without words of term.

    The last date governs where several stand ("trình … trước ngày A; báo cáo trước ngày
    B"), and then a person is asked. `issued` dates missing years; without it a day not
    later than `not_before` (the latest document cited) is asked about too. Never raises.
    """
    found = _all(text, folded, start, end, issued, before_date)
    dated = [term for term in found if term.deadline.due is not None]
    if len({term.deadline.due for term in dated}) > 1:
        chosen = _governing(text, folded, dated)
        others = tuple(term.deadline.phrase for term in dated if term is not chosen)
        chosen = replace(
            chosen, others=others, deadline=_asked(chosen.deadline, "một câu có nhiều mốc thời hạn")
        )
    elif dated:
        chosen = dated[-1]
    elif found:
        chosen = found[-1] if found[-1].deadline.kind != "unclear" else found[0]
    else:
        return _ongoing(text, folded, start, issued)
    due = chosen.deadline.due
    if due is not None and issued is None and not_before is not None and due <= not_before:
        return replace(
            chosen, deadline=_asked(chosen.deadline, "thời hạn không sau ngày của văn bản được viện dẫn")
        )
    return chosen


def labelled_term(text: str, start: int, end: int, *, issued: date | None, before_date: BeforeDate) -> Term:
    """The term behind a label ("Thời gian thực hiện: …"): all of its words are the phrase."""
    return _read(text, start, end, issued, before_date, "label")


def _asked(deadline: Deadline, why: str) -> Deadline:
    return deadline if deadline.confidence == "asks" else replace(deadline, confidence="asks", why=why)


def _governing(text: str, folded: str, dated: list[Term]) -> Term:
    """Of several dates the one beside "hoàn thành", else the last that is not the aim of somebody else ("để …")."""
    dated = [term for term in dated if not _AIM.search(text[max(0, term.start - 90) : term.start])] or dated
    done = [term for term in dated if "hoan thanh" in folded[max(0, term.start - 14) : term.end]]
    return done[-1] if done else dated[-1]


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The phrases, made ready by the first running text: that takes as long as a tenth of a start."""
    return tuple((name, re.compile(rf"(?<![\w/]){one}(?![\w]|/\d)")) for name, one in _PHRASES)


def _all(text: str, folded: str, start: int, end: int, issued: date | None, before: BeforeDate) -> list[Term]:
    """Every phrase of term in the order of the text, none inside another."""
    taken: list[Term] = []
    for name, pattern in _patterns():
        for match in pattern.finditer(folded, start, end):
            if any(match.start() < term.end and term.start < match.end() for term in taken):
                continue
            if name == "event" and any(term.deadline.due for term in taken):
                continue
            if not _excluded(name, text, folded, match.start(), match.end(), start):
                taken.append(_read(text, match.start(), match.end(), issued, before, name))
    return sorted(taken, key=lambda term: term.start)


def _excluded(name: str, text: str, folded: str, start: int, end: int, begun: int) -> bool:
    """True for dates that set no term: of what was done, of a cited document, of a goal."""
    before = text[max(begun, start - 30) : start].lower()
    if name == "year":
        return not before.rstrip(" ,;").endswith(("hoàn thành", "xong", "thực hiện", "triển khai"))
    if name == "event":
        return False
    if _DESCRIBES.search(before):
        return True
    if folded.startswith(("hoan thanh", "xong", "thoi"), start):
        return False
    return _WAS.search(before) is not None or _STILL.match(folded, end) is not None


def _read(text: str, start: int, end: int, issued: date | None, before: BeforeDate, name: str) -> Term:
    """The phrase with its reading; brackets that close nothing are left out."""
    phrase = text[start:end].rstrip(" ,;:(./")
    read = read_deadline(phrase, issued=issued, before_date=before)
    other = read_deadline(phrase, issued=issued, before_date="same_day")
    if read.due is not None and name != "label" and not _CLOSES.match(text, start + len(phrase)):
        read = _asked(read, "mốc thời gian đứng giữa câu, có thể không phải thời hạn")
    if name in {"event", "year"} and read.confidence == "sure":
        read = _asked(read, "thời hạn ghi chung, cần xác nhận")
    return Term(start, start + len(phrase), read, other.due)


def _ongoing(text: str, folded: str, start: int, issued: date | None) -> Term | None:
    """A task that opens with "thường xuyên" goes on without an end."""
    if not (match := _ONGOING.match(folded, start)):
        return None
    return _read(text, match.start(), match.end(), issued, "day_before", "ongoing")
