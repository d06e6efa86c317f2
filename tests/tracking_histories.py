"""Short ways to write down a task's history in a test. Times are "20/3/2026 23:59:59", days "20/3/2026"."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, TypeVar

from config.profile_files import load_calendar, load_profile
from tracking.calendar import ZONE
from tracking.events import Due, Event, TaskAssigned
from tracking.profile import Profile
from tracking.status import Verdict, derive
from tracking.task import fold

E = TypeVar("E", bound=Event)

TASK = "TD-7K3M9Q2XWB"
LAOCAI = load_profile("laocai")
DONGTHAP = load_profile("dongthap")
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
