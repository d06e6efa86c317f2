"""`python -m tests.simulation`: one seed again, or very many on every core.

    python -m tests.simulation --seed 70 --without 1,3.0     plays one (part of a) run and tells it
    python -m tests.simulation --seeds 100000                plays seeds from --first on (`make soak`)

Ends with one line, and with 1 when a promise was broken or too little was reached to tell.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence

from tests.simulation.many import played
from tests.simulation.run import run_seed, stage
from tests.simulation.shrinking import again, report, told
from tests.simulation.tally import ENOUGH, Tally

#: So many failing seeds are made small and printed; the others are named.
MOST_REPORTS = 5


def main(arguments: Sequence[str] | None = None) -> int:
    """Plays what the command line asks for; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, help="play one seed and tell it")
    parser.add_argument("--without", default="", help="parts of it to leave out, as a failing run names them")
    parser.add_argument("--seeds", type=int, default=ENOUGH, help="how many to play")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--table", action="store_true", help="print everything that was reached")
    asked = parser.parse_args(arguments)
    if asked.seed is not None:
        return _one(asked.seed, [part for part in asked.without.split(",") if part])
    return _many(range(asked.first, asked.first + asked.seeds), asked.jobs, table=asked.table)


def _one(seed: int, left_out: Sequence[str]) -> int:
    tally = Tally()
    with stage():
        outcome = again(seed, left_out)
    tally.add(outcome)
    print(*told(outcome), outcome.end, tally.line(), sep="\n")
    return 1 if outcome.faults else 0


def _many(seeds: range, jobs: int, *, table: bool) -> int:
    tally, failing, begun = Tally(), list[int](), time.monotonic()
    for place, (some, bad) in enumerate(played(seeds, jobs), 1):
        tally.merge(some)
        failing += bad
        for seed in bad:
            print(f"seed {seed} broke a promise", flush=True)
        if place % 25 == 0:
            print(f"{time.monotonic() - begun:.0f} s · {tally.line()}", file=sys.stderr, flush=True)
    with stage():
        for seed in sorted(failing)[:MOST_REPORTS]:
            print(report(run_seed(seed)), flush=True)
    short = tally.short_of() if tally.seeds >= ENOUGH else []
    print(*(tally.table() if table else ()), *(f"too seldom: {one}" for one in short), tally.line(), sep="\n")
    return 1 if failing or short else 0


if __name__ == "__main__":
    sys.exit(main())
