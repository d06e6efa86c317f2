"""A task's events in one fixed order, each observation once.

Documents are read again and again, pages overlap, and two events may carry the same
second: the order must come from the events alone, or two machines would disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tracking.events import (
    DifficultyReported,
    DirectiveRecalled,
    Event,
    ExplanationFiled,
    ExtensionAsked,
    ExtensionGranted,
    ExtensionRefused,
    ProgressReported,
    ResultApproved,
    ResultRejected,
    ResultSubmitted,
    TaskAssigned,
    TaskCorrected,
    TaskEnded,
    TaskReassigned,
    TaskReceived,
    TaskReopened,
    TaskReturned,
)

#: Order of events of the same second: what opens comes before what closes, reopening last.
_ORDER: dict[type[Event], int] = {
    kind: place
    for place, kind in enumerate(
        (
            TaskAssigned,
            TaskCorrected,
            TaskReassigned,
            TaskReceived,
            ProgressReported,
            DifficultyReported,
            ExtensionAsked,
            ExtensionGranted,
            ExtensionRefused,
            ResultSubmitted,
            ExplanationFiled,
            ResultApproved,
            ResultRejected,
            TaskReturned,
            TaskEnded,
            DirectiveRecalled,
            TaskReopened,
        )
    )
}


def in_order(events: Iterable[Event]) -> Sequence[Event]:
    """Sorted by time, then kind, then key; of the same observation read twice one is kept."""
    once: dict[tuple[type[Event], str], Event] = {}
    for event in events:
        name = (type(event), event.key)
        kept = once.setdefault(name, event)
        if kept is not event and kept != event:
            once[name] = min(kept, event, key=lambda each: (each.occurred_at, repr(each)))
    return sorted(once.values(), key=lambda each: (each.occurred_at, _ORDER[type(each)], each.key))
