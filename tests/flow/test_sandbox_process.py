"""The sandbox as a process of its own: start, stop, start again, speed; and the robots that play people.

The robots run in this process against a sandbox in a thread, once against the whole province.
"""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.play import ScenarioError, run_scenario
from sandbox.roster import Roster
from tests.sandbox_process import ROOT, SandboxHandle, end, running_sandbox, sandbox_in_thread


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[SandboxHandle]:
    with sandbox_in_thread(tmp_path) as handle:
        yield handle


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_within_two_seconds(tmp_path: Path, asked: signal.Signals) -> None:
    with running_sandbox(tmp_path, dataset="small") as sandbox, sandbox.service() as person:
        person.get("getuserinfo/me")
        assert sandbox.process is not None
        begun = time.monotonic()
        sandbox.process.send_signal(asked)
        assert sandbox.process.wait(timeout=5) == 0
        assert time.monotonic() - begun < 2
    assert (tmp_path / "sandbox.stderr").read_text(encoding="utf-8") == ""


def test_it_tells_its_port_and_keeps_its_data(tmp_path: Path) -> None:
    with (
        running_sandbox(tmp_path, dataset="small", now="2026-12-01T08:00:00") as first,
        first.service() as person,
    ):
        person.post("incommingdocument/sendcomment", {"docId": "70001", "comment": "Trước khi tắt"})
        port = (tmp_path / "sandbox" / "port").read_text(encoding="ascii").strip()
        assert first.url.endswith(f":{port}")
    with running_sandbox(tmp_path, fresh=False, dataset="small") as again:
        assert [row["summary"] for row in again.operations()] == ["Trước khi tắt"]
        assert again.get("/__sandbox__/clock")["now"].startswith("2026-12-01T08:0")
    with running_sandbox(tmp_path, dataset="small") as fresh:
        assert fresh.operations() == []


def test_a_taken_port_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(RuntimeError, match="cannot start"),
            running_sandbox(tmp_path, dataset="small", port=port),
        ):
            pass
    assert "Traceback" not in (tmp_path / "sandbox.stderr").read_text(encoding="utf-8")


def test_a_webhook_secret_that_cannot_sign_is_told_at_the_start(tmp_path: Path) -> None:
    arguments = ["--webhook", "http://127.0.0.1:9/", "--webhook-secret", "whsec_"]
    with (
        pytest.raises(RuntimeError, match="secret cannot sign"),
        running_sandbox(tmp_path, dataset="small", arguments=arguments),
    ):
        pass


def test_a_killed_sandbox_keeps_what_it_answered(tmp_path: Path) -> None:
    with running_sandbox(tmp_path, dataset="small") as sandbox, sandbox.service() as person:
        person.post("incommingdocument/sendcomment", {"docId": "70001", "comment": "Đã trả lời"})
        assert sandbox.process is not None
        sandbox.process.kill()
        sandbox.process.wait()
    with running_sandbox(tmp_path, fresh=False, dataset="small") as again:
        assert len(again.operations()) == 1


def test_simple_calls_are_quick(sandbox: SandboxHandle) -> None:
    """The agreed speed is 2 ms a call; the median is taken, since the machine is shared."""
    with sandbox.service() as person:
        person.log_in()
        taken = []
        for _ in range(200):
            begun = time.perf_counter()
            person.get("getuserinfo/me")
            taken.append(time.perf_counter() - begun)
    assert sorted(taken)[100] < 0.004


def give(sandbox: SandboxHandle, count: int) -> list[str]:
    units = ("3", "4", "5", "6")
    with sandbox.service() as person:
        return [
            person.post(
                "job/createjob",
                {
                    "name": f"Việc số {number}",
                    "content": "",
                    "hanXuLy": "30/11/2026",
                    "docId": ("70001", "70002")[number % 2],
                    "units": [{"unitId": units[number % 4], "vaiTro": "1"}],
                },
            )
            for number in range(count)
        ]


def run(sandbox: SandboxHandle, scenario: str, seed: int) -> dict[str, Any]:
    with Roster(sandbox.url) as roster:
        return run_scenario(roster, scenario, seed)


def test_the_first_days_are_the_same_for_the_same_seed(tmp_path: Path) -> None:
    done, flows = [], []
    for number, seed in enumerate((3, 3, 4)):
        with sandbox_in_thread(tmp_path / str(number)) as sandbox:
            jobs = give(sandbox, 40)
            done.append(run(sandbox, "first-days", seed)["counts"])
            with sandbox.service() as person:
                entries = [person.get(f"job/getlistjobflow/{job}") for job in jobs]
            flows.append(
                [[(e["userId"], e["status"], e["danhGia"], e["comment"]) for e in flow] for flow in entries]
            )
    assert done[0] == done[1]
    assert flows[0] == flows[1]
    assert flows[0] != flows[2]
    counts = done[0]
    assert counts["taken"] + counts["returned"] + counts["left_untouched"] == 40
    assert counts["result_approved"] + counts["result_rejected"] == counts["result_handed_in"]
    assert counts["extension_consented"] + counts["extension_refused"] == counts["extension_asked"]
    assert counts["directive_recalled"] == 1
    assert min(counts.values()) >= 1
    assert {"difficulty_reported", "progress_reported"} <= counts.keys()


def test_playing_twice_touches_nothing_twice(sandbox: SandboxHandle) -> None:
    give(sandbox, 12)
    first = run(sandbox, "first-days", 3)["counts"]
    second = run(sandbox, "first-days", 3)["counts"]
    assert second.keys() <= {"left_untouched"}
    assert second.get("left_untouched", 0) == first.get("left_untouched", 0)


def test_robots_hand_in_real_files(sandbox: SandboxHandle, tmp_path: Path) -> None:
    jobs = give(sandbox, 4)
    shares = {"untouched": 0, "returned": 0, "handed_in": 1, "recall": 0}
    scenario = tmp_path / "tat-ca-nop.json"
    scenario.write_text(json.dumps({"base": "first-days", "shares": shares}), encoding="utf-8")
    assert run(sandbox, str(scenario), 1)["counts"]["result_handed_in"] == 4
    with sandbox.service() as person:
        files = person.get(f"job/getlistjobflow/{jobs[0]}")[2]["files"]
        assert files[0]["name"] == f"Báo cáo kết quả {jobs[0]}.docx"
        assert person.download(files[0]["id"]).startswith(b"PK\x03\x04")


def test_one_directive_is_issued_with_a_table(sandbox: SandboxHandle) -> None:
    done = run(sandbox, "issue-one", 2)
    with sandbox.service() as person:
        detail = person.get(f"document/getdetaildocument/{done['document']}")
        (file,) = person.get(f"file/getfileattach/{done['document']}")
        content = person.download(file["id"])
    assert (detail["soKiHieu"], detail["trangThai"], detail["doMat"]) == (done["number"], 1, "Thường")
    assert done["rows"] == 4
    assert len(content) > 3000


@pytest.mark.parametrize(
    "text", ["no-such-scenario", '{"shares": {"colour": 1}}', '{"base": "x"}', "[1]", '{"shares": 1}']
)
def test_a_scenario_that_is_none_is_refused(sandbox: SandboxHandle, tmp_path: Path, text: str) -> None:
    scenario = text
    if text[0] in "{[":
        scenario = str(tmp_path / "scenario.json")
        Path(scenario).write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError):
        run(sandbox, scenario, 1)


def test_the_robots_command(sandbox: SandboxHandle) -> None:
    command = [sys.executable, "-m", "sandbox", "play", "--url", sandbox.url]
    done = subprocess.run(
        [*command, "--scenario", "issue-one", "--json"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert json.loads(done.stdout)["scenario"] == "issue-one"
    failed = subprocess.run(
        [*command, "--scenario", "x"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert failed.returncode == 1
    assert "Traceback" not in failed.stderr


def test_the_whole_province_is_served_and_played(tmp_path: Path) -> None:
    with running_sandbox(tmp_path, now="2026-11-16T08:00:00") as sandbox:
        with sandbox.service() as person:
            units = [row for row in person.get("job/getlistunit") if row["parentId"] == "100"]
            for number, unit in enumerate(units):
                lines = [{"unitId": unit["id"], "vaiTro": "1"}]
                person.post("job/createjob", {"name": f"Việc {number}", "content": "", "units": lines})
            assert len(person.get("getcontacts")) > 500
        counts = run(sandbox, "first-days", 1)["counts"]
        assert counts["taken"] > 20
        with sandbox.service() as person:
            listed = person.post("notifycation/getlistnotify/v2", {"pageNo": "1", "pageRec": "100"})
        assert len(listed) >= counts["taken"]
        assert sandbox.process is not None
        assert end(sandbox.process) == 0
