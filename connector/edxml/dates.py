"""Dates of packets: written one way, read in every way that senders write them. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from errors import SkipRecord

ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_YEARS: Final = range(1945, 2101)
_CLOCK: Final = r"(?:[ T]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:\.\d{1,9})?)?"
_SHAPES: Final = tuple(
    re.compile(day + _CLOCK, re.ASCII)
    for day in (
        r"(?P<year>\d{4})[/-](?P<month>\d{1,2})[/-](?P<day>\d{1,2})",
        r"(?P<day>\d{1,2})[/-](?P<month>\d{1,2})[/-](?P<year>\d{4})",
    )
)
_ZONED: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|[+-]\d{2}:?\d{2})", re.ASCII
)


def day_of(text: str, field: str) -> date | None:
    """The day, None for a gap. Raises SkipRecord naming `field` for 2014/02/30 or the year 9999."""
    moment = moment_of(text, field)
    return moment.date() if moment else None


def moment_of(text: str, field: str) -> datetime | None:
    """The instant in Việt Nam time, which it is in when no zone stands there; without a time the day's start."""
    shown = text.strip()
    if not shown or shown.lower() == "null":
        return None
    try:
        moment = _zoned(shown) if _ZONED.fullmatch(shown) else _plain(shown)
        if moment.year not in _YEARS:
            raise ValueError  # noqa: TRY301 - one sentence for every way a date can be wrong
    except (ValueError, OverflowError):
        raise SkipRecord(
            f"Field {field}: a date that does not exist or cannot be read.",
            remedy="The sender has to correct it.",
        ) from None
    return moment


def shown_day(value: date) -> str:
    """`yyyy/MM/dd`, as the kits of the axis write it."""
    return f"{value.year:04}/{value.month:02}/{value.day:02}"


def shown_moment(value: datetime) -> str:
    """`yyyy/MM/dd HH:mm:ss` in Việt Nam time; the format knows no zone."""
    local = value.astimezone(ZONE)
    return f"{shown_day(local)} {local:%H:%M:%S}"


def _zoned(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(ZONE)


def _plain(text: str) -> datetime:
    match = next(filter(None, (shape.fullmatch(text) for shape in _SHAPES)), None)
    if match is None:
        raise ValueError(text)
    day = date(int(match["year"]), int(match["month"]), int(match["day"]))
    clock = time(int(match["hour"] or 0), int(match["minute"] or 0), int(match["second"] or 0))
    return datetime.combine(day, clock, ZONE)
