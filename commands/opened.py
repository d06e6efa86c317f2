"""Opening configuration, ledger and site for one command, and closing them again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from config.settings import Settings
    from store.engine import Store

ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="Configuration file; default tdcd.toml in this folder.")
]
SiteOption = Annotated[str | None, typer.Option("--site", help="Name of the site, when there are several.")]


@contextmanager
def opened_ledger(config: Path | None) -> Iterator[tuple[Settings, Store]]:
    """Settings and ledger. Imported when they are opened: the dry-run tools seldom do."""
    from config.loading import load
    from sync.logs import configure_logs
    from sync.opening import open_ledger

    settings = load(config)
    configure_logs(settings.log)
    store = open_ledger(settings)
    try:
        yield settings, store
    finally:
        store.close()
