"""What the ledger proves: checked, signed, and handed out."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated, Any

import typer

from commands.looking import moment_of
from commands.opened import ConfigOption, opened_ledger
from commands.show import JSON_OPTION, err, print_json, progress
from config.profile_files import load_calendar, load_profiles
from store.evidence import EvidenceFiles
from store.keys import known_keys
from sync.opening import wall_clock
from sync.proof_bundle import Rules, prove_task
from sync.proofs import close_ledger, notary_of, rebaseline, renew_key, verify_with_checkpoints


def verify(config: ConfigOption = None, as_json: bool = JSON_OPTION) -> None:
    """Hash every entry again, compare with every signed checkpoint, and name the first that does not fit."""
    with opened_ledger(config) as (settings, store), progress("Verifying"):
        report = verify_with_checkpoints(notary_of(settings, store))
    answer: dict[str, Any] = {
        "ok": report.ok,
        "entries": report.size,
        "root": report.root,
        "first_bad": report.first_bad_seq,
        "sentence": report.sentence,
    }
    if as_json:
        print_json(answer)
    else:
        (typer.echo if report.ok else err().print)(report.sentence)
    if not report.ok:
        raise typer.Exit(6)


def checkpoint(
    config: ConfigOption = None,
    new_key: Annotated[bool, typer.Option("--new-key", help="Begin to sign with a new key.")] = False,
    as_json: bool = JSON_OPTION,
) -> None:
    """Sign the ledger as it stands, give the witness a copy, and print the note and the public key."""
    with opened_ledger(config) as (settings, store):
        notary = notary_of(settings, store)
        if new_key:
            renew_key(notary)
        kept = close_ledger(notary, wall_clock())
        key = str(known_keys(notary.key_file)[-1])
    if as_json:
        print_json({"size": kept.size, "root": kept.root.hex(), "note": kept.note, "key": key})
        return
    typer.echo(kept.note, nl=False)
    typer.echo(f"\nKhóa công khai / public key: {key}")


def prove(
    task: Annotated[str, typer.Argument(help="Tracking code, for example TD-7K3M9Q2XWB.")],
    out: Annotated[Path | None, typer.Option(help="New folder; default <TASK>-proof in this one.")] = None,
    at: Annotated[str, typer.Option(help="State as of this time (ISO, local); default now.")] = "",
    with_files: Annotated[bool, typer.Option("--with-files", help="Put the evidence files in.")] = False,
    config: ConfigOption = None,
    as_json: bool = JSON_OPTION,
) -> None:
    """Write an offline proof of one task: anyone with Python can check it, without tdcd."""
    with opened_ledger(config) as (settings, store), progress("Proving"):
        rules = Rules(
            load_profiles(settings.profiles_dir), load_calendar(), EvidenceFiles(settings.ledger.evidence)
        )
        bundle = prove_task(
            notary_of(settings, store),
            rules,
            task,
            out or Path(f"{task}-proof"),
            at=moment_of(at),
            now=wall_clock(),
            with_files=with_files,
        )
    if as_json:
        print_json(bundle)
        return
    typer.echo(f"{bundle.folder}: {bundle.sentence}.")
    typer.echo(f"Check it anywhere: python3 {bundle.folder / 'verify.py'} --key {bundle.key}")


def accept(
    reason: Annotated[str, typer.Option(help="Why this ledger shall go on; it is kept in the ledger.")],
    by: Annotated[str, typer.Option(help="Who decided it; default the user of this machine.")] = "",
    config: ConfigOption = None,
    as_json: bool = JSON_OPTION,
) -> None:
    """Go on with this ledger although the witness remembers another one (a restored copy)."""
    with opened_ledger(config) as (settings, store):
        sites = [site.name for site in settings.site]
        who = by or getpass.getuser()
        kept = rebaseline(notary_of(settings, store), sites, reason, who, wall_clock())
    if as_json:
        print_json({"size": kept.size, "root": kept.root.hex(), "by": who, "sites": sites})
        return
    typer.echo(f"Accepted by {who}; signed at {kept.size} entries. Each site is read again in full.")
