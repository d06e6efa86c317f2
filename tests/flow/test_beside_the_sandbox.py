"""The daemon as people run it: a real process beside a real document system, woken, killed and started again.

The referee is the sandbox's operation log: it records what was applied, not what was answered.
"""

from __future__ import annotations

import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.daemon_process import SECRET, ask, configure, created, daemon, free_port, play, run, settled, until
from tests.sandbox_process import running_sandbox


@pytest.mark.covers("LC-13", "LC-34", "F42")
def test_an_issued_directive_becomes_work_items_within_a_poll(tmp_path: Path) -> None:
    with running_sandbox(tmp_path, dataset="small") as sandbox:
        config = configure(tmp_path, sandbox.url)
        with daemon(config) as process:
            before = until(lambda: settled(sandbox), 60)
            given = len(created(sandbox))
            play(sandbox, "issue-one")
            assert until(lambda: len(created(sandbox)) > given, 10), (tmp_path / "tdcd.log").read_text()
            assert settled(sandbox) > before
            site = ask(config, "status")[0]
            assert "running" in site["daemon"]
            assert site["tasks"] == len(created(sandbox))
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=40) == 0
        assert ask(config, "status")[0]["daemon"] == "not running"


@pytest.mark.covers("F17")
def test_a_webhook_brings_it_within_two_seconds(tmp_path: Path) -> None:
    port = free_port()
    with running_sandbox(tmp_path, dataset="small") as sandbox:
        config = configure(tmp_path, sandbox.url, poll=600, port=port)
        hook = {"url": f"http://127.0.0.1:{port}/webhook/songlam", "secret": SECRET, "repeat": 3}
        sandbox.post("/__sandbox__/webhook", hook)
        with daemon(config):
            until(lambda: created(sandbox), 60)
            settled(sandbox)
            given = len(created(sandbox))
            play(sandbox, "issue-one")
            issued = time.monotonic()
            assert until(lambda: len(created(sandbox)) > given, 10), (tmp_path / "tdcd.log").read_text()
            assert time.monotonic() - issued < 2
            settled(sandbox)
            keys = Counter(op["effect_key"] for op in sandbox.operations())
            assert max(count for key, count in keys.items() if key) == 1


def test_two_daemons_on_one_ledger_are_refused(tmp_path: Path) -> None:
    with running_sandbox(tmp_path, dataset="small") as sandbox:
        config = configure(tmp_path, sandbox.url)
        with daemon(config):
            until(lambda: created(sandbox), 60)
            second = run(config, "run")
        assert second.returncode == 5
        assert "already worked on" in second.stderr


def test_orders_reach_the_running_daemon(tmp_path: Path) -> None:
    with running_sandbox(tmp_path, dataset="small") as sandbox:
        config = configure(tmp_path, sandbox.url, poll=600)
        with daemon(config):
            until(lambda: created(sandbox), 60)
            settled(sandbox)
            operations = len(sandbox.operations())
            play(sandbox, "issue-one")
            synced = ask(config, "sync")
            assert synced["pushed"]["by_kind"]["create_job"] > 0
            assert len(created(sandbox)) > 0
            assert len(sandbox.operations()) > operations
            planned = ask(config, "resync", "--all", "--dry-run")
            assert planned["dry_run"] is True
            assert planned["read"] > 0
            assert ask(config, "reconcile")["drift_found"] == 0
