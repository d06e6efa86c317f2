"""What a table would become, shown without a directive or a ledger: for the dry-run tools only.

Rows are judged as `mappings/assignment.py` judges them, except that the unit list and the
regulation may be unknown here. Without a unit list names stay as they were written;
without a regulation no row goes back for its deadline, because only a regulation says
which deadlines it wants.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from mappings import assignment_returns as returns
from mappings.assignment_returns import ReturnedRow
from mappings.deadline_result import Deadline, deadline_answer
from mappings.deadlines import PERIODIC
from mappings.lint import NO_LOAD, Finding, KnownAsk, lint_read
from mappings.lint_rows import RowRead, read_by
from mappings.lint_time import Days
from mappings.tables import TableRow
from mappings.texts import collapse
from mappings.units import UnitDirectory
from tracking.calendar import WorkingCalendar
from tracking.profile import Profile


@dataclass(slots=True)
class Preview:
    """Plain values, ready to be printed: one mapping a row, in exactly one of the three lists.

    `tasks` would be tracked, `returned` go back to the drafter, `dropped` are left out by
    the regulation and only counted (DT-03).
    """

    tasks: list[dict[str, Any]] = field(default_factory=list)
    returned: list[dict[str, Any]] = field(default_factory=list)
    dropped: list[dict[str, Any]] = field(default_factory=list)


def preview(
    rows: Sequence[TableRow],
    *,
    directory: UnitDirectory | None,
    issued: date | None,
    profile: Profile | None = None,
    calendar: WorkingCalendar | None = None,
    load: Mapping[tuple[str, date], int] = NO_LOAD,
    others: Sequence[KnownAsk] = (),
) -> Preview:
    """The tasks of `rows` with the reading of every deadline, every name and every finding of the check.

    Without `calendar` only the law's own days off are known.
    """
    days = Days(calendar or WorkingCalendar(), profile, issued)
    reads = read_by(rows, profile=profile, calendar=days.calendar, directory=directory, issued=issued)
    found = lint_read(reads, days, load=load, others=others)
    made = Preview()
    for read, findings in zip(reads, found, strict=True):
        _place(made, read, findings, profile)
    return made


def _place(made: Preview, read: RowRead, findings: Sequence[Finding], profile: Profile | None) -> None:
    """Put one row where it belongs, with what is found about it."""
    answer = _row(read, findings)
    if reason := _left_out(read, profile):
        made.dropped.append({"row": read.row.row, "reason": reason, **answer})
    elif problems := _problems(read, profile):
        made.returned.append(_returned(read, problems, answer))
    else:
        made.tasks.append(answer)


def _row(read: RowRead, findings: Sequence[Finding]) -> dict[str, Any]:
    row = read.row
    return {
        "content": row.content,
        "lead": _lead(read),
        "lead_raw": row.lead,
        "leads": [unit.name for unit in read.leads],
        "coordinators": read.named_helpers,
        "coordinators_raw": row.coordinators,
        "deadline": {
            "raw": read.deadline.phrase,
            "proposed": not row.deadline and bool(read.deadline.phrase),
            **deadline_answer(read.deadline),
        },
        "product": row.product,
        "officer": row.officer,
        "section": row.section,
        "ordinal": row.ordinal,
        "origin": {"file": row.file, "table": row.table, "row": row.row, "cells": list(row.cells)},
        "findings": [finding.as_answer() for finding in findings],
    }


def _lead(read: RowRead) -> str:
    """The lead unit's own name; as it was written where nobody can know better."""
    if read.lead is None:
        return collapse(read.row.lead)
    return read.leads[0].name if read.leads else ""


def _left_out(read: RowRead, profile: Profile | None) -> str:
    """Why the regulation leaves the row out, "" when it does not."""
    if not read.row.content.strip():
        return "Dòng không có nội dung."
    undated = read.deadline.due is None and read.deadline.confidence == "sure"
    if undated and profile is not None and profile.undated == "exclude":
        return f"Không có thời hạn: không theo dõi ({profile.undated_tasks.source})."
    return ""


def _problems(read: RowRead, profile: Profile | None) -> list[ReturnedRow]:
    """Everything that keeps a row from being a task, so that one correction is enough."""
    row, found = read.row, list(_lead_problems(read, profile))
    if profile is None:
        return found
    if read.deadline.confidence == "asks":
        found.append(_unclear(row, read.deadline))
    elif read.deadline.due is None and profile.undated != "track" and read.deadline.kind not in PERIODIC:
        found.append(returns.undated(row, read.deadline))
    return found


def _unclear(row: TableRow, deadline: Deadline) -> ReturnedRow:
    """The sentence of an unclear deadline; a blank cell is not quoted."""
    found = returns.unclear_deadline(row, deadline)
    return found if row.deadline.strip() else replace(found, sentence=found.sentence.replace("“”: ", "", 1))


def _lead_problems(read: RowRead, profile: Profile | None) -> list[ReturnedRow]:
    row, lead = read.row, read.lead
    if not row.lead.strip() or (lead is not None and lead.reading.kind == "none"):
        return [returns.no_lead(row)]
    if lead is None:
        return []
    if lead.unit is None:
        several = profile is not None and profile.leads.policy == "one_or_several" and len(read.leads) > 1
        return [] if several else [returns.bad_lead(row, lead.reading)]
    if profile is not None and profile.outside.holds(lead.unit.name):
        return [returns.outside_lead(row, lead.unit.name)]
    return []


def _returned(read: RowRead, problems: Sequence[ReturnedRow], answer: dict[str, Any]) -> dict[str, Any]:
    row = read.row
    sentences = " ".join(problem.sentence for problem in problems)
    return {
        "row": row.row,
        "reason": sentences,
        "remedy": " ".join(dict.fromkeys(problem.remedy for problem in problems)),
        "problem": problems[0].problem,
        "problems": [problem.problem for problem in problems],
        "place": f"{row.file} · {row.table} · dòng {row.row}",
        "text": row.content,
        "sentence": sentences,
        **answer,
    }
