"""Group commit by itself: many share one write, nobody goes on before it, errors meet whom they must."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from errors import RetryLater, SkipRecord, StopService
from sync.group_commit import LARGEST_GROUP, GroupCommit

Commit = GroupCommit[int, int]
Write = Callable[[Sequence[int]], Sequence[int]]


@contextmanager
def writing(write: Write, **limits: Any) -> Iterator[Commit]:
    commit: Commit = GroupCommit(write, **limits)
    commit.start()
    try:
        yield commit
    finally:
        commit.stop()


async def together(*waiting: Coroutine[Any, Any, int]) -> list[Any]:
    return list(await asyncio.gather(*waiting, return_exceptions=True))


async def _until(condition: Callable[[], object]) -> None:
    while not condition():  # noqa: ASYNC110 - what is waited for happens in another thread
        await asyncio.sleep(0.001)


def test_those_that_come_together_share_one_write_and_get_their_own_result() -> None:
    groups: list[list[int]] = []

    def write(items: Sequence[int]) -> list[int]:
        groups.append(list(items))
        return [item * 10 for item in items]

    with writing(write) as commit:
        results = asyncio.run(together(*(commit.keep(number) for number in range(50))))
    assert results == [number * 10 for number in range(50)]
    assert groups == [list(range(50))]


def test_what_comes_during_a_write_goes_into_the_next_one_and_nobody_goes_on_before() -> None:
    began, go_on = threading.Event(), threading.Event()
    groups: list[list[int]] = []

    def write(items: Sequence[int]) -> Sequence[int]:
        groups.append(list(items))
        began.set()
        assert go_on.wait(10)
        return items

    async def scenario(commit: Commit) -> list[int]:
        first = asyncio.create_task(commit.keep(0))
        await _until(began.is_set)
        others = []
        for number in range(1, 30):
            others.append(asyncio.create_task(commit.keep(number)))
            await asyncio.sleep(0)
        await _until(lambda: not commit._gathered)
        assert not first.done()
        go_on.set()
        return await asyncio.gather(first, *others)

    with writing(write) as commit:
        assert asyncio.run(scenario(commit)) == list(range(30))
    assert groups == [[0], list(range(1, 30))]


def test_a_group_has_a_bound() -> None:
    sizes: list[int] = []
    began, go_on = threading.Event(), threading.Event()

    def write(items: Sequence[int]) -> Sequence[int]:
        sizes.append(len(items))
        began.set()
        assert go_on.wait(10)
        return items

    async def scenario(commit: Commit) -> None:
        tasks = [asyncio.create_task(commit.keep(0))]
        await _until(began.is_set)
        for number in range(2 * LARGEST_GROUP + 5):
            tasks.append(asyncio.create_task(commit.keep(number)))
            if number % 100 == 99:
                await asyncio.sleep(0.001)
        await asyncio.sleep(0.001)
        go_on.set()
        await asyncio.gather(*tasks)

    with writing(write) as commit:
        asyncio.run(scenario(commit))
    assert sum(sizes) == 2 * LARGEST_GROUP + 6
    assert max(sizes) <= LARGEST_GROUP + 100


@pytest.mark.covers("F20")
def test_one_too_many_is_turned_away_and_the_waiting_are_served() -> None:
    go_on = threading.Event()

    def write(items: Sequence[int]) -> Sequence[int]:
        assert go_on.wait(10)
        return items

    async def scenario(commit: Commit) -> list[Any]:
        waiting = [asyncio.create_task(commit.keep(number)) for number in range(10)]
        await asyncio.sleep(0)
        with pytest.raises(RetryLater, match="Too many") as refused:
            await commit.keep(99)
        assert refused.value.after == 5
        go_on.set()
        return await asyncio.gather(*waiting, later(commit))

    async def later(commit: Commit) -> int:
        await _until(lambda: commit._finished)
        return await commit.keep(100)

    with writing(write, most_waiting=10) as commit:
        assert asyncio.run(scenario(commit)) == [*range(10), 100]


@pytest.mark.covers("F20")
def test_while_items_wait_too_long_new_ones_are_turned_away() -> None:
    began, go_on = threading.Event(), threading.Event()
    now = [0.0]

    def write(items: Sequence[int]) -> Sequence[int]:
        began.set()
        assert go_on.wait(10)
        return items

    async def scenario(commit: Commit) -> int:
        first = asyncio.create_task(commit.keep(1))
        await _until(began.is_set)
        now[0] = 5.1
        with pytest.raises(RetryLater, match="too long"):
            await commit.keep(2)
        go_on.set()
        await first
        return await commit.keep(3)

    with writing(write, longest_wait=5.0, clock=lambda: now[0]) as commit:
        assert asyncio.run(scenario(commit)) == 3


def test_a_busy_store_meets_the_whole_group_and_the_next_one_not() -> None:
    errors = [RetryLater("busy")]

    def write(items: Sequence[int]) -> Sequence[int]:
        if errors:
            raise errors.pop()
        return items

    with writing(write) as commit:
        assert all(
            isinstance(one, RetryLater) for one in asyncio.run(together(commit.keep(1), commit.keep(2)))
        )
        assert asyncio.run(together(commit.keep(3))) == [3]
        assert commit.failure is None


def test_one_odd_item_meets_itself_alone() -> None:
    def write(items: Sequence[int]) -> Sequence[int]:
        if 3 in items:
            raise SkipRecord("odd")
        return items

    with writing(write) as commit:
        results = asyncio.run(together(*(commit.keep(number) for number in range(6))))
    assert [one for one in results if one != 3 and isinstance(one, int)] == [0, 1, 2, 4, 5]
    assert isinstance(results[3], SkipRecord)


@pytest.mark.covers("F31")
def test_after_a_failed_disk_nothing_is_written_again() -> None:
    calls: list[int] = []

    def write(items: Sequence[int]) -> Sequence[int]:
        calls.append(len(items))
        raise StopService("the disk failed")

    with writing(write) as commit:
        for number in range(3):
            (error,) = asyncio.run(together(commit.keep(number)))
            assert isinstance(error, StopService)
        assert commit.failure is error
    assert calls == [1]


def test_a_quiet_time_calls_the_writer_with_nothing() -> None:
    called = threading.Event()

    def write(items: Sequence[int]) -> Sequence[int]:
        if not items:
            called.set()
        return items

    with writing(write, idle_seconds=0.01) as commit:
        assert called.wait(10)
        assert asyncio.run(together(commit.keep(1))) == [1]


def test_a_stop_writes_what_waits_and_a_sender_that_left_harms_nobody() -> None:
    written: list[int] = []
    began, go_on = threading.Event(), threading.Event()

    def write(items: Sequence[int]) -> Sequence[int]:
        began.set()
        assert go_on.wait(10)
        written.extend(items)
        return items

    async def scenario(commit: Commit) -> None:
        tasks = [asyncio.create_task(commit.keep(0))]
        await _until(began.is_set)
        tasks += [asyncio.create_task(commit.keep(number)) for number in (1, 2)]
        await asyncio.sleep(0.001)
        tasks[1].cancel()
        go_on.set()
        assert [await tasks[0], await tasks[2]] == [0, 2]

    with writing(write) as commit:
        asyncio.run(scenario(commit))
    assert written == [0, 1, 2]
