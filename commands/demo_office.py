"""The story beside a document system: people work there, time passes, somebody edits a work item by hand."""

from __future__ import annotations

from commands.demo_steps import Stage, first_passes, last_pass, pass_after, time_moves
from commands.demo_world import ask, robots
from store.places import Places
from sync.flow import run_reconcile


def play_office(stage: Stage) -> None:
    """The whole main job over iOffice's REST or its web service."""
    first_passes(stage)
    acted = robots(stage.url, "first-days")
    stage.told.step("People act in the document system", **acted)
    pass_after(stage)
    time_moves(stage)
    _hand_edit(stage)
    last_pass(stage)


def _hand_edit(stage: Stage) -> None:
    """Somebody edits a work item where nobody looks: no notice, no history."""
    with stage.store.read() as places:
        find = places.tasks.find
        (row, *_) = [
            row for family in ("working", "waiting") for row in find(stage.site.name, family=family, limit=1)
        ]
        item = places.workitems.by_task([row.key])[row.key]
        written = _last_state(places, stage.site.name, row.key)
    ask(stage.url, "quiet", {"job_id": item.job_id, "field": "status", "value": "4"})
    found = run_reconcile(stage.site)
    with stage.store.read() as places:
        healed = int(_last_state(places, stage.site.name, row.key) != written)
    stage.told.answer |= {"drift_found": found.decided.drift, "drift_healed": healed}
    stage.told.step("Hand edit found by reconcile", drift_found=found.decided.drift, drift_healed=healed)


def _last_state(places: Places, site: str, task: str) -> int | None:
    """The number of the newest write of this task's state; time may turn other tasks meanwhile."""
    lane = f"task:{task}"
    newest = places.outbox.last_confirmed(site, [lane], "set_status").get(lane)
    return newest.id if newest else None
