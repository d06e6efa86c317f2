"""The dry-run tools on the sample files that the README names, and their answers to bad input."""

from __future__ import annotations

import contextlib
import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.loading import load
from config.template import TEMPLATE
from store.directory import UnitRow
from sync.opening import open_ledger
from tests.command_line import tdcd

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "docs" / "samples"


def _tdcd(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    with contextlib.chdir(cwd):
        return tdcd(*arguments)


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


@pytest.mark.covers("LC-04", "LC-09", "DT-03")
def test_the_answer_about_a_table_has_the_agreed_form() -> None:
    table, units = str(SAMPLES / "phan-cong.xlsx"), str(SAMPLES / "don-vi.json")
    given = ("--issued", "2026-11-02", "--units", units, "--profile", "dongthap", "--json")
    answer = json.loads(_tdcd("table", "read", table, *given).stdout)
    assert answer["tables"] == 1
    agreed = {
        "content",
        "lead",
        "lead_raw",
        "coordinators",
        "coordinators_raw",
        "deadline",
        "product",
        "officer",
    }
    for task in answer["tasks"]:
        assert agreed | {"origin", "findings"} <= task.keys()
        assert {"raw", "kind", "due", "confidence"} <= task["deadline"].keys()
        assert task["origin"]["row"] > 0
        assert task["deadline"]["due"]
    assert all(row["reason"] and row["remedy"] and row["row"] for row in answer["returned"])
    assert all("Điều 3 khoản 3" in row["reason"] for row in answer["dropped"])


@pytest.mark.covers("HC-06", "HC-15")
def test_a_check_ends_well_whatever_it_finds() -> None:
    table, units = str(SAMPLES / "phan-cong.xlsx"), str(SAMPLES / "don-vi.json")
    done = _tdcd("table", "lint", table, "--issued", "2026-11-02", "--units", units, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert {"no_lead", "several_leads", "due_on_day_off"} <= {found["code"] for found in answer["findings"]}
    assert all(found["sentence"] and found["remedy"] and found["row"] for found in answer["findings"])
    assert answer["comment"].endswith(answer["digest"])


def test_a_regulation_is_a_name_or_a_file(tmp_path: Path) -> None:
    table = str(SAMPLES / "phan-cong.xlsx")
    text = (ROOT / "config" / "profiles" / "dongthap.toml").read_text(encoding="utf-8")
    file = tmp_path / "tinh.toml"
    file.write_text(text.replace("min_working_days = 1", "min_working_days = 60"), encoding="utf-8")
    codes = []
    for profile in ("dongthap", str(file)):
        done = _tdcd("table", "lint", table, "--issued", "2026-11-02", "--profile", profile, "--json")
        codes.append({found["code"] for found in json.loads(done.stdout)["findings"]})
    assert "due_too_soon" in codes[1] - codes[0]


def test_a_deadline(tmp_path: Path) -> None:
    done = _tdcd("deadline", "trước ngày 15/12/2026", "--issued", "2026-11-02", "--json")
    answer = json.loads(done.stdout)
    assert (answer["due"], answer["confidence"]) == ("2026-12-14", "sure")
    assert answer["due_inclusive"] == "2026-12-15"
    agreed = {"phrase", "kind", "due", "time", "rule", "confidence", "due_inclusive", "why"}
    assert answer.keys() == agreed
    lines = tmp_path / "thoi-han.tsv"
    lines.write_text(
        "trước 16 giờ ngày 20/11/2026\t2026-11-02\n05 ngày làm việc kể từ ngày ban hành\t2026-08-28\n",
        encoding="utf-8",
    )
    told = _tdcd("deadline", "--file", str(lines), "--json").stdout.splitlines()
    hour, length = (json.loads(line) for line in told)
    assert (hour["due"], hour["time"], hour["due_inclusive"]) == ("2026-11-20", "16:00", "2026-11-20")
    # Independence Day 2026 is kept for five days, weekend included; the days off are the calendar's.
    assert (length["kind"], length["due"], length["confidence"]) == (
        "relative_working_days",
        "2026-09-09",
        "sure",
    )


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
    assert new.keys() == {"name", "kind", "units", "confidence", "suggestions", "why"}
    assert (new["name"], new["kind"], new["confidence"]) == ("Sở NN&MT", "single", "sure")
    old = _tdcd("unit", "Sở Tài nguyên và Môi trường", "--issued", "2026-11-02", "--units", units, "--json")
    assert json.loads(old.stdout)["units"] == ["Sở Nông nghiệp và Môi trường"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("deadline", "x", "--issued", "31/12"), 2, "YYYY-MM-DD"),
        (("table", "read", "nowhere.xlsx"), 2, "does not exist"),
        (("table", "lint", "nowhere.xlsx"), 2, "does not exist"),
        (("table", "read", str(SAMPLES / "phan-cong.xlsx"), "--profile", "dongthp"), 2, "dongthap"),
        (("table", "read", str(SAMPLES / "phan-cong.xlsx"), "--profile", "nowhere.toml"), 2, "nowhere.toml"),
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


def test_the_ledger_s_own_units_are_the_default(tmp_path: Path) -> None:
    """Where a configuration stands in the folder, and only there."""
    table = (str(SAMPLES / "phan-cong.xlsx"), "--issued", "2026-11-02", "--json")
    without = json.loads(_tdcd("table", "read", *table, cwd=tmp_path).stdout)
    assert all(task["lead"] == " ".join(task["lead_raw"].split()) for task in without["tasks"])
    assert not any(tmp_path.iterdir())
    config = tmp_path / "tdcd.toml"
    config.write_text(TEMPLATE.replace("tdcd-data", str(tmp_path / "data")), encoding="utf-8")
    settings = load(config, {})
    store = open_ledger(settings)
    with store.begin() as places:
        units = [UnitRow(settings.site[0].name, "1", "Sở Nông nghiệp và Môi trường")]
        places.directory.replace_units(settings.site[0].name, units, datetime.now(UTC), complete=True)
    store.close()
    done = json.loads(_tdcd("table", "read", *table, cwd=tmp_path).stdout)
    assert {task["lead"] for task in done["tasks"]} == {"Sở Nông nghiệp và Môi trường"}
    assert len(done["tasks"]) < len(without["tasks"])
