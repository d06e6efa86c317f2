"""What is wrong with a table is told to its drafter: once, of the right document, and only while it is so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from connector.memory import MemoryConnector
from connector.memory_system import Trouble
from store.engine import Store
from sync.flow import run_pass
from tests.engine_arena import OFFICER, Arena, day, row


def _away(arena: Arena) -> None:
    """A pass whose writes do not arrive."""
    arena.system.trouble_writing.extend([Trouble.AWAY] * 3)
    run_pass(arena.site)
    arena.system.trouble_writing.clear()
    arena.move(hours=1)


def _issue(arena: Arena, lead: str) -> str:
    return arena.issue(row(1, "Trồng rừng", lead, day(arena.system.clock, 9)))


def _mend(arena: Arena, document: str, lead: str) -> None:
    arena.system.change_document(document, rows=(row(1, "Trồng rừng", lead, day(arena.system.clock, 9)),))
    arena.system.say_on_document(document, OFFICER, "Đã sửa bảng phân công")


def _told(arena: Arena, document: str) -> list[str]:
    log = arena.system.document(document).log
    return [entry.comment for entry in log if entry.actor == arena.system.service_user]


def test_documents_of_two_sites_with_one_id_are_told_apart(store: Store, tmp_path: Path) -> None:
    first, second = Arena(store, tmp_path), Arena(store, tmp_path)
    settings = second.site.settings.model_copy(update={"name": "second"})
    connector = MemoryConnector(second.system, "second")
    second.site = replace(second.site, name="second", settings=settings, connector=connector)
    documents = []
    for arena in (first, second):
        documents.append(_issue(arena, "Sở Lạ"))
        _away(arena)
    assert documents[0] == documents[1]
    for arena, document in zip((first, second), documents, strict=True):
        arena.move(hours=12)
        arena.settle()
        assert len(_told(arena, document)) == 1


def test_what_is_wrong_again_before_anything_was_sent_is_told(store: Store, tmp_path: Path) -> None:
    arena = Arena(store, tmp_path)
    document = _issue(arena, "Sở Lạ")
    for lead in ("Sở Nào Đó", "Sở Lạ", "Sở Y tế", "Sở Lạ"):
        _away(arena)
        _mend(arena, document, lead)
    arena.move(hours=12)
    arena.settle()
    (told,) = _told(arena, document)
    assert "Sở Lạ" in told


def test_what_was_mended_before_anything_was_sent_is_told_to_nobody(store: Store, tmp_path: Path) -> None:
    arena = Arena(store, tmp_path)
    document = _issue(arena, "Sở Lạ")
    _away(arena)
    _mend(arena, document, "Sở Y tế")
    arena.move(hours=12)
    arena.settle()
    assert _told(arena, document) == []
    assert list(arena.shown()) == ["Trồng rừng"]
