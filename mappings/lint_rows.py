"""Rows of a table as a checker reads them: the lead, the coordinators and the deadline, each read once.

The reading is that of `mappings/assignment.py`, so that what is shown before the issue is
what will be tracked after it; only a missing unit list is allowed here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from mappings.assignment_leads import LeadReading, read_lead
from mappings.deadline_working import counted_from_issue
from mappings.deadlines import PERIODIC, BeforeDate, Deadline, read_deadline
from mappings.tables import TableRow
from mappings.tables.found import CellDoubt
from mappings.texts import collapse
from mappings.units import UnitDirectory, UnitEntry, UnitReading
from tracking.calendar import WorkingCalendar
from tracking.profile import Profile

#: Where one name ends and the next begins when no unit list can tell: a sign, and the head of a name.
_BETWEEN_NAMES: Final = re.compile(
    r"\s*(?:[;\n•]|,\s*(?:và\s)?|\svà\s)[\s–-]*"
    r"(?=(?:các\s+)?(?:sở|ban|bộ|ubnd|u[ỷỳ] ban|[ủu]y ban|công an|công ty|văn phòng|thanh tra|cục|chi cục|trung tâm"
    r"|kho bạc|bảo hiểm|ngân hàng|thuế|hội|liên đoàn|tỉnh đoàn|trường|viện|toà án|tòa án|đài|báo|phòng"
    r"|đơn vị|cơ quan)\b)",
    re.IGNORECASE,
)
_BULLET: Final = re.compile(r"^[\s–•+*-]+|[\s,;.]+$")


@dataclass(frozen=True, slots=True)
class RowRead:
    """One row with its readings; `lead` and `coordinators` are None where no unit list is given."""

    row: TableRow
    deadline: Deadline
    lead: LeadReading | None = None
    coordinators: tuple[tuple[str, UnitReading], ...] | None = None
    """Each text that names coordinators (those after "phối hợp với" in the lead cell first), and its reading."""
    groups: tuple[str, ...] = ()
    """Coordinators that are open groups, as written."""

    @property
    def due(self) -> date | None:
        """The day on which the task ends, where it is certain and does not come back."""
        periodic = self.deadline.kind in PERIODIC
        return self.deadline.due if self.deadline.confidence == "sure" and not periodic else None

    @property
    def unit(self) -> UnitEntry | None:
        """The one lead unit, where it is certain."""
        return self.lead.unit if self.lead else None

    @property
    def leads(self) -> tuple[UnitEntry, ...]:
        """Every unit that the lead cell names beyond doubt."""
        if self.lead is None or self.lead.unit is not None:
            return (self.lead.unit,) if self.lead and self.lead.unit else ()
        sure = self.lead.reading.confidence == "sure" and self.lead.reading.kind == "list"
        return self.lead.reading.certain if sure else ()

    @property
    def helpers(self) -> tuple[UnitEntry, ...]:
        """The coordinating units known beyond doubt, the lead unit left out."""
        found = [unit for _, reading in self.coordinators or () for unit in reading.certain]
        return tuple(unit for unit in dict.fromkeys(found) if unit not in self.leads)

    @property
    def named_helpers(self) -> list[str]:
        """Coordinating units by name, then the groups; all as written where there is no unit list."""
        if self.coordinators is None:
            return names_as_written(self.row.coordinators)
        return [*(unit.name for unit in self.helpers), *self.groups]


def read_rows(
    rows: Sequence[TableRow],
    *,
    directory: UnitDirectory | None,
    issued: date | None,
    before_date: BeforeDate = "day_before",
    calendar: WorkingCalendar | None = None,
) -> list[RowRead]:
    """Every row with its readings; `calendar` turns working days from issue into a day.

    A blank deadline under a stated one has that one as its reading, to be asked about.
    """
    reads = [RowRead(row, _deadline(row, issued, before_date, calendar)) for row in rows]
    return [_with_units(read, directory, issued) for read in reads] if directory else reads


def read_by(
    rows: Sequence[TableRow],
    *,
    profile: Profile | None,
    calendar: WorkingCalendar,
    directory: UnitDirectory | None,
    issued: date | None,
) -> list[RowRead]:
    """`read_rows` under a regulation, or under none."""
    before: BeforeDate = profile.before_date if profile else "day_before"
    return read_rows(rows, directory=directory, issued=issued, before_date=before, calendar=calendar)


def doubt_about(row: TableRow, role: str) -> CellDoubt | None:
    """What the table reader leaves open about the cell of this role, with the value it proposes."""
    return next((doubt for doubt in row.doubts if doubt.role == role), None)


def names_as_written(cell: str) -> list[str]:
    """The names of a cell, cut only where a new name plainly begins (commas stand inside names too)."""
    parts = [_BULLET.sub("", collapse(part)) for part in _BETWEEN_NAMES.split(cell)]
    return [part for part in parts if part]


def _deadline(
    row: TableRow, issued: date | None, before_date: BeforeDate, calendar: WorkingCalendar | None
) -> Deadline:
    if doubt := doubt_about(row, "deadline"):
        phrase = row.deadline or doubt.text
        read = read_deadline(phrase, issued=issued, before_date=before_date)
        return replace(read, confidence="asks", why=doubt.sentence.rstrip("."))
    read = read_deadline(row.deadline, issued=issued, native=row.deadline_value, before_date=before_date)
    if calendar is None or issued is None:
        return read
    return counted_from_issue(read, issued, calendar.add_working_days)


def _with_units(read: RowRead, directory: UnitDirectory, issued: date | None) -> RowRead:
    lead = directory.recall(read_lead, read.row.lead, issued)
    texts = [text for text in (lead.others, read.row.coordinators) if text.strip()]
    known = tuple([(text, directory.resolve(text, issued)) for text in texts])
    parts = [name for _, reading in known for name in reading.names]
    groups = tuple([name for name in parts if directory.resolve(name, issued).kind == "group"])
    return replace(read, lead=lead, coordinators=known, groups=groups)
