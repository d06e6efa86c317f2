"""Backup, loss, restore and going on, with the commands that an administrator types, beside a real sandbox.

Then the ledger is damaged in three ways, and a proof is checked elsewhere by Python alone.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import cli
from sandbox.play import run_scenario
from sandbox.roster import Roster
from tests.daemon_process import configure
from tests.sandbox_process import SandboxHandle, sandbox_in_thread

Tdcd = Callable[..., tuple[int, str]]


@pytest.fixture
def tdcd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tdcd:
    """One command in this process, its exit code and what it printed."""

    def command(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["tdcd", *words, "--config", str(tmp_path / "tdcd.toml")])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    return command


def _people(sandbox: SandboxHandle, scenario: str, seed: int) -> None:
    with Roster(sandbox.url) as roster:
        run_scenario(roster, scenario, seed)


def _effects(sandbox: SandboxHandle) -> Counter[tuple[str, str]]:
    operations = [op for op in sandbox.operations() if op["operation"] != "file/upload"]
    return Counter((op["operation"], op["effect_key"]) for op in operations if op["effect_key"])


@pytest.mark.covers("BT-24", "F34", "F50")
def test_after_a_restore_every_effect_is_still_there_once(tmp_path: Path, tdcd: Tdcd) -> None:
    with sandbox_in_thread(tmp_path) as sandbox:
        configure(tmp_path, sandbox.url)
        assert tdcd("sync")[0] == 0
        assert tdcd("backup")[0] == 0
        _people(sandbox, "issue-one", 1)
        _people(sandbox, "first-days", 1)
        for _ in range(2):
            assert tdcd("sync")[0] == 0
        before = _effects(sandbox)
        assert {operation for operation, _ in before} >= {"job/createjob", "job/updatestatus"}
        shutil.move(tmp_path / "data" / "backups", tmp_path / "copies")
        shutil.rmtree(tmp_path / "data")
        checked = tdcd("restore", "--from", str(tmp_path / "copies"), "--verify")
        assert checked[0] == 0, checked[1]
        assert not (tmp_path / "data" / "ledger.db").exists()
        restored = tdcd("restore", "--from", str(tmp_path / "copies"))
        assert restored[0] == 0, restored[1]
        for _ in range(3):
            assert tdcd("sync")[0] == 0
        after = _effects(sandbox)
        assert set(after.values()) == {1}
        assert after == before
        code, said = tdcd("status", "--json")
        assert code == 0
        assert set(json.loads(said)[0]["outbox"]) == {"confirmed"}
        assert tdcd("ledger", "verify")[0] == 0


@pytest.mark.covers("F34")
def test_a_lost_ledger_holds_the_site_and_a_person_lets_it_adopt_what_is_there(
    tmp_path: Path, tdcd: Tdcd
) -> None:
    with sandbox_in_thread(tmp_path) as sandbox:
        configure(tmp_path, sandbox.url)
        assert tdcd("sync")[0] == 0
        _people(sandbox, "first-days", 1)
        for _ in range(3):
            assert tdcd("sync")[0] == 0
        before, shown = _effects(sandbox), _states(tdcd)
        assert {operation for operation, _ in before} >= {"job/createjob", "job/updatestatus"}
        shutil.rmtree(tmp_path / "data")
        for _ in range(2):
            tdcd("sync")
            assert _effects(sandbox) == before
        (held,) = _answer(tdcd("holds", "--json"))
        assert held["scope"] == "site:ledger"
        assert "TD-" in held["what_happened"]
        assert tdcd("release", "site:ledger", "--by", "Hà Thị Lan")[0] == 0
        for _ in range(3):
            assert tdcd("sync")[0] == 0
        assert _effects(sandbox) == before
        # What was recalled before this ledger began is no task of it.
        assert _states(tdcd) == {task: state for task, state in shown.items() if state != "Thu hồi"}
        assert tdcd("ledger", "verify")[0] == 0


@pytest.mark.covers("F34")
def test_a_copy_of_the_ledger_put_back_by_hand_writes_nothing_again_and_says_so(
    tmp_path: Path, tdcd: Tdcd
) -> None:
    with sandbox_in_thread(tmp_path) as sandbox:
        configure(tmp_path, sandbox.url)
        assert tdcd("sync")[0] == 0
        ledger = tmp_path / "data" / "ledger.db"
        shutil.copyfile(ledger, tmp_path / "copy.db")
        _people(sandbox, "issue-one", 1)
        assert tdcd("sync")[0] == 0
        before = _effects(sandbox)
        assert {operation for operation, _ in before} >= {"job/createjob"}
        shutil.copyfile(tmp_path / "copy.db", ledger)
        assert tdcd("sync")[0] == 0
        assert _effects(sandbox) == before
        (held,) = _answer(tdcd("holds", "--json"))
        assert held["scope"] == "ledger"


def _states(tdcd: Tdcd) -> dict[str, str]:
    return {task["task"]: task["state"] for task in _answer(tdcd("tasks", "--json"))}


def _damaged(ledger: Path, how: str) -> None:
    if how == "one byte":
        whole = ledger.read_bytes()
        at = whole.index(b"write_confirmed")
        ledger.write_bytes(whole[:at] + b"W" + whole[at + 1 :])
        return
    database = sqlite3.connect(ledger)
    for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f"DROP TRIGGER {trigger}")
    change = {
        "one row": "UPDATE ledger SET actor = 'ai đó' WHERE seq = 4",
        "the tail": "DELETE FROM ledger WHERE seq > (SELECT max(seq) - 3 FROM ledger)",
    }
    database.execute(change[how])
    database.commit()
    database.close()


@pytest.mark.covers("F32", "F33")
def test_damage_is_named_and_a_proof_is_checked_by_python_alone(tmp_path: Path, tdcd: Tdcd) -> None:
    with sandbox_in_thread(tmp_path) as sandbox:
        configure(tmp_path, sandbox.url)
        assert tdcd("sync")[0] == 0
    task = _answer(tdcd("tasks", "--json"))[0]["task"]
    assert tdcd("ledger", "checkpoint")[0] == 0
    assert tdcd("ledger", "prove", task, "--out", str(tmp_path / "proof"))[0] == 0
    elsewhere = shutil.copytree(tmp_path / "proof", tmp_path / "elsewhere")
    assert _checked(elsewhere).returncode == 0, _checked(elsewhere).stdout
    ledger = tmp_path / "data" / "ledger.db"
    database = sqlite3.connect(ledger)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    whole = ledger.read_bytes()
    for how, named in (("one byte", "ntry"), ("one row", "4"), ("the tail", "ntr")):
        ledger.write_bytes(whole)
        _damaged(ledger, how)
        code, said = tdcd("ledger", "verify")
        assert code in {5, 6}, (how, code, said)
        assert named in said, (how, said)
    entry = min((elsewhere / "entries").iterdir())
    entry.write_bytes(entry.read_bytes().replace(b"a", b"b", 1))
    assert _checked(elsewhere).returncode != 0


def _answer(done: tuple[int, str]) -> Any:
    assert done[0] == 0, done[1]
    return json.loads(done[1])


def _checked(folder: Path) -> subprocess.CompletedProcess[str]:
    """The verifier of the bundle under an interpreter without any package, its folder being all it is given."""
    (verifier,) = folder.glob("*.py")
    return subprocess.run(
        [sys.executable, "-I", "-S", verifier.name], cwd=folder, capture_output=True, text=True, check=False
    )
