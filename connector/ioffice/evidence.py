"""Files of a document: brought down, and looked for by what is in them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from connector.calls import Saved
from connector.errors import ReplyUnreadable
from connector.ioffice.decode_document import file_refs
from connector.ioffice.envelope import rows_of
from connector.ioffice.session import Session
from connector.port import AttachFile
from connector.read_back import held_among
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
    """The remote id of an attached file with exactly these bytes, "" when there is none. Raises as reading does."""
    listed = file_refs(rows_of(session.get(_RELATED, write.document_id), _RELATED))
    return held_among([*listed], write, partial(download, session), wanted_id)
