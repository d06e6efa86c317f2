"""What a number of a spreadsheet looks like on the screen, and the day behind it when it is a date.

The text is what the drafter saw and signed for: a month typed as "8/2026" is stored as
the 1st but shown as a month, and a day shown month-first is read by people as it
stands. So the shown text travels beside the stored day and the deadline rules choose.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

#: Formats that a workbook names by number only. 14 and 22 follow the reader's locale: Vietnamese here.
BUILTIN: Final[dict[int, str]] = {
    1: "0", 2: "0.00", 9: "0%", 10: "0.00%", 14: "dd/mm/yyyy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy",
    18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "dd/mm/yyyy h:mm",
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0",
}  # fmt: skip
_LAST_SERIAL: Final = 2_958_465  # 31/12/9999
_FIRST_USABLE: Final = date(1950, 1, 1)
_WEEKDAYS: Final = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[(?:[^\]]*)\]|[_*].|(?P<ampm>AM/PM|A/P)|(?P<end>;)'
    r"|(?P<letters>[dD]+|[mM]+|[yY]+|[hH]+|[sS]+)|(?P<other>.)"
)
_DIGITS = re.compile(r"(?P<whole>0+)(?:\.(?P<part>0+))?(?P<percent>%)?$")
Tokens = tuple[tuple[str, str], ...]


def shown_number(value: float, code: str, *, since_1904: bool = False) -> tuple[str, date | None]:
    """The text shown for `value` under the number format `code`, and its day if it shows a usable date.

    A date before 1950 is what an unanswered formula leaves behind: shown, but no day.
    """
    tokens = _date_tokens(code)
    if tokens and 0 <= value < _LAST_SERIAL + 1:
        return _shown_date(value, tokens, since_1904=since_1904)
    digits = _DIGITS.fullmatch(code)
    if digits:
        return _shown_digits(value, digits), None
    return (str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:.15g}"), None


def _shown_digits(value: float, digits: re.Match[str]) -> str:
    places = len(digits["part"] or "")
    scaled = value * 100 if digits["percent"] else value
    width = len(digits["whole"]) + (places + 1 if places else 0)
    return f"{scaled:0{width}.{places}f}{digits['percent'] or ''}"


@lru_cache(maxsize=512)
def _date_tokens(code: str) -> Tokens:
    """(kind, text) pairs of the format's first section, () when it is not a date or time format."""
    if code in {"", "General", "@"}:
        return ()
    tokens: list[tuple[str, str]] = []
    for found in _TOKEN.finditer(code):
        if found["end"]:
            break
        if found["letters"]:
            tokens.append((found["letters"][0].lower(), found["letters"].lower()))
        elif found["ampm"]:
            tokens.append(("ampm", ""))
        else:
            tokens.append(("text", found["quoted"] or found["escaped"] or found["other"] or ""))
    if not any(kind in "dmyhs" for kind, _ in tokens):
        return ()
    return _with_minutes(tokens)


def _with_minutes(tokens: list[tuple[str, str]]) -> Tokens:
    """ "m" means minutes after an hour or before a second, months elsewhere."""
    letters = [index for index, (kind, _) in enumerate(tokens) if kind in "dmyhs"]
    for place, index in enumerate(letters):
        before = tokens[letters[place - 1]][0] if place else ""
        after = tokens[letters[place + 1]][0] if place + 1 < len(letters) else ""
        if tokens[index][0] == "m" and (before == "h" or after == "s"):
            tokens[index] = ("minute", tokens[index][1])
    return tuple(tokens)


def _shown_date(value: float, tokens: Tokens, *, since_1904: bool) -> tuple[str, date | None]:
    moment = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 31 if value < 60 else 30)  # noqa: DTZ001 (a serial has no zone)
    try:
        moment += timedelta(seconds=round(value * 86_400))
    except OverflowError:
        return f"{value:.15g}", None
    kinds = {kind for kind, _ in tokens}
    day = moment.date() if kinds & {"d", "y"} or "m" in kinds else None
    if any(kind == "m" and len(text) > 2 for kind, text in tokens):
        return _named_month(moment, kinds), day if day and day >= _FIRST_USABLE else None
    text = "".join(_shown_token(kind, text, moment, twelve="ampm" in kinds) for kind, text in tokens)
    return text.strip(), day if day and day >= _FIRST_USABLE else None


def _named_month(moment: datetime, kinds: set[str]) -> str:
    """A month shown by name cannot be mistaken for a day: written the Vietnamese way."""
    return f"{moment:%d/%m/%Y}" if "d" in kinds else f"{moment:%m/%Y}"


def _shown_token(kind: str, text: str, moment: datetime, *, twelve: bool) -> str:
    if kind == "d" and len(text) > 2:
        return _WEEKDAYS[moment.weekday()]
    if kind == "y":
        return f"{moment.year:04d}" if len(text) > 2 else f"{moment.year % 100:02d}"
    if kind == "ampm":
        return "SA" if moment.hour < 12 else "CH"
    hour = (moment.hour % 12 or 12) if twelve else moment.hour
    number = {"d": moment.day, "m": moment.month, "h": hour, "minute": moment.minute, "s": moment.second}.get(
        kind
    )
    if number is None:
        return text
    return f"{number:02d}" if len(text) > 1 else str(number)
