"""A province's status table, in order, worked out once for every combination of facts.

The first rule that matches decides. Working all combinations out beforehand makes
a verdict one lookup, and shows at load time which combinations no rule answers and
which rules can never speak.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from tracking.vocabulary import VOCABULARY, Facts, combinations, possible

Basis = Literal["text", "inferred", "silent"]
OwedWhen = Literal["never", "done_late", "late"]

#: Between the two texts of a regulation that shows two fields, where one field must hold both.
SEPARATOR = " - "

#: Rules on these kinds are worked out apart; the others are read as directives.
PLAIN_KIND: Final = "directive"


class Family(StrEnum):
    """What kind of state it is, whatever words a province uses for it."""

    WAITING = "waiting"
    WORKING = "working"
    SUBMITTED = "submitted"
    DONE = "done"
    ENDED = "ended"


class Lateness(StrEnum):
    """Late or not; NONE where nothing can be late (no due date, ended, recalled)."""

    ON_TIME = "on_time"
    LATE = "late"
    NONE = "none"


class StatusRule(BaseModel):
    """One row of the status table: when it holds, and the exact words that are then shown."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[A-Z]{2}-[0-9A-Za-z.]+$")]
    when: dict[str, tuple[str, ...]]
    """Fact → values it may have; a fact that is not named may have any."""
    text: str
    """Exact text of the regulation; empty only where the regulation keeps the task out."""
    second_text: str = ""
    family: Family
    article: str
    basis: Basis = "text"
    reading: str = ""
    """How a silent or unclear place is read; required unless the basis is the text itself."""
    consequence: str = ""
    given: dict[str, str] = Field(default_factory=dict)
    """Choices of the profile under which the row stands at all, as `pending_after_due = "freeze"`."""
    lateness: Lateness | None = None
    """Late or not where the words shown say so by themselves; else it follows from the facts."""

    @field_validator("when")
    @classmethod
    def _closed_vocabulary(cls, when: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        """A mistyped fact would make a rule that silently never, or always, matches."""
        wrong = [f"no fact is called {fact}" for fact in when if fact not in VOCABULARY]
        wrong += [
            f"{fact} is never {value} (choose from {', '.join(VOCABULARY[fact])})"
            for fact, values in when.items()
            for value in values
            if fact in VOCABULARY and value not in VOCABULARY[fact]
        ]
        if wrong:
            raise ValueError("; ".join(wrong))
        return when

    @model_validator(mode="after")
    def _reading_given(self) -> StatusRule:
        """What the text does not say was chosen by somebody: the choice is written down."""
        if self.basis != "text" and not self.reading:
            raise ValueError(f"basis is {self.basis}: write the reading that was chosen")
        return self

    def matches(self, facts: Facts) -> bool:
        """Whether every named fact has one of its values."""
        return all(getattr(facts, fact) in values for fact, values in self.when.items())


class Ruling(NamedTuple):
    """What a combination of facts comes to, and whether time alone would change it."""

    rule: StatusRule
    lateness: Lateness
    owes_explanation: bool
    owes_cause: bool
    """Past due and unfinished, where the regulation asks for cause and proposal (LC-15, BT-26, DN-01)."""
    changes_when_near: bool = False
    changes_when_past: bool = False


class Rulebook:
    """The table of one profile. Built from its rules; holds nothing that changes."""

    def __init__(
        self,
        rules: Sequence[StatusRule],
        explanation: OwedWhen,
        *,
        cause_of_unfinished: bool = False,
        near: bool = True,
    ) -> None:
        self._rules = tuple(rules)
        self._explanation, self._cause_of_unfinished = explanation, cause_of_unfinished
        self._kinds = {PLAIN_KIND} | {kind for rule in self._rules for kind in rule.when.get("kind", ())}
        first = {facts: self._first(facts) for facts in combinations(sorted(self._kinds))}
        self.gaps = tuple(facts for facts, ruling in first.items() if ruling is None)
        """Combinations that no rule answers."""
        known = {facts: ruling for facts, ruling in first.items() if ruling is not None}
        spoken = {
            ruling.rule.id
            for facts, ruling in known.items()
            if possible(facts) and (near or facts.due != "near")
        }
        self.silent_rules = tuple(rule.id for rule in self._rules if rule.id not in spoken)
        """Rules that no possible history ever reaches; without a near window nothing is near."""
        self._table = {facts: _with_changes(facts, ruling, known) for facts, ruling in known.items()}

    def ruling(self, facts: Facts) -> Ruling:
        """The ruling for `facts`: one lookup. A loaded profile has no gaps."""
        return self._table[facts if facts.kind in self._kinds else replace(facts, kind=PLAIN_KIND)]

    def _first(self, facts: Facts) -> Ruling | None:
        rule = next((rule for rule in self._rules if rule.matches(facts)), None)
        if rule is None:
            return None
        lateness = rule.lateness or _lateness(facts, rule.family)
        return Ruling(
            rule, lateness, self._owes(rule.family, lateness), self._owes_cause(rule.family, lateness)
        )

    def _owes(self, family: Family, lateness: Lateness) -> bool:
        if self._explanation == "never" or lateness is not Lateness.LATE:
            return False
        return self._explanation == "late" or family is Family.DONE

    def _owes_cause(self, family: Family, lateness: Lateness) -> bool:
        unfinished = family in {Family.WAITING, Family.WORKING}
        return self._cause_of_unfinished and unfinished and lateness is Lateness.LATE


def _lateness(facts: Facts, family: Family) -> Lateness:
    """Late or not, apart from the words shown: by the sending once there is one, by the clock before.

    An approval of something that was never sent through the system has only its own time.
    """
    if family is Family.ENDED or facts.due == "none":
        return Lateness.NONE
    if facts.decision.startswith("approved"):
        late = facts.submitted == "late"
        if facts.submitted == "none":
            late = facts.decision == "approved_after_due"
    elif facts.decision == "none" and facts.submitted != "none":
        late = facts.submitted == "late"
    else:
        late = facts.due == "past"
    return Lateness.LATE if late else Lateness.ON_TIME


def _with_changes(facts: Facts, ruling: Ruling, known: dict[Facts, Ruling]) -> Ruling:
    """Time moves `due` forward and nothing else: ahead, near, past."""
    if facts.due not in {"ahead", "near"}:
        return ruling
    near = known.get(replace(facts, due="near"), ruling)
    past = known.get(replace(facts, due="past"), ruling)
    return ruling._replace(
        changes_when_near=facts.due == "ahead" and near[:4] != ruling[:4],
        changes_when_past=past[:4] != ruling[:4],
    )
