"""The end of a test session that played seeds: one line, and a failure when too little was reached.

Chunks of seeds are tests of their own, so that several workers share them. Each leaves its sums among the
properties of its report, and whoever collects the reports adds them up: the same sums however the chunks
were shared.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from tests.simulation.tally import ENOUGH, Tally

PROPERTY: Final = "simulation"


@dataclass(slots=True)
class Summary:
    """Hooks of a plugin; it is asked in the process that collects the reports."""

    tally: Tally = field(default_factory=Tally)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add what a chunk played."""
        if report.when == "call":
            for name, value in report.user_properties:
                if name == PROPERTY:
                    self.tally.merge(Tally.from_plain(_plain(value)))

    @property
    def short_of(self) -> list[str]:
        """What was reached too seldom; nothing when only a part of the seeds was asked for."""
        return self.tally.short_of() if self.tally.seeds >= ENOUGH else []

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A run that reached too little has shown nothing."""
        if self.short_of and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """The one line."""
        if not self.tally.seeds:
            return
        for one in self.short_of:
            terminalreporter.write_line(f"simulation reached too seldom: {one}", red=True)
        terminalreporter.write_line(self.tally.line())


def _plain(value: object) -> dict[str, Any]:
    assert isinstance(value, dict)
    return value
