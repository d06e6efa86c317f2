"""A sandbox for tests: as a real process of its own, or quicker in a thread of the test.

Both start on a free port and are always ended. Times of the sandbox are Việt Nam's.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.client import Person, Wire
from sandbox.serve import serving
from sandbox.settings import Settings, local_time

ROOT = Path(__file__).parents[1]
SERVICE = ("tdcd", "tdcd-sandbox")
PASSWORD = "sandbox"


@dataclass(frozen=True, slots=True)
class SandboxHandle:
    """A running sandbox. `process` is None for one in a thread."""

    url: str
    data_dir: Path
    process: subprocess.Popen[str] | None = None

    def get(self, path: str) -> Any:
        """The JSON value at an address outside the API, such as `/__sandbox__/stats`."""
        return self._json("GET", path)

    def post(self, path: str, json: object) -> Any:
        """Send a JSON value; the JSON answer. Raises RefusedByServerError for anything but a 200."""
        return self._json("POST", path, json)

    def delete(self, path: str) -> Any:
        """Such as `/__sandbox__/faults`."""
        return self._json("DELETE", path)

    def operations(self, since: int = 0) -> list[dict[str, Any]]:
        """Applied writes, in order."""
        listed: list[dict[str, Any]] = self.get(f"/__sandbox__/operations?since={since}")
        return listed

    def fault(self, kind: str, match: str = "*", **further: object) -> None:
        """Order one fault."""
        self.post("/__sandbox__/faults", {"kind": kind, "match": match, **further})

    def person(self, username: str, password: str = PASSWORD, posting: str = "") -> Person:
        """Somebody who logs in with the first call."""
        return Person(self.url, username, password, posting)

    def service(self) -> Person:
        """The service account."""
        return self.person(*SERVICE)

    def _json(self, method: str, path: str, value: object = None) -> Any:
        wire = Wire(self.url)
        try:
            return wire.json(method, path, value)
        finally:
            wire.close()


@contextlib.contextmanager
def running_sandbox(
    tmp_path: Path,
    *,
    dataset: str = "province",
    fresh: bool = True,
    port: int = 0,
    now: str | None = None,
    arguments: Sequence[str] = (),
) -> Iterator[SandboxHandle]:
    """A sandbox process whose data lies in `tmp_path/sandbox`.

    `fresh=False` starts again on the same data; `now` is an ISO time the clock begins
    at; `arguments` are further options of `python -m sandbox serve`.
    """
    data = tmp_path / "sandbox"
    command = [sys.executable, "-m", "sandbox", "serve", "--port", str(port), "--data", str(data)]
    command += [
        "--dataset",
        dataset,
        *(["--fresh"] if fresh else []),
        *(["--now", now] if now else []),
        *arguments,
    ]
    errors = tmp_path / "sandbox.stderr"
    with errors.open("w", encoding="utf-8") as stderr:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env=os.environ | {"PYTHONUTF8": "1"},
        )
    assert process.stdout is not None
    try:
        told = process.stdout.readline()
        if not told.startswith("Sandbox: "):
            process.wait(timeout=10)
            raise RuntimeError(f"the sandbox did not start: {errors.read_text(encoding='utf-8')[-2000:]}")
        yield SandboxHandle(told.split()[1], data, process)
    finally:
        end(process)
        process.stdout.close()


def end(process: subprocess.Popen[str]) -> int:
    """Ask the process to end, insist after five seconds; its exit code."""
    if process.poll() is None:
        process.terminate()
    try:
        return process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


@contextlib.contextmanager
def sandbox_in_thread(
    tmp_path: Path, *, dataset: str = "small", now: str = "2026-11-16T08:00:00", **further: Any
) -> Iterator[SandboxHandle]:
    """A sandbox in a thread of this process: starts in some 50 ms with the small dataset."""
    data = tmp_path / "sandbox"
    settings = Settings(port=0, data=data, dataset=dataset, now=local_time(now), **further)
    with serving(settings) as listening:
        yield SandboxHandle(listening.url, data)
