"""The iOffice connector against a sandbox server; nothing beyond the common suite is looked at here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.sandbox_arena import SandboxArena
from tests.conformance.suite import ConnectorConformance
from tests.sandbox_process import sandbox_in_thread


class TestIOffice(ConnectorConformance):
    @pytest.fixture
    def arena(self, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxArena]:
        folder: Path = tmp_path_factory.mktemp("sandbox")
        with sandbox_in_thread(folder) as sandbox:
            arena = SandboxArena(sandbox)
            yield arena
            arena.connector.close()
