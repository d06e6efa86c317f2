"""Random histories of ledger, outbox and inbox against independent oracles, with crashes and reopened stores.

Each machine counts what it reached over its runs on SQLite and fails when that was not enough; on PostgreSQL
it runs fewer examples. Excludes tampering and races (`tests/faults`).
"""

from __future__ import annotations

import shutil
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from store.engine import Store, open_store
from store.inbox import Envelope
from store.ledger import Entry
from store.outbox import Intent
from store.places import Places
from store.verify import verify_ledger
from tests.store_fixtures import DATABASES, Lender
from tests.unit.test_store_merkle import tree_hash

START = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def profile(examples: int) -> settings:
    """The same examples on every run, so that what they reach can be asked for; shrinking would take minutes."""
    checks = list(HealthCheck)
    return settings(
        max_examples=examples,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=checks,
        derandomize=True,
        phases=[Phase.generate],
        database=None,
    )


RARELY = st.sampled_from([False, False, False, False, True])
LATER = timedelta(seconds=1000)

#: Calls of the outbox with the state that they lead to.
CHANGES = {"start": "sending", "confirm": "confirmed", "defer": "pending", "hold": "held", "bury": "dead"}
UNFINISHED = {"pending", "sending", "held"}

MakeUrl = Callable[[], tuple[str, Callable[[], None]]]


@pytest.fixture(params=DATABASES)
def make_url(request: pytest.FixtureRequest, tmp_path: Path) -> MakeUrl:
    """A new empty store for every example."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")

        def file() -> tuple[str, Callable[[], None]]:
            path = tmp_path / f"{uuid.uuid4().hex}.sqlite3"
            shutil.copyfile(template, path)
            return f"sqlite:///{path}", path.unlink

        return file
    lender: Lender = request.getfixturevalue("postgres_lender")

    def database() -> tuple[str, Callable[[], None]]:
        name = lender.lend()
        return lender.server.url(name), lambda: lender.take_back(name)

    return database


class CrashedError(Exception):
    """What ends a unit of work before its commit."""


class OnAStore(RuleBasedStateMachine):
    """A machine on a store of its own, that can be closed and opened and loses what was not committed."""

    make_url: MakeUrl
    reached: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.url, self.drop = type(self).make_url()
        self.store: Store = open_store(self.url)
        self.now = START

    def teardown(self) -> None:
        self.store.close()
        self.drop()

    def did(self, what: str) -> None:
        type(self).reached[what] += 1

    def unit(self, act: Callable[[Places], Any], *, crash: bool) -> Any:
        """Do something in a unit of work, some time later; None if the process ended before the commit."""
        self.now += timedelta(seconds=400)
        unit = self.store.begin()
        done = act(unit.__enter__())
        if not crash:
            unit.__exit__(None, None, None)
            return done
        with suppress(CrashedError):
            unit.__exit__(CrashedError, CrashedError(), None)
        self.store.close()
        self.store = open_store(self.url)
        self.did("crash")
        return None


entries = st.builds(
    Entry,
    site=st.sampled_from(["songlam", "khac"]),
    subject=st.sampled_from(["TD-1", "TD-2", "Sở Á"]),
    kind=st.just("noted"),
    key=st.sampled_from([f"k{number}" for number in range(9)]),
    occurred_at=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    actor=st.text(max_size=3).filter(lambda text: "\0" not in text),
    body=st.binary(max_size=20),
    source=st.none() | st.integers(1, 2**40),
)


def hashed(seq: int, entry: Entry, recorded_at: datetime) -> bytes:
    """What is hashed of an entry, written down independently of the program."""

    def zulu(moment: datetime) -> str:
        return moment.isoformat().replace("+00:00", "Z")

    line = [seq, entry.site, entry.subject, entry.kind, entry.key, zulu(entry.occurred_at), zulu(recorded_at)]
    return orjson.dumps([*line, entry.actor, entry.source]) + b"\n" + entry.body


class LedgerMachine(OnAStore):
    def __init__(self) -> None:
        super().__init__()
        self.known: dict[tuple[str, str, str], tuple[Entry, datetime]] = {}

    @rule(batch=st.lists(entries, max_size=12), crash=RARELY)
    def append(self, batch: list[Entry], crash: bool) -> None:
        new: dict[tuple[str, str, str], Entry] = {}
        for entry in batch:
            identity = (entry.site, entry.subject, entry.key)
            if identity in self.known or identity in new:
                self.did("repeat")
            else:
                new[identity] = entry
        stored = self.unit(lambda places: places.ledger.append(batch, self.now), crash=crash)
        if stored is None:
            return
        assert [one.seq for one in stored] == list(range(len(self.known) + 1, len(self.known) + len(new) + 1))
        assert [(one.site, one.subject, one.key) for one in stored] == list(new)
        self.known.update({identity: (entry, self.now) for identity, entry in new.items()})
        self.did("append")

    @invariant()
    def the_root_is_that_of_all_that_was_kept(self) -> None:
        numbered = enumerate(self.known.values(), 1)
        root = tree_hash([hashed(seq, entry, at) for seq, (entry, at) in numbered]).hex()
        with self.store.read() as places:
            assert (places.ledger.size(), places.ledger.root()) == (len(self.known), root)

    @rule()
    def verify(self) -> None:
        report = verify_ledger(self.store)
        assert report.ok, report.sentence
        assert report.size == len(self.known)


class OutboxMachine(OnAStore):
    """The oracle is a plain list of dictionaries, and the rule of lanes in four lines."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[dict[str, Any]] = []

    def add_to_oracle(self, made: list[Intent]) -> None:
        for one in made:
            self.rows.append(
                {
                    "id": one.id,
                    "lane": one.lane,
                    "kind": one.kind,
                    "key": one.effect_key,
                    "state": "pending",
                    "after": None,
                }
            )

    @rule(
        keys=st.lists(st.integers(0, 40), max_size=6),
        lane=st.sampled_from("ABC"),
        kind=st.sampled_from(["state", "due"]),
        crash=RARELY,
    )
    def add(self, keys: list[int], lane: str, kind: str, crash: bool) -> None:
        intents = [Intent("s", lane, kind, f"e{key}", b"{}", created_at=self.now) for key in keys]
        made = self.unit(lambda places: places.outbox.add(intents), crash=crash)
        if made is None:
            return
        known = {row["key"] for row in self.rows}
        assert [one.effect_key for one in made] == [
            f"e{key}" for key in dict.fromkeys(keys) if f"e{key}" not in known
        ]
        self.add_to_oracle(made)

    def expected(self) -> list[int]:
        first: dict[str, dict[str, Any]] = {}
        for row in self.rows:
            if row["state"] in UNFINISHED:
                first.setdefault(row["lane"], row)
        sending = [row["id"] for row in first.values() if row["state"] == "sending"]
        due = [
            row["id"]
            for row in first.values()
            if row["state"] == "pending" and (row["after"] is None or row["after"] <= self.now)
        ]
        return sorted(sending) + sorted(due)

    @invariant()
    def what_is_ready_is_the_front_of_each_lane(self) -> None:
        with self.store.read() as places:
            ready = [one.id for one in places.outbox.ready("s", self.now, 99)]
            states = {one.id: one.state for one in places.outbox.find("s")}
        assert ready == self.expected()
        assert states == {row["id"]: row["state"] for row in self.rows}

    @precondition(lambda self: self.rows)
    @rule(data=st.data(), what=st.sampled_from(list(CHANGES)), ended=RARELY, crash=RARELY)
    def change(self, data: st.DataObject, what: str, ended: bool, crash: bool) -> None:
        standing = [row for row in self.rows if (row["state"] not in UNFINISHED) is ended]
        row = data.draw(st.sampled_from(standing or self.rows))
        number, allowed = row["id"], row["state"] in UNFINISHED and (what, row["state"]) != ("start", "held")
        calls: dict[str, Callable[[Places], bool]] = {
            "start": lambda places: places.outbox.start(number),
            "confirm": lambda places: places.outbox.confirm(number, "r", "h", self.now),
            "defer": lambda places: places.outbox.defer(number, self.now + LATER, "503"),
            "hold": lambda places: places.outbox.hold(number, "?"),
            "bury": lambda places: places.outbox.bury(number, "410"),
        }
        done = self.unit(calls[what], crash=crash)
        if done is None:
            return
        assert done is allowed
        self.did(what if allowed else "refused")
        if allowed:
            row["state"] = CHANGES[what]
        if allowed and what == "defer":
            row["after"] = self.now + LATER

    @precondition(lambda self: self.rows)
    @rule(data=st.data(), really=RARELY)
    def supersede(self, data: st.DataObject, really: bool) -> None:
        newest = data.draw(st.sampled_from(self.rows))
        if not really:
            return
        lane, kind, key = newest["lane"], newest["kind"], newest["key"]
        self.unit(lambda places: places.outbox.supersede("s", lane, kind, key), crash=False)
        for row in self.rows:
            if (row["lane"], row["kind"], row["state"]) == (lane, kind, "pending") and row["key"] != key:
                row["state"] = "superseded"
                self.did("supersede")


class InboxMachine(OnAStore):
    """The oracle: for each record the version shown last, and the list of what still waits, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.last: dict[str, str] = {}
        self.waiting: list[tuple[str, str]] = []
        self.ever: set[tuple[str, str]] = set()

    @rule(
        rows=st.lists(st.tuples(st.sampled_from("ABCD"), st.sampled_from(["1", "2", "3"])), max_size=6),
        crash=RARELY,
    )
    def put(self, rows: list[tuple[str, str]], crash: bool) -> None:
        envelopes = [Envelope("s", "document", name, version, b"x", self.now) for name, version in rows]
        new = self.unit(lambda places: places.inbox.put(envelopes), crash=crash)
        if new is None:
            return
        expected = []
        for row in rows:
            if self.last.get(row[0]) != row[1]:
                self.did("returned" if row in self.ever else "fresh")
                expected.append(row)
                self.last[row[0]] = row[1]
                self.ever.add(row)
                self.waiting = [other for other in self.waiting if other != row] + [row]
        assert [(one.remote_id, one.version) for one in new] == expected

    @invariant()
    def what_waits_and_what_is_latest(self) -> None:
        with self.store.read() as places:
            waiting = [(one.remote_id, one.version) for one in places.inbox.pending("s", 99)]
            latest = places.inbox.latest("s", "document", ["A", "B", "C", "D"])
        assert waiting == self.waiting
        assert {name: one.version for name, one in latest.items()} == self.last

    @rule(count=st.integers(1, 4))
    def settle(self, count: int) -> None:
        def act(places: Places) -> None:
            some = places.inbox.pending("s", count)
            places.inbox.settle([one.id for one in some if one.id is not None], "mapped")

        self.unit(act, crash=False)
        self.waiting = self.waiting[count:]


#: What each machine must have reached.
MACHINES: dict[type[OnAStore], tuple[str, ...]] = {
    LedgerMachine: ("append", "repeat", "crash"),
    OutboxMachine: ("start", "confirm", "defer", "hold", "bury", "refused", "supersede", "crash"),
    InboxMachine: ("fresh", "returned", "crash"),
}


@pytest.mark.covers("F01", "F02", "F03", "F46")
@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.__name__)
def test_random_histories(machine: type[OnAStore], make_url: MakeUrl, request: pytest.FixtureRequest) -> None:
    reached: Counter[str] = Counter()
    own = type(machine.__name__, (machine,), {"make_url": staticmethod(make_url), "reached": reached})
    sqlite = "sqlite" in request.node.name
    run_state_machine_as_test(own, settings=profile(15 if sqlite else 5))
    missed = [what for what in MACHINES[machine] if sqlite and reached[what] < 2]
    assert not missed, f"too little was tried: {dict(reached)}"
