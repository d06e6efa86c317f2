"""Copies of the ledger with its evidence, and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from commands.opened import ConfigOption, opened_ledger
from commands.show import JSON_OPTION, err, print_json, print_pairs, progress
from config.loading import load
from errors import ConfigInvalid
from store.backup import backups
from store.restore import Checked, check_backup, restore_backup
from sync.backing_up import back_up
from sync.opening import wall_clock


def backup(
    to: Annotated[
        Path | None, typer.Option("--to", help="Folder of the copies; default [backup] dir.")
    ] = None,
    config: ConfigOption = None,
    as_json: bool = JSON_OPTION,
) -> None:
    """Copy ledger and evidence beside a running service, restore the copy for trial, and keep both on record."""
    with opened_ledger(config) as (settings, store), progress("Copying"):
        folder, _manifest, checked = back_up(settings, store, wall_clock(), into=to)
    _tell("Backup", folder, checked, as_json)


def restore(
    source: Annotated[
        Path, typer.Option("--from", help="A backup, or the folder of them: then the newest one.")
    ],
    verify: Annotated[
        bool, typer.Option("--verify", help="Only restore it for trial; change nothing.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Move a SQLite file that holds data aside instead of refusing.")
    ] = False,
    config: ConfigOption = None,
    as_json: bool = JSON_OPTION,
) -> None:
    """Check a backup completely, then put it in the place of an empty store. Exit code 6: it is damaged.

    Afterwards every write is looked for in the document system before it is made. With a
    witness folder, `tdcd ledger rebaseline` says that the older ledger is meant.
    """
    folder = _newest(source)
    settings = load(config)
    with progress("Checking"):
        ledger = settings.ledger
        checked = (
            check_backup(folder)
            if verify
            else restore_backup(folder, ledger.url, ledger.evidence, wall_clock(), force=force)
        )
    _tell("Trial" if verify else "Restored", folder, checked, as_json)


def _newest(source: Path) -> Path:
    found = [source] if (source / "manifest.json").is_file() else backups(source)
    if not found:
        raise ConfigInvalid(["there is no backup here: manifest.json is missing"], where=str(source))
    return found[-1]


def _tell(title: str, folder: Path, checked: Checked, as_json: bool) -> None:
    manifest = checked.manifest
    answer: dict[str, Any] = {
        "ok": checked.ok,
        "folder": folder,
        "made_at": manifest.made_at if manifest else None,
        "entries": manifest.entries if manifest else None,
        "root": manifest.root if manifest else None,
        "evidence_files": len(manifest.evidence) if manifest else None,
        "problems": checked.problems,
    }
    if as_json:
        print_json(answer)
    elif checked.ok:
        print_pairs(title, {name: value for name, value in answer.items() if name not in {"ok", "problems"}})
    else:
        for problem in checked.problems:
            err().print(problem, markup=False)
    if not checked.ok:
        raise typer.Exit(6)
