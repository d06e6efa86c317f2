"""Files of a document: brought down, and looked for by what is in them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from connector.calls import Saved
from connector.errors import ReplyUnreadable, TooLarge
from connector.ioffice.decode_document import file_refs
from connector.ioffice.envelope import rows_of
from connector.ioffice.session import Session
from connector.ioffice.texts import folded
from connector.port import AttachFile
from connector.records import FileRef
from errors import SkipRecord

_RELATED: Final = "file/getfilerelated"
_DOWNLOAD: Final = "file/download"


def download(session: Session, file: FileRef, target: Path, max_bytes: int) -> str:
    """Write the file to `target`, whole or not at all; answers its SHA-256 (hex). Raises SkipRecord."""
    limit = min(max_bytes, session.transport.access.max_file_bytes)
    saved = session.save(_DOWNLOAD, file.remote_id, target, limit)
    if not saved.length_told and saved.size != file.size:
        _same_again(session, file, target, saved, limit)
    return saved.sha256


def _same_again(session: Session, file: FileRef, target: Path, first: Saved, limit: int) -> None:
    """Nobody said how long the file is: one that comes the same twice was not cut (F28)."""
    again = target.with_name(f"{target.name}.again")
    try:
        if session.save(_DOWNLOAD, file.remote_id, again, limit).sha256 != first.sha256:
            raise ReplyUnreadable(f"{_DOWNLOAD}: a file of untold length came differently the second time.")
    except SkipRecord:
        target.unlink(missing_ok=True)
        raise
    finally:
        again.unlink(missing_ok=True)


def holds_file(session: Session, write: AttachFile, wanted_id: str = "") -> str:
    """The remote id of an attached file with exactly these bytes, "" when there is none.

    Raises as reading does. With `wanted_id` only that file is looked at, if it is listed.
    """
    with tempfile.TemporaryDirectory(prefix="tdcd-") as folder:
        for file in _candidates(session, write, wanted_id):
            try:
                found = download(session, file, Path(folder) / "back", write.path.stat().st_size + 1)
            except TooLarge:
                continue  # more than was sent, so it is another file
            if found == write.sha256:
                return file.remote_id
    return ""


def _candidates(session: Session, write: AttachFile, wanted_id: str) -> Iterator[FileRef]:
    """The file itself where ids tell, else those of that name, newest first."""
    listed = [*file_refs(rows_of(session.get(_RELATED, write.document_id), _RELATED))]
    exact = [file for file in listed if wanted_id and file.remote_id == wanted_id]
    named = [file for file in reversed(listed) if folded(file.name) == folded(write.name)]
    yield from exact or named
