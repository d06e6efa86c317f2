"""Files that the other side names badly, or shows with several records: no pass ends by it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from store.engine import Store
from tests.engine_arena import Arena, day, row


@pytest.fixture
def arena(store: Store, tmp_path: Path) -> Arena:
    return Arena(store, tmp_path)


def _issue(arena: Arena, content: str, number: str, **attachments: bytes) -> str:
    due = day(arena.system.clock, 9)
    return arena.issue(row(1, content, "Sở Y tế", due), number=number, attachments=attachments)


@pytest.mark.parametrize("name", ["a/b", "../x", "y" * 300], ids=["path", "outside", "long"])
def test_what_the_other_side_calls_a_file_stops_no_pass(arena: Arena, name: str) -> None:
    document = _issue(arena, "Trồng rừng", "1/CT-UBND", **{"a.txt": b"x"})
    (file,) = arena.system.document(document).files
    arena.system.files[name] = b"x"
    arena.system.change_document(document, files=(replace(file, remote_id=name),))
    arena.settle()
    assert list(arena.shown()) == ["Trồng rừng"]
    with arena.store.read() as places:
        assert name in places.evidence.by_remote("memory", [name])


@pytest.mark.covers("LC-02")
def test_a_file_that_a_classified_document_shows_as_well_is_kept_with_the_open_one(arena: Arena) -> None:
    classified = _issue(arena, "Việc kín", "1/CT-UBND")
    document = _issue(arena, "Trồng rừng", "2/CT-UBND", **{"a.txt": b"x", "b.txt": "TỐI MẬT\n".encode()})
    shared, stamped = arena.system.document(document).files
    arena.system.change_document(document, files=(shared,))
    arena.system.change_document(classified, files=(shared, stamped))
    arena.settle()
    assert list(arena.shown()) == ["Trồng rừng"]
