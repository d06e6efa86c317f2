"""How this program names itself to document systems."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache
def user_agent() -> str:
    """`tdcd/<version>`; the version is 0 where the program runs without being installed."""
    try:
        return f"tdcd/{version('tdcd-sync')}"
    except PackageNotFoundError:
        return "tdcd/0"
