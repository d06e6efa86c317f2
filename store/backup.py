"""Copies of a ledger and its evidence files, complete, hashed, and the same whatever the database.

A backup is a folder: `ledger.sqlite3`, `evidence/` and `manifest.json`. Its ledger is always a
SQLite file: copied page by page from SQLite, row by row from one snapshot of PostgreSQL. So a
copy is checked, restored for trial, and carried to the other kind of database by the same few
lines, and no second program has to fit the server's version. The folder is written under
another name and renamed once it is on the disk: what has a manifest is whole.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import file_digest, sha256
from pathlib import Path

import orjson
from sqlalchemy import URL, Connection, Engine, Table, delete, func, insert, select, text
from sqlalchemy.exc import DBAPIError

from errors import ConfigInvalid, SkipRecord
from store.dialects import WRITING, engine_for, file_of, parsed, read_options, sqlite_module
from store.engine import open_store
from store.evidence import STAGED
from store.failures import database_failure, disk_failure
from store.tables import METADATA
from store.versions import version_of

FORMAT = 1
LEDGER_FILE, EVIDENCE_FOLDER, MANIFEST = "ledger.sqlite3", "evidence", "manifest.json"
UNFINISHED = ".part"
PREFIX = "tdcd-"
PAGE = 1000

#: Asked between two steps; raises to leave off, and what was begun is removed.
GoOn = Callable[[], None]


def go_on_always() -> None:
    """Nobody wants to stop."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `made_at` in UTC; `root` and all hashes in hex; `evidence` maps hash to bytes."""

    made_at: datetime
    database: str
    schema: str
    entries: int
    root: str
    ledger_bytes: int
    ledger_sha256: str
    evidence: dict[str, int]


def make_backup(
    url: str, evidence: Path, into: Path, now: datetime, *, go_on: GoOn = go_on_always
) -> tuple[Path, Manifest]:
    """Copy everything to a new folder inside `into`, beside a running service; gives it and its manifest.

    Evidence files never change, so on the same disk they are linked, and not copied twice
    from an earlier backup either. Raises RetryLater (busy, away, full), StopService (the
    disk failed) or whatever `go_on` raises; then nothing is left.
    """
    with disk_errors():
        into.mkdir(parents=True, exist_ok=True)
        _discard_unfinished(into)
        folder = _free_name(into, now)
        part = folder.with_name(folder.name + UNFINISHED)
        part.mkdir()
        try:
            manifest = _fill(part, parsed(url), evidence, _newest(into), now, go_on)
            to_disk(part)
            part.rename(folder)
            to_disk(into)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
    return folder, manifest


def backups(into: Path) -> list[Path]:
    """The finished backups of a folder, oldest first."""
    return sorted(
        path.parent for path in into.glob(f"{PREFIX}*/{MANIFEST}") if path.parent.suffix != UNFINISHED
    )


def prune_backups(into: Path, keep: int) -> list[Path]:
    """Remove the oldest backups until `keep` are left; gives those removed."""
    old = backups(into)[:-keep]
    for folder in old:
        # Without a manifest it is no backup any more, however far the removal comes.
        (folder / MANIFEST).unlink()
        shutil.rmtree(folder)
    return old


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a backup. ConfigInvalid: no backup, or changed. Its own hash is its last line."""
    try:
        body, _, digest = (folder / MANIFEST).read_bytes().rstrip(b"\n").rpartition(b"\n")
    except FileNotFoundError:
        raise ConfigInvalid(
            ["there is no backup here: manifest.json is missing"], where=str(folder)
        ) from None
    if sha256(body).hexdigest().encode() != digest.removeprefix(b"sha256 "):
        raise ConfigInvalid(["manifest.json is damaged: its hash does not fit"], where=str(folder))
    values = orjson.loads(body)
    if values.pop("format", None) != FORMAT:
        raise ConfigInvalid(["the backup has a format that this program does not know"], where=str(folder))
    return Manifest(**{**values, "made_at": datetime.fromisoformat(values["made_at"])})


def hash_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def copy_rows(source: Engine, target: Engine, go_on: GoOn) -> None:
    """Every row of every place, from one snapshot, over the first rows of a new schema."""
    with (
        source.connect().execution_options(**read_options(source)) as reading,
        reading.begin(),
        target.connect().execution_options(**{WRITING: True}) as writing,
        writing.begin(),
    ):
        for table in METADATA.sorted_tables:
            _copy_table(table, reading, writing, go_on)


def single_file(ledger: Path) -> None:
    """Bring a database that nobody has open to one file, without a log beside it."""
    with closing(sqlite_module().connect(ledger)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE").close()


def to_disk(path: Path) -> None:
    """Bring a file or a folder's names to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _copy_table(table: Table, reading: Connection, writing: Connection, go_on: GoOn) -> None:
    if writing.execute(select(func.count()).select_from(table)).scalar_one():
        writing.execute(delete(table))
    streamed = reading.execution_options(stream_results=True, yield_per=PAGE)
    for rows in (
        streamed.execute(select(table).order_by(*table.primary_key.columns)).mappings().partitions(PAGE)
    ):
        go_on()
        writing.execute(insert(table), [dict(row) for row in rows])
    number = table.autoincrement_column
    if number is not None and writing.dialect.name == "postgresql":
        newest = f"SELECT setval(pg_get_serial_sequence('{table.name}', '{number.name}'), max({number.name}))"
        writing.execute(text(f'{newest} FROM "{table.name}" HAVING max({number.name}) IS NOT NULL'))


def _fill(
    part: Path, address: URL, evidence: Path, earlier: Path | None, now: datetime, go_on: GoOn
) -> Manifest:
    ledger = part / LEDGER_FILE
    source = file_of(address)
    if source is not None:
        _copy_pages(source, ledger)
    else:
        _copy_server(address, ledger, go_on)
    schema, entries, root = _head(ledger)
    files = dict(_copy_evidence(evidence, part / EVIDENCE_FOLDER, earlier, go_on))
    manifest = Manifest(
        made_at=now.astimezone(UTC),
        database="sqlite" if source is not None else "postgresql",
        schema=schema,
        entries=entries,
        root=root,
        ledger_bytes=ledger.stat().st_size,
        ledger_sha256=hash_of(ledger),
        evidence=files,
    )
    body = orjson.dumps({"format": FORMAT, **asdict(manifest)})
    (part / MANIFEST).write_bytes(body + b"\nsha256 " + sha256(body).hexdigest().encode() + b"\n")
    for path in (ledger, part / MANIFEST):
        to_disk(path)
    return manifest


def _copy_pages(source: Path, target: Path) -> None:
    """All pages in one step: readers do not hold writers up, and a copy in steps would begin again each time."""
    if not source.is_file():
        raise ConfigInvalid(["there is no database here: correct the address"], where=str(source))
    module = sqlite_module()
    with closing(module.connect(source)) as old, closing(module.connect(target)) as new:
        old.backup(new)
    single_file(target)


def _copy_server(address: URL, target: Path, go_on: GoOn) -> None:
    open_store(f"sqlite:///{target}", check=False).close()
    source, copy = engine_for(address), engine_for(parsed(f"sqlite:///{target}"))
    try:
        copy_rows(source, copy, go_on)
    finally:
        source.dispose()
        copy.dispose()
    single_file(target)


def _head(ledger: Path) -> tuple[str, int, str]:
    """Schema, size and root of the copy itself, so that the manifest speaks of this snapshot."""
    engine = engine_for(parsed(f"sqlite:///{ledger}"))
    try:
        with engine.connect().execution_options(**read_options(engine)) as connection, connection.begin():
            size, root = connection.execute(text("SELECT size, root FROM ledger_head")).one()
            return version_of(connection), int(size), bytes(root).hex()
    finally:
        engine.dispose()
        single_file(ledger)


def _copy_evidence(
    source: Path, target: Path, earlier: Path | None, go_on: GoOn
) -> Iterator[tuple[str, int]]:
    target.mkdir()
    for folder in sorted(path for path in source.glob("[0-9a-f][0-9a-f]") if path.name != STAGED):
        for file in sorted(folder.iterdir()):
            go_on()
            place = target / folder.name / file.name
            place.parent.mkdir(exist_ok=True)
            before = earlier / EVIDENCE_FOLDER / folder.name / file.name if earlier else None
            _link_or_copy([file, *([before] if before and before.exists() else [])], place)
            yield folder.name + file.name, place.stat().st_size
        to_disk(target / folder.name)
    to_disk(target)


def _link_or_copy(sources: Sequence[Path], place: Path) -> None:
    """A second name for one of them where the disk allows it, else a copy brought to the disk."""
    for source in sources:
        try:
            place.hardlink_to(source)
        except OSError:
            continue
        return
    shutil.copyfile(sources[0], place)
    to_disk(place)


def _newest(into: Path) -> Path | None:
    found = backups(into)
    return found[-1] if found else None


def _free_name(into: Path, now: datetime) -> Path:
    name = f"{PREFIX}{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    tries = [into / name, *(into / f"{name}-{number}" for number in range(2, 100))]
    for folder in tries:
        if not folder.exists():
            return folder
    raise SkipRecord("There are too many backups of this second.", remedy="Try again.")


def _discard_unfinished(into: Path) -> None:
    for left in into.glob(f"{PREFIX}*{UNFINISHED}"):
        shutil.rmtree(left, ignore_errors=True)


@contextmanager
def disk_errors() -> Iterator[None]:
    """Complaints of the disk and of the databases, sorted by what must happen next."""
    try:
        yield
    except (DBAPIError, sqlite_module().Error) as error:
        wrapped = error if isinstance(error, DBAPIError) else DBAPIError("backup", None, error)
        raise database_failure(wrapped) or error from error
    except OSError as error:
        sorted_error = disk_failure(error)
        if sorted_error is None:
            raise
        raise sorted_error from error
