"""A task's events in one fixed order, each observation once.

Documents are read again and again, pages overlap, and two events may carry the same
second: the order must come from the events alone, or two machines would disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter, ge
from typing import Final

from tracking import events as e
from tracking.events import Event

#: Order of events of the same second: what opens comes before what closes, reopening last.
_ORDER: dict[type[Event], int] = {
    kind: place
    for place, kind in enumerate(
        (
            e.TaskAssigned,
            e.OutageNoted,
            e.UnitSucceeded,
            e.DirectiveAmended,
            e.TaskCorrected,
            e.TaskReassigned,
            e.OfficerChanged,
            e.TaskReceived,
            e.TaskResumed,
            e.ProgressReported,
            e.DifficultyReported,
            e.CoordinationAsked,
            e.CoordinationAnswered,
            e.CoordinationComplained,
            e.ComplaintWithdrawn,
            e.ExtensionAsked,
            e.ExtensionGranted,
            e.ExtensionRefused,
            e.ResultSubmitted,
            e.ExplanationFiled,
            e.OpinionGiven,
            e.ResultApproved,
            e.ResultRejected,
            e.TaskReturned,
            e.TaskPaused,
            e.TaskEnded,
            e.TaskSplit,
            e.TaskMerged,
            e.DirectiveReplaced,
            e.DirectiveRecalled,
            e.TaskReopened,
        )
    )
}


_TIME: Final = attrgetter("occurred_at")


def in_order(events: Iterable[Event]) -> Sequence[Event]:
    """Sorted by time, then kind, then key; of the same observation read twice one is kept."""
    read = list(events)
    ordered = sorted(read, key=_TIME)
    times = [event.occurred_at for event in ordered]
    if any(map(ge, times, times[1:])):
        ordered.sort(key=_place)
    if len({event.key for event in read}) == len(read):
        return ordered
    once: dict[tuple[type[Event], str], Event] = {}
    for event in read:
        name = (type(event), event.key)
        kept = once.setdefault(name, event)
        if kept is not event and kept != event:
            once[name] = min(kept, event, key=lambda each: (each.occurred_at, repr(each)))
    return sorted(once.values(), key=_place)


def _place(event: Event) -> tuple[datetime, int, str]:
    return event.occurred_at, _ORDER[type(event)], event.key
