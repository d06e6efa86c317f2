"""Short ways to write down a task's history in a test. Times are "20/3/2026 23:59:59", days "20/3/2026"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, TypeVar

from config.profile_files import load_calendar, load_profiles
from tracking.calendar import ZONE
from tracking.events import Due, Event, TaskAssigned, TaskKind
from tracking.folding import fold
from tracking.profile import NO_ARTICLE, Profile
from tracking.status import Verdict, derive

E = TypeVar("E", bound=Event)

TASK = "TD-7K3M9Q2XWB"
_SHELF = load_profiles()
LAOCAI = _SHELF.named("laocai")
TPHCM = _SHELF.named("tphcm")
BINHTHUAN = _SHELF.named("binhthuan")
DONGTHAP = _SHELF.named("dongthap")
DONGNAI = _SHELF.named("dongnai")
ALL_PROFILES = (LAOCAI, TPHCM, BINHTHUAN, DONGTHAP, DONGNAI)
CALENDAR = load_calendar()


def on(text: str) -> date:
    day, month, year = (int(part) for part in text.split("/"))
    return date(year, month, day)


def at(text: str) -> datetime:
    day, _, hour = text.partition(" ")
    return datetime.combine(on(day), time.fromisoformat(hour or "00:00:00"), ZONE)


def until(text: str) -> Due:
    """A due date; with an hour where one is written."""
    day, _, hour = text.partition(" ")
    return Due(on(day), time.fromisoformat(hour) if hour else None)


def assigned(when: str = "2/3/2026 08:00:00", due: str = "20/3/2026", **more: Any) -> TaskAssigned:
    """An assignment; `due=""` makes it undated."""
    values: dict[str, Any] = {
        "site": "songlam",
        "directive": "5001",
        "number": "15/TB-UBND",
        "subject": "Kết luận phiên họp",
        "issued_on": on("2/3/2026"),
        "content": "Báo cáo tiến độ giải ngân",
        "lead": "D01",
        "lead_name": "Sở Xây dựng",
        "profile": "laocai",
        "profile_version": "2021-08-17",
        "due": until(due) if due else None,
    }
    return TaskAssigned(task=TASK, key="row", occurred_at=at(when), **{**values, **more})


def did(kind: type[E], when: str, **more: Any) -> E:
    """One event of `kind`; its key comes from kind and time."""
    return kind(task=TASK, key=f"{kind.__name__}@{when}", occurred_at=at(when), **more)


def judged(profile: Profile, history: list[Event], as_of: str) -> Verdict:
    """The verdict on `history` at `as_of`."""
    return derive(fold(history), profile, CALENDAR, at(as_of))


@dataclass(frozen=True)
class Row:
    """One hand-written line of a status table: what happened, when one looks, and what must be shown."""

    rule: str
    text: str
    as_of: str
    happened: list[Event] = field(default_factory=list)
    due: str = "20/3/2026"
    family: str = "working"
    lateness: str = "on_time"
    second: str = ""
    points: str = ""
    owes: str = ""
    """`explanation`, `cause`, or nothing."""
    kind: TaskKind = "directive"


def holds(row: Row, profile: Profile, articles: Mapping[str, str]) -> None:
    """Assert that `profile` answers `row` as written, citing the article that stands in `articles`."""
    first = assigned(due=row.due, kind=row.kind)
    verdict = judged(profile, [first, *row.happened], row.as_of)
    assert (verdict.rule, verdict.text, verdict.second_text) == (row.rule, row.text, row.second)
    assert (verdict.family, verdict.lateness) == (row.family, row.lateness)
    assert (verdict.article, verdict.consequence) == (articles[row.rule], row.points)
    owed = {"explanation": verdict.explanation_owed, "cause": verdict.cause_owed}
    assert [what for what, is_owed in owed.items() if is_owed] == ([row.owes] if row.owes else [])


def named(row: Row, articles: Mapping[str, str]) -> str:
    """The test id of a row: rule, article in short ("D2.3", "D5.2.b", "I.1.b") and instant."""
    return f"{row.rule} {short(articles[row.rule])} at {row.as_of}"


def short(article: str) -> str:
    """An article without words or accents, since a test id is ASCII."""
    if article == NO_ARTICLE:
        return "silent"
    for word, sign in (("Điều ", "D"), ("Mục ", ""), (" khoản ", "."), (" điểm đ", ".dd"), (" điểm ", ".")):
        article = article.replace(word, sign)
    return re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFD", article))
