"""Both runbooks tell what to do about every hold, lamp, exit code and alert there is, with commands that exist."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

import cli
import commands.orders
import store.failures
import sync.fencing
import sync.proofs
from commands.verbs import VERBS
from errors import TdcdError
from store.scopes import SCOPES
from sync.lamps import LAMPS

ROOT = Path(__file__).parents[2]
RUNBOOKS = ("runbook.md", "runbook.vi.md")
PAGES = (*RUNBOOKS, "delivery.md")
#: What every entry of a runbook answers, in its language.
QUESTIONS = {
    "runbook.md": ("What happened", "Safe", "Waiting costs", "Do", "Who"),
    "runbook.vi.md": ("Việc gì đã xảy ra", "Điều gì an toàn", "Chờ thì mất gì", "Cần làm", "Ai được làm"),
}
_EVENTS = {"warning", "error", "exception", "_tell"}


def _text(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def _entries(name: str) -> dict[str, str]:
    """Scope or lamp → what its entry says; a heading may name several."""
    parts = re.split(r"^### (.*)$", _text(name), flags=re.MULTILINE)[1:]
    entries: dict[str, str] = {}
    for heading, body in zip(parts[::2], parts[1::2], strict=True):
        for named in re.findall(r"`([^`]+)`", heading):
            assert named not in entries, named
            entries[named] = re.split(r"^## ", body, flags=re.MULTILINE)[0]
    return entries


def _rows(name: str) -> set[str]:
    """The first cells of all tables."""
    return {cell.strip().strip("`") for cell in re.findall(r"^\| ([^|]+) \|", _text(name), re.MULTILINE)}


def _exit_codes() -> set[int]:
    found = {0, TdcdError.exit_code, 130}
    waiting = [TdcdError]
    while waiting:
        kind = waiting.pop()
        found.add(kind.exit_code)
        waiting += kind.__subclasses__()
    for path in (ROOT / "commands").glob("*.py"):
        found |= {int(code) for code in re.findall(r"typer\.Exit\((\d+)\)", path.read_text(encoding="utf-8"))}
    return found


def _alerts() -> set[str]:
    """The words by which the log tells that something needs looking at."""
    found = set()
    for room in ("sync", "store", "connector", "commands"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                match node:
                    case ast.Call(func=ast.Attribute(attr=name), args=[ast.Constant(value=str(event)), *_]):
                        found |= {event} if name in _EVENTS else set()
    return found


@pytest.mark.parametrize("name", RUNBOOKS)
def test_every_hold_and_lamp_has_an_entry_and_every_entry_is_one(name: str) -> None:
    assert set(_entries(name)) == {scope.form for scope in SCOPES} | set(LAMPS)


@pytest.mark.parametrize("name", RUNBOOKS)
def test_every_entry_answers_every_question(name: str) -> None:
    for entry, body in _entries(name).items():
        asked = re.findall(r"^\*\*([^*]+)\.\*\* \S", body, re.MULTILINE)
        assert tuple(asked) == QUESTIONS[name], entry


@pytest.mark.parametrize("name", RUNBOOKS)
def test_every_exit_code_and_alert_is_explained(name: str) -> None:
    assert commands.orders
    assert store.failures
    assert sync.fencing
    assert sync.proofs
    rows = _rows(name)
    assert {str(code) for code in _exit_codes()} <= rows
    alerts = _alerts()
    assert len(alerts) > 20
    assert alerts <= rows


def _calls(name: str) -> Iterator[str]:
    text = _text(name)
    yield from re.findall(r"`(tdcd [^`]+)`", text)
    for block in re.findall(r"```bash\n(.*?)```", text, re.DOTALL):
        yield from (line for line in block.splitlines() if line.startswith("tdcd "))


def _unknown(call: str) -> str:
    """What of a command line the program does not know; empty when it knows all."""
    command: Any = typer.main.get_command(cli.app)
    words = shlex.split(call, comments=True)[1:]
    path: list[str] = []
    while words and hasattr(command, "commands"):
        word = words.pop(0)
        if word not in command.commands:
            return word
        path.append(word)
        command = command.commands[word]
    if " ".join(path) in VERBS:
        command = typer.main.get_command(_alone(VERBS[" ".join(path)].load()))
    options = {
        option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)
    }
    return next((word for word in words if word.startswith("--") and word not in options), "")


def _alone(verb: Any) -> typer.Typer:
    """A program of this verb only: the doors of the command line know no options until they are opened."""
    program = typer.Typer(add_completion=False)
    program.command()(verb)
    return program


@pytest.mark.parametrize("name", PAGES)
def test_the_commands_that_the_pages_name_exist(name: str) -> None:
    called = list(_calls(name))
    assert len(called) > 5
    assert {call: bad for call in called if (bad := _unknown(call))} == {}


def test_a_command_that_is_not_there_would_be_found() -> None:
    assert _unknown("tdcd release SCOPE --by NAME") == ""
    assert _unknown("tdcd relase SCOPE") == "relase"
    assert _unknown("tdcd plan drop X") == "drop"
    assert _unknown("tdcd release SCOPE --form x") == "--form"


def test_both_runbooks_name_the_same_commands_for_every_entry() -> None:
    english, vietnamese = (_entries(name) for name in RUNBOOKS)
    for entry, body in english.items():
        verbs = [
            {call.split()[1] for call in re.findall(r"`(tdcd [^`]+)`", text)}
            for text in (body, vietnamese[entry])
        ]
        assert verbs[0] == verbs[1], entry
