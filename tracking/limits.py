"""Limits of every party, the Office's own too, as data of a regulation.

A limit that a regulation does not set is simply absent and gives no obligation.
"""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tracking.profile_parts import Cited

Party = Literal["unit", "office", "reviewer", "coordinator"]
Tasks = Literal["all", "dated", "undated"]
Period = Literal["week", "month", "quarter", "half_year", "year"]


class Limit(Cited):
    """A number of days for one party, working or calendar days; the first day is not counted.

    With a cutoff (DT-09) what comes in later counts from the next working day.
    """

    party: Party
    runs_from: Literal["issue", "receipt", "assignment", "submission", "request"]
    working_days: Annotated[int, Field(ge=0)] | None = None
    calendar_days: Annotated[int, Field(ge=0)] | None = None
    cutoff: time | None = None
    tasks: Tasks = "all"

    @model_validator(mode="after")
    def _one_kind_of_days(self) -> Limit:
        """A limit in both kinds of days, or in none, cannot be counted."""
        if (self.working_days is None) == (self.calendar_days is None):
            raise ValueError("give either working_days or calendar_days")
        return self


class RecurringLimit(Cited):
    """An update owed again and again until the task is closed.

    `week` needs `weekday` (1 is Monday); the longer periods end with their last day.
    Without `at` an update may come until 24:00 of the day.
    """

    party: Party
    every: Period
    weekday: Annotated[int, Field(ge=1, le=7)] | None = None
    at: time | None = None
    on_day_off: Literal["keep", "previous_working", "next_working"] = "previous_working"
    tasks: Tasks = "all"

    @model_validator(mode="after")
    def _weekday_for_weeks(self) -> RecurringLimit:
        """Only a week has weekdays to choose from."""
        if (self.every == "week") != (self.weekday is not None):
            raise ValueError("a weekday belongs to every = week, and only there")
        return self


class Limits(BaseModel):
    """All limits of one regulation."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    enter: Limit | None = None
    first_update: Limit | None = None
    review: Limit | None = None
    extension_answer: Limit | None = None
    petition_answer: Limit | None = None
    """The province's answer to a unit's petition (DN-10); gives a petition its due day."""
    coordination: Limit | None = None
    """A coordinator's answer where the lead's request names no day."""
    recurring: tuple[RecurringLimit, ...] = ()
