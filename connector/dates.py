"""Dates as the document systems write them: `dd/MM/yyyy`, sometimes with a time, never with a zone. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from connector.texts import text_of
from errors import SkipRecord

ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_SHAPE: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?", re.ASCII)
_YEARS: Final = range(1945, 2101)


def day_of(value: object, field: str) -> date | None:
    """The day, None for a gap ("", "null"). Raises SkipRecord naming `field` for 30/02 or the year 9999."""
    parsed = _parsed(value, field)
    return parsed[0] if parsed else None


def moment_of(value: object, field: str) -> datetime | None:
    """The instant in Việt Nam time; without a time the start of that day. Raises SkipRecord as `day_of`."""
    parsed = _parsed(value, field)
    return datetime.combine(parsed[0], parsed[1] or time(), ZONE) if parsed else None


def shown_day(value: date | None) -> str:
    """`dd/MM/yyyy`, "" for none: how a date is sent."""
    return value.strftime("%d/%m/%Y") if value else ""


def lenient_day(value: object) -> date | None:
    """For sorting listing rows only: what cannot be read counts as no date."""
    try:
        return day_of(value, "")
    except SkipRecord:
        return None


def _parsed(value: object, field: str) -> tuple[date, time | None] | None:
    shown = text_of(value)
    if not shown:
        return None
    match = _SHAPE.fullmatch(shown)
    try:
        if match is None or int(match[3]) not in _YEARS:
            raise ValueError  # noqa: TRY301 - one sentence for every way a date can be wrong
        day = date(int(match[3]), int(match[2]), int(match[1]))
        clock = time(int(match[4]), int(match[5]), int(match[6] or 0)) if match[4] else None
    except ValueError:
        raise SkipRecord(
            f"Field {field}: a date that does not exist or is not dd/MM/yyyy.",
            remedy="Correct it in the document system.",
        ) from None
    return day, clock
