"""Whether a pass may begin: a person's stop, changed rules, a restored source, a missing canary, a lost ledger."""

from __future__ import annotations

from connector.records import Kind
from sync.brakes import CANARY, Braked, canary_missing
from sync.epochs import SCOPE as EPOCH
from sync.epochs import epoch_accepted
from sync.holding import ORDERED, hold, lift_open
from sync.lost_ledger import SCOPE as LEDGER
from sync.lost_ledger import ledger_accepted
from sync.older_ledger import look_at_newest
from sync.rule_changes import SCOPE as RULES
from sync.rule_changes import rules_in_force, rules_unchanged
from sync.site import Site
from sync.unopened import SCOPE as UNOPENED


def refused(site: Site) -> str:
    """Why nothing may be read or written now, in Vietnamese; empty when the pass may begin.

    What would lift a stop by itself is tried first. Raises RetryLater when the source is away.
    """
    with site.store.read() as places:
        reasons = {one.scope: one.reason for one in places.holds.open(site.name)}
        if site.left_over < 0:
            site.left_over = places.outbox.newest()
        same_rules = RULES not in reasons and rules_unchanged(site, places)
    if UNOPENED in reasons:
        lift_open(site, UNOPENED)
    for scope in (*ORDERED, LEDGER):
        if scope in reasons:
            return reasons[scope]
    if not same_rules and not rules_in_force(site):
        return _reason(site, RULES)
    if EPOCH in reasons and not epoch_accepted(site):
        return _reason(site, EPOCH)
    if not site.settings.canary.directive and CANARY in reasons:
        lift_open(site, CANARY)
    if reason := _canary(site):
        return reason
    if not ledger_accepted(site):
        return _reason(site, LEDGER)
    look_at_newest(site)
    return ""


def _canary(site: Site) -> str:
    """The one document that must always be visible to this account (F14); one request where it is configured."""
    number = site.settings.canary.directive
    if not number:
        return ""
    if site.connector.fetch(Kind.DOCUMENT, number) is None:
        brake = canary_missing(number)
        hold(site, Braked(brake))
        return brake.reason
    lift_open(site, CANARY)
    return ""


def _reason(site: Site, scope: str) -> str:
    with site.store.read() as places:
        return next(one.reason for one in places.holds.open(site.name) if one.scope == scope)
