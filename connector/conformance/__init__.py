"""The conformance suite, installed with the program, so that a connector in another package can pass it too.

    from connector.conformance import Arena, ConnectorConformance

    class TestMine(ConnectorConformance):
        @pytest.fixture
        def arena(self) -> Arena: ...

This package alone imports pytest (`pip install "tdcd-sync[conformance]"`); nothing of the product imports it.
See docs/new-connector.md.
"""

import pytest

# Asserts tell what they saw only in modules that pytest has rewritten, and those are found in test files alone.
pytest.register_assert_rewrite(
    "connector.conformance.declaring",
    "connector.conformance.ground",
    "connector.conformance.reading",
    "connector.conformance.suite",
    "connector.conformance.writing",
)

from connector.conformance.arena import Arena, GivenJobs  # noqa: E402 - after the order above
from connector.conformance.declaring import GivesRows, SendsWebhooks, TakesBack  # noqa: E402
from connector.conformance.ground import Memory  # noqa: E402
from connector.conformance.suite import ConnectorConformance  # noqa: E402

__all__ = [
    "Arena",
    "ConnectorConformance",
    "GivenJobs",
    "GivesRows",
    "Memory",
    "SendsWebhooks",
    "TakesBack",
]
