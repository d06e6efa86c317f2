"""The province API connector against a sandbox server, alone and with work items over REST beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.conformance.province_api_arena import IncomingArena, ProvinceApiArena, TwoWaysArena
from tests.conformance.sandbox_arena import sandboxes
from tests.conformance.suite import ConnectorConformance
from tests.sandbox_process import SandboxHandle


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], SandboxHandle]]:
    with sandboxes(tmp_path_factory) as fresh:
        yield fresh


class TestProvinceApi(ConnectorConformance):
    @pytest.fixture
    def arena(self, fresh: Callable[[], SandboxHandle]) -> Iterator[ProvinceApiArena]:
        arena = ProvinceApiArena(fresh())
        yield arena
        arena.connector.close()


class TestProvinceApiIncoming(ConnectorConformance):
    @pytest.fixture
    def arena(self, fresh: Callable[[], SandboxHandle]) -> Iterator[IncomingArena]:
        arena = IncomingArena(fresh())
        yield arena
        arena.connector.close()


class TestProvinceApiWithWorkOverRest(ConnectorConformance):
    @pytest.fixture
    def arena(self, fresh: Callable[[], SandboxHandle]) -> Iterator[TwoWaysArena]:
        arena = TwoWaysArena(fresh())
        yield arena
        arena.connector.close()
