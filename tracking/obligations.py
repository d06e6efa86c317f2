"""What every party owes around a task, each with its own clock: opened, due, met, missed by how much.

The unit owes updates and, once late, an explanation; a coordinator its answer; the
reviewer a decision; the Office its entering and its answers. Each clock comes from
the profile, so a limit that a regulation does not set gives no obligation. Nothing
here changes a state.
"""

from __future__ import annotations

from datetime import datetime

from tracking.calendar import WorkingCalendar
from tracking.obligations_office import entering, extension_answers, opinions, petition_answers, reviews
from tracking.obligations_owed import Around, Kind, Obligation, around
from tracking.obligations_recurring import recurring_updates
from tracking.obligations_unit import coordinations, explanations, first_updates
from tracking.profile import Profile
from tracking.task import Task

__all__ = ["Kind", "Obligation", "obligations", "obligations_around"]


def obligations(
    task: Task,
    profile: Profile,
    calendar: WorkingCalendar,
    as_of: datetime,
    *,
    entered_at: datetime | None = None,
) -> tuple[Obligation, ...]:
    """What is and was owed around `task`, in the order in which it was opened.

    `as_of` (aware) is not earlier than the task's events. `entered_at` is when a row
    that waited for a person became a task; without it a row counts as entered with its
    issue. A task that the regulation keeps out owes nothing to anybody.
    """
    return obligations_around(around(task, profile, calendar, as_of), entered_at)


def obligations_around(seen: Around, entered_at: datetime | None = None) -> tuple[Obligation, ...]:
    """As `obligations`, with the course of the task already read."""
    if seen.task.kind == "petition":
        found = [*petition_answers(seen)]
    elif seen.task.due is None and seen.profile.undated_tasks.policy == "exclude":
        found = []
    else:
        found = [
            *entering(seen, entered_at),
            *first_updates(seen),
            *recurring_updates(seen),
            *reviews(seen),
            *extension_answers(seen),
            *coordinations(seen),
            *explanations(seen),
            *opinions(seen),
        ]
    return tuple(sorted(found, key=lambda one: (one.opened_at, one.kind)))
