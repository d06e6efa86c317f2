"""The iOffice connector against a sandbox server; nothing beyond the common suite is looked at here."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.conformance.sandbox_arena import SandboxArena, sandboxes
from tests.conformance.suite import ConnectorConformance
from tests.sandbox_process import SandboxHandle


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], SandboxHandle]]:
    with sandboxes(tmp_path_factory) as fresh:
        yield fresh


class TestIOffice(ConnectorConformance):
    """`ioffice` at the sandbox."""

    @pytest.fixture
    def arena(self, fresh: Callable[[], SandboxHandle]) -> Iterator[SandboxArena]:
        arena = SandboxArena(fresh())
        yield arena
        arena.connector.close()
