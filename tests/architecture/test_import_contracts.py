"""The walls between the rooms: they hold, and each of them can fail.

Each contract of `pyproject.toml` is broken once in a temporary copy and must be
reported there; a contract that nothing can break would be decoration.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("commands", "config", "connector", "mappings", "sandbox", "store", "sync", "tracking")

#: contract id → (module to spoil, the line that breaks it)
BREAKS = {
    "rooms": ("tracking/task.py", "import sync.flow"),
    "cli": ("sync/flow.py", "import cli"),
    "bridge": ("mappings/texts.py", "import connector.transport"),
    "store-config-tracking": ("store/ledger.py", "import connector.records"),
    "sandbox-in": ("sandbox/clock.py", "import errors"),
    "sandbox-out": ("sync/flow.py", "import sandbox.clock"),
    "http": ("sync/flow.py", "import requests"),
    "dialects": ("connector/soap/reading.py", "import connector.ioffice.packed"),
    "shared": ("connector/texts.py", "import connector.ioffice.packed"),
    "suite": ("connector/ioffice/packed.py", "import connector.conformance.arena"),
    "sql": ("sync/flow.py", "import sqlalchemy"),
    "pure": ("sync/plan.py", "import pathlib"),
}


def _copy(target: Path) -> Path:
    for name in ROOMS:
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("cli.py", "errors.py", "frozen.py", "storable.py", "pyproject.toml"):
        shutil.copy(ROOT / name, target / name)
    return target


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    script = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", script, "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(folder), "PATH": "", "PYTHONUTF8": "1", "COLUMNS": "200"},
    )


def _contracts() -> dict[str, str]:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {c["id"]: c["name"] for c in config["tool"]["importlinter"]["contracts"]}


def test_every_contract_is_broken_once() -> None:
    assert set(BREAKS) == set(_contracts())


def test_the_walls_hold(tmp_path: Path) -> None:
    done = _lint(_copy(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("contract", sorted(BREAKS))
def test_a_broken_wall_is_seen(contract: str, tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    module, line = BREAKS[contract]
    file = folder / module
    file.write_text(file.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    done = _lint(folder)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{_contracts()[contract]} BROKEN" in done.stdout
