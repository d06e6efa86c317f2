"""States that have ended do not change again: not by the outbox, not by SQL, not after a restart.

Excludes orders (`test_store_control`), which end the same way.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from store.engine import Store, open_store
from store.outbox import FINAL, Intent
from store.places import Places

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def ended(places: Places, state: str) -> Intent:
    first, _new = places.outbox.add(
        [Intent("songlam", state, "state", f"{state}:{key}", b"{}", created_at=NOW) for key in ("old", "new")]
    )
    assert first.id is not None
    if state == "confirmed":
        places.outbox.confirm(first.id, "r1", "hash", NOW)
    elif state == "superseded":
        places.outbox.supersede("songlam", state, "state", f"{state}:new")
    else:
        places.outbox.bury(first.id, "410")
    return places.outbox.find("songlam", state)[0]


@pytest.mark.covers("F46", "F36")
def test_an_end_is_never_rewritten_also_not_after_a_restart(store: Store, store_url: str) -> None:
    with store.begin() as places:
        ends = {state: ended(places, state) for state in FINAL}
    again = open_store(store_url)
    for state, before in ends.items():
        number = before.id or 0
        with again.begin() as places:
            outbox = places.outbox
            assert not outbox.start(number)
            assert not outbox.confirm(number, "r2", "other", NOW)
            assert not outbox.defer(number, NOW, "late error")
            assert not outbox.hold(number, "late error")
            assert not outbox.bury(number, "late error")
            outbox.supersede("songlam", state, "state", f"{state}:newest")
            assert before in outbox.find("songlam", state)
    again.close()


@pytest.mark.covers("F46")
def test_the_database_refuses_to_rewrite_an_end(store: Store) -> None:
    with store.begin() as places:
        ends = {state: ended(places, state) for state in FINAL}
    for state, before in ends.items():
        for change in ("state = 'pending'", "error = 'x'", "attempts = attempts"):
            query = text(f"UPDATE outbox SET {change} WHERE id = {before.id}")
            with pytest.raises(DBAPIError, match="does not change"), store.begin() as places:
                places.outbox._sql.connection.execute(query)
        with store.read() as places:
            assert places.outbox.find("songlam", state) == [before]
