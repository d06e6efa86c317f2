"""How obligations and bookings of one task are printed, in Vietnamese or English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from commands.show import out, print_table
from tracking.attribution import BookedParty
from tracking.calendar import MIDNIGHT, ZONE, WorkingCalendar
from tracking.limits import Party
from tracking.obligations import Kind, Obligation

#: What is owed, in Vietnamese; English has the kind itself.
_KINDS: Final[dict[Kind, str]] = {
    "enter": "nhập nhiệm vụ",
    "first_update": "cập nhật tiến độ lần đầu",
    "recurring_update": "cập nhật tiến độ định kỳ",
    "review": "duyệt kết quả",
    "extension_answer": "trả lời gia hạn",
    "petition_answer": "trả lời tờ trình",
    "coordination": "trả lời phối hợp",
    "explanation": "báo cáo giải trình",
    "cause_and_proposal": "báo cáo nguyên nhân, đề xuất",
    "opinion": "ý kiến lãnh đạo trước khi duyệt",
}
_PARTIES: Final[dict[Party | BookedParty, str]] = {
    "unit": "đơn vị chủ trì",
    "office": "Văn phòng",
    "reviewer": "bên duyệt",
    "coordinator": "đơn vị phối hợp",
    "extension_approver": "bên trả lời gia hạn",
    "paused": "tạm dừng",
    "outage": "hệ thống ngừng",
    "closed": "đã xong, trước khi mở lại",
}

#: So many periods of a recurring update are told one by one.
_LATEST: Final = 3
_OWED_HEADINGS: Final = {
    "vi": ("việc", "bên", "từ", "hạn", "xong", "chậm", "điều khoản"),
    "en": ("what", "who", "since", "due", "met", "late", "article"),
}


def print_clocks(
    owed: Sequence[Obligation],
    spent: Sequence[Mapping[str, Any]],
    calendar: WorkingCalendar,
    as_of: datetime,
    names: Mapping[str, str],
    lang: str,
) -> None:
    """Two tables: what is or was owed, and who had the task for how long."""
    vi = lang == "vi"
    if owed:
        out().print()
        earlier, shown = _long_past(owed)
        rows = [_together(each, as_of, names, vi=vi) for each in earlier]
        rows += [_owed(each, calendar, as_of, names, vi=vi) for each in shown]
        print_table("Việc phải làm của từng bên" if vi else "Obligations", rows)
    if spent:
        out().print()
        rows = [_spent(share, names, vi=vi) for share in spent]
        print_table("Thời gian tính cho từng bên" if vi else "Booked", rows)


def _long_past(owed: Sequence[Obligation]) -> tuple[list[list[Obligation]], list[Obligation]]:
    """Recurring updates but for each unit's latest ones, and everything else: a task open for a year has fifty."""
    recurring: dict[str, list[Obligation]] = {}
    for each in owed:
        if each.kind == "recurring_update":
            recurring.setdefault(each.unit, []).append(each)
    earlier = [found[:-_LATEST] for found in recurring.values() if len(found) > _LATEST + 1]
    hidden = {id(each) for group in earlier for each in group}
    return earlier, [each for each in owed if id(each) not in hidden]


def _together(
    group: Sequence[Obligation], as_of: datetime, names: Mapping[str, str], *, vi: bool
) -> dict[str, Any]:
    """One row for many periods: from the first to the last, and how many of them were missed."""
    first, last, missed = group[0], group[-1], sum(each.is_late(as_of) for each in group)
    what = (
        f"{_KINDS[first.kind]}, {len(group)} kỳ trước"
        if vi
        else f"recurring update, {len(group)} earlier ones"
    )
    late = (f"{missed} kỳ chậm" if vi else f"{missed} late") if missed else ""
    who = _party(first.party, first.unit, names, vi=vi)
    values = (what, who, first.opened_at, _end_words(last.due_at), last.met_at, late, first.article)
    return dict(zip(_OWED_HEADINGS["vi" if vi else "en"], values, strict=True))


def _owed(
    each: Obligation, calendar: WorkingCalendar, as_of: datetime, names: Mapping[str, str], *, vi: bool
) -> dict[str, Any]:
    missed, unit_of_days = each.missed_by(as_of, calendar, "vi" if vi else "en")
    late = f"{missed} {unit_of_days}" if missed else ("có" if vi else "yes") if each.is_late(as_of) else ""
    what, who = (
        _KINDS[each.kind] if vi else each.kind.replace("_", " "),
        _party(each.party, each.unit, names, vi=vi),
    )
    values = (what, who, each.opened_at, _end_words(each.due_at), each.met_at, late, each.article)
    return dict(zip(_OWED_HEADINGS["vi" if vi else "en"], values, strict=True))


def _end_words(due_at: datetime | None) -> str:
    """The end of a limit; midnight is 24:00 of the day that it ends."""
    if due_at is None:
        return ""
    local = due_at.astimezone(ZONE)
    if local.time() == MIDNIGHT:
        return f"{local.date() - timedelta(days=1):%d/%m/%Y} 24:00"
    return f"{local:%d/%m/%Y %H:%M}"


def _spent(share: Mapping[str, Any], names: Mapping[str, str], *, vi: bool) -> dict[str, Any]:
    headings = ("bên", "giờ", "ngày làm việc") if vi else ("who", "hours", "working days")
    party = _party(share["party"], share["unit"], names, vi=vi)
    return dict(
        zip(headings, (party, round(share["hours"], 1), round(share["working_days"], 1)), strict=True)
    )


def _party(party: Party | BookedParty, unit: str, names: Mapping[str, str], *, vi: bool) -> str:
    said = _PARTIES[party] if vi else party.replace("_", " ")
    return f"{said} ({names.get(unit, unit)})" if unit else said
