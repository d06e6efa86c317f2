"""Stage 4: carry intents out, in order per task, and keep the receipt with the hash of what was written.

An intent is marked `sending` before anything leaves. If the answer is lost, or the
process dies, the effect is looked for in the document system before it is tried
again. The network is never inside a transaction.

One connection does one thing after another, since a connector is not shared between
threads. But no lane waits for another: what fails is put off alone, and only when several
writes fail in a row is the document system itself taken to be away.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from connector.port import Write
from errors import HoldForHuman, OutcomeUnknown, RetryLater, SkipRecord, StopService, TdcdError
from store.outbox import Intent
from store.places import Places
from sync.bury_records import bury_records
from sync.lost_ledger import looks_first
from sync.older_ledger import left_in_doubt, seen_before_writing
from sync.push_record import ask, bury, keep_receipt, number_of, put_off, write_scope
from sync.push_retry import POISON, Fault, Trouble, counted, fault_of
from sync.push_standing import Standing, closed, not_let_in, recovered, rest, standing_of, went_away
from sync.read_back import Effect, NotSettled, bring_about, in_doubt, write_of
from sync.site import Site, log

BATCH = 20

#: An intent, its call (None without an object), and whether it may have been sent before.
Ready = tuple[Intent, Write | None, bool]


@dataclass(slots=True)
class Pushed:
    """What one pushing pass achieved; `stopped` says why it ended early.

    `outcome` is "ok" only when nothing stands in the dead letters or waits for a person,
    "away" when the pass ended early, else "degraded" (F25).
    """

    confirmed: int = 0
    found: int = 0
    deferred: int = 0
    held: int = 0
    dead: int = 0
    records_dead: int = 0
    stopped: str = ""
    outcome: str = "ok"
    by_kind: dict[str, int] = field(default_factory=dict)


def push_from_outbox(
    site: Site, *, limit: int | None = None, go_on: Callable[[], bool] = lambda: True, let_in: bool = False
) -> Pushed:
    """Send until nothing is ready, the site must be left alone, or `limit` intents were tried.

    `go_on` is asked before each write: when it says no, the rest stays as it was. `let_in`: this pass has
    read with the account, which ends the hold of its log-in where no write is there to show more. Raises
    StopService when the site refuses the account; everything else is put off or put away.
    """
    pushed = Pushed(records_dead=bury_records(site))
    with site.store.read() as places:
        standing = standing_of(places, site.name)
        released = _released(site, places)
        pushed.stopped = closed(places, site.name, standing, site.now())
        idle = not released and not places.outbox.ready(site.name, site.now(), 1)
        pushed.outcome = _outcome(places, site, pushed)
    if let_in and idle and standing.auth and not pushed.stopped:
        recovered(site)
    if not pushed.stopped and not idle:
        _let_go(site, released)
        _Sending(site, standing, go_on, pushed).run(limit)
        with site.store.read() as places:
            pushed.outcome = _outcome(places, site, pushed)
    return pushed


def _released(site: Site, places: Places) -> list[Intent]:
    """Held intents whose hold a person has released."""
    held = places.outbox.find(site.name, "held")
    scopes = {hold.scope for hold in places.holds.open(site.name)} if held else set()
    return [intent for intent in held if write_scope(intent) not in scopes]


def _let_go(site: Site, released: Sequence[Intent]) -> None:
    if released:
        with site.store.begin() as places:
            for intent in released:
                places.outbox.let_go(number_of(intent))


def _outcome(places: Places, site: Site, pushed: Pushed) -> str:
    if pushed.stopped:
        return "away"
    waits = places.dead_letters.open(site.name, limit=1) or places.outbox.find(site.name, "held", 1)
    return "degraded" if waits else "ok"


@dataclass(slots=True)
class _Sending:
    """One pass over what is ready. `failures` counts writes that failed in a row."""

    site: Site
    standing: Standing
    go_on: Callable[[], bool]
    pushed: Pushed
    failures: int = 0

    def run(self, limit: int | None) -> None:
        tried = 0
        while not self.pushed.stopped and (limit is None or tried < limit):
            most = BATCH if limit is None else min(BATCH, limit - tried)
            batch = self._take(1 if self.standing.troubled else most)
            tried += len(batch)
            if not batch or not self._send_all(batch):
                return

    def _take(self, most: int) -> list[Ready]:
        """The oldest unfinished intent of each ready lane, marked `sending` before anything leaves."""
        with self.site.store.begin() as places:
            ready = places.outbox.ready(self.site.name, self.site.now(), most)
            looks = looks_first(places, self.site.name, self.site.now()) or not seen_before_writing(self.site)
            for intent in ready:
                places.outbox.start(number_of(intent))
            return [
                (
                    intent,
                    write_of(self.site, places, intent),
                    looks or in_doubt(intent) or left_in_doubt(self.site, intent),
                )
                for intent in ready
            ]

    def _send_all(self, batch: Sequence[Ready]) -> bool:
        """Send one batch; False when the rest must wait."""
        for place, (intent, write, look_first) in enumerate(batch):
            if self.pushed.stopped or not self.go_on():
                self._give_back(batch[place:])
                return False
            try:
                self._send(intent, write, look_first=look_first)
            except StopService as error:
                self._give_back(batch[place:])
                not_let_in(self.site, self.standing, error, lasting=True)
                raise
        return not self.pushed.stopped

    def _give_back(self, rest_of_batch: Sequence[Ready]) -> None:
        """What was marked and never left needs no read-back; what had been in doubt still does."""
        unsent = [number_of(intent) for intent, _, _ in rest_of_batch if intent.state == "pending"]
        with self.site.store.begin() as places:
            places.outbox.give_back(unsent)

    def _send(self, intent: Intent, write: Write | None, *, look_first: bool) -> None:
        if write is None:
            bury(
                self.site, intent, Trouble(Fault.PERMANENT, 1, "The work item it belongs to does not exist.")
            )
            self.pushed.dead += 1
            return
        try:
            effect = bring_about(self.site, write, look_first=look_first)
        except HoldForHuman as error:
            self._ask(intent, error.sentence)
        except RetryLater as error:
            self._failed(intent, error)
        except SkipRecord as error:
            self._refused(intent, error)
        else:
            self._done(intent, write, effect)

    def _done(self, intent: Intent, write: Write, effect: Effect) -> None:
        keep_receipt(self.site, intent, write, effect)
        self.pushed.confirmed += 1
        self.pushed.found += effect.found
        self.pushed.by_kind[intent.kind] = self.pushed.by_kind.get(intent.kind, 0) + 1
        self._answered()

    def _answered(self) -> None:
        """The document system took a write or said no to it: it is there, and lets us in."""
        self.failures = 0
        if self.standing != Standing():
            recovered(self.site)
            self.standing = Standing()

    def _failed(self, intent: Intent, error: RetryLater) -> None:
        """No answer, a busy one, or not let in."""
        fault = fault_of(error)
        if fault is Fault.AUTH:
            self._give_back([(intent, None, False)])
            self.standing = not_let_in(self.site, self.standing, error)
            self.pushed.stopped = str(error)
            return
        trouble = counted(intent.error, fault, error.sentence)
        if isinstance(error, NotSettled) or self.standing.away:
            # The document system's trouble, not this write's: it does not wait longer for it, nor count.
            trouble = replace(trouble, times=max(trouble.times - 1, 1))
        if fault is Fault.UNKNOWN and trouble.times >= POISON:
            self._ask(intent, f"Sent {trouble.times} times, never answered, and not there. {error.sentence}")
            return
        sent = isinstance(error, OutcomeUnknown)
        put_off(self.site, intent, trouble, error.after, sent=sent)
        self.pushed.deferred += 1
        log.info("write put off", site=self.site.name, kind=intent.kind, reason=str(trouble))
        self._count(error)

    def _count(self, error: RetryLater) -> None:
        """A site that asks for rest gets it at once; else it counts as away after several failures."""
        self.failures += 1
        if error.after:
            self.standing = rest(self.site, self.standing, error.after)
        elif self.failures < self.standing.patience:
            return
        else:
            self.standing = went_away(self.site, self.standing)
        self.pushed.stopped = str(error)

    def _refused(self, intent: Intent, error: SkipRecord) -> None:
        """The document system said no: try a few more times, then stop for good and say so."""
        trouble = counted(intent.error, Fault.PERMANENT, str(error))
        self._answered()
        if trouble.times < POISON:
            put_off(self.site, intent, trouble, None, sent=False)
            self.pushed.deferred += 1
            return
        bury(self.site, intent, trouble)
        self.pushed.dead += 1
        self._tell("write given up", intent, trouble)

    def _ask(self, intent: Intent, sentence: str) -> None:
        ask(self.site, intent, sentence)
        self.pushed.held += 1
        self._tell("write held", intent, sentence)

    def _tell(self, what: str, intent: Intent, reason: Trouble | str | TdcdError) -> None:
        log.error(what, site=self.site.name, kind=intent.kind, task=intent.task, reason=str(reason))
