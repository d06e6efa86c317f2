"""A work item that was deleted in the document system is made once more, for one task, by a named person's order.

By itself nothing is: nobody but a person knows whether it was meant. The order takes the deleted one out of the
comparison and puts the creation into the outbox, in one transaction with who ordered it and why. Its key names which
order it is, and it is looked for by the tracking code before it is sent: a command that is given again, or a work item
that somebody brings back meanwhile, leads to no second one.
"""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from connector.port import Capability
from connector.records import Kind
from errors import ConfigInvalid
from store.ledger import Entry
from store.outbox import Intent
from store.places import Places
from store.workitems import WorkItem
from sync.decide_to_outbox import creation, decision_time, wanted
from sync.holding import lift
from sync.judging import instant_for
from sync.reused_jobs import lost, untie
from sync.site import Site
from tracking.folding import fold
from tracking.status import derive

WHERE = "remake"
ORDERED = "work_item_ordered"


@dataclass(frozen=True, slots=True)
class Remade:
    """What is (or, of a dry run, would be) given; `before`: it was ordered already and waits in the outbox."""

    task: str
    deleted: str
    name: str
    lead: str
    due: str
    before: bool = False


def make_again(site: Site, key: str, *, by: str, reason: str, dry_run: bool) -> Remade:
    """Order the work item of one task once more. A dry run only tells.

    Raises ConfigInvalid when nobody is named or no reason given, the task is unknown or has ended, or its work item
    is not known to be gone; RetryLater when the document system cannot be asked whether it is there.
    """
    if not dry_run and not (by.strip() and reason.strip()):
        raise ConfigInvalid(["say who orders it and why: --by NAME --reason TEXT"], where=WHERE)
    with site.store.read() as places:
        item = _item(site, places, key)
    if item.job_id and site.connector.fetch(Kind.JOB, item.job_id) is not None:
        raise ConfigInvalid([f"the work item {item.job_id} is there: run `tdcd reconcile`"], where=WHERE)
    with site.store.begin() as places:
        if _item(site, places, key) != item:
            raise ConfigInvalid([f"the work item of {key} changed meanwhile: look again"], where=WHERE)
        waits = [one for one in _waiting(places, key) if one.kind == "create_job"]
        if not item.job_id and waits:
            return _told(item, waits[-1], before=True)
        intent = _creation(site, places, key)
        if not dry_run:
            _order(site, places, item, intent, by.strip(), reason.strip())
    return _told(item, intent)


def _item(site: Site, places: Places, key: str) -> WorkItem:
    """The work item that is gone, or whose making waits. Raises ConfigInvalid."""
    row, item = places.tasks.get([key]).get(key), places.workitems.by_task([key]).get(key)
    problem = ""
    if row is None or row.site != site.name:
        problem = f"no task has the code {key} (see `tdcd tasks`)"
    elif Capability.CREATES_TASKS not in site.connector.capabilities:
        problem = "no work item can be made in this document system"
    elif row.closed:
        problem = f"{key} has ended: {row.text}"
    elif item is None or not (item.job_id or _waiting(places, key) or lost(places, key)):
        problem = f"{key} had no work item yet: see `tdcd why {key}`"
    elif item.job_id and not _known_to_be_gone(places, site.name, item):
        problem = f"the work item {item.job_id} is not known to be gone: run `tdcd reconcile` first"
    if problem or item is None:
        raise ConfigInvalid([problem], where=WHERE)
    return item


def _known_to_be_gone(places: Places, site: str, item: WorkItem) -> bool:
    """By a complete listing that was believed: a person is asked about it, or has been."""
    if any(one.scope == f"task:{item.task}:missing" for one in places.holds.open(site)):
        return True
    name = f"job:{item.job_id}"
    return any(one.item == name and one.field == "presence" for one in places.breaks.of(site))


def _waiting(places: Places, key: str) -> list[Intent]:
    lane = f"task:{key}"
    return places.outbox.unfinished([lane]).get(lane, [])


def _creation(site: Site, places: Places, key: str) -> Intent:
    task = fold(places.ledger.events([key])[key])
    verdict = derive(
        task, site.profile_of(task), site.calendar, instant_for(task, decision_time(site, places))
    )
    lead = site.directory(places).acting(task.lead, site.now().date())
    if not lead:
        raise ConfigInvalid([f"no single unit answers for {task.lead_name} today"], where=WHERE)
    orders = sum(entry.kind == ORDERED for entry in places.ledger.history([key])[key])
    # `~0`: as a replay, it is looked for before it is sent.
    effect = f"create:{lead}:again{orders + 1}~0"
    return creation(site, places, task, wanted(site, task, verdict, places), lead, effect)


def _order(site: Site, places: Places, item: WorkItem, intent: Intent, by: str, reason: str) -> None:
    now = site.now()
    untie(places, item)
    places.outbox.add([intent])
    lift(site, places, [f"task:{item.task}:missing"], by)
    body = orjson.dumps({"by": by, "reason": reason, "deleted": item.job_id, "effect": intent.effect_key})
    entry = Entry(site.name, item.task, ORDERED, f"ordered:{intent.effect_key}", now, by, body)
    places.ledger.append([entry], now)


def _told(item: WorkItem, intent: Intent, *, before: bool = False) -> Remade:
    body = orjson.loads(intent.body)
    return Remade(item.task, item.job_id, body["name"], body["lead"], body["due"], before)
