"""Evidence files, kept under their own hash and never under a name that came from outside.

A file is written to a temporary name, checked against the expected hash, brought to the disk and only
then renamed: what stands under a hash is whole. Which file was seen where is a row beside it.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select

from errors import SkipRecord
from store.codec import as_utc
from store.failures import disk_failure
from store.sql import Sql, chunks
from store.tables import table_of
from store.tables_known import EvidenceTableRow

EVIDENCE = table_of(EvidenceTableRow)
STAGED = ".staged"


class EvidenceFiles:
    """A folder of files by SHA-256 (64 lower-case hex digits): `root/ab/cdef…`."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def stage(self) -> Path:
        """A new temporary path on the same disk to write a file to; the file is not there yet."""
        with _disk():
            (self._root / STAGED).mkdir(parents=True, exist_ok=True)
        return self._root / STAGED / secrets.token_hex(16)

    def adopt(self, temp: Path, sha256: str) -> Path:
        """Take a staged file over for good; gives its path.

        SkipRecord, and the file is removed, when its hash is not the expected one: cut or changed on the way.
        RetryLater: disk full. StopService: the disk failed; the fsync is not tried again.
        """
        target = self.path(sha256)
        with _disk():
            if _hash(temp) != sha256:
                temp.unlink()
                raise SkipRecord(
                    f"The evidence file {sha256[:12]}… arrived cut or changed; it was not kept.",
                    remedy="It is fetched again; if it stays so, look at the file in the document system.",
                )
            _to_disk(temp)
            if not target.parent.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                _to_disk(self._root)
            temp.replace(target)
            _to_disk(target.parent)
        return target

    def path(self, sha256: str) -> Path:
        """Where the file with this hash stands or would stand. ValueError for anything but 64 hex digits."""
        if not re.fullmatch(r"[0-9a-f]{64}", sha256):
            raise ValueError("a SHA-256 is 64 lower-case hex digits")
        return self._root / sha256[:2] / sha256[2:]

    def has(self, sha256: str) -> bool:
        """Whether the file is there (see `verify` for whether it is whole)."""
        return self.path(sha256).is_file()

    def open(self, sha256: str) -> BinaryIO:
        """The file for reading. FileNotFoundError if it is not there."""
        return self.path(sha256).open("rb")

    def read(self, sha256: str) -> bytes:
        """The bytes of the file. FileNotFoundError if it is not there."""
        return self.path(sha256).read_bytes()

    def verify(self, sha256: str) -> bool:
        """Whether the file is there and its bytes still give its hash."""
        return self.has(sha256) and _hash(self.path(sha256)) == sha256

    def discard_staged(self) -> int:
        """Remove what an earlier run staged and never took over; gives how many. For a sole owner only."""
        left = [path for path in (self._root / STAGED).glob("*") if path.is_file()]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A file as it was seen with a document: its hash, size in bytes, and the remote name as text only."""

    sha256: str
    size: int
    site: str
    task: str
    document_id: str
    remote_id: str
    name: str
    seen_at: datetime

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9a-f]{64}", self.sha256):
            raise ValueError("a SHA-256 is 64 lower-case hex digits")
        if not (self.site and self.remote_id) or self.size < 0:
            raise ValueError("evidence needs a site, a remote id and a size")


FIELDS = [EVIDENCE.c[field.name] for field in fields(EvidenceRow)]


class Evidence:
    """Which files were seen where."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def put(self, rows: Sequence[EvidenceRow]) -> None:
        """Note files; one seen before in the same place stays, new bytes under an old id are added."""
        values = [self._to_row(row) for row in rows]
        self._sql.load(EVIDENCE, values, "(remote_id,sha256,task,document_id,site) DO NOTHING")

    def by_hash(self, site: str, hashes: Collection[str]) -> list[EvidenceRow]:
        """Where files with these contents were seen, in the order in which they were noted."""
        found: list[EvidenceRow] = []
        for some in chunks(hashes):
            query = select(*FIELDS).where(EVIDENCE.c.site == site, EVIDENCE.c.sha256.in_(some))
            found += [EvidenceRow(*row) for row in self._sql.run(query.order_by(EVIDENCE.c.id))]
        return found

    def by_remote(self, site: str, remote_ids: Collection[str]) -> dict[str, str]:
        """The hash last noted under each remote id; unknown ids are left out."""
        found: dict[str, str] = {}
        columns = (EVIDENCE.c.remote_id, EVIDENCE.c.sha256)
        for some in chunks(remote_ids):
            of_some = (EVIDENCE.c.site == site, EVIDENCE.c.remote_id.in_(some))
            found.update(map(tuple, self._sql.run(select(*columns).where(*of_some).order_by(EVIDENCE.c.id))))
        return found

    def _to_row(self, row: EvidenceRow) -> tuple[object, ...]:
        at = self._sql.binds.moment(as_utc(row.seen_at, "seen_at"))
        return (row.sha256, row.size, row.site, row.task, row.document_id, row.remote_id, row.name, at)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _to_disk(path: Path) -> None:
    """Bring a file or a folder's names to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        sorted_error = disk_failure(error)
        if sorted_error is None:
            raise
        raise sorted_error from error
