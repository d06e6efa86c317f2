"""Rules that were edited since the last pass are tried in private before they decide anything (F15).

A filter, a list of codes, a regulation or a newer program may read yesterday's documents
differently. So the whole ledger is mapped and decided once under the new rules in a
transaction that is rolled back. When nothing would change, the new rules are in force.
Otherwise what would change is a sealed plan, and until it is approved nothing is read,
decided or written: the filter also says what is kept.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from functools import cache
from importlib.metadata import version
from typing import Any

import orjson

from config.profile_files import SHIPPED_SWAPS
from connector.records import Kind
from store.places import Places
from sync.brakes import Brake
from sync.decide_to_outbox import Decided, decide, decision_time
from sync.map_to_ledger import Mapped, map_pending
from sync.sealed_plans import allowed, approved, withdraw
from sync.site import Site

#: Under this name stands the digest of the rules of the last pass.
STREAM = "rules"
SCOPE = "site:rules"
BATCH = 500
_SETTINGS = {"scope", "secrecy", "actions", "office", "profile", "connector", "narrative"}


class _RollBack(Exception):
    """Ends the trial without a trace."""

    def __init__(self, brake: Brake) -> None:
        self.brake = brake
        super().__init__(brake.reason)


def rules_digest(site: Site) -> str:
    """Whatever decides how a document is read: the site's filters and codes, regulations, calendar, program."""
    if not site.rules_digest:
        told = hashlib.sha256(site.settings.model_dump_json(include=_SETTINGS).encode())
        for name, profile in sorted(site.profiles.files.items()):
            told.update(f"\0{name}\0{profile.model_dump_json()}".encode())
        told.update(_program())
        site.rules_digest = told.hexdigest()
    return site.rules_digest


@cache
def _program() -> bytes:
    """What the program itself brings along; it does not change while it runs."""
    return SHIPPED_SWAPS.read_bytes() + version("tdcd-sync").encode()


def rules_unchanged(site: Site, places: Places) -> bool:
    """Whether the rules are those of the last pass."""
    known = places.cursors.get(site.name, STREAM)
    return known is not None and known.value == rules_digest(site)


def rules_in_force(site: Site) -> bool:
    """Whether this pass may go on: the rules are those of the last one, change nothing, or were approved."""
    digest = rules_digest(site)
    with site.store.read() as places:
        known = places.cursors.get(site.name, STREAM)
        held = any(hold.scope == SCOPE for hold in places.holds.open(site.name))
        if known is not None and known.value != digest and _waits(site, places, digest):
            return False
    if known is not None and known.value == digest and not held:
        return True
    if known is None or known.value == digest:
        with site.store.begin() as places:
            places.cursors.set(site.name, STREAM, digest)
            withdraw(site, places, SCOPE)
        return True
    return _tried(site, known.value, digest)


def _waits(site: Site, places: Places, digest: str) -> bool:
    """A plan for these very rules waits, and nobody has approved it yet: no need to work it out again."""
    plan = _sealed(site, places, digest)
    return plan is not None and approved(places, site.name, SCOPE) is None


def _sealed(site: Site, places: Places, digest: str) -> dict[str, Any] | None:
    for plan in places.plans.find(site.name):
        if plan.kind == SCOPE and (body := orjson.loads(plan.body))["to"] == digest:
            return dict(body)
    return None


def _tried(site: Site, before: str, digest: str) -> bool:
    """Try the rules; keep what came of it only when nothing did, or exactly this was approved."""
    try:
        with site.store.begin() as places:
            _try(site, places, before, digest)
    except _RollBack as end:
        with site.store.begin() as places:
            allowed(site, places, end.brake)
        return False
    finally:
        site.directory_changed()
    return True


def _try(site: Site, places: Places, before: str, digest: str) -> None:
    """Raises what rolls the trial back, unless the new rules may be in force from here on."""
    brake = _trial(site, places, before, digest)
    if brake is not None and not allowed(site, places, brake):
        raise _RollBack(brake)
    places.cursors.set(site.name, STREAM, digest)
    withdraw(site, places, SCOPE)


def _trial(site: Site, places: Places, before: str, digest: str) -> Brake | None:
    """Map and decide everything under the new rules; None when nothing differs."""
    sealed = _sealed(site, places, digest)
    as_of = datetime.fromisoformat(sealed["as_of"]) if sealed else decision_time(site, places)
    waiting = {intent.effect_key for intent in places.outbox.find(site.name, "pending")}
    shown = {row.key: row.text for row in places.tasks.find(site.name)}
    _map_again(site, places)
    keys = [row.key for row in places.tasks.find(site.name)]
    for start in range(0, len(keys), BATCH):
        decide(site, places, keys[start : start + BATCH], as_of, Decided())
    new = [one for one in places.outbox.find(site.name, "pending") if one.effect_key not in waiting]
    writes = sorted([one.task or one.lane, one.kind, hashlib.sha256(one.body).hexdigest()] for one in new)
    states = sorted(
        [row.key, shown.get(row.key, ""), row.text]
        for row in places.tasks.find(site.name)
        if row.text != shown.get(row.key, "")
    )
    return _brake(before, digest, as_of, writes, states) if writes or states else None


def _map_again(site: Site, places: Places) -> None:
    """What we wrote since a work item was last read is not in its record: what it shows now is kept."""
    shown = {item.task: item for item in places.workitems.all_jobs(site.name)}
    places.inbox.reopen(site.name, [Kind.DOCUMENT.value, Kind.JOB.value])
    for kind in (Kind.DOCUMENT, Kind.JOB):
        while map_pending(site, places, (kind,), Mapped()):
            pass
    again = []
    for item in places.workitems.all_jobs(site.name):
        if (before := shown.get(item.task)) is not None and before.seen != item.seen:
            same = item.seen.get("state") == before.seen.get("state")
            explained = item.seen.get("explained", "") if same else before.seen.get("explained", "")
            again.append(replace(item, seen={**before.seen, "explained": explained}))
    places.workitems.put(again)


def _brake(
    before: str, digest: str, as_of: datetime, writes: list[list[str]], states: list[list[str]]
) -> Brake:
    return Brake(
        scope=SCOPE,
        reason=f"Quy tắc (bộ lọc, mã xử lý, quy chế hoặc phiên bản phần mềm) đã thay đổi từ lần chạy trước: "
        f"{len(writes)} nội dung sẽ được ghi và {len(states)} nhiệm vụ đổi trạng thái.",
        safe="Đã chạy thử, chưa áp dụng; sổ theo dõi và hệ thống văn bản giữ nguyên.",
        cost="Không đọc và không ghi gì cho đến khi kế hoạch được duyệt hoặc quy tắc cũ được khôi phục.",
        body={"from": before, "to": digest, "as_of": as_of.isoformat(), "writes": writes, "states": states},
    )
