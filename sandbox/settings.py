"""What the sandbox is started with: the command line turned into one frozen value."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sandbox.clock import ZONE

DATASETS = ("province", "small")


@dataclass(frozen=True, slots=True)
class Settings:
    """One sandbox. `port` 0 means any free one; `now` None means the machine's own time.

    `sessions_per_user` is 1 as in the real system [inf]: a new log-in ends the older one.
    """

    host: str = "127.0.0.1"
    port: int = 8765
    data: Path = Path("sandbox-data")
    fresh: bool = False
    dataset: str = "province"
    now: datetime | None = None
    webhook_url: str = ""
    webhook_secret: str = ""
    session_minutes: int = 120
    sessions_per_user: int = 1


@dataclass(frozen=True, slots=True)
class PlaySettings:
    """One run of the robots against a sandbox that is already there."""

    url: str
    scenario: str
    seed: int = 1
    as_json: bool = False


def local_time(text: str) -> datetime:
    """An ISO time; without an offset it is read as Việt Nam time. Raises ValueError."""
    parsed = datetime.fromisoformat(text)
    return parsed.replace(tzinfo=ZONE) if parsed.tzinfo is None else parsed.astimezone(ZONE)


def parse_arguments(arguments: Sequence[str]) -> Settings | PlaySettings:
    """Read `serve …` or `play …`; argparse prints usage and exits with 2 on a wrong call."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A stand-in document system.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    _serve_options(verbs.add_parser("serve", help="run the server"))
    _play_options(verbs.add_parser("play", help="let robots act as people"))
    given = vars(parser.parse_args(arguments))
    if given.pop("verb") == "play":
        return PlaySettings(**given)
    return Settings(**given)


def _serve_options(serve: argparse.ArgumentParser) -> None:
    base = Settings()
    serve.add_argument("--host", default=base.host)
    serve.add_argument("--port", type=int, default=base.port, help="0 picks a free one")
    serve.add_argument("--data", type=Path, default=base.data, help="folder of the database")
    serve.add_argument("--fresh", action="store_true", help="throw the old data away first")
    serve.add_argument("--dataset", choices=DATASETS, default=base.dataset)
    serve.add_argument("--now", type=local_time, default=None, help="ISO time the clock starts at")
    serve.add_argument("--webhook", dest="webhook_url", default="", metavar="URL")
    serve.add_argument("--webhook-secret", default="", metavar="SECRET")
    serve.add_argument("--session-minutes", type=int, default=base.session_minutes)
    serve.add_argument("--sessions-per-user", type=int, default=base.sessions_per_user)


def _play_options(play: argparse.ArgumentParser) -> None:
    play.add_argument("--url", required=True)
    play.add_argument("--scenario", required=True, help="a name, or a JSON file of shares")
    play.add_argument("--json", dest="as_json", action="store_true")
    play.add_argument("--seed", type=int, default=1)
