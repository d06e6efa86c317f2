"""The inbox: every record as the document system showed it, kept verbatim before any work is done on it.

`seen` beside it answers whether a listing row has changed since it was last read. It holds keyed digests
only, so that not even the id of a classified document can be read out of it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import blake2b
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, func, or_, select, update

from frozen import quickly_made
from store.codec import as_utc
from store.prepared import Prepared
from store.sql import Sql, Values, chunks
from store.tables import InboxHeadRow, InboxRow, SeenRow, table_of

INBOX = table_of(InboxRow)
HEAD = table_of(InboxHeadRow)
SEEN = table_of(SeenRow)

#: The states that work on an envelope can end in.
SETTLED = ("mapped", "skipped", "held")


@quickly_made
@dataclass(frozen=True, slots=True)
class Envelope:
    """One version of one record. `version` is the connector's hash of `body`; `seen_at` is aware."""

    site: str
    kind: str
    remote_id: str
    version: str
    body: bytes
    seen_at: datetime
    id: int | None = None
    state: str = "new"
    reason: str = ""

    def __post_init__(self) -> None:
        if not (self.site and self.kind and self.remote_id and self.version):
            raise ValueError("an envelope needs site, kind, remote id and version")
        if self.seen_at.tzinfo is None:
            raise ValueError("seen_at: a time without a zone cannot be stored")


#: The columns of an envelope, in the order of its fields.
FIELDS = [
    INBOX.c[name]
    for name in ("site", "kind", "remote_id", "version", "body", "seen_at", "id", "state", "reason")
]

NEW = (
    select(*FIELDS)
    .where(INBOX.c.site == bindparam("site"), INBOX.c.state == "new")
    .order_by(INBOX.c.turn)
    .limit(bindparam("limit"))
)
PENDING = Prepared(NEW)
PENDING_OF_KINDS = Prepared(NEW.where(INBOX.c.kind.in_(bindparam("kinds", expanding=True))))

LAST_TURN = Prepared(select(HEAD.c.turn).with_for_update())
MOVE_TURN = Prepared(update(HEAD).values(turn=bindparam("last")))

VERSIONS = "SELECT remote_id, version, turn, id FROM inbox WHERE site = ? AND kind = ? AND remote_id IN (*)"

KEPT = "SELECT DISTINCT remote_id FROM inbox WHERE site = ? AND kind = ? AND remote_id IN (*)"

NUMBERED = Prepared(select(*FIELDS).where(INBOX.c.id.in_(bindparam("numbers", expanding=True))))

REMEMBERED = "SELECT item, fingerprint FROM seen WHERE site = ? AND kind = ? AND item IN (*)"

SETTLE = "UPDATE inbox SET state = ?, reason = ? WHERE id IN (*)"

#: Reason of a record that waits for a file of it: it is opened again when that has come, and not before.
WAITING: Final = "A file of it could not be brought yet; it is tried again."

#: Versions of one record, each with the turn it was last shown at and its number.
Versions = dict[str, tuple[int, int]]


@cache
def _reopen(*, some_kinds: bool, some_ids: bool, waiting: bool) -> Prepared:
    """The latest version of settled records, all or some of them, is `new` again."""
    other = INBOX.alias("other")
    same = (
        other.c.site == INBOX.c.site,
        other.c.kind == INBOX.c.kind,
        other.c.remote_id == INBOX.c.remote_id,
    )
    newer = select(other.c.id).where(*same, other.c.turn > INBOX.c.turn).exists()
    where: list[ColumnElement[bool]] = [INBOX.c.site == bindparam("of_site"), INBOX.c.state != "new", ~newer]
    if not waiting:
        where.append(or_(INBOX.c.state != "held", INBOX.c.reason != WAITING))
    if some_kinds:
        where.append(INBOX.c.kind.in_(bindparam("kinds", expanding=True)))
    if some_ids:
        where.append(INBOX.c.remote_id.in_(bindparam("ids", expanding=True)))
    return Prepared(update(INBOX).where(*where).values(state="new", reason=""))


class Inbox:
    """Envelopes in the order in which they were shown."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def put(self, envelopes: Sequence[Envelope]) -> list[Envelope]:
        """Keep the envelopes; gives back the new ones with their numbers, in the order given.

        New is a version that the document system did not show last. One that it showed before and now
        shows again (a change taken back) keeps its number, is `new` once more and counts as the latest.
        An envelope given as `mapped` is put down so: by one who maps it in this same unit of work. So is one
        that is `held`, with its reason: it waits for something else that belongs to it.
        """
        if not envelopes:
            return []
        (turn,) = self._sql.ask_one(LAST_TURN)
        known = self._versions(envelopes)
        fresh: list[Values] = []
        returned: list[tuple[int, Envelope]] = []
        new: list[Envelope] = []
        for one in envelopes:
            versions = known.setdefault((one.site, one.kind, one.remote_id), {})
            if versions and max(versions, key=versions.__getitem__) == one.version:
                continue
            turn += 1
            number = versions[one.version][1] if one.version in versions else turn
            kept = _kept(one, number)
            if one.version in versions:
                returned.append((turn, kept))
            else:
                fresh.append(self._to_row(kept, turn))
            versions[one.version] = (turn, number)
            new.append(kept)
        self._sql.load(INBOX, fresh)
        for shown, one in returned:
            again = update(INBOX).where(INBOX.c.id == one.id)
            self._sql.run(again.values(turn=shown, seen_at=one.seen_at, state=one.state, reason=one.reason))
        if new:
            self._sql.do(MOVE_TURN, last=turn)
        return new

    def pending(self, site: str, limit: int, kinds: Collection[str] | None = None) -> list[Envelope]:
        """Envelopes that wait to be mapped, the longest shown first."""
        if kinds is None:
            rows = self._sql.ask(PENDING, site=site, limit=limit)
        else:
            rows = self._sql.ask(PENDING_OF_KINDS, site=site, limit=limit, kinds=list(kinds))
        return [Envelope(*row) for row in rows]

    def count(self, site: str, kind: str) -> int:
        """How many different records of a kind were kept."""
        ids = select(func.count(INBOX.c.remote_id.distinct())).where(
            INBOX.c.site == site, INBOX.c.kind == kind
        )
        return int(self._sql.run(ids).scalar_one())

    def settle(self, ids: Collection[int], state: str, reason: str = "") -> None:
        """Note how the work on envelopes ended: mapped, skipped or held, with the reason."""
        if state not in SETTLED:
            raise ValueError(f"an envelope cannot be settled as '{state}'")
        self._sql.change(SETTLE, (state, reason), ids)

    def latest(self, site: str, kind: str, remote_ids: Collection[str]) -> dict[str, Envelope]:
        """The version of each record that was shown last."""
        newest: dict[str, tuple[int, int]] = {}
        for remote_id, _version, turn, number in self._sql.among(VERSIONS, (site, kind), remote_ids):
            newest[remote_id] = max(newest.get(remote_id, (0, 0)), (turn, number))
        found: dict[str, Envelope] = {}
        for some in chunks([number for _turn, number in newest.values()]):
            found.update((row[2], Envelope(*row)) for row in self._sql.ask(NUMBERED, numbers=some))
        return found

    def kept(self, site: str, kind: str, remote_ids: Collection[str]) -> set[str]:
        """Of these records the ids of those that any version was kept of."""
        return {remote_id for (remote_id,) in self._sql.among(KEPT, (site, kind), remote_ids)}

    def reopen(
        self,
        site: str,
        kinds: Collection[str] | None = None,
        remote_ids: Collection[str] | None = None,
        *,
        waiting: bool = False,
    ) -> int:
        """Put the latest version of settled records back to `new`, to be mapped again; gives how many.

        Those that wait for a file stay where they are, unless `waiting` says that they need not any more.
        """
        again = _reopen(some_kinds=kinds is not None, some_ids=remote_ids is not None, waiting=waiting)
        given: dict[str, Any] = {"of_site": site}
        if kinds is not None:
            given["kinds"] = list(kinds)
        if remote_ids is None:
            return self._sql.do(again, **given)
        return sum(self._sql.do(again, **given, ids=some) for some in chunks(remote_ids))

    def again(self, ids: Collection[int]) -> None:
        """Put these very versions back to `new`, whether or not newer ones have come since."""
        self._sql.change("UPDATE inbox SET state = 'new', reason = '' WHERE id IN (*)", (), ids)

    def unchanged(self, site: str, kind: str, rows: Sequence[tuple[str, str]]) -> set[str]:
        """Of listing rows (remote id, fingerprint): the ids whose fingerprint is the one remembered."""
        wanted = {self._item(kind, remote_id): (remote_id, self._print(mark)) for remote_id, mark in rows}
        same: set[str] = set()
        for item, fingerprint in self._sql.among(
            REMEMBERED, (site, kind), [*map(self._sql.binds.raw, wanted)]
        ):
            remote_id, now = wanted[bytes(item)]
            if now == fingerprint:
                same.add(remote_id)
        return same

    def remember(
        self, site: str, kind: str, rows: Sequence[tuple[str, str]], *, classified: bool = False
    ) -> None:
        """Remember listing rows (remote id, fingerprint) as read, over what was remembered of them."""
        raw, secret = self._sql.binds.raw, self._sql.binds.truth(classified)
        seen: list[Values] = [
            (raw(self._item(kind, one)), kind, site, raw(self._print(mark)), secret) for one, mark in rows
        ]
        self._sql.load(SEEN, seen, "(item,kind,site) UPDATE")

    def classified_count(self, site: str) -> int:
        """How many classified documents were seen: all that is ever told of them."""
        query = select(func.count()).select_from(SEEN).where(SEEN.c.site == site, SEEN.c.classified)
        return int(self._sql.run(query).scalar_one())

    def forget(self, site: str, kind: str | None = None) -> None:
        """Forget what was remembered, so that a resync reads every record again."""
        gone = SEEN.delete().where(SEEN.c.site == site)
        self._sql.run(gone if kind is None else gone.where(SEEN.c.kind == kind))

    def _versions(self, envelopes: Sequence[Envelope]) -> dict[tuple[str, str, str], Versions]:
        known: dict[tuple[str, str, str], Versions] = {}
        groups: dict[tuple[str, str], set[str]] = {}
        for one in envelopes:
            groups.setdefault((one.site, one.kind), set()).add(one.remote_id)
        for (site, kind), remote_ids in groups.items():
            for remote_id, version, turn, number in self._sql.among(VERSIONS, (site, kind), remote_ids):
                known.setdefault((site, kind, remote_id), {})[version] = (turn, number)
        return known

    def _to_row(self, one: Envelope, turn: int) -> Values:
        binds, at = self._sql.binds, as_utc(one.seen_at, "seen_at")
        shown = (binds.moment(at), binds.raw(one.body))
        return (turn, turn, one.site, one.kind, one.remote_id, one.version, one.state, one.reason, *shown)

    def _item(self, kind: str, remote_id: str) -> bytes:
        name = f"{kind}\0{remote_id}".encode()
        return blake2b(name, digest_size=16, key=self._sql.salt, person=b"tdcd item").digest()

    def _print(self, fingerprint: str) -> bytes:
        return blake2b(
            fingerprint.encode(), digest_size=16, key=self._sql.salt, person=b"tdcd print"
        ).digest()


def _kept(one: Envelope, number: int) -> Envelope:
    """The envelope with its number; by position, because envelopes come by the ten thousand."""
    state, reason = (one.state, one.reason) if one.state in {"mapped", "held"} else ("new", "")
    return Envelope(
        one.site, one.kind, one.remote_id, one.version, one.body, one.seen_at, number, state, reason
    )
