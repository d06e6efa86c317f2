"""Start and end the server: as a process of its own, or in a thread of a test."""

from __future__ import annotations

import contextlib
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from types import FrameType

from sandbox.app import Sandbox, make_app
from sandbox.axis.address import axis_addresses
from sandbox.axis.orders import order_addresses
from sandbox.axis.post import Post
from sandbox.clock import Clock
from sandbox.control import control_addresses
from sandbox.dataset import Dataset
from sandbox.page import page_addresses
from sandbox.people import everybody
from sandbox.province_api.address import province_api_addresses
from sandbox.session import Sessions
from sandbox.settings import Settings
from sandbox.state import State
from sandbox.webhooks import Subscription, Webhooks
from sandbox.wire import QuietServer, make_server

#: The last day for which the province knows when people are at work.
LAST_DAY = date(2027, 12, 31)


def build_dataset(name: str, today: date) -> Dataset:
    """The made-up province as it stands on `today`, or a handful of units for quick tests."""
    # Imported here: building the province loads writers of office files that a restart does not need.
    if name == "small":
        from sandbox.small import small_dataset

        return small_dataset()
    from sandbox.province import build

    return build(today=min(today, LAST_DAY))


def open_state(settings: Settings) -> State:
    """The database of `settings.data`, built on the first start and after `fresh`."""
    if settings.fresh and settings.data.exists():
        for old in settings.data.glob("sandbox.db*"):
            old.unlink()
    settings.data.mkdir(parents=True, exist_ok=True)
    state = State(settings.data / "sandbox.db")
    if state.empty:
        begins = settings.now or Clock(0).now()
        state.create(build_dataset(settings.dataset, begins.date()))
    return state


def open_sandbox(settings: Settings) -> Sandbox:
    """State, clock, sessions and webhooks together; nothing is listening yet."""
    state = open_state(settings)
    clock = Clock(float(state.recall("clock_offset", "0")))
    if settings.now is not None:
        clock.set(settings.now)
        state.remember("clock_offset", str(clock.offset_seconds))
    webhooks = Webhooks(clock.now)
    if settings.webhook_url:
        webhooks.subscribe(Subscription(settings.webhook_url, settings.webhook_secret))
    webhooks.start()
    sessions = Sessions(state, clock, settings.session_minutes, settings.sessions_per_user)
    return Sandbox(state, clock, sessions, webhooks)


@dataclass(slots=True)
class Listening:
    """A server with its socket already open: calls wait from this moment on."""

    sandbox: Sandbox
    server: QuietServer
    socket: socket.socket

    @property
    def url(self) -> str:
        """Where it answers."""
        host, port = self.socket.getsockname()[:2]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"

    def run(self) -> None:
        """Serve until asked to end."""
        self.server.run(sockets=[self.socket])

    def end(self) -> None:
        """Close what outlives the server."""
        self.socket.close()
        self.sandbox.webhooks.close()
        self.sandbox.state.close()


def listen(settings: Settings) -> Listening:
    """Open the port first, so that a taken one is told before data is built. Raises OSError."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    opened = socket.create_server((settings.host, settings.port), family=family, backlog=256)
    try:
        sandbox = open_sandbox(settings)
    except BaseException:
        opened.close()
        raise
    post = Post(sandbox.state)
    axis = [*order_addresses(sandbox, post), *axis_addresses(sandbox, post)]
    further = [*axis, *province_api_addresses(sandbox)]
    app = make_app(sandbox, [*page_addresses(sandbox), *control_addresses(sandbox), *further])
    return Listening(sandbox, make_server(app), opened)


def serve(settings: Settings) -> int:
    """Run as a process until SIGTERM or SIGINT; the exit code."""
    try:
        listening = listen(settings)
    except (OSError, ValueError) as problem:
        sys.stderr.write(f"Sandbox cannot start: {problem}\n")
        return 1

    def stop(_: int, __: FrameType | None) -> None:
        listening.server.should_exit = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    port = listening.socket.getsockname()[1]
    (settings.data / "port").write_text(f"{port}\n", encoding="ascii")
    sys.stdout.write(f"Sandbox: {listening.url}  (data {settings.data})\n{_hint(listening.sandbox)}\n")
    sys.stdout.flush()
    listening.run()
    listening.end()
    return 0


def _hint(sandbox: Sandbox) -> str:
    """A few log-ins to begin with: the service account, and leaders of the Office and of a unit."""
    state = sandbox.state
    people = [person for person in everybody(state) if not person["locked"]]
    service = [person for person in people if person["service"]]
    leading = [p for p in people if p["postings"][0]["role"] == "leader"]
    office = [p for p in leading if p["postings"][0]["in_office"]][:1]
    above = state.office | state.head_units
    others = [p for p in leading if p["postings"][0]["unit_id"] not in above][:1]
    shown = [
        f"{person['username']} / {person['password']}  ({person['postings'][0]['unit_name']})"
        for person in service + office + others
    ]
    return "Tài khoản thử: " + "; ".join(shown)


@contextlib.contextmanager
def serving(settings: Settings) -> Iterator[Listening]:
    """A server in a thread of this process, ended at the end of the block."""
    listening = listen(settings)
    thread = threading.Thread(target=listening.run, name="sandbox", daemon=True)
    thread.start()
    try:
        while not listening.server.started and thread.is_alive():
            time.sleep(0.005)
        yield listening
    finally:
        listening.server.should_exit = True
        thread.join(timeout=5)
        listening.end()
