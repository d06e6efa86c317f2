"""A directive that is recalled and issued again: its tasks stay recalled, and a person is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from connector.records import DocumentState
from store.engine import Store
from sync.holding import release
from tests.engine_arena import OFFICER, Arena, day, row
from tracking.events import DirectiveRecalled

GOES, STAYS = "Rà soát nợ thuế", "Lập kế hoạch"


@pytest.fixture
def arena(store: Store, tmp_path: Path) -> Arena:
    return Arena(store, tmp_path)


def _issued(arena: Arena) -> str:
    due = day(arena.system.clock, 20)
    document = arena.issue(row(1, GOES, "Sở Tài chính", due), row(2, STAYS, "Sở Nội vụ", due))
    arena.settle()
    return document


def _recall(arena: Arena, document: str) -> None:
    arena.move(hours=1)
    arena.system.recall(document, OFFICER)
    arena.settle()


def _issue_again(arena: Arena, document: str, note: str = "") -> None:
    arena.move(hours=1)
    arena.system.change_document(document, state=DocumentState.ISSUED)
    arena.system.say_on_document(document, OFFICER, f"Ban hành lại {note}")
    arena.settle()


def _scopes(arena: Arena) -> list[str]:
    with arena.store.read() as places:
        return [hold.scope for hold in places.holds.open("memory")]


def _reopen(arena: Arena, content: str) -> None:
    arena.move(hours=1)
    arena.system.judge(arena.job_of(content), OFFICER, "5", "Mở lại")
    arena.settle()


def test_it_is_told_until_people_have_opened_the_tasks_again(arena: Arena) -> None:
    document = _issued(arena)
    _recall(arena, document)
    assert _scopes(arena) == []
    _issue_again(arena, document)
    assert set(arena.states().values()) == {"Thu hồi"}, "nothing is opened by itself"
    with arena.store.read() as places:
        (hold,) = places.holds.open("memory")
    assert hold.scope == f"directive:{document}:reissued"
    assert all(key in hold.reason for key in arena.states())
    _reopen(arena, GOES)
    assert _scopes(arena) == [hold.scope]
    _reopen(arena, STAYS)
    assert _scopes(arena) == []
    assert "Thu hồi" not in arena.states().values()
    _recall(arena, document)
    assert set(arena.states().values()) == {"Thu hồi"}, "another recall, not the same one read twice"
    _issue_again(arena, document)
    assert _scopes(arena) == [hold.scope]
    _recall(arena, document)
    assert _scopes(arena) == []


def test_what_a_person_has_let_go_is_asked_again_only_after_another_recall(arena: Arena) -> None:
    document = _issued(arena)
    _recall(arena, document)
    _issue_again(arena, document)
    scope = f"directive:{document}:reissued"
    with arena.store.begin() as places:
        release(places, "memory", scope, arena.system.clock, "Hà Thị Lan")
    _issue_again(arena, document, "(nhắc)")
    assert _scopes(arena) == []
    _recall(arena, document)
    _issue_again(arena, document)
    assert _scopes(arena) == [scope]


def test_a_recall_that_was_agreed_to_is_no_news(arena: Arena) -> None:
    document = _issued(arena)
    with arena.store.begin() as places:
        now = arena.system.clock
        events = [DirectiveRecalled(task=key, key="recalled", occurred_at=now) for key in arena.states()]
        places.ledger.append_events(events, now, [None] * len(events), site="memory")
        places.tasks.touch(list(arena.states()))
    _issue_again(arena, document)
    assert set(arena.states().values()) == {"Thu hồi"}
    assert _scopes(arena) == []
