"""What every connector owes the engine, as one class of tests.

A connector passes by a subclass with one fixture, `arena`: a connector with a way
to make things happen on the other side. Included: reading, cost, writing, lost
replies, clock, identity, files. Excluded: how one dialect looks (unit tests).
"""

from __future__ import annotations

from connector.conformance.reading import ReadingConformance
from connector.conformance.writing import WritingConformance


class ConnectorConformance(ReadingConformance, WritingConformance):
    """Subclass it with a fixture `arena`."""
