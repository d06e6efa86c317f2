"""One small world of real processes, in which `tdcd` may be killed at any durable step and started again.

`to_the_end` runs a daemon until there is nothing left to do, or until it is dead. A world that came to rest can be
copied, so that each step of what follows is tried on the same beginning.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.daemon_process import CLI, Outcome, configure, daemon, dying, outcome, waiting
from tests.sandbox_process import SandboxHandle, running_sandbox

IDLE = re.compile(r"polled .*read=0 .*written=0")


@dataclass(frozen=True, slots=True)
class World:
    """A running sandbox, the configuration of a daemon beside it, and the file that its steps are noted in."""

    sandbox: SandboxHandle
    config: Path
    ledger: str

    @property
    def steps(self) -> Path:
        return self.config.parent / "steps"

    def to_the_end(self, command: Sequence[str] = CLI, seconds: float = 120) -> int | None:
        """Run a daemon until it is idle (None), or dead (its exit code). AssertionError when it is neither."""
        log = self.config.parent / "tdcd.log"
        before = log.stat().st_size if log.exists() else 0
        with daemon(self.config, command) as process:
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                if process.poll() is not None:
                    return process.returncode
                if self.idle(before):
                    return None
                time.sleep(0.05)
        raise AssertionError(f"never idle: {log.read_text(encoding='utf-8')[before:][-3000:]}")

    def idle(self, before: int) -> bool:
        """The last poll since `before` (bytes of the log) found nothing to do, and no write waits."""
        with (self.config.parent / "tdcd.log").open("rb") as file:
            file.seek(before)
            polls = [line for line in file.read().decode().splitlines() if " polled " in line]
        at_rest = polls and IDLE.search(polls[-1]) and "ended_early" not in polls[-1]
        return bool(at_rest) and not waiting(self.ledger)

    def die(self, step: int, side: str) -> str:
        """Run a daemon that dies at a step; what it was doing, empty when it came to the end before."""
        code = self.to_the_end(dying(step, side, self.steps))
        assert code in {None, -9}, self.log_tail()
        told = self.steps.read_text(encoding="utf-8").splitlines()[-1]
        return told.removeprefix(f"died {side} ") if code else ""

    def count_steps(self) -> list[str]:
        """Run a daemon that does not die; the steps it took until it was idle."""
        self.steps.unlink(missing_ok=True)
        assert self.to_the_end(dying(0, "before", self.steps)) is None, self.log_tail()
        return [line.partition(" ")[2] for line in self.steps.read_text(encoding="utf-8").splitlines()]

    def behind(self, port: int, *, patient: bool = False) -> None:
        """Let the daemon talk to the sandbox over a line that may break; it soon gives up waiting."""
        text = self.config.read_text(encoding="utf-8").replace(self.sandbox.url, f"http://127.0.0.1:{port}")
        read, total = (5, 20) if patient else (0.5, 2)
        limits = f"[site.limits]\nconnect_seconds = 1\nread_seconds = {read}\ntotal_seconds = {total}\n"
        self.config.write_text(text.replace("[site.limits]\n", limits), encoding="utf-8")

    def outcome(self) -> Outcome:
        return outcome(self.sandbox, self.ledger)

    def log_tail(self) -> str:
        return (self.config.parent / "tdcd.log").read_text(encoding="utf-8")[-3000:]


@contextmanager
def world(folder: Path, ledger: str = "", *, dataset: str = "small", port: int = 0) -> Iterator[World]:
    """A world in `folder`: a new one, or the one that was left there. `ledger` is empty for SQLite inside it."""
    fresh = not (folder / "sandbox").exists()
    folder.mkdir(exist_ok=True)
    with running_sandbox(folder, dataset=dataset, fresh=fresh, port=port) as sandbox:
        address = ledger or f"sqlite:///{folder}/data/ledger.db"
        yield World(sandbox, configure(folder, sandbox.url, poll=0.3, ledger=address), address)


def ends_as(world: World, expected: Outcome) -> None:
    """The referee's verdict: nothing twice, nothing lost, and as much as without any crash."""
    found = world.outcome()
    assert not found.twice, found.twice
    assert found == expected, (found, expected, os.fspath(world.config.parent), world.log_tail())
