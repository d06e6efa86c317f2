"""Directives mapped in the transaction that keeps them: the shortcut taken, not taken, and failing.

Excludes what rows become (`tests/flow/test_engine.py`) and crashes (`tests/faults/test_engine_crashes.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from connector.port import Stream
from errors import SkipRecord
from store.engine import Store
from store.inbox import Envelope
from store.tasks import Tasks
from sync.flow import PEOPLE, run_pass
from sync.map_to_ledger import Mapped, map_as_read, map_to_ledger
from sync.pull_to_inbox import pull_to_inbox
from tests.engine_arena import Arena, day, row
from tracking.events import TaskAssigned


@pytest.fixture
def arena(store: Store, tmp_path: Path) -> Arena:
    arena = Arena(store, tmp_path)
    run_pass(arena.site, PEOPLE)
    arena.issue(
        row(1, "Rà soát nợ thuế", "Sở Tài chính", day(arena.system.clock, 20)),
        row(2, "Sắp xếp bộ máy", "Sở Nội vụ", day(arena.system.clock, 30), "Sở Y tế"),
    )
    return arena


def _waiting(arena: Arena) -> list[str]:
    with arena.store.read() as places:
        return [envelope.kind for envelope in places.inbox.pending("memory", 99)]


def _found(arena: Arena) -> dict[str, list[str]]:
    """Work on the ledger's side: the content of each task, with the kinds of its entries."""
    with arena.store.read() as places:
        rows = places.tasks.find("memory")
        entries = places.ledger.history([row.key for row in rows])
    return {row.content: [entry.kind for entry in entries[row.key]] for row in rows}


def test_a_directive_is_mapped_where_it_is_kept_and_never_waits(arena: Arena) -> None:
    mapped = Mapped()
    pulled = pull_to_inbox(arena.site, Stream.DOCUMENTS, then=map_as_read(arena.site, mapped))
    assert (pulled.new, mapped.envelopes, mapped.tasks) == (1, 1, 2)
    assert "document" not in _waiting(arena)
    found = _found(arena)
    assert found == {"Rà soát nợ thuế": ["task_assigned"], "Sắp xếp bộ máy": ["task_assigned"]}
    assert map_to_ledger(arena.site, mapped) is mapped
    assert (mapped.tasks, _found(arena)) == (2, found)


def test_mapping_again_from_the_inbox_finds_nothing_new(arena: Arena) -> None:
    pull_to_inbox(arena.site, Stream.DOCUMENTS, then=map_as_read(arena.site, Mapped()))
    at_once = _found(arena)
    with arena.store.begin() as places:
        assert places.inbox.reopen("memory", ["document"]) == 1
        places.tasks.clear("memory")
    mapped = map_to_ledger(arena.site)
    assert (mapped.envelopes, mapped.events, _found(arena)) == (1, 0, at_once)


def test_nothing_overtakes_what_waits(arena: Arena) -> None:
    pull_to_inbox(arena.site, Stream.DOCUMENTS)
    assert "document" in _waiting(arena)
    assert map_as_read(arena.site, Mapped()) is None
    map_to_ledger(arena.site)
    assert map_as_read(arena.site, Mapped()) is not None


def test_a_page_that_cannot_be_mapped_is_kept_all_the_same(
    arena: Arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_self: Any, _events: Iterable[TaskAssigned]) -> None:
        raise SkipRecord("no.")

    mapped = Mapped()
    with monkeypatch.context() as broken:
        broken.setattr(Tasks, "assign", refused)
        pulled = pull_to_inbox(arena.site, Stream.DOCUMENTS, then=map_as_read(arena.site, mapped))
    assert (pulled.read, pulled.new, mapped.tasks, _found(arena)) == (1, 1, 0, {})
    assert "document" in _waiting(arena)
    assert map_to_ledger(arena.site, mapped).tasks == 2


def test_a_version_that_is_shown_again_may_be_put_down_as_mapped(store: Store, tmp_path: Path) -> None:
    now = Arena(store, tmp_path).system.clock
    first, second = (
        Envelope("memory", "document", "A", version, b"{}", now, state="mapped") for version in ("v1", "v2")
    )
    with store.begin() as places:
        (number,) = [one.id for one in places.inbox.put([first])]
        places.inbox.put([second])
        assert [(one.id, one.state) for one in places.inbox.put([first])] == [(number, "mapped")]
        assert places.inbox.pending("memory", 9) == []
        assert places.inbox.latest("memory", "document", ["A"])["A"].version == "v1"
