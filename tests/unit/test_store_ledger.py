"""The ledger: what is appended once, how it is read, its root, and that the database refuses to change it.

Excludes tampering (`tests/faults/test_store_verify`) and long random histories (`tests/machine`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import orjson
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from errors import SkipRecord
from store.engine import Store
from store.ledger import Entry, Ledger
from store.merkle import EMPTY_ROOT
from store.verify import verify_ledger
from tests.unit.test_store_merkle import tree_hash
from tracking.events import ProgressReported, TaskReceived

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 21, 2, 0, 0, 123456, tzinfo=UTC)
MORNING = datetime(2026, 11, 21, 7, 30, tzinfo=ZONE)


def entry(subject: str, key: str, **given: object) -> Entry:
    return Entry("songlam", subject, "noted", key, MORNING, **given)  # type: ignore[arg-type]


def progress(task: str, key: str, hours: int = 0) -> ProgressReported:
    return ProgressReported(task=task, key=key, occurred_at=MORNING + timedelta(hours=hours), text="đang làm")


def test_an_empty_ledger(store: Store) -> None:
    with store.read() as places:
        assert (places.ledger.size(), places.ledger.root()) == (0, EMPTY_ROOT.hex())
        assert places.ledger.events(["TD-1"]) == {"TD-1": []}
        assert places.ledger.history([]) == {}


@pytest.mark.covers("F02", "F19")
def test_repeats_are_left_out_and_numbers_have_no_gaps(store: Store) -> None:
    with store.begin() as places:
        first = places.ledger.append([entry("A", "1"), entry("B", "1"), entry("A", "1", actor="x")], NOW)
        assert [(one.seq, one.subject, one.actor) for one in first] == [(1, "A", ""), (2, "B", "")]
        root = places.ledger.root()
        assert places.ledger.append([entry("B", "1"), entry("A", "1")], NOW) == []
        assert places.ledger.root() == root
        second = places.ledger.append([entry("A", "1"), entry("A", "2"), entry("C", "1")], NOW)
        assert [one.seq for one in second] == [3, 4]
        other = Entry("khac", "A", "noted", "1", MORNING)
        assert [one.seq for one in places.ledger.append([other], NOW)] == [5]
        assert places.ledger.size() == 5


def test_an_entry_comes_back_as_it_was_put_in(store: Store) -> None:
    with store.begin() as places:
        put = places.ledger.append(
            [entry("A", "1", actor="nv1", body=b'{"a": 1 }', source=42), entry("A", "2")], NOW
        )
    with store.read() as places:
        assert places.ledger.history(["A", "B"]) == {"A": put, "B": []}
        whole = put[0]
    assert whole.occurred_at == MORNING
    assert whole.occurred_at.tzinfo is UTC
    assert whole.recorded_at == NOW
    assert (whole.body, whole.source, put[1].source) == (b'{"a": 1 }', 42, None)


def test_the_root_is_that_of_the_contents_hashed_from_scratch(store: Store) -> None:
    with store.begin() as places:
        places.ledger.append([entry("A", str(number), body=b"x" * number) for number in range(7)], NOW)
        root = places.ledger.root()
        stored = places.ledger.history(["A"])["A"]
    leaves = []
    for one in stored:
        line = [
            one.seq,
            "songlam",
            "A",
            "noted",
            one.key,
            "2026-11-21T00:30:00Z",
            "2026-11-21T02:00:00.123456Z",
            "",
            None,
        ]
        leaves.append(orjson.dumps(line) + b"\n" + one.body)
    assert root == tree_hash(leaves).hex()


def test_events_of_tasks_in_the_order_in_which_they_happened(store: Store) -> None:
    late, early = progress("TD-1", "b", 5), progress("TD-1", "a", 1)
    received = TaskReceived(task="TD-2", key="r", occurred_at=MORNING)
    with store.begin() as places:
        new = places.ledger.append_events([late, early, received, late], NOW, source=7, site="songlam")
        assert new == [late, early, received]
        same_time = progress("TD-1", "c", 1)
        assert places.ledger.append_events([early, same_time], NOW, site="songlam") == [same_time]
        places.ledger.append([entry("TD-1", "decided:1")], NOW)
        assert places.ledger.events(["TD-1", "TD-2"]) == {
            "TD-1": [early, same_time, late],
            "TD-2": [received],
        }
        kinds = [(one.kind, one.source) for one in places.ledger.history(["TD-1"])["TD-1"]]
    assert kinds == [
        ("progress_reported", 7),
        ("progress_reported", 7),
        ("progress_reported", None),
        ("noted", None),
    ]


def test_more_subjects_than_one_statement_can_take(store: Store) -> None:
    many = [progress(f"TD-{number}", "p") for number in range(1100)]
    with store.begin() as places:
        assert len(places.ledger.append_events(many, NOW, site="songlam")) == 1100
        assert places.ledger.append_events(many, NOW, site="songlam") == []
        found = places.ledger.events([event.task for event in many])
    assert [found[event.task] for event in many] == [[event] for event in many]


def test_nothing_stays_of_a_unit_of_work_that_fails(store: Store) -> None:
    def fails() -> None:
        with store.begin() as places:
            places.ledger.append([entry("A", "1")], NOW)
            raise RuntimeError("midway")

    with pytest.raises(RuntimeError, match="midway"):
        fails()
    with store.read() as places:
        assert places.ledger.size() == 0
        assert places.ledger.history(["A"]) == {"A": []}
    assert verify_ledger(store).ok


CHANGES = [
    "UPDATE ledger SET actor = 'x'",
    "UPDATE ledger SET seq = seq + 10",
    "DELETE FROM ledger WHERE seq = 1",
    "DELETE FROM ledger",
    "TRUNCATE ledger",
    "INSERT OR REPLACE INTO ledger SELECT * FROM ledger WHERE seq = 1",
]


@pytest.mark.covers("F33")
def test_the_database_refuses_to_change_an_entry(store: Store) -> None:
    with store.begin() as places:
        places.ledger.append([entry("A", "1"), entry("A", "2")], NOW)
    for statement in CHANGES:
        with pytest.raises(DBAPIError), store.begin() as places:
            places.ledger._sql.connection.execute(text(statement))
    assert verify_ledger(store).size == 2
    with pytest.raises(DBAPIError, match="append-only"), store.begin() as places:
        places.ledger._sql.connection.execute(text(CHANGES[0]))


def test_an_entry_is_checked_when_it_is_made(store: Store) -> None:
    with pytest.raises(ValueError, match="needs site"):
        Entry("songlam", "", "noted", "1", MORNING)
    with pytest.raises(ValueError, match="without a zone"):
        Entry("songlam", "A", "noted", "1", datetime(2026, 11, 21))
    with pytest.raises(TypeError, match="bytes"):
        entry("A", "1", body="{}")
    with store.begin() as places, pytest.raises(SkipRecord, match="not Unicode"):
        places.ledger.append([entry("A", "1", actor="\ud800")], NOW)


def test_reading_all_of_it_goes_page_by_page(store: Store) -> None:
    with store.begin() as places:
        places.ledger.append([entry("A", str(number)) for number in range(5)], NOW)
        ledger: Ledger = places.ledger
        assert [row[0] for row in ledger.rows(0, 2)] == [1, 2]
        assert [row[0] for row in ledger.rows(2, 9)] == [3, 4, 5]
        assert ledger.rows(5, 9) == []
