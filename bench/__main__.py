"""`make bench`: what a pass costs, as ratios to a floor measured beside it in the same run."""

from __future__ import annotations

import json
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.measure import process

SMALL, LARGE = 20_000, 100_000
ROUNDS = 3


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
        "again": process("bench.product", str(port), str(folder), "again"),
        "listing": process("bench.product", str(port), str(folder), "listing"),
    }


def _median(rounds: list[dict[str, dict[str, Any]]], what: str, figure: str) -> float:
    return statistics.median(float(one[what][figure]) for one in rounds)


def main() -> None:
    with tempfile.TemporaryDirectory() as name, _pages(SMALL, LARGE) as (ports, page):
        folder = Path(name) / "run"
        rounds = [_round(ports[0], folder) for _ in range(ROUNDS)]
        shutil.rmtree(folder)
        folder.mkdir()
        large = process("bench.product", str(ports[1]), str(folder), "first")
    floor = _median(rounds, "floor", "seconds")
    figures = {
        "python": platform.python_version(),
        "page_mb": float(page),
        "directives": SMALL,
        "tasks": rounds[0]["first"]["tasks"],
        "floor_seconds": round(floor, 2),
        "opening_seconds": round(_median(rounds, "first", "opening_seconds"), 2),
        "first_pass_ratio": round(_median(rounds, "first", "seconds") / floor, 2),
        "second_pass_ratio": round(_median(rounds, "again", "seconds") / floor, 2),
        "complete_listing_unchanged_ratio": round(_median(rounds, "listing", "seconds") / floor, 2),
        "requests_second_pass": rounds[0]["again"]["requests"],
        "peak_mib_20000": round(_median(rounds, "first", "peak_mib")),
        "peak_mib_100000": round(large["peak_mib"]),
        "seconds_100000": round(large["seconds"], 1),
    }
    for what, figure in figures.items():
        print(f"{what.replace('_', ' '):<36} {figure}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
