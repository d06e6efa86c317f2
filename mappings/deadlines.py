"""A deadline cell read into a day, a period or a question: the door of the deadline rules.

A regulation's table writes deadlines in a hundred ways, and a wrong date accuses
somebody. So this is a grammar and not a guesser: every word must be understood, or the
answer is `asks` with the reason in Vietnamese, and the row goes back to its drafter.
The steps: `deadline_words` (words to letters), `deadline_parts` (letters to dates and
periods), `deadline_grammar` and `deadline_rules` (parts to a day).
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, time
from functools import lru_cache
from typing import Final

from mappings.deadline_days import DAY, NotADay, day
from mappings.deadline_grammar import understand
from mappings.deadline_result import (
    DATED,
    PERIODIC,
    WHY_CELL_DIFFERS,
    WHY_IMPOSSIBLE,
    WHY_NOT_UNDERSTOOD,
    WHY_SWAPPED,
    Deadline,
)
from mappings.deadline_rules import BeforeDate, before_written, dated

#: By far the most common cells; everything else goes through the grammar.
_PLAIN: Final = re.compile(
    r"\s*(?:hoàn thành |xong )?(?:(trước|trong) (?:ngày )?|ngày )?(\d\d?)/(\d\d?)/(\d{4})\s*\.?\s*",
    re.IGNORECASE | re.ASCII,
)
#: Such cells are no longer than this; their days are remembered, since a year of directives names few hundred.
_SHORT: Final = 40
#: A day of a spreadsheet whose cell lost its date format (2000–2099): shown as a number.
_SERIAL: Final = re.compile(r"\s*(?:3[7-9]|[4-6]\d|7[0-2])\d{3}(?:\.0+)?\s*", re.ASCII)
_SERIAL_ZERO: Final = date(1899, 12, 30)
#: A longer cell is a paragraph in the wrong column.
_LONGEST: Final = 1000
_ISO: Final = re.compile(r"\s*(\d{4})-(\d\d)-(\d\d)(?:[T ]00:00(?::00(?:\.0+)?)?)?\s*", re.ASCII)


def read_deadline(
    phrase: str,
    *,
    issued: date | None,
    native: date | None = None,
    before_date: BeforeDate = "day_before",
    received: date | None = None,
) -> Deadline:
    """Read the text of one deadline cell.

    `issued` is the document's issue date: it gives missing years, and a due day before it
    asks. `native` is the day a spreadsheet stores in the cell, `phrase` what the cell
    shows: the text decides, the stored day may only confirm it, because typed dd/MM is
    stored as MM/dd again and again. A bare serial number of a spreadsheet ("46132") is
    such a stored day and nothing else. `before_date` is what "trước ngày X" means on this
    site (“trước 16h ngày X” stays on X in both readings). `received` is the day on which
    the unit got the document: lengths that run from receipt ask without it. Never raises.
    """
    if native is not None:
        return _with_cell(phrase, issued, native, before_date, received)
    if plain := _short_day(phrase) if len(phrase) <= _SHORT else _plain_day(phrase):
        return _plain(phrase, plain, issued, before_date)
    if _SERIAL.fullmatch(phrase):
        return _stored(phrase, issued, _SERIAL_ZERO + int(float(phrase)) * DAY)
    if len(phrase) > _LONGEST:
        return Deadline("unclear", None, None, "asks", phrase, why=WHY_NOT_UNDERSTOOD)
    return understand(phrase, issued, before_date, received)


def _plain_day(phrase: str) -> tuple[date | None, bool, str] | None:
    """dd/MM/yyyy, alone or with "trước (ngày)" before it: the day, whether it is before it, or why it is none."""
    match = _PLAIN.fullmatch(phrase)
    if match is None:
        return None
    word, number, month, year = match.groups()
    try:
        written = day(int(year), int(month), int(number))
    except NotADay as none:
        return None, False, none.why
    return written, word is not None and word.lower() != "trong", ""


_short_day = lru_cache(maxsize=4096)(_plain_day)


def _plain(
    phrase: str, plain: tuple[date | None, bool, str], issued: date | None, before: BeforeDate
) -> Deadline:
    """What such a cell comes to for a directive of that day."""
    written, is_before, why = plain
    if written is None:
        return Deadline("unclear", None, None, "asks", phrase, why=why)
    if is_before:
        return before_written(phrase, written, issued, before)
    return dated(phrase, "date", written, issued, "ngày ghi trong văn bản")


def _with_cell(
    phrase: str, issued: date | None, native: date, before: BeforeDate, received: date | None
) -> Deadline:
    """A date cell of a spreadsheet: the shown text is compared with the stored day."""
    shown = phrase.strip()
    if not shown or _ISO.fullmatch(shown):
        return _stored(phrase, issued, native)
    found = read_deadline(phrase, issued=issued, before_date=before, received=received)
    if found.at == time(0):  # a date cell that shows an hour nobody typed
        found = replace(found, at=None)
    if found.due is None or found.confidence == "asks":
        return found
    same_month = (found.due.year, found.due.month) == (native.year, native.month)
    if found.kind == "date" and native not in {found.due, found.due + DAY}:
        return replace(found, confidence="asks", why=WHY_CELL_DIFFERS)
    if found.kind == "end_of_month" and not same_month:
        return replace(found, confidence="asks", why=WHY_CELL_DIFFERS)
    return found


def _stored(phrase: str, issued: date | None, native: date) -> Deadline:
    """Only the stored day is known: sure when it cannot be another day with day and month swapped."""
    why = ""
    if not 2000 <= native.year <= 2099:
        return Deadline("unclear", None, None, "asks", phrase, why=WHY_IMPOSSIBLE)
    if native.day <= 12 and native.day != native.month:
        other = date(native.year, native.day, native.month)
        if issued is None or other >= issued or native < issued:
            why = WHY_SWAPPED
    return dated(phrase, "date", native, issued, "ngày lưu trong ô của bảng tính", why)


__all__ = ["DATED", "PERIODIC", "BeforeDate", "Deadline", "read_deadline"]
