"""A moment that no calendar holds, or the "never" of some other program: its record is set aside, and only that.

Working days cannot be counted there, and a ledger keeps times in UTC, where the first and the last days of
the calendar have no place. One such entry must not keep everything else from being mapped (F25).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from connector.records import DirectiveRecord, JobRecord, Record
from errors import SkipRecord

FIRST: Final = date(1900, 1, 1)
LAST: Final = date(8999, 12, 31)


def check_days(record: Record) -> None:
    """Raises SkipRecord for a record that says when something was, or is due, on such a day."""
    for where, day in _days(record):
        if day is not None and not FIRST <= day <= LAST:
            raise SkipRecord(
                f"{where} of record {record.remote_id}: no task can have the day {day.isoformat()}.",
                remedy="Correct the year in the document system.",
            )


def _days(record: Record) -> Iterator[tuple[str, date | None]]:
    if isinstance(record, JobRecord):
        yield "The due date", record.due
        for action in record.actions:
            yield f"The time of entry {action.entry_id}", action.at.date()
            yield f"The new due date in entry {action.entry_id}", action.new_due
    elif isinstance(record, DirectiveRecord):
        for entry in record.log:
            yield f"The time of entry {entry.entry_id}", entry.at.date() if entry.at else None
