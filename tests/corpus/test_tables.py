"""Real assignment tables, written into files the way offices keep them, and read back.

Each table is drawn twice: with the merged cells that its source notes, and flat, as a
careless conversion leaves it. The figures are printed (`pytest -s`), the floors asserted.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mappings.tables import read_table
from tests.corpus.scorer import CORPUS, Document, Figures, documents
from tests.table_files import Cell, Sheet, Table, docx_of, grid_as_table, xls_of, xlsx_of

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not on this machine")
FLOORS = {"row": 0.99, "content": 0.98, "lead": 0.97, "coordinators": 0.95, "kind": 0.97, "due": 0.97}
MOST_BELIEVED_WRONGLY = 0.005


def _xlsx(document: Document, *, merged: bool) -> bytes:
    rows, areas = document.drawn() if merged else (document.flat(), [])
    return xlsx_of(Sheet(rows, areas))


def _xls(document: Document, *, merged: bool) -> bytes:
    rows, areas = document.drawn() if merged else (document.flat(), [])
    return xls_of(Sheet(rows, areas))


def _docx(document: Document, *, merged: bool) -> bytes:
    if merged:
        return docx_of(str(document.data["title"]), grid_as_table(*document.drawn()))
    title, _, *rows = document.flat()
    return docx_of(title[0], Table([[Cell(text) for text in row] for row in rows]))


@pytest.mark.covers("HC-04", "LC-04", "LC-09")
@pytest.mark.parametrize("merged", [True, False], ids=["merged", "flat"])
@pytest.mark.parametrize(("write", "name"), [(_xlsx, "bang.xlsx"), (_xls, "bang.xls"), (_docx, "bang.docx")])
def test_real_tables_reach_the_floors(write: Callable[..., bytes], name: str, *, merged: bool) -> None:
    figures = Figures()
    for document in documents():
        rows = read_table(write(document, merged=merged), name).rows
        figures.score(document, document.wanted(), rows)
    print(f"\n{name} {'merged' if merged else 'flat'}: {figures}")  # noqa: T201 (the figures are the point)
    assert figures.wanted["row"] >= 170
    low = {field: figures.recall(field) for field, floor in FLOORS.items() if figures.recall(field) < floor}
    vague = {
        field: figures.precision(field) for field, floor in FLOORS.items() if figures.precision(field) < floor
    }
    assert not low
    assert not vague
    assert len(figures.believed_wrongly) <= MOST_BELIEVED_WRONGLY * figures.wanted["row"], (
        figures.believed_wrongly
    )


def test_a_schedule_and_a_list_give_no_task() -> None:
    others = [document for document in documents() if not document.columns()]
    assert others
    for document in others:
        assert not read_table(_xlsx(document, merged=False), "bang.xlsx").rows
