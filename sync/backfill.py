"""Reading years back, quietly: what is old is entered in the ledger and told to nobody.

A directive that was never seen and was issued long ago is marked `backfilled`. Nothing is
commented on it; the work items that its open tasks would get wait in the outbox, sealed as
one plan that a person may approve, or decline: then they wait for good, until somebody orders to read their directive
again. How far a long reading came is kept chunk by chunk, as
keyed digests of what was read, so that one that broke off goes on where it was.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b

import orjson

from connector.records import DirectiveRecord, Kind
from errors import ConfigInvalid
from store.ledger import Entry
from store.outbox import BACKFILLED, DECLINED, Intent
from store.places import Places
from sync.brakes import Brake
from sync.decide_findings import HISTORY
from sync.holding import plan_behind
from sync.pull_to_inbox import Judged
from sync.sealed_plans import APPROVED, allowed, find, withdraw
from sync.site import Site

#: Younger directives that were never seen are news, not history.
OLD = timedelta(days=30)
#: Until a plan is approved: the intent is decided and known by its key, and keeps its lane waiting.
NEVER = datetime(9000, 1, 1, tzinfo=UTC)
SCOPE = "backfill"


@dataclass(slots=True)
class Progress:
    """What one long reading has done, over restarts. `name` is the reading's own: the same order goes on."""

    site: Site
    name: str
    keep: bool
    _done: set[bytes] = field(default_factory=set)
    _chunks: int = 0

    def load(self) -> int:
        """Go on where an earlier run ended; gives how many records it had done."""
        if self.keep:
            with self.site.store.read() as places:
                steps = places.cursors.under(self.site.name, f"{self.name}:")
            self._chunks = len(steps)
            self._done = {bytes.fromhex(one) for step in steps.values() for one in orjson.loads(step.value)}
        return len(self._done)

    def known(self, kind: Kind, rows: Sequence[tuple[str, str]]) -> Collection[str]:
        """The connector's question: what this reading has read already needs no second request."""
        return [one for one, _ in rows if self._digest(kind, one) in self._done]

    def add(self, places: Places, judged: Sequence[Judged]) -> None:
        """Note a chunk as done, in the transaction that keeps it."""
        fresh = [self._digest(item.raw.kind, item.raw.remote_id) for item in judged]
        if self.keep:
            value = orjson.dumps([one.hex() for one in fresh]).decode()
            places.cursors.set(self.site.name, f"{self.name}:{self._chunks:06}", value)
            self._chunks += 1
            self._done.update(fresh)

    def end(self) -> None:
        """The reading is complete: the next one begins anew."""
        if self.keep and self._chunks:
            with self.site.store.begin() as places:
                for stream in places.cursors.under(self.site.name, f"{self.name}:"):
                    places.cursors.clear(self.site.name, stream)

    def _digest(self, kind: Kind, remote_id: str) -> bytes:
        name = f"{kind.value}\0{remote_id}".encode()
        return blake2b(name, digest_size=8, key=self.site.store.salt, person=b"tdcd backfill").digest()


def history(site: Site, places: Places, judged: Sequence[Judged]) -> list[str]:
    """Ids of directives that are old and were never seen: asked before they are kept."""
    before = site.now().date() - OLD
    old = [
        item.record.remote_id
        for item in judged
        if isinstance(item.record, DirectiveRecord)
        and item.record.issued_on is not None
        and item.record.issued_on < before
    ]
    seen = places.inbox.latest(site.name, Kind.DOCUMENT.value, old)
    return [one for one in old if one not in seen]


def silence(
    site: Site, places: Places, documents: Collection[str], fresh: Sequence[Intent]
) -> Sequence[Intent]:
    """Mark the tasks of these directives, let nothing about them go out; gives what may go of `fresh`."""
    if not documents:
        return fresh
    now = site.now()
    tasks = {key for keys in places.tasks.of_directives(site.name, documents).values() for key in keys}
    lanes = {f"document:{document}" for document in documents}
    places.ledger.append([Entry(site.name, one, HISTORY, HISTORY, now) for one in sorted(tasks | lanes)], now)
    for lane in lanes:
        places.outbox.supersede(site.name, lane, "comment_document", "")
    for intent in fresh:
        if intent.task in tasks and intent.id is not None:
            places.outbox.defer(intent.id, NEVER, BACKFILLED)
    return [intent for intent in fresh if intent.task not in tasks and intent.lane not in lanes]


def newer_is_known(site: Site, places: Places, judged: Sequence[Judged], read_at: datetime) -> list[Judged]:
    """What was read before a live change came in is dropped: the live change wins."""
    kept = []
    for kind in Kind:
        items = [item for item in judged if item.raw.kind is kind]
        latest = places.inbox.latest(site.name, kind.value, [item.raw.remote_id for item in items])
        kept += [
            item
            for item in items
            if (live := latest.get(item.raw.remote_id)) is None
            or live.version == item.raw.version
            or live.seen_at <= read_at
        ]
    return kept


def offer_backfilled(site: Site) -> int:
    """Seal what backfilled tasks would write, or send exactly what was approved; gives how many wait."""
    with site.store.begin() as places:
        waiting = _waiting(places, site.name, BACKFILLED)
        if not waiting:
            if plan_behind(places, site.name, SCOPE):
                withdraw(site, places, SCOPE)
            return 0
        brake = Brake(
            scope=SCOPE,
            reason=f"{len(waiting)} công việc của các văn bản cũ vừa được đọc bổ sung chưa được giao trên hệ thống.",
            safe="Các nhiệm vụ đã có trong sổ theo dõi; chưa gửi gì cho đơn vị nào.",
            cost="Đơn vị chưa thấy các nhiệm vụ cũ này trong hệ thống văn bản.",
            releaser="Văn phòng UBND tỉnh",
            body={"effects": sorted(one.effect_key for one in waiting)},
        )
        if not allowed(site, places, brake):
            return len(waiting)
        for intent in waiting:
            if intent.id is not None:
                places.outbox.defer(intent.id, site.now(), "")
    return 0


def decline(places: Places, site: str, digest: str, now: datetime, *, by: str, reason: str = "") -> int:
    """A named person does not want what this plan would write; it stands in the ledger. Gives how many writes it were.

    Raises ConfigInvalid when nobody is named, no single plan begins with `digest`, or it is of another kind: those
    go away with their cause.
    """
    plan = find(places, site, digest)
    if plan.kind != SCOPE:
        raise ConfigInvalid([f"{plan.kind} goes away with its cause: leave it alone"], where="plan decline")
    if not by.strip():
        raise ConfigInvalid(["say who declines: --by NAME"], where="plan decline")
    effects = set(orjson.loads(plan.body)["effects"])
    unwanted = _waiting(places, site, BACKFILLED)
    for intent in unwanted:
        if intent.id is not None and intent.effect_key in effects:
            places.outbox.defer(intent.id, NEVER, DECLINED)
    places.plans.end(plan.digest, "void", now, by.strip())
    places.cursors.clear(site, APPROVED + SCOPE)
    places.holds.release(site, SCOPE, now, by.strip())
    body = {"plan": plan.digest, "by": by.strip(), "reason": reason, "effects": sorted(effects)}
    key = f"declined:{plan.digest}:{now.isoformat()}"
    places.ledger.append([Entry(site, SCOPE, "plan_declined", key, now, by.strip(), orjson.dumps(body))], now)
    return len(effects)


def ask_again(site: Site, places: Places, documents: Collection[str]) -> None:
    """Somebody orders to read these directives again: what was declined of them may be proposed once more."""
    tasks = {key for keys in places.tasks.of_directives(site.name, documents).values() for key in keys}
    for intent in _waiting(places, site.name, DECLINED) if tasks else ():
        if intent.id is not None and intent.task in tasks:
            places.outbox.defer(intent.id, NEVER, BACKFILLED)


def _waiting(places: Places, site: str, why: str) -> list[Intent]:
    return [one for one in places.outbox.find(site, "pending") if one.error == why]


def name_of(since: date | None, until: date | None) -> str:
    """The name under which a long reading's progress is kept."""
    return f"backfill {since or ''}..{until or ''}"
