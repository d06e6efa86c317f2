"""A brake becomes a hold that a clerk can read, and ends when its cause has ended.

What waiting costs is said with a date: the nearest due date among the tasks that wait.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import orjson

from errors import ConfigInvalid, HoldForHuman, RetryLater
from mappings.texts import fold
from mappings.words import clock_words
from store.breaks import gone
from store.engine import Store
from store.holds import EVERY_SITE, Hold
from store.ledger import Entry
from store.places import Places
from store.tasks import TaskRow
from sync.brakes import Brake, Braked
from sync.site import Site, log

#: Stops that only a person orders: of this site, or of all.
ORDERED = ("site", "all")

#: Scope of a request that an issuer waits to be answered.
ORDER = "order:"
#: Scopes of documents, and of answers, that another site may show as well.
COPY, ANSWER = "copy:", "answer:"


class Named(Protocol):
    """As much of a site as a hold needs: there may be no more of it yet."""

    @property
    def name(self) -> str:
        """As of a site."""
        ...

    @property
    def now(self) -> Callable[[], datetime]:
        """As of a site."""
        ...


def place(site: Named, places: Places, brake: Brake, *, plan: str = "") -> Hold:
    """Hold the brake's scope, in the caller's transaction; an open hold keeps its beginning and is told once."""
    ending = f" Kế hoạch niêm phong: {plan[:12]}." if plan else ""
    now = site.now()
    placed = places.holds.place(
        Hold(
            site=site.name,
            scope=brake.scope,
            reason=brake.reason + ending,
            safe=brake.safe,
            cost=f"{brake.cost} {_nearest(places, site, brake)}".rstrip(),
            releaser=brake.releaser,
            since=now,
        )
    )
    if placed.since == now:
        log.warning("held", site=site.name, scope=brake.scope, reason=brake.reason)
    return placed


@dataclass(frozen=True, slots=True)
class _Unready:
    name: str
    now: Callable[[], datetime]


def hold_unready(store: Store, site: str, now: Callable[[], datetime], brake: Brake) -> None:
    """Hold a site that is not open. A store that is away hears of it with the next try."""
    try:
        with store.begin() as places:
            place(_Unready(site, now), places, brake)
    except RetryLater as away:
        log.warning("will try again", site=site, work="hold", reason=str(away))


def hold(site: Site, error: HoldForHuman) -> None:
    """Hold what an error stopped, in a transaction of its own."""
    brake = error.brake if isinstance(error, Braked) else Brake(error.scope, error.sentence)
    with site.store.begin() as places:
        place(site, places, brake, plan=plan_behind(places, site.name, brake.scope))


def plan_behind(places: Places, site: str, scope: str) -> str:
    """The digest of the sealed plan that waits behind a hold; empty when a person may simply release it."""
    return next((plan.digest for plan in places.plans.find(site) if plan.kind == scope), "")


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
    """A named person lets a scope go on; it stands in the ledger. What they know to be gone is not asked again.

    Raises ConfigInvalid when nothing is held under it, nobody is named, it is a request that has to be
    answered, or the hold belongs to a sealed plan: then only this plan may be approved.
    """
    if scope.startswith(ORDER):
        raise ConfigInvalid([f"{scope} is a request: use `tdcd answer`, its issuer waits"], where="release")
    held = [one.scope for one in places.holds.open(site)]
    if scope not in held:
        listed = ", ".join(held) or "nothing is held"
        raise ConfigInvalid([f"nothing is held under {scope} ({listed})"], where="release")
    if plan := plan_behind(places, site, scope):
        approve = f"`tdcd plan show {plan[:12]}`, then `tdcd plan apply {plan[:12]} --by NAME`"
        raise ConfigInvalid([f"{scope} waits for a sealed plan: see {approve}"], where="release")
    if not by.strip():
        raise ConfigInvalid(["say who releases: --by NAME"], where="release")
    places.holds.release(EVERY_SITE if scope == "all" else site, scope, now, by.strip())
    if item := _missing_item(places, scope):
        places.breaks.put([gone(site, item, now, by.strip())])
    _in_ledger(places, site, scope, "hold_released", now, by.strip())
    if scope.startswith(COPY):
        places.inbox.reopen(site, ["document"], [scope.removeprefix(COPY)])


def released(places: Places, site: str, scope: str, asked: str) -> bool:
    """Whether a person has let go what was asked under `scope` with the key `asked`; then it is not asked again."""
    entries = [entry for entry in places.ledger.history([scope])[scope] if entry.site == site]
    keys = [entry.key for entry in entries]
    later = entries[keys.index(asked) :] if asked in keys else []
    return any(entry.kind == "hold_released" for entry in later)


def stop(places: Places, site: str, scope: str, now: datetime, *, by: str, reason: str) -> Hold:
    """A named person stops the writing of a scope: `task:KEY`, `unit:ID` (or name), `site` or `all` (every site)."""
    if not by.strip():
        raise ConfigInvalid(["say who orders it: --by NAME"], where="hold")
    placed = places.holds.place(
        Hold(
            site=EVERY_SITE if scope == "all" else site,
            scope=_ordered(places, site, scope),
            reason=f"{by.strip()} đã cho dừng: {reason or 'không nêu lý do'}.",
            safe="Nội dung đã đọc và lịch sử vẫn còn; những gì chờ ghi vẫn nằm trong hàng đợi.",
            cost="Không ghi gì cho phạm vi này vào hệ thống văn bản cho đến khi được mở lại.",
            releaser=by.strip(),
            since=now,
        )
    )
    _in_ledger(places, site, placed.scope, "hold_ordered", now, by.strip())
    return placed


def _missing_item(places: Places, scope: str) -> str:
    """What a question about something that is gone was about, by the name that its break has."""
    kind, _, rest = scope.partition(":")
    name, _, word = rest.rpartition(":")
    if word != "missing":
        return ""
    if kind == "directive":
        return f"document:{name}"
    item = places.workitems.by_task([name]).get(name)
    return f"job:{item.job_id}" if item is not None and item.job_id else ""


def _ordered(places: Places, site: str, scope: str) -> str:
    """The hold's scope. A stop of what is not there would stop nothing and look as if it did: ConfigInvalid."""
    kind, _, name = scope.partition(":")
    if scope in ORDERED:
        return scope
    if kind == "task" and name:
        if name not in places.tasks.get([name]):
            raise ConfigInvalid([f"no task has the code {name} (see `tdcd tasks`)"], where="hold")
        return f"{scope}:stop"
    if kind == "unit" and name:
        return f"unit:{_unit_id(places, site, name)}:stop"
    raise ConfigInvalid(["say what to stop: task:KEY, unit:ID, site or all"], where="hold")


def _unit_id(places: Places, site: str, name: str) -> str:
    units = {unit.unit_id: unit.name for unit in places.directory.units(site)}
    named = [name] if name in units else [key for key, text in units.items() if fold(text) == fold(name)]
    if len(named) != 1:
        alike = [f"{key} ({text})" for key, text in units.items() if fold(name) in fold(text)][:5]
        raise ConfigInvalid([f"no single unit is {name} (near: {', '.join(alike) or 'none'})"], where="hold")
    return named[0]


def _in_ledger(places: Places, site: str, scope: str, kind: str, now: datetime, by: str) -> None:
    key = f"{kind}:{now.isoformat()}"
    places.ledger.append([Entry(site, scope, kind, key, now, by, orjson.dumps({"by": by}))], now)


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


def _nearest(places: Places, site: Named, brake: Brake) -> str:
    """Until when waiting hurts nobody: the next due date among the tasks concerned."""
    rows = _concerned(places, site, brake)
    due = min((row.due for row in rows if row.due and row.due > site.now()), default=None)
    late = sum(1 for row in rows if row.due and row.due <= site.now())
    return " ".join(part for part in (_by(due, rows), f"{late} nhiệm vụ đã đến hạn." if late else "") if part)


def _concerned(places: Places, site: Named, brake: Brake) -> list[TaskRow]:
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
    return f"Cần quyết định trước {clock_words(due)}: {count} nhiệm vụ đến hạn lúc đó."
