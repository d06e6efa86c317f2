"""Orders and looks of the command line against a real sandbox, and what each trouble says and ends with."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config.template import TEMPLATE
from tests.command_line import tdcd
from tests.sandbox_process import SandboxHandle, sandbox_in_thread

ROOT = Path(__file__).parents[2]


def _tdcd(config: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return tdcd(*arguments, "--config", str(config))


def _answer(config: Path, *arguments: str) -> Any:
    done = _tdcd(config, *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _configure(folder: Path, url: str, **replaced: str) -> Path:
    text = TEMPLATE.replace("http://127.0.0.1:8765", url).replace("tdcd-data", str(folder / "data"))
    for old, new in replaced.items():
        text = text.replace(old, new)
    config = folder / "tdcd.toml"
    config.write_text(text, encoding="utf-8")
    return config


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[SandboxHandle]:
    folder = tmp_path / "sandbox"
    folder.mkdir()
    with sandbox_in_thread(folder) as handle:
        yield handle


def test_one_pass_then_every_look(sandbox: SandboxHandle, tmp_path: Path) -> None:
    config = _configure(tmp_path, sandbox.url)
    first = _answer(config, "sync")
    assert first["pushed"]["confirmed"] > 0
    assert _answer(config, "sync")["pushed"]["confirmed"] == 0
    (status,) = _answer(config, "status")
    assert status["tasks"] == sum(status["states"].values()) > 0
    assert status["daemon"] == "not running"
    assert status["classified_skipped"] > 0
    tasks = _answer(config, "tasks")
    assert {"task", "state", "due", "lead", "directive"} <= tasks[0].keys()
    told = _answer(config, "explain", tasks[0]["task"])
    assert told["verdict"]["text"] == tasks[0]["state"]
    assert told["explanation"]["sentence"]
    english = _tdcd(config, "explain", tasks[0]["task"], "--lang", "en", "--days")
    assert english.returncode == 0
    assert tasks[0]["state"] in english.stdout
    accounts = _answer(config, "accounts")
    assert {account["state"] for account in accounts} <= {"active", "locked", "gone"}
    assert {account["role"] for account in accounts} >= {"leader", "clerk", "specialist"}
    assert _answer(config, "ledger", "verify")["ok"] is True
    assert _tdcd(config, "tasks", "--limit", "2").returncode == 0


def test_resync_and_reconcile(sandbox: SandboxHandle, tmp_path: Path) -> None:
    config = _configure(tmp_path, sandbox.url)
    _answer(config, "sync")
    task = _answer(config, "tasks")[0]
    operations = len(sandbox.operations())
    for scope in (
        ("--directive", task["directive"]),
        ("--unit", task["lead"]),
        ("--since", "2000-01-01"),
        ("--all",),
    ):
        planned = _answer(config, "resync", *scope, "--dry-run")
        assert planned["dry_run"] is True
        assert planned["read"] > 0
        assert planned["plan"] == []
    assert _answer(config, "resync", "--all")["written"] == 0
    assert _answer(config, "reconcile")["drift_found"] == 0
    assert len(sandbox.operations()) == operations
    with sandbox.service() as person:
        given = person.post("job/getlistjobdagiao", {"pageNo": 1, "pageRec": 10, "param": ""})
    sandbox.post("/__sandbox__/quiet", {"job_id": given[0]["id"], "field": "status", "value": "4"})
    planned = _answer(config, "resync", "--all", "--dry-run")
    assert len(planned["plan"]) == 1
    found = _answer(config, "reconcile")
    assert (found["drift_found"], found["written"]) == (1, 1)
    unknown = _tdcd(config, "resync", "--unit", "Sở Không Có")
    assert unknown.returncode == 2
    assert "Sở Không Có" in unknown.stderr


def test_doctor_tells_what_the_installation_has(sandbox: SandboxHandle, tmp_path: Path) -> None:
    answer = _answer(_configure(tmp_path, sandbox.url), "doctor")
    assert answer["statuses"]["21"] == "Chờ xác nhận"
    assert answer["codes_not_in_site_list"] == answer["texts_not_in_site_list"] == []
    assert answer["documents_without_mark"] >= 0
    assert "SQLite" in answer["ledger"]
    assert not sandbox.operations()
    other = _configure(tmp_path, sandbox.url, **{'received = ["34"]': 'received = ["77"]'})
    done = _tdcd(other, "doctor", "--json")
    assert done.returncode == 2
    answer = json.loads(done.stdout)
    assert answer["codes_not_in_site_list"] == ["77"]
    assert answer["findings"][0]["must"]
    assert "77" in answer["findings"][0]["vi"]


def test_a_wrong_password_stops_and_is_not_repeated(sandbox: SandboxHandle, tmp_path: Path) -> None:
    config = _configure(tmp_path, sandbox.url, **{"tdcd-sandbox": "wrong-hunter2"})
    done = _tdcd(config, "sync")
    assert done.returncode == 5
    assert "wrong-hunter2" not in done.stdout + done.stderr
    assert "password" in done.stderr
    assert _tdcd(config, "doctor").returncode == 5


def test_a_stopped_document_system_is_tried_again_later(tmp_path: Path) -> None:
    config = _configure(tmp_path, "http://127.0.0.1:9")
    done = _tdcd(config, "sync")
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    (status,) = _answer(config, "status")
    assert status["tasks"] == 0


@pytest.mark.covers("M43")
def test_a_login_page_is_never_an_empty_list(sandbox: SandboxHandle, tmp_path: Path) -> None:
    config = _configure(tmp_path, sandbox.url)
    _answer(config, "sync")
    before = _answer(config, "accounts")
    sandbox.fault("login_page")
    assert _tdcd(config, "sync").returncode == 3
    sandbox.delete("/__sandbox__/faults")
    assert _answer(config, "accounts") == before
    assert _answer(config, "sync")["pushed"]["confirmed"] == 0


@pytest.mark.covers("F41")
def test_a_database_of_a_newer_version_is_refused(sandbox: SandboxHandle, tmp_path: Path) -> None:
    config = _configure(tmp_path, sandbox.url)
    _answer(config, "sync")
    with sqlite3.connect(tmp_path / "data" / "ledger.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    for verb in (("sync",), ("status",), ("db", "upgrade")):
        done = _tdcd(config, *verb)
        assert done.returncode == 5
        assert "newer" in done.stderr


def test_an_edited_ledger_is_named(sandbox: SandboxHandle, tmp_path: Path) -> None:
    config = _configure(tmp_path, sandbox.url)
    _answer(config, "sync")
    with sqlite3.connect(tmp_path / "data" / "ledger.db") as connection:
        names = [
            row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        ]
        for name in names:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE ledger SET actor = 'someone' WHERE seq = 3")
    connection.close()
    done = _tdcd(config, "ledger", "verify")
    assert done.returncode == 6
    assert "3" in done.stderr


def test_init_writes_a_configuration_and_keeps_an_existing_one(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    command = [sys.executable, str(ROOT / "cli.py"), "init", str(file)]
    first = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (first.returncode, file.read_text(encoding="utf-8")) == (0, TEMPLATE)
    again = subprocess.run(command, capture_output=True, text=True, check=False)
    assert again.returncode == 2
    assert "exists already" in again.stderr


def test_a_hold_is_released_by_its_scope(sandbox: SandboxHandle, tmp_path: Path) -> None:
    config = _configure(tmp_path, sandbox.url)
    _answer(config, "sync")
    done = _tdcd(config, "release", "accounts")
    assert done.returncode == 2
    assert "nothing is held" in done.stderr
