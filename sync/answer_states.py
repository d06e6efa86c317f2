"""Where no work item can be given, an agency's own tasks are reported to whoever issued the directive.

Over the axis a state goes back as a status of the document that came. One packet may give an
agency several tasks, so each status says which one it is about; of two for the same task the
newer counts. Tasks that other agencies lead are theirs to report.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

import orjson

from connector.port import Capability
from mappings.words import reported_task
from store.outbox import Intent
from store.places import Places
from sync.site import Site
from tracking.status import Family, Verdict
from tracking.task import Task

KIND = "answer_state"


def told_before(site: Site, places: Places, lanes: Sequence[str]) -> Mapping[str, str] | None:
    """The state that the issuer was last told in each lane; None at a site that gives work items."""
    can = site.connector.capabilities
    if Capability.CREATES_TASKS in can or Capability.WRITES_STATUS not in can:
        return None
    told = places.outbox.last_confirmed(site.name, lanes, KIND)
    return {lane: orjson.loads(intent.body)["text"] for lane, intent in told.items()}


def state_to_tell(
    site: Site,
    places: Places,
    task: Task,
    verdict: Verdict,
    told: Mapping[str, str],
    waiting: Sequence[Intent],
) -> Iterator[Intent]:
    """The report that is owed now, if any; in the caller's transaction. What ended needs no report any more."""
    lane = f"task:{task.key}"
    pending = [one for one in waiting if one.kind == KIND]
    own = task.lead.casefold() == site.connector.own_user.casefold()
    wanted = verdict.shown if own and verdict.family is not Family.ENDED else ""
    if not wanted or wanted == told.get(lane, ""):
        if any(one.state == "pending" for one in pending):
            places.outbox.supersede(site.name, lane, KIND, "")
        return
    body = orjson.dumps({"job_id": task.directive, "text": wanted, "reason": reported_task(task)})
    if any(one.body == body for one in pending):
        return
    turn = hashlib.sha256(f"{told.get(lane, '')}\0{len(pending)}\0".encode() + body).hexdigest()[:12]
    effect = f"{site.name}:{task.key}:{KIND}:{site.now().isoformat()}:{turn}"
    places.outbox.supersede(site.name, lane, KIND, effect)
    yield Intent(site.name, lane, KIND, effect, body, task=task.key, created_at=site.now())
