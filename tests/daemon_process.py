"""The daemon as people run it: a process of its own beside a document system, and what a referee asks of both.

The referee is the sandbox's operation log: it records what was applied, not what was answered.
"""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.template import TEMPLATE
from store.engine import open_store
from store.verify import verify_ledger
from tests.sandbox_process import SandboxHandle

ROOT = Path(__file__).parents[1]
SECRET = "whsec_c2FuZGJveC1zZWNyZXQtZm9yLXRlc3RzLW9ubHk="
SANDBOX = (sys.executable, "-m", "sandbox")
CLI = (sys.executable, str(ROOT / "cli.py"))


def configure(folder: Path, url: str, *, poll: float = 1, port: int = 0, ledger: str = "") -> Path:
    """A configuration in `folder` for the document system at `url`; `port` is the webhook receiver's."""
    changes = {
        "http://127.0.0.1:8765": url,
        "sqlite:///tdcd-data/ledger.db": ledger or "sqlite:///tdcd-data/ledger.db",
        "tdcd-data": str(folder / "data"),
        "poll_seconds = 20 ": f"poll_seconds = {poll} ",
        "rate_per_second = 200 ": "rate_per_second = 2000 ",
        "webhook_port = 0 ": f"webhook_port = {port} ",
    }
    if port:
        changes['# secrets = ["whsec_..."]'] = f'secrets = ["{SECRET}"]'
    text = TEMPLATE
    for before, after in changes.items():
        assert before in text, before
        text = text.replace(before, after)
    config = folder / "tdcd.toml"
    config.write_text(text, encoding="utf-8")
    return config


@contextmanager
def daemon(config: Path, command: Sequence[str] = CLI) -> Iterator[subprocess.Popen[bytes]]:
    """`tdcd run`; asked to end at the end of the block, and made to after 40 seconds. Its log is `tdcd.log`."""
    with (config.parent / "tdcd.log").open("ab") as log:
        process = subprocess.Popen(
            [*command, "run", "--config", str(config)], stdout=log, stderr=log, cwd=ROOT
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


def dying(step: int | str, side: str, steps: Path) -> tuple[str, ...]:
    """The command of a `tdcd` that dies at one durable step (see `tests/dying_daemon.py`)."""
    return (sys.executable, "-m", "tests.dying_daemon", str(step), side, str(steps))


def until(condition: Callable[[], Any], seconds: float) -> Any:
    """What the condition gave once it was true, or at the end of its time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    return condition()


def created(sandbox: SandboxHandle) -> list[dict[str, Any]]:
    """Work items that were given, in order."""
    return [op for op in sandbox.operations() if "createjob" in op["operation"]]


def settled(sandbox: SandboxHandle, quiet: float = 2.5, seconds: float = 90) -> int:
    """Wait until the operation log has stood still for a while; gives its length."""
    length, since = -1, time.monotonic()
    end = since + seconds
    while time.monotonic() < end:
        now = len(sandbox.operations())
        if now != length:
            length, since = now, time.monotonic()
        elif time.monotonic() - since > quiet:
            break
        time.sleep(0.1)
    return length


def play(sandbox: SandboxHandle, scenario: str, seed: int = 1) -> dict[str, Any]:
    """Let robots act as people; what they did."""
    done = subprocess.run(
        [*SANDBOX, "play", "--url", sandbox.url, "--scenario", scenario, "--seed", str(seed), "--json"],
        capture_output=True,
        check=False,
        cwd=ROOT,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-1000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def ask(config: Path, *verb: str, code: int = 0) -> Any:
    """One command of the command line, its answer as JSON."""
    done = run(config, *verb, "--json")
    assert done.returncode == code, done.stdout[-500:] + done.stderr[-1000:]
    return json.loads(done.stdout)


def run(config: Path, *verb: str) -> subprocess.CompletedProcess[str]:
    """One command of the command line, as people read it."""
    return subprocess.run(
        [*CLI, *verb, "--config", str(config)], capture_output=True, text=True, check=False, timeout=120
    )


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a referee sees: applied writes by operation, those applied twice, tasks, and what still waits.

    `asked` are the tasks about whose unit a hold asks a person: they rightly have no work item.
    """

    operations: dict[str, int]
    twice: tuple[str, ...]
    tasks: int
    created: int
    asked: int
    waiting: int
    dead: int
    verified: bool

    @property
    def lost(self) -> int:
        """Tasks that nobody was given and that no open hold asks a person about, and decisions given up."""
        return max(0, self.tasks - self.created - self.asked) + self.dead


def outcome(sandbox: SandboxHandle, ledger: str) -> Outcome:
    """Ask the document system and the ledger, which nobody may be writing to meanwhile."""
    # An upload alone shows nobody anything: a file counts once it hangs on something.
    operations = [op for op in sandbox.operations() if op["effect_key"] and op["operation"] != "file/upload"]
    keys = Counter((op["effect_key"], op["operation"]) for op in operations)
    store = open_store(ledger, check=False)
    try:
        with store.read() as places:
            counts = places.outbox.counts("songlam")
            rows = places.tasks.find("songlam")
            given = places.workitems.by_task([row.key for row in rows])
            held = {hold.scope for hold in places.holds.open("songlam")}
            asked = sum(f"unit:{row.lead}" in held and row.key not in given for row in rows)
        verified = verify_ledger(store).ok
    finally:
        store.close()
    return Outcome(
        dict(Counter(op["operation"] for op in operations)),
        tuple(f"{operation} {key}" for (key, operation), count in keys.items() if count > 1),
        len(rows),
        len(created(sandbox)),
        asked,
        sum(counts.get(state, 0) for state in ("pending", "sending", "held")),
        counts.get("dead", 0),
        verified,
    )


def waiting(ledger: str) -> int:
    """How many writes are not finished."""
    store = open_store(ledger, check=False)
    try:
        with store.read() as places:
            counts = places.outbox.counts("songlam")
    finally:
        store.close()
    return sum(counts.get(state, 0) for state in ("pending", "sending"))


def copy_of(folder: Path, target: Path) -> Path:
    """The whole folder of a stopped sandbox and ledger under another name."""
    shutil.copytree(folder, target)
    return target
