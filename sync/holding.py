"""A brake becomes a hold that a clerk can read, and ends when its cause has ended.

What waiting costs is said with a date: the nearest due date among the tasks that wait.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import orjson

from errors import ConfigInvalid, HoldForHuman
from store.holds import EVERY_SITE, Hold
from store.ledger import Entry
from store.places import Places
from store.tasks import TaskRow
from sync.brakes import Brake, Braked
from sync.site import Site, log
from tracking.calendar import ZONE

#: Scope of a request that an issuer waits to be answered.
ORDER = "order:"


def place(site: Site, places: Places, brake: Brake, *, plan: str = "") -> Hold:
    """Hold the brake's scope, in the caller's transaction; an open hold keeps its beginning."""
    ending = f" Kế hoạch niêm phong: {plan[:12]}." if plan else ""
    log.warning("held", site=site.name, scope=brake.scope, reason=brake.reason)
    return places.holds.place(
        Hold(
            site=site.name,
            scope=brake.scope,
            reason=brake.reason + ending,
            safe=brake.safe,
            cost=f"{brake.cost} {_nearest(places, site, brake)}".rstrip(),
            releaser=brake.releaser,
            since=site.now(),
        )
    )


def hold(site: Site, error: HoldForHuman) -> None:
    """Hold what an error stopped, in a transaction of its own."""
    with site.store.begin() as places:
        place(site, places, error.brake if isinstance(error, Braked) else Brake(error.scope, error.sentence))


def lift(site: Site, places: Places, scopes: Collection[str], by: str = "tdcd") -> int:
    """Release those of `scopes` that are held: their cause has ended by itself. Gives how many."""
    return sum(places.holds.release(site.name, scope, site.now(), by) for scope in scopes)


def lift_open(site: Site, *scopes: str) -> None:
    """`lift` in a transaction of its own, which is not begun when none of the scopes is held."""
    with site.store.read() as places:
        held = {one.scope for one in places.holds.open(site.name)} & set(scopes)
    if held:
        with site.store.begin() as places:
            lift(site, places, held)


def release(places: Places, site: str, scope: str, now: datetime, by: str) -> None:
    """A named person lets a scope go on; it stands in the ledger.

    Raises ConfigInvalid when nothing is held under it, nobody is named, it is a request that has to be
    answered, or the hold belongs to a sealed plan: then only this plan may be approved.
    """
    if scope.startswith(ORDER):
        raise ConfigInvalid([f"{scope} is a request: use `tdcd answer`, its issuer waits"], where="release")
    held = [one.scope for one in places.holds.open(site)]
    if scope not in held:
        listed = ", ".join(held) or "nothing is held"
        raise ConfigInvalid([f"nothing is held under {scope} ({listed})"], where="release")
    waiting = [plan.digest[:12] for plan in places.plans.find(site) if plan.kind == scope]
    if waiting:
        raise ConfigInvalid(
            [f"{scope} waits for a sealed plan: see `tdcd plan show`, then `tdcd plan apply {waiting[0]}`"],
            where="release",
        )
    if not by.strip():
        raise ConfigInvalid(["say who releases: --by NAME"], where="release")
    places.holds.release(EVERY_SITE if scope == "all" else site, scope, now, by.strip())
    body = orjson.dumps({"by": by.strip()})
    key = f"released:{now.isoformat()}"
    places.ledger.append([Entry(site, scope, "hold_released", key, now, by.strip(), body)], now)


def stop(places: Places, site: str, scope: str, now: datetime, *, by: str, reason: str) -> Hold:
    """A named person stops the writing of a scope: `task:KEY`, `unit:ID`, `site` or `all` (every site)."""
    kind, _, name = scope.partition(":")
    if not (scope in {"site", "all"} or (kind in {"task", "unit"} and name)) or not by.strip():
        raise ConfigInvalid(["say what and who: task:KEY, unit:ID, site or all, and --by NAME"], where="hold")
    return places.holds.place(
        Hold(
            site=EVERY_SITE if scope == "all" else site,
            scope=scope if scope in {"site", "all"} else f"{scope}:stop",
            reason=f"{by.strip()} đã cho dừng: {reason or 'không nêu lý do'}.",
            safe="Nội dung đã đọc và lịch sử vẫn còn; những gì chờ ghi vẫn nằm trong hàng đợi.",
            cost="Không ghi gì cho phạm vi này vào hệ thống văn bản cho đến khi được mở lại.",
            releaser=by.strip(),
            since=now,
        )
    )


def hold_list(places: Places, site: str | None, now: datetime) -> list[dict[str, Any]]:
    """Open holds with their age in hours and the plan that waits behind each, as `tdcd holds` prints them."""
    plans = {(plan.site, plan.kind): plan.digest[:12] for plan in places.plans.find(site)} if site else {}
    return [
        {
            "scope": one.scope,
            "site": one.site,
            "hours": round((now - one.since).total_seconds() / 3600, 1),
            "what_happened": one.reason,
            "what_is_safe": one.safe,
            "what_waiting_costs": one.cost,
            "who_may_release": one.releaser,
            "plan": plans.get((one.site, one.scope), ""),
        }
        for one in places.holds.open(site)
    ]


def stopped(site: Site) -> str:
    """Why nothing of this site may be written now; empty when it may."""
    with site.store.read() as places:
        return " ".join(one.reason for one in places.holds.stops_site(site.name))


def _nearest(places: Places, site: Site, brake: Brake) -> str:
    """Until when waiting hurts nobody: the next due date among the tasks concerned."""
    rows = _concerned(places, site, brake)
    due = min((row.due for row in rows if row.due and row.due > site.now()), default=None)
    late = sum(1 for row in rows if row.due and row.due <= site.now())
    return " ".join(part for part in (_by(due, rows), f"{late} nhiệm vụ đã đến hạn." if late else "") if part)


def _concerned(places: Places, site: Site, brake: Brake) -> list[TaskRow]:
    kind, _, rest = brake.scope.partition(":")
    if brake.tasks:
        found = list(places.tasks.get(brake.tasks).values())
    elif kind == "unit":
        found = places.tasks.find(site.name, lead=rest.split(":")[0])
    elif kind in {"site", "stream", "stale"}:
        found = places.tasks.find(site.name)
    else:
        found = []
    return [row for row in found if not row.closed]


def _by(due: datetime | None, rows: Collection[TaskRow]) -> str:
    if due is None:
        return ""
    count = sum(1 for row in rows if row.due == due)
    return (
        f"Cần quyết định trước {due.astimezone(ZONE):%H:%M ngày %d/%m/%Y}: {count} nhiệm vụ đến hạn lúc đó."
    )
