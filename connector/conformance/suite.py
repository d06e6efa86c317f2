"""What every connector owes the engine, as one class of tests.

A connector passes by a subclass with one fixture, `arena`: a connector with a way
to make things happen on the other side. Included: reading, cost, writing, lost
replies, clock, identity, files. Excluded: how one dialect looks (unit tests).
"""

from __future__ import annotations

from pathlib import Path

from connector.conformance.arena import Arena
from connector.conformance.declaring import shown
from connector.conformance.reading import ReadingConformance
from connector.conformance.writing import WritingConformance


class ConnectorConformance(ReadingConformance, WritingConformance):
    """Subclass it with a fixture `arena`."""

    def test_what_is_declared_is_what_is_shown(self, arena: Arena, tmp_path: Path) -> None:
        assert shown(arena, tmp_path) == arena.connector.capabilities
