"""Which rows of the product's own pages a test shows. pytest is told nothing, so no marker has to be registered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Test = TypeVar("Test", bound=Callable[..., None])


def shows(*ids: str) -> Callable[[Test], Test]:
    """Names requirement rows (LC-02) and faults (F04); they are read from the source, not at run time."""
    assert ids

    def unchanged(test: Test) -> Test:
        return test

    return unchanged
