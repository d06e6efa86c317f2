"""Which test shows which fault, and on which database: read from the sources, and written as one page.

A test runs on the databases of the fixtures that it uses, or names them in its parameters; one that makes a SQLite
file by itself runs on SQLite.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final

from tests.fault_rows import BOTH, FAULTS, INPUTS, NONE, SQLITE, Fault
from tests.requirement_page import ROOT, covering

PAGE: Final = ROOT / "docs" / "faults.md"
#: Fixtures that come once for each database, and those of PostgreSQL alone.
STORES: Final = {"store_url", "fresh_url"}
POSTGRES: Final = frozenset({"PostgreSQL"})
ONLY_POSTGRES: Final = {"postgres_url", "postgres_server", "postgres_lender"}
SHARED: Final = ("tests/store_fixtures.py", "tests/conftest.py")

_HEAD: Final = """# Faults

What goes wrong, what must hold, and the tests that show it. Written by `python -m tests.fault_rows --write` from
the markers in the tests; a test fails when this page is stale, or a fault has lost its last test on a database that
it concerns. {faults} faults, {inputs} bad inputs, {tests} tests. None is skipped.
"""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def _functions(body: Sequence[ast.stmt], inside: str = "") -> Iterator[tuple[str, Function]]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _functions(node.body, f"{inside}{node.name}::")
        elif isinstance(node, Function):
            yield inside + node.name, node


@cache
def _file(place: str) -> tuple[dict[str, Function], dict[str, Function]]:
    """The functions of a file by name, and its fixtures."""
    found = dict(_functions(ast.parse((ROOT / place).read_text(encoding="utf-8")).body))
    fixtures = {
        name.rpartition("::")[2]: node
        for name, node in found.items()
        if any("fixture" in ast.dump(one) for one in node.decorator_list)
    }
    return found, fixtures


def databases(test: str) -> frozenset[str]:
    """The databases that a test runs on, by its id."""
    place, _, name = test.partition("::")
    functions, fixtures = _file(place)
    known = {name: node for shared in SHARED for name, node in _file(shared)[1].items()} | fixtures
    used, texts = _closure(functions[name], known)
    if used & STORES or {"sqlite", "postgresql"} <= texts:
        return BOTH
    if used & ONLY_POSTGRES:
        return POSTGRES
    return SQLITE if any("sqlite" in text for text in texts) or _opens(functions[name]) else NONE


def _closure(node: Function, fixtures: Mapping[str, Function]) -> tuple[set[str], set[str]]:
    """Every fixture that a test uses, through others too, and the texts in all of them."""
    used: set[str] = set()
    texts: set[str] = set()
    waiting = [node]
    while waiting:
        one = waiting.pop()
        texts |= {
            part.value
            for part in ast.walk(one)
            if isinstance(part, ast.Constant)
            and isinstance(part.value, str)
            and part.value != ast.get_docstring(one)
        }
        asked = {argument.arg for argument in one.args.args} | (texts & fixtures.keys())
        waiting += [fixtures[name] for name in sorted(asked - used) if name in fixtures]
        used |= asked
    return used, texts


def _opens(node: Function) -> bool:
    """A world of real processes without another address keeps its ledger in SQLite."""
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    return bool(names & {"world", "configure", "Arena"})


def problems(faults: Sequence[Fault], covered: Mapping[str, Sequence[str]]) -> list[str]:
    """One sentence for every fault or input that has lost a test."""
    found = []
    for fault in faults:
        tests = covered.get(fault.id, ())
        shown = frozenset().union(*(databases(test) for test in tests)) if tests else NONE
        if not tests:
            found.append(f"{fault.id}: no test covers it any more")
        found += [
            f"{fault.id}: no test on {name} covers it any more" for name in sorted(fault.stores - shown)
        ]
        if fault.stores != BOTH and not fault.why:
            found.append(f"{fault.id}: says not why it is not shown on both databases")
    return found + [f"{name}: no test covers it any more" for name, _, _ in INPUTS if name not in covered]


def page(covered: Mapping[str, Sequence[str]]) -> str:
    """The page as it must stand in the repository."""
    names = [fault.id for fault in FAULTS] + [name for name, _, _ in INPUTS]
    tests = {test for name in names for test in covered.get(name, ())}
    parts = [_HEAD.format(faults=len(FAULTS), inputs=len(INPUTS), tests=len(tests))]
    parts.append("\n## Faults\n\n| id | what happens | what must hold | SQLite | PostgreSQL | tests |\n")
    parts.append("|---|---|---|---|---|---|\n")
    for fault in FAULTS:
        where = [
            str(sum(name in databases(test) for test in covered[fault.id]) or "–")
            for name in ("SQLite", "PostgreSQL")
        ]
        note = f" *({fault.why})*" if fault.why else ""
        cells = (fault.id, fault.inject, fault.holds + note, *where, _cell(covered[fault.id]))
        parts.append(f"| {' | '.join(cells)} |\n")
    parts.append("\n## Bad inputs\n\n| id | input | what must hold | tests |\n|---|---|---|---|\n")
    parts += [f"| {name} | {given} | {holds} | {_cell(covered[name])} |\n" for name, given, holds in INPUTS]
    return "".join(parts)


def _cell(tests: Sequence[str]) -> str:
    return "<br>".join(f"`{test.removeprefix('tests/')}`" for test in tests)


def write_page(*, write: bool) -> int:
    """Write the page, or say whether it is stale; gives the exit code."""
    covered = covering()
    wrong = problems(FAULTS, covered)
    stale = bool(wrong) or not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page(covered)
    if write and not wrong:
        PAGE.write_text(page(covered), encoding="utf-8")
        stale = False
    for sentence in [*wrong, *(["docs/faults.md is stale: run with --write"] if stale else [])]:
        sys.stdout.write(f"{sentence}\n")
    return int(stale)
