"""The outbox: what we decided to write in the document system, kept with the decision, sent in order.

Intents of one lane go out one after another: whatever stands unfinished at the front of a lane (also a
held intent) keeps the later ones waiting. `confirmed`, `superseded` and `dead` are final: every change
here asks for the state it comes from, and a trigger refuses the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import KW_ONLY, dataclass, fields, replace
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import bindparam, func, or_, select, update

from store.codec import as_utc
from store.holds import held_back
from store.prepared import NO_LIMIT, Prepared
from store.sql import Sql, Values, chunks
from store.tables import OutboxRow, table_of

OUTBOX = table_of(OutboxRow)

#: `error` of an intent that waits until a person has approved what an old directive would write.
BACKFILLED: Final = "backfilled: waits for approval"
#: … and of one that a person has declined.
DECLINED: Final = "backfilled: declined"
#: Why an intent of an old directive does not go out.
QUIET: Final = (BACKFILLED, DECLINED)

#: States that still change.
OPEN = ("pending", "sending", "held")

#: States that never change again.
FINAL = ("confirmed", "superseded", "dead")


@dataclass(frozen=True, slots=True)
class Intent:
    """One effect to bring about, known by `effect_key`. `written` is the hash of what was written."""

    site: str
    lane: str
    kind: str
    effect_key: str
    body: bytes
    _: KW_ONLY
    created_at: datetime
    task: str = ""
    id: int | None = None
    state: str = "pending"
    attempts: int = 0
    not_before: datetime | None = None
    error: str = ""
    remote_id: str = ""
    written: str = ""
    finished_at: datetime | None = None

    def __post_init__(self) -> None:
        if not (self.site and self.lane and self.kind and self.effect_key):
            raise ValueError("an intent needs site, lane, kind and effect key")
        if self.state not in OPEN + FINAL:
            raise ValueError(f"an intent cannot be '{self.state}'")
        if self.created_at.tzinfo is None:
            raise ValueError("created_at: a time without a zone cannot be stored")


NAMES = [field.name for field in fields(Intent)]
NUMBERS = "SELECT effect_key, id FROM outbox WHERE effect_key IN (*)"
GIVEN_WAY = "SELECT id FROM outbox WHERE state = 'superseded' AND effect_key IN (*)"
FIELDS = [OUTBOX.c[name] for name in NAMES]


OF_SITE = select(*FIELDS).where(OUTBOX.c.site == bindparam("site")).order_by(OUTBOX.c.id)
SOME_LANES = OUTBOX.c.lane.in_(bindparam("lanes", expanding=True))


@cache
def _ready(state: str) -> Prepared:
    """The oldest unfinished intent of each lane, where it is in this state and its time has come."""
    older = OUTBOX.alias("older")
    before = (older.c.site == bindparam("site"), older.c.lane == OUTBOX.c.lane, older.c.id < OUTBOX.c.id)
    blocked = select(older.c.id).where(*before, older.c.state.in_(OPEN)).exists()
    due = or_(OUTBOX.c.not_before.is_(None), OUTBOX.c.not_before <= bindparam("now"))
    first = OF_SITE.where(~blocked, ~held_back(OUTBOX), due, OUTBOX.c.state == state)
    return Prepared(first.limit(bindparam("limit")))


@cache
def _change(states: tuple[str, ...], names: tuple[str, ...], *, tried: bool = False) -> Prepared:
    """One change of state, if the intent is in one of the states that it may come from."""
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    if tried:
        values["attempts"] = OUTBOX.c.attempts + 1
    one = update(OUTBOX).where(OUTBOX.c.id == bindparam("number"), OUTBOX.c.state.in_(states))
    return Prepared(one.values(values))


LISTED = Prepared(OF_SITE.limit(bindparam("limit")))
IN_STATE = Prepared(OF_SITE.where(OUTBOX.c.state == bindparam("state")).limit(bindparam("limit")))
ALL_OF_LANES = Prepared(select(*FIELDS).where(SOME_LANES).order_by(OUTBOX.c.id))
UNFINISHED = Prepared(select(*FIELDS).where(SOME_LANES, OUTBOX.c.state.in_(OPEN)).order_by(OUTBOX.c.id))
SUPERSEDE = Prepared(
    update(OUTBOX)
    .where(
        OUTBOX.c.site == bindparam("site_of"),
        OUTBOX.c.lane == bindparam("lane_of"),
        OUTBOX.c.kind == bindparam("kind_of"),
        OUTBOX.c.state == "pending",
        OUTBOX.c.effect_key != bindparam("except_key"),
    )
    .values(state="superseded")
)


class Outbox:
    """Intents by lane."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add(self, intents: Sequence[Intent]) -> list[Intent]:
        """Put in intents whose effect key is new, in the order given; gives those back with their numbers.

        An intent with a known effect key has been decided before and is left as it stands.
        """
        new: dict[str, Intent] = {}
        for intent in intents:
            new.setdefault(intent.effect_key, intent)
        for known, _number in list(self._sql.among(NUMBERS, (), new)):
            del new[known]
        self._sql.load(OUTBOX, [self._to_row(intent) for intent in new.values()], "(effect_key) DO NOTHING")
        numbers = dict(map(tuple, self._sql.among(NUMBERS, (), new)))
        return [replace(intent, id=numbers[key]) for key, intent in new.items()]

    def key_anew(self, key: str) -> str:
        """An effect's key; another one where what was decided under it gave way unsent and is right again."""
        anew = key
        while given_way := [number for (number,) in self._sql.among(GIVEN_WAY, (), [anew])]:
            anew = f"{key}:{given_way[0]}"
        return anew

    def supersede(self, site: str, lane: str, kind: str, except_key: str) -> None:
        """End a site's pending intents of a lane and kind but one: a newer decision took their place.

        One that is being sent or is held stays: what happened to it must be found out first. Documents of two
        sites may have the same id, and so their lanes the same name.
        """
        self._sql.do(SUPERSEDE, site_of=site, lane_of=lane, kind_of=kind, except_key=except_key)

    def ready(self, site: str, now: datetime, limit: int) -> list[Intent]:
        """What may be sent now: at most the oldest unfinished intent of each lane.

        `sending` ones come first: what became of them is not known, so read back before sending again.
        Then the pending ones, oldest first. None of them before its `not_before` has come.
        """
        found = self._read(_ready("sending"), site=site, now=now, limit=limit)
        if len(found) < limit:
            found += self._read(_ready("pending"), site=site, now=now, limit=limit - len(found))
        return found

    def start(self, id: int) -> bool:  # noqa: A002 -- named by the contract of the room
        """Note that an intent goes out now (commit before sending). False if it is held or has ended."""
        started = _change(("pending", "sending"), ("state", "not_before"), tried=True)
        return self._sql.do(started, number=id, new_state="sending", new_not_before=None) == 1

    def give_back(self, ids: Collection[int]) -> None:
        """Intents that were started and never left: as if they had not been; their error stays."""
        unsent = update(OUTBOX).where(OUTBOX.c.state == "sending")
        values = {"state": "pending", "attempts": OUTBOX.c.attempts - 1}
        for some in chunks(ids):
            self._sql.run(unsent.where(OUTBOX.c.id.in_(some)).values(**values))

    def confirm(self, id: int, remote_id: str, written: str, at: datetime) -> bool:  # noqa: A002
        """Note that the effect is there: its remote id and the hash of what was written. False if ended."""
        receipt = {"remote_id": remote_id, "written": written, "finished_at": at, "error": ""}
        return self._change(id, OPEN, state="confirmed", **receipt)

    def defer(self, id: int, not_before: datetime, error: str) -> bool:  # noqa: A002
        """Let an intent wait until `not_before`, with the reason; releases a held one too. False if ended."""
        return self._change(id, OPEN, state="pending", not_before=not_before, error=error)

    def doubt(self, id: int, not_before: datetime, error: str) -> bool:  # noqa: A002
        """Sent, and nobody knows with what effect: stays `sending`, is looked at again from `not_before`."""
        return self._change(id, ("sending",), not_before=not_before, error=error)

    def let_go(self, id: int) -> bool:  # noqa: A002
        """A held intent goes on; as `sending`, since what it was held for may have had an effect."""
        return self._change(id, ("held",), state="sending", not_before=None)

    def wake(self, site: str, fault: str, now: datetime) -> int:
        """Bring forward what waits because of one class of failure (first word of `error`); gives how many."""
        waiting = (OUTBOX.c.site == site, OUTBOX.c.state == "pending", OUTBOX.c.not_before > now)
        soon = update(OUTBOX).where(*waiting, OUTBOX.c.error.startswith(f"{fault} ", autoescape=True))
        return int(self._sql.run(soon.values(not_before=now)).rowcount)

    def hold(self, id: int, error: str) -> bool:  # noqa: A002
        """Stop an intent, and its lane with it, until a person decides. False if it had ended."""
        return self._change(id, OPEN, state="held", error=error)

    def bury(self, id: int, error: str) -> bool:  # noqa: A002
        """Give an intent up for good, with the reason; the lane goes on. False if it had ended."""
        return self._change(id, OPEN, state="dead", error=error)

    def counts(self, site: str) -> dict[str, int]:
        """How many intents are in each state; states without any are left out."""
        query = select(OUTBOX.c.state, func.count()).where(OUTBOX.c.site == site).group_by(OUTBOX.c.state)
        return {state: int(count) for state, count in self._sql.run(query)}

    def find(self, site: str, state: str | None = None, limit: int | None = None) -> list[Intent]:
        """Intents of a site, oldest first."""
        most = NO_LIMIT if limit is None else limit
        if state is None:
            return self._read(LISTED, site=site, limit=most)
        return self._read(IN_STATE, site=site, state=state, limit=most)

    def get(self, ids: Collection[int]) -> dict[int, Intent]:
        """Intents by number, in whatever state; unknown numbers are left out."""
        found: dict[int, Intent] = {}
        for some in chunks(ids):
            rows = self._sql.run(select(*FIELDS).where(OUTBOX.c.id.in_(some)))
            found.update((intent.id, intent) for intent in map(_intent, rows) if intent.id is not None)
        return found

    def unfinished(self, lanes: Collection[str]) -> dict[str, list[Intent]]:
        """What still waits in each lane (pending, sending or held), oldest first; empty lanes are left out."""
        found: dict[str, list[Intent]] = {}
        for some in chunks(lanes):
            for intent in self._read(UNFINISHED, lanes=some):
                found.setdefault(intent.lane, []).append(intent)
        return found

    def of_lanes(self, lanes: Collection[str]) -> list[Intent]:
        """Every intent there ever was in these lanes, in whatever state."""
        return [intent for some in chunks(lanes) for intent in self._read(ALL_OF_LANES, lanes=some)]

    def newest(self) -> int:
        """The number of the newest intent; 0 before the first."""
        return int(self._sql.run(select(func.max(OUTBOX.c.id))).scalar_one() or 0)

    def last_confirmed(self, site: str, lanes: Collection[str], kind: str) -> dict[str, Intent]:
        """The newest confirmed intent of a kind in each lane of a site: what was last told there."""
        found: dict[str, Intent] = {}
        for some in chunks(lanes):
            done = (OUTBOX.c.lane.in_(some), OUTBOX.c.kind == kind, OUTBOX.c.state == "confirmed")
            newest = select(func.max(OUTBOX.c.id)).where(*done, OUTBOX.c.site == site).group_by(OUTBOX.c.lane)
            rows = self._sql.run(select(*FIELDS).where(OUTBOX.c.id.in_(newest)))
            found.update((intent.lane, intent) for intent in map(_intent, rows))
        return found

    def _change(self, number: int, states: tuple[str, ...], **values: Any) -> bool:
        given = {f"new_{name}": value for name, value in values.items()}
        return self._sql.do(_change(states, tuple(values)), number=number, **given) == 1

    def _read(self, prepared: Prepared, **values: Any) -> list[Intent]:
        return [_intent(row) for row in self._sql.ask(prepared, **values)]

    def _to_row(self, one: Intent) -> Values:
        binds = self._sql.binds
        return (
            one.site,
            one.lane,
            one.kind,
            one.effect_key,
            one.task,
            one.state,
            one.attempts,
            binds.moment(as_utc(one.created_at, "created_at")),
            binds.moment(as_utc(one.not_before, "not_before")) if one.not_before else binds.nothing,
            binds.moment(as_utc(one.finished_at, "finished_at")) if one.finished_at else binds.nothing,
            one.error,
            one.remote_id,
            one.written,
            binds.raw(one.body),
        )


def _intent(row: Sequence[Any]) -> Intent:
    return Intent(**dict(zip(NAMES, row, strict=True)))
