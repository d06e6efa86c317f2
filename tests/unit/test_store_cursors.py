"""Cursors: what they hold, which ones are under a name, and forgetting them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from store.cursors import Cursor
from store.engine import Store

NOW = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)


def test_nothing_is_known_before_the_first_reading(store: Store) -> None:
    with store.read() as places:
        assert places.cursors.get("s", "documents") is None
        assert places.cursors.complete_to("s", "documents") is None
        assert places.cursors.under("s", "doc") == {}


def test_a_cursor_holds_what_it_was_given_and_is_of_one_site_and_stream(store: Store) -> None:
    with store.begin() as places:
        places.cursors.set("s", "documents", "2026-11-16|17", NOW, digest="ab")
        places.cursors.set("s", "activity", "n5")
        places.cursors.set("t", "documents", "x")
    with store.read() as places:
        assert places.cursors.get("s", "documents") == Cursor("2026-11-16|17", NOW, "ab")
        assert places.cursors.get("s", "activity") == Cursor("n5", None, "")
        assert places.cursors.get("t", "documents") == Cursor("x", None, "")
        assert places.cursors.complete_to("s", "documents") == NOW


@pytest.mark.covers("F39")
def test_a_move_alone_keeps_the_promise_and_a_promise_is_never_taken_back(store: Store) -> None:
    hour = timedelta(hours=1)
    with store.begin() as places:
        places.cursors.set("s", "documents", "1", NOW)
        places.cursors.set("s", "documents", "2")
        assert places.cursors.get("s", "documents") == Cursor("2", NOW, "")
        places.cursors.set("s", "documents", "3", NOW - hour)
        assert places.cursors.get("s", "documents") == Cursor("3", NOW, "")
        places.cursors.set("s", "documents", "4", NOW + hour)
        assert places.cursors.get("s", "documents") == Cursor("4", NOW + hour, "")


def test_the_steps_of_one_reading_are_found_by_their_beginning_only(store: Store) -> None:
    with store.begin() as places:
        for stream in ("backfill:2018", "backfill:2019", "backfillX", "back%ill:1"):
            places.cursors.set("s", stream, stream, NOW, digest="d")
        places.cursors.set("t", "backfill:2020", "x")
    with store.read() as places:
        assert places.cursors.under("s", "backfill:") == {
            name: Cursor(name, NOW, "d") for name in ("backfill:2018", "backfill:2019")
        }
        assert set(places.cursors.under("s", "back%")) == {"back%ill:1"}


def test_forgetting_is_for_one_stream_or_one_site(store: Store) -> None:
    with store.begin() as places:
        for site, stream in (("s", "a"), ("s", "b"), ("t", "a")):
            places.cursors.set(site, stream, "x", NOW)
        places.cursors.clear("s", "a")
        assert places.cursors.get("s", "a") is None
        assert places.cursors.get("s", "b") is not None
        places.cursors.clear("s")
        assert places.cursors.get("s", "b") is None
        assert places.cursors.get("t", "a") is not None
