"""Differences that stand between both sides, item by item, with their age and their owner.

Only work items whose last shown values differ from the last written ones are folded and
compared: the rest agree by definition. Both values of a conflict are kept here and in the
ledger, whatever is written afterwards (F45).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from store.breaks import Break
from store.places import Places
from store.workitems import WorkItem
from sync.brakes import FEW_EDITS, drifted, too_many
from sync.decide_to_outbox import decision_time, wanted
from sync.judged_apart import NOT_OF_A_TASK
from sync.judging import instant_for
from sync.map_job import content_digest
from sync.plan import Action, Difference, differences
from sync.sealed_plans import allowed, withdraw
from sync.site import Site
from tracking.folding import fold
from tracking.status import derive
from tracking.task import Task

BATCH = 500
#: More keys than this are not looked at in a pass; the nightly comparison looks at all.
MOST_DUE = 5_000


@dataclass(frozen=True, slots=True)
class Standing:
    """One difference of one task, which unit `lead` answers for."""

    task: str
    lead: str
    difference: Difference


def standing(site: Site, places: Places, items: Iterable[WorkItem]) -> list[Standing]:
    """What differs between both sides for these work items, as of the time decisions are made."""
    changed = [item for item in items if item.job_id and _moved(item)]
    found: list[Standing] = []
    for start in range(0, len(changed), BATCH):
        found += _compared(site, places, changed[start : start + BATCH])
    return found


def brake_drift(site: Site, *, everything: bool = False) -> None:
    """Hold units in which too many values were changed without an event, before they are written back.

    In a pass only tasks that wait to be decided are looked at; when they are too many, all are.
    """
    with site.store.read() as places:
        found = _drifting(site, places, everything=everything)
        too = {unit: ones for unit, ones in found.items() if _too_many(places, site.name, unit, ones)}
        held = _drift_holds(places, site.name) if everything else set[str]()
    if too and not everything:
        brake_drift(site, everything=True)
        return
    for unit, ones in too.items():
        _hold_drift(site, unit, ones)
    for unit in held - too.keys():
        with site.store.begin() as places:
            withdraw(site, places, f"unit:{unit}:drift")


def record_breaks(site: Site, gone: Collection[Break]) -> list[Break]:
    """Put down what stands now, with what is `gone`; gives all of it. One seen before keeps its age."""
    now = site.now()
    with site.store.begin() as places:
        found = [
            Break(
                site=site.name,
                item=one.task,
                field=one.difference.field,
                owner=one.difference.owner.value,
                base=one.difference.base,
                theirs=one.difference.theirs,
                ours=one.difference.ours,
                since=now,
                seen_at=now,
            )
            for one in standing(site, places, places.workitems.all_jobs(site.name))
        ]
        places.breaks.replace(site.name, [*found, *gone])
        return places.breaks.of(site.name)


def break_list(places: Places, site: str, now: datetime) -> list[dict[str, Any]]:
    """Every break with its age in hours, the oldest first, as `tdcd breaks` prints it."""
    return [
        {
            "item": one.item,
            "field": one.field,
            "owner": one.owner,
            "agreed": one.base,
            "document_system": one.theirs,
            "tracker": one.ours,
            "hours": round((now - one.since).total_seconds() / 3600, 1),
        }
        for one in places.breaks.of(site)
    ]


def _moved(item: WorkItem) -> bool:
    return any(item.seen.get(field, value) != value for field, value in item.written.items())


def _compared(site: Site, places: Places, items: Collection[WorkItem]) -> Iterator[Standing]:
    histories = places.ledger.events([item.task for item in items])
    as_of = decision_time(site, places)
    for item in items:
        try:
            found = _of_item(site, places, item, fold(histories[item.task]), as_of)
        except NOT_OF_A_TASK:
            raise
        except Exception:  # noqa: BLE001, S112 - deciding it holds it, and tells why
            continue
        yield from found


def _of_item(site: Site, places: Places, item: WorkItem, task: Task, as_of: datetime) -> list[Standing]:
    verdict = derive(task, site.profile_of(task), site.calendar, instant_for(task, as_of))
    values = wanted(site, task, verdict, places)
    ours = {**values, "content": content_digest(values["content"])}
    ours = {field: value for field, value in ours.items() if value or field != "state"}
    explained = frozenset({"state"}) if item.seen.get("explained") else frozenset[str]()
    found = differences(item.written, item.seen, ours, explained=explained)
    return [Standing(item.task, task.lead, difference) for difference in found]


def _drifting(site: Site, places: Places, *, everything: bool) -> dict[str, list[Standing]]:
    """What would be healed, by the unit that leads."""
    if everything:
        items: Iterable[WorkItem] = places.workitems.all_jobs(site.name)
    else:
        keys = places.tasks.take_due(site.name, decision_time(site, places), MOST_DUE)
        items = places.workitems.by_task(keys).values()
    found: dict[str, list[Standing]] = {}
    for one in standing(site, places, items):
        if one.difference.action is Action.HEAL:
            found.setdefault(one.lead, []).append(one)
    return found


def _too_many(places: Places, site: str, unit: str, found: Collection[Standing]) -> bool:
    tasks = {one.task for one in found}
    if len(tasks) <= FEW_EDITS:
        return False
    return too_many(len(tasks), len(places.tasks.find(site, lead=unit)))


def _drift_holds(places: Places, site: str) -> set[str]:
    scopes = (hold.scope.split(":") for hold in places.holds.open(site))
    return {parts[1] for parts in scopes if parts[0] == "unit" and parts[-1] == "drift"}


def _hold_drift(site: Site, unit: str, found: Collection[Standing]) -> None:
    values = [
        (one.task, one.difference.field, one.difference.base, one.difference.theirs, one.difference.ours)
        for one in found
    ]
    with site.store.begin() as places:
        entry = site.directory(places).units.entry(unit)
        allowed(site, places, drifted(unit, entry.name if entry else unit, values))
