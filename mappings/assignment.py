"""Rows of an issued directive made into tasks: one concrete job, one lead unit (LC-04).

What cannot become a task without guessing goes back to its drafter with a sentence
(`returned`); what the regulation leaves out is counted (`dropped`, DT-03); what is only
worth a word is `noted` beside the task it belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Final, Literal
from zoneinfo import ZoneInfo

from connector.records import DirectiveRecord, LogEntry
from frozen import quickly_made
from mappings import assignment_returns as returns
from mappings.asked_for import asks_of
from mappings.assignment_leads import LeadReading, RowUnits, read_units
from mappings.assignment_returns import DroppedRow, ReturnedRow, origin_of
from mappings.assignment_rows import KeyMaker, Placed, RowCells, placed
from mappings.deadline_working import CountDays, counted_from_issue
from mappings.deadlines import PERIODIC, BeforeDate, Deadline, read_deadline
from mappings.texts import fold
from mappings.units import UnitDirectory, UnitEntry
from tracking.events import Due, TaskAssigned, TaskKind

LOCAL: Final = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class AssignRules:
    """What a regulation says about rows: tasks without a due day, and how "trước ngày X" is read."""

    undated: Literal["track_if_periodic", "exclude", "track"] = "track_if_periodic"
    before_date: BeforeDate = "day_before"
    working_day: CountDays | None = None
    """Counts working days; without it a length in working days goes back to the drafter."""
    outside: Callable[[str], bool] | None = None
    """Whether a unit of this name never gets a task (DN-06)."""
    joint_leads: bool = False
    """Whether several units may be named side by side in the lead cell (HC-01): the first one leads."""
    kind: TaskKind = "directive"
    """Given down by the province, or given to it from above (DN-08, DN-09)."""


@dataclass(frozen=True, slots=True)
class UnreadRow:
    """A row that went back to its drafter: the key it has by its place, and what it says."""

    key: str
    content: str


@quickly_made
@dataclass(frozen=True, slots=True)
class Assignment:
    """All rows of one directive, each in exactly one of `tasks`, `returned` and `dropped`."""

    tasks: tuple[TaskAssigned, ...]
    returned: tuple[ReturnedRow, ...]
    dropped: tuple[DroppedRow, ...]
    noted: tuple[ReturnedRow, ...] = ()
    unread: tuple[UnreadRow, ...] = ()
    """The rows behind `returned`, so that a task already tracked is not taken for gone."""


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
    for versions in _by_identity(placed(rows, work.lead_id)):
        work.take(versions)
    return Assignment(
        tuple(work.tasks), tuple(work.returned), tuple(work.dropped), tuple(work.noted), tuple(work.unread)
    )


def _by_identity(places: Sequence[Placed]) -> Iterable[list[Placed]]:
    """Versions of each row together, rows in their order."""
    versions: dict[str, list[Placed]] = {}
    for place in places:
        versions.setdefault(place.identity, []).append(place)
    return versions.values()


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
    return _midnight(day)


@lru_cache(maxsize=1024)
def _midnight(day: date) -> datetime:
    """00:00 of the day in Hà Nội, in UTC; at the edge of the calendar in its own zone, and refused there."""
    return _in_utc(datetime.combine(day, time(), LOCAL))


def _in_utc(moment: datetime) -> datetime:
    """The same instant as events are written down; one at the edge of the calendar stays, and is refused there."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return moment


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
        self.unread: list[UnreadRow] = []
        self._directive, self._issued, self._directory, self._rules = directive, issued, directory, rules
        self._site, self._profile, self._version = site, profile, version
        self._keys = KeyMaker(site, directive.remote_id)
        self._moment = _in_utc(issue_moment(directive))
        self._deadlines: dict[tuple[str, date | None], tuple[Deadline, Due | None]] = {}

    def take(self, versions: Sequence[Placed]) -> None:
        """Put one row where it belongs.

        Of several versions the first that can be a task is taken; when versions that can
        do not agree on lead and due date, none is, and the row goes back.
        """
        if len(versions) == 1:
            self._keep(versions[0], self._outcome(versions[0]))
            return
        outcomes = [self._outcome(version) for version in versions]
        made = [outcome for outcome in outcomes if isinstance(outcome, TaskAssigned)]
        if len({(task.lead, task.due) for task in made}) > 1:
            chosen = 0
            self.returned.append(returns.versions_differ([version.row for version in versions]))
            self._unread(versions[0])
        else:
            chosen = next((n for n, outcome in enumerate(outcomes) if isinstance(outcome, TaskAssigned)), 0)
            self._keep(versions[chosen], outcomes[chosen])
        for number, version in enumerate(versions):
            if number != chosen:
                self.dropped.append(DroppedRow(origin_of(version.row), "repeated"))

    def _outcome(self, place: Placed) -> TaskAssigned | DroppedRow | list[ReturnedRow]:
        """What one version of a row comes to by itself."""
        row = place.row
        if not row.content:
            return DroppedRow(origin_of(row), "no_content")
        deadline, due = self._deadline(row)
        if (
            due is None
            and not row.doubts
            and self._rules.undated == "exclude"
            and deadline.confidence == "sure"
        ):
            return DroppedRow(origin_of(row), "undated")
        units = self._units(row)
        unit = units.lead.unit
        if unit is None or due is None or row.doubts or self._rules.outside is not None:
            problems = self._problems(row, units.lead, deadline)
            if problems or unit is None:
                return problems
        return self._task(place, units, unit, deadline, due)

    def _keep(self, place: Placed, outcome: TaskAssigned | DroppedRow | list[ReturnedRow]) -> None:
        if isinstance(outcome, TaskAssigned):
            self.tasks.append(outcome)
            units = self._units(place.row)
            if not units.plain:
                self.noted += _notes(place.row, units)
        elif isinstance(outcome, DroppedRow):
            self.dropped.append(outcome)
        else:
            self.returned += outcome
            self._unread(place)

    def _unread(self, place: Placed) -> None:
        self.unread.append(UnreadRow(self._keys.key(place.identity), place.row.content))

    def lead_id(self, cell: str) -> str:
        """The id of the unit a lead cell names, or the cell itself folded."""
        cells = (cell, "", self._rules.joint_leads)
        unit = self._directory.recall(read_units, cells, self._issued).lead.unit
        return unit.unit_id if unit is not None else fold(cell)

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
            if self._rules.working_day is not None and read.kind == "relative_working_days":
                read = counted_from_issue(read, self._issued, self._rules.working_day)
            once = read.once
            due = Due(once, read.at) if once is not None else None
            known = self._deadlines[cell] = (read, due)
        return known

    def _units(self, row: RowCells) -> RowUnits:
        cells = (row.lead, row.coordinators, self._rules.joint_leads)
        return self._directory.recall(read_units, cells, self._issued)

    def _problems(self, row: RowCells, lead: LeadReading, deadline: Deadline) -> list[ReturnedRow]:
        """Everything that keeps a row from being a task, so that one correction is enough."""
        found: list[ReturnedRow] = []
        if lead.unit is None:
            empty = lead.reading.kind == "none"
            found.append(returns.no_lead(row) if empty else returns.bad_lead(row, lead.reading))
        elif self._rules.outside is not None and self._rules.outside(lead.unit.name):
            found.append(returns.outside_lead(row, lead.unit.name))
        doubt = next((one for one in row.doubts if one.role == "deadline"), None) if row.doubts else None
        if doubt is not None:
            found.append(returns.doubtful_deadline(row, doubt.text, doubt.sentence, doubt.remedy))
        elif deadline.confidence == "asks":
            found.append(returns.unclear_deadline(row, deadline))
        elif deadline.due is None and self._rules.undated != "track" and deadline.kind not in PERIODIC:
            found.append(returns.undated(row, deadline))
        return found

    def _task(
        self, place: Placed, units: RowUnits, unit: UnitEntry, deadline: Deadline, due: Due | None
    ) -> TaskAssigned:
        row, directive = place.row, self._directive
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
            coordinators=units.coordinators,
            due=due,
            deadline_kind=deadline.kind,
            deadline_phrase=row.deadline,
            product=row.product,
            officer=row.officer,
            origin=origin_of(row),
            kind=self._rules.kind,
            asks=asks_of(row.content, row.product, dated=due is not None),
        )


def _notes(row: RowCells, units: RowUnits) -> list[ReturnedRow]:
    """What is worth a word about a row that became a task."""
    lead = units.lead
    notes = [returns.lead_by_title(row, lead.unit.name)] if lead.by_title and lead.unit else []
    if lead.joint and lead.unit is not None:
        notes.append(returns.joint_lead(row, lead.unit.name))
    notes += [returns.unknown_coordinators(row, text, reading) for text, reading in units.doubtful]
    return notes
