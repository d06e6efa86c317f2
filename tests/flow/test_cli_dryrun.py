"""The dry-run tools on the sample files that the README names, and their answers to bad input."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "docs" / "samples"


def _tdcd(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=cwd,
    )


@pytest.mark.parametrize("suffix", ["xlsx", "xls", "docx"])
@pytest.mark.covers("LC-04", "HC-04")
def test_a_table_becomes_tasks(suffix: str) -> None:
    done = _tdcd("table", "read", str(SAMPLES / f"phan-cong.{suffix}"), "--issued", "2026-11-02", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert len(answer["tasks"]) >= 7
    assert all(task["content"] and task["lead_raw"] for task in answer["tasks"])


def test_units_are_resolved_when_they_are_given() -> None:
    table, units = str(SAMPLES / "phan-cong.xlsx"), str(SAMPLES / "don-vi.json")
    done = _tdcd("table", "read", table, "--issued", "2026-11-02", "--units", units, "--json")
    answer = json.loads(done.stdout)
    assert all(task["lead"] for task in answer["tasks"])
    assert all(row["sentence"] and row["remedy"] for row in answer["returned"])
    assert answer["returned"]


def test_a_deadline() -> None:
    done = _tdcd("deadline", "trước ngày 15/12/2026", "--issued", "2026-11-02", "--json")
    answer = json.loads(done.stdout)
    assert (answer["due"], answer["confidence"]) == ("2026-12-14", "sure")


def test_many_lines_give_one_object_each() -> None:
    for command, file in (("deadline", "thoi-han.tsv"), ("unit", "ten-don-vi.tsv")):
        extra = ["--units", str(SAMPLES / "don-vi.json")] if command == "unit" else []
        done = _tdcd(command, "--file", str(SAMPLES / file), "--json", *extra)
        assert done.returncode == 0, done.stderr
        lines = (SAMPLES / file).read_text(encoding="utf-8").splitlines()
        assert len([json.loads(line) for line in done.stdout.splitlines()]) == len(lines)


def test_a_unit_by_its_new_and_its_old_name() -> None:
    units = str(SAMPLES / "don-vi.json")
    new = json.loads(_tdcd("unit", "Sở NN&MT", "--units", units, "--json").stdout)
    assert new["units"] == ["Sở Nông nghiệp và Môi trường"]
    old = _tdcd("unit", "Sở Tài nguyên và Môi trường", "--issued", "2026-11-02", "--units", units, "--json")
    assert json.loads(old.stdout)["units"] == ["Sở Nông nghiệp và Môi trường"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("deadline", "x", "--issued", "31/12"), 2, "YYYY-MM-DD"),
        (("table", "read", "nowhere.xlsx"), 2, "does not exist"),
        (("unit", "x", "--units", "nowhere.json"), 2, "nowhere.json"),
        (("explain", "TD-NOTHING"), 2, "TD-NOTHING"),
        (("nonsense",), 2, "nonsense"),
        (("status", "--config", "nowhere.toml"), 2, "nowhere.toml"),
        (("resync",), 2, "exactly one"),
    ],
)
def test_wrong_use_is_one_sentence_and_an_exit_code(
    arguments: tuple[str, ...], code: int, said: str, tmp_path: Path
) -> None:
    done = _tdcd(*arguments, cwd=tmp_path)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_is_no_table_says_so(tmp_path: Path) -> None:
    file = tmp_path / "bang.xlsx"
    file.write_bytes(b"MZ\x90\x00" + b"\0" * 200)
    done = _tdcd("table", "read", str(file), "--json")
    assert done.returncode == 4
    assert json.loads(done.stdout)["returned"]
    assert "bang.xlsx" in done.stderr
