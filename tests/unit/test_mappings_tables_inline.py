"""Rows of the API with one untidy cell: the quick look over a whole row must not pass it.

Excludes what the rows mean (`test_mappings_tables_layouts`).
"""

from __future__ import annotations

import unicodedata

import pytest

from connector.records import AssignmentCells
from mappings.tables import rows_from_api

UNTIDY = (
    "Sở Y tế ",
    " Sở Y tế",
    "Sở  Y tế",
    "Sở\u00a0Y tế",
    "Sở\u200b Y tế",
    unicodedata.normalize("NFD", "Sở Y tế"),
)


@pytest.mark.covers("M35")
@pytest.mark.parametrize("cell", UNTIDY)
@pytest.mark.parametrize("place", range(5))
def test_one_untidy_cell_is_tidied_wherever_it_stands(cell: str, place: int) -> None:
    texts = ["Việc một", "Sở Nội vụ", "30/9/2026", "Báo cáo", "Lê Thị B"]
    texts[place] = cell
    content, lead, *rest = texts
    (row,) = rows_from_api([AssignmentCells("1", content, lead, ("Sở Tư pháp",), *rest)], "1/CT").rows
    read = [row.content, row.lead, row.deadline, row.product, row.officer]
    assert read[place] == "Sở Y tế"
    assert row.coordinators == "Sở Tư pháp"


@pytest.mark.parametrize("cell", UNTIDY)
def test_coordinators_are_tidied_one_by_one(cell: str) -> None:
    cells = [AssignmentCells("1", "Việc một", "Sở Nội vụ", ("", cell, "Sở Tư pháp", " "))]
    assert [row.coordinators for row in rows_from_api(cells, "1/CT").rows] == ["Sở Y tế; Sở Tư pháp"]
