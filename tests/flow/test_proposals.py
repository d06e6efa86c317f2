"""A directive whose tasks are sentences: asked about once, tracked once confirmed, never by itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from store.engine import Store
from tests.engine_arena import FINANCE_HEAD, OFFICER, Arena, day
from tests.table_files import docx_of


@pytest.fixture
def arena(store: Store, tmp_path: Path) -> Arena:
    return Arena(store, tmp_path)


def conclusion(arena: Arena) -> str:
    taxes = "1. Giao Sở Tài chính chủ trì, phối hợp với Sở Nội vụ rà soát các khoản nợ thuế kéo dài"
    text = (
        "THÔNG BÁO",
        "Kết luận của Chủ tịch UBND tỉnh tại phiên họp thường kỳ",
        f"{taxes}, báo cáo UBND tỉnh trong ngày {day(arena.system.clock, 20)}.",
        f"2. Giao Sở Y tế kiểm tra công tác tiêm chủng, hoàn thành trong ngày {day(arena.system.clock, 25)}.",
    )
    return arena.issue(attachments={"thong-bao.docx": docx_of(*text)})


def asked(arena: Arena, document: str) -> list[str]:
    said = (entry.comment for entry in arena.system.document(document).log)
    return [comment for comment in said if "TD-DX-" in comment and comment.startswith("Văn bản")]


@pytest.mark.covers("HC-08", "LC-08")
def test_sentences_are_proposed_once_and_nothing_is_tracked_before_a_person_confirms(arena: Arena) -> None:
    document = conclusion(arena)
    arena.settle()
    (question,) = asked(arena, document)
    assert "đề xuất 2 nhiệm vụ, cần xác nhận" in question
    assert "Chủ trì: Sở Tài chính" in question
    assert arena.states() == {}
    arena.settle()
    assert len(asked(arena, document)) == 1

    match = re.search(r"TD-DX-[0-9A-F]+", question)
    assert match is not None
    arena.system.say_on_document(document, FINANCE_HEAD, f"Xác nhận {match[0]}")
    arena.settle()
    assert arena.states() == {}, "a unit may not give itself tasks"

    arena.system.say_on_document(document, OFFICER, f"Xác nhận {match[0]}")
    arena.settle()
    with arena.store.read() as places:
        tasks = places.tasks.find("memory")
    assert sorted(task.lead_name for task in tasks) == ["Sở Tài chính", "Sở Y tế"]
    assert len(arena.system.jobs) == 2
    arena.settle()
    assert len(arena.system.jobs) == 2


def test_another_code_confirms_nothing(arena: Arena) -> None:
    document = conclusion(arena)
    arena.settle()
    arena.system.say_on_document(document, OFFICER, "Xác nhận TD-DX-0000000000")
    arena.settle()
    assert arena.states() == {}
