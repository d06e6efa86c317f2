"""What the documents say is true: verbs exist, files exist, stages are named, requirement ids are real."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from sync.flow import STAGES

ROOT = Path(__file__).parents[2]
READMES = ("README.md", "README.vi.md")
_COMMAND = re.compile(r"tdcd ((?:[a-z]+)(?: (?:read|verify|upgrade))?)")
_LINK = re.compile(r"\]\(([^)#h][^)#]*)\)")
_PATH = re.compile(r"`((?:sync|mappings|tracking|store|connector|config|docs|deploy|commands)/[\w/.*-]+)`")


def _verbs() -> set[str]:
    import cli

    verbs = {command.name for command in cli.app.registered_commands if command.name}
    for group in cli.app.registered_groups:
        assert group.typer_instance is not None
        verbs |= {f"{group.name} {command.name}" for command in group.typer_instance.registered_commands}
    return verbs


def test_every_verb_is_in_the_readme_and_every_named_verb_exists() -> None:
    verbs = _verbs()
    for name in READMES:
        text = (ROOT / name).read_text(encoding="utf-8")
        named = set(_COMMAND.findall(text)) & (verbs | {found.split()[0] for found in _COMMAND.findall(text)})
        assert {verb.split()[0] for verb in verbs} <= {verb.split()[0] for verb in named}, name
        assert {verb.split()[0] for verb in named} <= {verb.split()[0] for verb in verbs}, name


def test_both_readmes_run_the_same_commands() -> None:
    blocks = [
        re.findall(r"```bash\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)
        for name in READMES
    ]
    assert blocks[0] == blocks[1]
    assert sum(block.count("\n") for block in blocks[0]) >= 8


def test_links_and_paths_lead_somewhere() -> None:
    for file in [ROOT / name for name in READMES] + sorted((ROOT / "docs").rglob("*.md")):
        text = file.read_text(encoding="utf-8")
        for link in _LINK.findall(text):
            assert (file.parent / link).exists(), f"{file.name}: {link}"
        for path in _PATH.findall(text):
            assert list(ROOT.glob(path)), f"{file.name}: {path}"


def test_the_architecture_names_the_stages() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for number, stage in enumerate(STAGES, 1):
        assert f"| {number} {stage} |" in text


def test_make_targets_of_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for name in READMES:
        for target in re.findall(r"make ([a-z]+)", (ROOT / name).read_text(encoding="utf-8")):
            if target not in {"and", "v"}:
                assert f"\n{target}:" in makefile, target


@pytest.mark.parametrize("verb", ["", "run", "resync", "table read"])
def test_help_of_the_command_line(verb: str) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), *verb.split(), "--help"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert "Usage" in done.stdout


def test_the_wheel_carries_the_product_and_the_sandbox_only() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"][
        "targets"
    ]
    carried = set(wheel["wheel"]["only-include"])
    assert {"cli.py", "sandbox", "sync", "store"} <= carried
    assert not carried & {"tests", "bench", "docs"}


def test_covered_ids_are_of_the_known_form() -> None:
    found = set()
    for file in (ROOT / "tests").rglob("test_*.py"):
        for arguments in re.findall(r"mark\.covers\(([^)]*)\)", file.read_text(encoding="utf-8")):
            found |= set(re.findall(r'"([^"]+)"', arguments))
    wrong = {name for name in found if not re.fullmatch(r"(LC|HC|BT|DT|DN|F|M)-?\d\d", name)}
    assert not wrong
    assert len(found) > 60
