"""The daemon as people run it: a real process beside a real document system, woken, killed and started again.

The referee is the sandbox's operation log: it records what was applied, not what was answered.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from config.template import TEMPLATE
from tests.sandbox_process import SandboxHandle, running_sandbox

ROOT = Path(__file__).parents[2]
SECRET = "whsec_c2FuZGJveC1zZWNyZXQtZm9yLXRlc3RzLW9ubHk="


def _configure(folder: Path, url: str, *, poll: float = 1, port: int = 0) -> Path:
    text = TEMPLATE.replace("http://127.0.0.1:8765", url).replace("tdcd-data", str(folder / "data"))
    text = text.replace("poll_seconds = 20 ", f"poll_seconds = {poll} ").replace(
        "rate_per_second = 200 ", "rate_per_second = 2000 "
    )
    text = text.replace("webhook_port = 0 ", f"webhook_port = {port} ")
    if port:
        text = text.replace('# secrets = ["whsec_..."]', f'secrets = ["{SECRET}"]')
    config = folder / "tdcd.toml"
    config.write_text(text, encoding="utf-8")
    return config


@contextmanager
def _daemon(config: Path) -> Iterator[subprocess.Popen[bytes]]:
    log = (config.parent / "tdcd.log").open("ab")
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "cli.py"), "run", "--config", str(config)], stdout=log, stderr=log
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(timeout=10)
        log.close()


def _until(condition: Callable[[], Any], seconds: float) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    return condition()


def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "sandbox"
    folder.mkdir()
    return folder


def _created(sandbox: SandboxHandle) -> list[dict[str, Any]]:
    operations = sandbox.operations()
    return [op for op in operations if "createjob" in op["operation"]]


def _settled(sandbox: SandboxHandle, quiet: float = 2.5) -> int:
    """Wait until the operation log has stood still for a while; gives its length."""
    length, since = -1, time.monotonic()
    end = since + 90
    while time.monotonic() < end:
        now = len(sandbox.operations())
        if now != length:
            length, since = now, time.monotonic()
        elif time.monotonic() - since > quiet:
            break
        time.sleep(0.1)
    return length


def _issue(sandbox: SandboxHandle) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sandbox", "play", "--url", sandbox.url, "--scenario", "issue-one", "--json"],
        capture_output=True,
        check=False,
        cwd=ROOT,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr[-1000:]


def _status(config: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), "status", "--json", "--config", str(config)],
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr[-1000:]
    site: dict[str, Any] = json.loads(done.stdout)[0]
    return site


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.covers("LC-13", "LC-34", "F42")
def test_an_issued_directive_becomes_work_items_within_a_poll(tmp_path: Path) -> None:
    with running_sandbox(_folder(tmp_path), dataset="small") as sandbox:
        config = _configure(tmp_path, sandbox.url)
        with _daemon(config) as daemon:
            before = _until(lambda: _settled(sandbox), 60)
            created = len(_created(sandbox))
            _issue(sandbox)
            assert _until(lambda: len(_created(sandbox)) > created, 10), (tmp_path / "tdcd.log").read_text()
            assert _settled(sandbox) > before
            site = _status(config)
            assert "running" in site["daemon"]
            assert site["tasks"] == len(_created(sandbox))
            daemon.send_signal(signal.SIGTERM)
            assert daemon.wait(timeout=40) == 0
        assert _status(config)["daemon"] == "not running"


@pytest.mark.covers("F17")
def test_a_webhook_brings_it_within_two_seconds(tmp_path: Path) -> None:
    port = _free_port()
    with running_sandbox(_folder(tmp_path), dataset="small") as sandbox:
        config = _configure(tmp_path, sandbox.url, poll=600, port=port)
        hook = {"url": f"http://127.0.0.1:{port}/webhook/songlam", "secret": SECRET, "repeat": 3}
        sandbox.post("/__sandbox__/webhook", hook)
        with _daemon(config):
            _until(lambda: _created(sandbox), 60)
            _settled(sandbox)
            created = len(_created(sandbox))
            _issue(sandbox)
            issued = time.monotonic()
            assert _until(lambda: len(_created(sandbox)) > created, 10), (tmp_path / "tdcd.log").read_text()
            assert time.monotonic() - issued < 2
            _settled(sandbox)
            keys = Counter(op["effect_key"] for op in sandbox.operations())
            assert max(count for key, count in keys.items() if key) == 1


@pytest.mark.covers("F01", "F04", "F46")
def test_killed_at_any_moment_the_end_is_the_same(tmp_path: Path) -> None:
    with running_sandbox(_folder(tmp_path), dataset="small") as sandbox:
        config = _configure(tmp_path, sandbox.url)
        sandbox.post("/__sandbox__/faults", {"match": "createjob", "kind": "drop_reply", "times": 2})
        for delay in (0.9, 1.1, 1.3, 1.5, 1.8, 2.2):
            with _daemon(config) as daemon:
                time.sleep(delay)
                os.kill(daemon.pid, signal.SIGKILL)
                daemon.wait(timeout=10)
        with _daemon(config):
            _until(lambda: _created(sandbox), 60)
            _settled(sandbox)
        operations = sandbox.operations()
        keys = Counter(op["effect_key"] for op in operations if op["effect_key"])
        assert keys
        assert max(keys.values()) == 1, [key for key, count in keys.items() if count > 1]
        site = _status(config)
        assert site["tasks"] == len(_created(sandbox)) > 0
        assert site["outbox"].get("pending", 0) == site["outbox"].get("sending", 0) == 0
        done = subprocess.run(
            [sys.executable, str(ROOT / "cli.py"), "ledger", "verify", "--config", str(config)],
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0


def test_two_daemons_on_one_ledger_are_refused(tmp_path: Path) -> None:
    with running_sandbox(_folder(tmp_path), dataset="small") as sandbox:
        config = _configure(tmp_path, sandbox.url)
        with _daemon(config):
            _until(lambda: _created(sandbox), 60)
            second = subprocess.run(
                [sys.executable, str(ROOT / "cli.py"), "run", "--config", str(config)],
                capture_output=True,
                text=True,
                check=False,
                timeout=30,
            )
        assert second.returncode == 5
        assert "already worked on" in second.stderr


def test_orders_reach_the_running_daemon(tmp_path: Path) -> None:
    with running_sandbox(_folder(tmp_path), dataset="small") as sandbox:
        config = _configure(tmp_path, sandbox.url, poll=600)
        with _daemon(config):
            _until(lambda: _created(sandbox), 60)
            _settled(sandbox)
            operations = len(sandbox.operations())
            _issue(sandbox)
            synced = _ask(config, "sync")
            assert synced["pushed"]["by_kind"]["create_job"] > 0
            assert len(_created(sandbox)) > 0
            assert len(sandbox.operations()) > operations
            planned = _ask(config, "resync", "--all", "--dry-run")
            assert planned["dry_run"] is True
            assert planned["read"] > 0
            assert _ask(config, "reconcile")["drift_found"] == 0


def _ask(config: Path, *verb: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), *verb, "--json", "--config", str(config)],
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr[-1000:]
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
