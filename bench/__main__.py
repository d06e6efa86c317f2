"""`make bench`: what a pass costs, as ratios to a floor measured beside it in the same run; what states cost.

`python -m bench --only states` measures a part: passes, states or ticks. States and ticks are told in CPU time,
so that a busy machine tells nearly the same.
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.edxml import figures as edxml_figures
from bench.measure import process
from bench.soap import figures as soap_figures

SMALL, LARGE = 20_000, 100_000
ROUNDS = 3
TASKS = 1_000_000
POSTS = 10_000
STANDING_STILL = (10_000, 1_000_000)


@contextmanager
def _pages(*sizes: int) -> Iterator[tuple[list[int], str]]:
    server = subprocess.Popen(
        [sys.executable, "-m", "bench.pages", *map(str, sizes)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        *ports, page = server.stdout.readline().split()
        yield [int(port) for port in ports], page
    finally:
        server.terminate()
        server.wait(timeout=10)


def _round(port: int, folder: Path) -> dict[str, dict[str, Any]]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return {
        "floor": process("bench.floor", str(port), str(folder / "floor.db")),
        "first": process("bench.product", str(port), str(folder), "first"),
        "kept": process("bench.kept", str(port), str(folder / "ledger.db"), str(folder / "kept.db")),
        "again": process("bench.product", str(port), str(folder), "again"),
        "listing": process("bench.product", str(port), str(folder), "listing"),
    }


def _median(rounds: list[dict[str, dict[str, Any]]], what: str, figure: str) -> float:
    return statistics.median(float(one[what][figure]) for one in rounds)


def _passes() -> dict[str, Any]:
    """Pull, guard, map and ledger, beside the same pages put into two plain tables."""
    with tempfile.TemporaryDirectory() as name, _pages(SMALL, LARGE) as (ports, page):
        folder = Path(name) / "run"
        rounds = [_round(ports[0], folder) for _ in range(ROUNDS)]
        shutil.rmtree(folder)
        folder.mkdir()
        large = process("bench.product", str(ports[1]), str(folder), "first")
    floor = _median(rounds, "floor", "seconds")
    return {
        "page_mb": float(page),
        "directives": SMALL,
        "tasks": rounds[0]["first"]["tasks"],
        "floor_seconds": round(floor, 2),
        "kept_floor_ratio": round(_median(rounds, "kept", "seconds") / floor, 2),
        "opening_seconds": round(_median(rounds, "first", "opening_seconds"), 2),
        "first_pass_ratio": round(_median(rounds, "first", "seconds") / floor, 2),
        "second_pass_ratio": round(_median(rounds, "again", "seconds") / floor, 2),
        "complete_listing_unchanged_ratio": round(_median(rounds, "listing", "seconds") / floor, 2),
        "requests_second_pass": rounds[0]["again"]["requests"],
        "peak_mib_20000": round(_median(rounds, "first", "peak_mib")),
        "peak_mib_100000": round(large["peak_mib"]),
        "seconds_100000": round(large["seconds"], 1),
    }


def _states() -> dict[str, Any]:
    """Folding and deriving, five events a task, one core."""
    figures = process("bench.derive", str(TASKS))
    by_profile = figures.pop("derive_per_second_by_profile")
    figures |= {f"derive_per_second_{name}": figure for name, figure in by_profile.items()}
    return {f"states_{name}": figure for name, figure in figures.items()}


def _ticks() -> dict[str, Any]:
    """A tick at a quiet instant, beside few and many tasks standing still."""
    figures: dict[str, Any] = {}
    for tasks in STANDING_STILL:
        with tempfile.TemporaryDirectory() as folder:
            measured = process("bench.tick", str(tasks), folder)
        del measured["tasks"]
        figures |= {f"{name}_beside_{tasks}": figure for name, figure in measured.items()}
    return figures


def _webhooks() -> dict[str, Any]:
    """Signed posts, on disk before they are answered, beside a bare receiver."""
    return {
        f"webhooks_{name}": figure
        for name, figure in process("bench.webhooks", str(POSTS), str(ROUNDS)).items()
    }


PARTS: dict[str, Callable[[], dict[str, Any]]] = {
    "passes": _passes,
    "states": _states,
    "ticks": _ticks,
    "tables": lambda: process("bench.tables"),
    "soap": soap_figures,
    "edxml": edxml_figures,
    "phrases": lambda: process("bench.phrases"),
    "webhooks": _webhooks,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=list(PARTS), help="this part; may be repeated")
    wanted = parser.parse_args().only or list(PARTS)
    figures: dict[str, Any] = {"python": platform.python_version()}
    for part in wanted:
        figures |= PARTS[part]()
    for what, figure in figures.items():
        print(f"{what.replace('_', ' '):<46} {figure}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
