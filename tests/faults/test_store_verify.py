"""Tampering with the ledger by someone who may write to the database: what `verify_ledger` finds and names.

The triggers are dropped first, as such a person would. Excludes the triggers themselves (`test_store_ledger`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from store.codec import as_utc
from store.engine import Store, open_store
from store.entries import entry_leaf
from store.ledger import Entry
from store.verify import LedgerReport, verify_ledger

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
SIZE = 11  # subtrees of 8, 2 and 1

Fake = Callable[["Forger"], object]


class Forger:
    """Writes to the tables behind the program's back."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.sqlite = store.describe().startswith("SQLite")

    def run(self, *statements: str, **given: Any) -> None:
        with self.store.begin() as places:
            connection = places.ledger._sql.connection
            drop = (
                ["DROP TRIGGER IF EXISTS ledger_keeps_rows", "DROP TRIGGER IF EXISTS ledger_keeps_all"]
                if self.sqlite
                else ["ALTER TABLE ledger DISABLE TRIGGER USER"]
            )
            for statement in (*drop, *statements):
                connection.execute(text(statement), given)

    def rewrite(self, seq: int, actor: str) -> None:
        """Change an entry and its leaf hash with it."""
        with self.store.read() as places:
            _seq, fact, recorded_at, _leaf = places.ledger.rows(seq - 1, 1)[0]
        forged = (*fact[:5], actor, *fact[6:])
        leaf = entry_leaf(seq, forged, as_utc(recorded_at, "recorded_at"))
        self.run(
            "UPDATE ledger SET actor = :actor, leaf = :leaf WHERE seq = :seq", actor=actor, leaf=leaf, seq=seq
        )

    def put_in(self, seq: int) -> None:
        self.run(
            "INSERT INTO ledger (seq, site, subject, kind, key, occurred_at, recorded_at, actor, source, leaf, body)"
            " SELECT :seq, site, subject, kind, 'forged', occurred_at, recorded_at, actor, source, leaf, body"
            " FROM ledger WHERE seq = 1",
            seq=seq,
        )


def filled(store: Store) -> tuple[int, str]:
    entries = [
        Entry(
            "songlam",
            f"TD-{number % 3}",
            "noted",
            str(number),
            NOW,
            f"nv{number}",
            b'{"n":%d}' % number,
            number,
        )
        for number in range(1, SIZE + 1)
    ]
    with store.begin() as places:
        places.ledger.append(entries[:6], NOW)
        places.ledger.append(entries[6:], NOW)
        return places.ledger.size(), places.ledger.root()


def test_an_untouched_ledger_is_whole(store: Store) -> None:
    assert verify_ledger(store).ok
    size, root = filled(store)
    report = verify_ledger(store)
    assert report == LedgerReport(size, root, True, None, "All 11 entries are as they were recorded.")
    assert verify_ledger(store, known=(size, root)).ok
    with store.begin() as places:
        places.ledger.append([Entry("songlam", "TD-1", "noted", "new", NOW)], NOW)
    assert verify_ledger(store, known=(size, root)).ok


FLIPPED = b'{"n":\x34}'

BACKDATE = "UPDATE ledger SET occurred_at = recorded_at, recorded_at = '2026-01-01 00:00:00' WHERE seq = 9"
CLOSE_GAP = ("DELETE FROM ledger WHERE seq = 10", "UPDATE ledger SET seq = 10 WHERE seq = 11")
NO_ROOT, NO_FRONTIER = "UPDATE ledger_head SET root = :none", "UPDATE ledger_head SET frontier = :none"


def sql(*statements: str, **given: Any) -> Fake:
    return lambda forger: forger.run(*statements, **given)


FORGERIES: dict[str, tuple[Fake, int | None, str]] = {
    "actor": (sql("UPDATE ledger SET actor = 'x' WHERE seq = 5"), 5, "Entry 5 .* was changed"),
    "time": (sql(BACKDATE), 9, "Entry 9 .* was changed"),
    "source": (sql("UPDATE ledger SET source = NULL WHERE seq = 2"), 2, "Entry 2 .* was changed"),
    "a byte": (sql("UPDATE ledger SET body = :b WHERE seq = 5", b=FLIPPED), 5, "Entry 5 .* was changed"),
    "leaf": (
        sql("UPDATE ledger SET leaf = :none WHERE seq = 11", none=b"\0" * 32),
        11,
        "Entry 11 .* was changed",
    ),
    "entry and leaf": (lambda it: it.rewrite(10, "x"), 9, "Entries 9 to 10 are not those"),
    "first entry and leaf": (lambda it: it.rewrite(1, "x"), 1, "Entries 1 to 8 are not those"),
    "deleted first": (sql("DELETE FROM ledger WHERE seq = 1"), 1, "Entry 1 is missing: the next one is 2"),
    "deleted middle": (sql("DELETE FROM ledger WHERE seq IN (5, 6)"), 5, "5 is missing: the next one is 7"),
    "deleted tail": (sql("DELETE FROM ledger WHERE seq > 9"), 10, "entries 10 to 11 are missing"),
    "deleted all": (sql("DELETE FROM ledger"), 1, "entries 1 to 11 are missing"),
    "closed gap": (sql(*CLOSE_GAP), 10, "Entry 10 .* was changed"),
    "put in": (lambda it: it.put_in(12), 12, "Entry 12 was put in beside the head"),
    "put in later": (lambda it: it.put_in(100), 12, "Entry 12 is missing: the next one is 100"),
    "head's root": (sql(NO_ROOT, none=b"\0" * 32), None, "head was changed"),
    "head's size": (sql("UPDATE ledger_head SET size = 12"), 12, "entries 12 to 12 are missing"),
    "head's frontier": (sql(NO_FRONTIER, none=b"\0" * 96), None, "head was changed"),
    "head's frontier cut": (sql(NO_FRONTIER, none=b""), None, "head was changed"),
}

#: Finding is the same code on both databases; what differs is how their drivers give values back.
ON_POSTGRESQL = (
    "a byte",
    "time",
    "source",
    "entry and leaf",
    "deleted middle",
    "deleted tail",
    "head's root",
)
CASES = [("sqlite", name) for name in FORGERIES] + [("postgresql", name) for name in ON_POSTGRESQL]


@pytest.mark.covers("F33")
@pytest.mark.parametrize(("store_url", "forgery"), CASES, indirect=["store_url"])
def test_a_forgery_is_found_and_the_first_bad_entry_named(store: Store, forgery: str) -> None:
    filled(store)
    forge, first_bad_seq, sentence = FORGERIES[forgery]
    forge(Forger(store))
    report = verify_ledger(store)
    assert not report.ok
    assert report.first_bad_seq == first_bad_seq
    assert re.search(sentence, report.sentence), report.sentence


@pytest.mark.covers("F33")
def test_a_time_that_cannot_be_read_is_named_too(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'tdcd.sqlite3'}")
    filled(store)
    Forger(store).run("UPDATE ledger SET occurred_at = 'hôm qua' WHERE seq = 7")
    report = verify_ledger(store)
    assert (report.ok, report.first_bad_seq) == (False, 7)
    assert "times cannot be read" in report.sentence
    store.close()


@pytest.mark.covers("F34")
def test_an_older_copy_or_another_ledger_is_found_by_what_was_noted_outside(store: Store) -> None:
    size, root = filled(store)
    older = verify_ledger(store, known=(size + 3, "00" * 32))
    assert (older.ok, older.first_bad_seq) == (False, size + 1)
    assert "knows 14 entries, not 11" in older.sentence
    another = verify_ledger(store, known=(5, root))
    assert not another.ok
    assert "first 5 entries are not those" in another.sentence
