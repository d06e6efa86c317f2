"""The two long-running commands: the daemon, and the stand-in document system beside it."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from commands.opened import ConfigOption, opened_ledger
from commands.show import err
from sync.daemon import Daemon


def run(config: ConfigOption = None) -> None:
    """Run the daemon until it is told to stop (Ctrl-C or SIGTERM)."""
    with opened_ledger(config) as (settings, store):
        daemon = Daemon(settings, store)

        def stop(_number: int, _frame: object) -> None:
            daemon.stop()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.SIG_DFL)

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        names = ", ".join(f"{site.name} ({site.url})" for site in settings.site)
        err().print(f"tdcd runs for {names}. Stop with Ctrl-C.", markup=False)
        daemon.run()


def sandbox(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.")] = 8765,
    data: Annotated[Path, typer.Option(help="Folder of the sandbox's own database.")] = Path("sandbox-data"),
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Start over with the data of Tỉnh Sông Lam.")
    ] = False,
    webhook: Annotated[str, typer.Option(help="Send webhooks to this URL.")] = "",
    webhook_secret: Annotated[str, typer.Option(help="Standard Webhooks secret (whsec_…).")] = "",
) -> None:
    """Start a stand-in document system: the made-up province Tỉnh Sông Lam, at http://127.0.0.1:8765/."""
    command = [
        sys.executable,
        "-m",
        "sandbox",
        "serve",
        "--host",
        host,
        "--port",
        str(port),
        "--data",
        str(data),
    ]
    command += ["--fresh"] if fresh else []
    command += ["--webhook", webhook, "--webhook-secret", webhook_secret] if webhook else []
    sys.stdout.flush()
    os.execv(sys.executable, command)  # noqa: S606 - the same interpreter, no shell: the sandbox is a program of its own
