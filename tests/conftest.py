"""Shared by all tests: the fixtures of the store, and a closed network.

Everything talks to loopback only; a test that would reach another host fails.
"""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import settings

from tests.in_memory import keep_compiled, use_memory
from tests.postgres_server import Server
from tests.simulation.summary import Summary

use_memory()
keep_compiled()

# How long a draw takes says how busy the machine is, not whether the code is right.
settings.register_profile("tdcd", deadline=None)
settings.load_profile("tdcd")

pytest_plugins = ["tests.store_fixtures"]

_LOOPBACK = ("127.", "::1", "localhost")

#: What takes longest begins first, so that no worker is left with it at the end.
_LONGEST = (
    "test_engine_crashes.py",
    "test_three_sites_killed.py",
    "test_process_killed.py",
    "test_process_surroundings.py",
    "test_new_connector_page.py",
    "simulation/",
    "test_demo.py",
    "test_beside_the_sandbox.py",
    "test_cli_orders.py",
    "test_store_machines.py",
    "machine/",
    "flow/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, the rest in its own order."""
    items.sort(key=lambda item: next((n for n, part in enumerate(_LONGEST) if part in item.nodeid), 99))


def pytest_configure(config: pytest.Config) -> None:
    """Chunks of the simulation are added up where the reports come together."""
    config.pluginmanager.register(Summary())


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of whoever runs the tests must not reach them."""
    for name in list(os.environ):
        if name.startswith("TDCD_"):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _plain_logs() -> Iterator[None]:
    """A command that ran in this process must not set up the logs of the next test.

    The library's own form of a traceback, with every local variable drawn in boxes, takes seconds.
    """
    _usual_logs()
    yield
    structlog.reset_defaults()


def _usual_logs() -> None:
    usual = structlog.get_config()["processors"]
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    if isinstance(usual[-1], structlog.dev.ConsoleRenderer):
        structlog.configure(processors=[*usual[:-1], plain])


@pytest.fixture
def postgres_url(postgres_server: Server) -> Iterator[str]:
    """A PostgreSQL database with nothing in it, whatever the default of the store's tests."""
    name = f"tdcd_{uuid.uuid4().hex}"
    yield postgres_server.create(name)
    postgres_server.drop(name)


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse connections that leave this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not str(address[0]).startswith(_LOOPBACK):
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
