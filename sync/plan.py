"""What to do with one field that both sides hold: a truth table over three values. Pure.

`base` is what both sides last agreed on, `theirs` what the document system shows
now, `ours` what the ledger says it should show. Who may change a field is decided
once, in `OWNERS`, by authority: the issuer owns deadline and scope, the executor
owns progress and evidence. Nothing is settled by "the newer one wins".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import Final


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
    CONFLICT = "conflict"
    MISSING = "missing"


class Moved(StrEnum):
    """Which side differs from what was agreed on. UNKNOWN: they differ and nothing was ever agreed on."""

    GONE = "the item is not there"
    SAME = "both show the same"
    OURS = "only we moved"
    THEIRS = "only they moved"
    BOTH = "both moved, apart"
    UNKNOWN = "they differ, and nothing was agreed on before"


#: Every field of a work item or a directive that both sides hold, with its one owner.
OWNERS: Final[dict[str, Owner]] = {
    # The work item, given by the tracker for the Office.
    "state": Owner.TRACKER,
    "due": Owner.TRACKER,
    "name": Owner.TRACKER,
    "content": Owner.TRACKER,
    "lead": Owner.TRACKER,
    "coordinators": Owner.TRACKER,
    "cancelled": Owner.PEOPLE,
    "comments": Owner.PEOPLE,
    "files": Owner.PEOPLE,
    "evaluation": Owner.PEOPLE,
    # The directive, issued in the document system.
    **dict.fromkeys(
        (
            "presence", "number", "subject", "doc_type", "issuer", "issued_on", "document_state", "signer",
            "drafter", "drafter_unit", "secrecy", "urgency", "due_text", "note", "rows", "log",
            "order", "answers", "about",
        ),
        Owner.DOCUMENT_SYSTEM,
    ),
}  # fmt: skip

#: The whole truth table: (owner, who moved, an event explains it) → what follows. A test holds it complete.
TABLE: Final[dict[tuple[Owner, Moved, bool], Action]] = {
    **{(owner, Moved.GONE, known): Action.MISSING for owner, known in product(Owner, (False, True))},
    **{(owner, Moved.SAME, known): Action.AGREE for owner, known in product(Owner, (False, True))},
    **{
        (owner, moved, known): Action.ACCEPT
        for owner in (Owner.DOCUMENT_SYSTEM, Owner.PEOPLE)
        for moved, known in product((Moved.OURS, Moved.THEIRS, Moved.BOTH, Moved.UNKNOWN), (False, True))
    },
    (Owner.TRACKER, Moved.OURS, False): Action.PUSH,
    (Owner.TRACKER, Moved.OURS, True): Action.PUSH,
    (Owner.TRACKER, Moved.UNKNOWN, False): Action.PUSH,
    (Owner.TRACKER, Moved.UNKNOWN, True): Action.PUSH,
    (Owner.TRACKER, Moved.THEIRS, False): Action.HEAL,
    (Owner.TRACKER, Moved.THEIRS, True): Action.RESTORE,
    (Owner.TRACKER, Moved.BOTH, False): Action.CONFLICT,
    (Owner.TRACKER, Moved.BOTH, True): Action.PUSH,
}

#: What ends in the document system showing our value.
WRITES: Final = frozenset({Action.PUSH, Action.HEAL, Action.RESTORE, Action.CONFLICT})


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
        """Somebody changed what the tracker owns, without an event: both values go on record (F45)."""
        return self.action in {Action.HEAL, Action.CONFLICT}

    @property
    def owner(self) -> Owner:
        """Whose word counts."""
        return OWNERS[self.field]


def moved(base: str | None, theirs: str | None, ours: str) -> Moved:
    """Who moved. `base` None: nothing was agreed on yet; `theirs` None: the item is not there."""
    if theirs is None:
        return Moved.GONE
    if theirs == ours:
        return Moved.SAME
    if base is None:
        return Moved.UNKNOWN
    if theirs == base:
        return Moved.OURS
    return Moved.THEIRS if base == ours else Moved.BOTH


def compare(
    field: str, base: str | None, theirs: str | None, ours: str, *, explained: bool = False
) -> Difference:
    """Look one field up in `TABLE`. `explained`: an event already accounts for what `theirs` shows."""
    action = TABLE[OWNERS[field], moved(base, theirs, ours), explained]
    return Difference(field, action, base or "", theirs or "", ours)


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
        difference = compare(field, base.get(field), shown, wanted, explained=field in explained)
        if difference.action is not Action.AGREE:
            found.append(difference)
    return tuple(found)
