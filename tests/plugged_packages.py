"""Packages with connectors, put beside the installed ones."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

GOOD = """
from connector.memory import MemoryConnector, MemorySystem
def open_it(site, url, username, password, **further):
    return MemoryConnector(MemorySystem({}, {}), site)
"""


class Packages:
    """Puts packages beside the installed ones, as an installer leaves them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def install(self, name: str, word: str, source: str, target: str = "open_it") -> None:
        module = name.replace("-", "_")
        (self.folder / f"{module}.py").write_text(source, encoding="utf-8")
        info = self.folder / f"{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8"
        )
        (info / "entry_points.txt").write_text(
            f"[tdcd.connectors]\n{word} = {module}:{target}\n", encoding="utf-8"
        )


@contextmanager
def packages_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Packages]:
    """A folder on the path for packages whose names begin with `plug`; they are forgotten afterwards."""
    monkeypatch.syspath_prepend(folder)
    yield Packages(folder)
    for name in [name for name in sys.modules if name.startswith("plug_")]:
        del sys.modules[name]
