"""Why has this not moved? One answer about a task, a directive, a unit or a site, from the places alone.

The causes stand in the order in which they must be removed: first what stops everything
(nobody works, nobody is let in, nothing was read), then what stops this one thing, and
last, when nothing is wrong, whom it waits for and until when. Of classified documents
only their number is told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from connector.records import Kind
from mappings.texts import fold
from store.directory import UnitRow
from store.tasks import TaskRow
from sync.why_causes import Cause, Look, healthy, no_such_thing
from sync.why_paper import paper_causes
from sync.why_site import site_causes, site_facts
from sync.why_task import task_causes, task_facts

#: So many tasks of a directive or unit are looked at one by one.
MOST_TASKS = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """`sentence` (Vietnamese) and `english` tell the first cause; `causes` holds all, `facts` the figures."""

    subject: str
    about: str
    sentence: str
    english: str
    causes: tuple[Cause, ...]
    facts: dict[str, Any] = field(default_factory=dict)


def why(look: Look, name: str) -> Answer:
    """The answer about what `name` names: a tracking code, a directive's id or number, a unit, or the site."""
    task = look.places.tasks.get([name]).get(name)
    if task is not None and task.site == look.site:
        return _answer(name, "task", [*site_causes(look), *task_causes(look, task)], task_facts(look, task))
    if name == look.site:
        return _answer(name, "site", site_causes(look, whole=True), site_facts(look))
    directive, tasks = _directive(look, name)
    if directive:
        return _of_directive(look, name, directive, tasks)
    unit = _unit(look, name)
    if unit is not None:
        return _of_unit(look, unit)
    return _answer(name, "unknown", [no_such_thing(look, name), *site_causes(look)], site_facts(look))


def _answer(subject: str, about: str, causes: list[Cause], facts: dict[str, Any]) -> Answer:
    found = causes or [healthy(subject)]
    first = found[0]
    return Answer(
        subject, about, f"{first.vi} {first.do_vi}", f"{first.en} {first.do_en}", tuple(found), facts
    )


def _directive(look: Look, name: str) -> tuple[str, list[TaskRow]]:
    """The id of a directive by id or number, with its tasks; "" when none is known by that name."""
    tasks = look.places.tasks.find(look.site, directive=name)
    if tasks or look.places.inbox.latest(look.site, Kind.DOCUMENT.value, [name]):
        return name, tasks
    numbered = [row for row in look.places.tasks.find(look.site) if fold(row.number) == fold(name)]
    return (numbered[0].directive, numbered) if numbered else ("", [])


def _of_directive(look: Look, name: str, directive: str, tasks: list[TaskRow]) -> Answer:
    causes = [*site_causes(look), *paper_causes(look, directive, has_tasks=bool(tasks))]
    causes += _first_of_each(look, tasks)
    facts = {"directive": directive, "tasks": len(tasks), "states": _states(tasks)}
    return _answer(name, "directive", causes, facts)


def _unit(look: Look, name: str) -> UnitRow | None:
    """The one unit with this id or name; of several with a part of it, none."""
    units = look.places.directory.units(look.site)
    exact = [unit for unit in units if unit.unit_id == name or fold(unit.name) == fold(name)]
    found = exact or [unit for unit in units if fold(name) in fold(unit.name)]
    return found[0] if len(found) == 1 else None


def _of_unit(look: Look, unit: UnitRow) -> Answer:
    tasks = look.places.tasks.find(look.site, lead=unit.unit_id)
    open_tasks = [row for row in tasks if not row.closed]
    scopes = (f"unit:{unit.unit_id}",)
    causes = [*site_causes(look), *look.held_under(*scopes), *_first_of_each(look, open_tasks)]
    facts = {"unit": unit.name, "tasks": len(tasks), "open": len(open_tasks), "states": _states(tasks)}
    return _answer(unit.name, "unit", causes, facts)


def _first_of_each(look: Look, tasks: list[TaskRow]) -> list[Cause]:
    """The first cause of each task, told once for all tasks that have the same one."""
    told: dict[str, tuple[Cause, list[str]]] = {}
    for row in tasks[:MOST_TASKS]:
        found = task_causes(look, row)
        if found:
            told.setdefault(found[0].code, (found[0], []))[1].append(row.key)
    return [cause.shared_by(keys) for cause, keys in sorted(told.values(), key=lambda one: one[0].rank)]


def _states(tasks: list[TaskRow]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for row in tasks:
        counted[row.text] = counted.get(row.text, 0) + 1
    return counted
