"""The ledger: what was seen, decided and sent, in the order in which it became known. It only grows.

Every entry has a number without gaps and the leaf hash of its contents; the one-row head holds the size,
the root over all leaves and the frontier from which the next root follows. Head and entries change in
one transaction, and the head's lock lets one writer number entries at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from store.codec import as_utc, body_at, from_body
from store.entries import Entry, Fact, StoredEntry, entry_leaf
from store.merkle import Frontier
from store.prepared import Prepared
from store.sql import Sql, Values, chunks
from store.tables import LedgerHeadRow, LedgerRow, table_of
from tracking.events import EVENTS, NAMES, Event

__all__ = ["Entry", "Ledger", "StoredEntry"]

LEDGER = table_of(LedgerRow)
HEAD = table_of(LedgerHeadRow)

#: The columns of a stored entry, in the order of its fields.
FACT = [
    LEDGER.c[name] for name in ("site", "subject", "kind", "key", "occurred_at", "actor", "body", "source")
]
STORED = [*FACT, LEDGER.c.seq, LEDGER.c.recorded_at, LEDGER.c.leaf]

EVENTS_OF = Prepared(
    select(LEDGER.c.subject, LEDGER.c.kind, LEDGER.c.body)
    .where(LEDGER.c.subject.in_(bindparam("subjects", expanding=True)))
    .order_by(LEDGER.c.occurred_at, LEDGER.c.seq)
)
SIZE = Prepared(select(HEAD.c.size))
LOCKED_HEAD = Prepared(select(HEAD.c.size, HEAD.c.frontier).with_for_update())
MOVE_HEAD = Prepared(
    update(HEAD).values(
        size=bindparam("new_size"), root=bindparam("new_root"), frontier=bindparam("new_frontier")
    )
)

RECORDED = "SELECT site, subject, key FROM ledger WHERE subject IN (*)"

#: What an entry is known by: the same observation read twice is one entry.
Identity = tuple[str, str, str]


class Ledger:
    """Entries are appended and read; nothing else."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def append(self, entries: Iterable[Entry], recorded_at: datetime) -> list[StoredEntry]:
        """Append what is not there yet (site, subject, key), in the order given; gives back what was new."""
        at = as_utc(recorded_at, "recorded_at")
        facts = [entry.fact() for entry in entries]
        return [
            StoredEntry(*facts[place], seq=seq, recorded_at=at, leaf=leaf.hex())
            for place, seq, leaf in self._record(facts, at)
        ]

    def append_events(
        self,
        events: Sequence[Event],
        recorded_at: datetime,
        source: int | Sequence[int | None] | None = None,
        *,
        site: str,
    ) -> list[Event]:
        """Append events of tasks; `source` is the number of the envelope they were read from, or one for each.

        Gives back those that were new, in the order given.
        """
        facts: list[Fact] = []
        sources = [source] * len(events) if source is None or isinstance(source, int) else source
        for event, origin in zip(events, sources, strict=True):
            at = event.occurred_at
            if at.tzinfo is not UTC:
                at = as_utc(at, "occurred_at")
            body = body_at(event, at)
            facts.append((site, event.task, NAMES[type(event)], event.key, at, event.actor, body, origin))
        recorded = self._record(facts, as_utc(recorded_at, "recorded_at"))
        return [events[place] for place, _seq, _leaf in recorded]

    def events(self, tasks: Collection[str]) -> dict[str, list[Event]]:
        """The events of each task, by when they happened, then as recorded; an empty list if it has none."""
        found: dict[str, list[Event]] = {task: [] for task in tasks}
        for some in chunks(found):
            for subject, kind, body in self._sql.ask(EVENTS_OF, subjects=some):
                if kind in EVENTS:
                    found[subject].append(from_body(kind, body))
        return found

    def history(self, subjects: Collection[str]) -> dict[str, list[StoredEntry]]:
        """Every entry about each subject, in the order of the ledger; an empty list if there is none."""
        found: dict[str, list[StoredEntry]] = {subject: [] for subject in subjects}
        for some in chunks(found):
            query = select(*STORED).where(LEDGER.c.subject.in_(some)).order_by(LEDGER.c.seq)
            for row in self._sql.run(query):
                found[row.subject].append(_stored(row))
        return found

    def size(self) -> int:
        """How many entries there are."""
        ((size,),) = self._sql.ask(SIZE)
        return int(size)

    def root(self) -> str:
        """The RFC 6962 root over all leaves, in hex."""
        return bytes(self._sql.run(select(HEAD.c.root)).scalar_one()).hex()

    def head(self) -> tuple[int, bytes, bytes]:
        """Size, root and packed frontier as the head has them."""
        size, root, frontier = self._sql.run(select(HEAD.c.size, HEAD.c.root, HEAD.c.frontier)).one()
        return int(size), bytes(root), bytes(frontier)

    def rows(self, after: int, limit: int) -> list[tuple[int, Fact, datetime, bytes]]:
        """Entries numbered above `after`, as number, fact, recorded_at and leaf, for one who reads them all.

        ValueError when a stored time cannot be read.
        """
        query = select(*STORED).where(LEDGER.c.seq > after).order_by(LEDGER.c.seq).limit(limit)
        return [(row[8], tuple(row[:8]), row[9], row[10]) for row in self._sql.run(query)]

    def _record(self, facts: list[Fact], recorded_at: datetime) -> list[tuple[int, int, bytes]]:
        """Number, hash and insert the facts that are new; gives their place in the list, number and leaf."""
        if not facts:
            return []
        ((size, packed),) = self._sql.ask(LOCKED_HEAD)
        tree = Frontier(size, packed)
        rows: list[Values] = []
        numbered: list[tuple[int, int, bytes]] = []
        binds = self._sql.binds
        raw, recorded = binds.raw, binds.moment(recorded_at)
        last, occurred = recorded_at, recorded
        for seq, place in enumerate(self._unknown(facts), size + 1):
            fact = facts[place]
            site, subject, kind, key, at, actor, body, source = fact
            if at is not last:  # the rows of one directive have one moment
                last, occurred = at, binds.moment(at)
            leaf = entry_leaf(seq, fact, recorded_at)
            tree.add(leaf)
            origin = binds.nothing if source is None else source
            rows.append(
                (seq, site, subject, kind, key, occurred, recorded, actor, origin, raw(leaf), raw(body))
            )
            numbered.append((place, seq, leaf))
        if rows:
            self._sql.load(LEDGER, rows)
            self._sql.do(MOVE_HEAD, new_size=tree.size, new_root=tree.root(), new_frontier=tree.pack())
        return numbered

    def _unknown(self, facts: list[Fact]) -> list[int]:
        """Places of the facts whose identity is not in the ledger yet, each once. The head must be locked."""
        wanted: dict[Identity, int] = {}
        for place, fact in enumerate(facts):
            wanted.setdefault((fact[0], fact[1], fact[3]), place)
        subjects = {subject for _site, subject, _key in wanted}
        for site, subject, key in self._sql.among(RECORDED, (), subjects):
            wanted.pop((site, subject, key), None)
        return list(wanted.values())


def _stored(row: Row[*tuple[Any, ...]]) -> StoredEntry:
    *fact, seq, recorded_at, leaf = row
    return StoredEntry(*fact, seq=seq, recorded_at=recorded_at, leaf=bytes(leaf).hex())
