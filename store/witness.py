"""A folder outside this machine's care that holds a copy of every checkpoint (F34).

A database restored from yesterday's copy agrees with itself in everything; only somebody who remembers
today can tell. Files are added and never changed, so the folder may be a share on which this program
may create files and nothing else. Names sort by size: `<ledger>-<entries>-<root>.checkpoint`.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from errors import RetryLater, StopService
from store.checkpoints import Checkpoint
from store.keys import to_disk, write_new
from store.signing import LONGEST, NoteError, Statement, read_statement, split_note

REMEDY = "Look at it together with whoever keeps the folder."


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A checkpoint as the folder has it. Its signature is not judged: a false one can stop us, never fool us."""

    file: str
    statement: Statement
    note: str


class WitnessFolder:
    """The checkpoints of one ledger in a folder that may hold those of others too."""

    def __init__(self, folder: Path, origin: str) -> None:
        self.folder = folder
        self._origin = origin
        self._start = f"{origin.rpartition('/')[2]}-"

    def put(self, checkpoints: Iterable[Checkpoint]) -> None:
        """Add the checkpoints that are not there. RetryLater when the folder is away or takes no files.

        The folder itself is never made: an empty one in place of a share that is away would know nothing.
        """
        there = set(self._names())
        try:
            for one in checkpoints:
                name = f"{self._start}{one.size:012d}-{one.root.hex()[:8]}.checkpoint"
                if name not in there:
                    self._put(name, one.note)
        except OSError as error:
            raise self._away(error) from None

    def newest(self, aside: Collection[str] = ()) -> list[Witnessed]:
        """The checkpoints of the greatest size: one, or several if the ledger was forked there.

        Files named in `aside` are passed over. Raises as `all` does.
        """
        names = [name for name in self._names() if name not in aside]
        greatest = max((_size(name) for name in names), default=0)
        return self._read([name for name in names if _size(name) == greatest])

    def all(self, aside: Collection[str] = ()) -> list[Witnessed]:
        """Every checkpoint of this ledger, the smallest first.

        RetryLater: the folder cannot be read. StopService names a file that cannot be understood.
        """
        return self._read([name for name in self._names() if name not in aside])

    def _names(self) -> list[str]:
        name = re.compile(rf"{re.escape(self._start)}[0-9]{{12,}}-[0-9a-f]{{8}}\.checkpoint")
        try:
            names = [file.name for file in self.folder.iterdir() if name.fullmatch(file.name)]
        except OSError as error:
            raise self._away(error) from None
        return sorted(names, key=lambda one: (_size(one), one))

    def _put(self, name: str, note: str) -> None:
        part = self.folder / f".{name}.{secrets.token_hex(4)}"
        try:
            write_new(part, note)
            part.rename(self.folder / name)
            to_disk(self.folder)
        except OSError:
            part.unlink(missing_ok=True)
            raise

    def _read(self, names: Iterable[str]) -> list[Witnessed]:
        try:
            return [self._read_one(self.folder / name) for name in names]
        except OSError as error:
            raise self._away(error) from None

    def _read_one(self, file: Path) -> Witnessed:
        with file.open("rb") as opened:
            raw = opened.read(LONGEST)
        try:
            note = raw.decode()
            statement = read_statement(split_note(note)[0])
            if statement.origin != self._origin:
                raise NoteError(f"it is of another ledger, {statement.origin}")
        except ValueError as error:
            reason = error if isinstance(error, NoteError) else "it is not text"
            raise StopService(
                f"The witness's file {file.name} cannot be used: {reason}.", remedy=REMEDY
            ) from None
        return Witnessed(file.name, statement, note)

    def _away(self, error: OSError) -> RetryLater:
        return RetryLater(
            f"The witness folder {self.folder} cannot be used: {error.strerror}.",
            remedy="Bring it back, or take `witness_dir` out of the configuration.",
        )


def _size(name: str) -> int:
    return int(name.rsplit("-", 2)[1])
