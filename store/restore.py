"""From a backup back to a store: checked on a copy first, and never over something that holds data.

The check is the drill: the ledger is restored into a scratch folder, brought to this
program's schema, its pages and all its entries are looked through, and every evidence file
is hashed. What passes is put in place under a new name and renamed.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
from sqlalchemy import update

from errors import ConfigInvalid, StopService, TdcdError
from store.backup import (
    EVIDENCE_FOLDER,
    LEDGER_FILE,
    GoOn,
    Manifest,
    copy_rows,
    disk_errors,
    go_on_always,
    hash_of,
    read_manifest,
    single_file,
    to_disk,
)
from store.dialects import WRITING, engine_for, file_of, parsed, sqlite_module
from store.engine import Store, open_store, upgrade
from store.evidence import EvidenceFiles
from store.ledger import Entry
from store.places import Places
from store.tables import table_of
from store.tables_control import LeaseRow
from store.verify import verify_ledger

#: Under which the service itself stands beside the sites: its own facts and entries.
OWN = "tdcd"
RESTORED = "restored"

LEASE = table_of(LeaseRow)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a trial of a backup found; `problems` is empty when it may be relied on."""

    folder: Path
    manifest: Manifest | None
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether the backup may be relied on."""
        return not self.problems


def check_backup(folder: Path, scratch: Path | None = None, *, go_on: GoOn = go_on_always) -> Checked:
    """Restore a backup for trial and look at everything in it; the trial is removed again.

    `scratch` is where the copy goes (the system's temporary folder by default). Raises nothing
    that the backup itself is to blame for: that stands in `problems`, one sentence each.
    """
    with trial_of(folder, scratch, go_on) as (checked, _trial):
        return checked


@contextmanager
def trial_of(folder: Path, scratch: Path | None, go_on: GoOn) -> Iterator[tuple[Checked, Path]]:
    """The same, and the restored ledger as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix=".tdcd-trial-", dir=scratch) as name:
        trial = Path(name) / LEDGER_FILE
        try:
            manifest = read_manifest(folder)
        except ConfigInvalid as error:
            yield Checked(folder, None, error.problems), trial
            return
        problems = [*_ledger_problems(folder, manifest, trial), *_evidence_problems(folder, manifest, go_on)]
        yield Checked(folder, manifest, tuple(problems)), trial


def restore_backup(
    folder: Path, url: str, evidence: Path, now: datetime, *, force: bool = False, go_on: GoOn = go_on_always
) -> Checked:
    """Put a backup in the place of a store that is empty or not there; a damaged one changes nothing.

    With `force` a SQLite file that holds data is moved aside, never removed. Afterwards leases
    have no owner and newer tokens, and the store remembers that it was restored, so that every
    write is looked for in the document system before it is made (`sync/lost_ledger.py`).
    ConfigInvalid: there is something already. StopService: a service is working on the store.
    """
    file = file_of(parsed(url))
    _refuse_if_used(url, file, now, force=force)
    beside = file.parent if file is not None else None
    if beside is not None:
        beside.mkdir(parents=True, exist_ok=True)
    with disk_errors(), trial_of(folder, beside, go_on) as (checked, trial):
        if checked.problems or checked.manifest is None:
            return checked
        _restore_evidence(folder, checked.manifest, EvidenceFiles(evidence), go_on)
        _mark(trial, checked.manifest, now)
        if file is not None:
            _put_in_place(trial, file, now)
        else:
            _load_server(trial, url, go_on)
    return checked


def _ledger_problems(folder: Path, manifest: Manifest, trial: Path) -> Iterator[str]:
    source = folder / LEDGER_FILE
    if not source.is_file() or hash_of(source) != manifest.ledger_sha256:
        yield f"{LEDGER_FILE} is missing or was changed: its hash is not that of the manifest."
        return
    shutil.copyfile(source, trial)
    try:
        upgrade(f"sqlite:///{trial}")
        store = open_store(f"sqlite:///{trial}", create=False)
    except TdcdError as error:
        yield str(error)
        return
    try:
        yield from _content_problems(store, trial, manifest)
    finally:
        store.close()


def _content_problems(store: Store, trial: Path, manifest: Manifest) -> Iterator[str]:
    with closing(sqlite_module().connect(trial)) as connection:
        found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)")]
    if found != ["ok"]:
        yield f"{LEDGER_FILE} is damaged: {found[0]}."
    report = verify_ledger(store)
    if not report.ok:
        yield report.sentence
    elif (report.size, report.root) != (manifest.entries, manifest.root):
        yield f"The ledger has {report.size} entries and another root than the manifest says."


def _evidence_problems(folder: Path, manifest: Manifest, go_on: GoOn) -> Iterator[str]:
    files = EvidenceFiles(folder / EVIDENCE_FOLDER)
    for sha in manifest.evidence:
        go_on()
        if not files.verify(sha):
            yield f"Evidence file {sha[:12]}… is missing or damaged."


def _refuse_if_used(url: str, file: Path | None, now: datetime, *, force: bool) -> None:
    if file is not None and not file.exists():
        return
    try:
        store = open_store(url, check=False)
    except TdcdError:
        if file is None:
            raise
        empty = False
    else:
        with closing(store), store.read() as places:
            holder = places.leases.holder("daemon")
            if holder is not None and holder.expires_at > now:
                raise StopService(
                    f"The store is being worked on by {holder.owner}.", remedy="Stop that service first."
                )
            empty = _is_empty(places)
    if empty or (force and file is not None):
        return
    remedy = "use --force to move it aside" if file is not None else "point the address to a new database"
    raise ConfigInvalid([f"the store holds data already: {remedy}"], where="restore")


def _is_empty(places: Places) -> bool:
    return places.ledger.size() == 0 and not places.tasks.counts()


def _restore_evidence(folder: Path, manifest: Manifest, files: EvidenceFiles, go_on: GoOn) -> None:
    kept = EvidenceFiles(folder / EVIDENCE_FOLDER)
    for sha in manifest.evidence:
        go_on()
        if not files.verify(sha):
            staged = files.stage()
            shutil.copyfile(kept.path(sha), staged)
            files.adopt(staged, sha)


def _mark(trial: Path, manifest: Manifest, now: datetime) -> None:
    """Nobody owns it, no token of before is good any more, and it knows that it was restored."""
    url = f"sqlite:///{trial}"
    engine = engine_for(parsed(url))
    with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        connection.execute(update(LEASE).values(owner="", token=LEASE.c.token + 1))
    engine.dispose()
    store = open_store(url, create=False, check=False)
    with closing(store), store.begin() as places:
        made = manifest.made_at.isoformat()
        places.cursors.set(OWN, RESTORED, made, complete_to=now.astimezone(UTC))
        body = orjson.dumps({"made_at": made, "entries": manifest.entries, "root": manifest.root})
        entry = Entry(OWN, "backup", "backup_restored", f"restored:{now.isoformat()}", now, body=body)
        places.ledger.append([entry], now)


def _put_in_place(trial: Path, file: Path, now: datetime) -> None:
    single_file(trial)
    to_disk(trial)
    stamp = f".before-restore-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    for old in (file.with_name(file.name + ending) for ending in ("-wal", "-shm", "")):
        if old.exists():
            old.rename(old.with_name(file.name + stamp + old.name.removeprefix(file.name)))
    trial.rename(file)
    to_disk(file.parent)


def _load_server(trial: Path, url: str, go_on: GoOn) -> None:
    source, target = engine_for(parsed(f"sqlite:///{trial}")), engine_for(parsed(url))
    try:
        copy_rows(source, target, go_on)
    finally:
        source.dispose()
        target.dispose()


def restored_since(places: Places, now: datetime, span: timedelta) -> bool:
    """Whether this store came from a backup within `span` before `now`."""
    at = places.cursors.complete_to(OWN, RESTORED)
    return at is not None and now - at < span
