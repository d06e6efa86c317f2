"""A later version of a directive's table, as events of the tasks that are tracked already.

A changed row becomes a correction or a new lead, never a second task; a row that is gone
is held for a person, because a drafter's slip and a dropped task look the same on paper.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC

import orjson

from connector.records import DirectiveRecord, JobRecord, Kind, RawRecord
from errors import SkipRecord
from mappings.amendment import Amendment, Tracked, amended
from mappings.assignment import Assignment
from store.entries import Entry, StoredEntry
from store.inbox import Envelope
from store.places import Places
from sync.brakes import Brake
from sync.holding import lift, place, released
from sync.map_job import lead_line
from sync.site import Site
from tracking.events import (
    DirectiveRecalled,
    DirectiveReplaced,
    Event,
    TaskAssigned,
    TaskCorrected,
    TaskEnded,
    TaskMerged,
    TaskReassigned,
    TaskReopened,
    TaskSplit,
    UnitSucceeded,
)

#: What stands in the ledger about rows that a table has lost, and about all of them having come back.
ROWS_GONE, ROWS_BACK = "rows_gone", "rows_back"
ENDS = (DirectiveRecalled, DirectiveReplaced, TaskEnded, TaskMerged, TaskSplit)


def changes(
    assignment: Assignment, histories: Mapping[str, Sequence[Event]], envelope: Envelope
) -> tuple[list[Event], Amendment]:
    """The events that this version brings, and how its rows were matched with the tasks there are."""
    if not histories:
        return list(assignment.tasks), Amendment(new=assignment.tasks)
    shown = {key: _as_shown(history) for key, history in histories.items()}
    tracked = [Tracked(key, one.content, one.lead, one.ended) for key, one in shown.items() if one]
    found = amended(tracked, assignment)
    events: list[Event] = list(found.new)
    for key, row in found.same:
        if one := shown[key]:
            events += _differences(key, row, one, envelope)
    return events, found


@dataclass(slots=True)
class _Shown:
    """What the latest version of the table said, whatever extensions came after."""

    lead: str
    coordinators: tuple[str, ...]
    content: str
    due: object
    product: str
    ended: bool = False


def _as_shown(history: Sequence[Event]) -> _Shown | None:
    first = next((event for event in history if isinstance(event, TaskAssigned)), None)
    if first is None:
        return None
    shown = _Shown(first.lead, first.coordinators, first.content, first.due, first.product)
    for event in history:
        if isinstance(event, ENDS):
            shown.ended = True
        elif isinstance(event, TaskReopened):
            shown.ended = False
        elif isinstance(event, UnitSucceeded):
            shown.lead = event.successor if shown.lead == event.unit else shown.lead
            renamed = (event.successor if unit == event.unit else unit for unit in shown.coordinators)
            shown.coordinators = tuple(dict.fromkeys(unit for unit in renamed if unit != shown.lead))
        elif isinstance(event, TaskReassigned) and event.key.startswith("version:"):
            shown.lead, shown.coordinators = event.lead, event.coordinators
        elif isinstance(event, TaskCorrected) and event.key.startswith("version:"):
            shown.content = event.content if event.content is not None else shown.content
            # A correction that says nothing of the deadline leaves it alone (and every extension of it).
            shown.due = event.due if event.deadline_phrase is not None else shown.due
            shown.product = event.product if event.product is not None else shown.product
    return shown


def _differences(task: str, row: TaskAssigned, shown: _Shown, envelope: Envelope) -> Iterator[Event]:
    # A version may come back after another one: when it was shown belongs to the observation.
    key = f"version:{envelope.version[:16]}:{envelope.seen_at.astimezone(UTC).isoformat()}"
    if (row.lead, row.coordinators) != (shown.lead, shown.coordinators):
        yield TaskReassigned(
            task=task,
            key=f"{key}:lead",
            occurred_at=envelope.seen_at,
            lead=row.lead,
            lead_name=row.lead_name,
            coordinators=row.coordinators,
            text="bảng phân công thay đổi",
        )
    if (row.content, row.due, row.product) != (shown.content, shown.due, shown.product):
        yield TaskCorrected(
            task=task,
            key=f"{key}:row",
            occurred_at=envelope.seen_at,
            content=row.content,
            due=row.due if row.due != shown.due else None,
            deadline_phrase=row.deadline_phrase if row.due != shown.due else None,
            product=row.product,
            text="bảng phân công thay đổi",
        )


def hold_reassigned(site: Site, places: Places, events: Sequence[TaskReassigned]) -> None:
    """A work item that another unit already has is given over by a person: taking it away is theirs to do.

    Nothing is left to do once the table names the unit again with which the work item was last seen.
    """
    items = places.workitems.by_task([event.task for event in events])
    rows = places.tasks.get(list(items))
    seen = _lies_with(site, places, {task: item.job_id for task, item in items.items()})
    for event in events:
        if event.task not in items:
            continue
        if seen.get(event.task) == event.lead:
            lift(site, places, [f"task:{event.task}"])
        elif rows[event.task].lead != event.lead:
            hold_given(site, places, event.task, event.lead_name, items[event.task].job_id)


def _lies_with(site: Site, places: Places, jobs: Mapping[str, str]) -> dict[str, str]:
    """The unit that each task's work item showed when it was last read; until then the one it was given to."""
    created = places.outbox.last_confirmed(site.name, [f"task:{task}" for task in jobs], "create_job")
    found: dict[str, str] = {one.task: orjson.loads(one.body)["lead"] for one in created.values()}
    read = places.inbox.latest(site.name, Kind.JOB.value, list(jobs.values()))
    for task, job in jobs.items():
        if (envelope := read.get(job)) is not None:
            with suppress(SkipRecord):
                record = site.connector.decode(RawRecord(Kind.JOB, job, envelope.body, envelope.version))
                line = lead_line(record) if isinstance(record, JobRecord) else None
                found[task] = line.unit_id if line else ""
    return found


def hold_given(site: Site, places: Places, task: str, lead_name: str, job_id: str) -> None:
    """The table names a unit, and another one has the work item."""
    place(
        site,
        places,
        Brake(
            scope=f"task:{task}",
            reason=f"Bảng phân công mới giao nhiệm vụ {task} cho {lead_name}, trong khi công việc "
            f"{job_id} đang giao cho đơn vị khác.",
            safe="Sổ theo dõi đã ghi đơn vị mới; công việc cũ giữ nguyên.",
            cost="Đơn vị mới chưa thấy nhiệm vụ trong hệ thống văn bản; hạn xử lý vẫn chạy.",
            releaser="Chuyên viên soạn thảo văn bản",
            tasks=[task],
        ),
    )


def hold_gone(site: Site, places: Places, record: DirectiveRecord, gone: Sequence[str]) -> None:
    """Rows that no version shows any more stay tracked until a person says that they are dropped.

    A person who released it has answered for these very rows; once they are back, they may be lost anew.
    """
    scope = f"directive:{record.remote_id}"
    last = _last_asked(site, places, scope)
    if not gone:
        if last is not None and last.kind == ROWS_GONE:
            _note(site, places, scope, last, ROWS_BACK)
        places.holds.release(site.name, scope, site.now(), "bảng phân công mới có lại các dòng này")
        return
    if _answered(site, places, scope, last, gone):
        return
    place(
        site,
        places,
        Brake(
            scope=scope,
            reason=f"{len(gone)} dòng không còn trong bảng phân công mới của {record.number}: {', '.join(gone)}.",
            safe="Nhiệm vụ vẫn được theo dõi như trước.",
            cost="Nếu dòng đã bị bỏ thật, đơn vị vẫn thấy nhiệm vụ cho đến khi được xác nhận.",
            releaser="Chuyên viên soạn thảo văn bản",
            tasks=gone,
        ),
    )


def _answered(site: Site, places: Places, scope: str, last: StoredEntry | None, gone: Sequence[str]) -> bool:
    """Whether a person has let go all of these rows; what is asked, or answered in part, is noted."""
    body = orjson.loads(last.body) if last is not None and last.kind == ROWS_GONE else {"tasks": []}
    answered = (
        last is not None
        and set(gone) <= set(body["tasks"])
        and (body["answered"] or released(places, site.name, scope, last.key))
    )
    if set(gone) != set(body["tasks"]):
        _note(site, places, scope, last, ROWS_GONE, tasks=sorted(gone), answered=answered)
    return answered


def _last_asked(site: Site, places: Places, scope: str) -> StoredEntry | None:
    told = [one for one in places.ledger.history([scope])[scope] if one.site == site.name]
    return next((one for one in reversed(told) if one.kind in {ROWS_GONE, ROWS_BACK}), None)


def _note(
    site: Site, places: Places, scope: str, last: StoredEntry | None, kind: str, **body: object
) -> None:
    now, key = site.now(), f"{kind}:{last.seq if last else 0}"
    places.ledger.append([Entry(site.name, scope, kind, key, now, body=orjson.dumps(body))], now)
