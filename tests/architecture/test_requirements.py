"""Every row of the regulations is covered by a test or says why not, and the page tells the same."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.requirement_page import PAGE, covering, met_by, page, problems
from tests.requirement_rows import PROVINCES, ROWS, Row

COVERED = covering()


def test_no_row_has_lost_its_last_test() -> None:
    assert problems(ROWS, COVERED) == []


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(COVERED), "run: python -m tests.requirement_rows --write"


def test_the_five_regulations_have_135_rows_numbered_without_a_gap() -> None:
    counts = {rows[0].id[:2]: len(rows) for rows in PROVINCES.values()}
    assert counts == {"LC": 37, "HC": 22, "BT": 29, "DT": 29, "DN": 18}
    for rows in PROVINCES.values():
        assert [row.id for row in rows] == [f"{rows[0].id[:2]}-{n:02d}" for n in range(1, len(rows) + 1)]


def test_every_marker_names_a_row_that_exists() -> None:
    known = {row.id for row in ROWS}
    assert {name for name in COVERED if "-" in name} - known == set()


def test_no_cell_of_the_page_is_blank() -> None:
    lines = [
        line for line in PAGE.read_text(encoding="utf-8").splitlines() if "-" in line[:6] and line[0] == "|"
    ]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line[2:4].isalpha()]
    assert len(cells) == len(ROWS)
    assert all(len(row) == 4 and all(row) for row in cells)


def _written(folder: Path, source: str) -> dict[str, list[str]]:
    (folder / "tests").mkdir()
    (folder / "tests" / "test_it.py").write_text(source, encoding="utf-8")
    return covering(folder)


def test_markers_are_found_on_tests_classes_and_parameters(tmp_path: Path) -> None:
    source = """
import pytest
@pytest.mark.covers("LC-01", "F02")
class TestRoom:
    @pytest.mark.parametrize("n", [pytest.param(1, marks=pytest.mark.covers("LC-02"))])
    def test_one(self, n): ...
def test_bare(): ...
"""
    found = _written(tmp_path, source)
    name = "tests/test_it.py::TestRoom::test_one"
    assert found == {"LC-01": [name], "F02": [name], "LC-02": [name]}


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (Row("LC-01", "Đ1", "x"), "LC-01: no test covers it any more; mark one, or say why none can"),
        (Row("LC-02", "Đ1", "x", missing="paper"), "LC-02: stands as not in code"),
        (Row("LC-03", "Đ1", "x", through=("F99",)), "LC-03: nothing covers F99"),
        (Row("LC-04", "Đ1", "x", missing="paper", remark="in part"), "LC-04: a row that is not in code"),
    ],
)
def test_a_row_that_is_not_met_is_told(row: Row, sentence: str) -> None:
    assert any(told.startswith(sentence) for told in problems([row], {"LC-02": ["tests/a.py::test_b"]}))


def test_what_tests_leave_open_stands_beside_them() -> None:
    told = PAGE.read_text(encoding="utf-8")
    for row in ROWS:
        if row.remark:
            (line,) = [line for line in told.splitlines() if line.startswith(f"| {row.id} |")]
            assert line.endswith(f"`<br>*{row.remark}* |")


def test_a_row_may_be_met_through_another_id() -> None:
    row = Row("BT-28", "Đ11.1", "x", through=("F33",))
    assert met_by(row, {"F33": ["tests/a.py::test_b"]}) == ["tests/a.py::test_b"]
    assert Counter(problems([row], {"F33": ["tests/a.py::test_b"]})) == Counter()
