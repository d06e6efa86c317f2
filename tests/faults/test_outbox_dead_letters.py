"""What was given up: with everything about it in one list, and tried again once, however often it is asked for.

Included: writes and records, on both databases. Excluded: how often a write is tried before (`test_outbox_retries`).
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import orjson
import pytest

from connector.errors import RemoteRefused
from connector.port import Stream
from mappings.tables import rows_from_api
from store.engine import Store, open_store
from sync.flow import run_pass
from sync.map_to_ledger import map_to_ledger
from sync.pull_to_inbox import pull_to_inbox
from sync.push_record import bury
from sync.push_retry import Fault, Trouble
from sync.replaying import Replayed, replay
from tests.engine_arena import Arena, day, row
from tests.outbox_arena import Lanes, always, lanes

POISONED = "66/CT-UBND"


@pytest.fixture
def field(store: Store, tmp_path: Path) -> Lanes:
    return lanes(Arena(store, tmp_path))


def _again(field: Lanes, ids: set[int] | None = None) -> Replayed:
    with field.site.store.begin() as places:
        return replay(places, field.site.name, field.site.now(), ids)


def _break(monkeypatch: pytest.MonkeyPatch, *numbers: str) -> None:
    def breaking(cells: Any, place: str) -> Any:
        if place in numbers:
            raise OverflowError("nobody foresaw this")
        return rows_from_api(cells, place)

    monkeypatch.setattr("sync.map_directive.rows_from_api", breaking)


def test_a_write_refused_five_times_is_a_dead_letter_with_its_context(field: Lanes) -> None:
    key, behind = field.put(2)
    again = field.intent(key)
    field.wire.before = always(RemoteRefused("No such document.", remedy="Look."), key)
    for _ in range(7):
        field.push()
        field.move(hours=30)
    assert field.wire.calls.count(("apply", key)) == 5
    with field.site.store.read() as places:
        (letter,) = places.dead_letters.open("memory")
        entries = places.ledger.history([again.lane])[again.lane]
    context = orjson.loads(letter.context)
    assert (letter.stage, letter.item, letter.origin, letter.attempts) == ("push", key, again.id, 5)
    assert letter.payload == hashlib.sha256(again.body).hexdigest()
    assert context["directive"] == orjson.loads(again.body)["document_id"]
    assert (context["class"], context["kind"], context["attempts"]) == ("permanent", "comment_document", 5)
    assert "No such document" in context["sentence"]
    assert context["first"] < context["last"]
    assert [entry.kind for entry in entries] == ["write_dead"]
    done = field.push()
    assert (done.dead, done.outcome) == (0, "degraded")
    assert field.intent(behind).state == "confirmed"


@pytest.mark.covers("F25")
def test_one_poisoned_document_in_a_thousand(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ledger.db").write_bytes(sqlite_template.read_bytes())
    arena = Arena(open_store(f"sqlite:///{tmp_path}/ledger.db"), tmp_path)
    _break(monkeypatch, POISONED)
    for number in range(1, 1001):
        name = POISONED if number == 66 else f"{number}/TB-UBND"
        arena.issue(row(1, f"Việc {number}", "Sở Nội vụ", day(arena.system.clock, 20)), number=name)
    field = lanes(arena)
    for stream in (Stream.UNITS, Stream.DOCUMENTS):
        pull_to_inbox(field.site, stream)
    mapped = map_to_ledger(field.site)
    assert mapped.tasks == 999
    done = field.push(limit=3)
    assert (done.records_dead, done.outcome) == (1, "degraded")
    with arena.store.read() as places:
        (letter,) = places.dead_letters.open("memory")
    assert POISONED in letter.error
    assert orjson.loads(letter.context)["kind"] == "document"
    assert field.push(limit=3).records_dead == 0
    arena.store.close()


@pytest.mark.covers("F25")
def test_a_poisoned_directive_is_replayed_after_the_rule_was_mended(
    field: Lanes, monkeypatch: pytest.MonkeyPatch
) -> None:
    _break(monkeypatch, POISONED)
    clock = field.arena.system.clock
    for number in ("65/CT-UBND", POISONED, "67/CT-UBND"):
        field.arena.issue(row(1, f"Việc {number}", "Sở Nội vụ", day(clock, 20)), number=number)
    done = run_pass(field.site)
    assert (done.pushed.records_dead, done.pushed.outcome, len(field.arena.shown())) == (1, "degraded", 2)
    assert _again(field).mapped_again == 1
    assert (
        run_pass(field.site).pushed.records_dead == 1
    )  # still poisoned: a second letter counts two attempts
    with field.site.store.read() as places:
        (letter,) = places.dead_letters.open("memory")
    assert letter.attempts == 2
    monkeypatch.undo()
    assert _again(field).mapped_again == 1
    done = run_pass(field.site)
    assert (done.pushed.outcome, len(field.arena.shown())) == ("ok", 3)
    assert _again(field) == Replayed()


def test_a_record_that_heals_by_itself_leaves_the_list(field: Lanes, monkeypatch: pytest.MonkeyPatch) -> None:
    _break(monkeypatch, POISONED)
    rows = (row(1, "Việc", "Sở Nội vụ", day(field.arena.system.clock, 20)),)
    document = field.arena.issue(*rows, number=POISONED)
    assert run_pass(field.site).pushed.outcome == "degraded"
    monkeypatch.undo()
    field.arena.system.say_on_document(document, "900", "Đính chính")
    field.move(minutes=1)
    run_pass(field.site)
    assert field.push().outcome == "ok"
    with field.site.store.read() as places:
        assert places.dead_letters.open("memory") == []


@pytest.mark.covers("F26")
def test_replaying_everything_twice_does_each_once_and_slowly(field: Lanes) -> None:
    keys = field.put(500)
    there = keys[:10]
    with field.site.store.read() as places:
        intents = places.outbox.find("memory")
    for intent in intents[:10]:  # these had taken effect before they were given up
        body = orjson.loads(intent.body)
        field.arena.system.say_on_document(body["document_id"], "tdcd", body["text"])
    for intent in intents:
        bury(field.site, intent, Trouble(Fault.PERMANENT, 5, "No."))
    with field.site.store.read() as places:
        first = places.dead_letters.open("memory")[0].id or 0
    assert _again(field).sent_again == 500
    assert _again(field) == Replayed()
    sent = 0
    for _ in range(100):
        done = field.push()
        assert 0 < done.confirmed <= 5
        assert _again(field) == Replayed()
        sent += done.confirmed
        field.move(seconds=1)
    assert (sent, field.push().outcome) == (500, "ok")
    assert [field.said(key) for key in keys] == [1] * 500
    assert set(field.arena.system.effects().values()) == {1}
    assert set(field.arena.system.effects()) == set(keys) - set(there)
    with field.site.store.read() as places:
        origin, again = (places.outbox.find("memory", state)[0] for state in ("dead", "confirmed"))
        letter = places.dead_letters.get(first) or pytest.fail("the letter stays")
        assert (letter.origin, letter.replayed_as) == (origin.id, again.id)
        assert again.effect_key == f"{origin.effect_key}~{first}"


def test_one_or_some_are_replayed_by_number(field: Lanes) -> None:
    keys = field.put(5)
    for key in keys:
        bury(field.site, field.intent(key), Trouble(Fault.PERMANENT, 5, "No."))
    with field.site.store.read() as places:
        numbers = [letter.id or 0 for letter in places.dead_letters.open("memory")]
    assert _again(field, {numbers[1]}).sent_again == 1
    assert _again(field, {numbers[1], numbers[2], 999}) == Replayed(sent_again=1, not_open=2)
    field.push()
    assert [field.said(key) for key in keys] == [0, 1, 1, 0, 0]
    bury(field.site, field.intent(keys[0]), Trouble(Fault.PERMANENT, 5, "Again."))  # an end stays an end
    with field.site.store.read() as places:
        assert len(places.dead_letters.open("memory")) == 3


def test_a_state_given_up_is_decided_again_and_not_repeated(field: Lanes) -> None:
    arena = field.arena
    arena.issue(row(1, "Rà soát nợ thuế", "Sở Tài chính", day(arena.system.clock, 20)))
    arena.settle(field.site)
    job_id = arena.job_of("Rà soát nợ thuế")
    arena.system.act(job_id, "901", "2", "Đang làm")
    field.wire.before = lambda write: RemoteRefused("No.") if type(write).__name__ == "SetStatus" else None
    arena.system.change_job(job_id, status_code="99")
    field.move(minutes=1)
    run_pass(field.site)
    for _ in range(6):
        field.move(minutes=150)
        run_pass(field.site)
    with field.site.store.read() as places:
        letters = places.dead_letters.open("memory")
    assert [orjson.loads(letter.context)["kind"] for letter in letters] == ["set_status"]
    field.wire.before = lambda write: None
    assert _again(field).decided_again == 1
    field.move(minutes=1)
    run_pass(field.site)
    assert set(arena.shown().values()) == set(arena.states().values()) == {"Đang thực hiện"}
    assert max(arena.system.effects().values()) == 1


def test_what_needs_a_work_item_that_was_given_up_waits_in_the_list_and_follows_it(field: Lanes) -> None:
    arena = field.arena
    arena.issue(row(1, "Rà soát nợ thuế", "Sở Tài chính", day(arena.system.clock, 20)))
    field.wire.before = always(RemoteRefused("Unit closed."))
    run_pass(field.site)
    for _ in range(6):
        field.move(hours=26)
        field.push()
    assert field.counts() == {"dead": 1}
    assert not arena.shown()
    field.wire.before = lambda write: None
    assert _again(field).sent_again == 1
    arena.settle(field.site)
    assert list(arena.shown()) == ["Rà soát nợ thuế"]
    assert _again(field) == Replayed()
    assert run_pass(field.site).writes == 0
