"""Rows of an issued directive made into tasks: one concrete job, one lead unit (LC-04).

What cannot become a task without guessing goes back to its drafter with a sentence
(`returned`); what the regulation leaves out is counted (`dropped`, DT-03); what is only
worth a word is `noted` beside the task it belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final, Literal
from zoneinfo import ZoneInfo

from connector.records import DirectiveRecord, LogEntry
from mappings import assignment_returns as returns
from mappings.assignment_returns import DroppedRow, ReturnedRow, origin_of
from mappings.assignment_rows import KeyMaker, Placed, RowCells, placed
from mappings.deadlines import PERIODIC, BeforeDate, Deadline, read_deadline
from mappings.texts import fold, nfc
from mappings.units import UnitDirectory, UnitEntry, UnitReading
from tracking.events import Due, TaskAssigned

LOCAL: Final = ZoneInfo("Asia/Ho_Chi_Minh")

#: "Sở A chủ trì, phối hợp với Sở B": one lead and its coordinators in one cell.
_LEADS_WITH: Final = re.compile(
    r"(?P<lead>.+?)[\s,(]+chủ trì\)?[\s,;.:–-]*(?:và\s+)?(?:phối hợp\s+)?(?:với\s+|cùng\s+)*(?P<others>.*)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class AssignRules:
    """What a regulation says about rows: tasks without a due day, and how "trước ngày X" is read."""

    undated: Literal["track_if_periodic", "exclude", "track"] = "track_if_periodic"
    before_date: BeforeDate = "day_before"


@dataclass(frozen=True, slots=True)
class Assignment:
    """All rows of one directive, each in exactly one of `tasks`, `returned` and `dropped`."""

    tasks: tuple[TaskAssigned, ...]
    returned: tuple[ReturnedRow, ...]
    dropped: tuple[DroppedRow, ...]
    noted: tuple[ReturnedRow, ...] = ()


@dataclass(frozen=True, slots=True)
class _Lead:
    """A lead cell as understood: the unit, or None with the reading that says why not."""

    unit: UnitEntry | None
    reading: UnitReading
    others: str = ""
    by_title: bool = False


def assign(
    directive: DirectiveRecord,
    rows: Sequence[RowCells],
    *,
    directory: UnitDirectory,
    rules: AssignRules,
    site: str,
    profile_id: str,
    profile_version: str,
) -> Assignment:
    """The tasks of `directive` from all `rows` it has, those of the API and of its files together.

    Rows of the API come in the same form as those of a file (`mappings.tables.rows_from_api`);
    tables that repeat each other give each task once. Keys are stable (see
    `assignment_rows.placed`), the event's key is "row" and its time the moment of issue.
    Without an issue date no row can be judged: the caller skips such a directive, here
    it gives nothing. Never raises for what a row says.
    """
    if directive.issued_on is None:
        return Assignment((), (), tuple([DroppedRow(origin_of(row), "not_issued") for row in rows]))
    work = _Work(directive, directive.issued_on, directory, rules, site, profile_id, profile_version)
    for place in placed(rows):
        work.take(place)
    return Assignment(tuple(work.tasks), tuple(work.returned), tuple(work.dropped), tuple(work.noted))


def issue_moment(directive: DirectiveRecord) -> datetime:
    """When the directive was issued: the log's time of issue, else 00:00 of the issue date (Hà Nội time).

    A log line before the issue date or long after it is some other step and does not count.
    """
    day = directive.issued_on or date.min
    for entry in directive.log:
        if (
            entry.at is not None
            and _is_issue(entry)
            and 0 <= (entry.at.astimezone(LOCAL).date() - day).days <= 1
        ):
            return entry.at
    return datetime.combine(day, time(), LOCAL)


def _is_issue(entry: LogEntry) -> bool:
    return re.search(r"\b(?:ban|phat) hanh\b", fold(entry.action)) is not None


class _Work:
    """One pass over the rows of one directive; equal cells are read once."""

    def __init__(
        self,
        directive: DirectiveRecord,
        issued: date,
        directory: UnitDirectory,
        rules: AssignRules,
        site: str,
        profile: str,
        version: str,
    ) -> None:
        self.tasks: list[TaskAssigned] = []
        self.returned: list[ReturnedRow] = []
        self.dropped: list[DroppedRow] = []
        self.noted: list[ReturnedRow] = []
        self._directive, self._issued, self._directory, self._rules = directive, issued, directory, rules
        self._site, self._profile, self._version = site, profile, version
        self._keys = KeyMaker(site, directive.remote_id)
        self._moment = issue_moment(directive)
        self._leads: dict[str, _Lead] = {}
        self._deadlines: dict[tuple[str, date | None], tuple[Deadline, Due | None]] = {}

    def take(self, place: Placed) -> None:
        """Put one row where it belongs."""
        row = place.row
        if place.repeats or not row.content:
            self.dropped.append(DroppedRow(origin_of(row), "repeated" if place.repeats else "no_content"))
            return
        deadline, due = self._deadline(row)
        if due is None and self._rules.undated == "exclude" and deadline.confidence == "sure":
            self.dropped.append(DroppedRow(origin_of(row), "undated"))
            return
        lead = self._lead(row.lead)
        problems = self._problems(row, lead, deadline)
        if problems or lead.unit is None:
            self.returned += problems
        else:
            self.tasks.append(self._task(place, lead, lead.unit, deadline, due))

    def _deadline(self, row: RowCells) -> tuple[Deadline, Due | None]:
        cell = (row.deadline, row.deadline_value)
        known = self._deadlines.get(cell)
        if known is None:
            read = read_deadline(
                row.deadline,
                issued=self._issued,
                native=row.deadline_value,
                before_date=self._rules.before_date,
            )
            due = Due(read.due, read.at) if read.due is not None and read.confidence == "sure" else None
            known = self._deadlines[cell] = (read, due)
        return known

    def _lead(self, cell: str) -> _Lead:
        known = self._leads.get(cell)
        if known is None:
            known = self._leads[cell] = _read_lead(cell, self._directory, self._issued)
        return known

    def _problems(self, row: RowCells, lead: _Lead, deadline: Deadline) -> list[ReturnedRow]:
        """Everything that keeps a row from being a task, so that one correction is enough."""
        found: list[ReturnedRow] = []
        if lead.unit is None:
            empty = lead.reading.kind == "none"
            found.append(returns.no_lead(row) if empty else returns.bad_lead(row, lead.reading))
        if deadline.confidence == "asks":
            found.append(returns.unclear_deadline(row, deadline))
        elif deadline.due is None and self._rules.undated != "track" and deadline.kind not in PERIODIC:
            found.append(returns.undated(row, deadline))
        return found

    def _task(
        self, place: Placed, lead: _Lead, unit: UnitEntry, deadline: Deadline, due: Due | None
    ) -> TaskAssigned:
        row, directive = place.row, self._directive
        if lead.by_title:
            self.noted.append(returns.lead_by_title(row, unit.name))
        coordinators = self._coordinators(row, lead, unit) if row.coordinators or lead.others else ()
        return TaskAssigned(
            task=self._keys.key(place.identity),
            key="row",
            occurred_at=self._moment,
            site=self._site,
            directive=directive.remote_id,
            number=directive.number,
            subject=directive.subject,
            issued_on=self._issued,
            content=row.content,
            lead=unit.unit_id,
            lead_name=unit.name,
            profile=self._profile,
            profile_version=self._version,
            coordinators=coordinators,
            due=due,
            deadline_kind=deadline.kind,
            deadline_phrase=row.deadline,
            product=row.product,
            officer=row.officer,
            origin=origin_of(row),
        )

    def _coordinators(self, row: RowCells, lead: _Lead, unit: UnitEntry) -> tuple[str, ...]:
        """Ids of the coordinating units known beyond doubt; an open group has none and needs no note."""
        found: dict[str, None] = {}
        for text in (lead.others, row.coordinators):
            reading = self._directory.resolve(text, self._issued)
            found |= dict.fromkeys(entry.unit_id for entry in reading.certain)
            if reading.confidence == "asks":
                self.noted.append(returns.unknown_coordinators(row, text, reading))
        found.pop(unit.unit_id, None)
        return tuple(found)


def _read_lead(cell: str, directory: UnitDirectory, issued: date) -> _Lead:
    """One unit, a title that stands for one unit, or one unit followed by those it works with."""
    reading = directory.resolve(cell, issued)
    if reading.confidence == "sure" and len(reading.units) == 1 and reading.kind in {"single", "person"}:
        return _Lead(reading.units[0], reading, by_title=reading.kind == "person")
    if match := _LEADS_WITH.fullmatch(nfc(cell).strip()):
        first = directory.resolve(match["lead"], issued)
        if first.confidence == "sure" and first.kind == "single" and len(first.units) == 1:
            return _Lead(first.units[0], first, others=match["others"].strip(" .;,"))
    return _Lead(None, reading)
