"""Seeds shared by several processes; sums come back chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import Final

from tests.simulation.run import enter, memory_folder, run_seed
from tests.simulation.tally import Tally

CHUNK: Final = 20


def played(seeds: range, jobs: int) -> Iterator[tuple[Tally, list[int]]]:
    """As chunks are done: their sums, and the seeds that broke a promise."""
    with (
        memory_folder() as folder,
        ProcessPoolExecutor(jobs, get_context("spawn"), enter, (folder,)) as workers,
    ):
        waiting = [workers.submit(_chunk, seeds[at : at + CHUNK]) for at in range(0, len(seeds), CHUNK)]
        for one in as_completed(waiting):
            yield one.result()


def _chunk(seeds: range) -> tuple[Tally, list[int]]:
    tally, broken = Tally(), list[int]()
    for seed in seeds:
        outcome = run_seed(seed)
        tally.add(outcome)
        if outcome.faults:
            broken.append(seed)
    return tally, broken
