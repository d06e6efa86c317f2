"""What to do with one field of a work item: a truth table over three values. Pure.

`base` is what both sides last agreed on, `theirs` what the document system shows
now, `ours` what the ledger says it should show. Who may change a field is decided
once, in `OWNERS`: nothing is settled by "the newer one wins".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Owner(StrEnum):
    """Who may change a field."""

    TRACKER = "tracker"
    DOCUMENT_SYSTEM = "document system"
    PEOPLE = "people"


class Action(StrEnum):
    """What the comparison asks for."""

    AGREE = "agree"
    PUSH = "push"
    HEAL = "heal"
    RESTORE = "restore"
    ACCEPT = "accept"
    MISSING = "missing"


#: Every field of a work item that both sides hold, with its one owner.
OWNERS: dict[str, Owner] = {
    "state": Owner.TRACKER,
    "due": Owner.TRACKER,
    "name": Owner.TRACKER,
    "content": Owner.TRACKER,
    "lead": Owner.TRACKER,
    "coordinators": Owner.TRACKER,
    "comments": Owner.PEOPLE,
    "files": Owner.PEOPLE,
    "evaluation": Owner.PEOPLE,
    "number": Owner.DOCUMENT_SYSTEM,
    "subject": Owner.DOCUMENT_SYSTEM,
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field on which both sides do not agree, and what follows."""

    field: str
    action: Action
    base: str
    theirs: str
    ours: str

    @property
    def drift(self) -> bool:
        """Somebody changed what the tracker owns, without an event that explains it."""
        return self.action is Action.HEAL


def compare(field: str, base: str, theirs: str | None, ours: str, *, explained: bool = False) -> Difference:
    """The truth table. `explained`: an event already accounts for what `theirs` shows.

    theirs  base    ours    →
    none    any     any     MISSING   the work item is not there (any more)
    x       any     x       AGREE     both show the same, whoever came first
    b       b       o       PUSH      only we moved
    t       o       o       HEAL      only they moved, nothing explains it, and it is ours
    t       o       o       RESTORE   only they moved, by an action that became an event
    t       b       o       PUSH      both moved: the ledger has seen their action and decided
    t       any     any     ACCEPT    the field is not ours
    """
    if theirs is None:
        action = Action.MISSING
    elif theirs == ours:
        action = Action.AGREE
    elif OWNERS[field] is not Owner.TRACKER:
        action = Action.ACCEPT
    elif base == ours and theirs != base:
        action = Action.RESTORE if explained else Action.HEAL
    else:
        action = Action.PUSH
    return Difference(field, action, base, theirs or "", ours)


def differences(
    base: Mapping[str, str],
    theirs: Mapping[str, str] | None,
    ours: Mapping[str, str],
    *,
    explained: frozenset[str] = frozenset(),
) -> tuple[Difference, ...]:
    """Every field of `ours` that is not in agreement; fields they never showed count as agreed with base."""
    found = []
    for field, wanted in ours.items():
        shown = None if theirs is None else theirs.get(field, base.get(field, ""))
        difference = compare(field, base.get(field, ""), shown, wanted, explained=field in explained)
        if difference.action is not Action.AGREE:
            found.append(difference)
    return tuple(found)
