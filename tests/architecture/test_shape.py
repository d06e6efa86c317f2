"""Sizes, names and texts that every file keeps. What a reviewer would otherwise have to count."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

import connector.errors
import errors
from errors import ConfigInvalid, HoldForHuman, TdcdError

ROOT = Path(__file__).parents[2]
ROOMS = ("commands", "config", "connector", "mappings", "sandbox", "store", "sync", "tracking")
FORBIDDEN_NAMES = {"utils.py", "helpers.py", "misc.py", "common.py", "manager.py"}
MODULE_LINES = 400
FUNCTION_LINES = 60


def _sources() -> Iterator[Path]:
    yield from (ROOT / "cli.py", ROOT / "errors.py", ROOT / "frozen.py", ROOT / "storable.py")
    for room in ROOMS:
        yield from (path for path in (ROOT / room).rglob("*.py"))


def test_no_module_is_too_long() -> None:
    long = {
        str(p.relative_to(ROOT)): n
        for p in _sources()
        if (n := p.read_text(encoding="utf-8").count("\n")) > MODULE_LINES
    }
    assert not long


def test_no_function_is_too_long() -> None:
    long = []
    for path in _sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_LINES:
                    long.append(f"{path.relative_to(ROOT)}:{node.name} {lines}")
    assert not long


def test_names_say_what_they_hold() -> None:
    assert not [str(p) for p in _sources() if p.name in FORBIDDEN_NAMES]


def test_every_module_says_why_it_is_there() -> None:
    silent = [
        str(p.relative_to(ROOT))
        for p in _sources()
        if p.stat().st_size and not ast.get_docstring(ast.parse(p.read_text(encoding="utf-8")))
    ]
    assert not silent


def _all_errors() -> list[type[TdcdError]]:
    found: list[type[TdcdError]] = []
    for module in (errors, connector.errors):
        for _, value in inspect.getmembers(module, inspect.isclass):
            if issubclass(value, TdcdError) and value not in found:
                found.append(value)
    return found


@pytest.mark.parametrize("kind", _all_errors(), ids=lambda kind: kind.__name__)
def test_every_error_renders_with_remedy_and_code(kind: type[TdcdError]) -> None:
    if issubclass(kind, ConfigInvalid):
        error: TdcdError = kind(["a.b: wrong", "c: missing"])
        assert "a.b: wrong" in str(error)
        assert "c: missing" in str(error)
    elif issubclass(kind, HoldForHuman):
        error = kind("It stopped.", scope="unit:7")
        assert "unit:7" in str(error)
    else:
        error = kind("It stopped.", remedy="Do this.")
        assert str(error) == "It stopped. Do this."
    assert 1 <= type(error).exit_code <= 7
