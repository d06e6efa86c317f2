"""What must be true in the end, worked out again from the diary and the tables of the regulations alone.

Nothing of the product is used here: no event, no fold, no profile, no calendar. The tables are those of
the Lào Cai and Đồng Tháp regulations (requirements LC-05, LC-06, DT-12), read afresh.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone

from tests.simulation.world import Noted, Row

HANOI = timezone(timedelta(hours=7))


@dataclass(slots=True)
class Life:
    """One task as its diary tells it."""

    due: date
    progress: bool = False
    sent: datetime | None = None
    sent_files: bool = False
    approved: datetime | None = None
    rejected: datetime | None = None
    ended: bool = False
    recalled: bool = False
    receipts: list[Noted] = field(default_factory=list)


def life_of(row: Row, diary: Iterable[Noted], recalled: datetime | None) -> Life:
    """Read the diary of one row in the order of its own times."""
    life = Life(row.due, recalled=recalled is not None)
    for noted in sorted((each for each in diary if each.row == row.content), key=lambda each: each.at):
        _live(life, noted)
    return life


def _live(life: Life, noted: Noted) -> None:
    if noted.kind == "progress":
        life.progress = True
    elif noted.kind == "submit":
        life.receipts.append(noted)
        life.progress = True
        if life.approved is None:
            life.sent, life.sent_files, life.rejected = noted.at, bool(noted.files), None
    elif noted.kind == "approve":
        life.approved, life.rejected = life.approved or noted.at, None
    elif noted.kind == "reject" and life.sent is not None:
        life.rejected, life.approved = life.rejected or noted.at, None
    elif noted.kind == "end":
        life.ended = True
    elif noted.kind == "reopen":
        life.sent = life.approved = life.rejected = None
        life.ended = False
    elif noted.kind == "extend" and noted.day is not None:
        life.due = noted.day


def text_of(life: Life, profile: str, now: datetime) -> str:
    """The exact text that the regulation gives, at `now`."""
    if life.recalled:
        return "Thu hồi"
    if life.ended and life.approved is None:
        return "Kết thúc"
    return _laocai(life, now) if profile == "laocai" else _dongthap(life, now)


def _midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), HANOI)


def _laocai(life: Life, now: datetime) -> str:
    """Table LC: rows 1 and 2, then the two families by the due day (3 days, calendar, by date)."""
    if life.approved is not None:
        return "Đã hoàn thành"
    if life.sent is not None and life.sent_files and life.rejected is None:
        return "Đã thực hiện"
    family = "Đang thực hiện" if life.progress else "Chưa thực hiện"
    if now >= _midnight_after(life.due):
        return f"{family} quá hạn"
    if now >= _midnight_after(life.due - timedelta(days=4)):
        return f"{family} đến hạn"
    return family


def _dongthap(life: Life, now: datetime) -> str:
    """Table DT: the sending decides for what is approved, the refusal's day for what was refused."""
    late_from = _midnight_after(life.due)
    if life.approved is not None:
        on_time = (life.sent or life.approved) < late_from
        return "Đã hoàn thành trong hạn" if on_time else "Đã hoàn thành quá hạn"
    if life.sent is not None and life.rejected is None:
        return "Chờ xác nhận"
    if life.sent is not None and life.rejected is not None and max(life.sent, life.rejected) >= late_from:
        return "Đang thực hiện quá hạn"
    return "Đang thực hiện quá hạn" if now >= late_from else "Đang thực hiện trong hạn"
