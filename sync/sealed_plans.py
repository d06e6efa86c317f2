"""A mass change above a brake is a sealed plan: approved by its digest, carried out exactly or not at all.

The digest is of site, scope and everything that would change. Whoever approves it
approves this content only: when the change is worked out again at the moment of
carrying it out and comes to anything else, the approval is void, nothing is done,
and the new content waits as a new plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from errors import ConfigInvalid
from store.ledger import Entry
from store.places import Places
from store.plans import SealedPlan, seal
from sync.brakes import Brake
from sync.holding import lift, place
from sync.site import Site

#: Under this name and the scope stands the digest that was approved, and by whom.
APPROVED = "approved:"
#: Shorter beginnings of a digest are not taken for it.
SHORTEST = 8


@dataclass(frozen=True, slots=True)
class Approval:
    """A plan that a person has approved and that is not carried out yet."""

    digest: str
    by: str


def allowed(site: Site, places: Places, brake: Brake) -> bool:
    """Whether exactly this change was approved; else it is sealed and its scope held. In the caller's transaction.

    True ends the plan as applied and releases the hold: the caller carries the change out in the same
    transaction, so that both are there or neither.
    """
    body = orjson.dumps(brake.body, option=orjson.OPT_SORT_KEYS)
    digest = seal(site.name, brake.scope, body)
    approval = approved(places, site.name, brake.scope)
    if approval is not None:
        places.cursors.clear(site.name, APPROVED + brake.scope)
        if approval.digest == digest:
            _applied(site, places, brake.scope, approval)
            return True
    _void_others(site, places, brake.scope, digest)
    places.plans.put(
        SealedPlan(digest, site.name, brake.scope, "sealed", brake.reason, body, made_at=site.now())
    )
    place(site, places, brake, plan=digest)
    return False


def passed(site: Site, brake: Brake) -> bool:
    """`allowed` in a transaction of its own, for changes that take more than one."""
    with site.store.begin() as places:
        return allowed(site, places, brake)


def approve(places: Places, site: str, digest: str, by: str) -> SealedPlan:
    """Note that a person approved the plan with this digest (or its beginning, 8 characters and more).

    Raises ConfigInvalid when no sealed plan, or more than one, begins like this.
    """
    plan = find(places, site, digest)
    if not by.strip():
        raise ConfigInvalid(["say who approves: --by NAME"], where="plan apply")
    places.cursors.set(site, APPROVED + plan.kind, plan.digest, digest=by.strip())
    return plan


def find(places: Places, site: str, digest: str) -> SealedPlan:
    """The sealed plan with this digest or beginning. Raises ConfigInvalid when there is not exactly one."""
    waiting = places.plans.find(site)
    found = [plan for plan in waiting if len(digest) >= SHORTEST and plan.digest.startswith(digest)]
    if len(found) != 1:
        listed = ", ".join(plan.digest[:12] for plan in waiting) or "none is waiting"
        raise ConfigInvalid([f"no single sealed plan begins with {digest} ({listed})"], where="plan")
    return found[0]


def approved(places: Places, site: str, scope: str) -> Approval | None:
    """The approval that waits to be carried out for a scope."""
    found = places.cursors.get(site, APPROVED + scope)
    return None if found is None else Approval(found.value, found.digest)


def withdraw(site: Site, places: Places, scope: str) -> None:
    """The reason for a plan is gone: nothing of it is left to approve, and its hold ends."""
    _void_others(site, places, scope, "")
    places.cursors.clear(site.name, APPROVED + scope)
    lift(site, places, [scope])


def shown(plan: SealedPlan) -> dict[str, Any]:
    """A plan as `tdcd plan show` prints it: all of it."""
    return {
        "digest": plan.digest,
        "scope": plan.kind,
        "state": plan.state,
        "reason": plan.reason,
        "made_at": plan.made_at,
        "approved_by": plan.approved_by,
        "body": orjson.loads(plan.body),
    }


def _applied(site: Site, places: Places, scope: str, approval: Approval) -> None:
    now = site.now()
    places.plans.end(approval.digest, "applied", now, approval.by)
    lift(site, places, [scope], approval.by)
    body = orjson.dumps({"plan": approval.digest, "by": approval.by})
    entry = Entry(site.name, scope, "plan_applied", f"{approval.digest}:{now.isoformat()}", now, body=body)
    places.ledger.append([entry], now)


def _void_others(site: Site, places: Places, scope: str, digest: str) -> None:
    for plan in places.plans.find(site.name):
        if plan.kind == scope and plan.digest != digest:
            places.plans.end(plan.digest, "void", site.now())
