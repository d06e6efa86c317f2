"""Dead letters are tried again: one, some or all, each once, a few a second, and never without looking first.

What can be decided anew is: a state or a due date that was right last week may be wrong today,
so its task is decided again and what differs then is written. What is written once in a
task's life (work item, receipt, evidence) becomes a new intent for the same effect, which
is looked for before it is sent. A record is mapped again in its latest version.

All of it is rows: whoever owns the site, on whatever machine, carries it out.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import orjson

from store.dead_letters import DeadLetter
from store.ledger import Entry
from store.outbox import Intent
from store.places import Places
from sync import bury_records
from sync.read_back import origin_key

#: So many replayed writes go out in a second at most: replaying never crowds out the work of the day.
PER_SECOND = 5

#: Kinds whose value follows from the task as it stands now.
DECIDED = frozenset({"set_status", "update_job", "answer_state"})


@dataclass(slots=True)
class Replayed:
    """What became of the letters that were asked for."""

    sent_again: int = 0
    decided_again: int = 0
    mapped_again: int = 0
    done_already: int = 0
    not_open: int = 0


def replay(places: Places, site: str, now: datetime, ids: Collection[int] | None = None) -> Replayed:
    """Replay the open letters (`ids`: of these numbers), in the caller's transaction.

    `not_open` counts numbers under which nothing waits: replayed before, or never there.
    """
    letters = places.dead_letters.open(site, ids)
    done = Replayed(not_open=0 if ids is None else len(set(ids)) - len(letters))
    origins = places.outbox.get([one.origin for one in letters if one.stage == "push" and one.origin])
    for letter in letters:
        assert letter.id is not None
        if not places.dead_letters.replayed(letter.id, now, None):
            done.not_open += 1
            continue
        if letter.stage == "push" and letter.origin in origins:
            _write_again(places, letter, origins[letter.origin], now, done)
        else:
            _map_again(places, letter, done)
        places.ledger.append([_entry(letter, now)], now)
    return done


def _write_again(places: Places, letter: DeadLetter, intent: Intent, now: datetime, done: Replayed) -> None:
    if intent.kind in DECIDED:
        places.tasks.touch([intent.task])
        done.decided_again += 1
    elif _needless(places, intent):
        done.done_already += 1
    else:
        slot = now + timedelta(seconds=done.sent_again // PER_SECOND)
        again = replace(
            intent,
            id=None,
            effect_key=f"{origin_key(intent.effect_key)}~{letter.id}",
            state="pending",
            attempts=0,
            created_at=now,
            not_before=slot,
            error="",
            finished_at=None,
        )
        (kept,) = places.outbox.add([again])
        assert letter.id is not None
        assert kept.id is not None
        places.dead_letters.became(letter.id, kept.id)
        done.sent_again += 1


def _needless(places: Places, intent: Intent) -> bool:
    """Whether something else has brought the effect about, or taken its place, meanwhile."""
    if intent.kind == "create_job":
        item = places.workitems.by_task([intent.task]).get(intent.task)
        return item is not None and bool(item.job_id)
    if intent.kind != "comment_document":
        return False
    newest = places.outbox.last_confirmed(intent.site, [intent.lane], intent.kind).get(intent.lane)
    waiting = places.outbox.unfinished([intent.lane]).get(intent.lane, [])
    same = (intent.site, intent.kind)
    later = [one for one in (newest, *waiting) if one is not None and (one.site, one.kind) == same]
    return any(one.id is not None and intent.id is not None and one.id > intent.id for one in later)


def _map_again(places: Places, letter: DeadLetter, done: Replayed) -> None:
    context = orjson.loads(letter.context)
    places.inbox.reopen(letter.site, [context["kind"]], [context["record"]])
    if letter.origin is not None:
        bury_records.look_again(places, letter.site, letter.origin)
    done.mapped_again += 1


def _entry(letter: DeadLetter, now: datetime) -> Entry:
    """The ledger says that somebody tried again, and what it came from."""
    context = orjson.loads(letter.context)
    subject = context.get("task") or context.get("lane") or f"record:{letter.item}"
    body = {"stage": letter.stage, "item": letter.item, "origin": letter.origin, "payload": letter.payload}
    return Entry(letter.site, subject, "dead_replayed", f"replay:{letter.id}", now, body=orjson.dumps(body))
