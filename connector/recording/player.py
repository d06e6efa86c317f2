"""Answers from a recording, so that an installation can be looked at again where it is not."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import requests
from pydantic import SecretStr

from connector.deadline import WatchedAdapter
from connector.lines import through
from connector.opening import Access, open_connector
from connector.port import Connector
from connector.recording.files import Recording
from connector.recording.tape import Exchange, asked, rebuilt
from connector.redact import Redactor


class Player:
    """See `connector.lines.Line`. Each address gives its recorded answers in their order, then the last one again.

    The clock of the other side is as far from ours as it was. What was never asked raises a connection error.
    """

    def __init__(self, recording: Recording) -> None:
        self._answers: dict[tuple[str, str, str], deque[Exchange]] = {}
        for one in recording.exchanges:
            self._answers.setdefault((one.method, one.path, one.operation), deque()).append(one)

    def adapter(self, secrets: Redactor) -> WatchedAdapter:  # noqa: ARG002 - nothing goes out
        """An adapter that sends nothing."""
        return _PlayingAdapter(self)

    def answer(self, request: requests.PreparedRequest) -> Exchange:
        """The next recorded answer to a request. Raises requests.ConnectionError."""
        waiting = self._answers.get(asked(request))
        if not waiting:
            raise requests.ConnectionError("this was not recorded")
        return waiting.popleft() if len(waiting) > 1 else waiting[0]


class _PlayingAdapter(WatchedAdapter):
    def __init__(self, player: Player) -> None:
        super().__init__()
        self._player = player

    def send(self, request: requests.PreparedRequest, *_args: Any, **_further: Any) -> requests.Response:
        found = self._player.answer(request)
        headers = found.headers | {"content-length": str(len(found.body))}
        if found.ahead is not None:
            headers["date"] = format_datetime(datetime.now(UTC) + timedelta(seconds=found.ahead), usegmt=True)
        return self.build_response(request, rebuilt(found.status, headers, found.body))


def open_recording(recording: Recording, site: str = "recording", **further: Any) -> Connector:
    """The connector of a recording, with nothing behind it but its answers. `further` as for `open_connector`."""
    with through(Player(recording)):
        return open_connector(
            recording.connector,
            site,
            f"http://localhost{recording.path}",
            recording.username,
            SecretStr("not needed"),
            **{"access": Access(tries=1, rate_per_second=10_000)} | further,
        )
