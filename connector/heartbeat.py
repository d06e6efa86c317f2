"""A sign of life for a service elsewhere that raises an alarm when none comes (a dead man's switch)."""

from __future__ import annotations

import requests

from connector.deadline import Deadline, WatchedAdapter

SECONDS = 10.0


def send_heartbeat(url: str, seconds: float = SECONDS) -> str:
    """Ask for `url`; gives why it was not taken, or nothing when it was. Never raises, never repeats.

    Neither the address (it may hold a key) nor the answer is told; redirects are not followed.
    """
    adapter = WatchedAdapter()
    with requests.Session() as session:
        session.mount("http://", adapter)
        session.mount("https://", adapter)
        try:
            with (
                Deadline(seconds, adapter),
                session.get(url, timeout=seconds, allow_redirects=False, stream=True) as answer,
            ):
                return "" if answer.status_code < 300 else f"answer {answer.status_code}"
        except (requests.RequestException, OSError, ValueError) as error:
            return type(error).__name__
