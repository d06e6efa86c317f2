"""`tdcd doctor` on every dialect: what it prints is kept as golden files, what it records gives the same report again.

`python -m tests.flow.test_doctor` writes the golden files again.
"""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner, Result

import cli
from commands.doctor import openness
from config.loading import load
from connector.examining import Examination, examine
from connector.recording import tape
from connector.recording.files import read_recording
from connector.recording.player import open_recording
from errors import ConfigInvalid, RetryLater, SkipRecord, StopService
from tests.doctor_arena import DIALECTS, REPORTED, TELLING, configured, normalised, site_of_dialect
from tests.sandbox_process import SandboxHandle

GOLDEN = Path(__file__).parents[1] / "golden" / "doctor"


def _doctor(config: Path, *arguments: str) -> Result:
    runner = CliRunner(env={"COLUMNS": "140"})
    return runner.invoke(cli.app, ["doctor", "--config", str(config), *arguments])


@pytest.mark.parametrize("word", REPORTED)
def test_the_report_is_as_it_was_and_nothing_is_changed(word: str, tmp_path: Path) -> None:
    with site_of_dialect(word, tmp_path) as (config, sandbox):
        before = sandbox.operations()
        boxes = sandbox.get("/__sandbox__/axis")
        for lang in ("vi", "en"):
            done = _doctor(config, "--lang", lang)
            assert done.exit_code == 0, done.output
            wanted = (GOLDEN / f"{word}.{lang}.txt").read_text(encoding="utf-8")
            assert normalised(done.stdout) == wanted, "run: python -m tests.flow.test_doctor"
        assert sandbox.operations() == before
        assert sandbox.get("/__sandbox__/axis") == boxes


@pytest.mark.parametrize("word", DIALECTS)
def test_a_recording_tells_nothing_and_gives_the_same_report(
    word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The same made-up words at each run: by chance alone one of them could be a real one.
    monkeypatch.setattr("connector.recording.masking.token_bytes", bytes)
    with site_of_dialect(word, tmp_path) as (config, sandbox):
        answer = orjson.loads(_doctor(config, "--json", "--record", str(tmp_path / "kept")).stdout)
        file = tmp_path / "kept" / "songlam.json"
        text = file.read_text(encoding="utf-8")
        secrets = [load(config).site[0].password.get_secret_value(), *_classified_ids(sandbox, word)]
    assert [word for word in (*TELLING, *secrets) if word in text] == []
    assert "login" not in text or '"sent": ""' in text
    again = _looked_at(file, config)
    for name in (
        "units",
        "accounts",
        "page_rows",
        "stable",
        "open_documents",
        "roles",
        "largest_file",
        "files",
    ):
        assert getattr(again, name) == answer[name], name
    assert {one.value: holds.value for one, holds in again.capabilities.items()} == answer[
        "capabilities_seen"
    ]
    shown, live = asdict(again.probe), {name: answer[name] for name in asdict(again.probe)}
    assert abs(shown.pop("clock_skew_seconds") - live.pop("clock_skew_seconds")) < 5
    for one in ("server_time", "account"):
        del shown[one], live[one]
    assert shown | {"notes": list(again.probe.notes)} == live
    assert again.requests == answer["requests"]


def test_what_must_be_mended_ends_with_2_and_is_said_first(tmp_path: Path) -> None:
    with site_of_dialect("ioffice", tmp_path) as (config, sandbox):
        config.write_text(config.read_text(encoding="utf-8") + '[site.actions]\nreceived = ["77"]\n', "utf-8")
        sandbox.fault("status_429", "getcontacts", retry_after=0)
        done = _doctor(config, "--lang", "en")
        assert done.exit_code == 2
        told = [line for line in done.stdout.splitlines() if line[:2] in {"! ", "- "}]
        assert (
            told[0]
            == "! Codes in [site.actions] that the system's list does not have: 77. Correct [site.actions]."
        )
        assert "- The system asked us to slow down: lower limits.rate_per_second." in told
        assert "Rate limit: asked to slow down 1 times, for 0 seconds at most" in done.stdout
        sandbox.fault("page_shift", "getlistlookupbyparam", rows=1, times=None)
        answer = orjson.loads(_doctor(config, "--json").stdout)
        assert answer["pages_fit"] is False


def test_a_page_that_is_never_the_same_is_told(tmp_path: Path) -> None:
    with site_of_dialect("ioffice", tmp_path) as (config, sandbox):
        sandbox.fault("short_page", "getlistlookupbyparam", rows=2)
        done = _doctor(config, "--lang", "vi")
    assert "KHÁC nhau" in done.stdout
    assert "- Đọc cùng một trang hai lần thấy khác nhau" in done.stdout


def test_an_answer_without_end_is_not_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tape, "LARGEST", 3000)
    with site_of_dialect("ioffice", tmp_path) as (config, _):
        done = _doctor(config, "--record", str(tmp_path / "kept"))
    assert isinstance(done.exception, SkipRecord)
    assert "nothing is recorded" in str(done.exception)
    assert not (tmp_path / "kept").exists()


def test_a_system_that_is_away_and_a_wrong_password_have_their_own_codes(tmp_path: Path) -> None:
    with site_of_dialect("ioffice", tmp_path) as (config, _):
        config.write_text(config.read_text("utf-8").replace('password = "', 'password = "sai-'), "utf-8")
        refused = _doctor(config, "--record", str(tmp_path / "kept")).exception
        assert isinstance(refused, StopService)
        assert "sai-" not in str(refused)
    away = configured(tmp_path, "ioffice", "http://127.0.0.1:9")
    assert isinstance(_doctor(away).exception, RetryLater)
    assert isinstance(_doctor(away, "--lang", "fr").exception, ConfigInvalid)
    assert not (tmp_path / "kept").exists()


def _classified_ids(sandbox: SandboxHandle, word: str) -> list[str]:
    """Of what may leave no trace: the dataset's own, a marked one, one of an unknown mark and a blank one."""
    if word.startswith("axis"):
        return []
    with closing(sqlite3.connect(sandbox.data_dir / "sandbox.db")) as database:
        listed = [row[0] for row in database.execute("SELECT id FROM document WHERE secrecy <> 'Thường'")]
    assert len(listed) == 4
    return [f'"{one}"' for one in listed] + [f">{one}<" for one in listed] + [f"/{one}/" for one in listed]


def _looked_at(file: Path, config: Path) -> Examination:
    connector = open_recording(read_recording(file), page_size=20)
    try:
        return examine(connector, openness(load(config).site[0]))
    finally:
        connector.close()


def _write_golden() -> None:
    for word in REPORTED:
        with tempfile.TemporaryDirectory() as folder, site_of_dialect(word, Path(folder)) as (config, _):
            for lang in ("vi", "en"):
                done = _doctor(config, "--lang", lang)
                assert done.exit_code == 0, done.output
                (GOLDEN / f"{word}.{lang}.txt").write_text(normalised(done.stdout), encoding="utf-8")


if __name__ == "__main__":
    _write_golden()
