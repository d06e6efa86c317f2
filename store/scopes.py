"""Every scope that a hold can have, and what it stops. There is no other: `Hold` refuses it.

The runbooks tell for each of them what happened and what to do; a test holds them to this list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Stops(StrEnum):
    """What goes on no further while a hold is open. Whatever is due to be written stays in the outbox."""

    SITE = "nothing is written to the site"
    PART = "nothing is written for the unit or the task"
    WRITE = "one write, and what comes behind it for the same task"
    LIST = "one list is not taken over; the others go on"
    NOTHING = "nothing: a person is asked or told"


@dataclass(frozen=True, slots=True)
class Scope:
    """One form; words in capitals stand for an id, a tracking code, a number or the name of a list."""

    form: str
    stops: Stops

    def fits(self, scope: str) -> bool:
        """Whether a hold's scope is of this form."""
        return re.fullmatch(re.sub("[A-Z]+", ".+", self.form), scope) is not None


#: The longer form before the shorter one that fits it too.
SCOPES: Final = (
    Scope("site", Stops.SITE),
    Scope("all", Stops.SITE),
    Scope("site:canary", Stops.SITE),
    Scope("site:connector", Stops.SITE),
    Scope("site:ledger", Stops.SITE),
    Scope("site:epoch", Stops.SITE),
    Scope("site:rules", Stops.SITE),
    Scope("site:listing", Stops.SITE),
    Scope("site:jobs", Stops.SITE),
    Scope("site:changed", Stops.SITE),
    Scope("site:login", Stops.NOTHING),
    Scope("site:fault", Stops.NOTHING),
    Scope("stale", Stops.NOTHING),
    Scope("stream:LIST", Stops.LIST),
    Scope("units", Stops.LIST),
    Scope("accounts", Stops.LIST),
    Scope("units:changed", Stops.LIST),
    Scope("accounts:changed", Stops.LIST),
    Scope("unit:ID:stop", Stops.PART),
    Scope("unit:ID:documents", Stops.PART),
    Scope("unit:ID:jobs", Stops.PART),
    Scope("unit:ID:drift", Stops.PART),
    Scope("unit:ID", Stops.NOTHING),
    Scope("directive:ID:missing", Stops.NOTHING),
    Scope("directive:ID:reissued", Stops.NOTHING),
    Scope("directive:ID", Stops.NOTHING),
    Scope("task:KEY:stop", Stops.PART),
    Scope("task:KEY:unjudged", Stops.PART),
    Scope("task:KEY:missing", Stops.NOTHING),
    Scope("task:KEY", Stops.NOTHING),
    Scope("order:ID", Stops.NOTHING),
    Scope("copy:ID", Stops.NOTHING),
    Scope("answer:ID", Stops.NOTHING),
    Scope("write:NUMBER", Stops.WRITE),
    Scope("ledger", Stops.NOTHING),
    Scope("backfill", Stops.NOTHING),
    Scope("webhook", Stops.NOTHING),
)

#: Scopes under which nothing of a site is written: by a person's order, or for a cause that was found.
SITE_STOPS: Final = tuple(one.form for one in SCOPES if one.stops is Stops.SITE)

#: What follows `unit:<id>:` or `task:<key>:` in scopes under which nothing of the unit or task is written.
SCOPE_STOPS: Final = tuple(
    dict.fromkeys(one.form.rpartition(":")[2] for one in SCOPES if one.stops is Stops.PART)
)


def form_of(scope: str) -> Scope | None:
    """The form of a hold's scope; None when no hold has such a scope."""
    return next((one for one in SCOPES if one.fits(scope)), None)
