"""`tdcd demo`: the whole mission in one command, on SQLite and on PostgreSQL, and the silence about classified papers.

Runs the console command as a person would, in processes of their own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sandbox.province import build

ROOT = Path(__file__).parents[2]
KEYS = {
    "directives", "tasks", "accounts", "classified_skipped", "returned_rows", "writes_first_pass",
    "writes_idle_pass", "requests_idle_pass", "states", "drift_found", "drift_healed", "ledger_verified",
}  # fmt: skip


def _demo(folder: Path, *arguments: str) -> tuple[dict[str, Any], str]:
    done = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), "demo", "--json", "--dir", str(folder), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer, done.stderr


def _check(answer: dict[str, Any]) -> None:
    assert answer.keys() >= KEYS
    assert answer["directives"] >= 80
    assert answer["accounts"] >= 400
    assert answer["tasks"] >= 250
    assert answer["classified_skipped"] == 4
    assert answer["returned_rows"] > 0
    assert answer["writes_first_pass"] >= answer["tasks"]
    assert answer["writes_idle_pass"] == 0
    assert answer["requests_idle_pass"] == 4
    assert sum(answer["states"].values()) == answer["tasks"]
    assert answer["drift_found"] == answer["drift_healed"] == 1
    assert answer["writes_last_pass"] == 0
    assert answer["outbox_waiting"] == 0
    assert answer["ledger_verified"] is True


@pytest.mark.covers("LC-02", "LC-05", "LC-13", "HC-03", "BT-15", "F02")
def test_the_whole_job_and_no_byte_of_classified_papers(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    answer, told = _demo(folder)
    _check(answer)
    canaries = [document.canary.encode() for document in build().documents if document.classified]
    assert len(canaries) == 4
    searched = 0
    for file in folder.rglob("*"):
        if file.is_file() and folder / "sandbox" not in file.parents:
            searched += 1
            content = file.read_bytes()
            assert not [c for c in canaries if c in content], file
    assert searched > 30
    assert not [c for c in canaries if c.decode() in told or c.decode() in json.dumps(answer)]
    assert any(
        c in (folder / "sandbox").joinpath(f).read_bytes()
        for f in _files(folder / "sandbox")
        for c in canaries
    )


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.covers("BT-13")
def test_the_same_under_another_regulation_and_database(tmp_path: Path, postgres_url: str) -> None:
    answer, _ = _demo(tmp_path / "demo", "--profile", "binhthuan", "--ledger", postgres_url)
    _ends_well(answer)
    words = {"chưa thực hiện - trong hạn", "đang thực hiện - quá hạn", "đã thực hiện - trong hạn"}
    assert words <= set(answer["states"])


def _ends_well(answer: dict[str, Any]) -> None:
    assert answer["ledger_verified"] is True
    assert answer["writes_idle_pass"] == answer["writes_last_pass"] == 0
    assert answer["drift_found"] == answer["drift_healed"] == 1


@pytest.mark.covers("HC-02", "DN-01")
@pytest.mark.parametrize(
    ("profile", "words"),
    [
        ("tphcm", {"Đang xử lý quá hạn", "Đã xử lý đúng hạn", "Thu hồi"}),
        ("dongthap", {"Đang thực hiện quá hạn", "Đã hoàn thành trong hạn", "Thu hồi"}),
        ("dongnai", {"nhiệm vụ đã hoàn thành", "nhiệm vụ chưa hoàn thành", "thu hồi"}),
    ],
)
def test_each_province_shows_its_own_words(tmp_path: Path, profile: str, words: set[str]) -> None:
    answer, _ = _demo(tmp_path / "demo", "--profile", profile, "--dataset", "small")
    _ends_well(answer)
    assert words <= set(answer["states"])


@pytest.mark.parametrize("connector", ["soap", "axis"])
def test_every_way_in_ends_like_the_plain_demo(tmp_path: Path, connector: str) -> None:
    answer, _ = _demo(tmp_path / "demo", "--connector", connector, "--dataset", "small")
    assert answer.keys() >= KEYS
    assert answer["tasks"] == 5
    assert answer["writes_idle_pass"] == answer["writes_last_pass"] == answer["outbox_waiting"] == 0
    assert answer["ledger_verified"] is True
    assert sum(answer["states"].values()) == answer["tasks"]
    assert "Thu hồi" in answer["states"]
    absent = (
        {"classified_skipped", "accounts", "drift_found", "drift_healed"} if connector == "axis" else set()
    )
    assert answer["absent"].keys() == absent
    assert {name for name in KEYS if answer[name] is None} == absent & KEYS
    told = {step["step"]: step for step in answer["steps"]}
    if connector == "axis":
        # Two of the five rows are led by the agency itself: their states go to the issuer.
        assert answer["writes_first_pass"] == 2
        assert told["A person answers"]["agreed"] == told["A person answers"]["refused"] == 1
    else:
        # Five work items, and the state of the one that is due in two days.
        assert answer["writes_first_pass"] == 6
        assert answer["classified_skipped"] == answer["drift_found"] == answer["drift_healed"] == 1
        assert told["Pass"]["receipt"] > 0


def test_an_unknown_way_in_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), "demo", "--dir", str(tmp_path / "demo"), "--connector", "fax"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert "axis" in done.stderr
    assert not (tmp_path / "demo").exists()
