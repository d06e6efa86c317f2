"""A polling cursor over a list with days, ties, late rows and moving pages: nothing is lost, nothing runs ahead."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.errors import ListingUnreadable, SessionLost
from connector.port import Stream
from connector.records import Kind
from connector.windows import Row, Walk, Window
from errors import RetryLater
from store.engine import Store
from sync.flow import run_pass, run_reconcile
from tests.engine_arena import Arena, CrashError, CrashingStore, day, row


@pytest.fixture
def arena(store: Store, tmp_path: Path) -> Arena:
    made = Arena(store, tmp_path)
    _issue(made, 1)
    made.settle()
    return made


def _issue(arena: Arena, number: int, **fields: Any) -> str:
    rows = row(1, f"Việc {number}", "Sở Nội vụ", day(arena.system.clock, 20))
    return arena.issue(rows, number=f"{number}/CT-UBND", **fields)


def _kept(arena: Arena) -> int:
    with arena.store.read() as places:
        return places.inbox.count("memory", Kind.DOCUMENT.value)


def _cursor(arena: Arena) -> str:
    with arena.store.read() as places:
        found = places.cursors.get("memory", Stream.DOCUMENTS.value)
    assert found is not None
    return found.value


@pytest.mark.covers("F05", "F01")
@pytest.mark.parametrize("step", range(1, 12))
@pytest.mark.parametrize("after", [False, True])
def test_three_documents_of_one_moment_are_read_once_whenever_the_process_dies(
    arena: Arena, step: int, after: bool
) -> None:
    for number in (2, 3, 4):
        _issue(arena, number)
    with suppress(CrashError):
        run_pass(arena.open(CrashingStore(arena.store, step, after)))
    arena.settle(arena.open(arena.store))
    assert _kept(arena) == 4
    assert len(arena.shown()) == 4
    assert max(arena.system.effects().values()) == 1


@pytest.mark.covers("F06")
def test_a_document_committed_late_is_found_inside_the_overlap(arena: Arena) -> None:
    arena.move(days=2)
    _issue(arena, 2)
    arena.settle()
    _issue(arena, 3, issued_on=arena.system.clock.date() - timedelta(days=2))
    arena.settle()
    assert "Việc 3" in arena.shown()


@pytest.mark.covers("F06")
def test_a_document_committed_very_late_is_found_by_the_nightly_list(arena: Arena) -> None:
    arena.move(days=60)
    for number in range(2, 122):
        _issue(arena, number, issued_on=arena.system.clock.date() - timedelta(days=10 * (number % 2)))
    arena.settle()
    _issue(arena, 999, issued_on=date(2026, 11, 1))
    arena.system.notices.pop()
    arena.settle()
    assert "Việc 999" not in arena.shown()
    run_reconcile(arena.site)
    arena.settle()
    assert "Việc 999" in arena.shown()


@pytest.mark.covers("F07")
@given(
    deleted=st.lists(st.integers(0, 119), max_size=3, unique=True),
    added=st.integers(0, 3),
    page=st.integers(0, 4),
)
def test_rows_that_move_between_two_pages_are_not_skipped(deleted: list[int], added: int, page: int) -> None:
    ids = [str(number) for number in range(120)]
    asked = 0

    def fetch(window: Window) -> list[Row]:
        nonlocal asked
        asked += 1
        if asked == page:
            for one in deleted:
                ids.remove(str(one))
            ids[:0] = [f"new{number}" for number in range(added)]
        return [{"id": one} for one in ids[window.start : window.end]]

    found = {str(one["id"]) for rows in Walk(fetch, lambda one: str(one["id"]), 30) for one in rows}
    assert {one for one in ids if not one.startswith("new")} <= found


@pytest.mark.covers("F08")
def test_a_list_that_is_not_sorted_is_read_to_its_end(arena: Arena, monkeypatch: pytest.MonkeyPatch) -> None:
    arena.move(days=60)
    for number in range(2, 130):
        _issue(arena, number)
    connector = arena.site.connector
    page = type(connector)._page  # type: ignore[attr-defined]

    def shuffled(self: Any, kind: Kind, window: Window) -> list[Row]:
        """Old rows first on every page but the last, as a site without an index gives them."""
        rows = page(self, kind, Window(1, 10_000))
        rows.sort(key=lambda one: int(one["id"]) * 7919 % 131)
        found: list[Row] = rows[window.start : window.end]
        return found

    monkeypatch.setattr(type(connector), "_page", shuffled)
    arena.settle()
    assert _kept(arena) == 129


@pytest.mark.covers("F09")
def test_a_hundred_thousand_documents_of_one_day_need_little_memory_to_be_told_apart() -> None:
    count = 100_000
    read = 0

    def fetch(window: Window) -> list[Row]:
        return [{"id": f"{number:08}"} for number in range(window.start, min(window.end, count))]

    tracemalloc.start()
    for rows in Walk(fetch, lambda one: str(one["id"]), 100, confirm_end=True):
        read += len(rows)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert read == count
    assert most < 10 * 2**20


@pytest.mark.covers("F09")
def test_what_is_remembered_of_a_document_is_bounded(store: Store) -> None:
    rows = [(f"{number:08}", f"print {number}") for number in range(2_000)]
    with store.begin() as places:
        places.inbox.remember("memory", "document", rows)
    with store.read() as places:
        assert len(places.inbox.unchanged("memory", "document", rows)) == len(rows)
        changed = [(one, f"{mark}!") for one, mark in rows]
        assert not places.inbox.unchanged("memory", "document", changed)


@contextmanager
def _breaking(arena: Arena, error: RetryLater, at: int) -> Iterator[None]:
    """The `at`-th page of any list fails."""
    seen = 0

    def count() -> None:
        nonlocal seen
        seen += 1
        if seen == at:
            raise error

    arena.system.between_pages = count
    yield
    arena.system.between_pages = None


@pytest.mark.covers("F10", "M43", "M41")
@pytest.mark.parametrize(
    "error",
    [
        SessionLost("A login page came instead of data."),
        ListingUnreadable("The document system gives the same page again and again."),
        RetryLater("Busy."),
    ],
)
def test_a_cycle_that_fails_moves_no_cursor_and_promises_nothing(arena: Arena, error: RetryLater) -> None:
    arena.move(days=1)
    for number in range(2, 70):
        _issue(arena, number)
    with arena.store.read() as places:
        before = {stream: places.cursors.get("memory", stream.value) for stream in Stream}
    with _breaking(arena, error, at=4):
        done = run_pass(arena.site)
    assert done.away
    assert not done.held
    with arena.store.read() as places:
        after = {stream: places.cursors.get("memory", stream.value) for stream in Stream}
    assert after[Stream.DOCUMENTS] == before[Stream.DOCUMENTS]
    arena.settle()
    assert _kept(arena) == 69


@pytest.mark.covers("M42")
def test_an_id_twice_in_one_list_spoils_that_list_and_no_other(arena: Arena) -> None:
    arena.system.accounts["9"] = replace(arena.system.accounts["1"], user_id="999")
    _issue(arena, 2)
    done = run_pass(arena.site)
    assert "id twice" in done.away
    assert "Việc 2" in arena.shown()
    with arena.store.read() as places:
        assert sum(a.state == "active" for a in places.directory.accounts("memory")) == 4


@pytest.mark.covers("M40")
def test_a_day_in_the_future_never_moves_the_cursor(arena: Arena) -> None:
    _issue(arena, 2, issued_on=date(2099, 1, 1))
    arena.settle()
    assert _cursor(arena) == arena.system.clock.date().isoformat()
    arena.move(days=1)
    _issue(arena, 3)
    arena.settle()
    assert "Việc 3" in arena.shown()


@pytest.mark.covers("F02")
def test_the_nightly_list_a_second_time_reads_and_writes_nothing(arena: Arena) -> None:
    for number in range(2, 30):
        _issue(arena, number)
    arena.settle()
    run_reconcile(arena.site)
    with arena.store.read() as places:
        root = places.ledger.root()
    done = run_reconcile(arena.site)
    assert (done.pulled.read, done.pushed.confirmed, done.breaks, done.brakes) == (0, 0, [], [])
    with arena.store.read() as places:
        assert places.ledger.root() == root
