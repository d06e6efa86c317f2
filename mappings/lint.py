"""The check of an assignment table before it is issued: “6 rõ”, three elements, sensible days (HC-06, HC-15, DT-05).

Everything found is said in one sentence with what to change. A finding decides nothing: what
keeps a row from being tracked is decided in `mappings/assignment.py`, under the same regulation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from mappings.lint_findings import Field, Finding, told
from mappings.lint_load import KnownAsk, asked_twice, crowded
from mappings.lint_people import authority_findings, helper_findings, lead_findings
from mappings.lint_rows import RowRead, read_by
from mappings.lint_time import Days, time_findings
from mappings.lint_work import product_findings, work_findings
from mappings.tables import TableRow
from mappings.units import UnitDirectory
from tracking.calendar import WorkingCalendar
from tracking.profile import Profile

__all__ = ["NO_LOAD", "Finding", "KnownAsk", "LintLimits", "lint", "lint_read"]

#: Columns of a finding by the role that the table reader gives a column.
_COLUMN_OF: Final[Mapping[str, Field]] = MappingProxyType(
    {
        "lead": "lead",
        "coordinate": "coordinators",
        "deadline": "deadline",
        "product": "product",
        "officer": "officer",
    }
)
NO_LOAD: Final[Mapping[tuple[str, date], int]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class LintLimits:
    """Numbers no regulation gives; an office sets its own."""

    tasks_a_day: int = 10
    """Tasks of one unit due on one day, all directives together."""
    longest_content: int = 600
    """Characters of one content cell."""
    near_days: int = 31
    """Days between two reports that may be one."""


def lint(
    rows: Sequence[TableRow],
    *,
    profile: Profile | None,
    calendar: WorkingCalendar,
    directory: UnitDirectory | None,
    issued: date | None,
    load: Mapping[tuple[str, date], int] = NO_LOAD,
    others: Sequence[KnownAsk] = (),
    parent_due: date | None = None,
    limits: LintLimits = LintLimits(),
) -> tuple[Finding, ...]:
    """Every finding about `rows`, in the order of the rows and of the six things that must be clear.

    Without a profile no bound of a regulation is checked, without a directory no name;
    without an issue date nothing that counts from it. `load` counts the tasks other
    directives already have due, by unit id and day; `others` are what they ask;
    `parent_due` is the day by which a higher level wants the whole. Never raises for
    what a row says.
    """
    reads = read_by(rows, profile=profile, calendar=calendar, directory=directory, issued=issued)
    days = Days(calendar, profile, issued, parent_due)
    found = lint_read(reads, days, load=load, others=others, limits=limits)
    return tuple(finding for row in found for finding in row)


def lint_read(
    reads: Sequence[RowRead],
    days: Days,
    *,
    load: Mapping[tuple[str, date], int] = NO_LOAD,
    others: Sequence[KnownAsk] = (),
    limits: LintLimits = LintLimits(),
) -> list[list[Finding]]:
    """The findings of rows that are read already, one list a row."""
    found = [list(_row(read, days, others, limits)) for read in reads]
    for at, finding in crowded(reads, load, limits.tasks_a_day):
        found[at].append(finding)
    return found


def _row(read: RowRead, days: Days, others: Sequence[KnownAsk], limits: LintLimits) -> Iterator[Finding]:
    yield from lead_findings(read, days.profile)
    yield from work_findings(read, limits.longest_content)
    yield from time_findings(read, days)
    yield from helper_findings(read)
    yield from authority_findings(read, days.profile)
    yield from product_findings(read)
    yield from asked_twice(read, others, limits.near_days)
    yield from _doubts(read)


def _doubts(read: RowRead) -> Iterator[Finding]:
    """What the table reader itself leaves open about a cell."""
    for doubt in read.row.doubts:
        field = _COLUMN_OF.get(doubt.role, "content")
        code = f"{field}_doubt" if field in {"lead", "deadline"} else "cell_doubt"
        yield told(code, read.row, field, doubt.text, doubt.sentence, doubt.remedy)
