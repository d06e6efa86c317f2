"""The command line starts without what a verb does not need, and says of every verb what the verb itself says."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

from commands.verbs import VERBS

ROOT = Path(__file__).parents[2]
HEAVY = ("sqlalchemy", "pdfplumber", "docx", "zeep", "starlette", "requests", "lxml", "apscheduler")

LOADED = """
import sys
sys.argv[1:] = {arguments}
import cli
try:
    cli.main()
except SystemExit as end:
    assert not end.code, end.code
print(*sorted(set({heavy}) & set(sys.modules)), file=sys.stderr)
"""


@pytest.mark.parametrize("name", VERBS)
def test_the_line_of_a_verb_is_the_first_of_its_own_help(name: str) -> None:
    said = inspect.getdoc(VERBS[name].load())
    assert said is not None
    assert VERBS[name].line == " ".join(said.split("\n\n", maxsplit=1)[0].split("\n"))


@pytest.mark.parametrize(
    "arguments", [["--help"], ["deadline", "trước ngày 15/12/2026", "--json"], ["ledger", "--help"]]
)
def test_nothing_heavy_is_loaded_for_a_small_verb(arguments: list[str]) -> None:
    program = LOADED.format(arguments=arguments, heavy=HEAVY)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.split() == []


def test_the_help_of_a_verb_shows_its_own_options() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cli", "table", "read", "--help"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "table read" in done.stdout
    assert "--profile" in done.stdout
