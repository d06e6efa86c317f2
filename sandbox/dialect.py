"""The dialect's habits with values: three trues, dates without zone, drifting Unicode, entities.

Which record gets which habit depends on its number only, so that an unchanged
record always looks the same and a listing can be compared with an earlier one.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime

from sandbox.envelope import invalid

NULL = "null"
UPPER_TRUE = "TRUE"
UPPER_FALSE = "FALSE"
LOWER_TRUE = "true"
LOWER_FALSE = "false"
DIGIT_FALSE = "0"


def nfc(text: str) -> str:
    """How the sandbox stores text."""
    return unicodedata.normalize("NFC", text)


def folded(text: str) -> str:
    """How the sandbox searches text: composed and lower case."""
    return nfc(text).casefold()


def drifting(text: str, number: int, step: int) -> str:
    """Decomposed for every `step`-th record, composed for the others."""
    return unicodedata.normalize("NFD" if number % step == 0 else "NFC", text)


def marked_up(text: str, number: int) -> str:
    """Escaped as HTML; every fifth record has its Vietnamese letters as numeric entities."""
    escaped = html.escape(text)
    if number % 5:
        return escaped
    return "".join(f"&#{ord(letter)};" if "À" <= letter <= "ỿ" else letter for letter in escaped)


def upper_flag(value: object) -> str:
    """The first true: "TRUE"."""
    return UPPER_TRUE if value else UPPER_FALSE


def lower_flag(value: object) -> str:
    """The second true: "true"."""
    return LOWER_TRUE if value else LOWER_FALSE


def digit_flag(value: object) -> str:
    """The third true: "1"."""
    return "1" if value else DIGIT_FALSE


def or_null(text: str) -> str:
    """A gap as the word "null"."""
    return text or NULL


def has_file(number: int, present: bool) -> str | None:
    """ "none" means no file; "null" and JSON null both mean that there is one."""
    if not present:
        return "none"
    return NULL if number % 2 else None


def day(stored: str) -> str:
    """`2026-11-16[T..]` as `16/11/2026`; a gap stays empty."""
    return f"{stored[8:10]}/{stored[5:7]}/{stored[:4]}" if stored else ""


def minute(stored: str) -> str:
    """`16/11/2026 08:30`."""
    return f"{day(stored)} {stored[11:16]}" if stored else ""


def second(stored: str) -> str:
    """`16/11/2026 08:30:05`."""
    return f"{day(stored)} {stored[11:19]}" if stored else ""


def sometimes_minute(stored: str, number: int) -> str:
    """With the time, except that every fourth record has lost it."""
    return day(stored) if number % 4 == 1 else minute(stored)


def stored_day(text: str, field: str) -> str:
    """`dd/MM/yyyy` (an hour behind it is cut off) as the sandbox stores it; "" and "null" are a gap.

    Raises Refused naming the field.
    """
    given = text.strip().split(" ")[0]
    if given in ("", NULL):
        return ""
    try:
        return datetime.strptime(given, "%d/%m/%Y").date().isoformat()  # noqa: DTZ007
    except ValueError:
        raise invalid(f"{field}: ngày phải có dạng dd/MM/yyyy") from None


def stored_time(moment: datetime) -> str:
    """An instant as the sandbox stores it: local, to the second."""
    return moment.replace(tzinfo=None).isoformat(timespec="seconds")


def stored_date(value: date | None) -> str:
    """A day as the sandbox stores it."""
    return value.isoformat() if value else ""


def packed_routing(groups: Iterable[tuple[str, Iterable[str]]]) -> str:
    """`Xử lý chính: A, B|Phối hợp: C`, empty groups left out."""
    parts = [(label, ", ".join(names)) for label, names in groups]
    return "|".join(f"{label}: {names}" for label, names in parts if names)


def packed_person(fields: Iterable[str]) -> str:
    """Eleven fields joined by `;` whose gaps are the word "null"."""
    return ";".join(or_null(text) for text in fields)


def id_list(value: object) -> list[str]:
    """Ids given as `"1,2"` or as a list; blanks and "null" are dropped."""
    parts = value if isinstance(value, list) else str(value or "").split(",")
    return [text for part in parts if (text := str(part).strip()) and text != NULL]
