"""Since when directives count as issued lately. Excludes what is told about them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import cast

import pytest

from config.settings import LintSettings
from sync.lint_directive import linted_since
from sync.site import Site


@pytest.mark.parametrize(
    ("days", "since"),
    [(0, date(2026, 11, 22)), (30, date(2026, 10, 23)), (739941, date.min), (10**9, date.min)],
)
def test_however_long_ago_a_site_calls_lately(days: int, since: date) -> None:
    now = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)  # half past midnight in Hà Nội
    settings = SimpleNamespace(lint=LintSettings(recent_days=days))
    assert linted_since(cast("Site", SimpleNamespace(settings=settings, now=lambda: now))) == since
