"""Which test covers which row: read from the `covers` markers in the sources, and written as one page.

The conformance suite is installed with the program, where a marker of ours would be unknown: there it is `shows`.

Sources are read, not run, so that a marker counts wherever it stands: on a test, on its class, or on one
parameter of it.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.requirement_rows import PROVINCES, ROWS, Row

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = ROOT / "docs" / "requirements.md"

_HEAD: Final = """# Requirements

What the five regulations ask for, and the tests that show it. Written by
`python -m tests.requirement_rows --write` from the markers in the tests; a test fails when this page is
stale or a row has lost its last test. {met} of {all} rows are met by tests, {part} of them with a remark on what is
missing or read otherwise; {left} are not in code.
"""


def covering(root: Path = ROOT) -> dict[str, list[str]]:
    """Row or fault id → ids of the tests that name it, sorted."""
    found: dict[str, set[str]] = {}
    for file in (*(root / "tests").rglob("*.py"), *(root / "connector" / "conformance").rglob("*.py")):
        place = file.relative_to(root).as_posix()
        for test, ids in _marked(ast.parse(file.read_text(encoding="utf-8")).body, "", set()):
            for name in ids:
                found.setdefault(name, set()).add(f"{place}::{test}")
    return {name: sorted(tests) for name, tests in found.items()}


def _marked(body: Sequence[ast.stmt], inside: str, above: set[str]) -> Iterator[tuple[str, set[str]]]:
    """Every test with the ids of its markers, those of its class included."""
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _marked(node.body, f"{inside}{node.name}::", above | _ids(node.decorator_list))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield inside + node.name, above | _ids(node.decorator_list)


def _ids(decorators: Sequence[ast.expr]) -> set[str]:
    calls = [call for one in decorators for call in ast.walk(one) if isinstance(call, ast.Call)]
    return {
        given.value
        for call in calls
        if _name(call.func) in {"covers", "shows"}
        for given in call.args
        if isinstance(given, ast.Constant) and isinstance(given.value, str)
    }


def _name(called: ast.expr) -> str:
    return (
        called.attr
        if isinstance(called, ast.Attribute)
        else called.id
        if isinstance(called, ast.Name)
        else ""
    )


def met_by(row: Row, covered: Mapping[str, Sequence[str]]) -> list[str]:
    """The tests of a row, those of the ids that it is met through included."""
    return sorted({test for name in (row.id, *row.through) for test in covered.get(name, ())})


def problems(rows: Sequence[Row], covered: Mapping[str, Sequence[str]]) -> list[str]:
    """One sentence for every row without a test or a reason, or with both."""
    # A remark says what the tests leave open: without any test it would be no more than a promise.
    found = []
    for row in rows:
        tests = met_by(row, covered)
        if not tests and not row.missing:
            found.append(f"{row.id}: no test covers it any more; mark one, or say why none can")
        if tests and row.missing:
            found.append(f"{row.id}: stands as not in code, and {tests[0]} covers it; remove one of both")
        if row.missing and row.remark:
            found.append(f"{row.id}: a row that is not in code needs no remark; put both into one sentence")
        found += [f"{row.id}: nothing covers {name}" for name in row.through if name not in covered]
    return found


def page(covered: Mapping[str, Sequence[str]]) -> str:
    """The page as it must stand in the repository."""
    left, part = sum(bool(row.missing) for row in ROWS), sum(bool(row.remark) for row in ROWS)
    parts = [_HEAD.format(met=len(ROWS) - left, all=len(ROWS), part=part, left=left)]
    for province, rows in PROVINCES.items():
        parts += [f"\n## {province}\n\n| row | article | asks for | tests |\n|---|---|---|---|\n"]
        parts += [f"| {row.id} | {row.article} | {row.asks} | {_cell(row, covered)} |\n" for row in rows]
    return "".join(parts)


def _cell(row: Row, covered: Mapping[str, Sequence[str]]) -> str:
    if row.missing:
        return f"*not in code:* {row.missing}"
    tests = [f"`{test.removeprefix('tests/')}`" for test in met_by(row, covered)]
    return "<br>".join([*tests, *([f"*{row.remark}*"] if row.remark else [])])


def write_page(*, write: bool) -> int:
    """Write the page, or say whether it is stale; gives the exit code."""
    covered = covering()
    wrong = problems(ROWS, covered)
    stale = not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page(covered)
    if write and not wrong:
        PAGE.write_text(page(covered), encoding="utf-8")
        stale = False
    for sentence in [*wrong, *(["docs/requirements.md is stale: run with --write"] if stale else [])]:
        sys.stdout.write(f"{sentence}\n")
    return int(bool(wrong) or stale)
