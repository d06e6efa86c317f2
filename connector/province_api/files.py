"""Files of a document, brought down whole or not at all."""

from __future__ import annotations

from pathlib import Path

from connector.errors import ReplyUnreadable
from connector.province_api.packed import PackedPath, packed_path
from connector.province_api.session import Session
from connector.records import FileRef
from errors import SkipRecord


def download(session: Session, file: FileRef, target: Path, max_bytes: int) -> str:
    """Write the file to `target`; answers its SHA-256 (hex). Raises SkipRecord."""
    path = packed_path(file.remote_id)
    limit = min(max_bytes, session.transport.access.max_file_bytes)
    saved = session.save(path, target, limit)
    if not saved.length_told:
        _same_again(session, path, target, saved.sha256, limit)
    return saved.sha256


def _same_again(session: Session, path: PackedPath, target: Path, first: str, limit: int) -> None:
    """Nobody said how long the file is, nor does its row: one that comes the same twice was not cut (F28)."""
    again = target.with_name(f"{target.name}.again")
    try:
        if session.save(path, again, limit).sha256 != first:
            raise ReplyUnreadable("A file of untold length came differently the second time.")
    except SkipRecord:
        target.unlink(missing_ok=True)
        raise
    finally:
        again.unlink(missing_ok=True)
