"""Walking a moving list: nothing that was there all the time is missed (oracle: a list that really moves)."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.errors import ListingUnreadable, ReplyUnreadable, SystemAway
from connector.windows import Row, Walk, Window, reaching_window
from errors import RetryLater


class MovingList:
    """Ids in their order; before each answer rows may go or come. `cap` limits what one page gives."""

    def __init__(self, ids: list[int], cap: int = 10**9) -> None:
        self.ids = ids
        self.cap = cap
        self.asked: list[Window] = []

    def before(self, window: Window) -> None:
        """Overridden where the list moves."""

    def fetch(self, window: Window) -> list[Row]:
        self.before(window)
        self.asked.append(window)
        size = min(window.size, self.cap)
        start = (window.number - 1) * size
        return [{"id": str(number)} for number in self.ids[start : start + size]]


def walked(moving: MovingList, size: int, *, confirm: bool = True) -> list[str]:
    return [
        row["id"] for rows in Walk(moving.fetch, lambda row: str(row["id"]), size, confirm) for row in rows
    ]


@given(row=st.integers(0, 200_000), size=st.integers(1, 200))
def test_a_window_holds_the_last_row_and_goes_beyond(row: int, size: int) -> None:
    window = reaching_window(row, size)
    assert window.size <= size
    assert window.start <= row + 1
    assert window.end > row + 1
    # No window that holds the row reaches further.
    best = max((row // other + 1) * other for other in range(1, size + 1))
    assert window.end == best or (best == row + 1 and window.start == row + 1)


def test_the_price_of_overlapping_is_about_one_request_in_seven() -> None:
    moving = MovingList(list(range(20_000)))
    assert walked(moving, 100) == [str(n) for n in range(20_000)]
    assert len(moving.asked) <= 235


@given(length=st.integers(0, 300), size=st.integers(1, 40), confirm=st.booleans())
def test_a_list_that_stands_still_is_read_once_each(length: int, size: int, confirm: bool) -> None:
    assert walked(MovingList(list(range(length))), size, confirm=confirm) == [str(n) for n in range(length)]


@pytest.mark.covers("F07")
@given(
    length=st.integers(1, 200),
    size=st.integers(8, 60),
    seed=st.integers(0, 10**6),
    churn=st.sampled_from([0.1, 0.5, 1.0]),
)
def test_nothing_that_was_there_all_the_time_is_missed(
    length: int, size: int, seed: int, churn: float
) -> None:
    dice = random.Random(seed)

    class Restless(MovingList):
        newest = 10**6

        def before(self, window: Window) -> None:
            if dice.random() < churn and self.ids:
                for _ in range(dice.randint(1, 3)):
                    if dice.random() < 0.6 and self.ids:
                        del self.ids[dice.randrange(len(self.ids))]
                    else:
                        self.ids.insert(dice.randint(0, 2), self.newest)
                        self.newest += 1

    moving = Restless(list(range(length)))
    try:
        found = set(walked(moving, size))
    except RetryLater:
        return  # it says so instead of guessing
    stayed = {str(n) for n in moving.ids if n < 10**6}
    assert stayed <= found


def test_the_churn_above_really_makes_a_naive_reader_miss_rows() -> None:
    ids = list(range(100))
    seen: set[int] = set()
    for page in range(10):
        seen |= set(ids[page * 10 : page * 10 + 10])
        del ids[0]
    assert not set(ids) <= seen


@pytest.mark.covers("M41")
@pytest.mark.parametrize("size", [10, 100])
def test_a_server_that_repeats_its_first_page_is_caught(size: int) -> None:
    class Stuck(MovingList):
        def fetch(self, window: Window) -> list[Row]:
            self.asked.append(window)
            return [{"id": str(number)} for number in range(window.size)]

    moving = Stuck([])
    with pytest.raises(ListingUnreadable, match="again and again"):
        walked(moving, size)
    assert len(moving.asked) < 10


@pytest.mark.covers("M42")
@pytest.mark.parametrize("ids", [[1, 2, 1], [1, ""]])
def test_an_id_twice_or_missing_on_one_page_spoils_the_list(ids: list[object]) -> None:
    rows = [{"id": str(one)} for one in ids]
    with pytest.raises(ListingUnreadable):
        list(Walk(lambda _: rows, lambda row: str(row["id"]), 10))


def test_more_rows_than_asked_for_spoil_the_list() -> None:
    rows = [{"id": str(n)} for n in range(11)]
    with pytest.raises(ListingUnreadable):
        list(Walk(lambda _: rows, lambda row: str(row["id"]), 10))


@pytest.mark.parametrize(("length", "cap"), [(57, 20), (20, 20), (19, 20), (200, 20), (45, 44)])
def test_a_server_that_caps_the_page_does_not_look_like_a_short_list(length: int, cap: int) -> None:
    moving = MovingList(list(range(length)), cap=cap)
    assert walked(moving, 100) == [str(n) for n in range(length)]


def test_a_page_with_a_row_missing_does_not_look_like_the_end() -> None:
    class Hiccup(MovingList):
        def fetch(self, window: Window) -> list[Row]:
            rows = super().fetch(window)
            return rows[:-1] if len(self.asked) == 3 else rows

    assert walked(Hiccup(list(range(500))), 100) == [str(n) for n in range(500)]


def test_an_empty_page_does_not_look_like_the_end() -> None:
    class Hiccup(MovingList):
        def fetch(self, window: Window) -> list[Row]:
            rows = super().fetch(window)
            return [] if len(self.asked) in {1, 4} else rows

    found = walked(Hiccup(list(range(500))), 100)
    assert sorted(set(found), key=int) == [str(n) for n in range(500)]


def test_a_list_that_moves_faster_than_it_can_be_read_is_put_off() -> None:
    class Fleeing(MovingList):
        newest = 1000

        def before(self, window: Window) -> None:
            self.ids[:] = range(self.newest, self.newest + 500)
            self.newest += 500

    with pytest.raises(SystemAway, match="faster"):
        walked(Fleeing([]), 100)


def test_an_unreadable_list_is_both_unreadable_and_worth_a_later_try() -> None:
    assert issubclass(ListingUnreadable, ReplyUnreadable)
    assert issubclass(ListingUnreadable, RetryLater)
