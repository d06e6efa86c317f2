"""The twin in memory keeps what every connector owes; nothing else is looked at here."""

from __future__ import annotations

import pytest

from tests.conformance.memory_arena import MemoryArena
from tests.conformance.suite import ConnectorConformance


class TestMemory(ConnectorConformance):
    """`memory`."""

    @pytest.fixture
    def arena(self) -> MemoryArena:
        return MemoryArena()
