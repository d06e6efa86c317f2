"""How this program names itself to document systems."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Final


def _installed() -> str:
    try:
        return version("tdcd-sync")
    except PackageNotFoundError:
        return "0"


USER_AGENT: Final = f"tdcd/{_installed()}"
