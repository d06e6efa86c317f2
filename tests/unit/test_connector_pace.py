"""Spacing of requests, `Retry-After`, and the cleaning of sentences."""

from __future__ import annotations

import itertools
import threading
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.errors import SystemAway
from connector.pace import Pace, http_date, retry_after
from connector.redact import Redactor

NOW = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


@given(
    rate=st.integers(1, 50),
    pauses=st.lists(st.floats(0, 2, allow_nan=False), min_size=2, max_size=60),
)
def test_no_window_of_a_second_has_more_than_the_rate(rate: int, pauses: list[float]) -> None:
    clock = Clock()
    pace = Pace(rate, clock=clock, sleep=clock.sleep)
    sent = []
    for pause in pauses:
        clock.seconds += pause
        pace.take()
        sent.append(clock.seconds)
    for first, beyond in zip(sent, sent[rate:], strict=False):
        assert beyond - first >= 1 - 1e-9


def test_an_idle_pace_lets_the_first_request_go_at_once() -> None:
    clock = Clock()
    pace = Pace(8, clock=clock, sleep=clock.sleep)
    clock.seconds = 100
    pace.take()
    assert clock.seconds == 100
    pace.take()
    assert clock.seconds == 100.125


def test_a_shorter_rest_never_shortens_a_longer_one() -> None:
    clock = Clock()
    pace = Pace(8, patience=10, clock=clock, sleep=clock.sleep)
    pace.rest(600)
    pace.rest(1)
    with pytest.raises(SystemAway) as caught:
        pace.take()
    assert caught.value.after == 600
    clock.seconds = 595
    pace.take()
    assert clock.seconds == 600


def test_workers_share_one_pace() -> None:
    clock = Clock()
    slept: list[float] = []
    pace = Pace(10, clock=clock, sleep=slept.append)
    workers = [threading.Thread(target=pace.take) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted([0.0, *slept]) == pytest.approx([n / 10 for n in range(8)])


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("600", 600),
        (" 7 ", 7),
        ("0", 0),
        ("99999999999999999999", 3600),
        ("Mon, 16 Nov 2026 01:02:00 GMT", 120),
        ("Mon, 16 Nov 2026 00:00:00 GMT", 0),
        ("Mon, 16 Nov 2099 00:00:00 GMT", 3600),
        (None, None),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("nan", None),
        ("soon", None),
        ("٣٠", None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, None, NOW) == seconds


def test_a_date_is_measured_against_the_servers_clock() -> None:
    server = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)
    assert retry_after("Mon, 16 Nov 2026 02:00:30 GMT", server, NOW) == 30


@given(st.text())
def test_no_header_can_raise(text: str) -> None:
    http_date(text)
    seconds = retry_after(text, None, NOW)
    assert seconds is None or 0 <= seconds <= 3600


@pytest.mark.covers("M44")
def test_secrets_are_hidden_in_every_form_they_may_be_echoed() -> None:
    secret = 'p"ss&wörd/ế'
    redactor = Redactor()
    redactor.hide(secret)
    forms = [secret, "p%22ss%26w%C3%B6rd%2F%E1%BA%BF", "p&quot;ss&amp;wörd/ế", 'p\\"ss&w\\u00f6rd/\\u1ebf']
    for form in forms:
        assert redactor.clean(f"you sent {form}!") == "you sent •••!"


def test_a_longer_secret_is_hidden_before_a_shorter_one_inside_it() -> None:
    redactor = Redactor()
    redactor.hide("abcd", "abcdefgh")
    assert redactor.clean("abcdefgh") == "•••"


@pytest.mark.covers("M34")
def test_control_characters_and_length_cannot_reach_a_log() -> None:
    shown = Redactor().clean("a\x1b[31mred\r\nGET /\u202e\x00" + "x" * 10_000)
    assert len(shown) == 512
    assert not any(ord(letter) < 32 for letter in shown)
    assert "\u202e" not in shown


def test_empty_and_tiny_secrets_do_not_garble_texts() -> None:
    redactor = Redactor()
    redactor.hide("", "a", "abc")
    assert redactor.clean("abc and a") == "abc and a"


def test_spacing_is_even() -> None:
    clock = Clock()
    pace = Pace(4, clock=clock, sleep=clock.sleep)
    times = []
    for _ in range(5):
        pace.take()
        times.append(clock.seconds)
    assert [b - a for a, b in itertools.pairwise(times)] == [0.25] * 4
