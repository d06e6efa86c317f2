"""Setting up: a first configuration, and the database's version."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from commands.opened import ConfigOption
from config.loading import load
from config.template import TEMPLATE
from errors import ConfigInvalid
from store.engine import upgrade


def init(
    file: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("tdcd.toml"),
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
) -> None:
    """Write a commented configuration that works with the sandbox as it stands."""
    if file.exists() and not force:
        raise ConfigInvalid([f"{file} exists already (use --force to overwrite it)"], where="init")
    file.write_text(TEMPLATE, encoding="utf-8")
    typer.echo(f"Wrote {file}. Next: tdcd sandbox, then in another window tdcd doctor and tdcd run.")


def db_upgrade(config: ConfigOption = None) -> None:
    """Bring the ledger's database to this version; an SQLite file is copied aside first."""
    settings = load(config)
    before, after = upgrade(settings.ledger.url)
    typer.echo(f"Database version {after}." if before == after else f"Database upgraded: {before} → {after}.")
