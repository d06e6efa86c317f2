"""Prepared statements: they answer what the same statement answers when it is built and run each time.

Excludes the statements of the places, which the tests of each place run on both databases.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import bindparam, create_engine, make_url, select, update
from sqlalchemy.exc import DBAPIError

from store.dialects import WRITING, engine_for
from store.engine import Store
from store.outbox import OUTBOX, Intent
from store.prepared import Prepared
from store.sql import Sql

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=timezone(timedelta(hours=7)))
ALL = [OUTBOX.c.id, OUTBOX.c.state, OUTBOX.c.not_before, OUTBOX.c.body]
SOME = (
    select(*ALL)
    .where(
        OUTBOX.c.state.in_(("pending", "held")),
        OUTBOX.c.created_at <= bindparam("until"),
        OUTBOX.c.lane.in_(bindparam("lanes", expanding=True)),
        OUTBOX.c.error.not_like("50%"),
    )
    .order_by(OUTBOX.c.id)
)
PREPARED = Prepared(SOME)


@contextmanager
def sql(store_url: str) -> Iterator[Sql]:
    engine = engine_for(make_url(store_url))
    try:
        with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
            yield Sql(connection, b"", writing=True)
    finally:
        engine.dispose()


def _intent(lane: str, **given: Any) -> Intent:
    return Intent("songlam", lane, "receipt", f"key {lane}", b"\x00%s", created_at=NOW, **given)


@pytest.fixture
def filled_url(store: Store, store_url: str) -> str:
    with store.begin() as places:
        places.outbox.add([_intent("a"), _intent("b%"), _intent("c", not_before=NOW), _intent("d")])
        places.outbox.hold(places.outbox.find("songlam")[1].id or 0, "held")
    return store_url


@pytest.mark.parametrize("lanes", [["a"], ["a", "b%", "c"], ["b%"], [], ["c", "none"]])
def test_the_rows_are_those_of_the_same_statement(filled_url: str, lanes: list[str]) -> None:
    values: dict[str, Any] = {"until": NOW, "lanes": lanes}
    with sql(filled_url) as room:
        expected = [tuple(row) for row in room.connection.execute(SOME, values)]
        assert [tuple(row) for row in room.ask(PREPARED, **values)] == expected
        assert len(expected) == len(set(lanes) & {"a", "b%", "c"})
        assert room.ask_one(PREPARED, until=NOW - timedelta(seconds=1), lanes=lanes) is None


def test_values_and_rows_go_through_the_types_of_their_columns(filled_url: str) -> None:
    with sql(filled_url) as room:
        ((number, state, not_before, body),) = room.ask(PREPARED, until=NOW, lanes=["c"])
    assert (state, not_before, bytes(body)) == ("pending", NOW, b"\x00%s")
    assert not_before.tzinfo is UTC
    assert isinstance(number, int)


def test_a_naive_time_is_refused_as_everywhere(filled_url: str) -> None:
    with sql(filled_url) as room, pytest.raises(ValueError, match="naive"):
        room.ask(PREPARED, until=NOW.replace(tzinfo=None), lanes=["a"])


def test_a_change_tells_how_many_rows_it_changed(filled_url: str) -> None:
    change = Prepared(
        update(OUTBOX).where(OUTBOX.c.state == bindparam("now")).values(not_before=bindparam("later"))
    )
    with sql(filled_url) as room:
        assert room.do(change, now="pending", later=NOW) == 3
        assert room.do(change, now="pending", later=None) == 3
        assert room.do(change, now="dead", later=NOW) == 0


def test_a_refusal_of_the_database_is_sorted_like_any_other(filled_url: str) -> None:
    change = Prepared(update(OUTBOX).values(state=bindparam("new")))
    with pytest.raises(DBAPIError), sql(filled_url) as room:
        room.do(change, new="no such state")


def test_what_was_refused_is_not_told_with_its_values(filled_url: str) -> None:
    with pytest.raises(DBAPIError, match="no_such_table") as refused, sql(filled_url) as room:
        next(room.among("SELECT 1 FROM no_such_table WHERE a = ? AND b IN (*)", ("secret",), ["secret"]))
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_sqlite_plans_a_statement_once_whatever_its_limit(filled_url: str) -> None:
    some = Prepared(select(OUTBOX.c.id).order_by(OUTBOX.c.id).limit(bindparam("limit")))
    planned: list[tuple[Any, ...]] = []

    def look(*what: Any) -> int:
        planned.append(what)
        return 0

    with sql(filled_url) as room:
        driver: Any = room.connection.connection.dbapi_connection
        driver.set_authorizer(look)
        assert len(room.ask(some, limit=1)) == 1
        assert planned
        planned.clear()
        assert len(room.ask(some, limit=3)) == 3
    assert not [what for what in planned if OUTBOX.name in what]


def test_the_text_of_one_database_is_not_given_to_another() -> None:
    values: dict[str, Any] = {"until": NOW, "lanes": ["a"]}
    texts = {
        PREPARED.form(create_engine(url).dialect, values).text
        for url in ("sqlite://", "postgresql+psycopg://u@127.0.0.1/d")
    }
    assert len(texts) == 2
