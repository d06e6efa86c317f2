"""The closed vocabulary that the status rules of every province are written in.

A rule never looks at an event: it looks at seven facts, each with a handful of
values. That keeps a province's table readable by a lawyer, lets a test walk every
combination there is, and makes a 35th province a matter of data.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Literal, get_args

from tracking.events import TaskKind

Closing = Literal["none", "ended", "recalled", "superseded"]
Decision = Literal[
    "none", "approved_before_due", "approved_after_due", "rejected_before_due", "rejected_after_due"
]
Submitted = Literal["none", "on_time", "late"]
Progress = Literal["none", "reported"]
DuePlace = Literal["none", "ahead", "near", "past"]
Returned = Literal["no", "yes"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a rule may ask. An undated task is never late: its sendings count as `on_time`."""

    closing: Closing
    """`ended` by the Office although not completed, `recalled` with its directive, or `superseded`: the
    work goes on under another task or directive."""
    decision: Decision
    """On the latest submission, and on which side of the due instant it was taken."""
    submitted: Submitted
    """The latest submission that counts, measured against the due date in force."""
    progress: Progress
    """Whether the unit that leads now has reported anything at all."""
    due: DuePlace
    """Where `as_of` stands: `ahead` of the near window, in it (`near`), or `past` the end."""
    returned: Returned
    """The unit sent the task back and the Office has not answered."""
    kind: TaskKind = "directive"
    """What matter it is. A profile whose rules do not ask for it treats every kind alike."""


VOCABULARY: dict[str, tuple[str, ...]] = {
    "closing": get_args(Closing),
    "decision": get_args(Decision),
    "submitted": get_args(Submitted),
    "progress": get_args(Progress),
    "due": get_args(DuePlace),
    "returned": get_args(Returned),
    "kind": get_args(TaskKind),
}


def combinations(kinds: Collection[str] = VOCABULARY["kind"]) -> Iterator[Facts]:
    """Every combination of values for these `kinds`, also those that no history can produce."""
    for values in product(*({**VOCABULARY, "kind": tuple(kinds)}.values())):
        yield Facts(*values)  # type: ignore[arg-type]


def possible(facts: Facts) -> bool:
    """Whether some history of events can produce these facts.

    A refusal needs something that was handed in; whatever came after the due
    instant was seen by a clock that stands after it; without a due date nothing
    is late; and handing in a result is progress.
    """
    refused = facts.decision.startswith("rejected")
    after = facts.submitted == "late" or facts.decision.endswith("after_due")
    late_then_early = facts.submitted == "late" and facts.decision.endswith("before_due")
    return (
        not (refused and facts.submitted == "none")
        and not (after and facts.due != "past")
        and not late_then_early
        and not (facts.submitted != "none" and facts.progress == "none")
    )
