"""The SOAP connector against a sandbox server, in both versions and both ways of signing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.conformance.sandbox_arena import sandboxes
from tests.conformance.soap_arena import SoapArena
from tests.conformance.suite import ConnectorConformance
from tests.sandbox_process import SandboxHandle


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], SandboxHandle]]:
    with sandboxes(tmp_path_factory) as fresh:
        yield fresh


class TestSoap11WithDigest(ConnectorConformance):
    """`soap` at the sandbox's service: SOAP 1.1, the password as a digest."""

    @pytest.fixture
    def arena(self, fresh: Callable[[], SandboxHandle]) -> Iterator[SoapArena]:
        arena = SoapArena(fresh())
        yield arena
        arena.connector.close()


class TestSoap12WithPlainPassword(ConnectorConformance):
    """`soap12-plain` at the sandbox's service: SOAP 1.2, the password as it is."""

    @pytest.fixture
    def arena(self, fresh: Callable[[], SandboxHandle]) -> Iterator[SoapArena]:
        arena = SoapArena(fresh(), version="1.2", security="plain")
        yield arena
        arena.connector.close()
