"""One pushing pass: how much of it is tried, what it counts, what ends it, and what it leaves as it was.

Included: single passes over a hand-filled outbox, on one database. Excluded: what happens to one write over
many passes (`faults/test_outbox_retries`), dead letters and their replay (`faults/test_outbox_dead_letters`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from structlog.testing import capture_logs

from connector.errors import RemoteRefused, ReplyLost, SessionLost, SystemAway
from errors import HoldForHuman, TdcdError
from store.engine import open_store
from store.holds import Hold
from store.outbox import Intent
from sync import lost_ledger
from sync.push_from_outbox import BATCH, Pushed
from sync.push_retry import POISON
from tests.engine_arena import Arena, CrashingStore
from tests.outbox_arena import Lanes, always, lanes, once


@pytest.fixture
def field(sqlite_template: Path, tmp_path: Path) -> Iterator[Lanes]:
    (tmp_path / "ledger.db").write_bytes(sqlite_template.read_bytes())
    opened = open_store(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield lanes(Arena(opened, tmp_path))
    opened.close()


def _stop(field: Lanes, site: str, scope: str = "site:listing") -> None:
    hold = Hold(site=site, scope=scope, reason="r", safe="s", cost="c", releaser="x", since=field.site.now())
    with field.site.store.begin() as places:
        places.holds.place(hold)


def _one_in_doubt(field: Lanes) -> tuple[str, str]:
    """The first of two was sent, nobody knows with what effect; the other was not."""
    key, other = field.put(2)
    field.wire.before = once(ReplyLost("No answer came."), key)
    field.push(limit=1)
    field.move(seconds=10)
    return key, other


@pytest.mark.parametrize("limit", [0, 1, 2, BATCH, BATCH + 1, BATCH + 3])
def test_a_pass_tries_as_many_as_it_was_told_and_no_more(field: Lanes, limit: int) -> None:
    keys = field.put(BATCH + 5)
    assert field.push(limit=limit).confirmed == limit
    assert field.wire.calls == [("apply", key) for key in keys[:limit]]
    assert field.counts().get("pending") == len(keys) - limit


def test_writes_that_fail_count_as_tried(field: Lanes) -> None:
    field.put(5)
    field.wire.before = always(RemoteRefused("No."))
    done = field.push(limit=3)
    assert (done.confirmed, done.deferred, done.stopped, len(field.wire.calls)) == (0, 3, "", 3)


def test_without_a_limit_a_pass_goes_on_until_nothing_is_ready(field: Lanes) -> None:
    keys = field.put(BATCH + 5)
    assert field.push().confirmed == len(keys)
    assert field.counts() == {"confirmed": len(keys)}


def test_what_a_pass_says_of_itself_adds_up(field: Lanes) -> None:
    keys = field.put(4)
    lost = {keys[0], keys[2]}
    field.wire.after = lambda write: ReplyLost("No answer.") if write.effect_key in lost else None
    done = field.push()
    assert done == Pushed(confirmed=4, found=2, by_kind={"comment_document": 4})


def test_a_pass_with_nothing_to_do_writes_nothing(field: Lanes) -> None:
    field.put(2)
    field.push()
    watched = CrashingStore(field.site.store, step=-1, after=False)
    idle = lanes(field.arena, store=watched)  # type: ignore[arg-type]
    assert idle.push() == Pushed()
    assert watched.commits == 0


def test_only_failures_in_a_row_say_that_the_system_is_away(field: Lanes) -> None:
    keys = field.put(6)
    field.wire.before = always(SystemAway("Busy."), keys[1], keys[2], keys[4], keys[5])
    done = field.push()
    assert (done.confirmed, done.deferred, done.stopped, done.outcome) == (2, 4, "", "ok")


def test_a_no_is_an_answer_like_a_yes(field: Lanes) -> None:
    keys = field.put(6)
    busy, no = always(SystemAway("Busy.")), always(RemoteRefused("No."), keys[2])
    field.wire.before = lambda write: no(write) or busy(write)
    done = field.push()
    assert (done.confirmed, done.deferred, done.outcome) == (0, 6, "away")
    assert "Busy." in done.stopped
    assert len(field.wire.calls) == 6, "two, the answer, and three in a row"


def test_a_system_in_trouble_is_tried_with_one_write_before_the_rest_is_taken(field: Lanes) -> None:
    field.put(5)
    field.wire.before = always(SystemAway("Busy."))
    assert field.push().deferred == 3
    field.move(minutes=10)
    marked: list[dict[str, int]] = []
    field.wire.before = lambda write: marked.append(field.counts())
    assert field.push().confirmed == 5
    assert [counts["sending"] for counts in marked] == [1, 4, 3, 2, 1]
    assert marked[0]["pending"] == 4


def test_another_sites_stop_stops_nothing_here_and_ones_own_everything(field: Lanes) -> None:
    (key,) = field.put(1)
    _stop(field, field.site.name)
    done = field.push()
    assert (done.outcome, field.wire.calls) == ("away", [])
    assert "site:listing" in done.stopped
    with field.site.store.begin() as places:
        places.holds.release(field.site.name, "site:listing", field.site.now(), "Lan")
    _stop(field, "khac")
    assert field.push().confirmed == 1
    assert field.said(key) == 1


def test_a_write_that_a_person_released_stays_held_while_its_site_is_stopped(field: Lanes) -> None:
    (key,) = field.put(1)
    field.wire.before = once(HoldForHuman("Neither yes nor no.", scope="x"))
    assert field.push().held == 1
    (scope,) = field.scopes()
    _stop(field, field.site.name)
    with field.site.store.begin() as places:
        places.holds.release(field.site.name, scope, field.site.now(), "Lan")
    field.push()
    assert field.intent(key).state == "held"
    with field.site.store.begin() as places:
        places.holds.release(field.site.name, "site:listing", field.site.now(), "Lan")
    assert field.push().confirmed == 1


@pytest.mark.covers("F42", "F04")
def test_a_stop_gives_back_what_was_not_sent_and_leaves_in_doubt_what_was(field: Lanes) -> None:
    key, other = _one_in_doubt(field)
    done = field.push(go_on=lambda: False)
    assert (done.confirmed, done.stopped) == (0, "")
    assert (field.intent(key).state, field.intent(other).state) == ("sending", "pending")
    assert field.intent(other).attempts == 0
    field.push()
    assert [name for name, of in field.wire.calls if of == key] == ["apply", "find", "find", "apply"]
    assert [name for name, of in field.wire.calls if of == other] == ["apply"]


@pytest.mark.covers("F04")
def test_beside_a_ledger_that_was_lost_every_write_is_looked_for_first(field: Lanes) -> None:
    (key,) = field.put(1)
    with field.site.store.begin() as places:
        places.cursors.set(field.site.name, lost_ledger.STREAM, "77", field.site.now())
    assert field.push().confirmed == 1
    assert field.wire.calls == [("find", key), ("apply", key)]
    field.move(days=91)
    (later,) = field.put(1, "k")
    field.push()
    assert field.wire.calls[2:] == [("apply", later)]


@pytest.mark.covers("F25")
def test_a_write_into_a_work_item_that_is_not_there_is_given_up_at_once(field: Lanes) -> None:
    (behind,) = field.put(1)
    intent = Intent(
        field.site.name, "task:TD-1", "set_status", "memory:TD-1:x", orjson.dumps({"text": "x"}),
        task="TD-1", created_at=field.site.now(),
    )  # fmt: skip
    with field.site.store.begin() as places:
        places.outbox.add([intent])
    done = field.push()
    assert (done.dead, done.confirmed, done.outcome) == (1, 1, "degraded")
    assert field.wire.calls == [("apply", behind)]
    with field.site.store.read() as places:
        (letter,) = places.dead_letters.open(field.site.name)
    assert (letter.item, letter.attempts) == (intent.effect_key, 1)
    assert "work item it belongs to does not exist" in letter.error
    assert field.intent(intent.effect_key).error.startswith(f"permanent 1: {letter.error}")


def test_a_refused_write_is_given_up_when_it_was_refused_often_enough(field: Lanes) -> None:
    key, _ = field.put(2)
    field.wire.before = always(RemoteRefused("No."))
    passes: list[Any] = []
    for _ in range(POISON):
        done = field.push()
        passes.append((done.deferred, done.dead, done.outcome, field.intent(key).state))
        field.move(hours=30)
    assert passes == [(2, 0, "ok", "pending")] * (POISON - 1) + [(0, 2, "degraded", "dead")]
    assert {name for name, _ in field.wire.calls} == {"apply"}, "what was refused is not in doubt"


def test_every_write_that_needs_a_person_is_counted(field: Lanes) -> None:
    field.put(3)
    field.wire.before = always(HoldForHuman("Neither yes nor no.", scope="x"))
    assert field.push() == Pushed(held=3, outcome="degraded")


def test_a_write_that_failed_keeps_why_and_waits_as_long_as_it_was_asked_to(field: Lanes) -> None:
    (key,) = field.put(1)
    field.wire.before = always(SystemAway("Answered 429.", after=600))
    field.push()
    kept = field.intent(key)
    assert kept.error == "transient 1: Answered 429."
    assert kept.not_before == field.site.now() + timedelta(seconds=600)


def test_a_pass_that_was_not_let_in_says_so(field: Lanes) -> None:
    field.put(1)
    field.wire.before = always(SessionLost("Nobody is logged in."))
    assert "Nobody is logged in." in field.push().stopped


@pytest.mark.parametrize(
    ("error", "passes", "event", "level"),
    [
        (SystemAway("Busy."), 1, "write put off", "info"),
        (RemoteRefused("No."), POISON, "write given up", "error"),
        (HoldForHuman("Unclear.", scope="x"), 1, "write held", "error"),
    ],
)
def test_the_log_tells_where_what_and_why_a_write_did_not_succeed(
    field: Lanes, error: TdcdError, passes: int, event: str, level: str
) -> None:
    field.put(1)
    field.wire.before = always(error)
    with capture_logs() as told:
        for _ in range(passes):
            field.push()
            field.move(hours=30)
    (line,) = [one for one in told if one["event"] == event]
    assert (line["log_level"], line["site"], line["kind"]) == (level, "memory", "comment_document")
    assert error.sentence in line["reason"]
