"""Setting up: a first configuration, a look at the installation, and the database's version."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from commands.opened import ConfigOption, SiteOption
from commands.show import JSON_OPTION, print_json, print_pairs, print_table, progress
from config.loading import load, site_of
from config.profile_files import load_profile
from config.template import TEMPLATE
from errors import ConfigInvalid
from store.engine import upgrade
from sync.opening import connect, open_ledger


def init(
    file: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("tdcd.toml"),
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
) -> None:
    """Write a commented configuration that works with the sandbox as it stands."""
    if file.exists() and not force:
        raise ConfigInvalid([f"{file} exists already (use --force to overwrite it)"], where="init")
    file.write_text(TEMPLATE, encoding="utf-8")
    typer.echo(f"Wrote {file}. Next: tdcd sandbox, then in another window tdcd doctor and tdcd run.")


def doctor(config: ConfigOption = None, site: SiteOption = None, as_json: bool = JSON_OPTION) -> None:
    """Look at the configuration, the ledger and the document system; change nothing in it."""
    settings = load(config)
    chosen = site_of(settings, site)
    profile = load_profile(chosen.profile, settings.profiles_dir)
    store = open_ledger(settings)
    try:
        ledger = store.describe()
    finally:
        store.close()
    connector = connect(chosen)
    try:
        with progress(f"Looking at {chosen.url}"):
            probe = connector.probe()
        capabilities = sorted(connector.capabilities)
    finally:
        connector.close()
    codes = {
        code for name, codes in chosen.actions.model_dump().items() if name in _STATUS_KEYS for code in codes
    }
    answer: dict[str, Any] = {
        "site": chosen.name,
        "ledger": ledger,
        "profile": f"{profile.id} {profile.version}",
        "capabilities": capabilities,
        **asdict(probe),
        "codes_not_in_site_list": sorted(codes - set(probe.statuses)),
        "texts_not_in_site_list": sorted(profile.texts() - set(probe.statuses.values())),
    }
    if as_json:
        print_json(answer)
        return
    print_pairs(
        f"Site {chosen.name}",
        {k: v for k, v in answer.items() if k not in {"statuses", "evaluations", "site"}},
    )
    for title in ("statuses", "evaluations"):
        print_table(title, [{"code": code, "name": name} for code, name in answer[title].items()])


def db_upgrade(config: ConfigOption = None) -> None:
    """Bring the ledger's database to this version; an SQLite file is copied aside first."""
    settings = load(config)
    before, after = upgrade(settings.ledger.url)
    typer.echo(f"Database version {after}." if before == after else f"Database upgraded: {before} → {after}.")


_STATUS_KEYS = frozenset(
    {
        "received",
        "progress",
        "submitted",
        "extension_asked",
        "returned",
        "difficulty",
        "explanation",
        "displayed",
    }
)
