"""The axis connector against the sandbox's axis, on both ways that lead there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.conformance.axis_arena import AxisArena
from tests.conformance.sandbox_arena import sandboxes
from tests.conformance.suite import ConnectorConformance
from tests.sandbox_process import SandboxHandle


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], SandboxHandle]]:
    with sandboxes(tmp_path_factory) as fresh:
        yield fresh


class TestAxis(ConnectorConformance):
    """`axis` at the sandbox's axis."""

    @pytest.fixture
    def arena(self, fresh: Callable[[], SandboxHandle]) -> Iterator[AxisArena]:
        arena = AxisArena(fresh())
        yield arena
        arena.connector.close()


class TestAxisThroughAGateway(ConnectorConformance):
    """`axis-lgsp` at the sandbox's gateway to the axis."""

    @pytest.fixture
    def arena(self, fresh: Callable[[], SandboxHandle]) -> Iterator[AxisArena]:
        arena = AxisArena(fresh(), "lgsp")
        yield arena
        arena.connector.close()
